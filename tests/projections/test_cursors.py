"""A cursor belongs to one caller, one scope and one question; everything else refuses it alike."""

from __future__ import annotations

import pytest

from tests.world import POSTS


@pytest.fixture
async def many(world):
    for place in range(6):
        await world.person("hoa", gender="male" if place % 2 else "female")
    return world


async def next_of(world, user="officer", query="limit=2"):
    page = (await world.get(user, f"/v1/persons?{query}")).json()
    assert page["page"]["next"]
    return page["page"]["next"]


async def refused(world, user, path):
    sent = await world.get(user, path)
    assert (sent.status_code, sent.json()["code"]) == (400, "bad_cursor"), sent.text
    assert "cursor=" not in sent.text
    return sent


async def test_a_cursor_of_another_officer_is_refused(many):
    mine = await next_of(many)
    assert (await many.get("officer", f"/v1/persons?limit=2&cursor={mine}")).status_code == 200
    for other in ("leader", "police", "neighbour", "area_officer", "country_reader"):
        assert other in POSTS
        await refused(many, other, f"/v1/persons?limit=2&cursor={mine}")


@pytest.mark.parametrize("other", ["gender=male", "gender=female", "sort=newest", "voided=true", "source=x"])
async def test_a_cursor_of_another_question_is_refused(many, other):
    await refused(many, "officer", f"/v1/persons?{other}&cursor={await next_of(many)}")


async def test_the_values_of_filters_belong_to_the_question(many):
    men = await next_of(many, query="limit=2&gender=male")
    assert (await many.get("officer", f"/v1/persons?gender=male&cursor={men}")).status_code == 200
    await refused(many, "officer", f"/v1/persons?gender=female&cursor={men}")


async def test_a_cursor_of_another_noun_is_refused(many):
    await refused(many, "officer", f"/v1/responsibilities?cursor={await next_of(many)}")


async def test_the_size_of_a_page_and_the_fields_may_change_on_the_way(many):
    mine = await next_of(many)
    page = await many.get("officer", f"/v1/persons?limit=4&fields=id&cursor={mine}")
    assert len(page.json()["data"]) == 4


async def test_a_forged_cursor_is_refused(many):
    mine = await next_of(many)
    middle = len(mine) // 2
    turned = mine[:middle] + ("A" if mine[middle] != "A" else "B") + mine[middle + 1 :]
    for forged in (turned, mine[:-1], mine + "A", mine[: len(mine) // 3], "x", "", "e30", "AAAA" * 40):
        await refused(many, "officer", f"/v1/persons?cursor={forged}")


async def test_a_cursor_tells_nothing(many):
    """It holds a name's sort key, sealed: two cursors of one place differ, and neither spells it."""
    one, other = await next_of(many), await next_of(many)
    assert one != other
    assert "|" not in one


async def test_both_doors_take_each_others_cursors(many):
    text = "query($after: String) { persons(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }"
    graph = (await many.ask("officer", text, {"after": await next_of(many)}))["data"]["persons"]
    rest = (await many.get("officer", f"/v1/persons?limit=2&cursor={graph['pageInfo']['endCursor']}")).json()
    whole = (await many.get("officer", "/v1/persons?limit=6")).json()["data"]
    assert [row["id"] for row in graph["nodes"]] + [row["id"] for row in rest["data"]] == [r["id"] for r in whole[2:]]


async def test_a_redrawn_unit_ends_the_cursors_of_its_officers(many):
    """The epoch of the scope is in the seal: numbers may have moved (rulings 12)."""
    mine, hoa = await next_of(many), many.units["hoa"]
    await many.admin.execute("update unit set last_no = last_no - 1 where id = $1", hoa)
    try:
        await many.get("officer", "/v1/persons")
        await refused(many, "officer", f"/v1/persons?limit=2&cursor={mine}")
    finally:
        await many.admin.execute("update unit set last_no = last_no + 1 where id = $1", hoa)


async def test_a_nested_cursor_is_refused_under_another_root(many):
    person = await many.person("hoa")
    for number in range(3):
        await many.residence(person, address=f"số {number}")
    text = "query($id: UUID!, $a: String) { person(id: $id) { residences(first: 1, after: $a) { edges { cursor node { address } } } } }"
    first = (await many.ask("officer", text, {"id": str(person)}))["data"]["person"]["residences"]["edges"][0]
    second = (await many.ask("officer", text, {"id": str(person), "a": first["cursor"]}))["data"]["person"]
    assert second["residences"]["edges"][0]["node"] != first["node"]
    other = "query($a: String) { persons(first: 1, after: $a) { nodes { id } } }"
    answer = await many.ask("officer", other, {"a": first["cursor"]})
    assert answer["errors"][0]["extensions"]["code"] == "bad_cursor"
