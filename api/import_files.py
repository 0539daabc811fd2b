"""Files of imports at the door: received into a sealed spool, told back with their errors; templates, progress."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.asking import digest_of
from api.problems import FLAWS, PROBLEMS
from api.schemas.imports import FileQuery, ImportColumn, ImportKindNode, ImportWord, UploadQuery
from domain.acts import Context
from domain.imports.fetching import Annotated, Progress, annotated, watched
from domain.imports.kind import Column, ImportKind
from domain.imports.kinds import KINDS
from domain.imports.model import SHIPPED, NewImport, Sent
from domain.refusals import Refusal
from files import writing
from files.cells import MOST_BYTES

PIECE: Final = 1_000_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: Final = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
TICK: Final = 1.0
LONGEST_WATCH: Final = 600
MOST_WATCHERS: Final = 8
_watching = {"now": 0}


# -- up


class Spool:
    """What arrives, on disk and unreadable there: each piece under a key that only this process holds, for a moment."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`, when the act is over
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._sum = hashlib.sha256()
        self._pieces: list[int] = []
        self._rest = bytearray()
        self.size = 0
        self.begins = b""

    async def receive(self, request: Request) -> Sent:
        async for chunk in request.stream():
            self._take(chunk)
            if len(self._rest) >= PIECE:
                await asyncio.to_thread(self._keep)
        self._keep()
        return Sent(self.size, self._sum.hexdigest(), self.begins, self._chunks())

    def _take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > MOST_BYTES:
            raise Refusal("body_too_large")
        self.begins = (self.begins + chunk)[:8] if len(self.begins) < 8 else self.begins
        self._sum.update(chunk)
        self._rest += chunk

    def _keep(self) -> None:
        while self._rest:
            piece, self._rest = bytes(self._rest[:PIECE]), self._rest[PIECE:]
            sealed = self._cipher.encrypt(len(self._pieces).to_bytes(12), piece, None)
            self._file.write(sealed)
            self._pieces.append(len(sealed))

    async def _chunks(self) -> AsyncIterator[bytes]:
        self._file.seek(0)
        for place, length in enumerate(self._pieces):
            yield self._cipher.decrypt(place.to_bytes(12), os.read(self._file.fileno(), length), None)

    def close(self) -> None:
        self._file.close()


async def sent_file(request: Request, query: UploadQuery) -> tuple[Spool, NewImport]:
    """The body as it came; its cap is held before it gets here (api/app.py)."""
    spool = Spool()
    try:
        return spool, query.command(await spool.receive(request))
    except BaseException:
        spool.close()
        raise


def told_apart(ctx: Context, query: UploadQuery, new: NewImport) -> Context:
    """With the digest of what was sent, so that a repetition is recognised."""
    digest = digest_of("POST /v1/imports", {}, [new.file.sha256, query.model_dump(mode="json")])
    return replace(ctx, conditions=replace(ctx.conditions, digest=digest))


async def taken(ctx: Context, request: Request, query: UploadQuery, act: Any, asked: Any) -> Any:
    """The act on what was sent; the spool ends with it."""
    spool, new = await sent_file(request, query)
    try:
        return await act(told_apart(ctx, query, new), new, asked)
    finally:
        spool.close()


def accepted(response: Response) -> Response:
    """Work goes on: 202, and when to look again."""
    if response.status_code == 201:
        response.status_code = 202
        response.headers["Retry-After"] = "1"
    return response


# -- kinds and templates


def kinds() -> list[ImportKindNode]:
    return [_kind(kind) for kind in KINDS.values()]


def _kind(kind: ImportKind) -> ImportKindNode:
    shipped = [name for name, of in SHIPPED.items() if kind.name in of]
    columns = [_column(column) for column in kind.columns]
    return ImportKindNode(
        kind=kind.name,
        title_vi=kind.vi,
        title_en=kind.en,
        noun=kind.noun.name,
        permissions=["run_import", *kind.permissions],
        columns=columns,
        mappings=shipped,
    )


def _column(column: Column) -> ImportColumn:
    return ImportColumn(
        field=column.name,
        header_vi=column.vi,
        header_en=column.en,
        also=list(column.also),
        required=column.required,
        note=column.note,
        words=[ImportWord(code=code, label=label) for code, label in column.words.items()],
    )


NOTES: Final = (
    "Điền vào trang đầu; mỗi dòng một bản ghi, không gộp ô. Cột có dấu * là bắt buộc.",
    "Ngày ghi ngày/tháng/năm. Số giấy tờ và điện thoại giữ định dạng văn bản để không mất số 0 ở đầu.",
    "Ô để trống không xóa dữ liệu đã có.",
)


