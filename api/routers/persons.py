"""/v1/persons: the register, and /v1/responsibilities: whose it was."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.case_file import Person
from api.schemas.persons import (
    IdentifierFacts,
    IdentifierPatch,
    NewIdentifier,
    NewPerson,
    NewPhone,
    NewResidence,
    PersonPatch,
    PersonQuery,
    PersonSearch,
    PhoneFacts,
    PhonePatch,
    Residence,
    ResidencePatch,
    Responsibility,
    ResponsibilityQuery,
    VoidBody,
)
from api.searching import attempts
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.person.use_cases import (
    amend_identifier,
    amend_person,
    amend_phone,
    amend_residence,
    create_person,
    identifiers,
    persons,
    phones,
    record_identifier,
    record_phone,
    record_residence,
    residences,
    responsibilities,
    search_persons,
    void_person,
)

router = APIRouter(prefix="/v1", tags=["persons"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/persons", response_model=Page[Person])
async def list_persons(ctx: Signed, query: Annotated[PersonQuery, Query()]) -> Response:
    """Persons in reach, in Vietnamese name order. Personal filters go to `/v1/persons:search`."""
    return answer(await persons(query.on(ctx), query.page(ctx, PERSON)))


@router.post("/persons:search", response_model=Page[Person])
async def find_persons(ctx: Signed, search: PersonSearch) -> Response:
    """The list with personal filters: nothing personal ever stands in a URL."""
    return answer(await search_persons(search.on(ctx), attempts(ctx, search)))


@router.post("/persons", response_model=Person, status_code=201)
async def post_person(ctx: Signed, new: NewPerson, query: One) -> Response:
    """Put a person on the register. With `Prefer: validate-only` everything is checked and nothing stored."""
    return written(await create_person(ctx, new.command(), query.one(PERSON)), 201, "/v1/persons")


@router.get("/persons/{id}", response_model=Person)
async def get_person(ctx: Signed, id: UUID, query: One) -> Response:
    """One person. Out of reach and missing are the same 404."""
    return answer(await persons(query.on(ctx), query.one(PERSON, id)))


@router.patch("/persons/{id}", response_model=Person)
async def patch_person(ctx: Signed, id: UUID, patch: PersonPatch, query: One) -> Response:
    """Correct a person (JSON Merge Patch; needs If-Match)."""
    return written(await amend_person(ctx, patch.command(id), query.one(PERSON)))


@router.delete("/persons/{id}", response_model=Person)
async def delete_person(ctx: Signed, id: UUID, body: VoidBody, query: One) -> Response:
    """Void a record made in error, with a reason; nothing is removed (needs If-Match)."""
    return written(await void_person(ctx, body.command(id=id), query.one(PERSON)))


@router.post("/persons/{id}/identifiers", response_model=IdentifierFacts, status_code=201)
async def post_identifier(ctx: Signed, id: UUID, new: NewIdentifier, query: One) -> Response:
    """Add a paper. Soft checks come back as `warnings`."""
    return written(
        await record_identifier(ctx, new.command(person_id=id), query.one(IDENTIFIER)), 201, "/v1/identifiers"
    )


@router.get("/identifiers/{id}", response_model=IdentifierFacts)
async def get_identifier(ctx: Signed, id: UUID, query: One) -> Response:
    """One paper, its number in clear for those who may."""
    return answer(await identifiers(query.on(ctx), query.one(IDENTIFIER, id)))


@router.patch("/identifiers/{id}", response_model=IdentifierFacts)
async def patch_identifier(ctx: Signed, id: UUID, patch: IdentifierPatch, query: One) -> Response:
    """Correct or end a paper (needs If-Match)."""
    return written(await amend_identifier(query.on(ctx), patch.command(id), query.one(IDENTIFIER)))


@router.post("/persons/{id}/phones", response_model=PhoneFacts, status_code=201)
async def post_phone(ctx: Signed, id: UUID, new: NewPhone, query: One) -> Response:
    """Add a phone."""
    return written(await record_phone(ctx, new.command(person_id=id), query.one(PHONE)), 201, "/v1/phones")


@router.get("/phones/{id}", response_model=PhoneFacts)
async def get_phone(ctx: Signed, id: UUID, query: One) -> Response:
    """One phone, in clear for those who may."""
    return answer(await phones(query.on(ctx), query.one(PHONE, id)))


@router.patch("/phones/{id}", response_model=PhoneFacts)
async def patch_phone(ctx: Signed, id: UUID, patch: PhonePatch, query: One) -> Response:
    """Correct or end a phone (needs If-Match)."""
    return written(await amend_phone(query.on(ctx), patch.command(id), query.one(PHONE)))


@router.post("/persons/{id}/residences", response_model=Residence, status_code=201)
async def post_residence(ctx: Signed, id: UUID, new: NewResidence, query: One) -> Response:
    """Add a residence; its commune must have stood on the first day."""
    return written(await record_residence(ctx, new.command(person_id=id), query.one(RESIDENCE)), 201, "/v1/residences")


@router.get("/residences/{id}", response_model=Residence)
async def get_residence(ctx: Signed, id: UUID, query: One) -> Response:
    """One residence."""
    return answer(await residences(query.on(ctx), query.one(RESIDENCE, id)))


@router.patch("/residences/{id}", response_model=Residence)
async def patch_residence(ctx: Signed, id: UUID, patch: ResidencePatch, query: One) -> Response:
    """Correct or end a residence (needs If-Match). `via=made` reaches what one's own unit made in its period."""
    return written(await amend_residence(query.on(ctx), patch.command(id), query.one(RESIDENCE)))


@router.get("/responsibilities", response_model=Page[Responsibility])
async def list_responsibilities(ctx: Signed, query: Annotated[ResponsibilityQuery, Query()]) -> Response:
    """Stretches of responsibility of one's unit; an old unit sees its own period with the name of that time."""
    return answer(await responsibilities(query.on(ctx), query.page(ctx, RESPONSIBILITY)))


@router.get("/responsibilities/{id}", response_model=Responsibility)
async def get_responsibility(ctx: Signed, id: UUID, query: One) -> Response:
    """One stretch of responsibility."""
    return answer(await responsibilities(query.on(ctx), query.one(RESPONSIBILITY, id)))
