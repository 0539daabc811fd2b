"""An instant of the register that is held while a long list is read: nothing that follows changes waits for it.

Who holds it writes nothing and so gets no transaction id: the change feed, which is read below the oldest one that runs
(docs/decisions/0006), goes on. Each page is read in a short transaction of its own that looks at the instant and leaves
its journal row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from persistence.pools import lost

HOLD: Final = (
    "begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = '{longest}'"
)
JOINED: Final = "begin isolation level repeatable read; set transaction snapshot '{name}'; {words}"


@asynccontextmanager
async def held(holder: Any, longest: str) -> AsyncIterator[str]:
    """The present, held on this connection until the block ends or `longest` has passed; the name others join it by."""
    try:
        await holder.execute(HOLD.format(longest=longest))
        yield str(await holder.fetchval("select pg_export_snapshot()"))
    finally:
        await undone(holder)


def joined(name: str, words: str) -> str:
    """The first message of a transaction that looks at a held instant; `words` say as whom."""
    return JOINED.format(name=name, words=words)


@asynccontextmanager
async def kept(connection: Any) -> AsyncIterator[None]:
    """What was begun inside is committed, or undone where something failed."""
    try:
        yield
        await connection.execute("commit")
    finally:
        await undone(connection)


async def undone(connection: Any) -> None:
    if not lost(connection) and connection.is_in_transaction():
        await connection.execute("rollback")
