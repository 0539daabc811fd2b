"""One request straight at the application: no client library between the test and the bytes."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class Reply(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


async def knock(app: Any, method: str, target: str, headers: dict[str, str], body: Any = None) -> Reply:
    """The reply, whatever it is; an exception that leaves the application is kept out (the reply is the 500)."""
    path, _, query = target.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    given = {"host": "testserver", "content-length": str(len(content))} | {k.lower(): v for k, v in headers.items()}
    if body is not None:
        given.setdefault("content-type", "application/json")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("203.0.113.7", 4711),
        "server": ("testserver", 80),
    }
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    try:
        await app(scope, receive, send)
    except Exception:
        if not told:
            raise
    headed = tuple((name.decode().lower(), value.decode()) for name, value in told[0].get("headers", ()))
    return Reply(told[0]["status"], headed, b"".join(message.get("body", b"") for message in told[1:]))
