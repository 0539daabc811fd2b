"""What is measured: the same requests for every server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.ground import Ground

PAGE = """query Page($first: Int!) {
  persons(first: $first) {
    nodes {
      id fullName gender bornOn occupation
      residences(first: 5) { nodes { id kind address validFrom validTo } }
      identifiers(first: 5) { nodes { id kind number issuedOn status } }
      phones(first: 5) { nodes { id number belongsTo } }
    }
    pageInfo { hasNextPage }
  }
}"""
COMMON_NAME = "nguyễn văn đức"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Operation:
    """One kind of request: who sends it, what it is, and the CPU ratio to the limit that it shall reach."""

    name: str
    level: str
    method: str
    paths: Callable[[Ground], list[str]]
    body: Callable[[Ground], bytes] = lambda _ground: b""
    reach: float = 0.75

    def requests(self, ground: Ground, token: str, path: str | None = None) -> list[bytes]:
        """The raw requests of one client, to be sent in turn; `path` replaces the beginning of ours for the limit."""
        body = self.body(ground)
        head = "Host: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Bearer " + token
        head += f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}" if body else ""
        return [f"{self.method} {at} HTTP/1.1\r\n{head}\r\n\r\n".encode() + body for at in self._at(ground, path)]

    def _at(self, ground: Ground, path: str | None) -> list[str]:
        ours = self.paths(ground)
        if path is None:
            return ours
        return [f"{path}/{subject_of(at) or ''}".rstrip("/") for at in ours]


def subject_of(path: str) -> str | None:
    """The person a path names."""
    parts = path.partition("?")[0].split("/")
    return parts[3] if len(parts) > 3 else None


def _details(ground: Ground) -> list[str]:
    return [f"/v1/persons/{id}?include=identifiers,phones,residences" for id in ground.readers]


def _residence(ground: Ground) -> bytes:
    facts = {"kind": "current", "unit_id": ground.ward, "address": "số 1, tổ 2", "valid_from": "2026-01-05"}
    return json.dumps(facts).encode()


def _asked(_ground: Ground) -> bytes:
    return json.dumps({"query": PAGE, "variables": {"first": 50}}).encode()


def _searched(_ground: Ground) -> bytes:
    return json.dumps({"q": COMMON_NAME}).encode()


def _list(_ground: Ground) -> list[str]:
    return ["/v1/persons"]


OPERATIONS = (
    Operation("list commune", "commune", "GET", _list),
    Operation("list province", "province", "GET", _list),
    Operation("list country", "country", "GET", _list),
    Operation("detail", "commune", "GET", _details),
    Operation("search province", "province", "POST", lambda _ground: ["/v1/persons:search"], _searched),
    Operation(
        "write residence",
        "elsewhere",
        "POST",
        lambda ground: [f"/v1/persons/{id}/residences" for id in ground.writable],
        _residence,
        reach=0.60,
    ),
    Operation("graphql page", "commune", "POST", lambda _ground: ["/graphql"], _asked, reach=0.90),
)
