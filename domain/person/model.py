"""Commands and rules of the register of persons: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.person.identity import IdentityKind, normalise_number, number_flaw, personal_id_warnings
from domain.person.phone import normalise_phone, phone_flaw
from domain.refusals import Flaw, Refusal
from domain.text import flaw_in_text, tidy


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class BirthPrecision(StrEnum):
    """How much of a birth date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class ResidenceKind(StrEnum):
    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    CURRENT = "current"


class IdentifierStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


class PhoneOwner(StrEnum):
    SELF = "self"
    FAMILY = "family"
    OTHER = "other"


class NoIdReason(StrEnum):
    """Why a person has no personal id; helping them to one is a listed service."""

    NEVER_REGISTERED = "never_registered"
    PAPERS_LOST = "papers_lost"
    BEING_ISSUED = "being_issued"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


MOST_FACTS = 20
MASK = "•"


@dataclass(frozen=True)
class NewIdentifier:
    kind: str
    number: str
    id: UUID | None = None
    person_id: UUID | None = None
    issued_on: date | None = None
    issued_by: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewPhone:
    number: str
    belongs_to: str = "self"
    id: UUID | None = None
    person_id: UUID | None = None
    valid_from: date | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewResidence:
    kind: str
    unit_id: UUID
    address: str
    valid_from: date
    valid_to: date | None = None
    id: UUID | None = None
    person_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewPerson:
    full_name: str
    id: UUID | None = None
    unit_id: UUID | None = None
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    born_on: date | None = None
    born_precision: str | None = None
    native_place: str | None = None
    occupation: str | None = None
    no_id_reason: str | None = None
    source: str | None = None
    source_ref: str | None = None
    identifiers: tuple[NewIdentifier, ...] = ()
    phones: tuple[NewPhone, ...] = ()
    residences: tuple[NewResidence, ...] = ()


@dataclass(frozen=True)
class Amend:
    """A merge patch of one resource: only what is named changes; null clears."""

    id: UUID
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Void:
    id: UUID
    reason: str


TEXTS = {
    "full_name": (True, 120),
    "native_place": (False, 300),
    "occupation": (False, 120),
    "issued_by": (False, 200),
    "address": (False, 300),
    "source": (False, 100),
    "source_ref": (False, 200),
    "reason": (False, 500),
    "display_name": (False, 120),
    "void_reason": (False, 500),
}
"""Free text: is it a name, and how many characters at most."""

REQUIRED = frozenset(
    {"full_name", "display_name", "address", "kind", "unit_id", "number", "belongs_to", "status", "reason"}
)


def tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Text as it is stored: NFC, single spaces. Refuses all flawed fields at once."""
    flaws = tuple(flaws_of(values))
    if flaws:
        raise Refusal("invalid", flaws=flaws)
    tidied = dict(values)
    for name, value in values.items():
        if isinstance(value, str):
            if name in TEXTS:
                tidied[name] = tidy(value)
        elif name == "aliases":
            tidied[name] = _tidy_many(name, value)
    return tidied


def _tidy_many(name: str, value: Any) -> Any:
    return tuple(tidy(text) for text in value) if name == "aliases" else value


def flaws_of(values: Mapping[str, Any], at: str = "") -> Iterator[Flaw]:
    for name, value in values.items():
        if value is None:
            if name in REQUIRED:
                yield Flaw(f"{at}/{name}", "required")
        elif name in TEXTS:
            is_name, most = TEXTS[name]
            if flaw := _text_flaw(value, is_name=is_name, most=most):
                yield flaw._replace(pointer=f"{at}/{name}")
        elif name == "aliases":
            for place, text in enumerate(value):
                if flaw := _text_flaw(text, is_name=True, most=120):
                    yield flaw._replace(pointer=f"{at}/aliases/{place}")


def _text_flaw(value: str, *, is_name: bool, most: int) -> Flaw | None:
    if MASK in value:
        return Flaw("", "masked_value")
    code = flaw_in_text(value, name=is_name, max_length=most)
    return Flaw("", code, (("most", most),) if code == "too_long" else ()) if code else None


def checked_birth(born_on: date | None, precision: str | None, today: date) -> str | None:
    """The precision to store: `day` unless said otherwise; none without a date. Refuses births to come."""
    if born_on is None:
        if precision is not None:
            raise Refusal("invalid", flaws=(Flaw("/born_on", "required"),))
        return None
    if born_on > today:
        raise Refusal("invalid", flaws=(Flaw("/born_on", "in_the_future"),))
    if born_on.year < 1900:
        raise Refusal("invalid", flaws=(Flaw("/born_on", "too_early"),))
    return precision or "day"


def whole(born_on: date | None, precision: str | None) -> date | None:
    """A birth date known to the month or year stands on its first day."""
    if born_on is None or precision in (None, "day"):
        return born_on
    return born_on.replace(day=1) if precision == "month" else born_on.replace(month=1, day=1)


def checked_number(kind: str, number: str, at: str = "") -> str:
    """The normalised number of a paper. Refuses masks and impossible numbers, never echoing them."""
    if MASK in number:
        raise Refusal("invalid", flaws=(Flaw(f"{at}/number", "masked_value"),))
    normal = normalise_number(IdentityKind(kind), number)
    if code := number_flaw(IdentityKind(kind), normal):
        raise Refusal("invalid", flaws=(Flaw(f"{at}/number", code),))
    return normal


def checked_phone(number: str, at: str = "") -> str:
    if MASK in number:
        raise Refusal("invalid", flaws=(Flaw(f"{at}/number", "masked_value"),))
    if code := phone_flaw(number):
        raise Refusal("invalid", flaws=(Flaw(f"{at}/number", code),))
    return normalise_phone(number)


def checked_validity(valid_from: date | None, valid_to: date | None, at: str = "") -> None:
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise Refusal("invalid", flaws=(Flaw(f"{at}/valid_to", "ends_before_it_starts"),))


def warnings_of(kind: str, number: str, *, born_on: date | None, gender: str | None) -> tuple[str, ...]:
    """Soft checks: said, never a refusal (dossier §11.1)."""
    return personal_id_warnings(number, born_on=born_on, gender=gender) if kind == "personal_id" else ()


def facts(command: Any, *names: str) -> dict[str, Any]:
    """The named fields of a command, or all of them."""
    wanted = names or tuple(part.name for part in fields(command))
    return {name: getattr(command, name) for name in wanted}
