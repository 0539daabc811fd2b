"""Visits to the health station: table and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.health.noun import VISIT
from persistence.circles import MINE, noted, said
from persistence.columns import column, to
from persistence.keeping import kept_reads, kept_table
from persistence.reads import Key

ROW = kept_table(
    "health_visit",
    "That and when a person was at the health station; what it found stands in health_note",
    {
        "visited_on": column("date"),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
    },
    sa.Index("ix_health_visit_person_visited", "person_id", "visited_on", "id"),
)
VISITS = kept_reads(
    VISIT,
    ROW,
    columns=noted(VISIT.name, "versions") | {"mine": MINE},
    once=said(VISIT.name),
    orders={"latest": (Key("{t}.visited_on", "date", descending=True),)},
    filters={
        "support_model_id": "{t}.support_model_id = {v}::uuid",
        "mine": f"{MINE} = {{v}}::bool",
        "visited_from": "{t}.visited_on >= {v}::date",
        "visited_before": "{t}.visited_on < {v}::date",
    },
)
