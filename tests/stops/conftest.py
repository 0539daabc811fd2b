"""A server of this folder's own: its tests stop it in the middle of its work, and others run beside them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from persistence import embedded


@pytest.fixture(scope="session")
def server():
    """Durable, in a folder that its own account can enter at any time: it is to come back by itself."""
    home = Path(tempfile.mkdtemp(prefix="diemtua-stops-"))
    home.chmod(0o755)
    started = embedded.start(home)
    yield started
    embedded.stop(started)
    shutil.rmtree(home, ignore_errors=True)
