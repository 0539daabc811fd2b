"""Hostile bodies: unreadable, of a wrong shape, of a wrong kind, wrongly worded, mutated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract.hostile import WRONG, Hostile, Operation, kinds_of, mark
from tests.contract.raw import Raw


def unreadable(of: Operation, world: Any) -> Iterator[Hostile]:
    """What no JSON reader should take."""
    m = mark()
    good, first = of.encoded(), next(iter(of.schema.get("properties", ())), "first")
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


def miswritten(of: Operation, world: Any) -> Iterator[Hostile]:
    """Each field in turn with values of a wrong kind."""
    for name, told in of.schema.get("properties", {}).items():
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
    for name in of.schema.get("properties", {}) if of.good else ():
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
