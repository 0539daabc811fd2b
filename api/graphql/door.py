"""POST /graphql, strict: known texts go straight to the executor, new ones are limited before they are validated."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLError, execute, get_operation_ast, validate
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from strawberry.pydantic.error import InputValidationError

from api.errors import PYDANTIC, language_of, problem
from api.graphql.limits import check, read_document, sizing_variables
from api.graphql.repeating import KEPT_REPETITIONS, Repetition, plain_values
from api.graphql.road import Document, Executor, Fragment, OneReading
from api.graphql.schema import schema
from api.logs import get_logger, request_id
from api.strict_json import read_json
from domain.refusals import Flaw, Refusal

KEPT_TEXTS = 512
KEPT_SIZES = 256
GRAPHQL_JSON = "application/graphql-response+json"
ECHOES = re.compile(r"(\.? Did you mean|, found |; | got invalid value|: |cannot represent).*", re.DOTALL)
"""Where a message of the library starts to repeat what was sent."""
QUOTED = re.compile(r"(?P<quote>[\"'])(?P<word>.*?)(?P=quote)", re.DOTALL)
OURS = frozenset(re.findall(r"\w+", schema.as_str())) | {"Query", "Mutation"}
"""Every word of the schema: what else stands in quotes is the caller's."""


class Known(NamedTuple):
    """A text seen before: its document, what is wrong with it, and which variables decide its cost."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    sizing: tuple[str, ...]
    passed: set[tuple[Any, ...]]
    """Values of those variables under which it was light enough before."""
    repeated: dict[Any, Repetition]
    """What was asked before, by operation and the values of its variables."""

    def found_wrong(self, variables: dict[str, Any]) -> list[GraphQLError]:
        """What refuses this text with these variables: a weight is worked out once per values that size it."""
        if self.errors or self.document is None or not self.sizing:
            return list(self.errors)
        sizes = tuple((name in variables, variables.get(name)) for name in self.sizing)
        plain = all(type(size) in (int, type(None)) for _, size in sizes)
        if plain and sizes in self.passed:
            return []
        errors = check(self.document, variables)
        if plain and not errors and len(self.passed) < KEPT_SIZES:
            self.passed.add(sizes)
        return errors


class Documents:
    """Texts seen before, bounded; the least used falls out."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, Known] = OrderedDict()

    def read(self, text: str) -> Known:
        found = self.known.get(text)
        if found is None:
            found = self._new(text)
            self.known[text] = found
            if len(self.known) > KEPT_TEXTS:
                self.known.popitem(last=False)
        else:
            self.known.move_to_end(text)
        return found

    def _new(self, text: str) -> Known:
        try:
            document = read_document(text)
        except GraphQLError as error:
            return Known(None, (error,), (), set(), {})
        sizing = sizing_variables(document)  # these are weighed with every request; the verdict on the rest is kept
        least = dict.fromkeys(sizing, 1)
        errors = check(document, least) or validate(schema._schema, document)  # noqa: SLF001 - the core schema
        return Known(document, tuple(errors), tuple(sorted(sizing)), set(), {})


DOCUMENTS = Documents()


async def graphql(request: Request) -> Response:
    """One operation. Raises refusals of the body itself as problems; everything else is a GraphQL answer."""
    body = _asked(read_json(await _json(request)))
    ctx = await request.app.state.doorman.context(request.scope)
    language = language_of(request.headers.get("accept-language"))
    known = DOCUMENTS.read(body["query"])
    variables = body.get("variables") or {}
    errors = known.found_wrong(variables)
    if errors or known.document is None:
        return _answer(request, {"errors": [_told(error, language) for error in errors]}, well_formed=False)
    values = plain_values(variables)
    repetition = None if values is None else known.repeated.get((body.get("operationName"), values))
    if repetition is None and get_operation_ast(known.document, body.get("operationName")) is None:
        told = {
            "message": _word(language, "Không rõ thao tác", "No such operation"),
            "extensions": {"code": "bad_request"},
        }
        return _answer(request, {"errors": [told]}, well_formed=False)
    reading = OneReading(ctx.store)
    held = Document(replace(ctx, store=reading), variables, app=request.app)
    try:
        if repetition is not None:
            result = await repetition.again(held)
        else:
            result = await _executed(held, known, body.get("operationName"), values)
    finally:
        await reading.close()
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [_told(error, language) for error in result.errors]
    if held.outcomes:
        answer["extensions"] = {"acts": held.outcomes}
    return _answer(
        request, answer, data=result.data, well_formed=result.data is not None or not _coercion(result.errors)
    )


