"""Bytes of exports at the door: piece by piece, each in a short transaction of its own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from domain.acts import Context
from domain.exports.fetching import fetched, piece
from domain.exports.repository import ExportFile
from files.outgoing import MEDIA


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
