"""`diemtua webhook-listen`: a receiver on one's own machine, to see webhooks arrive."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from api import kept_files, operations
from api.operations import OperationRefusedError
from api.settings import Settings
from cli.telling import say
from domain.webhook.receiving import genuine

PORT: Final = 8009
LONGEST: Final = 65_536
"""Bytes of a body: ours are below 1,000."""


def register(app: typer.Typer) -> None:
    app.command("webhook-listen")(listen)


def listen(
    secret: Annotated[
        str | None, typer.Option(help="whsec_…, of the endpoint; the demo's when left out.", envvar="WEBHOOK_SECRET")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = PORT,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many requests.")] = None,
) -> None:
    """Receive webhooks on this machine, check their signatures and print them.

    The demo has an endpoint that points here and stands still. Send it a `ping`
    (`POST /v1/webhook-endpoints/{id}/pings`), or start it (`…/transitions` to `active`) and change something.
    A request whose signature is wrong is answered 401, any other 204.

        diemtua webhook-listen
        diemtua webhook-listen --secret whsec_… --port 9000
    """
    known = kept_files.read(Settings().home / operations.WEBHOOK) or {}
    chosen = secret or known.get("secret")
    if not chosen:
        raise OperationRefusedError(
            "There is no demo endpoint here: give --secret, as the endpoint's answer showed it."
        )
    with _server(chosen, port) as server:
        say(f"Listening on http://127.0.0.1:{server.server_port}/")
        if not secret:
            say(f"Endpoint of the demo: {known['id']}")
        taken = 0
        try:
            while count is None or taken < count:
                server.handle_request()
                taken += 1
        except KeyboardInterrupt:
            say("")


def _server(secret: str, port: int) -> ThreadingHTTPServer:
    class Receiver(_Receiver):
        key = secret

    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    server.daemon_threads = False  # what has come is answered before we leave
    return server


class _Receiver(BaseHTTPRequestHandler):
    """Answers and prints one request."""

    key = ""
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("content-length") or ""
        body = self.rfile.read(min(int(length), LONGEST)) if length.isascii() and length.isdigit() else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        ours = genuine(self.key, headers, body, time.time())
        self.send_response(204 if ours else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        say(_line(headers, body) if ours else "[bold red]401[/]  the signature is not of this secret")

    def log_message(self, format: str, *args: Any) -> None:
        """What arrived is printed above; the rest of a request is nobody's business."""


def _line(headers: dict[str, str], body: bytes) -> str:
    """Ids and numbers: there is nothing else in it."""
    told = json.loads(body)
    data = told["data"]
    of = f"  {data['id']}  sequence {data['sequence']}" if data["id"] else ""
    return escape(f"204  {told['type']}{of}  {headers['webhook-id']}")
