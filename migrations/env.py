"""Alembic on one connection as the owner; the URL comes by `config.attributes` or MIGRATION_DATABASE_URL."""

from __future__ import annotations

import asyncio
import os

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

IGNORED_PREFIXES = ("pgqueuer",)


def metadata() -> sa.MetaData | None:
    """The tables as the code has them, for `alembic check`; migrations themselves import nothing of ours."""
    return context.config.attributes.get("metadata")


def ours(_object: object, name: str | None, type_: str, _reflected: bool, _compare: object) -> bool:
    return not (type_ == "table" and (name or "").startswith(IGNORED_PREFIXES))


def run(connection: sa.Connection) -> None:
    connection.execute(sa.text("set lock_timeout = '5s'"))
    connection.execute(sa.text("set statement_timeout = '10min'"))
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        include_object=ours,
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def online() -> None:
    url = context.config.attributes.get("url") or os.environ["MIGRATION_DATABASE_URL"]
    engine = create_async_engine(url, poolclass=sa.pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(online())
