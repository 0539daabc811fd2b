"""Bulk imports, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import strawberry
import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import OneQuery, PageQuery
from api.schemas.base import Given, Patch, Shape, worded
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.imports import model
from domain.imports.noun import (
    FileFormat,
    ImportMode,
    ImportState,
    RowDecision,
    RowOutcome,
    RowVerdict,
    UnknownColumns,
)
from domain.person.model import Amend

worded(FileFormat, ImportMode, ImportState, RowDecision, RowOutcome, RowVerdict, UnknownColumns)
Name = Annotated[str, Field(max_length=200)]
Header = Annotated[str, Field(max_length=300)]


class ImportJobFacts(Shape):
    """A file that is taken in: what it is, how far it has come, what its rows would do and did."""

    version: int | None = None
    unit_id: UUID | None = None
    kind: str | None = None
    """See `/v1/import-kinds`."""
    format: FileFormat | None = None
    size: int | None = None
    """Bytes."""
    sha256: str | None = None
    mode: ImportMode | None = None
    """`atomic`: every row or none; `per_row`: what can be done is done."""
    match: list[str] | None = None
    """Rules whose match is believed without review: `source_ref`, `number`, `name_and_birth`."""
    blanks_only: bool | None = None
    """Updates fill blanks and overwrite nothing."""
    unknown_columns: UnknownColumns | None = None
    as_of: dt.date | None = None
    """The day whose unit names and codes the file speaks of."""
    sheet: str | None = None
    mapping_id: UUID | None = None
    mapping: str | None = None
    """One that comes with the service, by name."""
    row_source: str | None = None
    """`source` of the rows: with their `source_ref` it makes an import safe to run twice."""
    state: ImportState | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`: `loading` commits, `undoing` undoes, `uploaded` reads again."""
    columns: JSON | None = None
    """`[{header, field}]`: which column was taken as what; field null = not taken."""
    encoding: str | None = None
    """In which encoding, or old font, the text was found."""
    counts: JSON | None = None
    """Rows by verdict: `{create, update, unchanged, review, error}`."""
    outcomes: JSON | None = None
    """Rows by outcome, after the commit."""
    rows_total: int | None = None
    rows_done: int | None = None
    """Rows of the present step that are done."""
    problem: JSON | None = None
    """Why the file as a whole was refused or the last step gave up: `{code, line?, columns?, rows?}`."""
    fingerprint: str | None = None
    """Of the preview: a commit names it, so that nothing is done that was not seen."""
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: UUID | None = None
    updated_at: dt.datetime | None = None
    consequences: JSON | None = None


class ImportRowFacts(Shape):
    """A row of the file: its verdict, by which rule it was matched, what would change, what became of it."""

    version: int | None = None
    import_id: UUID | None = None
    no: int | None = None
    """Line of the file."""
    verdict: RowVerdict | None = None
    rule: str | None = None
    score: float | None = None
    """0 to 1: how surely it is the one on file."""
    target_noun: str | None = None
    target_id: UUID | None = None
    person_id: UUID | None = None
    flaws: JSON | None = None
    """`[{pointer: "/column", code, …}]`; never the value."""
    candidates: JSON | None = None
    """`[{id, score}]` of those the row may mean."""
    diff: JSON | None = None
    """`[{field, before, after}]`; numbers only by their last digits."""
    decision: RowDecision | None = None
    decided_target_id: UUID | None = None
    outcome: RowOutcome | None = None
    made_id: UUID | None = None


class ImportMappingFacts(Shape):
    """Which header of a file is which field."""

    version: int | None = None
    unit_id: UUID | None = None
    kind: str | None = None
    name: str | None = None
    columns: JSON | None = None
    """`{header: field}`; `-` takes nothing."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None


class ImportRow(ImportRowFacts):
    person: PersonFacts | None = None


class ImportJob(ImportJobFacts):
    unit: Unit | None = None
    rows: list[ImportRowFacts] | None = None


class ImportMapping(ImportMappingFacts):
    unit: Unit | None = None


@strawberry.pydantic.input
class ImportJobFilter(BaseModel):
    """Which imports."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str | None, Field(max_length=60)] = None
    state: ImportState | None = None
    unit_id: UUID | None = None


class ImportJobQuery(PageQuery, ImportJobFilter):
    """Imports, newest first."""


@strawberry.pydantic.input
class ImportRowFilter(BaseModel):
    """Which rows."""

    model_config = ConfigDict(extra="forbid")
    import_id: UUID | None = None
    verdict: RowVerdict | None = None
    outcome: RowOutcome | None = None


class ImportRowQuery(PageQuery, ImportRowFilter):
    """Rows by their line."""


