"""Units through both doors: a code is resolved with a day, succession is followed, names are found without marks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import asyncpg
import httpx2
import pytest

from domain.ids import new_id
from persistence.unit_loading import unit_id
from tests.persistence.loaded import databases
from tests.world import World, hire, insert

__all__ = ["databases"]


async def units(world, query, user="officer"):
    sent = await world.get(user, f"/v1/units?{query}")
    assert sent.status_code == 200, sent.text
    return sent.json()["data"]


def named(rows):
    return [row["name"] for row in rows]


# -- the small world


async def test_everyone_signed_in_reads_units_and_nobody_else_does(world):
    for user in ("officer", "volunteer", "report_reader", "import_client", "old_officer", "inspector"):
        assert named(await units(world, "level=province", user)) == ["North", "South"]
    assert (await world.get(None, "/v1/units")).status_code == 401


async def test_a_unit_stands_from_its_first_to_its_last_day(world):
    assert "Old Commune" in named(await units(world, "as_of=2025-06-30&level=commune"))
    assert "Old Commune" not in named(await units(world, "as_of=2025-07-01&level=commune"))
    assert named(await units(world, "as_of=2004-01-01&level=district")) == ["Old District"]
    assert await units(world, "as_of=2003-12-31") == []


async def test_children_and_parents_are_read_both_ways(world):
    north = str(world.units["north"])
    below = await units(world, f"parent_id={north}")
    assert set(named(below)) == {"Area", "Lam", "Old District", "Centre"}
    one = (await world.get("officer", f"/v1/units/{world.units['hoa']}?include=parent.parent,children")).json()
    assert one["parent"]["parent"]["id"] == north
    assert set(named(one["children"])) == {"Hoa Club", "Hoa Station"}


async def test_names_are_found_by_any_part_with_or_without_marks(world):
    await world.admin.execute("update unit set name = 'Phường Xuân Đỉnh' where id = $1", world.units["lam"])
    try:
        for q in ("xuan dinh", "Xuân Đỉnh", "XUÂN", "phuong x", "đỉnh"):
            assert named(await units(world, f"q={q}")) == ["Phường Xuân Đỉnh"], q
        assert await units(world, "q=xuân đình đám") == []
    finally:
        await world.admin.execute("update unit set name = 'Lam' where id = $1", world.units["lam"])


@pytest.mark.parametrize("q", ["%25", "_", "%25%25", "\\"])
async def test_signs_of_a_pattern_are_only_signs(world, q):
    """They fold away: a caller writes words, never a pattern."""
    everything = await units(world, "limit=200")
    assert named(await units(world, f"q=h{q}a&limit=200")) != named(everything)
    assert await units(world, f"q=h{q}a") == []


async def test_both_doors_agree(world):
    text = '{ units(first: 200, where: {level: commune, asOf: "2025-07-01", q: "l"}) { nodes { id name code validTo } totalCount } }'
    graph = (await world.ask("officer", text))["data"]["units"]
    rest = await units(world, "level=commune&as_of=2025-07-01&q=l&limit=200")
    assert [(row["id"], row["name"], row["code"], row["validTo"]) for row in graph["nodes"]] == [
        (row["id"], row["name"], row["code"], row["valid_to"]) for row in rest
    ]
    assert graph["totalCount"] == len(rest)


async def test_a_unit_that_is_not_there_is_not_found(world):
    sent = await world.get("officer", f"/v1/units/{new_id()}")
    assert (sent.status_code, sent.json()["code"]) == (404, "not_found")


async def test_the_way_of_a_unit_through_a_reform_is_told_from_both_ends(world):
    edge = {"id": new_id(), "from_id": world.units["old_commune"], "to_id": world.units["hoa"], "kind": "merged_whole"}
    facts = {"effective_on": date(2025, 7, 1), "confidence": "C", "legal_basis": "NQ 1656/NQ-UBTVQH15"}
    await insert(world.admin, "unit_lineage", edge | facts)
    try:
        old = (await world.get("officer", f"/v1/units/{world.units['old_commune']}/lineage")).json()
        assert [(one["kind"], one["successor"]["name"]) for one in old["successions"]] == [("merged_whole", "Hoa")]
        new = (await world.get("officer", f"/v1/units/{world.units['hoa']}/lineage")).json()
        assert [one["origin"]["name"] for one in new["origins"]] == ["Old Commune"]
        assert new["successions"] == []
        listed = await world.get("officer", f"/v1/units/successions?unit_id={world.units['hoa']}")
        assert [one["id"] for one in listed.json()["data"]] == [str(edge["id"])]
        assert (await world.get("officer", "/v1/units/successions?effective_on=2025-07-02")).json()["data"] == []
    finally:
        await world.admin.execute("delete from unit_lineage where id = $1", edge["id"])


async def test_reading_units_leaves_no_journal(world):
    """Reference data says nothing about anybody."""
    await units(world, "level=commune")
    assert await world.admin.fetchval("select count(*) from journal_entry") == 0


# -- the real file


@pytest.fixture(scope="module")
async def real(databases, tmp_path_factory):
    """The service on a database that holds the real units, with one officer of Xuân Đỉnh."""
    from api.app import create_app
    from api.settings import Settings

    name = await databases.clone("loaded")
    home: Path = tmp_path_factory.mktemp("real-units")
    settings = Settings.for_demo(home).model_copy(
        update={
            "database_url": _secret(databases.dsn(name, "app_rw")),
            "allowed_hosts": ("testserver",),
            "pool_size": 2,
        }
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        admin = await asyncpg.create_pool(databases.server.dsn(name), min_size=1, max_size=1)
        world = RealWorld(app, admin, {"xuan_dinh": unit_id("commune:00611@2025-07-01")})
        world.number = await admin.fetchval("select no from unit where id = $1", world.units["xuan_dinh"])
        world.users["officer"] = await hire(world, "officer", "commune_officer", "xuan_dinh")
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
            world.client = client
            yield world
        await admin.close()


def _secret(text):
    from pydantic import SecretStr

    return SecretStr(text)


class RealWorld(World):
    """A world of one real commune."""

    number = 0

    def no(self, unit: str) -> int:
        return self.number


async def test_province_code_15_is_yen_bai_before_and_lao_cai_after_the_reform(real):
    """The trap of all traps: the same code, another province (rulings 33)."""
    assert named(await units(real, "code=15&level=province&as_of=2025-06-30")) == ["Yên Bái"]
    assert named(await units(real, "code=15&level=province&as_of=2025-07-01")) == ["Lào Cai"]
    both = await units(real, "code=15&level=province")
    assert set(named(both)) == {"Yên Bái", "Lào Cai"}, "without a day all its bearers come"


async def test_commune_code_00611_is_xuan_tao_before_and_xuan_dinh_after(real):
    before = await units(real, "code=00611&as_of=2025-06-30")
    after = await units(real, "code=00611&as_of=2025-07-01")
    assert (named(before), named(after)) == (["Xuân Tảo"], ["Xuân Đỉnh"])
    assert before[0]["code_system"] != after[0]["code_system"]
    assert before[0]["valid_to"] == "2025-06-30"
    assert after[0]["valid_to"] is None


async def test_the_lineage_of_a_merged_province_leads_to_its_successor(real):
    (yen_bai,) = await units(real, "code=15&level=province&as_of=2025-06-30")
    lineage = (await real.get("officer", f"/v1/units/{yen_bai['id']}/lineage")).json()
    assert [edge["successor"]["name"] for edge in lineage["successions"]] == ["Lào Cai"]
    (lao_cai,) = await units(real, "code=15&level=province&as_of=2025-07-01")
    back = (await real.get("officer", f"/v1/units/{lao_cai['id']}/lineage")).json()
    assert {edge["origin"]["name"] for edge in back["origins"]} == {"Yên Bái", "Lào Cai"}


async def test_there_are_34_provinces_and_3321_communes_today_and_no_district(real):
    text = """{ p: units(where: {level: province, asOf: "2026-11-01"}) { totalCount }
      c: units(where: {level: commune, asOf: "2026-11-01"}) { totalCount }
      d: units(where: {level: district, asOf: "2026-11-01"}) { totalCount }
      old: units(where: {level: district, asOf: "2025-06-30"}) { totalCount } }"""
    answer = (await real.ask("officer", text))["data"]
    assert (answer["p"]["totalCount"], answer["c"]["totalCount"], answer["d"]["totalCount"]) == (34, 3321, 0)
    assert answer["old"]["totalCount"] == 696


async def test_a_commune_of_today_hangs_on_its_province_and_one_of_before_on_its_district(real):
    (today,) = await units(real, "code=00611&as_of=2025-07-01&include=parent")
    (before,) = await units(real, "code=00611&as_of=2025-06-30&include=parent.parent")
    assert (today["parent"]["level"], today["parent"]["name"]) == ("province", "Hà Nội")
    assert (before["parent"]["level"], before["parent"]["parent"]["name"]) == ("district", "Hà Nội")


async def test_a_name_is_found_in_the_whole_country_without_marks(real):
    found = await units(real, "q=xuan dinh&as_of=2025-07-01&level=commune")
    assert "Xuân Đỉnh" in named(found)
    assert named(found) == named(await units(real, "q=Xuân Đỉnh&as_of=2025-07-01&level=commune"))


async def test_units_come_in_vietnamese_order_page_by_page(real):
    seen, cursor = [], ""
    while True:
        page = (await real.get("officer", f"/v1/units?level=province&as_of=2026-11-01&limit=10{cursor}")).json()
        seen += [row["name"] for row in page["data"]]
        if page["page"]["next"] is None:
            break
        cursor = f"&cursor={page['page']['next']}"
    assert len(seen) == len(set(seen)) == 34
    keys = [await real.admin.fetchval('select vn_name_sort_key($1) collate "C"', name) for name in seen]
    assert keys == sorted(keys)


async def test_what_is_unsure_about_a_unit_is_marked(real):
    marked = await units(real, "marked=true&as_of=2026-11-01&limit=200")
    assert marked
    assert all(row["marks"] for row in marked)
    disputed = [row for row in marked if row["alternative_codes"]]
    assert disputed, "a disputed code says what the other list has"
