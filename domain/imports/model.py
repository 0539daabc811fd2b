"""Commands and rules of imports: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.imports.kind import ImportKind
from domain.imports.kinds import KINDS
from domain.person.model import tidied
from domain.refusals import Flaw, Refusal, flawed
from domain.text import flaw_in_text, fold, tidy

MATCH_RULES: Final = ("source_ref", "number", "name_and_birth")
MOST_COLUMNS: Final = 200
LONGEST_HEADER: Final = 300
MAGIC: Final = b"PK\x03\x04"


class Sent(NamedTuple):
    """Bytes that were received: how many, their checksum, how they begin, and a way to read them once."""

    size: int
    sha256: str
    begins: bytes
    chunks: AsyncIterable[bytes]


@dataclass(frozen=True)
class NewImport:
    """A file to take in."""

    kind: str
    format: str
    file: Sent
    mode: str = "per_row"
    match: tuple[str, ...] = ("source_ref", "number")
    blanks_only: bool = False
    unknown_columns: str = "error"
    as_of: date | None = None
    row_source: str | None = None
    """`source` of the rows; the importing unit's own when left out."""
    sheet: str | None = None
    mapping_id: UUID | None = None
    mapping: str | None = None
    """One that comes with the service, by name."""
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class MoveImport:
    """Commit (`loading`, with the fingerprint of the preview), read again, undo, discard."""

    id: UUID
    to: str
    fingerprint: str | None = None


@dataclass(frozen=True)
class DecideRow:
    """What a row for review shall do."""

    id: UUID
    decision: str
    target_id: UUID | None = None


@dataclass(frozen=True)
class NewMapping:
    """Which header of a file is which field; `-` takes nothing."""

    kind: str
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


def checked_new(new: NewImport) -> dict[str, Any]:
    """The job as it is stored. Raises `invalid` with every flaw, `not_of_this_format` for other bytes."""
    flaws = [Flaw("/match", "not_allowed")] if not set(new.match) <= set(MATCH_RULES) else []
    if new.kind not in KINDS:
        flaws.append(Flaw("/kind", "not_allowed"))
    if new.mapping is not None and new.kind not in SHIPPED.get(new.mapping, {}):
        flaws.append(Flaw("/mapping", "not_allowed"))
    if new.sheet is not None and flaw_in_text(new.sheet, max_length=100):
        flaws.append(Flaw("/sheet", "too_long"))
    if new.file.size == 0:
        flaws.append(Flaw("", "empty"))
    elif (new.format == "xlsx") != new.file.begins.startswith(MAGIC):
        flaws.append(Flaw("", "not_of_this_format"))
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))
    texts = tidied({"source": new.source, "source_ref": new.source_ref})
    row_source = tidied({"source": new.row_source})["source"]
    names = ("kind", "format", "mode", "blanks_only", "unknown_columns", "as_of", "sheet", "mapping_id", "mapping")
    return (
        {name: getattr(new, name) for name in names}
        | texts
        | {
            "match": list(new.match),
            "row_source": row_source,
            "size": new.file.size,
            "sha256": new.file.sha256,
        }
    )


def checked_columns(kind: ImportKind, columns: Mapping[str, str]) -> dict[str, str]:
    """A mapping whose headers can be met and whose fields exist. Raises `invalid`."""
    if not columns or len(columns) > MOST_COLUMNS:
        raise flawed("/columns", "too_many" if columns else "required")
    known = {column.name for column in kind.columns} | {"-"}
    flaws = []
    for place, (header, name) in enumerate(columns.items()):
        code = flaw_in_text(header, max_length=LONGEST_HEADER) or (None if fold(header) else "empty")
        if code:
            flaws.append(Flaw(f"/columns/{place}", code))
        if name not in known:
            flaws.append(Flaw(f"/columns/{place}", "not_a_column_of_this_kind"))
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))
    return dict(columns)


def checked_name(name: str | None) -> str:
    """What a mapping is called. Raises `invalid`."""
    if name is None:
        raise flawed("/name", "required")
    if code := flaw_in_text(name, max_length=120):
        raise flawed("/name", code)
    return tidy(name)


REHAB_SOFTWARE: Final[Mapping[str, Mapping[str, str]]] = {
    "persons": {
        "Mã học viên": "source_ref",
        "Họ tên học viên": "full_name",
        "Tên thường gọi": "aliases",
        "Ngày tháng năm sinh": "born_on",
        "Giới tính": "gender",
        "Số CMND/CCCD": "national_id",
        "Ngày cấp": "issued_on",
        "Nơi cấp": "issued_by",
        "Hộ khẩu thường trú": "permanent_address",
        "Phường/Xã thường trú": "permanent_unit",
        "Nơi ở hiện tại": "current_address",
        "Phường/Xã hiện tại": "current_unit",
        "Điện thoại liên hệ": "phone",
        "Nghề nghiệp": "occupation",
        "Quê quán": "native_place",
        "Dân tộc": "-",
        "Tôn giáo": "-",
        "Trình độ văn hóa": "-",
        "Ghi chú": "-",
    },
    "treatment_courses": {
        "Mã học viên": "person_ref",
        "Mã đợt": "source_ref",
        "Họ tên học viên": "full_name",
        "Ngày tháng năm sinh": "born_on",
        "Số CMND/CCCD": "national_id",
        "Hình thức cai nghiện": "kind",
        "Căn cứ": "order_kind",
        "Cơ sở cai nghiện": "place_name",
        "Ngày vào cơ sở": "started_on",
        "Ngày ra cơ sở": "ended_on",
        "Kết quả": "outcome",
        "Ghi chú": "-",
    },
}
"""Columns of the export of the software that rehabilitation centres use, as far as its lists are known to us."""
SHIPPED: Final = {"rehab_software": REHAB_SOFTWARE}


def counts_of(rows: Mapping[str, int]) -> dict[str, int]:
    """Every word with its number, also those of none."""
    return {word: rows.get(word, 0) for word in ("create", "update", "unchanged", "review", "error")}
