"""What an import looks up of kept nouns for a whole batch: rows by reference and holder, things by their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.imports.pointing import Named
from domain.keeping import Row
from domain.reading import Scope
from persistence.keeping import KeptRows
from persistence.registry import READS
from persistence.scoping import walled

LIVING = "t.unit_no between $1 and $2 and t.voided_at is null"
ROWS = (
    "select t.* from {table} t where t.id = any(array("
    "select t.id from {table} t where {living} and t.source = $3 and t.source_ref = any($4::text[])"
    " union select t.id from {table} t where {living} and t.{holder} = any($5::uuid[]))) order by t.id{lock}"
)
COMMUNE = "(select c.no from unit c where c.level = 'commune' and t.unit_no between c.no and c.last_no)"
NAMED = (
    f"select t.*, {COMMUNE} as commune_no from {{table}} t where t.voided_at is null and {{wall}}"
    " and (t.id = any($1::uuid[]) or t.source_ref = any($2::text[]) or vn_fold({name}) = any($3::text[]))"
    " order by t.id limit 2000"
)


class KeptLookups:
    """On one transaction; the second wall holds beside the interval."""

    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx

    async def rows(
        self,
        noun: str,
        source: str,
        refs: Sequence[str],
        held: tuple[str, Sequence[UUID]],
        *,
        within: Scope,
        locking: bool,
    ) -> Sequence[Row]:
        """Living rows that bear one of the references, or are held by one of the persons or models."""
        holder, ids = held
        lock = " for no key update" if locking else ""
        sql = ROWS.format(table=READS[noun].table, living=LIVING, holder=holder, lock=lock)
        given = (within.lo, within.hi, source, sorted(set(refs)), list(set(ids)))
        return await KeptRows(self.connection, self.ctx, READS[noun]).many(sql, *given)

    async def named(
        self, noun: str, ids: Sequence[UUID], refs: Sequence[str], names: Sequence[str], *, within: Scope
    ) -> Sequence[Named]:
        """Living rows of a noun, by id, by reference or by folded name; as far as one may read them."""
        reads, grantees = READS[noun], list(self.ctx.actor.grantees)
        wall, given = walled(reads, within, grantees, list(ids), list(refs), list(names))
        name = "t.name" if "name" in reads.row.model_fields else "null::text"
        rows = await self.connection.fetch(NAMED.format(table=reads.table, wall=wall, name=name), *given)
        return [
            Named(row["id"], row.get("name", ""), row["source"], row["source_ref"], row["commune_no"], dict(row))
            for row in rows
        ]
