"""Who works in support models and how they stand: members, partners, reviews, volunteers. Tables and reads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field

from domain.model_member.noun import HEADS, MODEL_MEMBER, MemberRole, TaskArea
from domain.model_partner.noun import MODEL_PARTNER, PartnerPart
from domain.model_review.noun import MODEL_REVIEW, ReviewRating
from domain.volunteer.noun import VOLUNTEER
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table

DAYS = "daterange(valid_from, valid_to, '[]')"
LASTING = "{t}.valid_from <= {v}::date and coalesce({t}.valid_to, 'infinity') >= {v}::date"
OF_MODEL = {"support_model": "{c}.id = {t}.support_model_id"}
MODEL_IS = {"support_model_id": "{t}.support_model_id = {v}::uuid"}


def of_model() -> Any:
    return column("uuid", to("support_model.id"))


def documents(comment: str) -> Any:
    """A short list of small documents."""
    return Field(
        sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text("'[]'"), comment=comment), default=None
    )


def by_model(table: str) -> sa.Index:
    return sa.Index(f"ix_{table}_model", "support_model_id", "recorded_at", "id")


MEMBER_ROW = kept_table(
    "model_member",
    "Boards and teams of support models, dated; staff",
    {
        "support_model_id": of_model(),
        "full_name": column("text"),
        "account_id": column("uuid", to("account.id"), null=True),
        "role": Words(MemberRole),
        "task_areas": Words(TaskArea, many=True, default="'{}'"),
        "body": column("text", null=True, comment="the body that sent them"),
        "valid_from": column("date"),
        "valid_to": column("date", null=True, comment="last day"),
        "end_reason": column("text", null=True),
    },
    sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="days"),
    ExcludeConstraint(
        ("support_model_id", "="),
        (sa.text(DAYS), "&&"),
        name="ex_model_member_head",
        using="gist",
        where=sa.text(f"voided_at is null and role in ({', '.join(repr(role.value) for role in HEADS)})"),
    ),
    by_model("model_member"),
    of="model",
)
MODEL_MEMBERS = kept_reads(
    MODEL_MEMBER,
    MEMBER_ROW,
    joins=OF_MODEL,
    filters=MODEL_IS | {"as_of": LASTING},
)
PARTNER_ROW = kept_table(
    "model_partner",
    "The parts that organisations take in support models",
    {
        "support_model_id": of_model(),
        "organisation_id": column("uuid", to("organisation.id")),
        "part": Words(PartnerPart),
        "note": column("text", null=True),
        "valid_from": column("date"),
        "valid_to": column("date", null=True, comment="last day"),
    },
    sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="days"),
    by_model("model_partner"),
    sa.Index("ix_model_partner_organisation", "organisation_id", "recorded_at", "id"),
    of="model",
)
MODEL_PARTNERS = kept_reads(
    MODEL_PARTNER,
    PARTNER_ROW,
    joins=OF_MODEL | {"organisation": "{c}.id = {t}.organisation_id"},
    filters=MODEL_IS | {"organisation_id": "{t}.organisation_id = {v}::uuid"},
)
REVIEW_ROW = kept_table(
    "model_review",
    "Periodic reviews of support models",
    {
        "support_model_id": of_model(),
        "period_from": column("date", null=True),
        "period_to": column("date", null=True),
        "reviewed_on": column("date"),
        "reviewed_by": column("text", null=True),
        "rating": Words(ReviewRating),
        "results": column("text", null=True),
        "limits": column("text", null=True),
        "remedy": column("text", null=True),
        "remedy_due_on": column("date", null=True),
        "remedied_on": column("date", null=True),
        "copied_from_id": column("uuid", to("model_review.id"), null=True, comment="whose words it repeats"),
    },
    sa.CheckConstraint("(remedy is null) = (remedy_due_on is null)", name="remedy_has_day"),
    by_model("model_review"),
    of="model",
)
MODEL_REVIEWS = kept_reads(
    MODEL_REVIEW,
    REVIEW_ROW,
    joins=OF_MODEL,
    filters=MODEL_IS | {"remedy_open": "({t}.remedy is not null and {t}.remedied_on is null) = {v}::bool"},
)
VOLUNTEER_ROW = kept_table(
    "volunteer",
    "Volunteers of teams, dated and separate from users",
    {
        "support_model_id": of_model(),
        "full_name": column("text"),
        "account_id": column("uuid", to("account.id"), null=True),
        "periods": documents("{role, since, until?}: active periods, the seat in each"),
        "trainings": documents("{topic, on, hours?, certificate?}"),
        "note": column("text", null=True),
    },
    sa.CheckConstraint("jsonb_array_length(periods) > 0", name="active_once"),
    by_model("volunteer"),
    of="model",
)
NOW = (
    "(select {what} from jsonb_array_elements({{t}}.periods) p where (p ->> 'since')::date <= {{today}}"
    " and coalesce((p ->> 'until')::date >= {{today}}, true))"
)
ACTIVE = NOW.format(what="count(*) > 0")
VOLUNTEERS = kept_reads(
    VOLUNTEER,
    VOLUNTEER_ROW,
    columns={"role": NOW.format(what="min(p ->> 'role')"), "active": ACTIVE},
    joins=OF_MODEL,
    filters=MODEL_IS
    | {"active": f"{ACTIVE} = {{v}}::bool", "trained": "(jsonb_array_length({t}.trainings) > 0) = {v}::bool"},
)
