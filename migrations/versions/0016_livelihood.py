"""Needs, plans, training, jobs, households."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import lower_walls, of_circle, raise_walls

revision = "0016"
down_revision = "0015"

TABLES = (
    "need",
    "reintegration_plan",
    "plan_step",
    "plan_review",
    "vocational_support",
    "job_placement",
    "job_check",
    "household_status",
)
WALLS = tuple(policy for table in TABLES for policy in of_circle(table))


def upgrade() -> None:
    create_kept(
        "need",
        "Needs of persons: the denominator of those with need",
        text("kind", null=False),
        col("found_on", sa.Date(), null=False),
        text("detail"),
        col("met_on", sa.Date()),
        col("withdrawn_on", sa.Date()),
        text("reason", comment="of the latest move"),
        *ref("need", "support_model_id", "support_model"),
        col("history", postgresql.JSONB(), null=False, default="'[]'", comment="every move with its days"),
        text("state", null=False, default="'open'"),
        check("need", "withdrawn_has_day", "(state = 'withdrawn') = (withdrawn_on is not null)"),
        word_check(
            "need",
            "state",
            (
                "met",
                "open",
                "withdrawn",
            ),
        ),
        check("need", "days", "found_on <= coalesce(met_on, withdrawn_on, found_on)"),
        check("need", "met_has_day", "(state = 'met') = (met_on is not null)"),
        word_check(
            "need",
            "kind",
            (
                "vocational_training",
                "job",
                "loan",
                "education",
                "housing",
                "papers",
                "legal_aid",
                "social_assistance",
                "health_service",
                "counselling",
                "family",
                "other",
            ),
        ),
    )
    op.create_index("ix_need_province_found", "need", ["province_no", "found_on"])
    op.create_index("ix_need_unit_found", "need", ["unit_no", "found_on"])
    create_kept(
        "reintegration_plan",
        "Reintegration plans in their editions",
        col("edition", sa.Integer(), null=False),
        *ref("reintegration_plan", "supersedes_id", "reintegration_plan"),
        col("drawn_on", sa.Date(), null=False),
        text("goals", null=False),
        text("wishes"),
        text("situation"),
        text("resources"),
        text("suitable_work"),
        col("made_with_person", sa.Boolean(), null=False, default="false"),
        col("made_with_person_on", sa.Date()),
        col("ended_on", sa.Date()),
        text("reason", comment="of the latest move"),
        *ref("reintegration_plan", "support_model_id", "support_model"),
        col("history", postgresql.JSONB(), null=False, default="'[]'", comment="every move with its days"),
        text("state", null=False, default="'draft'"),
        word_check(
            "reintegration_plan",
            "state",
            (
                "agreed",
                "completed",
                "draft",
                "superseded",
                "withdrawn",
            ),
        ),
        check(
            "reintegration_plan",
            "with_person",
            "state in ('draft', 'withdrawn') or (made_with_person and made_with_person_on is not null)",
        ),
        check("reintegration_plan", "edition", "edition >= 1 and (edition = 1) = (supersedes_id is null)"),
    )
    op.create_index(
        "uq_reintegration_plan_agreed",
        "reintegration_plan",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'agreed' and voided_at is null"),
    )
    create_kept(
        "plan_step",
        "Steps of a reintegration plan",
        *ref("plan_step", "plan_id", "reintegration_plan", null=False),
        text("what", null=False),
        text("owner", null=False),
        *ref("plan_step", "owner_account_id", "account"),
        text("owner_name", comment="of an organisation, or as the person says"),
        col("due_on", sa.Date(), null=False),
        col("done_on", sa.Date()),
        text("reason", comment="of the latest move"),
        *ref("plan_step", "carried_from_id", "plan_step", comment="of the edition before"),
        text("state", null=False, default="'open'"),
        check("plan_step", "done_has_day", "(state = 'done') = (done_on is not null)"),
        check("plan_step", "owner_account", "(owner = 'account') = (owner_account_id is not null)"),
        word_check(
            "plan_step",
            "state",
            (
                "done",
                "dropped",
                "open",
            ),
        ),
        word_check(
            "plan_step",
            "owner",
            (
                "person",
                "family",
                "officer",
                "volunteer",
                "organisation",
                "account",
            ),
        ),
    )
    op.create_index("ix_plan_step_plan", "plan_step", ["plan_id", "due_on", "id"])
    create_kept(
        "plan_review",
        "Reviews of a reintegration plan",
        *ref("plan_review", "plan_id", "reintegration_plan", null=False),
        col("held_on", sa.Date(), null=False),
        col("with_person", sa.Boolean(), null=False),
        text("findings", null=False),
        col("next_on", sa.Date()),
        check("plan_review", "days", "next_on is null or held_on <= next_on"),
    )
    op.create_index("ix_plan_review_plan", "plan_review", ["plan_id", "held_on", "id"])
    create_kept(
        "vocational_support",
        "Vocational support of persons",
        *ref("vocational_support", "need_id", "need"),
        text("stage", null=False),
        text("trade"),
        *ref("vocational_support", "school_id", "organisation"),
        text("school_name"),
        col("advised_on", sa.Date(), null=False),
        col("enrolled_on", sa.Date()),
        col("finished_on", sa.Date()),
        col("certified_on", sa.Date()),
        text("certificate_number"),
        col("dropped_on", sa.Date()),
        text("reason", comment="of the latest move"),
        text("funding"),
        text("funding_rule", comment="id@version of the rule of that day"),
        col("cost_vnd", sa.BigInteger(), comment="đồng; 0 = free"),
        col(
            "warnings",
            postgresql.JSONB(),
            null=False,
            default="'[]'",
            comment="what an officer should look at; it stops nothing",
        ),
        *ref("vocational_support", "support_model_id", "support_model"),
        col("history", postgresql.JSONB(), null=False, default="'[]'", comment="every move with its days"),
        text("state", null=False, default="'advised'"),
        word_check(
            "vocational_support",
            "funding",
            (
                "state_short_course",
                "rehab_budget",
                "loan",
                "sponsor",
                "employer",
                "own_means",
            ),
        ),
        check("vocational_support", "one_school", "school_id is null or school_name is null"),
        check("vocational_support", "dropped_has_day", "(state = 'dropped') = (dropped_on is not null)"),
        check(
            "vocational_support",
            "enrolled",
            "state not in ('enrolled', 'finished', 'certified') or enrolled_on is not null",
        ),
        word_check(
            "vocational_support",
            "stage",
            (
                "in_rehab",
                "after",
            ),
        ),
        word_check(
            "vocational_support",
            "state",
            (
                "advised",
                "certified",
                "dropped",
                "enrolled",
                "finished",
            ),
        ),
        check("vocational_support", "cost", "cost_vnd >= 0"),
        check("vocational_support", "finished", "state not in ('finished', 'certified') or finished_on is not null"),
        check("vocational_support", "certified", "state <> 'certified' or certified_on is not null"),
    )
    create_kept(
        "job_placement",
        "Jobs sought and found",
        *ref("job_placement", "need_id", "need"),
        text("stage", null=False),
        col("sought_on", sa.Date(), null=False),
        col("placed_on", sa.Date()),
        text("occupation"),
        *ref("job_placement", "employer_id", "organisation"),
        text("employer_name"),
        text("income_band"),
        col("ended_on", sa.Date()),
        text("end_reason"),
        *ref("job_placement", "support_model_id", "support_model"),
        col("history", postgresql.JSONB(), null=False, default="'[]'", comment="every move with its days"),
        text("state", null=False, default="'sought'"),
        word_check(
            "job_placement",
            "income_band",
            (
                "none",
                "under_3",
                "from_3_to_5",
                "from_5_to_8",
                "from_8_to_12",
                "over_12",
            ),
        ),
        word_check(
            "job_placement",
            "state",
            (
                "ended",
                "placed",
                "sought",
            ),
        ),
        check("job_placement", "placed_has_day", "state <> 'placed' or placed_on is not null"),
        word_check(
            "job_placement",
            "end_reason",
            (
                "another_job",
                "contract_ended",
                "laid_off",
                "left",
                "health",
                "moved",
                "not_found",
                "no_longer_sought",
                "deceased",
                "other",
            ),
        ),
        check("job_placement", "ended_has_day", "(state = 'ended') = (ended_on is not null)"),
        check("job_placement", "one_employer", "employer_id is null or employer_name is null"),
        word_check(
            "job_placement",
            "stage",
            (
                "in_rehab",
                "after",
            ),
        ),
        check("job_placement", "end_has_reason", "(ended_on is null) = (end_reason is null)"),
    )
    create_kept(
        "job_check",
        "Whether somebody is still in work after some months",
        *ref("job_check", "job_placement_id", "job_placement", null=False),
        col("months", sa.Integer(), null=False),
        col("checked_on", sa.Date(), null=False),
        col("in_work", sa.Boolean(), null=False),
        text("income_band"),
        word_check(
            "job_check",
            "income_band",
            (
                "none",
                "under_3",
                "from_3_to_5",
                "from_5_to_8",
                "from_8_to_12",
                "over_12",
            ),
        ),
        check("job_check", "months", "months > 0"),
    )
    op.create_index(
        "uq_job_check_months",
        "job_check",
        ["job_placement_id", "months"],
        unique=True,
        postgresql_where=sa.text("voided_at is null"),
    )
    create_kept(
        "household_status",
        "Poverty status and programmes of a household by year",
        col("year", sa.Integer(), null=False),
        text("poverty", null=False),
        text("certificate_number"),
        col("reviewed_on", sa.Date()),
        col("programmes", postgresql.ARRAY(sa.Text()), null=False, default="'{}'"),
        col("enrolled_on", sa.Date()),
        text("note"),
        check("household_status", "year", "year between 2000 and 2100"),
        word_check(
            "household_status",
            "poverty",
            (
                "poor",
                "near_poor",
                "average",
                "neither",
            ),
        ),
        word_check(
            "household_status",
            "programmes",
            (
                "poverty_reduction",
                "new_rural",
                "health_insurance",
                "education_support",
                "housing_support",
                "social_allowance",
                "other",
            ),
            many=True,
        ),
    )
    op.create_index(
        "uq_household_status_year",
        "household_status",
        ["person_id", "year"],
        unique=True,
        postgresql_where=sa.text("voided_at is null"),
    )
    raise_walls(WALLS)


def downgrade() -> None:
    lower_walls(WALLS)
    for table in reversed(TABLES):
        op.drop_table(table)
