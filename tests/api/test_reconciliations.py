"""The reconciliation: each person in one state on both sides, and how long those who are waited for have waited."""

from __future__ import annotations

import pytest

from domain.ids import new_id
from tests.api.test_notices import PATH, content
from tests.case_work import Desk, at
from tests.world import hire

LIST = "/v1/reconciliations"
CENTRE, POLICE, LEADER = "rehab_centre", "police", "leader"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-20"))


async def push(desk, number, **more):
    given = content(
        desk.world,
        treatment="voluntary_facility_public",
        order_kind=None,
        completes_on="2026-08-31",
        source_ref=f"51/{number}",
        id_number=f"00009012{number:04}",
        full_name=f"Nguyễn Văn Số {'ABCDEFGHIJKLMNOP'[number]}",
    )
    return await desk.done(CENTRE, "POST", PATH, given | more)


async def move(desk, notice, to, user=POLICE, **more):
    path = f"{PATH}/{notice['id']}/transitions"
    return await desk.done(user, "POST", path, {"to": to} | more, If_Match=f'"{notice["version"]}"')


async def accepted(desk, number, **more):
    return await move(desk, await move(desk, await push(desk, number, **more), "received"), "accepted")


async def decided(desk, notice):
    case = {"id": notice["case_id"]}
    await desk.propose(case)
    return await desk.step(await desk.draft(case), "signed")


async def delivered(desk, decision):
    given = {"recipient": "person_or_representative", "received_at": desk.now.isoformat(), "minutes_number": "9/BB"}
    return await desk.step(decision, "delivered", delivery=given)


async def spoken(desk, notice):
    given = {
        "person_id": notice["person_id"],
        "held_at": desk.now.isoformat(),
        "channel": "face_to_face",
        "topics": ["health"],
    }
    return await desk.done("officer", "POST", "/v1/counselling-contacts", given)


async def lines(desk, user=CENTRE, query=""):
    page = await desk.done(user, "GET", f"{LIST}?limit=200{query}")
    return {line["source_ref"]: line for line in page["data"]}


async def states(desk, user=CENTRE, query=""):
    return {name: line["state"] for name, line in (await lines(desk, user, query)).items()}


async def every_step(desk):
    """One person at every step, as of 2026-07-20."""
    notices = {"draft": await push(desk, 0, draft=True), "sent": await push(desk, 1)}
    notices["received"] = await move(desk, await push(desk, 2), "received")
    notices["returned"] = await move(
        desk, await move(desk, await push(desk, 3), "received"), "returned", reason="thiếu"
    )
    notices["misrouted"] = await move(
        desk, await move(desk, await push(desk, 4), "received"), "misrouted", reason="nhầm"
    )
    notices["cancelled"] = await move(desk, await push(desk, 5), "cancelled", CENTRE, reason="gia hạn")
    notices["accepted"] = await accepted(desk, 6)
    notices["decided"] = await accepted(desk, 7)
    await decided(desk, notices["decided"])
    notices["delivered"] = await accepted(desk, 8)
    decision = await decided(desk, notices["delivered"])
    notices["contacted"] = await accepted(desk, 9)
    desk.on("2026-08-31 08:00")
    await delivered(desk, decision)
    desk.on("2026-09-02 08:00")
    await spoken(desk, notices["contacted"])
    return notices


STEPS = {
    "51/0": "expected",
    "51/1": "noticed",
    "51/2": "received",
    "51/3": "returned",
    "51/4": "misrouted",
    "51/5": "cancelled",
    "51/6": "accepted",
    "51/7": "decided",
    "51/8": "delivered",
    "51/9": "first_contact",
}
DONE = ("cancelled", "first_contact")


