"""Referrals and their follow-ups: tables and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.referral.moves import CYCLE, FOLLOW_UP_CYCLE, OPEN, SIDES
from domain.referral.noun import (
    FOLLOW_UP,
    REFERRAL,
    AnsweredBy,
    ConsentScope,
    DeclineReason,
    FollowUpResult,
    RecallReason,
    ReferralKind,
    ReferralOutcome,
    ServiceQueue,
)
from persistence.columns import column, to
from persistence.keeping import NEWEST, Words, kept_reads, kept_table
from persistence.reads import Key
from persistence.transitions import transitions

OPEN_STATES = ", ".join(f"'{state}'" for state in sorted(OPEN))
ROW = kept_table(
    "referral",
    "Referrals to services",
    {
        "kind": Words(ReferralKind),
        "to_unit_id": column("uuid", to("unit.id")),
        "to_unit_no": column("int", comment="the unit addressed; never a person"),
        "service": Words(ServiceQueue, null=True),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "reason": column("text", null=True),
        "consent_on": column("date", null=True),
        "consent_scope": Words(ConsentScope, many=True, default="'{}'"),
        "state_at": column("instant", default="now()"),
        "sent_at": column("instant", null=True),
        "received_at": column("instant", null=True),
        "answered_at": column("instant", null=True),
        "appointment_on": column("date", null=True),
        "attended_on": column("date", null=True),
        "service_from": column("date", null=True),
        "decline_reason": Words(DeclineReason, null=True),
        "recall_reason": Words(RecallReason, null=True),
        "outcome": Words(ReferralOutcome, null=True),
        "answer_note": column("text", null=True),
        "answered_by": Words(AnsweredBy, null=True),
        "told_on": column("date", null=True, comment="when the answer was told"),
        "due_on": column("date", null=True, comment="next day on which something must have happened"),
        "due_rule": column("text", null=True),
        "expires_on": column("date", null=True, comment="last day of waiting in this state"),
        "closed_at": column("instant", null=True),
    },
    sa.CheckConstraint(
        "state = 'draft' or (consent_on is not null and 'identity' = any(consent_scope))", name="consent_first"
    ),
    sa.CheckConstraint(
        f"voided_at is not null or (state in ({OPEN_STATES})) = (due_on is not null)", name="open_is_due"
    ),
    sa.CheckConstraint("(due_on is null) = (due_rule is null)", name="due_has_rule"),
    sa.CheckConstraint("state not in ('completed', 'discontinued') or outcome is not null", name="ended_with_outcome"),
    sa.CheckConstraint("(answered_by is null) = (told_on is null)", name="told_on_a_day"),
    sa.Index("ix_referral_addressed", "to_unit_no", "recorded_at", "id"),
    sa.Index("ix_referral_expires", "unit_no", "expires_on", postgresql_where=sa.text("expires_on is not null")),
    life=CYCLE,
)
FOLLOW_UP_ROW = kept_table(
    "referral_follow_up",
    "Adherence follow-ups of referrals",
    {
        "referral_id": column("uuid", to("referral.id")),
        "turn": column("int"),
        "due_on": column("date"),
        "due_rule": column("text"),
        "done_on": column("date", null=True),
        "result": Words(FollowUpResult, null=True),
        "reported_at": column("instant", null=True, comment="when the service told it itself"),
        "report_source": column("text", null=True, comment="which service"),
        "report_ref": column("text", null=True, comment="its own number"),
    },
    sa.CheckConstraint("(state = 'done') = (result is not null and done_on is not null)", name="done_with_result"),
    sa.CheckConstraint("turn > 0", name="turn"),
    sa.CheckConstraint(
        "(reported_at is null) = (report_source is null) and (reported_at is null) = (report_ref is null)",
        name="report_whole",
    ),
    sa.Index(None, "report_source", "report_ref", unique=True),
    sa.Index(None, "referral_id", "turn", unique=True),
    life=FOLLOW_UP_CYCLE,
)
OVERDUE = "({t}.voided_at is null and {t}.due_on < {today})"
FOLLOW_UP_OVERDUE = "({t}.voided_at is null and {t}.state = 'due' and {t}.due_on < {today})"
REFERRALS = kept_reads(
    REFERRAL,
    ROW,
    columns={
        "transitions": transitions(CYCLE, sides=SIDES),
        "overdue": f"coalesce({OVERDUE}, false)",
    },
    joins={"to_unit": "{c}.id = {t}.to_unit_id", "follow_ups": "{c}.referral_id = {t}.id"},
    filters={
        "to_unit_id": "{t}.to_unit_id = {v}::uuid",
        "support_model_id": "{t}.support_model_id = {v}::uuid",
        "open": f"({{t}}.voided_at is null and {{t}}.state in ({OPEN_STATES})) = {{v}}::bool",
        "overdue": f"coalesce({OVERDUE}, false) = {{v}}::bool",
        "due_before": "{t}.due_on < {v}::date",
    },
    circle=True,
    origin="id",
    answered=("answer_referral", "to_unit_no"),
)
FOLLOW_UPS = kept_reads(
    FOLLOW_UP,
    FOLLOW_UP_ROW,
    columns={"transitions": transitions(FOLLOW_UP_CYCLE), "overdue": FOLLOW_UP_OVERDUE},
    joins={"referral": "{c}.id = {t}.referral_id"},
    orders={"newest": NEWEST, "due": (Key("{t}.due_on", "date"),)},
    filters={
        "referral_id": "{t}.referral_id = {v}::uuid",
        "overdue": f"{FOLLOW_UP_OVERDUE} = {{v}}::bool",
        "due_before": "{t}.due_on < {v}::date",
    },
    circle=True,
    origin="referral_id",
)
