"""Adherence follow-ups: made on acceptance, one after the other as long as the service goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.acts import Context
from domain.keeping import Doing, Kept, Row, not_to_come, pointed, refuse
from domain.law.clock import Deadline
from domain.law.instants import due_instant
from domain.referral.clocks import another, as_task, planned
from domain.referral.moves import FOLLOW_UP_CYCLE, FOLLOWED
from domain.referral.noun import FOLLOW_UP, FollowUpState
from domain.refusals import flawed
from domain.task.due import TaskDue

BY_HAND = "by_hand"
"""Stands for the rule where somebody set the day themselves."""


class FollowUps(Kept):
    """Follow-ups of referrals. Who sent the person on asks how it goes."""

    noun = FOLLOW_UP
    reads = "read_referral"
    writes = "write_referral"
    told = frozenset({"referral_id", "due_on"})
    settled = frozenset({"referral_id"})
    life = FOLLOW_UP_CYCLE

    def check(self, whole: Row, today: date, /) -> None:
        refuse(not_to_come(whole, today, "done_on"))

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Raises `invalid` for a referral that is not this person's, is not seen, or is not under way."""
        row, known = doing.row, doing.known
        if known is not None:
            return {"due_rule": BY_HAND} if row["due_on"] != known["due_on"] else None
        of = await pointed(doing, "referral_id", "referral")
        if of is None or of["state"] not in FOLLOWED:
            raise flawed("/referral_id", "not_under_way")
        return {"turn": await doing.records.referrals.turns(row["referral_id"]) + 1, "due_rule": BY_HAND}

    async def follow(self, doing: Doing) -> None:
        """Its task; another one where it was the last; and the next day of the referral."""
        row, records = doing.row, doing.records
        open_ = row["state"] == FollowUpState.DUE and row["voided_at"] is None
        due = [_by_hand(row).of(row["circle_no"])] if open_ else []
        if due and doing.known is not None and doing.known["due_on"] == row["due_on"]:
            return
        await records.tasks.settle(
            FOLLOW_UP.name, row["id"], person_id=row["person_id"], unit_no=row["unit_no"], due=due, now=doing.ctx.now
        )
        referral = await records.referrals.held(row["referral_id"])
        if referral is None or referral["state"] not in FOLLOWED:
            return
        if await records.referrals.next_follow_up(row["referral_id"]) is None:
            law = await records.law.in_force()
            await self._add(records, doing.ctx, referral, [another(law, row["done_on"] or doing.ctx.today)])
        await records.referrals.due_with_follow_ups(row["referral_id"])

    async def plan(self, records: Any, ctx: Context, referral: Row) -> None:
        """The follow-ups that an acceptance brings."""
        await self._add(records, ctx, referral, planned(await records.law.in_force(), ctx.today))

    async def _add(self, records: Any, ctx: Context, referral: Row, clocks: Any) -> None:
        first = await records.referrals.turns(referral["id"]) + 1
        for turn, clock in enumerate(clocks, first):
            made = await records.referrals.add_follow_up(referral, turn, clock)
            await self._task(records, ctx, referral, made, clock)

    async def _task(self, records: Any, ctx: Context, referral: Row, id: Any, clock: Deadline) -> None:
        await records.tasks.settle(
            FOLLOW_UP.name,
            id,
            person_id=referral["person_id"],
            unit_no=referral["unit_no"],
            due=[as_task(clock).of(referral["circle_no"])],
            now=ctx.now,
        )


def _by_hand(row: Row) -> TaskDue:
    return TaskDue("referral_follow_up", due_instant(row["due_on"]), row["due_on"], row["due_rule"], {})


FOLLOW_UPS = FollowUps()