async def test_each_person_is_in_one_state_and_both_sides_see_the_same(desk):
    await every_step(desk)
    assert await states(desk) == STEPS
    assert await states(desk, POLICE) == STEPS
    desk.on("2026-09-14")
    assert await states(desk) == STEPS, "two weeks after the end nobody is lost yet"
    desk.on("2026-09-15")
    lost = {name: state if state in DONE else f"lost_at_{state}" for name, state in STEPS.items()}
    assert await states(desk) == lost
    assert await states(desk, POLICE) == lost
    assert await states(desk, query="&lost=true") == {n: s for n, s in lost.items() if s.startswith("lost")}
    assert await states(desk, query="&state=lost_at_decided") == {"51/7": "lost_at_decided"}


async def test_the_count_has_every_state_and_its_sum_is_the_whole(desk):
    await every_step(desk)
    desk.on("2026-10-20")
    for user in (CENTRE, POLICE):
        *by_state, whole = await desk.done(user, "GET", f"{LIST}:count")
        assert (whole["state"], whole["whole"], whole["persons"]) == (None, True, 10)
        assert len(by_state) == 20
        found = {line["state"]: line["persons"] for line in by_state if line["persons"]}
        assert found == {state if state in DONE else f"lost_at_{state}": 1 for state in STEPS.values()}
        for name in ("persons", "week", "month", "quarter", "longer"):
            assert sum(line[name] for line in by_state) == whole[name], name
        assert whole["week"] + whole["month"] + whole["quarter"] + whole["longer"] == 8
    ask = '{ reconciliationCounts(count: {completesFrom: "2026-08-31"}) { s: state persons longer __typename } }'
    told = (await desk.ask(CENTRE, ask))["data"]["reconciliationCounts"]
    assert told[-1] == {"s": None, "persons": 10, "longer": whole["longer"], "__typename": "ReconciliationCount"}
    none = await desk.done(CENTRE, "GET", f"{LIST}:count?completes_from=2026-09-01")
    assert {line["persons"] for line in none} == {0}
    backward = await desk.call(CENTRE, "GET", f"{LIST}:count?completes_from=2026-09-01&completes_before=2026-08-01")
    assert (backward.status_code, backward.json()["errors"][0]["code"]) == (422, "ends_before_it_starts")


async def test_the_ageing_counts_from_the_last_step(desk):
    await push(desk, 1)
    desk.on("2026-08-10")
    await move(desk, await push(desk, 2), "received")
    desk.on("2026-08-20")
    found = await lines(desk)
    assert [(found[n]["since_on"], found[n]["days_waiting"], found[n]["age"]) for n in ("51/1", "51/2")] == [
        ("2026-07-20", 31, "quarter"),
        ("2026-08-10", 10, "month"),
    ]
    page = await desk.done(CENTRE, "GET", f"{LIST}?sort=longest")
    assert [line["source_ref"] for line in page["data"]] == ["51/1", "51/2"]
    assert await states(desk, query="&age=month") == {"51/2": "received"}


async def test_who_is_done_is_not_waited_for(desk):
    await every_step(desk)
    found = await lines(desk)
    assert {name for name, line in found.items() if line["age"] is None and line["days_waiting"] is None} == {
        "51/5",
        "51/9",
    }


async def test_a_second_notice_of_the_same_person_takes_the_place_of_the_first(desk):
    first = await push(desk, 1)
    await move(desk, first, "cancelled", CENTRE, reason="nhầm ngày")
    await push(desk, 1, source_ref="51/1b")
    assert await states(desk) == {"51/1b": "noticed"}
    (whole,) = [line for line in await desk.done(CENTRE, "GET", f"{LIST}:count") if line["whole"]]
    assert whole["persons"] == 1


async def test_the_case_that_ended_before_a_contact_is_told_and_not_lost(desk):
    notice = await accepted(desk, 6)
    desk.on("2026-10-30")
    assert await states(desk) == {"51/6": "lost_at_accepted"}
    await move(desk, await desk.get(f"{PATH}/{notice['id']}", CENTRE), "cancelled", CENTRE, reason="nhầm người")
    assert await states(desk) == {"51/6": "cancelled"}


async def test_a_contact_before_the_end_of_treatment_is_not_the_first_contact_at_home(desk):
    notice = await accepted(desk, 6)
    await spoken(desk, notice)
    assert await states(desk) == {"51/6": "accepted"}


