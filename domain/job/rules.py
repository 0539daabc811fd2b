"""Job placements and the checks after the months that the rule book names (issue 4 §6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar

from domain.case.duties import consequences, task_of
from domain.job.noun import JOB, JOB_CHECK, IncomeBand, JobState
from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, pointed, refuse
from domain.law.clock import Event, run_clock
from domain.law.in_force import Law
from domain.law.instants import plus_months
from domain.law.life_cycle import LifeCycle, Move
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.wording import Bilingual
from domain.livelihood.history import history
from domain.livelihood.standing import standing
from domain.need.noun import NeedKind
from domain.need.waiting import settle_needs
from domain.refusals import Flaw, Refusal, flawed
from domain.support_model.rules import check_model
from domain.task.due import TaskDue
from domain.vocational.rules import check_need

SOUGHT, PLACED, ENDED = JobState.SOUGHT, JobState.PLACED, JobState.ENDED
JOB_LIFE = LifeCycle(
    "job_placement",
    initial=SOUGHT,
    moves=(
        Move(SOUGHT, PLACED, ("placed_on",)),
        Move(SOUGHT, ENDED, ("ended_on", "end_reason")),
        Move(PLACED, ENDED, ("ended_on", "end_reason")),
    ),
)
MAY = {"placed_on": {PLACED, ENDED}, "ended_on": {ENDED}, "end_reason": {ENDED}}
MUST = {"placed_on": {PLACED}, "ended_on": {ENDED}, "end_reason": {ENDED}}
STARTED = Bilingual("ngày bắt đầu làm việc", "day the job began")


class JobPlacements(Kept):
    """Jobs of persons."""

    noun = JOB
    reads = "read_livelihood"
    writes = "write_livelihood"
    told = frozenset(
        {"need_id", "sought_on", "occupation", "employer_id", "employer_name", "income_band", "support_model_id"}
    )
    settled = frozenset({"need_id"})
    texts: ClassVar = {"occupation": 200, "employer_name": 300}
    life = JOB_LIFE

    def check(self, whole: Row, today: date, /) -> None:
        flaws = standing(whole, may=MAY, must=MUST) + not_to_come(whole, today, "sought_on", "placed_on", "ended_on")
        flaws += checked_days(whole, ("sought_on", "placed_on"), ("sought_on", "ended_on"), ("placed_on", "ended_on"))
        if whole.get("employer_id") is not None and whole.get("employer_name") is not None:
            flaws.append(Flaw("/employer_name", "one_place"))
        refuse(flaws)

    async def complete(self, doing: Doing) -> Mapping[str, Any]:
        """Raises `invalid` for what it points to in vain. The stage is that of the first day, for good."""
        row, records = doing.row, doing.records
        await check_model(records, doing)
        await check_need(doing, frozenset({NeedKind.JOB}))
        await pointed(doing, "employer_id", "organisation")
        derived = history(doing, "sought_on", "placed_on", "ended_on", "end_reason")
        if doing.known is None:
            derived["stage"] = await records.livelihood.stage(row["person_id"], row["sought_on"])
        return derived

    async def follow(self, doing: Doing) -> None:
        await settle_job(doing, doing.row)
        await settle_needs(doing.records, doing.ctx, doing.row["person_id"])


async def settle_job(doing: Doing, job: Row) -> None:
    """The checks that are still to come are tasks, while the person is in that job."""
    records = doing.records
    done = await records.livelihood.checked_months(job["id"], within=doing.within)
    due = checks_due(await records.law.in_force(), job, done)
    if due:
        asks = await records.livelihood.asks(job["person_id"])
        due = [task.of(asks or job["circle_no"]) for task in due]
    await records.tasks.settle(
        JOB.name, job["id"], person_id=job["person_id"], unit_no=job["unit_no"], due=due, now=doing.ctx.now
    )
    records.extras["consequences"] = consequences(job["state"], job["state"], due)


def check_rules(book: RuleBook, placed_on: date) -> tuple[Rule, ...]:
    """After how many months one asks, by the rules of the day the job began."""
    return tuple(sorted(book.under("work.check", placed_on), key=lambda rule: rule.value.whole))


def checks_due(law: Law, job: Row, done: Collection[int]) -> list[TaskDue]:
    """Pure: what is still to be asked of a job, each after its months."""
    if job["state"] != PLACED or job["voided_at"] is not None:
        return []
    event = Event(job["placed_on"], STARTED)
    return [
        task_of(run_clock(rule, law.calendar, event, kind=f"job_check_{rule.value.whole}"))
        for rule in check_rules(law.book, job["placed_on"])
        if rule.value.whole not in done
    ]


class JobChecks(Kept):
    """Still in work, and what it brings in; one check for each of the months asked about."""

    noun = JOB_CHECK
    reads = "read_livelihood"
    writes = "write_livelihood"
    told = frozenset({"job_placement_id", "months", "checked_on", "in_work", "income_band"})
    settled = frozenset({"job_placement_id", "months"})

    def check(self, whole: Row, today: date, /) -> None:
        flaws = not_to_come(whole, today, "checked_on")
        if not whole["in_work"] and whole.get("income_band") not in (None, IncomeBand.NONE):
            flaws.append(Flaw("/income_band", "not_with_this_outcome"))
        refuse(flaws)

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for a job out of reach, months no rule asks about, a check before its day.

        Raises `job_not_placed` where there is no job to ask about.
        """
        job, row = await self._job(doing), doing.row
        if job["placed_on"] is None:
            raise Refusal("job_not_placed")
        asked = {rule.value.whole for rule in check_rules((await doing.records.law.in_force()).book, job["placed_on"])}
        if row["months"] not in asked:
            raise flawed("/months", "not_allowed")
        if row["checked_on"] < plus_months(job["placed_on"], row["months"]):
            raise flawed("/checked_on", "before_it_is_due")

    async def follow(self, doing: Doing) -> None:
        await settle_job(doing, await self._job(doing))

    async def _job(self, doing: Doing) -> Row:
        job: Row | None = await doing.records.rows(JOB.name).seen(doing.row["job_placement_id"], within=doing.within)
        if job is None or job["voided_at"] is not None:
            raise flawed("/job_placement_id", "not_in_scope")
        if job["person_id"] != doing.row["person_id"]:
            raise flawed("/job_placement_id", "of_another_person")
        return job


JOB_PLACEMENTS = JobPlacements()
JOB_CHECKS = JobChecks()
