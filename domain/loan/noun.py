"""Loans: the list that the commune confirms line by line, and each loan from the need to the last payment."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT, KEPT_FILTERS, OF_PERSON, livelihood
from domain.reading import Kind, Noun, many, one


class LoanListState(StrEnum):
    """Of the list as a whole."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    """Every line was answered."""
    WITHDRAWN = "withdrawn"


class LineState(StrEnum):
    """Of one line of a list."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class LoanState(StrEnum):
    """From the need to the last payment; the bank lends, this register follows."""

    NEED = "need"
    LISTED = "listed"
    APPLIED = "applied"
    """Applied for at the Bank for Social Policies (VBSP)."""
    APPROVED = "approved"
    REFUSED = "refused"
    DISBURSED = "disbursed"
    REPAYING = "repaying"
    OVERDUE = "overdue"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """Not wanted any more, before anything was paid."""


LOAN_LIST: Final = Noun(
    "loan_list",
    fields=KEPT
    | livelihood(
        "programme",
        "number",
        "made_on",
        "made_by",
        "state",
        "confirmed_on",
        "confirmed_number",
        "confirmed_by",
        "reason",
        "transitions",
    ),
    relations={"unit": one("unit", Kind.OPEN), "lines": many("loan_list_line", Kind.LIVELIHOOD)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided"), Kind.OPEN) | livelihood("programme", "state"),
)
LOAN_LINE: Final = Noun(
    "loan_list_line",
    fields=OF_PERSON | livelihood("loan_list_id", "state", "answered_on", "reason", "transitions"),
    relations={
        "person": one("person", Kind.IDENTITY),
        "unit": one("unit", Kind.OPEN),
        "loan_list": one("loan_list", Kind.LIVELIHOOD),
    },
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("loan_list_id", "state"),
)
LOAN: Final = Noun(
    "loan_support",
    fields=OF_PERSON
    | livelihood(
        "borrower",
        "representative",
        "enterprise_id",
        "enterprise_name",
        "need_id",
        "loan_list_line_id",
        "programme",
        "rules",
        "purpose",
        "state",
        "asked_on",
        "applied_on",
        "decided_on",
        "disbursed_on",
        "repaying_on",
        "overdue_on",
        "closed_on",
        "reason",
        "asked_vnd",
        "amount_vnd",
        "months",
        "overdue_vnd",
        "law_abiding",
        "school_paper",
        "staff",
        "staff_post_rehab",
        "jobs",
        "warnings",
        "support_model_id",
        "history",
        "transitions",
    ),
    relations={
        "person": one("person", Kind.IDENTITY),
        "unit": one("unit", Kind.OPEN),
        "need": one("need", Kind.LIVELIHOOD),
        "loan_list_line": one("loan_list_line", Kind.LIVELIHOOD),
    },
    orders=("newest",),
    filters=KEPT_FILTERS
    | livelihood(
        "borrower", "programme", "purpose", "state", "need_id", "support_model_id", "disbursed_from", "disbursed_to"
    ),
)
