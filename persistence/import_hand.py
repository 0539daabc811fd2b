"""Records of an import: acts read what a batch has fetched before, and what they write is gathered.

Where a kind's nouns are not gathered, its acts run on the database itself, many rows abreast (import_abreast.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from typing import Any
from uuid import UUID

import asyncpg

from domain.course.repository import CourseKnown
from domain.person.repository import PersonKnown
from domain.reading import Scope
from domain.units.seat import Seat
from persistence.abreast import RowConnection, rounds
from persistence.course_records import Courses
from persistence.courses import COURSES
from persistence.gathering import Change, Gathering, Told, subject_of
from persistence.import_abreast import RowAct, Rows
from persistence.import_by_row import RowRecords
from persistence.import_recall import Recall, Recalling
from persistence.import_records import Imports
from persistence.person_records import Persons
from persistence.records import refusal_of
from persistence.registry import READS
from persistence.unit_records import Units

SEATS: dict[UUID, Seat | None] = {}
NUMBERS: dict[int, Seat] = {}
"""Units asked for during one job; forgotten when the next begins."""


def forget_units() -> None:
    SEATS.clear()
    NUMBERS.clear()


class ImportRecords(RowRecords):
    """A transaction entered by the worker for who began an import."""

    def __init__(self, *given: Any, gathering: bool = False) -> None:
        super().__init__(*given)
        self.gathered = Gathering() if gathering else None
        self.recall = Recall()
        self.tries: list[tuple[int, tuple[int, int, int]]] = []
        """Lines that were tried and would be done, each with the end of what it gathered."""
        self.people: dict[UUID, PersonKnown] = {}
        self.on_file: dict[UUID, CourseKnown] = {}
        self.fetched = _Fetched(self)
        self.hand_on_persons: _GatheredPersons | None = None

    async def enter(self, mode: str) -> None:
        """The worker has entered already; the planner mode is its own."""
        self.entered = mode

    @property
    def imports(self) -> Any:
        return Recalling(Imports(self.connection, self.register.sealer, self.ctx, self.fetched), self.recall)

    @property
    def persons(self) -> Persons:
        if self.gathered is None:
            return super().persons
        if self.hand_on_persons is None:
            self.hand_on_persons = _GatheredPersons(self, self.gathered)
        return self.hand_on_persons

    @property
    def courses(self) -> Courses:
        if self.gathered is None:
            return super().courses
        return _GatheredCourses(self, self.gathered)

    @property
    def units(self) -> Units:
        return _KeptUnits(self.connection)

    async def journal(self, act: str, noun: str, id: UUID, outcome: str) -> None:
        if self.gathered is None or READS[noun].table not in GATHERED:
            await super().journal(act, noun, id, outcome)
            return
        row = self._row_of(READS[noun].table, id)
        subject = subject_of(noun, id, row) if row else self._subject(noun, id)
        unit_no = row.get("unit_no") if row else self._unit_no(id)
        self.gathered.told.append(Told(act, noun, outcome, id, subject, unit_no))

    def _row_of(self, table: str, id: UUID) -> dict[str, Any] | None:
        assert self.gathered is not None
        for name, row in reversed(self.gathered.added[-12:]):
            if name == table and row["id"] == id:
                return dict(row)
        return None

    def _subject(self, noun: str, id: UUID) -> UUID:
        return self.on_file[id].person_id if noun == COURSES.noun.name else id

    def _unit_no(self, id: UUID) -> int | None:
        known = self.people.get(id) or self.on_file.get(id)
        return known.unit_no if known else None

    # -- what may be given up

    @asynccontextmanager
    async def tried(self, line: int) -> AsyncIterator[None]:
        """Do it without storing it. What is gathered is kept for whoever makes it ready (import_ready.py)."""
        assert self.gathered is not None
        async with self.apart():
            yield
        self.tries.append((line, self.gathered.mark()))

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """One row: whole or not at all."""
        assert self.gathered is not None
        mark = self.gathered.mark()
        try:
            yield
        except BaseException:
            self.gathered.back_to(mark)
            raise

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Rows stored at once, or none of them. Raises what the database refuses, in our words."""
        async with self.savepoint(kept=True):
            yield
            assert self.gathered is not None
            await self.gathered.store(self.connection)

    async def abreast(self, acts: Sequence[tuple[Hashable, RowAct]], *, kept: bool) -> list[Any]:
        """What the acts of rows come to, each its answer or its Refusal; of the same key one after the other.

        Each is whole or not at all; where they are not to be kept, nothing of any of them is.
        """
        return await Rows(self, [act for _, act in acts], kept=kept).done(list(rounds([key for key, _ in acts])))

    def row(self, connection: RowConnection, *, trying: bool) -> ImportRecords:
        """The records of one of many rows: what is looked up once a transaction is shared, what it does is its own."""
        row = copy(self)
        row.connection, row.told, row.extras = connection, [], {}
        row.begun(trying=trying)
        return row

    @asynccontextmanager
    async def kept_apart(self) -> AsyncIterator[None]:
        """An act on the database itself: whole or not at all."""
        async with self.savepoint(kept=True):
            yield

    @asynccontextmanager
    async def savepoint(self, *, kept: bool) -> AsyncIterator[None]:
        mark = self.begun(trying=not kept)
        await self.connection.execute("savepoint row")
        try:
            yield
        except BaseException as error:
            self.given_back(mark)
            if self.gathered is not None:
                self.gathered.back_to((0, 0, 0))
            if not self.connection.is_closed():
                await self.connection.execute("rollback to savepoint row")
            if isinstance(error, asyncpg.PostgresError):
                raise refusal_of(error) from error
            raise
        await self.connection.execute("release savepoint row" if kept else "rollback to savepoint row")
        await self.ended() if kept else self.given_back(mark)


