"""Loans: lists confirmed line by line, and loans from the need to the last payment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import lower_walls, of_person, of_unit, raise_walls

revision = "0017"
down_revision = "0016"

TABLES = ("loan_list", "loan_list_line", "loan_support")
WALLS = (
    *of_unit("loan_list"),
    ("loan_list", "road_grant", "select", "false"),
    *of_person("loan_list_line"),
    *of_person("loan_support"),
    *((table, "road_transfer", "select, update", "true") for table in ("loan_list_line", "loan_support")),
)


def upgrade() -> None:
    create_kept(
        "loan_list",
        "Lists of a loan programme, confirmed by the commune",
        text("programme", null=False, comment="code of the rule loan.programme.<code>"),
        text("number"),
        col("made_on", sa.Date(), null=False),
        text("made_by"),
        col("confirmed_on", sa.Date()),
        text("confirmed_number"),
        text("confirmed_by"),
        text("reason"),
        text("state", null=False, default="'draft'"),
        word_check(
            "loan_list",
            "state",
            (
                "confirmed",
                "draft",
                "withdrawn",
            ),
        ),
        check("loan_list", "confirmed_has_day", "(state = 'confirmed') = (confirmed_on is not null)"),
        of="unit",
    )
    create_kept(
        "loan_list_line",
        "Lines of a loan list: persons, each answered for itself",
        *ref("loan_list_line", "loan_list_id", "loan_list", null=False),
        col("answered_on", sa.Date()),
        text("reason"),
        text("state", null=False, default="'waiting'"),
        check("loan_list_line", "answered_has_day", "(state = 'waiting') = (answered_on is null)"),
        word_check(
            "loan_list_line",
            "state",
            (
                "confirmed",
                "rejected",
                "waiting",
            ),
        ),
    )
    op.create_index(
        "uq_loan_list_line_person",
        "loan_list_line",
        ["loan_list_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("voided_at is null"),
    )
    create_kept(
        "loan_support",
        "Loans followed from the need to the last payment",
        text("borrower", null=False),
        text("representative", comment="of the household"),
        *ref("loan_support", "enterprise_id", "organisation"),
        text("enterprise_name"),
        *ref("loan_support", "need_id", "need"),
        *ref("loan_support", "loan_list_line_id", "loan_list_line"),
        text("programme", comment="code of the rule loan.programme.<code>"),
        col(
            "rules",
            postgresql.ARRAY(sa.Text()),
            null=False,
            default="'{}'",
            comment="id@version of the rules it was held against",
        ),
        text("purpose"),
        col("asked_on", sa.Date(), null=False),
        col("applied_on", sa.Date()),
        col("decided_on", sa.Date()),
        col("disbursed_on", sa.Date()),
        col("repaying_on", sa.Date()),
        col("overdue_on", sa.Date()),
        col("closed_on", sa.Date()),
        text("reason", comment="of the latest move"),
        col("asked_vnd", sa.BigInteger(), comment="đồng"),
        col("amount_vnd", sa.BigInteger(), comment="đồng, as approved"),
        col("months", sa.Integer()),
        col("overdue_vnd", sa.BigInteger(), comment="đồng"),
        col("law_abiding", sa.Boolean(), comment="as the People's Committee says"),
        col("school_paper", sa.Boolean()),
        col("staff", sa.Integer()),
        col("staff_post_rehab", sa.Integer()),
        col("jobs", sa.Integer()),
        col(
            "warnings",
            postgresql.JSONB(),
            null=False,
            default="'[]'",
            comment="what does not fit the programme; a paid loan is recorded all the same",
        ),
        *ref("loan_support", "support_model_id", "support_model"),
        col("history", postgresql.JSONB(), null=False, default="'[]'", comment="every move with its days"),
        text("state", null=False, default="'need'"),
        word_check(
            "loan_support",
            "state",
            (
                "applied",
                "approved",
                "closed",
                "disbursed",
                "listed",
                "need",
                "overdue",
                "refused",
                "repaying",
                "withdrawn",
            ),
        ),
        check("loan_support", "closed_has_day", "(state = 'closed') = (closed_on is not null)"),
        check(
            "loan_support",
            "approved",
            "state not in ('approved', 'disbursed', 'repaying', 'overdue', 'closed')"
            " or (decided_on is not null and amount_vnd is not null and months is not null)",
        ),
        word_check(
            "loan_support",
            "purpose",
            (
                "vocational_training",
                "production",
                "business",
                "job_creation",
            ),
        ),
        check("loan_support", "whose", "(borrower = 'enterprise') = (person_id is null)"),
        check(
            "loan_support",
            "disbursed",
            "state not in ('disbursed', 'repaying', 'overdue', 'closed') or disbursed_on is not null",
        ),
        check(
            "loan_support", "enterprise", "borrower <> 'enterprise' or num_nonnulls(enterprise_id, enterprise_name) = 1"
        ),
        check("loan_support", "amounts", "asked_vnd >= 0 and amount_vnd >= 0 and overdue_vnd >= 0"),
        check("loan_support", "listed", "state <> 'listed' or loan_list_line_id is not null"),
        check("loan_support", "numbers", "months > 0 and staff >= 0 and staff_post_rehab >= 0 and jobs >= 0"),
        word_check(
            "loan_support",
            "borrower",
            (
                "person",
                "household",
                "enterprise",
            ),
        ),
        of="either",
    )
    op.create_index("ix_loan_support_enterprise", "loan_support", ["enterprise_id"])
    raise_walls(WALLS)


def downgrade() -> None:
    lower_walls(WALLS)
    for table in reversed(TABLES):
        op.drop_table(table)
