"""The working calendar: equal to its base but for the listed overrides, and honest about every day it skips."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.law.instants import due_instant, local_date, plus_hours, plus_months
from domain.law.rule import Confidence
from domain.law.working_days import DayKind, DayReason, WorkingCalendar
from domain.refusals import Refusal
from reference.calendar_overrides import OVERRIDES, shipped_calendar
from reference.holidays import FIRST_YEAR, LAST_YEAR, base_rows

CALENDAR = shipped_calendar()
BARE = WorkingCalendar.layered(base_rows(), (), first=CALENDAR.first, last=CALENDAR.last, version="base")
LIBRARY = holidays.country_holidays("VN", years=range(2017, 2029))
DAYS = st.dates(date(2018, 6, 1), date(2030, 6, 1))


def d(text: str) -> date:
    return date.fromisoformat(text)


def test_the_clock_equals_the_library_day_by_day_but_for_the_listed_overrides() -> None:
    day, differing = date(2018, 1, 1), set()
    while day <= date(2027, 12, 31):
        if CALENDAR.is_working(day) != LIBRARY.is_working_day(day):
            differing.add(day)
        day += timedelta(days=1)
    assert differing == {d("2026-01-02"), d("2026-01-10")}
    assert differing <= {row.day for row in OVERRIDES}


def test_every_override_is_marked_unverified_and_says_where_it_comes_from() -> None:
    assert {row.day for row in OVERRIDES} == {d("2026-01-02"), d("2026-01-10"), d("2026-11-24")}
    assert all(row.confidence is Confidence.UNVERIFIED and row.source and "confirmed" in row.note for row in OVERRIDES)


@pytest.mark.parametrize(
    ("day", "kind", "reason", "mark", "en"),
    [
        ("2025-01-29", DayKind.OFF, DayReason.HOLIDAY, "C", "Lunar New Year"),
        ("2025-05-02", DayKind.OFF, DayReason.SWAPPED, "C", "Day off in exchange for 2025-04-26"),
        ("2025-04-26", DayKind.WORKED, DayReason.MAKE_UP, "C", "Worked in exchange for 2025-05-02"),
        ("2026-04-27", DayKind.OFF, DayReason.SUBSTITUTE, "C", "Hung Kings' Commemoration Day (observed)"),
        ("2019-01-05", DayKind.WORKED, DayReason.MAKE_UP, "L", "Worked in exchange for 2018-12-31"),
        ("2028-09-02", DayKind.OFF, DayReason.HOLIDAY, "C", "National Day"),
        ("2030-02-02", DayKind.OFF, DayReason.HOLIDAY, "U", "Lunar New Year"),
    ],
)
def test_a_calendar_row_says_what_kind_of_day_it_is_why_and_how_sure(day, kind, reason, mark, en) -> None:
    row = next(row for row in base_rows() if row.day == d(day))
    assert (row.kind, row.reason, row.confidence, row.name.en) == (kind, reason, Confidence(mark), en)
    assert row.name.vi
    assert row.name.vi != row.name.en


@pytest.mark.parametrize(
    ("start", "n", "due", "skipped", "made_up"),
    [
        # dossier §18 case 3: the make-up Saturday counts, the swapped Friday does not
        ("2025-04-24", 3, "2025-04-28", ["2025-04-27"], ["2025-04-26"]),
        ("2025-04-28", 2, "2025-05-05", ["2025-04-30", "2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04"], []),
        # case 1: over an ordinary weekend
        ("2026-07-31", 2, "2026-08-04", ["2026-08-01", "2026-08-02"], []),
        # Tết 2026: a whole week away
        ("2026-02-13", 1, "2026-02-23", [f"2026-02-{day}" for day in range(14, 23)], []),
        # the swap that is still to be confirmed
        ("2025-12-31", 1, "2026-01-05", ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"], []),
        ("2026-01-09", 1, "2026-01-10", [], ["2026-01-10"]),
        ("2026-11-23", 1, "2026-11-25", ["2026-11-24"], []),
    ],
)
def test_working_days_are_added_with_every_skipped_and_made_up_day_listed(start, n, due, skipped, made_up) -> None:
    reckoning = CALENDAR.add_working_days(d(start), n)
    assert reckoning.due == d(due)
    assert [day.day.isoformat() for day in reckoning.skipped] == skipped
    assert [day.day.isoformat() for day in reckoning.make_ups] == made_up


def test_only_worked_weekend_days_are_make_up_days() -> None:
    assert CALENDAR.make_up(d("2025-04-26")) is not None
    assert CALENDAR.make_up(d("2025-05-02")) is None
    assert CALENDAR.make_up(d("2025-05-06")) is None


def test_the_base_holds_no_day_outside_the_years_asked_for() -> None:
    assert {row.day.year for row in base_rows(2018, 2018)} == {2018}


def test_without_the_make_up_saturday_the_dossier_of_case_3_is_due_a_day_later() -> None:
    rows = [row for row in base_rows() if row.kind is DayKind.OFF]
    bare = WorkingCalendar.layered(rows, (), first=CALENDAR.first, last=CALENDAR.last, version="bare")
    assert bare.add_working_days(d("2025-04-24"), 3).due == d("2025-04-29")


def test_an_override_stands_in_for_the_base_row_of_its_day() -> None:
    base = next(row for row in base_rows() if row.day == d("2026-09-01"))
    worked = base._replace(kind=DayKind.WORKED, reason=DayReason.MAKE_UP)
    changed = WorkingCalendar.layered(base_rows(), [worked], first=CALENDAR.first, last=CALENDAR.last, version="2")
    assert not CALENDAR.is_working(d("2026-09-01"))
    assert changed.is_working(d("2026-09-01"))


def test_a_skipped_day_says_why_in_both_languages_and_how_sure_we_are() -> None:
    (day,) = CALENDAR.add_working_days(d("2026-11-23"), 1).skipped
    assert day.reason is DayReason.HOLIDAY
    assert day.name == ("Ngày Văn hóa Việt Nam", "Vietnam Cultural Day")
    assert day.confidence is Confidence.UNVERIFIED


@given(DAYS, st.integers(1, 15))
def test_counting_back_from_a_due_day_finds_the_start_again(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n).due
    assert CALENDAR.count_working_days(start, due).days == n
    back = CALENDAR.sub_working_days(due + timedelta(days=1), n)
    assert start < back.due <= due
    assert CALENDAR.count_working_days(back.due - timedelta(days=1), due).days == n


@given(DAYS, st.integers(1, 15))
def test_due_days_are_working_days_and_every_day_in_between_is_counted_or_explained(start: date, n: int) -> None:
    reckoning = CALENDAR.add_working_days(start, n)
    assert CALENDAR.is_working(reckoning.due)
    assert (reckoning.due - start).days == n + len(reckoning.skipped)
    assert not any(CALENDAR.is_working(day.day) for day in reckoning.skipped)


@settings(max_examples=1000, deadline=None)
@given(st.dates(date(2018, 6, 1), date(2027, 6, 1)), st.integers(1, 30))
def test_without_overrides_the_count_agrees_with_the_library_own_count(start: date, n: int) -> None:
    assert BARE.add_working_days(start, n).due == LIBRARY.get_nth_working_day(start, n)
    assert BARE.sub_working_days(start, n).due == LIBRARY.get_nth_working_day(start, -n)


def test_the_last_and_the_next_working_day_around_a_weekend_are_found() -> None:
    assert CALENDAR.on_or_before(d("2026-08-30")) == d("2026-08-28")
    assert CALENDAR.on_or_before(d("2026-08-28")) == d("2026-08-28")
    assert CALENDAR.on_or_after(d("2026-08-29")) == d("2026-09-03")


@pytest.mark.parametrize("day", [date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1)])
def test_the_calendar_refuses_days_it_does_not_know(day: date) -> None:
    with pytest.raises(Refusal, match="calendar_unknown"):
        CALENDAR.is_working(day)


def test_working_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from one"):
        CALENDAR.add_working_days(d("2026-08-31"), 0)


def test_a_day_is_over_at_its_local_midnight_which_is_five_in_the_afternoon_utc() -> None:
    assert due_instant(d("2026-08-04")) == datetime(2026, 8, 4, 17, tzinfo=UTC)


def test_hours_run_on_instants_whatever_zone_they_are_written_in() -> None:
    assert plus_hours(datetime(2026, 7, 2, 2, tzinfo=UTC), 24).isoformat() == "2026-07-03T09:00:00+07:00"


def test_an_evening_in_utc_is_already_the_next_day_in_viet_nam() -> None:
    assert local_date(datetime(2026, 6, 30, 17, tzinfo=UTC)) == d("2026-07-01")
    assert local_date(datetime(2026, 6, 30, 16, 59, tzinfo=UTC)) == d("2026-06-30")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plus_hours(datetime(2026, 7, 2, 9), 24)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 24, "2028-08-31"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_a_shorter_month(day, months, expected) -> None:
    assert plus_months(d(day), months) == d(expected)
