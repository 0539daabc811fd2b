"""A client that keeps its own copy of the register by the change feed alone, and one that reads everything anew."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

import httpx2

PATHS = {
    "person": "/v1/persons",
    "person_identifier": "/v1/identifiers",
    "person_phone": "/v1/phones",
    "residence": "/v1/residences",
    "responsibility": "/v1/responsibilities",
    "handover": "/v1/handovers",
    "task": "/v1/tasks",
}
INCLUDED = {"person_identifier": "identifiers", "person_phone": "phones", "residence": "residences"}
KEPT = {
    "person": ("version", "full_name", "occupation", "unit_id"),
    "person_identifier": ("version", "status"),
    "person_phone": ("version", "valid_from"),
    "residence": ("version", "address"),
    "responsibility": ("unit_id", "to_at"),
    "handover": ("version", "state"),
    "task": ("version", "state", "unit_id"),
}
"""What the copy keeps of a row; numbers are masked in lists."""
GONE = (httpx2.TransportError, ConnectionError)
Copy = dict[tuple[str, str], tuple[Any, ...]]


class BeginAnew(Exception):  # noqa: N818 - what the service says
    """410."""


def kept(copy: Copy, noun: str, row: dict[str, Any]) -> None:
    """Put a row into the copy; a voided person and a closed task are no longer in it."""
    key = (noun, row["id"])
    if row.get("voided_at") or row.get("state") in ("done", "dropped"):
        copy.pop(key, None)
    else:
        copy[key] = tuple(row.get(name) for name in KEPT[noun])


@dataclass
class Follower:
    """One user's device."""

    client: Any
    user: Any
    nouns: tuple[str, ...]
    via: str = ""
    copy: Copy = field(default_factory=dict)
    cursor: str | None = None
    snapshots: int = 0
    entries: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, path: str, **query: Any) -> Any:
        """An answer, however often the service must be asked: it may be down, too busy, or the user between two posts."""
        given = query | ({"via": self.via} if self.via else {})
        while True:
            with contextlib.suppress(*GONE):
                reply = await self.client.get(path, params=given, headers=self.user.headers)
                if reply.status_code == 410:
                    raise BeginAnew
                between = reply.status_code == 403 and reply.json()["code"] == "no_appointment"
                if reply.status_code not in (429, 503) and not between:
                    return reply
            await asyncio.sleep(0.1)

    async def follow(self) -> None:
        """Until told to stop and nothing more comes."""
        while not (await self._step() and self.stop.is_set()):
            pass

    async def _step(self) -> bool:
        """Whether the end of the feed was reached."""
        try:
            if self.cursor is None:
                await self._snapshot()
            reply = await self._page(0 if self.stop.is_set() else 1)
            for entry in reply["data"]:
                self.entries += 1
                await self.take(entry)
        except BeginAnew:
            self.cursor = None
            return False
        self.cursor = reply["page"]["next"]
        return not reply["data"]

    async def _page(self, wait: int) -> Any:
        reply = await self.get("/v1/changes", cursor=self.cursor, nouns=",".join(self.nouns), limit=100, wait=wait)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def take(self, entry: dict[str, Any]) -> None:
        key = (entry["noun"], entry["id"])
        if entry["kind"] in ("delete", "left_scope"):
            self.copy.pop(key, None)
            return
        reply = await self.get(f"{PATHS[entry['noun']]}/{entry['id']}")
        assert reply.status_code in (200, 404), reply.text
        if reply.status_code == 404:
            self.copy.pop(key, None)  # it left since; the feed will say so
        else:
            kept(self.copy, entry["noun"], reply.json())

    async def _snapshot(self) -> None:
        """The cursor first, then the lists: what changes in between is told again, and that does no harm."""
        self.snapshots += 1
        reply = await self.get("/v1/changes", start="now", nouns=",".join(self.nouns))
        assert reply.status_code == 200, reply.text
        self.copy = await self.fresh()
        self.cursor = reply.json()["page"]["next"]

    async def fresh(self) -> Copy:
        """Everything in reach, read by lists."""
        copy: Copy = {}
        for noun in self.nouns:
            if noun == "person":
                for voided in ("false", "true"):  # facts of a voided person are still on file
                    await self._persons(copy, voided)
            elif noun not in INCLUDED:
                async for row in self._rows(PATHS[noun], {}):
                    kept(copy, noun, row)
        return copy

    async def _persons(self, copy: Copy, voided: str) -> None:
        parts = [part for part in self.nouns if part in INCLUDED]
        include = {"include": ",".join(INCLUDED[part] for part in parts)} if parts else {}
        async for row in self._rows(PATHS["person"], {"voided": voided} | include):
            kept(copy, "person", row)
            for part in parts:
                for inner in row.get(INCLUDED[part], ()):
                    kept(copy, part, inner)

    async def _rows(self, path: str, query: dict[str, Any]) -> Any:
        cursor: dict[str, str] = {}
        while True:
            reply = await self.get(path, limit=200, **query, **cursor)
            if reply.status_code == 400:  # the reach changed between two pages
                raise BeginAnew
            assert reply.status_code == 200, reply.text
            for row in reply.json()["data"]:
                yield row
            if not (after := reply.json()["page"]["next"]):
                return
            cursor = {"cursor": after}


class Careless(Follower):
    """The control: it does not let go of what left its reach."""

    async def take(self, entry: dict[str, Any]) -> None:
        if entry["kind"] != "left_scope":
            await super().take(entry)
