"""The register through both doors."""

from __future__ import annotations

from domain.ids import new_id


async def test_an_officer_finds_records_and_corrects_a_person(world):
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Nguyễn Văn Đức", "gender": "male"})
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    assert made.headers["etag"] == '"1"'
    changed = await world.call("officer", "PATCH", f"/v1/persons/{id}", {"occupation": "thợ mộc"}, If_Match='"1"')
    assert (changed.status_code, changed.json()["occupation"], changed.headers["etag"]) == (200, "thợ mộc", '"2"')
    found = await world.call("officer", "POST", "/v1/persons:search", {"q": "duc nguyen"})
    assert [row["id"] for row in found.json()["data"]] == [id]


async def test_a_person_elsewhere_does_not_exist_for_this_officer(world):
    id = await world.person("bien")
    hidden = await world.get("officer", f"/v1/persons/{id}")
    missing = await world.get("officer", f"/v1/persons/{new_id()}")
    assert hidden.status_code == missing.status_code == 404
    assert {k: v for k, v in hidden.json().items() if k != "request_id"} == {
        k: v for k, v in missing.json().items() if k != "request_id"
    }


async def test_graphql_gives_the_same_page_as_rest(world):
    for _ in range(5):
        await world.person("hoa")
    rest = (await world.get("officer", "/v1/persons?fields=full_name,born_on&limit=3")).json()
    graph = await world.ask(
        "officer", "{persons(first: 3) {nodes {id fullName bornOn masked} pageInfo {hasNextPage endCursor} totalCount}}"
    )
    assert "errors" not in graph, graph
    page = graph["data"]["persons"]
    assert [(r["id"], r["full_name"], r["born_on"]) for r in rest["data"]] == [
        (n["id"], n["fullName"], n["bornOn"]) for n in page["nodes"]
    ]
    assert page["pageInfo"]["hasNextPage"]
    assert page["totalCount"] == 5


async def test_pages_follow_each_other_without_gap_or_repeat(world):
    ids = {str(await world.person("hoa")) for _ in range(7)}
    seen, cursor = [], None
    while True:
        page = (await world.get("officer", "/v1/persons?limit=3" + (f"&cursor={cursor}" if cursor else ""))).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["page"]["next"]
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == ids
