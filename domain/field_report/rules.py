"""Reports of those who help, confirmed or not by officer or police; the register changes by acts of their own only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar, Final
from uuid import UUID

from domain.acts import Act, Context
from domain.field_report.noun import FIELD_REPORT, FieldReportKind, FieldReportState
from domain.keeping import Doing, Kept, Row, Shift, checked_days, not_to_come, refuse
from domain.law.life_cycle import LifeCycle, Move
from domain.law.wording import Bilingual
from domain.reading import Scope
from domain.refusals import Refusal, flawed
from domain.task.setting import asked_for

REPORTED, WITHDRAWN = FieldReportState.REPORTED, FieldReportState.WITHDRAWN
CONFIRMED, NOT_CONFIRMED = FieldReportState.CONFIRMED, FieldReportState.NOT_CONFIRMED
LIFE: Final = LifeCycle(
    "field_report",
    initial=REPORTED,
    moves=(
        Move(REPORTED, CONFIRMED, ("answered_on",), "by officer or police, who then do what it calls for"),
        Move(REPORTED, NOT_CONFIRMED, ("answered_on",), "by officer or police"),
        Move(REPORTED, WITHDRAWN, (), "by who reported it"),
    ),
)
TASK: Final = "field_report"
FACT: Final = Bilingual("người hỗ trợ báo tin, cần xác minh", "somebody who helps passed this on; to be confirmed")
DAYS: Final[Mapping[str, int]] = {FieldReportKind.SAFETY_CONCERN: 1}
USUAL_DAYS: Final = 3
"""The house's own promise to those who report; no rule of law stands behind it."""


class FieldReports(Kept):
    """Information about a person one looks after. It changes no status by itself."""

    noun = FIELD_REPORT
    reads = "read_report"
    writes = "write_report"
    told = frozenset({"kind", "noticed_on", "what"})
    settled = frozenset({"kind"})
    texts: ClassVar = {"what": 300, "answer": 300}
    life = LIFE

    def __init__(self) -> None:
        super().__init__()

        async def answer_field_report(records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
            return await self._answer(records, ctx, within, shift)

        self.answer: Act[Shift] = Act(answer_field_report, FIELD_REPORT, "answer_report", True, FIELD_REPORT.name)

    def check(self, whole: Row, today: date, /) -> None:
        flaws = not_to_come(whole, today, "noticed_on", "answered_on")
        refuse(flaws + checked_days(whole, ("noticed_on", "answered_on")))

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for a correction of what was answered."""
        known, row = doing.known, doing.row
        if known is not None and known["state"] == row["state"] != REPORTED and row["voided_at"] is None:
            changed = [name for name in sorted(self.told) if row[name] != known[name]]
            raise flawed(f"/{changed[0] if changed else 'state'}", "not_changeable")

    async def follow(self, doing: Doing) -> None:
        """A task of the commune while it waits for an answer; who reported sees by the state that it was heard."""
        row, known = doing.row, doing.known
        if known is not None and known["state"] == row["state"] and row["voided_at"] is None:
            return
        waits = row["state"] == REPORTED and row["voided_at"] is None
        days = DAYS.get(row["kind"], USUAL_DAYS)
        due = [asked_for(TASK, "field_report.answer", FACT, doing.ctx.now, days)] if waits else []
        await doing.records.tasks.settle(
            FIELD_REPORT.name, row["id"], person_id=row["person_id"], unit_no=row["unit_no"], due=due, now=doing.ctx.now
        )

    def step(self, state: str, to: str, given: Collection[str]) -> None:
        """Who reported takes it back; whether it is so is for others to say."""
        if to not in (WITHDRAWN, state) and to in LIFE.states:
            raise Refusal("wrong_move", noun=LIFE.name, state=state, to=to, allowed=_allowed(state, WITHDRAWN))
        LIFE.move(state, to, given)

    async def _answer(self, records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
        """Confirmed or not, with the day. Raises `wrong_move`, `move_needs`."""
        known = await self._known(records, shift.id, within)
        facts = self._tidy({name: value for name, value in shift.told.items() if value is not None})
        if shift.to == WITHDRAWN:
            allowed = _allowed(known["state"], CONFIRMED, NOT_CONFIRMED)
            raise Refusal("wrong_move", noun=LIFE.name, state=known["state"], to=shift.to, allowed=allowed)
        LIFE.move(known["state"], shift.to, set(facts))
        await self._change(records, ctx, within, known, facts | {"state": shift.to})
        return shift.id


def _allowed(state: str, *mine: str) -> list[str]:
    return [move.to for move in LIFE.allowed(state) if move.to in mine]


FIELD_REPORTS = FieldReports()