@strawberry.pydantic.input
class ImportMappingFilter(BaseModel):
    """Which mappings."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str | None, Field(max_length=60)] = None


class ImportMappingQuery(PageQuery, ImportMappingFilter):
    """Saved mappings, newest first."""


class UploadQuery(OneQuery):
    """What the bytes of the body are, and how they are taken in."""

    kind: Annotated[str, Field(max_length=60)]
    format: FileFormat
    mode: ImportMode = ImportMode.PER_ROW
    match: Annotated[str, Field(max_length=100)] = "source_ref,number"
    """Comma-separated rules whose match is believed without review."""
    blanks_only: bool = False
    unknown_columns: UnknownColumns = UnknownColumns.ERROR
    as_of: dt.date | None = None
    row_source: Annotated[str | None, Field(max_length=100)] = None
    sheet: Annotated[str | None, Field(max_length=100)] = None
    mapping_id: UUID | None = None
    mapping: Annotated[str | None, Field(max_length=60)] = None
    """One that comes with the service: `rehab_software`."""
    id: UUID | None = None
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None

    def command(self, file: model.Sent) -> model.NewImport:
        return model.NewImport(
            self.kind,
            self.format.value,
            file,
            self.mode.value,
            tuple(part.strip() for part in self.match.split(",") if part.strip()),
            self.blanks_only,
            self.unknown_columns.value,
            self.as_of,
            self.row_source,
            self.sheet,
            self.mapping_id,
            self.mapping,
            self.id,
            self.source,
            self.source_ref,
        )


class FileQuery(OneQuery):
    """In which form the file comes back."""

    format: Literal["csv", "xlsx"] = "xlsx"
    only: Literal["all", "errors"] = "all"
    """`errors`: only rows that were not done."""


@strawberry.pydantic.input
class ImportMove(Given):
    """`loading` commits the preview with this fingerprint; `undoing`, `uploaded` (read again), `discarded`."""

    COMMAND: ClassVar = model.MoveImport
    to: ImportState
    fingerprint: Annotated[str | None, Field(max_length=64)] = None


@strawberry.pydantic.input
class ImportDecision(Given):
    """What a row for review shall do; `update` names one of its candidates."""

    COMMAND: ClassVar = model.DecideRow
    decision: RowDecision
    target_id: UUID | None = None


@strawberry.pydantic.input
class MappedColumn(Given):
    """One header of a file and its field; `-` takes nothing."""

    COMMAND: ClassVar = dict
    header: Header
    field: Annotated[str, Field(max_length=60)]


@strawberry.pydantic.input
class NewImportMapping(Given):
    """Which header of a file is which field of a kind."""

    COMMAND: ClassVar = model.NewMapping
    id: UUID | None = None
    kind: Annotated[str, Field(max_length=60)]
    name: Name
    columns: Annotated[list[MappedColumn], Field(max_length=200)]
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None

    def command(self, **more: object) -> model.NewMapping:
        return model.NewMapping(
            self.kind, self.name, mapped(self.columns), self.id, self.source, self.source_ref, **more
        )


@strawberry.pydantic.input
class ImportMappingPatch(Patch):
    """A correction of a saved mapping."""

    COMMAND: ClassVar = Amend
    name: Name | None = None
    columns: Annotated[list[MappedColumn] | None, Field(max_length=200)] = None

    def command(self, id: UUID, provided: frozenset[str] | None = None) -> Amend:
        named = frozenset(self.model_fields_set) if provided is None else provided
        plain = self.model_copy(update={"columns": None})
        amend: Amend = Patch.command(plain, id, named)
        changes = dict(amend.changes) | ({"columns": mapped(self.columns or [])} if "columns" in named else {})
        return Amend(id, changes)


def mapped(columns: list[MappedColumn]) -> dict[str, str]:
    return {column.header: column.field for column in columns}


@strawberry.type
class ImportWord:
    """A word that a column of a closed list takes."""

    code: str
    label: str


@strawberry.type
class ImportColumn:
    """A column of a kind."""

    field: str
    header_vi: str
    header_en: str
    also: list[str]
    required: bool
    note: str
    words: list[ImportWord]


@strawberry.type
class ImportKindNode:
    """A kind of import: its columns, and the mappings that come with the service."""

    kind: str
    title_vi: str
    title_en: str
    noun: str
    permissions: list[str]
    columns: list[ImportColumn]
    mappings: list[str]


class ImportWordShape(BaseModel):
    """A word that a column of a closed list takes."""

    code: str
    label: str


class ImportColumnShape(BaseModel):
    """A column of a kind."""

    field: str
    header_vi: str
    header_en: str
    also: list[str]
    required: bool
    note: str
    words: list[ImportWordShape]


class ImportKindShape(BaseModel):
    """A kind of import: its columns, and the mappings that come with the service."""

    kind: str
    title_vi: str
    title_en: str
    noun: str
    permissions: list[str]
    columns: list[ImportColumnShape]
    mappings: list[str]
