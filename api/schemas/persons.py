"""Persons and the facts about them, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Given, Patch, Shape, worded
from api.schemas.units import Unit
from domain.person import model
from domain.person.identity import IdentityKind
from domain.person.model import BirthPrecision, Gender, IdentifierStatus, NoIdReason, PhoneOwner, ResidenceKind

worded(Gender, BirthPrecision, ResidenceKind, IdentityKind, IdentifierStatus, PhoneOwner, NoIdReason)

Text = Annotated[str, Field(max_length=1000)]
Number = Annotated[str, Field(max_length=40)]


class Fact(Shape):
    """What every dated fact about a person carries."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    person_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None


class IdentifierFacts(Fact):
    """A number of a paper, with history; encrypted at rest."""

    kind: IdentityKind | None = None
    number: str | None = None
    """In clear only on a single resource, for those who may; else the last digits."""
    issued_on: dt.date | None = None
    issued_by: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    status: IdentifierStatus | None = None
    warnings: list[str] | None = None
    """Soft checks that do not hold: `century`, `gender`, `year`, `province_unknown`, `synthetic`."""


class PhoneFacts(Fact):
    """A phone by which the person can be reached; encrypted at rest."""

    number: str | None = None
    """E.164; in clear only on a single resource, for those who may."""
    belongs_to: PhoneOwner | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class ResidenceFacts(Fact):
    """Where the person lives or is registered, dated."""

    kind: ResidenceKind | None = None
    unit_id: UUID | None = None
    """The commune of the address, as it stood on `valid_from`."""
    address: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class ResponsibilityFacts(Shape):
    """Which unit was responsible for a person, when; the old unit sees the name of that time."""

    person_id: UUID | None = None
    unit_id: UUID | None = None
    from_at: dt.datetime | None = None
    to_at: dt.datetime | None = None
    """Null while it lasts."""
    reason: str | None = None
    name_then: str | None = None


class PersonFacts(Shape):
    """A person on the register."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    unit_id: UUID | None = None
    """The unit responsible today."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    voided_at: dt.datetime | None = None
    void_reason: str | None = None
    full_name: str | None = None
    """As written, family name first (họ, chữ đệm, tên)."""
    aliases: list[str] | None = None
    """Tên gọi khác."""
    gender: Gender | None = None
    born_on: dt.date | None = None
    """First day of the month or year where only that is known."""
    born_precision: BirthPrecision | None = None
    native_place: str | None = None
    """Quê quán."""
    occupation: str | None = None
    national_id: str | None = None
    """The active 12-digit personal id: in clear only on a single person, for those who may; else the last digits."""
    no_id_reason: str | None = None
    phone: str | None = None
    """The latest phone, E.164: in clear only on a single person, for those who may."""


class Residence(ResidenceFacts):
    unit: Unit | None = None


class Responsibility(ResponsibilityFacts):
    unit: Unit | None = None
    residences: list[Residence] | None = None


class PersonListFilter(BaseModel):
    """Filters that say nothing about a person, and so may stand in a URL (rulings 12)."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    unit_id: UUID | None = None
    """Responsible unit."""
    gender: Gender | None = None
    recorded_from: Instant | None = None
    source: Annotated[str | None, Field(max_length=100)] = None
    voided: bool | None = False
    """Voided records instead of living ones."""


class PersonQuery(PageQuery, PersonListFilter):
    """The list of persons, in Vietnamese name order."""


@strawberry.pydantic.input
class PersonFilter(PersonListFilter):
    """All filters, also personal ones: they travel in a body only."""

    q: Annotated[str | None, Field(max_length=120)] = None
    """Words of the name in any order, with or without diacritics; whole words first, then the last one begun."""
    national_id: Annotated[str | None, Field(max_length=40)] = None
    phone: Annotated[str | None, Field(max_length=40)] = None
    born_on: dt.date | None = None
    born_year: Annotated[int | None, Field(ge=1900, le=2200)] = None


class PersonSearch(PageQuery, PersonFilter):
    """Body of POST /v1/persons:search: the filters of the list and the personal ones."""


@strawberry.pydantic.input
class ResponsibilityFilter(BaseModel):
    """Which stretches of responsibility."""

    model_config = ConfigDict(extra="forbid")
    ended: bool | None = None
    unit_id: UUID | None = None


class ResponsibilityQuery(PageQuery, ResponsibilityFilter):
    """The list of responsibilities in name order; `ended=true&via=made` = formerly ours."""


@strawberry.pydantic.input
class NewIdentifier(Given):
    """A paper of a person."""

    COMMAND: ClassVar = model.NewIdentifier
    id: UUID | None = None
    kind: IdentityKind
    number: Number
    issued_on: dt.date | None = None
    issued_by: Text | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewPhone(Given):
    """A phone of a person; Vietnamese forms are stored as E.164."""

    COMMAND: ClassVar = model.NewPhone
    id: UUID | None = None
    number: Number
    belongs_to: PhoneOwner = PhoneOwner.SELF
    valid_from: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewResidence(Given):
    """A residence of a person."""

    COMMAND: ClassVar = model.NewResidence
    id: UUID | None = None
    kind: ResidenceKind
    unit_id: UUID
    address: Text
    valid_from: dt.date
    valid_to: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewPerson(Given):
    """A person to put on the register, with papers, phones and residences in one call."""

    COMMAND: ClassVar = model.NewPerson
    id: UUID | None = None
    """Made by the client, so that a lost answer can be asked again."""
    unit_id: UUID | None = None
    """Responsible commune; the caller's own when left out."""
    full_name: Text
    aliases: Annotated[list[Text], Field(max_length=10)] = Field(default_factory=list)
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    native_place: Text | None = None
    occupation: Text | None = None
    no_id_reason: NoIdReason | None = None
    source: Text | None = None
    source_ref: Text | None = None
    identifiers: Annotated[list[NewIdentifier], Field(max_length=20)] = Field(default_factory=list)
    phones: Annotated[list[NewPhone], Field(max_length=20)] = Field(default_factory=list)
    residences: Annotated[list[NewResidence], Field(max_length=20)] = Field(default_factory=list)


@strawberry.pydantic.input
class PersonPatch(Patch):
    """A correction of a person."""

    COMMAND: ClassVar = model.Amend
    full_name: Text | None = None
    aliases: Annotated[list[Text] | None, Field(max_length=10)] = None
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    native_place: Text | None = None
    occupation: Text | None = None
    no_id_reason: NoIdReason | None = None


@strawberry.pydantic.input
class IdentifierPatch(Patch):
    """A correction or the end of a paper."""

    COMMAND: ClassVar = model.Amend
    kind: IdentityKind | None = None
    number: Number | None = None
    issued_on: dt.date | None = None
    issued_by: Text | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    status: IdentifierStatus | None = None


@strawberry.pydantic.input
class PhonePatch(Patch):
    """A correction or the end of a phone."""

    COMMAND: ClassVar = model.Amend
    number: Number | None = None
    belongs_to: PhoneOwner | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@strawberry.pydantic.input
class ResidencePatch(Patch):
    """A correction or the end of a residence."""

    COMMAND: ClassVar = model.Amend
    kind: ResidenceKind | None = None
    unit_id: UUID | None = None
    address: Text | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@strawberry.pydantic.input
class VoidBody(Given):
    """Why a record made in error leaves the lists."""

    COMMAND: ClassVar = model.Void
    reason: Text
