"""Needs: found, met, withdrawn, and the figures that every "100 % of those with need" is measured by."""

from __future__ import annotations

import pytest

from tests.livelihood import TODAY, ago, amended, flaws, look_after, made, moved, try_move


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai")


async def need(world, person, user="officer", **more):
    told = {"kind": "job", "found_on": ago(10), "detail": "Muốn đi làm gần nhà"}
    return await made(world, "needs", user, person_id=str(person), **(told | more))


async def test_a_need_is_met_on_a_day_and_the_move_stays_on_it(world, person):
    row = await need(world, person)
    assert (row["state"], row["kind"]) == ("open", "job")
    assert {move["to"] for move in row["transitions"]} == {"met", "withdrawn"}
    row = await moved(world, "needs", row, "met", met_on=ago(1))
    assert (row["state"], row["met_on"]) == ("met", ago(1))
    row = await moved(world, "needs", row, "open", reason="Mất việc sau một tuần")
    assert row.get("met_on") is None
    assert [move["to"] for move in row["history"]] == ["open", "met", "open"]
    assert row["history"][1]["met_on"] == ago(1)


@pytest.mark.parametrize(
    ("to", "told", "code"),
    [
        ("met", {}, "move_needs"),
        ("withdrawn", {"withdrawn_on": ago(1)}, "move_needs"),
        ("open", {"reason": "nhầm"}, "wrong_move"),
    ],
)
async def test_a_move_that_is_not_listed_or_lacks_its_facts_is_refused_with_what_is_missing(
    world, person, to, told, code
):
    reply = await try_move(world, "needs", await need(world, person), to, **told)
    assert (reply.status_code, reply.json()["code"]) == (409 if code == "wrong_move" else 422, code)


