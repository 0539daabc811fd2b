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
COURSES = "Mã hồ sơ,Họ và tên,Ngày sinh,Hình thức cai nghiện,Ngày bắt đầu"


class Bridge(httpx2.BaseTransport):
    """From the command's thread into the application's loop; a worker takes its turn after every call."""

    def __init__(self, world, desk, loop):
        self.world = world
        self.desk = desk
        self.loop = loop
        self.cut = set()
        self.calls = []
        self.away = 0
        self.away_after_cut = 0
        self.ended = 0

    def handle_request(self, request):
        request.read()
        if self.away:
            self.away -= 1
            raise httpx2.ConnectError("away")
        return asyncio.run_coroutine_threadsafe(self._answer(request), self.loop).result(30)

    async def _answer(self, request):
        path = request.url.path
        self.calls.append((request.method, path))
        if path == "/v1/auth/sessions":
            return httpx2.Response(201, json={"access_token": self.world.users[self.desk.user].token})
        if self.ended:
            self.ended -= 1
            return httpx2.Response(401, json={"code": "unauthenticated", "title": "Cần đăng nhập"})
        sent = await self.world.client.request(
            request.method, str(request.url), content=request.content, headers=dict(request.headers)
        )
        await self.desk.work()
        if (request.method, path) in self.cut:
            self.cut.discard((request.method, path))
            self.away = self.away_after_cut
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
        target=lambda: left.update(code=main(["import", "--user", "lan", "--url", "http://testserver", *arguments]))
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
    assert "Không nhận ra dòng tiêu đề" in capsys.readouterr().err
    bridge.desk.user = "volunteer"
    file.write_text(GOOD)
    assert await run(str(file)) == 3


@pytest.mark.parametrize(
    ("wrongly", "told"),
    [
        (["--errors", "{file}.pdf"], ".csv or .xlsx"),
        (["--errors", "{folder}/none/x.csv"], "there is no folder"),
        (["--errors", "{file}"], "another file"),
        (["--url", "localhost:8000"], "http://"),
        (["--undo", "x"], "Name one file"),
    ],
)
async def test_what_can_be_seen_without_asking_is_said_before_anything_is_sent(bridge, tmp_path, capsys, wrongly, told):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    given = [one.format(file=file, folder=tmp_path) for one in wrongly]
    before = len(bridge.calls)
    assert await run(str(file), *given) == 2
    assert told in capsys.readouterr().err
    assert len(bridge.calls) == before


async def test_a_preview_made_again_is_of_the_register_of_now(bridge, world, tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text(csv("T1,Lê An,01/01/1990,methadone,01/01/2024", header=COURSES))
    assert await run(str(file), "--kind", "treatment_courses") == imports.ROWS_LEFT
    await world.person("hoa", "Lê An")
    assert await run(str(file), "--kind", "treatment_courses") == 0
    assert "1 to create" in capsys.readouterr().out
    assert await world.admin.fetchval("select count(*) from import_job") == 1


async def test_rows_left_behind_are_tried_again_by_the_same_command(bridge, world, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(csv(*(f"T{n},Lê {n},01/01/1990,methadone,01/01/2024" for n in "AB"), header=COURSES))
    call = (str(file), "--kind", "treatment_courses", "--commit")
    await world.person("hoa", "Lê A")
    assert await run(*call) == imports.ROWS_LEFT
    await world.person("hoa", "Lê B")
    assert await run(*call) == 0
    assert await world.admin.fetchval("select count(*) from treatment_course") == 2
    assert await run(*call) == 0
    assert await world.admin.fetchval("select count(*) from import_job") == 2, "what is done is not begun again"


async def test_what_moved_since_the_preview_is_previewed_anew_and_done_by_the_next_run(bridge, world, tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text(csv("A1,Lê An,1990,Nam,,,"))
    call = (str(file), "--source", "cu")
    assert await run(*call, "--commit") == 0
    file.write_text(csv("A1,Lê Văn An,1990,Nam,,,"))
    assert await run(*call) == 0
    await world.admin.execute("update person set occupation = 'Thợ', version = version + 1")
    assert await run(*call, "--commit") == imports.STALE
    assert "lines 2" in capsys.readouterr().err
    assert await run(*call, "--commit") == 0
    assert await world.admin.fetchval("select full_name from person") == "Lê Văn An"


async def test_every_row_or_none_is_refused_as_rows_in_error_with_the_file_that_says_which(bridge, world, tmp_path):
    file, told = tmp_path / "a.csv", tmp_path / "loi.csv"
    file.write_text(BAD)
    assert await run(str(file), "--commit", "--mode", "atomic", "--errors", str(told)) == imports.ROWS_LEFT
    assert "Không phải ngày" in told.read_text(encoding="utf-8-sig")
    assert await world.admin.fetchval("select count(*) from person") == 0


async def test_a_service_that_comes_back_is_waited_for_and_one_that_is_not_there_is_told(bridge, tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    bridge.away = 10  # more than a service is given that never answered
    assert await run(str(file)) == 3
    assert capsys.readouterr().err.count("again in") == 5
    bridge.cut.add(("POST", "/v1/imports"))
    bridge.away_after_cut = 10
    bridge.away = 0
    assert await run(str(file)) == 0


@pytest.mark.parametrize("match", [None, "source_ref,number,name_and_birth"])
async def test_rows_for_review_are_told_with_what_is_left_to_try(bridge, world, tmp_path, capsys, match):
    await world.person("hoa", name="Trần Đôi", source="other", source_ref="T1")
    await world.person("hoa", name="Trần Đôi", source="other", source_ref="T2")
    file = tmp_path / "review.csv"
    file.write_text(csv("A1,Trần Đôi,1990,Nữ,,,"))
    await run(str(file), *(("--match", match) if match else ()))
    said = capsys.readouterr()
    assert "wait for somebody" in said.out + said.err
    assert ("or --match" in said.out + said.err) is (match is None)


@pytest.mark.parametrize(("ended", "code"), [(1, 0), (2, 3)])
async def test_a_token_that_has_ended_is_renewed_once(bridge, tmp_path, capsys, ended, code):
    file = tmp_path / "a.csv"
    file.write_text(GOOD)
    bridge.ended = ended
    assert await run(str(file)) == code
    assert ("Cần đăng nhập" in capsys.readouterr().err) == bool(code)
