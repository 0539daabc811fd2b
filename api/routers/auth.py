"""/v1/auth: sessions, tokens, activation, passwords. REST only (rulings 19)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from api.asking import LeanRoute, Signed
from api.logs import request_id
from api.own import OwnAccount, own_account
from api.passwords import weakness
from domain.account.signing_in import (
    Credentials,
    activate,
    change_password,
    machine_sign_in,
    redeem,
    revoke,
    sign_in,
)
from domain.account.signing_in import (
    Signed as SignedIn,
)
from domain.acts import Context
from domain.refusals import Refusal

router = APIRouter(prefix="/v1", tags=["auth"], route_class=LeanRoute)
Name = Annotated[str, Field(max_length=200)]
Secret = Annotated[str, Field(max_length=1000)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class SessionBody(Body):
    """User name and password."""

    user_name: Name
    password: Secret
    label: Annotated[str | None, Field(max_length=100)] = None
    """A name for this device, shown in the list of sessions."""


class ActivationBody(Body):
    """First sign-in: the code handed over with the appointment, and a password of one's own (15 characters or more)."""

    user_name: Name
    code: Secret
    password: Secret


class PasswordBody(Body):
    """Change of password."""

    old_password: Secret
    new_password: Secret


class TokenBody(Body):
    """RFC 6749 §5: a refresh token exchanged, or a machine's secret shown. The password grant does not exist."""

    grant_type: Name
    refresh_token: Secret | None = None
    nonce: Annotated[str | None, Field(max_length=64, pattern=r"^[0-9A-Za-z_-]*$")] = None
    """Random text of the caller: the same exchange may be repeated with it for 60 s when its answer was lost."""
    client_id: Name | None = None
    client_secret: Secret | None = None


class RevokeBody(Body):
    """A refresh token to end, with its session."""

    token: Secret


class TokenAnswer(BaseModel):
    """An access token of five minutes; machines get no refresh token."""

    access_token: str
    refresh_token: str | None = None
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    session_id: UUID


class SessionAnswer(BaseModel):
    """A signed-in device."""

    id: UUID
    started_at: dt.datetime
    rotated_at: dt.datetime
    expires_at: dt.datetime
    label: str | None
    current: bool


class SessionsAnswer(BaseModel):
    """One's own sessions."""

    data: list[SessionAnswer]


def _house(request: Request) -> Any:
    return request.app.state.house


def _shown(request: Request, user_name: str, secret: str, label: str | None = None) -> Credentials:
    address = request.client.host if request.client else ""
    return Credentials(
        user_name.strip().lower(), secret, _house(request).throttle(user_name.strip().lower(), address), label
    )


def _tokens(request: Request, signed: SignedIn, status: int = 200) -> Response:
    house = _house(request)
    now = house.doorman.now()
    body = TokenAnswer(
        access_token=house.tokens.issue(signed.account_id, signed.session_id, now),
        refresh_token=signed.refresh_token,
        expires_in=int(house.tokens.lifetime.total_seconds()),
        session_id=signed.session_id,
    )
    return _json(body, status)


