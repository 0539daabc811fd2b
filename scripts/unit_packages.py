"""What the public packages say about Việt Nam's units: fetched, read, brought into one row shape.

The packages are tools for making reference/units.jsonl.gz and never run-time dependencies (rulings 31).
"""

import json
import re
import sqlite3
import subprocess
import sys
import unicodedata
import venv
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGES = (
    "vietnam-provinces==0.5.0",  # statistics office list, read on 2023-05-07
    "vietnam-provinces==0.5.8",  # the same list, read on 2025-01-04
    "vietnam-provinces==2025.10.1",  # the two-tier list, read on 2025-10-18
    "vietnamadminunits==1.0.4",  # last three-tier list, two-tier list, the mapping between them, coordinates
)

PREFIXES = {
    "province": (("Thành phố", "city"), ("Tỉnh", "province")),
    "district": (
        ("Thành phố", "provincial_city"),
        ("Thị xã", "town"),
        ("Quận", "urban_district"),
        ("Huyện", "district"),
    ),
    "commune": (("Thị trấn", "township"), ("Phường", "ward"), ("Xã", "commune"), ("Đặc khu", "special_zone")),
}


@dataclass(slots=True)
class Row:
    """One unit as one list names it, under the code of its parent in the same list."""

    level: str
    code: str
    name: str
    unit_type: str
    parent: str
    lat: float | None = None
    lon: float | None = None
    alt_names: set[str] = field(default_factory=set)
    alt_codes: set[str] = field(default_factory=set)


Rows = dict[tuple[str, str], Row]  # (level, code) -> row


@dataclass(slots=True)
class Sources:
    """The four lists and the mapping of 2025-07-01 as pairs of keys with 'whole', 'default' or 'part'."""

    list_2023: Rows
    list_2025_01: Rows
    list_2025_06: Rows
    list_2025_07: Rows
    second_2025_07: Rows
    province_map: dict[str, str]  # old province code -> today's
    commune_map: dict[tuple[str, str], dict[str, str]]  # old (level, code) -> today's commune code -> manner


