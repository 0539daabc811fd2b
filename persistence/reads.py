"""What persistence knows of a noun beyond *same name, same column*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlmodel import SQLModel

from domain.reading import Noun


class Sealed(NamedTuple):
    """A field encrypted at rest: SQL for `row id ‖ ciphertext` and for the stored masked tail ({t} = the row)."""

    place: int
    """Index in SEALED_PLACES: with which table and column the value was bound when sealed."""
    blob: str
    tail: str
    of: str = ""
    """The noun whose row it is, where not the field's own: on road `grant` it is seen under that noun's class."""


SEALED_PLACES: tuple[tuple[str, str], ...] = (
    ("person_identifier", "number"),
    ("person_phone", "number"),
    ("discharge_notice", "id_number"),
    ("discharge_notice", "phone"),
    ("reviewed_person", "id_number"),
)
"""(table, column) of every sealed value; the index travels in the splice mark."""


class Key(NamedTuple):
    """One sort key: SQL, its type, its direction."""

    sql: str
    type: str
    descending: bool = False


@dataclass(frozen=True)
class Reads:
    """One noun's road to SQL. `{t}` stands for the row's alias, `{c}` for a child's, `{v}` for a value."""

    noun: Noun
    row: type[SQLModel]
    columns: Mapping[str, str] = field(default_factory=dict)
    once: Mapping[str, str] = field(default_factory=dict)
    """What several columns share, worked out once a row: each of them says `{name}` for it."""
    sealed: Mapping[str, Sealed] = field(default_factory=dict)
    masks: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    candidates: Mapping[str, str] = field(default_factory=dict)
    """Filters that first collect ids in a materialized CTE (rulings 11); `{wall}` is the scope on alias `a`."""
    nationwide: Mapping[str, str] = field(default_factory=dict)
    """Candidates that come one by one, for where no wall bounds them and a limit must end them early."""
    looked_into: Mapping[str, str] = field(default_factory=dict)
    """Candidate filters that look into another noun's rows: which one."""
    walls: frozenset[str] = frozenset({"unit_no"})
    """Scope columns the table has; without any it is reference data."""
    made: str = "made_unit_no"
    """The column of road `made`; empty where nothing is seen on it."""
    subject: str = "id"
    """The column whose values the journal keeps, or SQL on `{t}` where one column does not say whose row it is."""
    granted: str = "id"
    """The column that a grant names on road `grant`."""
    circle: bool = False
    """Whether an organisation sees on road `grant` only its own circle's rows; who looks after in person sees all."""
    origin: str = ""
    """With `circle`: the column naming the row whose own grant shows it to the organisation addressed, too."""
    addressed: bool = False
    """Whether a row may be for a circle: on road `grant` that circle alone sees it, with its person or of nobody, and
    what is for the circle only is seen on no other road."""
    answered: tuple[str, str] | None = None
    """The permission under which a unit changes rows addressed to it, and the column that says to which."""

    @property
    def table(self) -> str:
        return str(self.row.__tablename__)

    def whose(self, alias: str) -> str:
        """Whom a row is about, as SQL."""
        return self.subject.replace("{t}", alias) if "{t}" in self.subject else f"{alias}.{self.subject}"

    def column(self, name: str, alias: str) -> str:
        return self.columns.get(name, "{t}." + name).replace("{t}", alias)

    def keys(self, order: str) -> tuple[Key, ...]:
        """Keys of an order, made total by the id."""
        last = self.orders[order][-1]
        return (
            *self.orders[order],
            Key("{t}.id", "uuid" if self.noun.name != "journal_entry" else "bigint", last.descending),
        )
