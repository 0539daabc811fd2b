"""Counselling contacts, anonymous clients, health visits; what was said stands where only its author's circle reads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import GRANTEES, Policy, lower_walls, of_circle, of_unit, raise_walls

revision = "0015"
down_revision = "0014"

CHANNELS = ("face_to_face", "phone", "message", "video", "group")
PLACES = ("counselling_point", "club", "home", "commune_office", "community", "other")
GIVERS = ("volunteers", "counselling_point", "club", "assigned_counsellor", "office")
GROUPS = ("in_use", "in_treatment", "after_rehab", "at_risk", "family_member")
TOPICS = ("psychological", "social", "legal", "health", "relapse_prevention", "vocational", "family")
BANDS = ("under_18", "from_18_to_29", "from_30_to_49", "from_50")
NOTES = ("advice", "promise", "need")
ROADS = ("road_unit", "road_made", "road_grant", "road_country")


def beside(table: str, of: str, roads: tuple[str, ...], *, circle: bool) -> tuple[Policy, ...]:
    """Seen with the row it belongs to, as far as this road shows that one; written never twice."""
    seen = f"exists (select from {of} o where o.id = {table}.row_id)"
    own = f"{table}.circle_no = {GRANTEES} and " if circle else ""
    return tuple((table, road, _rights(road), f"{own}{seen}") for road in roads)


def _rights(road: str) -> str:
    return "select" if road == "road_country" else "select, insert"


WALLS: tuple[Policy, ...] = (
    *of_circle("counselling_contact"),
    *of_circle("health_visit"),
    *(policy for policy in of_unit("anonymous_client") if policy[1] != "road_country"),
    *of_unit("anonymous_contact"),
    *beside("counselling_note", "counselling_contact", ROADS, circle=True),
    *beside("counselling_revision", "counselling_contact", ROADS, circle=False),
    *beside("health_note", "health_visit", ROADS, circle=True),
    *beside("anonymous_note", "anonymous_contact", ROADS[:2], circle=True),
    *beside("anonymous_revision", "anonymous_contact", ROADS[:2], circle=False),
    (
        "client_code",
        "road_unit",
        "select, insert",
        "exists (select from anonymous_client o where o.id = client_code.client_id)",
    ),
    ("client_link", "road_unit", "select, insert, update", f"circle_no = {GRANTEES}"),
    ("client_link", "road_made", "select", "false"),
)
OWN = """
create function own_{0}() returns setof {1} language sql stable security definer set search_path = public as $$
  select t.* from {1} t where t.circle_no = any(nullif(current_setting('app.grantees', true), '')::int[])
$$"""
"""What the caller's own circle wrote, for its figures: also of persons it looks after no more."""
FIGURES = (("contacts", "counselling_contact"), ("anonymous_contacts", "anonymous_contact"))


def upgrade() -> None:
    create_kept(
        "counselling_contact",
        "That and when a person was counselled; what was said stands in counselling_note",
        col("held_at", sa.DateTime(timezone=True), null=False),
        *_held("counselling_contact"),
        text("client_group"),
        col("referral_consent", sa.Boolean()),
        word_check("counselling_contact", "client_group", GROUPS),
    )
    op.create_index("ix_counselling_contact_person_held", "counselling_contact", ["person_id", "held_at", "id"])
    op.create_index("ix_counselling_contact_unit_held", "counselling_contact", ["unit_no", "held_at", "id"])
    op.create_index("ix_counselling_contact_model", "counselling_contact", ["support_model_id", "held_at"])
    op.create_index("ix_counselling_contact_circle", "counselling_contact", ["circle_no", "held_at"])
    _clients()
    create_kept(
        "health_visit",
        "That and when a person was at the health station; what it found stands in health_note",
        col("visited_on", sa.Date(), null=False),
        *ref("health_visit", "support_model_id", "support_model"),
    )
    op.create_index("ix_health_visit_person_visited", "health_visit", ["person_id", "visited_on", "id"])
    _notes("counselling_note", "counselling_contact", "What was said in counselling", *map(text, NOTES))
    _notes("anonymous_note", "anonymous_contact", "What was said to anonymous clients", *map(text, NOTES))
    _notes(
        "health_note",
        "health_visit",
        "What the health station found",
        text("visit_kind", null=False),
        *map(text, ("complaint", "findings", "treatment", "advice")),
        col("next_on", sa.Date()),
        word_check("health_note", "visit_kind", ("first_record", "examination", "common_illness")),
    )
    _revisions("counselling_revision", "counselling_contact")
    _revisions("anonymous_revision", "anonymous_contact")
    raise_walls(WALLS)
    for name, table in FIGURES:
        op.execute(OWN.format(name, table))
        op.execute(f"revoke all on function own_{name}() from public")
        op.execute(f"grant execute on function own_{name}() to road_grant")


