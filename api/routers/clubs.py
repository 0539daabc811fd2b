"""/v1/clubs and what a club does beside its kept rows: attendance in one call, what a member reads."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.club_figures import MembershipRight, MonthOf, SupportModelMonth
from api.schemas.club_sessions import Attendance, ClubSession
from api.schemas.clubs import ClubMembership, ClubQuery, NewClub, ProgressEvaluation, ReadingCode
from api.schemas.progress import MemberReading
from api.schemas.support_models import SupportModel
from domain.club.clubs import CLUBS_ALONE, one_club
from domain.club.figures import month_of_model, rights_of
from domain.club.noun import EVALUATION, MEMBERSHIP, SESSION
from domain.club.reading_code import give_reading_code, read_with_member
from domain.club.sessions import taking_attendance
from domain.support_model.noun import SUPPORT_MODEL
from domain.support_model.rules import SUPPORT_MODELS

router = APIRouter(prefix="/v1", tags=["clubs"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/clubs", response_model=Page[SupportModel])
async def list_clubs(ctx: Signed, query: Annotated[ClubQuery, Query()]) -> Response:
    """Clubs in reach, newest first: support models of kind `club`."""
    asked = query.asked(ctx, SUPPORT_MODEL, query.filters() | CLUBS_ALONE)
    return answer(await SUPPORT_MODELS.read(query.on(ctx), asked))


@router.post("/clubs", response_model=SupportModel, status_code=201)
async def post_club(ctx: Signed, new: NewClub, query: One) -> Response:
    """Plan a club; it is corrected and moved at /v1/support-models/{id}, the same row."""
    return written(await SUPPORT_MODELS.record(ctx, new.command(), query.one(SUPPORT_MODEL)), 201, "/v1/clubs")


@router.get("/clubs/{id}", response_model=SupportModel)
async def get_club(ctx: Signed, id: UUID, query: One) -> Response:
    """One club."""
    return answer(await one_club(query.on(ctx), query.one(SUPPORT_MODEL, id)))


@router.get("/support-models/{id}/monthly-report", response_model=SupportModelMonth)
async def get_month(ctx: Signed, id: UUID, of: Annotated[MonthOf, Query()]) -> Response:
    """What a club, point or team did in a month or quarter: persons, clients and times apart. Nobody is named."""
    return answer(await month_of_model(ctx, of.command(id=id)))


@router.get("/club-memberships/{id}/rights", response_model=list[MembershipRight])
async def get_rights(ctx: Signed, id: UUID) -> Response:
    """Which rights a member used and what waits: counselling, legal, health, loan, training."""
    return answer(await rights_of(ctx, id))


@router.post("/club-sessions/{id}/attendance", response_model=ClubSession)
async def post_attendance(ctx: Signed, id: UUID, taken: Attendance, query: One) -> Response:
    """Who came, in one call: the whole list in place of the one before (needs If-Match of the session)."""
    return written(await taking_attendance(ctx, taken.command(id=id), query.one(SESSION)))


@router.post("/club-memberships/{id}/reading-code", response_model=ClubMembership)
async def post_reading_code(ctx: Signed, id: UUID, wanted: ReadingCode, query: One) -> Response:
    """A new code by which the member reads their evaluations, shown once for them to keep (needs If-Match)."""
    return written(await give_reading_code(ctx, wanted.command(id=id), query.one(MEMBERSHIP)))


@router.post("/progress-evaluations/{id}/reading", response_model=ProgressEvaluation)
async def post_reading(ctx: Signed, id: UUID, reading: MemberReading, query: One) -> Response:
    """The member reads it, by the code that they keep, with somebody of the staff (needs If-Match)."""
    return written(await read_with_member(ctx, reading.command(id=id), query.one(EVALUATION)))
