"""Who stands by the person, what authorities found, and the look back a year after the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.case.care import close_sight, open_sight
from domain.case.duties import explained
from domain.case.keeping import conclude, finding_of, known_case
from domain.case.model import (
    AssessmentOutcome,
    EndFact,
    FindingResult,
    NewAssessment,
    NewAssignment,
    NewFinding,
    NewTeam,
    TeamRole,
    not_later,
    sensible,
    tidied,
)
from domain.case.noun import ASSESSMENT, ASSIGNMENT, FINDING, TEAM
from domain.case.repository import CaseKnown, SupportKnown
from domain.ids import new_id
from domain.law.clock import Deadline, Event, run_clock
from domain.law.explain import Explanation, rule_step
from domain.law.in_force import Law
from domain.law.instants import plus_months
from domain.law.life_cycles import OPEN_CASE_STATES
from domain.law.removal import next_measure
from domain.law.terms import ADULT_AGE, LAW_OF_2021
from domain.law.wording import Bilingual
from domain.reading import Scope
from domain.refusals import Refusal, flawed

MOST_MEMBERS = 20
NEW_TEAMS = date(2026, 7, 1)
"""From this day a team is form 55 and an assignment form 59 or 60 (D163 Art 130, 136)."""


@act(FINDING, "record_finding")
async def record_finding(records: Any, ctx: Context, within: Scope, new: NewFinding) -> UUID:
    """What an authority found: number, date, authority, result. It moves nothing by itself (ruling 32)."""
    case = await known_case(records, ctx, new.case_id, within)
    sensible(new)
    not_later(new.found_on, ctx.today, "/found_on")
    law: Law = await records.law.in_force()
    id = new.id or new_id()
    facts = tidied({name: getattr(new, name) for name in ("number", "authority", "source", "source_ref")})
    facts |= {"case_id": case.id, "found_on": new.found_on, "result": new.result} | _follows(law, case, new)
    await records.cases.add(FINDING.name, id, person_id=case.person_id, unit_no=case.unit_no, facts=facts)
    return id


def _follows(law: Law, case: CaseKnown, new: NewFinding) -> dict[str, Any]:
    """Which measure follows a determination inside the term, by the law of its day and the person's age."""
    determined = new.result == FindingResult.ADDICTION_DETERMINED
    if not determined or new.found_on < LAW_OF_2021 or case.state not in OPEN_CASE_STATES:
        return {}
    born = case.born_on
    minor = born is not None and new.found_on < plus_months(born, 12 * ADULT_AGE)
    rule = next_measure(law.book, new.found_on, minor=minor)
    why = explained("next_measure", new.found_on, Explanation((rule_step(rule),)), rule=str(rule.ref))
    return {"next_measure": rule.value.word, "rule": str(rule.ref), "explanations": [why]}


@act(TEAM, "write_case")
async def appoint_team(records: Any, ctx: Context, within: Scope, new: NewTeam) -> UUID:
    """The management and support team (form 55); the former one ends the day before."""
    case = await _open(records, ctx, new.case_id, within)
    sensible(new)
    _check_members(new)
    _check_period(new.valid_from, new.valid_to)
    await records.cases.hold_team(case.id, new.valid_from - timedelta(days=1))
    members = [
        tidied({"name": member.name, "organisation": member.organisation}, at=f"/members/{place}")
        | {"role": member.role}
        for place, member in enumerate(new.members)
    ]
    facts = tidied({name: getattr(new, name) for name in ("number", "source", "source_ref")})
    facts |= {"members": members, "form": "D163/V/55" if new.decided_on >= NEW_TEAMS else None}
    return await _kept(records, case, TEAM.name, new, facts)


def _check_members(new: NewTeam) -> None:
    heads = [member for member in new.members if member.role == TeamRole.HEAD]
    if len(new.members) > MOST_MEMBERS:
        raise flawed("/members", "too_many", most=MOST_MEMBERS)
    if len(heads) != 1:
        raise flawed("/members", "one_head")


