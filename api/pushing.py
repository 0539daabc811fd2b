"""A queue of writes, each dispatched to its own route: nothing is written twice, in the code or in the register.

Every write is the act it would be alone: with its own transaction, permission, idempotency key, precondition and
journal row.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from api.directory import Directory, Entry
from api.errors import problem_response
from api.logs import get_logger
from api.openapi import uses_of
from api.schemas.sync import QueuedWrite, SyncPush
from domain.acts import Act
from domain.refusals import Refusal

PASSED_ON = frozenset({b"authorization", b"accept-language", b"acting-as", b"access-purpose", b"prefer", b"host"})
"""Headers of the whole that hold for each write."""


async def pushed(request: Request, queue: SyncPush) -> Response:
    """One write after the other; a refusal stops it, unless told to go on; what is to be sent again, always."""
    results: list[dict[str, Any]] = []
    unmade: dict[str, str] = {}
    for write in queue.writes:
        results.append(await _result(request, write, unmade))
        status = results[-1]["status"]
        if _again(results[-1]) or (status >= 400 and queue.on_refusal == "stop"):
            break
        if status >= 400 and (id := _made_by(write)):
            unmade[id] = write.key
    body = {"results": results, "untried": len(queue.writes) - len(results)}
    return Response(to_json(body), media_type="application/json")


def _again(result: dict[str, Any]) -> bool:
    """At a loss, too busy, or still at it: not refused. Those behind may need it, so they wait."""
    return bool(result["status"] >= 500 or result["status"] == 429 or result["body"].get("code") == "still_running")


def _made_by(write: QueuedWrite) -> str:
    """The id under which a write would make something."""
    return str((write.body or {}).get("id", "")) if write.method == "POST" else ""


def _needed(write: QueuedWrite, unmade: dict[str, str]) -> str | None:
    """The key of a refused write of this queue that would have made what this one names."""
    named = write.path + to_json(write.body).decode()
    return next((key for id, key in unmade.items() if id in named), None)


async def _result(request: Request, write: QueuedWrite, unmade: dict[str, str]) -> dict[str, Any]:
    needed = _needed(write, unmade) if unmade else None
    if needed is not None:
        answer = problem_response(request.scope, Refusal("needed_write_refused", needed=needed))
    else:
        answer = await _answer(request, write)
    told = {
        "key": write.key,
        "status": answer.status_code,
        "replayed": answer.headers.get("idempotent-replayed") == "true",
        "body": json.loads(bytes(answer.body)),
    }
    etag = answer.headers.get("etag")
    return told | ({"etag": etag} if etag else {})


async def _answer(request: Request, write: QueuedWrite) -> Response:
    path, _, query = write.path.partition("?")
    scope = _scope(request.scope, write, path, query)
    try:
        entry, scope["path_params"] = _act(request.app, write.method, path)
        scope["route"] = entry.route
        return await entry.answer(Request(scope, _sends(write)))
    except Refusal as refusal:
        return problem_response(scope, refusal)
    except Exception as fault:  # noqa: BLE001 - of one write: the results of those before it must not be lost
        get_logger().error("fault", exc_info=fault)
        return problem_response(scope, Refusal("internal"))


def _act(app: FastAPI, method: str, path: str) -> tuple[Entry, dict[str, str]]:
    """The act behind a method and path. Raises `not_found` for what is none."""
    directory: Directory = app.state.directory
    found = directory.find(method, path)
    if found is None or (method.lower(), found[0].route.path) not in acts_of(app):
        raise Refusal("not_found")
    return found


@lru_cache(4)
def acts_of(app: FastAPI) -> frozenset[tuple[str, str]]:
    """Method and path of every route that is an act of the domain: sign-in and reads are none."""
    return frozenset(place for place, use in uses_of(app).items() if isinstance(use, Act))


def _scope(whole: Scope, write: QueuedWrite, path: str, query: str) -> Scope:
    headers = [(name, value) for name, value in whole["headers"] if name in PASSED_ON]
    headers += [(b"content-type", b"application/json"), (b"idempotency-key", write.key.encode())]
    headers += [(b"if-match", write.if_match.encode())] if write.if_match else []
    asked = {"method": write.method, "path": path, "raw_path": path.encode(), "query_string": query.encode()}
    return dict(whole) | asked | {"headers": headers, "path_params": {}}


def _sends(write: QueuedWrite) -> Receive:
    body = to_json({} if write.body is None else write.body)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
