"""What a preview would store, made ready batch by batch, sealed and kept until the commit (decision 0009).

The acts ran in the preview; what they gathered is kept as COPY takes it. Columns that hold one value in every row of a
batch stand beside it, and so do those that hold the moment of doing: they are filled in when it is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import dialect

from domain.imports.running import Judged
from domain.person.identity import IdentityKind
from persistence.copying import encoded
from persistence.gathering import Change, Gathering, Told, rounds, table_of
from persistence.import_hand import ImportRecords
from persistence.import_recall import Question
from persistence.import_stored import trace_of
from persistence.sealing import Sealer

LINE: Final = "line"
POSTGRESQL: Final[Any] = dialect()  # type: ignore[no-untyped-call]
TEXTS: Final = dict.fromkeys(("act", "noun", "outcome"), "TEXT")
TOLD: Final = TEXTS | {"place": "INTEGER", "id": "UUID", "subject": "UUID", "unit_no": "INTEGER"}
MADE: Final = {"id": "UUID", "made_id": "UUID", "noun": "TEXT", "trace": "BYTEA"}


class Group(NamedTuple):
    """Rows that one statement stores."""

    what: str
    """`insert`, `update`, `told`, `made` (rows made whole), `changed` (rows changed)."""
    table: str
    columns: tuple[str, ...]
    """Of the rows, behind their line."""
    same: Mapping[str, Any]
    """What stands alike in every row."""
    moments: tuple[str, ...]
    """What holds the moment of doing."""
    size: int
    rows: bytes


class Ready(NamedTuple):
    """A batch as it will be stored."""

    first_no: int
    last_no: int
    size: int
    """Rows of the file, done or not."""
    questions: tuple[Question, ...]
    held: Mapping[bytes, int]
    """Personal numbers of rows to be made, each with its line: somebody may bear it elsewhere."""
    targets: frozenset[UUID]
    """What is changed."""
    groups: tuple[Group, ...]


def ready(records: ImportRecords, sealer: Sealer, rows: Sequence[Judged], ids: Mapping[int, UUID]) -> Ready | None:
    """What the acts of a batch gathered; None where that is not all that was judged on."""
    gathered, recall = records.gathered, records.recall
    if gathered is None or not recall.whole:
        return None
    lines = Lines(records.tries, gathered)
    made = [row for row in rows if row.made is not None]
    changed = frozenset(row.made.id for row in made if row.made and not row.made.created)
    groups = (
        *_added(gathered, lines, records.ctx.now),
        *_changed(gathered, lines, records.ctx.now),
        *_told(gathered, lines),
        *_made(sealer, made, ids),
    )
    held = {} if not gathered.added else _held(gathered, lines, changed)
    return Ready(rows[0].no, rows[-1].no, len(rows), tuple(recall.questions), held, changed, groups)


class Lines:
    """By which line of the file each gathered write came."""

    def __init__(self, tries: Sequence[tuple[int, tuple[int, int, int]]], gathered: Gathering) -> None:
        self.added = _repeated(tries, 0, len(gathered.added))
        self.changed = _repeated(tries, 1, len(gathered.changed))
        self.told = _repeated(tries, 2, len(gathered.told))


def _repeated(tries: Sequence[tuple[int, tuple[int, int, int]]], at: int, count: int) -> list[int]:
    found: list[int] = []
    for line, end in tries:
        found += [line] * (end[at] - len(found))
    assert len(found) == count
    return found


def _added(gathered: Gathering, lines: Lines, now: datetime) -> Iterator[Group]:
    """New rows by table and by the columns they name, in the order in which tables first came up."""
    tables: dict[str, dict[tuple[str, ...], list[tuple[Any, ...]]]] = {}
    for (table, row), line in zip(gathered.added, lines.added, strict=True):
        tables.setdefault(table, {}).setdefault(tuple(row), []).append((line, *row.values()))
    for table, alike in tables.items():
        for columns, rows in alike.items():
            yield _group("insert", table, (LINE, *columns), rows, types_of(table), now)


def _changed(gathered: Gathering, lines: Lines, now: datetime) -> Iterator[Group]:
    line_of = {id(change): line for (_, change), line in zip(gathered.changed, lines.changed, strict=True)}
    for table, columns, changes in rounds(gathered.changed):
        rows = [(line_of[id(one)], one.id, *_values(one, columns)) for one in changes]
        yield _group("update", table, (LINE, "id", *columns), rows, types_of(table), now)


def _values(change: Change, columns: Iterable[str]) -> tuple[Any, ...]:
    return tuple(change.values[name] for name in columns)


def _told(gathered: Gathering, lines: Lines) -> Iterator[Group]:
    rows = [(line, place, *told) for place, (line, told) in enumerate(zip(lines.told, gathered.told, strict=True))]
    if rows:
        yield _group("told", "told", (LINE, "place", *Told._fields), rows, TOLD)


def _made(sealer: Sealer, made: Sequence[Judged], ids: Mapping[int, UUID]) -> Iterator[Group]:
    """What became of each row: as the report will show it."""
    for what, created in (("made", True), ("changed", False)):
        rows = [
            (row.no, ids[row.no], row.made.id, row.made.noun, trace_of(sealer, ids[row.no], row.made))
            for row in made
            if row.made is not None and row.made.created == created
        ]
        for noun in dict.fromkeys(row[3] for row in rows):
            of_noun = [row for row in rows if row[3] == noun]
            yield _group(what, noun, (LINE, *MADE), of_noun, MADE)


def _held(gathered: Gathering, lines: Lines, changed: frozenset[UUID]) -> dict[bytes, int]:
    return {
        row["number_blind"]: line
        for (table, row), line in zip(gathered.added, lines.added, strict=True)
        if table == "person_identifier" and row["kind"] == IdentityKind.PERSONAL_ID and row["person_id"] not in changed
    }


def _group(
    what: str,
    table: str,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    types: Mapping[str, str],
    now: datetime | None = None,
) -> Group:
    same: dict[str, Any] = {}
    moments, kept, columns = [], [], []
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        first = values[0]
        if first is now and now is not None:
            moments.append(name)
        elif name != LINE and not isinstance(first, bytes) and _alike(values):
            same[name] = first
        else:
            kept.append(name)
            columns.append(values)
    kinds = ["INTEGER" if name == LINE else types[name] for name in kept]
    return Group(what, table, tuple(kept), same, tuple(moments), len(rows), encoded(kinds, columns))


def _alike(values: Sequence[Any]) -> bool:
    """Most columns that differ do so between the ends."""
    return values[0] == values[-1] and values.count(values[0]) == len(values)


@lru_cache(64)
def types_of(table: str) -> Mapping[str, str]:
    """The columns of a table with their types, as PostgreSQL spells them."""
    return {column.name: str(column.type.compile(dialect=POSTGRESQL)) for column in table_of(table).columns}


# -- sealed


def sealed(sealer: Sealer, import_id: UUID, one: Ready) -> bytes:
    """A head that says what follows, and the rows."""
    head = json.dumps(
        {
            "of": [one.first_no, one.last_no, one.size],
            "questions": one.questions,
            "held": {blind.hex(): line for blind, line in one.held.items()},
            "targets": [str(id) for id in one.targets],
            "groups": [(*group[:3], _packed(group.same), *group[4:6], len(group.rows)) for group in one.groups],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")
    content = b"".join((len(head).to_bytes(4), head, *(group.rows for group in one.groups)))
    return sealer.seal_bytes(content, table="import_ready", row=import_id, column=f"rows/{one.last_no}")


def opened(sealer: Sealer, import_id: UUID, last_no: int, blob: bytes) -> Ready:
    content = sealer.open_bytes(blob, table="import_ready", row=import_id, column=f"rows/{last_no}")
    start = 4 + int.from_bytes(content[:4])
    head = json.loads(content[4:start].decode("utf-8", "surrogatepass"))
    groups = []
    for what, table, columns, same, moments, size, length in head["groups"]:
        rows = content[start : start + length]
        groups.append(Group(what, table, tuple(columns), _unpacked(same), tuple(moments), size, rows))
        start += length
    first_no, last_no, size = head["of"]
    return Ready(
        first_no,
        last_no,
        size,
        tuple(Question(*one) for one in head["questions"]),
        {bytes.fromhex(blind): line for blind, line in head["held"].items()},
        frozenset(UUID(id) for id in head["targets"]),
        tuple(groups),
    )


def _packed(same: Mapping[str, Any]) -> dict[str, Any]:
    """Values with what JSON does not know marked."""
    return {name: _marked(value) for name, value in same.items()}


def _marked(value: Any) -> Any:
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "uuid": UUID,
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
}


def _unpacked(same: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in same.items():
        if isinstance(value, dict):
            ((mark, text),) = value.items()
            found[name] = READ[mark](text)
        else:
            found[name] = value
    return found
