"""The committed contract makes working clients: one of Python, one of TypeScript, each run against the live service.

They need tools that the service does not: tests/clients/.venv (see .ci/run) and tests/node. DIEMTUA_REQUIRE_NODE=1 makes
their absence a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract.test_node_checks import MODULES, NODE, REQUIRED, ROOT, needs_node

CLIENTS = ROOT / "tests" / "clients"
PYTHON = CLIENTS / ".venv" / "bin" / "python"
needs_generator = pytest.mark.skipif(
    not PYTHON.exists() and not REQUIRED, reason="tests/clients/.venv is missing (see .ci/run)"
)


def ran(*arguments: str | Path, cwd: Path, **more: str) -> str:
    """What a tool printed. Its own words are the message when it fails."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def token(service):
    service.run(service.world.sweep())
    return service.world.users["officer"].token


@needs_generator
def test_a_generated_python_client_works_through_its_first_hour(service, token, tmp_path):
    out = tmp_path / "client"
    generator = PYTHON.with_name("openapi-python-client")
    config = CLIENTS / "openapi-python-client.yaml"
    ran(generator, "generate", "--path", ROOT / "openapi.yaml", "--output-path", out, "--config", config, cwd=tmp_path)
    told = json.loads(ran(PYTHON, CLIENTS / "python_session.py", service.url, token, cwd=tmp_path, PYTHONPATH=str(out)))
    assert told == {
        "statuses": [201, 200],
        "same": True,
        "occupation": "thợ may",
        "stale": ["stale_version", 412],
        "pages": [2, 2, 1],
        "found": ["Nguyễn Thị Mái Ấm"],
    }


@needs_node
def test_a_generated_typescript_client_compiles_and_works(service, token, tmp_path):
    (tmp_path / "node_modules").symlink_to(MODULES)
    shutil.copy(CLIENTS / "session.ts", tmp_path)
    generated = MODULES / ".bin" / "openapi-typescript"
    ran("node", generated, ROOT / "openapi.yaml", "--output", tmp_path / "contract.ts", cwd=NODE)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    strict = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--types", "node")
    ran("node", MODULES / "typescript" / "bin" / "tsc", *strict, "session.ts", cwd=tmp_path)
    told = json.loads(ran("node", "session.js", service.url, token, cwd=tmp_path))
    assert told == {"status": 201, "occupation": "thợ mộc", "stale": "stale_version", "pages": [1]}


@needs_node
def test_a_wrong_field_does_not_compile(tmp_path):
    """Else the types would say nothing."""
    (tmp_path / "node_modules").symlink_to(MODULES)
    wrong = (CLIENTS / "session.ts").read_text().replace("full_name: ", "fullname: ")
    (tmp_path / "session.ts").write_text(wrong)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    ran(
        "node", MODULES / ".bin" / "openapi-typescript", ROOT / "openapi.yaml", "-o", tmp_path / "contract.ts", cwd=NODE
    )
    strict = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--types", "node", "--noEmit")
    with pytest.raises(AssertionError, match="fullname"):
        ran("node", MODULES / "typescript" / "bin" / "tsc", *strict, "session.ts", cwd=tmp_path)
