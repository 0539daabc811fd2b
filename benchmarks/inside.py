"""Our application without a server around it: one request at a time, in this process."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from api.app import create_app
from api.logs import configure
from benchmarks.ground import Ground


@dataclass(frozen=True)
class House:
    """The opened application and its store."""

    app: Any
    register: Any


@asynccontextmanager
async def opened(ground: Ground) -> AsyncIterator[House]:
    app = create_app(ground.settings())
    configure("info", pretty=False, stream=io.StringIO())
    async with app.router.lifespan_context(app):
        yield House(app, app.state.house.register)


def scope_of(request: bytes) -> tuple[dict[str, Any], bytes]:
    """The ASGI scope and the body of a raw request."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.split(b" ")
    path, _, query = target.partition(b"?")
    pairs = (line.partition(b": ") for line in lines)
    headers = [(name.lower(), value) for name, _, value in pairs]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.decode(),
        "scheme": "http",
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    return scope, body


async def sent(app: Any, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request."""
    scope, body = scope_of(request)
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
    return messages[0]["status"], headers, b"".join(part.get("body", b"") for part in messages[1:])
