"""What the operator's door needs of persistence: a database to work on, and the work. As `wiring`, for `cli` alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import SecretStr

from api import kept_files
from api.context import local_now
from api.passwords import Passwords
from api.settings import Settings, WeakSettingsError, sqlalchemy_url
from domain.credentials import activation_code, hash_code
from persistence import administration, bootstrap, embedded
from persistence.actors import ActorBook
from persistence.administration import (
    DATABASE_ERRORS,
    NO_TABLES,
    AccountListed,
    AdministrationRefusedError,
    EntryListed,
    UnitKnown,
    connected,
)
from persistence.demo_accounts import SignIn, renew_sign_ins
from persistence.demo_cases import tell_stories
from persistence.demo_clubs import tell_clubs
from persistence.demo_contacts import tell_counselling
from persistence.demo_livelihood import tell_livelihood
from persistence.demo_loading import DemoRefusedError, Population, Progress, load_demo
from persistence.demo_models import tell_models
from persistence.demo_outreach import tell_outreach
from persistence.demo_referrals import tell_referrals
from persistence.demo_webhook import tell_webhook
from persistence.journal_checks import Check, append_only
from persistence.pools import UnsafeRoleError, open_pool, refuse_unsafe_role
from persistence.records import Register
from persistence.sealing import CursorSeal, Sealer
from persistence.unit_drawing import DrawingRefusedError, Redrawn, redraw
from persistence.unit_loading import Loaded, UnitsDifferError, load_units
from persistence.unit_merging import Merged, merge

__all__ = [
    "DATABASE_ERRORS",
    "NO_TABLES",
    "REFUSED",
    "Check",
    "DemoShown",
    "EntryListed",
    "Ground",
    "OperationRefusedError",
    "SignIn",
    "UnitKnown",
]

DATABASE: Final = "diemtua"
SIGN_INS: Final = "sign-ins.json"
WEBHOOK: Final = "webhook.json"
LOGINS: Final = "database.json"
INVITATION_LASTS: Final = timedelta(days=14)
PREPARING: Final = 7_302_004

Answer = TypeVar("Answer")


class OperationRefusedError(Exception):
    """Not possible like this; the message says what to do."""


REFUSED: Final[tuple[type[Exception], ...]] = (
    OperationRefusedError,
    AdministrationRefusedError,
    DemoRefusedError,
    DrawingRefusedError,
    UnitsDifferError,
    UnsafeRoleError,
    WeakSettingsError,
    embedded.EmbeddedError,
)
"""What says by itself what is wrong and what to do next."""


@dataclass(frozen=True)
class Ground:
    """The database that is worked on, under its owner (if we may) and under the service."""

    settings: Settings
    owner: str | None
    service: str | None
    ours: bool
    """Whether it is the embedded one."""

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[Any]:
        """Raises: OperationRefusedError without the owner's address."""
        if self.owner is None:
            raise OperationRefusedError(
                "This needs the owner of the tables. Set MIGRATION_DATABASE_URL to the same database as app_owner."
            )
        async with connected(self.owner) as connection:
            yield connection

    @asynccontextmanager
    async def as_anyone(self) -> AsyncIterator[Any]:
        async with connected(str(self.owner or self.service)) as connection:
            yield connection


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Do it in a loop of its own. (Typer would take a coroutine and never run it.)"""
    return asyncio.run(work)


@contextmanager
def ground(*, demo: bool = False) -> Iterator[Ground]:
    """The database of DATABASE_URL and MIGRATION_DATABASE_URL; without them the embedded one, started or joined."""
    settings = Settings()
    if settings.database_url or settings.migration_database_url:
        settings = Settings.for_demo() if demo or settings.demo else settings
        yield Ground(settings, _plain(settings.migration_database_url), _plain(settings.database_url), ours=False)
        return
    settings = Settings.for_demo()
    with embedded.running(settings.home) as server:
        logins = _logins(settings.home)
        run(_prepared(server.dsn(), logins))
        yield _ours(settings, server, logins)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _logins(home: Path) -> bootstrap.Logins:
    given = kept_files.kept(home / LOGINS, lambda: bootstrap.Logins.fresh()._asdict())
    return bootstrap.Logins(**given)


async def _prepared(admin_dsn: str, logins: bootstrap.Logins) -> None:
    """Roles and database, by one process at a time; safe at every start, so that new roles come with new versions."""
    async with connected(admin_dsn) as connection:
        await connection.execute("select pg_advisory_lock($1)", PREPARING)
        await bootstrap.prepare(admin_dsn, logins)
        if not await bootstrap.database_exists(admin_dsn, DATABASE):
            await bootstrap.create_database(admin_dsn, DATABASE)


def _ours(settings: Settings, server: embedded.Embedded, logins: bootstrap.Logins) -> Ground:
    owner = server.dsn(DATABASE, "app_owner", logins.owner)
    service = server.dsn(DATABASE, "app_rw", logins.service)
    worker = server.dsn(DATABASE, "app_worker", logins.worker)
    addresses = {"database_url": service, "migration_database_url": owner, "worker_database_url": worker}
    filled = settings.model_copy(update={name: SecretStr(dsn) for name, dsn in addresses.items()})
    return Ground(filled, owner, service, ours=True)


async def check_service(on: Ground) -> None:
    """The service's address is there and signs in as whom row-level security holds.

    Raises: OperationRefusedError, UnsafeRoleError.
    """
    if on.service is None:
        raise OperationRefusedError("The service signs in as app_rw: set DATABASE_URL.")
    async with connected(on.service) as connection:
        await refuse_unsafe_role(connection)


# -- schema and units


def is_behind(on: Ground) -> bool:
    """Whether migrations wait."""
    return run(_revision(on)) != administration.schema_head()


async def _revision(on: Ground) -> str | None:
    async with on.as_owner() as connection:
        return await administration.schema_revision(connection)


def migrate(on: Ground) -> None:
    """Bring the schema to its head and put in the law that ships, as the owner. Call it outside of an event loop."""
    if on.owner is None:
        raise OperationRefusedError("Migrations run as the owner of the tables: set MIGRATION_DATABASE_URL.")
    bootstrap.migrate(sqlalchemy_url(on.owner))
    furnish(on)


def furnish(on: Ground) -> None:
    """The law that ships, where it is not there yet."""
    run(bootstrap.furnish(str(on.owner)))


async def has_units(on: Ground) -> bool:
    async with on.as_owner() as connection:
        return await administration.has_units(connection)


async def fill_units(on: Ground) -> Loaded:
    async with on.as_owner() as connection:
        return await load_units(connection)


async def draw_areas(on: Ground, province: str, areas: dict[str, list[str]]) -> Redrawn:
    """Areas by name with codes of communes of today."""
    async with on.as_owner() as connection:
        province_id = await administration.id_today(connection, "province", province)
        ids = {
            name: [await administration.id_today(connection, "commune", code) for code in codes]
            for name, codes in areas.items()
        }
        return await redraw(connection, province_id, ids, on=local_now().date())


async def join_communes(on: Ground, into: str, gone: list[str], day: date | None, legal_basis: str) -> Merged:
    """Communes of today, by their codes, joined into one of them from a day on."""
    today = local_now().date()
    async with on.as_owner() as connection:
        heir, *others = [await administration.id_today(connection, "commune", code) for code in (into, *gone)]
        return await merge(connection, heir, others, on=day or today, today=today, legal_basis=legal_basis)


# -- demo


@dataclass(frozen=True)
class DemoShown:
    """A demo that is there, and how one signs in to it."""

    persons: int
    already: bool
    sign_ins: tuple[SignIn, ...]


async def fill_demo(
    on: Ground, population: Population, *, size: int, seed: int, progress: Progress = lambda _done, _of: None
) -> DemoShown:
    """The demo loaded or found; its sign-ins are kept in the home and made anew if they were lost."""
    passwords = Passwords()
    try:
        async with on.as_owner() as connection:
            sealer = Sealer.from_master(on.settings.key_for("data"))
            loaded = await load_demo(
                connection, sealer, passwords.hash, population=population, size=size, seed=seed, progress=progress
            )
            path = on.settings.home / SIGN_INS
            if loaded.sign_ins:
                _keep_sign_ins(path, loaded.sign_ins)
            elif not path.exists():
                _keep_sign_ins(path, await renew_sign_ins(connection, passwords.hash))
            await _tell_stories(on, connection, sealer)
    finally:
        passwords.close()
    return DemoShown(loaded.persons, loaded.already, tuple(SignIn(**one) for one in kept_files.read(path)))


async def _tell_stories(on: Ground, owner: Any, sealer: Sealer) -> None:
    """Courses, notices, cases and hand-overs of the demo, under the service's own login: its walls hold here too."""
    if on.service is None:
        return
    pool = await open_pool(on.service, 1)
    try:
        cursors = CursorSeal.from_master(on.settings.key_for("cursor"))
        register = Register(pool, sealer, cursors, ActorBook(pool))
        await tell_stories(owner, register, local_now())
        await tell_models(owner, register, local_now())
        await tell_livelihood(owner, register, local_now())
        await tell_referrals(owner, register, local_now())
        await tell_outreach(owner, register, local_now())
        await tell_clubs(owner, register, local_now())
        await tell_counselling(owner, register, local_now())
        if endpoint := await tell_webhook(owner, replace(register, development=True), local_now()):
            kept_files.keep(on.settings.home / WEBHOOK, endpoint._asdict())
    finally:
        await pool.close()


