"""One cluster of the embedded PostgreSQL: made once, started, recognised, shut down. Callers hold the home's lock."""

import os
import secrets
import shutil
import signal
import socket
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from persistence.embedded_host import (
    PATIENCE,
    Account,
    EmbeddedError,
    account_for,
    binaries_for,
    give,
    keep,
    place_of,
    run,
)

HOST: Final = "127.0.0.1"
SUPERUSER: Final = "postgres"
RETRY_FOR: Final = 10.0  # seconds in which backends of a killed postmaster may still hold its memory
LOG_LIMIT: Final = 10_000_000

# Error texts quote rows and statements, so the log keeps the message alone: it must hold no personal data.
_SETTINGS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "Asia/Ho_Chi_Minh",
    "log_timezone": "Asia/Ho_Chi_Minh",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_HASTY: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class Postmaster(NamedTuple):
    """What `postmaster.pid` says; the process may be long gone."""

    pid: int
    port: int
    status: str

    def alive(self) -> bool:
        return _alive(self.pid) and _listening(self.port)


@dataclass(frozen=True)
class Cluster:
    """A data folder with the binaries, the account and the password that go with it; made under the lock."""

    place: Path
    account: Account | None
    binaries: Path
    password: str = field(repr=False)

    @classmethod
    def open(cls, folder: Path, *, durable: bool) -> "Cluster":
        place = place_of(folder)
        account = account_for(place / "data")
        cluster = cls(place, account, binaries_for(place, account), _password(place, account))
        if not cluster.data.exists():
            cluster.make(durable=durable)
        return cluster

    @property
    def data(self) -> Path:
        return self.place / "data"

    def make(self, *, durable: bool) -> None:
        """Run initdb in a side folder and rename: a killed initdb leaves nothing half-made."""
        for left_over in self.place.glob("data.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        side = Path(tempfile.mkdtemp(prefix="data.new-", dir=self.place))
        give(side, self.account)
        command: list[str | Path] = [self.binaries / "initdb", "-D", side, f"--username={SUPERUSER}"]
        command += [f"--pwfile={self.place / 'password'}", "--auth=scram-sha-256", "--data-checksums"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", *([] if durable else ["--no-sync"])]
        done = run(command, self.account)
        if done.returncode:
            shutil.rmtree(side, ignore_errors=True)
            reason = done.stderr.strip() or done.stdout.strip()
            raise EmbeddedError(
                f"initdb could not make a database in {self.place}; mend this and start again:\n{reason}"
            )
        side.rename(self.data)

    def serve(self, *, durable: bool) -> int:
        """Port of the server, which is started unless it runs already."""
        deadline = time.monotonic() + PATIENCE
        give_up_at = time.monotonic() + RETRY_FOR
        while time.monotonic() < deadline:
            found = self.postmaster()
            if found and self.answers(found):
                return found.port
            if found and found.alive() and found.status != "ready":  # recovering or shutting down
                time.sleep(0.02)
            elif not self.launch(found, deadline, durable=durable):
                if time.monotonic() > give_up_at:
                    break
                time.sleep(0.1)
        raise EmbeddedError(
            f"PostgreSQL does not start. Its log, {self.place / 'server.log'}, ends:\n{self.end_of_log()}"
        )

    def launch(self, stale: Postmaster | None, deadline: float, *, durable: bool) -> bool:
        """Start a postmaster; False if it ended at once (port taken meanwhile, memory of the old one still in use)."""
        settings = _SETTINGS | ({} if durable else _HASTY) | {"port": str(self.free_port())}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        # After kill -9 the old pid may be a zombie or somebody else's: PostgreSQL ignores the pid that it is told to
        # be its grandparent, and goes on to ask the old shared memory whether backends still live. Safer than
        # removing the pid file, which would switch that question off.
        environment = {"PG_GRANDPARENT_PID": str(stale.pid)} if stale else {}
        background = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
        command: list[str | Path] = ["/bin/sh", "-c", background, "sh", self.log(), self.binaries / "postgres"]
        command += ["-D", self.data, *flags]
        pid = int(run(command, self.account, environment, start_new_session=True).stdout)
        try:
            return self.wait_for(pid, deadline)
        except BaseException:  # Ctrl-C while it starts: leave no server behind that nobody holds
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            raise

    def wait_for(self, pid: int, deadline: float) -> bool:
        while _alive(pid) and time.monotonic() < deadline:
            found = self.postmaster()
            if found and found.pid == pid and found.status == "ready":
                return True
            time.sleep(0.01)
        return False

    def postmaster(self) -> Postmaster | None:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return Postmaster(abs(int(lines[0])), int(lines[3]), lines[7].strip() if len(lines) > 7 else "starting")
        except (FileNotFoundError, IndexError, ValueError):  # absent, or being written
            return None

    def answers(self, found: Postmaster) -> bool:
        """Whether the server on that port is ours: it knows our password and serves our data."""
        if found.status != "ready" or not found.alive():
            return False
        environment = {"PGPASSWORD": self.password, "PGPASSFILE": os.devnull, "PGCONNECT_TIMEOUT": "10"}
        question = ["-XAtw", "-h", HOST, "-p", str(found.port), "-U", SUPERUSER, "-d", "postgres", "-c"]
        answer = run([self.binaries / "psql", *question, "show data_directory"], self.account, environment)
        return answer.stdout.strip() == str(self.data)

    def shut_down(self) -> None:
        found = self.postmaster()
        if not found or not self.answers(found):
            return
        os.kill(found.pid, signal.SIGINT)  # "fast": connections end, the last checkpoint is written
        deadline = time.monotonic() + PATIENCE
        while (self.data / "postmaster.pid").exists() and _alive(found.pid):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL (pid {found.pid}) does not stop; see {self.place / 'server.log'}.")
            time.sleep(0.01)

    def free_port(self) -> int:
        """The port of last time if it is free, else a new one, kept for the next start."""
        kept = self.place / "port"
        port = int(kept.read_text()) if kept.exists() else 0
        if not port or not _bindable(port):
            port = _bindable(0)
            keep(kept, str(port), self.account)
        return port

    def log(self) -> Path:
        log = self.place / "server.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
        give(log, self.account)
        return log

    def end_of_log(self) -> str:
        log = self.place / "server.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-6:]) if log.exists() else "(empty)"


def _password(place: Path, account: Account | None) -> str:
    kept = place / "password"
    if not kept.exists():
        if (place / "data").exists():
            raise EmbeddedError(f"{kept} is missing, its database is not: bring it back from your backup.")
        keep(kept, secrets.token_urlsafe(24), account)
    return kept.read_text().strip()


def _alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's, or a system without /proc
        return True


def _listening(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except OSError:
        return False
    return True


def _bindable(port: int) -> int:
    """The port if a server could take it now, 0 if not; asked for 0, any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
