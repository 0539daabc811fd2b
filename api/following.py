"""Following the feed over HTTP: a page at once, a page that is waited for, or a stream of events.

Who waits holds no connection to the database, sits in the process's one waiting room (`hub`), and leaves it when the
caller hangs up or the service stops. An answer that was waited for is journaled once, when it is given.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlencode

from fastapi import FastAPI
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.context import seconds_of_token
from api.errors import language_of, problem
from api.logs import request_id
from api.openapi import uses_of
from api.schemas.changes import ChangesQuery
from domain.acts import Context, Read
from domain.change.model import Batch, Change, Following
from domain.change.use_cases import follow
from domain.nouns import NOUNS
from domain.reading import Noun
from domain.refusals import Refusal

STREAM = "text/event-stream"
HEARTBEAT = 15.0
"""Seconds of silence after which a stream says that it lives."""
LONGEST = 300.0
"""Seconds of one stream; then the caller comes again with `Last-Event-ID` and a token that is in force."""
GONE = frozenset({"scope_changed", "changes_forgotten"})


class Place(Protocol):
    """Of those an account may hold at once."""

    def leave(self) -> None: ...


async def told(request: Request, ctx: Context, query: ChangesQuery) -> Response:
    """The page after the cursor, as the caller wants it told."""
    ctx = ctx if query.via is None else replace(ctx, via=query.via)
    asked = query.following()
    if STREAM in request.headers.get("accept", ""):
        last = request.headers.get("last-event-id")
        return await _stream(request, ctx, asked._replace(cursor=last) if last else asked)
    with showing_the_way(request.app, asked, ctx.via):
        batch = await _waited(request, ctx, asked, query.wait)
    return Response(to_json(page_of(batch)), media_type="application/json")


def page_of(batch: Batch) -> dict[str, Any]:
    return {
        "data": [entry_of(change) for change in batch.changes],
        "page": {"next": batch.next, "more": batch.more},
    }


def entry_of(change: Change) -> dict[str, Any]:
    told = change._asdict()
    return told if change.version is not None else {name: told[name] for name in told if name != "version"}


async def _waited(request: Request, ctx: Context, asked: Following, wait: float) -> Batch:
    """At once where there is something, else when something comes, else empty when the time is over."""
    if not wait or asked.cursor is None:
        return await follow(ctx, asked)
    loop = asyncio.get_running_loop()
    ends = loop.time() + wait
    patient = asked._replace(patient=True)
    while True:
        batch = await follow(ctx, patient)
        left = ends - loop.time()
        if batch.changes or left <= 0:
            break
        patient = patient._replace(cursor=batch.next)
        if not await _something(request, ctx, batch, left):
            break
    return batch if batch.changes else await follow(ctx, patient._replace(patient=False))


async def _something(request: Request, ctx: Context, batch: Batch, seconds: float, *, placed: bool = False) -> bool:
    """Wait in the hub; False where nothing came, the caller hung up, or the service stops."""
    hub = request.app.state.house.hub
    waiting = asyncio.create_task(hub.wait(ctx.actor, batch.watch, batch.place, seconds, placed=placed))
    hung_up = asyncio.create_task(_hung_up(request))
    try:
        await asyncio.wait({waiting, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        return await waiting if waiting.done() else False
    finally:
        await _ended(waiting, hung_up)


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _ended(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# -- a stream of events


async def _stream(request: Request, ctx: Context, asked: Following) -> Response:
    """What refuses, refuses before the stream begins, as a problem like any other.

    A stream has a place in the waiting room from its first event to its last, also while its reader is slow.
    """
    place = request.app.state.house.hub.place(ctx.actor.account_id)
    try:
        with showing_the_way(request.app, asked, ctx.via):
            first = await follow(ctx, asked)
    except BaseException:
        place.leave()
        raise
    return EventStream(_events(request, ctx, asked, first), place)


class EventStream(Response):
    """Events as they come. Who has stopped reading is let go when the stream's time is over."""

    def __init__(self, events: AsyncGenerator[bytes, None], place: Place) -> None:
        super().__init__(media_type=STREAM, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.events = events
        self.place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        try:
            with contextlib.suppress(TimeoutError):  # without its last chunk: broken off, the caller comes again
                async with asyncio.timeout(LONGEST + HEARTBEAT), contextlib.aclosing(self.events) as events:
                    await self._send(events, send)
        finally:
            self.place.leave()

    async def _send(self, events: AsyncIterator[bytes], send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _events(request: Request, ctx: Context, asked: Following, batch: Batch) -> AsyncGenerator[bytes, None]:
    """Each entry an event whose id is its cursor; after a page the place where it ended, which may be further on."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + min(LONGEST, seconds_of_token(request.scope, ctx.now))
    yield b"retry: 1000\n\n" + _written(batch)
    while (left := ends - loop.time()) > 0:
        news = batch.more or await _something(request, ctx, batch, min(HEARTBEAT, left), placed=True)
        if request.app.state.house.hub.closing or await request.is_disconnected():
            return
        if not news:
            yield b": still here\n\n"
        try:
            batch = await follow(ctx, asked._replace(cursor=batch.next, patient=True))
        except Refusal as no:
            yield _ending(request, with_the_way(request.app, no, asked, ctx.via))
            return
        yield _written(batch)


def _written(batch: Batch) -> bytes:
    events = b"".join(
        b"id: %s\nevent: change\ndata: %s\n\n" % (change.cursor.encode(), to_json(entry_of(change)))
        for change in batch.changes
    )
    return events + b"id: %s\nevent: place\ndata: {}\n\n" % batch.next.encode()


def _ending(request: Request, no: Refusal) -> bytes:
    """The stream ends with the problem that an answer would have been."""
    language = language_of(request.headers.get("accept-language"))
    told = problem(no, language=language, instance="/v1/changes", request_id=request_id() or "")
    return b"event: problem\ndata: %s\n\n" % to_json(told)


# -- where to begin anew


@contextlib.contextmanager
def showing_the_way(app: FastAPI, asked: Following, via: str | None) -> Iterator[None]:
    try:
        yield
    except Refusal as no:
        raise with_the_way(app, no, asked, via) from no


def with_the_way(app: FastAPI, no: Refusal, asked: Following, via: str | None) -> Refusal:
    """A cursor that is no use any more names the road on which to begin anew: links, called as they stand."""
    if no.code not in GONE:
        return no
    nouns = {"nouns": ",".join(asked.nouns)} if asked.nouns else {}
    road = {"via": via} if via else {}
    lists = [linked(path, road) for path in ways_to(app, asked.nouns or no.facts["nouns"])]
    return Refusal(no.code, snapshot={"start": linked("/v1/changes", {"start": "now"} | nouns | road), "lists": lists})


def linked(path: str, query: dict[str, str]) -> str:
    """The path with more of a query."""
    return path + ("&" if "?" in path else "?") * bool(query) + urlencode(query, safe=",")


def ways_to(app: FastAPI, nouns: Iterable[str]) -> list[str]:
    """The lists to read anew for these nouns; parts of another noun are included in its list."""
    lists, parts = lists_of(app), parts_of(app)
    ways: dict[str, list[str]] = {}
    for noun in nouns:
        path, included = (lists[noun], []) if noun in lists else (parts[noun][0], [parts[noun][1]])
        ways.setdefault(path, []).extend(included)
    return sorted(path + ("?include=" + ",".join(sorted(parts)) if parts else "") for path, parts in ways.items())


@lru_cache(4)
def lists_of(app: FastAPI) -> dict[str, str]:
    """Noun → the path of its list, read off the routes; of several the one of all its rows, not of a kind of them."""
    found: dict[str, str] = {}
    for (method, path), use in sorted(uses_of(app).items(), key=_plainly):
        noun = use.noun if isinstance(use, Read) else use if isinstance(use, Noun) else None
        if noun is not None and method == "get" and "{" not in path and ":" not in path:
            found.setdefault(noun.name, path)
    return found


def _plainly(item: tuple[tuple[str, str], Any]) -> tuple[bool, int]:
    (_method, path), use = item
    return isinstance(use, Noun), len(path)


@lru_cache(4)
def parts_of(app: FastAPI) -> dict[str, tuple[str, str]]:
    """Noun without a list of its own → the list of the noun whose part it is, and how it is included there."""
    lists = lists_of(app)
    found: dict[str, tuple[str, str]] = {}
    for whole in sorted(lists.keys() & NOUNS.keys(), key=lambda noun: len(lists[noun])):
        for name, relation in NOUNS[whole].relations.items():
            if relation.many and relation.noun not in lists:
                found.setdefault(relation.noun, (lists[whole], name))
    return found
