"""Dates as official papers write them."""

from __future__ import annotations

from datetime import date


def written(day: date) -> str:
    """`ngày 05 tháng 02 năm 2026`: days below 10 and months 1 and 2 take a zero (Decree 30/2020, Appendix I)."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def written_text(day: str) -> str:
    """The same for an ISO date."""
    return written(date.fromisoformat(day))


def birth(day: str, precision: str | None) -> str:
    """A birth date as far as it is known, in figures: only the year, or month and year, in older files."""
    born = date.fromisoformat(day)
    if precision == "year":
        return str(born.year)
    month = f"{born.month:02}/{born.year}"
    return month if precision == "month" else f"{born.day:02}/{month}"
