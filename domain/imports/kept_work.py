"""Import of nouns that are kept in the usual way (domain.keeping): one work for all of them.

A row finds whose it is, what it names, and what is on file; it is recorded, corrected and moved by the noun's own acts,
so that its rules, its tasks and its journal are those of a single write.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from domain.acts import Act
from domain.imports.kept_diff import Declared, Plan, before_of, is_same, planned
from domain.imports.kind import Column, ImportKind, Line, Task, Values, Verdict
from domain.imports.made import Made
from domain.imports.people import Match, found, person_of, unsure
from domain.imports.pointing import Meant, Named, Points, meant, on_file
from domain.keeping import Row, Shift, Tell
from domain.person.model import Amend
from domain.refusals import Flaw

PERSON = ("national_id", "person_ref", "full_name")
MOST_LISTED = 5


class KnownKept(NamedTuple):
    """What a row is about: whose it is, what it names, what is on file."""

    match: Match | None
    """None where the noun is of no person, or this row of none."""
    facts: Mapping[str, Any] = {}
    row: Row | None = None
    flaws: tuple[Flaw, ...] = ()


class OnFile(NamedTuple):
    """Rows that a batch may mean, as they are looked for."""

    by_ref: Mapping[tuple[Any, Any], Row]
    by_holder: Mapping[UUID | None, Sequence[Row]]
    """Without those that nobody holds."""

    @classmethod
    def of(cls, rows: Sequence[Row], holder: str) -> OnFile:
        held: dict[UUID | None, list[Row]] = {}
        for row in rows:
            if row.get(holder) is not None:
                held.setdefault(row[holder], []).append(row)
        return cls({(row["source"], row["source_ref"]): row for row in rows}, held)


@dataclass(frozen=True)
class KeptWork(Declared):
    """Work on one kept noun."""

    # -- what is on file

    async def known(self, task: Task, lines: Sequence[Line]) -> list[KnownKept]:
        matches = await self._people(task, lines)
        named = [(points, await on_file(task, lines, points)) for points in self.points]
        facts = [self._named(task, line, match, named) for line, match in zip(lines, matches, strict=True)]
        holders = [self._holder(match, one) for match, one in zip(matches, facts, strict=True)]
        refs = [line.values["source_ref"] for line in lines if "source_ref" in line.values]
        found: Sequence[Row] = await task.records.imports.kept.rows(
            self.kept.noun.name,
            task.options.source,
            refs,
            (self.holder, [id for id in holders if id]),
            within=task.within,
            locking=task.locking,
        )
        rows, seen = OnFile.of(found, self.holder), dict[tuple[Any, ...], int]()
        return [
            self._known(task, line, match, one, holder, rows, seen)
            for line, match, one, holder in zip(lines, matches, facts, holders, strict=True)
        ]

    async def _people(self, task: Task, lines: Sequence[Line]) -> list[Match | None]:
        if self.holder != "person_id":
            return [None] * len(lines)
        about = [line for line in lines if not self.either or line.values.keys() & set(PERSON)]
        people = await found(task, about, "person_ref")
        matches = {line.no: person_of(line, known, task) for line, known in zip(about, people, strict=True)}
        return [matches.get(line.no) for line in lines]

    def _named(
        self, task: Task, line: Line, match: Match | None, named: Iterable[tuple[Points, Sequence[Named]]]
    ) -> Meant:
        """Every column that names something: its facts, and the flaws of those that name nothing or too much."""
        near = match.person.unit_no if match and match.person else getattr(line.values.get("unit"), "no", None)
        facts: dict[str, Any] = {}
        flaw = None
        for points, candidates in named:
            one = meant(points, line, candidates, task.options.source, near)
            facts |= one.facts
            flaw = flaw or one.flaw
        return Meant(facts, flaw)

    def _holder(self, match: Match | None, facts: Meant) -> UUID | None:
        if self.holder == "person_id":
            return match.person.id if match and match.person else None
        id: UUID | None = facts.facts.get(self.holder)
        return id

    def _known(
        self,
        task: Task,
        line: Line,
        match: Match | None,
        named: Meant,
        holder: UUID | None,
        rows: OnFile,
        seen: dict[tuple[Any, ...], int],
    ) -> KnownKept:
        given = self._given(line, named, None, task)
        row, flaw = self._on_file(task, line, given, holder, rows)
        flaws = [one for one in (named.flaw, flaw) if one]
        if self.either and holder is None and match is None and "source_ref" not in line.values:
            flaws.append(Flaw("/source_ref", "required"))
        key = (holder, line.values.get("source_ref"), *(repr(given.get(name)) for name in self.same))
        if holder is not None and seen.setdefault(key, line.no) != line.no:
            flaws.append(Flaw("", "repeated_in_file", (("line", seen[key]),)))
        return KnownKept(match, self._given(line, named, row, task), row, tuple(flaws))

    def _on_file(
        self, task: Task, line: Line, given: Values, holder: UUID | None, rows: OnFile
    ) -> tuple[Row | None, Flaw | None]:
        """By its reference, else by what makes it the same; of several that may be meant, none is guessed."""
        source, ref = task.options.source, line.values.get("source_ref")
        by_ref = rows.by_ref.get((source, ref)) if ref else None
        if by_ref is not None:
            return by_ref, self._of_another(by_ref, holder)
        others = [
            row
            for row in rows.by_holder.get(holder, ())
            if not (ref and row["source"] == source and row["source_ref"] is not None)
            and is_same(row, given, self.same)
        ]
        fitting = self._likely(others, ref)
        if len(fitting) > 1:
            listed = sorted(str(row["id"]) for row in fitting)[:MOST_LISTED]
            return None, Flaw("", "several_match", (("candidates", listed),))
        return (fitting[0] if fitting else None), None

    def _likely(self, rows: list[Row], ref: str | None) -> list[Row]:
        """Of several: those without a reference for a row without one; what still goes on before what has ended."""
        life = self.kept.life
        nameless = [row for row in rows if ref is None and row["source_ref"] is None]
        fitting = nameless or rows
        going_on = [row for row in fitting if life is None or row["state"] not in life.finals]
        return going_on if len(fitting) > 1 and going_on else fitting

    def _of_another(self, row: Row, holder: UUID | None) -> Flaw | None:
        return Flaw("/source_ref", "of_somebody_else") if row.get(self.holder) != holder else None

    def _given(self, line: Line, named: Meant, row: Row | None, task: Task) -> dict[str, Any]:
        """The row's facts by field."""
        names = (self.kept.told | set(self.moved) | {"state"}) - self.kept.beside
        given = {name: value for name, value in line.values.items() if name in names}
        given |= named.facts
        shaped = self.shape(line.values | dict(named.facts), row, task.ctx.today) if self.shape else {}
        return given | dict(shaped)

    def depends_on(self, known: KnownKept) -> Hashable:
        """Of one person, or of nobody on the register, one after the other; of a model, who is named alike."""
        if self.holder == "person_id":
            return known.match.person.id if known.match and known.match.person else None
        return known.facts.get(self.holder), *(repr(known.facts.get(name)) for name in self.same)

    # -- verdicts

    def judge(self, task: Task, line: Line, known: KnownKept) -> Verdict:
        match = known.match
        if match is not None and (match.person is None or match.doubt):
            return unsure(match)
        person = match.person.id if match and match.person else None
        if known.flaws:
            return Verdict("error", flaws=known.flaws, person=person)
        plan = self._plan(task, known)
        if plan.flaws:
            return Verdict("error", flaws=plan.flaws, person=person)
        row = known.row
        if row is None:
            rule, score = (match.rule, match.score) if match else (None, None)
            return Verdict("create", rule, score, person=person)
        by_ref = row["source"] == task.options.source and row["source_ref"] == line.values.get("source_ref")
        word = "update" if plan.diff else "unchanged"
        rule = "source_ref" if by_ref and row["source_ref"] else "same_facts"
        return Verdict(word, rule, 1.0, row["id"], row["version"], person, plan.diff)

    def _plan(self, task: Task, known: KnownKept) -> Plan:
        return planned(self, dict(known.facts), known.row, blanks_only=task.options.blanks_only)

    def settled(self, _task: Task, _line: Line, _known: KnownKept, _target: UUID) -> Verdict | None:
        return None

    # -- doing

    async def create(self, task: Task, line: Line, known: KnownKept) -> Made:
        plan = self._plan(task, known)
        person = known.match.person.id if known.match and known.match.person else None
        unit = line.values.get("unit")
        told = plan.told | {"source": task.options.source, "source_ref": line.values.get("source_ref")}
        if unit is not None and self.kept.of in ("unit", "either") and person is None:
            told["unit_id"] = unit.id
        id = await task.write(self.kept.record, Tell(told, person_id=person))
        await self._move(task, id, plan)
        version = 1 if not plan.steps else int((await self._row(task, id))["version"])
        return Made("done", self.kept.noun.name, id, person, version=version)

    async def update(self, task: Task, _line: Line, known: KnownKept, verdict: Verdict) -> Made:
        assert known.row is not None
        plan, id = self._plan(task, known), UUID(str(known.row["id"]))
        if plan.amended:
            await task.write(self.kept.amend, Amend(id, plan.amended))
        await self._move(task, id, plan)
        after = await self._row(task, id)
        before = before_of(known.row, after)
        return Made("done", self.kept.noun.name, id, verdict.person, created=False, before=before)

    async def _move(self, task: Task, id: UUID, plan: Plan) -> None:
        for to, told in plan.steps:
            act: Act[Shift] = self.kept.move
            await task.write(act, Shift(id, to, told))

    async def _row(self, task: Task, id: UUID) -> Row:
        row: Row | None = await task.records.rows(self.kept.noun.name).known(id, within=task.within)
        assert row is not None
        return row


def kept_kind(
    name: str, vi: str, en: str, work: KeptWork, columns: tuple[Column, ...], *notes: str, **more: Any
) -> ImportKind:
    """A kind that is nothing but its columns and its work."""
    pointers = {f"/{fact}": one.column for one in work.points for fact in (one.fact, one.words) if fact}
    of_person = work.holder == "person_id"
    return ImportKind(
        name,
        work.kept.noun,
        vi,
        en,
        (work.kept.writes,),
        columns,
        work,
        pointers | ({"/person_id": "full_name"} if of_person else {}) | more.pop("pointers", {}),
        depends_on=work.depends_on,
        one_of=(PERSON,) if of_person and not work.either else (),
        unique=(("source_ref",),),
        notes=notes,
        **more,
    )
