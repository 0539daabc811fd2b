"""From method and path to a lean route in a few dictionary look-ups: FastAPI asks each route in turn, with a regular
expression, and runs it in two exit stacks: half of the function calls of a read (docs/performance.md).

What is not found here — pages, wrong methods, unknown paths — goes on to FastAPI's own router.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.asking import LeanRoute
from api.errors import problem_response
from domain.refusals import Refusal

ANY = None
"""The branch of a path parameter. Branches are words of paths; methods stand beside them as tuples."""
PARAMETER = re.compile(r"\{([a-z_]+)\}")


class Entry(NamedTuple):
    """One operation: its route, what answers it, and the names of its path parameters in their order."""

    route: LeanRoute
    answer: Callable[[Request], Awaitable[Response]]
    names: tuple[str, ...]


class Directory:
    """The innermost middleware. Refusals become problems here; faults go up to who logs them."""

    def __init__(self, app: ASGIApp, *, routes: Iterable[Any]) -> None:
        self.app = app
        self.root: dict[Any, Any] = {}
        for route in routes:
            if isinstance(route, LeanRoute):
                self._enter(route)

    def _enter(self, route: LeanRoute) -> None:
        node, names = self.root, []
        for part in route.path.split("/"):
            parameter = PARAMETER.fullmatch(part)
            if parameter:
                names.append(parameter[1])
            elif "{" in part:
                return  # a form of its own stays with FastAPI
            node = node.setdefault(ANY if parameter else part, {})
        entry = Entry(route, route.lean, tuple(names))
        for method in route.methods or ():
            node.setdefault((method,), entry)  # as in FastAPI, the first of two wins

    def find(self, method: str, path: str) -> tuple[Entry, dict[str, str]] | None:
        """The operation and its path parameters; a literal segment goes before a parameter."""
        node, values = self.root, []
        for part in path.split("/"):
            inner = node.get(part)
            if inner is None:
                inner = node.get(ANY)
                if inner is None or not part:
                    return None
                values.append(part)
            node = inner
        entry = node.get((method,))
        return None if entry is None else (entry, dict(zip(entry.names, values, strict=True)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self.find(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        entry, scope["path_params"] = found
        scope["route"] = entry.route
        try:
            response = await entry.answer(Request(scope, receive, send))
        except Refusal as refusal:
            response = problem_response(scope, refusal)
        await response(scope, receive, send)
