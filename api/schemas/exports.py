"""Lists taken out as files, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.exported import parted, question
from api.schemas.base import Given, Shape, worded
from api.schemas.units import Unit
from domain.acts import Context
from domain.exports import model
from domain.exports.noun import ExportFormat, ExportState

worded(ExportFormat, ExportState)
Collection = Annotated[str, Field(max_length=60)]


class ExportJobFacts(Shape):
    """A list that is taken out as a file: what was asked, by whom, why, how it went."""

    version: int | None = None
    unit_id: UUID | None = None
    collection: str | None = None
    """The list, as its path under /v1 names it: `persons`, `treatment-courses`, …"""
    noun: str | None = None
    filters: JSON | None = None
    fields: list[str] | None = None
    """Fields asked for; empty = every field of the list."""
    sort: str | None = None
    via: str | None = None
    format: ExportFormat | None = None
    purpose: str | None = None
    streamed: bool | None = None
    """Sent as it was read (`POST /v1/exports:stream`): no file is kept."""
    state: ExportState | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`: from `awaiting` a unit above moves it to `queued` or `refused`."""
    rows: int | None = None
    most: int | None = None
    """The cap that held: above it a unit above decides."""
    size: int | None = None
    """Bytes."""
    sha256: str | None = None
    """Of the bytes, hex."""
    manifest: JSON | None = None
    """Filters, columns, masked and absent fields, counts, checksums, who and why."""
    watermark: str | None = None
    """The line that stands in the file."""
    problem: str | None = None
    """Code of why there is no file."""
    approved_by: UUID | None = None
    approved_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    """When the file goes; what it was stays on record."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: UUID | None = None
    updated_at: dt.datetime | None = None


class ExportJob(ExportJobFacts):
    unit: Unit | None = None


@strawberry.pydantic.input
class ExportJobFilter(BaseModel):
    """Which exports."""

    model_config = ConfigDict(extra="forbid")
    collection: Collection | None = None
    state: ExportState | None = None
    format: ExportFormat | None = None
    recorded_by: UUID | None = None


class ExportJobQuery(PageQuery, ExportJobFilter):
    """Exports, newest first."""


@strawberry.pydantic.input
class NewExport(Given):
    """A list to take out; `Access-Purpose` says why."""

    id: UUID | None = None
    collection: Collection
    """The list, as its path under /v1 names it."""
    filters: JSON | None = None
    """The list's own filters, by name; for `persons` also those of its search (`q`, `national_id`, `phone`, …)."""
    fields: Annotated[list[Annotated[str, Field(max_length=120)]] | None, Field(max_length=120)] = None
    """Names of fields, also of single relations (`person.full_name`); all of the list's own when left out.

    `@rehab_software` alone: the columns of the rehab-management software, for `persons` and `treatment-courses`.
    """
    sort: Annotated[str | None, Field(max_length=50)] = None
    via: Annotated[str | None, Field(max_length=5)] = None
    """Another road to the rows: `grant` or `made`."""
    format: ExportFormat = ExportFormat.CSV
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None

    COMMAND: ClassVar = model.NewExport

    def wanted(self, ctx: Context) -> model.NewExport:
        """The command, with the list's own question in it. Raises `invalid`."""
        filters: Any = {} if self.filters is None else self.filters
        fields = tuple(self.fields or ())
        asked = question(ctx, self.collection, fields, filters, self.sort)
        shown, personal = parted(filters)
        return model.NewExport(
            self.collection,
            asked,
            shown,
            fields,
            asked.selection.order,
            self.format.value,
            model.road(self.via),
            self.id,
            self.source,
            self.source_ref,
            personal,
        )


@strawberry.pydantic.input
class ExportMove(Given):
    """What a unit above says of a list above the cap: `queued` lets it run, `refused` ends it."""

    COMMAND: ClassVar = model.DecideExport
    to: ExportState
