"""Hostile documents and variables for POST /graphql, made from the schema itself; the mark never stands in an alias.

An alias is the one text of the caller's that GraphQL gives back: it is the key of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLScalarType, get_named_type, is_leaf_type
from strawberry.utils.str_converters import to_camel_case

from api.examples import EXAMPLES
from api.graphql.schema import schema
from tests.contract.hostile import JSON_BODY, mark
from tests.contract.raw import Raw

CORE = schema._schema
ANYTHING: set[str] = set()
"""What a GraphQL answer may be refused with is judged by its form."""
LITERALS = (
    '"{m}"',
    "7",
    "-1.5",
    "true",
    "{m}",
    "[]",
    '["{m}"]',
    "{{}}",
    '{{{m}: "{m}"}}',
    "null",
    "9" * 40,
    '"\\u0000{m}"',
    "$v",
)
BAD_VALUES = ("{m}", "", 7, -1, 1.5, True, [], ["{m}"], {"{m}": "{m}"}, 10**31, "2023-02-29", "\u202e{m}", "a" * 5000)
MODERN = (b"accept", b"application/graphql-response+json")


def asked(world: Any, name: str, body: Any, *, user: str = "officer", more: Any = (), method: str = "POST") -> Raw:
    """One request at the door."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = [(b"authorization", f"Bearer {world.users[user].token}".encode()), *more]
    if not any(key == b"content-type" for key, _ in headers):
        headers.append(JSON_BODY)
    return Raw(f"graphql: {name}", method, b"/graphql", tuple(headers), sent)


def literals(world: Any) -> Iterator[tuple[Raw, set[str]]]:
    """Every argument of every root field with literals of a wrong kind."""
    for kind, root in (("query", CORE.query_type), ("mutation", CORE.mutation_type)):
        for name, field in root.fields.items():
            leaf = "" if is_leaf_type(get_named_type(field.type)) else " {__typename}"
            for argument in field.args:
                for literal in LITERALS:
                    m = mark()
                    text = f"{kind} {{{name}({argument}: {literal.format(m=m)}){leaf}}}"
                    yield asked(world, f"{name}({argument}: {literal[:12]})", {"query": text}), ANYTHING


def variables(world: Any) -> Iterator[tuple[Raw, set[str]]]:
    """Every field of every input object, and every scalar argument, with wrong values in variables."""
    for kind, root in (("query", CORE.query_type), ("mutation", CORE.mutation_type)):
        for name, field in root.fields.items():
            for argument, told in field.args.items():
                for label, value in _wrong(told.type):
                    yield (
                        asked(
                            world, f"{name} ${argument} {label}", _with_variables(kind, name, field, argument, value)
                        ),
                        ANYTHING,
                    )


def _with_variables(kind: str, name: str, field: Any, wrong: str, value: Any) -> dict[str, Any]:
    """The field with all it needs in variables, one of them wrong; a mutation that is right after all only checks."""
    given = {wrong: value}
    if "given" in field.args:
        conditions = given.get("given", {})
        given["given"] = conditions | {"validateOnly": True} if isinstance(conditions, dict) else conditions
    for argument, told in field.args.items():
        if argument != wrong and isinstance(told.type, GraphQLNonNull):
            given[argument] = _good(told.type)
    declared = ", ".join(f"${argument}: {field.args[argument].type}" for argument in given)
    passed = ", ".join(f"{argument}: ${argument}" for argument in given)
    leaf = "" if is_leaf_type(get_named_type(field.type)) else " {__typename}"
    return {"query": f"{kind} O({declared}) {{{name}({passed}){leaf}}}", "variables": given}


def _good(type_: Any) -> Any:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        return {
            to_camel_case(key): value
            for key, value in EXAMPLES.get(named.name, {}).items()
            if not isinstance(value, list)
        }
    return (
        "00000000-0000-7000-8000-000000000000"
        if isinstance(named, GraphQLScalarType) and named.name == "UUID"
        else None
    )


