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
UNREAD = {"malformed_json", "json_too_deep", "json_duplicate_key", "json_number_too_long"}
WRONG = {"invalid", "malformed_json"}
SIGN_IN = {"wrong_credentials", "invalid_grant", "invalid_client", "unsupported_grant_type"}
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
    resolve: Any = field(repr=False)

    @property
    def unknown(self) -> set[str]:
        """What else may be wrong where the contract gives no example of the body, or nothing on file for the path."""
        found = {"invalid", *FOREIGN} if self.schema is not None and not self.good else set()
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
                    query=tuple(p for p in told["parameters"] if p.get("in") == "query"),
                    resolve=lambda ref: described["components"]["schemas"][ref.rpartition("/")[2]],
                )
            )
    return found


def _placed(body: Any, world: Any) -> Any:
    if isinstance(body, dict) and body.get("unit_id") == UNIT_ID:
        body["unit_id"] = str(world.units["hoa"])
    return body


# -- bodies


def unreadable(of: Operation, world: Any) -> Iterator[Hostile]:
    """What no JSON reader should take."""
    m = mark()
    good, first = of.encoded(), next(iter(of.schema["properties"]))
    value = f'{{"{first}": %s, "{m}": "{m}"}}'
    texts: dict[str, tuple[bytes, str]] = {
        "truncated": (good[:-1] + m.encode(), "malformed_json"),
        "trailing": (good + m.encode(), "malformed_json"),
        "two documents": (good + good, "malformed_json"),
        "empty": (b"", "malformed_json"),
        "only spaces": (b"   ", "malformed_json"),
        "bad UTF-8": (b'{"%b": "%b\xff"}' % (first.encode(), m.encode()), "malformed_json"),
        "overlong UTF-8": (b'{"%b": "%b\xc0\xaf"}' % (first.encode(), m.encode()), "malformed_json"),
        "raw surrogate": (b'{"%b": "%b\xed\xa0\x80"}' % (first.encode(), m.encode()), "malformed_json"),
        "byte order mark": (b"\xef\xbb\xbf" + good, "malformed_json"),
        "UTF-16": (good.decode().encode("utf-16"), "malformed_json"),
        "UTF-32": (good.decode().encode("utf-32"), "malformed_json"),
        "lone surrogate": ((value % f'"{m}\\ud800"').encode(), "malformed_json"),
        "reversed surrogates": ((value % f'"{m}\\udc00\\ud800"').encode(), "malformed_json"),
        "NUL": ((value % f'"{m}\\u0000"').encode(), "malformed_json"),
        "raw control": ((value % f'"{m}\x01"').encode(), "malformed_json"),
        "NaN": ((value % "NaN").encode(), "malformed_json"),
        "Infinity": ((value % "-Infinity").encode(), "malformed_json"),
        "past the largest float": ((value % "1e999").encode(), "malformed_json"),
        "digits without end": ((value % ("9" * 5000)).encode(), "json_number_too_long"),
        "hexadecimal": ((value % "0x1F").encode(), "malformed_json"),
        "leading zero": ((value % "0123").encode(), "malformed_json"),
        "single quotes": (f"{{'{first}': '{m}'}}".encode(), "malformed_json"),
        "comment": (good[:-1] + f"/* {m} */}}".encode(), "malformed_json"),
        "trailing comma": (good[:-1] + b",}", "malformed_json"),
        "deep arrays": ((value % ("[" * 10_000 + "]" * 10_000)).encode(), "json_too_deep"),
        "deep objects": ((value % ('{"a":' * 5_000 + "1" + "}" * 5_000)).encode(), "json_too_deep"),
        "unclosed depth": (b'{"a":[' * 20_000, "json_too_deep"),
        "a key twice": (f'{{"{first}": "{m}", "{first}": "{m}"}}'.encode(), "json_duplicate_key"),
        "a key twice, escaped": (
            f'{{"{first}": "{m}", "\\u{ord(first[0]):04x}{first[1:]}": "{m}"}}'.encode(),
            "json_duplicate_key",
        ),
        "form": (f"{first}={m}".encode(), "malformed_json"),
        "XML": (f"<{first}>{m}</{first}>".encode(), "malformed_json"),
    }
    for name, (body, code) in texts.items():
        yield of.raw(world, name, body), {code}


