"""A file read by a child process: the parent feeds bytes and takes rows, and ends what takes too long."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from files.cells import FileRefused, Row, unpacked
from files.encodings import Sniffer

PATIENCE: Final = 60.0
"""Seconds without a sign of life."""
LONGEST_SAYING: Final = 64_000_000
"""Bytes of one line of the child: a batch of rows at the bounds of cells."""
ROOT: Final = Path(__file__).resolve().parent.parent
START: Final = (
    f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); runpy.run_module('files.child', None, '__main__')"
)
COMMAND: Final = (sys.executable, "-I", "-c", START)
"""Without the caller's environment or search path: what the child imports is ours."""


@dataclass
class Parsed:
    """What a reading came to; filled when the last row has been given out."""

    disguise: str | None = None
    rows: int = 0


async def encoding_of(chunks: AsyncIterable[bytes]) -> str:
    """In which encoding the text is written. Raises FileRefused."""
    sniffer = Sniffer()
    async for chunk in chunks:
        sniffer.feed(chunk)
    return sniffer.encoding()


async def parsed(
    chunks: Callable[[], AsyncIterable[bytes]],
    format: str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    found: Parsed | None = None,
) -> AsyncIterator[list[Row]]:
    """Batches of rows, each row with its number. `chunks` may be asked twice. Raises FileRefused."""
    asked: dict[str, Any] = {"format": format, "sheet": sheet}
    if format != "xlsx":
        asked["encoding"] = encoding or await encoding_of(chunks())
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        limit=LONGEST_SAYING,
        start_new_session=True,
    )
    feeding = asyncio.create_task(_feed(process, asked, chunks))
    try:
        async for rows in _told(process, found or Parsed()):
            yield rows
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await feeding
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - else its pipes outlive the loop


async def _feed(process: Any, asked: dict[str, Any], chunks: Callable[[], AsyncIterable[bytes]]) -> None:
    with suppress(ConnectionError):  # a child that refuses stops listening
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        async for chunk in chunks():
            process.stdin.write(chunk)
            await process.stdin.drain()
        process.stdin.close()


async def _told(process: Any, found: Parsed) -> AsyncIterator[list[Row]]:
    while True:
        try:
            line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        except (TimeoutError, ValueError) as silent:
            raise FileRefused("file_unfolds_too_far") from silent
        if not line:  # it was ended by a limit
            raise FileRefused("file_unfolds_too_far")
        told = json.loads(line)
        if "refused" in told:
            raise FileRefused(told["refused"], **told["facts"])
        if "done" in told:
            found.disguise, found.rows = told["disguise"], told["done"]
            return
        yield [Row(no, [unpacked(cell) for cell in cells]) for no, cells in told["rows"]]
