"""Whether the journal is append-only here and now: asked of the catalogue and tried for real, each try rolled back."""

from __future__ import annotations

from typing import Any, NamedTuple

import asyncpg

TABLE = "journal_entry"
GUARDS = {
    "journal_is_append_only": "before update or delete",
    "journal_is_never_emptied": "before truncate",
}
SERVICE = "app_rw"


class Check(NamedTuple):
    says: str
    holds: bool
    found: str = ""


async def append_only(connection: Any) -> list[Check]:
    """Every promise with whether it holds. Run as the owner, who could break most and is refused all the same."""
    return [
        *[await _guard(connection, name, when) for name, when in GUARDS.items()],
        await _privileges(connection),
        await _service_is_plain(connection),
        *[await _tried(connection, statement) for statement in TRIES],
    ]


async def _guard(connection: Any, name: str, when: str) -> Check:
    enabled = await connection.fetchval(
        "select tgenabled::text from pg_trigger where tgrelid = $1::regclass and tgname = $2", TABLE, name
    )
    return Check(f"the trigger {name} stands guard {when}", enabled in {"O", "A"}, f"enabled: {enabled}")


async def _privileges(connection: Any) -> Check:
    rows = await connection.fetch(
        "select r.rolname || ' ' || p from pg_roles r, unnest(array['update', 'delete', 'truncate']) p"
        " where (r.rolname = $1 or pg_has_role($1, r.oid, 'MEMBER')) and has_table_privilege(r.oid, $2, p)",
        *(SERVICE, TABLE),
    )
    found = ", ".join(row[0] for row in rows)
    return Check(f"neither {SERVICE} nor any road may update, delete or truncate", not found, found)


async def _service_is_plain(connection: Any) -> Check:
    row = await connection.fetchrow(
        "select rolsuper, rolbypassrls, pg_has_role(r.oid, c.relowner, 'MEMBER') as owns from pg_roles r, pg_class c"
        " where r.rolname = $1 and c.oid = $2::regclass",
        *(SERVICE, TABLE),
    )
    found = ", ".join(name for name, value in dict(row or {"missing": True}).items() if value)
    return Check(f"{SERVICE} is neither superuser nor owner and is held by row-level security", not found, found)


TRIES = (
    f"update {TABLE} set outcome = outcome",
    f"delete from {TABLE}",
    f"truncate {TABLE}",
)


async def _tried(connection: Any, statement: str) -> Check:
    """On an entry of its own, so that an empty journal is no excuse; nothing of it stays."""
    says = f"`{statement.partition(' set')[0]}` is refused even to the owner"
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(
            f"insert into {TABLE} (act, noun, outcome) values ('verify', 'journal_entry', 'checked')"
        )
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return Check(says, holds=True)
    finally:
        await transaction.rollback()
    return Check(says, holds=False, found="it went through")
