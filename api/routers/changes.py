"""/v1/changes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import LeanRoute, Signed
from api.following import STREAM, told
from api.schemas.changes import Changes, ChangesQuery

router = APIRouter(prefix="/v1", tags=["changes"], route_class=LeanRoute)
STREAMED: dict[int | str, dict[str, Any]] = {200: {"content": {STREAM: {"schema": {"type": "string"}}}}}


@router.get("/changes", response_model=Changes, responses=STREAMED)
async def list_changes(ctx: Signed, request: Request, query: Annotated[ChangesQuery, Query()]) -> Response:
    """Rows that changed in your reach, in commit order; with `Accept: text/event-stream` as events.

    410 `scope_changed` or `changes_forgotten`: begin anew, `snapshot` names the lists and where to start.
    """
    return await told(request, ctx, query)
