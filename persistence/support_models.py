"""Support models and the catalogue of their kinds: tables and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.support_model.noun import SUPPORT_MODEL, SUPPORT_MODEL_KIND, HostKind, MeetingRhythm
from domain.support_model.rules import MODEL_LIFE
from persistence.columns import column
from persistence.keeping import Words, kept_reads, kept_table
from persistence.stability import ALL_MET, REASONS, STABLE

KINDS = kept_table(
    "support_model_kind",
    "Dated catalogue of the kinds of support models; pilots beside those that the plans name",
    {
        "code": column("key", comment="what support_model.kind names"),
        "name_vi": column("text"),
        "name_en": column("text"),
        "pilot": column("bool", default="true"),
        "legal_basis": column("text", null=True),
        "valid_from": column("date"),
        "valid_to": column("date", null=True, comment="last day"),
    },
    sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="days"),
    sa.UniqueConstraint("code"),
    of="unit",
)
MODELS = kept_table(
    "support_model",
    "Volunteer teams, counselling points, clubs and pilots of a commune",
    {
        "kind": column("key", sa.ForeignKey("support_model_kind.code")),
        "name": column("text"),
        "commune_ids": column("uuids", comment="served; its own commune is the first"),
        "decision_number": column("text", null=True),
        "decision_on": column("date", null=True),
        "decision_by": column("text", null=True, comment="issuer"),
        "founded_on": column("date", null=True),
        "host_kind": Words(HostKind, null=True),
        "host_name": column("text", null=True),
        "place": column("text", null=True),
        "regulations": column("text", null=True),
        "meeting_rhythm": Words(MeetingRhythm, null=True),
        "meeting_when": column("text", null=True, comment="day and hour, as people say it"),
        "closed_on": column("date", null=True),
        "close_reason": column("text", null=True),
    },
    sa.CheckConstraint("founded_on <= closed_on", name="days"),
    sa.CheckConstraint("state <> 'closed' or (closed_on is not null and close_reason is not null)", name="closing"),
    sa.CheckConstraint("cardinality(commune_ids) > 0", name="serves"),
    sa.Index("ix_support_model_communes", "commune_ids", postgresql_using="gin"),
    life=MODEL_LIFE,
    of="unit",
)
SUPPORT_MODEL_KINDS = kept_reads(
    SUPPORT_MODEL_KIND,
    KINDS,
    filters={"as_of": "{t}.valid_from <= {v}::date and coalesce({t}.valid_to, 'infinity') >= {v}::date"},
    walls=frozenset(),
)
SUPPORT_MODELS = kept_reads(
    SUPPORT_MODEL,
    MODELS,
    life=MODEL_LIFE,
    columns={
        "commune_id": "{t}.commune_ids[1]",
        "organisation_unit_id": ("(select u.id from unit u where u.no = {t}.unit_no and u.level = 'organisation')"),
        "stable_and_effective": ALL_MET,
        "stability": "{stability}",
    },
    once={"stability": REASONS},
    joins=dict.fromkeys(
        ("members", "volunteers", "reviews", "partners", "contributions"), "{c}.support_model_id = {t}.id"
    ),
    filters={
        "commune_id": "{t}.commune_ids @> array[{v}::uuid]",
        "stable_and_effective": f"{STABLE} = {{v}}::bool",
    },
)
