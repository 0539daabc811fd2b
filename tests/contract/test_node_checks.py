"""What Node alone can check: the audits of graphql-http, and two linters over openapi.yaml.

They run where node and the packages of tests/node are there; DIEMTUA_REQUIRE_NODE=1 makes their absence a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "tests" / "node"
MODULES = NODE / "node_modules"
READY = shutil.which("node") is not None and (MODULES / "graphql-http").is_dir()
REQUIRED = os.environ.get("DIEMTUA_REQUIRE_NODE") == "1"
needs_node = pytest.mark.skipif(
    not READY and not REQUIRED, reason="node or tests/node/node_modules is missing (npm ci in tests/node)"
)


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    quiet = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    return subprocess.run(["node", *arguments], cwd=NODE, env=quiet, capture_output=True, text=True, timeout=120)  # noqa: PLW1510


@needs_node
def test_the_graphql_door_passes_every_audit_of_graphql_over_http(service):
    ran = node("audit.mjs", f"{service.url}/graphql", service.world.users["officer"].token)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["total"] >= 60, "the audits did not run"
    assert (told["error"], told["warn"]) == (0, 0), told["told"]
    unexplained = [one for one in told["told"] if "GET" not in one["name"]]
    assert not unexplained, "only the MAY of GET is not taken up (rulings 21)"


@needs_node
def test_redocly_finds_nothing_in_the_contract():
    ran = node(str(MODULES / ".bin" / "redocly"), "lint", str(ROOT / "openapi.yaml"), "--config", "redocly.yaml")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Your API description is valid" in ran.stdout + ran.stderr


@needs_node
def test_spectral_finds_nothing_in_the_contract():
    arguments = ("lint", str(ROOT / "openapi.yaml"), "--ruleset", "spectral.yaml", "--fail-severity", "hint")
    ran = node(str(MODULES / ".bin" / "spectral"), *arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_locked_packages_name_no_host_to_fetch_them_from_but_the_registry():
    """A lock made behind a mirror would send every clone there; each package is held by its hash instead."""
    packages = json.loads((NODE / "package-lock.json").read_text())["packages"]
    fetched = {name: told for name, told in packages.items() if name}
    hosts = {told["resolved"] for told in fetched.values() if "resolved" in told}
    assert all(host.startswith("https://registry.npmjs.org/") for host in hosts)
    assert [name for name, told in fetched.items() if not told.get("integrity")] == []


def test_every_node_package_is_pinned_to_one_version():
    wanted = json.loads((NODE / "package.json").read_text())["dependencies"]
    assert all(version[0].isdigit() for version in wanted.values())
