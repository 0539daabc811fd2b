"""`python -m benchmarks.servers <name> <plan> <port>`: one server on loopback.

*limit*: a bare ASGI app that says to PostgreSQL exactly what ours says, message by message, with the actor worked out
beforehand, and passes the bytes through (rulings 29). *ours*: the service as it is served. *dataloaders*: strawberry as
its documentation teaches it, with the same opening message and journal row.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import uvicorn

from benchmarks.ground import POOL, Ground
from benchmarks.recording import FRESH, SUBJECT, Script
from domain.ids import new_id
from persistence.pools import open_pool


class Planned(NamedTuple):
    """What a server is told at its start."""

    ground: Ground
    scripts: dict[str, Script]


def limit(planned: Planned) -> Any:
    """The bare app."""
    pool: Any = None

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal pool
        if scope["type"] == "lifespan":
            await _living(receive, send)
            return
        pool = pool or await open_pool(planned.ground.service_dsn, POOL)
        _, name, *subject = scope["path"].split("/")
        script = planned.scripts[name]
        if scope["method"] == "POST":
            await receive()
        body = await _replayed(pool, script, UUID(subject[0]) if subject else None)
        body = script.before + body + script.after
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": script.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _replayed(pool: Any, script: Script, subject: UUID | None) -> bytes:
    filled = {SUBJECT: subject, FRESH: new_id()}
    body = b""
    async with pool.acquire() as connection:
        for step in script.steps:
            values = [filled.get(value, value) if type(value) is str else value for value in step.values]
            result = await getattr(connection, step.how)(step.sql, *values)
            if step.answers:
                body = result[0]
    return body


async def _living(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def ours(planned: Planned) -> Any:
    from api.app import create_app
    from api.logs import configure

    configure("info")
    return create_app(planned.ground.settings())


def dataloaders(planned: Planned) -> Any:
    from benchmarks.dataloaders import app

    return app(planned.ground.service_dsn, planned.scripts["graphql-page"].steps[0].sql)


SERVERS: dict[str, Callable[[Planned], Awaitable[None] | Any]] = {
    "limit": limit,
    "ours": ours,
    "dataloaders": dataloaders,
}


def main() -> None:
    name, plan, port = sys.argv[1:]
    made = SERVERS[name](pickle.loads(Path(plan).read_bytes()))
    http: Any = "httptools"
    if name == "ours":
        from api.deadlines import protocol
        from api.errors import render

        http = protocol(render=render)
    config = uvicorn.Config(
        made, port=int(port), http=http, loop="uvloop", log_config=None, access_log=False, server_header=False
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
