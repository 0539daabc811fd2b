"""The service dies with SIGKILL in the middle of a stream, its client leaves, or reads no further: nothing looks whole."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import socket
import zipfile
from datetime import timedelta

import pytest

from api import export_files
from api.context import local_now
from domain.exports.model import MARK
from tests.exports_work import exporter
from tests.service_to_kill import serving, token

ROWS = 6_000
"""Twelve pages: more than fits between a server and a client that reads nothing."""
PEOPLE = (
    "insert into person (id, unit_no, province_no, area_no, made_unit_no, full_name, gender, born_on, born_precision,"
    " native_place) select gen_random_uuid(), $1, $2, $3, $1, 'Nguyễn Văn Đức ' || g, 'male', date '1990-01-01', 'day',"
    " repeat('Xã Hoà Bình, tỉnh Quảng Ninh ', 5) from generate_series(1, $4::int) g"
)


@pytest.fixture
async def peopled(world):
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(PEOPLE, world.no("hoa"), world.no("north"), world.no("area"), ROWS)
    return world


class Client:
    """A bare client of HTTP/1.1 with a small window: what it has not read stays with the server."""

    def __init__(self, world, port, format):
        self.world, self.port, self.format = world, port, format
        self.body = b""

    async def __aenter__(self):
        return await self.ask()

    async def __aexit__(self, *_):
        await self.leave()

    async def ask(self):
        """The head of the answer."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, ("127.0.0.1", self.port))
        self.reader, self.writer = await asyncio.open_connection(sock=line, limit=16_384)
        content = json.dumps({"collection": "persons", "format": self.format}).encode()
        self.writer.write(
            f"POST /v1/exports:stream HTTP/1.1\r\nHost: testserver\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token(self.world, 'officer')}\r\nAccess-Purpose: report\r\n"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)).decode().lower()
        assert head.startswith("http/1.1 200"), head
        assert "transfer-encoding: chunked" in head
        assert "content-length" not in head
        self.id = head.partition("</v1/exports/")[2].partition(">")[0]
        return self

    async def chunk(self):
        """One chunk; b"" for the last, as RFC 9112 ends an answer. Raises where the answer breaks off."""
        size = int((await self.reader.readuntil(b"\r\n")).strip(), 16)
        part = (await self.reader.readexactly(size + 2))[:-2]
        self.body += part
        return part

    async def to_the_end(self):
        while await self.chunk():
            pass

    async def drip(self):
        while self.body.count(b"\n") < ROWS:
            self.body += await self.reader.readexactly(4_000)
            await asyncio.sleep(0.01)

    async def leave(self):
        self.writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


CUT = (asyncio.IncompleteReadError, ConnectionError)


def looks_whole(content, format):
    """Whether a file ends as files of its format end."""
    if format == "xlsx":
        return zipfile.is_zipfile(io.BytesIO(content))
    last = content.rstrip().rpartition(b"\n")[2].decode("utf-8", "replace")
    return last.startswith('{"_export":') if format == "jsonl" else last.lstrip('"').startswith(f"# {MARK}")


async def until(look, wanted, within=20):
    """Other processes end in their own time; nothing of ours can tell us when."""
    async with asyncio.timeout(within):
        while await look() != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def held(world):
    """Transactions that nobody works in."""
    sql = (
        "select count(*) from pg_stat_activity where datname = current_database() and usename = 'app_rw'"
        " and state like 'idle in transaction%'"
    )
    return lambda: world.admin.fetchval(sql)


def record(world, client):
    async def look():
        return tuple(await world.admin.fetchrow("select state, problem from export_job where id = $1", client.id))

    return look


async def journaled(world):
    sql = "select act, cardinality(subject_ids), subject_ids from journal_entry where act = any($1) order by id"
    return await world.admin.fetch(sql, ["begin_stream", "export_person"])


@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
async def test_a_stream_whose_service_is_killed_breaks_off_and_its_file_is_none(peopled, server, clone, format):
    world = peopled
    with serving(world.house.settings) as service:
        async with Client(world, service.port, format) as client:
            first = await client.chunk()
            while format != "xlsx" and first.count(b"\n") < 2:  # the head, then the first page
                first = await client.chunk()
            service.kill()
            with pytest.raises(CUT):
                await client.to_the_end()
    assert client.body
    assert not looks_whole(client.body, format)
    begun, *pages = await journaled(world)
    assert begun["act"] == "begin_stream"
    told = {str(id) for page in pages for id in page["subject_ids"]}
    assert len(told) in range(500, ROWS), "it was in the middle"
    lines = client.body.decode("utf-8-sig", "replace").splitlines()
    named = {"csv": lambda: [line.split(",")[0] for line in lines[1:-1]], "xlsx": list}
    ids = named.get(format, lambda: [json.loads(line)["id"] for line in lines[:-1]])()
    assert set(ids) <= told
    assert bool(ids) == (format != "xlsx")
    await until(held(world), 0)
    assert await record(world, client)() == ("running", None)
    async with exporter(world, server, clone) as hand:
        await hand.note_broken(local_now() + timedelta(minutes=15))
    assert await record(world, client)() == ("failed", "stream_broken")


async def test_whole_answers_look_whole(peopled):
    """The control of what is said above."""
    with serving(peopled.house.settings) as service:
        for format in ("csv", "jsonl", "xlsx"):
            async with Client(peopled, service.port, format) as client:
                await client.to_the_end()
            assert looks_whole(client.body, format)
            assert await record(peopled, client)() == ("done", None)


async def test_who_hangs_up_or_reads_no_further_keeps_no_connection_of_the_database(peopled):
    world = peopled
    with serving(world.house.settings, read_within=2) as service:
        async with Client(world, service.port, "jsonl") as gone:
            await gone.chunk()
        async with Client(world, service.port, "jsonl") as stuck:
            await stuck.chunk()
            for client in (gone, stuck):
                await until(record(world, client), ("failed", "stream_broken"))
            await until(held(world), 0)
            with pytest.raises(CUT):
                await stuck.to_the_end()
        assert not looks_whole(stuck.body, "jsonl")
        async with Client(world, service.port, "jsonl") as again:
            await again.to_the_end()
        assert looks_whole(again.body, "jsonl")


async def test_who_only_drips_is_put_out_before_long(peopled, monkeypatch):
    """Never so slow that the answer counts as unread, never so fast that it would end."""
    monkeypatch.setattr(export_files, "STEADY", 0.5)
    monkeypatch.setattr(export_files, "LEAST_RATE", 100_000_000)
    with serving(peopled.house.settings) as service:
        async with Client(peopled, service.port, "jsonl") as drips:
            with pytest.raises(CUT):
                await drips.drip()
        await until(record(peopled, drips), ("failed", "stream_broken"))
        await until(held(peopled), 0)
