"""A phone that queues writes while it has no signal, and a line that loses, repeats and reorders.

The pattern of docs/integrators.md, "Working without a signal": what stands here is what a frontend does.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import httpx2

from domain.ids import new_id

AT_ONCE = 5
"""Writes of one push; the service takes fifty."""


class BadLine(httpx2.AsyncBaseTransport):
    """Between client and service: a request is lost, its answer is lost, it comes twice, or it comes late."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, chance: random.Random) -> None:
        self.inner, self.chance, self.off = inner, chance, False
        self.happened = dict.fromkeys(("lost", "answer_lost", "twice", "late"), 0)
        self.late: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        kind = "" if self.off else self.chance.choice(("", "", "lost", "answer_lost", "twice", "late"))
        if kind:
            self.happened[kind] += 1
        if kind in ("lost", "late"):
            self.late += [_copy(request)] if kind == "late" else []
            raise httpx2.ConnectError("no signal", request=request)
        if kind == "twice":
            await self._sent(_copy(request))
        answer = await self._sent(request)
        await self._deliver()
        if kind == "answer_lost":
            raise httpx2.ReadError("no signal", request=request)
        return answer

    async def _sent(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self.inner.handle_async_request(request)
        await answer.aread()
        return answer

    async def _deliver(self) -> None:
        """What was held up arrives now, behind what was sent after it."""
        while self.late and self.chance.random() < 0.7:
            await self._sent(self.late.pop(self.chance.randrange(len(self.late))))


def _copy(request: httpx2.Request) -> httpx2.Request:
    return httpx2.Request(request.method, request.url, headers=request.headers, content=request.content)


def _again(status: int, body: dict[str, Any]) -> bool:
    """Too busy, or the same request still runs: ask again, unchanged."""
    return status in (429, 503) or (status == 409 and body.get("code") == "still_running")


@dataclass
class Write:
    """One thing the officer did. Its key and the ids in it are made once, on the phone, before the first try."""

    method: str
    path: str
    body: dict[str, Any]
    of: str | None = None
    """The resource whose version it needs."""
    key: str = field(default_factory=lambda: new_id().hex)

    def queued(self, versions: dict[str, str]) -> dict[str, Any]:
        match = {"if_match": versions[self.of]} if self.of else {}
        return {"key": self.key, "method": self.method, "path": self.path, "body": self.body} | match


@dataclass
class Phone:
    """A queue that survives everything, the versions known, and what was refused and needs the officer."""

    client: httpx2.AsyncClient
    headers: dict[str, str]
    queue: list[Write] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[Write, str]] = field(default_factory=list)
    tries: int = 0

    def record(self, path: str, body: dict[str, Any]) -> str:
        """Something new, under an id of the phone's own: what follows may name it before it was ever sent."""
        id = str(new_id())
        self.queue.append(Write("POST", path, {"id": id} | body))
        return id

    def amend(self, path: str, id: str, body: dict[str, Any]) -> None:
        self.queue.append(Write("PATCH", f"{path}/{id}", body, of=id))

    async def send(self) -> None:
        """One by one, in order: the next only when the one before was answered."""
        while self.queue:
            write = self.queue[0]
            answer = await self._until_answered(lambda write=write: self._single(write))
            await self._settle(write, answer.status_code, answer.json(), answer.headers.get("etag"))

    async def push(self) -> None:
        """All at once: the answer says of each what became of it; the rest is sent again."""
        while self.queue:
            # a write on a version that an earlier one of the queue makes waits for the next round
            batch = [w for place, w in enumerate(self.queue) if self._can_go(place, w)][:AT_ONCE]
            writes = [write.queued(self.versions) for write in batch]
            answer = await self._until_answered(lambda writes=writes: self._pushed(writes))
            for write, told in zip(batch, answer.json()["results"], strict=False):
                if not _again(told["status"], told["body"]):
                    await self._settle(write, told["status"], told["body"], told.get("etag"))

    def _can_go(self, place: int, write: Write) -> bool:
        before = {w.body.get("id") or w.of for w in self.queue[:place]}
        return write.of is None or (write.of in self.versions and write.of not in before)

    async def _single(self, write: Write) -> httpx2.Response:
        given = self.headers | {"Idempotency-Key": write.key}
        given |= {"If-Match": self.versions[write.of]} if write.of else {}
        return await self.client.request(write.method, write.path, json=write.body, headers=given)

    async def _pushed(self, writes: list[dict[str, Any]]) -> httpx2.Response:
        return await self.client.post(
            "/v1/sync/push", json={"writes": writes, "on_refusal": "go_on"}, headers=self.headers
        )

    async def _until_answered(self, ask: Any) -> httpx2.Response:
        """The same again, with the same key: whatever arrived before has its effect once."""
        while True:
            self.tries += 1
            try:
                answer = await ask()
            except httpx2.TransportError:
                await asyncio.sleep(0)
                continue
            if not _again(answer.status_code, answer.json()):
                return answer  # type: ignore[no-any-return]

    async def _settle(self, write: Write, status: int, body: dict[str, Any], etag: str | None) -> None:
        self.queue.remove(write)
        id = write.of or str(write.body.get("id"))
        if status in (200, 201):
            self.versions[id] = etag or self.versions.get(id, "")
        else:
            self.refused.append((write, body["code"]))
            self.versions[id] = body.get("current", self.versions.get(id, ""))