def misshapen(of: Operation, world: Any) -> Iterator[Hostile]:
    """JSON, but not what the operation takes."""
    m = mark()
    shapes = {
        "null": None,
        "array": [of.good],
        "empty array": [],
        "text": m,
        "number": 7,
        "truth": True,
        "unknown field": of.good | {m: m},
        "unknown field with a pointer in it": of.good | {f"/{m}~1/0": 1},
        "prototype": of.good | {"__proto__": {m: m}},
    }
    for name in of.schema.get("required", ()):
        shapes[f"without {name}"] = {key: value for key, value in of.good.items() if key != name}
        shapes[f"null for {name}"] = of.good | {name: None}
    if of.schema.get("required"):
        shapes["empty object"] = {}
    for name, body in shapes.items():
        yield of.raw(world, name, of.encoded(body)), {"invalid"}


def misread(of: Operation, world: Any) -> Iterator[Hostile]:
    """Right JSON under a wrong name, or too much of it."""
    m = mark()
    medias: dict[str, list[bytes]] = {
        "no media type": [b""],
        "text": [b"text/plain"],
        "form": [b"application/x-www-form-urlencoded"],
        "multipart": [b"multipart/form-data; boundary=" + m.encode()],
        "XML": [b"application/xml"],
        "garbage": [m.encode() + b"/\xff"],
        "nearly": [b"application/jsonx"],
    }
    for name, values in medias.items():
        headers = [(b"content-type", value) for value in values]
        yield of.raw(world, f"media type: {name}", more=headers), {"unsupported_media_type"}
    yield of.raw(world, "10 MB", b'{"%b": "%b"}' % (m.encode(), m.encode() * 1_310_720)), {"body_too_large"}
    announced = [(b"content-length", b"99999999999")]
    yield of.raw(world, "10 MB announced", more=announced), {"body_too_large"}


