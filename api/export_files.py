"""Bytes of exports at the door: a file that is kept, piece by piece; and a list that is sent as it is read."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.asking import OneQuery, written
from api.exported import asking
from api.logs import get_logger
from domain.acts import Context
from domain.exports.fetching import fetched, piece
from domain.exports.model import NewExport
from domain.exports.noun import EXPORT_JOB
from domain.exports.repository import ExportFile
from domain.exports.streaming import Stream
from domain.exports.use_cases import begin_stream
from files.outgoing import MEDIA, WRITERS, Heading

LONGEST: Final = 600.0
"""Seconds of one stream: longer lists, and slower lines, take a job (`POST /v1/exports`)."""
STEADY: Final = 60.0
"""Seconds after which a stream must have kept to LEAST_RATE: who drips would hold a place of few, and a connection."""
LEAST_RATE: Final = 16_384
"""Bytes a second that a caller takes at least, as an upload gives (api/deadlines.py)."""


async def sent(ctx: Context, id: UUID) -> Response:
    """The file. Raises as `fetched` does; the length is told before, so that a file cut short is seen."""
    file = await fetched(ctx, id)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.id}.{file.format}"',
        "Content-Length": str(file.size),
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(file.sha256)).decode()}:",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(ctx, file), media_type=MEDIA[file.format], headers=headers)


async def _pieces(ctx: Context, file: ExportFile) -> AsyncIterator[bytes]:
    for no in range(file.pieces):
        content = await piece(ctx, file.id, no)
        if content is None:
            return
        yield content


class _Columns:
    """A writer that is told its columns as plain pairs, and writes beside the loop."""

    def __init__(self, format: str) -> None:
        self.writer = WRITERS[format]()
        self.end = self.writer.end

    def begin(self, columns: Sequence[tuple[str, str]], watermark: str) -> bytes:
        head: bytes = self.writer.begin([Heading(*column) for column in columns], watermark)
        return head

    async def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """In a thread: a page of a workbook takes its time, and others are served meanwhile."""
        page: bytes = await asyncio.to_thread(self.writer.rows, rows)
        return page


async def streamed(ctx: Context, wanted: NewExport, query: OneQuery) -> Response:
    """The list as it is read. Raises what the list refuses, and `approval_required` above the cap.

    A repetition of a request with the same key gets its record: a list is sent once.
    """
    done = await begin_stream(ctx, wanted, query.one(EXPORT_JOB))
    if done.outcome != "done":
        return written(done)
    stream = Stream(ctx, done.id, wanted, asking(ctx, wanted), _Columns(wanted.format))
    await stream.open()
    return StreamedList(stream)


class StreamedList(StreamingResponse):
    """Chunked: a list that broke off ends without the last chunk, and the caller's library says so."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        id, format = stream.id, stream.wanted.format
        headers = {
            "Content-Disposition": f'attachment; filename="{id}.{format}"',
            "Link": f'</v1/exports/{id}>; rel="describedby"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        super().__init__(stream.content(), media_type=MEDIA[format], headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        deadline = asyncio.timeout(STEADY)
        try:
            async with deadline:
                await super().__call__(scope, receive, _paced(send, deadline))
        except TimeoutError:
            if not deadline.expired():
                raise
            get_logger().warning("stream_too_slow")  # left unfinished: the server ends it without its last chunk
        finally:
            await _apart(self.stream.close())


def _paced(send: Send, deadline: asyncio.Timeout) -> Send:
    """What was taken buys time."""
    begun, taken = asyncio.get_running_loop().time(), 0

    async def paced(message: Message) -> None:
        nonlocal taken
        await send(message)
        taken += len(message.get("body", b""))
        if not deadline.expired():
            deadline.reschedule(begun + min(LONGEST, STEADY + taken / LEAST_RATE))

    return paced


async def _apart(work: Any) -> None:
    """To its end, also where the request itself was given up."""
    task = asyncio.ensure_future(work)
    ENDING.add(task)
    task.add_done_callback(ENDING.discard)
    await asyncio.shield(task)


ENDING: Final[set[asyncio.Future[Any]]] = set()
"""What still runs after its request; the loop alone would forget it."""
