"""A row and a single write are one: the same stored rows, the same refusals (issue 5 §1)."""

from __future__ import annotations

import csv as csv_file
import io
import os
import random
from datetime import date, timedelta

import pytest

from tests.imports_work import Desk, importer

ROWS = 400 if os.environ.get("DIEMTUA_PROVE") == "1" else 60
HEADER = [
    "source_ref",
    "full_name",
    "aliases",
    "gender",
    "born_on",
    "national_id",
    "issued_on",
    "phone",
    "phone_owner",
    "current_address",
    "residence_from",
    "native_place",
    "occupation",
    "no_id_reason",
]
STORED = {
    "person": "full_name, aliases, gender, born_on, born_precision, native_place, occupation, no_id_reason, source_ref,"
    " unit_no, made_unit_no, province_no, area_no, version, recorded_by, voided_at",
    "person_identifier": "kind, number_tail, number_blind, issued_on, status, warnings, version, recorded_by, unit_no",
    "person_phone": "number_tail, number_blind, belongs_to, valid_to, version, unit_no",
    "residence": "kind, unit_id, address, valid_from, valid_to, version, unit_no",
    "responsibility": "unit_no, unit_id, to_at, reason, name_then",
}
NAMES = (
    "Nguyễn Văn Đức",
    "trần thị hoà",
    "K'Brôi",
    "Lê  Hai   Cách",
    "Ð\u1ed7 Thúy",
    "A1",
    "Lê\u200bAn",
    "x" * 121,
    "Lе An",
    "Y",
)
NUMBERS = ("", "000190000001", "0001900000{:02}", "B1234567", "000 190 000 {:03}", "ABC", "1234567890123")
PHONES = ("", "0912345678", "+84 912 345 678", "01234567890", "12", "abc", "02438123456")


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


def rows(chance):
    """Rows good and bad; a blank stands for what is left out."""
    for n in range(ROWS):
        day = date(1940, 1, 1) + timedelta(days=chance.randrange(36_000))
        yield {
            "source_ref": f"P{n}",
            "full_name": chance.choice(NAMES) if chance.random() < 0.2 else f"Lê Văn {chance.choice('ABCDEGH')}n",
            "aliases": chance.choice(("", "Tý", "Tý; Sửu", "Tý", "Tý; Sửu", "", "T1")),
            "gender": chance.choice(("", "male", "female", "other")),
            "born_on": chance.choice(("", day.isoformat(), day.isoformat())),
            "national_id": chance.choice(NUMBERS).format(n) if chance.random() < 0.3 else "",
            "issued_on": chance.choice(("", "2021-03-04")),
            "phone": chance.choice(PHONES) if chance.random() < 0.2 else "",
            "phone_owner": chance.choice(("", "family")),
            "current_address": chance.choice(
                ("", "số 1, tổ 2", "", "số 3", "", "-", "số 1", "y" * 301, "", "số\u202e2")
            ),
            "residence_from": chance.choice(("2020-01-01", "2021-02-03", "2020-02-29", "2003-12-31")),
            "native_place": chance.choice(("", "Huế", "", "Huế", "Đà Nẵng", "m" * 301)),
            "occupation": chance.choice(("", "thợ mộc")),
            "no_id_reason": chance.choice(("", "papers_lost")),
        }


def body(row, unit):
    """The same as one request."""
    given = {
        name: row[name] for name in ("full_name", "gender", "born_on", "native_place", "occupation", "no_id_reason")
    }
    new = {name: value for name, value in given.items() if value} | {
        "source": "parity",
        "source_ref": row["source_ref"],
    }
    if row["aliases"]:
        new["aliases"] = [part.strip() for part in row["aliases"].split(";")]
    if number := row["national_id"]:
        kind = "passport" if number[0].isalpha() else "personal_id"
        issued = {"issued_on": row["issued_on"]} if row["issued_on"] else {}
        new["identifiers"] = [{"kind": kind, "number": number} | issued]
    if row["phone"]:
        new["phones"] = [{"number": row["phone"], "belongs_to": row["phone_owner"] or "self"}]
    if row["current_address"]:
        where = {"unit_id": str(unit), "address": row["current_address"], "valid_from": row["residence_from"]}
        new["residences"] = [{"kind": "current"} | where]
    return new


def table(given):
    text = io.StringIO()
    writer = csv_file.DictWriter(text, HEADER)
    writer.writeheader()
    writer.writerows(given)
    return text.getvalue()


async def stored(world, ref):
    found = {}
    for name, columns in STORED.items():
        key = "id" if name == "person" else "person_id"
        of = f"select {columns} from {name} where {key} = (select id from person where source_ref = $1)"
        found[name] = [tuple(row) for row in await world.admin.fetch(of, ref)]
    return found


async def singly(world, given):
    """What each row comes to as a request: the rows it stores, or the codes it is refused with."""
    outcomes = {}
    for row in given:
        sent = await world.call("officer", "POST", "/v1/persons", body(row, world.units["hoa"]))
        codes = {flaw["code"] for flaw in sent.json().get("errors", ())} or {sent.json().get("code")}
        outcomes[row["source_ref"]] = await stored(world, row["source_ref"]) if sent.status_code == 201 else codes
    return outcomes


async def test_a_row_stores_or_refuses_exactly_what_a_single_write_does(desk, world):
    given = list(rows(random.Random(20261122)))
    one_by_one = await singly(world, given)
    await world.sweep()
    job = await desk.previewed(table(given), row_source="parity")
    assert job["state"] == "previewed", job["problem"]
    done = await desk.commit(job)
    codes = {}
    cursor = ""
    while cursor is not None:
        path = f"/v1/import-rows?import_id={done['id']}&limit=200" + (f"&cursor={cursor}" if cursor else "")
        page = (await world.get("officer", path)).json()
        codes |= {f"P{row['no'] - 2}": {flaw["code"] for flaw in row["flaws"]} for row in page["data"]}
        cursor = page["page"]["next"]
    differ = {}
    for row in given:
        ref = row["source_ref"]
        came = await stored(world, ref) if not codes[ref] else codes[ref]
        if came != one_by_one[ref] and codes[ref] != {"repeated_in_file"}:
            differ[ref] = (row, came, one_by_one[ref])
    assert differ == {}
    refused = sum(isinstance(outcome, set) for outcome in one_by_one.values())
    assert ROWS * 0.2 < refused < ROWS * 0.9, "both kinds of rows are met"
