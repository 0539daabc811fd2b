"""One's own month, as it travels."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict
from strawberry.scalars import JSON


class OwnMonth(BaseModel):
    """What one's own circle did in a month. Persons (người), clients and times (lượt) are never added."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    month: str | None = None
    persons: int | None = None
    """Persons counselled, also those one looks after no more."""
    contacts: int | None = None
    anonymous_clients: int | None = None
    anonymous_contacts: int | None = None
    contact_days: list[dt.date] | None = None
    """Days on which somebody was counselled."""
    seats: JSON | None = None
    """Seats in a team of volunteers, with the days held and what the month comes to:
    `[{volunteer_id, full_name, role, days_held, whole_month, rate, base_salary_vnd, allowance_vnd, rules, silent}]`."""
