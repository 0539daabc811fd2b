"""Code lists, the problem registry, health, keys."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from api.asking import LeanRoute, Signed
from api.code_lists import CODE_LISTS
from api.problems import FLAWS, PROBLEMS
from api.wiring import ready
from domain.refusals import Refusal

router = APIRouter(route_class=LeanRoute)


class Code(BaseModel):
    """A code with its words and validity."""

    code: str
    vi: str
    en: str
    valid_from: str | None = None
    valid_to: str | None = None


class CodeList(BaseModel):
    """A list of codes."""

    name: str
    codes: list[Code]


class CodeLists(BaseModel):
    """Every code the contract uses."""

    data: list[CodeList]


class ProblemEntry(BaseModel):
    """A code of the registry."""

    code: str
    status: int
    vi: str
    en: str
    todo_vi: str
    todo_en: str


class ProblemRegistry(BaseModel):
    """Every problem this service answers with."""

    data: list[ProblemEntry]


class Health(BaseModel):
    """Whether the service lives or is ready."""

    status: str


class PublicKey(BaseModel):
    """A public key of access tokens (ES256)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    use: Literal["sig"]
    alg: str


class KeySet(BaseModel):
    """The keys in force, newest first (RFC 7517)."""

    keys: list[PublicKey]


def _json(body: BaseModel, status: int = 200) -> Response:
    return Response(to_json(body), status, media_type="application/json")


@router.get("/v1/code-lists", response_model=CodeLists, tags=["reference"])
async def list_code_lists(ctx: Signed) -> Response:
    """Every code with its words in Vietnamese and English."""
    del ctx  # signed in is enough
    return _json(_code_lists())


def _code_lists() -> CodeLists:
    return CodeLists(
        data=[
            CodeList(name=name, codes=[Code(code=code, vi=vi, en=en) for code, vi, en in codes])
            for name, codes in (CODE_LISTS | {"flaw": _flaws()}).items()
        ]
    )


def _flaws() -> tuple[tuple[str, str, str], ...]:
    """What may be wrong with a field, a cell, an item of a queue."""
    return tuple((code, vi, en) for code, (vi, en) in sorted(FLAWS.items()))


@router.get("/v1/problems", response_model=ProblemRegistry, tags=["reference"])
async def list_problems() -> Response:
    """The registry of problems: codes are never translated."""
    return _json(_problems())


def _problems() -> ProblemRegistry:
    return ProblemRegistry(
        data=[
            ProblemEntry(code=code, status=p.status, vi=p.vi, en=p.en, todo_vi=p.todo_vi, todo_en=p.todo_en)
            for code, p in sorted(PROBLEMS.items())
        ]
    )


@router.get("/health/live", response_model=Health, tags=["health"])
async def get_live() -> Response:
    """The process answers."""
    return _json(Health(status="live"))


@router.get("/health/ready", response_model=Health, tags=["health"])
async def get_ready(request: Request) -> Response:
    """The database answers."""
    await _answering(request.app.state.house.pool)
    return _json(Health(status="ready"))


async def _answering(pool: Any) -> None:
    """Whatever keeps the database from answering is one refusal, 503."""
    try:
        await ready(pool)
    except Exception as fault:
        raise Refusal("overloaded") from fault


@router.get("/.well-known/jwks.json", response_model=KeySet, tags=["auth"])
async def get_jwks(request: Request) -> Response:
    """Public keys of access tokens (RFC 7517)."""
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(to_json(request.app.state.house.keys.jwks()), media_type="application/json", headers=headers)
