"""A day of the district officer whose district ended on 2025-06-30: history is read, the living register is not."""

from __future__ import annotations

from tests.livelihood import ago

DISTRICT = "old_officer"


async def test_history_is_read_with_a_purpose_and_nothing_is_written(world):
    was = await world.person("hoa", "Trần Thị Hoà", was="old_commune")
    then = await world.residence(was, "hoa", made="old_commune")
    later = await world.residence(was, "hoa", made="hoa")

    # what was recorded under the district, as it was recorded then; never the living register
    assert (await world.get(DISTRICT, "/v1/persons")).json()["data"] == []
    assert (await world.get(DISTRICT, f"/v1/persons/{was}", Access_Purpose="inspection")).status_code == 404
    assert (await world.get(DISTRICT, f"/v1/residences/{then}", Access_Purpose="inspection")).status_code == 200
    assert (await world.get(DISTRICT, f"/v1/residences/{later}", Access_Purpose="inspection")).status_code == 404

    # each look stands in the journal, with its purpose: what was found and what was not
    rows = await world.admin.fetch(
        "select noun, outcome, purpose from journal_entry where account_id = $1 and purpose is not null order by id",
        world.users[DISTRICT].account_id,
    )
    assert [row["noun"] for row in rows] == ["person", "residence", "residence"]
    assert {row["purpose"] for row in rows} == {"inspection"}

    # which commune of today an old one became: units of another time are read by their day
    units = (await world.get(DISTRICT, f"/v1/units/{world.units['old_commune']}")).json()
    assert units["valid_to"] == "2025-06-30"

    # the office has ended: it records nothing, decides nothing, appoints nobody
    refused = (
        ("POST", "/v1/persons", {"full_name": "Lê Văn Ba", "gender": "male"}),
        ("POST", "/v1/needs", {"person_id": str(was), "kind": "job", "found_on": ago(1)}),
        ("POST", "/v1/trainings", None),
        ("POST", "/v1/support-models", {"kind": "club", "name": "B93"}),
    )
    for method, path, body in refused:
        assert (await world.call(DISTRICT, method, path, body or {})).status_code in (403, 404, 422), path
    assert await world.admin.fetchval("select count(*) from person") == 1
    assert await world.admin.fetchval("select count(*) from need") == 0


async def test_live_support_of_who_moved_on_is_not_the_districts(world):
    was = await world.person("hoa", was="old_commune")
    need = {"person_id": str(was), "kind": "job", "found_on": ago(3)}
    assert (await world.call("officer", "POST", "/v1/needs", need)).status_code == 201
    for path in ("needs", "counselling-contacts", "referrals", "loan-supports", "club-memberships", "tasks"):
        reply = await world.get(DISTRICT, f"/v1/{path}")
        assert reply.status_code in (200, 403)
        assert reply.json().get("data", []) == []
    seen = (await world.get(DISTRICT, f"/v1/persons/{was}?include=needs")).json()
    assert not seen.get("needs")
    figures = (await world.get(DISTRICT, "/v1/needs:count")).json()
    assert {line["persons"] for line in figures} == {0}
