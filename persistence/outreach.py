"""Trainings, places, outreach, press, awards, inspections: tables and reads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.outreach.noun import (
    AWARD,
    INSPECTION,
    OUTREACH,
    PLACE,
    PRESS,
    TRAINING,
    AudienceGroup,
    AwardKind,
    IndividualKind,
    InspectionKind,
    OutreachForm,
    OutreachTopic,
    PlaceKind,
    PressLevel,
    RecipientKind,
    TrainingKind,
)
from persistence.columns import column, to
from persistence.keeping import NEWEST, Words, kept_reads, kept_table
from persistence.reads import Key

MODEL = {"support_model": "{c}.id = {t}.support_model_id"}
OF_MODEL = {"support_model_id": "{t}.support_model_id = {v}::uuid"}
HELD = {"held_since": "coalesce({t}.held_to, {t}.held_from) >= {v}::date", "held_until": "{t}.held_from <= {v}::date"}


def _model() -> dict[str, Any]:
    return {"support_model_id": column("uuid", to("support_model.id"), null=True)}


def _held() -> dict[str, Any]:
    return {"held_from": column("date"), "held_to": column("date", null=True, comment="last day")}


def _by(column: str) -> tuple[Key, ...]:
    return (Key(f"{{t}}.{column}", "date", descending=True),)


HELD_CHECK = "held_to is null or held_from <= held_to"
TRAINING_ROW = kept_table(
    "training",
    "Trainings and study visits of those who help",
    {
        "kind": Words(TrainingKind),
        "title": column("text"),
        "curriculum": column("text", null=True),
        "audience": Words(AudienceGroup, many=True),
        "attendance": Field(
            sa_column=sa.Column(JSONB, nullable=True, comment="[{group, persons}]: how many came"), default=None
        ),
        "staff_names": column("texts", default="'{}'", comment="staff who came, by name"),
        **_held(),
        "place": column("text", null=True),
        "organiser": column("text", null=True),
        "certificate": column("text", null=True),
        "certified": column("int", null=True),
        "cost": column("bigint", null=True, comment="đồng"),
        **_model(),
    },
    sa.CheckConstraint(HELD_CHECK, name="days"),
    sa.CheckConstraint("cost >= 0", name="cost"),
    sa.CheckConstraint("certified >= 0", name="certified"),
    of="unit",
)
PLACE_ROW = kept_table(
    "place",
    "Places where people are reached, dated",
    {
        "kind": Words(PlaceKind),
        "name": column("text"),
        "address": column("text", null=True),
        "valid_from": column("date"),
        "valid_to": column("date", null=True, comment="last day"),
    },
    sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="days"),
    of="unit",
)
OUTREACH_ROW = kept_table(
    "outreach_activity",
    "Outreach: what was told to whom, where and how",
    {
        "title": column("text"),
        "campaign": column("text", null=True),
        "form": Words(OutreachForm),
        "topics": Words(OutreachTopic, many=True),
        "place_ids": column("uuids", default="'{}'"),
        **_held(),
        "audience": Words(AudienceGroup, many=True, default="'{}'"),
        "reached": column("int", null=True, comment="about how many people"),
        "sessions": column("int", null=True),
        "materials": column("int", null=True, comment="leaflets, posters handed out"),
        "commissioned_body": column("text", null=True),
        "cost": column("bigint", null=True, comment="đồng"),
        **_model(),
    },
    sa.CheckConstraint(HELD_CHECK, name="days"),
    sa.CheckConstraint("cost >= 0", name="cost"),
    sa.CheckConstraint("reached >= 0 and sessions >= 0 and materials >= 0", name="counts"),
    of="unit",
)
PRESS_ROW = kept_table(
    "press_item",
    "What was printed, broadcast or posted",
    {
        "title": column("text"),
        "published_on": column("date"),
        "outlet": column("text"),
        "level": Words(PressLevel),
        "link": column("text", null=True),
        "topics": Words(OutreachTopic, many=True, default="'{}'"),
        **_model(),
    },
    sa.CheckConstraint("link like 'https://%'", name="link"),
    of="unit",
)
AWARD_ROW = kept_table(
    "award",
    "Awards to units, collectives and individuals",
    {
        "kind": Words(AwardKind),
        "title": column("text"),
        "recipient_kind": Words(RecipientKind),
        "recipient_unit_id": column("uuid", to("unit.id"), null=True),
        "recipient_name": column("text", null=True),
        "individual_kind": Words(IndividualKind, null=True),
        "awarded_on": column("date"),
        "awarded_by": column("text"),
        "decision_number": column("text", null=True),
        "reason": column("text", null=True),
        "consent_on": column("date", null=True),
        "consent_withdrawn_on": column("date", null=True),
        **_model(),
    },
    sa.CheckConstraint(
        "individual_kind is distinct from 'good_example' or recipient_name is null"
        " or (consent_on is not null and consent_withdrawn_on is null)",
        name="named_with_consent",
    ),
    of="unit",
)
INSPECTION_ROW = kept_table(
    "inspection_visit",
    "Inspection visits, findings and remedies",
    {
        "kind": Words(InspectionKind),
        "visited_on": column("date"),
        "body": column("text"),
        "subject": column("text", null=True),
        **_model(),
        "findings": column("text", null=True),
        "remedy": column("text", null=True),
        "remedy_due_on": column("date", null=True),
        "remedied_on": column("date", null=True),
        "remedied_how": column("text", null=True),
    },
    sa.CheckConstraint("(remedy is null) = (remedy_due_on is null)", name="remedy_is_due"),
    of="unit",
)
REMEDY_OPEN = "({t}.remedy_due_on is not null and {t}.remedied_on is null and {t}.voided_at is null)"
OVERDUE = f"({REMEDY_OPEN} and {{t}}.remedy_due_on < {{today}})"
TRAININGS = kept_reads(
    TRAINING,
    TRAINING_ROW,
    joins=MODEL,
    orders={"newest": NEWEST, "held": _by("held_from")},
    filters={"audience": "{v}::text = any({t}.audience)"} | OF_MODEL | HELD,
)
PLACES = kept_reads(
    PLACE,
    PLACE_ROW,
    filters={"as_of": "{t}.valid_from <= {v}::date and coalesce({t}.valid_to >= {v}::date, true)"},
)
OUTREACH_ACTIVITIES = kept_reads(
    OUTREACH,
    OUTREACH_ROW,
    joins=MODEL | {"places": "{c}.id = any({t}.place_ids)"},
    orders={"newest": NEWEST, "held": _by("held_from")},
    filters={
        "topic": "{v}::text = any({t}.topics)",
        "audience": "{v}::text = any({t}.audience)",
        "place_id": "{v}::uuid = any({t}.place_ids)",
    }
    | OF_MODEL
    | HELD,
)
PRESS_ITEMS = kept_reads(
    PRESS,
    PRESS_ROW,
    joins=MODEL,
    orders={"newest": NEWEST, "published": _by("published_on")},
    filters={"topic": "{v}::text = any({t}.topics)", "published_since": "{t}.published_on >= {v}::date"} | OF_MODEL,
)
AWARDS = kept_reads(
    AWARD,
    AWARD_ROW,
    joins=MODEL | {"recipient_unit": "{c}.id = {t}.recipient_unit_id"},
    orders={"newest": NEWEST, "awarded": _by("awarded_on")},
    filters=OF_MODEL,
)
INSPECTION_VISITS = kept_reads(
    INSPECTION,
    INSPECTION_ROW,
    columns={"overdue": OVERDUE},
    joins=MODEL,
    orders={"newest": NEWEST, "visited": _by("visited_on")},
    filters={
        "remedy_open": f"{REMEDY_OPEN} = {{v}}::bool",
        "overdue": f"{OVERDUE} = {{v}}::bool",
        "remedy_due_before": "{t}.remedy_due_on < {v}::date",
    }
    | OF_MODEL,
)