def _keep_sign_ins(path: Path, sign_ins: list[SignIn]) -> None:
    kept_files.keep(path, [one._asdict() for one in sign_ins])


# -- people who work with it, and what they did


async def invite_administrator(on: Ground, user_name: str, display_name: str) -> str:
    """The activation code of the first administrator; it is shown once."""
    code = activation_code()
    async with on.as_anyone() as connection:
        await administration.bootstrap_administrator(
            connection, user_name, display_name, code_hash=hash_code(code), until=local_now() + INVITATION_LASTS
        )
    return code


async def verify_journal(on: Ground) -> list[Check]:
    async with on.as_owner() as connection:
        return await append_only(connection)


async def units_of_code(on: Ground, code: str, day: date | None) -> list[UnitKnown]:
    async with on.as_anyone() as connection:
        return await administration.units_of_code(connection, code, day)


async def areas_of(on: Ground, province: str) -> list[tuple[str, str, list[str]]]:
    async with on.as_anyone() as connection:
        return await administration.areas_of(connection, province)


async def accounts(on: Ground, unit: str | None, role: str | None) -> list[AccountListed]:
    async with on.as_anyone() as connection:
        return await administration.accounts(connection, unit_code=unit, role=role)


async def journal(on: Ground, last: int, user_name: str | None, person: UUID | None) -> list[EntryListed]:
    async with on.as_anyone() as connection:
        return await administration.journal(connection, last=last, user_name=user_name, subject=person)
