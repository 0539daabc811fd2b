"""Acts of an import on the database itself, a row of the file at a time.

The acts and what they store are those of a single write. What is told of them, what is granted and what becomes due is
written once a row, or once a batch; what is only tried tells, grants and reminds nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.keeping import Holder, Row
from domain.law.in_force import Law
from domain.reading import Scope
from persistence.abreast import RowConnection
from persistence.club_records import Clubs
from persistence.granting import Grants, give
from persistence.keeping import KeptRows
from persistence.law_records import LawRecords
from persistence.records import Records
from persistence.registry import READS
from persistence.task_records import Settled, Tasks, settle

TOLD_AT_ONCE: Final = 2_000


class Told(NamedTuple):
    """An act for the journal and the outbox."""

    act: str
    noun: str
    outcome: str
    id: UUID


class RowRecords(Records):
    """A transaction in which one act follows another, row by row."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.trying = False
        """Whether all that is written will be given back."""
        self.told: list[Told] = []
        self.of_row = _OfRow()
        self.asked: dict[Any, Any] = {}
        """Look-ups of reference data, asked once a transaction."""

    # -- one row

    def begun(self, *, trying: bool) -> int:
        """A row begins; how many acts were told before it."""
        self.trying, self.of_row = trying, _OfRow()
        return len(self.told)

    async def ended(self) -> None:
        """A row is done: nothing of it is given back any more."""
        self.trying, self.of_row = False, _OfRow()
        if len(self.told) >= TOLD_AT_ONCE:
            await self.tell()

    def given_back(self, mark: int) -> None:
        """A row is as it was before: nothing of it is told."""
        self.trying, self.of_row = False, _OfRow()
        del self.told[mark:]

    # -- what is told

    async def journal(self, act: str, noun: str, id: UUID, outcome: str) -> None:
        if not self.trying:
            self.told.append(Told(act, noun, outcome, id))

    async def tell(self) -> None:
        """Journal and outbox of all acts since the last time, in their order; before the transaction is kept."""
        told, self.told = self.told, []
        for noun, acts in _by_noun(told):
            columns = [one.act for one in acts], [one.outcome for one in acts], [one.id for one in acts]
            await self.connection.execute(_tell(noun), noun, *columns)

    # -- what acts write beside their row

    def rows(self, noun: str) -> KeptRows:
        return _Remembered(self, READS[noun])

    @property
    def grants(self) -> Grants:
        return _GrantsOnce(self)

    @property
    def tasks(self) -> Tasks:
        return _TasksOnce(self)

    @property
    def clubs(self) -> Clubs:
        return _ClubsOnce(self)

    @property
    def law(self) -> LawRecords:
        return _LawOnce(self)

    @property
    def lawbook(self) -> LawRecords:
        return _LawOnce(self)


class _OfRow:
    """What the acts of one row of the file have stored so far."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, UUID], Row] = {}
        self.due: dict[tuple[str, UUID], Any] = {}
        self.granted: dict[UUID, Any] = {}


def _by_noun(told: Sequence[Told]) -> Iterator[tuple[str, list[Told]]]:
    for noun in dict.fromkeys(one.noun for one in told):
        yield noun, [one for one in told if one.noun == noun]


@lru_cache(64)
def _tell(noun: str) -> str:
    """As one act is told (persistence/records.py), for many."""
    reads = READS[noun]
    unit = "t.unit_no" if "unit_no" in reads.row.model_fields else "null::int"
    return (
        "with x as materialized (select * from unnest($2::text[], $3::text[], $4::uuid[]) with ordinality"
        " u(act, outcome, id, place)), j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
        f" select x.act, $1, x.outcome, array(select {reads.whose('t')} from {reads.table} t where t.id = x.id), 1"
        " from x order by x.place)"
        " insert into outbox (noun, subject_id, act, unit_no) select $1, x.id, x.act,"
        f" (select {unit} from {reads.table} t where t.id = x.id) from x where x.outcome = 'done' order by x.place"
    )


class _Remembered(KeptRows):
    """Rows that this very row of the file has written, and so holds, are not looked up again."""

    def __init__(self, records: RowRecords, reads: Any) -> None:
        super().__init__(records.connection, records.ctx, reads)
        self.of_row = records.of_row

    async def known(self, id: UUID, *, within: Scope) -> Row | None:
        return self.of_row.rows.get((self.reads.noun.name, id)) or await super().known(id, within=within)

    async def add(self, id: UUID, holder: Holder, facts: Mapping[str, Any]) -> Row:
        row = self._kept(await super().add(id, holder, facts))
        self.of_row.due[self.reads.noun.name, row["id"]] = []  # what is new promises nothing yet
        return row

    async def amend(self, row: Row, changes: Mapping[str, Any]) -> Row:
        return self._kept(await super().amend(row, changes))

    def _kept(self, row: Row) -> Row:
        self.of_row.rows[self.reads.noun.name, row["id"]] = row
        return row


class _GrantsOnce(Grants):
    """A grant is written when it differs from what the row has granted before."""

    def __init__(self, records: RowRecords) -> None:
        super().__init__(records.connection)
        self.trying, self.granted = records.trying, records.of_row.granted

    async def settle(self, reason: str, origin: UUID, **given: Any) -> None:
        if not self.trying and self.granted.get(origin) != (reason, given):
            await super().settle(reason, origin, **given)
            self.granted[origin] = reason, given

    async def _give(self, grant: Mapping[str, Any]) -> None:
        if isinstance(self.connection, RowConnection):
            await self.connection.do(give, grant["origin_id"], grant)
        else:
            await super()._give(grant)

    async def end(self, origin: UUID, at: Any) -> UUID | None:
        if self.trying:
            return None
        self.granted.pop(origin, None)
        return await super().end(origin, at)

    async def end_of_case(self, case_id: UUID, at: Any) -> None:
        if not self.trying:
            self.granted.clear()
            await super().end_of_case(case_id, at)


class _TasksOnce(Tasks):
    """What is due is written when it differs from what the row has settled before."""

    def __init__(self, records: RowRecords) -> None:
        super().__init__(records.connection)
        self.trying, self.due = records.trying, records.of_row.due

    async def settle(self, noun: str, id: UUID, *, due: Any, **given: Any) -> None:
        told = (list(due), given) if due else []
        if not self.trying and self.due.get((noun, id)) != told:
            await super().settle(noun, id, due=due, **given)
            self.due[noun, id] = told

    async def _settle(self, one: Settled) -> None:
        if isinstance(self.connection, RowConnection):
            await self.connection.do(settle, (one.noun, one.id), one)
        else:
            await super()._settle(one)


class _ClubsOnce(Clubs):
    """On which number a club serves a commune, asked once a transaction."""

    def __init__(self, records: RowRecords) -> None:
        super().__init__(records.connection, records.ctx, records.enter)
        self.asked = records.asked

    async def number(self, club_id: UUID, unit_no: int) -> int | None:
        key = "club_number", club_id, unit_no
        if key not in self.asked:
            self.asked[key] = await super().number(club_id, unit_no)
        found: int | None = self.asked[key]
        return found


class _LawOnce(LawRecords):
    """The law in force, asked once a transaction."""

    def __init__(self, records: RowRecords) -> None:
        super().__init__(records.connection)
        self.asked = records.asked

    async def in_force(self) -> Law:
        if "law" not in self.asked:
            self.asked["law"] = await super().in_force()
        law: Law = self.asked["law"]
        return law
