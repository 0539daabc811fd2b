"""Many notices at once: each exactly the single push, with a result of its own; a second click changes nothing."""

from __future__ import annotations

import pytest

from domain.notice.bulk import MOST_NOTICES
from tests.api.test_notices import NUMBER, PATH, at, content
from tests.case_work import standing

BULK = f"{PATH}:bulk"


@pytest.fixture
def july(world):
    with standing(world, at("2026-07-31T16:00")):
        yield world


def row(world, number, **more):
    return content(world, source_ref=f"51/{number}", id_number=f"00009012{number:04}", **more)


async def bulk(world, rows, user="rehab_centre", **headers):
    answer = await world.call(user, "POST", BULK, {"notices": rows}, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def count(world):
    return await world.admin.fetchval("select count(*) from discharge_notice")


async def test_each_row_is_the_single_push_and_a_second_click_brings_the_same_answers(july):
    rows = [row(july, 1), row(july, 2), row(july, 3, draft=True)]
    first = await bulk(july, rows)
    assert [(one["place"], one["outcome"], one["state"], one["source_ref"]) for one in first] == [
        (0, "done", "sent", "51/1"),
        (1, "done", "sent", "51/2"),
        (2, "done", "draft", "51/3"),
    ]
    again = await bulk(july, rows)
    assert [one["outcome"] for one in again] == ["replayed"] * 3
    assert [one | {"outcome": ""} for one in again] == [one | {"outcome": ""} for one in first]
    single = await july.call("rehab_centre", "POST", PATH, rows[0])
    assert (single.status_code, single.json()["id"]) == (200, first[0]["id"])
    seen = (await july.get("police", f"{PATH}/{first[0]['id']}")).json()
    assert (seen["full_name"], seen["lead_due_on"]) == ("Nguyễn Văn Đức", first[0]["lead_due_on"])


async def test_a_row_that_is_refused_leaves_the_others_alone(july):
    await bulk(july, [row(july, 1)])
    rows = [
        row(july, 2),
        row(july, 1, completes_on="2026-09-30"),
        row(july, 3) | {"completes_on": "2026-02-29"},
        row(july, 4) | {"completes_on": "20260831"},
        row(july, 5, order_kind=None),
        row(july, 6, unit_id=str(july.units["centre"])),
        7,
        {key: value for key, value in row(july, 8).items() if key != "source_ref"},
        row(july, 9),
    ]
    results = await bulk(july, rows)
    told = [(one["outcome"], one["code"], [(e["pointer"], e["code"]) for e in one["errors"] or ()]) for one in results]
    assert told == [
        ("done", None, []),
        ("refused", "notice_differs", []),
        ("refused", "invalid", [("/completes_on", "not_a_date")]),
        ("refused", "invalid", [("/completes_on", "not_a_date")]),
        ("refused", "invalid", [("/order_kind", "required")]),
        ("refused", "invalid", [("/unit_id", "not_a_commune_of_today")]),
        ("refused", "invalid", [("", "wrong_type")]),
        ("refused", "invalid", [("/source_ref", "required")]),
        ("done", None, []),
    ]
    assert await count(july) == 3
    assert NUMBER not in str(results)


async def test_the_same_number_twice_in_one_request_is_one_notice(july):
    first, second, third = await bulk(july, [row(july, 1), row(july, 1), row(july, 1, completes_on="2026-09-30")])
    assert (first["outcome"], second["outcome"], third["code"]) == ("done", "replayed", "notice_differs")
    assert second["id"] == first["id"]
    assert await count(july) == 1


async def test_only_checked_stores_nothing(july):
    results = await bulk(july, [row(july, 1), row(july, 2)], Prefer="validate-only")
    assert [one["outcome"] for one in results] == ["checked", "checked"]
    assert await count(july) == 0


async def test_with_a_key_each_row_is_recognised_at_its_place(july):
    rows = [row(july, 1), row(july, 2)]
    first = await bulk(july, rows, Idempotency_Key="tháng 7".encode().hex())
    again = await bulk(july, rows, Idempotency_Key="tháng 7".encode().hex())
    assert [one["id"] for one in again] == [one["id"] for one in first]
    other = await bulk(july, [rows[0], row(july, 3)], Idempotency_Key="tháng 7".encode().hex())
    assert [one["code"] for one in other] == [None, "key_reused"]


@pytest.mark.parametrize(("rows", "code"), [([], "required"), ([{}] * (MOST_NOTICES + 1), "too_many")])
async def test_none_and_too_many_are_refused_as_a_whole(july, rows, code):
    answer = await july.call("rehab_centre", "POST", BULK, {"notices": rows})
    assert answer.status_code == 422
    assert [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]] == [("/notices", code)]


