"""One request of the matrix: operation × post × target × how, spelled for either door, with what must come back."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from graphql import get_named_type, get_nullable_type, is_input_object_type, is_list_type, is_required_argument
from strawberry.utils.str_converters import to_camel_case, to_snake_case

from api.graphql.schema import schema
from tests.access.gates import ALL, PLAIN, body_of, least, patched, query_of
from tests.access.knocking import Reply, knock
from tests.access.model import CHILDREN, DECLARED, How, Post, relation
from tests.access.operations import Operation
from tests.access.register import Register, Row
from tests.world import World

CORE = schema._schema


@dataclass(frozen=True)
class Request:
    operation: Operation
    post: Post
    target: Row | None
    how: How
    relation: str
    id: UUID
    """The id asked for: the target's, or one that nothing has."""

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """What it is a sample of: by relation, and a search by what it looks for, with and without a purpose."""
        name, role = self.operation.name, self.post.role
        related = (name, self.how.door, role, self.relation)
        if self.operation.kind != "search":
            return (related,)
        return related, (name, role, search_kind(self), str(self.how.purpose))

    def __str__(self) -> str:
        return f"{self.operation.name} by {self.post.name} of {self.relation} ({self.how})"


@dataclass(frozen=True)
class Outcome:
    """What came back, the same for both doors."""

    request_id: str
    status: int
    code: str | None
    data: Any
    reply: Reply


# -- every request -------------------------------------------------------------------------------------------------


def posts(world: World) -> list[Post]:
    return [Post(user.name, user.role, user.unit) for user in world.users.values()]


def every(register: Register) -> Iterator[Request]:
    """The whole product, in a fixed order but for ids."""
    for operation, post in itertools.product(ALL, posts(register.world)):
        for target, how in itertools.product(targets(register, operation), ways(operation)):
            kin = relation(register, post, target) if operation.target not in ("", "unit", "none") else "any"
            id = target.id if target else uuid4()
            yield Request(operation, post, target, how, kin, id)


def targets(register: Register, operation: Operation) -> list[Row | None]:
    if operation.target in ("", "unit", "none"):
        return [None]
    return [*register.rows[operation.target], None]


@lru_cache(64)
def ways(operation: Operation) -> tuple[How, ...]:
    person = operation.permission in ("read_person", "write_person", "read_responsibility", "void_person")
    vias = (None, "grant", "made") if operation.via else (None,)
    purposes = (None, "care") if person else (None,)
    includes = (False, True) if operation.kind in ("one", "list", "log") else (False,)
    combined = itertools.product(vias, purposes, includes, ("rest", "graphql") if operation.root else ("rest",))
    return tuple(How(via, purpose, include, door) for via, purpose, include, door in combined)


def sample(register: Register, most: int, seed: int) -> list[Request]:
    """One request of every cell (operation × door × role × relation), then others at random up to `most`."""
    chance = random.Random(seed)
    requests = list(every(register))
    chance.shuffle(requests)
    firsts: dict[tuple[str, ...], Request] = {}
    for request in requests:
        for cell in request.cells:
            firsts.setdefault(cell, request)
    chosen = list({id(request): request for request in firsts.values()}.values())
    taken = set(map(id, chosen))
    rest = (request for request in requests if id(request) not in taken)
    return chosen + list(itertools.islice(rest, max(0, most - len(chosen))))


# -- spelling ------------------------------------------------------------------------------------------------------


async def sent(register: Register, request: Request, **more: str) -> Outcome:
    """Send it. Writes are only validated, so that the register stays as the model knows it."""
    request_id = str(uuid4())
    headers = register.world.users[request.post.name].headers | {"X-Request-Id": request_id} | more
    if request.how.purpose:
        headers["Access-Purpose"] = request.how.purpose
    if request.how.door == "graphql":
        return await _by_graphql(register, request, headers, request_id)
    return await _by_rest(register, request, headers, request_id)


async def _by_rest(register: Register, request: Request, headers: dict[str, str], request_id: str) -> Outcome:
    operation, how = request.operation, request.how
    method, path = operation.rest
    body = None
    query = {"limit": "200"} if operation.kind in ("list", "log") else {}
    if how.via:
        query["via"] = how.via
    if how.include:
        query["include"] = ",".join(DECLARED[operation.noun].relations)
    if operation.writes:
        headers |= {"Prefer": "validate-only"}
        body = operation.body(register, request.target) or ({} if operation.kind in ("give", "end") else None)
        headers |= {"If-Match": f'"{version(request)}"'} if operation.guarded else {}
    if operation.kind == "gate":
        query = least(query_of(register.world.app, method, path)) | asked_in_url(operation)
    if operation.kind == "gate" and method != "GET":
        headers |= {"Prefer": "validate-only", "If-Match": '"1"'}
        body = gated(register, operation)
    if operation.kind == "search":
        body, query = searched(register, request) | query, {}
    id = unit_id(register, request) if operation.target == "unit" else request.id
    path = path.replace("{id}", str(id)).replace("{month}", "2026-01") + (f"?{urlencode(query)}" if query else "")
    reply = await knock(register.world.app, method, path, headers, body)
    told = reply.json() if reply.body else None
    code = told.get("code") if reply.status >= 400 else None
    return Outcome(request_id, reply.status, code, told if code is None else None, reply)


