"""Loan lists, their lines, and loans: tables and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.loan.facts import Borrower, LoanPurpose
from domain.loan.moves import LINE_LIFE, LIST_LIFE, LOAN_LIFE
from domain.loan.noun import LOAN, LOAN_LINE, LOAN_LIST
from persistence.cases import listed
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table
from persistence.needs import HISTORY

PROGRAMME = "code of the rule loan.programme.<code>"
LIST_ROW = kept_table(
    "loan_list",
    "Lists of a loan programme, confirmed by the commune",
    {
        "programme": column("text", comment=PROGRAMME),
        "number": column("text", null=True),
        "made_on": column("date"),
        "made_by": column("text", null=True),
        "confirmed_on": column("date", null=True),
        "confirmed_number": column("text", null=True),
        "confirmed_by": column("text", null=True),
        "reason": column("text", null=True),
    },
    sa.CheckConstraint("(state = 'confirmed') = (confirmed_on is not null)", name="confirmed_has_day"),
    life=LIST_LIFE,
    of="unit",
)
LINE_ROW = kept_table(
    "loan_list_line",
    "Lines of a loan list: persons, each answered for itself",
    {
        "loan_list_id": column("uuid", to("loan_list.id")),
        "answered_on": column("date", null=True),
        "reason": column("text", null=True),
    },
    sa.CheckConstraint("(state = 'waiting') = (answered_on is null)", name="answered_has_day"),
    sa.Index(
        "uq_loan_list_line_person",
        "loan_list_id",
        "person_id",
        unique=True,
        postgresql_where=sa.text("voided_at is null"),
    ),
    life=LINE_LIFE,
)
LOAN_ROW = kept_table(
    "loan_support",
    "Loans followed from the need to the last payment",
    {
        "borrower": Words(Borrower),
        "representative": column("text", null=True, comment="of the household"),
        "enterprise_id": column("uuid", to("organisation.id"), null=True),
        "enterprise_name": column("text", null=True),
        "need_id": column("uuid", to("need.id"), null=True),
        "loan_list_line_id": column("uuid", to("loan_list_line.id"), null=True),
        "programme": column("text", null=True, comment=PROGRAMME),
        "rules": column("texts", default="'{}'", comment="id@version of the rules it was held against"),
        "purpose": Words(LoanPurpose, null=True),
        "asked_on": column("date"),
        "applied_on": column("date", null=True),
        "decided_on": column("date", null=True),
        "disbursed_on": column("date", null=True),
        "repaying_on": column("date", null=True),
        "overdue_on": column("date", null=True),
        "closed_on": column("date", null=True),
        "reason": column("text", null=True, comment="of the latest move"),
        "asked_vnd": column("bigint", null=True, comment="đồng"),
        "amount_vnd": column("bigint", null=True, comment="đồng, as approved"),
        "months": column("int", null=True),
        "overdue_vnd": column("bigint", null=True, comment="đồng"),
        "law_abiding": column("bool", null=True, comment="as the People's Committee says"),
        "school_paper": column("bool", null=True),
        "staff": column("int", null=True),
        "staff_post_rehab": column("int", null=True),
        "jobs": column("int", null=True),
        "warnings": listed("what does not fit the programme; a paid loan is recorded all the same"),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "history": listed(HISTORY),
    },
    sa.CheckConstraint("(borrower = 'enterprise') = (person_id is null)", name="whose"),
    sa.CheckConstraint(
        "borrower <> 'enterprise' or num_nonnulls(enterprise_id, enterprise_name) = 1", name="enterprise"
    ),
    sa.CheckConstraint("asked_vnd >= 0 and amount_vnd >= 0 and overdue_vnd >= 0", name="amounts"),
    sa.CheckConstraint("months > 0 and staff >= 0 and staff_post_rehab >= 0 and jobs >= 0", name="numbers"),
    sa.CheckConstraint(
        "state not in ('approved', 'disbursed', 'repaying', 'overdue', 'closed')"
        " or (decided_on is not null and amount_vnd is not null and months is not null)",
        name="approved",
    ),
    sa.CheckConstraint(
        "state not in ('disbursed', 'repaying', 'overdue', 'closed') or disbursed_on is not null", name="disbursed"
    ),
    sa.CheckConstraint("state <> 'listed' or loan_list_line_id is not null", name="listed"),
    sa.CheckConstraint("(state = 'closed') = (closed_on is not null)", name="closed_has_day"),
    sa.Index("ix_loan_support_enterprise", "enterprise_id"),
    life=LOAN_LIFE,
    of="either",
)
LOAN_LISTS = kept_reads(
    LOAN_LIST, LIST_ROW, life=LIST_LIFE, joins={"lines": "{c}.loan_list_id = {t}.id and {c}.voided_at is null"}
)
LOAN_LINES = kept_reads(LOAN_LINE, LINE_ROW, life=LINE_LIFE, joins={"loan_list": "{c}.id = {t}.loan_list_id"})
LOANS = kept_reads(
    LOAN,
    LOAN_ROW,
    life=LOAN_LIFE,
    joins={"need": "{c}.id = {t}.need_id", "loan_list_line": "{c}.id = {t}.loan_list_line_id"},
    filters={
        "disbursed_from": "{t}.disbursed_on >= {v}::date",
        "disbursed_to": "{t}.disbursed_on <= {v}::date",
    },
)
