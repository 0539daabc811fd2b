"""The application: routes, doors, middleware in their order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.asking import LeanRoute, ProblemBody
from api.context import local_now
from api.counting import router_of_counts
from api.directory import Directory
from api.errors import MEDIA_TYPE, problem_response, render
from api.gate import Admission, AllowedHosts, BodyCap, Budget, SecurityHeaders
from api.graphql.door import graphql
from api.keeping import router_of
from api.kept import DOORS
from api.logs import RequestLog, configure, get_logger
from api.openapi import install_openapi
from api.pages import install_pages
from api.routers import (
    accounts,
    adherence,
    auth,
    cases,
    changes,
    clubs,
    counselling,
    courses,
    decisions,
    documents,
    exports,
    field_reports,
    handovers,
    imports,
    journal,
    lawbook,
    livelihoods,
    meta,
    notice_papers,
    notices,
    own_month,
    persons,
    reconciliations,
    referrals,
    reviews,
    support_models,
    sync,
    tasks,
    units,
    webhooks,
)
from api.settings import Settings
from api.wiring import house
from domain.document.model import MOST_BYTES
from domain.refusals import Refusal
from files.cells import MOST_BYTES as MOST_OF_A_TABLE

ROUTERS = (
    auth,
    persons,
    units,
    lawbook,
    tasks,
    handovers,
    courses,
    counselling,
    notices,
    notice_papers,
    reviews,
    cases,
    decisions,
    documents,
    exports,
    imports,
    reconciliations,
    referrals,
    field_reports,
    own_month,
    adherence,
    support_models,
    accounts,
    journal,
    changes,
    livelihoods,
    sync,
    meta,
    clubs,
    webhooks,
)
BY_STATUS = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
}
DESCRIPTION = """Sổ đăng ký và API mà các xã, phường của Việt Nam dùng để đồng hành với người sau cai nghiện ma túy.

The register and API on which Việt Nam's communes look after people who have come home from drug rehabilitation.
Conventions: `docs/integrators.md`; problems: `GET /v1/problems`; GraphQL: `POST /graphql`."""


def create_app(settings: Settings | None = None, now: Callable[[], datetime] = local_now) -> FastAPI:
    """The service. Settings come from the environment unless given; the clock can be set by tests."""
    settings = settings or Settings()
    settings.refuse_weak()
    configure(settings.log_level)
    app = FastAPI(
        title="Điểm Tựa",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        lifespan=_lifespan(settings, now),
        responses={"4XX": _problem("Refused"), "5XX": _problem("A fault or overload")},
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    routers = [*(module.router for module in ROUTERS), *map(router_of, DOORS), router_of_counts()]
    for router in routers:
        app.include_router(router)
    app.state.routes = [route for router in routers for route in router.routes]
    lean: dict[str, Any] = {"route_class_override": LeanRoute, "response_model": None, "include_in_schema": False}
    app.router.add_api_route("/graphql", graphql, methods=["POST"], **lean)
    install_openapi(app)
    install_pages(app, ide=settings.ide, demo=settings.demo)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    _guard(app, settings)
    return app


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "model": ProblemBody, "content": {MEDIA_TYPE: {}}}


def _lifespan(settings: Settings, now: Callable[[], datetime]) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with house(settings, now) as opened:
            app.state.house = opened
            app.state.doorman = opened.doorman
            yield {"leaving": opened.hub.leave}  # api/deadlines.py tells who waits that the service stops

    return lifespan


def _guard(app: FastAPI, settings: Settings) -> None:
    """Middleware, innermost first; RequestLog stands outermost."""
    routes = [*app.routes, *app.state.routes]
    app.state.directory = Directory(app, routes=routes)  # for writes that come many at once (api/pushing.py)
    app.add_middleware(Directory, routes=routes)
    app.add_middleware(Faults)
    app.add_middleware(
        BodyCap,
        most=1_000_000,
        prefixes={
            "/v1/documents:upload": MOST_BYTES,
            "/v1/discharge-notices:minutes": MOST_BYTES,
            "/v1/notice-attachments": MOST_BYTES,
            "/v1/imports": MOST_OF_A_TABLE,
        },
        render=render,
    )
    app.add_middleware(
        Admission,
        budget=Budget(64, 256, patience=2.0),
        budgets={
            "/v1/auth/": Budget(4, 60, patience=5.0),
            "/v1/me/password": Budget(2, 20),
            "/v1/imports": Budget(24, 48, patience=5.0),  # a stream of progress holds a place
            "/v1/exports": Budget(8, 24, patience=5.0),
            "/v1/exports:stream": Budget(2, 8, patience=5.0),  # each holds a connection to its end
            "/v1/changes": Budget(1100),  # who waits holds no connection to the database (persistence/change_hub.py)
        },
        render=render,
    )
    app.add_middleware(AllowedHosts, hosts=settings.allowed_hosts, render=render)
    app.add_middleware(SecurityHeaders, origins=settings.cors_origins, https_only=settings.https_only, render=render)
    app.add_middleware(RequestLog)


class Faults:
    """A fault of ours becomes a problem inside all other middleware: logged, numbered and guarded alike."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as fault:
            get_logger().error("fault", exc_info=fault)
            if started or scope["type"] != "http":
                raise
            await problem_response(scope, Refusal("internal"))(scope, receive, send)


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return problem_response(request.scope, refusal)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem_response(request.scope, Refusal(BY_STATUS.get(error.status_code, "bad_request")))
    if error.status_code == 405 and error.headers:
        response.headers.update(error.headers)
    return response


async def _invalid(request: Request, _error: Exception) -> Response:
    """The library's own 422 would echo the input; lean routes never raise it."""
    return problem_response(request.scope, Refusal("invalid"))
