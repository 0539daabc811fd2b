"""What tests of exports share: a worker's hand, a list asked for, a file fetched and read again."""

from __future__ import annotations

import csv
import io
import json
from contextlib import asynccontextmanager
from typing import Any

from api.context import local_now
from api.exported import again
from persistence.exporting import Exporter
from persistence.pools import open_pool
from tests.conftest import LOGINS


@asynccontextmanager
async def exporter(world: Any, server: Any, clone: str) -> Any:
    """The worker, under its own login."""
    pool = await open_pool(server.dsn(clone, "app_worker", LOGINS.worker), 3)
    try:
        yield Exporter(pool, world.house.register.sealer, world.house.register.cursors, again)
    finally:
        await pool.close()


class Counter:
    """Where lists are taken out, and the worker behind it."""

    def __init__(self, world: Any, hand: Exporter, now: Any = local_now) -> None:
        self.world = world
        self.hand = hand
        self.now = now

    async def work(self) -> int:
        return await self.hand.work(self.now)

    async def ask(self, user: str, collection: str = "persons", purpose: str | None = "report", **body: Any) -> Any:
        """POST /v1/exports; the answer."""
        headers = {"Access_Purpose": purpose} if purpose else {}
        if key := body.pop("key", None):
            headers["Idempotency_Key"] = key
        return await self.world.call(user, "POST", "/v1/exports", {"collection": collection} | body, **headers)

    async def job(self, user: str, id: str) -> Any:
        return (await self.world.get(user, f"/v1/exports/{id}")).json()

    async def made(self, user: str, collection: str = "persons", **body: Any) -> Any:
        """The job as the worker left it."""
        asked = await self.ask(user, collection, **body)
        assert asked.status_code == 202, asked.text
        await self.work()
        return await self.job(user, asked.json()["id"])

    async def fetch(self, user: str, id: str) -> Any:
        return await self.world.get(user, f"/v1/exports/{id}/content")

    async def decide(self, user: str, job: Any, to: str) -> Any:
        path = f"/v1/exports/{job['id']}/transitions"
        return await self.world.call(user, "POST", path, {"to": to}, If_Match=f'"{job["version"]}"')

    async def file(self, user: str, collection: str = "persons", **body: Any) -> bytes:
        """The bytes of an export, made and fetched."""
        job = await self.made(user, collection, **body)
        assert job["state"] == "done", job
        got = await self.fetch(user, job["id"])
        assert got.status_code == 200, got.text
        return bytes(got.content)


def table(content: bytes) -> tuple[list[str], list[list[str]], str]:
    """Head, rows and watermark of a CSV."""
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows, mark = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return head, rows, mark[0]


def lines(content: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Objects and the closing line of JSON Lines."""
    *rows, last = [json.loads(line) for line in content.splitlines()]
    return rows, last["_export"]
