"""Days and instants of Việt Nam: clocks in days run on local dates, clocks in hours on instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.refusals import Refusal

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Moment = date | datetime


def start_of(day: date) -> datetime:
    """00:00 of a local date, as an instant."""
    return datetime.combine(day, time.min, ZONE)


def due_instant(day: date) -> datetime:
    """24:00 of a local date, written as the next midnight.

    The instant itself is outside: an act is in time when it happened before it (Civil Code Art 147, 148: a term in
    days ends when its last day ends).
    """
    return start_of(day + timedelta(days=1))


def aware(moment: datetime) -> datetime:
    """The moment in local time. Raises ValueError for a naive one: it names no instant."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("an instant needs its time zone")
    return moment.astimezone(ZONE)


def local_date(moment: Moment) -> date:
    """The local date of a day or of an instant."""
    return aware(moment).date() if isinstance(moment, datetime) else moment


def instant_of(moment: Moment, *, rule: str) -> datetime:
    """The instant an hour clock starts from. Raises Refusal `instant_needed` when only the day is known."""
    if not isinstance(moment, datetime):
        raise Refusal("instant_needed", rule=rule)
    return aware(moment)


def plus_hours(moment: datetime, hours: int) -> datetime:
    """An instant `hours` later (or earlier), in local time."""
    return aware(moment) + timedelta(hours=hours)


def plus_months(day: date, months: int) -> date:
    """The same day-and-month `months` later; where the month is shorter, its last day (Civil Code Art 148(3), (4))."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, _length(year, month0 + 1)))


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
