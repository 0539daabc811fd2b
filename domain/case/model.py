"""Commands and words of the case: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.law.ledger import PaperRef
from domain.refusals import Flaw, Refusal, flawed
from domain.text import flaw_in_text, tidy


class CaseTrigger(StrEnum):
    """What opened a case (D163 Art 134(1); D116 Art 77(1); dossier §3.2 gap i)."""

    TREATMENT_COURSE = "treatment_course"
    DISCHARGE_NOTICE = "discharge_notice"
    SUBSTITUTION_TREATMENT_COMPLETION = "substitution_treatment_completion"
    SELF_REPORT = "self_report"


class CaseState(StrEnum):
    NOTICED = "noticed"
    PROPOSED = "proposed"
    DECIDED = "decided"
    ACTIVE = "active"
    INTERRUPTED = "interrupted"
    COMPLETED = "completed"
    REMOVED = "removed"
    ANNULLED = "annulled"


class FindingResult(StrEnum):
    """What the authority found; a test alone finds nothing (D163 Art 4(11))."""

    ADDICTION_DETERMINED = "addiction_determined"
    ADDICTION_NOT_DETERMINED = "addiction_not_determined"


class AssessmentOutcome(StrEnum):
    """What the look back one year after the end came to."""

    NO_FINDING = "no_finding"
    FINDING = "finding"
    NOT_ASSESSED = "not_assessed"


class ReasonNotAssessed(StrEnum):
    MOVED = "moved"
    DECEASED = "deceased"
    IN_PRISON = "in_prison"
    NOT_FOUND = "not_found"
    DECLINED = "declined"


class TeamRole(StrEnum):
    """D163 Art 136(3), form 55: head = police, deputy = health station, members of other offices."""

    HEAD = "head"
    DEPUTY = "deputy"
    MEMBER = "member"


@dataclass(frozen=True)
class Document:
    """A paper by number, date and authority; `finding_id` where it is one on file."""

    number: str
    dated: date
    authority: str

    def paper(self) -> PaperRef:
        return PaperRef(tidy(self.number), self.dated, tidy(self.authority))

    def as_data(self) -> dict[str, Any]:
        paper = self.paper()
        return {"number": paper.number, "dated": paper.dated.isoformat(), "authority": paper.authority}


@dataclass(frozen=True)
class OpenCase:
    """A case from what completed a treatment. `completed_at` is the hour where it is known; it may lie ahead."""

    person_id: UUID
    trigger: str
    pathway: str
    completed_on: date
    completed_at: datetime | None = None
    id: UUID | None = None
    origin_noun: str | None = None
    origin_id: UUID | None = None
    notice_received_at: datetime | None = None
    self_reported_on: date | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewProposal:
    """Form 52 (50 of the former decree): what the police propose to the chair."""

    number: str
    proposed_on: date
    received_on: date
    proposed_by: str | None = None
    measures: str | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class Certificate:
    """Form 56 (54): the term was served."""

    number: str
    issued_on: date
    signer: str


@dataclass(frozen=True)
class MoveCase:
    """One move of the life cycle; which of the rest it needs stands in its `requires`."""

    id: UUID
    to: str
    on: date | None = None
    reason: str | None = None
    removal_reason: str | None = None
    document: Document | None = None
    finding_id: UUID | None = None
    notice_id: UUID | None = None
    """Of `annulled`: the cancelled notice that opened the case, as ground instead of a document."""
    reading: str | None = None
    proposal: NewProposal | None = None
    certificate: Certificate | None = None


@dataclass(frozen=True)
class NewFinding:
    case_id: UUID
    number: str
    found_on: date
    authority: str
    result: str
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class TeamMember:
    name: str
    role: str
    organisation: str


@dataclass(frozen=True)
class NewTeam:
    case_id: UUID
    decided_on: date
    valid_from: date
    members: tuple[TeamMember, ...]
    number: str | None = None
    valid_to: date | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewAssignment:
    case_id: UUID
    name: str
    decided_on: date
    valid_from: date
    organisation: str | None = None
    account_id: UUID | None = None
    number: str | None = None
    council_resolution: str | None = None
    valid_to: date | None = None
    after_move: bool = False
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewAssessment:
    case_id: UUID
    outcome: str
    assessed_on: date | None = None
    reason_not: str | None = None
    in_work: bool | None = None
    finding_id: UUID | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class EndFact:
    """The last day of a dated fact: a team, an assignment."""

    id: UUID
    valid_to: date


TEXTS: Mapping[str, tuple[bool, int]] = {
    "number": (False, 60),
    "authority": (False, 200),
    "proposed_by": (False, 200),
    "measures": (False, 4000),
    "signer": (False, 120),
    "reason": (False, 1000),
    "name": (True, 120),
    "organisation": (False, 200),
    "council_resolution": (False, 100),
    "origin_noun": (False, 60),
    "source": (False, 100),
    "source_ref": (False, 200),
    "symbol": (False, 40),
    "signer_name": (True, 120),
    "signer_title": (False, 120),
    "responsible": (False, 300),
    "family_representative": (False, 200),
    "tasks": (False, 4000),
    "late_reason": (False, 1000),
    "received_by": (False, 200),
    "handed_by": (False, 200),
    "minutes_number": (False, 60),
}
"""Free text: is it a name, and how many characters at most."""


def told(command: Any, *names: str, at: str = "") -> dict[str, Any]:
    """The named fields of a command as they are stored, texts tidied. Refuses all flawed texts at once."""
    wanted = names or tuple(part.name for part in fields(command))
    values = {name: getattr(command, name) for name in wanted}
    return tidied(values, at=at)


def tidied(values: Mapping[str, Any], *, at: str = "") -> dict[str, Any]:
    """Texts in NFC with single spaces. Raises `invalid` with every flaw."""
    flaws = []
    for name, value in values.items():
        is_name, most = TEXTS.get(name, (False, 0))
        if isinstance(value, str) and most and (code := flaw_in_text(value, name=is_name, max_length=most)):
            flaws.append(Flaw(f"{at}/{name}", code, (("most", most),) if code == "too_long" else ()))
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))
    return {name: tidy(value) if isinstance(value, str) and name in TEXTS else value for name, value in values.items()}


FIRST_YEAR, LAST_YEAR = 1995, 2100
"""The years a case can speak of; the first law that leads to one is of 2000."""


def sensible(command: Any, at: str = "") -> None:
    """Refuse every date and instant of a command that no case can speak of, all at once."""
    flaws = [
        Flaw(f"{at}/{part.name}", "out_of_range")
        for part in fields(command)
        if isinstance(value := getattr(command, part.name), date) and not FIRST_YEAR <= value.year <= LAST_YEAR
    ]
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))


def checked_document(document: Document | None, today: date, at: str = "/document") -> Document:
    """A document that is there, with clean texts and no date to come."""
    if document is None:
        raise flawed(at, "required")
    tidied({"number": document.number, "authority": document.authority}, at=at)
    sensible(document, at)
    if document.dated > today:
        raise flawed(f"{at}/dated", "in_the_future")
    return document


def not_later(day: date | None, today: date, pointer: str) -> None:
    """Refuse a day to come for what must have happened."""
    if day is not None and day > today:
        raise flawed(pointer, "in_the_future")
