"""What the operator does at the database itself: the first administrator, lists, the journal and its promise.

Works on the owner's connection and on the service's: under the service role each read takes the road that sees it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from domain.access.policy import Role
from domain.account.model import check_user_name
from domain.ids import new_id

ADMINISTRATOR = Role.SYSTEM_ADMIN


NO_TABLES: tuple[type[Exception], ...] = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)
DATABASE_ERRORS: tuple[type[Exception], ...] = (asyncpg.PostgresError, asyncpg.InterfaceError)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Any]:
    """One connection for one piece of work."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


class AdministrationRefusedError(Exception):
    """Nothing was changed; the message says why and what to do."""


async def has_units(connection: Any) -> bool:
    return bool(await connection.fetchval("select exists (select from unit)"))


class UnitKnown(NamedTuple):
    """A unit as the operator sees it, with where it lies and what it came from or became."""

    id: UUID
    code: str | None
    level: str
    unit_type: str
    name: str
    valid_from: date
    valid_to: date | None
    no: int
    last_no: int
    parent: str | None
    home: str | None
    marks: list[str]
    origins: list[str]
    successors: list[str]


class AccountListed(NamedTuple):
    user_name: str
    kind: str
    state: str
    role: str | None
    unit: str
    until: datetime | None
    last_sign_in_at: datetime | None


class EntryListed(NamedTuple):
    id: int
    happened_at: datetime
    user_name: str | None
    road: str | None
    act: str
    noun: str
    outcome: str
    shown: int
    subjects: int
    request_id: str | None


@asynccontextmanager
async def _seeing(connection: Any, role: str) -> AsyncIterator[None]:
    """A transaction that sees everything: as the owner at once, as the service on a road."""
    async with connection.transaction():
        if await connection.fetchval("select pg_has_role(current_user, $1, 'MEMBER')", role):
            await connection.execute(f"set local role {role}")
            await connection.execute("select set_config('app.lo', '0', true), set_config('app.hi', '2147483647', true)")
        yield


async def bootstrap_administrator(
    connection: Any, user_name: str, display_name: str, *, code_hash: bytes, until: datetime
) -> UUID:
    """The first administrator, at the country; one who was invited and never came gets the new activation code.

    Raises: AdministrationRefusedError, Refusal not_a_user_name.
    """
    check_user_name(user_name)
    async with _seeing(connection, "road_country"):
        country = await connection.fetchrow("select id, no from unit where level = 'country' order by no limit 1")
        if country is None:
            raise AdministrationRefusedError("The units are not loaded. Run `diemtua units load` first.")
        await connection.execute("select pg_advisory_xact_lock(7302003)")
        known = await connection.fetchrow(KNOWN, ADMINISTRATOR.value)
        if known is None:
            account = await _invite(connection, country, user_name, display_name)
        elif (known["state"], known["user_name"]) == ("invited", user_name):
            account = known["id"]
        else:
            raise AdministrationRefusedError(
                f"There is an administrator: {known['user_name']}. Sign in as them to appoint others."
            )
        await connection.execute(
            "update account set activation_hash = $2, activation_until = $3 where id = $1", account, code_hash, until
        )
        await connection.execute(
            "insert into journal_entry (unit_id, unit_no, act, noun, outcome) values ($1, $2, $3, 'account', 'done')",
            *(country["id"], country["no"], "bootstrap_administrator"),
        )
    return UUID(str(account))


KNOWN = (
    "select a.id, a.user_name, a.state from account a join appointment p on p.account_id = a.id where p.role = $1"
    " and a.state <> 'closed' and coalesce(p.valid_to, 'infinity') > now() order by a.state, a.no limit 1"
)


async def _invite(connection: Any, country: Any, user_name: str, display_name: str) -> UUID:
    account = new_id()
    try:
        await connection.execute(
            "insert into account (id, kind, user_name, display_name, unit_id, unit_no)"
            " values ($1, 'person', $2, $3, $4, $5)",
            *(account, user_name, display_name, country["id"], country["no"]),
        )
    except asyncpg.UniqueViolationError as taken:
        raise AdministrationRefusedError(f"The user name {user_name} is taken. Choose another.") from taken
    await connection.execute(
        "insert into appointment (id, account_id, role, unit_id, unit_no) values ($1, $2, $3, $4, $5)",
        *(new_id(), account, ADMINISTRATOR.value, country["id"], country["no"]),
    )
    return account


