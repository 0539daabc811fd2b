"""Who may import whom: the contracts of pyproject.toml, and what they cannot say."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import ROOT, files, imports, name_of

SQL = {"asyncpg", "sqlalchemy", "sqlmodel", "alembic"}


def test_every_import_contract_is_kept():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert f"{len(contracts)} kept, 0 broken" in done.stdout
    assert len(contracts) >= 8


def test_the_domain_imports_the_standard_library_and_itself_and_nothing_else():
    outside = {
        (name_of(path), module)
        for path in files("domain")
        for module in imports(path)
        if module.partition(".")[0] not in sys.stdlib_module_names | {"domain"}
    }
    assert outside == set()


def test_the_domain_has_no_clock_and_does_no_input_or_output():
    forbidden = {"time", "socket", "subprocess", "asyncio", "os", "pathlib", "random", "logging", "urllib"}
    ids = "domain/ids.py"  # an id is a moment and chance; acts take theirs from the caller where it matters
    judged = [path for path in files("domain") if name_of(path) != ids]
    used = {(name_of(path), m) for path in judged for m in imports(path) if m.partition(".")[0] in forbidden}
    assert used == set()
    clocks = (".now(", ".today(", ".utcnow(")
    read = [
        (name_of(path), line.strip())
        for path in files("domain")
        for line in path.read_text(encoding="utf-8").splitlines()
        if any(clock in line for clock in clocks)
    ]
    assert read == []


def test_no_sql_library_is_imported_outside_persistence_and_migrations():
    users = {
        name_of(path)
        for path in files()
        if not name_of(path).startswith(("persistence/", "migrations/"))
        and SQL & {module.partition(".")[0] for module in imports(path)}
    }
    assert users == set()


def test_inside_every_noun_use_cases_stand_over_repository_over_model():
    above = {
        "model": {"repository", "use_cases"},
        "noun": {"repository", "use_cases", "model"},
        "repository": {"use_cases"},
    }
    packages = [path.parent for path in files("domain") if path.name == "use_cases.py"]
    assert len(packages) >= 4
    upwards = {
        (name_of(package / f"{name}.py"), module)
        for package in packages
        for name, higher in above.items()
        if (package / f"{name}.py").exists()
        for module in imports(package / f"{name}.py")
        if module in {f"domain.{package.name}.{one}" for one in higher}
    }
    assert upwards == set()


def test_migrations_import_nothing_of_ours():
    """A migration says what was true on its day; code that changes later must not change it."""
    ours = {"api", "cli", "domain", "persistence", "reference"}
    users = {
        (name_of(path), module)
        for path in files("migrations")
        for module in imports(path)
        if module.partition(".")[0] in ours and "versions" in path.parts
    }
    assert users == set()


def test_only_one_file_reads_tokens():
    assert [name_of(path) for path in files() if "jose" in {m.partition(".")[0] for m in imports(path)}] == [
        "api/identity.py"
    ]


def test_no_module_is_called_after_nothing():
    nameless = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base2", "data2"}
    assert [name_of(path) for path in files() if path.stem in nameless] == []