async def test_who_may_push_none_is_refused_once(july):
    answer = await july.call("officer", "POST", BULK, {"notices": [row(july, 1)] * 3})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    denied = await july.admin.fetchval("select count(*) from journal_entry where outcome = 'denied'")
    assert denied == 1


async def test_graphql_pushes_them_alike(july):
    ask = """mutation($rows: [NewNotice!]!) { pushDischargeNotices(notices: $rows) { place outcome code errors id } }"""
    spelled = {"unitId": str(july.units["hoa"]), "kind": "form_51", "treatment": "compulsory"}
    spelled |= {"orderKind": "administrative_measure", "fullName": "Nguyễn Văn Đức", "completesOn": "2026-08-31"}
    rows = [spelled | {"sourceRef": "1"}, spelled | {"sourceRef": "2", "orderKind": None}]
    told = (await july.ask("rehab_centre", ask, {"rows": rows}))["data"]["pushDischargeNotices"]
    assert [(one["outcome"], one["code"]) for one in told] == [("done", None), ("refused", "invalid")]
    assert told[1]["errors"] == [{"pointer": "/order_kind", "code": "required"}]
    again = (await july.ask("rehab_centre", ask, {"rows": rows}))["data"]["pushDischargeNotices"]
    assert (again[0]["outcome"], again[0]["id"]) == ("replayed", told[0]["id"])
    many = await july.ask("rehab_centre", ask, {"rows": []})
    assert many["errors"][0]["extensions"]["code"] == "invalid"


async def test_the_list_of_those_expected_is_kept_back_and_sent_by_the_same_rows(july):
    """45 days ahead the centre keeps its list as drafts: each is expected, for both sides, until it is sent."""
    rows = [row(july, n) for n in (1, 2, 3)]
    kept = await bulk(july, [one | {"draft": True} for one in rows])
    assert [(one["outcome"], one["state"]) for one in kept] == [("done", "draft")] * 3
    for user in ("rehab_centre", "police"):
        found = (await july.get(user, "/v1/reconciliations?state=expected")).json()["data"]
        assert len(found) == 3, user
    again = await bulk(july, [one | {"draft": True} for one in rows])
    assert [(one["outcome"], one["state"]) for one in again] == [("replayed", "draft")] * 3
    moved = rows[2] | {"completes_on": "2026-09-30"}
    sent = await bulk(july, [*rows[:2], moved])
    assert [(one["outcome"], one["state"]) for one in sent[:2]] == [("done", "sent")] * 2
    assert sent[2]["code"] == "notice_differs", "what was kept back otherwise is amended, never replaced"
    assert [one["id"] for one in sent[:2]] == [one["id"] for one in kept[:2]]
    later = await bulk(july, rows[:2])
    assert [(one["outcome"], one["state"]) for one in later] == [("replayed", "sent")] * 2
    late = await bulk(july, [rows[0] | {"draft": True}])
    assert [(one["outcome"], one["state"]) for one in late] == [("replayed", "sent")], "what is sent is not kept back"


async def test_a_list_kept_back_and_amended_goes_out_as_it_stands_now_and_not_as_it_was(july):
    (kept,) = await bulk(july, [row(july, 1) | {"draft": True}])
    change = {"completes_on": "2026-09-30", "reason": "gia hạn"}
    await july.call("rehab_centre", "PATCH", f"{PATH}/{kept['id']}", change, If_Match=f'"{kept["version"]}"')
    (old,) = await bulk(july, [row(july, 1)])
    assert (old["outcome"], old["code"]) == ("refused", "notice_differs")
    (new,) = await bulk(july, [row(july, 1) | {"completes_on": "2026-09-30"}])
    assert (new["outcome"], new["state"]) == ("done", "sent")
