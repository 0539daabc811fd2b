"""From what FastAPI writes down to the contract we publish: names, headers, problems, examples.

What is guarded by If-Match, takes an Idempotency-Key, can be sorted or included is read off the use-case an operation
calls, so that the description cannot say anything else than the code does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.errors import MEDIA_TYPE, problem
from api.examples import EXAMPLES
from api.openapi_parts import ALWAYS, HEADERS, PARAMETERS, RESPONSES, Json
from domain.acts import Act, Read
from domain.reading import Noun
from domain.refusals import Refusal

Use = Act[Any] | Read | Noun | None
Uses = dict[tuple[str, str], Use]
VERBS = {"post": "create", "patch": "amend", "find": "search"}
NAMES = {
    "post_session": "sign_in",
    "delete_current_session": "sign_out",
    "delete_session": "end_session",
    "post_token": "exchange_token",
    "post_revoke": "revoke_token",
    "post_activation": "activate_account",
    "post_password": "change_password",
    "create_account": "create_user",
    "amend_account": "amend_user",
    "close_account": "close_user",
    "appoint": "appoint_user",
    "post_sync_push": "push_writes",
}
"""An act gives its operation its own name, the same as in GraphQL; all others follow VERBS, but for these."""
TAGS = {
    "auth": "Sessions, tokens, passwords. REST only.",
    "me": "Who is signed in, and what they may do.",
    "persons": "The register, and which unit is responsible for whom.",
    "units": "The dated tree of units and how it changed.",
    "users": "Accounts and appointments: an upper unit appoints for the units below.",
    "changes": "What changed in one's reach, in commit order: pages, waiting, a stream.",
    "journal": "Who read, wrote or was refused what.",
    "law": "The rule book and the working calendar: dated, with sources, changed by two persons.",
    "treatment": "Treatment courses: where people come from.",
    "notices": "Discharge notices of rehabilitation centres, and where each was sent on.",
    "reviews": "Review rounds: who is coming home, asked of centres and clinics.",
    "cases": "The post-rehabilitation case: proposals, findings, support teams, assessments.",
    "decisions": "Management decisions: terms that explain themselves, adjustments, deliveries, documents.",
    "exports": "Lists taken out as files, as jobs: for a purpose, with manifest and watermark.",
    "imports": "Files taken in as jobs: preview as a field diff, commit, report, undo.",
    "webhooks": "Where a unit's own software is told of changes: signed, thin, at least once, in order per subject.",
    "documents": "Papers printed from the record, and scans of the signed ones.",
    "counselling": "Contacts with persons and with anonymous clients; what was said stays with its author's circle.",
    "health visits": "Visits to the health station: others see at most that there was one, and when.",
    "assignments": "Who looks after whom; access stands and falls with it.",
    "clubs": "Clubs from the inside: voluntary memberships, sessions, attendance, monthly evaluations.",
    "models": "Support models: teams, points, clubs, pilots; who works in them, how they are reviewed.",
    "referrals": "Sending a person on to a service, two-sided, until it ends with an outcome; how it is followed up.",
    "organisations": "Schools, employers, sponsors, services: their part in each model, what they pledge and give.",
    "outreach": "Trainings, outreach and its places, press, awards, inspections: what a unit does for everyone.",
    "livelihood": "Needs, reintegration plans, training, work, households.",
    "loans": "Loan lists and loans: eligibility explained, followed from the need to the last payment.",
    "handovers": "Change of responsibility between communes, two-sided.",
    "tasks": "What is due, for whom, by which rule.",
    "reference": "Codes and problems.",
    "health": "Whether the service lives and is ready.",
}
SUCCESS = {
    "200": "As asked",
    "201": "Made",
    "202": "Accepted: work goes on as a job",
    "204": "Done; there is nothing more to say",
}


def install_openapi(app: FastAPI) -> None:
    """Publish the refined description, made once."""
    plain: Callable[[], Json] = app.openapi
    kept: list[Json] = []

    def openapi() -> Json:
        if not kept:
            kept.append(refined(plain(), uses_of(app)))
        return kept[0]

    app.openapi = openapi  # type: ignore[method-assign]


def uses_of(app: FastAPI) -> Uses:
    """(method, path) → the act or read its function calls, else the noun it names, if any."""
    found: Uses = {}
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            if told := getattr(route.endpoint, "use", None):
                found[method.lower(), str(route.path_format)] = told
            for name in getattr(getattr(route.endpoint, "__code__", None), "co_names", ()):
                value = route.endpoint.__globals__.get(name)  # type: ignore[union-attr]
                place = (method.lower(), str(route.path_format))
                if isinstance(value, Act | Read) or (isinstance(value, Noun) and place not in found):
                    found[place] = value
    return found


def refined(plain: Json, uses: Uses) -> Json:
    """The whole description. Idempotent in nothing: it is made from FastAPI's, once."""
    described: Json = _renamed(plain, _new_names(plain["components"]["schemas"]))
    schemas = described["components"]["schemas"]
    for path, method, operation in operations(described):
        use = uses.get((method, path))
        _name(operation, method, path, use)
        _choose(operation, use)
        _ask(operation, use, method)
        _tell(operation, use, method, schemas)
    described["components"] |= {
        "parameters": PARAMETERS,
        "headers": HEADERS,
        "responses": {name: _refused(*codes) for name, codes in RESPONSES.items()},
        "examples": {name: {"summary": _summary_of(name), "value": value} for name, value in EXAMPLES.items()},
    }
    described["components"]["schemas"]["Problem"]["properties"]["code"] |= {"pattern": "^[a-z_]+$"}
    used = {tag for _, _, operation in operations(described) for tag in operation["tags"]}
    described["tags"] = [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
    described["servers"] = [{"url": "/", "description": "This service"}]
    return described


def operations(described: Json) -> Iterator[tuple[str, str, Json]]:
    """(path, method, operation) of every operation."""
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


# -- names


def _new_names(schemas: Json) -> dict[str, str]:
    """`Page_Person_` → `PersonPage`, `ProblemBody` → `Problem`, `PhoneFacts` → `Phone` where that is free."""
    names = {"ProblemBody": "Problem"}
    for name in schemas:
        if page := re.fullmatch(r"Page_(\w+)_", name):
            names[name] = f"{page[1]}Page"
        elif name.endswith("Facts") and name.removesuffix("Facts") not in schemas:
            names[name] = name.removesuffix("Facts")
    return names


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The description with its schemas under their new names, without FastAPI's mechanical titles."""
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return value | {"$ref": f"#/components/schemas/{names.get(name, name)}"}
    mechanical = "title" in value and isinstance(value["title"], str) and _typed(value)
    anything = {} in value.get("anyOf", ()) if isinstance(value.get("anyOf"), list) else False
    left_out = ({"title"} if mechanical else set()) | (
        {"anyOf"} if anything else set()
    )  # "anything, or null" is anything
    return {names.get(key, key): _renamed(part, names) for key, part in value.items() if key not in left_out}


def _typed(value: Json) -> bool:
    """Whether this is a schema: its title is a mechanical one."""
    return not {"type", "anyOf", "allOf", "oneOf", "enum", "const"}.isdisjoint(value)


def _name(operation: Json, method: str, path: str, use: Use) -> None:
    """`post_person_v1_persons_post` → `create_person`; the summary is the first sentence of the description."""
    mechanical = re.sub(r"\W", "_", path) + f"_{method}"
    name = use.name if isinstance(use, Act) else operation["operationId"].removesuffix(mechanical)
    operation["operationId"] = NAMES.get(name) or _by_verb(name)
    operation["summary"] = re.split(r"[.:;] |\.$", operation["description"], maxsplit=1)[0]


def _by_verb(name: str) -> str:
    if moved := re.fullmatch(r"post_(\w+)_transition", name):
        return f"move_{moved[1]}"
    verb, _, rest = name.partition("_")
    return "_".join(part for part in (VERBS.get(verb, verb), rest) if part)


def _summary_of(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().capitalize()


# -- what is asked


def _choose(operation: Json, use: Use) -> None:
    """What `fields`, `include` and `sort` may name: the noun says it."""
    if use is None:
        return
    noun = use if isinstance(use, Noun) else use.noun
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "sort":
            parameter["schema"] = {"type": "string", "enum": list(noun.orders)}
        if parameter["name"] == "fields":
            parameter["description"] += f" Of: {', '.join(noun.fields)}."
        if parameter["name"] == "include":
            parameter["description"] += f" Of: {', '.join(noun.relations) or 'none here'}."


def _ask(operation: Json, use: Use, method: str) -> None:
    given = [_without_null(parameter) for parameter in operation.get("parameters", ())]
    names = ["AcceptLanguage", "RequestId"]
    if operation.setdefault("security", []):
        names += ["AccessPurpose", "ActingAs"]
    if isinstance(use, Act):
        names += ["IfMatch"] if use.guarded else []
        names += ["IdempotencyKey"] if method == "post" else []
        names += ["Prefer"]
    operation["parameters"] = given + [{"$ref": f"#/components/parameters/{name}"} for name in names]
    _ask_body(operation.get("requestBody"), method)


def _ask_body(body: Json | None, method: str) -> None:
    media = (body or {}).get("content", {}).get("application/json")
    if body is None or media is None:  # bytes up have a media type of their own
        return
    _exemplify(media)
    if method == "patch":
        body["content"]["application/merge-patch+json"] = media


def _without_null(parameter: Json) -> Json:
    """There is no null in a URL: a parameter is left out instead."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) == 1:
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "description")}
        parameter["schema"] = kinds[0] | rest
    else:
        schema.pop("description", None)
    return parameter


def _exemplify(media: Json) -> None:
    name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
    if name in EXAMPLES:
        media["examples"] = {"usual": {"$ref": f"#/components/examples/{name}"}}


# -- what is told


def _tell(operation: Json, use: Use, method: str, schemas: Json) -> None:
    told: Json = {}
    for status, response in operation["responses"].items():
        if status in SUCCESS:
            told[status] = _success(status, response, use, schemas)
    if isinstance(use, Act) and (made := told.get("201") or told.get("202")):
        told = {"200": _again(made)} | told
    told |= {status: {"$ref": f"#/components/responses/{name}"} for status, name in _refusals(operation, use, method)}
    operation["responses"] = told


def _success(status: str, response: Json, use: Use, schemas: Json) -> Json:
    headers = list(ALWAYS)
    for media in response.get("content", {}).values():
        name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
        headers += ["ETag"] if "version" in schemas.get(name, {}).get("properties", ()) else []
        _exemplify(media)
    if isinstance(use, Act):
        headers += ["Location"] if status in ("201", "202") else ["Idempotent-Replayed", "Preference-Applied"]
    content = {media: told for media, told in response.get("content", {}).items() if told.get("schema")}
    return {"description": SUCCESS[status], "headers": _headers(*headers)} | ({"content": content} if content else {})


def _again(made: Json) -> Json:
    """The answer of a POST that made nothing: repeated (same key or same id), or only checked."""
    headers = {name: told for name, told in made["headers"].items() if name != "Location"}
    more = _headers("Idempotent-Replayed", "Preference-Applied")
    return made | {"description": "Made before, or only checked", "headers": headers | more}


def _refusals(operation: Json, use: Use, method: str) -> Iterator[tuple[str, str]]:
    yield "400", "BadRequest"
    if operation["security"]:
        yield from (("401", "Unauthenticated"), ("403", "Forbidden"))
    if any(parameter.get("in") == "path" for parameter in operation["parameters"]):
        yield "404", "NotFound"
    if isinstance(use, Act):
        yield "409", "Conflict"
    if isinstance(use, Act) and use.guarded:
        yield from (("412", "StaleVersion"), ("428", "PreconditionRequired"))
    if "requestBody" in operation or method == "post":
        yield "422", "Invalid"
    yield from (("4XX", "Refused"), ("5XX", "Fault"))


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name.replace('-', '')}"} for name in names}


def _refused(description: str, code: str, *more: str) -> Json:
    """A problem with its example, in Vietnamese, as the service words it."""
    facts: Json = {"current": '"4"'} if code == "stale_version" else {}
    example = problem(
        Refusal(code, **facts),
        language="vi",
        instance="/v1/persons/{id}",
        request_id="0199f3a2-44c0-7b3a-a2f6-90e1d35c7b42",
    )
    return {
        "description": description,
        "headers": _headers(*ALWAYS, "Content-Language", *more),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
