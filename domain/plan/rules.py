"""Plans, their steps and reviews: an agreed plan is followed by a new edition, never rewritten (issue 4 §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.case.duties import explained
from domain.ids import new_id
from domain.keeping import Doing, Holder, Kept, Row, checked_days, not_to_come, pointed, refuse
from domain.law.explain import Explanation, fact_step
from domain.law.instants import due_instant
from domain.law.life_cycle import LifeCycle, Move
from domain.law.wording import day_text
from domain.livelihood.history import history
from domain.plan.noun import PLAN, PLAN_REVIEW, PLAN_STEP, PlanState, StepOwner, StepState
from domain.reading import Road
from domain.refusals import Flaw, Refusal, flawed
from domain.support_model.rules import check_model
from domain.task.due import TaskDue

DRAFT, AGREED, SUPERSEDED = PlanState.DRAFT, PlanState.AGREED, PlanState.SUPERSEDED
COMPLETED, WITHDRAWN = PlanState.COMPLETED, PlanState.WITHDRAWN
OPEN, DONE, DROPPED = StepState.OPEN, StepState.DONE, StepState.DROPPED
AS_PLANNED = "as_planned@1"
"""What the plan itself says is due; no rule of law."""
PLAN_LIFE = LifeCycle(
    "reintegration_plan",
    initial=DRAFT,
    moves=(
        Move(DRAFT, AGREED, ("made_with_person_on",), "made with the person"),
        Move(DRAFT, WITHDRAWN, ("reason",)),
        Move(AGREED, COMPLETED, ("ended_on",)),
        Move(AGREED, WITHDRAWN, ("reason",)),
        Move(AGREED, SUPERSEDED, ("next_edition",), "when a later edition is agreed, and only then"),
    ),
)
STEP_LIFE = LifeCycle(
    "plan_step",
    initial=OPEN,
    moves=(
        Move(OPEN, DONE, ("done_on",)),
        Move(OPEN, DROPPED, ("reason",)),
        Move(DONE, OPEN, ("reason",), "recorded in error"),
        Move(DROPPED, OPEN, ("reason",), "taken up again"),
    ),
)


class Plans(Kept):
    """Plans in their editions."""

    noun = PLAN
    reads = "read_plan"
    writes = "write_plan"
    told = frozenset(
        {
            "supersedes_id",
            "drawn_on",
            "goals",
            "wishes",
            "situation",
            "resources",
            "suitable_work",
            "made_with_person",
            "made_with_person_on",
            "support_model_id",
        }
    )
    settled = frozenset({"supersedes_id"})
    texts: ClassVar = dict.fromkeys(("goals", "wishes", "situation", "resources", "suitable_work"), 4000) | {
        "reason": 500
    }
    life = PLAN_LIFE
    fresh = frozenset({"ended_on", "reason"})

    def check(self, whole: Row, today: date, /) -> None:
        flaws = not_to_come(whole, today, "drawn_on", "made_with_person_on", "ended_on")
        if whole["state"] == AGREED and not whole.get("made_with_person"):
            flaws.append(Flaw("/made_with_person", "required"))
        refuse(flaws + checked_days(whole, ("drawn_on", "made_with_person_on"), ("made_with_person_on", "ended_on")))

    async def complete(self, doing: Doing) -> Mapping[str, Any]:
        """Raises `plan_agreed` for a correction of what was agreed, `invalid` for a predecessor not in force."""
        row, known = doing.row, doing.known
        await check_model(doing.records, doing)
        if known is None:
            return history(doing) | {"edition": await self._edition(doing)}
        if known["state"] == row["state"] and row["state"] != DRAFT:
            raise Refusal("plan_agreed")
        if row["state"] == AGREED and row["supersedes_id"] is not None:
            await self._supersede(doing)
        return history(doing, "made_with_person_on", "ended_on", "reason")

    async def _edition(self, doing: Doing) -> int:
        before = await pointed(doing, "supersedes_id", PLAN.name)
        if before is None:
            return 1
        if before["state"] != AGREED:
            raise flawed("/supersedes_id", "plan_not_in_force")
        return int(before["edition"]) + 1

    async def _supersede(self, doing: Doing) -> None:
        """The predecessor ends as its successor is agreed. Who may not change it may not take its place."""
        rows = doing.records.rows(PLAN.name)
        before = await rows.known(doing.row["supersedes_id"], within=doing.within)
        if before is None or before["voided_at"] is not None or before["state"] != AGREED:
            raise flawed("/supersedes_id", "plan_not_in_force")
        ending = {"state": SUPERSEDED, "ended_on": doing.ctx.today}
        told = history(replace(doing, row=before | ending, known=before), "ended_on")
        row = await rows.amend(before, ending | {"updated_at": doing.ctx.now} | told)
        await settle_plan(doing, row)

    async def follow(self, doing: Doing) -> None:
        row = doing.row
        if doing.known is None and row["supersedes_id"] is not None:
            await self._carry_over(doing)
        if doing.known is not None and (doing.known["state"] != row["state"] or row["voided_at"] is not None):
            doing.records.extras["consequences"] = await settle_plan(doing, row)

    async def _carry_over(self, doing: Doing) -> None:
        """What is still open of the plan before is a step of the new one, as it was."""
        row, steps = doing.row, doing.records.rows(PLAN_STEP.name)
        holder = Holder(row["person_id"], row["unit_no"], row["province_no"])
        for step in await doing.records.livelihood.steps(row["supersedes_id"], within=doing.within):
            if step["state"] == OPEN:
                told = {name: step[name] for name in ("what", "owner", "owner_account_id", "owner_name", "due_on")}
                await steps.add(new_id(), holder, told | {"plan_id": row["id"], "carried_from_id": step["id"]})


async def settle_plan(doing: Doing, plan: Row) -> list[dict[str, Any]]:
    """Tasks of a plan's steps and of its next review: open while it is agreed. Gives what they come to."""
    live = plan["state"] == AGREED and plan["voided_at"] is None
    told: list[dict[str, Any]] = []
    for step in await doing.records.livelihood.steps(plan["id"], within=doing.within):
        told += await _settle(doing, PLAN_STEP.name, step, step["due_on"] if live and step["state"] == OPEN else None)
    next_on = await doing.records.livelihood.next_review(plan["id"], within=doing.within)
    return told + await _settle(doing, PLAN.name, plan, next_on if live else None)


