"""The steps of a case in the demo, each by the account whose work it is, under the law of its day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from domain.case.model import (
    Certificate,
    Document,
    MoveCase,
    NewAssignment,
    NewProposal,
    OpenCase,
)
from domain.case.moving import complete, propose
from domain.case.support import assign
from domain.case.use_cases import open_case
from domain.decision.delivering import deliver_decision
from domain.decision.model import MoveDecision, NewDecision, NewDelivery
from domain.decision.use_cases import draft_decision, sign_decision
from domain.law.instants import plus_months
from persistence.demo_desk import Desk
from persistence.demo_plan import DEMO, DRAWN_ON

Story = Callable[[Desk, Any], Awaitable[None]]
"""What happens to one person of the demo."""

NEW_LAW: Final = date(2026, 7, 1)
OFFICER, LEADER, POLICE, HEAD = (
    f"{role}.00611" for role in ("commune_officer", "commune_leader", "commune_police", "commune_police_head")
)
PUBLIC, HOME, SUBSTITUTION = "voluntary_facility_public", "voluntary_community", "substitution_treatment"
COMPULSORY: Final = "compulsory_adult"
CHAIR, POLICE_OFFICE, COURT = "Chủ tịch Ủy ban nhân dân phường", "Công an phường Xuân Đỉnh", "Tòa án nhân dân khu vực"


def days(count: int) -> timedelta:
    return timedelta(days=count)


def paper(desk: Desk, dated: date, authority: str = POLICE_OFFICE, symbol: str = "BB") -> Document:
    return Document(desk.number(symbol), dated, authority)


async def opened(desk: Desk, person: Any, on: date, completes: date, pathway: str = PUBLIC) -> UUID:
    """A case from a notice; before 2026-07-01 from the person's own report (D116 Art 77(1))."""
    desk.on(on)
    reported = on < NEW_LAW
    opening = OpenCase(
        person_id=person["id"],
        trigger="self_report" if reported else "discharge_notice",
        pathway=pathway,
        completed_on=completes,
        notice_received_at=None if reported else desk.now,
        self_reported_on=on if reported else None,
        source=DEMO,
        source_ref=desk.story,
    )
    return await desk.do(OFFICER, open_case, opening)


async def proposed(desk: Desk, case: UUID, on: date) -> None:
    new = NewProposal(desk.number("ĐN-CAP"), on, on, POLICE_OFFICE, "Giúp đỡ tìm việc làm, gặp gỡ hằng tháng")
    await desk.on(on, 10).do(POLICE, propose, MoveCase(case, "proposed", proposal=new))


async def drafted(desk: Desk, case: UUID, on: date, **facts: Any) -> UUID:
    """Before the borders changed the chair was that of the former commune."""
    given: dict[str, Any] = {"number": desk.number(""), "symbol": "QĐ-UBND", "decided_on": on}
    issuer = desk.units["former"] if on < DRAWN_ON else None
    given |= {"signer_name": "Trần Thị Hòa", "issuer_id": issuer} | facts
    return await desk.on(on, 11).do(OFFICER, draft_decision, NewDecision(case, signer_title=CHAIR, **given))


async def signed(desk: Desk, case: UUID, on: date, **facts: Any) -> UUID:
    decision = await drafted(desk, case, on, **facts)
    await desk.on(on, 14).do(LEADER, sign_decision, MoveDecision(decision, "signed"))
    return decision


async def delivered(desk: Desk, decision: UUID, on: date) -> None:
    desk.on(on, 15)
    given = NewDelivery("person_or_representative", desk.now, minutes_number=desk.number("BBGN"), minutes_on=on)
    await desk.do(OFFICER, deliver_decision, MoveDecision(decision, "delivered", delivery=given))


async def decided(desk: Desk, person: Any, completes: date, pathway: str = PUBLIC, **facts: Any) -> tuple[UUID, UUID]:
    """Notice, proposal and decision ahead of the completion; before 2026-07-01 report and decision after it."""
    first = completes + days(2) if completes < NEW_LAW else completes - days(20)
    case = await opened(desk, person, first, completes, pathway)
    await proposed(desk, case, first + days(1))
    return case, await signed(desk, case, first + days(3), **facts)


async def active(desk: Desk, person: Any, completes: date, pathway: str = PUBLIC, **facts: Any) -> tuple[UUID, UUID]:
    """A decision given to the person, the term begun, a counsellor assigned."""
    case, decision = await decided(desk, person, completes, pathway, **facts)
    await delivered(desk, decision, completes - days(1) if completes >= NEW_LAW else completes + days(7))
    first = max(completes, desk.now.date())
    given = NewAssignment(case, "Nguyễn Thị Lan", first, first, organisation="Điểm tư vấn phường Xuân Đỉnh")
    await desk.on(first, 16).do(OFFICER, assign, given)
    return case, decision


async def served(desk: Desk, person: Any, completes: date, **facts: Any) -> UUID:
    """A term of twelve months that was served, with its certificate on the first day after it."""
    case, _ = await active(desk, person, completes, **facts)
    issued = plus_months(completes, 12) + days(1)
    certificate = Certificate(desk.number("GCN-UBND"), issued, "Trần Thị Hòa")
    await desk.on(issued, 10).do(LEADER, complete, MoveCase(case, "completed", certificate=certificate))
    return case
