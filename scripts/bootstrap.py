"""Make `.venv` with everything at the locked versions; nothing to do takes a few milliseconds. Standard library only.

    python3 scripts/bootstrap.py            enough to serve
    python3 scripts/bootstrap.py --tools    and to test

uv installs from uv.lock; where uv cannot be had, pip installs requirements.lock, which is enough to serve. Every
download, uv's own too, is checked against a locked hash.
"""

# Read by whatever python3 a machine has, so that an old one gets a sentence and not a syntax error.
from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "diemtua-installed"
LOCKS = ("pyproject.toml", "uv.lock", "requirements.lock", ".python-version")
OLDEST = (3, 11)
EVERYTHING, SERVICE = "everything", "service"
UV = "uv==0.13.9"
# of every wheel on PyPI; to change uv: lock a project that needs the new version, copy its hashes
UV_HASHES = (
    "16963d19594e18d746a70c7fce82237bde4f2cac4cfcf0ca2b84796fe9d0c6e9",
    "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    "3eeeb51a267a2144640fcd8f38d4a2f63439b39bc47445fd84727c3fc462c843",
    "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    "56ec37616c00220032fc7b8c9d0ef51367fd0d70d9cd6ddd841660f949f84fed",
    "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    "6a44b2ed8111d2f60d2b92627c5dccda3f7ed7570b18ce115e569cd68c28246b",
    "6b0c7b9f47a5d011939d61e324d3fe18a8bc155d8dd53add738709a92f290a7c",
    "6d5114bba238adddacb32fb11904f2b3ff4e988f8e9ff0d8d3b5e9822cf836b8",
    "7ec1e1dd9b6cb335c301afdf877989df384227313981850755a59561f75e4ab8",
    "a2ee66fe8b6608e1482ab1bde5799da04705c1cb40324c7f66054ecf46ae6e40",
    "a6e845f387e4ed55bb59342957a9179e24a631fcc7668bda3426ae1cef8ed4b9",
    "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    "c5dbdb7c8737cd183a9dce95b39cfd1f3d54ec2a27a1bb58f160293f9ba2c805",
    "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "db5c8df7145c21ffea9c0f74e38823bac3af60cbadf0e26b8633f08627b17bab",
    "dd6f4f93ddf8a668c73f0945f3638444b2140a4e15a3912067493fc6335543e4",
    "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    "eeb92051c2123b9730c46b04cc843cfa4bc7d7b0aec56df431a2215ef4cb0273",
)
COMMAND = """#!{python}
import sys
from cli.main import main
sys.exit(main())
"""


def main(*, tools: bool) -> None:
    use_a_new_enough_python()
    enough = {EVERYTHING} if tools else {EVERYTHING, SERVICE}
    if installed() in enough:
        return
    began = time.monotonic()
    with queue():
        if installed() in enough:  # somebody else did it while we waited
            return
        say("preparing .venv (the first time takes a minute or two; later starts skip this)")
        STAMP.unlink(missing_ok=True)
        make_virtual_environment()
        what = install()
        STAMP.write_text(f"{fingerprint()} {what}\n")
    say(f".venv is ready after {time.monotonic() - began:.0f} s")
    if tools and what != EVERYTHING:
        end("the test tools are missing, because uv could not be installed. `make serve` works; see pip's lines above.")


def use_a_new_enough_python() -> None:
    """Go on with a newer Python of this machine if this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    end(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}. "
        "Install one (Debian, Ubuntu: apt install python3 python3-venv) or name it: make serve PYTHON=/path/to/python3"
    )


def installed() -> str | None:
    """What `.venv` holds for exactly these locks; None if anything changed."""
    try:
        of, what = STAMP.read_text().split()
    except (OSError, ValueError):
        return None
    return what if of == fingerprint() and PYTHON.exists() else None


def fingerprint() -> str:
    """Of the locks and of the folder: a virtual environment cannot be moved."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in LOCKS:
        file = ROOT / name
        digest.update(file.read_bytes() if file.exists() else b"-")
    return digest.hexdigest()


class queue:  # noqa: N801 - reads as a verb
    """One bootstrap at a time in this folder; the others wait and find the work done."""

    def __enter__(self) -> None:
        self.folder = os.open(ROOT, os.O_RDONLY)
        fcntl.flock(self.folder, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.folder)


def make_virtual_environment() -> None:
    """Make `.venv` unless a working one is there."""
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    if PYTHON.exists() and run([PYTHON, "-c", probe], quiet=True):
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        end(
            "this Python cannot make virtual environments. Debian, Ubuntu: apt install python3-venv, then run it again."
        )
    say(f"making the virtual environment with Python {sys.version.split()[0]}")
    if not run([sys.executable, "-m", "venv", "--clear", VENV]):
        end("no virtual environment could be made; Python's own words stand above. Debian: apt install python3-venv")


def install() -> str:
    """Install at the locked versions: with uv everything, with pip what the service needs."""
    if install_uv():
        say("installing what uv.lock names")
        uv: list[str | Path] = [VENV / "bin" / "uv", "sync", "--locked", "--python", PYTHON, "--no-progress", "--quiet"]
        if not run(uv, UV_PROJECT_ENVIRONMENT=str(VENV), UV_PYTHON_DOWNLOADS="never"):
            end(
                "uv could not install what uv.lock names; its words stand above. Behind a mirror, set UV_DEFAULT_INDEX."
            )
        return EVERYTHING
    say("uv cannot be had: installing what requirements.lock names with pip (enough to serve, not to test)")
    # --no-deps: the lock is the whole closure, and leaves out ecdsa, which python-jose asks for and does not need
    if not run([*pip(), "--require-hashes", "--no-deps", "-r", ROOT / "requirements.lock"]):
        end("pip could not install what requirements.lock names; its words stand above. Is the network there?")
    make_command()
    return SERVICE


def install_uv() -> bool:
    say(f"installing {UV.replace('==', ' ')}")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(" ".join([UV, *(f"--hash=sha256:{digest}" for digest in UV_HASHES)]) + "\n")
        wanted.flush()
        return run([*pip(), "--require-hashes", "--only-binary=:all:", "-r", wanted.name])


def pip() -> list[str | Path]:
    return [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]


def make_command() -> None:
    """What an editable install would leave: the folder on the path, and the command `diemtua`."""
    packages = next((VENV / "lib").glob("python3*/site-packages"))
    (packages / "diemtua.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "diemtua"
    command.write_text(COMMAND.format(python=PYTHON))
    command.chmod(0o755)


def run(command: Sequence[str | Path], *, quiet: bool = False, **environment: str) -> bool:
    """Whether the command succeeded; its words go to our error output."""
    words = subprocess.DEVNULL if quiet else sys.stderr
    inherited = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=ROOT,
        env={**inherited, **environment},
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=words,
    )
    return done.returncode == 0


def say(words: str) -> None:
    print(f"Điểm Tựa: {words}", file=sys.stderr, flush=True)


def end(words: str) -> None:
    say(words)
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(tools="--tools" in sys.argv[1:])
    except KeyboardInterrupt:
        end("stopped before .venv was ready; run it again and it goes on.")
