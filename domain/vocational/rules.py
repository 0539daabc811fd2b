"""Vocational support of a person: its moves, who funds it by which rule of that day, what looks odd (issue 4 §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, pointed, refuse
from domain.law.instants import plus_months
from domain.law.life_cycle import LifeCycle, Move
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.livelihood.history import history
from domain.livelihood.standing import standing
from domain.loan.facts import money
from domain.need.noun import NEED, NeedKind
from domain.need.waiting import settle_needs
from domain.refusals import Flaw, flawed
from domain.support_model.rules import check_model
from domain.vocational.noun import VOCATIONAL, VocationalState

ADVISED, ENROLLED, FINISHED = VocationalState.ADVISED, VocationalState.ENROLLED, VocationalState.FINISHED
CERTIFIED, DROPPED = VocationalState.CERTIFIED, VocationalState.DROPPED
VOCATIONAL_LIFE = LifeCycle(
    "vocational_support",
    initial=ADVISED,
    moves=(
        Move(ADVISED, ENROLLED, ("enrolled_on", "trade", "funding")),
        Move(ADVISED, DROPPED, ("dropped_on", "reason")),
        Move(ENROLLED, FINISHED, ("finished_on",)),
        Move(ENROLLED, DROPPED, ("dropped_on", "reason")),
        Move(FINISHED, CERTIFIED, ("certified_on",)),
        Move(DROPPED, ENROLLED, ("enrolled_on", "trade", "funding", "reason"), "taken up again"),
    ),
)
DAYS = ("advised_on", "enrolled_on", "finished_on", "certified_on")
MAY = {
    "finished_on": {FINISHED, CERTIFIED},
    "certified_on": {CERTIFIED},
    "certificate_number": {CERTIFIED},
    "dropped_on": {DROPPED},
}
MUST = {
    "enrolled_on": {ENROLLED, FINISHED, CERTIFIED},
    "finished_on": {FINISHED, CERTIFIED},
    "certified_on": {CERTIFIED},
    "dropped_on": {DROPPED},
    "trade": {ENROLLED, FINISHED, CERTIFIED},
    "funding": {ENROLLED, FINISHED, CERTIFIED},
}
NEEDS = frozenset({NeedKind.VOCATIONAL_TRAINING, NeedKind.EDUCATION})


class VocationalSupports(Kept):
    """Training of persons."""

    noun = VOCATIONAL
    reads = "read_livelihood"
    writes = "write_livelihood"
    told = frozenset(
        {"need_id", "trade", "school_id", "school_name", "advised_on", "funding", "cost_vnd", "support_model_id"}
    )
    settled = frozenset({"need_id"})
    texts: ClassVar = {"trade": 200, "school_name": 300, "certificate_number": 100, "reason": 500}
    life = VOCATIONAL_LIFE
    fresh = frozenset({"dropped_on", "reason"})

    def check(self, whole: Row, today: date, /) -> None:
        flaws = standing(whole, may=MAY, must=MUST) + not_to_come(whole, today, *DAYS, "dropped_on")
        flaws += checked_days(whole, *pairwise(DAYS), ("advised_on", "dropped_on"))
        if whole.get("school_id") is not None and whole.get("school_name") is not None:
            flaws.append(Flaw("/school_name", "one_place"))
        refuse(flaws)

    async def complete(self, doing: Doing) -> Mapping[str, Any]:
        """Raises `invalid` for a need of another kind or person. The stage is that of the first day, for good."""
        row, records = doing.row, doing.records
        await check_model(records, doing)
        await check_need(doing, NEEDS)
        await pointed(doing, "school_id", "organisation")
        derived = history(doing, *DAYS, "dropped_on", "reason", "certificate_number")
        if doing.known is None:
            derived["stage"] = await records.livelihood.stage(row["person_id"], row["advised_on"])
        book = (await records.law.in_force()).book
        rule = funding_rule(book, row)
        derived["funding_rule"] = None if rule is None else str(rule.ref)
        derived["warnings"] = list(warnings(book, row, await records.livelihood.born(row["person_id"])))
        return derived

    async def follow(self, doing: Doing) -> None:
        await settle_needs(doing.records, doing.ctx, doing.row["person_id"])


async def check_need(doing: Doing, kinds: frozenset[NeedKind]) -> None:
    """Raises `invalid` for a need out of reach, of another person, or of a kind that this does not meet."""
    need = await pointed(doing, "need_id", NEED.name)
    if need is not None and need["kind"] not in kinds:
        raise flawed("/need_id", "need_of_another_kind")


def began_on(row: Row) -> date:
    """The day that picks the rules: of enrolment, until then of the advice."""
    day: date = row.get("enrolled_on") or row["advised_on"]
    return day


def funding_rule(book: RuleBook, row: Row) -> Rule | None:
    """By which rule of that day it is funded; None for what no rule funds."""
    return None if row.get("funding") is None else book.find("training.funding", began_on(row), source=row["funding"])


def warnings(book: RuleBook, row: Row, born: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What an officer should look at; it stops nothing."""
    if row.get("funding") is None:
        return
    on, scope = began_on(row), {"source": row["funding"]}
    cost, cap = row.get("cost_vnd"), book.find("training.amount", on, **scope)
    if cap is not None and cost is not None and cost > cap.value.whole:
        yield _warned("over_amount", cap, f"chi phí {money(cost).vi}", f"cost {money(cost).en}")
    age = book.find("training.age", on, gender=str(born["gender"]))
    if funding_rule(book, row) is not None and age is not None and not _of_age(age, born, on):
        yield _warned("age", age, "ngoài độ tuổi được hỗ trợ", "outside the age that is supported")


def _of_age(rule: Rule, born: Mapping[str, Any], on: date) -> bool:
    """Where only a year or month of birth is known, whoever could be of age is."""
    if born["born_on"] is None or rule.value.most is None:
        return True
    first, last = born["born_on"], born["born_last"]
    return plus_months(first, rule.value.whole) <= on < plus_months(last, int(rule.value.most) + 12)


def _warned(code: str, rule: Rule, vi: str, en: str) -> dict[str, Any]:
    limit = rule.value.text()
    told = {"vi": f"{vi}; {rule.title.vi}: {limit.vi}", "en": f"{en}; {rule.title.en}: {limit.en}"}
    return {"code": code, "rule": str(rule.ref), "confidence": rule.confidence.value} | told


VOCATIONAL_SUPPORTS = VocationalSupports()
