"""Hostile conditions, queries, paths and headers around a body that would be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from domain.ids import new_id
from tests.contract.hostile import FOREIGN, Hostile, Operation, kinds_of, mark
from tests.contract.raw import Raw


def unconditioned(of: Operation, world: Any) -> Iterator[Hostile]:
    """If-Match that does not name the version on file."""
    if not of.guarded:
        return
    m = mark().encode()
    headers: dict[str, list[tuple[bytes, bytes]]] = {
        "stale": [(b"if-match", b'"999999"')],
        "star": [(b"if-match", b"*")],
        "weak": [(b"if-match", b'W/"1"')],
        "bare": [(b"if-match", b"1")],
        "mark": [(b"if-match", b'"%b"' % m)],
        "list": [(b"if-match", b'"998", "999"')],
        "empty": [(b"if-match", b"")],
        "not ASCII": [(b"if-match", b'"\xff%b"' % m)],
        "huge": [(b"if-match", b'"' + b"9" * 5000 + b'"')],
    }
    for name, more in headers.items():
        yield (
            of.raw(world, f"If-Match {name}", more=more),
            {"stale_version"} | of.unknown,
        )


def misasked(of: Operation, world: Any) -> Iterator[Hostile]:
    """Queries: unknown, repeated, undecodable, of the wrong kind."""
    m = mark()
    asked: dict[str, tuple[bytes, set[str]]] = {
        "unknown": (f"{m}=1".encode(), {"unknown_parameter"}),
        "unknown beside": (f"q={m}&{m}=1".encode(), {"unknown_parameter"}),
        "bad UTF-8": (f"{m}=%ff%fe".encode(), {"bad_request"}),
        "raw bytes": (b"\xff=" + m.encode(), {"bad_request"}),
        "no value": (m.encode(), {"bad_request", "unknown_parameter"}),
        "a hundred": ("&".join(f"a{n}={m}" for n in range(100)).encode(), {"bad_request"}),
        "endless": (f"{m}={'a' * 100_000}".encode(), {"unknown_parameter", "bad_request"}),
    }
    for parameter in of.query:
        name, kinds = parameter["name"], list(kinds_of(of, parameter["schema"]))
        asked[f"{name} twice"] = (f"{name}={m}&{name}={m}".encode(), {"bad_request"})
        asked[f"{name} NUL"] = (f"{name}=%00{m}".encode(), {"bad_request", "bad_cursor", "invalid"})
        for value in _bad_values(name, kinds, m):
            asked[f"{name}={value[:30]}"] = (f"{name}={value}".encode(), {"bad_request", "bad_cursor"})
    for name, (query, codes) in asked.items():
        yield of.raw(world, f"?{name}", query=query), codes | of.unknown


def _bad_values(name: str, kinds: list[dict[str, Any]], m: str) -> Iterator[str]:
    types, formats = {kind.get("type") for kind in kinds}, {kind.get("format") for kind in kinds}
    if types & {"integer"}:
        most = max(kind.get("maximum", 200) for kind in kinds)
        yield from ("0", "-1", str(most + 1), "1.5", "NaN", "1e2", "9" * 40, m, "", "%20", "0x10", "٣")
    if types & {"boolean"}:
        yield from (m, "2", "", "null")
    if formats & {"uuid"}:
        yield from (m, "", "0" * 36, f"{m}%27%20or%201=1--")
    if formats & {"date"}:
        yield from (m, "2023-02-29", "0000-00-00", "10000-01-01", "")
    if formats & {"date-time"}:
        yield from (m, "2023-02-29T00:00:00Z", "2023-01-01T00:00:00", "0001-01-01T00:00:00%2B14:00", "")
    if any("enum" in kind for kind in kinds) or name in ("sort", "count"):
        yield from (m, f"{m}%27", "NEWEST%20desc;drop%20table%20person")
    if name == "fields":
        yield from (m, f"id,{m}", f"id.{m}", "a" * 2001, f"full_name%27,{m}")
    if name == "include":
        yield from (m, f"unit.{m}", "unit.parent.parent.parent.parent", "a," * 501)
    if name == "cursor":
        yield from (m, "", "%00", "a" * 2001, "AAAA", f"{m}%3D%3D", "e30", "..%2F")


def elsewhere(of: Operation, world: Any) -> Iterator[Hostile]:
    """Paths: ids that are none, ids of others, and what is no path of ours."""
    parts = of.path.split("/")
    places = [place for place, part in enumerate(parts) if len(part) == 36 and part.count("-") == 4]
    for place in places:
        m = mark()
        for text in (m, "0", "00000000-0000-0000-0000-00000000000g", "%00" * 12, "a" * 36, "é" * 18, "'" + m, m * 500):
            path = "/".join([*parts[:place], text, *parts[place + 1 :]])
            yield replace(of, path=path).raw(world, f"id {text[:20]!a}"), {"bad_request", "not_found"}
        path = "/".join([*parts[:place], str(new_id()), *parts[place + 1 :]])
        yield replace(of, path=path).raw(world, "id of nothing"), {*FOREIGN, "invalid"}
    if of.caller:
        for name, value in BAD_TOKENS.items():
            more = [(b"authorization", one.replace(b"MARK", mark().encode())) for one in value]
            yield of.raw(world, f"Authorization: {name}", more=more), {"unauthenticated"} | of.unknown


BAD_TOKENS: dict[str, list[bytes]] = {
    "empty": [b""],
    "no token": [b"Bearer"],
    "basic": [b"Basic TUFSSw=="],
    "mark": [b"Bearer MARK"],
    "three parts": [b"Bearer MARK.MARK.MARK"],
    "not ASCII": [b"Bearer \xff\xfe"],
    "endless": [b"Bearer " + b"a" * 20_000],
    "none algorithm": [b"Bearer eyJhbGciOiJub25lIn0.e30."],
}


def misheaded(of: Operation, world: Any) -> Iterator[Hostile]:
    """Headers of conditions that cannot be read."""
    if not of.caller:
        return
    m = mark().encode()
    right = f"Bearer {world.users[of.caller].token}".encode()
    for name, value in {"mark": m, "empty": b"", "braces": b"{" + m + b"}", "not ASCII": b"\xff" + m}.items():
        yield of.raw(world, f"Acting-As {name}", more=[(b"acting-as", value)]), {"bad_request"}
        yield of.raw(world, f"Access-Purpose {name}", more=[(b"access-purpose", value)]), {"bad_request"}
    keys = {"long": m * 40, "empty": b"", "space": m + b" a", "not ASCII": m + b"\xc3\xa9", "tab": m + b"\ta"}
    for name, value in keys.items():
        yield of.raw(world, f"Idempotency-Key {name}", more=[(b"idempotency-key", value)]), {"bad_request"}
    twice = [(b"authorization", right), (b"authorization", b"Bearer " + m)]
    yield of.raw(world, "two Authorization", more=twice), {"unauthenticated"} | of.unknown
    yield of.raw(world, "two Authorization, ours last", more=twice[::-1]), {"unauthenticated"} | of.unknown
    for name in (b"idempotency-key", b"acting-as", b"access-purpose", b"if-match"):
        yield of.raw(world, f"two {name.decode()}", more=[(name, b"care"), (name, m)]), {"bad_request"}


PATHS = (
    *(
        "/v1/MARK",
        "/v1/persons/",
        "/v1/persons/?q=MARK",
        "//v1/persons",
        "/v1//persons",
        "/v1/persons/../users",
        "/V1/persons",
    ),
    *(
        "/v1/persons;MARK",
        "/v1/persons%00",
        "/v1/persons%2f",
        "/v1/persons:MARK",
        "/v1/persons%3asearch/MARK",
        "/v1/",
        "/MARK",
    ),
    *(
        "/.env",
        "/.git/config",
        "/v1/../../etc/passwd",
        "/v1/%2e%2e/%2e%2e/etc/passwd",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
    ),
    *(
        "/v1/persons/%ff",
        "/v1/persons%0d%0aX-MARK: 1",
        "/graphql/",
        "/graphql/MARK",
        "/admin",
        "/metrics",
        "/v1/units/MARK/lineage",
    ),
    *(
        "/v1/persons/" + "a/" * 500,
        "/v1/" + "a" * 10_000,
        "/static/MARK",
        "/docs/MARK",
        "/health/MARK",
        "/.well-known/MARK",
    ),
)
METHODS = ("PUT", "TRACE", "CONNECT", "OPTIONS", "HEAD", "QZX", "get", "PROPFIND")


def wayward(world: Any) -> Iterator[Hostile]:
    """Paths that are none of ours, and methods that a path does not know."""
    token = (b"authorization", f"Bearer {world.users['officer'].token}".encode())
    for path in PATHS:
        target = path.replace("MARK", mark()).encode()
        yield Raw(f"path: {path[:40]}", "GET", target, (token,)), {"not_found", "bad_request"}
    for method in METHODS:
        for path in (
            b"/v1/persons:search",
            b"/v1/auth/token",
            b"/v1/persons/" + str(new_id()).encode(),
            b"/health/live",
        ):
            target = path + b"?" + mark().encode()
            yield Raw(f"method: {method} {path.decode()}", method, target, (token,)), {"method_not_allowed"}
    hosts = {"none": [], "two": [b"testserver", b"testserver"], "foreign": [b"evil.example"], "mark": [mark().encode()]}
    for name, values in hosts.items():
        headers = tuple((b"host", value) for value in values)
        yield Raw(f"host: {name}", "GET", b"/v1/persons", (token, *headers), host=False), {"unknown_host"}
