"""What the service says of a follow-up: whether the person keeps to it, and on which day that was seen. No more.

No result of a test, no dose, no free text (ruling 32): support, not surveillance. Who sent the person on and the
person's circle see the word and the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.acts import Context, OnFile, act
from domain.bulk import Many
from domain.keeping import Doing, Row
from domain.law.instants import local_date
from domain.person.model import tidied
from domain.reading import Road, Scope
from domain.referral.following import FOLLOW_UPS
from domain.referral.moves import FOLLOW_UP_CYCLE, FOLLOWED
from domain.referral.noun import FOLLOW_UP, REPORT_RESULT, FollowUpResult, FollowUpState
from domain.refusals import Flaw, Refusal

REPORTED: Final = frozenset(
    {
        FollowUpResult.ATTENDING,
        FollowUpResult.ATTENDING_WITH_GAPS,
        FollowUpResult.NOT_BEGUN,
        FollowUpResult.STOPPED,
    }
)
"""What a service can say of somebody; whom it did not reach, it says nothing of."""


@dataclass(frozen=True)
class ReportAdherence:
    """The answer to one follow-up, under the service's own number."""

    follow_up_id: UUID
    result: str
    done_on: date
    source_ref: str


@act(FOLLOW_UP, "answer_referral")
async def report_adherence(records: Any, ctx: Context, within: Scope, said: ReportAdherence) -> UUID | OnFile:
    """Answer a follow-up of a referral to one's own unit. The same number again is the same report.

    Raises `not_found`, `not_addressed_here`, `reference_differs`, `wrong_move` for one that is answered or dropped.
    """
    source, ref = f"unit:{ctx.actor.unit_id}", str(tidied({"source_ref": said.source_ref})["source_ref"])
    told = {"result": said.result, "done_on": said.done_on}
    found = await records.referrals.reported(source, ref)
    if found is not None:
        if found["id"] != said.follow_up_id or any(found[name] != value for name, value in told.items()):
            raise Refusal("reference_differs")
        return OnFile(said.follow_up_id)
    known, referral = await _asked(records, within, said.follow_up_id)
    FOLLOW_UP_CYCLE.move(known["state"], FollowUpState.DONE, set(told))
    _check(said, referral, ctx.today)
    changes = told | {
        "state": FollowUpState.DONE.value,
        "reported_at": ctx.now,
        "report_source": source,
        "report_ref": ref,
        "updated_at": ctx.now,
    }
    row = await records.referrals.report(known, changes)
    await FOLLOW_UPS.follow(Doing(records, ctx, within, row, known))
    return said.follow_up_id


async def _asked(records: Any, within: Scope, id: UUID) -> tuple[Row, Row]:
    """The follow-up, in sight and addressed to the caller, and its referral, both under lock."""
    if await records.rows(FOLLOW_UP.name).seen(id, within=within) is None:
        raise Refusal("not_found")
    known, referral = await records.referrals.asked(id)
    to = referral["to_unit_no"]
    mine = to in within.grantees if within.road is Road.GRANT else within.lo <= to <= within.hi
    if not mine:
        raise Refusal("not_addressed_here")
    if known["voided_at"] is not None:
        raise Refusal("already_voided")
    if referral["state"] not in FOLLOWED:
        raise Refusal("wrong_move", noun=FOLLOW_UP.name, state=known["state"], to=FollowUpState.DONE, allowed=[])
    return known, referral


def _check(said: ReportAdherence, referral: Row, today: date) -> None:
    flaws = []
    if said.result not in REPORTED:
        flaws.append(Flaw("/result", "not_for_this_kind"))
    if said.done_on > today:
        flaws.append(Flaw("/done_on", "in_the_future"))
    elif said.done_on < local_date(referral["sent_at"]):
        flaws.append(Flaw("/done_on", "before_it_was_sent"))
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))


report_adherences: Final = Many(
    report_adherence, REPORT_RESULT, ("id", "version", "state", "result", "done_on", "report_ref"), "/reports"
)
