"""What a batch asked of the register, and whether the same questions would be answered alike today.

A verdict follows from the row and from what was found; where the same is found, it is the same verdict.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.imports.kind import Task
from domain.imports.people import Looked
from domain.reading import Scope
from persistence.import_records import Imports

ANSWERED: Final = frozenset({"units", "lines_of", "held_outside"})
"""Questions that need no second asking here: units move with the ground, lines stand in the file, and numbers held
elsewhere are asked at the commit alone."""


class Question(NamedTuple):
    """A question of a batch, as JSON has it, and a hash of what was found."""

    name: str
    given: list[Any]
    answer: str


class Recall:
    """The questions of one batch."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.whole = True
        """Whether every question can be asked again."""


class Recalling:
    """Imports, with a memory of what was asked for a batch."""

    def __init__(self, imports: Imports, recall: Recall) -> None:
        self.imports = imports
        self.recall = recall

    async def people(self, source: str, looked: Sequence[Looked], *, within: Scope, **how: Any) -> Sequence[Any]:
        found = await self.imports.people(source, looked, within=within, **how)
        given = [source, [[one.ref, one.blind.hex() if one.blind else None, *one[2:]] for one in looked]]
        self.recall.questions.append(Question("people", given, digest(found)))
        return found

    async def courses(
        self, source: str, refs: Sequence[str], person_ids: Sequence[UUID], *, within: Scope, **how: Any
    ) -> Sequence[Any]:
        found = await self.imports.courses(source, refs, person_ids, within=within, **how)
        given = [source, list(refs), [str(id) for id in person_ids]]
        self.recall.questions.append(Question("courses", given, digest(found)))
        return found

    def __getattr__(self, name: str) -> Any:
        if name not in ANSWERED:
            self.recall.whole = False
        return getattr(self.imports, name)


def digest(found: Sequence[Any]) -> str:
    """Of what was found, in whatever order it came."""
    if not found:
        return ""
    return sha256("\n".join(sorted(repr(_plain(one)) for one in found)).encode("utf-8", "replace")).hexdigest()


def _plain(value: Any) -> Any:
    """Lists of a row in one order: the database promises none."""
    if isinstance(value, list):
        return sorted(map(repr, map(_plain, value)))
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


async def _people(task: Task, source: str, looked: Sequence[Sequence[Any]]) -> Sequence[Any]:
    meant = [Looked(ref, bytes.fromhex(blind) if blind else None, name, year) for ref, blind, name, year in looked]
    found: Sequence[Any] = await task.records.imports.people(
        source, meant, within=task.within, locking=True, since=task.since
    )
    return found


async def _courses(task: Task, source: str, refs: Sequence[str], ids: Sequence[str]) -> Sequence[Any]:
    found: Sequence[Any] = await task.records.imports.courses(
        source, refs, [UUID(id) for id in ids], within=task.within, locking=True
    )
    return found


ASK: Final[Mapping[str, Callable[..., Awaitable[Sequence[Any]]]]] = {"people": _people, "courses": _courses}


async def unmoved(task: Task, questions: Sequence[Question]) -> bool:
    """Whether each question is answered as it was; what is found is locked until the transaction ends."""
    for question in questions:
        if digest(await ASK[question.name](task, *question.given)) != question.answer:
            return False
    return True
