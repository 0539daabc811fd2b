"""Referrals and their follow-up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import lower_walls, of_own_circle, raise_walls

revision = "0018"
down_revision = "0017"

WALLS = (
    *of_own_circle("referral", "id"),
    *(
        (table, role, "select, insert, update" if role == "road_transfer" else rights, using)
        for table, role, rights, using in of_own_circle("referral_follow_up", "referral_id")
    ),
)
"""An acceptance brings follow-ups into the circle of who sent the person on, whoever's act it is."""
KINDS = (
    "substitution_treatment",
    "voluntary_rehab",
    "mental_health",
    "health_service",
    "testing_beyond_station",
    "legal_aid",
    "social_assistance",
    "education",
    "vocational_training",
    "job_placement",
    "loan",
    "id_or_residence_paper",
)
SERVICES = (
    "reception",
    "treatment",
    "mental_health",
    "examination",
    "testing",
    "social_work",
    "legal",
    "schooling",
    "employment",
    "lending",
    "papers",
)
OUTCOMES = (
    "need_met",
    "need_partly_met",
    "need_not_met",
    "person_stopped",
    "service_stopped",
    "referred_on",
    "moved_away",
    "consent_withdrawn",
    "deceased",
)
STATES = (
    "accepted",
    "attended",
    "completed",
    "declined",
    "discontinued",
    "draft",
    "expired",
    "in_service",
    "no_show",
    "recalled",
    "received",
    "sent",
)
OPEN = "'accepted', 'attended', 'draft', 'in_service', 'no_show', 'received', 'sent'"


def upgrade() -> None:
    _referral()
    _follow_up()
    raise_walls(WALLS)
    op.execute("grant select (unit_no) on referral to app_worker")
    op.execute("create policy app_worker on referral for select to app_worker using (true)")


def _referral() -> None:
    create_kept(
        "referral",
        "Referrals to services",
        text("kind", null=False),
        *ref("referral", "to_unit_id", "unit", null=False),
        col("to_unit_no", sa.Integer(), null=False, comment="the unit addressed; never a person"),
        text("service"),
        *ref("referral", "support_model_id", "support_model"),
        text("reason"),
        col("consent_on", sa.Date()),
        col("consent_scope", sa.ARRAY(sa.Text()), null=False, default="'{}'"),
        col("state_at", sa.DateTime(timezone=True), null=False, default="now()"),
        *(col(name, sa.DateTime(timezone=True)) for name in ("sent_at", "received_at", "answered_at")),
        *(col(name, sa.Date()) for name in ("appointment_on", "attended_on", "service_from")),
        *(text(name) for name in ("decline_reason", "recall_reason", "outcome", "answer_note")),
        col("due_on", sa.Date(), comment="next day on which something must have happened"),
        text("due_rule"),
        col("expires_on", sa.Date(), comment="last day of waiting in this state"),
        col("closed_at", sa.DateTime(timezone=True)),
        text("state", null=False, default="'draft'"),
        word_check("referral", "kind", KINDS),
        word_check("referral", "service", SERVICES),
        word_check("referral", "consent_scope", ("identity", "phone", "identity_number", "address"), many=True),
        word_check("referral", "decline_reason", ("no_capacity", "not_eligible", "not_our_service", "incomplete")),
        word_check(
            "referral", "recall_reason", ("consent_withdrawn", "sent_in_error", "no_longer_needed", "moved_away")
        ),
        word_check("referral", "outcome", OUTCOMES),
        word_check("referral", "state", STATES),
        check(
            "referral",
            "consent_first",
            "state = 'draft' or (consent_on is not null and 'identity' = any(consent_scope))",
        ),
        check("referral", "open_is_due", f"voided_at is not null or (state in ({OPEN})) = (due_on is not null)"),
        check("referral", "due_has_rule", "(due_on is null) = (due_rule is null)"),
        check("referral", "ended_with_outcome", "state not in ('completed', 'discontinued') or outcome is not null"),
    )
    op.create_index("ix_referral_addressed", "referral", ["to_unit_no", "recorded_at", "id"])
    op.create_index(
        "ix_referral_expires", "referral", ["unit_no", "expires_on"], postgresql_where=sa.text("expires_on is not null")
    )


def _follow_up() -> None:
    create_kept(
        "referral_follow_up",
        "Adherence follow-ups of referrals",
        *ref("referral_follow_up", "referral_id", "referral", null=False),
        col("turn", sa.Integer(), null=False),
        col("due_on", sa.Date(), null=False),
        text("due_rule", null=False),
        col("done_on", sa.Date()),
        text("result"),
        text("state", null=False, default="'due'"),
        word_check(
            "referral_follow_up",
            "result",
            ("attending", "attending_with_gaps", "not_begun", "stopped", "not_reached"),
        ),
        word_check("referral_follow_up", "state", ("done", "dropped", "due")),
        check(
            "referral_follow_up", "done_with_result", "(state = 'done') = (result is not null and done_on is not null)"
        ),
        check("referral_follow_up", "turn", "turn > 0"),
    )
    op.create_index(
        op.f("ix_referral_follow_up_referral_id_turn"), "referral_follow_up", ["referral_id", "turn"], unique=True
    )


def downgrade() -> None:
    op.execute("drop policy app_worker on referral")
    op.execute("revoke select (unit_no) on referral from app_worker")
    lower_walls(WALLS)
    op.drop_table("referral_follow_up")
    op.drop_table("referral")
