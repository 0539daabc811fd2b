"""/v1/journal and /v1/persons/{id}/access-log."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, Page, Signed, answer
from api.schemas.journal import JournalEntry, JournalQuery
from domain.journal.noun import JOURNAL_ENTRY
from domain.journal.use_cases import access_log, journal

router = APIRouter(prefix="/v1", tags=["journal"], route_class=LeanRoute)


@router.get("/journal", response_model=Page[JournalEntry])
async def list_journal(ctx: Signed, query: Annotated[JournalQuery, Query()]) -> Response:
    """Who read, wrote or was refused what, in the units under inspection, newest first."""
    return answer(await journal(ctx, query.page(ctx, JOURNAL_ENTRY)))


@router.get("/persons/{id}/access-log", response_model=Page[JournalEntry])
async def get_access_log(ctx: Signed, id: UUID, query: Annotated[JournalQuery, Query()]) -> Response:
    """Who saw or changed this person, from whichever unit."""
    about = replace(ctx, subject=id)
    return answer(await access_log(ctx, id, query.asked(about, JOURNAL_ENTRY, {"subject_id": id} | query.filters())))
