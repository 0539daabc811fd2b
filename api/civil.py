"""Dates and instants as they are written: ISO 8601, never a count of seconds, within the years a register can meet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, get_args

from pydantic import AwareDatetime, BaseModel, Field

FIRST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LAST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
Instant = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
"""Beyond these years an offset carries an instant out of the calendar, and the database cannot hold it."""
COUNTED = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]*\s*")


def counted_dates(model: type[BaseModel], given: Any, at: str = "") -> Iterator[str]:
    """Pointers of dates written as a count of seconds: the library would read `"1672531200"` as a day."""
    for name, (dated, inner) in _places(model).items() if isinstance(given, dict) else ():
        value = given.get(name)
        if dated and isinstance(value, str) and COUNTED.fullmatch(value):
            yield f"{at}/{name}"
        if inner is not None:
            parts = enumerate(value) if isinstance(value, list) else [("", value)]
            for place, part in parts:
                yield from counted_dates(inner, part, f"{at}/{name}/{place}".rstrip("/"))


@lru_cache(None)
def _places(model: type[BaseModel]) -> dict[str, tuple[bool, type[BaseModel] | None]]:
    """The fields of a body that hold a date or another model."""
    found = {
        name: (_holds_date(told.annotation), _model_in(told.annotation)) for name, told in model.model_fields.items()
    }
    return {name: held for name, held in found.items() if any(held)}


def _holds_date(hint: Any) -> bool:
    return hint in (dt.date, dt.datetime, AwareDatetime) or any(_holds_date(part) for part in get_args(hint))


def _model_in(hint: Any) -> type[BaseModel] | None:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    return next((model for part in get_args(hint) if (model := _model_in(part))), None)
