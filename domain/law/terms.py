"""The term of management: from the day treatment was completed, by the rule of that day, to its last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from domain.law.explain import Explanation, Step, StepKind, fact_step, result_step, rule_step
from domain.law.instants import plus_months
from domain.law.pathways import Pathway
from domain.law.rule import Rule, RuleRef
from domain.law.rule_book import RuleBook
from domain.law.rule_value import Comparison
from domain.law.wording import Bilingual, day_text
from domain.law.working_days import WorkingCalendar
from domain.refusals import Refusal, flawed

LAW_OF_2021 = date(2022, 1, 1)  # L73 in force; before it terms were decided case by case
ADULT_AGE = 18


class StatedDates(NamedTuple):
    """The from–to dates typed on the signed decision, both inside the term."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """What else the file says. `decided_months` is the length a district decided before 2022."""

    decision_on: date | None = None
    decided_months: int | None = None
    born_on: date | None = None
    stated: StatedDates | None = None
    late_decision_reason: str | None = None


class Warned(NamedTuple):
    """Something an officer should look at; it stops nothing."""

    code: str
    text: Bilingual
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term. `start` is the completion day, which is not counted; `nominal_end` and `end` are last days inside:

    the term ends at 24:00 of them (Civil Code Art 147(3), 148). `nominal_end` is computed; `end` is the one that
    holds: the date stated on the signed decision where there is one.
    """

    pathway: Pathway
    months: int
    start: date
    nominal_end: date
    end: date
    rule: RuleRef
    warnings: tuple[Warned, ...]
    explanation: Explanation


def term(
    book: RuleBook,
    pathway: Pathway,
    completed_on: date,
    *,
    facts: TermFacts | None = None,
    calendar: WorkingCalendar,
) -> Term:
    """The term by the rule of the completion day.

    Raises Refusal `no_rule`, `no_term` (the former law knew none), `decision_after_end` without a reason,
    `invalid` for dates or months that cannot be.
    """
    facts = facts or TermFacts()
    rule = _rule_for(book, pathway, completed_on, facts)
    months = _months(rule, facts)
    computed = plus_months(completed_on, months)
    nominal, rolled = _rolled(book, calendar, completed_on, computed)
    start, end = _stated(facts, completed_on, nominal)
    warnings = (
        *_age_warnings(pathway, completed_on, facts),
        *_stated_warnings(facts, completed_on, nominal),
        *_decision_warnings(book, completed_on, facts, nominal),
    )
    steps = (*_counted(pathway, completed_on, rule, months, computed), *rolled, *_held(facts, end))
    return Term(
        pathway=pathway,
        months=months,
        start=start,
        nominal_end=nominal,
        end=end,
        rule=rule.ref,
        warnings=warnings,
        explanation=Explanation(steps),
    )


def _rule_for(book: RuleBook, pathway: Pathway, completed_on: date, facts: TermFacts) -> Rule:
    if completed_on >= LAW_OF_2021:
        return book.rule(f"term.{_measure(book, pathway, completed_on, facts)}", completed_on)
    if pathway.compulsory:
        if facts.decision_on is None:
            raise flawed("/decision_on", "missing")
        return book.rule("term.legacy_compulsory", facts.decision_on)
    rule = book.rule("term.legacy_voluntary", completed_on)
    raise Refusal("no_term", rule=str(rule.ref), on=completed_on)


def _measure(book: RuleBook, pathway: Pathway, completed_on: date, facts: TermFacts) -> Pathway:
    """The pathway whose term holds: a minor order keeps its own after 18 unless the rule book says `adult_term`."""
    if pathway is not Pathway.COMPULSORY_MINOR or not _adult(completed_on, facts):
        return pathway
    word = book.rule("term.turned_adult", completed_on).value.word
    return Pathway.COMPULSORY_ADULT if word == "adult_term" else pathway


def _adult(on: date, facts: TermFacts) -> bool:
    return facts.born_on is not None and on >= plus_months(facts.born_on, 12 * ADULT_AGE)


def _months(rule: Rule, facts: TermFacts) -> int:
    if rule.value.comparison is not Comparison.BETWEEN:
        return rule.value.whole
    if facts.decided_months is None:
        raise flawed("/decided_months", "missing")
    assert rule.value.most is not None
    if not rule.value.whole <= facts.decided_months <= rule.value.most:
        raise flawed("/decided_months", "out_of_range", least=rule.value.whole, most=int(rule.value.most))
    return facts.decided_months


def _rolled(
    book: RuleBook, calendar: WorkingCalendar, completed_on: date, computed: date
) -> tuple[date, tuple[Step, ...]]:
    """Whether an end on a day off rolls to the next working day (Civil Code Art 148(5)): a rule row, `stays` so far."""
    rule = book.rule("term.end_on_day_off", completed_on)
    if rule.value.word != "next_working_day" or calendar.is_working(computed):
        return computed, ()
    rolled = calendar.on_or_after(computed)
    text = day_text(rolled)
    return rolled, (rule_step(rule), result_step(f"dời đến {text.vi}", f"rolled to {text.en}", end=rolled.isoformat()))


