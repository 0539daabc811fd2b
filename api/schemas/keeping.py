"""What the shapes of all kept nouns share: how a row came to be, how it is told, corrected, moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, NewType
from uuid import UUID

import strawberry
from pydantic import BaseModel, ConfigDict, Field, create_model
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.schemas.base import Given, Patch, Shape, plain
from domain.keeping import Shift, Tell, refuse
from domain.person.model import Amend
from domain.refusals import Flaw

Text = Annotated[str, Field(max_length=1000)]
Prose = Annotated[str, Field(max_length=20_000)]
Vnd = NewType("Vnd", int)
"""Goes past the 32 bits of GraphQL's Int: a scalar of its own."""
Dong = Annotated[Vnd, Field(ge=0, le=10**15)]
"""Money: a whole number of đồng."""


def whole_number(value: object) -> int:
    """An amount as it is sent: a JSON integer and nothing that looks like one. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("Dong is a whole number")  # noqa: TRY004 - GraphQL tells a ValueError to the caller
    return value


VND: Any = strawberry.scalar(
    name="Dong", description="Money: a whole number of đồng.", serialize=int, parse_value=whole_number
)


class KeptFacts(Shape):
    """What every kept row carries."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    unit_id: UUID | None = None
    """The unit that looks after it today."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    voided_at: dt.datetime | None = None
    void_reason: str | None = None
    consequences: JSON | None = None
    """What this act brought (or, with validate-only, would bring); null in every other answer."""


class PersonFactsKept(KeptFacts):
    """What every kept row about a person carries."""

    person_id: UUID | None = None


class KeptFilter(BaseModel):
    """What every list of kept rows can be narrowed by."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    unit_id: UUID | None = None
    voided: bool | None = False
    """Voided records instead of living ones."""


class PersonKeptFilter(KeptFilter):
    """What every list of rows about persons can be narrowed by."""

    person_id: UUID | None = None


class Part(BaseModel):
    """A small document inside a body. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class NewKept(Given):
    """A new row; `id` may be made by the client, `source` and `source_ref` make an import repeatable."""

    id: UUID | None = None
    source: Text | None = None
    source_ref: Text | None = None

    def command(self, **more: Any) -> Tell:
        given = told(self) | more
        return Tell(given, given.pop("id", None), given.get("person_id"))


class Moved(Given):
    """A move; what it needs stands in `transitions`."""

    TO: ClassVar[type[StrEnum]]

    def command(self, **more: Any) -> Shift:
        given = told(self) | more
        return Shift(given.pop("id"), given.pop("to"), given)


def told(body: BaseModel) -> dict[str, Any]:
    """What a body says, as the domain holds it."""
    given = {name: _plain(getattr(body, name)) for name in type(body).model_fields}
    return {name: value for name, value in given.items() if value is not None}


def _plain(value: Any) -> Any:
    """Enums as their words, lists as tuples, parts of a document as plain mappings."""
    if isinstance(value, list | tuple):
        return tuple(_plain(part) for part in value)
    return told(value) if isinstance(value, BaseModel) else plain(value)


CORRECTION: Final = "A correction; null clears (needs If-Match)."
LIST: Final = "The list, newest first."
WRITTEN_NOWHERE: Final[dict[str, Any]] = {"use_attribute_docstrings": False}
"""Of a class made at run time: looking for its source would walk every frame, half the time of starting the service."""


class KeptPatch(Patch):
    """A JSON Merge Patch of a kept row."""

    COMMAND: ClassVar[Any] = Amend
    NEEDED: ClassVar[frozenset[str]] = frozenset()
    """What a new row cannot go without, and no correction clears."""

    def command(self, id: UUID, provided: frozenset[str] | None = None) -> Amend:
        """Raises `invalid` for null where something must stand."""
        found: Amend = super().command(id, provided)
        cleared = [name for name, value in found.changes.items() if value is None and name in self.NEEDED]
        refuse([Flaw(f"/{name}", "required") for name in cleared])
        return Amend(found.id, {name: _plain(value) for name, value in found.changes.items()})


def patch_of(name: str, new: type[BaseModel], settled: frozenset[str]) -> Any:
    """The merge patch of what a new row tells: every field optional, without what no correction changes."""
    left_out = {"id", "person_id", "unit_id", "source", "source_ref"} | settled
    parts: Mapping[str, Any] = {
        part: (_optional(info), Field(default=None, description=info.description))
        for part, info in new.model_fields.items()
        if part not in left_out
    }
    made = create_model(name, __base__=KeptPatch, __doc__=CORRECTION, __cls_kwargs__=WRITTEN_NOWHERE, **parts)
    made.NEEDED = frozenset(
        part for part in parts if new.model_fields[part].is_required() or new.model_fields[part].default is not None
    )
    return strawberry.pydantic.input(made)


def _optional(info: Any) -> Any:
    kind = info.annotation
    for mark in info.metadata:
        kind = Annotated[kind, mark]
    return kind | None


def query_of(name: str, filters: type[BaseModel]) -> Any:
    """The URL of a list: the page and the filters."""
    return create_model(name, __base__=(PageQuery, filters), __doc__=LIST, __cls_kwargs__=WRITTEN_NOWHERE)
