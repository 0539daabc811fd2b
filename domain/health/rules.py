"""Recording visits to the health station. What it found is read by its own circle only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from domain.contact.rules import flaws_of_next, may_note
from domain.health.noun import FINDINGS, VISIT
from domain.keeping import Doing, Kept, Row, not_to_come, refuse
from domain.need.waiting import settle_needs
from domain.refusals import Flaw
from domain.support_model.rules import check_model
from domain.task.due import TaskDue
from domain.task.setting import as_set

NEXT = "health_visit"


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
        await self._remind(doing)
        await settle_needs(doing.records, doing.ctx, doing.row["person_id"])

    async def _remind(self, doing: Doing) -> None:
        """The next visit, for the station alone, for the day is what it wrote. A visit ends what was due before."""
        latest = await doing.records.circle.visits(doing.row)
        for place, visit in enumerate(latest):
            due = [] if place or visit["next_on"] is None else [next_visit(visit["next_on"], visit["circle_no"])]
            await doing.records.tasks.settle(
                VISIT.name,
                visit["id"],
                person_id=visit["person_id"],
                unit_no=visit["unit_no"],
                due=due,
                now=doing.ctx.now,
            )


def next_visit(day: date, circle_no: int) -> TaskDue:
    """For the circle that wrote the day, and nobody else."""
    return as_set(NEXT, day, "health_visit.next_on").of(circle_no, only=True)


VISITS = HealthVisits()
