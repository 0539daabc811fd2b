"""What can be asked of the register, as values: nouns, selections, scopes. Pure; no SQL, no HTTP.

A field has three facts with three owners joined only by its name: its *class* (here, per noun), its *column*
(persistence/<noun>.py, if it differs) and its *wire type* (api/schemas/<noun>.py). A test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class Kind(StrEnum):
    """Classes of field: what the policy table grants or withholds (rulings 6, 7)."""

    OPEN = "open"
    """Says nothing about a person: ids, versions, instants, units."""
    IDENTITY = "identity"
    """Who the person is: name, aliases, gender, birth."""
    IDENTIFIER = "identifier"
    """Numbers of papers; encrypted at rest."""
    REACH = "reach"
    """How to reach the person: phones; encrypted at rest."""
    ADDRESS = "address"
    """Where the person lives."""
    CASE = "case"
    """That there is a post-rehabilitation case, and its state."""
    DECISION = "decision"
    """Management decisions: numbers, terms, signers."""
    FINDING = "finding"
    """Findings of an authority: grounds of interruptions and removals."""
    COUNSELLING = "counselling"
    """That and when counselling took place."""
    NOTE = "note"
    """What was said in counselling: for its author's circle."""
    HEALTH = "health"
    """Content of health visits: for the health station."""
    REPORT = "report"
    """What somebody who helps passed on for officer or police to confirm, and how it stands."""
    LIVELIHOOD = "livelihood"
    """Training, jobs, loans, needs."""
    CLUB = "club"
    """Club memberships, attendance, evaluations."""
    REFERRAL = "referral"
    """Referrals: to whom, for what, how they went."""
    STAFF = "staff"
    """Accounts and appointments of those who work with the register."""
    JOURNAL = "journal"
    """Who read and wrote what."""


class Show(StrEnum):
    """What one caller sees of one field."""

    CLEAR = "clear"
    MASKED = "masked"
    ABSENT = "absent"


class Form(StrEnum):
    """How an answer is shaped: one object, a plain list inside an object, a page, or a part of a page."""

    ONE = "one"
    LIST = "list"
    PAGE = "page"
    PART = "part"


class Road(StrEnum):
    """The way a row comes into sight; each is one database role with one policy a table (rulings 2)."""

    UNIT = "unit"
    MADE = "made"
    GRANT = "grant"
    COUNTRY = "country"
    JOURNAL = "journal"
    ACCESS = "access"
    """The journal of one person."""


@dataclass(frozen=True)
class Relation:
    """From one noun to another, with the class of field under which it is seen."""

    noun: str
    kind: Kind
    many: bool


def many(noun: str, kind: Kind) -> Relation:
    return Relation(noun, kind, many=True)


def one(noun: str, kind: Kind) -> Relation:
    return Relation(noun, kind, many=False)


@dataclass(frozen=True)
class Noun:
    """The whole declaration of what can be read of one noun."""

    name: str
    fields: Mapping[str, Kind]
    relations: Mapping[str, Relation] = field(default_factory=dict)
    orders: tuple[str, ...] = ()
    filters: Mapping[str, Kind] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    """Fields encrypted at rest: in clear on a single resource only, masked in lists."""

    def __hash__(self) -> int:
        return hash(self.name)

    def kind_of(self, name: str) -> Kind | None:
        """The class of a field or relation; None where the noun has no such name."""
        if name in self.fields:
            return self.fields[name]
        relation = self.relations.get(name)
        return relation.kind if relation else None


class Pick(NamedTuple):
    """One thing asked: the key it is answered under, its name, the caller's spelling of it."""

    key: str
    name: str
    spelled: str
    of: Selection | None = None
    show: Show = Show.CLEAR


@dataclass(frozen=True)
class Selection:
    """What is asked, without values: the key of every cache. Its hash is kept, for it is looked up often."""

    noun: str
    form: Form
    picks: tuple[Pick, ...]
    order: str = ""
    filters: tuple[str, ...] = ()
    after: bool = False
    typename: str = ""
    omit: bool = True
    """Absent fields are left out (REST) or null (GraphQL)."""
    hidden: tuple[str, ...] = ()
    """Spelled names that are masked or absent: the constant `masked` of the answer."""

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "_hash",
            hash((self.noun, self.form, self.picks, self.order, self.filters, self.after, self.typename, self.omit)),
        )

    def __hash__(self) -> int:
        return int(self._hash)  # type: ignore[attr-defined]


def tag(selection: Selection) -> str:
    """What a cursor of this page is bound to beside its actor: noun, order and filters."""
    return f"{selection.noun}|{selection.order}|{','.join(selection.filters)}"


class Asked(NamedTuple):
    """A selection with its values in walking order: for a page limit, filters, keys after which; then its picks."""

    selection: Selection
    values: tuple[Any, ...] = ()
    signature: bytes = b""
    """Binds cursors to what was asked: noun, order, filters and their values."""


class Answer(NamedTuple):
    """The JSON as PostgreSQL built it, how many rows of the subject it shows, and the version of a single one."""

    body: bytes
    rows: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows an act may touch. Made by `domain.access.scope_of` alone."""

    road: Road
    level: str
    lo: int
    hi: int
    permission: str
    grantees: tuple[int, ...] = ()
    """Under which numbers something is granted to the actor: what the road of grants goes by."""
    unread: tuple[str, ...] = ()
    """Nouns whose rows the actor's role does not read: no task about them is shown either."""

    def covers(self, unit_no: int) -> bool:
        """The wall in Python, for rules that hold a unit number in hand."""
        return self.road is Road.COUNTRY or self.lo <= unit_no <= self.hi


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, read from the database on this very request."""

    account_id: UUID
    session_id: UUID
    appointment_id: UUID
    role: str
    unit_id: UUID
    unit_no: int
    last_no: int
    level: str
    """Level of the unit: country, province, district, area, commune, organisation."""
    current: bool
    """False where the unit has ended: then only its own period is seen (rulings 4)."""
    fingerprint: str
    """Of session, appointment and unit interval: the database refuses the transaction when it has changed."""
    account_no: int = 0
    """Its negative is the grantee of what was granted to this account alone; 0 names nobody."""

    @property
    def grantees(self) -> list[int]:
        """Under which numbers something can be granted to this actor: the unit's, and the account's own."""
        return [self.unit_no, -self.account_no]

    @property
    def epoch(self) -> bytes:
        return self.fingerprint.encode()
