"""A stream of changes and what befalls it: too many of them, readers who stop reading, tokens that end, cuts."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from api import context, following
from tests.feeding import settled


@dataclass
class Stream:
    """One open stream, as a server would hold it; it blocks in `send` while its reader does not read."""

    running: asyncio.Task[None] | None = None
    heard: str = ""
    status: int = 0
    over: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self.reads.wait()
        self.heard += message.get("body", b"").decode()
        self.over = message["type"] == "http.response.body" and not message.get("more_body")
        async with self.moved:
            self.moved.notify_all()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def until(self, words):
        async with asyncio.timeout(10), self.moved:
            await self.moved.wait_for(lambda: words in self.heard)

    def ids(self, kind="change"):
        blocks = [dict(line.partition(": ")[::2] for line in block.split("\n")) for block in self.heard.split("\n\n")]
        return [(one.get("id"), json.loads(one["data"])) for one in blocks if one.get("event") == kind]


@asynccontextmanager
async def streamed(world, query, user="officer", *, reads=True, **headers):
    stream = Stream()
    if reads:
        stream.reads.set()
    given = world.users[user].headers | {"Accept": "text/event-stream", "Host": "testserver"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/v1/changes", "raw_path": b"/v1/changes", "root_path": "", "query_string": query.encode(),
        "server": ("testserver", 80), "client": ("127.0.0.1", 9),
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    stream.running = asyncio.create_task(world.app(scope, stream.receive, stream.send))
    try:
        yield stream
    finally:
        stream.gone.set()
        stream.reads.set()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(stream.running, 5)


async def start(world, user="officer", query=""):
    await settled(world.admin)
    return (await world.get(user, f"/v1/changes?start=now{query}")).json()["page"]["next"]


async def held(world, number):
    async with asyncio.timeout(5):
        while len(world.house.hub.placed) != number:  # noqa: ASYNC110 - a waiting room has no event
            await asyncio.sleep(0.01)


async def test_one_stream_too_many_is_429_before_it_begins_and_streams_count_with_waits(world, monkeypatch):
    monkeypatch.setattr(world.house.hub, "most_each", 2)
    cursor = await start(world)
    async with streamed(world, f"cursor={cursor}") as first, streamed(world, f"cursor={cursor}") as second:
        await first.until("event: place")
        await second.until("event: place")
        for given in ({"Accept": "text/event-stream"}, {}):
            third = await world.get("officer", f"/v1/changes?cursor={cursor}&wait=5", **given)
            assert (third.status_code, third.json()["code"]) == (429, "too_many_waiting")
            assert third.headers["Retry-After"]
        person = (await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})).json()["id"]
        await first.until(person)
        await second.until(person)
    await held(world, 0)
    async with streamed(world, f"cursor={cursor}") as again:
        await again.until(person)


async def test_a_refused_stream_leaves_no_place_behind(world):
    for query in ("cursor=nonsense", "nouns=person,rule"):
        assert (await world.get("officer", f"/v1/changes?{query}", Accept="text/event-stream")).status_code == 400
    assert not world.house.hub.placed


async def test_who_stops_reading_holds_a_place_and_is_let_go_when_the_streams_time_is_over(world, monkeypatch):
    monkeypatch.setattr(following, "LONGEST", 0.3)
    monkeypatch.setattr(following, "HEARTBEAT", 0.1)
    async with streamed(world, f"cursor={await start(world)}", reads=False) as stream:
        await held(world, 1)
        await asyncio.wait_for(asyncio.shield(stream.running), 5)
        assert not stream.over, "it was broken off: no normal end"
    assert not world.house.hub.placed


async def test_a_stream_is_over_when_its_time_is(world, monkeypatch):
    monkeypatch.setattr(following, "LONGEST", 0.2)
    async with streamed(world, f"cursor={await start(world)}") as stream:
        await asyncio.wait_for(asyncio.shield(stream.running), 5)
        assert stream.over
        assert stream.heard.startswith("retry: 1000\n\n")


async def test_a_stream_ends_with_its_token_however_much_of_its_time_is_left(world, monkeypatch):
    left = 0.4
    monkeypatch.setattr(following, "seconds_of_token", lambda scope, now: left)
    async with streamed(world, f"cursor={await start(world)}") as stream:
        await asyncio.wait_for(asyncio.shield(stream.running), 5)
        assert stream.over


async def test_the_end_of_the_token_is_kept_from_its_reading(world):
    token = world.users["officer"].token
    scope = {"headers": [(b"authorization", f"Bearer {token}".encode())]}
    asked = await world.app.state.doorman.context(scope)
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    assert context.seconds_of_token(scope, asked.now) == pytest.approx(claims["exp"] - asked.now.timestamp())


async def test_a_session_that_is_ended_ends_its_stream_at_the_next_heartbeat(world, monkeypatch):
    monkeypatch.setattr(following, "HEARTBEAT", 0.1)
    user = world.users["officer"]
    async with streamed(world, f"cursor={await start(world)}") as stream:
        await stream.until("event: place")
        await world.admin.execute("update session set ended_at = now() where id = $1", user.session_id)
        try:
            await stream.until("event: problem")
        finally:
            await world.admin.execute("update session set ended_at = null where id = $1", user.session_id)
    assert stream.ids("problem")[0][1]["code"] == "unauthenticated"


@pytest.mark.parametrize("cuts", [(1, 2, 3), (1, 1, 1, 1)])
async def test_a_stream_that_is_cut_again_and_again_tells_everything_once_to_who_resumes(world, cuts):
    cursor = await start(world, query="&nouns=person")
    made = [str(await world.person()) for _ in range(8)]
    heard = []
    for many in (*cuts, 99):
        more = {"Last_Event_ID": heard[-1][0]} if heard else {}
        async with streamed(world, f"cursor={cursor}&nouns=person&limit=1", **more) as stream:
            await stream.until("event: place")
            rest = 8 - len(heard)
            await stream.until(made[len(heard) + min(many, rest) - 1])
        heard += stream.ids()[:many]
    assert [data["id"] for _, data in heard] == made


async def test_links_of_410_carry_the_nouns_and_the_road_and_work_as_they_stand(world, monkeypatch):
    queries = ("&nouns=handover,person,residence", "&via=made&nouns=handover", "")
    old = {query: await start(world, query=query) for query in queries}
    monkeypatch.setattr("persistence.change_records.epoch_of", lambda ctx, watch: "another")
    for query, cursor in old.items():
        gone = await world.get("officer", f"/v1/changes?cursor={cursor}{query}")
        assert (gone.status_code, gone.json()["code"]) == (410, "scope_changed")
        way = gone.json()["snapshot"]
        begun = await world.get("officer", way["start"])
        assert begun.status_code == 200
        on = await world.get("officer", f"/v1/changes?cursor={begun.json()['page']['next']}{query}")
        assert on.status_code == 200, "the new cursor serves the old question"
        assert {(await world.get("officer", path)).status_code for path in way["lists"]} == {200}
        assert all(("via=made" in path) == ("made" in query) for path in way["lists"])


async def test_graphql_names_the_same_road_when_a_cursor_is_no_use_any_more(world, monkeypatch):
    ask = 'query($after: String) {changes(after: $after, nouns: ["person"]) {next}}'
    cursor = (await world.ask("officer", ask))["data"]["changes"]["next"]
    monkeypatch.setattr("persistence.change_records.epoch_of", lambda ctx, watch: "another")
    gone = (await world.ask("officer", ask, {"after": cursor}))["errors"][0]["extensions"]
    assert gone["code"] == "scope_changed"
    assert gone["snapshot"] == {"start": "/v1/changes?start=now&nouns=person", "lists": ["/v1/persons"]}
