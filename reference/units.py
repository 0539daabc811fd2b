"""The units of Việt Nam as dated facts, read from the data file beside this module (provenance: UNITS.md)."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("units.jsonl.gz")

CARRIED_BACK_TO = date(2004, 7, 8)
"""First day of the code system of QĐ 124/2004. The oldest list (2023-05-07) is carried back to it:
a unit with this valid_from is known to have existed in 2023, its true first day is not in the file."""

OLDEST_LIST = date(2023, 5, 7)
DISTRICTS_END = date(2025, 6, 30)

PROVENANCE: str = (
    "Made by scripts/build_units.py from PyPI packages vietnam-provinces 0.5.0 (list of 2023-05-07), "
    "0.5.8 (2025-01-04), 2025.10.1 (2025-10-18) and vietnamadminunits 1.0.4 (last list of three tiers, "
    "list of two tiers, the mapping of 2025-07-01, coordinates). The packages name the General Statistics "
    "Office (danhmuchanhchinh.gso.gov.vn) and sapnhap.bando.com.vn as their sources. "
    "The official list of QĐ 19/2025/QĐ-TTg was not at hand. Details: reference/UNITS.md."
)


@dataclass(frozen=True, slots=True)
class UnitFact:
    """One unit in one stretch of time under one name, type and parent; valid_to is its last day, None means today."""

    key: str
    code: str
    code_system: str
    level: str
    unit_type: str
    name: str
    valid_from: date
    valid_to: date | None
    parent_key: str | None
    home_key: str | None
    lat: float | None = None
    lon: float | None = None
    marks: tuple[str, ...] = ()
    alt_codes: tuple[str, ...] = ()
    alt_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineageFact:
    """What became of a unit; confidence C confirmed, L likely, U uncertain."""

    from_key: str
    to_key: str
    kind: str
    effective_on: date
    legal_basis: str | None
    confidence: str


def units() -> Iterator[UnitFact]:
    """Every unit, a home always before what lives in it."""
    for item in _lines("unit"):
        for name in ("valid_from", "valid_to"):
            item[name] = _day(item.get(name))
        for name in ("marks", "alt_codes", "alt_names"):
            item[name] = tuple(item.get(name, ()))
        for name in ("parent_key", "home_key"):
            item.setdefault(name, None)
        yield UnitFact(**item)


def lineage() -> Iterator[LineageFact]:
    """Every known succession; a unit marked unresolved_successor has none."""
    for item in _lines("lineage"):
        item["effective_on"] = _day(item["effective_on"])
        item.setdefault("legal_basis", None)
        yield LineageFact(**item)


def _lines(kind: str) -> Iterator[dict[str, Any]]:
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            item: dict[str, Any] = json.loads(line)
            if item.pop("fact") == kind:
                yield item


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
