"""One register of canaries a module, and what the service writes to its log meanwhile."""

from __future__ import annotations

import io

import pytest
import structlog

from api import logs
from tests.access.register import build, unbuild


@pytest.fixture(scope="module")
async def register(settled):
    await settled.sweep()
    built = await build(settled)
    yield built
    await unbuild(built)


@pytest.fixture(scope="module")
def log():
    """Everything the service logs while the module runs, as text."""
    written = io.StringIO()
    before = structlog.get_config()
    logs.configure("debug", pretty=False, stream=written)
    yield written
    structlog.configure(**before)
