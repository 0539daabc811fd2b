"""Referrals: consent first, each side its own moves, access while open, always a next day (issue: the support, 8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from domain.access.policy import POLICY, Reach
from domain.acts import Act, Context
from domain.keeping import Doing, Kept, Row, Shift, checked_days, not_to_come, refuse
from domain.law.in_force import Law
from domain.law.instants import local_date
from domain.need.waiting import settle_needs
from domain.reading import Road, Scope
from domain.referral.clocks import as_task, expiry, next_step, planned
from domain.referral.following import FOLLOW_UPS
from domain.referral.moves import CYCLE, FOLLOWED, OPEN, Side, step
from domain.referral.noun import FOLLOW_UP, MET, REFERRAL, ConsentScope, ReferralState, classes_of
from domain.refusals import Flaw, Refusal, flawed
from domain.support_model.rules import check_model

STAMPS: Mapping[str, str] = {
    ReferralState.SENT: "sent_at",
    ReferralState.RECEIVED: "received_at",
    ReferralState.ACCEPTED: "answered_at",
    ReferralState.DECLINED: "answered_at",
}
"""The instant that a move leaves on the row."""
AGREED = frozenset({"kind", "to_unit_id", "service", "consent_on", "consent_scope"})
"""What the person agreed to and the other side has read: fixed once it is sent."""
ANSWERS = "answer_referral"
TO_ANSWER = "referral_answer"
WAITED_FOR = frozenset({ReferralState.SENT, ReferralState.RECEIVED})
"""States in which the other side has to act: it has a task of its own, where it is no unit of the register."""
ANSWERING = frozenset(
    str(role) for role, powers in POLICY.items() if powers.permissions.get(ANSWERS, Reach.NONE) > Reach.TOTALS
)
"""Who answers for a unit, where somebody signs in for it."""


class Referrals(Kept):
    """Referrals, the access that stands and falls with them, and their two sides."""

    noun = REFERRAL
    reads = "read_referral"
    writes = "write_referral"
    told = frozenset({"kind", "to_unit_id", "service", "support_model_id", "reason", "consent_on", "consent_scope"})
    texts: ClassVar = {"reason": 1000, "answer_note": 1000}
    life = CYCLE

    def __init__(self) -> None:
        super().__init__()

        async def answer_referral(records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
            return await self._answer(records, ctx, within, shift)

        self.answer: Act[Shift] = Act(answer_referral, REFERRAL, ANSWERS, True, REFERRAL.name)

        async def record_told_answer(records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
            return await self._told(records, ctx, within, shift)

        self.tell: Act[Shift] = Act(record_told_answer, REFERRAL, self.writes, True, REFERRAL.name)

    # -- what holds together -------------------------------------------------------------------------------------

    def check(self, whole: Row, today: date, /) -> None:
        """Consent has a day that has come and covers the name; an outcome fits how it ended."""
        flaws = not_to_come(whole, today, "consent_on", "attended_on", "service_from", "told_on")
        flaws += checked_days(whole, ("consent_on", "attended_on"), ("attended_on", "service_from"))
        scope = whole.get("consent_scope") or ()
        if scope and ConsentScope.IDENTITY not in scope:
            flaws.append(Flaw("/consent_scope", "required"))
        if scope and whole.get("consent_on") is None:
            flaws.append(Flaw("/consent_on", "required"))
        refuse(flaws + _misfit(whole) + _told_early(whole))

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Raises `invalid` for an address that takes no referrals, and for a change of what was agreed to."""
        row, known = doing.row, doing.known
        await check_model(doing.records, doing)
        if known is not None and known["state"] != ReferralState.DRAFT:
            _refuse_changed(row, known)
        addressed = {} if _same(row, known, "to_unit_id") else await self._addressed(doing)
        if known is not None and row["state"] == known["state"]:
            return addressed
        return addressed | await self._moved(doing)

    async def _addressed(self, doing: Doing) -> dict[str, Any]:
        """An organisation that renders services, or the person's own commune: nobody else's staff sees a name by it."""
        found = await doing.records.referrals.addressed(doing.row["to_unit_id"], doing.ctx.today)
        if found is None:
            raise flawed("/to_unit_id", "no_such_unit")
        if not found.renders_services and found.no != doing.row["unit_no"]:
            raise flawed("/to_unit_id", "takes_no_referrals")
        return {"to_unit_no": found.no}

    async def _moved(self, doing: Doing) -> dict[str, Any]:
        """What a new state brings to the row: its instants, and the next day."""
        state, now = doing.row["state"], doing.ctx.now
        stamps: dict[str, Any] = {"state_at": now} | ({STAMPS[state]: now} if state in STAMPS else {})
        if state == ReferralState.NO_SHOW:
            stamps["appointment_on"] = None  # the next one is told anew
        if state not in OPEN:
            return stamps | {"due_on": None, "due_rule": None, "expires_on": None, "closed_at": now}
        law = await doing.records.law.in_force()
        return stamps | {"expires_on": expiry(law, state, doing.ctx.today)} | await self._due(doing, law)

    async def _due(self, doing: Doing, law: Law) -> dict[str, Any]:
        if doing.row["state"] not in FOLLOWED:
            clock = next_step(law, doing.row["state"], doing.ctx.today)
            return {"due_on": clock.due_on, "due_rule": str(clock.rule)}
        first = await doing.records.referrals.next_follow_up(doing.row["id"])
        if first is None:
            clock = planned(law, doing.ctx.today)[0]
            first = (clock.due_on, str(clock.rule))
        return {"due_on": first[0], "due_rule": first[1]}

    # -- what a change brings ------------------------------------------------------------------------------------

    async def follow(self, doing: Doing) -> None:
        """Access, follow-ups and tasks as the state has them; and what the needs behind it wait for."""
        await self._follow(doing)
        await settle_needs(doing.records, doing.ctx, doing.row["person_id"])

    async def _follow(self, doing: Doing) -> None:
        row, records, now = doing.row, doing.records, doing.ctx.now
        over = row["state"] not in OPEN or row["voided_at"] is not None
        if over:
            await close(records, row, now)
            if row["sent_at"] is not None:
                records.extras["consequences"] = [_seen("loses_access", row)]
            return
        if row["state"] == ReferralState.SENT and row["to_unit_no"] != row["unit_no"]:
            await self._opened(records, row, now)
        if row["state"] == ReferralState.ACCEPTED and await records.referrals.next_follow_up(row["id"]) is None:
            await FOLLOW_UPS.plan(records, doing.ctx, row)
        await self._remind(doing)

    async def _opened(self, records: Any, row: Row, now: datetime) -> None:
        await records.grants.settle(
            REFERRAL.name,
            row["id"],
            person_id=row["person_id"],
            grantee=row["to_unit_no"],
            classes=classes_of(row["kind"], tuple(row["consent_scope"])),
            since=now,
            until=None,
        )
        records.extras["consequences"] = [_seen("gains_access", row)]

    async def _remind(self, doing: Doing) -> None:
        """A task of who is responsible and who sent, one of who was asked; follow-ups bring tasks of their own."""
        row = doing.row
        due = []
        if row["state"] not in FOLLOWED:
            since = row["state_at"].astimezone(doing.ctx.now.tzinfo).date()
            clock = next_step(await doing.records.law.in_force(), row["state"], since)
            due = [as_task(clock).of(row["circle_no"])]
            if row["state"] in WAITED_FOR and row["to_unit_no"] != row["unit_no"]:
                due.append(as_task(clock, TO_ANSWER).of(row["to_unit_no"], only=True))
        await doing.records.tasks.settle(
            REFERRAL.name, row["id"], person_id=row["person_id"], unit_no=row["unit_no"], due=due, now=doing.ctx.now
        )

    # -- two sides -----------------------------------------------------------------------------------------------

    def step(self, state: str, to: str, given: Collection[str]) -> None:
        step(Side.SENDER, state, to, given)

    async def _answer(self, records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
        """A move of the unit addressed. Who is responsible for the person answers for units below them."""
        known = await self._known(records, shift.id, within)
        if within.road is not Road.GRANT and not within.lo <= known["to_unit_no"] <= within.hi:
            raise Refusal("not_addressed_here")
        facts = self._tidy({name: value for name, value in shift.told.items() if value is not None})
        await self._received(records, ctx, within, known, shift.to, {**ITSELF, **facts})
        return shift.id

    async def _told(self, records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
        """What a service that nobody signs in for said, recorded by the side that sent; kept as told.

        Raises `answers_itself` where somebody signs in for the unit addressed.
        """
        known = await self._known(records, shift.id, within)
        if await records.referrals.signs_in(known["to_unit_no"], ANSWERING):
            raise Refusal("answers_itself")
        await self._received(records, ctx, within, known, shift.to, self._tidy(dict(shift.told)))
        return shift.id

    async def _received(
        self, records: Any, ctx: Context, within: Scope, known: Row, to: str, facts: Mapping[str, Any]
    ) -> None:
        """A move of the side addressed, whoever puts it on file."""
        facts = {name: value for name, value in facts.items() if value is not None or name in ITSELF}
        step(Side.RECEIVER, known["state"], to, self.at_hand(known, facts))
        await self._change(records, ctx, within, known, dict(facts) | {"state": to})

    async def write(self, doing: Doing, known: Row, changes: Row) -> Row:
        """On the granted road the second wall lets nobody change what another circle wrote, but for an answer."""
        if doing.within.road is Road.GRANT and doing.within.permission == ANSWERS:
            row: Row = await doing.records.referrals.answer(known, changes)
            return row
        return await super().write(doing, known, changes)


ITSELF: Mapping[str, None] = {"answered_by": None, "told_on": None}
"""Of an answer that the unit addressed gave itself nothing was told."""


async def close(records: Any, row: Row, now: datetime) -> None:
    """Nothing is due any more, and the access that it gave has ended with this very act."""
    await records.grants.end(row["id"], now)
    await records.tasks.settle(
        REFERRAL.name, row["id"], person_id=row["person_id"], unit_no=row["unit_no"], due=[], now=now
    )
    for id in await records.referrals.drop_follow_ups(row["id"], now):
        await records.tasks.settle(
            FOLLOW_UP.name, id, person_id=row["person_id"], unit_no=row["unit_no"], due=[], now=now
        )


def _same(row: Row, known: Row | None, name: str) -> bool:
    return known is not None and row[name] == known[name]


def _refuse_changed(row: Row, known: Row) -> None:
    changed = [name for name in sorted(AGREED) if _plain(row[name]) != _plain(known[name])]
    refuse([Flaw(f"/{name}", "not_changeable") for name in changed])


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _misfit(whole: Row) -> list[Flaw]:
    """An outcome of a completed service stands with `completed`, the others with `discontinued`."""
    outcome, state = whole.get("outcome"), whole["state"]
    if outcome is None:
        return []
    ended = {ReferralState.COMPLETED: outcome in MET, ReferralState.DISCONTINUED: outcome not in MET}
    return [] if ended.get(state) else [Flaw("/outcome", "not_for_this_kind")]


def _told_early(whole: Row) -> list[Flaw]:
    """Nothing can be told in answer to what was not sent yet."""
    told, sent = whole.get("told_on"), whole.get("sent_at")
    early = told is not None and sent is not None and told < local_date(sent)
    return [Flaw("/told_on", "before_it_was_sent")] if early else []


def _seen(kind: str, row: Row) -> dict[str, Any]:
    """Who gains or loses sight, as a consequence shown (names of nouns, never of people)."""
    nouns = classes_of(row["kind"], tuple(row["consent_scope"]))
    return {"kind": kind, "person_id": str(row["person_id"]), "unit_id": str(row["to_unit_id"]), "nouns": list(nouns)}


REFERRALS = Referrals()
