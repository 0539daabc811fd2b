"""Reintegration plans, their steps and reviews: tables and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.plan.noun import PLAN, PLAN_REVIEW, PLAN_STEP, StepOwner
from domain.plan.rules import PLAN_LIFE, STEP_LIFE
from persistence.cases import listed
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table
from persistence.needs import HISTORY

PLAN_ROW = kept_table(
    "reintegration_plan",
    "Reintegration plans in their editions",
    {
        "edition": column("int"),
        "supersedes_id": column("uuid", to("reintegration_plan.id"), null=True),
        "drawn_on": column("date"),
        "goals": column("text"),
        "wishes": column("text", null=True),
        "situation": column("text", null=True),
        "resources": column("text", null=True),
        "suitable_work": column("text", null=True),
        "made_with_person": column("bool", default="false"),
        "made_with_person_on": column("date", null=True),
        "ended_on": column("date", null=True),
        "reason": column("text", null=True, comment="of the latest move"),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "history": listed(HISTORY),
    },
    sa.CheckConstraint(
        "state in ('draft', 'withdrawn') or (made_with_person and made_with_person_on is not null)", name="with_person"
    ),
    sa.CheckConstraint("edition >= 1 and (edition = 1) = (supersedes_id is null)", name="edition"),
    sa.Index(
        "uq_reintegration_plan_agreed",
        "person_id",
        unique=True,
        postgresql_where=sa.text("state = 'agreed' and voided_at is null"),
    ),
    life=PLAN_LIFE,
)
STEP_ROW = kept_table(
    "plan_step",
    "Steps of a reintegration plan",
    {
        "plan_id": column("uuid", to("reintegration_plan.id")),
        "what": column("text"),
        "owner": Words(StepOwner),
        "owner_account_id": column("uuid", to("account.id"), null=True),
        "owner_name": column("text", null=True, comment="of an organisation, or as the person says"),
        "due_on": column("date"),
        "done_on": column("date", null=True),
        "reason": column("text", null=True, comment="of the latest move"),
        "carried_from_id": column("uuid", to("plan_step.id"), null=True, comment="of the edition before"),
    },
    sa.CheckConstraint("(owner = 'account') = (owner_account_id is not null)", name="owner_account"),
    sa.CheckConstraint("(state = 'done') = (done_on is not null)", name="done_has_day"),
    sa.Index("ix_plan_step_plan", "plan_id", "due_on", "id"),
    life=STEP_LIFE,
)
REVIEW_ROW = kept_table(
    "plan_review",
    "Reviews of a reintegration plan",
    {
        "plan_id": column("uuid", to("reintegration_plan.id")),
        "held_on": column("date"),
        "with_person": column("bool"),
        "findings": column("text"),
        "next_on": column("date", null=True),
    },
    sa.CheckConstraint("next_on is null or held_on <= next_on", name="days"),
    sa.Index("ix_plan_review_plan", "plan_id", "held_on", "id"),
)
OF_PLAN = {"plan": "{c}.id = {t}.plan_id"}
PLANS = kept_reads(
    PLAN,
    PLAN_ROW,
    life=PLAN_LIFE,
    joins={
        "steps": "{c}.plan_id = {t}.id and {c}.voided_at is null",
        "reviews": "{c}.plan_id = {t}.id and {c}.voided_at is null",
        "supersedes": "{c}.id = {t}.supersedes_id",
    },
)
PLAN_STEPS = kept_reads(
    PLAN_STEP, STEP_ROW, life=STEP_LIFE, joins=OF_PLAN, filters={"due_to": "{t}.due_on <= {v}::date"}
)
PLAN_REVIEWS = kept_reads(PLAN_REVIEW, REVIEW_ROW, joins=OF_PLAN)
