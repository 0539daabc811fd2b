"""Discharge notices, written: implements domain.notice.repository on one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.ids import new_id
from domain.notice.clocks import DECISION_MISSING
from domain.notice.model import CONTENT
from domain.notice.repository import Held, NoticeKnown, NoticeOnFile
from domain.person.identity import masked_tail
from domain.person.phone import masked_phone
from domain.reading import Scope
from domain.units.seat import Seat
from persistence.decisions import IN_FORCE
from persistence.notices import AMENDMENTS, NOTICES, ROUTINGS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.transfer import transferring
from persistence.writing import as_json, change, insert

NUMBERS = {"id_number": masked_tail, "phone": masked_phone}
BLINDS = {"id_number": "person_identifier", "phone": "person_phone"}
"""The same blind index as on the register, so that a number is found there."""
PLAIN = tuple(name for name in CONTENT if name not in NUMBERS)
FACTS = tuple(name for name in NoticeKnown._fields if name not in ("unit_id", "content"))
BESIDE = ("notice_amendment", "notice_attachment", "training_certificate")
"""What lies with a notice, wherever it lies."""
END_STRETCH = (
    "update notice_routing set to_at = $4, reason = $3, sent_on_to = $2, version = version + 1"
    " where notice_id = $1 and to_at is null"
)
NEXT_STRETCH = (
    "insert into notice_routing (id, notice_id, unit_no, made_unit_no, from_at, name_then)"
    " select $2, n.id, $3, n.made_unit_no, $5, $4 from discharge_notice n where n.id = $1"
)
ISSUED = (
    "update discharge_notice set management_decision = $2, decision_issued_at = $3, alarmed_at = null,"
    " version = version + 1 where case_id = $1"
)
CALMED = (
    "update task t set state = 'done', done_at = $2, version = t.version + 1 from discharge_notice n"
    " where n.case_id = $1 and t.noun = 'discharge_notice' and t.subject_id = n.id and t.kind = $3 and t.state = 'open'"
)
UNDECIDED = (
    "select t.id from discharge_notice t where t.unit_no between $3 and $4 and t.completes_on between $1 and $2"
    " and t.kind = 'form_51' and t.state not in ('draft', 'cancelled') and t.alarmed_at is null"
    " and not decision_there(t.id) order by t.id"
)


class Notices:
    """Repository of notices. What is sealed never reaches the database in clear."""

    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def notice(self, id: UUID, *, within: Scope) -> NoticeKnown | None:
        where, bounds = wall_of_write(NOTICES, within)
        row = await self.connection.fetchrow(
            "select t.*, (select u.id from unit u where u.no = t.unit_no) as unit_id from discharge_notice t"
            f" where t.id = $1 and {where} for no key update of t",
            id,
            *bounds,
        )
        if row is None:
            return None
        content = {name: row[name] for name in PLAIN} | {name: self._opened(row, name) for name in NUMBERS}
        facts = {name: row[name] for name in FACTS}
        return NoticeKnown(**facts, unit_id=row["unit_id"], content=content)

    def _opened(self, row: Any, name: str) -> str | None:
        blob = row[f"{name}_sealed"]
        return None if blob is None else self.sealer.open(blob, table=NOTICES.table, row=row["id"], column=name)

    async def on_file(self, source: str, source_ref: str, canonical: str, *, within: Scope) -> NoticeOnFile | None:
        own = self.ctx.actor.unit_no
        await self.connection.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 51))", f"{own}|{source}|{source_ref}"
        )
        row = await self.connection.fetchrow(
            "select t.id, t.content_digest, t.latest_digest from discharge_notice t"
            " where t.source = $1 and t.source_ref = $2 and t.made_unit_no between $3 and $4",
            source,
            source_ref,
            within.lo,
            within.hi,
        )
        if row is None:
            return None
        return NoticeOnFile(row["id"], self._digest(canonical) in (row["content_digest"], row["latest_digest"]))

    async def person_by_number(self, number: str, unit_no: int, *, within: Scope) -> UUID | None:
        found: UUID | None = await self.connection.fetchval(
            "select i.person_id from person_identifier i join person p on p.id = i.person_id"
            " where i.number_blind = $1 and i.kind = 'personal_id' and i.status = 'active' and p.unit_no = $2"
            " and i.unit_no between $3 and $4 and p.voided_at is null",
            self.sealer.blind("person_identifier", number),
            unit_no,
            within.lo,
            within.hi,
        )
        return found

    async def amended_since_return(self, id: UUID, *, within: Scope) -> bool:
        where, bounds = wall_of_write(NOTICES, within)
        sql = f"select t.amended_at > t.returned_at from discharge_notice t where t.id = $1 and {where}"
        return bool(await self.connection.fetchval(sql, id, *bounds))

    async def open_routing(self, id: UUID, *, within: Scope) -> UUID | None:
        where, bounds = wall_of_write(ROUTINGS, within)
        sql = f"select t.id from notice_routing t where t.notice_id = $1 and t.to_at is null and {where}"
        found: UUID | None = await self.connection.fetchval(sql, id, *bounds)
        return found

    async def add(self, id: UUID, seat: Seat, content: Mapping[str, Any], more: Mapping[str, Any]) -> None:
        own = self.ctx.actor
        row = self._row(id, dict(content) | dict(more)) | {
            "id": id,
            "unit_no": seat.no,
            "made_unit_no": own.unit_no,
            "province_no": seat.province_no,
            "content_digest": self._digest(more["digest"]),
            "state_at": self.ctx.now,
            "recorded_by": own.account_id,
        }
        await insert(self.connection, NOTICES.table, row)

    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None:
        row = self._row(id, dict(changes))
        if "digest" in changes:
            row["latest_digest"] = self._digest(changes["digest"])
        if "state" in changes:
            row["state_at"] = self.ctx.now
        clock = row.pop("answer_clock", None)
        await change(self.connection, NOTICES.table, id, row)
        if clock is not None:
            await self.connection.execute(
                "update discharge_notice set clocks = clocks || $2::jsonb where id = $1", id, as_json(clock)
            )

    async def start_routing(self, id: UUID, notice: UUID, facts: Mapping[str, Any]) -> None:
        units = await self.connection.fetchrow(
            "select unit_no, made_unit_no from discharge_notice where id = $1", notice
        )
        await insert(self.connection, ROUTINGS.table, dict(facts) | dict(units) | {"id": id, "notice_id": notice})

    async def amend_routing(self, notice: UUID, changes: Mapping[str, Any]) -> None:
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, 2))
        await self.connection.execute(
            f"update notice_routing set version = version + 1, {sets} where notice_id = $1 and to_at is null",
            notice,
            *changes.values(),
        )

    async def add_amendment(self, notice: UUID, facts: Mapping[str, Any]) -> None:
        units = await self.connection.fetchrow(
            "select n.unit_no, n.made_unit_no, (select count(*)::int + 1 from notice_amendment a"
            " where a.notice_id = n.id) as place from discharge_notice n where n.id = $1",
            notice,
        )
        row = dict(facts) | dict(units) | {"id": new_id(), "notice_id": notice, "changes": as_json(facts["changes"])}
        row |= {"recorded_at": self.ctx.now, "recorded_by": self.ctx.actor.account_id}
        await insert(self.connection, AMENDMENTS.table, row)

    async def send_on(self, notice: UUID, routing: UUID, seat: Seat, reason: str, name: str) -> None:
        """The stretch of the one receiver ends, the next one's begins, the notice goes along."""
        async with transferring(self.connection):
            await self.connection.execute(END_STRETCH, notice, seat.id, reason, self.ctx.now)
            await self.connection.execute(NEXT_STRETCH, notice, routing, seat.no, name, self.ctx.now)
            await self.connection.execute(
                "update discharge_notice set unit_no = $2, province_no = $3 where id = $1",
                notice,
                seat.no,
                seat.province_no,
            )
            for table in BESIDE:
                await self.connection.execute(f"update {table} set unit_no = $2 where notice_id = $1", notice, seat.no)

    @asynccontextmanager
    async def beyond(self, case_id: UUID) -> AsyncIterator[Held | None]:
        """Under the role of hand-overs: the case lies behind the commune's walls, the law has its sender act."""
        sql = (
            "select c.unit_no, d.id from management_case c left join management_decision d on d.case_id = c.id"
            f" and d.state in {IN_FORCE} where c.id = $1"
        )
        async with transferring(self.connection):
            row = await self.connection.fetchrow(sql, case_id)
            yield None if row is None else Held(*row)

    async def handed_over(self, decision_id: UUID, minutes: str, at: datetime, *, within: Scope) -> bool:
        found: bool = await self.connection.fetchval(
            "select exists (select from decision_delivery t where t.decision_id = $1 and t.minutes_number = $2"
            " and t.received_at = $3 and t.recipient = 'person_or_representative' and t.unit_no between $4 and $5)",
            decision_id,
            minutes,
            at,
            within.lo,
            within.hi,
        )
        return found

    async def decision_issued(self, case_id: UUID, number: str, at: datetime) -> None:
        """The notice stays with its receiver when the person moves on, so its row may lie beyond the signer's walls."""
        async with transferring(self.connection):
            await self.connection.execute(ISSUED, case_id, number, at)
            await self.connection.execute(CALMED, case_id, at, DECISION_MISSING)

    async def sent_by(self, id: UUID, *, within: Scope) -> UUID | None:
        where, bounds = wall_of_write(NOTICES, within)
        found: UUID | None = await self.connection.fetchval(
            "select u.id from discharge_notice t join unit u on u.no = t.made_unit_no"
            f" where t.id = $1 and t.made_unit_no <> t.unit_no and {where}",
            id,
            *bounds,
        )
        return found

    async def decided(self, id: UUID, *, within: Scope) -> bool:
        where, bounds = wall_of_write(NOTICES, within)
        sql = f"select decision_there(t.id) from discharge_notice t where t.id = $1 and {where}"
        return bool(await self.connection.fetchval(sql, id, *bounds))

    async def undecided(self, since: date, until: date, *, within: Scope) -> Sequence[UUID]:
        rows = await self.connection.fetch(UNDECIDED, since, until, within.lo, within.hi)
        return [row["id"] for row in rows]

    def _digest(self, canonical: str) -> bytes:
        return self.sealer.blind(NOTICES.table, canonical)

    def _row(self, id: UUID, facts: dict[str, Any]) -> dict[str, Any]:
        """Columns of what is to be stored: numbers sealed, documents as text."""
        row = {name: value for name, value in facts.items() if name not in (*NUMBERS, "digest")}
        for name in NUMBERS.keys() & facts.keys():
            row |= self._sealed(id, name, facts[name])
        if "clocks" in row:
            row["clocks"] = as_json(row["clocks"])
        return row

    def _sealed(self, id: UUID, name: str, value: str | None) -> dict[str, Any]:
        if value is None:
            return {f"{name}_{part}": None for part in ("sealed", "tail", "blind")}
        return {
            f"{name}_sealed": self.sealer.seal(value, table=NOTICES.table, row=id, column=name),
            f"{name}_tail": NUMBERS[name](value),
            f"{name}_blind": self.sealer.blind(BLINDS[name], value),
        }
