"""The case file: person, decisions, memberships, last contacts, referrals and loans in one statement (issue 4)."""

from __future__ import annotations

WHOLE = ("memberships", "counselling_contacts", "referrals", "loan_supports", "needs")


async def opened(world, person):
    body = {
        "person_id": str(person),
        "trigger": "self_report",
        "pathway": "voluntary_facility_public",
        "completed_on": "2026-05-04",
        "self_reported_on": "2026-05-05",
    }
    made = await world.call("officer", "POST", "/v1/cases", body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def found_need(world, person):
    body = {"person_id": str(person), "kind": "vocational_training", "found_on": "2026-06-01"}
    made = await world.call("officer", "POST", "/v1/needs", body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_one_statement_reads_the_whole_file_by_rest_and_graphql_alike(world):
    person = await world.person("hoa")
    case, need = await opened(world, person), await found_need(world, person)
    asked = ",".join(["decisions", *(f"person.{name}" for name in WHOLE)])
    reply = await world.get("officer", f"/v1/cases/{case}?include={asked}")
    seen = reply.json()
    assert (seen["decisions"], seen["person"]["id"]) == ([], str(person))
    assert [row["id"] for row in seen["person"]["needs"]] == [need]
    assert all(seen["person"][name] == [] for name in WHOLE[:-1])
    parts = ["memberships", "counsellingContacts", "referrals", "loanSupports", "needs"]
    person_parts = " ".join(f"{name} {{ nodes {{ id }} }}" for name in parts)
    told = await world.ask(
        "officer",
        f'{{ managementCase(id: "{case}") {{ decisions {{ nodes {{ id }} }} person {{ {person_parts} }} }} }}',
    )
    assert told["data"]["managementCase"]["person"]["needs"]["nodes"] == [{"id": need}]
    rows = await world.admin.fetchval(
        "select count(*) from journal_entry where request_id = $1", reply.headers["x-request-id"]
    )
    assert rows == 1, "one read, one row"


async def test_the_police_read_the_decisions_of_the_file_and_nothing_of_the_support(world):
    person = await world.person("hoa")
    case = await opened(world, person)
    await found_need(world, person)
    asked = ",".join(["decisions", *(f"person.{name}" for name in WHOLE)])
    seen = (await world.get("police", f"/v1/cases/{case}?include={asked}")).json()
    assert seen["decisions"] == []
    assert not set(WHOLE) & set(seen["person"])
    assert set(WHOLE) <= set(seen["person"]["masked"])
