"""Days on which we stand apart from the base calendar until an administrator confirms or corrects them."""

from __future__ import annotations

from datetime import date

from domain.law.rule import Confidence
from domain.law.wording import Bilingual
from domain.law.working_days import CalendarRow, DayKind, DayReason, WorkingCalendar
from reference.holidays import FIRST_YEAR, LAST_YEAR, base_rows, base_version

_SWAP_SOURCE = "Đề xuất của Bộ Nội vụ theo báo chí / Interior Ministry's proposal as reported by the press"
_CULTURE_SOURCE = "Nghị quyết 80-NQ/TW theo báo chí / Resolution 80-NQ/TW as reported by the press"

OVERRIDES: tuple[CalendarRow, ...] = (
    CalendarRow(
        date(2026, 1, 2),
        DayKind.OFF,
        DayReason.SWAPPED,
        Bilingual("Ngày nghỉ (thay cho ngày 10/01/2026)", "Day off in exchange for 2026-01-10"),
        _SWAP_SOURCE,
        Confidence.UNVERIFIED,
        date(2026, 1, 10),
        "to be confirmed",
    ),
    CalendarRow(
        date(2026, 1, 10),
        DayKind.WORKED,
        DayReason.MAKE_UP,
        Bilingual("Làm bù cho ngày 02/01/2026", "Worked in exchange for 2026-01-02"),
        _SWAP_SOURCE,
        Confidence.UNVERIFIED,
        date(2026, 1, 2),
        "to be confirmed",
    ),
    CalendarRow(
        date(2026, 11, 24),
        DayKind.OFF,
        DayReason.HOLIDAY,
        Bilingual("Ngày Văn hóa Việt Nam", "Vietnam Cultural Day"),
        _CULTURE_SOURCE,
        Confidence.UNVERIFIED,
        None,
        "to be confirmed before 2026-11-24",
    ),
)


def shipped_calendar() -> WorkingCalendar:
    """Base and overrides as they ship; a deployment's own calendar is read from its database."""
    return WorkingCalendar.layered(
        base_rows(),
        OVERRIDES,
        first=date(FIRST_YEAR, 1, 1),
        last=date(LAST_YEAR, 12, 31),
        version=f"{base_version()} + {len(OVERRIDES)} overrides",
    )