async def _settle(doing: Doing, noun: str, row: Row, on: date | None) -> list[dict[str, Any]]:
    kind = "plan_step" if noun == PLAN_STEP.name else "plan_review"
    due = [] if on is None else [_due(kind, on).of(await _whose(doing, noun, row))]
    ids: tuple[UUID, UUID] = (row["id"], row["person_id"])
    await doing.records.tasks.settle(noun, ids[0], person_id=ids[1], unit_no=row["unit_no"], due=due, now=doing.ctx.now)
    return [{"kind": "deadline", "task": kind, "due_on": on.isoformat(), "rule": AS_PLANNED}] if on else []


async def _whose(doing: Doing, noun: str, row: Row) -> int:
    """A step is for the account that owns it; everything else for the circle in which the plan was written."""
    owner = row.get("owner_account_id") if noun == PLAN_STEP.name else None
    found = None if owner is None else await doing.records.livelihood.circle_of(owner)
    return int(row["circle_no"] if found is None else found)


def _due(kind: str, on: date) -> TaskDue:
    day = day_text(on)
    chain = Explanation((fact_step(f"hạn ghi trong kế hoạch: {day.vi}", f"as the plan says: {day.en}"),))
    return TaskDue(kind, due_instant(on), on, AS_PLANNED, explained(kind, on, chain, rule=AS_PLANNED))


