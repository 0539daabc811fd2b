"""Import of management decisions that were issued on paper: one drafts, another signs, by the same file (rulings 7).

Who may not sign, or drafted it, leaves a draft; the same file sent by who may sign puts the signature under what the
draft says and the file says alike. What was signed is never changed by a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.access.scope import scope_of
from domain.decision.model import AmendDecision, MoveDecision, NewDecision
from domain.decision.noun import DECISION
from domain.decision.use_cases import amend_decision, draft_decision, sign_decision
from domain.imports.kind import Change, ImportKind, Line, Task, Verdict
from domain.imports.kinds.cases import COLUMNS as OF_CASES
from domain.imports.kinds.issuers import Issued, issued
from domain.imports.kinds.of_person import OF_PERSON
from domain.imports.made import Made
from domain.imports.people import Match, found, person_of, unsure
from domain.refusals import Flaw, Refusal
from domain.text import tidy

PAPER: Final = (
    "decision_number",
    "decision_symbol",
    "decided_on",
    "decided_months",
    "late_reason",
    "signer_name",
    "signer_title",
    "stated_from",
    "stated_to",
)
REQUIRED: Final = frozenset({"decision_number", "decided_on", "signer_name"})
FIELDS: Final = {name: name.removeprefix("decision_") for name in PAPER} | {"issuer": "issuer_id"}
"""Column → field."""
COLUMNS: Final = (
    *OF_PERSON,
    *(replace(column, required=False) for column in OF_CASES if column.name == "completed_on"),
    *(replace(column, required=column.name in REQUIRED) for column in OF_CASES if column.name in FIELDS),
)


class CaseAwaiting(NamedTuple):
    """A case in reach, and whether it awaits its decision."""

    id: UUID
    person_id: UUID
    state: str
    completed_on: date


class DecisionOnFile(NamedTuple):
    """A decision in reach, as far as the diff needs."""

    id: UUID
    person_id: UUID
    version: int
    state: str
    drafted_by: UUID
    source: str | None
    source_ref: str | None
    number: str | None
    symbol: str | None
    issuer_id: UUID
    decided_on: date | None
    decided_months: int | None
    late_reason: str | None
    signer_name: str | None
    signer_title: str | None
    stated_from: date | None
    stated_to: date | None


class KnownDecision(NamedTuple):
    match: Match
    cases: Sequence[CaseAwaiting] = ()
    decisions: Sequence[DecisionOnFile] = ()
    issued: Issued = Issued()


class Decisions:
    """Work on decisions."""

    async def known(self, task: Task, lines: Sequence[Line]) -> list[KnownDecision]:
        people = await found(task, lines, "person_ref")
        matches = [person_of(line, known, task) for line, known in zip(lines, people, strict=True)]
        ids = [match.person.id for match in matches if match.person]
        cases, decisions = await task.records.imports.decisions(ids, within=task.within, locking=task.locking)
        by_whom = await issued(task, lines)
        return [
            KnownDecision(match, _of(match.person.id, cases), _of(match.person.id, decisions), issuer)
            if match.person
            else KnownDecision(match)
            for match, issuer in zip(matches, by_whom, strict=True)
        ]

    def judge(self, task: Task, line: Line, known: KnownDecision) -> Verdict:
        match = known.match
        if match.person is None or match.doubt:
            return unsure(match)
        if known.issued.flaw:
            return Verdict("error", flaws=(known.issued.flaw,), person=match.person.id)
        decision = _decision(task, line, known.decisions)
        if decision is None:
            return self._new(line, known, match)
        diff = differences(task, paper(line, known.issued), decision)
        if decision.state != "drafted" and diff:
            flaws = tuple(Flaw(f"/{_column(change.field)}", "content_frozen") for change in diff)
            return Verdict("error", flaws=flaws, person=match.person.id)
        if decision.state == "drafted" and may_sign(task, decision):
            diff = (*diff, Change("state", "drafted", "signed"))
        word = "update" if diff else "unchanged"
        return Verdict(word, "decision_number", 1.0, decision.id, decision.version, match.person.id, diff)

    def _new(self, line: Line, known: KnownDecision, match: Match) -> Verdict:
        assert match.person is not None
        fitting = _cases(line, known.cases)
        if len(fitting) == 1:
            return Verdict("create", match.rule, match.score, person=match.person.id)
        listed = (("candidates", [str(case.id) for case in fitting][:5]),) if fitting else ()
        flaw = Flaw("/completed_on", "several_match" if fitting else "no_case_awaits", listed)
        return Verdict("error", flaws=(flaw,), person=match.person.id)

    def settled(self, _task: Task, _line: Line, _known: KnownDecision, _target: UUID) -> Verdict | None:
        return None

    async def create(self, task: Task, line: Line, known: KnownDecision) -> Made:
        (case,) = _cases(line, known.cases)
        draft = NewDecision(
            case.id, **paper(line, known.issued), source=task.options.source, source_ref=line.values.get("source_ref")
        )
        id = await task.write(draft_decision, draft)
        return Made("done", DECISION.name, id, case.person_id)

    async def update(self, task: Task, _line: Line, _known: KnownDecision, verdict: Verdict) -> Made:
        assert verdict.target is not None
        changes = {change.field: change.after for change in verdict.diff}
        signing = changes.pop("state", None) is not None
        if changes:
            await task.write(amend_decision, AmendDecision(verdict.target, changes))
        if signing:
            await task.write(sign_decision, MoveDecision(verdict.target, "signed"))
        before = {change.field: change.before for change in verdict.diff}
        return Made("done", DECISION.name, verdict.target, verdict.person, created=False, before=before)


def paper(line: Line, by_whom: Issued) -> dict[str, Any]:
    """What the file says of the paper, by field."""
    said = {FIELDS[name]: line.values[name] for name in PAPER if name in line.values}
    return said | ({"issuer_id": by_whom.id} if by_whom.id else {})


def as_numbered(number: str | None) -> str | None:
    """07 and 7 are one in their series."""
    return None if number is None else tidy(number).lstrip("0").upper() or "0"


def differences(task: Task, given: Mapping[str, Any], decision: DecisionOnFile) -> tuple[Change, ...]:
    """Field by field what the file says and the register does not."""
    diff = []
    for field, value in given.items():
        after = as_numbered(value) if field == "number" else tidy(value) if isinstance(value, str) else value
        before = getattr(decision, field)
        if before != after and not (task.options.blanks_only and before is not None):
            diff.append(Change(field, before, after))
    return tuple(diff)


def may_sign(task: Task, decision: DecisionOnFile) -> bool:
    """Who holds the right, and did not draft it."""
    try:
        scope_of(task.ctx.actor, sign_decision.permission)
    except Refusal:
        return False
    return task.ctx.actor.account_id != decision.drafted_by


def _decision(task: Task, line: Line, decisions: Sequence[DecisionOnFile]) -> DecisionOnFile | None:
    """By its reference, else by its number of that day; drafts of that number before they have one."""
    given, ref = line.values, line.values.get("source_ref")
    meant = (as_numbered(given.get("decision_number")), given.get("decided_on"))
    by_ref = (one for one in decisions if ref and (one.source, one.source_ref) == (task.options.source, ref))
    by_number = (one for one in decisions if (one.number, one.decided_on) == meant)
    return next(by_ref, None) or next(by_number, None)


def _cases(line: Line, cases: Sequence[CaseAwaiting]) -> list[CaseAwaiting]:
    completed = line.values.get("completed_on")
    awaiting = [case for case in cases if case.state in ("noticed", "proposed")]
    return [case for case in awaiting if completed is None or case.completed_on == completed]


def _column(field: str) -> str:
    return next(name for name, of in FIELDS.items() if of == field)


def _of(person_id: UUID, rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if row.person_id == person_id]


DECISIONS: Final = ImportKind(
    "decisions",
    DECISION,
    "Quyết định quản lý đã ban hành",
    "Decisions that were issued",
    ("draft_decision",),
    COLUMNS,
    Decisions(),
    {
        "/person_id": "full_name",
        "/case_id": "full_name",
        "/number": "decision_number",
        "/symbol": "decision_symbol",
        "/issuer_id": "issuer",
        "/decision_on": "decided_on",
    },
    depends_on=lambda known: known.match.person.id,
    one_of=(("national_id", "person_ref", "full_name"),),
    unique=(("source_ref",), ("person_ref", "national_id", "full_name", "born_on", "decided_on", "decision_number")),
    notes=(
        "Người soạn nhập tệp: quyết định thành dự thảo. Người có thẩm quyền nhập lại chính tệp đó: dự thảo được ký.",
        "Quyết định đã ký không sửa được bằng tệp.",
        "Quyết định trước năm 2022 do quận, huyện ban hành: ghi Đơn vị ban hành và Số tháng theo quyết định.",
    ),
)
