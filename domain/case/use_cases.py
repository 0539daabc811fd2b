"""Reads of cases, and how a case opens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.acts import Context, Read, act
from domain.case.duties import consequences, duties, explanations
from domain.case.keeping import Step, told
from domain.case.model import CaseTrigger, OpenCase, not_later, sensible, tidied
from domain.case.noun import ASSESSMENT, ASSIGNMENT, CASE, EVENT, FINDING, PROPOSAL, TEAM
from domain.case.repository import CaseKnown
from domain.ids import new_id
from domain.law.pathways import Pathway
from domain.person.repository import PersonKnown
from domain.reading import Road, Scope
from domain.refusals import Refusal, flawed

cases = Read(CASE, "read_case")
proposals = Read(PROPOSAL, "read_case")
findings = Read(FINDING, "read_case")
teams = Read(TEAM, "read_case")
assignments = Read(ASSIGNMENT, "read_case")
assessments = Read(ASSESSMENT, "read_case")
events = Read(EVENT, "read_case")

LONGEST = timedelta(days=3 * 366)
"""Treatment takes at most 36 months (L120 Art 29(1)): no completion lies further ahead."""


@act(CASE, "write_case")
async def open_case(records: Any, ctx: Context, within: Scope, new: OpenCase) -> UUID:
    """Open a case from a completed treatment, an accepted notice, or by hand.

    Other nouns open theirs by `open_case.rule(…)` inside their own act. Raises `case_open` while one is open,
    `already_voided`, `invalid` where trigger and facts do not fit.
    """
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    person: PersonKnown | None = await records.persons.person(new.person_id, within=within)
    if person is None:
        raise flawed("/person_id", "not_in_scope")
    if person.voided:
        raise Refusal("already_voided")
    _check_facts(ctx, new)
    id = new.id or new_id()
    facts = tidied({name: getattr(new, name) for name in STORED}) | {"state": "noticed", "state_since": ctx.today}
    case = _opened(id, new, person)
    due = duties(await records.law.in_force(), case)
    await records.cases.add(
        CASE.name,
        id,
        person_id=person.id,
        unit_no=person.unit_no,
        facts=facts | {"explanations": explanations(due)},
    )
    await told(records, ctx, case._replace(state=""), Step("noticed", _known_on(ctx, new)))
    await records.tasks.settle(CASE.name, id, person_id=person.id, unit_no=person.unit_no, due=due, now=ctx.now)
    records.extras["consequences"] = consequences("noticed", None, due)
    return id


STORED = (
    "trigger",
    "origin_noun",
    "origin_id",
    "pathway",
    "completed_on",
    "completed_at",
    "notice_received_at",
    "self_reported_on",
    "source",
    "source_ref",
)


def _opened(id: UUID, new: OpenCase, person: PersonKnown) -> CaseKnown:
    return CaseKnown(
        id=id,
        person_id=person.id,
        unit_id=id,
        unit_no=person.unit_no,
        state="noticed",
        trigger=new.trigger,
        pathway=new.pathway,
        completed_on=new.completed_on,
        completed_at=new.completed_at,
        notice_received_at=new.notice_received_at,
        self_reported_on=new.self_reported_on,
        proposal_received_on=None,
        decision_id=None,
        start_on=None,
        effective_end_on=None,
        certificate_on=None,
        ended_on=None,
        delivered=False,
        standing_still=False,
        assessed=False,
        born_on=person.born_on,
    )


def _known_on(ctx: Context, new: OpenCase) -> date:
    """When the unit learned of it."""
    received = new.notice_received_at
    return new.self_reported_on or (received.astimezone(ctx.now.tzinfo).date() if received else ctx.today)


def _check_facts(ctx: Context, new: OpenCase) -> None:
    sensible(new)
    if new.completed_on > ctx.today + LONGEST:
        raise flawed("/completed_on", "in_the_future")
    if new.completed_at is not None and new.completed_at.astimezone(ctx.now.tzinfo).date() != new.completed_on:
        raise flawed("/completed_at", "not_on_that_day")
    if new.notice_received_at is not None and new.notice_received_at > ctx.now:
        raise flawed("/notice_received_at", "in_the_future")
    not_later(new.self_reported_on, ctx.today, "/self_reported_on")
    if pointer := _missing(new):
        raise flawed(pointer, "required")
    substitution = new.pathway == Pathway.SUBSTITUTION_TREATMENT
    if new.trigger == CaseTrigger.SUBSTITUTION_TREATMENT_COMPLETION and not substitution:
        raise flawed("/pathway", "not_of_this_trigger")


def _missing(new: OpenCase) -> str | None:
    """What a trigger cannot be without."""
    if new.trigger == CaseTrigger.SELF_REPORT and new.self_reported_on is None:
        return "/self_reported_on"
    if new.trigger == CaseTrigger.DISCHARGE_NOTICE and new.notice_received_at is None:
        return "/notice_received_at"
    if new.trigger == CaseTrigger.TREATMENT_COURSE and new.origin_id is None:
        return "/origin_id"
    return None