async def _by_graphql(register: Register, request: Request, headers: dict[str, str], request_id: str) -> Outcome:
    operation, how = request.operation, request.how
    mutates = operation.root in CORE.mutation_type.fields
    field = (CORE.mutation_type if mutates else CORE.query_type).fields[operation.root]
    gate = operation.kind == "gate"
    values = gate_arguments(register, request, field) if gate else arguments(register, request)
    heads = ", ".join(f"${name}: {field.args[name].type}" for name in values)
    calls = ", ".join(f"{name}: ${name}" for name in values)
    type_ = get_named_type(field.type)
    picks = "__typename" if gate else selected(operation.noun, type_, include=how.include)
    head = "mutation" if mutates else "query"
    query = (
        f"{head} ({heads}) {{ {operation.root}({calls}) {{ {picks} }} }}"
        if values
        else f"{{ {operation.root} {{ {picks} }} }}"
    )
    reply = await knock(register.world.app, "POST", "/graphql", headers, {"query": query, "variables": values})
    told = reply.json()
    if reply.status >= 400 and "code" in told:
        return Outcome(request_id, reply.status, told["code"], None, reply)
    if "errors" in told:
        extensions = told["errors"][0]["extensions"]
        return Outcome(request_id, extensions.get("status", reply.status), extensions["code"], None, reply)
    return Outcome(
        request_id,
        201 if operation.kind in ("create", "record", "give") else 200,
        None,
        plain(told["data"][operation.root]),
        reply,
    )


def arguments(register: Register, request: Request) -> dict[str, Any]:
    operation, how = request.operation, request.how
    values: dict[str, Any] = {}
    if operation.target and operation.kind != "search":
        values[operation.argument] = str(unit_id(register, request) if operation.target == "unit" else request.id)
    if operation.kind in ("list", "search", "log"):
        values["first"] = 40
    if operation.kind == "search":
        values["where"] = camel(searched(register, request))
    if how.via:
        values["via"] = how.via
    if operation.part:
        values[operation.part] = camel(operation.body(register, request.target))
    if operation.writes:
        match = {"ifMatch": str(version(request))} if operation.guarded else {}
        values["given"] = {"validateOnly": True} | match
    return values


def asked_in_url(operation: Operation) -> dict[str, Any]:
    return operation.body(None, None) if operation.rest[0] == "GET" else {}  # type: ignore[arg-type]


def gated(register: Register, operation: Operation) -> dict[str, Any]:
    """The least body of a route, and what of it decides about the permission."""
    model, sent = body_of(register.world.app, *operation.rest), operation.body(register, None)
    return least(model) | sent or patched(model)


def gate_arguments(register: Register, request: Request, field: Any) -> dict[str, Any]:
    """What the field asks for at least: ids, and the body of the same act in REST."""
    app, place = register.world.app, request.operation.rest
    asked = least(query_of(app, *place)) if place[0] == "GET" else {}
    body = camel(asked | gated(register, request.operation))
    values: dict[str, Any] = {}
    for name, argument in field.args.items():
        type_ = get_named_type(argument.type)
        if name == "given":
            values[name] = {"validateOnly": True, "ifMatch": "1"}
        elif is_list_type(get_nullable_type(argument.type)):
            values |= {name: body[name]} if name in body else {}
        elif is_input_object_type(type_) and is_required_argument(argument):
            values[name] = {part: value for part, value in body.items() if part in type_.fields}
        elif name in body:
            values[name] = body[name]
        elif is_required_argument(argument):
            values[name] = str(request.id) if type_.name == "UUID" else SCALARS[type_.name]
    return values


SCALARS = {"Date": PLAIN[dt.date], "DateTime": PLAIN[dt.datetime], "Int": 1, "String": "Chữ", "Boolean": True}


def searched(register: Register, request: Request) -> dict[str, Any]:
    """Words of the name by day, numbers by night: three searches, chosen by what the caller gives."""
    target = request.target
    if target is None:
        return {"q": "nobody here"}
    kind = search_kind(request)
    if kind == "q":
        return {"q": str(target.facts["full_name"]).lower()}
    noun = {"national_id": "person_identifier", "phone": "person_phone"}[kind]
    live = {"national_id": ("status", "active"), "phone": ("valid_to", None)}[kind]
    return {kind: next(f.facts["number"] for f in register.of(noun, target.id) if f.facts[live[0]] == live[1])}


def search_kind(request: Request) -> str:
    """A fixed choice for each request, spread over all three."""
    place = request.id.int + len(request.post.name) + len(str(request.how.via))
    return ("q", "national_id", "phone")[place % 3]


def unit_id(register: Register, request: Request) -> UUID:
    """Units are for everyone: each request takes one of them."""
    units = list(register.world.units.values())
    return units[len(request.post.name) % len(units)]


def version(request: Request) -> int:
    return int(request.target.facts["version"]) if request.target else 1


@lru_cache(256)
def selected(noun: str, type_: Any, *, include: bool, deep: bool = True) -> str:
    """Every field of a noun, and every relation with every field of its own."""
    if type_.name.endswith("Connection"):
        return f"nodes {{ {selected(noun, get_named_type(type_.fields['nodes'].type), include=include, deep=deep)} }}"
    declared = DECLARED[noun]
    picks = [to_camel_case(name) for name in declared.fields] + ["masked"]
    for name, of in declared.relations.items() if include and deep else ():
        inner = get_named_type(type_.fields[to_camel_case(name)].type)
        child = CHILDREN.get((noun, name), of.noun)
        args = "(first: 9)" if of.many else ""
        picks.append(f"{to_camel_case(name)}{args} {{ {selected(child, inner, include=False)} }}")
    return " ".join(picks)


def camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_camel_case(name): camel(part) for name, part in value.items()}
    return [camel(part) for part in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """An answer of GraphQL in the words of REST: snake case, a connection as its rows."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"nodes"}:
        return plain(value["nodes"])
    told = {to_snake_case(name): plain(part) for name, part in value.items()}
    return told | ({"masked": [to_snake_case(name) for name in value["masked"]]} if "masked" in value else {})


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
