"""`diemtua import`: a client of the service, with exit codes a script can act on; safe to run again."""

from __future__ import annotations

import asyncio
import threading

import httpx2
import pytest

from cli import import_calls, imports
from cli.main import main
from tests.imports_work import Desk, csv, importer

GOOD = csv("A1,Lê An,1990,Nam,,,", "A2,Lê Bình,1991,Nam,,,")
BAD = csv("A1,Lê An,1990,Nam,,,", "A2,Lê Bình,31/02/1991,Nam,,,")


class Bridge(httpx2.BaseTransport):
    """From the command's thread into the application's loop; a worker takes its turn after every call."""

    def __init__(self, world, desk, loop):
        self.world = world
        self.desk = desk
        self.loop = loop
        self.cut = set()
        self.calls = []

    def handle_request(self, request):
        request.read()
        return asyncio.run_coroutine_threadsafe(self._answer(request), self.loop).result(30)

    async def _answer(self, request):
        path = request.url.path
        self.calls.append((request.method, path))
        if path == "/v1/auth/sessions":
            return httpx2.Response(201, json={"access_token": self.world.users[self.desk.user].token})
        sent = await self.world.client.request(
            request.method, str(request.url), content=request.content, headers=dict(request.headers)
        )
        await self.desk.work()
        if (request.method, path) in self.cut:
            self.cut.discard((request.method, path))
            raise httpx2.ReadError("the answer is lost")
        return httpx2.Response(sent.status_code, content=sent.content, headers=dict(sent.headers))


@pytest.fixture
async def bridge(world, server, clone, monkeypatch):
    async with importer(world, server, clone) as hand:
        made = Bridge(world, Desk(world, hand), asyncio.get_running_loop())
        client = httpx2.Client
        monkeypatch.setattr(imports.httpx2, "Client", lambda **given: client(transport=made, **given))
        monkeypatch.setattr(import_calls.time, "sleep", lambda _seconds: None)
        monkeypatch.setenv("DIEMTUA_PASSWORD", "x")
        yield made


async def run(*arguments):
    """The command, in a thread of its own; its exit code."""
    left = {}
    thread = threading.Thread(
        target=lambda: left.update(code=main(["import", *arguments, "--user", "lan", "--url", "http://testserver"]))
    )
    thread.start()
    await asyncio.to_thread(thread.join)
    return left["code"]


async def test_a_preview_writes_nothing_and_a_commit_does_it(bridge, world, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    assert await run(str(file)) == 0
    assert await world.admin.fetchval("select count(*) from person") == 0
    assert await run(str(file), "--commit") == 0
    assert await world.admin.fetchval("select count(*) from person") == 2
    assert await world.admin.fetchval("select count(*) from import_job") == 1, "the same file is the same import"
    assert await run(str(file), "--commit") == 0
    assert await world.admin.fetchval("select count(*) from person") == 2


async def test_rows_left_behind_are_an_exit_code_and_a_file_with_a_column_of_errors(bridge, world, tmp_path, capsys):
    file, told = tmp_path / "a.csv", tmp_path / "loi.csv"
    file.write_text(BAD)
    assert await run(str(file), "--commit", "--errors", str(told)) == imports.ROWS_LEFT
    assert "Không phải ngày" in told.read_text(encoding="utf-8-sig")
    assert "Ngày sinh: Không phải ngày" in capsys.readouterr().out
    assert await world.admin.fetchval("select count(*) from person") == 1


@pytest.mark.parametrize("lost", ["/v1/imports", "/v1/imports/{id}/transitions"])
async def test_a_lost_answer_doubles_nothing(bridge, world, tmp_path, lost):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    assert await run(str(file)) == 0
    id = await world.admin.fetchval("select id from import_job")
    bridge.cut.add(("POST", lost.replace("{id}", str(id))))
    assert await run(str(file), "--commit") == 0
    assert not bridge.cut
    assert await world.admin.fetchval("select count(*) from person") == 2
    assert await world.admin.fetchval("select count(*) from import_job") == 1


async def test_undo_by_its_id(bridge, world, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    await run(str(file), "--commit")
    id = await world.admin.fetchval("select id from import_job")
    assert await run("--undo", str(id)) == 0
    assert await world.admin.fetchval("select count(*) from person where voided_at is null") == 0


async def test_what_is_called_wrongly_or_refused_says_so_by_its_code(bridge, world, tmp_path, capsys):
    assert await run(str(tmp_path / "none.csv")) == 2
    other = tmp_path / "a.doc"
    other.write_text("x")
    assert await run(str(other)) == 2
    file = tmp_path / "a.csv"
    file.write_text(csv("x", header="không,rõ"))
    assert await run(str(file)) == 3
    assert "columns_not_found" in capsys.readouterr().err
    bridge.desk.user = "volunteer"
    file.write_text(GOOD)
    assert await run(str(file)) == 3
