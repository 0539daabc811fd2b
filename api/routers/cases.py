"""/v1/cases: the post-rehabilitation case from notice to certificate, and what hangs on it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas import decisions as _decisions  # noqa: F401 - cases and decisions name each other
from api.schemas.cases import (
    CaseAssessment,
    CaseAssignment,
    CaseFinding,
    CaseMove,
    CaseProposal,
    EndBody,
    ManagementCase,
    ManagementCaseQuery,
    NewAssessment,
    NewAssignment,
    NewFinding,
    NewManagementCase,
    NewTeam,
    SupportTeam,
)
from domain.case.moving import move_case
from domain.case.noun import ASSESSMENT, ASSIGNMENT, CASE, FINDING, PROPOSAL, TEAM
from domain.case.support import appoint_team, assess, assign, end_assignment, end_team, record_finding
from domain.case.use_cases import assessments, assignments, cases, findings, open_case, proposals, teams

router = APIRouter(prefix="/v1", tags=["cases"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/cases", response_model=Page[ManagementCase])
async def list_cases(ctx: Signed, query: Annotated[ManagementCaseQuery, Query()]) -> Response:
    """Cases in reach, newest first. `via=made`: those of one's own period."""
    return answer(await cases(query.on(ctx), query.page(ctx, CASE)))


@router.post("/cases", response_model=ManagementCase, status_code=201)
async def post_case(ctx: Signed, new: NewManagementCase, query: One) -> Response:
    """Open a case. `consequences` lists the deadlines that then run."""
    return written(await open_case(ctx, new.command(), query.one(CASE)), 201, "/v1/cases")


@router.get("/cases/{id}", response_model=ManagementCase)
async def get_case(ctx: Signed, id: UUID, query: One) -> Response:
    """One case."""
    return answer(await cases(query.on(ctx), query.one(CASE, id)))


@router.post("/cases/{id}/transitions", response_model=ManagementCase)
async def post_case_transition(ctx: Signed, id: UUID, move: CaseMove, query: One) -> Response:
    """Move a case to its next state (needs If-Match); `transitions` of the case says what each move needs."""
    return written(await move_case(ctx, move.command(id=id), query.one(CASE)))


@router.post("/cases/{id}/findings", response_model=CaseFinding, status_code=201)
async def post_finding(ctx: Signed, id: UUID, new: NewFinding, query: One) -> Response:
    """What an authority found. It moves nothing by itself."""
    return written(await record_finding(ctx, new.command(case_id=id), query.one(FINDING)), 201, "/v1/case-findings")


@router.post("/cases/{id}/support-teams", response_model=SupportTeam, status_code=201)
async def post_team(ctx: Signed, id: UUID, new: NewTeam, query: One) -> Response:
    """Appoint a support team; the former one ends the day before."""
    return written(await appoint_team(ctx, new.command(case_id=id), query.one(TEAM)), 201, "/v1/support-teams")


@router.post("/cases/{id}/assignments", response_model=CaseAssignment, status_code=201)
async def post_case_assignment(ctx: Signed, id: UUID, new: NewAssignment, query: One) -> Response:
    """Assign a counsellor."""
    return written(await assign(ctx, new.command(case_id=id), query.one(ASSIGNMENT)), 201, "/v1/case-assignments")


@router.post("/cases/{id}/assessments", response_model=CaseAssessment, status_code=201)
async def post_assessment(ctx: Signed, id: UUID, new: NewAssessment, query: One) -> Response:
    """The look back one year after the end."""
    return written(await assess(ctx, new.command(case_id=id), query.one(ASSESSMENT)), 201, "/v1/case-assessments")


@router.get("/case-proposals/{id}", response_model=CaseProposal)
async def get_proposal(ctx: Signed, id: UUID, query: One) -> Response:
    """One proposal."""
    return answer(await proposals(query.on(ctx), query.one(PROPOSAL, id)))


@router.get("/case-findings/{id}", response_model=CaseFinding)
async def get_finding(ctx: Signed, id: UUID, query: One) -> Response:
    """One finding."""
    return answer(await findings(query.on(ctx), query.one(FINDING, id)))


@router.get("/support-teams/{id}", response_model=SupportTeam)
async def get_team(ctx: Signed, id: UUID, query: One) -> Response:
    """One support team."""
    return answer(await teams(query.on(ctx), query.one(TEAM, id)))


@router.post("/support-teams/{id}/end", response_model=SupportTeam)
async def post_team_end(ctx: Signed, id: UUID, end: EndBody, query: One) -> Response:
    """The last day of a team (needs If-Match)."""
    return written(await end_team(ctx, end.command(id=id), query.one(TEAM)))


@router.get("/case-assignments/{id}", response_model=CaseAssignment)
async def get_case_assignment(ctx: Signed, id: UUID, query: One) -> Response:
    """One assignment."""
    return answer(await assignments(query.on(ctx), query.one(ASSIGNMENT, id)))


@router.post("/case-assignments/{id}/end", response_model=CaseAssignment)
async def post_case_assignment_end(ctx: Signed, id: UUID, end: EndBody, query: One) -> Response:
    """The last day of an assignment (needs If-Match)."""
    return written(await end_assignment(ctx, end.command(id=id), query.one(ASSIGNMENT)))


@router.get("/case-assessments/{id}", response_model=CaseAssessment)
async def get_assessment(ctx: Signed, id: UUID, query: One) -> Response:
    """One assessment."""
    return answer(await assessments(query.on(ctx), query.one(ASSESSMENT, id)))
