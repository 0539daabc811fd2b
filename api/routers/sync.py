"""/v1/sync/push."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.asking import LeanRoute, Signed
from api.pushing import pushed
from api.schemas.sync import SyncPush, SyncResult

router = APIRouter(prefix="/v1", tags=["changes"], route_class=LeanRoute)


@router.post("/sync/push", response_model=SyncResult)
async def post_sync_push(ctx: Signed, request: Request, queue: SyncPush) -> Response:  # noqa: ARG001 - who is not signed in is refused
    """Writes queued without a signal: each is the act of its own route, in order, with a result of its own.

    Send the whole queue again after a lost answer: what was done is answered from memory by its key.
    """
    return await pushed(request, queue)
