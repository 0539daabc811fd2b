"""A server protocol with deadlines: who sends slowly, too much head, or to no host is answered and put out.

uvicorn waits for ever for the rest of a request; three hundred half-sent requests held it for good. The timers live
in the event loop, one per connection, and cost nothing that can be measured.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.gate import Message, Receive, Render, Scope, Send, answer, bare_problem

MOST_HEAD_BYTES = 65_536
MOST_HEADERS = 100


def protocol(
    headers_within: float = 5,
    body_within: float = 10,
    *,
    read_within: float = 30,
    least_rate: int = 16_384,
    render: Render = bare_problem,
) -> type[HttpToolsProtocol]:
    """The protocol class for `uvicorn.Config(http=…)`; times in seconds.

    `body_within` holds for a body of any size, plus what `least_rate` bytes a second allow: an honest upload over a
    thin line goes on, a drip does not. `read_within` is how long a client may leave our answer unread.
    """
    facts: dict[str, Any] = {
        "headers_within": headers_within,
        "body_within": body_within,
        "read_within": read_within,
        "least_rate": least_rate,
        "render": staticmethod(render),
    }
    return type("DeadlineProtocol", (_DeadlineProtocol,), facts)


class _DeadlineProtocol(HttpToolsProtocol):
    headers_within: float
    body_within: float
    read_within: float
    least_rate: int
    render: Render

    _timer: asyncio.TimerHandle | None = None
    _unread_timer: asyncio.TimerHandle | None = None
    _in_head = False
    _in_body = False
    _handed_over = False
    _head_bytes = 0
    _body_bytes = 0
    _body_since = 0.0

    # -- what uvicorn and the parser call

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._in_body:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._handed_over and not self.transport.is_closing():
            self._keep_time()

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        self._in_head, self._in_body = False, True
        self._head_bytes = self._body_bytes = 0
        self._body_since = self.loop.time()
        refusal = self._refusal_of_head()
        if refusal:
            self.app = _refusing(*refusal, self.render)
            if self.parser.should_upgrade():
                self._put_out(*refusal)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_timer()
        self._in_body = False
        super().on_message_complete()

    def shutdown(self) -> None:
        if leaving := self.app_state.get("leaving"):
            leaving()  # who waits for changes is answered now, not cut off later
        super().shutdown()

    def handle_websocket_upgrade(self) -> None:
        self._stop_timers()
        self._handed_over = True
        if not self.transport.is_closing():
            super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the library's text is plain, ours is a problem
        self._put_out("malformed_request", 400)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_unread_timer()
        self._unread_timer = self.loop.call_later(self.read_within, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_unread_timer()

    # -- the deadlines

    def _keep_time(self) -> None:
        """A timer only for what did not come whole: most requests arrive in one piece and need none."""
        if self._in_body:
            self._await_body()
        elif self._in_head and self._head_bytes > MOST_HEAD_BYTES:
            self._put_out("head_too_large", 431)
        elif self._in_head or not self._answering():
            self._await_head()

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.headers_within, self._head_is_late)

    def _await_body(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.body_within, self._body_is_late)

    def _head_is_late(self) -> None:
        self._timer = None
        if self._answering():
            self._await_head()  # a pipelined request came early; the one before it is still being answered
        else:
            self._put_out("request_timeout", 408)

    def _body_is_late(self) -> None:
        left = self._time_left()
        if left > 0:
            self._timer = self.loop.call_later(left, self._body_is_late)
        else:
            self._put_out("request_timeout", 408)

    def _time_left(self) -> float:
        """Seconds by which the rest of the body may still come: none for what nobody will read any more."""
        if self.cycle.response_complete:
            return 0
        if self.flow.read_paused:
            return self.body_within  # it is we who do not read
        return self._body_since + self.body_within + self._body_bytes / self.least_rate - self.loop.time()

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _stop_unread_timer(self) -> None:
        if self._unread_timer:
            self._unread_timer.cancel()
            self._unread_timer = None

    def _stop_timers(self) -> None:
        self._stop_timer()
        self._stop_unread_timer()

    # -- the answers

    def _refusal_of_head(self) -> tuple[str, int] | None:
        if len(self.headers) > MOST_HEADERS or sum(len(n) + len(v) for n, v in self.headers) > MOST_HEAD_BYTES:
            return "head_too_large", 431
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) != 1 or not hosts[0].strip():
            return "bad_host", 400
        return None

    def _put_out(self, code: str, status: int) -> None:
        """Answer, if no answer has begun, and close; the application sees a client that left."""
        self._stop_timer()
        if self.transport.is_closing():
            return
        if self._may_still_answer():
            self.transport.write(_response(self.render, code, status))
        if self._answering():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _may_still_answer(self) -> bool:
        if not self._in_body:
            return not self._answering()
        return not (self.pipeline or self.cycle is None or self.cycle.response_started)


def _response(render: Render, code: str, status: int) -> bytes:
    scope: Scope = {"type": "http", "method": "GET", "path": "", "headers": []}
    body, headers = render(code, status, scope)
    head = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
    head += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*head, b"connection: close", b"", body])


def _refusing(code: str, status: int, render: Render) -> Any:
    async def refuse(scope: Scope, _receive: Receive, send: Send) -> None:
        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await answer(render, code, status, scope, closing)

    return refuse
