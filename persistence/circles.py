"""What only those read who wrote it: versions that are added and never changed, each seen by its author's circle.

A version has no unit and no person: the second wall shows it with its row, on whatever road that came, and only to the
circle it was written in.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.acts import Context
from domain.client.noun import ANONYMOUS
from domain.contact.noun import CONTACT, NOTES
from domain.health.noun import FINDINGS, VISIT, VisitKind
from domain.ids import new_id
from domain.keeping import Row
from domain.reading import Road, Scope
from persistence.columns import column, key, to
from persistence.keeping import Words
from persistence.writing import as_json, insert

GRANTEES = "any(nullif(current_setting('app.grantees', true), '')::int[])"
MINE = f"({{t}}.circle_no = {GRANTEES})"
"""Whether a row was written in the caller's own circle."""


class Notes(NamedTuple):
    """Where what was said stands: the table, and the row it belongs to."""

    table: str
    names: tuple[str, ...]


def notes_table(name: str, of: str, comment: str, facts: Mapping[str, Any]) -> type[SQLModel]:
    """A table of versions beside the rows of another."""
    told = {n: c.made() if isinstance(c, Words) else c for n, c in facts.items()}
    columns = {
        "id": key(),
        "row_id": column("uuid", to(f"{of}.id")),
        "version": column("int"),
        "circle_no": column("int", comment="who reads it: an organisation, or minus an account"),
        **told,
        "written_at": column("instant", default="now()"),
        "written_by": column("uuid"),
    }
    checks = [words.check(n) for n, words in facts.items() if isinstance(words, Words)]
    unique = sa.UniqueConstraint("row_id", "version")
    return _table(name, columns, (*checks, unique, {"comment": comment}))


def revisions_table(name: str, of: str, comment: str) -> type[SQLModel]:
    """What rows said before each correction."""
    columns = {
        "id": key(),
        "row_id": column("uuid", to(f"{of}.id")),
        "version": column("int", comment="which of the row it was"),
        "before": Field(sa_column=sa.Column(JSONB, nullable=False), default=None),
        "revised_at": column("instant", default="now()"),
        "revised_by": column("uuid"),
    }
    return _table(name, columns, (sa.UniqueConstraint("row_id", "version"), {"comment": comment}))


def _table(name: str, columns: Mapping[str, Any], args: tuple[Any, ...]) -> type[SQLModel]:
    namespace = {
        "__tablename__": name,
        "__table_args__": args,
        "__module__": __name__,
        "__annotations__": dict.fromkeys(columns, Any),
        **columns,
    }
    return types.new_class(f"{name}_row", (SQLModel,), {"table": True}, lambda body: body.update(namespace))


SAID = {name: column("text", null=True) for name in NOTES}
COUNSELLING_NOTES = notes_table("counselling_note", CONTACT.name, "What was said in counselling", SAID)
ANONYMOUS_NOTES = notes_table(
    "anonymous_note",
    ANONYMOUS.name,
    "What was said to anonymous clients",
    {name: column("text", null=True) for name in NOTES},
)
HEALTH_NOTES = notes_table(
    "health_note",
    VISIT.name,
    "What the health station found",
    {name: column("text", null=True) for name in FINDINGS}
    | {"visit_kind": Words(VisitKind), "next_on": column("date", null=True)},
)
COUNSELLING_REVISIONS = revisions_table("counselling_revision", CONTACT.name, "What contacts said before corrections")
ANONYMOUS_REVISIONS = revisions_table("anonymous_revision", ANONYMOUS.name, "What contacts said before corrections")

NOTED: Mapping[str, Notes] = {
    CONTACT.name: Notes("counselling_note", NOTES),
    ANONYMOUS.name: Notes("anonymous_note", NOTES),
    VISIT.name: Notes("health_note", FINDINGS),
}
REVISED: Mapping[str, str] = {CONTACT.name: "counselling_revision", ANONYMOUS.name: "anonymous_revision"}


