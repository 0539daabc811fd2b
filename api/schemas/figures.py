"""Figures of support, as they travel."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict

from api.schemas.base import Given, worded
from api.schemas.contacts import Month
from api.schemas.keeping import Dong
from domain.figures.counting import CountLevel, CountPeriod
from domain.figures.counting import CountSupport as Command
from domain.figures.noun import SupportMeasure

worded(CountLevel, CountPeriod, SupportMeasure)


class SupportCount(BaseModel):
    """One measure in figures: persons (người), events (lượt) and money are never added to each other.

    Persons of two lines are not added either: one person may stand in both. A null `period`, `unit_id` or `part` is the
    line over all of them; a null figure is one that this measure has not, or that may not be told.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)
    measure: SupportMeasure | None = None
    period: str | None = None
    """A month (`2026-07`) or quarter (`2026-Q3`)."""
    unit_id: UUID | None = None
    part: str | None = None
    """A word by which the noun is told apart: kind, stage, programme; `none` where it is not said."""
    persons: int | None = None
    """Different persons on the register."""
    events: int | None = None
    """Times; of what stood (`running`, `members`): how many stood at some time in the period."""
    amount_vnd: Dong | None = None


@strawberry.pydantic.input
class CountedSupport(Given):
    """Whole months, and by what the figures are told apart."""

    COMMAND: ClassVar = Command
    since: Month | None = None
    """First month, e.g. `2026-07`; this month, when left out."""
    until: Month | None = None
    """Last month, inclusive; the first, when left out."""
    period: CountPeriod | None = None
    level: CountLevel | None = None
    parts: bool = False
    """Also by kind, stage or programme, where the noun has such a word."""
