"""The GraphQL door of a kept noun: the same acts under the same names, every field on the compiled road."""
# ruff: noqa: ANN001, ANN202, ARG001 - what is made for every noun gets its types with its noun

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.keeping import Door
from api.schemas.base import orders
from api.schemas.persons import VoidBody

CONDITIONS = {"given": Given | None}


def pascal(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))


ELSEWHERE = {
    "person": ("PersonNode", "api.graphql.types"),
    "unit": ("UnitNode", "api.graphql.types"),
    "management_case": ("CaseNode", "api.graphql.case_types"),
    "management_decision": ("DecisionNode", "api.graphql.case_types"),
}
"""Nodes that are not of kept nouns: type and module."""


def node_of(door: Door) -> Any:
    """The output type: the shape of REST without its relations, which become fields of their own."""
    relations = door.kept.noun.relations
    facts = next(base for base in door.whole.__mro__ if relations.keys().isdisjoint(base.__annotations__))
    fields = {name: _relation(name, of.noun, many=of.many) for name, of in relations.items()}
    made = type(f"{pascal(door.one)}Node", (facts,), {**fields, "__module__": "api.graphql.kept", "__doc__": None})
    return strawberry.pydantic.type(made, name=pascal(door.one), description=facts.__doc__)


def _relation(name: str, noun: str, *, many: bool) -> Any:
    node, module = ELSEWHERE.get(noun, (f"{pascal(noun)}Node", "api.graphql.kept"))
    lazy = Annotated[node, strawberry.lazy(module)]  # type: ignore[valid-type]
    if many:

        def listed(self, first=20, after=None):  # type: ignore[no-untyped-def]
            ...

        listed.__annotations__ = {"first": int, "after": str | None, "return": Connection[lazy] | None}
    else:

        def listed(self):  # type: ignore[no-untyped-def,misc]
            ...

        listed.__annotations__ = {"return": lazy | None}
    listed.__name__ = name
    return strawberry.pydantic.field(listed)


def queries_of(door: Door, node: Any) -> type[Any]:
    """The root fields that read a kept noun."""
    fields = {door.one: _one(door, node)} | ({door.many: _many(door, node)} if door.lists else {})
    return strawberry.type(type(f"{pascal(door.one)}Queries", (), fields))


def acts_of(door: Door, node: Any) -> type[Any]:
    """The root fields that write it."""
    fields = {f"record_{door.one}": _record(door, node), f"void_{door.one}": _void(door, node)}
    if door.patch is not None:
        fields[f"amend_{door.one}"] = _amend(door, node)
    if door.move is not None:
        fields[f"move_{door.one}"] = _move(door, node)
    return strawberry.type(type(f"{pascal(door.one)}Acts", (), fields))


def _field(resolver: Any, answer: Any, description: str, /, **types: Any) -> Any:
    resolver.__annotations__ = types | {"return": answer | None}
    return strawberry.field(resolver=resolver, description=description)


def _act(resolver: Any, answer: Any, description: str, /, **types: Any) -> Any:
    resolver.__annotations__ = types | CONDITIONS | {"return": answer | None}
    return strawberry.mutation(resolver=resolver, description=description)


def _many(door: Door, node: Any) -> Any:
    kept, noun, where_of = door.kept, door.kept.noun, door.filter

    def resolve(self, first=50, after=None, order=None, where=None, via=None):  # type: ignore[no-untyped-def]
        return ask(
            lambda ctx, q: kept.read(ctx, q.page(ctx, noun)),
            first=first,
            after=after,
            order=order,
            where=where or where_of(),
            via=via,
        )

    order_of = orders(f"{pascal(door.one)}Order", noun.orders)
    return _field(
        resolve,
        Connection[node],
        f"Rows of {door.words} in reach, newest first.",
        first=int,
        after=str | None,
        order=order_of | None,
        where=where_of | None,
        via=Via | None,
    )


def _one(door: Door, node: Any) -> Any:
    kept, noun = door.kept, door.kept.noun

    def resolve(self, id, via=None):  # type: ignore[no-untyped-def]
        return ask(lambda ctx, q: kept.read(ctx, q.one(noun, id)), via=via)

    return _field(resolve, node, f"One {door.words}.", id=UUID, via=Via | None)


def _record(door: Door, node: Any) -> Any:
    kept, noun = door.kept, door.kept.noun

    def resolve(self, new, given=None):  # type: ignore[no-untyped-def]
        return ask(lambda ctx, q: kept.record(ctx, new.command(), q.one(noun)), given=given)

    return _act(resolve, node, f"Record: {door.words}.", new=door.new)


def _amend(door: Door, node: Any) -> Any:
    kept, noun = door.kept, door.kept.noun

    def resolve(self, id, patch, given=None):  # type: ignore[no-untyped-def]
        return ask(lambda ctx, q: kept.amend(ctx, patch.command(id, q.provided("patch")), q.one(noun)), given=given)

    return _act(resolve, node, f"Correct: {door.words} (needs given.ifMatch).", id=UUID, patch=door.patch)


def _move(door: Door, node: Any) -> Any:
    kept, noun = door.kept, door.kept.noun

    def resolve(self, id, move, given=None):  # type: ignore[no-untyped-def]
        return ask(lambda ctx, q: kept.move(ctx, move.command(id=id), q.one(noun)), given=given)

    return _act(resolve, node, f"Move to another state: {door.words} (needs given.ifMatch).", id=UUID, move=door.move)


def _void(door: Door, node: Any) -> Any:
    kept, noun = door.kept, door.kept.noun

    def resolve(self, id, body, given=None):  # type: ignore[no-untyped-def]
        return ask(lambda ctx, q: kept.void(ctx, body.command(id=id), q.one(noun)), given=given)

    return _act(
        resolve,
        node,
        f"Void, with a reason: {door.words} recorded in error (needs given.ifMatch).",
        id=UUID,
        body=VoidBody,
    )
