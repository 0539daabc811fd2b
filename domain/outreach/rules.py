"""Trainings, places, outreach, press (issue: the support, 10): counts by group, dated places, links safe to open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final

from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, refuse
from domain.outreach.noun import OUTREACH, PLACE, PRESS, TRAINING
from domain.person.model import MASK
from domain.refusals import Flaw
from domain.support_model.noun import KEPT
from domain.support_model.rules import check_model
from domain.text import flaw_in_text, tidy

MOST_NAMED: Final = 200
LONGEST_NAME: Final = 100
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
SAFE: Final = re.compile(rf"https://(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*(?::[0-9]{{1,5}})?(?:[/?#][!-\[\]-~]*)?")
"""Printable ASCII without backslash; the last label of the host begins with a letter, so that it is no number."""


class _OfUnit(Kept):
    """What a unit does for everyone."""

    reads = "read_outreach"
    writes = "write_outreach"
    of = "unit"

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        await check_model(doing.records, doing)
        return None


class Trainings(_OfUnit):
    """Courses, refreshers, workshops, study visits: how many came, by group; staff by name."""

    noun = TRAINING
    told = frozenset(TRAINING.fields) - frozenset(KEPT)
    texts: ClassVar = {"title": 300, "curriculum": 5000, "place": 300, "organiser": 300, "certificate": 300}

    def check(self, whole: Row, today: date, /) -> None:
        flaws = checked_days(whole, ("held_from", "held_to")) + _names(whole.get("staff_names") or ())
        groups = [part["group"] for part in whole.get("attendance") or ()]
        if len(set(groups)) < len(groups):
            flaws.append(Flaw("/attendance", "repeated"))
        came = whole.get("attendance") is not None or whole.get("certified") is not None
        flaws += not_to_come(whole, today, "held_from") if came else []
        if (whole.get("certified") or 0) > sum(part["persons"] for part in whole.get("attendance") or ()):
            flaws.append(Flaw("/certified", "more_than_came"))
        refuse(flaws)

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        await super().complete(doing)
        names = doing.row.get("staff_names")
        return {"staff_names": tuple(map(tidy, names))} if names else None


class Places(_OfUnit):
    """Zones, schools, markets …: a dated list that outreach names its places from."""

    noun = PLACE
    told = frozenset({"kind", "name", "address", "valid_from", "valid_to"})
    texts: ClassVar = {"name": 300, "address": 500}

    def check(self, whole: Row, _today: date, /) -> None:
        refuse(checked_days(whole, ("valid_from", "valid_to")))

    async def complete(self, doing: Doing) -> None:
        """A place belongs to no model."""


class Outreach(_OfUnit):
    """Stage plays, loudspeakers, talks …: on what, where, to whom, by whom, for how many đồng."""

    noun = OUTREACH
    told = frozenset(OUTREACH.fields) - frozenset(KEPT)
    texts: ClassVar = {"title": 300, "campaign": 300, "commissioned_body": 300}

    def check(self, whole: Row, today: date, /) -> None:
        flaws = checked_days(whole, ("held_from", "held_to"))
        flaws += _repeated(whole, "topics", "place_ids", "audience")
        flaws += not_to_come(whole, today, "held_from") if whole.get("reached") is not None else []
        refuse(flaws)

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Raises `invalid` for a place out of reach, voided, or not listed on the first day."""
        await super().complete(doing)
        row, known = doing.row, doing.known
        ids = row.get("place_ids") or ()
        asked = known is None or (list(ids), row["held_from"]) != (list(known["place_ids"]), known["held_from"])
        if ids and asked:
            listed = await doing.records.outreach.places(ids, row["held_from"], within=doing.within)
            refuse([Flaw(f"/place_ids/{at}", "not_listed_then") for at, id in enumerate(ids) if id not in listed])
        return None


class Press(_OfUnit):
    """What was printed, broadcast or posted."""

    noun = PRESS
    told = frozenset(PRESS.fields) - frozenset(KEPT)
    texts: ClassVar = {"title": 500, "outlet": 200}

    def check(self, whole: Row, today: date, /) -> None:
        flaws = not_to_come(whole, today, "published_on") + _repeated(whole, "topics")
        if whole.get("link") is not None and not opens_safely(whole["link"]):
            flaws.append(Flaw("/link", "not_https"))
        refuse(flaws)


def opens_safely(link: str) -> bool:
    """A whole https address of a named host: no other scheme, no user information, nothing that hides its end."""
    return SAFE.fullmatch(link) is not None


def _names(names: Sequence[str]) -> list[Flaw]:
    if len(names) > MOST_NAMED:
        return [Flaw("/staff_names", "too_many", (("most", MOST_NAMED),))]
    judged = [(at, _flaw(name)) for at, name in enumerate(names)]
    return [Flaw(f"/staff_names/{at}", code) for at, code in judged if code]


def _flaw(name: str) -> str | None:
    return "masked_value" if MASK in name else flaw_in_text(name, name=True, max_length=LONGEST_NAME)


def _repeated(whole: Row, *names: str) -> list[Flaw]:
    return [
        Flaw(f"/{name}", "repeated") for name in names if len(set(whole.get(name) or ())) < len(whole.get(name) or ())
    ]


TRAININGS = Trainings()
PLACES = Places()
OUTREACH_ACTIVITIES = Outreach()
PRESS_ITEMS = Press()
