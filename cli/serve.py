"""`diemtua serve`: from nothing to a running service, and back to nothing on Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel

from api import operations
from api.operations import Ground, OperationRefusedError
from api.settings import Settings
from cli.demo import SEED, SIZE, fill, show_sign_ins
from cli.migrate import bring_up
from cli.telling import console
from cli.work import worker_beside

if TYPE_CHECKING:
    from fastapi import FastAPI

GOODBYE = 10  # seconds for requests that are under way


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port to listen on (8000, or PORT).")] = None,
    demo: Annotated[
        bool | None, typer.Option("--demo/--no-demo", help="Demo people and accounts; on its own database yes.")
    ] = None,
) -> None:
    """Start the service.

    Without DATABASE_URL it starts its own PostgreSQL in .data (DIEMTUA_HOME), makes tables, units and demo people,
    and prints where to look and how to sign in. With DATABASE_URL it serves what is there.

        diemtua serve
        PORT=8080 diemtua serve --no-demo
        DATABASE_URL=postgresql://app_rw:…@db/diemtua diemtua serve --host 0.0.0.0
    """
    _listen_on(host, port)
    _stop_on_terminate()
    with suppress(KeyboardInterrupt), operations.ground(demo=bool(demo)) as on:
        on.settings.refuse_weak()
        operations.run(operations.check_service(on))
        _make_ready(on, demo=on.ours or on.settings.demo if demo is None else demo)
        _serve(on)


def _listen_on(host: str | None, port: int | None) -> None:
    """Let the settings know, and see that the port is free before anything is started."""
    if host:
        os.environ["DIEMTUA_HOST"] = host
    if port:
        os.environ["PORT"] = str(port)
    settings = Settings()
    try:
        with socket.create_server((settings.host, settings.port)):
            pass
    except OSError as taken:
        raise OperationRefusedError(
            f"Port {settings.port} on {settings.host} cannot be had: {os.strerror(taken.errno or 0)}. Stop what"
            f" listens there, or take another: PORT={settings.port + 1} diemtua serve"
        ) from taken


def _stop_on_terminate() -> None:
    """`kill` ends us as Ctrl-C does, so that the database is stopped with us."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _make_ready(on: Ground, *, demo: bool) -> None:
    if on.owner is not None:
        bring_up(on)
    if demo and on.owner is not None:
        show_sign_ins(on, fill(on, SIZE, SEED))


def _serve(on: Ground) -> None:
    os.environ |= _environment(on.settings)
    _show_addresses(on.settings)
    with worker_beside(on.settings):
        _run(on.settings)


def _run(settings: Settings) -> None:
    import uvicorn

    uvicorn.run(
        "cli.serve:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http="api.served:HTTP",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE,
    )


def application() -> FastAPI:
    """The service in each process that serves; its settings come by the environment."""
    from api.app import create_app
    from api.logs import configure

    settings = Settings()
    configure(settings.log_level)
    return create_app(settings)


def _environment(settings: Settings) -> dict[str, str]:
    """Settings for the processes that serve. The owner's address is not among them."""
    given = {
        "DATABASE_URL": settings.database_url,
        "WORKER_DATABASE_URL": settings.worker_database_url,
        "DIEMTUA_MASTER_KEY": settings.master_key,
        "DIEMTUA_SIGNING_KEYS": settings.signing_keys,
    }
    secrets = {name: value.get_secret_value() for name, value in given.items() if value is not None}
    return secrets | {"DIEMTUA_DEMO": str(settings.demo).lower(), "DIEMTUA_HOME": str(settings.home)}


def _show_addresses(settings: Settings) -> None:
    here = f"http://{settings.host}:{settings.port}"
    lines = [f"{here}/docs        try the API", f"{here}/reference   read about it"]
    if settings.ide:
        lines.append(f"{here}/graphql/ide GraphQL")
    lines += [f"{here}/openapi.json", "", "Ctrl-C stops everything."]
    console().print(Panel("\n".join(lines), title="Điểm Tựa", expand=False, border_style="green"))
