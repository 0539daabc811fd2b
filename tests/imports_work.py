"""What tests of imports share: a worker's hand, a file sent, a preview, a commit."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from api.context import local_now
from persistence.importing import Importer
from persistence.pools import open_pool
from tests.conftest import LOGINS

HEADERS = {"content-type": "application/octet-stream"}


@asynccontextmanager
async def importer(world: Any, server: Any, clone: str) -> Any:
    """The worker, under its own login."""
    pool = await open_pool(server.dsn(clone, "app_worker", LOGINS.worker), 3)
    try:
        yield Importer(pool, world.house.register.sealer, world.house.register.cursors)
    finally:
        await pool.close()


class Desk:
    """One who imports, and the worker beside them."""

    def __init__(self, world: Any, hand: Importer, user: str = "officer", now: Any = local_now) -> None:
        self.world = world
        self.hand = hand
        self.user = user
        self.now = now

    async def work(self) -> int:
        return await self.hand.work(self.now)

    async def send(self, content: bytes | str, kind: str = "persons", format: str = "csv", **query: Any) -> Any:
        """POST /v1/imports; the answer."""
        body = content.encode() if isinstance(content, str) else content
        headers = HEADERS | self.world.users[self.user].headers
        if purpose := query.pop("purpose", None):
            headers["Access-Purpose"] = purpose
        if key := query.pop("key", None):
            headers["Idempotency-Key"] = key
        asked = urlencode({"kind": kind, "format": format} | query)
        return await self.world.client.post(f"/v1/imports?{asked}", content=body, headers=headers)

    async def previewed(self, content: bytes | str, kind: str = "persons", format: str = "csv", **query: Any) -> Any:
        """The job as the worker left it."""
        sent = await self.send(content, kind, format, **query)
        assert sent.status_code == 202, sent.text
        await self.work()
        return await self.job(sent.json()["id"])

    async def job(self, id: str) -> Any:
        return (await self.world.get(self.user, f"/v1/imports/{id}")).json()

    async def move(self, job: Any, to: str, **more: Any) -> Any:
        path = f"/v1/imports/{job['id']}/transitions"
        return await self.world.call(self.user, "POST", path, {"to": to} | more, If_Match=f'"{job["version"]}"')

    async def commit(self, job: Any) -> Any:
        """The preview done, and the job after it."""
        moved = await self.move(job, "loading", fingerprint=job["fingerprint"])
        assert moved.status_code == 200, moved.text
        await self.work()
        return await self.job(job["id"])

    async def undo(self, job: Any) -> Any:
        moved = await self.move(job, "undoing")
        assert moved.status_code == 200, moved.text
        await self.work()
        return await self.job(job["id"])

    async def rows(self, job: Any, **query: Any) -> list[Any]:
        asked = urlencode({"import_id": job["id"], "limit": 200} | query)
        return (await self.world.get(self.user, f"/v1/import-rows?{asked}")).json()["data"]


def csv(
    *rows: str, header: str = "Mã hồ sơ,Họ và tên,Ngày sinh,Giới tính,Số định danh cá nhân,Điện thoại,Nơi ở hiện tại"
) -> str:
    return "\n".join([header, *rows]) + "\n"
