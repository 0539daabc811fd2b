"""Runs one rule of the book as a clock: from an event to the instant something is due, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.law.explain import Explanation, Step, calendar_steps, fact_step, result_step, rule_step
from domain.law.instants import Moment, aware, due_instant, instant_of, local_date, plus_hours, plus_months, start_of
from domain.law.rule import Rule, RuleRef
from domain.law.rule_value import Comparison, Unit
from domain.law.wording import Bilingual, day_text, moment_text
from domain.law.working_days import Reckoning, Skipped, WorkingCalendar

_BACKWARD = {Comparison.AT_LEAST_BEFORE, Comparison.WITHIN_BEFORE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Something due: by when, from when it may be done, by which rule, and why.

    `due_on` is the last local date; `due` its 24:00 (the instant itself is too late) or, for clocks in hours, the
    exact instant (in time). `working_day` is the last working day with time left before `due` (what falls on a Sunday
    must be seen to by then); None beyond the calendar.
    """

    kind: str
    due: datetime
    due_on: date
    opens: datetime | None
    working_day: date | None
    authority: str
    rule: RuleRef
    skipped: tuple[Skipped, ...]
    explanation: Explanation

    @property
    def whole_day(self) -> bool:
        """Whether it is due at the end of a day, not at an hour."""
        return self.due == due_instant(self.due_on)

    def late_at(self, moment: datetime) -> bool:
        """Whether an act at that instant comes too late."""
        return aware(moment) >= self.due if self.whole_day else aware(moment) > self.due


class Event(NamedTuple):
    """What starts a clock: when it happened and what it is called.

    `any_hour`: only the day is known and clocks in hours take the strictest instant of it.
    """

    at: Moment
    name: Bilingual
    any_hour: bool = False

    def instants(self, rule: Rule) -> tuple[datetime, datetime]:
        """The earliest and the latest instant the event can mean. Raises Refusal `instant_needed`."""
        if self.any_hour and not isinstance(self.at, datetime):
            return start_of(self.at), due_instant(self.at)
        instant = instant_of(self.at, rule=rule.id)
        return instant, instant


class _Run(NamedTuple):
    due: datetime
    due_on: date
    opens: datetime | None = None
    reckoning: Reckoning | None = None


def run_clock(rule: Rule, calendar: WorkingCalendar, event: Event, *, kind: str | None = None) -> Deadline:
    """The deadline a rule sets after (or before) an event.

    Raises Refusal `instant_needed` when the rule counts hours and only the day of the event is known,
    `calendar_unknown` when the count leaves the calendar; ValueError when the rule is no clock.
    """
    run = _RUNS.get(rule.value.unit, _no_clock)(rule, calendar, event)
    skipped = run.reckoning.skipped if run.reckoning else ()
    make_ups = run.reckoning.make_ups if run.reckoning else ()
    steps = (_fact(rule, event), rule_step(rule), *calendar_steps(skipped, make_ups, calendar.version), _result(run))
    return Deadline(
        kind=kind or rule.id,
        due=run.due,
        due_on=run.due_on,
        opens=run.opens,
        working_day=_working_day(calendar, run.due),
        authority=rule.authority,
        rule=rule.ref,
        skipped=skipped,
        explanation=Explanation(steps),
    )


def _working_day(calendar: WorkingCalendar, due: datetime) -> date | None:
    day = (due - timedelta(microseconds=1)).date()
    return calendar.on_or_before(day) if calendar.covers(day) else None


def _hours(rule: Rule, _: WorkingCalendar, event: Event) -> _Run:
    (first, last), hours = event.instants(rule), rule.value.whole
    if rule.value.comparison is Comparison.WITHIN_BEFORE:
        return _Run(last, local_date(event.at), plus_hours(first, -hours))
    due = plus_hours(first, -hours if rule.value.comparison in _BACKWARD else hours)
    return _Run(due, due.date())


def _working_days(rule: Rule, calendar: WorkingCalendar, event: Event) -> _Run:
    day, n, comparison = local_date(event.at), rule.value.whole, rule.value.comparison
    if comparison not in _BACKWARD:
        reckoning = calendar.add_working_days(day, n)
        return _Run(due_instant(reckoning.due), reckoning.due, None, reckoning)
    reckoning = calendar.sub_working_days(day, n)
    if comparison is Comparison.WITHIN_BEFORE:
        return _Run(due_instant(day), day, start_of(reckoning.due), reckoning)
    return _Run(due_instant(reckoning.due), reckoning.due, None, reckoning)


def _days(rule: Rule, _: WorkingCalendar, event: Event) -> _Run:
    day, span = local_date(event.at), timedelta(days=rule.value.whole)
    if rule.value.comparison is Comparison.WITHIN_BEFORE:
        return _Run(due_instant(day), day, start_of(day - span))
    due_on = day - span if rule.value.comparison in _BACKWARD else day + span
    return _Run(due_instant(due_on), due_on)


def _months(rule: Rule, _: WorkingCalendar, event: Event) -> _Run:
    due_on = plus_months(local_date(event.at), rule.value.whole)
    return _Run(due_instant(due_on), due_on)


_RUNS = {Unit.HOUR: _hours, Unit.WORKING_DAY: _working_days, Unit.DAY: _days, Unit.MONTH: _months}


def _no_clock(rule: Rule, _: WorkingCalendar, __: Event) -> _Run:
    raise ValueError(f"{rule.ref} sets no clock")


def _fact(rule: Rule, event: Event) -> Step:
    loose = rule.value.unit is Unit.HOUR and not isinstance(event.at, datetime)
    text = moment_text(aware(event.at)) if isinstance(event.at, datetime) else day_text(event.at)
    doubt = Bilingual(" (chưa rõ giờ)", " (hour not known)") if loose else Bilingual("", "")
    vi, en = f"{event.name.vi}: {text.vi}{doubt.vi}", f"{event.name.en}: {text.en}{doubt.en}"
    return fact_step(vi, en, at=event.at.isoformat())


def _result(run: _Run) -> Step:
    opens = moment_text(run.opens) if run.opens else None
    until = _until(run)
    return result_step(
        f"từ {opens.vi}, {until.vi}" if opens else until.vi,
        f"from {opens.en}, {until.en}" if opens else until.en,
        due=run.due.isoformat(),
        due_on=run.due_on.isoformat(),
    )


def _until(run: _Run) -> Bilingual:
    if run.due == due_instant(run.due_on):
        day = day_text(run.due_on)
        return Bilingual(f"chậm nhất hết ngày {day.vi}", f"due by the end of {day.en}")
    moment = moment_text(run.due)
    return Bilingual(f"chậm nhất {moment.vi}", f"due at {moment.en}")
