"""/v1/documents: papers printed from the register, signed scans, their bytes; /v1/document-forms."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.files import as_file, sent_scan, told_apart
from api.schemas.documents import (
    CaseDocument,
    CaseDocumentQuery,
    CheckQuery,
    DocumentCheck,
    DocumentForm,
    DocumentFormQuery,
    FormConfirmation,
    NewCaseDocument,
    ScanQuery,
)
from domain.document.noun import DOCUMENT, FORM
from domain.document.use_cases import (
    check_document,
    confirm_form,
    documents,
    forms,
    make_document,
    read_content,
    upload_scan,
)

router = APIRouter(prefix="/v1", tags=["documents"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
BYTES = {"schema": {"type": "string", "format": "binary"}}
MEDIA = ("application/pdf", "image/jpeg", "image/png")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UPLOADED = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA, BYTES)}}


@router.get("/documents", response_model=Page[CaseDocument])
async def list_documents(ctx: Signed, query: Annotated[CaseDocumentQuery, Query()]) -> Response:
    """Papers in reach, newest first: of a person, a case or a decision. `via=made`: those of one's own period."""
    return answer(await documents(query.on(ctx), query.page(ctx, DOCUMENT)))


@router.post("/documents", response_model=CaseDocument, status_code=201)
async def post_document(ctx: Signed, new: NewCaseDocument, query: One) -> Response:
    """Print a form from the data alone. 422 `document_incomplete` lists what is missing, also with validate-only."""
    return written(await make_document(ctx, new.command(), query.one(DOCUMENT)), 201, "/v1/documents")


@router.get("/documents:check", response_model=DocumentCheck)
async def check(ctx: Signed, query: Annotated[CheckQuery, Query()]) -> Response:
    """What a paper still misses."""
    return Response(to_json(await check_document(ctx, query.command())), media_type="application/json")


@router.post("/documents:upload", response_model=CaseDocument, status_code=201, openapi_extra=UPLOADED)
async def upload(ctx: Signed, request: Request, query: Annotated[ScanQuery, Query()]) -> Response:
    """Take in the signed scan of a decision: the body is the file itself, at most 10 MB."""
    scan = await sent_scan(request, query)
    return written(await upload_scan(told_apart(ctx, scan), scan, query.one(DOCUMENT)), 201, "/v1/documents")


@router.get("/documents/{id}", response_model=CaseDocument)
async def get_document(ctx: Signed, id: UUID, query: One) -> Response:
    """What is known of one paper."""
    return answer(await documents(query.on(ctx), query.one(DOCUMENT, id)))


@router.get(
    "/documents/{id}/content",
    response_model=None,
    responses={200: {"description": "The bytes", "content": dict.fromkeys((*MEDIA, DOCX), BYTES)}},
)
async def get_content(ctx: Signed, id: UUID, query: One) -> Response:
    """The bytes of one paper. Every reading is in the journal."""
    return as_file(await read_content(query.on(ctx), id))


@router.get("/document-forms", response_model=Page[DocumentForm])
async def list_forms(ctx: Signed, query: Annotated[DocumentFormQuery, Query()]) -> Response:
    """The forms the service prints, and whether each was compared with the official gazette."""
    return answer(await forms(ctx, query.page(ctx, FORM)))


@router.get("/document-forms/{id}", response_model=DocumentForm)
async def get_form(ctx: Signed, id: UUID, query: One) -> Response:
    """One form."""
    return answer(await forms(ctx, query.one(FORM, id)))


@router.post("/document-forms/{id}/confirmation", response_model=DocumentForm)
async def post_confirmation(ctx: Signed, id: UUID, body: FormConfirmation, query: One) -> Response:
    """Say that a form was compared with the official gazette (needs If-Match)."""
    return written(await confirm_form(ctx, body.command(id=id), query.one(FORM)))
