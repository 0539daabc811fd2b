"""What stands in front of routing."""

import asyncio
import json

import pytest

from api.gate import Admission, AllowedHosts, BodyCap, Budget, SecurityHeaders, bare_problem


@pytest.fixture
def anyio_backend():
    return "asyncio"


def scope_of(path="/v1/persons", method="GET", scheme="http", **headers):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "scheme": scheme, "headers": pairs}


class Answer:
    """What one call of an ASGI app sent."""

    def __init__(self):
        self.status, self.headers, self.body = None, [], b""

    async def take(self, message):
        if message["type"] == "http.response.start":
            assert self.status is None
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    def header(self, name):
        return next((value.decode() for key, value in self.headers if key == name.encode()), None)

    @property
    def code(self):
        assert self.header("content-type") == "application/problem+json"
        return json.loads(self.body)["code"]


async def call(app, scope, *chunks):
    answer, waiting = Answer(), list(chunks or (b"",))

    async def receive():
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    await app(scope, receive, answer.take)
    return answer


async def ok(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"fine"})


class Held:
    """An app that answers when told, and remembers how many are inside."""

    def __init__(self):
        self.free, self.inside, self.most, self.fails = asyncio.Event(), 0, 0, False

    async def __call__(self, scope, receive, send):
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.free.wait()
            if self.fails:
                raise RuntimeError
            await ok(scope, receive, send)
        finally:
            self.inside -= 1


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_more_than_the_budget_is_turned_away_at_once_and_told_when_to_come_back():
    app = Held()
    gate = Admission(app, budget=Budget(2, 1), retry_after=7)
    calls = [asyncio.create_task(call(gate, scope_of())) for _ in range(5)]
    await settle()
    refused = [one.result() for one in calls if one.done()]
    assert [one.status for one in refused] == [503, 503]
    assert {one.header("retry-after") for one in refused} == {"7"}
    assert {one.code for one in refused} == {"overloaded"}
    app.free.set()
    assert sorted(one.status for one in await asyncio.gather(*calls)) == [200, 200, 200, 503, 503]
    assert app.most == 2


async def test_places_come_back_after_faults_answers_and_cancellation():
    app = Held()
    budget = Budget(1, 0)
    gate = Admission(app, budget=budget)
    cancelled = asyncio.create_task(call(gate, scope_of()))
    await settle()
    assert budget.in_flight == 1
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    assert budget.in_flight == 0
    app.free.set()
    app.fails = True
    with pytest.raises(RuntimeError):
        await call(gate, scope_of())
    app.fails = False
    assert (await call(gate, scope_of())).status == 200
    assert budget.in_flight == 0


async def test_who_waits_longer_than_patience_is_turned_away_and_holds_no_place():
    app = Held()
    budget = Budget(1, 5, patience=0)
    gate = Admission(app, budget=budget)
    first = asyncio.create_task(call(gate, scope_of()))
    await settle()
    assert (await call(gate, scope_of())).status == 503
    app.free.set()
    await first
    assert budget.in_flight == 0
    assert (await call(gate, scope_of())).status == 200


async def test_who_gives_up_while_waiting_leaves_the_queue():
    budget = Budget(1, 1, patience=60)
    assert await budget.enter()
    waiting = asyncio.create_task(budget.enter())
    await settle()
    assert not await budget.enter()
    waiting.cancel()
    await settle()
    next_one = asyncio.create_task(budget.enter())
    await settle()
    budget.leave()
    assert await next_one
    budget.leave()
    assert budget.in_flight == 0


async def test_a_place_given_to_a_cancelled_waiter_is_not_lost():
    budget = Budget(1, 1, patience=60)
    assert await budget.enter()
    waiting = asyncio.create_task(budget.enter())
    await settle()
    budget.leave()
    waiting.cancel()
    await settle()
    assert waiting.cancelled()
    assert budget.in_flight == 0


async def test_the_one_who_waits_longest_is_next():
    budget = Budget(1, 3, patience=60)
    await budget.enter()
    arrived = []

    async def wait(name):
        await budget.enter()
        arrived.append(name)

    tasks = [asyncio.create_task(wait(name)) for name in "abc"]
    await settle()
    for _ in range(3):
        budget.leave()
        await settle()
    assert arrived == ["a", "b", "c"]
    await asyncio.gather(*tasks)


