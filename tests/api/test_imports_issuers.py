"""Decisions on paper whose issuer was another unit: a district before 2022, a commune of before 2025-07-01."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.imports_work import Desk, csv, importer

CASES = "Mã hồ sơ,Mã người,Hình thức đã hoàn thành,Ngày hoàn thành,Ngày trình báo,Số đề nghị,Ngày đề nghị"
DECISIONS = "Mã người,Số quyết định,Ngày quyết định,Đơn vị ban hành,Số tháng theo quyết định,Người ký"
ADULT = '"Bắt buộc, từ đủ 18 tuổi"'
PEOPLE = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")


@pytest.fixture
async def desk(world, server, clone):
    """People with a case that awaits its decision; Hoà has come of the old commune, on 2025-07-01."""
    edge = "insert into unit_lineage (id, from_id, to_id, kind, effective_on, confidence) values ($1, $2, $3, 'split_part', '2025-07-01', 'C')"
    await world.admin.execute(edge, id := uuid4(), world.units["old_commune"], world.units["hoa"])
    await world.admin.execute("update unit set valid_from = '2025-07-01' where id = $1", world.units["hoa"])
    async with importer(world, server, clone) as hand:
        desk = Desk(world, hand)
        rows = [f"{ref},Lê {letter} An,1980,Nam,,," for ref, letter in zip(PEOPLE, "ABCDEGH", strict=True)]
        await desk.commit(await desk.previewed(csv(*rows), row_source="cu"))
        rows = [f"H{ref},{ref},{ADULT},10/03/2021,11/03/2021,{ref}/ĐN,12/03/2021" for ref in PEOPLE[:5]]
        rows += [f"H{ref},{ref},{ADULT},10/03/2024,11/03/2024,{ref}/ĐN,12/03/2024" for ref in PEOPLE[5:]]
        made = await desk.commit(await desk.previewed(csv(*rows, header=CASES), "cases", row_source="cu"))
        assert made["outcomes"] == {"done": 7}, await desk.rows(made)
        yield desk
    await world.admin.execute("delete from unit_lineage where id = $1", id)
    await world.admin.execute("update unit set valid_from = '2004-07-08' where id = $1", world.units["hoa"])


async def test_who_issued_a_decision_is_found_by_its_day_and_never_guessed(desk, world):
    content = csv(
        "P1,1,01/03/2021,UBND quận Old District,18 tháng,Lê Ký",
        "P2,2,01/03/2021,,2 năm,Lê Ký",
        "P3,3,01/03/2021,Old Commune,18,Lê Ký",
        "P4,4,01/03/2021,Old District,,Lê Ký",
        "P5,5,01/03/2021,Nơi nào đó,18,Lê Ký",
        "P6,6,15/03/2024,,,Lê Ký",
        "P7,7,15/03/2024,Old District,,Lê Ký",
        header=DECISIONS,
    )
    job = await desk.previewed(content, "decisions", row_source="cu")
    told = [(r["verdict"], [(f["pointer"], f["code"]) for f in r["flaws"]]) for r in await desk.rows(job)]
    assert told == [
        ("create", []),
        ("create", []),
        ("error", [("/issuer", "not_a_district")]),
        ("error", [("/decided_months", "missing")]),
        ("error", [("/issuer", "no_such_unit_then")]),
        ("create", []),
        ("error", [("/issuer", "not_a_commune")]),
    ]
    drafted = await desk.commit(job)
    assert drafted["outcomes"]["done"] == 3
    desk.user = "leader"
    signed = await desk.commit(await desk.previewed(content, "decisions", row_source="cu"))
    assert signed["outcomes"]["done"] == 3, await desk.rows(signed)
    kept = await world.admin.fetch(
        "select number, issuer_id, months, rule, nominal_end_on::text, state from management_decision order by number"
    )
    district, commune = world.units["old_district"], world.units["old_commune"]
    assert [tuple(row) for row in kept] == [
        ("1", district, 18, "term.legacy_compulsory@1", "2022-09-10", "signed"),
        ("2", district, 24, "term.legacy_compulsory@1", "2023-03-10", "signed"),
        ("6", commune, 24, "term.compulsory_adult@1", "2026-03-10", "signed"),
    ]


async def test_a_draft_whose_issuer_was_wrong_is_corrected_by_the_file_that_names_it(desk, world):
    other, name = uuid4(), "Quận khác"
    await world.admin.execute(
        "insert into unit (id, no, last_no, level, unit_type, name, parent_id, valid_from, valid_to)"
        " select $1, 90001, 90001, level, unit_type, $2, parent_id, valid_from, valid_to from unit where id = $3",
        other,
        name,
        world.units["old_district"],
    )
    try:
        for issuer, outcome in (("Old District", "create"), (name, "update")):
            content = csv(f"P1,1,01/03/2021,{issuer},18,Lê Ký", header=DECISIONS)
            job = await desk.previewed(content, "decisions", row_source="cu")
            (row,) = await desk.rows(job)
            assert row["verdict"] == outcome, row["flaws"]
            await desk.commit(job)
        assert [change["field"] for change in row["diff"]] == ["issuer_id"]
        assert await world.admin.fetchval("select issuer_id from management_decision") == other
    finally:
        await world.admin.execute("update management_decision set issuer_id = $1", world.units["old_district"])
        await world.admin.execute("delete from unit where id = $1", other)


async def test_where_a_place_lay_in_two_districts_one_must_be_named_by_hand_too(desk, world):
    second, commune = uuid4(), uuid4()
    copy = "insert into unit (id, no, last_no, level, unit_type, name, parent_id, valid_from, valid_to) select $1, $2, $2, level, unit_type, $3, {}, valid_from, valid_to from unit where id = $4"
    await world.admin.execute(copy.format("parent_id"), second, 90002, "Huyện hai", world.units["old_district"])
    await world.admin.execute(copy.format("$5"), commune, 90003, "Xã hai", world.units["old_commune"], second)
    edge = "insert into unit_lineage (id, from_id, to_id, kind, effective_on, confidence) values ($1, $1, $2, 'split_part', '2025-07-01', 'C')"
    await world.admin.execute(edge, commune, world.units["hoa"])
    try:
        row = csv("P2,2,01/03/2021,,24,Lê Ký", header=DECISIONS)
        (told,) = await desk.rows(await desk.previewed(row, "decisions", row_source="cu"))
        assert told["flaws"] == [
            {"pointer": "/issuer", "code": "issuer_unclear", "candidates": ["Old District", "Huyện hai"]}
        ]
        case = await world.admin.fetchval("select id from management_case where source_ref = 'HP2'")
        body = {"case_id": str(case), "decided_on": "2021-03-01", "decided_months": 24}
        single = await world.call("officer", "POST", "/v1/management-decisions", body)
        assert (single.status_code, single.json()["errors"][0]["code"]) == (422, "issuer_unclear")
    finally:
        await world.admin.execute("delete from unit_lineage where id = $1", commune)
        await world.admin.execute("delete from unit where id = any($1::uuid[])", [commune, second])
