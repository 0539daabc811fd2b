"""What the service tells its operator: one JSON object a line, and of each only keys and values on a list.

A name, a number or a phone must never stand in a log. Nothing is searched for and blacked out here: whatever is not
known to be harmless is dropped, counted (`dropped`), and the line still comes.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TextIO
from uuid import UUID, uuid4

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from api.gate import App, Message, Receive, Scope, Send

_ROOMS: Final = ("api", "cli", "domain", "persistence", "migrations", "reference")
_HOME: Final = Path(__file__).resolve().parent.parent
_MOST_FRAMES: Final = 12
_MOST_CAUSES: Final = 5

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"})
_WORD: Final = re.compile(r"(?!.*\d{4})[a-z][a-z0-9_.:-]{0,63}")
_ROUTE: Final = re.compile(r"(?!.*\d{4})/[A-Za-z0-9_{}:./-]{0,120}")
_CLASS: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,120}(?: < [A-Za-z_][A-Za-z0-9_.]{0,120}){0,5}")
_CARRIED_ID: Final = re.compile(rb"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) < 10**8  # shorter than a national id or a phone


def _is_id(value: Any) -> bool:
    return isinstance(value, UUID) or (isinstance(value, str) and _CARRIED_ID.fullmatch(value.encode()) is not None)


_ALLOWED: Final[Mapping[str, Callable[[Any], bool]]] = {
    "event": _matches(_WORD),
    "level": _matches(_WORD),
    "logger": _matches(_CLASS),
    "timestamp": lambda value: isinstance(value, str),  # made by us after everything else was judged
    "request_id": _is_id,
    "actor_id": _is_id,
    "job_id": _is_id,
    "client_id": _is_id,
    "method": lambda value: isinstance(value, str) and value in _METHODS,
    "route": _matches(_ROUTE),
    "operation": _matches(_WORD),
    "code": _matches(_WORD),
    "job": _matches(_WORD),
    "state": _matches(_WORD),
    "version": _matches(re.compile(r"\d{1,4}(?:\.\d{1,4}){1,3}(?:[a-z+-][a-z0-9.]{0,20})?")),
    "status": _is_number,
    "ms": _is_number,
    "count": _is_number,
    "attempt": _is_number,
    "port": _is_number,
    "workers": _is_number,
    "seconds": _is_number,
    "dropped": _is_number,
    "error": _matches(_CLASS),
    "frames": lambda value: isinstance(value, tuple) and all(isinstance(frame, _Frame) for frame in value),
    "at": lambda value: isinstance(value, _Frame),
    "said": lambda value: isinstance(value, _Template),
}


class _Frame(str):
    """A place in code, never a value; made only by `_frames` and the bridge."""

    __slots__ = ()


class _Template(str):
    """A sentence of the server's own code, without what was filled in; one of `_SENTENCES`."""

    __slots__ = ()


@dataclass(slots=True)
class Request:
    """What one request lets the log know; resolvers and threads see the same object."""

    id: str
    actor_id: str | None = None


request: ContextVar[Request | None] = ContextVar("request", default=None)


def request_id() -> str | None:
    """The id of the request being answered."""
    current = request.get()
    return current.id if current else None


def note_actor(actor_id: UUID | str) -> None:
    """Tell the log who acts; the id only, never the name."""
    current = request.get()
    if current:
        current.actor_id = str(actor_id)


_bound: dict[Any, Any] = {}
"""Where lines go → the logger bound to it: binding one anew for every line cost more than the line."""


def get_logger() -> Any:
    """The logger of the service: events are fixed words, everything else stands in listed keys."""
    return _bound.get(structlog.get_config()["logger_factory"]) or structlog.get_logger()


# -- from what was said to what is written


def _without_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_types(error))
        event["frames"] = tuple(_frames(error))
    return event


def _types(error: BaseException) -> Iterator[str]:
    current: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if current is None:
            return
        yield type(current).__qualname__.replace("<locals>.", "")
        group = current.exceptions[0] if isinstance(current, BaseExceptionGroup) else None
        current = group or current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _frames(error: BaseException) -> list[_Frame]:
    places = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_HOME) and path.relative_to(_HOME).parts[0] in _ROOMS:
            places.append(_Frame(f"{path.relative_to(_HOME)}:{line} {frame.f_code.co_name}"))
    return places[-_MOST_FRAMES:]