class PlanSteps(Kept):
    """Steps with an owner and a day. They are written into a draft, and done while the plan is agreed."""

    noun = PLAN_STEP
    reads = "read_plan"
    writes = "write_plan"
    told = frozenset({"plan_id", "what", "owner", "owner_account_id", "owner_name", "due_on"})
    settled = frozenset({"plan_id"})
    texts: ClassVar = {"what": 1000, "owner_name": 200, "reason": 500}
    life = STEP_LIFE
    fresh = frozenset({"done_on", "reason"})

    def check(self, whole: Row, today: date, /) -> None:
        named = whole["owner"] == StepOwner.ACCOUNT
        flaws = [Flaw("/owner_account_id", "required")] if named and whole.get("owner_account_id") is None else []
        if not named and whole.get("owner_account_id") is not None:
            flaws.append(Flaw("/owner_account_id", "not_for_this_kind"))
        refuse(flaws + not_to_come(whole, today, "done_on"))

    async def complete(self, doing: Doing) -> None:
        """Raises `plan_agreed` for a change to an agreed plan's steps, `plan_not_agreed` for a move in any other."""
        plan = await plan_of(doing)
        moved = doing.known is not None and doing.known["state"] != doing.row["state"]
        if moved and plan["state"] != AGREED:
            raise Refusal("plan_not_agreed")
        if not moved and plan["state"] != DRAFT:
            raise Refusal("plan_agreed")
        await self._check_owner(doing)

    async def _check_owner(self, doing: Doing) -> None:
        """Who looks after persons by grant names nobody but themselves: they see no other accounts."""
        id = doing.row.get("owner_account_id")
        if id is None or (doing.known is not None and doing.known["owner_account_id"] == id):
            return
        granted = doing.within.road is Road.GRANT
        unit_no = doing.row["unit_no"]
        works = id == doing.ctx.actor.account_id if granted else await doing.records.livelihood.works_at(id, unit_no)
        if not works:
            raise flawed("/owner_account_id", "not_of_this_unit")

    async def follow(self, doing: Doing) -> None:
        row, plan = doing.row, await plan_of(doing)
        live = plan["state"] == AGREED and row["state"] == OPEN and row["voided_at"] is None
        due_on = row["due_on"] if live else None
        doing.records.extras["consequences"] = await _settle(doing, PLAN_STEP.name, row, due_on)


class PlanReviews(Kept):
    """How the plan goes, looked at with the person; the next look is a task."""

    noun = PLAN_REVIEW
    reads = "read_plan"
    writes = "write_plan"
    told = frozenset({"plan_id", "held_on", "with_person", "findings", "next_on"})
    settled = frozenset({"plan_id"})
    texts: ClassVar = {"findings": 4000}

    def check(self, whole: Row, today: date, /) -> None:
        refuse(not_to_come(whole, today, "held_on") + checked_days(whole, ("held_on", "next_on")))

    async def complete(self, doing: Doing) -> None:
        """Raises `plan_not_agreed`."""
        if (await plan_of(doing))["state"] != AGREED:
            raise Refusal("plan_not_agreed")

    async def follow(self, doing: Doing) -> None:
        plan = await plan_of(doing)
        next_on = await doing.records.livelihood.next_review(plan["id"], within=doing.within)
        live = plan["state"] == AGREED and plan["voided_at"] is None
        doing.records.extras["consequences"] = await _settle(doing, PLAN.name, plan, next_on if live else None)


async def plan_of(doing: Doing) -> Row:
    """The plan of a step or review. Raises `invalid` where it is out of reach, voided, or another person's."""
    plan: Row | None = await doing.records.rows(PLAN.name).seen(doing.row["plan_id"], within=doing.within)
    if plan is None or plan["voided_at"] is not None:
        raise flawed("/plan_id", "not_in_scope")
    if plan["person_id"] != doing.row["person_id"]:
        raise flawed("/plan_id", "of_another_person")
    return plan


PLANS = Plans()
PLAN_STEPS = PlanSteps()
PLAN_REVIEWS = PlanReviews()
