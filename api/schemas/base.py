"""Pydantic shapes shared by REST and GraphQL: what every shape is made of."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import strawberry
from pydantic import BaseModel, ConfigDict

from domain.refusals import flawed

C = TypeVar("C")


class Shape(BaseModel):
    """What every answer carries. All other fields are optional: asked for or not, seen or not (rulings 35)."""

    model_config = ConfigDict(use_attribute_docstrings=True, serialize_by_alias=True)
    id: UUID
    """UUIDv7, made by client or server."""
    masked: list[str]
    """Names of fields that are masked or absent for this caller."""


class Given(BaseModel):
    """A body. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    COMMAND: ClassVar[Any] = None

    def command(self, **more: Any) -> Any:
        """The domain's command with the same names."""
        given = {name: plain(getattr(self, name)) for name in type(self).model_fields}
        return self.COMMAND(**{name: value for name, value in (given | more).items() if name in _names(self.COMMAND)})


class Patch(BaseModel):
    """A JSON Merge Patch (RFC 7396): what is named changes, null clears."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    COMMAND: ClassVar[Any] = None

    def command(self, id: UUID, provided: frozenset[str] | None = None) -> Any:
        """Only what was sent; `provided` says so where a door fills in nulls of its own (GraphQL)."""
        sent = self.model_fields_set if provided is None else provided
        changes = {name: plain(getattr(self, name)) for name in type(self).model_fields if name in sent}
        if not changes:
            raise flawed("", "required")
        return self.COMMAND(id, changes)


def plain(value: Any) -> Any:
    """A value as the domain holds it: enums as their words, lists as tuples, bodies as commands."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, list):
        return tuple(plain(part) for part in value)
    return value.command() if isinstance(value, Given) else value


@lru_cache(256)
def _names(command: Any) -> frozenset[str]:
    return frozenset(part.name for part in dataclass_fields(command))


def worded(*enums: type[StrEnum]) -> None:
    """Make enums of the domain known to GraphQL by their lower-case words, the same as in REST (rulings 19).

    Every module says so of those it uses, whichever is read first: a second time says nothing new.
    """
    for enum in enums:
        if not hasattr(enum, "__strawberry_definition__"):
            strawberry.enum(enum, graphql_name_from="value")


def orders(name: str, of: tuple[str, ...]) -> Any:
    """The orders of a noun as an enum."""
    made = StrEnum(name, {value.upper(): value for value in of})  # type: ignore[misc]
    worded(made)
    return made
