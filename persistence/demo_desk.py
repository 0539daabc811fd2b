"""The accounts of the demo at work: every story is told by the service's own acts, on days of the past or today."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from domain.acts import Act, Conditions, Context, Done
from domain.ids import new_id
from domain.law.instants import ZONE
from domain.reading import Actor, Asked, Form, Pick, Selection
from persistence.records import Register
from persistence.registry import READS

WORKS: Final = timedelta(minutes=10)
"""How long the sign-ins of the stories last at most; they are ended before."""


@dataclass
class Desk:
    """Who works, where, and on which day: stories set the day, acts happen on it."""

    register: Register
    owner: Any
    actors: Mapping[str, Actor]
    units: Mapping[str, UUID]
    latest: datetime
    """The real present: no act happens after it."""
    now: datetime = field(init=False)
    story: str = ""
    acts: int = 0
    papers: int = 0

    def __post_init__(self) -> None:
        self.now = self.latest

    @property
    def today(self) -> date:
        return self.latest.date()

    def days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def tell(self, story: str) -> None:
        """Begin a story: its acts are counted from one, so that a broken start goes on where it stopped."""
        self.story, self.acts = story, 0

    def on(self, day: date, hour: int = 9) -> Desk:
        """Go to a morning, today at the latest."""
        self.now = min(instant(day, hour), self.latest)
        return self

    def number(self, symbol: str) -> str:
        """The next number of a paper."""
        self.papers += 1
        return f"{self.papers}/{symbol}" if symbol else str(self.papers)

    async def do(self, who: str, act: Act[Any], command: Any, *, via: str | None = None) -> UUID:
        """One act of an account; repeated, it is the same act (Idempotency-Key)."""
        return (await self.done(who, act, command, via=via)).id

    async def done(self, who: str, act: Act[Any], command: Any, *shown: str, via: str | None = None) -> Done:
        """The same, with its answer: the id, and the named fields."""
        self.acts += 1
        ctx = Context(
            actor=self.actors[who],
            store=self.register,
            now=self.now,
            conditions=Conditions(if_match=await self._read(act, command), key=f"demo/{self.story}/{self.acts}"),
            request_id=new_id().hex,
            via=via,
        )
        return await act(ctx, command, Asked(_shown(act.noun.name, shown)))

    async def _read(self, act: Act[Any], command: Any) -> str | None:
        """The version the account has before its eyes."""
        if not act.guarded:
            return None
        table = READS[act.subject].table
        version = await self.owner.fetchval(f"select version from {table} where id = $1", command.id)
        return f'"{version}"'


def instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZONE)


def _shown(noun: str, more: tuple[str, ...]) -> Selection:
    return Selection(noun, Form.ONE, tuple(Pick(name, name, name) for name in ("id", *more)))


@asynccontextmanager
async def signed_in(owner: Any, register: Register, user_names: Sequence[str]) -> AsyncIterator[dict[str, Actor]]:
    """The named accounts with a sign-in each, ended in the end. Raises what the database says of a closed account."""
    rows = await owner.fetch("select id, user_name from account where user_name = any($1::text[])", list(user_names))
    sessions = {row["user_name"]: (new_id(), row["id"]) for row in rows}
    for session, account in sessions.values():
        await owner.execute(
            "insert into session (id, account_id, refresh_hash, expires_at, label) values ($1, $2, $3, now() + $4, $5)",
            *(session, account, secrets.token_bytes(32), WORKS, "demo"),
        )
    try:
        yield {name: await register.actors.fresh(session, None) for name, (session, _account) in sessions.items()}
    finally:
        ended = [session for session, _account in sessions.values()]
        await owner.execute("update session set ended_at = now(), end_reason = 'signed_out' where id = any($1)", ended)