GATHERED = frozenset({"person", "responsibility", "person_identifier", "person_phone", "residence", "treatment_course"})


class _Fetched:
    """Where a batch leaves what it has found, for the acts to read."""

    def __init__(self, records: ImportRecords) -> None:
        self.records = records

    def person(self, known: PersonKnown) -> None:
        self.records.people[known.id] = known

    def course(self, known: CourseKnown) -> None:
        self.records.on_file[known.id] = known


class _GatheredPersons(Persons):
    """Persons whose writes are gathered."""

    def __init__(self, records: ImportRecords, gathered: Gathering) -> None:
        super().__init__(records.connection, records.register.sealer, records.ctx)
        self.records = records
        self.gathered = gathered

    async def person(self, id: UUID, *, within: Scope) -> PersonKnown | None:
        known = self.records.people.get(id)
        return known if known is not None and within.covers(known.unit_no) else None

    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None:
        self.gathered.changed.append((READS[noun].table, Change(id, self._sealed(noun, id, dict(changes)))))

    async def _insert(self, table: str, row: Mapping[str, Any]) -> None:
        self.gathered.added.append((table, dict(row)))


class _GatheredCourses(Courses):
    """Courses whose writes are gathered."""

    def __init__(self, records: ImportRecords, gathered: Gathering) -> None:
        super().__init__(records.connection, records.ctx, records.enter)
        self.records = records
        self.gathered = gathered

    async def course(self, id: UUID, *, within: Scope) -> CourseKnown | None:
        known = self.records.on_file.get(id)
        if known is None or not within.covers(known.unit_no):
            return None
        for _table, change in self.gathered.changed[-2:]:
            if change.id == id:  # corrected a moment ago, for the same row
                known = known._replace(**{n: v for n, v in change.values.items() if n in CourseKnown._fields})
        return known

    async def add(self, id: UUID, person: PersonKnown, facts: Mapping[str, Any]) -> None:
        seat = await self.records.units.seat_at(person.unit_no)
        row = dict(facts) | {
            "id": id,
            "person_id": person.id,
            "unit_no": person.unit_no,
            "made_unit_no": person.unit_no,
            "province_no": seat.province_no if seat else None,
            "recorded_by": self.ctx.actor.account_id,
        }
        self.gathered.added.append((COURSES.table, row))

    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None:
        self.gathered.changed.append((COURSES.table, Change(id, dict(changes))))


class _KeptUnits(Units):
    """Units asked once a job."""

    async def seat(self, id: UUID) -> Seat | None:
        if id not in SEATS:
            SEATS[id] = await super().seat(id)
        return SEATS[id]

    async def seat_at(self, no: int) -> Seat | None:
        if no not in NUMBERS:
            found = await super().seat_at(no)
            if found is None:
                return None
            NUMBERS[no] = found
        return NUMBERS[no]