def template(name: str) -> Response:
    """An empty file of a kind, with lists and notes. Raises `not_found`."""
    kind = KINDS.get(name)
    if kind is None:
        raise Refusal("not_found")
    columns = [
        writing.Column(column.vi, column.note, column.required, tuple(column.words.values())) for column in kind.columns
    ]
    content = writing.template(columns, kind.vi[:31].replace("/", "-"), (*kind.notes, *NOTES))
    return _attached(content, XLSX, f"{kind.name}.xlsx")


def _attached(content: bytes | Any, media: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    if isinstance(content, bytes):
        return Response(content, media_type=media, headers=headers)
    return StreamingResponse(content, media_type=media, headers=headers)


# -- the annotated file


async def told_back(ctx: Context, id: UUID, query: FileQuery) -> Response:
    """The rows as they were sent, each with what is wrong or became of it, in words a clerk understands."""
    found = await annotated(ctx, id, errors_only=query.only == "errors")
    rows = _rows(found)
    name = f"{id}.{query.format}"
    if query.format == "csv":
        return _attached(writing.csv_chunks(rows), MEDIA["csv"], name)
    return _attached(await asyncio.to_thread(writing.workbook, list(rows), "Kết quả"), XLSX, name)


def _rows(found: Annotated) -> Iterator[list[Any]]:
    kind = KINDS[found.kind]
    columns = [column for column in kind.columns if column.name in found.fields]
    yield ["Dòng", *(column.vi for column in columns), "Kết quả Điểm Tựa", "Lỗi Điểm Tựa"]
    for row in found.rows:
        cells = [row.cells.get(column.name) for column in columns]
        yield [row.no, *cells, WORDS.get(row.word, row.word), _said(kind, row.flaws)]


WORDS: Final = {
    "create": "Sẽ tạo mới",
    "update": "Sẽ cập nhật",
    "unchanged": "Không đổi",
    "review": "Cần xem lại",
    "error": "Có lỗi",
    "done": "Đã xong",
    "requested": "Đã gửi đề nghị chuyển giao",
    "waiting": "Chờ sang ngày khác",
    "failed": "Không thực hiện được",
    "moved": "Dữ liệu gốc đã thay đổi",
    "skipped": "Bỏ qua",
    "undone": "Đã hoàn tác",
    "spared": "Giữ lại vì đã có người sửa",
}


def _said(kind: ImportKind, flaws: list[dict[str, Any]]) -> str:
    return "; ".join(_words(kind, flaw) for flaw in flaws)


def _words(kind: ImportKind, flaw: dict[str, Any]) -> str:
    """`Ngày sinh: Không phải ngày …`, with what the cell may hold where that is a short list."""
    name = flaw["pointer"].strip("/").partition("/")[0]
    column = next((column for column in kind.columns if column.name == name), None)
    more = "; ".join(_more(column, flaw))
    return f"{column.vi + ': ' if column else ''}{_told(flaw['code'])}{f' ({more})' if more else ''}"


def _told(code: str) -> str:
    """The words of a flaw; of a problem also what to do."""
    if code in FLAWS:
        return FLAWS[code][0]
    return PROBLEMS[code].vi if code in PROBLEMS else code


def _more(column: Column | None, flaw: dict[str, Any]) -> Iterator[str]:
    """The other line, the candidates, the words to choose from, the bounds."""
    if "line" in flaw:
        yield f"dòng {flaw['line']}"
    if flaw.get("candidates"):
        yield " hoặc ".join(flaw["candidates"])
    if column is not None and column.words and flaw["code"] == "not_allowed":
        yield " hoặc ".join(column.words.values())
    if "least" in flaw and "most" in flaw:
        yield f"từ {flaw['least']} đến {flaw['most']}"


# -- progress


async def progress(ctx: Context, id: UUID) -> Response:
    """Server-sent events: one for each change, the last when nothing is under way. Raises as a read does."""
    first = await watched(ctx, id)
    if _watching["now"] >= MOST_WATCHERS:
        raise Refusal("overloaded")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(ctx, id, first), media_type="text/event-stream", headers=headers)


async def _events(ctx: Context, id: UUID, first: Progress) -> AsyncIterator[bytes]:
    _watching["now"] += 1
    try:
        seen, now = None, first
        for _ in range(LONGEST_WATCH):
            if now != seen:
                yield _event(now)
            if not now.working:
                return
            seen = now
            await asyncio.sleep(TICK)
            now = await watched(ctx, id)
    except Refusal:
        return
    finally:
        _watching["now"] -= 1


def _event(now: Progress) -> bytes:
    told = {"state": now.state, "rows_done": now.rows_done, "rows_total": now.rows_total, "version": now.version}
    return f"event: progress\nid: {now.version}-{now.rows_done}\ndata: {json.dumps(told)}\n\n".encode()
