"""The parts of the contract that operations share: request headers, response headers, refusals."""

from __future__ import annotations

from typing import Any

from api.context import PURPOSES

Json = dict[str, Any]
ALWAYS = ("X-Request-Id", "Server-Timing")

RESPONSES: dict[str, tuple[str, ...]] = {
    "BadRequest": ("The request cannot be read: JSON, a parameter, a header or a cursor", "bad_request"),
    "Unauthenticated": ("Not signed in, or the session has ended", "unauthenticated", "WWW-Authenticate"),
    "Forbidden": ("The role may not do this", "forbidden"),
    "NotFound": ("Missing, or out of reach: one answer for both", "not_found"),
    "Conflict": ("In conflict with what is on file, or an earlier request still runs", "conflict"),
    "StaleVersion": ("The version in If-Match is stale; `current` is the version on file", "stale_version", "ETag"),
    "PreconditionRequired": ("If-Match is required", "precondition_required"),
    "Invalid": ("The data is not right; `errors` names each field", "invalid"),
    "Refused": ("Refused; the codes stand in `GET /v1/problems`", "too_many_requests", "Retry-After"),
    "Fault": ("A fault on our side, or overload; safe to repeat with the same key", "overloaded", "Retry-After"),
}


def _header(description: str, *, required: bool = False, **schema: Any) -> Json:
    told: Json = {"description": description, "schema": {"type": "string"} | schema}
    return told | ({"required": True} if required else {})


HEADERS: Json = {
    "XRequestId": _header("Names this request in every log line and problem.", required=True, format="uuid"),
    "ServerTiming": _header("Milliseconds spent in the service: `app;dur=4.2`.", required=True),
    "ETag": _header('The version, for If-Match alone: `"3"`.', required=True, pattern='^"[0-9]+"$'),
    "IdempotentReplayed": _header("The answer stands for an earlier request with the same key or id.", const="true"),
    "PreferenceApplied": _header("Everything was checked and nothing stored.", const="validate-only"),
    "Location": _header("Where it stands.", required=True, format="uri-reference"),
    "ContentLanguage": _header("Language of the words.", required=True, enum=["vi", "en"]),
    "RetryAfter": _header("Seconds to wait.", pattern="^[0-9]+$"),
    "WWWAuthenticate": _header("The scheme to use.", required=True),
}


def _parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string"} | schema,
    }


PARAMETERS: Json = {
    "AcceptLanguage": _parameter(
        "Accept-Language", "`vi` (unless said otherwise) or `en`: language of words, never of codes."
    ),
    "RequestId": _parameter(
        "X-Request-Id", "A UUID of the caller's, given back; anything else is replaced by one of ours."
    ),
    "AccessPurpose": _parameter(
        "Access-Purpose",
        "Why a person's data are seen; journaled, required where the role's policy says so.",
        enum=[*PURPOSES],
    ),
    "ActingAs": _parameter("Acting-As", "Id of the appointment to act under, among several in force.", format="uuid"),
    "IfMatch": _parameter(
        "If-Match", 'The ETag of the version this change was made on: `"3"`.', required=True, pattern='^"[0-9]{1,9}"$'
    ),
    "IdempotencyKey": _parameter(
        "Idempotency-Key",
        "One key a wish: for 24 hours the same request with the same key has one effect and one answer.",
        minLength=1,
        maxLength=255,
        pattern=r"^[\x21-\x7e]+$",
    ),
    "Prefer": _parameter(
        "Prefer",
        "`validate-only`: every check runs, permission included, and nothing is stored.",
        enum=["validate-only"],
    ),
}