async def _executed(held: Document, known: Known, name: str | None, values: Any) -> Any:
    """By the library; what can be repeated without it is kept."""
    assert known.document is not None, "what is wrong was answered before"
    result: Any = execute(
        schema._schema,  # noqa: SLF001 - the core schema
        known.document,
        context_value=held,
        variable_values=held.variables,
        operation_name=name,
        executor_class=Executor,
    )
    result = await result if hasattr(result, "__await__") else result
    repetition = None if values is None else Repetition.of(held, result)
    if repetition is not None:
        if len(known.repeated) >= KEPT_REPETITIONS:
            known.repeated.clear()
        known.repeated[name, values] = repetition
    return result


def _coercion(errors: list[GraphQLError] | None) -> bool:
    """Errors before execution: no path."""
    return any(error.path is None for error in errors or ())


async def _json(request: Request) -> bytes:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Refusal("unsupported_media_type")
    return await request.body()


def _asked(body: Any) -> dict[str, Any]:
    """The parameters of GraphQL-over-HTTP, of their types."""
    types: Mapping[str, type | tuple[type, ...]] = {
        "query": str,
        "operationName": (str, type(None)),
        "variables": (dict, type(None)),
        "extensions": (dict, type(None)),
    }
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Refusal("bad_request", flaws=(Flaw("/query", "required"),))
    flaws = tuple(
        Flaw(f"/{name}", "wrong_type")
        for name, type_ in types.items()
        if name in body and not isinstance(body[name], type_)
    )
    if flaws:
        raise Refusal("bad_request", flaws=flaws)
    return body


def _answer(
    request: Request, answer: dict[str, Any], *, data: dict[str, Any] | None = None, well_formed: bool
) -> Response:
    """Data as the bytes PostgreSQL built. 400 where nothing was executed, for who accepts GraphQL's own media type."""
    modern = GRAPHQL_JSON in request.headers.get("accept", "")
    parts = [b"{"]
    if well_formed:
        parts += (b'"data":', *_encoded(data))
    for key, value in answer.items():
        parts += (b"," if len(parts) > 1 else b"", to_json(key), b":", to_json(value))
    status = 200 if well_formed or not modern else 400
    media = GRAPHQL_JSON if modern else "application/json"
    return Response(b"".join([*parts, b"}"]), status, media_type=f"{media}; charset=utf-8")


def _encoded(data: dict[str, Any] | None) -> list[bytes]:
    """The data in pieces: what the database built may be long, and is copied once."""
    if data is None:
        return [b"null"]
    pieces: list[bytes] = []
    for key, value in data.items():
        pieces += (b"," if pieces else b"{", to_json(key), b":")
        pieces.append(value.body if isinstance(value, Fragment) else to_json(value))
    return [*(pieces or [b"{"]), b"}"]


def _told(error: GraphQLError, language: str) -> dict[str, Any]:
    """An error with our code; a fault of ours is logged and says nothing."""
    cause = error.original_error
    told: dict[str, Any] = {"message": QUOTED.sub(_unquoted, ECHOES.sub(".", error.message))}
    if error.locations:
        told["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        told["path"] = error.path
    refusal = _refusal(cause)
    if refusal is not None:
        body = problem(refusal, language=language, request_id=request_id() or "")
        told["message"] = body["title"]
        told["extensions"] = {name: value for name, value in body.items() if name not in ("type", "title", "instance")}
    elif "code" in (error.extensions or {}):
        told["extensions"] = dict(error.extensions or {})
    else:
        told["extensions"] = {"code": "graphql_invalid"}
    return told


def _unquoted(found: re.Match[str]) -> str:
    """A quoted word of the schema stays; a word of the caller's is left out, its place stands in `locations`."""
    known = OURS.issuperset(re.findall(r"\w+", found["word"]))
    return found[0] if known and found["word"].isascii() else f"{found['quote']}…{found['quote']}"


def _refusal(cause: Exception | None) -> Refusal | None:
    if isinstance(cause, InputValidationError):
        return Refusal("invalid", flaws=tuple(_flaw(found) for found in cause.errors))
    if cause is None or isinstance(cause, GraphQLError):
        return None
    if isinstance(cause, Refusal):
        return cause
    if isinstance(cause, ValidationError):
        return Refusal("invalid")
    get_logger().error("graphql_fault", exc_info=cause)
    return Refusal("internal")


def _flaw(found: Any) -> Flaw:
    place = "".join(f"/{part}" for part in found.location)
    return Flaw(place, PYDANTIC.get(found.type, "wrong_type"))


def _word(language: str, vi: str, en: str) -> str:
    return vi if language == "vi" else en
