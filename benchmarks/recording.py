"""What ours says to the database, written down statement by statement, so that the limit can say the very same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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

    def is_closed(self) -> bool:
        return bool(self.connection.is_closed())

    def __getattr__(self, how: str) -> Any:
        async def pass_on(sql: str, *values: Any, **options: Any) -> Any:
            result = await getattr(self.connection, how)(sql, *values, **options)
            body = how == "fetchrow" and result is not None and isinstance(result[0], bytes)
            self.steps.append(Step(how, sql, values, body))
            self.results.append(result)
            return result

        return pass_on


class _Listened:
    """A pool whose connections are written down."""

    def __init__(self, pool: Any, steps: list[Step], results: list[Any]) -> None:
        self.pool, self.steps, self.results = pool, steps, results

    async def acquire(self, **options: Any) -> _Recorder:
        return _Recorder(await self.pool.acquire(**options), self.steps, self.results)

    def get_idle_size(self) -> int:
        return 0

    async def release(self, recorder: _Recorder) -> None:
        await self.pool.release(recorder.connection)


@contextmanager
def through(register: Any, pool: Any) -> Iterator[None]:
    """While open, the store takes its connections from this pool; actors are still read from its own."""
    own = register.pool
    object.__setattr__(register, "pool", pool)
    try:
        yield
    finally:
        object.__setattr__(register, "pool", own)


@contextmanager
def recording(house: House, steps: list[Step], results: list[Any]) -> Iterator[None]:
    """While open, every connection of the store is written down."""
    with through(house.register, _Listened(house.register.pool, steps, results)):
        yield


async def script(house: House, ground: Ground, operation: Operation) -> Script:
    """The messages of one request of this kind. The second is written down: the first warms plans and actors."""
    request = operation.requests(ground, ground.token(operation.level))[0]
    path = operation.paths(ground)[0]
    await sent(house.app, request)
    steps: list[Step] = []
    results: list[Any] = []
    with recording(house, steps, results):
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
