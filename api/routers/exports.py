"""/v1/exports: lists taken out as files, as jobs — asked for, approved above the cap, fetched."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.export_files import sent, streamed
from api.import_files import accepted
from api.schemas.exports import ExportJob, ExportJobQuery, ExportMove, NewExport
from domain.exports.noun import EXPORT_JOB
from domain.exports.use_cases import decide_export, exports, request_export
from files.outgoing import MEDIA

router = APIRouter(prefix="/v1", tags=["exports"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
BYTES = {"schema": {"type": "string", "format": "binary"}}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes",
        "content": {media.partition(";")[0]: BYTES for media in MEDIA.values()},
    }
}


@router.get("/exports", response_model=Page[ExportJob])
async def list_exports(ctx: Signed, query: Annotated[ExportJobQuery, Query()]) -> Response:
    """Exports of one's unit and, for upper units, of those below; newest first."""
    return answer(await exports(query.on(ctx), query.page(ctx, EXPORT_JOB)))


@router.post("/exports", response_model=ExportJob, status_code=202)
async def post_export(ctx: Signed, new: NewExport, query: One) -> Response:
    """Have a list taken out as a file, for a purpose (`Access-Purpose`). It is read as a job, under your own rights."""
    return accepted(written(await request_export(ctx, new.wanted(ctx), query.one(EXPORT_JOB)), 201, "/v1/exports"))


@router.post("/exports:stream", response_model=None, responses=FILE)
async def post_export_stream(ctx: Signed, new: NewExport, query: One) -> Response:
    """The list itself, as it is read, for a purpose (`Access-Purpose`); up to the cap, in one answer.

    `Link` names its record: rows, `sha256` and manifest stand there once the last byte is on its way. An answer that
    breaks off has no last chunk.
    """
    return await streamed(ctx, new.wanted(ctx), query)


@router.get("/exports/{id}", response_model=ExportJob)
async def get_export(ctx: Signed, id: UUID, query: One) -> Response:
    """One export: how it went, its manifest."""
    return answer(await exports(query.on(ctx), query.one(EXPORT_JOB, id)))


@router.post("/exports/{id}/transitions", response_model=ExportJob)
async def post_export_transition(ctx: Signed, id: UUID, move: ExportMove, query: One) -> Response:
    """Decide on a list above the cap, as a unit above: `queued` or `refused` (needs If-Match)."""
    return written(await decide_export(ctx, move.command(id=id), query.one(EXPORT_JOB)))


@router.get("/exports/{id}/content", response_model=None, responses=FILE)
async def get_export_content(ctx: Signed, id: UUID) -> Response:
    """The file, for who asked for it. Every fetching is in the journal; after seven days it is gone."""
    return await sent(ctx, id)
