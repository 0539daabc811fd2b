"""The tables of moves of lists, their lines and loans."""

from __future__ import annotations

from typing import Final

from domain.law.life_cycle import LifeCycle, Move
from domain.loan.noun import LineState, LoanListState, LoanState

LIST_LIFE: Final = LifeCycle(
    "loan_list",
    initial=LoanListState.DRAFT,
    moves=(
        Move(LoanListState.DRAFT, LoanListState.CONFIRMED, ("confirmed_on",), "when every line was answered"),
        Move(LoanListState.DRAFT, LoanListState.WITHDRAWN, ("reason",)),
    ),
)
LINE_LIFE: Final = LifeCycle(
    "loan_list_line",
    initial=LineState.WAITING,
    moves=(
        Move(LineState.WAITING, LineState.CONFIRMED, ("answered_on",), "Q08: confirmed by the People's Committee"),
        Move(LineState.WAITING, LineState.REJECTED, ("answered_on", "reason")),
        Move(LineState.CONFIRMED, LineState.WAITING, ("reason",), "while the list is a draft"),
        Move(LineState.REJECTED, LineState.WAITING, ("reason",), "while the list is a draft"),
    ),
)
NEED, LISTED, APPLIED = LoanState.NEED, LoanState.LISTED, LoanState.APPLIED
APPROVED, REFUSED, WITHDRAWN = LoanState.APPROVED, LoanState.REFUSED, LoanState.WITHDRAWN
DISBURSED, REPAYING, OVERDUE, CLOSED = (
    LoanState.DISBURSED,
    LoanState.REPAYING,
    LoanState.OVERDUE,
    LoanState.CLOSED,
)
LOAN_LIFE: Final = LifeCycle(
    "loan_support",
    initial=NEED,
    moves=(
        Move(NEED, LISTED, ("loan_list_line_id",), "a confirmed line of a list"),
        Move(NEED, APPLIED, ("applied_on", "programme", "asked_vnd"), "programmes without a list"),
        Move(NEED, WITHDRAWN, ("reason",)),
        Move(LISTED, APPLIED, ("applied_on", "programme", "asked_vnd")),
        Move(LISTED, WITHDRAWN, ("reason",)),
        Move(APPLIED, APPROVED, ("decided_on", "amount_vnd", "months")),
        Move(APPLIED, REFUSED, ("decided_on", "reason")),
        Move(APPLIED, WITHDRAWN, ("reason",)),
        Move(APPROVED, DISBURSED, ("disbursed_on",)),
        Move(APPROVED, WITHDRAWN, ("reason",)),
        Move(DISBURSED, REPAYING, ("repaying_on",)),
        Move(DISBURSED, OVERDUE, ("overdue_on",)),
        Move(DISBURSED, CLOSED, ("closed_on",)),
        Move(REPAYING, OVERDUE, ("overdue_on",)),
        Move(REPAYING, CLOSED, ("closed_on",)),
        Move(OVERDUE, REPAYING, ("repaying_on",), "paid what was overdue"),
        Move(OVERDUE, CLOSED, ("closed_on",)),
    ),
)