UNITS = """
select u.id, u.code, u.level, u.unit_type, u.name, u.valid_from, u.valid_to, u.no, u.last_no, p.name, h.name, u.marks,
       array(select o.name || coalesce(' ' || o.code, '') from unit_lineage e join unit o on o.id = e.from_id
             where e.to_id = u.id order by o.no),
       array(select o.name || coalesce(' ' || o.code, '') from unit_lineage e join unit o on o.id = e.to_id
             where e.from_id = u.id order by o.no)
from unit u left join unit p on p.id = u.parent_id left join unit h on h.id = u.home_id
"""


async def units_of_code(connection: Any, code: str, on: date | None) -> list[UnitKnown]:
    """Units that bear a code, on a day or ever; a bare code means nothing without its date (rulings 33)."""
    where = "where u.code = $1 and ($2::date is null or $2 between u.valid_from and coalesce(u.valid_to, 'infinity'))"
    async with _seeing(connection, "road_country"):
        rows = await connection.fetch(f"{UNITS} {where} order by u.level, u.valid_from", code, on)
    return [UnitKnown(*row) for row in rows]


async def areas_of(connection: Any, province_code: str) -> list[tuple[str, str, list[str]]]:
    """Code, name and communes of each area of a province of today."""
    async with _seeing(connection, "road_country"):
        rows = await connection.fetch(
            "select a.code, a.name, array(select c.name || ' ' || c.code from unit c where c.home_id = a.id"
            " and c.level = 'commune' order by c.code) from unit a join unit p on p.id = a.parent_id"
            " where a.level = 'area' and a.valid_to is null and p.code = $1 and p.valid_to is null order by a.code",
            province_code,
        )
    return [tuple(row) for row in rows]


async def id_today(connection: Any, level: str, code: str) -> UUID:
    """Raises: AdministrationRefusedError for a code that no unit of this level bears today."""
    async with _seeing(connection, "road_country"):
        found = await connection.fetchval(
            "select id from unit where level = $1 and code = $2 and valid_to is null", level, code
        )
    if found is None:
        raise AdministrationRefusedError(f"No {level} of today has the code {code}. See `diemtua units show {code}`.")
    return UUID(str(found))


async def accounts(connection: Any, *, unit_code: str | None = None, role: str | None = None) -> list[AccountListed]:
    """Accounts with their live appointments, by user name."""
    async with _seeing(connection, "road_country"):
        rows = await connection.fetch(
            "select a.user_name, a.kind, a.state, p.role, u.name, p.valid_to, a.last_sign_in_at from account a"
            " left join appointment p on p.account_id = a.id and p.valid_from <= now()"
            " and coalesce(p.valid_to, 'infinity') > now() join unit u on u.id = coalesce(p.unit_id, a.unit_id)"
            " where ($1::text is null or u.code = $1) and ($2::text is null or p.role = $2) order by 1, 4",
            *(unit_code, role),
        )
    return [AccountListed(*row) for row in rows]


async def journal(
    connection: Any, *, last: int, user_name: str | None = None, subject: UUID | None = None
) -> list[EntryListed]:
    """The newest entries, newest first: who did what, never what was in it."""
    async with _seeing(connection, "road_journal"):
        rows = await connection.fetch(
            "select j.id, j.happened_at, a.user_name, j.road, j.act, j.noun, j.outcome, j.shown,"
            " cardinality(j.subject_ids), j.request_id from journal_entry j left join account a on a.id = j.account_id"
            " where ($2::text is null or a.user_name = $2) and ($3::uuid is null or j.subject_ids @> array[$3::uuid])"
            " order by j.id desc limit $1",
            *(last, user_name, subject),
        )
    return [EntryListed(*row) for row in rows]


def schema_head() -> str:
    """The newest migration of this version of the service; read from the files, for alembic takes a second to wake."""
    texts = [path.read_text(encoding="utf-8") for path in MIGRATIONS.glob("*.py")]
    made = {match[1] for text in texts if (match := REVISION.search(text))}
    followed = {match[1] for text in texts if (match := FOLLOWS.search(text))}
    (head,) = made - followed
    return head


MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"
REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
FOLLOWS = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


async def schema_revision(connection: Any) -> str | None:
    """The migration at which the database stands; None before the first."""
    if not await connection.fetchval("select to_regclass('alembic_version') is not null"):
        return None
    return str(await connection.fetchval("select version_num from alembic_version"))
