"""Refusals → RFC 9457 problems for REST and extensions for GraphQL: one table, one renderer, nothing echoed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope as Asgi

from api.logs import request_id as current_request_id
from api.problems import FLAWS, PROBLEMS
from domain.refusals import Flaw, Refusal

MEDIA_TYPE = "application/problem+json"
RETRY_LATER = {"overloaded": 2, "still_running": 1}
FACTS_TOLD = frozenset(
    {"current", "allowed", "permission", "most", "rule", "on", "missing", "snapshot", "rows", "columns", "needed"}
)
"""Facts of a refusal that may be told: ours, never what was sent."""


def language_of(accept: str | None) -> str:
    """`vi` unless English is wanted more (RFC 9110 §12.5.4)."""
    best, chosen = 0.0, "vi"
    for part in (accept or "")[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            q = float(weight) if weight else 1.0
        except ValueError:
            continue
        if name[:2].lower() in ("vi", "en") and q > best:
            best, chosen = q, name[:2].lower()
    return chosen


def problem(refusal: Refusal, *, language: str, instance: str = "", request_id: str = "") -> dict[str, Any]:
    """The body of a problem; `type` points into the registry."""
    known = PROBLEMS[refusal.code]
    vietnamese = language == "vi"
    body: dict[str, Any] = {
        "type": f"/v1/problems#{refusal.code}",
        "title": known.vi if vietnamese else known.en,
        "status": known.status,
        "detail": (known.todo_vi if vietnamese else known.todo_en) or (known.vi if vietnamese else known.en),
        "instance": instance,
        "code": refusal.code,
        "request_id": request_id,
    }
    body |= {name: value for name, value in refusal.facts.items() if name in FACTS_TOLD}
    if refusal.flaws:
        body["errors"] = [flaw_told(flaw, language) for flaw in refusal.flaws]
    return body


def flaw_told(flaw: Flaw, language: str) -> dict[str, Any]:
    vi, en = FLAWS.get(flaw.code, FLAWS["wrong_type"])
    told = {"pointer": flaw.pointer, "code": flaw.code, "message": vi if language == "vi" else en}
    return told | dict(flaw.facts)


def render(code: str, _status: int, scope: Asgi) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A problem for the edge (api/gate.py, api/deadlines.py), which stands before any route."""
    language = language_of(Headers(scope=scope).get("accept-language")) if "headers" in scope else "vi"
    body = problem(Refusal(code), language=language, request_id=current_request_id() or "")
    return to_json(body), [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-language", language.encode()),
        (b"cache-control", b"no-store"),
    ]


def problem_response(scope: Asgi, refusal: Refusal) -> Response:
    """The refusal as an answer, in the caller's language."""
    headers = Headers(scope=scope)
    route = scope.get("route")
    body = problem(
        refusal,
        language=language_of(headers.get("accept-language")),
        instance=getattr(route, "path", "") or "",
        request_id=current_request_id() or "",
    )
    response = Response(to_json(body), status_code=body["status"], media_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language_of(headers.get("accept-language"))
    retry = refusal.facts.get("retry_after") or RETRY_LATER.get(refusal.code)
    if retry:
        response.headers["Retry-After"] = str(retry)
    if body["status"] == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="diemtua"'
    if refusal.code == "stale_version":
        response.headers["ETag"] = str(refusal.facts.get("current", ""))
    return response


PYDANTIC = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "greater_than": "out_of_range",
    "less_than": "out_of_range",
    "uuid_parsing": "not_a_uuid",
    "uuid_type": "not_a_uuid",
    "date_from_datetime_parsing": "not_a_date",
    "date_from_datetime_inexact": "not_a_date",
    "date_parsing": "not_a_date",
    "date_type": "not_a_date",
    "datetime_parsing": "not_an_instant",
    "datetime_from_date_parsing": "not_an_instant",
    "datetime_type": "not_an_instant",
    "timezone_aware": "not_an_instant",
}


def refusal_from(error: ValidationError, code: str = "invalid", root: Iterable[str] = ()) -> Refusal:
    """Pydantic's findings as flaws: a pointer and a code, never the input (its default echoes a national id)."""
    flaws = tuple(
        Flaw(_pointer((*root, *found["loc"]), found["type"]), PYDANTIC.get(found["type"], "wrong_type"))
        for found in error.errors(include_url=False, include_context=False, include_input=False)[:50]
    )
    return Refusal(code, flaws=flaws)


def _pointer(parts: tuple[Any, ...], kind: str) -> str:
    """An unknown name is the caller's text: the pointer stops at its parent."""
    kept = parts[:-1] if kind == "extra_forbidden" else parts
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in kept)