async def test_the_centre_learns_that_there_was_a_contact_and_no_more(desk):
    notice = await accepted(desk, 9)
    desk.on("2026-09-02 08:00")
    await spoken(desk, notice)
    mine = (await lines(desk))["51/9"]
    assert mine["state"] == "first_contact"
    assert "first_contact_on" not in mine or mine["first_contact_on"] is None
    assert "first_contact_on" in mine["masked"]
    theirs = (await lines(desk, "officer"))["51/9"]
    assert theirs["first_contact_on"] == "2026-09-02"
    assert mine["since_on"] == "2026-07-20"


async def test_whom_a_centre_named_in_a_review_is_expected_until_its_notice_comes(desk):
    world = desk.world
    asked = {"period_from": "2026-08-01", "period_to": "2026-12-31", "due_on": "2026-07-31"}
    await desk.done("officer", "POST", "/v1/review-rounds", asked | {"asked_unit_ids": [str(world.units["centre"])]})
    (request,) = (await desk.done(CENTRE, "GET", "/v1/review-requests"))["data"]
    people = [
        {"full_name": name, "treatment": "voluntary_facility_public", "completes_on": "2026-08-31"} | more
        for name, more in (
            ("Lê Văn Ân", {"id_number": "000090120011"}),
            ("Lê Văn Bình", {"born_on": "1990-05-06"}),
            ("Lê Văn Cảnh", {}),
        )
    ]
    path = f"/v1/review-requests/{request['id']}/answers"
    await desk.done(CENTRE, "POST", path, {"persons": people}, If_Match=f'"{request["version"]}"')

    async def named(user=CENTRE):
        page = await desk.done(user, "GET", f"{LIST}?limit=200")
        return sorted((line["full_name"], line["state"]) for line in page["data"])

    everybody = [("Lê Văn Bình", "expected"), ("Lê Văn Cảnh", "expected"), ("Lê Văn Ân", "expected")]
    assert await named() == sorted(everybody)
    assert await named("officer") == sorted(everybody)
    await push(desk, 11, full_name="Lê Văn Ân", born_on=None)
    await push(desk, 12, full_name="Lê Văn Bình")
    told = [("Lê Văn Bình", "noticed"), ("Lê Văn Cảnh", "expected"), ("Lê Văn Ân", "noticed")]
    assert await named() == sorted(told)
    (entry,) = [
        one for one in (await desk.done("officer", "GET", "/v1/reviewed-persons"))["data"] if "Cảnh" in one["full_name"]
    ]
    move_on = {"to": "not_ours", "reason": "đã chuyển đi"}
    await desk.done(
        "officer", "POST", f"/v1/reviewed-persons/{entry['id']}/transitions", move_on, If_Match=f'"{entry["version"]}"'
    )
    assert ("Lê Văn Cảnh", "not_ours") in await named()


async def test_nobody_sees_the_lines_of_others(desk):
    world = desk.world
    notice = await push(desk, 1)
    world.users["other_centre"] = await hire(world, f"centre.{new_id().hex[-12:]}", "rehab_centre", "hoa_club")
    for user in ("other_centre", "neighbour"):
        assert (await desk.done(user, "GET", LIST))["data"] == [], user
        assert (await desk.call(user, "GET", f"{LIST}/{notice['id']}")).status_code == 404
        assert {line["persons"] for line in await desk.done(user, "GET", f"{LIST}:count")} == {0}
    world.users.pop("other_centre")
    for path in (LIST, f"{LIST}:count"):
        assert (await desk.call("volunteer", "GET", path)).status_code == 403
    kept = await world.admin.fetch("select act from journal_entry where outcome = 'denied' order by id")
    assert [row["act"] for row in kept] == ["read_reconciliation", "count_reconciliation"]
    own = await desk.done(CENTRE, "GET", f"{LIST}/{notice['id']}?include=notice,unit,sender_unit")
    assert (own["notice"]["id"], own["unit"]["name"]) == (notice["id"], "Hoa")


