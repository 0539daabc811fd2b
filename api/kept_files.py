"""Small private files in the home of an installation: whole or not at all, readable by their owner only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def kept(path: Path, make: Callable[[], Any]) -> Any:
    """What the file says, made at the first asking; of two processes that make it at once, one wins for both."""
    if not path.exists():
        fresh = _written(path, make())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return read(path)


def keep(path: Path, value: Any) -> None:
    """Write the file anew."""
    _written(path, value).replace(path)


def read(path: Path) -> Any:
    """What the file says; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _written(path: Path, value: Any) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    side = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return side
