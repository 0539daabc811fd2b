"""Query models, answers, and lean routes: what every REST resource shares."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, get_args, get_type_hints
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Depends, Request
from fastapi.params import Body as BodyParam
from fastapi.params import Query as QueryParam
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from api.civil import counted_dates
from api.errors import refusal_from
from api.selection import asked_one, asked_page
from api.strict_json import read_json
from domain.acts import Context, Done
from domain.reading import Answer, Asked, Noun
from domain.refusals import Flaw, Refusal

T = TypeVar("T")
MOST_ROWS = 200
bearer = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    auto_error=False,
    description="Access token of POST /v1/auth/sessions or /v1/auth/token",
)
JSON_TYPES = ("application/json", "application/merge-patch+json")


class OneQuery(BaseModel):
    """What can be said about one resource in the URL."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    fields: Annotated[str | None, Field(max_length=2000)] = None
    """Comma-separated names; `id` and `masked` always come."""
    include: Annotated[str | None, Field(max_length=1000)] = None
    """Comma-separated relations, dotted for depth (at most 3)."""
    via: Literal["grant", "made"] | None = None
    """Another road to the row: `grant` = granted to me, `made` = made under my unit (its own period)."""

    def one(self, noun: Noun, id: Any = None) -> Asked:
        return asked_one(noun, self.fields, self.include, id)

    def on(self, ctx: Context) -> Context:
        return ctx if self.via is None else replace(ctx, via=self.via)


class PageQuery(OneQuery):
    """What can be said about a list in the URL. Filters are added per noun."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50
    """Rows of a page."""
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    """`page.next` of the page before."""
    sort: Annotated[str | None, Field(max_length=50)] = None
    """Name of an order; the first of the noun when left out."""
    count: Literal["none", "exact"] = "none"
    """`exact` adds `total`."""

    SHARED: ClassVar[frozenset[str]] = frozenset(
        {"fields", "include", "via", "limit", "cursor", "sort", "count", "order", "first", "after"}
    )

    def filters(self) -> dict[str, Any]:
        """The named filters that were given, in the order of their declaration."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name not in self.SHARED}
        return {name: value for name, value in given.items() if value is not None}

    def page(self, ctx: Context, noun: Noun) -> Asked:
        return self.asked(ctx, noun, self.filters())

    def asked(self, ctx: Context, noun: Noun, filters: dict[str, Any]) -> Asked:
        return asked_page(
            ctx,
            noun,
            fields=self.fields,
            include=self.include,
            order=self.sort,
            filters=filters,
            limit=self.limit,
            cursor=self.cursor,
            counted=self.count == "exact",
        )


class NextPage(BaseModel):
    """Where the next page starts."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    next: str | None
    """Cursor of the next page; null on the last."""
    incomplete: bool | None = None
    """A nationwide search looked at a bounded number of candidates: add a word."""


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T]
    page: NextPage
    total: int | None = None


class ProblemFlaw(BaseModel):
    """One thing wrong with one field."""

    pointer: str
    code: str
    message: str


class ProblemBody(BaseModel):
    """RFC 9457. `code` is never translated; nothing that was sent is echoed."""

    model_config = ConfigDict(title="Problem", extra="allow")
    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[ProblemFlaw] | None = None


def answer(given: Answer) -> Response:
    """PostgreSQL's JSON bytes, passed through."""
    headers = {"ETag": f'"{given.version}"'} if given.version is not None else None
    return Response(given.body, media_type="application/json", headers=headers)


def written(done: Done, status: int = 200, location: str | None = None) -> Response:
    """An act's answer: 201 when made, 200 when replayed or only checked."""
    response = answer(done.answer)
    response.status_code = status if done.outcome == "done" else 200
    if done.outcome == "replayed":
        response.headers["Idempotent-Replayed"] = "true"
    if done.outcome == "checked":
        response.headers["Preference-Applied"] = "validate-only"
    if location is not None and done.outcome != "checked":
        response.headers["Location"] = f"{location}/{done.id}"
    return response


async def signed_in(request: Request, _bearer: Annotated[Any, Depends(bearer)] = None) -> Context:
    """Documents the bearer token; lean routes ask the doorman themselves."""
    return await request.app.state.doorman.context(request.scope)  # type: ignore[no-any-return]


Signed = Annotated[Context, Depends(signed_in)]


