"""Column kinds shared by the tables: explicit types, nullability, comments (SQLModel alone leaves them loose)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

TYPES: dict[str, Any] = {
    "uuid": UUID(as_uuid=True),
    "text": sa.Text(),
    "key": sa.Text(collation="C"),
    "int": sa.Integer(),
    "bigint": sa.BigInteger(),
    "date": sa.Date(),
    "instant": sa.DateTime(timezone=True),
    "float": sa.Double(),
    "bool": sa.Boolean(),
    "bytes": BYTEA(),
    "texts": ARRAY(sa.Text()),
    "uuids": ARRAY(UUID(as_uuid=True)),
}


def column(
    kind: str, *args: Any, null: bool = False, default: str | None = None, comment: str = "", **more: Any
) -> Any:
    """A column of a kind; `default` is SQL; further arguments are SQLAlchemy's (ForeignKey, Computed, Identity)."""
    server: dict[str, Any] = {"server_default": sa.text(default)} if default is not None else {}
    return Field(
        sa_column=sa.Column(TYPES[kind], *args, nullable=null, comment=comment or None, **server, **more), default=None
    )


def key() -> Any:
    return column("uuid", primary_key=True, comment="UUIDv7, made by client or server")


def to(target: str) -> sa.ForeignKey:
    return sa.ForeignKey(target)
