"""/v1/discharge-notices: from the centre to the commune, with the clock always visible to both."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.bulk import rows_sent
from api.files import as_file, sent_minutes, told_apart
from api.schemas.notices import (
    DecisionHandedOver,
    DischargeNotice,
    DischargeNoticeQuery,
    MinutesQuery,
    NewNotice,
    NoticeAmendment,
    NoticeAmendmentQuery,
    NoticeBulk,
    NoticeMove,
    NoticePatch,
    NoticeResult,
    NoticeRouting,
    NoticeRoutingQuery,
    RecordedNotice,
    SendNoticeOn,
)
from domain.notice.answering import amend_notice, move_notice, record_notice, see_notice_change, send_notice_on
from domain.notice.bulk import push_notices
from domain.notice.delivering import hand_over_decision, read_decision, send_minutes
from domain.notice.model import OfNotice
from domain.notice.noun import AMENDMENT, NOTICE, ROUTING
from domain.notice.sending import amendments, notices, push_notice, routings

router = APIRouter(prefix="/v1", tags=["notices"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
BYTES = {"schema": {"type": "string", "format": "binary"}}
MEDIA = ("application/pdf", "image/jpeg", "image/png")
PAPER: dict[str, Any] = {"description": "The bytes", "content": dict.fromkeys(MEDIA, BYTES)}
SCANNED = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA, BYTES)}}


@router.get("/discharge-notices", response_model=Page[DischargeNotice])
async def list_notices(ctx: Signed, query: Annotated[DischargeNoticeQuery, Query()]) -> Response:
    """A commune sees what lies with it, a centre what it sent."""
    return answer(await notices(query.on(ctx), query.page(ctx, NOTICE)))


@router.post("/discharge-notices", response_model=DischargeNotice, status_code=201)
async def post_notice(ctx: Signed, new: NewNotice, query: One) -> Response:
    """Send (or draft) a notice. Sent again with the same `source_ref`: the same content is 200, other content 409."""
    return written(await push_notice(ctx, new.command(), query.one(NOTICE)), 201, "/v1/discharge-notices")


@router.post("/discharge-notices:bulk", response_model=list[NoticeResult])
async def post_notices(ctx: Signed, bulk: NoticeBulk) -> Response:
    """Up to 500 notices, each a push of its own: one result a row, in order. Sent again, each is the same notice."""
    return answer(await push_notices(ctx, rows_sent(bulk)))


@router.post("/discharge-notices:record", response_model=DischargeNotice, status_code=201)
async def post_recorded_notice(ctx: Signed, new: RecordedNotice, query: One) -> Response:
    """Record what reached the commune on paper or by word of mouth; it is received as of `received_at`."""
    return written(await record_notice(ctx, new.command(), query.one(NOTICE)), 201, "/v1/discharge-notices")


@router.get("/discharge-notices/{id}", response_model=DischargeNotice)
async def get_notice(ctx: Signed, id: UUID, query: One) -> Response:
    """One notice: state, clock and decision for both sides."""
    return answer(await notices(query.on(ctx), query.one(NOTICE, id)))


@router.patch("/discharge-notices/{id}", response_model=DischargeNotice)
async def patch_notice(ctx: Signed, id: UUID, patch: NoticePatch, query: One) -> Response:
    """Amend a notice of one's own, with a reason (needs If-Match)."""
    return written(await amend_notice(ctx, patch.command(id), query.one(NOTICE)))


@router.post("/discharge-notices/{id}/transitions", response_model=DischargeNotice)
async def post_notice_transition(ctx: Signed, id: UUID, move: NoticeMove, query: One) -> Response:
    """The sender sends and cancels; the receiver receives, accepts (person and case), returns (needs If-Match)."""
    return written(await move_notice(ctx, move.command(id=id), query.one(NOTICE)))


@router.post("/discharge-notices/{id}/routings", response_model=NoticeRouting)
async def post_notice_routing(ctx: Signed, id: UUID, routing: SendNoticeOn, query: One) -> Response:
    """Send a misrouted notice on: answers with one's own stretch, now ended (needs the notice's If-Match)."""
    return written(await send_notice_on(ctx, routing.command(id=id), query.one(ROUTING)))


@router.post("/discharge-notices/{id}/seen", response_model=DischargeNotice)
async def post_notice_seen(ctx: Signed, id: UUID, query: One) -> Response:
    """Say that an amendment or cancellation was read (needs If-Match)."""
    return written(await see_notice_change(ctx, OfNotice(id), query.one(NOTICE)))


@router.post("/discharge-notices/{id}/hand-over", response_model=DischargeNotice)
async def post_notice_hand_over(ctx: Signed, id: UUID, given: DecisionHandedOver, query: One) -> Response:
    """The sender gave the decision to the person, with minutes (needs If-Match). The same again changes nothing."""
    return written(await hand_over_decision(ctx, given.command(id=id), query.one(NOTICE)))


@router.get("/discharge-notices/{id}/decision", response_model=None, responses={200: PAPER})
async def get_notice_decision(ctx: Signed, id: UUID, query: One) -> Response:
    """The signed decision, for the sender of an accepted notice. Every reading is in the journal."""
    return as_file(await read_decision(query.on(ctx), id))


@router.post("/discharge-notices:minutes", response_model=DischargeNotice, openapi_extra=SCANNED)
async def post_minutes(ctx: Signed, request: Request, query: Annotated[MinutesQuery, Query()]) -> Response:
    """Take in the scan of the minutes of handing over (form 23): the body is the file itself, at most 10 MB."""
    scan = await sent_minutes(request, query)
    return written(await send_minutes(told_apart(ctx, scan), scan, query.one(NOTICE)))


@router.get("/notice-routings", response_model=Page[NoticeRouting])
async def list_routings(ctx: Signed, query: Annotated[NoticeRoutingQuery, Query()]) -> Response:
    """With whom notices lay; `ended=true` = what was ours once."""
    return answer(await routings(query.on(ctx), query.page(ctx, ROUTING)))


@router.get("/notice-routings/{id}", response_model=NoticeRouting)
async def get_routing(ctx: Signed, id: UUID, query: One) -> Response:
    """One stretch."""
    return answer(await routings(query.on(ctx), query.one(ROUTING, id)))


@router.get("/notice-amendments", response_model=Page[NoticeAmendment])
async def list_amendments(ctx: Signed, query: Annotated[NoticeAmendmentQuery, Query()]) -> Response:
    """What changed in notices, and why."""
    return answer(await amendments(query.on(ctx), query.page(ctx, AMENDMENT)))


@router.get("/notice-amendments/{id}", response_model=NoticeAmendment)
async def get_amendment(ctx: Signed, id: UUID, query: One) -> Response:
    """One amendment."""
    return answer(await amendments(query.on(ctx), query.one(AMENDMENT, id)))
