"""A list that is sent as it is read, over a real socket: what breaks off is seen to, and who hangs up frees everything."""

from __future__ import annotations

import asyncio
import time

import httpx2
import pytest

from domain.exports import streaming
from persistence import export_streams

PATH = "/v1/exports:stream"
PATIENCE = 20


@pytest.fixture
def people(service, monkeypatch):
    """Five persons, two a page."""
    monkeypatch.setattr(streaming, "PAGE", 2)
    service.run(_people(service.world))
    yield service
    service.run(service.world.sweep())


async def _people(world):
    for _ in range(5):
        await world.person("hoa")


def asked(service, **body):
    headers = service.world.users["officer"].headers | {"Access-Purpose": "report"}
    return httpx2.stream(
        "POST", service.url + PATH, json={"collection": "persons"} | body, headers=headers, timeout=PATIENCE
    )


def record(service):
    row = service.run(service.world.admin.fetchrow("select state, problem, rows from export_job where streamed"))
    return None if row is None else tuple(row)


def until(service, look, wanted):
    """Another process of the server ends in its own time; nothing of ours can tell us when."""
    ends = time.monotonic() + PATIENCE
    while (found := look(service)) != wanted and time.monotonic() < ends:
        time.sleep(0.01)
    assert found == wanted


def test_a_whole_list_ends_as_answers_end(people):
    with asked(people) as reply:
        content = reply.read()
    assert reply.status_code == 200
    assert reply.headers["transfer-encoding"] == "chunked"
    assert content.decode().rstrip().splitlines()[-1].startswith("# Điểm Tựa · ")
    assert record(people) == ("done", None, 5)


def test_a_fault_in_the_middle_is_no_normal_end(people, monkeypatch):
    async def fault(_self):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(streaming.Stream, "_still_in_post", fault)
    got: list[bytes] = []
    with asked(people) as reply, pytest.raises(httpx2.RemoteProtocolError):
        got.extend(reply.iter_raw())
    assert reply.status_code == 200
    assert "Điểm Tựa · ".encode() not in b"".join(got)
    until(people, record, ("failed", "stream_broken", 2))


def test_a_record_that_cannot_be_written_is_no_normal_end(people, monkeypatch):
    """The last bytes leave only after the manifest stands."""

    async def fails(self, state, problem, facts):
        if state == "done":
            raise OSError("the database is gone")
        await real(self, state, problem, facts)

    real = streaming.Stream._record
    monkeypatch.setattr(streaming.Stream, "_record", fails)
    with asked(people) as reply, pytest.raises(httpx2.RemoteProtocolError):
        reply.read()
    until(people, record, ("failed", "stream_broken", 5))


def test_who_hangs_up_ends_the_statement_and_frees_the_instant(people, monkeypatch):
    real, pages = export_streams.HeldInstant.page, []

    async def slow(self, asked, act):
        pages.append(act)
        if pages == ["", "export_person", "export_person"]:
            async with self._joined() as records:
                await records.enter("auto")
                await records.connection.execute("set local statement_timeout = 0; select pg_sleep(600)")
        return await real(self, asked, act)

    monkeypatch.setattr(export_streams.HeldInstant, "page", slow)
    with asked(people) as reply:
        parts = reply.iter_raw()  # held: an iterator that is let go closes the answer
        next(parts)
        until(people, sleeping, 1)
    until(people, sleeping, 0)
    until(people, held, 0)
    until(people, record, ("failed", "stream_broken", 2))


def sleeping(service):
    sql = "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()"
    return service.run(service.world.admin.fetchval(sql))


def held(service):
    sql = (
        "select count(*) from pg_stat_activity where datname = current_database() and usename = 'app_rw'"
        " and state like 'idle in transaction%'"
    )
    return service.run(service.world.admin.fetchval(sql))


def test_more_streams_than_places_wait_and_are_told_to_come_again(people, monkeypatch):
    """Each holds a connection to its end: two run, the others wait for a place, and the register goes on."""
    gate = asyncio.Event()

    async def wait(_self):
        await gate.wait()

    monkeypatch.setattr(streaming.Stream, "_still_in_post", wait)
    with asked(people) as one, asked(people) as two:
        with httpx2.Client() as client:
            headers = people.world.users["officer"].headers
            assert client.get(f"{people.url}/v1/persons", headers=headers).status_code == 200
        third = httpx2.post(
            people.url + PATH,
            json={"collection": "persons"},
            headers=headers | {"Access-Purpose": "report"},
            timeout=PATIENCE,
        )
        assert (third.status_code, third.json()["code"]) == (503, "overloaded")
        assert "retry-after" in third.headers
        people.loop.call_soon_threadsafe(gate.set)
        assert one.read()
        assert two.read()
