"""`python -m files.child`: reads one file from stdin and tells its rows on stdout, under limits it sets itself.

First line of stdin: what to read, as JSON; then the bytes. Each line of stdout is JSON: `{"rows": [[no, cells], …]}`,
then `{"done": n, "disguise": …}` or `{"refused": code, …}`. It knows no keys, no database and no network address.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, Final

from files import delimited, lines, workbook
from files.cells import Cell, FileRefused, Row, counted, packed
from files.encodings import decoded, disguise, undisguised

MEMORY: Final = 280_000_000
"""Bytes of data the process may hold (rulings 18: at most 300 MB)."""
SECONDS: Final = 120
BATCH: Final = 500
JUDGED: Final = 400
"""Rows from which an old font in disguise is recognised."""


def main() -> int:
    _limit()
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        told = _tell(asked, sys.stdin.buffer)
    except FileRefused as refused:
        told = {"refused": refused.code, "facts": refused.facts}
    except MemoryError:
        told = {"refused": "file_unfolds_too_far", "facts": {}}
    _say(told)
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _tell(asked: dict[str, Any], source: BinaryIO) -> dict[str, Any]:
    told, batch = 0, []
    rows, font = _undisguised(_rows(asked, source))
    for row in counted(rows):
        batch.append([row.no, [packed(cell) for cell in row.cells]])
        told += 1
        if len(batch) == BATCH:
            _say({"rows": batch})
            batch = []
    if batch:
        _say({"rows": batch})
    return {"done": told, "disguise": font}


def _rows(asked: dict[str, Any], source: BinaryIO) -> Iterator[Row]:
    if asked["format"] == "xlsx":
        return workbook.rows(source.read(), asked.get("sheet"))
    text = decoded(iter(lambda: source.read(1 << 18), b""), asked["encoding"])
    return lines.rows(text) if asked["format"] == "jsonl" else delimited.rows(text)


def _undisguised(rows: Iterator[Row]) -> tuple[Iterator[Row], str | None]:
    """The rows, out of the old font that the first of them show; headers may be in another than the rest."""
    first = [row for _, row in zip(range(JUDGED), rows, strict=False)]
    font = disguise(
        " ".join(cell for row in first for cell in row.cells if isinstance(cell, str) and not cell.isascii())
    )
    every = chain(first, rows)
    if font is None:
        return every, None
    told = undisguised(font)
    return (Row(row.no, [_plain(cell, told) for cell in row.cells]) for row in every), font


def _plain(cell: Cell, told: Any) -> Cell:
    return told(cell) if isinstance(cell, str) else cell


def _say(told: dict[str, Any]) -> None:
    sys.stdout.buffer.write(
        json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
    )
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    raise SystemExit(main())