def _stated(facts: TermFacts, start: date, end: date) -> tuple[date, date]:
    if facts.stated is None:
        return start, end
    if facts.stated.last < facts.stated.first:
        raise flawed("/stated/last", "before_first")
    return facts.stated.first, facts.stated.last


def _age_warnings(pathway: Pathway, completed_on: date, facts: TermFacts) -> tuple[Warned, ...]:
    if facts.born_on is None:
        return ()
    adult = _adult(completed_on, facts)
    if pathway is Pathway.COMPULSORY_MINOR and adult:
        return (Warned("turned_adult_during_treatment", _TURNED_ADULT),)
    if pathway is Pathway.COMPULSORY_ADULT and not adult:
        return (Warned("minor_under_adult_measure", _MINOR_AS_ADULT),)
    return ()


def _stated_warnings(facts: TermFacts, start: date, end: date) -> tuple[Warned, ...]:
    if facts.stated is None:
        return ()
    return (
        *_difference("stated_start_differs", facts.stated.first, start),
        *_difference("stated_end_differs", facts.stated.last, end),
    )


def _difference(code: str, stated: date, computed: date) -> tuple[Warned, ...]:
    days = (stated - computed).days
    if not days:
        return ()
    on_paper, by_rule = day_text(stated), day_text(computed)
    text = Bilingual(
        f"Quyết định ghi {on_paper.vi}, tính theo luật là {by_rule.vi} (chênh {days:+d} ngày)",
        f"The decision says {on_paper.en}, the rule gives {by_rule.en} ({days:+d} days)",
    )
    return (Warned(code, text, (("stated", stated), ("computed", computed), ("days", days))),)


def _decision_warnings(book: RuleBook, completed_on: date, facts: TermFacts, nominal_end: date) -> tuple[Warned, ...]:
    """A decision comes before its term (L120) or inside it (L73: no warning), not after it without a reason."""
    if facts.decision_on is None or facts.decision_on < completed_on:
        return ()
    if facts.decision_on <= nominal_end:
        if book.find("decision.latest", completed_on) is None:
            return ()
        return (Warned("decision_after_start", _LATE, (("days", (facts.decision_on - completed_on).days),)),)
    if not facts.late_decision_reason:
        raise Refusal("decision_after_end", decision_on=facts.decision_on, nominal_end=nominal_end)
    return (Warned("decision_after_end", _TOO_LATE, (("reason", facts.late_decision_reason),)),)


def _counted(pathway: Pathway, completed_on: date, rule: Rule, months: int, end: date) -> tuple[Step, ...]:
    start_text, end_text, name = day_text(completed_on), day_text(end), pathway.name_in_words
    return (
        fact_step(
            f"hoàn thành ngày {start_text.vi} ({name.vi})",
            f"completed on {start_text.en} ({name.en})",
            completed_on=completed_on.isoformat(),
            pathway=pathway.value,
        ),
        rule_step(rule),
        *((_SHORT_MONTH,) if end.day != completed_on.day else ()),
        result_step(
            f"{months} tháng, không tính ngày hoàn thành, kết thúc lúc 24 giờ ngày {end_text.vi} (Điều 147, 148 BLDS)",
            f"{months} months, the completion day not counted, to 24:00 of {end_text.en} (Civil Code Art. 147, 148)",
            nominal_end=end.isoformat(),
        ),
    )


def _held(facts: TermFacts, end: date) -> tuple[Step, ...]:
    if facts.stated is None:
        return ()
    text = day_text(end)
    vi, en = f"quyết định đã ký ghi đến {text.vi}", f"the signed decision says {text.en} and holds"
    return (result_step(vi, en, end=end.isoformat()),)


_SHORT_MONTH = Step(
    StepKind.CALENDAR,
    Bilingual("tháng cuối không có ngày tương ứng: lấy ngày cuối tháng", "no such day in the last month: its last day"),
    (("basis", "BLDS 148(3)"),),
)
_TURNED_ADULT = Bilingual(
    "Đã đủ 18 tuổi khi đang chấp hành; thời hạn theo quyết định đối với người chưa thành niên, chưa có hướng dẫn",
    "Turned 18 during treatment; the term follows the order for minors, no guidance found",
)
_MINOR_AS_ADULT = Bilingual(
    "Chưa đủ 18 tuổi khi hoàn thành biện pháp xử lý hành chính: kiểm tra loại quyết định",
    "Under 18 when completing an administrative measure: check the kind of order",
)
_LATE = Bilingual("Quyết định ban hành khi thời hạn đã bắt đầu", "The decision came when its term had begun")
_TOO_LATE = Bilingual("Quyết định ban hành sau khi hết thời hạn", "The decision came after its term had ended")
