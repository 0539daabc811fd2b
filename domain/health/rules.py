"""Recording visits to the health station. What it found is read by its own circle only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from domain.contact.rules import flaws_of_next, may_note
from domain.health.noun import FINDINGS, VISIT
from domain.keeping import Doing, Kept, Row, not_to_come, refuse
from domain.refusals import Flaw
from domain.support_model.rules import check_model


class HealthVisits(Kept):
    """Visits: the day beside the person, everything else in the health station's own table."""

    noun = VISIT
    reads = "read_health"
    writes = "write_health"
    told = frozenset({"visited_on", "support_model_id", *FINDINGS})
    beside = frozenset(FINDINGS)
    texts: ClassVar = {"complaint": 2000, "findings": 4000, "treatment": 4000, "advice": 4000}

    def check(self, whole: Row, today: date, /) -> None:
        emptied = "visit_kind" in whole and whole["visit_kind"] is None
        flaws = [Flaw("/visit_kind", "required")] if emptied else []
        refuse(flaws + not_to_come(whole, today, "visited_on") + flaws_of_next(whole, "visited_on"))

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        may_note(doing, VISIT.name, FINDINGS)
        await check_model(doing.records, doing)
        return None

    async def follow(self, doing: Doing) -> None:
        found = {name: doing.row[name] for name in FINDINGS if name in doing.row}
        if found:
            await doing.records.circle.note(VISIT.name, doing.row, found)


VISITS = HealthVisits()
