"""The operator's door: what it does, what it prints, how it refuses, and that a service starts, stops and comes back."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from api import kept_files, operations
from api.settings import Settings
from cli.main import main
from persistence import embedded
from persistence.administration import schema_head

ROOT = Path(__file__).parents[1]
SHARED_MEMORY = Path("/dev/shm")
OPENER = build_opener(ProxyHandler({}))
FOREIGN = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "WORKER_DATABASE_URL", "PORT", "DIEMTUA_DEMO", "DIEMTUA_HOME")


def new_home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="diemtua-cli-", dir=SHARED_MEMORY if SHARED_MEMORY.exists() else None))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with a hasty server that commands join, tables and units in it, no persons."""
    folder = new_home()
    with pytest.MonkeyPatch.context() as patch, embedded.running(folder, durable=False):
        for name in FOREIGN:
            patch.delenv(name, raising=False)
        patch.setenv("DIEMTUA_HOME", str(folder))
        assert main(["migrate"]) == 0
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def emptied(home: Path) -> Iterator[Path]:
    """The home again without accounts and persons after the test."""
    yield home
    with operations.ground() as on:

        async def clean() -> None:
            async with on.as_owner() as connection:
                tables = (
                    "access_grant, person_token, person_identifier, person_phone, residence, responsibility, person"
                )
                await connection.execute(f"truncate {tables}, session, appointment, account cascade")

        operations.run(clean())


def told(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr()
    return shown.out + shown.err


# -- help and exit codes


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "migrate",
        "demo",
        "openapi",
        "units load",
        "units show",
        "units area draw",
        "units join",
        "users bootstrap",
        "users list",
        "units area list",
        "journal show",
        "journal verify-append-only",
    ],
)
def test_the_help_of_every_command_teaches_by_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([*command.split(), "--help"]) == 0
    out = told(capsys)
    assert f"diemtua {command}" in out
    assert len(out.splitlines()) > 8


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["units", "show"],
        ["demo", "--size", "0"],
        ["demo", "--size", "x"],
        ["serve", "--port", "70000"],
        ["units", "show", "01", "--as-of", "yesterday"],
        ["units", "area", "draw", "01", "--area", "no codes"],
    ],
)
def test_a_command_called_wrongly_says_how_and_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 2
    assert "Usage" in told(capsys)


def test_an_answer_of_a_coroutine_is_never_thrown_away() -> None:
    """Typer takes a coroutine function without a word and never runs it: no command is one."""
    from typer.main import get_command

    from cli.main import app

    pending, seen = [get_command(app)], 0
    while pending:
        command = pending.pop()
        pending += getattr(command, "commands", {}).values()
        if command.callback is not None and not hasattr(command, "commands"):
            seen += 1
            assert not asyncio.iscoroutinefunction(command.callback.__wrapped__)
    assert seen == 16


# -- tables and units


def test_migrate_does_everything_once_and_says_so_the_second_time(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate"]) == 0
    assert "up to date" in told(capsys)
    with operations.ground() as on:
        assert not operations.is_behind(on)


def test_the_head_is_the_one_that_alembic_knows() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(ROOT / "migrations")).get_current_head() == schema_head()


def test_units_are_loaded_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "load"]) == 0
    assert "there already" in told(capsys)


def test_a_code_is_shown_with_all_its_bearers_or_with_that_of_a_day(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["units", "show", "00611"]) == 0
    out = told(capsys)
    assert out.index("Xuân Tảo") < out.index("Xuân Đỉnh  ward 00611, 2025-07-01 – today, in Hà Nội")
    assert main(["units", "show", "15", "--as-of", "2024-06-30"]) == 0
    assert "Yên Bái  province 15" in (out := told(capsys))
    assert "Lào Cai  province" not in out
    assert main(["units", "show", "15", "--as-of", "2026-06-30"]) == 0
    assert "Lào Cai  province 15" in told(capsys)


def test_a_code_that_nobody_bears_ends_with_3(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "show", "99999"]) == 3
    assert "No unit bears the code 99999" in told(capsys)


def test_areas_are_drawn_listed_and_ended_only_when_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = ["units", "area", "draw", "22"]
    assert main([*draw, "--area", "Vùng than=06793,06781", "--area", "Vùng vịnh=06688"]) == 0
    assert "2 areas drawn" in told(capsys)
    assert main(["units", "area", "list", "22"]) == 0
    out = told(capsys)
    assert "22-1" in out
    assert "Cửa Ông 06781, Cẩm Phả 06793" in out
    assert main([*draw, "--area", "Vùng vịnh=06688,06673"]) != 0  # asks, and nobody answers
    told(capsys)
    assert main([*draw, "--area", "Vùng vịnh=06688,06673", "--yes"]) == 0
    told(capsys)
    main(["units", "area", "list", "22"])
    assert "Vùng than" not in told(capsys)


def test_an_area_of_a_commune_elsewhere_is_refused_with_3(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "area", "draw", "22", "--area", "X=00611", "--yes"]) == 3
    assert "no commune of today in this province" in told(capsys)
    assert main(["units", "area", "draw", "10", "--area", "X=00611", "--yes"]) == 3  # ended in 2025
    assert "No province of today has the code 10" in told(capsys)


