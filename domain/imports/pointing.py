"""What a row names that is on file: a support model, an organisation, a need; by id, reference or name. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.imports.kind import Line, Task
from domain.refusals import Flaw
from domain.text import fold

MOST_LISTED: Final = 5


@dataclass(frozen=True)
class Points:
    """A column that names something on file."""

    column: str
    fact: str
    """The field that keeps its id."""
    noun: str
    only: Mapping[str, Any] = field(default_factory=dict)
    """What it must be besides, by field."""
    words: str | None = None
    """The field that keeps the words themselves, where nothing on file bears that name."""
    nameless: bool = False
    """Meant by id or reference alone: what a person needs or asks for has no name."""


class Named(NamedTuple):
    """Something on file that a row may mean; what has no name has an empty one."""

    id: UUID
    name: str
    source: str | None
    source_ref: str | None
    commune_no: int | None
    """The commune that it stands in."""
    facts: Mapping[str, Any]


class Meant(NamedTuple):
    """What a column comes to: facts, or why none."""

    facts: Mapping[str, Any]
    flaw: Flaw | None = None


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def on_file(task: Task, lines: Sequence[Line], points: Points) -> Sequence[Named]:
    """Everything in reach that the batch may mean by one of its columns."""
    words = {line.values[points.column] for line in lines if points.column in line.values}
    if not words:
        return ()
    ids = [id for word in words if (id := uuid_of(word))]
    names = [] if points.nameless else sorted({fold(word) for word in words})
    found: Sequence[Named] = await task.records.imports.kept.named(
        points.noun, ids, sorted(words), names, within=task.within
    )
    return found


def meant(points: Points, line: Line, found: Collection[Named], source: str, near: int | None) -> Meant:
    """The one that the row names. Of namesakes the one of the same commune; else its column is in error."""
    word = line.values.get(points.column)
    if word is None:
        return Meant({})
    fitting = _fitting(points, word, found, source)
    nearby = [one for one in fitting if near is not None and one.commune_no == near]
    if len(fitting) > 1 and nearby:
        fitting = nearby
    if len(fitting) == 1:
        return Meant({points.fact: fitting[0].id} | ({points.words: None} if points.words else {}))
    if not fitting and points.words and uuid_of(word) is None:
        return Meant({points.words: word, points.fact: None})
    if not fitting:
        return Meant({}, Flaw(f"/{points.column}", "not_in_scope" if points.nameless else "none_of_this_name"))
    listed = sorted(str(one.id) for one in fitting)[:MOST_LISTED]
    return Meant({}, Flaw(f"/{points.column}", "several_of_this_name", (("candidates", listed),)))


def _fitting(points: Points, word: str, found: Collection[Named], source: str) -> list[Named]:
    """By its id; else by the reference it bears in the source of the file; else by its name."""
    kept = [one for one in found if all(one.facts.get(name) == value for name, value in points.only.items())]
    by_id = [one for one in kept if one.id == uuid_of(word)]
    by_ref = [one for one in kept if (one.source, one.source_ref) == (source, word)]
    return by_id or by_ref or [one for one in kept if not points.nameless and fold(one.name) == fold(word)]
