"""The two commands and what they stand on: bootstrap, make, the CI run."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The script, loaded on a folder that holds the locks and a virtual environment's Python and nothing else."""
    spec = importlib.util.spec_from_file_location("bootstrap_script", ROOT / "scripts" / "bootstrap.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name in script.LOCKS:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/lib/python3.11/site-packages").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(script, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(script, "STAMP", tmp_path / ".venv/diemtua-installed")
    return script


@pytest.fixture
def commands(bootstrap, monkeypatch):
    """What the script asks the machine to run; everything succeeds unless its word is in `failing`."""
    asked, failing = [], set()

    def run(command, **_):
        asked.append([str(part) for part in command])
        return not any(word in " ".join(asked[-1]) for word in failing)

    monkeypatch.setattr(bootstrap, "run", run)
    return asked, failing


def test_a_second_bootstrap_runs_nothing(bootstrap, commands):
    bootstrap.main(tools=True)
    asked, _ = commands
    assert any("sync" in command and "--locked" in command for command in asked)
    asked.clear()
    bootstrap.main(tools=True)
    bootstrap.main(tools=False)
    assert asked == []


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml", "requirements.lock"])
def test_a_changed_lock_is_installed_at_the_next_bootstrap(bootstrap, commands, changed):
    bootstrap.main(tools=False)
    commands[0].clear()
    with (bootstrap.ROOT / changed).open("a") as lock:
        lock.write("\n")
    bootstrap.main(tools=False)
    assert any("sync" in command for command in commands[0])


def test_an_interrupted_installation_is_not_taken_for_a_finished_one(bootstrap, commands):
    commands[1].add("sync")
    with pytest.raises(SystemExit):
        bootstrap.main(tools=False)
    assert bootstrap.installed() is None


def test_without_uv_pip_installs_the_hashed_lock_and_leaves_the_command(bootstrap, commands):
    commands[1].add("--only-binary")
    bootstrap.main(tools=False)
    installing = commands[0][-1]
    assert {"--require-hashes", "--no-deps", str(bootstrap.ROOT / "requirements.lock")} <= set(installing)
    command = bootstrap.VENV / "bin/diemtua"
    assert command.read_text().startswith(f"#!{bootstrap.PYTHON}\n")
    assert command.stat().st_mode & 0o111
    assert next(bootstrap.VENV.rglob("diemtua.pth")).read_text().strip() == str(bootstrap.ROOT)


def test_without_uv_the_test_tools_are_named_as_missing(bootstrap, commands, capsys):
    commands[1].add("--only-binary")
    with pytest.raises(SystemExit):
        bootstrap.main(tools=True)
    assert "test tools are missing" in capsys.readouterr().err


def test_uv_itself_is_pinned_with_hashes(bootstrap, monkeypatch):
    wanted = []
    monkeypatch.setattr(bootstrap, "run", lambda command, **_: wanted.append(Path(command[-1]).read_text()) or True)
    assert bootstrap.install_uv()
    assert re.fullmatch(r"uv==\d+\.\d+\.\d+( --hash=sha256:[0-9a-f]{64})+\n", wanted[0])


def test_a_python_that_is_too_old_is_told_what_to_install(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit):
        bootstrap.main(tools=False)
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_a_newer_python_of_the_machine_takes_over_from_one_that_is_too_old(bootstrap, monkeypatch):
    class TakenOverError(Exception):
        pass

    def take_over(program, arguments):
        raise TakenOverError(program, arguments[0])

    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/opt/python3.12" if name == "python3.12" else None)
    monkeypatch.setattr(bootstrap.os, "execv", take_over)
    with pytest.raises(TakenOverError, match=r"/opt/python3\.12"):
        bootstrap.main(tools=False)


def test_a_debian_without_venv_is_told_the_package(bootstrap, commands, monkeypatch, capsys):
    commands[1].add("-c import sys, pip")
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit):
        bootstrap.main(tools=False)
    assert "apt install python3-venv" in capsys.readouterr().err


def test_bootstrap_can_be_read_by_an_old_python_and_needs_nothing_installed():
    script = ast.parse((ROOT / "scripts/bootstrap.py").read_text(), feature_version=(3, 8))
    imports = [name.name for node in script.body if isinstance(node, ast.Import) for name in node.names]
    sources = [node.module for node in script.body if isinstance(node, ast.ImportFrom)]
    assert sources[0] == "__future__", "annotations of today are not read by an old Python"
    assert {name.partition(".")[0] for name in imports + sources} <= set(sys.stdlib_module_names)


# --- the commands ---------------------------------------------------------------------------------------------------


def dry_run(target: str) -> str:
    return subprocess.run(
        ["make", "--no-print-directory", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_make_alone_explains_every_command():
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("serve", "test", "check", "openapi", "bench", "prove", "help"):
        assert re.search(rf"^  make {target} +\S", said, re.MULTILINE), target


def test_make_test_sets_up_and_then_checks_style_types_contracts_and_tests_in_this_order():
    steps = [
        "bootstrap.py --tools",
        "ruff check",
        "ruff format --check",
        "/mypy",
        "/lint-imports",
        "/pytest -n 2 --dist loadgroup tests",
    ]
    places = [dry_run("test").index(step) for step in steps]
    assert places == sorted(places)


def test_make_serve_sets_up_and_hands_over_to_the_service():
    assert dry_run("serve").splitlines() == ["python3 scripts/bootstrap.py", "exec .venv/bin/diemtua serve"]


def test_a_failing_step_fails_the_command_and_says_which_and_after_how_long(tmp_path):
    failing = ["make", "--no-print-directory", "-f", str(ROOT / "Makefile"), "lint", "BIN=/nowhere"]
    done = subprocess.run(failing, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert re.search(r"FAILED after \d+ s: style: ruff", done.stdout)


def test_the_ci_run_installs_what_is_missing_and_forbids_skipping_browser_and_node(tmp_path):
    calls = tmp_path / "calls"
    stand_ins = tmp_path / "bin"
    stand_ins.mkdir()
    behaviour = {
        "apt-get": "",
        "dpkg-query": "exit 1",
        "id": "echo 0",
        "npm": "",
        "make": 'env | grep -E "^(CI|DIEMTUA_REQUIRE_.*)=" | sort >> "$CALLS"; cat >> "$CALLS"',
    }
    for name, does in behaviour.items():
        (stand_ins / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "$CALLS"\n{does}\n')
        (stand_ins / name).chmod(0o755)
    clone = tmp_path / "clone"
    (clone / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci/run", clone / ".ci/run")
    (clone / "tests/node").mkdir(parents=True)
    (clone / "tests/node/package.json").write_text("{}")
    environment = {"PATH": f"{stand_ins}:{os.environ['PATH']}", "CALLS": str(calls)}
    subprocess.run(
        [clone / ".ci/run"], env=environment, cwd="/", input="unread", text=True, check=True, stdout=subprocess.DEVNULL
    )
    said = calls.read_text().splitlines()
    assert any(line.startswith("apt-get") and " install " in line and " chromium" in line for line in said)
    assert any(line.startswith("npm install") for line in said)
    assert said[said.index("make test") :] == [
        "make test", "CI=true", "DIEMTUA_REQUIRE_BROWSER=1", "DIEMTUA_REQUIRE_NODE=1",
    ]  # fmt: skip
