"""Outreach, trainings and the rest of a unit's own work."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import Policy, lower_walls, of_unit, raise_walls

revision = "0019"
down_revision = "0018"

TABLES = ("training", "place", "outreach_activity", "press_item", "award", "inspection_visit")
WALLS: tuple[Policy, ...] = tuple(policy for table in TABLES for policy in of_unit(table))
GROUPS = (
    "club_board",
    "volunteers",
    "counsellors",
    "commune_officers",
    "health_staff",
    "mass_organisations",
    "teachers",
    "students",
    "workers",
    "employers",
    "families",
    "after_rehab",
    "residents",
)
TRAINING_KINDS = (
    "course",
    "refresher",
    "workshop",
    "study_visit",
)
FORMS = (
    "stage_play",
    "loudspeaker",
    "talk",
    "leaflets",
    "banners",
    "film",
    "contest",
    "exhibition",
    "online",
    "broadcast",
    "home_visits",
)
TOPICS = (
    "drug_prevention",
    "treatment",
    "coming_home",
    "relapse_prevention",
    "hiv_prevention",
    "prostitution_prevention",
    "trafficking_prevention",
    "law",
    "work_and_loans",
)
PLACE_KINDS = (
    "school",
    "university",
    "industrial_zone",
    "export_zone",
    "enterprise",
    "market",
    "workers_lodging",
    "entertainment_venue",
    "transport_hub",
    "border_gate",
    "neighbourhood",
    "public_space",
)
LEVELS = (
    "commune",
    "province",
    "national",
    "international",
)
AWARD_KINDS = (
    "commendation",
    "certificate_of_merit",
    "title",
    "medal",
    "letter",
)
INSPECTION_KINDS = (
    "inspection",
    "supervision",
    "support_visit",
    "self_check",
)


def upgrade() -> None:
    for create in (_training, _place, _outreach_activity, _press_item, _award, _inspection_visit):
        create()
    raise_walls(WALLS)


def _model(table: str) -> list[Any]:
    return ref(table, "support_model_id", "support_model")


def _held(table: str) -> list[Any]:
    return [
        col("held_from", sa.Date(), null=False),
        col("held_to", sa.Date(), comment="last day"),
        check(table, "days", "held_to is null or held_from <= held_to"),
    ]


def _cost(table: str) -> list[Any]:
    return [col("cost", sa.BigInteger(), comment="đồng"), check(table, "cost", "cost >= 0")]


def _words(table: str, name: str, words: tuple[str, ...], *, default: str | None = None) -> list[Any]:
    return [
        col(name, sa.ARRAY(sa.Text()), null=False, default=default),
        word_check(table, name, words, many=True),
    ]


def _training() -> None:
    create_kept(
        "training",
        "Trainings and study visits of those who help",
        text("kind", null=False),
        word_check("training", "kind", TRAINING_KINDS),
        text("title", null=False),
        text("curriculum"),
        *_words("training", "audience", GROUPS),
        col("attendance", JSONB(), comment="[{group, persons}]: how many came"),
        col("staff_names", sa.ARRAY(sa.Text()), null=False, default="'{}'", comment="staff who came, by name"),
        *_held("training"),
        *(text(name) for name in ("place", "organiser", "certificate")),
        col("certified", sa.Integer()),
        check("training", "certified", "certified >= 0"),
        *_cost("training"),
        *_model("training"),
        of="unit",
    )


def _place() -> None:
    create_kept(
        "place",
        "Places where people are reached, dated",
        text("kind", null=False),
        word_check("place", "kind", PLACE_KINDS),
        text("name", null=False),
        text("address"),
        col("valid_from", sa.Date(), null=False),
        col("valid_to", sa.Date(), comment="last day"),
        check("place", "days", "valid_to is null or valid_from <= valid_to"),
        of="unit",
    )


def _outreach_activity() -> None:
    table = "outreach_activity"
    create_kept(
        table,
        "Outreach: what was told to whom, where and how",
        text("title", null=False),
        text("campaign"),
        text("form", null=False),
        word_check(table, "form", FORMS),
        *_words(table, "topics", TOPICS),
        col("place_ids", sa.ARRAY(sa.UUID()), null=False, default="'{}'"),
        *_held(table),
        *_words(table, "audience", GROUPS, default="'{}'"),
        col("reached", sa.Integer(), comment="about how many people"),
        col("sessions", sa.Integer()),
        col("materials", sa.Integer(), comment="leaflets, posters handed out"),
        check(table, "counts", "reached >= 0 and sessions >= 0 and materials >= 0"),
        text("commissioned_body"),
        *_cost(table),
        *_model(table),
        of="unit",
    )


def _press_item() -> None:
    create_kept(
        "press_item",
        "What was printed, broadcast or posted",
        text("title", null=False),
        col("published_on", sa.Date(), null=False),
        text("outlet", null=False),
        text("level", null=False),
        word_check("press_item", "level", LEVELS),
        text("link"),
        check("press_item", "link", "link like 'https://%'"),
        *_words("press_item", "topics", TOPICS, default="'{}'"),
        *_model("press_item"),
        of="unit",
    )


def _award() -> None:
    create_kept(
        "award",
        "Awards to units, collectives and individuals",
        text("kind", null=False),
        word_check("award", "kind", AWARD_KINDS),
        text("title", null=False),
        text("recipient_kind", null=False),
        word_check("award", "recipient_kind", ("unit", "collective", "individual")),
        *ref("award", "recipient_unit_id", "unit"),
        text("recipient_name"),
        text("individual_kind"),
        word_check("award", "individual_kind", ("staff", "team_member", "citizen", "good_example")),
        col("awarded_on", sa.Date(), null=False),
        text("awarded_by", null=False),
        text("decision_number"),
        text("reason"),
        col("consent_on", sa.Date()),
        col("consent_withdrawn_on", sa.Date()),
        check(
            "award",
            "named_with_consent",
            "individual_kind is distinct from 'good_example' or recipient_name is null"
            " or (consent_on is not null and consent_withdrawn_on is null)",
        ),
        *_model("award"),
        of="unit",
    )


def _inspection_visit() -> None:
    create_kept(
        "inspection_visit",
        "Inspection visits, findings and remedies",
        text("kind", null=False),
        word_check("inspection_visit", "kind", INSPECTION_KINDS),
        col("visited_on", sa.Date(), null=False),
        text("body", null=False),
        text("subject"),
        *_model("inspection_visit"),
        text("findings"),
        text("remedy"),
        col("remedy_due_on", sa.Date()),
        col("remedied_on", sa.Date()),
        text("remedied_how"),
        check("inspection_visit", "remedy_is_due", "(remedy is null) = (remedy_due_on is null)"),
        of="unit",
    )


def downgrade() -> None:
    lower_walls(WALLS)
    for table in reversed(TABLES):
        op.drop_table(table)
