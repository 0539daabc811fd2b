"""What the README and the page for integrators print, runs: their blocks, in order, against the service that they start."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.webhook.telling import Told, body_of

ROOT = Path(__file__).parents[2]
FENCES = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 120
"""Seconds for a first start on a busy machine; it usually takes ten to twenty."""


def text():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def home():
    """A home that the database may enter when it is started as root, and that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="diemtua-readme-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def served(home):
    """`diemtua serve` on a free port, with a small demo in a home of its own."""
    port = free_port()
    given = {"DIEMTUA_HOME": str(home), "PORT": str(port), "NO_COLOR": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment = kept | given
    command = [sys.executable, "-m", "cli.main"]
    subprocess.run(
        [*command, "demo", "--size", "300"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    with (home / "serve.log").open("wb") as log:
        running = subprocess.Popen([*command, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/ready", running, home / "serve.log")
            yield environment | {"BASE": f"http://127.0.0.1:{port}"}
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=30)


def wait_for(address, running, log):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)  # another process is starting: nothing of ours can tell us when
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def printed(served):
    """All blocks as one script, run by a plain shell; what each of them printed."""
    if shutil.which("curl") is None:
        pytest.skip("the README's calls are made with curl, which is not installed here")
    blocks = BLOCKS.findall(text())
    script = "set -eu\n" + "\necho; echo '=== block'\n".join(blocks)
    done = subprocess.run(
        ["sh", "-c", script], cwd=ROOT, env=served, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("=== block")


def test_every_block_of_the_readme_runs_as_printed(printed):
    assert len(printed) == len(BLOCKS.findall(text())) >= 10


def test_the_calls_answer_what_the_readme_says(printed):
    me, listed, made, changed, found, inbox, why, days, units, graph = printed
    assert '"user_name":"commune_officer.00611"' in me
    assert listed.count('"full_name"') == 3
    assert '"Nguyễn Văn Thử"' in made.replace("\\u1ec5", "ễ")
    assert '"thợ mộc"' in changed
    assert '"Nguyễn Văn Thử"' in found
    assert inbox.count('"due_at"') == 3
    assert '"rule" : "' in inbox
    assert "effective_end_on" in why
    assert "Drug Prevention Law" in why
    assert '"due":"2026-02-25"' in days
    assert "Xuân Tảo" in units
    assert "Xuân Đỉnh" in units
    assert "errors" not in graph
    assert '"effectiveEndOn" : "' in graph
    assert '"dueAt" : "' in graph
    assert '"nativePlace" : "Hà Nội"' in graph


def test_the_sign_ins_that_the_readme_names_exist(served, home):
    kept = {one["user_name"] for one in json.loads((home / "sign-ins.json").read_text())}
    named = set(re.findall(r"^\| `([a-z_]+\.[\w-]+)` \|", text(), re.MULTILINE))
    assert len(named) >= 5
    assert named <= kept


def test_the_addresses_that_the_readme_names_answer(served):
    for path in re.findall(r"<http://127\.0\.0\.1:8000(/[\w/.-]+)>", text()):
        with urllib.request.urlopen(served["BASE"] + path, timeout=20) as answer:
            assert answer.status == 200, path


def test_the_two_commands_are_targets_of_make():
    targets = re.findall(r"^make (\w+)", text(), re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets == ["serve", "test"]
    assert all(f"\n{target}:" in makefile for target in targets)


# -- docs/integrators.md


def integrators():
    """(language, text) of every block of the page."""
    return FENCES.findall((ROOT / "docs/integrators.md").read_text(encoding="utf-8"))


def test_every_block_of_the_integrators_page_says_what_runs_it():
    page = (ROOT / "docs/integrators.md").read_text(encoding="utf-8")
    assert {language for language, _ in integrators()} == {"sh", "python", "graphql", "json"}
    outside = FENCES.sub("", page)
    assert "```" not in outside
    assert not re.search(r"(?:^|\n)\n {4,}\S", outside), "code that nothing runs"


def test_the_body_that_the_page_shows_is_one_that_is_sent():
    (shown,) = (text for language, text in integrators() if language == "json")
    told = Told(UUID(int=1), "management_case", UUID(int=2), "upsert", 3, 4711, datetime(2026, 11, 22, tzinfo=UTC))
    sent, read = json.loads(body_of(told)), json.loads(shown)
    assert read.keys() == sent.keys()
    assert read["data"].keys() == sent["data"].keys()
    assert read["type"] == sent["type"]


def test_the_shell_of_the_integrators_page_runs_as_printed(served):
    if shutil.which("curl") is None:
        pytest.skip("the page's calls are made with curl, which is not installed here")
    script = "set -eu\n" + "\n".join(text for language, text in integrators() if language == "sh")
    done = run(["bash", "-c", script], served)
    assert '"user_name":"commune_officer.00611"' in done
    assert re.search(r"^204  ping ", done, re.MULTILINE), done


def test_the_python_and_graphql_of_the_integrators_page_run_as_printed(served):
    asked = "answer = officer.post('/graphql', json={{'query': {!r}}}).json()\nassert 'errors' not in answer, answer\n"
    parts = [
        text if language == "python" else asked.format(text)
        for language, text in integrators()
        if language in ("python", "graphql")
    ]
    assert len(parts) >= 10
    run([sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-c", "\n".join(parts)], served)


def run(command, environment):
    """What a command printed; our commands are found beside the interpreter."""
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
