"""/v1/counselling-contacts, /v1/anonymous-clients: figures, minutes, the link that a client makes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Signed, answer, written
from api.files import as_file
from api.schemas.clients import AnonymousClient, ClientLink
from api.schemas.contacts import CounsellingCount, CountedContacts, MinutesQuery
from domain.client.noun import CLIENT
from domain.client.rules import UnlinkClient, link_anonymous_client, unlink_anonymous_client
from domain.contact.figures import count_contacts
from domain.contact.minutes import print_minutes

router = APIRouter(prefix="/v1", tags=["counselling"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
BYTES = {"schema": {"type": "string", "format": "binary"}}
MEDIA = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


@router.get("/counselling-contacts:count", response_model=list[CounsellingCount])
async def get_contact_counts(ctx: Signed, count: Annotated[CountedContacts, Query()]) -> Response:
    """Persons and contacts of whole months, by month, model, topic, client group or channel; the whole comes last."""
    return answer(await count_contacts(ctx, count.command()))


@router.get(
    "/counselling-contacts/{id}/minutes",
    response_model=None,
    responses={200: {"description": "The bytes", "content": dict.fromkeys(MEDIA, BYTES)}},
)
async def get_minutes(ctx: Signed, id: UUID, query: Annotated[MinutesQuery, Query()]) -> Response:
    """Minutes of one contact (biên bản tư vấn), with what was said for its author's circle. Nothing is kept."""
    return as_file(await print_minutes(query.on(ctx), id, query.format))


@router.post("/anonymous-clients/{id}/link", response_model=AnonymousClient)
async def post_client_link(ctx: Signed, id: UUID, link: ClientLink, query: One) -> Response:
    """The client tells who they are: their code, the person, how they agreed (needs If-Match)."""
    return written(await link_anonymous_client(ctx, link.command(id=id), query.one(CLIENT)))


@router.delete("/anonymous-clients/{id}/link", response_model=AnonymousClient)
async def delete_client_link(ctx: Signed, id: UUID, query: One) -> Response:
    """The client takes it back (needs If-Match)."""
    return written(await unlink_anonymous_client(ctx, UnlinkClient(id), query.one(CLIENT)))