def noted(noun: str, all_as: str) -> dict[str, str]:
    """Columns of the newest version, and of all of them as a list: all from what `said` reads."""
    _, names = NOTED[noun]
    return {name: f"({{said}} -> -1 -> '{name}')" for name in names} | {all_as: "{said}"}


def said(noun: str) -> dict[str, str]:
    """All versions, read once a row, for the author's circle alone: both walls."""
    table, names = NOTED[noun]
    told = ", ".join(f"'{name}', n.{name}" for name in ("version", "written_at", "written_by", *names))
    own = f"from {table} n where n.row_id = {{t}}.id and n.circle_no = {GRANTEES}"
    return {"said": f"(select json_agg(json_build_object({told}) order by n.version) {own})"}


def revised(noun: str) -> str:
    """Who corrected what, when, and what was before."""
    said = ", ".join(f"'{name}', r.{name}" for name in ("version", "revised_at", "revised_by", "before"))
    listed = f"json_agg(json_build_object({said}) order by r.version)"
    return f"(select {listed} from {REVISED[noun]} r where r.row_id = {{t}}.id)"


LATEST = (
    "select t.* from counselling_contact t where t.person_id = $1 and t.circle_no = $2 and t.voided_at is null"
    " and {where} order by t.held_at desc, t.id desc limit 2"
)


VISITS = (
    "select t.id, t.person_id, t.unit_no, t.circle_no, case when t.voided_at is null then"
    " (select n.next_on from health_note n where n.row_id = t.id and n.circle_no = t.circle_no"
    " order by n.version desc limit 1) end as next_on"
    " from health_visit t where t.person_id = $1 and t.circle_no = $2"
    " order by t.voided_at is null desc, t.visited_on desc, t.id desc limit 2"
)


class Circle:
    """Notes and corrections, written on one transaction."""

    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx

    async def note(self, noun: str, row: Row, said: Mapping[str, Any]) -> None:
        """The next version: what is said now, over what was said before."""
        table, names = NOTED[noun]
        last = await self.connection.fetchrow(
            f"select * from {table} where row_id = $1 and circle_no = $2 order by version desc limit 1",
            row["id"],
            row["circle_no"],
        )
        before = {name: last[name] for name in names} if last else {}
        if before == before | dict(said) or not (last or any(value is not None for value in said.values())):
            return
        facts = before | dict(said)
        await insert(
            self.connection,
            table,
            facts
            | {
                "id": new_id(),
                "row_id": row["id"],
                "version": last["version"] + 1 if last else 1,
                "circle_no": row["circle_no"],
                "written_by": self.ctx.actor.account_id,
            },
        )

    async def revise(self, noun: str, known: Row, before: Mapping[str, Any]) -> None:
        """What a row said before this correction."""
        if not before:
            return
        await insert(
            self.connection,
            REVISED[noun],
            {
                "id": new_id(),
                "row_id": known["id"],
                "version": known["version"],
                "before": as_json(dict(before)),
                "revised_by": self.ctx.actor.account_id,
            },
        )

    async def latest(self, row: Row, *, within: Scope) -> Sequence[Row]:
        """The last two living contacts of a circle with a person, newest first, under the wall of the road."""
        where, bounds = (
            ("true", ()) if within.road is Road.GRANT else ("t.unit_no between $3 and $4", (within.lo, within.hi))
        )
        found = await self.connection.fetch(LATEST.format(where=where), row["person_id"], row["circle_no"], *bounds)
        return [dict(contact) for contact in found]

    async def visits(self, row: Row) -> Sequence[Row]:
        """A circle's last two visits with a person, newest first, and this one, with the day of the next."""
        found = await self.connection.fetch(VISITS, row["person_id"], row["circle_no"])
        last = [dict(visit) for visit in found]
        gone = {"next_on": None} | {name: row[name] for name in ("id", "person_id", "unit_no", "circle_no")}
        return last if row["id"] in {visit["id"] for visit in last} else [*last, gone]
