"""Recording needs, and how each was met or withdrawn (issue: the support, 4)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, refuse
from domain.law.life_cycle import LifeCycle, Move
from domain.livelihood.history import history
from domain.livelihood.standing import standing
from domain.need.noun import NEED, NeedState
from domain.need.waiting import settle_needs
from domain.support_model.rules import check_model

OPEN, MET, WITHDRAWN = NeedState.OPEN, NeedState.MET, NeedState.WITHDRAWN
NEED_LIFE = LifeCycle(
    "need",
    initial=OPEN,
    moves=(
        Move(OPEN, MET, ("met_on",)),
        Move(OPEN, WITHDRAWN, ("withdrawn_on", "reason"), "the person says it is no need of theirs any more"),
        Move(MET, OPEN, ("reason",), "it came up again, or was recorded in error"),
        Move(WITHDRAWN, OPEN, ("reason",), "it came up again"),
    ),
)
DATED = {"met_on": {MET}, "withdrawn_on": {WITHDRAWN}}


class Needs(Kept):
    """Needs of persons."""

    noun = NEED
    reads = "read_need"
    writes = "write_need"
    told = frozenset({"kind", "found_on", "detail", "support_model_id"})
    settled = frozenset({"kind"})
    texts: ClassVar = {"detail": 1000, "reason": 500}
    life = NEED_LIFE
    fresh = frozenset({"met_on", "withdrawn_on", "reason"})

    def check(self, whole: Row, today: date, /) -> None:
        flaws = standing(whole, may=DATED, must=DATED) + not_to_come(whole, today, "found_on", *DATED)
        refuse(flaws + checked_days(whole, ("found_on", "met_on"), ("found_on", "withdrawn_on")))

    async def complete(self, doing: Doing) -> Row:
        await check_model(doing.records, doing)
        return history(doing, "met_on", "withdrawn_on", "reason")

    async def follow(self, doing: Doing) -> None:
        """Met, withdrawn or void: nothing is waited for. Open: it is looked at when nothing happens for it."""
        row = doing.row
        if row["state"] != OPEN or row["voided_at"] is not None:
            ids = {"person_id": row["person_id"], "unit_no": row["unit_no"]}
            await doing.records.tasks.settle(NEED.name, row["id"], **ids, due=[], now=doing.ctx.now)
            return
        await settle_needs(doing.records, doing.ctx, row["person_id"])


NEEDS = Needs()
