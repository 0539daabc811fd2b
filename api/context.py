"""From a request to the domain's Context: who, under which conditions, for which purpose. One ASGI middleware."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.datastructures import Headers
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
ONCE = ("acting-as", "access-purpose", "idempotency-key", "if-match")
"""Headers of which a second one could be read by somebody on the way and the first by us."""


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
        headers = Headers(scope=scope)
        _refuse_repeated(headers)
        now = self.now()
        account_id, session_id = self.session(headers, now)
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

    def session(self, headers: Headers, now: datetime) -> tuple[UUID, UUID]:
        """(account, session) of the bearer token; scope and roles come from the database."""
        given = headers.getlist("authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("unauthenticated")
        try:
            identity = self.tokens.read(token, now)
        except InvalidToken as invalid:
            raise Refusal("unauthenticated") from invalid
        return identity.account_id, identity.session_id


def _refuse_repeated(headers: Headers) -> None:
    names = headers.keys()
    if len(set(names)) == len(names):
        return
    for name in ONCE:
        if names.count(name) > 1:
            raise Refusal("bad_request", flaws=(Flaw(f"/headers/{name.title()}", "repeated_header"),))


def _appointment(headers: Headers) -> UUID | None:
    """`Acting-As` chooses among several appointments in force."""
    text = headers.get("acting-as")
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as broken:
        raise Refusal("bad_request", flaws=(Flaw("/headers/Acting-As", "not_a_uuid"),)) from broken


def _purpose(headers: Headers) -> str | None:
    purpose = headers.get("access-purpose")
    if purpose is not None and purpose not in PURPOSES:
        raise Refusal("bad_request", flaws=(Flaw("/headers/Access-Purpose", "not_a_purpose"),))
    return purpose


def _conditions(headers: Headers) -> Conditions:
    key = headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise Refusal("bad_request", flaws=(Flaw("/headers/Idempotency-Key", "not_a_key"),))
    preferences = {part.strip().lower() for part in headers.get("prefer", "").split(",")}
    return Conditions(headers.get("if-match"), key, "validate-only" in preferences)
