"""From a request to the domain's Context: who, under which conditions, for which purpose. One ASGI middleware."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.types import Scope

from api.identity import InvalidToken, Tokens
from api.logs import note_actor, request_id
from api.pace import Pace
from domain.acts import Conditions, Context, Store
from domain.reading import Actor
from domain.refusals import Flaw, Refusal

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
KEY = re.compile(r"[\x21-\x7e]{1,255}")
PURPOSES = ("care", "decision", "transfer", "inspection", "request_of_person", "data_quality", "report", "legal_duty")
"""Code list of Access-Purpose (rulings 7)."""
VIA = ("grant", "made")
UNTIL = "diemtua.token_until"
"""Where the scope of a request keeps when its token ends."""
ONCE = (b"acting-as", b"access-purpose", b"idempotency-key", b"if-match")
"""Headers of which a second one could be read by somebody on the way and the first by us."""
Told = Mapping[bytes, bytes]
"""The headers of a request as they came, each once."""


def local_now() -> datetime:
    """Now in Asia/Ho_Chi_Minh: `date.today()` in a UTC container is yesterday until 07:00."""
    return datetime.now(UTC).astimezone(LOCAL)


class Actors(Protocol):
    async def actor(self, session_id: UUID, appointment_id: UUID | None) -> Actor: ...


@dataclass(frozen=True)
class Doorman:
    """Makes the Context of a request. The clock is injected so that tests can stand on any day."""

    tokens: Tokens
    actors: Actors
    store: Store
    now: Callable[[], datetime] = local_now
    pace: Pace = field(default_factory=lambda: Pace(0, 0))

    async def context(self, scope: Scope) -> Context:
        """Raises `unauthenticated`, `too_many_requests`, `no_appointment`, `bad_request` (headers)."""
        headers = _told(scope["headers"])
        now = self.now()
        account_id, session_id, scope[UNTIL] = self._identity(headers, now)
        self.pace.step_in(account_id)
        actor = await self.actors.actor(session_id, _appointment(headers))
        note_actor(actor.account_id)
        return Context(
            actor=actor,
            store=self.store,
            now=now,
            conditions=_conditions(headers),
            purpose=_purpose(headers),
            request_id=request_id() or "",
        )

    def session(self, headers: Told, now: datetime) -> tuple[UUID, UUID]:
        """(account, session) of the bearer token; scope and roles come from the database."""
        return self._identity(headers, now)[:2]

    def _identity(self, headers: Told, now: datetime) -> tuple[UUID, UUID, datetime]:
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("unauthenticated")
        try:
            identity = self.tokens.read(token, now)
        except InvalidToken as invalid:
            raise Refusal("unauthenticated") from invalid
        return identity.account_id, identity.session_id, identity.expires_at


def seconds_of_token(scope: Scope, now: datetime) -> float:
    """For how long the token of this request is still in force: what is told meanwhile ends with it."""
    until: datetime = scope[UNTIL]
    return (until - now).total_seconds()


def _told(raw: Iterable[tuple[bytes, bytes]]) -> Told:
    """Each header once, read in one pass; of two tokens none counts. Raises `bad_request`."""
    pairs = list(raw)
    told = dict(reversed(pairs))  # the first of two stays
    if len(told) == len(pairs):
        return told
    names = [name for name, _ in pairs]
    for name in ONCE:
        if names.count(name) > 1:
            raise Refusal("bad_request", flaws=(Flaw(f"/headers/{name.decode().title()}", "repeated_header"),))
    if names.count(b"authorization") > 1:
        del told[b"authorization"]
    return told


def _text(headers: Told, name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _appointment(headers: Told) -> UUID | None:
    """`Acting-As` chooses among several appointments in force."""
    text = _text(headers, b"acting-as")
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as broken:
        raise Refusal("bad_request", flaws=(Flaw("/headers/Acting-As", "not_a_uuid"),)) from broken


def _purpose(headers: Told) -> str | None:
    purpose = _text(headers, b"access-purpose")
    if purpose is not None and purpose not in PURPOSES:
        raise Refusal("bad_request", flaws=(Flaw("/headers/Access-Purpose", "not_a_purpose"),))
    return purpose


def _conditions(headers: Told) -> Conditions:
    key = _text(headers, b"idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise Refusal("bad_request", flaws=(Flaw("/headers/Idempotency-Key", "not_a_key"),))
    prefer = _text(headers, b"prefer")
    preferences = () if prefer is None else {part.strip().lower() for part in prefer.split(",")}
    return Conditions(_text(headers, b"if-match"), key, "validate-only" in preferences)
