"""One act through both doors: only checked by REST, only checked by GraphQL, then done by the one whose turn it is."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from graphql import GraphQLField, GraphQLInputObjectType, GraphQLObjectType, get_named_type, is_leaf_type
from strawberry.utils.str_converters import to_camel_case, to_snake_case

from api.graphql.schema import schema
from tests.access.gates import GATES
from tests.case_work import Desk, at
from tests.world import World

CORE = schema._schema
ROOTS = {gate.rest: gate.root for gate in GATES if gate.root and gate.rest[0] != "GET"}
"""(method, path) → mutation."""
MOST = 48
"""Fields asked of an object: PostgreSQL builds objects of fifty."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


FREE = {"payload"}
"""JSON that no schema words: it keeps its own names."""


def camel(value: Any) -> Any:
    """A body as GraphQL spells it."""
    if isinstance(value, list):
        return [camel(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {to_camel_case(name): part if name in FREE else camel(part) for name, part in value.items()}


def route_of(method: str, path: str) -> tuple[str, str]:
    return method, ID.sub("{id}", path.partition("?")[0])


@dataclass
class Doors:
    """Officers who try every act by REST and by GraphQL before they do it by one of the two."""

    world: World
    desk: Desk = field(init=False)
    turn: Any = field(default_factory=itertools.count)
    travelled: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.desk = Desk(self.world, at("2026-07-31 16:00"))

    def on(self, text: str) -> Doors:
        self.desk.on(text)
        return self

    async def read(self, user: str, path: str) -> Any:
        return await self.desk.done(user, "GET", path)

    async def act(self, user: str, path: str, body: Any = None, *, method: str = "POST", of: Any = None) -> Any:
        """What the act answered; `of` is the resource whose version it names."""
        self.travelled.add(route_of(method, path))
        match = None if of is None else f'"{of["version"]}"'
        tried = await self._rest(user, method, path, body, match, check=True)
        asked = await self._graphql(user, method, path, body, match, check=True)
        for name in ("state", "outcome", "masked"):
            assert tried.get(name) == asked.get(name), (path, name)
        told = [[part.get("kind") for part in answer.get("consequences") or ()] for answer in (tried, asked)]
        assert told[0] == told[1], path
        door = self._rest if next(self.turn) % 2 else self._graphql
        done = await door(user, method, path, body, match)
        self.desk.now += timedelta(minutes=1)
        return done

    async def refused(self, user: str, path: str, body: Any, *, method: str = "POST", of: Any = None) -> str:
        """The code with which both doors refuse."""
        match = None if of is None else f'"{of["version"]}"'
        headers = {"If_Match": match} if match else {}
        rest = (await self.desk.call(user, method, path, body, **headers)).json()
        graph = await self._asked(user, method, path, body, match, check=False)
        assert graph["errors"][0]["extensions"]["code"] == rest["code"], (rest, graph)
        return str(rest["code"])

    async def _rest(
        self, user: str, method: str, path: str, body: Any, match: str | None, *, check: bool = False
    ) -> Any:
        headers = {"If_Match": match} if match else {}
        headers |= {"Prefer": "validate-only"} if check else {}
        answer = await self.desk.call(user, method, path, body, **headers)
        assert answer.status_code in ((200,) if check else (200, 201)), (method, path, answer.text)
        assert answer.headers.get("preference-applied") == ("validate-only" if check else None)
        return answer.json()

    async def _graphql(
        self, user: str, method: str, path: str, body: Any, match: str | None, *, check: bool = False
    ) -> Any:
        answer = await self._asked(user, method, path, body, match, check=check)
        assert "errors" not in answer, (path, answer)
        (told,) = answer["data"].values()
        return {to_snake_case(name): value for name, value in told.items()}

    async def _asked(self, user: str, method: str, path: str, body: Any, match: str | None, *, check: bool) -> Any:
        root = ROOTS[route_of(method, path)]
        assert CORE.mutation_type is not None
        mutation = CORE.mutation_type.fields[root]
        given = {"validateOnly": check} | ({"ifMatch": match} if match else {})
        values = {"given": given} | _arguments(mutation, path, camel(body))
        names = [name for name in mutation.args if name in values]
        declared = ", ".join(f"${name}: {mutation.args[name].type}" for name in names)
        passed = ", ".join(f"{name}: ${name}" for name in names)
        query = f"mutation({declared}) {{ {root}({passed}) {{ {' '.join(leaves(mutation))} }} }}"
        return await self.desk.ask(user, query, values)


def leaves(mutation: GraphQLField) -> list[str]:
    """Everything an object says without asking further, as far as one object may be asked."""
    type_ = get_named_type(mutation.type)
    assert isinstance(type_, GraphQLObjectType)
    known = [name for name, found in type_.fields.items() if is_leaf_type(get_named_type(found.type))]
    first = [name for name in ("id", "version", "state", "outcome", "masked", "consequences") if name in known]
    return [*first, *(name for name in known if name not in first)][:MOST]


def _arguments(mutation: GraphQLField, path: str, body: Any) -> dict[str, Any]:
    """The id of the path, the words of the query, and the body, under the names of the field."""
    values: dict[str, Any] = dict(part.split("=") for part in path.partition("?")[2].split("&") if part)
    ids = ID.findall(path)
    for name, argument in mutation.args.items():
        if isinstance(get_named_type(argument.type), GraphQLInputObjectType):
            if name != "given" and body is not None:
                values[name] = body
        elif name not in values and ids:
            values[name] = ids.pop(0)
    return values
