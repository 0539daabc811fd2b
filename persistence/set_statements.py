"""A statement for one row, asked for many: arguments as a set beside it, or by COPY in a scratch table.

Reads are joined laterally to their arguments; rows that are added or changed by id are taken from a scratch table that
COPY has filled. What is neither goes one by one, in the order of the rows: a set is quicker and never another answer.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

FEW: Final = 3
"""Below this many, one by one is as quick."""
ARGUMENT: Final = re.compile(r"\$(\d+)")
INSERT: Final = re.compile(r"insert into (\w+) \(([\w, ]+)\) values \((.+)\)( returning \*)?")
UPDATE: Final = re.compile(
    r"update (?P<table>\w+)(?: (?P<name>\w))? set (?P<sets>.+?)"
    r" where (?P<which>(?:\w\.)?\w*id = \$1\b.*?)(?: returning (?P<back>.+))?"
)
BRACKETS: Final = re.compile(r"\([^()]*\)")
CALLED: Final = re.compile(r"\b(\w+)\(")
VOLATILE: Final = "select exists (select from pg_proc where proname = any($1::text[]) and provolatile = 'v')"
"""A function that may do something, or tells each who asks something else."""

Given = tuple[Any, ...]


class Statement(NamedTuple):
    """What is asked: `fetch` for its rows, `execute` for what it does."""

    how: str
    sql: str


class Shape(NamedTuple):
    """How a statement is asked by set."""

    by: str
    """`read`, `insert`, `update`, `one` (one by one)."""
    types: tuple[str, ...]
    """Of its arguments, as PostgreSQL spells them."""


SHAPES: dict[str, Shape] = {}
"""By statement; our statements are few, and the database is asked once for each."""


async def only_reads(connection: Any, sql: str) -> bool:
    """Whether asking it leaves everything as it was."""
    return (await _shape(connection, sql)).by == "read"


async def asked_by_set(connection: Any, statement: Statement, given: Sequence[Given]) -> list[Any]:
    """The answer to each of the arguments, in their order."""
    if len(given) < FEW:
        return await _one_by_one(connection, statement, given)
    shape = await _shape(connection, statement.sql)
    if shape.by == "one":
        return await _one_by_one(connection, statement, given)
    return await WAYS[shape.by](connection, statement, shape, given)


async def _one_by_one(connection: Any, statement: Statement, given: Sequence[Given]) -> list[Any]:
    ask = getattr(connection, statement.how)
    return [await ask(statement.sql, *one) for one in given]


async def _shape(connection: Any, sql: str) -> Shape:
    if sql not in SHAPES:
        by = await _way(connection, sql)
        types = () if by == "one" else tuple(t.name for t in (await connection.prepare(sql)).get_parameters())
        SHAPES[sql] = Shape(by, types)
    return SHAPES[sql]


async def _way(connection: Any, sql: str) -> str:
    if sql.startswith("select "):
        does = await connection.fetchval(VOLATILE, sorted(set(CALLED.findall(sql))))
        return "one" if does else "read"
    if INSERT.fullmatch(sql):
        return "insert"
    found = UPDATE.fullmatch(sql)
    return "update" if found and _of_one_table(found["sets"]) else "one"


def _of_one_table(sets: str) -> bool:
    """Whether what is set ends before `where`: neither cut off within brackets nor followed by a `from` of its own."""
    while (less := BRACKETS.sub("", sets)) != sets:
        sets = less
    return not {"(", ")"} & set(sets) and " from " not in sets


# -- reads


class Found(tuple[Any, ...]):
    """A row of an answer, by place and by name, as the driver's own rows are."""

    __slots__ = ()
    at: Mapping[str, int]

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.at[key] if isinstance(key, str) else key)

    def keys(self) -> Sequence[str]:
        return list(self.at)

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self.at else default


@lru_cache(512)
def _found(names: tuple[str, ...]) -> type[Found]:
    return type("Found", (Found,), {"__slots__": (), "at": {name: at for at, name in enumerate(names)}})


async def _read(connection: Any, statement: Statement, shape: Shape, given: Sequence[Given]) -> list[Any]:
    """Asked once for equal arguments; what holds for every row stands beside the set of the others."""
    places: dict[Hashable, int] = {}
    of_each = [places.setdefault(_plain(one), len(places)) for one in given]
    first_of = dict(zip(reversed(of_each), reversed(given), strict=True))
    asked = [first_of[place] for place in range(len(places))]
    if len(asked) < FEW:
        answers = [await connection.fetch(statement.sql, *one) for one in asked]
    else:
        answers = await _laterally(connection, statement, shape, asked)
    return [answers[place] for place in of_each]


def _plain(one: Any) -> Hashable:
    return tuple(map(_plain, one)) if isinstance(one, list | tuple) else one


