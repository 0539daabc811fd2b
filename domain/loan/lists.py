"""The list of a programme: made by the commune police, confirmed line by line by the People's Committee (Q08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.acts import Context, act
from domain.keeping import Doing, Kept, Row, Shift, checked_days, not_to_come, refuse
from domain.loan.eligibility import known
from domain.loan.moves import LINE_LIFE, LIST_LIFE
from domain.loan.noun import LOAN_LINE, LOAN_LIST, LineState, LoanListState
from domain.reading import Scope
from domain.refusals import Flaw, Refusal, flawed

DRAFT = LoanListState.DRAFT


class LoanLists(Kept):
    """Lists. One is confirmed as a whole when no line waits any more."""

    noun = LOAN_LIST
    reads = "read_loan"
    writes = "write_loan"
    moves = "confirm_loan_list"
    of = "unit"
    told = frozenset({"unit_id", "programme", "number", "made_on", "made_by"})
    settled = frozenset({"programme"})
    texts: ClassVar = {"number": 100, "made_by": 200, "confirmed_number": 100, "confirmed_by": 200, "reason": 500}
    life = LIST_LIFE

    def check(self, whole: Row, today: date, /) -> None:
        flaws = not_to_come(whole, today, "made_on", "confirmed_on")
        refuse(flaws + checked_days(whole, ("made_on", "confirmed_on")))

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for a programme nobody knows, `lines_waiting`, `list_closed`."""
        row = doing.row
        if doing.known is None and not known((await doing.records.law.in_force()).book, row["programme"]):
            raise flawed("/programme", "unknown_programme")
        if doing.known is not None and doing.known["state"] != DRAFT:
            raise Refusal("list_closed")
        if row["state"] == LoanListState.CONFIRMED:
            waiting = await doing.records.loans.waiting_lines(row["id"], within=doing.within)
            if waiting:
                raise Refusal("lines_waiting", missing=waiting)


class LoanListLines(Kept):
    """Persons on a list; each line is answered for itself."""

    noun = LOAN_LINE
    reads = "read_loan"
    writes = "write_loan"
    moves = "confirm_loan_list"
    told = frozenset({"loan_list_id"})
    settled = frozenset({"loan_list_id"})
    texts: ClassVar = {"reason": 500}
    life = LINE_LIFE
    fresh = frozenset({"answered_on", "reason"})

    def check(self, whole: Row, today: date, /) -> None:
        refuse(not_to_come(whole, today, "answered_on"))

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for a list out of reach or of another commune, `list_closed`."""
        row = doing.row
        found: Row | None = await doing.records.rows(LOAN_LIST.name).known(row["loan_list_id"], within=doing.within)
        if found is None or found["voided_at"] is not None:
            raise flawed("/loan_list_id", "not_in_scope")
        if found["unit_no"] != row["unit_no"]:
            raise flawed("/loan_list_id", "of_another_unit")
        if found["state"] != DRAFT:
            raise Refusal("list_closed")


LOAN_LISTS = LoanLists()
LOAN_LIST_LINES = LoanListLines()


@dataclass(frozen=True)
class LineAnswer:
    """The answer to one line: confirmed, or rejected with a reason."""

    line_id: UUID
    to: str
    reason: str | None = None


@dataclass(frozen=True)
class AnswerLines:
    """Many lines answered at one sitting; with `confirm` the list is confirmed as well, if none waits then."""

    id: UUID
    answered_on: date
    answers: tuple[LineAnswer, ...]
    confirm: bool = False
    told: Mapping[str, Any] | None = None


@act(LOAN_LIST, "confirm_loan_list", guarded=True)
async def answer_loan_list(records: Any, ctx: Context, within: Scope, given: AnswerLines) -> UUID:
    """Every answer or none. A line that cannot be answered is named by its place, and nothing is kept."""
    if len({answer.line_id for answer in given.answers}) < len(given.answers):
        raise flawed("/answers", "repeated")
    for place, answer in enumerate(given.answers):
        await _answer_line(records, ctx, within, given, place, answer)
    if given.confirm:
        shift = Shift(given.id, LoanListState.CONFIRMED, {"confirmed_on": given.answered_on} | dict(given.told or {}))
        return await LOAN_LISTS.move.rule(records, ctx, within, shift)  # type: ignore[return-value]
    known = await records.rows(LOAN_LIST.name).known(given.id, within=within)
    await records.rows(LOAN_LIST.name).amend(known, {"updated_at": ctx.now})
    return given.id


async def _answer_line(
    records: Any, ctx: Context, within: Scope, given: AnswerLines, place: int, answer: LineAnswer
) -> None:
    line: Row | None = await records.rows(LOAN_LINE.name).known(answer.line_id, within=within)
    if line is None or line["voided_at"] is not None or line["loan_list_id"] != given.id:
        raise flawed(f"/answers/{place}/line_id", "not_of_this_list")
    if answer.to == LineState.REJECTED and answer.reason is None:
        raise Refusal("invalid", flaws=(Flaw(f"/answers/{place}/reason", "required"),))
    if line["state"] != LineState.WAITING:
        raise flawed(f"/answers/{place}/line_id", "answered_already")
    shift = Shift(answer.line_id, answer.to, {"answered_on": given.answered_on, "reason": answer.reason})
    await LOAN_LIST_LINES.move.rule(records, ctx, within, shift)
