"""Words in the two languages of the service, and how days and moments are written in each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple

Language = Literal["vi", "en"]


class Bilingual(NamedTuple):
    """One text in Vietnamese and in English."""

    vi: str
    en: str

    def in_(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


def day_text(day: date) -> Bilingual:
    """A day as officers read it: 31/07/2026 and 2026-07-31."""
    return Bilingual(f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}")


def moment_text(moment: datetime) -> Bilingual:
    """A local moment as officers read it. The caller has already brought it to Asia/Ho_Chi_Minh."""
    return Bilingual(f"{moment:%H:%M} ngày {moment:%d/%m/%Y}", f"{moment:%Y-%m-%d %H:%M}")


def listed(texts: list[Bilingual]) -> Bilingual:
    """Several texts on one line."""
    return Bilingual(", ".join(text.vi for text in texts), ", ".join(text.en for text in texts))