def _wrong(type_: Any) -> Iterator[tuple[str, Any]]:
    named = get_named_type(type_)
    for place, value in enumerate(BAD_VALUES):
        yield f"value {place}", _marked(value)
    if isinstance(named, GraphQLInputObjectType):
        for name in named.fields:
            for place, value in enumerate(BAD_VALUES):
                yield f"{name} {place}", _good(type_) | {name: _marked(value)}


def _marked(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("{m}", mark()))


def documents(world: Any) -> Iterator[tuple[Raw, set[str]]]:
    """Texts: broken, endless, circular, nested, multiplied."""
    m = mark()
    texts = {
        "empty": "",
        "spaces": "   ",
        "only a comment": f"# {m}",
        "no document": m,
        "unclosed": "{persons {nodes {id",
        "stray": "{persons}}}" + m,
        "unknown field": f"{{{m}}}",
        "unknown nested field": f"{{persons {{nodes {{{m}}}}}}}",
        "unknown argument": f"{{persons({m}: 1) {{__typename}}}}",
        "unknown type": f"{{node(id: 1) {{... on {m} {{id}}}}}}",
        "unknown fragment": f"{{persons {{...{m}}}}}",
        "unused fragment": f"{{me {{role}}}} fragment {m} on Me {{role}}",
        "unknown directive": f"{{me @{m} {{role}}}}",
        "directive without its argument": "{me @include {role}}",
        "directive with a text": f'{{me @skip(if: "{m}") {{role}}}}',
        "undefined variable": f"{{person(id: ${m}) {{id}}}}",
        "unused variable": f"query (${m}: Int) {{me {{role}}}}",
        "variable of an unknown type": f"query ($v: {m}) {{person(id: $v) {{id}}}}",
        "variable of an output type": "query ($v: Person) {person(id: $v) {id}}",
        "fragment cycle": "{persons {nodes {...A}}} fragment A on Person {...B} fragment B on Person {...A}",
        "fragment on itself": "{me {...A}} fragment A on Me {...A}",
        "fragment twice": "{me {...A}} fragment A on Me {role} fragment A on Me {level}",
        "fragments doubling": "{persons {nodes {...F0}}} "
        + " ".join(f"fragment F{n} on Person {{...F{n + 1} ...F{n + 1}}}" for n in range(50))
        + " fragment F50 on Person {id}",
        "thousand aliases": "{" + " ".join(f"a{n}: me {{role}}" for n in range(1000)) + "}",
        "hundred lists": "{" + " ".join(f"a{n}: persons(first: 200) {{nodes {{id}}}}" for n in range(100)) + "}",
        "deep": "{unit(id: 1) " + "{parent " * 200 + "{id}" + "}" * 200 + "}",
        "deeper than the parser": "{a" * 20_000,
        "deep lists": "{persons(first: " + "[" * 10_000 + "]" * 10_000 + ") {__typename}}",
        "deep values": "{persons(where: " + "{q:" * 1_000 + "1" + "}" * 1_000 + ") {__typename}}",
        "pages within pages": "{persons(first: 200) {nodes {residences(first: 200) {nodes {unit {children(first: 200) {nodes {id}}}}}}}}",
        "introspection bomb": "{__schema {types {fields {type {fields {type {fields {type {fields {name}}}}}}}}}}",
        "subscription": "subscription {me {role}}",
        "two operations, none named": "query A {me {role}} query B {me {role}}",
        "two operations of one name": "query A {me {role}} query A {me {role}}",
        "schema definition": f"type {m} {{a: Int}}",
        "endless": "{me {role}} #" + "a" * 40_000,
        "many tokens": "{me {" + "role " * 5_000 + "}}",
        "many directives": "{me " + "@skip(if: false) " * 200 + "{role}}",
        "control characters": "{me\u0007 {role}}",
        "byte order mark inside": "{me {\ufeff\ufeffrole\u200b}}",
        "NUL in a text": f'{{persons(where: {{q: "{m}\\u0000"}}) {{__typename}}}}',
        "NUL in braces": f'{{persons(where: {{source: "{m}\\u{{0}}"}}) {{__typename}}}}',
        "lone surrogate in a text": f'{{persons(where: {{q: "{m}\\ud800"}}) {{__typename}}}}',
        "block text": f'{{persons(where: {{nationalId: """{m}"""}}) {{__typename}}}}',
        "first of nothing": "{persons(first: 0) {__typename}}",
        "first below": "{persons(first: -1) {__typename}}",
        "first above": "{persons(first: 201) {__typename}}",
        "first without end": f"{{persons(first: {'9' * 30}) {{__typename}}}}",
        "a cursor": f'{{persons(after: "{m}") {{__typename}}}}',
        "conflicting keys": "{me {a: role a: level}}",
        "a leaf with a selection": f"{{me {{role {{{m}}}}}}}",
        "an object without": "{me}",
        "mutation without what it needs": "mutation {amendPerson {__typename}}",
        "an empty patch": 'mutation {amendPerson(id: "00000000-0000-7000-8000-000000000000", patch: {}) {__typename}}',
        "unknown input field": f"{{persons(where: {{{m}: 1}}) {{__typename}}}}",
        "unknown enum word": f"{{persons(order: {m}) {{__typename}}}}",
        "a type by name": f'{{__type(name: "{m}") {{name {m}}}}}',
    }
    for name, text in texts.items():
        yield asked(world, name, {"query": text}), ANYTHING
        yield asked(world, f"{name}, modern", {"query": text}, more=[MODERN]), ANYTHING