def _with_request(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    current = request.get()
    if current:
        event.setdefault("request_id", current.id)
        if current.actor_id:
            event.setdefault("actor_id", current.actor_id)
    return event


def only_allowed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The wall: a key that is not listed, or a value that is not of its key's form, does not pass."""
    passed = {key: value for key, value in event.items() if key in _ALLOWED and _ALLOWED[key](value)}
    if len(passed) < len(event):
        passed["dropped"] = len(event) - len(passed)
    passed.setdefault("event", "unnamed_event")
    return passed


def _plain(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, UUID):
            event[key] = str(value)
    return event


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return _encode(event)


def _processors(*, pretty: bool) -> list[Processor]:
    drawn: Processor = structlog.dev.ConsoleRenderer(colors=True) if pretty else _json
    return [
        structlog.processors.add_log_level,
        _without_exception,
        _with_request,
        only_allowed,
        _plain,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drawn,
    ]


# -- the standard library's loggers

_SERVER: Final = ("uvicorn", "uvicorn.error")
_SENTENCES: Final = frozenset(
    {
        "ASGI callable returned without completing response.",
        "ASGI callable returned without starting response.",
        "Application shutdown complete.",
        "Application shutdown failed. Exiting.",
        "Application startup complete.",
        "Application startup failed. Exiting.",
        "Cancel %s running task(s), timeout graceful shutdown exceeded",
        "Exceeded concurrency limit.",
        "Exception in 'lifespan' protocol",
        "Exception in ASGI application",
        "Finished server process [%d]",
        "Invalid HTTP request received.",
        "Shutting down",
        "Started server process [%d]",
        "Unsupported upgrade request.",
        "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)",
        "Waiting for application shutdown.",
        "Waiting for application startup.",
        "Waiting for background tasks to complete. (CTRL+C to force quit)",
        "Waiting for connections to close. (CTRL+C to force quit)",
    }
)


class _Bridge(logging.Handler):
    """Lets records of libraries through our wall.

    Of the server's own loggers the sentences listed are kept, without what is filled in; of all others only where in
    the code it was said, because many libraries fill their sentences in before they log them.
    """

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, Any] = {"logger": record.name, "at": _Frame(f"{record.module}:{record.lineno}")}
        sentence = str(record.msg).strip()
        if record.name in _SERVER and sentence in _SENTENCES:
            told["said"] = _Template(sentence)
        logger = get_logger()
        getattr(logger, record.levelname.lower(), logger.info)("library", exc_info=record.exc_info, **told)


def configure(level: str = "info", *, pretty: bool | None = None, stream: TextIO | None = None) -> None:
    """Set the logs of this process up: `level` by name, colours where a terminal looks on unless told."""
    out = stream or sys.stdout
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=_processors(pretty=out.isatty() if pretty is None else pretty),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _bound.clear()
    _bound[structlog.get_config()["logger_factory"]] = structlog.get_logger().bind()
    root = logging.getLogger()
    root.handlers = [_Bridge()]
    root.setLevel(max(number, logging.INFO))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        _leave_to_root(logging.getLogger(name))
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate, access.disabled = [], False, True
    logging.captureWarnings(capture=True)


def _leave_to_root(logger: logging.Logger) -> None:
    logger.handlers, logger.propagate = [], True
    logger.setLevel(logging.NOTSET)


def catch_uncaught() -> None:
    """Send what nobody caught through the wall as well, instead of a traceback with its values on stderr."""

    def report(kind: type[BaseException], error: BaseException, _trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        get_logger().critical("uncaught", exc_info=error)

    sys.excepthook = report


# -- the line of a request


class RequestLog:
    """One line a request: method, route template (never the path or the query), status, milliseconds, ids.

    It also carries the request's id: a UUID given in X-Request-Id is taken, anything else is replaced, because a
    free text could be a name or a number. The id goes back in the same header.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        current = Request(_id_of(scope))
        token = request.set(current)
        line = _Line(scope, current, send)
        try:
            await self.app(scope, receive, line.send)
        finally:
            line.write()
            request.reset(token)


class _Line:
    def __init__(self, scope: Scope, current: Request, send: Send) -> None:
        self._scope = scope
        self._header = (b"x-request-id", current.id.encode())
        self._send = send
        self._began = perf_counter()
        self._status = 0  # of a request that ended without an answer

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            spent = (b"server-timing", b"app;dur=%.1f" % ((perf_counter() - self._began) * 1000))
            message = {**message, "headers": [*message.get("headers", ()), self._header, spent]}
        await self._send(message)

    def write(self) -> None:
        get_logger().info(
            "request",
            method=self._scope["method"] if self._scope["method"] in _METHODS else None,
            route=route_of(self._scope),
            status=self._status,
            ms=round((perf_counter() - self._began) * 1000, 1),
        )


def _id_of(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if len(given) == 1 and _CARRIED_ID.fullmatch(given[0].lower()):
        return str(UUID(given[0].decode()))
    return str(uuid4())


def route_of(scope: Scope) -> str:
    """The template of the route that was taken; included routers keep theirs beside the route."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    route = scope.get("route")
    path = getattr(context, "path_format", None) or getattr(route, "path_format", None) or getattr(route, "path", None)
    return path if isinstance(path, str) and path else "/unmatched"
