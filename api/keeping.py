"""The REST door of a kept noun: list, one, record, correct, void, move — the same on every one of them."""
# ruff: noqa: ANN001, ANN202 - what is made for every noun gets its types with its noun

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.persons import VoidBody
from domain.keeping import Kept

One = Annotated[OneQuery, Query()]


@dataclass(frozen=True)
class Door:
    """How a kept noun is reached: its path, its shapes, its names in GraphQL. One line of api/kept.py each."""

    kept: Kept
    path: str
    """Under /v1, plural."""
    tag: str
    whole: type[Any]
    """The shape of an answer, relations included."""
    filter: type[Any]
    query: type[Any]
    new: type[Any] | None = None
    """None where its rows come of other acts: then it is only read."""
    patch: type[Any] | None = None
    move: type[Any] | None = None
    lists: bool = True
    """Whether it has a list of its own; some are read through their parent and by id alone."""

    @property
    def one(self) -> str:
        return self.kept.noun.name

    @property
    def many(self) -> str:
        return self.path.replace("-", "_")

    @property
    def words(self) -> str:
        """Its name in a sentence."""
        return self.one.replace("_", " ")


def router_of(door: Door) -> APIRouter:
    """Every route of a kept noun."""
    router = APIRouter(prefix="/v1", tags=[door.tag], route_class=LeanRoute)
    for method, path, endpoint, status, model in _routes(door):
        router.add_api_route(path, endpoint, methods=[method], status_code=status, response_model=model)
    return router


Route = tuple[str, str, Callable[..., Any], int, Any]


def _routes(door: Door) -> list[Route]:
    root, one = f"/{door.path}", f"/{door.path}/{{id}}"
    found = [
        *([("GET", root, _list(door), 200, Page[door.whole])] if door.lists else []),  # type: ignore[name-defined]
        *([("POST", root, _record(door), 201, door.whole)] if door.new is not None else []),
        ("GET", one, _get(door), 200, door.whole),
        *([("DELETE", one, _void(door), 200, door.whole)] if door.new is not None else []),
    ]
    if door.patch is not None:
        found.append(("PATCH", one, _amend(door), 200, door.whole))
    if door.move is not None:
        found.append(("POST", f"{one}/transitions", _move(door), 200, door.whole))
    return found


def _named(endpoint: Any, name: str, doc: str, use: Any, **types: Any) -> Any:
    """The function as FastAPI and the published contract read it."""
    endpoint.__name__, endpoint.__doc__, endpoint.use = name, doc, use
    endpoint.__annotations__ = {"ctx": Signed, **types}
    return endpoint


def _list(door: Door) -> Any:
    async def endpoint(ctx, query):  # type: ignore[no-untyped-def]
        return answer(await door.kept.read(query.on(ctx), query.page(ctx, door.kept.noun)))

    doc = f"Rows of {door.words} in reach, newest first."
    return _named(endpoint, f"list_{door.many}", doc, door.kept.read, query=Annotated[door.query, Query()])


def _get(door: Door) -> Any:
    async def endpoint(ctx, id, query):  # type: ignore[no-untyped-def]
        return answer(await door.kept.read(query.on(ctx), query.one(door.kept.noun, id)))

    return _named(endpoint, f"get_{door.one}", f"One {door.words}.", door.kept.read, id=UUID, query=One)


def _record(door: Door) -> Any:
    async def endpoint(ctx, new, query):  # type: ignore[no-untyped-def]
        done = await door.kept.record(ctx, new.command(), query.one(door.kept.noun))
        return written(done, 201, f"/v1/{door.path}")

    doc = f"Record: {door.words}."
    return _named(endpoint, f"post_{door.one}", doc, door.kept.record, new=door.new, query=One)


def _amend(door: Door) -> Any:
    async def endpoint(ctx, id, patch, query):  # type: ignore[no-untyped-def]
        return written(await door.kept.amend(ctx, patch.command(id), query.one(door.kept.noun)))

    doc = f"Correct: {door.words} (JSON Merge Patch; needs If-Match)."
    return _named(endpoint, f"patch_{door.one}", doc, door.kept.amend, id=UUID, patch=door.patch, query=One)


def _move(door: Door) -> Any:
    async def endpoint(ctx, id, move, query):  # type: ignore[no-untyped-def]
        return written(await door.kept.move(ctx, move.command(id=id), query.one(door.kept.noun)))

    doc = f"Move to another state: {door.words} (needs If-Match; `transitions` lists what is allowed)."
    return _named(endpoint, f"post_{door.one}_transition", doc, door.kept.move, id=UUID, move=door.move, query=One)


def _void(door: Door) -> Any:
    async def endpoint(ctx, id, body, query):  # type: ignore[no-untyped-def]
        return written(await door.kept.void(ctx, body.command(id=id), query.one(door.kept.noun)))

    doc = f"Void, with a reason: {door.words} recorded in error; nothing is removed (needs If-Match)."
    return _named(endpoint, f"delete_{door.one}", doc, door.kept.void, id=UUID, body=VoidBody, query=One)
