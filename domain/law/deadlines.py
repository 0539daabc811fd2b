"""Everything that falls due around a case, computed from what is known to have happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.law.clock import Deadline, Event, run_clock
from domain.law.instants import Moment, local_date
from domain.law.pathways import Pathway
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.wording import Bilingual
from domain.law.working_days import WorkingCalendar


class DeadlineKind(StrEnum):
    """What falls due."""

    DISCHARGE_NOTICE = "discharge_notice"
    SELF_REPORT = "self_report"
    DOSSIER = "dossier"
    PROPOSAL = "proposal"
    DECISION = "decision"
    DECISION_REMINDER = "decision_reminder"
    DECISION_LATEST = "decision_latest"
    DECISION_DELIVERY = "decision_delivery"
    COMPLETION_COPY = "completion_copy"
    RESIDENCE_TRANSFER = "residence_transfer"
    CERTIFICATE = "certificate"
    ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvents:
    """What is known. A day where the hour is not known, an aware datetime where it is; None for not happened.

    `completes` is the completion of treatment, expected or done; `ends_on` the effective last day of the term.
    """

    pathway: Pathway
    completes: Moment | None = None
    returned: Moment | None = None
    paper_received: Moment | None = None
    notice_received: Moment | None = None
    self_reported: Moment | None = None
    proposal_received: Moment | None = None
    moved: Moment | None = None
    ends_on: date | None = None


def deadlines(book: RuleBook, calendar: WorkingCalendar, events: CaseEvents) -> tuple[Deadline, ...]:
    """All deadlines the law attaches to the events, earliest first.

    Each rule is chosen by the date of the event it hangs on, so both regimes may speak about one case. Raises what
    `run_clock` raises.
    """
    found = [clock for part in _PARTS for clock in part(book, calendar, events)]
    return tuple(sorted(found, key=lambda deadline: (deadline.due, deadline.kind)))


def _before_completion(book: RuleBook, calendar: WorkingCalendar, events: CaseEvents) -> Iterator[Deadline]:
    if events.completes is None:
        return
    on, event = local_date(events.completes), Event(events.completes, _COMPLETES, any_hour=True)
    if rule := _notice_rule(book, events.pathway, on):
        yield run_clock(rule, calendar, event, kind=DeadlineKind.DISCHARGE_NOTICE)
    if rule := book.find("decision.latest", on):
        yield run_clock(rule, calendar, event, kind=DeadlineKind.DECISION_LATEST)
    if rule := book.find("decision.handover", on):
        yield run_clock(rule, calendar, event, kind=DeadlineKind.DECISION_DELIVERY)


def _notice_rule(book: RuleBook, pathway: Pathway, on: date) -> Rule | None:
    """Before 2026-07-01 only compulsory ends were announced; the end of substitution treatment has no figure at all."""
    if pathway is Pathway.SUBSTITUTION_TREATMENT:
        rule = book.find("notice.lead.substitution", on)
        return rule if rule is not None and rule.value.word is None else None
    early = book.find("notice.lead.compulsory", on) if pathway.compulsory else None
    return early or book.find("notice.lead.all_rehab", on)


def _after_completion(book: RuleBook, calendar: WorkingCalendar, events: CaseEvents) -> Iterator[Deadline]:
    if events.completes is None or events.pathway is not Pathway.VOLUNTARY_FACILITY_PRIVATE:
        return
    if rule := book.find("completion_copy.private", local_date(events.completes)):
        event = Event(events.completes, _COMPLETES, any_hour=True)
        yield run_clock(rule, calendar, event, kind=DeadlineKind.COMPLETION_COPY)


def _reports(book: RuleBook, calendar: WorkingCalendar, events: CaseEvents) -> Iterator[Deadline]:
    if events.pathway.compulsory:
        yield from _one(book, calendar, "self_report.after_return", events.returned, _RETURNED)
    if events.pathway is Pathway.VOLUNTARY_FACILITY_PRIVATE:
        yield from _one(book, calendar, "self_report.private_centre", events.paper_received, _PAPER)


def _procedure(book: RuleBook, calendar: WorkingCalendar, events: CaseEvents) -> Iterator[Deadline]:
    scope = {"pathway": events.pathway.value}
    yield from _one(book, calendar, "dossier.deadline", events.self_reported, _REPORTED)
    yield from _one(book, calendar, "proposal.deadline", events.notice_received, _NOTICE, **scope)
    yield from _one(book, calendar, "decision.deadline", events.proposal_received, _PROPOSAL)
    yield from _one(book, calendar, "decision.warning", events.proposal_received, _PROPOSAL)
    yield from _one(book, calendar, "move.notice", events.moved, _MOVED)


def _ends(book: RuleBook, calendar: WorkingCalendar, events: CaseEvents) -> Iterator[Deadline]:
    yield from _one(book, calendar, "end.certificate", events.ends_on, _ENDS)
    yield from _one(book, calendar, "assessment.after_end", events.ends_on, _ENDS)


def _one(
    book: RuleBook, calendar: WorkingCalendar, rule_id: str, at: Moment | None, name: Bilingual, **scope: str
) -> Iterator[Deadline]:
    """The deadline of one rule, if the event happened and the law of its day has the rule."""
    rule = None if at is None else book.find(rule_id, local_date(at), **scope)
    if at is not None and rule is not None:
        yield run_clock(rule, calendar, Event(at, name), kind=_KINDS[rule_id])


_PARTS = (_before_completion, _after_completion, _reports, _procedure, _ends)
_KINDS = {
    "self_report.after_return": DeadlineKind.SELF_REPORT,
    "self_report.private_centre": DeadlineKind.SELF_REPORT,
    "dossier.deadline": DeadlineKind.DOSSIER,
    "proposal.deadline": DeadlineKind.PROPOSAL,
    "decision.deadline": DeadlineKind.DECISION,
    "decision.warning": DeadlineKind.DECISION_REMINDER,
    "move.notice": DeadlineKind.RESIDENCE_TRANSFER,
    "end.certificate": DeadlineKind.CERTIFICATE,
    "assessment.after_end": DeadlineKind.ASSESSMENT,
}
_COMPLETES = Bilingual("hoàn thành cai nghiện", "treatment completed")
_RETURNED = Bilingual("về đến nơi cư trú", "came home")
_PAPER = Bilingual("nhận giấy xác nhận hoàn thành", "received the completion paper")
_REPORTED = Bilingual("trình diện tại UBND cấp xã", "reported to the commune")
_NOTICE = Bilingual("nhận thông báo", "notice received")
_PROPOSAL = Bilingual("nhận đề nghị", "proposal received")
_MOVED = Bilingual("rời nơi cư trú", "left the residence")
_ENDS = Bilingual("ngày cuối của thời hạn", "last day of the term")