async def test_a_wrong_move_names_the_allowed_ones(world, person):
    row = await moved(world, "needs", await need(world, person), "met", met_on=ago(0))
    reply = await try_move(world, "needs", row, "withdrawn", withdrawn_on=ago(0), reason="thôi")
    assert (reply.status_code, reply.json()["allowed"]) == (409, ["open"])


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"found_on": str(TODAY.replace(year=TODAY.year + 1))}, "/found_on", "in_the_future"),
        ({"kind": "wealth"}, "/kind", "not_allowed"),
        ({"detail": "x" * 1001}, "/detail", "too_long"),
        ({"support_model_id": "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"}, "/support_model_id", "no_model_here"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(world, person, change, pointer, code):
    body = {"person_id": str(person), "kind": "job", "found_on": ago(3)} | change
    reply = await world.call("officer", "POST", "/v1/needs", body)
    assert (pointer, code) in flaws(reply)


async def test_a_correction_cannot_say_what_no_move_said_nor_clear_what_one_did(world, person):
    row = await need(world, person)
    assert flaws(await amended(world, "needs", row, met_on=ago(1))) == [("/met_on", "not_yet")]
    row = await moved(world, "needs", row, "met", met_on=ago(2))
    assert flaws(await amended(world, "needs", row, met_on=None)) == [("/met_on", "required")]
    assert flaws(await amended(world, "needs", row, met_on=ago(12))) == [("/met_on", "ends_before_it_starts")]
    assert flaws(await amended(world, "needs", row, found_on=None)) == [("/found_on", "required")]
    assert (await amended(world, "needs", row, met_on=ago(1))).json()["met_on"] == ago(1)


async def test_a_stale_version_changes_nothing(world, person):
    row = await need(world, person)
    await moved(world, "needs", row, "met", met_on=ago(0))
    reply = await try_move(world, "needs", row, "met", met_on=ago(0))
    assert (reply.status_code, reply.json()["code"]) == (412, "stale_version")


async def test_validate_only_records_nothing_and_a_second_click_records_once(world, person):
    body = {"person_id": str(person), "kind": "loan", "found_on": ago(2)}
    checked = await world.call("officer", "POST", "/v1/needs", body, Prefer="validate-only")
    assert (checked.status_code, checked.json()["state"]) == (200, "open")
    assert await world.admin.fetchval("select count(*) from need") == 0
    for _click in range(2):
        await world.call("officer", "POST", "/v1/needs", body, Idempotency_Key="một lần".encode().hex())
    assert await world.admin.fetchval("select count(*) from need") == 1


async def test_a_volunteer_reports_needs_of_the_assigned_only_and_corrects_their_own_only(world, person):
    reply = await world.call(
        "volunteer", "POST", "/v1/needs", {"person_id": str(person), "kind": "job", "found_on": ago(1)}
    )
    assert reply.status_code == 404
    officers = await need(world, person)
    await look_after(world, person)
    own = await need(world, person, "volunteer", kind="papers")
    listed = (await world.get("volunteer", "/v1/needs")).json()["data"]
    assert {row["id"] for row in listed} == {own["id"], officers["id"]}
    assert (await amended(world, "needs", officers, "volunteer", detail="khác")).status_code == 404
    assert (await moved(world, "needs", own, "met", "volunteer", met_on=ago(0)))["state"] == "met"


@pytest.mark.parametrize(
    "user", ["police", "police_head", "club_board", "health_station", "rehab_centre", "report_reader"]
)
async def test_who_has_no_part_in_needs_is_refused(world, person, user):
    await need(world, person)
    assert (await world.get(user, "/v1/needs")).status_code == 403
    assert (await world.get(user, "/v1/needs:count")).status_code == 403
    kept = await world.admin.fetch("select act from journal_entry where outcome = 'denied' order by id")
    assert [row["act"] for row in kept] == ["read_need", "count_need"]


async def test_a_person_elsewhere_has_no_needs_here(world):
    elsewhere = await world.person("binh")
    body = {"person_id": str(elsewhere), "kind": "job", "found_on": ago(1)}
    assert (await world.call("officer", "POST", "/v1/needs", body)).status_code == 404


# -- figures


async def figures(world, user="officer", **period):
    asked = "&".join(f"{name}={value}" for name, value in period.items())
    reply = await world.get(user, f"/v1/needs:count?{asked}")
    assert reply.status_code == 200, reply.text
    return {row["kind"]: row for row in reply.json()}


async def test_a_person_is_met_when_each_need_of_the_line_is(world, person):
    other = await world.person("hoa", "Lê Văn Ba")
    first, second = await need(world, person), await need(world, person)
    await need(world, person, kind="loan")
    await moved(world, "needs", await need(world, other), "met", met_on=ago(1))
    await moved(world, "needs", first, "met", met_on=ago(2))
    found = await figures(world)
    assert (found["job"]["persons"], found["job"]["persons_met"], found["job"]["persons_waiting"]) == (2, 1, 1)
    assert (found["job"]["needs"], found["job"]["needs_met"]) == (3, 2)
    assert (found[None]["persons"], found[None]["persons_met"]) == (2, 1)
    await moved(world, "needs", second, "met", met_on=ago(0))
    found = await figures(world)
    assert (found["job"]["persons_met"], found[None]["persons_met"]) == (2, 1)


async def test_a_period_counts_what_stood_open_in_it_and_not_what_was_withdrawn_by_its_end(world, person):
    row = await need(world, person, found_on="2026-02-10")
    gone = await need(world, person, kind="loan", found_on="2026-02-10")
    await moved(world, "needs", row, "met", met_on="2026-03-20")
    await moved(world, "needs", gone, "withdrawn", withdrawn_on="2026-04-02", reason="không vay nữa")
    assert await figures(world, until="2026-02-09") == {None: dict.fromkeys(found_fields(), 0) | {"kind": None}}
    february = await figures(world, since="2026-02-01", until="2026-02-28")
    assert (february["job"]["persons"], february["job"]["persons_met"]) == (1, 0)
    march = await figures(world, since="2026-03-01", until="2026-03-31")
    assert (march["job"]["persons_met"], march["loan"]["persons_waiting"]) == (1, 1)
    april = await figures(world, since="2026-04-01", until="2026-04-30")
    assert "job" not in april
    assert "loan" not in april


def found_fields():
    return ("persons", "persons_met", "persons_waiting", "needs", "needs_met")


async def test_a_voided_need_is_no_denominator(world, person):
    row = await need(world, person)
    reply = await world.call("officer", "DELETE", f"/v1/needs/{row['id']}", {"reason": "ghi nhầm"}, If_Match='"1"')
    assert reply.status_code == 200
    assert (await figures(world))[None]["persons"] == 0


@pytest.mark.parametrize("user", ["province_officer", "country_reader"])
async def test_province_and_country_have_totals_and_no_row(world, person, user):
    await need(world, person)
    assert (await figures(world, user))["job"]["persons"] == 1
    assert (await world.get(user, "/v1/needs")).status_code == 403


async def test_another_province_counts_nothing_of_it(world, person):
    await need(world, person)
    assert (await figures(world, "south_officer"))[None]["persons"] == 0


async def test_a_volunteer_counts_the_assigned(world, person):
    await need(world, person)
    await need(world, await world.person("hoa"))
    await look_after(world, person)
    assert (await figures(world, "volunteer"))[None]["persons"] == 1


async def test_a_period_that_runs_backward_is_refused(world):
    reply = await world.get("officer", "/v1/needs:count?since=2026-03-02&until=2026-03-01")
    assert ("/until", "ends_before_it_starts") in flaws(reply)


async def test_both_doors_count_alike(world, person):
    await need(world, person)
    told = await world.ask(
        "officer", "{ needCounts(period: {kind: job}) { kind persons personsMet personsWaiting needs __typename } }"
    )
    assert told["data"]["needCounts"][0] == {
        "kind": "job",
        "persons": 1,
        "personsMet": 0,
        "personsWaiting": 1,
        "needs": 1,
        "__typename": "NeedCount",
    }
