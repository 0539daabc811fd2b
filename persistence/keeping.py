"""Tables, reads and storage of the nouns that are kept in the usual way: implements domain.keeping.KeptRows."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

from domain.acts import Context
from domain.keeping import Holder, Row
from domain.law.life_cycle import LifeCycle
from domain.reading import Noun, Road, Scope
from domain.refusals import Refusal, flawed
from persistence.accounts import shown_once
from persistence.columns import TYPES, column, key, to
from persistence.reads import Key, Reads
from persistence.scoping import class_of, wall_of_write, walled
from persistence.transitions import transitions
from persistence.writing import as_json

OF_PERSONS = ("person", "either")
"""Whose rows name a person, always or where there is one."""
NEWEST = (Key("{t}.recorded_at", "timestamptz", descending=True),)
UNIT_ID = "(select u.id from unit u where u.no = {t}.unit_no)"


@dataclass(frozen=True)
class Words:
    """A column of one word of a catalogue, or of several."""

    of: type[StrEnum] | tuple[str, ...]
    null: bool = False
    many: bool = False
    default: str | None = None

    def check(self, name: str) -> sa.CheckConstraint:
        words = ", ".join(f"'{word}'" for word in self.of)
        sql = f"{name} <@ array[{words}]::text[]" if self.many else f"{name} in ({words})"
        return sa.CheckConstraint(sql, name=name)

    def made(self) -> Any:
        return column("texts" if self.many else "text", null=self.null, default=self.default)


def kept_table(
    name: str, comment: str, told: Mapping[str, Any], *more: Any, life: LifeCycle | None = None, of: str = "person"
) -> type[SQLModel]:
    """The table of a kept noun: its own columns, and those that say whose a row is, who made it, and how it stands."""
    given = dict(told)
    if life is not None:
        given["state"] = Words(tuple(sorted(life.states)), default=f"'{life.initial}'")
    columns = _placed(of) | {n: c.made() if isinstance(c, Words) else c for n, c in given.items()} | _traced()
    checks = tuple(words.check(n) for n, words in given.items() if isinstance(words, Words))
    void = sa.CheckConstraint("(voided_at is null) = (void_reason is null)", name="void_has_reason")
    namespace = {
        "__tablename__": name,
        "__table_args__": (*checks, void, *_indexes(name, of), *more, {"comment": comment}),
        "__module__": __name__,
        "__doc__": comment,
        "__annotations__": dict.fromkeys(columns, Any),
        **columns,
    }
    return types.new_class(f"{name}_row", (SQLModel,), {"table": True}, lambda body: body.update(namespace))


def _placed(of: str) -> dict[str, Any]:
    person = {"person_id": column("uuid", to("person.id"), null=of == "either")} if of in OF_PERSONS else {}
    return {
        "id": key(),
        "version": column("int", default="1"),
        **person,
        "unit_no": column("int", comment="moves with the person" if person else "whose it is"),
        "made_unit_no": column("int", comment="never moves"),
        "circle_no": column("int", comment="in whose circle it was written: an organisation, or minus an account"),
        "province_no": column("int", null=True),
    }


def _traced() -> dict[str, Any]:
    return {
        "source": column("text", null=True),
        "source_ref": column("text", null=True),
        "recorded_at": column("instant", default="now()"),
        "recorded_by": column("uuid", null=True),
        "updated_at": column("instant", default="now()"),
        "voided_at": column("instant", null=True),
        "void_reason": column("text", null=True),
    }


def _indexes(name: str, of: str) -> tuple[sa.Index, ...]:
    person = (sa.Index(f"ix_{name}_person", "person_id", "recorded_at", "id"),) if of in OF_PERSONS else ()
    return (
        *person,
        sa.Index(f"ix_{name}_unit", "unit_no", "recorded_at", "id"),
        sa.Index(f"ix_{name}_made", "made_unit_no", "recorded_at", "id"),
        sa.Index(f"ix_{name}_province", "province_no", "recorded_at", "id"),
        sa.Index(None, "source", "source_ref", unique=True),
    )


def kept_reads(noun: Noun, row: type[SQLModel], *, life: LifeCycle | None = None, **more: Any) -> Reads:
    """The reads of a kept noun; `more` adds columns, joins, orders and filters of its own."""
    personal = "person_id" in row.model_fields
    columns = {"unit_id": UNIT_ID, "consequences": shown_once("consequences")}
    if life is not None:
        columns["transitions"] = transitions(life)
    joins = {"unit": "{c}.no = {t}.unit_no"} | ({"person": "{c}.id = {t}.person_id"} if personal else {})
    filters = {
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "voided": "({t}.voided_at is not null) = {v}::bool",
    }
    filters |= _equalities(noun, row)
    defaults: dict[str, Any] = {
        "walls": frozenset({"unit_no", "province_no"} if personal else {"unit_no"}),
        "subject": _subject(row),
        "granted": "person_id" if personal else "id",
    }
    return Reads(
        noun,
        row,
        columns=columns | more.pop("columns", {}),
        joins={name: sql for name, sql in (joins | more.pop("joins", {})).items() if name in noun.relations},
        orders={"newest": NEWEST} | more.pop("orders", {}),
        filters={name: sql for name, sql in (filters | more.pop("filters", {})).items() if name in noun.filters},
        **(defaults | more),
    )


def _equalities(noun: Noun, row: type[SQLModel]) -> dict[str, str]:
    """Filters by a column of its own that is no text."""
    table = row.__table__  # type: ignore[attr-defined]
    types = {name: TYPED.get(type(table.columns[name].type)) for name in noun.filters if name in table.columns}
    return {name: f"{{t}}.{name} = {{v}}::{type_}" for name, type_ in types.items() if type_}


TYPED = {type(TYPES[name]): name for name in ("uuid", "int", "bigint", "date", "bool")}
"""How a value of a column is spelled in SQL."""


def _subject(row: type[SQLModel]) -> str:
    """Whom the journal names: the person; the row itself where it is of none."""
    told = row.__table__.columns.get("person_id")  # type: ignore[attr-defined]
    if told is None:
        return "id"
    return "coalesce({t}.person_id, {t}.id)" if told.nullable else "person_id"


class KeptRows:
    """Storage of one kept noun on one transaction."""

    def __init__(self, connection: Any, ctx: Context, reads: Reads) -> None:
        self.connection = connection
        self.ctx = ctx
        self.reads = reads

    async def known(self, id: UUID, *, within: Scope) -> Row | None:
        """The row under lock, so that check and change are one."""
        where, bounds = wall_of_write(self.reads, within)
        found = await self.connection.fetchrow(
            f"select t.* from {self.reads.table} t where t.id = $1 and {where} for no key update", id, *bounds
        )
        return self._read(found) if found else None

    async def seen(self, id: UUID, *, within: Scope) -> Row | None:
        """The row as one may read it, which is more than one may change: another circle's, on the granted road."""
        where, given = walled(self.reads, within, self.ctx.actor.grantees, id)
        found = await self.connection.fetchrow(
            f"select t.* from {self.reads.table} t where t.id = $1 and {where}", *given
        )
        return self._read(found) if found else None

    async def many(self, sql: str, *given: Any) -> list[Row]:
        """Rows of a statement of our own, as they are read."""
        return [self._read(found) for found in await self.connection.fetch(sql, *given)]

    async def person(self, id: UUID, *, within: Scope) -> Holder | None:
        """The person under a lock that a hand-over waits for; on the granted road the database holds it for us."""
        if within.road is Road.GRANT:
            found = await self.connection.fetchrow(
                "select h.* from person p, hold_person(p.id, $2) h where p.id = $1", id, class_of(self.reads) or ""
            )
        else:
            found = await self.connection.fetchrow(
                "select t.id, t.unit_no, t.province_no, t.voided_at is not null from person t"
                " where t.id = $1 and t.unit_no between $2 and $3 for share",
                id,
                within.lo,
                within.hi,
            )
        return Holder(*found) if found else None

    async def unit(self, id: UUID | None, *, within: Scope) -> Holder | None:
        """A unit of today in reach, the caller's own when none is named. Raises `invalid`."""
        found = await self.connection.fetchrow(
            "select null::uuid, u.no, u.province_no from unit u where u.id = $1 and u.no between $2 and $3"
            " and coalesce(u.valid_to >= $4, true)",
            id or self.ctx.actor.unit_id,
            within.lo,
            within.hi,
            self.ctx.today,
        )
        if found is None:
            raise flawed("/unit_id", "unit_not_in_scope")
        return Holder(*found)

    async def model(self, id: UUID, *, within: Scope) -> Holder | None:
        """The unit a support model stands on, held until the end of the act."""
        found = await self.connection.fetchrow(
            "select null::uuid, m.unit_no, m.province_no, m.voided_at is not null from support_model m"
            " where m.id = $1 and m.unit_no between $2 and $3 for share",
            id,
            within.lo,
            within.hi,
        )
        return Holder(*found) if found else None

    async def add(self, id: UUID, holder: Holder, facts: Mapping[str, Any]) -> Row:
        actor = self.ctx.actor
        organised = actor.level == "organisation"
        row = {name: value for name, value in facts.items() if name not in ("unit_id", "person_id")} | {
            "id": id,
            "unit_no": holder.unit_no,
            "made_unit_no": actor.unit_no if organised else holder.unit_no,
            "circle_no": facts.get("circle_no", actor.unit_no if organised else -actor.account_no),
            "province_no": holder.province_no,
            "recorded_by": actor.account_id,
        }
        if "person_id" in self.reads.row.model_fields:
            row["person_id"] = holder.person_id
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        made = await self.connection.fetchrow(
            f"insert into {self.reads.table} ({', '.join(row)}) values ({places}) returning *",
            *(self._stored(name, value) for name, value in row.items()),
        )
        return self._read(made)

    async def amend(self, row: Row, changes: Mapping[str, Any]) -> Row:
        """The row with its next version. Raises `forbidden` where the second wall lets nothing change."""
        sets = "".join(f", {name} = ${place}" for place, name in enumerate(changes, 2))
        made = await self.connection.fetchrow(
            f"update {self.reads.table} set version = version + 1{sets} where id = $1 returning *",
            row["id"],
            *(self._stored(name, value) for name, value in changes.items()),
        )
        if made is None:
            raise Refusal("forbidden")
        return self._read(made)

    def _stored(self, name: str, value: Any) -> Any:
        if value is not None and name in _documents(self.reads.row):
            return as_json(value)
        return list(value) if isinstance(value, tuple) else value

    def _read(self, found: Any) -> Row:
        row = dict(found)
        return row | {name: json.loads(row[name]) for name in _documents(self.reads.row) if row[name] is not None}


@cache
def _documents(row: type[SQLModel]) -> frozenset[str]:
    """Columns of a table that hold small documents."""
    return frozenset(c.name for c in row.__table__.columns if isinstance(c.type, JSONB))  # type: ignore[attr-defined]