def test_communes_are_joined_when_told_and_what_they_became_is_shown(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    join = ["units", "join", "00103", "00091", "--basis", "NQ 12/2026"]
    assert main(join) != 0  # asks, and nobody answers
    told(capsys)
    assert main([*join, "--on", "2199-01-01", "--yes"]) == 3
    assert "day of effect" in told(capsys)
    assert main([*join, "--yes"]) == 0
    assert "0 persons and 0 organisations" in told(capsys)
    assert main(["units", "show", "00103"]) == 0
    assert "came from" in told(capsys)
    assert main([*join, "--yes"]) == 3, "it has ended"
    assert "No commune of today has the code 00091" in told(capsys)


# -- demo


def test_the_demo_prints_one_sign_in_a_role_and_keeps_them_all_private(
    emptied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--size", "60"]) == 0
    first = told(capsys)
    path = emptied / "sign-ins.json"
    sign_ins = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    roles: set[str] = set()
    for one in sign_ins:
        new = one["role"] not in roles
        roles.add(one["role"])
        assert (one["password"] in first) is new
    assert len(roles) == 17

    assert main(["demo", "--size", "60"]) == 0
    second = told(capsys)
    assert "are there" in second
    assert sign_ins[0]["password"] in second

    assert main(["demo", "--size", "61"]) == 3
    assert "A demo of 60 people is there already" in told(capsys)

    path.unlink()  # killed between commit and file: passwords are made anew
    assert main(["demo", "--size", "60"]) == 0
    assert sign_ins[0]["password"] not in told(capsys)
    assert {one["user_name"] for one in json.loads(path.read_text())} == {one["user_name"] for one in sign_ins}
    path.unlink()


def test_the_demo_is_refused_where_anything_else_is_on_file(emptied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "bootstrap", "lan.tran"]) == 0
    told(capsys)
    assert main(["demo", "--size", "10"]) == 3
    assert "empty register" in told(capsys)
    assert not (emptied / "sign-ins.json").exists()


# -- users


def test_the_first_administrator_gets_a_code_once_and_there_is_only_one(
    emptied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "bootstrap", "lan.tran", "--name", "Trần Thị Lan"]) == 0
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", told(capsys))[0]
    assert main(["users", "bootstrap", "lan.tran"]) == 0  # never came: a new code
    assert code not in told(capsys)
    assert main(["users", "bootstrap", "minh.le"]) == 3
    assert "There is an administrator: lan.tran" in told(capsys)
    assert main(["users", "list", "--role", "system_admin"]) == 0
    out = told(capsys)
    assert re.search(r"lan\.tran +person +invited +system_admin +Việt Nam", out)
    assert main(["users", "list", "--unit", "00611"]) == 0
    assert "0 accounts" in told(capsys)
    assert main(["journal", "show", "--last", "5"]) == 0
    assert "bootstrap_administrator" in told(capsys)


def test_an_administrator_who_has_come_is_not_replaced(emptied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["users", "bootstrap", "lan.tran"])
    with operations.ground() as on:

        async def come() -> None:
            async with on.as_owner() as connection:
                await connection.execute("update account set state = 'active'")

        operations.run(come())
    told(capsys)
    assert main(["users", "bootstrap", "lan.tran"]) == 3
    assert "Sign in as them" in told(capsys)


def test_what_is_no_user_name_is_refused(emptied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "bootstrap", "Lan Trần"]) == 3
    assert "not_a_user_name" in told(capsys)