async def test_a_flood_of_sign_ins_does_not_stop_the_register_nor_the_probes():
    app = Held()
    gate = Admission(app, budget=Budget(1), budgets={"/v1/auth/": Budget(1), "/v1/auth/token": Budget(1)})
    held = [asyncio.create_task(call(gate, scope_of(path))) for path in ("/v1/auth/sessions", "/v1/auth/token")]
    await settle()
    assert (await call(gate, scope_of("/v1/auth/sessions"))).status == 503
    assert (await call(gate, scope_of("/v1/auth/token"))).status == 503
    app.free.set()
    assert (await call(gate, scope_of("/v1/persons"))).status == 200
    await asyncio.gather(*held)
    full = Admission(ok, budget=Budget(0))
    assert (await call(full, scope_of("/v1/persons"))).status == 503
    assert (await call(full, scope_of("/health/ready"))).status == 200


async def test_a_thousand_calls_never_exceed_the_budget_and_leave_it_empty():
    most = inside = 0

    async def app(scope, receive, send):
        nonlocal most, inside
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        await ok(scope, receive, send)

    budget = Budget(8, 16, patience=60)
    gate = Admission(app, budget=budget)
    statuses = [one.status for one in await asyncio.gather(*(call(gate, scope_of()) for _ in range(1000)))]
    assert set(statuses) == {200, 503}
    assert (most, budget.in_flight) == (8, 0)


async def test_what_is_not_http_passes_every_gate():
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["type"])

    for gate in (
        Admission(app, budget=Budget(0)),
        BodyCap(app, most=0),
        AllowedHosts(app, hosts=()),
        SecurityHeaders(app),
    ):
        await gate({"type": "lifespan"}, None, None)
    assert seen == ["lifespan"] * 4


