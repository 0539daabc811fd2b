"""The change feed, read: one statement a page, under the caller's road and both walls (persistence/changes.py)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, NamedTuple

from domain.acts import Context
from domain.change.model import Batch, Change, Following, Place, Watch
from domain.reading import Road, Scope
from domain.refusals import Refusal
from persistence.sealing import CursorSeal, SealBroken, bound_to

LAST = 2**63 - 1
"""Behind everything of a transaction."""
MODE = "force_custom_plan"
WALLS = {
    Road.UNIT: "t.unit_no between $4 and $5",
    Road.MADE: "t.made_unit_no between $4 and $5",
    Road.GRANT: "t.grantee = any($6::int[])",
    Road.COUNTRY: "t.unit_no is not null",
}
KINDS = {
    Road.UNIT: "case when t.kind = 'entered_scope' and t.other_unit_no between $4 and $5 then 'upsert' else t.kind end",
    Road.MADE: "case t.kind when 'entered_scope' then 'upsert' else t.kind end",
    Road.GRANT: "t.kind",
    Road.COUNTRY: "case t.kind when 'entered_scope' then 'upsert' else t.kind end",
}
"""A move between two units that the caller both holds is no move to them."""
UNSEEN = {
    Road.UNIT: "t.kind = 'left_scope' and t.other_unit_no between $4 and $5",
    Road.COUNTRY: "t.kind = 'left_scope'",
}
HEAD = (
    "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as below, c.system_identifier as cluster,"
    " case when h.cluster = c.system_identifier then h.floor else 0 end as floor"
    " from change_horizon h, pg_control_system() c"
)
JOURNAL = (
    "j as (insert into journal_entry (act, noun, outcome, subject_ids, shown) select 'read_change', 'change', 'read',"
    " coalesce(array_agg(distinct r.person_id) filter (where r.person_id is not null), '{}'), count(*) from r"
    " having count(*) > 0 or not $8)"
)


@lru_cache(8)
def page_sql(road: Road) -> str:
    """$1, $2 the place; $3 nouns; $4, $5 the interval; $6 grantees; $7 how many; $8 whether it may be waited over.

    The head of the feed and its rows come from one snapshot. Of head and rows, the head comes always.
    """
    unseen = f" and not ({UNSEEN[road]})" if road in UNSEEN else ""
    used = " and $4::int <= $5::int and $6::int[] is not null"
    return (
        f"with s as materialized ({HEAD}), r as materialized (select t.xid, t.seq, t.noun, t.subject_id, {KINDS[road]}"
        " as kind, t.version, t.person_id from row_change t where (t.xid, t.seq) > ($1, $2)"
        f" and t.xid < (select below from s) and t.noun = any($3::text[]) and {WALLS[road]}{unseen}{used}"
        f" order by t.xid, t.seq limit $7), {JOURNAL}"
        " select s.below, s.cluster, s.floor, r.* from s left join r on true order by r.xid, r.seq"
    )


class _Opened(NamedTuple):
    """What a cursor held: the place, whose scope and which server it was made under."""

    place: Place
    epoch: str
    cluster: int


class Changes:
    """Implements domain.change.repository on one transaction."""

    def __init__(
        self, connection: Any, seal: CursorSeal, ctx: Context, enter: Callable[[str], Awaitable[None]]
    ) -> None:
        self.connection = connection
        self.seal = seal
        self.ctx = ctx
        self.enter = enter

    async def after(self, asked: Following, watch: Watch, *, within: Scope) -> Batch:
        epoch = epoch_of(self.ctx, watch)
        opened = self._opened(asked, epoch, watch) if asked.cursor is not None else None
        await self.enter(MODE)
        if within.road is Road.GRANT:
            await self.connection.fetchval("select settle_grants()")
        place = opened.place if opened else Place(LAST, LAST)
        nouns, most = list(asked.nouns or watch.nouns), asked.most if opened else 0
        bounds = (within.lo, within.hi, self.ctx.actor.grantees)
        rows = await self.connection.fetch(page_sql(within.road), *place, nouns, *bounds, most, asked.patient)
        self._refuse_gone(opened, rows[0], watch)
        return self._batch(asked, watch, epoch, opened, rows)

    def _batch(self, asked: Following, watch: Watch, epoch: str, opened: _Opened | None, rows: list[Any]) -> Batch:
        below, cluster = rows[0]["below"], rows[0]["cluster"]

        def sealed(place: Place) -> str:
            payload = json.dumps([epoch, cluster, *place], separators=(",", ":")).encode()
            return self.seal.seal(payload, context=self._bound(asked))

        found = [row for row in rows if row["xid"] is not None]
        changes = tuple(
            Change(row["noun"], row["subject_id"], row["kind"], row["version"], sealed(Place(row["xid"], row["seq"])))
            for row in found
        )
        more = opened is not None and len(found) == asked.most
        if more:
            return Batch(changes, changes[-1].cursor, more, Place(found[-1]["xid"], found[-1]["seq"]), watch)
        head = Place(below - 1, LAST)  # everything below has been seen, told or not
        reached = max(head, opened.place) if opened else head
        return Batch(changes, sealed(reached), more, reached, watch)

    def _opened(self, asked: Following, epoch: str, watch: Watch) -> _Opened:
        try:
            kept, cluster, xid, seq = json.loads(self.seal.open(asked.cursor or "", self._bound(asked)))
        except (SealBroken, ValueError) as broken:
            raise Refusal("bad_cursor") from broken
        if kept != epoch:
            raise Refusal("scope_changed", nouns=watch.nouns)
        return _Opened(Place(xid, seq), kept, cluster)

    def _refuse_gone(self, opened: _Opened | None, head: Any, watch: Watch) -> None:
        """What lay between the cursor and the horizon may be gone; another server's numbers mean nothing here."""
        if opened and (opened.cluster != head["cluster"] or opened.place.xid + 1 < head["floor"]):
            raise Refusal("changes_forgotten", nouns=watch.nouns)

    def _bound(self, asked: Following) -> bytes:
        """A cursor belongs to its account and its filter; whose scope it was stands inside: that is another answer."""
        return bound_to(b"changes", self.ctx.actor.account_id.bytes, ",".join(sorted(asked.nouns)).encode())


def epoch_of(ctx: Context, watch: Watch) -> str:
    """Everything that decides which rows are in reach, but not the session: signing in again goes on."""
    actor, within = ctx.actor, watch.within
    parts = (
        *(actor.appointment_id, actor.role, actor.unit_id, actor.unit_no, actor.last_no, actor.level, actor.current),
        *(within.road.value, within.lo, within.hi, watch.nouns),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=9).hexdigest()
