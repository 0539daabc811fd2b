"""The columns and indexes that every kept noun's table has had since migration 0012, so that a migration says what is
special. What stands here never changes: a later shape gets a function of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from alembic import op


def text(name: str, *, null: bool = True, default: str | None = None, comment: str | None = None) -> sa.Column[Any]:
    server = sa.text(default) if default is not None else None
    return sa.Column(name, sa.Text(), nullable=null, server_default=server, comment=comment)


def col(
    name: str, type_: Any, *, null: bool = True, default: str | None = None, comment: str | None = None
) -> sa.Column[Any]:
    server = sa.text(default) if default is not None else None
    return sa.Column(name, type_, nullable=null, server_default=server, comment=comment)


def ref(table: str, name: str, target: str, *, null: bool = True, comment: str | None = None) -> list[Any]:
    """A column and its foreign key."""
    key = sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
    return [sa.Column(name, sa.UUID(), nullable=null, comment=comment), key]


def word_check(table: str, name: str, words: Collection[str], *, many: bool = False) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    sql = f"{name} <@ array[{listed}]::text[]" if many else f"{name} in ({listed})"
    return check(table, name, sql)


def check(table: str, name: str, sql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}"))


def create_kept(name: str, comment: str, *parts: Any, of: str = "person") -> None:
    """The table with what is usual around the parts of its own."""
    person = ref(name, "person_id", "person", null=of == "either") if of in ("person", "either") else []
    holds = "moves with the person" if person else "whose it is"
    circle = "in whose circle it was written: an organisation, or minus an account"
    op.create_table(
        name,
        col("id", sa.UUID(), null=False, comment="UUIDv7, made by client or server"),
        col("version", sa.Integer(), null=False, default="1"),
        *person,
        col("unit_no", sa.Integer(), null=False, comment=holds),
        col("made_unit_no", sa.Integer(), null=False, comment="never moves"),
        col("circle_no", sa.Integer(), null=False, comment=circle),
        col("province_no", sa.Integer()),
        *parts,
        text("source"),
        text("source_ref"),
        col("recorded_at", sa.DateTime(timezone=True), null=False, default="now()"),
        col("recorded_by", sa.UUID()),
        col("updated_at", sa.DateTime(timezone=True), null=False, default="now()"),
        col("voided_at", sa.DateTime(timezone=True)),
        text("void_reason"),
        check(name, "void_has_reason", "(voided_at is null) = (void_reason is null)"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        comment=comment,
    )
    for place, column in (("unit", "unit_no"), ("made", "made_unit_no"), ("province", "province_no")):
        op.create_index(f"ix_{name}_{place}", name, [column, "recorded_at", "id"])
    if person:
        op.create_index(f"ix_{name}_person", name, ["person_id", "recorded_at", "id"])
    op.create_index(op.f(f"ix_{name}_source_source_ref"), name, ["source", "source_ref"], unique=True)
