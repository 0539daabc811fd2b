"""What ours says to the database, written down statement by statement, so that the limit can say the very same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID

from benchmarks.ground import Ground
from benchmarks.inside import House, sent
from benchmarks.operations import Operation, subject_of

SUBJECT, FRESH = "<the person of the path>", "<a new id>"


class Step(NamedTuple):
    """One message: how it is sent, its text, its values, and whether its first column is the body."""

    how: str
    sql: str
    values: tuple[Any, ...]
    answers: bool


class Script(NamedTuple):
    """All messages of one request, and what stands around PostgreSQL's bytes in the answer."""

    steps: tuple[Step, ...]
    status: int
    before: bytes
    after: bytes


class _Recorder:
    """A connection that writes down what passes."""

    def __init__(self, connection: Any, steps: list[Step], results: list[Any]) -> None:
        self.connection, self.steps, self.results = connection, steps, results

    def is_in_transaction(self) -> bool:
        return bool(self.connection.is_in_transaction())

    def __getattr__(self, how: str) -> Any:
        async def pass_on(sql: str, *values: Any, **options: Any) -> Any:
            result = await getattr(self.connection, how)(sql, *values, **options)
            body = how == "fetchrow" and result is not None and isinstance(result[0], bytes)
            self.steps.append(Step(how, sql, values, body))
            self.results.append(result)
            return result

        return pass_on


@asynccontextmanager
async def recording(house: House, steps: list[Step], results: list[Any]) -> AsyncIterator[None]:
    """While open, every connection of the store is written down."""
    register = house.register
    acquired = register.acquired

    @asynccontextmanager
    async def listened() -> AsyncIterator[_Recorder]:
        async with acquired() as connection:
            yield _Recorder(connection, steps, results)

    object.__setattr__(register, "acquired", listened)
    try:
        yield
    finally:
        object.__delattr__(register, "acquired")


async def script(house: House, ground: Ground, operation: Operation) -> Script:
    """The messages of one request of this kind. The second is written down: the first warms plans and actors."""
    request = operation.requests(ground, ground.token(operation.level))[0]
    path = operation.paths(ground)[0]
    await sent(house.app, request)
    steps: list[Step] = []
    results: list[Any] = []
    async with recording(house, steps, results):
        status, headers, body = await sent(house.app, request)
    if status >= 300:
        raise RuntimeError(f"{operation.name}: {status} {body[:300]!r}")
    slots: dict[Any, str] = {}
    if subject := subject_of(path):
        slots[UUID(subject)] = SUBJECT
    if location := headers.get("location"):
        slots[UUID(location.rsplit("/", 1)[1])] = FRESH
    before, after = (b'{"data":{"persons":', b"}}") if path == "/graphql" else (b"", b"")
    return Script(tuple(_slotted(step, slots) for step in steps), status, before, after)


def _slotted(step: Step, slots: dict[Any, str]) -> Step:
    def slot(value: Any) -> Any:
        return slots.get(value, value) if isinstance(value, UUID) else value

    return step._replace(values=tuple(slot(value) for value in step.values))
