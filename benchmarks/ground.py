"""The ground everything is measured on: a durable embedded server, the real units, invented persons by COPY.

A database of each size and schema is made once and kept in the scratch home, so that a second run starts at once.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from api.identity import SigningKeys, Tokens
from api.settings import Settings, sqlalchemy_url
from cli.population import population
from domain.ids import new_id
from persistence import bootstrap, embedded
from persistence.demo_loading import load_demo
from persistence.sealing import Sealer
from persistence.unit_loading import load_units

ROOT = Path(__file__).resolve().parent.parent
LOGINS = bootstrap.Logins("bench-owner", "bench-service", "bench-worker")
POOL = 4
"""Connections of each server: the same for all of them."""
POSTS = {
    "commune": "commune_officer.00611",
    "elsewhere": "commune_officer.06688",
    "province": "province_officer.01",
    "country": "country_reader.vn",
}


class Worker(NamedTuple):
    """Who measures at one level: an account with an open session."""

    account_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class Ground:
    """One database of a size, with those who sign in to it."""

    size: int
    admin_dsn: str
    service_dsn: str
    home: Path
    workers: dict[str, Worker]
    readers: tuple[str, ...]
    """Persons of the commune that details are read of."""
    writable: tuple[str, ...]
    """Persons of another commune that residences are added to, so that details do not grow while we measure."""
    ward: str
    """The unit of that other commune."""

    def settings(self) -> Settings:
        update = {"database_url": SecretStr(self.service_dsn), "allowed_hosts": ("127.0.0.1",), "pool_size": POOL}
        return Settings.for_demo(self.home / "keys").model_copy(update={"rate": 0.0} | update)

    def token(self, level: str) -> str:
        """A fresh access token, as a sign-in would give it: real tokens end after five minutes."""
        settings = self.settings()
        keys = SigningKeys.parse([pem.decode() for pem in reversed(settings.signing_pems())])
        worker = self.workers[level]
        tokens = Tokens(keys, settings.issuer, settings.audience)
        return tokens.issue(worker.account_id, worker.session_id, datetime.now(UTC))


def ground(server: embedded.Embedded, home: Path, size: int) -> Ground:
    """The database of this size, made if it is not there yet."""
    name = f"bench_{size}_{_edition()}"
    owner = server.dsn(name, "app_owner", LOGINS.owner)
    asyncio.run(_made(server, name))
    bootstrap.migrate(sqlalchemy_url(owner))
    asyncio.run(bootstrap.furnish(owner))
    asyncio.run(_filled(owner, server.dsn(name), Settings.for_demo(home / "keys"), size))
    return asyncio.run(_staffed(server.dsn(name), server.dsn(name, "app_rw", LOGINS.service), home, size))


def _edition() -> str:
    """Of the schema and of how it is filled: a database of another edition is left alone, not measured."""
    files = [*(ROOT / "migrations").rglob("*.py"), *(ROOT / "persistence").glob("demo_*.py")]
    return sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:8]


async def _made(server: embedded.Embedded, name: str) -> None:
    await bootstrap.prepare(server.dsn(), LOGINS)
    if not await bootstrap.database_exists(server.dsn(), name):
        await bootstrap.create_database(server.dsn(), name)


async def _filled(owner: str, admin: str, settings: Settings, size: int) -> None:
    """Rows come by COPY with the row triggers replaced by set-based inserts; the loader proves every chain whole."""
    connection = await asyncpg.connect(owner)
    try:
        await load_units(connection)
        sealer = Sealer.from_master(settings.key_for("data"))
        loaded = await load_demo(connection, sealer, _unhashed, population=population, size=size, progress=_told)
    finally:
        await connection.close()
    if not loaded.already:
        await _settled(admin)


async def _settled(admin: str) -> None:
    """As a database looks that has run for a while: vacuumed, analysed, checkpointed."""
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute("vacuum (analyze)")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


async def _unhashed(_password: str) -> str:
    """Nobody signs in by password here; sessions are opened below."""
    return "x"


def _told(done: int, of: int) -> None:
    print(f"\r  loading {done:,} of {of:,} persons", end="\n" if done == of else "", file=sys.stderr, flush=True)


async def _staffed(admin: str, service: str, home: Path, size: int) -> Ground:
    connection = await asyncpg.connect(admin)
    try:
        workers = {level: await _worker(connection, name) for level, name in POSTS.items()}
        ward = await connection.fetchval("select unit_id from account where id = $1", workers["elsewhere"].account_id)
        readers = await _people(connection, workers["commune"])
        writable = await _people(connection, workers["elsewhere"])
    finally:
        await connection.close()
    return Ground(size, admin, service, home, workers, readers, writable, str(ward))


async def _worker(connection: Any, user_name: str) -> Worker:
    account = await connection.fetchval("select id from account where user_name = $1", user_name)
    session, until = new_id(), datetime.now(UTC) + timedelta(days=1)
    await connection.execute(
        "insert into session (id, account_id, refresh_hash, expires_at) values ($1, $2, 'x', $3)",
        session,
        account,
        until,
    )
    return Worker(account, session)


async def _people(connection: Any, worker: Worker) -> tuple[str, ...]:
    """Fifty persons of the worker's commune, spread over its list."""
    rows = await connection.fetch(
        "select p.id from person p join account a on a.unit_no = p.unit_no where a.id = $1"
        " order by md5(p.id::text) limit 50",
        worker.account_id,
    )
    return tuple(str(row["id"]) for row in rows)