def fetch(folder: Path) -> None:
    """Download and unpack the packages into `folder`, with a pip of our own."""
    venv.create(folder / "venv", with_pip=True)
    pip = [str(folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"), "-m", "pip"]
    for package in PACKAGES:
        subprocess.run([*pip, "download", "-q", "--no-deps", "-d", str(folder / "wheels"), package], check=True)
    for wheel in sorted((folder / "wheels").glob("*.whl")):
        zipfile.ZipFile(wheel).extractall(folder / wheel.name.split("-py3")[0])


def tidy(text: str) -> str:
    """NFC, single spaces, plain apostrophe and hyphen."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("\u2013", "-").split())


def fold(name: str) -> str:
    """Letters and digits only, no tones, no leading zeros: two spellings of one name fold alike."""
    bare = (mark for mark in unicodedata.normalize("NFD", name.lower()) if unicodedata.category(mark) != "Mn")
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\b0+(?=\d)", "", "".join(bare).replace("đ", "d")))


def split_name(level: str, full: str) -> tuple[str, str]:
    """(unit type, name without it)."""
    text = tidy(full)
    for prefix, unit_type in PREFIXES[level]:
        if text.lower().startswith(prefix.lower() + " "):
            bare = text[len(prefix) + 1 :]
            return unit_type, bare[0].upper() + bare[1:]
    raise ValueError(f"{level} without a known type: {text}")


def _add(rows: Rows, level: str, code: str, full: str, parent: str, point: tuple[Any, Any] = (None, None)) -> None:
    if (level, code) in rows:
        return
    unit_type, name = split_name(level, full)
    lat, lon = (None if value is None else round(float(value), 5) for value in point)
    rows[level, code] = Row(level, code, name, unit_type, parent, lat, lon)


def _three_tier(records: Iterable[dict[str, Any]]) -> Rows:
    rows: Rows = {}
    for item in records:
        province, district = f"{item['province_code']:02d}", f"{item['district_code']:03d}"
        _add(rows, "province", province, item["province_name"], "VN")
        _add(rows, "district", district, item["district_name"], province)
        if item["ward_code"] is not None:  # five island districts have no communes
            _add(rows, "commune", f"{item['ward_code']:05d}", item["ward_name"], district)
    return rows


def _two_tier(provinces: Iterable[dict[str, Any]]) -> Rows:
    rows: Rows = {}
    for item in provinces:
        code, full = f"{item['code']:02d}", item["name"]
        _add(rows, "province", code, full if full.startswith("Thành phố") else f"Tỉnh {full}", "VN")
        for ward in item["wards"]:
            _add(rows, "commune", f"{ward['code']:05d}", ward["name"], code)
    return rows


def _legacy_rows(records: list[dict[str, Any]]) -> Rows:
    rows: Rows = {}
    for item in records:
        province, district = item["provinceCode"], item["districtCode"]
        _add(rows, "province", province, item["province"], "VN", (item["provinceLat"], item["provinceLon"]))
        _add(rows, "district", district, item["district"], province, (item["districtLat"], item["districtLon"]))
        if item["wardCode"]:
            point = (item["wardLat"], item["wardLon"])
            _add(rows, "commune", item["wardCode"], item["ward"], district, point)
    return rows


def _current_rows(records: list[dict[str, Any]]) -> Rows:
    rows: Rows = {}
    for item in records:
        province = item["provinceCode"]
        _add(rows, "province", province, item["province"], "VN", (item["provinceLat"], item["provinceLon"]))
        _add(rows, "commune", item["wardCode"], item["ward"], province, (item["wardLat"], item["wardLon"]))
    return rows


def _maps(
    mapping: dict[str, Any], legacy: list[dict[str, Any]], current: list[dict[str, Any]]
) -> tuple[dict[str, str], dict[tuple[str, str], dict[str, str]]]:
    """The package maps folded names; here they become codes."""
    old_province = {item["provinceKey"]: item["provinceCode"] for item in legacy}
    new_province = {item["provinceKey"]: item["provinceCode"] for item in current}
    old = {
        "_".join((item["provinceKey"], item["districtKey"], item["wardKey"] or "")): (
            ("commune", item["wardCode"]) if item["wardCode"] else ("district", item["districtCode"])
        )
        for item in legacy
    }
    new = {(item["provinceKey"], item["wardKey"]): item["wardCode"] for item in current}
    edges: dict[tuple[str, str], dict[str, str]] = {}
    for province, wards in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, before in wards.items():
            for key in before:
                edges.setdefault(old[key], {})[new[province, ward]] = "whole"
    for province, before in mapping["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, after in before.items():
            for part in after:
                manner = "default" if part["isDefaultNewWard"] else "part"
                edges.setdefault(old[key], {})[new[province, part["newWardKey"]]] = manner
    provinces = {
        old_province[key]: new_province[today] for today, keys in mapping["DICT_PROVINCE"].items() for key in keys
    }
    return provinces, edges


def read_sources(folder: Path) -> Sources:
    """Read everything the build needs from the unpacked packages."""

    def divisions(version: str, shape: str) -> Any:
        path = folder / f"vietnam_provinces-{version}" / "vietnam_provinces" / "data" / f"{shape}-divisions.json"
        return json.loads(path.read_text("utf-8"))

    data = folder / "vietnamadminunits-1.0.4" / "vietnamadminunits" / "data"
    database = sqlite3.connect(data / "dataset.db")
    database.row_factory = sqlite3.Row
    legacy = [dict(row) for row in database.execute("SELECT * FROM admin_units_legacy")]
    current = [dict(row) for row in database.execute("SELECT * FROM admin_units")]
    database.close()
    provinces, communes = _maps(json.loads((data / "converter_2025.json").read_text("utf-8")), legacy, current)
    return Sources(
        list_2023=_three_tier(divisions("0.5.0", "flat")),
        list_2025_01=_three_tier(divisions("0.5.8", "flat")),
        list_2025_06=_legacy_rows(legacy),
        list_2025_07=_current_rows(current),
        second_2025_07=_two_tier(divisions("2025.10.1", "nested")),
        province_map=provinces,
        commune_map=communes,
    )
