"""Volunteers: periods that do not overlap, trainings that have taken place (issue: the support, 1; dossier 7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from domain.keeping import Doing, Kept, Row, refuse
from domain.model_member.rules import check_account
from domain.refusals import Flaw
from domain.text import flaw_in_text, tidy
from domain.volunteer.noun import VOLUNTEER

Part = Mapping[str, Any]


class Volunteers(Kept):
    """Volunteers, dated and separate from users."""

    noun = VOLUNTEER
    reads = "read_model"
    writes = "write_model"
    of = "model"
    told = frozenset({"support_model_id", "full_name", "account_id", "periods", "trainings", "note"})
    settled = frozenset({"support_model_id"})
    texts: ClassVar = {"full_name": 200, "note": 1000}

    def check(self, whole: Row, today: date, /) -> None:
        """At least one period; none ends before it starts, none begins inside another."""
        periods, trainings = whole.get("periods") or (), whole.get("trainings") or ()
        flaws = [] if periods else [Flaw("/periods", "required")]
        flaws += _in_order(periods) + _trained(trainings, today)
        refuse(flaws)

    async def complete(self, doing: Doing) -> Row:
        """Documents as they are stored. Raises `invalid` for an account that works elsewhere."""
        await check_account(doing)
        row = doing.row
        return {
            "periods": sorted((_stored(part) for part in row["periods"]), key=lambda part: part["since"]),
            "trainings": [_stored(part) for part in row.get("trainings") or ()],
        }


def day(value: Any) -> date | None:
    """A day of a period as told or as stored."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _stored(part: Part) -> dict[str, Any]:
    return {name: _plain(value) for name, value in part.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return tidy(value) if isinstance(value, str) else value


def _in_order(periods: Iterable[Part]) -> list[Flaw]:
    """Flaws under the place of each period as it was told."""
    flaws, before = [], date.min
    for place, part in sorted(enumerate(periods), key=lambda told: day(told[1]["since"]) or date.min):
        since, until = day(part["since"]) or date.min, day(part.get("until"))
        if until is not None and until < since:
            flaws.append(Flaw(f"/periods/{place}/until", "ends_before_it_starts"))
        if since <= before:
            flaws.append(Flaw(f"/periods/{place}/since", "overlaps"))
        before = max(before, until or date.max)
    return flaws


def _trained(trainings: Iterable[Part], today: date) -> list[Flaw]:
    flaws = []
    for place, part in enumerate(trainings):
        if (day(part["on"]) or today) > today:
            flaws.append(Flaw(f"/trainings/{place}/on", "in_the_future"))
        for name in ("topic", "certificate"):
            code = flaw_in_text(tidy(part[name]), max_length=300) if part.get(name) is not None else None
            if code:
                flaws.append(Flaw(f"/trainings/{place}/{name}", code))
    return flaws


VOLUNTEERS = Volunteers()
