"""Import of cases with the proposal and the draft of their decision. Signing stays a person's act, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.case.model import MoveCase, NewProposal, OpenCase
from domain.case.moving import propose
from domain.case.noun import CASE
from domain.case.use_cases import open_case
from domain.decision.model import NewDecision
from domain.decision.use_cases import draft_decision
from domain.imports.kind import Column, ImportKind, Line, Task, Verdict
from domain.imports.kinds.courses import PERSON_REF
from domain.imports.kinds.issuers import OF_ISSUER, Issued, issued
from domain.imports.kinds.persons import BIRTH, NAME, NUMBER, REF, spoken
from domain.imports.made import Made
from domain.imports.people import Match, found, person_of, unsure
from domain.imports.values import day, prose, word_of
from domain.reading import Kind

PATHWAYS: Final = {
    "compulsory_adult": "Bắt buộc, từ đủ 18 tuổi",
    "compulsory_minor": "Bắt buộc, chưa đủ 18 tuổi",
    "voluntary_community": "Tự nguyện tại gia đình, cộng đồng",
    "voluntary_facility_public": "Tự nguyện tại cơ sở công lập",
    "voluntary_facility_private": "Tự nguyện tại cơ sở tư nhân",
    "substitution_treatment": "Điều trị thay thế",
}
COLUMNS: Final = (
    REF,
    PERSON_REF,
    NAME,
    BIRTH,
    NUMBER,
    Column(
        "pathway",
        word_of(spoken(PATHWAYS)),
        "Hình thức đã hoàn thành",
        "Pathway",
        Kind.CASE,
        ("hình thức cai nghiện", "diện quản lý"),
        required=True,
        words=PATHWAYS,
    ),
    Column(
        "completed_on",
        day,
        "Ngày hoàn thành",
        "Completed on",
        Kind.CASE,
        ("ngày hoàn thành cai nghiện",),
        required=True,
    ),
    Column(
        "self_reported_on",
        day,
        "Ngày trình báo",
        "Self reported on",
        Kind.CASE,
        ("ngày khai báo",),
        "người đó tự đến trình báo",
    ),
    Column("notice_received_on", day, "Ngày nhận thông báo", "Notice received on", Kind.CASE),
    Column("proposal_number", prose, "Số đề nghị", "Proposal number", Kind.CASE),
    Column("proposed_on", day, "Ngày đề nghị", "Proposed on", Kind.CASE),
    Column("proposal_received_on", day, "Ngày nhận đề nghị", "Proposal received on", Kind.CASE),
    Column("decision_number", prose, "Số quyết định", "Decision number", Kind.DECISION, ("quyết định số", "số qđ")),
    Column("decision_symbol", prose, "Ký hiệu", "Decision symbol", Kind.DECISION),
    Column("decided_on", day, "Ngày quyết định", "Decided on", Kind.DECISION, ("ngày ra quyết định", "ngày qđ")),
    *OF_ISSUER,
    Column("signer_name", prose, "Người ký", "Signer", Kind.DECISION),
    Column("signer_title", prose, "Chức vụ người ký", "Signer title", Kind.DECISION),
    Column("stated_from", day, "Thời hạn từ ngày", "Stated from", Kind.DECISION, ("quản lý từ ngày",)),
    Column("stated_to", day, "Thời hạn đến ngày", "Stated to", Kind.DECISION, ("quản lý đến ngày",)),
)
DRAFTED: Final = (
    "decided_on",
    "decided_months",
    "late_reason",
    "signer_name",
    "signer_title",
    "stated_from",
    "stated_to",
)


class CaseOnFile(NamedTuple):
    """A case in reach that a row may mean."""

    id: UUID
    person_id: UUID
    version: int
    completed_on: Any
    source: str | None
    source_ref: str | None


class KnownCase(NamedTuple):
    match: Match
    cases: Sequence[CaseOnFile] = ()
    issued: Issued = Issued()


class Cases:
    """Work on cases: what is on file is left as it is, for cases move by their own acts."""

    async def known(self, task: Task, lines: Sequence[Line]) -> list[KnownCase]:
        people = await found(task, lines, "person_ref")
        matches = [person_of(line, known, task) for line, known in zip(lines, people, strict=True)]
        ids = [match.person.id for match in matches if match.person]
        on_file: Sequence[CaseOnFile] = await task.records.imports.cases(ids, within=task.within)
        by_person: dict[UUID, list[CaseOnFile]] = {}
        for one in on_file:
            by_person.setdefault(one.person_id, []).append(one)
        by_whom = await issued(task, lines)
        return [
            KnownCase(match, by_person.get(match.person.id, ()) if match.person else (), issuer)
            for match, issuer in zip(matches, by_whom, strict=True)
        ]

    def judge(self, task: Task, line: Line, known: KnownCase) -> Verdict:
        if known.match.person is None or known.match.doubt:
            return unsure(known.match)
        person, match = known.match.person, known.match
        meant = (task.options.source, line.values.get("source_ref"))
        for case in known.cases:
            if case.completed_on == line.values.get("completed_on") or (
                meant[1] and (case.source, case.source_ref) == meant
            ):
                return Verdict("unchanged", "completed_on", 1.0, case.id, case.version, person.id)
        if known.issued.flaw:
            return Verdict("error", flaws=(known.issued.flaw,), person=person.id)
        return Verdict("create", match.rule, match.score, person=person.id)

    def settled(self, _task: Task, _line: Line, _known: KnownCase, _target: UUID) -> Verdict | None:
        return None

    async def create(self, task: Task, line: Line, known: KnownCase) -> Made:
        assert known.match.person is not None
        id = await task.write(open_case, self._opening(task, line, known.match.person.id))
        if "proposal_number" in line.values:
            await self._propose(task, line, id)
        if "decided_on" in line.values or "decision_number" in line.values:
            await self._draft(task, line, id, known.issued.id)
        version = int(await task.records.version(CASE.name, id, within=task.within))
        return Made("done", CASE.name, id, known.match.person.id, version=version)

    def _opening(self, task: Task, line: Line, person_id: UUID) -> OpenCase:
        given, pathway = line.values, line.values["pathway"]
        received = given.get("notice_received_on")
        trigger = "discharge_notice" if received else "self_report"
        trigger = "substitution_treatment_completion" if pathway == "substitution_treatment" else trigger
        return OpenCase(
            person_id,
            trigger,
            pathway,
            given["completed_on"],
            notice_received_at=datetime.combine(received, time(8), task.ctx.now.tzinfo) if received else None,
            self_reported_on=given.get("self_reported_on"),
            source=task.options.source,
            source_ref=given.get("source_ref"),
        )

    async def _propose(self, task: Task, line: Line, case_id: UUID) -> None:
        given = line.values
        proposed = given.get("proposed_on") or given.get("proposal_received_on") or task.ctx.today
        new = NewProposal(given["proposal_number"], proposed, given.get("proposal_received_on") or proposed)
        await task.write(propose, MoveCase(case_id, "proposed", proposal=new))

    async def _draft(self, task: Task, line: Line, case_id: UUID, issuer_id: UUID | None) -> None:
        draft = NewDecision(
            case_id,
            issuer_id=issuer_id,
            number=line.values.get("decision_number"),
            symbol=line.values.get("decision_symbol"),
            source=task.options.source,
            source_ref=line.values.get("source_ref"),
            **{name: line.values.get(name) for name in DRAFTED},
        )
        await task.write(draft_decision, draft)

    async def update(self, _task: Task, _line: Line, _known: KnownCase, verdict: Verdict) -> Made:
        """A case on file is left as it is: somebody decided that the row means it, and nothing is overwritten."""
        assert verdict.target is not None
        return Made("done", CASE.name, verdict.target, verdict.person, created=False)


CASES: Final = ImportKind(
    "cases",
    CASE,
    "Hồ sơ quản lý sau cai và dự thảo quyết định",
    "Cases and draft decisions",
    ("write_case", "propose_decision", "draft_decision"),
    COLUMNS,
    Cases(),
    {
        "/person_id": "full_name",
        "/proposal/number": "proposal_number",
        "/proposal/received_on": "proposal_received_on",
        "/proposal/proposed_on": "proposed_on",
        "/number": "decision_number",
        "/symbol": "decision_symbol",
        "/issuer_id": "issuer",
        "/decision_on": "decided_on",
        "/origin_id": "pathway",
        "/notice_received_at": "notice_received_on",
    },
    depends_on=lambda known: known.match.person.id,
    one_of=(("national_id", "person_ref", "full_name"),),
    unique=(("source_ref",), ("person_ref", "national_id", "full_name", "born_on", "completed_on")),
    notes=("Mỗi dòng một hồ sơ; quyết định được nhập là dự thảo, người có thẩm quyền ký trên hệ thống.",),
)
