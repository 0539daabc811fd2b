"""What stands in front of routing: admission, sizes of bodies, names of hosts, origins and headers of safety.

All of it is plain ASGI. Refusals are drawn by the `render` that each class is given, so that this module knows
neither the problem registry nor the framework.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Render = Callable[[str, int, Scope], tuple[bytes, Headers]]
"""Draws a problem: (code, status, scope) → (body, headers with content-type and content-length)."""


def bare_problem(code: str, status: int, _scope: Scope) -> tuple[bytes, Headers]:
    """A problem without words, for where no registry was given."""
    problem = {"type": f"/v1/problems#{code}", "title": code, "status": status, "code": code}
    body = json.dumps(problem).encode()
    return body, [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]


async def answer(
    render: Render, code: str, status: int, scope: Scope, send: Send, *, more: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    body, headers = render(code, status, scope)
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *more]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def longest_prefix(prefixes: Iterable[str], path: str) -> str | None:
    return max((prefix for prefix in prefixes if path.startswith(prefix)), key=len, default=None)


class Budget:
    """At most `running` at once, at most `waiting` behind them, none of those longer than `patience` seconds."""

    def __init__(self, running: int, waiting: int = 0, *, patience: float = 1.0) -> None:
        self.running = running
        self.waiting = waiting
        self.patience = patience
        self.in_flight = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> bool:
        """Take a place; False when there is none, at once or after waiting in vain."""
        if self.in_flight < self.running:
            self.in_flight += 1
            return True
        return len(self._queue) < self.waiting and await self._wait()

    async def _wait(self) -> bool:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(self.patience):
                await turn
        except TimeoutError:
            return self._came_after_all(turn)
        except asyncio.CancelledError:
            if self._came_after_all(turn):
                self.leave()
            raise
        return True

    def _came_after_all(self, turn: asyncio.Future[None]) -> bool:
        """Whether the place was handed over in the very instant in which its waiter gave up."""
        if turn.done() and not turn.cancelled():
            return True
        self._queue.remove(turn)
        return False

    def leave(self) -> None:
        """Hand the place to who waits longest; in_flight falls only when nobody does."""
        for turn in self._queue:
            if not turn.done():
                self._queue.remove(turn)
                turn.set_result(None)
                return
        self.in_flight -= 1


class Admission:
    """Turns away at once what would only make everybody slower: 503 with Retry-After.

    Each prefix of `budgets` has places of its own, so that a flood of sign-ins cannot stop the register, nor the
    register the sign-ins. Paths under `free` are always let in: a probe must be answered under load too.
    """

    def __init__(
        self,
        app: App,
        *,
        budget: Budget,
        budgets: Mapping[str, Budget] | None = None,
        free: tuple[str, ...] = ("/health/",),
        retry_after: int = 2,
        render: Render = bare_problem,
    ) -> None:
        self.app = app
        self.budget = budget
        self.budgets = dict(budgets or {})
        self.free = free
        self.render = render
        self._retry = [(b"retry-after", str(retry_after).encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.free):
            await self.app(scope, receive, send)
            return
        budget = self._budget_of(scope["path"])
        if not await budget.enter():
            await answer(self.render, "overloaded", 503, scope, send, more=self._retry)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            budget.leave()

    def _budget_of(self, path: str) -> Budget:
        prefix = longest_prefix(self.budgets, path)
        return self.budget if prefix is None else self.budgets[prefix]


class BodyCap:
    """No body longer than its path allows: 413, for an announced length before routing, else where it is passed.

    The connection stays open: the server reads and drops the rest (see api/deadlines.py), so the client gets to read
    the answer instead of a reset.
    """

    def __init__(
        self, app: App, *, most: int, prefixes: Mapping[str, int] | None = None, render: Render = bare_problem
    ) -> None:
        self.app = app
        self.most = most
        self.prefixes = dict(prefixes or {})
        self.render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        prefix = longest_prefix(self.prefixes, scope["path"])
        most = self.most if prefix is None else self.prefixes[prefix]
        if _announced(scope) > most:
            await answer(self.render, "body_too_large", 413, scope, send)
            return
        counted = _CountedBody(most, receive, send)
        await counted.run(self.app, scope, self.render)


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return max((int(value) for value in lengths if value.isdigit() and len(value) < 20), default=0)


class _CountedBody:
    """One request whose body is counted as it arrives; past the cap the application sees a client that left."""

    def __init__(self, most: int, receive: Receive, send: Send) -> None:
        self.left = most
        self.started = False
        self._receive = receive
        self._send = send

    async def run(self, app: App, scope: Scope, render: Render) -> None:
        try:
            await app(scope, self.receive, self.send)
        except Exception:
            if self.left >= 0:
                raise
        if self.left < 0 and not self.started:
            await answer(render, "body_too_large", 413, scope, self._send)

    async def receive(self) -> Message:
        if self.left < 0:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.left < 0 and not self.started:
            return
        self.started = True
        await self._send(message)


class AllowedHosts:
    """Only requests for our own names; `*.name` allows every name below it. 421 for others."""

    def __init__(self, app: App, *, hosts: tuple[str, ...], render: Render = bare_problem) -> None:
        self.app = app
        self.names = frozenset(host.lower() for host in hosts if not host.startswith("*."))
        self.below = tuple(host[1:].lower() for host in hosts if host.startswith("*."))
        self.render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._ours(scope["headers"]):
            await self.app(scope, receive, send)
        else:
            await answer(self.render, "unknown_host", 421, scope, send)

    def _ours(self, headers: Headers) -> bool:
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1:
            return False
        name = hosts[0].decode("latin-1").lower()
        name = name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0]
        return name in self.names or name.endswith(self.below)


_ALWAYS: Final[Headers] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-site"),
]
_PRIVATE: Final[Headers] = [(b"cache-control", b"no-store")]
_HSTS: Final[Headers] = [(b"strict-transport-security", b"max-age=31536000; includeSubDomains")]
_EXPOSED: Final = (
    b"Deprecation, ETag, Idempotent-Replayed, Link, Location, Preference-Applied, Retry-After, Server-Timing, Sunset, "
    b"X-Request-Id"
)
_METHODS: Final = b"GET, POST, PUT, PATCH, DELETE"
_ASKED: Final = (
    b"Accept, Accept-Language, Access-Purpose, Authorization, Content-Type, Idempotency-Key, If-Match, Prefer, "
    b"X-Request-Id"
)


class SecurityHeaders:
    """Headers of safety on every answer, and cross-origin reading for exactly the `origins` listed.

    Callers carry bearer tokens and never cookies, so no answer allows credentials. What personal data may stand in
    (`private` prefixes) is never stored by anyone on the way.
    """

    def __init__(
        self,
        app: App,
        *,
        origins: Iterable[str] = (),
        https_only: bool = False,
        private: tuple[str, ...] = ("/v1", "/graphql"),
        render: Render = bare_problem,
    ) -> None:
        self.app = app
        self.origins = frozenset(origin.encode() for origin in origins)
        self.https_only = https_only
        self.private = private
        self.render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        origin = asked.get(b"origin")
        added = self._added(scope, origin)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _over(message.get("headers", ()), added)}
            await send(message)

        if scope["method"] == "OPTIONS" and origin and b"access-control-request-method" in asked:
            await self._preflight(scope, send_safely, allowed=origin in self.origins)
        else:
            await self.app(scope, receive, send_safely)

    def _added(self, scope: Scope, origin: bytes | None) -> Headers:
        added = list(_ALWAYS)
        if scope["path"].startswith(self.private):
            added += _PRIVATE
        if self.https_only or scope.get("scheme") == "https":
            added += _HSTS
        if self.origins:
            added.append((b"vary", b"Origin"))
        if origin in self.origins:
            added += [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED)]
        return added

    async def _preflight(self, scope: Scope, send: Send, *, allowed: bool) -> None:
        if not allowed:
            await answer(self.render, "origin_not_allowed", 403, scope, send)
            return
        headers = [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _ASKED),
            (b"access-control-max-age", b"600"),
        ]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _over(given: Iterable[tuple[bytes, bytes]], added: Headers) -> Headers:
    """Ours replace what the application said, but for `vary`, which adds up."""
    ours = {name for name, _ in added} - {b"vary"}
    return [(name, value) for name, value in given if name.lower() not in ours] + added
