"""Counselling contacts: table and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.contact.noun import CONTACT, ClientGroup, ContactChannel, ContactGiver, ContactPlace, ContactTopic
from persistence.circles import MINE, noted, revised, said
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table
from persistence.reads import Key

DAY = "({v}::date)::timestamp at time zone 'Asia/Ho_Chi_Minh'"
"""The first instant of a local day."""
TOPICS = Words(ContactTopic, many=True)
ROW = kept_table(
    "counselling_contact",
    "That and when a person was counselled; what was said stands in counselling_note",
    {
        "held_at": column("instant"),
        "channel": Words(ContactChannel),
        "place": Words(ContactPlace, null=True),
        "given_by": Words(ContactGiver, null=True),
        "client_group": Words(
            tuple(group for group in ClientGroup if group is not ClientGroup.TRAFFICKING_VICTIM), null=True
        ),
        "minutes": column("int", null=True),
        "topics": TOPICS,
        "next_on": column("date", null=True, comment="when they agreed to speak again"),
        "referral_consent": column("bool", null=True),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
    },
    sa.CheckConstraint("cardinality(topics) > 0", name="about_something"),
    sa.CheckConstraint("minutes between 1 and 600", name="minutes"),
    sa.Index("ix_counselling_contact_person_held", "person_id", "held_at", "id"),
    sa.Index("ix_counselling_contact_unit_held", "unit_no", "held_at", "id"),
    sa.Index("ix_counselling_contact_model", "support_model_id", "held_at"),
    sa.Index("ix_counselling_contact_circle", "circle_no", "held_at"),
)
CONTACTS = kept_reads(
    CONTACT,
    ROW,
    columns=noted(CONTACT.name, "notes") | {"revisions": revised(CONTACT.name), "mine": MINE},
    once=said(CONTACT.name),
    orders={"latest": (Key("{t}.held_at", "timestamptz", descending=True),)},
    filters={
        "support_model_id": "{t}.support_model_id = {v}::uuid",
        "mine": f"{MINE} = {{v}}::bool",
        "topic": "{v}::text = any({t}.topics)",
        "held_from": f"{{t}}.held_at >= {DAY}",
        "held_before": f"{{t}}.held_at < {DAY}",
        "next_from": "{t}.next_on >= {v}::date",
        "next_before": "{t}.next_on < {v}::date",
    },
)