async def _laterally(connection: Any, statement: Statement, shape: Shape, asked: Sequence[Given]) -> list[Any]:
    columns = list(zip(*asked, strict=True))
    varying = [at for at, values in enumerate(columns) if any(value != values[0] for value in values)]
    if any(shape.types[at].endswith("]") for at in varying):
        return await _one_by_one(connection, statement, asked)
    sql, order = _lateral(statement.sql, tuple(varying), shape.types)
    values = [columns[at] if at in varying else columns[at][0] for at in order]
    answers: list[list[Any]] = [[] for _ in asked]
    rows = await connection.fetch(sql, *values)
    if rows:
        made = _found(tuple(rows[0].keys())[1:])
        for row in rows:
            answers[row[0] - 1].append(made(tuple(row)[1:]))
    return answers


@lru_cache(512)
def _lateral(sql: str, varying: tuple[int, ...], types: tuple[str, ...]) -> tuple[str, list[int]]:
    """The statement beside its arguments, and which of them it takes in which order."""
    kept = [at for at in range(len(types)) if at not in varying]
    order = [*varying, *kept]
    named = {at: f"asked.p{at}" for at in varying} | {at: f"${order.index(at) + 1}" for at in kept}
    sets = ", ".join(f"${place}::{types[at]}[]" for place, at in enumerate(varying, 1))
    names = ", ".join(f"p{at}" for at in varying)
    asks = f"unnest({sets}) with ordinality asked({names}, asked_place)"
    return f"select asked.asked_place, x.* from {asks} cross join lateral ({_with(sql, named)}) x", order


def _with(sql: str, named: Mapping[int, str]) -> str:
    return ARGUMENT.sub(lambda found: named[int(found[1]) - 1], sql)


# -- writes


async def _insert(connection: Any, statement: Statement, shape: Shape, given: Sequence[Given]) -> list[Any]:
    sql, key = _inserting(statement.sql, len(shape.types))
    async with _Staged(connection, shape.types, given) as stage:
        rows = await connection.fetch(sql.format(stage=stage))
    if key is None:
        return [None] * len(given)
    by_id = {row["id"]: row for row in rows}
    return [[by_id[one[key]]] for one in given]


@lru_cache(512)
def _inserting(sql: str, arguments: int) -> tuple[str, int | None]:
    """The statement over a scratch table; by which argument the rows that come back are told apart."""
    table, columns, values, back = _parts(INSERT, sql)
    names = {at: f"asked.p{at}" for at in range(arguments)}
    made = (
        f"insert into {table} ({columns}) select {_with(values, names)} from {{stage}} asked order by asked.asked_place"
    )
    if back is None:
        return made, None
    places = dict(zip(columns.split(", "), values.split(", "), strict=False))
    return made + back, int(places["id"].removeprefix("$")) - 1


async def _update(connection: Any, statement: Statement, shape: Shape, given: Sequence[Given]) -> list[Any]:
    """Each row by an id of its own; where two change the same, one after the other."""
    if len({one[0] for one in given}) < len(given):
        return await _one_by_one(connection, statement, given)
    async with _Staged(connection, shape.types, given) as stage:
        rows = await connection.fetch(_updating(statement.sql, len(shape.types)).format(stage=stage))
    answers: list[list[Any]] = [[] for _ in given]
    if rows and len(rows[0]) > 1:
        made = _found(tuple(rows[0].keys())[1:])
        for row in rows:
            answers[row[0]].append(made(tuple(row)[1:]))
    return answers


@lru_cache(512)
def _updating(sql: str, arguments: int) -> str:
    found = UPDATE.fullmatch(sql)
    assert found
    table, name = found["table"], found["name"] or found["table"]
    names = {at: f"asked.p{at}" for at in range(arguments)}
    back = (found["back"] or "").replace("*", f"{name}.*")
    beside = f", {back}" if back else ""
    called = f" {name}" if found["name"] else ""
    return (
        f"update {table}{called} set {_with(found['sets'], names)} from {{stage}} asked"
        f" where {_with(found['which'], names)} returning asked.asked_place{beside}"
    )


def _parts(shape: re.Pattern[str], sql: str) -> tuple[Any, ...]:
    found = shape.fullmatch(sql)
    assert found
    return found.groups()


class _Staged:
    """Arguments in a scratch table of this transaction, filled by COPY and empty again afterwards."""

    def __init__(self, connection: Any, types: Sequence[str], given: Sequence[Given]) -> None:
        self.connection = connection
        self.given = given
        listed = ", ".join(f"p{at} {type_}" for at, type_ in enumerate(types))
        self.shape = f"asked_place int, {listed}"
        self.name = f"asked_{sha256(self.shape.encode()).hexdigest()[:12]}"

    async def __aenter__(self) -> str:
        await self.connection.execute(f"create temp table if not exists {self.name} ({self.shape}) on commit drop")
        records = [(place, *one) for place, one in enumerate(self.given)]
        await self.connection.copy_records_to_table(self.name, records=records)
        return self.name

    async def __aexit__(self, error: object, *_: object) -> None:
        if error is None:
            await self.connection.execute(f"truncate {self.name}")


Way = Callable[[Any, Statement, Shape, Sequence[Given]], Awaitable[list[Any]]]
WAYS: Final[Mapping[str, Way]] = {"read": _read, "insert": _insert, "update": _update}
