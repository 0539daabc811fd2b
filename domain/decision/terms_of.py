"""From a decision on file to its term and its effective end, each with its explanation as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from domain.case.duties import explained
from domain.case.repository import CaseKnown
from domain.decision.repository import DecisionKnown
from domain.law.effective_end import EffectiveEnd, effective_end
from domain.law.explain import Explanation, Step, StepKind
from domain.law.in_force import Law
from domain.law.ledger import Adjustment, AdjustmentKind, Ledger, Reading
from domain.law.pathways import Pathway
from domain.law.rule import RuleRef
from domain.law.terms import StatedDates, Term, TermFacts, term
from domain.law.wording import Bilingual
from domain.refusals import flawed


class Stated(NamedTuple):
    """What the paper says, as far as the term hangs on it."""

    decided_on: date | None
    decided_months: int | None
    stated_from: date | None
    stated_to: date | None
    late_reason: str | None


def stated_of(values: Any) -> Stated:
    return Stated(*(getattr(values, name) for name in Stated._fields))


def term_of(law: Law, case: CaseKnown, stated: Stated) -> Term:
    """The term by the law of the completion day. Raises what `domain.law.terms.term` raises."""
    facts = TermFacts(
        decision_on=stated.decided_on,
        decided_months=stated.decided_months,
        born_on=case.born_on,
        stated=_stated_dates(stated),
        late_decision_reason=stated.late_reason,
    )
    return term(law.book, Pathway(case.pathway), case.completed_on, facts=facts, calendar=law.calendar)


def _stated_dates(stated: Stated) -> StatedDates | None:
    first, last = stated.stated_from, stated.stated_to
    if (first is None) != (last is None):
        raise flawed("/stated_to" if last is None else "/stated_from", "required")
    if first is None or last is None:
        return None
    if last < first:
        raise flawed("/stated_to", "before_first")
    return StatedDates(first, last)


def stored_term(found: Term) -> dict[str, Any]:
    """A computed term as columns: the rule row it came from and its chain stay as they were on this day."""
    rule = str(found.rule)
    chain = [
        explained("start_on", found.start, _from_completion(found), rule=rule),
        explained("nominal_end_on", found.nominal_end, found.explanation, rule=rule),
        explained("effective_end_on", found.end, found.explanation, rule=rule),
    ]
    return {
        "months": found.months,
        "rule": rule,
        "start_on": found.start,
        "nominal_end_on": found.nominal_end,
        "end_on": found.end,
        "effective_end_on": found.end,
        "proposed_ends": {"clock_stops": found.end.isoformat(), "clock_runs": found.end.isoformat()},
        "undecided": [],
        "provisional": False,
        "warnings": [_warned(warning) for warning in found.warnings],
        "explanations": chain,
    }


def _from_completion(found: Term) -> Explanation:
    """The term starts on the day treatment was completed, or on the day the paper states."""
    facts = [step for step in found.explanation.steps if step.kind in (StepKind.FACT, StepKind.RULE)]
    return Explanation(tuple(facts[:2]))


def _warned(warning: Any) -> dict[str, Any]:
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in warning.facts}
    return {"code": warning.code, "vi": warning.text.vi, "en": warning.text.en, "facts": plain}


def term_on_file(decision: DecisionKnown) -> Term:
    """The term as it was computed at signing: never computed again, whatever the rule book says since."""
    of_end = next(part for part in decision.explanations if part["of"] == "nominal_end_on")
    rule_id, _, version = decision.rule.rpartition("@")
    return Term(
        pathway=Pathway(decision.pathway),
        months=decision.months,
        start=decision.start_on,
        nominal_end=decision.nominal_end_on,
        end=decision.end_on,
        rule=RuleRef(rule_id, int(version)),
        warnings=(),
        explanation=Explanation(tuple(_step(step) for step in of_end["steps"])),
    )


def _step(data: Mapping[str, Any]) -> Step:
    rest = tuple((name, value) for name, value in data.items() if name not in ("kind", "vi", "en"))
    return Step(StepKind(data["kind"]), Bilingual(data["vi"], data["en"]), rest)


def end_of(decision: DecisionKnown, ledger: Ledger, today: date) -> EffectiveEnd:
    """The effective end as of a day, from the term on file and the ledger."""
    return effective_end(term_on_file(decision), ledger, as_of=today)


def stored_end(decision: DecisionKnown, end: EffectiveEnd, today: date) -> dict[str, Any]:
    """An effective end as columns, with its chain from fact to rule to ledger."""
    kept = [part for part in decision.explanations if part["of"] != "effective_end_on"]
    return {
        "effective_end_on": end.on,
        "proposed_ends": {"clock_stops": end.stops.isoformat(), "clock_runs": end.runs.isoformat()},
        "undecided": list(end.undecided),
        "provisional": end.provisional,
        "as_of": today,
        "explanations": [*kept, explained("effective_end_on", end.on, end.explanation, rule=decision.rule)],
    }


def stands_still(ledger: Ledger) -> bool:
    """Whether an entry still lasts under which the term does not run, so that its last day cannot be said yet."""
    return any(_stops(entry) for entry in ledger.standing() if entry.last_day is None)


def _stops(entry: Adjustment) -> bool:
    return entry.kind is AdjustmentKind.UNREPORTED_ABSENCE or entry.reading is Reading.CLOCK_STOPS
