"""Cases and decisions of the demo in every state, under the law before and from 2026-07-01."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from domain.case.model import (
    Certificate,
    MoveCase,
    NewAssessment,
    NewAssignment,
    NewFinding,
    NewTeam,
    TeamMember,
)
from domain.case.moving import annul_case, complete, interrupt, remove, resume, send_back
from domain.case.support import appoint_team, assess, assign, record_finding
from domain.decision.adjusting import adjust
from domain.decision.ending import annul_decision, correct_decision
from domain.decision.model import Correction, MoveDecision, NewAdjustment
from domain.decision.use_cases import withdraw_decision
from domain.law.instants import plus_months
from persistence.demo_desk import Desk
from persistence.demo_steps import (
    CHAIR,
    COMPULSORY,
    COURT,
    HEAD,
    HOME,
    LEADER,
    NEW_LAW,
    OFFICER,
    POLICE,
    POLICE_OFFICE,
    SUBSTITUTION,
    Story,
    active,
    days,
    decided,
    delivered,
    drafted,
    opened,
    paper,
    proposed,
    served,
    signed,
)

# -- before the decision


async def noticed_today(desk: Desk, person: Any) -> None:
    """The decision must exist today: treatment is completed tomorrow."""
    await opened(desk, person, desk.days_ago(6), desk.today + days(1))


async def noticed_overdue(desk: Desk, person: Any) -> None:
    await opened(desk, person, desk.days_ago(12), desk.today + days(20), HOME)


async def noticed_fresh(desk: Desk, person: Any) -> None:
    await opened(desk, person, desk.today, desk.today + days(29), COMPULSORY)


async def reported_in_june(desk: Desk, person: Any) -> None:
    """Under D116: the dossier was due within three working days of the report."""
    await opened(desk, person, date(2026, 6, 29), date(2026, 6, 26))


async def proposed_fresh(desk: Desk, person: Any) -> None:
    await proposed(
        desk, await opened(desk, person, desk.days_ago(2), desk.today + days(25), SUBSTITUTION), desk.days_ago(1)
    )


async def proposed_in_june(desk: Desk, person: Any) -> None:
    """Proposed under D116, still undecided: the chair had two working days."""
    await proposed(desk, await opened(desk, person, date(2026, 6, 24), date(2026, 6, 22)), date(2026, 6, 25))


async def sent_back(desk: Desk, person: Any) -> None:
    case = await opened(desk, person, desk.days_ago(9), desk.today + days(18))
    await proposed(desk, case, desk.days_ago(8))
    back = MoveCase(case, "noticed", reason="thiếu giấy xác nhận hoàn thành cai nghiện")
    await desk.on(desk.days_ago(7)).do(OFFICER, send_back, back)


async def draft_waits(desk: Desk, person: Any) -> None:
    case = await opened(desk, person, desk.days_ago(5), desk.today + days(24))
    await proposed(desk, case, desk.days_ago(4))
    await drafted(desk, case, desk.days_ago(3))


async def draft_withdrawn(desk: Desk, person: Any) -> None:
    case = await opened(desk, person, desk.days_ago(7), desk.today + days(22), HOME)
    await proposed(desk, case, desk.days_ago(6))
    decision = await drafted(desk, case, desk.days_ago(5))
    back = MoveDecision(decision, "withdrawn", reason="ghi nhầm căn cứ")
    await desk.on(desk.days_ago(5), 15).do(OFFICER, withdraw_decision, back)


# -- decided and active


async def decided_ahead(desk: Desk, person: Any) -> None:
    """The decision is to be given within 24 hours before completion."""
    await decided(desk, person, desk.today + days(10))


async def undelivered(desk: Desk, person: Any) -> None:
    """The term runs and the person has no decision in hand: overdue."""
    case, _ = await decided(desk, person, desk.days_ago(8))
    given = NewAssignment(case, "Lê Văn Thành", desk.days_ago(6), desk.days_ago(6))
    await desk.on(desk.days_ago(6)).do(OFFICER, assign, given)


async def active_new(desk: Desk, person: Any) -> None:
    case, _ = await active(desk, person, desk.days_ago(45), HOME)
    members = (
        TeamMember("Phạm Văn Hùng", "head", POLICE_OFFICE),
        TeamMember("Đỗ Thị Mai", "deputy", "Trạm y tế phường Xuân Đỉnh"),
        TeamMember("Vũ Thị Ngọc", "member", "Hội Liên hiệp Phụ nữ"),
    )
    on = desk.days_ago(40)
    await desk.on(on).do(OFFICER, appoint_team, NewTeam(case, on, on, members, number=desk.number("QĐ-UBND")))


async def active_old(desk: Desk, person: Any) -> None:
    await active(desk, person, date(2026, 3, 9))


async def active_compulsory(desk: Desk, person: Any) -> None:
    """Twenty-four months, begun under L73, going on under L120 with its dates."""
    await active(desk, person, date(2025, 9, 15), COMPULSORY)


async def absent(desk: Desk, person: Any) -> None:
    """Absent without telling: the days do not count, the end moves."""
    _, decision = await active(desk, person, date(2026, 4, 6), HOME)
    first = desk.days_ago(40)
    desk.on(desk.days_ago(20))
    given = NewAdjustment(decision, "unreported_absence", paper(desk, desk.days_ago(20)), first, first + days(11))
    await desk.do(POLICE, adjust, given)


async def ends_today(desk: Desk, person: Any) -> None:
    """The last day of the term is today: the certificate is due."""
    await active(desk, person, plus_months(desk.today, -12))


async def certificate_overdue(desk: Desk, person: Any) -> None:
    await active(desk, person, plus_months(desk.days_ago(20), -12), HOME)


async def superseded(desk: Desk, person: Any) -> None:
    completes = desk.days_ago(30)
    case, first = await decided(desk, person, completes)
    await signed(desk, case, completes - days(10), replaces_id=first)


async def corrected(desk: Desk, person: Any) -> None:
    completes = desk.today + days(6)
    _, decision = await decided(desk, person, completes)
    fixed = Correction(signer_title="KT. Chủ tịch, Phó Chủ tịch")
    document = paper(desk, completes - days(14), CHAIR, "QĐ-ĐC")
    move = MoveDecision(decision, "corrected", document=document, correction=fixed)
    await desk.on(completes - days(14)).do(LEADER, correct_decision, move)


# -- interruption and end


async def interrupted(desk: Desk, person: Any) -> None:
    """In prison: both ends stand side by side until somebody chooses the reading."""
    case, _ = await active(desk, person, desk.days_ago(200))
    on, dated = (max(desk.days_ago(count), NEW_LAW) for count in (25, 22))
    desk.on(dated)
    document = paper(desk, dated, COURT, "QĐ-THA")
    move = MoveCase(case, "interrupted", on=on, removal_reason="imprisonment", document=document)
    await desk.do(HEAD, interrupt, move)


async def resumed(desk: Desk, person: Any) -> None:
    case, _ = await active(desk, person, desk.days_ago(250))
    on = max(desk.days_ago(60), NEW_LAW)
    document = paper(desk, on, COURT, "QĐ-THA")
    move = MoveCase(case, "interrupted", on=on, removal_reason="imprisonment", document=document, reading="clock_stops")
    await desk.on(on).do(HEAD, interrupt, move)
    back = max(desk.days_ago(15), on)
    release = paper(desk, back, "Trại tạm giam", "GCN")
    await desk.on(back).do(OFFICER, resume, MoveCase(case, "active", on=back, document=release))


async def completed_old(desk: Desk, person: Any) -> None:
    """Served and certified under D116, by the former commune; assessed a year later if that year is over."""
    await served(desk, person, date(2025, 6, 9))


async def completed_new(desk: Desk, person: Any) -> None:
    await served(desk, person, date(2025, 7, 1))


async def completed_assessed(desk: Desk, person: Any) -> None:
    case = await served(desk, person, date(2024, 5, 6))
    given = NewAssessment(case, "no_finding", assessed_on=date(2026, 5, 8), in_work=True)
    await desk.on(date(2026, 5, 8)).do(POLICE, assess, given)


async def completed_of_district(desk: Desk, person: Any) -> None:
    """Decided by the district before 2022, for eighteen months; assessment long overdue."""
    completes = date(2021, 8, 16)
    facts = {"issuer_id": desk.units["district"], "decided_months": 18}
    case, decision = await decided(desk, person, completes, COMPULSORY, **facts)
    await delivered(desk, decision, completes + days(7))
    issued = plus_months(completes, 18) + days(1)
    certificate = Certificate(desk.number("GCN-UBND"), issued, "Nguyễn Văn Minh")
    await desk.on(issued).do(LEADER, complete, MoveCase(case, "completed", certificate=certificate))


async def removed_deceased(desk: Desk, person: Any) -> None:
    case, _ = await active(desk, person, date(2026, 1, 12))
    document = paper(desk, date(2026, 5, 20), "Ủy ban nhân dân phường", "TLKT")
    move = MoveCase(case, "removed", removal_reason="deceased", document=document)
    await desk.on(date(2026, 5, 21)).do(HEAD, remove, move)


async def removed_by_finding(desk: Desk, person: Any) -> None:
    """Only a finding of the authority is a ground, never a test (D163 Art 4(11))."""
    case, _ = await active(desk, person, date(2026, 3, 23))
    found = max(desk.days_ago(18), NEW_LAW)
    new = NewFinding(case, desk.number("KL-TYT"), found, "Trung tâm y tế", "addiction_determined")
    finding = await desk.on(found).do(HEAD, record_finding, new)
    move = MoveCase(case, "removed", removal_reason="addiction_determined", finding_id=finding)
    await desk.on(found + days(1)).do(HEAD, remove, move)


async def removed_by_order(desk: Desk, person: Any) -> None:
    """Under L73 the order of compulsory treatment took the person off the list."""
    case, _ = await active(desk, person, date(2025, 10, 6))
    document = paper(desk, date(2026, 4, 14), COURT, "QĐ-TA")
    move = MoveCase(case, "removed", removal_reason="compulsory_order", document=document)
    await desk.on(date(2026, 4, 16)).do(HEAD, remove, move)


async def annulled_notice(desk: Desk, person: Any) -> None:
    case = await opened(desk, person, desk.days_ago(14), desk.today + days(12))
    document = paper(desk, desk.days_ago(11), "Cơ sở cai nghiện ma túy số 1 Hà Nội", "TB")
    move = MoveCase(case, "annulled", document=document, reason="thông báo bị hủy")
    await desk.on(desk.days_ago(10)).do(LEADER, annul_case, move)


async def annulled_decision(desk: Desk, person: Any) -> None:
    _, decision = await active(desk, person, desk.days_ago(35))
    document = paper(desk, desk.days_ago(9), COURT, "BA")
    move = MoveDecision(decision, "annulled", reason="bản án có hiệu lực", document=document)
    await desk.on(desk.days_ago(8)).do(LEADER, annul_decision, move)


CASE_STORIES: Final[tuple[Story, ...]] = (
    *(noticed_today, noticed_overdue, noticed_fresh, reported_in_june, proposed_fresh, proposed_in_june, sent_back),
    *(draft_waits, draft_withdrawn, decided_ahead, undelivered, active_new, active_old, active_compulsory, absent),
    *(ends_today, certificate_overdue, superseded, corrected, interrupted, resumed, completed_old, completed_new),
    *(completed_assessed, completed_of_district, removed_deceased, removed_by_finding, removed_by_order),
    *(annulled_notice, annulled_decision),
)
