"""Who on the register a row means: by reference, by number, by name and birth, each with its score.

A number is matched only where the caller may see numbers; somebody outside the caller's scope is never matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.access.scope import check_writable
from domain.imports.kind import Candidate, Line, Options, Task, Verdict
from domain.imports.values import Born, Number
from domain.person.identity import IdentityKind
from domain.person.noun import IDENTIFIER
from domain.refusals import Flaw
from domain.text import name_sort_key

BELIEVED: Final = 0.9
"""Score from which name and birth may be believed, where the caller asked for it."""
DOUBTED: Final = 0.6
"""Score from which somebody must look."""


class PersonFound(NamedTuple):
    """A person in reach, as far as matching and the diff need."""

    id: UUID
    unit_no: int
    unit_id: UUID
    version: int
    full_name: str
    name_key: str
    aliases: Sequence[str]
    gender: str | None
    born_on: date | None
    born_precision: str | None
    native_place: str | None
    occupation: str | None
    no_id_reason: str | None
    source: str | None
    source_ref: str | None
    made_unit_no: int
    personal_id: bytes | None
    numbers: Sequence[bytes]
    phones: Sequence[bytes]
    residences: Sequence[tuple[str, UUID, str]]
    """(kind, unit, address) of those that last."""

    @property
    def born(self) -> Born | None:
        return None if self.born_on is None else Born(self.born_on, self.born_precision or "day")


class Looked(NamedTuple):
    """What a row is looked for by."""

    ref: str | None
    blind: bytes | None
    name_key: str | None
    born_year: int | None


class KnownPeople(NamedTuple):
    """Who on file bears a row's reference, its number, its name."""

    by_ref: PersonFound | None
    by_number: PersonFound | None
    by_name: tuple[PersonFound, ...]
    elsewhere: bool = False
    """Whether the number is held outside: asked only at the moment of writing, and never told (rulings 34)."""

    def of(self, id: UUID) -> PersonFound | None:
        every = (self.by_ref, self.by_number, *self.by_name)
        return next((person for person in every if person is not None and person.id == id), None)


class Match(NamedTuple):
    """Who a row means; `doubt` says why somebody must look."""

    person: PersonFound | None
    rule: str | None = None
    score: float | None = None
    doubt: str | None = None
    candidates: tuple[Candidate, ...] = ()


async def found(task: Task, lines: Sequence[Line], ref: str = "source_ref") -> list[KnownPeople]:
    """The people of a batch, asked for at once."""
    numbers = not check_writable(task.ctx, IDENTIFIER.name, {"number"})
    looked = [looked_for(task, line, ref, numbers=numbers) for line in lines]
    people: Sequence[PersonFound] = await task.records.imports.people(
        task.options.source, looked, within=task.within, locking=task.locking, since=task.since
    )
    by_ref = {(person.source, person.source_ref): person for person in people if person.source_ref}
    by_blind = {blind: person for person in people for blind in person.numbers}
    by_name: dict[str, list[PersonFound]] = {}
    for person in people:
        by_name.setdefault(person.name_key, []).append(person)
    return [
        KnownPeople(
            by_ref.get((task.options.source, one.ref)) if one.ref else None,
            by_blind.get(one.blind) if one.blind else None,
            tuple(by_name.get(one.name_key, ())) if one.name_key else (),
        )
        for one in looked
    ]


def looked_for(task: Task, line: Line, ref: str, *, numbers: bool) -> Looked:
    number: Number | None = line.values.get("national_id")
    name: str | None = line.values.get("full_name")
    blind = task.ctx.store.blind(IDENTIFIER.name, number.digits) if number and numbers else None
    birth: Born | None = line.values.get("born_on")
    return Looked(line.values.get(ref), blind, name_sort_key(name) if name else None, birth.on.year if birth else None)


def matched(line: Line, known: KnownPeople, options: Options, unit_no: int | None) -> Match:
    """The rules in their order; what contradicts itself is for somebody to look at."""
    if known.by_ref is not None:
        return _by_ref(known.by_ref, known)
    if known.by_number is not None:
        return _by_number(line, known.by_number, options, unit_no)
    return _by_name(line, known.by_name, options)


def _by_ref(person: PersonFound, known: KnownPeople) -> Match:
    if known.by_number is not None and known.by_number.id != person.id:
        both = (Candidate(person.id, 1.0), Candidate(known.by_number.id, 1.0))
        return Match(None, "source_ref", 0.5, "two_persons_match", both)
    return Match(person, "source_ref", 1.0)


def _by_number(line: Line, person: PersonFound, options: Options, unit_no: int | None) -> Match:
    if "number" not in options.match:
        return Match(None, "number", 1.0, "looks_like_somebody", (Candidate(person.id, 1.0),))
    if unit_no is not None and unit_no != person.unit_no:
        return Match(None, "number", 1.0, "on_file_in_another_unit", (Candidate(person.id, 1.0),))
    score = likeness(line.values, person)
    if score < 0.3 and line.values.get("full_name"):
        return Match(None, "number", 0.5, "number_of_another_name", (Candidate(person.id, 0.5),))
    return Match(person, "number", 1.0)


def _by_name(line: Line, people: Sequence[PersonFound], options: Options) -> Match:
    scored = sorted(((likeness(line.values, person), person) for person in people), key=lambda one: -one[0])
    likely = [(score, person) for score, person in scored if score >= DOUBTED]
    if not likely:
        return Match(None)
    (score, best), candidates = likely[0], tuple(Candidate(person.id, score) for score, person in likely[:5])
    alone = len(likely) == 1 and score >= BELIEVED
    if alone and "name_and_birth" in options.match:
        return Match(best, "name_and_birth", score)
    return Match(best if alone else None, "name_and_birth", score, "looks_like_somebody", candidates)


def likeness(values: Mapping[str, Any], person: PersonFound) -> float:
    """0 to 1: the same name is half of it, the birth the rest; a contradiction is 0."""
    name: str | None = values.get("full_name")
    same_name = name is not None and name_sort_key(name) == person.name_key
    gender: str | None = values.get("gender")
    if gender and person.gender and gender != person.gender:
        return 0.0
    born: Born | None = values.get("born_on")
    if born is None or person.born is None:
        return 0.65 if same_name else 0.2
    agree = _agreement(born, person.born)
    return round(min(1.0, (0.5 if same_name else 0.1) + agree), 2) if agree else 0.0


def _agreement(one: Born, other: Born) -> float:
    """How much two births say the same: only as far as both are known."""
    if "year" in (one.precision, other.precision):
        return 0.2 if one.on.year == other.on.year else 0.0
    if "month" in (one.precision, other.precision):
        return 0.3 if one.on.replace(day=1) == other.on.replace(day=1) else 0.0
    return 0.45 if one.on == other.on else 0.0


def is_personal(number: Number | None) -> bool:
    return number is not None and number.kind == IdentityKind.PERSONAL_ID


def person_of(line: Line, known: KnownPeople, task: Task) -> Match:
    """Whom a row about a person means. The person's whole name and day of birth, met once, are enough."""
    options = task.options
    believing = replace(options, match=(*options.match, "number", "name_and_birth"))
    return matched(line, known, believing, None)


def unsure(match: Match) -> Verdict:
    """A row whose person is not there, or not one alone."""
    if match.doubt is None:
        return Verdict("error", flaws=(Flaw("", "person_not_found"),))
    return Verdict("review", match.rule, match.score, flaws=(Flaw("", match.doubt),), candidates=match.candidates)
