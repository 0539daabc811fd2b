"""Strawberry as its documentation teaches it: types, resolvers, one DataLoader a relation, caches for texts.

Generous to it: asyncpg rows instead of an ORM, one transaction a document, the same opening message (so the same
second wall) and one journal row.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.ground import POOL
from persistence.pools import open_pool

T = TypeVar("T")
PERSONS = (
    "select id, full_name, gender, born_on, occupation from person"
    " where unit_no = nullif(current_setting('app.lo', true), '')::int order by name_sort_key, id limit $1"
)
CHILDREN = (
    "select c.* from unnest($1::uuid[]) p(id) cross join lateral (select {columns} from {table} t"
    " where t.person_id = p.id order by t.recorded_at desc, t.id desc limit 5) c"
)
JOURNAL = (
    "insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " values ('read_person', 'person', 'read', $1::uuid[], $2)"
)


@strawberry.type
class Residence:
    id: UUID
    kind: str
    address: str
    valid_from: date
    valid_to: date | None


@strawberry.type
class Identifier:
    id: UUID
    kind: str
    number: str
    issued_on: date | None
    status: str


@strawberry.type
class Phone:
    id: UUID
    number: str
    belongs_to: str


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class Few(Generic[T]):
    nodes: list[T]


def _loader(connection: Any, turn: asyncio.Lock, type_: type, table: str, columns: str) -> DataLoader[UUID, list[Any]]:
    async def load(ids: list[UUID]) -> list[list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        async with turn:  # loaders of one document share its connection
            rows = await connection.fetch(CHILDREN.format(table=table, columns="person_id, " + columns), ids)
        for row in rows:
            values = dict(row)
            found[values.pop("person_id")].append(type_(**values))
        return [found[id] for id in ids]

    return DataLoader(load)


@strawberry.type
class Person:
    id: UUID
    full_name: str
    gender: str | None
    born_on: date | None
    occupation: str | None

    @strawberry.field
    async def residences(self, info: strawberry.Info, first: int = 20) -> Few[Residence]:
        return Few(nodes=(await info.context["residences"].load(self.id))[:first])

    @strawberry.field
    async def identifiers(self, info: strawberry.Info, first: int = 20) -> Few[Identifier]:
        return Few(nodes=(await info.context["identifiers"].load(self.id))[:first])

    @strawberry.field
    async def phones(self, info: strawberry.Info, first: int = 20) -> Few[Phone]:
        return Few(nodes=(await info.context["phones"].load(self.id))[:first])


@strawberry.type
class Persons:
    nodes: list[Person]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    async def persons(self, info: strawberry.Info, first: int = 50) -> Persons:
        connection = info.context["connection"]
        rows = await connection.fetch(PERSONS, first + 1)
        shown = [Person(**dict(row)) for row in rows[:first]]
        await connection.execute(JOURNAL, [person.id for person in shown], len(shown))
        return Persons(nodes=shown, page_info=PageInfo(has_next_page=len(rows) > first))


class _Graph(GraphQL[Any, Any]):
    async def get_context(self, request: Any, response: Any = None) -> dict[str, Any]:  # noqa: ARG002
        connection, turn = request.scope["connection"], asyncio.Lock()
        return {
            "connection": connection,
            "residences": _loader(connection, turn, Residence, "residence", "id, kind, address, valid_from, valid_to"),
            "identifiers": _loader(
                connection, turn, Identifier, "person_identifier", "id, kind, number_tail as number, issued_on, status"
            ),
            "phones": _loader(connection, turn, Phone, "person_phone", "id, number_tail as number, belongs_to"),
        }


def app(dsn: str, opening: str) -> Any:
    """The ASGI app; every document in one transaction under the opening message of ours."""
    graph = _Graph(strawberry.Schema(Query, extensions=[ParserCache, ValidationCache]), graphql_ide=None)
    pool: Any = None

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        nonlocal pool
        if scope["type"] != "http":
            await graph(scope, receive, send)
            return
        pool = pool or await open_pool(dsn, POOL)
        kept: list[Any] = []

        async def keep(message: Any) -> None:
            kept.append(message)

        async with pool.acquire() as connection:
            await connection.execute(opening)
            await graph({**scope, "connection": connection}, receive, keep)
            await connection.execute("commit")
        for message in kept:
            await send(message)

    return serve
