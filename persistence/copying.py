"""Rows in the binary format of COPY: made once, kept, and handed to the database as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from struct import Struct
from typing import Any, Final

HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"
_FIRST_DAY: Final = date(2000, 1, 1).toordinal()
_FIRST_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UUID: Final = (16).to_bytes(4)
_WHOLE = Struct(">ii").pack
_LONG = Struct(">iq").pack
_FLOAT = Struct(">id").pack
_OF_TEXT: Final = 25
"""The number by which PostgreSQL knows `text`."""

Encode = Callable[[Any], bytes]


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(4) + content


def _text(value: str) -> bytes:
    content = value.encode()
    return len(content).to_bytes(4) + content


def _texts(value: Sequence[str]) -> bytes:
    """A flat array: dimensions, flags, element type; then length and first index, then the elements."""
    if not value:
        return _sized(Struct(">iii").pack(0, 0, _OF_TEXT))
    head = Struct(">iiiii").pack(1, 0, _OF_TEXT, len(value), 1)
    return _sized(head + b"".join(map(_text, value)))


ENCODERS: Final[dict[str, Encode]] = {
    "TEXT": _text,
    'TEXT COLLATE "C"': _text,
    "UUID": lambda value: _UUID + value.bytes,
    "INTEGER": lambda value: _WHOLE(4, value),
    "BIGINT": lambda value: _LONG(8, value),
    "DOUBLE PRECISION": lambda value: _FLOAT(8, value),
    "BOOLEAN": lambda value: b"\0\0\0\1\1" if value else b"\0\0\0\1\0",
    "DATE": lambda value: _WHOLE(4, value.toordinal() - _FIRST_DAY),
    "TIMESTAMP WITH TIME ZONE": lambda value: _LONG(8, (value - _FIRST_INSTANT) // _MICROSECOND),
    "BYTEA": _sized,
    "JSONB": lambda value: _sized(b"\1" + value.encode()),
    "TEXT[]": _texts,
}
"""By the type of the column, as PostgreSQL spells it."""


def encoded(types: Sequence[str], columns: Sequence[Sequence[Any]]) -> bytes:
    """The rows whose columns are given, without head and tail, so that batches can follow each other."""
    fields = len(types).to_bytes(2)
    cells = []
    for type_, values in zip(types, columns, strict=True):
        encode = ENCODERS[type_]
        cells.append([NULL if value is None else encode(value) for value in values])
    return b"".join([b"".join((fields, *row)) for row in zip(*cells, strict=True)])


def whole(batches: Iterable[bytes]) -> Iterable[bytes]:
    """Batches as one COPY."""
    return chain((HEAD,), batches, (TAIL,))