def kinds_of(of: Operation, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The alternatives of a schema, references followed."""
    if "$ref" in told:
        yield from kinds_of(of, of.resolve(told["$ref"]))
    elif "anyOf" in told:
        for one in told["anyOf"]:
            yield from kinds_of(of, one)
    else:
        yield told


def miswritten(of: Operation, world: Any) -> Iterator[Hostile]:
    """Each field in turn with values of a wrong kind."""
    for name, told in of.schema["properties"].items():
        kinds = list(kinds_of(of, told))
        for label, value in _values(kinds):
            yield of.raw(world, f"{name}: {label}", of.encoded(of.good | {name: value})), WRONG | of.unknown


def _values(kinds: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    m = mark()
    types = {kind.get("type") for kind in kinds}
    formats = {kind.get("format") for kind in kinds}
    if "object" not in types:
        yield "an object", {m: m}
    if "array" not in types:
        yield "an array", [m]
    else:
        yield "a text", m
        yield "ten thousand entries", [m] * 10_000
    if "string" in types:
        yield "a number", 7
        yield "a truth", True
        yield "a huge number", 10**31
    if "integer" in types:
        for label, value in {"text": m, "digits": "7", "fraction": 1.5, "huge": 10**31, "below": -1}.items():
            yield label, value
    if "boolean" in types:
        for label, value in {"text": m, "word": "true", "one": 1, "zero": 0}.items():
            yield label, value
    if formats & {"date"}:
        for text in DATES:
            yield f"date {text}", text.replace("MARK", m)
    if formats & {"date-time"}:
        for text in INSTANTS:
            yield f"instant {text}", text.replace("MARK", m)
    if formats & {"uuid"}:
        for text in IDS:
            yield f"id {text[:40]}", text.replace("MARK", m)
    if any("enum" in kind for kind in kinds):
        yield "no such word", m
        yield "capitals", next(kind["enum"][0] for kind in kinds if "enum" in kind).upper()
        yield "no word", ""
    most = [kind["maxLength"] for kind in kinds if "maxLength" in kind]
    if most:
        yield "one too long", m + "a" * (max(most) - 7)


DATES = (
    *("2023-02-29", "0000-00-00", "2023-13-01", "2023-1-1", "20230101", "2023-01-01T00:00:00Z", "01/02/2023", "today"),
    *(
        "2023-01-01 ",
        " 2023-01-01",
        "-2023-01-01",
        "+002023-01-01",
        "10000-01-01",
        "2023-W01-1",
        "MARK",
        "",
        "1672531200",
    ),
    "２０２３-01-01",
)
INSTANTS = (
    *("2023-01-01T00:00:00", "2023-02-29T00:00:00Z", "2023-01-01T25:00:00Z", "2023-01-01T00:00:00+99:00", "2023-01-01"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1672531200", "MARK", "", "now"),
)
IDS = ("MARK", "", "0", "00000000-0000-0000-0000-00000000000g", "../../etc/passwd", "1 or 1=1", "MARK" * 100)


BAD_TEXT = {
    "direction override": "{m}\u202ea",
    "zero width": "{m}\u200ba",
    "isolate": "{m}\u2066a",
    "control": "{m}\u0007a",
    "escape": "{m}\x1b[31m",
    "delete": "{m}\u007fa",
    "interlinear": "{m}\ufff9a",
    "only spaces": "   ",
    "only zero width": "\u200b\u200b",
    "empty": "",
    "a mask": "{m}•••",
}
BAD_NAME = {
    "Cyrillic among Latin": "{m} Nguy\u0435n",
    "Greek among Latin": "{m} \u0391n",
    "digits": "{m} 2",
    "line break": "{m}\na",
    "private use": "{m}\ue000",
    "only marks": "\u0301\u0301",
}


def ill_worded(of: Operation, world: Any) -> Iterator[Hostile]:
    """Texts and names that are stored: disguises, controls, twins of other scripts."""
    for name in of.schema["properties"] if of.good else ():
        texts = BAD_TEXT | (BAD_NAME if name == "full_name" else {})
        if name not in ("full_name", "native_place", "occupation", "address", "issued_by", "reason", "display_name"):
            continue
        for label, text in texts.items():
            m = mark()
            body = of.good | {name: text.replace("{m}", m)}
            yield of.raw(world, f"{name}: {label}", of.encoded(body)), {"invalid"} | of.unknown


def numbers(of: Operation, world: Any) -> Iterator[Hostile]:
    """Numbers of papers and phones that no authority or operator gives."""
    if of.id not in ("record_identifier", "amend_identifier", "record_phone", "amend_phone", "search_persons"):
        return
    places = {"search_persons": ("phone",)}.get(of.id, ("number",))
    for place in places:
        for text in ("{m}", "12", "1" * 40, "••••3456", "079\u202e201001234", "٠٧٩٢٠١٠٠١٢٣٤", "", " ", "-1", "1e10"):
            body = of.good | {place: text.replace("{m}", mark())}
            body |= {"kind": "personal_id"} if "identifier" in of.id else {}
            yield of.raw(world, f"{place}: {text[:12]!a}", of.encoded(body)), {"invalid"}


# -- conditions, queries, paths, headers


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
        yield from ("0", "-1", "201", "1.5", "NaN", "1e2", "9" * 40, m, "", "%20", "0x10", "٣")
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
    from dataclasses import replace

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


def mutated(of: Operation, world: Any, random: Any) -> Raw:
    """The good request with a few bytes of its body, query or headers changed; what is right after all only checks."""
    body = bytearray(of.encoded())
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at = random.randrange(len(body) + 1)
        match random.randrange(4):
            case 0:
                body[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                body[at:at] = random.choice(PIECES)
            case 2:
                del body[at : at + random.randrange(1, 9)]
            case _:
                body[at:at] = body[at : at + random.randrange(1, 40)]
    query = (
        b"" if random.randrange(3) else random.choice((b"fields=", b"include=", b"via=", b"")) + random.choice(PIECES)
    )
    more = [(b"prefer", b"validate-only")]
    if not random.randrange(4):
        more.append(
            (
                random.choice((b"if-match", b"accept-language", b"access-purpose", b"x-request-id")),
                random.choice(PIECES),
            )
        )
    return of.raw(world, "mutated", bytes(body), more=more, query=query.replace(b" ", b"%20"))


PIECES = (
    *(
        b"null",
        b"{}",
        b"[]",
        b'""',
        b"\\u0000",
        b"\\ud800",
        b"\xff",
        b"\xe2\x80\xae",
        b"\xe2\x80\x8b",
        b"-0",
        b"1e308",
        b"1E999",
    ),
    *(
        b"2023-02-29",
        b"0000-00-00",
        b"9" * 40,
        b"true",
        b'"id":',
        b",",
        b":",
        b'"',
        b"\\",
        b"\x00",
        b"\xcc\x81",
        b"'--",
        b"%s",
        b"${x}",
    ),
    *(b"\xd0\xb5", b"[[[[[[[[", b'{"":{"":', b"..", b"%00", b"*", b'W/"1"', b"\xf0\x9f\x98\x80", b"NaN", b"\xc0\x80"),
)
