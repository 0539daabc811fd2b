"""/v1/imports: files taken in as jobs — preview, commit, report, undo; /v1/import-rows, -mappings, -kinds."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.import_files import XLSX, accepted, kinds, progress, taken, template, told_back
from api.schemas.imports import (
    FileQuery,
    ImportDecision,
    ImportJob,
    ImportJobQuery,
    ImportKindShape,
    ImportMapping,
    ImportMappingPatch,
    ImportMappingQuery,
    ImportMove,
    ImportRow,
    ImportRowQuery,
    NewImportMapping,
    UploadQuery,
)
from domain.imports.noun import IMPORT_JOB, IMPORT_MAPPING, IMPORT_ROW
from domain.imports.use_cases import (
    amend_import_mapping,
    decide_import_row,
    import_mappings,
    import_rows,
    imports,
    move_import,
    save_import_mapping,
    upload_import,
)

router = APIRouter(prefix="/v1", tags=["imports"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
BYTES = {"schema": {"type": "string", "format": "binary"}}
SENT = {"requestBody": {"required": True, "content": {"application/octet-stream": BYTES}}}
BOTH = dict.fromkeys(("text/csv", XLSX), BYTES)
TOLD: dict[int | str, dict[str, Any]] = {200: {"description": "The bytes", "content": BOTH}}
TEMPLATE: dict[int | str, dict[str, Any]] = {200: {"description": "The bytes", "content": {XLSX: BYTES}}}
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get("/imports", response_model=Page[ImportJob])
async def list_imports(ctx: Signed, query: Annotated[ImportJobQuery, Query()]) -> Response:
    """Imports of one's unit and those below, newest first."""
    return answer(await imports(query.on(ctx), query.page(ctx, IMPORT_JOB)))


@router.post("/imports", response_model=ImportJob, status_code=202, openapi_extra=SENT)
async def post_import(ctx: Signed, request: Request, query: Annotated[UploadQuery, Query()]) -> Response:
    """Send a file: the body is the file itself, at most 64 MB and 100,000 rows. It is read and previewed as a job."""
    done = await taken(ctx, request, query, upload_import, query.one(IMPORT_JOB))
    return accepted(written(done, 201, "/v1/imports"))


@router.get("/imports/{id}", response_model=ImportJob)
async def get_import(ctx: Signed, id: UUID, query: One) -> Response:
    """One import: its progress, its preview in figures, its fingerprint."""
    return answer(await imports(query.on(ctx), query.one(IMPORT_JOB, id)))


@router.post("/imports/{id}/transitions", response_model=ImportJob)
async def post_import_transition(ctx: Signed, id: UUID, move: ImportMove, query: One) -> Response:
    """Commit (`loading` with the fingerprint), undo (`undoing`), read again (`uploaded`), discard (needs If-Match)."""
    return written(await move_import(ctx, move.command(id=id), query.one(IMPORT_JOB)))


@router.get("/imports/{id}/file", response_model=None, responses=TOLD)
async def get_import_file(ctx: Signed, id: UUID, query: Annotated[FileQuery, Query()]) -> Response:
    """The rows as they were sent, with a column of errors in words. Every fetching is in the journal."""
    return await told_back(query.on(ctx), id, query)


@router.get("/imports/{id}/events", response_model=None, responses=EVENTS)
async def get_import_events(ctx: Signed, id: UUID, query: One) -> Response:
    """Progress as server-sent events, until nothing is under way."""
    return await progress(query.on(ctx), id)


@router.get("/import-rows", response_model=Page[ImportRow])
async def list_import_rows(ctx: Signed, query: Annotated[ImportRowQuery, Query()]) -> Response:
    """Rows by their line: of an import, by verdict, by outcome."""
    return answer(await import_rows(query.on(ctx), query.page(ctx, IMPORT_ROW)))


@router.get("/import-rows/{id}", response_model=ImportRow)
async def get_import_row(ctx: Signed, id: UUID, query: One) -> Response:
    """One row with its diff."""
    return answer(await import_rows(query.on(ctx), query.one(IMPORT_ROW, id)))


@router.post("/import-rows/{id}/decision", response_model=ImportRow)
async def post_import_decision(ctx: Signed, id: UUID, decision: ImportDecision, query: One) -> Response:
    """Say what a row for review shall do (needs If-Match); the preview then has another fingerprint."""
    return written(await decide_import_row(ctx, decision.command(id=id), query.one(IMPORT_ROW)))


@router.get("/import-mappings", response_model=Page[ImportMapping])
async def list_import_mappings(ctx: Signed, query: Annotated[ImportMappingQuery, Query()]) -> Response:
    """Saved mappings of columns, newest first."""
    return answer(await import_mappings(query.on(ctx), query.page(ctx, IMPORT_MAPPING)))


@router.post("/import-mappings", response_model=ImportMapping, status_code=201)
async def post_import_mapping(ctx: Signed, new: NewImportMapping, query: One) -> Response:
    """Keep which header of a file is which field."""
    return written(await save_import_mapping(ctx, new.command(), query.one(IMPORT_MAPPING)), 201, "/v1/import-mappings")


@router.get("/import-mappings/{id}", response_model=ImportMapping)
async def get_import_mapping(ctx: Signed, id: UUID, query: One) -> Response:
    """One saved mapping."""
    return answer(await import_mappings(query.on(ctx), query.one(IMPORT_MAPPING, id)))


@router.patch("/import-mappings/{id}", response_model=ImportMapping)
async def patch_import_mapping(ctx: Signed, id: UUID, patch: ImportMappingPatch, query: One) -> Response:
    """Correct a saved mapping (JSON Merge Patch; needs If-Match)."""
    return written(await amend_import_mapping(ctx, patch.command(id), query.one(IMPORT_MAPPING)))


@router.get("/import-kinds", response_model=list[ImportKindShape])
async def list_import_kinds(ctx: Signed) -> Response:
    """Kinds of import: their columns, the headers they are known by, the words they take."""
    assert ctx.actor
    return Response(to_json(kinds()), media_type="application/json")


@router.get("/import-kinds/{kind}/template", response_model=None, responses=TEMPLATE)
async def get_import_template(ctx: Signed, kind: str) -> Response:
    """An empty file of a kind (XLSX), with lists to choose from and notes."""
    assert ctx.actor
    return template(kind)