def _held(table: str) -> list[Any]:
    """What contacts with persons and with clients share."""
    return [
        text("channel", null=False),
        text("place"),
        text("given_by"),
        col("minutes", sa.Integer()),
        col("topics", ARRAY(sa.Text()), null=False),
        col("next_on", sa.Date(), comment=AGREED.get(table)),
        *ref(table, "support_model_id", "support_model"),
        word_check(table, "channel", CHANNELS),
        word_check(table, "place", PLACES),
        word_check(table, "given_by", GIVERS),
        word_check(table, "topics", TOPICS, many=True),
        check(table, "about_something", "cardinality(topics) > 0"),
        check(table, "minutes", "minutes between 1 and 600"),
    ]


AGREED = {"counselling_contact": "when they agreed to speak again"}


def _clients() -> None:
    create_kept(
        "anonymous_client",
        "Clients known by a code alone: no name, no number, no person",
        col("code", sa.Text(collation="C"), null=False, comment="made by the service; what staff call the client"),
        text("client_group", null=False),
        text("gender"),
        text("age_band"),
        col("first_seen_on", sa.Date(), null=False, comment="the day it was made: by it clients are listed"),
        word_check("anonymous_client", "client_group", (*GROUPS, "trafficking_victim")),
        word_check("anonymous_client", "gender", ("male", "female", "other")),
        word_check("anonymous_client", "age_band", BANDS),
        sa.UniqueConstraint("code", name=op.f("uq_anonymous_client_code")),
        of="unit",
    )
    op.create_index("ix_anonymous_client_unit_seen", "anonymous_client", ["unit_no", "first_seen_on", "id"])
    create_kept(
        "anonymous_contact",
        "On which day an anonymous client was counselled; what was said stands in anonymous_note",
        *ref("anonymous_contact", "client_id", "anonymous_client", null=False),
        col("held_on", sa.Date(), null=False, comment="a day, never an hour"),
        *_held("anonymous_contact"),
        of="unit",
    )
    op.create_index("ix_anonymous_contact_client", "anonymous_contact", ["client_id", "held_on", "id"])
    op.create_index("ix_anonymous_contact_unit_held", "anonymous_contact", ["unit_no", "held_on", "id"])
    op.create_index("ix_anonymous_contact_model", "anonymous_contact", ["support_model_id", "held_on"])
    op.create_index("ix_anonymous_contact_circle", "anonymous_contact", ["circle_no", "held_on"])
    op.create_table(
        "client_code",
        *ref("client_code", "client_id", "anonymous_client", null=False),
        col(
            "code_blind",
            sa.LargeBinary(),
            null=False,
            comment="HMAC of client and code; the key is outside the database",
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_code")),
        comment="Keyed hashes of the codes that clients keep",
    )
    _link()


def _link() -> None:
    op.create_table(
        "client_link",
        col("id", sa.UUID(), null=False, comment="UUIDv7, made by client or server"),
        *ref("client_link", "client_id", "anonymous_client", null=False),
        *ref("client_link", "person_id", "person", null=False),
        col("circle_no", sa.Integer(), null=False, comment="who sees it: an organisation, or minus an account"),
        text("consent", null=False),
        col("linked_at", sa.DateTime(timezone=True), null=False),
        col("linked_by", sa.UUID(), null=False),
        col("ended_at", sa.DateTime(timezone=True)),
        col("ended_by", sa.UUID()),
        word_check("client_link", "consent", ("spoken", "written")),
        check("client_link", "ends_later", "linked_at <= ended_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_link")),
        comment="Clients who told who they are, with their code",
    )
    op.create_index(
        "uq_client_link_live", "client_link", ["client_id"], unique=True, postgresql_where=sa.text("ended_at is null")
    )


def _notes(name: str, of: str, comment: str, *facts: Any) -> None:
    op.create_table(
        name,
        col("id", sa.UUID(), null=False, comment="UUIDv7, made by client or server"),
        *ref(name, "row_id", of, null=False),
        col("version", sa.Integer(), null=False),
        col("circle_no", sa.Integer(), null=False, comment="who reads it: an organisation, or minus an account"),
        *facts,
        col("written_at", sa.DateTime(timezone=True), null=False, default="now()"),
        col("written_by", sa.UUID(), null=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("row_id", "version", name=op.f(f"uq_{name}_row_id_version")),
        comment=comment,
    )


def _revisions(name: str, of: str) -> None:
    op.create_table(
        name,
        col("id", sa.UUID(), null=False, comment="UUIDv7, made by client or server"),
        *ref(name, "row_id", of, null=False),
        col("version", sa.Integer(), null=False, comment="which of the row it was"),
        col("before", JSONB(), null=False),
        col("revised_at", sa.DateTime(timezone=True), null=False, default="now()"),
        col("revised_by", sa.UUID(), null=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("row_id", "version", name=op.f(f"uq_{name}_row_id_version")),
        comment="What contacts said before corrections",
    )


def downgrade() -> None:
    for name, _table in FIGURES:
        op.execute(f"drop function own_{name}()")
    lower_walls(WALLS)
    for table in (
        "client_link",
        "client_code",
        "counselling_note",
        "counselling_revision",
        "anonymous_note",
        "anonymous_revision",
        "health_note",
        "anonymous_contact",
        "anonymous_client",
        "counselling_contact",
        "health_visit",
    ):
        op.drop_table(table)