def _json(body: BaseModel, status: int = 200) -> Response:
    return Response(to_json(body), status, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post("/auth/sessions", response_model=TokenAnswer, status_code=201)
async def post_session(request: Request, body: SessionBody) -> Response:
    """Sign in. Wrong name and wrong password are one answer; tries are slowed down per name and per address."""
    house = _house(request)
    async with house.sign_ins.opened(_id(request)) as store:
        shown = _shown(request, body.user_name, body.password, body.label)
        signed = await sign_in(store, house.passwords, house.refresh, shown, house.doorman.now())
    return _tokens(request, signed, 201)


@router.get("/auth/sessions", response_model=SessionsAnswer)
async def list_sessions(request: Request, ctx: Signed) -> Response:
    """One's own sessions in force."""
    ctx = await ctx.store.again(ctx)
    async with _house(request).sign_ins.opened(ctx.request_id) as store:
        known = await store.sessions(ctx.actor.account_id, ctx.now)
    return _json(_listed(known, ctx.actor.session_id))


def _listed(known: Any, current: UUID) -> SessionsAnswer:
    return SessionsAnswer(data=[SessionAnswer(**one._asdict(), current=one.id == current) for one in known])


@router.delete("/auth/sessions/current", status_code=204)
async def delete_current_session(request: Request, ctx: Signed) -> Response:
    """Sign out."""
    return await _end(request, ctx, ctx.actor.session_id)


@router.delete("/auth/sessions/{id}", status_code=204)
async def delete_session(request: Request, ctx: Signed, id: UUID) -> Response:
    """End one of one's own sessions, on another device."""
    return await _end(request, ctx, id)


async def _end(request: Request, ctx: Context, id: UUID) -> Response:
    ctx = await ctx.store.again(ctx)
    async with _house(request).sign_ins.opened(ctx.request_id) as store:
        ended = await store.end(id, ctx.actor.account_id, "signed_out", ctx.now)
        await store.note(ctx.actor.account_id, "sign_out", "done" if ended else "absent")
        if not ended:
            raise Refusal("not_found")
    return Response(status_code=204)


@router.post("/auth/token", response_model=TokenAnswer)
async def post_token(request: Request, body: TokenBody) -> Response:
    """`refresh_token` (rotated; a second use ends the session) or `client_credentials` (machines)."""
    async with _house(request).sign_ins.opened(_id(request)) as store:
        signed = await GRANTS.get(body.grant_type, _no_such_grant)(store, request, body)
    return _tokens(request, signed)


async def _refreshed(store: Any, request: Request, body: TokenBody) -> SignedIn:
    house = _house(request)
    return await redeem(store, house.refresh, body.refresh_token or "", body.nonce or "", house.doorman.now())


async def _machine(store: Any, request: Request, body: TokenBody) -> SignedIn:
    house = _house(request)
    shown = _shown(request, body.client_id or "", body.client_secret or "")
    return await machine_sign_in(store, house.refresh, shown, house.doorman.now())


async def _no_such_grant(_store: Any, _request: Request, _body: TokenBody) -> SignedIn:
    raise Refusal("unsupported_grant_type")


GRANTS = {"refresh_token": _refreshed, "client_credentials": _machine}


@router.post("/auth/revoke", status_code=204)
async def post_revoke(request: Request, body: RevokeBody) -> Response:
    """End the session of a refresh token; an unknown one is answered alike (RFC 7009 §2.2)."""
    house = _house(request)
    async with house.sign_ins.opened(_id(request)) as store:
        await revoke(store, house.refresh, body.token, house.doorman.now())
    return Response(status_code=204)


@router.post("/auth/activations", status_code=204)
async def post_activation(request: Request, body: ActivationBody) -> Response:
    """Set the first password by the code that came with the appointment."""
    house = _house(request)
    weak = weakness(body.password, own_words=(body.user_name,))
    async with house.sign_ins.opened(_id(request)) as store:
        shown = _shown(request, body.user_name, body.code)
        await activate(store, house.passwords, shown, body.password, weak, house.doorman.now())
    return Response(status_code=204)


@router.get("/me", response_model=OwnAccount, tags=["me"])
async def get_me(ctx: Signed) -> Response:
    """Who is signed in, as what."""
    return _json(await own_account(ctx))


@router.get("/me/capabilities", response_model=OwnAccount, tags=["me"])
async def get_capabilities(ctx: Signed) -> Response:
    """What one may do, how far, and which classes of field one sees."""
    return _json(await own_account(ctx))


@router.post("/me/password", status_code=204, tags=["me"])
async def post_password(request: Request, ctx: Signed, body: PasswordBody) -> Response:
    """Change one's password; all other sessions end."""
    ctx = await ctx.store.again(ctx)
    house = _house(request)
    async with house.sign_ins.opened(ctx.request_id) as store:
        account = await store.by_id(ctx.actor.account_id)
        shown = _shown(request, account.user_name, body.old_password)
        weak = weakness(body.new_password, own_words=(account.user_name, account.unit_name))
        await change_password(
            store, house.passwords, shown, body.new_password, weak, ctx.actor.session_id, house.doorman.now()
        )
    return Response(status_code=204)


def _id(_request: Request) -> str:
    return request_id() or ""
