"""Review rounds, written: implements domain.review.repository on one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.person.identity import masked_tail
from domain.reading import Scope
from domain.review.model import TOLD
from domain.review.repository import EntryKnown, RequestKnown, RoundKnown
from domain.units.seat import Seat
from persistence.registry import READS
from persistence.reviews import ENTRIES, REQUESTS, ROUNDS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.writing import change, insert


class Reviews:
    """Repository of rounds, requests and the persons of a round."""

    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def round(self, id: UUID, *, within: Scope) -> RoundKnown | None:
        where, bounds = wall_of_write(ROUNDS, within)
        row = await self.connection.fetchrow(
            f"select t.id, t.unit_no, t.state, t.due_on from review_round t where t.id = $1 and {where}"
            " for no key update",
            id,
            *bounds,
        )
        return RoundKnown(*row) if row else None

    async def request(self, id: UUID, *, within: Scope) -> RequestKnown | None:
        where, bounds = wall_of_write(REQUESTS, within)
        row = await self.connection.fetchrow(
            f"select t.id, t.round_id, t.unit_no, t.state from review_request t where t.id = $1 and {where}"
            " for no key update",
            id,
            *bounds,
        )
        return RequestKnown(*row) if row else None

    async def entry(self, id: UUID, *, within: Scope) -> EntryKnown | None:
        where, bounds = wall_of_write(ENTRIES, within)
        row = await self.connection.fetchrow(
            "select t.*, (select u.id from unit u where u.no = t.unit_no) as unit_id from reviewed_person t"
            f" where t.id = $1 and {where} for no key update of t",
            id,
            *bounds,
        )
        if row is None:
            return None
        content = {name: row[name] for name in TOLD if name != "id_number"} | {"id_number": self._opened(row)}
        return EntryKnown(row["id"], row["round_id"], row["unit_no"], row["unit_id"], row["outcome"], content)

    def _opened(self, row: Any) -> str | None:
        blob = row["id_number_sealed"]
        return None if blob is None else self.sealer.open(blob, table=ENTRIES.table, row=row["id"], column="id_number")

    async def open_entries(self, round_id: UUID, *, within: Scope) -> int:
        where, bounds = wall_of_write(ENTRIES, within)
        sql = f"select count(*) from reviewed_person t where t.round_id = $1 and t.outcome = 'unanswered' and {where}"
        return int(await self.connection.fetchval(sql, round_id, *bounds))

    async def add_round(self, id: UUID, seat: Seat, facts: Mapping[str, Any]) -> None:
        row = dict(facts) | {
            "id": id,
            "unit_no": seat.no,
            "made_unit_no": seat.no,
            "province_no": seat.province_no,
            "recorded_by": self.ctx.actor.account_id,
        }
        await insert(self.connection, ROUNDS.table, row)

    async def ask(self, id: UUID, round_id: UUID, asked: Seat) -> None:
        await self.connection.execute(
            "insert into review_request (id, round_id, unit_no, made_unit_no, asked_unit_no, period_from, period_to,"
            " due_on) select $1, r.id, r.unit_no, r.unit_no, $3, r.period_from, r.period_to, r.due_on"
            " from review_round r where r.id = $2",
            id,
            round_id,
            asked.no,
        )

    async def add_entry(self, id: UUID, of: RoundKnown | RequestKnown, facts: Mapping[str, Any]) -> None:
        row = self._sealed(id, dict(facts)) | {
            "id": id,
            "unit_no": of.unit_no,
            "made_unit_no": self.ctx.actor.unit_no,
            "recorded_by": self.ctx.actor.account_id,
        }
        if isinstance(of, RequestKnown):
            row |= {"round_id": of.round_id, "request_id": of.id, "asked_unit_no": self.ctx.actor.unit_no}
        else:
            row["round_id"] = of.id
        await insert(self.connection, ENTRIES.table, row)

    def _sealed(self, id: UUID, row: dict[str, Any]) -> dict[str, Any]:
        number = row.pop("id_number")
        if number is None:
            return row
        return row | {
            "id_number_sealed": self.sealer.seal(number, table=ENTRIES.table, row=id, column="id_number"),
            "id_number_tail": masked_tail(number),
            "id_number_blind": self.sealer.blind("person_identifier", number),
        }

    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None:
        await change(self.connection, READS[noun].table, id, changes)

    async def turn_requests(self, round_id: UUID, *, ended: bool) -> None:
        """With the round its requests end or run again; an answer under way is waited for."""
        state = "'ended'" if ended else "case when answered_at is null then 'asked' else 'answered' end"
        await self.connection.execute(
            f"update review_request set state = {state}, version = version + 1 where round_id = $1", round_id
        )
