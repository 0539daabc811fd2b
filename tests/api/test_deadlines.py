"""The server protocol with deadlines: on a clock of our own, and once on real sockets."""

import asyncio
import json
import socket

import pytest
from uvicorn import Config, Server
from uvicorn.server import ServerState

from api.deadlines import protocol
from api.gate import bare_problem


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Clock:
    """A loop whose time moves when told; tasks run on the real one."""

    def __init__(self):
        self.now, self.timers = 0.0, []

    def time(self):
        return self.now

    def call_later(self, delay, act, *args):
        timer = asyncio.TimerHandle(self.now + delay, act, args, asyncio.get_running_loop())
        self.timers.append(timer)
        return timer

    def create_task(self, coroutine, **options):
        return asyncio.get_running_loop().create_task(coroutine, **options)

    @property
    def pending(self):
        return [timer for timer in self.timers if not timer.cancelled()]

    async def pass_by(self, seconds):
        end = self.now + seconds
        while due := sorted(timer for timer in self.pending if timer.when() <= end):
            self.now = due[0].when()
            self.timers.remove(due[0])
            due[0]._run()
            await settle()
        self.now = end
        await settle()


class Wire(asyncio.Transport):
    """The client's end of a connection."""

    def __init__(self):
        super().__init__()
        self.sent, self.closed, self.aborted, self.paused = b"", False, False, False

    def get_extra_info(self, name, default=None):
        return {"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 50_000)}.get(name, default)

    def write(self, data):
        assert not self.closed
        self.sent += data

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    def abort(self):
        self.closed = self.aborted = True

    def pause_reading(self):
        self.paused = True

    def resume_reading(self):
        self.paused = False

    @property
    def status(self):
        return int(self.sent.split(b" ", 2)[1])

    @property
    def problem(self):
        head, _, body = self.sent.partition(b"\r\n\r\n")
        assert b"content-type: application/problem+json" in head
        assert b"connection: close" in head
        return json.loads(body)["code"]


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            scope["state"].setdefault("seen", []).append("left")
            return
        body, more = body + message["body"], message["more_body"]
    scope["state"].setdefault("seen", []).append(body)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


class Connection:
    def __init__(self, app=echo, **options):
        self.clock, self.wire, self.seen = Clock(), Wire(), []
        config = Config(app, log_config=None, ws="none", lifespan="off", http="httptools")
        config.load()
        self.server = protocol(**options)(config, ServerState(), {"seen": self.seen}, _loop=self.clock)
        self.server.connection_made(self.wire)

    async def send(self, data):
        self.server.data_received(data)
        await settle()


HEAD = b"POST /v1/persons HTTP/1.1\r\nHost: a.vn\r\nContent-Length: 10\r\n\r\n"
WHOLE = HEAD + b"0123456789"


@pytest.mark.parametrize("start", [b"", b"\r\n", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: a.vn\r\nX-A: b"])
async def test_a_head_that_does_not_come_is_answered_408_after_its_time(start):
    connection = Connection()
    if start:
        await connection.send(start)
    await connection.clock.pass_by(4.9)
    assert not connection.wire.closed
    await connection.clock.pass_by(0.2)
    assert (connection.wire.status, connection.wire.problem) == (408, "request_timeout")
    assert connection.wire.closed
    assert connection.clock.pending == []


async def test_a_drip_of_header_bytes_wins_no_time():
    connection = Connection()
    await connection.send(b"GET / HTTP/1.1\r\nHost: a.vn\r\nX-Drip: ")
    for _ in range(5):
        await connection.clock.pass_by(1)
        if not connection.wire.closed:
            await connection.send(b"x")
    assert connection.wire.status == 408


async def test_a_body_that_does_not_come_is_answered_408_and_the_application_sees_a_client_that_left():
    connection = Connection()
    await connection.send(HEAD + b"01234")
    await connection.clock.pass_by(9.9)
    assert not connection.wire.closed
    await connection.clock.pass_by(0.2)
    assert (connection.wire.status, connection.wire.problem) == (408, "request_timeout")
    assert connection.seen == ["left"]


async def test_the_times_are_those_given():
    connection = Connection(headers_within=1, body_within=2)
    await connection.send(HEAD)
    await connection.clock.pass_by(1.9)
    assert not connection.wire.closed
    await connection.clock.pass_by(0.2)
    assert connection.wire.status == 408


async def test_a_drip_of_body_bytes_wins_no_time_worth_having():
    connection = Connection(least_rate=1000)
    await connection.send(HEAD.replace(b"10\r", b"9999\r"))
    for _ in range(11):
        await connection.clock.pass_by(1)
        if not connection.wire.closed:
            await connection.send(b"x")
    assert connection.wire.status == 408


async def test_an_honest_upload_over_a_thin_line_may_take_longer():
    connection = Connection(least_rate=1000)
    await connection.send(HEAD.replace(b"10\r", b"60000\r"))
    for _ in range(60):
        await connection.clock.pass_by(1)
        await connection.send(b"x" * 1000)
    assert connection.wire.status == 200
    assert len(connection.seen[0]) == 60_000


async def test_whole_requests_need_no_timer_and_an_idle_connection_is_left_to_keep_alive():
    connection = Connection()
    await connection.send(WHOLE)
    assert connection.wire.status == 200
    assert [timer._callback.__name__ for timer in connection.clock.pending] == ["timeout_keep_alive_handler"]
    await connection.send(WHOLE)
    assert connection.seen == [b"0123456789"] * 2


async def test_a_second_request_on_a_kept_connection_has_a_deadline_too():
    connection = Connection()
    await connection.send(WHOLE)
    connection.wire.sent = b""
    await connection.send(b"GET /")
    await connection.clock.pass_by(5.1)
    assert connection.wire.status == 408


async def test_blank_lines_do_not_keep_an_idle_connection():
    connection = Connection()
    await connection.send(WHOLE)
    for _ in range(6):
        if not connection.wire.closed:
            await connection.send(b"\r\n")
        await connection.clock.pass_by(1)
    assert connection.wire.closed


async def test_a_slow_application_is_not_the_client_s_fault():
    answered = asyncio.Event()

    async def slow(scope, receive, send):
        await answered.wait()
        await echo(scope, receive, send)

    connection = Connection(slow)
    await connection.send(HEAD.replace(b"10\r", b"100000\r") + b"x" * 70_000)
    assert connection.wire.paused
    await connection.send(b"")
    await connection.clock.pass_by(60)
    assert not connection.wire.closed
    answered.set()
    await settle()
    await connection.send(b"x" * 30_000)
    assert connection.wire.status == 200


async def test_an_early_request_behind_a_slow_one_does_not_break_its_answer():
    answered = asyncio.Event()

    async def slow(scope, receive, send):
        await answered.wait()
        await echo(scope, receive, send)

    connection = Connection(slow)
    await connection.send(WHOLE + b"GET /next HTTP/1.1\r\n")
    await connection.clock.pass_by(20)
    assert connection.wire.sent == b""
    answered.set()
    await settle()
    assert connection.wire.status == 200


async def test_a_body_that_nobody_reads_any_more_is_cut_off_without_a_second_answer():
    async def refuses(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    connection = Connection(refuses, least_rate=1)
    await connection.send(HEAD.replace(b"10\r", b"99999999\r"))
    assert connection.wire.status == 413
    for _ in range(11):
        if not connection.wire.closed:
            await connection.send(b"x" * 1000)
        await connection.clock.pass_by(1)
    assert connection.wire.closed
    assert connection.wire.sent.count(b"HTTP/1.1") == 1


async def test_an_answer_that_has_begun_is_cut_off_and_not_followed_by_another():
    async def begins(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await echo(scope, receive, send)

    connection = Connection(begins)
    await connection.send(HEAD)
    await connection.clock.pass_by(10.1)
    assert connection.wire.closed
    assert b"408" not in connection.wire.sent


async def test_a_client_that_does_not_read_our_answer_is_cut_off():
    connection = Connection(read_within=3)
    await connection.send(WHOLE)
    connection.server.pause_writing()
    connection.server.resume_writing()
    await connection.clock.pass_by(4)
    assert not connection.wire.aborted
    connection.server.pause_writing()
    await connection.clock.pass_by(3.1)
    assert connection.wire.aborted


@pytest.mark.parametrize(
    "hosts", [b"", b"Host: a.vn\r\nHost: b.vn\r\n", b"Host: a.vn\r\nhost: a.vn\r\n", b"Host:\r\n", b"Host:  \r\n"]
)
async def test_a_request_to_no_host_or_to_two_is_refused_before_the_application(hosts):
    connection = Connection()
    await connection.send(b"GET / HTTP/1.1\r\n" + hosts + b"\r\n")
    assert (connection.wire.status, connection.wire.problem) == (400, "bad_host")
    assert connection.wire.closed
    assert connection.seen == []


async def test_too_many_headers_or_too_long_ones_are_refused():
    many = b"".join(b"X-%d: y\r\n" % number for number in range(101))
    for headers in (many, b"X-Long: " + b"y" * 70_000 + b"\r\n"):
        connection = Connection()
        await connection.send(b"GET / HTTP/1.1\r\nHost: a.vn\r\n" + headers + b"\r\n")
        assert (connection.wire.status, connection.wire.problem) == (431, "head_too_large")


async def test_a_head_without_end_is_refused_before_it_fills_the_memory():
    connection = Connection()
    await connection.send(b"GET /?")
    for _ in range(20):
        if not connection.wire.closed:
            await connection.send(b"x" * 10_000)
    assert (connection.wire.status, connection.wire.problem) == (431, "head_too_large")


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"CANARY CANARY\r\n\r\n"]
)
async def test_what_is_not_http_is_answered_with_a_problem_that_repeats_nothing(garbage):
    connection = Connection()
    await connection.send(garbage)
    assert (connection.wire.status, connection.wire.problem) == (400, "malformed_request")
    assert b"CANARY" not in connection.wire.sent
    assert connection.wire.closed


async def test_a_lost_connection_leaves_no_timer():
    connection = Connection()
    await connection.send(HEAD)
    connection.server.connection_lost(None)
    assert connection.clock.pending == []


async def test_refusals_are_drawn_by_the_given_render():
    def render(code, status, scope):
        body, headers = bare_problem(code, status, scope)
        return body, [*headers, (b"x-drawn", b"yes")]

    connection = Connection(render=render)
    await connection.clock.pass_by(6)
    assert b"x-drawn: yes" in connection.wire.sent


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a.vn\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


async def half_send(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


async def test_two_hundred_slow_sockets_are_put_out_and_others_are_served_meanwhile():
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        port = listening.getsockname()[1]
        config = Config(echo, log_config=None, lifespan="off", http=protocol(0.2, 0.2))
        server = Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        slow = [asyncio.create_task(half_send(port, data)) for data in [b"GET / HT", HEAD + b"012"] * 100]
        probes = [await ask(port) for _ in range(10)]
        answers = await asyncio.gather(*slow)
        server.should_exit = True
        await serving
    assert all(probe.startswith(b"HTTP/1.1 200 ") for probe in probes)
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
    assert server.server_state.connections == set()
