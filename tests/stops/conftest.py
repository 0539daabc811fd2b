"""A server of this folder's own: its tests stop it in the middle of its work."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from persistence import embedded


@pytest.fixture(scope="session")
def server(request):
    """Durable, in a folder that its own account can enter at any time: it is to come back by itself.

    Alone in its process: databases of a run are made once, on the server that the first test asked for.
    """
    if any("tests/stops/" not in item.nodeid for item in request.session.items):
        pytest.skip("runs alone: pytest tests/stops")
    home = Path(tempfile.mkdtemp(prefix="diemtua-stops-"))
    home.chmod(0o755)
    started = embedded.start(home)
    yield started
    embedded.stop(started)
    shutil.rmtree(home, ignore_errors=True)
