"""The embedded PostgreSQL: started once for a home, shared by all processes that use it, stopped by the last.

`<home>/postgres/` holds `lock` (starters queue on it), `users` (every user holds a shared lock on it, which the kernel
drops when the user dies) and the cluster: `data/`, `password`, `port`, `server.log` (see `embedded_host` for homes
that the server's account cannot enter). Synchronous: call it before the event loop starts.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from persistence.embedded_cluster import HOST, SUPERUSER, Cluster
from persistence.embedded_host import EmbeddedError

__all__ = ["Embedded", "EmbeddedError", "in_use", "running", "start", "stop"]


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """A running server, held by the process that started or joined it."""

    host: str
    port: int
    user: str = SUPERUSER
    password: str = field(repr=False)
    home: Path

    def dsn(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """`postgresql://` address for asyncpg, of the superuser unless told otherwise."""
        name = quote(user or self.user, safe="")
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{name}:{secret}@{self.host}:{self.port}/{quote(database, safe='')}"


def start(home: Path, *, durable: bool = True) -> Embedded:
    """Start the server of this home, or join the running one; `durable=False` trades safety for speed (tests only).

    Raises EmbeddedError.
    """
    home = home.resolve()
    try:
        folder = _folder(home)
        with _locked(folder / "lock"):
            cluster = Cluster.open(folder, durable=durable)
            port = cluster.serve(durable=durable)
            _held.setdefault(home, []).append((_join(folder / "users"), cluster))
    except PermissionError as closed:
        raise EmbeddedError(
            f"{closed.filename or home} is closed to this user. Start as the user who made it, "
            "or set DIEMTUA_HOME to a folder of your own."
        ) from closed
    return Embedded(host=HOST, port=port, password=cluster.password, home=home)


def stop(server: Embedded) -> None:
    """Leave the server; the last user shuts it down. Leaving twice does nothing."""
    held = _held.get(server.home)
    if not held:
        return
    folder = _folder(server.home)
    with _locked(folder / "lock"):
        mark, cluster = held.pop()
        os.close(mark)
        if _unused(folder / "users"):
            cluster.shut_down()


def in_use(home: Path) -> bool:
    """Whether any process still holds the server of this home."""
    return not _unused(_folder(home.resolve()) / "users")


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[Embedded]:
    server = start(home, durable=durable)
    try:
        yield server
    finally:
        stop(server)


_held: dict[Path, list[tuple[int, Cluster]]] = {}


def _folder(home: Path) -> Path:
    folder = home / "postgres"
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # the server's account passes through and lists nothing
    return folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Queue for this home; the kernel lets go of the lock if its holder is killed."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _join(path: Path) -> int:
    mark = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(mark, fcntl.LOCK_SH)
    return mark


def _unused(path: Path) -> bool:
    with path.open("r+") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
