"""Commands and rules of a review round: pure, no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.course.model import checked_treatment, pathway_of
from domain.law.explain import Explanation, fact_step, result_step
from domain.law.instants import due_instant
from domain.law.wording import day_text
from domain.person.identity import IdentityKind
from domain.person.model import checked_birth, checked_number, facts, tidied, whole
from domain.refusals import Flaw, Refusal, flawed
from domain.task.due import TaskDue

MOST_ASKED: Final = 50
MOST_PERSONS: Final = 200
CLOSE: Final = "close_review_round"
AS_SET: Final = "review_round.due_on@1"
"""No law sets the day of a round: it is what the officer wrote."""


@dataclass(frozen=True)
class NewRound:
    """Whom a commune asks, about which period, by when."""

    period_from: date
    period_to: date
    due_on: date
    asked_unit_ids: tuple[UUID, ...] = ()
    id: UUID | None = None
    unit_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewEntry:
    """One person who comes home or finishes in the period."""

    full_name: str
    treatment: str
    completes_on: date
    order_kind: str | None = None
    gender: str | None = None
    born_on: date | None = None
    born_precision: str | None = None
    id_number: str | None = None
    address: str | None = None
    notice_id: UUID | None = None


@dataclass(frozen=True)
class AnswerRequest:
    """A centre's answer: the persons, or nobody. It can be given again while the round is open."""

    id: UUID
    persons: tuple[NewEntry, ...] = ()


@dataclass(frozen=True)
class AddEntries:
    """Persons the commune knows of itself."""

    id: UUID
    persons: tuple[NewEntry, ...] = ()


@dataclass(frozen=True)
class MoveRound:
    id: UUID
    to: str
    reason: str | None = None


@dataclass(frozen=True)
class MoveEntry:
    """The outcome of one person."""

    id: UUID
    to: str
    reason: str | None = None
    person_id: UUID | None = None
    case_id: UUID | None = None
    """An open case of the person that this belongs to, instead of a new one."""


def checked_round(new: NewRound, today: date) -> None:
    if new.period_to < new.period_from:
        raise flawed("/period_to", "ends_before_it_starts")
    if new.due_on < today:
        raise flawed("/due_on", "in_the_past")
    if len(new.asked_unit_ids) > MOST_ASKED:
        raise flawed("/asked_unit_ids", "too_many", most=MOST_ASKED)
    if len(set(new.asked_unit_ids)) < len(new.asked_unit_ids):
        raise flawed("/asked_unit_ids", "repeated")


TOLD: Final = (
    "full_name",
    "treatment",
    "completes_on",
    "order_kind",
    "gender",
    "born_on",
    "born_precision",
    "id_number",
    "address",
    "notice_id",
)


def checked_entry(new: NewEntry, today: date, at: str) -> dict[str, Any]:
    """An entry as it is stored. Refuses with pointers under `at`."""
    try:
        return _checked(new, today)
    except Refusal as no:
        flaws = tuple(Flaw(at + _spoken(flaw.pointer), flaw.code, flaw.facts) for flaw in no.flaws)
        raise Refusal(no.code, flaws=flaws) from None


def _checked(new: NewEntry, today: date) -> dict[str, Any]:
    given = facts(new, *TOLD)
    address = given.pop("address")
    clean = tidied(given) | {"address": tidied({"address": address})["address"] if address is not None else None}
    checked_treatment({"kind": new.treatment, "order_kind": new.order_kind})
    if pathway_of(new.treatment, new.order_kind) is None:
        raise flawed("/treatment", "no_pathway")
    precision = checked_birth(new.born_on, new.born_precision, today)
    number = new.id_number
    return clean | {
        "born_precision": precision,
        "born_on": whole(new.born_on, precision),
        "id_number": checked_number(IdentityKind.PERSONAL_ID.value, number) if number is not None else None,
    }


def _spoken(pointer: str) -> str:
    return {"/number": "/id_number", "/kind": "/treatment"}.get(pointer, pointer)


def round_due(due_on: date) -> TaskDue:
    """The round is to be closed by the day the officer set."""
    day = day_text(due_on)
    chain = Explanation(
        (
            fact_step(f"hạn do cán bộ đặt: {day.vi}", f"day set by the officer: {day.en}", at=due_on.isoformat()),
            result_step(f"chậm nhất hết ngày {day.vi}", f"due by the end of {day.en}", due_on=due_on.isoformat()),
        )
    )
    told = {
        "of": CLOSE,
        "value": due_on.isoformat(),
        "rule": None,
        "steps": chain.as_data(),
        "sentence": {"vi": chain.sentence("vi"), "en": chain.sentence("en")},
    }
    return TaskDue(CLOSE, due_instant(due_on), due_on, AS_SET, told)