class LeanRoute(APIRoute):
    """FastAPI documents the signature; the route reads it once and runs without the solver (reads.md, LeanRoute).

    A signature may hold: `ctx`, path parameters (UUID or a closed set of words), one query model, one body model,
    `request`. Anything else is refused at start.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self.lean

    @cached_property
    def lean(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request; api/directory.py calls it without FastAPI in between."""
        endpoint = self.endpoint
        hints = get_type_hints(endpoint, include_extras=True)
        parts = {name: _part(name, hints[name], self.path) for name in inspect.signature(endpoint).parameters}
        query = next((model for kind, model in parts.values() if kind == "query"), Nothing)
        has_body = any(kind == "body" for kind, _ in parts.values())
        asker = next((name for name, (kind, _) in parts.items() if kind == "ctx"), None)
        label = f"{'/'.join(sorted(self.methods or ()))} {self.path}"

        async def handle(request: Request) -> Response:
            caller = await request.app.state.doorman.context(request.scope) if asker else None  # 401 before all else
            given = _query(request, query)
            body = await _body(request) if has_body else b""
            values: dict[str, Any] = {}
            sent: Any = None
            for name, (kind, type_) in parts.items():
                if kind == "ctx":
                    values[name] = caller
                elif kind == "path":
                    values[name] = _path(request, name, type_)
                elif kind == "query":
                    values[name] = given
                elif kind == "body":
                    sent = read_json(body)
                    values[name] = validated(type_, sent)
                else:
                    values[name] = request
            if asker and has_body:
                values[asker] = _told_apart(values[asker], request, label, sent)
            return await endpoint(**values)  # type: ignore[no-any-return]

        return handle


class Nothing(BaseModel):
    """A route without parameters in its URL."""

    model_config = ConfigDict(extra="forbid")


def _part(name: str, hint: Any, path: str) -> tuple[str, Any]:
    """What one parameter of a lean route is. Raises at start for what it cannot read."""
    base, *marks = get_args(hint) if get_args(hint) and hasattr(hint, "__metadata__") else (hint,)
    if base is Context:
        return "ctx", base
    if base is Request:
        return "request", base
    if "{" + name in path:
        return "path", base
    if any(isinstance(mark, QueryParam) for mark in marks):
        return "query", base
    if any(isinstance(mark, BodyParam) for mark in marks) or (inspect.isclass(base) and issubclass(base, BaseModel)):
        return "body", base
    raise TypeError(f"a lean route cannot read parameter {name!r} of {path}")


def _told_apart(ctx: Context, request: Request, label: str, sent: Any) -> Context:
    """With the digest of what was sent, where a repetition of it may have to be recognised."""
    if ctx.conditions.key is None and request.method != "POST":
        return ctx
    return replace(ctx, conditions=replace(ctx.conditions, digest=digest_of(label, request.path_params, sent)))


def digest_of(operation: str, path: dict[str, Any], sent: Any) -> bytes:
    """Of the operation and the canonical body: the same request, however it was spelled."""
    canonical = json.dumps(sent, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{operation}|{sorted(path.items())}|{canonical}".encode("utf-8", "surrogatepass")).digest()


def _query(request: Request, model: type[BaseModel]) -> BaseModel:
    return _read_query(request.scope["query_string"], model)


@lru_cache(1024)
def _read_query(raw: bytes, model: type[BaseModel]) -> BaseModel:
    """The same text says the same to the same route; nothing personal stands in one, and nobody changes a query."""
    if not raw:
        try:
            return model()
        except ValidationError as error:  # something is required
            raise refusal_from(error, "bad_request") from error
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=50, errors="strict"
        )
    except ValueError as broken:
        raise Refusal("bad_request") from broken
    given = dict(pairs)
    if len(given) < len(pairs):
        raise Refusal("bad_request", flaws=(Flaw("", "repeated_parameter"),))
    if b"%00" in raw and any("\0" in value for value in given.values()):
        raise Refusal("bad_request", flaws=(Flaw("", "nul"),))
    if not given.keys() <= model.model_fields.keys():
        raise Refusal("unknown_parameter", flaws=(Flaw("", "unknown_parameter"),))
    _refuse_counted(model, given, "bad_request")
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        raise refusal_from(error, "bad_request") from error


def _path(request: Request, name: str, type_: Any) -> Any:
    text = request.path_params[name]
    if type_ is not UUID:
        return text
    try:
        return UUID(text) if len(text) == 36 else _not_a_uuid(name)
    except ValueError:
        return _not_a_uuid(name)


def _not_a_uuid(name: str) -> Any:
    raise Refusal("bad_request", flaws=(Flaw(f"/{name}", "not_a_uuid"),))


async def _body(request: Request) -> bytes:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in JSON_TYPES:
        raise Refusal("unsupported_media_type")
    return await request.body()


def _refuse_counted(model: type[Any], given: Any, code: str) -> None:
    if flaws := tuple(Flaw(pointer, "not_a_date") for pointer in counted_dates(model, given)):
        raise Refusal(code, flaws=flaws)


def validated(model: type[T], value: Any) -> T:
    """A body as its model, strict about JSON types. Raises `invalid` with every flaw."""
    _refuse_counted(model, value, "invalid")
    try:
        return model.model_validate_json(json.dumps(value), strict=True)  # type: ignore[attr-defined, no-any-return]
    except ValidationError as error:
        raise refusal_from(error) from error