def test_the_administrator_can_be_made_under_the_service_role_alone(
    emptied: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that knows DATABASE_URL and nothing else."""
    with operations.ground() as on:
        service = on.service
    monkeypatch.setenv("DATABASE_URL", service)
    assert main(["users", "bootstrap", "lan.tran"]) == 0
    assert main(["users", "list"]) == 0
    assert "lan.tran" in told(capsys)
    assert main(["journal", "show"]) == 0
    assert "bootstrap_administrator" in told(capsys)
    assert main(["units", "show", "00611"]) == 0
    assert main(["journal", "verify-append-only"]) == 3
    assert "MIGRATION_DATABASE_URL" in told(capsys)


# -- journal


def test_the_journal_keeps_its_promise_and_a_broken_one_is_seen(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "verify-append-only"]) == 0
    out = told(capsys)
    assert out.count("✓") == 7
    assert "✗" not in out
    statements = [
        ("alter table journal_entry disable trigger journal_is_append_only", 3),
        ("grant update on journal_entry to road_country", 1),
        ("alter table journal_entry disable trigger journal_is_never_emptied", 2),
    ]
    for statement, broken in statements:
        with operations.ground() as on:

            async def execute(*said: str, on: operations.Ground = on) -> None:
                async with on.as_owner() as connection:
                    for one in said:
                        await connection.execute(one)

            operations.run(execute(statement))
            assert main(["journal", "verify-append-only"]) == 3
            assert told(capsys).count("✗") == broken
            mend = statement.replace("disable", "enable").replace("grant update", "revoke update")
            operations.run(execute(mend.replace(" to road", " from road")))
    assert main(["journal", "verify-append-only"]) == 0


def test_the_tries_leave_no_entry(home: Path) -> None:
    async def entries(on: operations.Ground) -> int:
        async with on.as_owner() as connection:
            return int(await connection.fetchval("select count(*) from journal_entry where act = 'verify'"))

    main(["journal", "verify-append-only"])
    with operations.ground() as on:
        assert operations.run(entries(on)) == 0


# -- errors say what to do


def test_a_database_that_does_not_answer_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://app_rw:x@127.0.0.1:{free_port()}/diemtua")
    assert main(["users", "list"]) == 3
    out = told(capsys)
    assert "DATABASE_URL" in out
    assert "Traceback" not in out


def test_weak_settings_are_refused_before_anything_is_served(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with operations.ground() as on:
        service = on.service
    monkeypatch.setenv("DATABASE_URL", service)
    monkeypatch.setenv("PORT", str(free_port()))
    assert main(["serve"]) == 3
    assert "DIEMTUA_MASTER_KEY: missing" in told(capsys)


def test_a_service_that_would_run_as_owner_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with operations.ground() as on:
        owner = on.owner
    monkeypatch.setenv("DATABASE_URL", owner)
    monkeypatch.setenv("DIEMTUA_DEMO", "true")
    monkeypatch.setenv("PORT", str(free_port()))
    assert main(["serve", "--no-demo"]) == 3
    assert "app_rw" in told(capsys)


# -- private files


def test_a_kept_file_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home" / "x.json"
    assert kept_files.read(path) is None
    assert kept_files.kept(path, lambda: {"a": "ă"}) == {"a": "ă"}
    assert kept_files.kept(path, lambda: {"a": "b"}) == {"a": "ă"}
    kept_files.keep(path, [1])
    assert kept_files.read(path) == [1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["x.json"]


def test_everything_secret_in_the_home_is_private(home: Path) -> None:
    for name in ("database.json", "master.key", "signing.pem"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600


# -- contract


def test_the_contracts_are_written_from_the_code_and_stale_ones_are_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "api/graphql").mkdir(parents=True)
    monkeypatch.setattr("cli.openapi.ROOT", tmp_path)
    assert main(["openapi", "--check"]) == 3
    assert "openapi.yaml" in told(capsys)
    assert main(["openapi"]) == 0
    assert (tmp_path / "openapi.yaml").read_text().startswith("openapi:")
    assert "type Query" in (tmp_path / "api/graphql/schema.graphql").read_text()
    assert main(["openapi", "--check"]) == 0


# -- serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """`diemtua serve` as its own process."""

    def __init__(self, home: Path, port: int) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        environment |= {"DIEMTUA_HOME": str(home), "PORT": str(port)}
        self.output = home / "output"
        self.began = time.monotonic()
        self.port = port
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "serve"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> float:
        """Seconds until /health/live says 200."""
        while self.process.poll() is None and time.monotonic() - self.began < 90:
            try:
                with OPENER.open(f"http://127.0.0.1:{self.port}/health/live", timeout=2) as answer:
                    assert answer.status == 200
                    return time.monotonic() - self.began
            except OSError:
                select_nothing(0.05)
        raise AssertionError(self.output.read_text())

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def select_nothing(seconds: float) -> None:
    """A pause between two questions to another process."""
    import select

    select.select([], [], [], seconds)


def sign_ins(output: str) -> list[str]:
    return re.findall(r"^([a-z_]+\.[\w-]+ +\S+)", output, re.MULTILINE)


def test_a_service_starts_from_nothing_stops_on_ctrl_c_and_comes_back_after_kill_9_as_it_was() -> None:
    folder, port = new_home(), free_port()
    try:
        service = Service(folder, port)
        service.answers()
        first = service.output.read_text()
        for address in ("/docs", "/reference", "/graphql/ide"):
            assert f"http://127.0.0.1:{port}{address}" in first
        assert len(sign_ins(first)) == 17
        assert "Traceback" not in first

        assert service.end(signal.SIGINT) == 0
        assert not list(folder.rglob("postmaster.pid"))

        service = Service(folder, port)
        service.answers()
        assert sign_ins(service.output.read_text()) == sign_ins(first)
        service.end(signal.SIGKILL)

        service = Service(folder, port)
        service.answers()
        assert sign_ins(service.output.read_text()) == sign_ins(first)
        assert service.end(signal.SIGTERM) == 0
        assert not list(folder.rglob("postmaster.pid"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_busy_port_is_said_at_once_with_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DIEMTUA_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert main(["serve"]) == 3
    assert f"PORT={port + 1} diemtua serve" in told(capsys)
    assert not list(tmp_path.iterdir())


def test_the_processes_that_serve_are_not_told_the_owners_address(home: Path) -> None:
    from cli.serve import _environment

    with operations.ground() as on:
        environment = _environment(on.settings)
        assert on.owner not in environment.values()
        assert environment["DATABASE_URL"] == on.service
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            again = Settings()
    assert again.demo
    assert again.key_for("data") == on.settings.key_for("data")
    assert again.signing_pems() == on.settings.signing_pems()
