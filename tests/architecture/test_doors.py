"""Doors translate; they never decide (rulings 22). A lean route reads only what it can read."""

from __future__ import annotations

import ast
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel

from api.asking import LeanRoute, OneQuery, Signed
from tests.architecture.source import called, calls, files, name_of, tree

BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.TryStar,
    ast.Match,
    ast.comprehension,
)
METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "api_route"}


def routes():
    for path in files("api/routers"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and any(map(is_route, node.decorator_list)):
                yield name_of(path), node


def is_route(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in METHODS


def resolvers():
    """Root fields of GraphQL, wherever a noun keeps them."""
    for path in files("api/graphql"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and node.name.endswith(("Queries", "Acts", "Query", "Mutation")):
                for part in node.body:
                    if isinstance(part, ast.AsyncFunctionDef | ast.FunctionDef):
                        yield name_of(path), part


@pytest.mark.parametrize("doors", [routes, resolvers])
def test_no_door_branches_or_loops(doors):
    found = list(doors())
    assert len(found) > 20, "the test has lost sight of the doors"
    branching = [
        (file, door.name, type(node).__name__)
        for file, door in found
        for node in ast.walk(door)
        if isinstance(node, BRANCHES)
    ]
    assert branching == []


def test_every_route_is_lean():
    for path in files("api/routers"):
        for made in calls(path, "APIRouter"):
            assert any(
                word.arg == "route_class" and getattr(word.value, "id", "") == "LeanRoute" for word in made.keywords
            ), name_of(path)


def asks(door):
    """Whether a root field is on the compiled road: its whole body is a call of `ask`."""
    last = door.body[-1]
    return isinstance(last, ast.Return) and isinstance(last.value, ast.Call) and called(last.value) == "ask"


def test_every_resolver_is_one_expression():
    """A call of `ask`, answered by the executor; what is no noun of the register awaits one call of its own."""
    for file, door in resolvers():
        statements = [part for part in door.body if not isinstance(part, ast.Expr)]
        assert len(statements) == 1, f"{file} {door.name}"
        (only,) = statements
        assert isinstance(only, ast.Return), f"{file} {door.name}"
        assert asks(door) or isinstance(only.value, ast.Await | ast.Call), f"{file} {door.name}"
    assert sum(asks(door) for _, door in resolvers()) > 20


class Body(BaseModel):
    word: str


def header(ctx: Signed, host: Annotated[str, Header()]) -> None: ...
def loose_query(ctx: Signed, limit: int = 5) -> None: ...
def dependency(ctx: Signed, house: Annotated[str, Depends(lambda: "x")]) -> None: ...
def listed(ctx: Signed, bodies: list[Body]) -> None: ...


@pytest.mark.parametrize("endpoint", [header, loose_query, dependency, listed])
def test_a_lean_route_refuses_at_start_a_parameter_it_cannot_read(endpoint):
    router = APIRouter(route_class=LeanRoute)
    with pytest.raises(TypeError, match="lean route"):
        router.add_api_route("/x", endpoint, methods=["POST"], response_model=None)


def test_a_lean_route_starts_with_all_it_can_read():
    async def whole(ctx: Signed, id: UUID, query: Annotated[OneQuery, Query()], body: Body) -> None: ...

    router = APIRouter(route_class=LeanRoute)
    router.add_api_route("/x/{id}", whole, methods=["POST"], response_model=None)
    assert len(router.routes) == 1
