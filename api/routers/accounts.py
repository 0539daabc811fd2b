"""/v1/users and /v1/appointments: an upper unit appoints for the units below."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.accounts import (
    Account,
    AccountPatch,
    AccountQuery,
    Appointment,
    AppointmentEnd,
    NewAccount,
    NewAppointment,
)
from domain.account.model import OfAccount
from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.account.use_cases import (
    accounts,
    amend_account,
    appoint,
    appointments,
    close_account,
    create_account,
    end_appointment,
    renew_credentials,
)

router = APIRouter(prefix="/v1", tags=["users"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/users", response_model=Page[Account])
async def list_users(ctx: Signed, query: Annotated[AccountQuery, Query()]) -> Response:
    """Accounts of one's unit and the units below."""
    return answer(await accounts(ctx, query.page(ctx, ACCOUNT)))


@router.post("/users", response_model=Account, status_code=201)
async def post_user(ctx: Signed, new: NewAccount, query: One) -> Response:
    """An account with its first appointment; `activation_code` or `secret` stands in this answer once."""
    return written(await create_account(ctx, new.command(), query.one(ACCOUNT)), 201, "/v1/users")


@router.get("/users/{id}", response_model=Account)
async def get_user(ctx: Signed, id: UUID, query: One) -> Response:
    """One account."""
    return answer(await accounts(ctx, query.one(ACCOUNT, id)))


@router.patch("/users/{id}", response_model=Account)
async def patch_user(ctx: Signed, id: UUID, patch: AccountPatch, query: One) -> Response:
    """Correct an account (needs If-Match)."""
    return written(await amend_account(ctx, patch.command(id), query.one(ACCOUNT)))


@router.delete("/users/{id}", response_model=Account)
async def delete_user(ctx: Signed, id: UUID, query: One) -> Response:
    """Close an account: its appointments and sessions end now (needs If-Match)."""
    return written(await close_account(ctx, OfAccount(id), query.one(ACCOUNT)))


@router.post("/users/{id}/credentials", response_model=Account)
async def post_credentials(ctx: Signed, id: UUID, query: One) -> Response:
    """A new activation code or secret; the old one ends (needs If-Match)."""
    return written(await renew_credentials(ctx, OfAccount(id), query.one(ACCOUNT)))


@router.post("/users/{id}/appointments", response_model=Appointment, status_code=201)
async def post_appointment(ctx: Signed, id: UUID, new: NewAppointment, query: One) -> Response:
    """Give a role at a unit strictly below one's own; the given powers must be included in one's own."""
    return written(await appoint(ctx, new.command(account_id=id), query.one(APPOINTMENT)), 201, "/v1/appointments")


@router.get("/appointments/{id}", response_model=Appointment)
async def get_appointment(ctx: Signed, id: UUID, query: One) -> Response:
    """One appointment."""
    return answer(await appointments(ctx, query.one(APPOINTMENT, id)))


@router.post("/appointments/{id}/end", response_model=Appointment)
async def post_appointment_end(ctx: Signed, id: UUID, end: AppointmentEnd, query: One) -> Response:
    """End an appointment; it acts on the very next request (needs If-Match)."""
    return written(await end_appointment(ctx, end.command(id=id), query.one(APPOINTMENT)))