def bodies(world: Any) -> Iterator[tuple[Raw, set[str]]]:
    """What is no GraphQL request at all: a problem, as in REST."""
    m, good = mark(), "{me {role}}"
    sent = {
        "null": b"null",
        "text": json.dumps(m).encode(),
        "empty": b"",
        "bad UTF-8": b'{"query": "%b\xff"}' % m.encode(),
        "NaN": b'{"query": "{me {role}}", "variables": {"a": NaN}}',
        "lone surrogate": b'{"query": "%b\\ud800"}' % m.encode(),
        "duplicate key": b'{"query": "{me {role}}", "query": "%b"}' % m.encode(),
        "deep": b'{"query": "{me {role}}", "variables": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        "truncated": b'{"query": "%b' % m.encode(),
    }
    for name, body in sent.items():
        yield asked(world, name, body), {"malformed_json", "json_duplicate_key", "json_too_deep", "bad_request"}
    wrong: dict[str, Any] = {
        "batch": [{"query": good}, {"query": f"{{{m}}}"}],
        "empty object": {},
        "query null": {"query": None},
        "query number": {"query": 7},
        "query object": {"query": {m: m}},
        "query list": {"query": [good]},
        "operationName number": {"query": good, "operationName": 7},
        "operationName list": {"query": good, "operationName": [m]},
        "variables text": {"query": good, "variables": json.dumps({m: m})},
        "variables list": {"query": good, "variables": [m]},
        "extensions text": {"query": good, "extensions": m},
        "persisted": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": m}}},
    }
    for name, body in wrong.items():
        yield asked(world, name, body), {"bad_request"}
    for media in (
        b"text/plain",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data",
        b"application/graphql",
        b"",
        m.encode(),
    ):
        yield (
            asked(world, f"as {media!r}", {"query": good}, more=[(b"content-type", media)]),
            {"unsupported_media_type"},
        )
    yield asked(world, "10 MB", b'{"query": "' + m.encode() * 1_310_720 + b'"}'), {"body_too_large"}
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "QZX"):
        yield asked(world, method, {"query": f"{{{m}}}"}, method=method), {"method_not_allowed"}
    yield asked(world, "no such operation", {"query": good, "operationName": m}), ANYTHING
    nobody = Raw("graphql: nobody", "POST", b"/graphql", (JSON_BODY,), json.dumps({"query": f"{{{m}}}"}).encode())
    yield nobody, {"unauthenticated"}


FAMILIES = (documents, bodies, literals, variables)
