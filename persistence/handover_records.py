"""Hand-overs, written: implements domain.handover.repository on one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.handover.repository import HandoverKnown, HandoverWaiting, Holding
from domain.ids import new_id
from domain.reading import Scope
from domain.refusals import Refusal
from domain.units.seat import Seat
from persistence.registry import READS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.transfer import moving, transferring
from persistence.writing import as_json, change, insert

KNOWN = (
    "select t.id, t.kind, t.state, t.person_id, t.unit_no, t.made_unit_no, t.asking_unit_id, t.asked_unit_id, t.due_at,"
    " t.rule from handover t where t.id = $1 and {wall} for no key update"
)
WAITING = (
    "select t.id, t.person_id, t.unit_no, coalesce(t.province_no, t.unit_no), t.left_at, t.left_on, t.told_at,"
    " t.due_at, t.rule from handover t where t.unit_no between $1 and $2 and t.state in ('proposed', 'acknowledged')"
)
LOCKED = "order by t.told_at, t.id for no key update skip locked"
HOLDER = (
    "select p.id, u.id, p.unit_no, p.full_name from person_identifier i join person p on p.id = i.person_id"
    " join unit u on u.no = p.unit_no where i.number_blind = $1 and i.status = 'active' and i.kind = 'personal_id'"
    " and p.voided_at is null order by i.recorded_at desc limit 1"
)
OPEN_TASKS = (
    "select kind, due_at, rule from task where person_id = $1 and state = 'open' and noun <> 'handover'"
    " order by due_at, id"
)

CUT = (
    "update access_grant set valid_to = $2 where person_id = $1 and valid_to > $2 and (reason <> 'referral'"
    " or grantee between $3 and (select last_no from unit where no = $3))"
)
"""What was granted inside the old unit ends; a service beyond it to which the person was referred goes on."""
CARES = ("assignment", "case_assignment")
"""Who looked after the person for the old unit does so no longer: the new one assigns its own."""


class Handovers:
    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def handover(self, id: UUID, *, within: Scope) -> HandoverKnown | None:
        wall, bounds = wall_of_write(READS["handover"], within)
        row = await self.connection.fetchrow(KNOWN.format(wall=wall), id, *bounds)
        return HandoverKnown(*row) if row else None

    async def open_of(self, person_id: UUID) -> bool:
        async with transferring(self.connection):
            return bool(
                await self.connection.fetchval(
                    "select exists (select from handover where person_id = $1"
                    " and state in ('proposed', 'acknowledged', 'accepted'))",
                    person_id,
                )
            )

    async def holder_of(self, national_id: str) -> Holding | None:
        blind = self.sealer.blind("person_identifier", national_id)
        async with transferring(self.connection):
            row = await self.connection.fetchrow(HOLDER, blind)
        return Holding(*row) if row else None

    async def unanswered(self, now: datetime, *, within: Scope) -> Sequence[HandoverWaiting]:
        rows = await self.connection.fetch(f"{WAITING} and t.due_at <= $3 {LOCKED}", within.lo, within.hi, now)
        return [HandoverWaiting(*row) for row in rows]

    async def open_ones(self, *, within: Scope) -> Sequence[HandoverWaiting]:
        rows = await self.connection.fetch(f"{WAITING} {LOCKED}", within.lo, within.hi)
        return [HandoverWaiting(*row) for row in rows]

    async def asked_today(self) -> int:
        async with transferring(self.connection):
            return int(
                await self.connection.fetchval(
                    "select count(*) from handover where kind = 'take' and recorded_by = $1"
                    " and told_at > $2::timestamptz - interval '1 day'",
                    self.ctx.actor.account_id,
                    self.ctx.now,
                )
            )

    async def add(self, id: UUID, facts: Mapping[str, Any], asked: Seat, asking: Seat) -> None:
        row = dict(facts) | {
            "id": id,
            "unit_no": asked.no,
            "made_unit_no": asking.no,
            "province_no": asked.province_no,
            "asked_unit_id": asked.id,
            "asking_unit_id": asking.id,
            "explanation": as_json(facts["explanation"]),
            "recorded_by": self.ctx.actor.account_id,
        }
        async with transferring(self.connection):
            await insert(self.connection, "handover", row)

    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None:
        row = dict(changes)
        row |= {name: as_json(row[name]) for name in ("deadlines", "explanation") if name in row}
        async with transferring(self.connection):
            await change(self.connection, "handover", id, row)

    async def move(self, person_id: UUID, expected_no: int, to: Seat, at: datetime) -> Sequence[Mapping[str, Any]]:
        """Lock the person first; then close before open, the person, all that moves with it, and what was granted."""
        async with transferring(self.connection):
            person = await self.connection.fetchrow(
                "select unit_no, full_name from person where id = $1 for no key update", person_id
            )
            if person is None or person["unit_no"] != expected_no or expected_no == to.no:
                raise Refusal("person_moved")
            await self._pass_responsibility(person_id, person["full_name"], to, at)
            await self._end_access(person_id, expected_no, at)
            await self._move_rows(person_id, to)
            rows = await self.connection.fetch(OPEN_TASKS, person_id)
        return [{"kind": row[0], "due_at": row[1].isoformat(), "rule": row[2]} for row in rows]

    async def _pass_responsibility(self, person_id: UUID, name: str, to: Seat, at: datetime) -> None:
        await self.connection.execute(
            "update responsibility set to_at = $2 where person_id = $1 and to_at is null", person_id, at
        )
        link = {"id": new_id(), "person_id": person_id, "unit_no": to.no, "unit_id": to.id, "from_at": at}
        await insert(self.connection, "responsibility", link | {"reason": "handover", "name_then": name})
        await self.connection.execute(
            "update person set unit_no = $2, province_no = $3, area_no = $4, version = version + 1, updated_at = $5"
            " where id = $1",
            person_id,
            to.no,
            to.province_no,
            to.area_no,
            at,
        )

    async def _end_access(self, person_id: UUID, old_no: int, at: datetime) -> None:
        await self.connection.execute(CUT, person_id, at, old_no)
        for table in CARES:
            await self.connection.execute(
                f"update {table} set valid_to = greatest(valid_from, $2), version = version + 1"
                " where person_id = $1 and coalesce(valid_to > $2, true)",
                person_id,
                at.date(),
            )

    async def _move_rows(self, person_id: UUID, to: Seat) -> None:
        for table, columns in moving():
            above = {"province_no": to.province_no, "area_no": to.area_no}
            kept = {name: value for name, value in above.items() if name in columns}
            sets = "".join(f", {name} = ${place}" for place, name in enumerate(kept, 3))
            await self.connection.execute(
                f"update {table} set unit_no = $2{sets} where person_id = $1", person_id, to.no, *kept.values()
            )
