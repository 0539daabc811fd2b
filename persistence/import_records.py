"""Imports, written and looked up: implements domain.imports.repository on one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.acts import Context
from domain.course.repository import CourseKnown
from domain.imports.fetching import Progress, ToldRow
from domain.imports.kinds.cases import CaseOnFile
from domain.imports.kinds.courses import CourseOnFile
from domain.imports.people import Looked, PersonFound
from domain.imports.places import UnitKnown
from domain.imports.repository import ImportKnown, RowKnown
from domain.imports.values import Place
from domain.person.repository import PersonKnown
from domain.reading import Scope
from files.cells import unpacked
from persistence.import_decisions import decisions_of
from persistence.import_kept import KeptLookups
from persistence.import_lookups import (
    CASES_OF,
    COURSES_BY_REF,
    COURSES_OF,
    OUTSIDE,
    PEOPLE_BY_NAME,
    PEOPLE_BY_NUMBER,
    PEOPLE_BY_REF,
    units_of,
)
from persistence.imports import IMPORT_JOBS, IMPORT_MAPPINGS, IMPORT_ROWS
from persistence.registry import READS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.transfer import transferring
from persistence.writing import as_json, change, insert

JOB = (
    "select t.id, t.unit_no, t.state, t.kind, t.mode, t.fingerprint, t.recorded_by,"
    " coalesce((t.outcomes ->> 'waiting')::int, 0), coalesce((t.outcomes ->> 'done')::int, 0)"
    " + coalesce((t.outcomes ->> 'requested')::int, 0), t.format from import_job t where t.id = $1 and {wall}"
    " for no key update"
)
ROW = (
    "select t.id, t.import_id, j.state, j.kind, t.verdict, t.candidates from import_row t"
    " join import_job j on j.id = t.import_id where t.id = $1 and {wall} for no key update of t"
)
ERRORS = (
    "select count(*) from import_row t where t.import_id = $1 and {wall}"
    " and coalesce(t.decision, t.verdict) in ('error', 'review')"
)
MOVED = (
    "select t.no from import_row t left join {table} x on x.id = t.target_id where t.import_id = $1 and {wall}"
    " and t.verdict in ('update', 'unchanged') and t.target_id is not null"
    " and x.version is distinct from t.target_version order by t.no limit 1000"
)
TOLD = (
    "select t.id, t.no, t.cells, coalesce(nullif(t.outcome, 'skipped'), t.verdict), t.flaws from import_row t"
    " where t.import_id = $1 and {wall} and {only} order by t.no"
)
ERRORS_ONLY = "coalesce(nullif(t.outcome, 'skipped'), t.verdict) in ('error', 'review', 'failed', 'moved', 'waiting')"
FINGERPRINT = (
    "select encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', no, verdict, target_id, target_version,"
    " decision, decided_target_id), ';' order by no), ''), 'UTF8')), 'hex') from import_row where import_id = $1"
)


class Fetched(Protocol):
    """Where an import keeps what a batch has found, so that its acts need not ask again."""

    def person(self, known: PersonKnown) -> None: ...
    def course(self, known: CourseKnown) -> None: ...


class Imports:
    """Repository of imports."""

    def __init__(self, connection: Any, sealer: Sealer, ctx: Context, fetched: Fetched | None = None) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx
        self.fetched = fetched

    # -- jobs

    async def job(self, id: UUID, *, within: Scope) -> ImportKnown | None:
        wall, bounds = wall_of_write(IMPORT_JOBS, within)
        row = await self.connection.fetchrow(JOB.format(wall=wall), id, *bounds)
        return ImportKnown(*row) if row else None

    async def add(self, id: UUID, facts: Mapping[str, Any], chunks: AsyncIterable[bytes]) -> None:
        """The job, its file in sealed pieces, and the call for a worker, in one transaction."""
        actor = self.ctx.actor
        row = dict(facts) | {
            "id": id,
            "unit_no": actor.unit_no,
            "recorded_by": actor.account_id,
            "acting_appointment": actor.appointment_id,
            "acting_purpose": self.ctx.purpose,
        }
        await insert(self.connection, "import_job", row)
        no = 0
        async for chunk in chunks:
            sealed = await asyncio.to_thread(self.seal, chunk, id, f"chunk/{no}")
            piece = {"import_id": id, "no": no, "unit_no": actor.unit_no, "sealed": sealed}
            await insert(self.connection, "import_chunk", piece)
            no += 1
        await self.call(id, "uploaded")

    async def call(self, id: UUID, state: str) -> None:
        """A worker for the job as it now stands; with the act or not at all."""
        await self.connection.execute("select enqueue('import', $1)", f"import|{id}|{state}|{self.ctx.now.timestamp()}")

    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None:
        row = dict(changes) | {"last_no": 0}
        await change(self.connection, "import_job", id, _documents(row))
        await self.call(id, str(changes["state"]))

    async def errors(self, id: UUID, *, within: Scope) -> int:
        wall, bounds = wall_of_write(IMPORT_ROWS, within)
        return int(await self.connection.fetchval(ERRORS.format(wall=wall), id, *bounds))

    async def moved(self, id: UUID, *, within: Scope) -> Sequence[int]:
        """Lines whose target has another version than the preview saw."""
        wall, bounds = wall_of_write(IMPORT_ROWS, within)
        nouns = await self.connection.fetch(
            "select distinct target_noun from import_row where import_id = $1 and target_noun is not null", id
        )
        lines: list[int] = []
        for noun in nouns:
            sql = MOVED.format(table=READS[noun[0]].table, wall=wall)
            lines += [row[0] for row in await self.connection.fetch(sql, id, *bounds)]
        return sorted(lines)

    async def progress(self, id: UUID, *, within: Scope) -> Progress | None:
        wall, bounds = wall_of_write(IMPORT_JOBS, within)
        row = await self.connection.fetchrow(
            f"select t.state, t.rows_done, t.rows_total, t.version from import_job t where t.id = $1 and {wall}",
            id,
            *bounds,
        )
        return Progress(*row) if row else None

    # -- rows

    async def told(self, id: UUID, *, errors_only: bool, within: Scope) -> Sequence[ToldRow]:
        """Rows as they were sent, with what is said of them."""
        wall, bounds = wall_of_write(IMPORT_ROWS, within)
        rows = await self.connection.fetch(
            TOLD.format(wall=wall, only=ERRORS_ONLY if errors_only else "true"), id, *bounds
        )
        return await asyncio.to_thread(lambda: [self._told(row) for row in rows])

    def _told(self, row: Any) -> ToldRow:
        cells: Mapping[str, Any] = {}
        if row[2] is not None:
            text = self.sealer.open_bytes(row[2], table="import_row", row=row[0], column="cells")
            cells = {name: unpacked(value) for name, value in json.loads(text).items()}
        return ToldRow(row[1], cells, row[3], json.loads(row[4]))

    async def row(self, id: UUID, *, within: Scope) -> RowKnown | None:
        wall, bounds = wall_of_write(IMPORT_ROWS, within)
        row = await self.connection.fetchrow(ROW.format(wall=wall), id, *bounds)
        return _row(row) if row else None

    async def decide(self, id: UUID, import_id: UUID, changes: Mapping[str, Any]) -> None:
        await change(self.connection, "import_row", id, changes)
        fingerprint = await self.connection.fetchval(FINGERPRINT, import_id)
        await change(self.connection, "import_job", import_id, {"fingerprint": fingerprint})

    async def lines_of(self, import_id: UUID, keys: Sequence[bytes]) -> list[tuple[bytes, int]]:
        """Which of the keyed values stood in an earlier line of the file; asked as the worker itself."""
        await self.connection.execute("select set_config('role', 'none', true)")
        rows = await self.connection.fetch(
            "select key, no from import_key where import_id = $1 and key = any($2::bytea[])", import_id, list(keys)
        )
        await self.connection.execute("select set_config('role', 'road_unit', true)")
        return [(row[0], row[1]) for row in rows]

    # -- mappings

    async def mapping(self, id: UUID, *, within: Scope) -> Mapping[str, Any] | None:
        wall, bounds = wall_of_write(IMPORT_MAPPINGS, within)
        row = await self.connection.fetchrow(
            f"select t.id, t.kind, t.name, t.columns from import_mapping t where t.id = $1 and {wall}", id, *bounds
        )
        return dict(row) | {"columns": json.loads(row["columns"])} if row else None

    async def add_mapping(self, id: UUID, facts: Mapping[str, Any]) -> None:
        actor = self.ctx.actor
        row = dict(facts) | {"id": id, "unit_no": actor.unit_no, "recorded_by": actor.account_id}
        await insert(self.connection, "import_mapping", _documents(row))

    async def amend_mapping(self, id: UUID, changes: Mapping[str, Any]) -> None:
        await change(self.connection, "import_mapping", id, _documents(dict(changes)))

    # -- the file

    def seal(self, content: bytes, id: UUID, place: str) -> bytes:
        return self.sealer.seal_bytes(content, table="import_chunk", row=id, column=place)

    async def chunk(self, id: UUID, no: int, *, within: Scope) -> bytes | None:
        """A piece of the file in clear."""
        sealed = await self.connection.fetchval(
            "select t.sealed from import_chunk t where t.import_id = $1 and t.no = $2 and t.unit_no between $3 and $4",
            id,
            no,
            within.lo,
            within.hi,
        )
        if sealed is None:
            return None
        return await asyncio.to_thread(
            self.sealer.open_bytes, sealed, table="import_chunk", row=id, column=f"chunk/{no}"
        )

    # -- what is on file

    async def people(
        self, source: str, looked: Sequence[Looked], *, within: Scope, locking: bool, since: datetime | None
    ) -> Sequence[PersonFound]:
        """Whoever in reach bears a reference, a number or a name of the batch: three statements, each by its index."""
        refs = sorted({one.ref for one in looked if one.ref})
        blinds = sorted({one.blind for one in looked if one.blind})
        names = sorted({(one.name_key, one.born_year or 0) for one in looked if one.name_key})
        named = [[name for name, _ in names], [year for _, year in names]]
        found: dict[UUID, PersonFound] = {}
        for sql, given in (
            (PEOPLE_BY_REF, [source, refs]),
            (PEOPLE_BY_NUMBER, [blinds]),
            (PEOPLE_BY_NAME, [since or self.ctx.now, *named]),
        ):
            if given[-1]:
                for row in await self.connection.fetch(sql, within.lo, within.hi, *given):
                    found[row[0]] = _person(row)
        if locking and found:
            await self._lock("person", found)
        for one in found.values():
            self._keep(one)
        return list(found.values())

    async def _lock(self, table: str, ids: Any) -> None:
        """In the order of ids, so that two imports wait for each other instead of meeting head on."""
        await self.connection.execute(
            f"select 1 from {table} where id = any($1::uuid[]) order by id for no key update", list(ids)
        )

    def _keep(self, one: PersonFound) -> None:
        if self.fetched is not None:
            self.fetched.person(
                PersonKnown(
                    one.id,
                    one.unit_no,
                    one.made_unit_no,
                    one.full_name,
                    one.born_on,
                    one.born_precision,
                    one.gender,
                    voided=False,
                )
            )

    async def held_outside(self, blinds: Sequence[bytes], *, within: Scope) -> frozenset[bytes]:
        """Which personal ids somebody bears outside of one's reach; never told, only acted on (rulings 34)."""
        if not blinds:
            return frozenset()
        async with transferring(self.connection):
            rows = await self.connection.fetch(OUTSIDE, list(blinds), within.lo, within.hi)
        return frozenset(row[0] for row in rows)

    async def courses(
        self, source: str, refs: Sequence[str], person_ids: Sequence[UUID], *, within: Scope, locking: bool
    ) -> Sequence[CourseOnFile]:
        found: dict[UUID, CourseOnFile] = {}
        for sql, given in ((COURSES_OF, [list(person_ids)]), (COURSES_BY_REF, [source, list(refs)])):
            if given[-1]:
                for row in await self.connection.fetch(sql, within.lo, within.hi, *given):
                    found[row[0]] = _course(row)
        if locking and found:
            await self._lock("treatment_course", found)
        for one in found.values():
            if self.fetched is not None:
                self.fetched.course(one.known)
        return list(found.values())

    async def cases(self, person_ids: Sequence[UUID], *, within: Scope) -> Sequence[CaseOnFile]:
        if not person_ids:
            return []
        rows = await self.connection.fetch(CASES_OF, within.lo, within.hi, list(person_ids))
        return [CaseOnFile(*row) for row in rows]

    async def decisions(self, person_ids: Sequence[UUID], *, within: Scope, locking: bool) -> Any:
        """Cases of these persons, and their decisions."""
        return await decisions_of(self.connection, person_ids, within=within, locking=locking)

    @property
    def kept(self) -> KeptLookups:
        """Of nouns that are kept in the usual way."""
        return KeptLookups(self.connection, self.ctx)

    async def units(self, places: Sequence[Place], *, within: Scope) -> Sequence[UnitKnown]:
        return await units_of(self.connection, places, within)


def _row(row: Any) -> RowKnown:
    id, import_id, state, kind, verdict, candidates = row
    return RowKnown(id, import_id, state, kind, verdict, json.loads(candidates))


def _course(row: Any) -> CourseOnFile:
    *facts, version, source_ref = row
    return CourseOnFile(CourseKnown._make((*facts, False)), version, source_ref)


def _person(row: Any) -> PersonFound:
    *facts, residences = row
    lived = [(one["kind"], UUID(one["unit_id"]), one["address"]) for one in json.loads(residences)]
    return PersonFound._make((*facts, lived))


def _documents(row: dict[str, Any]) -> dict[str, Any]:
    return {name: as_json(value) if isinstance(value, dict | list) else value for name, value in row.items()}