async def reads_all(_scope, receive, send):
    """A framework that reads the whole body, and answers a lost client in its own way."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            await ok(_scope, receive, send)
            raise ConnectionError
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % len(body)})


async def test_an_announced_body_over_the_cap_is_refused_unread():
    async def never(*_):
        raise AssertionError

    answer = await call(BodyCap(never, most=10), scope_of(method="POST", content_length="11"))
    assert (answer.status, answer.code) == (413, "body_too_large")


async def test_a_chunked_body_over_the_cap_is_refused_where_it_passes_it():
    gate = BodyCap(reads_all, most=10)
    answer = await call(gate, scope_of(method="POST"), b"12345", b"67890", b"1")
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert (await call(gate, scope_of(method="POST"), b"12345", b"67890")).body == b"10"


async def test_a_false_length_does_not_help():
    for length in ("3", "-5", "9" * 5000, "٣"):
        answer = await call(BodyCap(reads_all, most=10), scope_of(method="POST", content_length=length), b"x" * 11)
        assert answer.status == 413


async def test_the_cap_of_the_longest_prefix_counts():
    gate = BodyCap(reads_all, most=1, prefixes={"/v1/": 3, "/v1/imports": 5})
    for path, most in (("/other", 1), ("/v1/persons", 3), ("/v1/imports/1", 5)):
        assert (await call(gate, scope_of(path, "POST"), b"x" * most)).status == 200
        assert (await call(gate, scope_of(path, "POST"), b"x" * (most + 1))).status == 413


async def test_a_fault_of_the_application_is_not_hidden_by_the_cap():
    async def broken(*_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await call(BodyCap(broken, most=10), scope_of())


@pytest.mark.parametrize("host", ["diemtua.vn", "DiemTua.VN:8443", "a.b.diemtua.gov.vn", "[::1]:8000"])
async def test_our_own_host_names_are_served(host):
    gate = AllowedHosts(ok, hosts=("diemtua.vn", "*.diemtua.gov.vn", "[::1]"))
    assert (await call(gate, scope_of(host=host))).status == 200


@pytest.mark.parametrize(
    "host", ["evil.vn", "diemtua.vn.evil.vn", "xdiemtua.gov.vn", "diemtua.gov.vn", "", "[::2]", "[::1"]
)
async def test_foreign_host_names_are_refused(host):
    gate = AllowedHosts(ok, hosts=("diemtua.vn", "*.diemtua.gov.vn", "[::1]"))
    answer = await call(gate, scope_of(host=host))
    assert (answer.status, answer.code) == (421, "unknown_host")


async def test_two_hosts_or_none_are_refused():
    gate = AllowedHosts(ok, hosts=("a.vn",))
    twice = scope_of()
    twice["headers"] = [(b"host", b"a.vn"), (b"host", b"a.vn")]
    assert (await call(gate, twice)).status == 421
    assert (await call(gate, scope_of())).status == 421


async def test_every_answer_carries_the_headers_of_safety():
    answer = await call(SecurityHeaders(ok), scope_of("/docs"))
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("content-type") == "text/plain"
    assert answer.header("cache-control") is None


@pytest.mark.parametrize("path", ["/v1/persons", "/graphql"])
async def test_answers_with_personal_data_are_stored_nowhere(path):
    async def careless(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Cache-Control", b"public")]})

    answer = await call(SecurityHeaders(careless), scope_of(path))
    assert [value for name, value in answer.headers if name.lower() == b"cache-control"] == [b"no-store"]


async def test_https_is_demanded_for_a_year_once_seen_or_set():
    name = "strict-transport-security"
    assert (await call(SecurityHeaders(ok), scope_of())).header(name) is None
    assert (await call(SecurityHeaders(ok), scope_of(scheme="https"))).header(name).startswith("max-age=31536000")
    assert (await call(SecurityHeaders(ok, https_only=True), scope_of())).header(name) is not None


OURS = "https://app.example.vn"


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.vn.evil.vn",
        "http://app.example.vn",
        "https://app.example.vn:444",
        "null",
        "*",
        "HTTPS://APP.EXAMPLE.VN",
        "",
    ],
)
async def test_an_origin_that_is_not_listed_to_the_letter_may_read_nothing(origin):
    gate = SecurityHeaders(ok, origins=(OURS,))
    answer = await call(gate, scope_of(origin=origin))
    assert answer.header("access-control-allow-origin") is None
    assert answer.header("vary") == "Origin"
    asked = await call(gate, scope_of(method="OPTIONS", origin=origin, access_control_request_method="POST"))
    assert asked.header("access-control-allow-origin") is None
    assert asked.header("access-control-allow-methods") is None


async def test_a_listed_origin_may_read_and_never_with_credentials():
    answer = await call(SecurityHeaders(ok, origins=(OURS,)), scope_of(origin=OURS))
    assert answer.header("access-control-allow-origin") == OURS
    assert "ETag" in answer.header("access-control-expose-headers")
    assert answer.header("access-control-allow-credentials") is None


async def test_a_preflight_is_answered_before_the_application():
    async def never(*_):
        raise AssertionError

    gate = SecurityHeaders(never, origins=(OURS,))
    asked = dict(method="OPTIONS", access_control_request_method="PATCH")
    answer = await call(gate, scope_of(origin=OURS, **asked))
    assert answer.status == 204
    assert answer.header("access-control-allow-origin") == OURS
    assert "If-Match" in answer.header("access-control-allow-headers")
    assert "PATCH" in answer.header("access-control-allow-methods")
    foreign = await call(gate, scope_of(origin="https://evil.vn", **asked))
    assert (foreign.status, foreign.code) == (403, "origin_not_allowed")


async def test_without_listed_origins_no_header_speaks_of_them():
    answer = await call(SecurityHeaders(ok), scope_of(origin=OURS))
    assert answer.header("access-control-allow-origin") is None
    assert answer.header("vary") is None


async def test_an_answer_to_head_has_no_body():
    answer = await call(Admission(ok, budget=Budget(0)), scope_of(method="HEAD"))
    assert (answer.status, answer.body) == (503, b"")


async def test_refusals_are_drawn_by_the_given_render():
    def render(code, status, scope):
        body, headers = bare_problem(code, status, scope)
        return body, [*headers, (b"x-drawn", scope["path"].encode())]

    answer = await call(Admission(ok, budget=Budget(0), render=render), scope_of("/v1/units"))
    assert answer.header("x-drawn") == "/v1/units"
