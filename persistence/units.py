"""Units: tables and reads. Reference data: everyone signed in reads it, nobody writes it through the API."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.units.noun import LINEAGE, UNIT
from persistence.columns import column, key, to
from persistence.reads import Key, Reads


class UnitRow(SQLModel, table=True):
    """A unit of the tree, dated. `no`..`last_no` is its subtree as one interval of preorder numbers (rulings 1)."""

    __tablename__ = "unit"
    __table_args__ = (
        sa.CheckConstraint("no <= last_no", name="interval"),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="validity"),
        sa.CheckConstraint(
            "level in ('country', 'province', 'district', 'area', 'commune', 'organisation')", name="level"
        ),
        sa.Index(None, "code", "code_system", "level", "valid_from", unique=True),
        sa.Index(None, "parent_id"),
        sa.Index("ix_unit_level_name", "level", "name_sort_key", "id"),
        sa.Index(None, "name_fold"),
        {"comment": "Administrative units and organisations, dated; succession in unit_lineage"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    no: int = column("int", unique=True, comment="preorder number; redrawn into numbers never used before")
    last_no: int = column("int", comment="last preorder number of the subtree")
    province_no: int | None = column("int", null=True, comment="number of the province it lies in")
    area_no: int | None = column("int", null=True, comment="number of the area a province drew over it, if any")
    level: str = column("text")
    unit_type: str = column("text", comment="xã, phường, … in English codes (glossary)")
    code: str | None = column("text", null=True, comment="never a key: codes are re-used over time")
    code_system: str | None = column("text", null=True)
    name: str = column("text")
    name_sort_key: str = column("key", sa.Computed("vn_name_sort_key(name)", persisted=True))
    name_fold: str = column("key", sa.Computed("vn_fold(name)", persisted=True))
    parent_id: UUID | None = column("uuid", to("unit.id"), null=True, comment="parent in law, in its time")
    home_id: UUID | None = column("uuid", to("unit.id"), null=True, comment="parent in the scope tree")
    valid_from: date = column("date")
    valid_to: date | None = column("date", null=True, comment="last day; null = today's")
    latitude: float | None = column("float", null=True)
    longitude: float | None = column("float", null=True)
    marks: list[str] = column("texts", default="'{}'", comment="what is unsure about this unit (rulings 31, 33)")
    alternative_codes: list[str] = column("texts", default="'{}'")


class LineageRow(SQLModel, table=True):
    """One edge of succession between units; many-to-many."""

    __tablename__ = "unit_lineage"
    __table_args__ = (
        sa.CheckConstraint(
            "kind in ('renamed', 'merged_whole', 'split_part', 'type_changed', 'unchanged')", name="kind"
        ),
        sa.Index(None, "from_id"),
        sa.Index(None, "to_id"),
        sa.Index(None, "effective_on", "id"),
        {"comment": "How units came from one another, with legal basis"},
    )
    id: UUID = key()
    from_id: UUID = column("uuid", to("unit.id"))
    to_id: UUID = column("uuid", to("unit.id"))
    kind: str = column("text")
    effective_on: date = column("date")
    legal_basis: str | None = column("text", null=True)
    confidence: str = column("text", comment="C certain, L likely, U unverified (dossier)")


REFERENCE: frozenset[str] = frozenset()

UNITS = Reads(
    UNIT,
    UnitRow,
    joins={
        "parent": "{c}.id = {t}.parent_id",
        "children": "{c}.parent_id = {t}.id",
        "successions": "{c}.from_id = {t}.id",
        "origins": "{c}.to_id = {t}.id",
    },
    orders={"name": (Key("{t}.name_sort_key", "text"),)},
    filters={
        "parent_id": "{t}.parent_id = {v}::uuid",
        "as_of": "{t}.valid_from <= {v}::date and coalesce({t}.valid_to, 'infinity') >= {v}::date",
        "words": "{t}.name_fold like {v}::text",
        "marked": "(cardinality({t}.marks) > 0) = {v}::bool",
    },
    walls=REFERENCE,
)

LINEAGES = Reads(
    LINEAGE,
    LineageRow,
    joins={"origin": "{c}.id = {t}.from_id", "successor": "{c}.id = {t}.to_id"},
    orders={"effective": (Key("{t}.effective_on", "date"),)},
    filters={
        "effective_on": "{t}.effective_on = {v}::date",
        "unit_id": "{v}::uuid in ({t}.from_id, {t}.to_id)",
    },
    walls=REFERENCE,
)
