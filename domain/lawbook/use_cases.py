"""The law is data: read by everyone, changed by two persons, for the future or with a signed reason (issue 3 §1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.access.policy import Reach, reach_of
from domain.access.scope import scope_of
from domain.acts import Context, Read, act, steadily
from domain.ids import new_id
from domain.law.stored import calendar_row_from, rule_from
from domain.law.working_days import Reckoning, Skipped, WorkingCalendar
from domain.lawbook.noun import CALENDAR_DAY, LAW_CHANGE, RULE, ChangeKind, ChangeState
from domain.lawbook.rates import check_rate
from domain.lawbook.repository import ChangeKnown
from domain.person.model import tidied
from domain.reading import Road, Scope
from domain.refusals import Refusal, flawed

rules = Read(RULE, "read_rule")
holidays = Read(CALENDAR_DAY, "read_rule")
law_changes = Read(LAW_CHANGE, "change_rate")
MOST_DAYS = 2000
COUNTRY = 0
"""Stands for a province in a proposal for the whole country."""


@dataclass(frozen=True)
class ProposeChange:
    """A rule (its whole row, as `GET /v1/rules` gives it) or a day of the calendar."""

    kind: str
    payload: Mapping[str, Any]
    reason: str | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class DecideChange:
    id: UUID
    to: str


@act(LAW_CHANGE, "change_rate")
async def propose_change(records: Any, ctx: Context, within: Scope, new: ProposeChange) -> UUID:
    """Propose a row. It is checked as if approved now; a row for the past needs a reason.

    A province proposes its own rates alone (dossier §7.2): raises `forbidden` for any other rule.
    """
    reason = tidied({"reason": new.reason})["reason"] if new.reason else None
    whose = await _whose(records, ctx, within, new)
    first = await _first_day(records, new.kind, new.payload)
    if first is None or first <= ctx.today:
        _need_reason(reason)
    id = new.id or new_id()
    by = ctx.actor.account_id
    await records.lawbook.propose(id, new.kind, dict(new.payload), reason, by, ctx.now, unit_no=whose)
    return id


async def _whose(records: Any, ctx: Context, within: Scope, new: ProposeChange) -> int:
    """The province whose rate it is; 0 for who changes the law of the whole country."""
    if reach_of(ctx.actor.role, "change_rule") is not Reach.NONE:
        return COUNTRY
    if within.road is not Road.UNIT or new.kind != ChangeKind.RULE:
        raise Refusal("forbidden", permission="change_rule")
    law = await records.law.in_force()
    check_rate(law.book, rule_from(new.payload), await records.lawbook.province(within=within))
    return ctx.actor.unit_no


def _need_reason(reason: str | None) -> None:
    if reason is None:
        raise flawed("/reason", "required_for_the_past")


async def _first_day(records: Any, kind: str, payload: Mapping[str, Any]) -> date | None:
    """Check that the book or calendar would hold with the row in it; the first day it speaks about."""
    law = await records.law.in_force()
    if kind == ChangeKind.RULE:
        rule = rule_from(payload)
        law.book.superseding(rule)
        return rule.valid_from
    row = calendar_row_from(payload)
    if not law.calendar.covers(row.day):
        raise Refusal("calendar_unknown", on=row.day.isoformat())
    return row.day


@act(LAW_CHANGE, "change_rate", guarded=True)
async def decide_change(records: Any, ctx: Context, within: Scope, decide: DecideChange) -> UUID:
    """Approve or reject another's proposal, or withdraw one's own. Approved rows are in force for their dates."""
    known: ChangeKnown | None = await records.lawbook.change(decide.id, within=within)
    if known is None:
        raise Refusal("not_found")
    _check_move(ctx, known, decide.to)
    if decide.to == ChangeState.APPROVED:
        await _first_day(records, known.kind, known.payload)
        await _put_in_force(records, within, known)
    await records.lawbook.decide(decide.id, decide.to, ctx.actor.account_id, ctx.now)
    return decide.id


def _check_move(ctx: Context, known: ChangeKnown, to: str) -> None:
    """Two persons: nobody decides their own proposal, and only the proposer withdraws it."""
    if known.state != ChangeState.PROPOSED or to == ChangeState.PROPOSED:
        raise Refusal("wrong_move", allowed=[] if known.state != ChangeState.PROPOSED else list(DECISIONS))
    own = known.proposed_by == ctx.actor.account_id
    if own != (to == ChangeState.WITHDRAWN):
        raise Refusal("two_persons_needed")


DECISIONS = (ChangeState.APPROVED.value, ChangeState.REJECTED.value, ChangeState.WITHDRAWN.value)


async def _put_in_force(records: Any, within: Scope, known: ChangeKnown) -> None:
    law = await records.law.in_force()
    if within.road is not Road.COUNTRY:
        await records.lawbook.put_rate(rule_from(known.payload), known.id)
    elif known.kind == ChangeKind.RULE:
        rule = rule_from(known.payload)
        await records.lawbook.put_rule(rule, law.book.superseding(rule), known.id)
    else:
        await records.lawbook.put_day(calendar_row_from(known.payload), known.id)


@dataclass(frozen=True)
class Count:
    """Working days from a day on (negative: before it), or between two days."""

    start: date
    days: int | None = None
    until: date | None = None


async def working_days(ctx: Context, count: Count) -> dict[str, Any]:
    """The day on which the count ends, and each day it skipped, with why. Raises `calendar_unknown`."""
    return await steadily(ctx, lambda now: _working_days(now, count))


async def _working_days(ctx: Context, count: Count) -> dict[str, Any]:
    within = scope_of(ctx.actor, "read_rule")
    async with ctx.store.reading(ctx, within) as records:
        await records.enter("auto")
        law = await records.law.in_force()
    return told(reckoned(law.calendar, count))


def reckoned(calendar: WorkingCalendar, count: Count) -> Reckoning:
    if (count.days is None) == (count.until is None):
        raise flawed("/days", "days_or_until")
    if count.until is not None:
        if not 0 <= (count.until - count.start).days <= MOST_DAYS:
            raise flawed("/until", "out_of_range")
        return calendar.count_working_days(count.start, count.until)
    days = count.days or 0
    if not 1 <= abs(days) <= MOST_DAYS // 2:
        raise flawed("/days", "out_of_range")
    step = calendar.add_working_days if days > 0 else calendar.sub_working_days
    return step(count.start, abs(days))


def told(reckoning: Reckoning) -> dict[str, Any]:
    """A reckoning as plain values."""
    return {
        "start": reckoning.start,
        "days": reckoning.days,
        "due": reckoning.due,
        "calendar": reckoning.calendar,
        "skipped": [_day(day) for day in reckoning.skipped],
        "make_ups": [_day(day) for day in reckoning.make_ups],
    }


def _day(day: Skipped) -> dict[str, Any]:
    return {
        "day": day.day,
        "reason": day.reason.value,
        "name_vi": day.name.vi,
        "name_en": day.name.en,
        "confidence": day.confidence.value,
    }