def _check_period(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise flawed("/valid_to", "ends_before_it_starts")


@act(ASSIGNMENT, "write_case")
async def assign(records: Any, ctx: Context, within: Scope, new: NewAssignment) -> UUID:
    """The person assigned to counsel and support (form 59; 60 after a move, D163 Art 130(1), 136(1)(b))."""
    case = await _open(records, ctx, new.case_id, within)
    sensible(new)
    _check_period(new.valid_from, new.valid_to)
    names = ("name", "organisation", "number", "council_resolution", "source", "source_ref")
    facts = tidied({name: getattr(new, name) for name in names})
    form = f"D163/V/{60 if new.after_move else 59}" if new.decided_on >= NEW_TEAMS else None
    id = await _kept(records, case, ASSIGNMENT.name, new, facts | {"account_id": new.account_id, "form": form})
    await open_sight(records, ctx, case, id, new)
    return id


async def _open(records: Any, ctx: Context, id: UUID, within: Scope) -> CaseKnown:
    case = await known_case(records, ctx, id, within)
    if case.state not in OPEN_CASE_STATES:
        raise Refusal("case_closed")
    return case


async def _kept(
    records: Any, case: CaseKnown, noun: str, new: NewTeam | NewAssignment, facts: Mapping[str, Any]
) -> UUID:
    id = new.id or new_id()
    dates = {"case_id": case.id, "decided_on": new.decided_on, "valid_from": new.valid_from, "valid_to": new.valid_to}
    await records.cases.add(noun, id, person_id=case.person_id, unit_no=case.unit_no, facts=dict(facts) | dates)
    return id


@act(TEAM, "write_case", guarded=True)
async def end_team(records: Any, _ctx: Context, within: Scope, end: EndFact) -> UUID:
    """The last day of a team."""
    return await _ended(records, TEAM.name, end, within)


@act(ASSIGNMENT, "write_case", guarded=True)
async def end_assignment(records: Any, ctx: Context, within: Scope, end: EndFact) -> UUID:
    """The last day of an assignment; what the counsellor sees by it ends with it."""
    id = await _ended(records, ASSIGNMENT.name, end, within)
    await close_sight(records, ctx, id, end.valid_to)
    return id


async def _ended(records: Any, noun: str, end: EndFact, within: Scope) -> UUID:
    known: SupportKnown | None = await records.cases.support(noun, end.id, within=within)
    if known is None:
        raise Refusal("not_found")
    sensible(end)
    _check_period(known.valid_from, end.valid_to)
    await records.cases.amend(noun, end.id, {"valid_to": end.valid_to})
    return end.id


@act(ASSESSMENT, "write_case")
async def assess(records: Any, ctx: Context, within: Scope, new: NewAssessment) -> UUID:
    """One year after the end: assessed or why not, in work or not; a relapse only by a finding on file.

    Raises `case_not_completed`, `assessed_already`.
    """
    case = await known_case(records, ctx, new.case_id, within)
    if case.state != "completed" or case.effective_end_on is None:
        raise Refusal("case_not_completed")
    if case.assessed:
        raise Refusal("assessed_already")
    found = await finding_of(records, case, new.finding_id, within)
    due = await _due(records, case.effective_end_on)
    sensible(new)
    _check_assessment(new, due, ctx.today)
    if new.outcome == AssessmentOutcome.FINDING and (
        found is None or found.result != FindingResult.ADDICTION_DETERMINED
    ):
        raise flawed("/finding_id", "required")
    id = new.id or new_id()
    facts = {name: getattr(new, name) for name in ("outcome", "assessed_on", "reason_not", "in_work", "finding_id")}
    facts |= tidied({"source": new.source, "source_ref": new.source_ref}) | {
        "case_id": case.id,
        "due_on": due.due_on,
        "rule": str(due.rule),
        "explanations": [explained("due_on", due.due_on, due.explanation, rule=str(due.rule))],
    }
    await records.cases.add(ASSESSMENT.name, id, person_id=case.person_id, unit_no=case.unit_no, facts=facts)
    await conclude(records, ctx, case._replace(assessed=True), case.state, {})
    return id


async def _due(records: Any, ends_on: date) -> Deadline:
    law: Law = await records.law.in_force()
    return run_clock(law.book.rule("assessment.after_end", ends_on), law.calendar, Event(ends_on, _ENDS))


_ENDS = Bilingual("ngày cuối của thời hạn", "last day of the term")


def _check_assessment(new: NewAssessment, due: Deadline, today: date) -> None:
    if new.outcome == AssessmentOutcome.NOT_ASSESSED:
        if new.reason_not is None:
            raise flawed("/reason_not", "required")
        return
    if new.assessed_on is None:
        raise flawed("/assessed_on", "required")
    not_later(new.assessed_on, today, "/assessed_on")
    if new.assessed_on < due.due_on:
        raise flawed("/assessed_on", "before_it_is_due")
