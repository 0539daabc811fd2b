"""A need for which nothing happens: after the days of the rule it stands in its unit's inbox (issue 4 §4).

What ends the silence: a referral of that kind (its own days run while it is open), a course under way, any other
support recorded or moved on since; each starts the days anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.acts import Context
from domain.case.duties import task_of
from domain.contact.noun import ContactTopic as Topic
from domain.law.clock import Event, run_clock
from domain.law.in_force import Law
from domain.law.wording import Bilingual
from domain.need.noun import NEED, NeedKind
from domain.reading import Scope
from domain.referral.noun import ReferralKind as Referred
from domain.task.due import TaskDue

IDLE: Final = "need_idle"
RULE: Final = "need.idle"
FOUND: Final = Bilingual("ngày ghi nhận nhu cầu", "day the need was found")
LAST: Final = Bilingual("ngày hỗ trợ gần nhất cho nhu cầu này", "day of the latest support for this need")


class Answers(NamedTuple):
    """What answers a need of one kind, beside the training, jobs and loans that have a noun of their own."""

    referrals: tuple[Referred, ...]
    topics: tuple[Topic, ...] = ()


ANSWERED_BY: Final[Mapping[NeedKind, Answers]] = {
    NeedKind.VOCATIONAL_TRAINING: Answers((Referred.VOCATIONAL_TRAINING,)),
    NeedKind.JOB: Answers((Referred.JOB_PLACEMENT,)),
    NeedKind.LOAN: Answers((Referred.LOAN,)),
    NeedKind.EDUCATION: Answers((Referred.EDUCATION,)),
    NeedKind.HOUSING: Answers((Referred.SOCIAL_ASSISTANCE,)),
    NeedKind.PAPERS: Answers((Referred.ID_OR_RESIDENCE_PAPER,)),
    NeedKind.LEGAL_AID: Answers((Referred.LEGAL_AID,), (Topic.LEGAL,)),
    NeedKind.SOCIAL_ASSISTANCE: Answers((Referred.SOCIAL_ASSISTANCE,)),
    NeedKind.HEALTH_SERVICE: Answers(
        (
            Referred.SUBSTITUTION_TREATMENT,
            Referred.VOLUNTARY_REHAB,
            Referred.MENTAL_HEALTH,
            Referred.HEALTH_SERVICE,
            Referred.TESTING_BEYOND_STATION,
        )
    ),
    NeedKind.COUNSELLING: Answers((Referred.MENTAL_HEALTH,), tuple(Topic)),
    NeedKind.FAMILY: Answers((Referred.SOCIAL_ASSISTANCE,), (Topic.FAMILY,)),
    NeedKind.OTHER: Answers(tuple(Referred)),
}


class OpenNeed(NamedTuple):
    """An open need and what was done for it lately."""

    id: UUID
    person_id: UUID
    unit_no: int
    circle_no: int
    """In whose circle it was found: it is theirs to look at beside the commune."""
    found_on: date
    under_way: bool
    last_on: date | None


def idle_from(need: OpenNeed) -> Event:
    """What the days are counted from."""
    if need.last_on is not None and need.last_on > need.found_on:
        return Event(need.last_on, LAST)
    return Event(need.found_on, FOUND)


def idle_due(law: Law, need: OpenNeed) -> list[TaskDue]:
    """Pure: when the silence of an open need must be looked at; nothing while its answer is under way."""
    if need.under_way:
        return []
    event = idle_from(need)
    rule = law.book.rule(RULE, need.found_on)
    return [task_of(run_clock(rule, law.calendar, event, kind=IDLE)).of(need.circle_no)]


async def settle_needs(records: Any, ctx: Context, person_id: UUID | None) -> None:
    """The open needs of a person after something happened for them: their days begin anew, or stand still."""
    if person_id is not None:
        await settle_open(records, ctx, await records.needs.open_of(person_id))


async def settle_open(records: Any, ctx: Context, needs: Sequence[OpenNeed]) -> None:
    """The tasks of needs as they stand; safe to run twice."""
    if not needs:
        return
    law: Law = await records.law.in_force()
    for need in needs:
        due = idle_due(law, need)
        await records.tasks.settle(
            NEED.name, need.id, person_id=need.person_id, unit_no=need.unit_no, due=due, now=ctx.now
        )


async def find_idle_needs(records: Any, ctx: Context, within: Scope) -> None:
    """What time does: needs that came by set, or whose answer ended elsewhere, get their task."""
    await settle_open(records, ctx, await records.needs.silent(within=within))


async def resettle_needs(records: Any, ctx: Context, within: Scope) -> None:
    """What a changed law does: the days of every open need by the book as it stands."""
    await settle_open(records, ctx, await records.needs.all_open(within=within))
