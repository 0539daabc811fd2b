"""Hostile requests, made from the contract itself: each with a mark of its own and the codes it may be refused with.

A generator yields (Raw, codes); the mark stands in whatever was sent, so an echo shows.
"""

from __future__ import annotations

import copy
import itertools
import json
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from api.examples import EXAMPLES, UNIT_ID
from domain.ids import new_id
from tests.contract.raw import Raw

JSON_BODY = (b"content-type", b"application/json")
WRONG = {"invalid", "malformed_json"}
FOREIGN = {"not_found", "forbidden"}
CALLERS = {"users": "province_admin", "journal": "inspector"}
CALLERS_OF = {"void_person": "area_officer", "get_access_log": "leader"}
Hostile = tuple[Raw, set[str]]

serial = itertools.count()


def mark() -> str:
    """Eight letters that stand nowhere else."""
    letters, number = "", next(serial)
    for _ in range(5):
        number, rest = divmod(number, 26)
        letters += string.ascii_lowercase[rest]
    return f"qzx{letters}"


FURNISHED = {"auth", "me", "persons", "users", "journal", "units", "reference"}
"""Tags whose examples name what the world of these tests has."""


@dataclass(frozen=True)
class Operation:
    """One operation of the contract with a request that would succeed."""

    id: str
    method: str
    path: str
    caller: str | None
    guarded: bool
    schema: dict[str, Any] | None
    good: Any
    query: tuple[dict[str, Any], ...]
    known: bool
    """Whether the path names something on file."""
    furnished: bool
    """Whether what the example of its body names is on file, and the caller may do it."""
    resolve: Any = field(repr=False)

    @property
    def unknown(self) -> set[str]:
        """What else may be wrong where the contract gives no example of the body, or nothing on file for the path."""
        found = {"invalid", *FOREIGN} if self.schema is not None and not (self.good and self.furnished) else set()
        found |= set() if self.known else FOREIGN
        return found | ({"bad_request"} if any(parameter["required"] for parameter in self.query) else set())

    def raw(self, world: Any, name: str, body: bytes | None = None, *, more: Any = (), query: bytes = b"") -> Raw:
        """The good request, but for what is given."""
        headers = [*more]
        if self.caller and not any(key == b"authorization" for key, _ in headers):
            headers.append((b"authorization", f"Bearer {world.users[self.caller].token}".encode()))
        if self.guarded and not any(key == b"if-match" for key, _ in headers):
            headers.append((b"if-match", b'"1"'))
        sent = body if body is not None else self.encoded() if self.schema else b""
        if self.schema and not any(key == b"content-type" for key, _ in headers):
            headers.append(JSON_BODY)
        target = self.path.encode() + (b"?" + query if query else b"")
        return Raw(f"{self.id}: {name}", self.method.upper(), target, tuple(headers), sent)

    def encoded(self, body: Any = ...) -> bytes:
        return json.dumps(self.good if body is ... else body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def operations(described: dict[str, Any], world: Any, ids: dict[str, Any]) -> list[Operation]:
    """Every operation; `ids` gives a real id for the first noun of a path."""
    found = []
    for path, item in described["paths"].items():
        for method, told in item.items():
            noun = path.split("/")[2].partition(":")[0] if path.startswith("/v1/") else ""
            tag = told["tags"][0]
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            name = body["$ref"].rpartition("/")[2] if body else ""
            found.append(
                Operation(
                    id=told["operationId"],
                    method=method,
                    path=path.replace("{id}", str(ids.get(noun, new_id()))),
                    caller=CALLERS_OF.get(told["operationId"], CALLERS.get(tag, "officer"))
                    if told["security"]
                    else None,
                    guarded={"$ref": "#/components/parameters/IfMatch"} in told["parameters"],
                    schema=described["components"]["schemas"].get(name),
                    good=_placed(copy.deepcopy(EXAMPLES.get(name, {})), world),
                    known="{id}" not in path or noun in ids,
                    furnished=tag in FURNISHED,
                    query=tuple(p for p in told["parameters"] if p.get("in") == "query"),
                    resolve=lambda ref: described["components"]["schemas"][ref.rpartition("/")[2]],
                )
            )
    return found


def _placed(body: Any, world: Any) -> Any:
    if isinstance(body, dict) and body.get("unit_id") == UNIT_ID:
        body["unit_id"] = str(world.units["hoa"])
    return body


def kinds_of(of: Operation, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The alternatives of a schema, references followed."""
    if "$ref" in told:
        yield from kinds_of(of, of.resolve(told["$ref"]))
    elif "anyOf" in told:
        for one in told["anyOf"]:
            yield from kinds_of(of, one)
    else:
        yield told