async def test_graphql_lists_them_alike_and_each_reading_is_in_the_journal(desk):
    await push(desk, 1)
    ask = "{ reconciliations(order: longest, where: {state: noticed}) { totalCount nodes { id state age notice { sourceRef } } } }"
    told = (await desk.ask(CENTRE, ask))["data"]["reconciliations"]
    (line,) = (await lines(desk)).values()
    assert told == {
        "totalCount": 1,
        "nodes": [{"id": line["id"], "state": "noticed", "age": "week", "notice": {"sourceRef": "51/1"}}],
    }
    await desk.done(CENTRE, "GET", f"{LIST}:count")
    acts = await desk.world.admin.fetch("select distinct act from journal_entry where noun = 'reconciliation'")
    assert {row["act"] for row in acts} == {"read_reconciliation", "count_reconciliation"}


async def test_the_province_counts_first_and_sees_numbers_and_addresses_only_with_a_purpose(desk):
    """Dossier §17: counts first, names only with purpose; below it counts what its communes count together."""
    await every_step(desk)
    desk.on("2026-09-15")
    counted = [await desk.done(user, "GET", f"{LIST}:count") for user in ("province_officer", POLICE)]
    province, commune = ({line["state"]: line["persons"] for line in lines} for lines in counted)
    assert province == commune, "one commune of the province has persons"
    assert province[None] == 10
    other = await desk.done("south_officer", "GET", f"{LIST}:count")
    assert {line["persons"] for line in other} == {0}
    for user in ("south_officer", "neighbour"):
        assert (await desk.done(user, "GET", LIST))["data"] == []
    (line,) = (await desk.done("province_officer", "GET", f"{LIST}?lost=true&limit=1"))["data"]
    notice = f"{PATH}/{line['notice_id']}"
    masked = await desk.done("province_officer", "GET", notice)
    assert "id_number" in masked["masked"]
    assert not masked["id_number"].startswith("0000901")
    clear = await desk.done("province_officer", "GET", notice, Access_Purpose="inspection")
    assert clear["id_number"].startswith("0000901")
    counted = await desk.done("province_officer", "GET", f"{LIST}:count?unit_id={desk.world.units['hoa']}")
    assert counted[-1]["persons"] == 10


async def test_the_days_of_grace_are_a_dated_rule_of_the_day_treatment_ends(desk):
    await push(desk, 1)
    await desk.done(
        CENTRE, "POST", PATH, content(desk.world, source_ref="51/2", full_name="Lê Văn Hai", completes_on="2026-09-30")
    )
    desk.on("2026-10-20")
    assert await states(desk) == {"51/1": "lost_at_noticed", "51/2": "lost_at_noticed"}
    longer = (
        "insert into law_rule (id, rule, rule_version, title_vi, title_en, selector, scope, scope_key, value, valid_from,"
        " authority, legal_basis, confidence, note) select gen_random_uuid(), rule, 2, title_vi, title_en, selector,"
        " scope, scope_key, jsonb_set(value, '{n}', '30'), '2026-09-30', authority, legal_basis, confidence, note"
        " from law_rule where rule = 'reconciliation.grace'"
    )
    shorter = "update law_rule set valid_to = '2026-09-29' where rule = 'reconciliation.grace' and rule_version = 1"
    try:
        await desk.world.admin.execute(shorter)
        await desk.world.admin.execute(longer)
        assert await states(desk) == {"51/1": "lost_at_noticed", "51/2": "noticed"}, "each by the rule of its own day"
        desk.on("2026-10-30")
        assert (await states(desk))["51/2"] == "noticed", "the thirtieth day"
        desk.on("2026-10-31")
        assert (await states(desk))["51/2"] == "lost_at_noticed"
    finally:
        await desk.world.admin.execute("delete from law_rule where rule = 'reconciliation.grace' and rule_version = 2")
        await desk.world.admin.execute("update law_rule set valid_to = null where rule = 'reconciliation.grace'")
