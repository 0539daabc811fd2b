"""One request at the application's own door, byte for byte: what no well-mannered client library would send."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple
from urllib.parse import unquote

from pydantic_core import from_json

CHUNK = 64 * 1024
callers = itertools.count(1)


class Raw(NamedTuple):
    """A request as it would travel."""

    name: str
    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    host: bool = True


class Told(NamedTuple):
    """An answer as it travelled."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        found = [value.decode("latin-1") for key, value in self.headers if key.lower() == name.encode()]
        return found[0] if found else None

    def json(self) -> Any:
        return from_json(self.body)


async def send(app: Any, asked: Raw) -> Told:
    """Each request comes from an address of its own, so that no delay of one touches the next."""
    path, _, query = asked.target.partition(b"?")
    turn = next(callers)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "root_path": "",
        "query_string": query,
        "headers": [*([(b"host", b"testserver")] if asked.host else ()), *asked.headers],
        "client": (f"203.0.{turn // 250 % 250}.{turn % 250 + 1}", 40_000),
        "server": ("testserver", 80),
        "state": {},
    }
    chunks = [asked.body[at : at + CHUNK] for at in range(0, len(asked.body), CHUNK)] or [b""]
    coming = iter(enumerate(chunks, 1))
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        place, chunk = next(coming, (0, b""))
        if not place:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": place < len(chunks)}

    async def keep(message: Any) -> None:
        said.append(message)

    await app(scope, receive, keep)
    start = next(message for message in said if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in said if message["type"] == "http.response.body")
    return Told(start["status"], tuple((bytes(k), bytes(v)) for k, v in start["headers"]), body)
