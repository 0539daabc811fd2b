"""Who issued a decision on paper: named in the file, found by its day (before 2022 a district, then a commune)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from domain.decision.use_cases import NOT_OF_LEVEL, level_of_issuer
from domain.imports.kind import Column, Line, Task
from domain.imports.places import UnitKnown, named
from domain.imports.values import Cell, Place, Unreadable, place, prose, text, whole
from domain.reading import Kind
from domain.refusals import Flaw

_OFFICE: Final = re.compile(r"^\s*(?:(?:phó\s+)?chủ\s+tịch\s+)?(?:ubnd|(?:ủy|uỷ)\s+ban\s+nhân\s+dân)\s+", re.IGNORECASE)
_YEARS: Final = re.compile(r"(\d)\s*năm", re.IGNORECASE)
_MONTHS: Final = re.compile(r"(\d{1,2})\s*tháng", re.IGNORECASE)
LONGEST: Final = 60


class Issuer(NamedTuple):
    """An issuing unit as the file names it."""

    place: Place


class Issued(NamedTuple):
    """The unit that is meant, or why none."""

    id: UUID | None = None
    flaw: Flaw | None = None


def issuer(cell: Cell) -> Issuer:
    """`UBND quận Bắc Từ Liêm, Hà Nội`, a name alone, or a code of that time."""
    return Issuer(place(_OFFICE.sub("", cell) if isinstance(cell, str) else cell))


def months(cell: Cell) -> int:
    """`18`, `18 tháng`, `2 năm`."""
    found = text(cell)
    if match := _YEARS.fullmatch(found):
        return 12 * int(match[1])
    match = _MONTHS.fullmatch(found)
    length = int(match[1]) if match else whole(cell)
    if not 1 <= length <= LONGEST:
        raise Unreadable("out_of_range")
    return length


OF_ISSUER: Final = (
    Column(
        "issuer",
        issuer,
        "Đơn vị ban hành",
        "Issuing unit",
        Kind.DECISION,
        ("cơ quan ban hành", "nơi ban hành", "đơn vị ra quyết định", "nơi ra quyết định"),
        "xã, phường; trước năm 2022 là quận, huyện; tên (kèm tỉnh) hoặc mã vào ngày quyết định."
        " Bỏ trống khi địa bàn của hồ sơ vào ngày đó chỉ thuộc một nơi",
    ),
    Column(
        "decided_months",
        months,
        "Số tháng theo quyết định",
        "Decided months",
        Kind.DECISION,
        ("thời hạn quản lý", "số tháng quản lý", "thời gian quản lý"),
        "chỉ ghi cho quyết định trước năm 2022: từ 12 đến 24 tháng",
    ),
    Column(
        "late_reason",
        prose,
        "Lý do ban hành muộn",
        "Late reason",
        Kind.DECISION,
        note="khi quyết định ban hành sau ngày hết thời hạn quản lý",
    ),
)


async def issued(task: Task, lines: Sequence[Line]) -> list[Issued]:
    """The issuing unit of each row of a batch, all looked for at once."""
    places = {line.values["issuer"].place for line in lines if "issuer" in line.values}
    if not places:
        return [Issued() for _line in lines]
    names = sorted({one.names[0] for one in places if one.names})
    codes = sorted({spelled for one in places if one.code for spelled in (one.code, one.code[-3:])})
    units: Sequence[tuple[str, UnitKnown]] = await task.records.units.issuers(names, codes)
    return [_issued(task, line, units) if "issuer" in line.values else Issued() for line in lines]


def _issued(task: Task, line: Line, units: Sequence[tuple[str, UnitKnown]]) -> Issued:
    decided_on, meant = line.values.get("decided_on"), line.values["issuer"].place
    day, level = decided_on or task.ctx.today, level_of_issuer(decided_on)
    found = named(meant, [unit for of, unit in units if of == level], day)
    if found.unit is not None:
        return Issued(found.unit.id)
    other = named(meant, [unit for of, unit in units if of != level], day)
    code = NOT_OF_LEVEL[level] if not found.candidates and other.code is None else str(found.code)
    facts = (("candidates", list(found.candidates)),) if found.candidates else ()
    return Issued(flaw=Flaw("/issuer", code, facts))
