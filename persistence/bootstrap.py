"""From an administrator's connection to a database that the owner can migrate and the service can use."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import asyncpg
from sqlmodel import SQLModel

if TYPE_CHECKING:
    from alembic.config import Config

import persistence.registry  # noqa: F401 - brings every table into the metadata
from domain.law.rows import shipped_book
from persistence.law_records import load_law
from reference.calendar_overrides import OVERRIDES
from reference.holidays import base_rows

ROOT = Path(__file__).resolve().parent.parent
ROLES = Path(__file__).with_name("roles.sql")


class Logins(NamedTuple):
    """Passwords of the three login roles."""

    owner: str
    service: str
    worker: str

    @classmethod
    def fresh(cls) -> Logins:
        return cls(*(secrets.token_urlsafe(24) for _ in range(3)))


async def prepare(admin_dsn: str, logins: Logins) -> None:
    """Make the roles and set their passwords; safe to run again."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute(ROLES.read_text())
        for role, password in zip(("app_owner", "app_rw", "app_worker"), logins, strict=True):
            await connection.execute(f"alter role {role} password '{password.replace(chr(39), '')}'")
    finally:
        await connection.close()


async def create_database(admin_dsn: str, name: str, *, template: str | None = None) -> None:
    """A database of the owner, in C.UTF-8; from a template by file copy (30-60 ms)."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        source = f"template {template} strategy file_copy" if template else "template template0 locale 'C.UTF-8'"
        await connection.execute(f"create database {name} owner app_owner {source}")
    finally:
        await connection.close()


async def database_exists(admin_dsn: str, name: str) -> bool:
    connection = await asyncpg.connect(admin_dsn)
    try:
        return bool(await connection.fetchval("select exists (select from pg_database where datname = $1)", name))
    finally:
        await connection.close()


async def furnish(owner_dsn: str) -> None:
    """The law that ships, put where a database has none yet; units are loaded apart, for they take longer."""
    connection = await asyncpg.connect(owner_dsn)
    try:
        await load_law(connection, shipped_book(), base_rows(), OVERRIDES)
    finally:
        await connection.close()


def alembic_config(sqlalchemy_url: str) -> Config:
    """Alembic pointed at our migrations; it opens its own event loop, so call its commands outside of one."""
    from alembic.config import Config

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes.update(url=sqlalchemy_url, metadata=SQLModel.metadata)
    return config


def migrate(sqlalchemy_url: str, revision: str = "head") -> None:
    """Bring the schema to a revision, as the owner."""
    from alembic import command  # takes a second to import, and only migrations need it

    command.upgrade(alembic_config(sqlalchemy_url), revision)
