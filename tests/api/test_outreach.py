"""Trainings, outreach and its places, press, awards, inspections (issue: the support, 10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
YESTERDAY, TOMORROW = str(TODAY - timedelta(days=1)), str(TODAY + timedelta(days=1))
TRAINING = {
    "kind": "course",
    "title": "Kỹ năng tư vấn ban đầu",
    "audience": ["volunteers", "club_board"],
    "attendance": [{"group": "volunteers", "persons": 24}, {"group": "club_board", "persons": 6}],
    "staff_names": ["Trần Thị Hoà"],
    "held_from": YESTERDAY,
    "certified": 28,
    "cost": 12_500_000,
}
PLACE = {"kind": "industrial_zone", "name": "Khu công nghiệp Bắc", "valid_from": "2024-01-01"}
ACTIVITY = {
    "title": "Sân khấu hóa về phòng, chống ma túy",
    "form": "stage_play",
    "topics": ["hiv_prevention", "prostitution_prevention"],
    "held_from": YESTERDAY,
    "audience": ["workers"],
    "reached": 300,
    "commissioned_body": "Nhà văn hóa huyện",
    "cost": 45_000_000,
}
PRESS = {
    "title": "Trở về",
    "published_on": YESTERDAY,
    "outlet": "Báo tỉnh",
    "level": "province",
    "link": "https://bao.example.vn/tro-ve?id=1",
}
AWARD = {"kind": "commendation", "title": "Giấy khen", "awarded_on": YESTERDAY, "awarded_by": "Chủ tịch UBND phường"}
VISIT = {"kind": "inspection", "visited_on": YESTERDAY, "body": "Đoàn kiểm tra tỉnh", "findings": "Thiếu sổ theo dõi"}
EXAMPLE = AWARD | {
    "recipient_kind": "individual",
    "individual_kind": "good_example",
    "recipient_name": "Nguyễn Thị Mai",
}
ALL = {
    "trainings": TRAINING,
    "places": PLACE,
    "outreach-activities": ACTIVITY,
    "press-items": PRESS,
    "awards": AWARD | {"recipient_kind": "collective", "recipient_name": "Câu lạc bộ Điểm Tựa"},
    "inspection-visits": VISIT,
}
every = pytest.mark.parametrize("path", ALL)


async def made(world, path, body, user="officer", status=201):
    reply = await world.call(user, "POST", f"/v1/{path}", body)
    assert reply.status_code == status, reply.text
    return reply.json()


async def changed(world, path, one, change, status=200):
    reply = await world.call("officer", "PATCH", f"/v1/{path}/{one['id']}", change, If_Match=f'"{one["version"]}"')
    assert reply.status_code == status, reply.text
    return reply.json()


def flaws(answer):
    return {(flaw["pointer"], flaw["code"]) for flaw in answer["errors"]}


@every
async def test_what_was_told_comes_back_and_is_listed(world, path):
    one = await made(world, path, ALL[path])
    told = (await world.get("officer", f"/v1/{path}/{one['id']}")).json()
    assert {name: told[name] for name in ALL[path]} == ALL[path]
    assert [row["id"] for row in (await world.get("area_officer", f"/v1/{path}")).json()["data"]] == [one["id"]]
    assert (await world.get("neighbour", f"/v1/{path}")).json()["data"] == []
    assert (await world.get("neighbour", f"/v1/{path}/{one['id']}")).status_code == 404


@every
@pytest.mark.parametrize(
    "user", ["police", "volunteer", "club_board", "health_station", "rehab_centre", "import_client"]
)
async def test_who_has_no_part_in_it_is_refused(world, path, user):
    assert (await world.get(user, f"/v1/{path}")).status_code == 403
    assert (await world.call(user, "POST", f"/v1/{path}", ALL[path])).status_code == 403


@every
async def test_a_country_reader_reads_and_never_writes(world, path):
    await made(world, path, ALL[path])
    assert len((await world.get("country_reader", f"/v1/{path}")).json()["data"]) == 1
    assert (await world.call("country_reader", "POST", f"/v1/{path}", ALL[path])).status_code == 403


@every
async def test_a_second_writer_with_a_stale_version_changes_nothing(world, path):
    one = await made(world, path, ALL[path])
    name = "body" if path == "inspection-visits" else "name" if path == "places" else "title"
    await changed(world, path, one, {name: "Tên mới"})
    await changed(world, path, one, {name: "Tên khác"}, status=412)
    assert (await world.get("officer", f"/v1/{path}/{one['id']}")).json()[name] == "Tên mới"


@every
async def test_a_required_fact_cannot_be_cleared(world, path):
    one = await made(world, path, ALL[path])
    name = "body" if path == "inspection-visits" else "name" if path == "places" else "title"
    assert ("/" + name, "required") in flaws(await changed(world, path, one, {name: None}, status=422))


@every
async def test_voiding_keeps_the_row_and_takes_it_off_the_list(world, path):
    one = await made(world, path, ALL[path])
    reply = await world.call("officer", "DELETE", f"/v1/{path}/{one['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert reply.status_code == 200
    assert (await world.get("officer", f"/v1/{path}")).json()["data"] == []
    assert len((await world.get("officer", f"/v1/{path}?voided=true")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("path", "change", "flaw"),
    [
        ("trainings", {"held_to": "2020-01-01"}, ("/held_to", "ends_before_it_starts")),
        ("trainings", {"certified": 31}, ("/certified", "more_than_came")),
        ("trainings", {"held_from": TOMORROW}, ("/held_from", "in_the_future")),
        ("trainings", {"staff_names": ["Trần 123"]}, ("/staff_names/0", "digits")),
        ("trainings", {"staff_names": ["T•••• H••"]}, ("/staff_names/0", "masked_value")),
        ("trainings", {"cost": -1}, ("/cost", "out_of_range")),
        ("trainings", {"attendance": [{"group": "teachers", "persons": 1}] * 2}, ("/attendance", "repeated")),
        ("places", {"valid_to": "2023-12-31"}, ("/valid_to", "ends_before_it_starts")),
        ("outreach-activities", {"topics": []}, ("/topics", "too_short")),
        ("outreach-activities", {"topics": ["law", "law"]}, ("/topics", "repeated")),
        ("outreach-activities", {"held_from": TOMORROW}, ("/held_from", "in_the_future")),
        ("press-items", {"published_on": TOMORROW}, ("/published_on", "in_the_future")),
        ("press-items", {"link": "http://bao.example.vn/"}, ("/link", "not_https")),
        ("press-items", {"link": "https://bao.example.vn@lua.example/"}, ("/link", "not_https")),
        ("press-items", {"link": "javascript:alert(1)//https://"}, ("/link", "not_https")),
        ("press-items", {"link": "https://127.0.0.1/"}, ("/link", "not_https")),
        ("press-items", {"link": "https://báo.vn/"}, ("/link", "not_https")),
        ("inspection-visits", {"remedy": "Lập sổ"}, ("/remedy_due_on", "required")),
        ("inspection-visits", {"remedy_due_on": TOMORROW}, ("/remedy", "required")),
        ("inspection-visits", {"remedied_on": YESTERDAY}, ("/remedy", "required")),
    ],
)
async def test_what_does_not_hold_together_is_refused_with_its_place(world, path, change, flaw):
    answer = await made(world, path, ALL[path] | change, status=422)
    assert flaw in flaws(answer) or (flaw[1] == "too_short" and flaw[0] in {at for at, _ in flaws(answer)})
    table = path.replace("-", "_").removesuffix("ies").removesuffix("s")
    table = "outreach_activity" if path == "outreach-activities" else table
    assert await world.admin.fetchval(f"select count(*) from {table}") == 0


async def test_an_activity_names_only_places_listed_on_its_day(world):
    place = await made(world, "places", PLACE | {"valid_to": YESTERDAY})
    one = await made(world, "outreach-activities", ACTIVITY | {"place_ids": [place["id"]]})
    told = (await world.get("officer", f"/v1/outreach-activities/{one['id']}?include=places")).json()
    assert [found["name"] for found in told["places"]] == ["Khu công nghiệp Bắc"]
    late = ACTIVITY | {"place_ids": [place["id"]], "held_from": str(TODAY)}
    assert flaws(await made(world, "outreach-activities", late, status=422)) == {("/place_ids/0", "not_listed_then")}
    theirs = await made(world, "places", PLACE, user="neighbour")
    answer = await made(world, "outreach-activities", ACTIVITY | {"place_ids": [theirs["id"]]}, status=422)
    assert flaws(answer) == {("/place_ids/0", "not_listed_then")}


async def test_lists_are_narrowed_by_topic_place_audience_and_time(world):
    place = await made(world, "places", PLACE)
    one = await made(world, "outreach-activities", ACTIVITY | {"place_ids": [place["id"]]})
    await made(world, "outreach-activities", ACTIVITY | {"topics": ["law"], "audience": ["students"], "form": "talk"})
    for where in (f"place_id={place['id']}", "topic=hiv_prevention", "audience=workers", "form=stage_play"):
        found = (await world.get("officer", f"/v1/outreach-activities?{where}")).json()["data"]
        assert [row["id"] for row in found] == [one["id"]], where
    for where, count in ((f"held_since={TODAY}", 0), (f"held_since={YESTERDAY}", 2), ("held_until=2020-01-01", 0)):
        assert len((await world.get("officer", f"/v1/outreach-activities?{where}")).json()["data"]) == count, where


# -- awards ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"recipient_kind": "unit"}, ("/recipient_unit_id", "required")),
        ({"recipient_kind": "collective"}, ("/recipient_name", "required")),
        ({"recipient_kind": "individual", "recipient_name": "Lê Ba"}, ("/individual_kind", "required")),
        (
            {"recipient_kind": "collective", "recipient_name": "Tổ 2", "individual_kind": "staff"},
            ("/individual_kind", "not_for_this_kind"),
        ),
        (EXAMPLE, ("/consent_on", "required")),
        (EXAMPLE | {"consent_on": TOMORROW}, ("/consent_on", "in_the_future")),
        (EXAMPLE | {"individual_kind": "staff", "consent_on": YESTERDAY}, ("/consent_on", "not_for_this_kind")),
    ],
)
async def test_a_recipient_is_named_as_its_kind_asks_and_a_good_example_only_with_consent(world, change, flaw):
    assert flaw in flaws(await made(world, "awards", AWARD | change, status=422))


async def test_with_the_consent_goes_the_name(world):
    one = await made(world, "awards", EXAMPLE | {"consent_on": YESTERDAY, "reason": "Giúp bạn cùng về"})
    assert one["recipient_name"] == "Nguyễn Thị Mai"
    one = await changed(world, "awards", one, {"consent_withdrawn_on": str(TODAY)})
    assert (one["recipient_name"], one["reason"], one["title"]) == (None, None, "Giấy khen")
    await changed(world, "awards", one, {"recipient_name": "Nguyễn Thị Mai"})
    assert await world.admin.fetchval("select recipient_name from award") is None
    with pytest.raises(asyncpg.CheckViolationError):
        await world.admin.execute("update award set recipient_name = 'Nguyễn Thị Mai'")


async def test_a_unit_that_ended_before_gets_no_award(world):
    body = AWARD | {"recipient_kind": "unit", "recipient_unit_id": str(world.units["old_commune"])}
    assert flaws(await made(world, "awards", body, status=422)) == {("/recipient_unit_id", "unit_not_valid_then")}
    body |= {"recipient_unit_id": str(world.units["hoa_club"])}
    one = await made(world, "awards", body)
    told = (await world.get("officer", f"/v1/awards/{one['id']}?include=recipient_unit")).json()
    assert told["recipient_unit"]["name"] == "Hoa Club"


# -- inspections -------------------------------------------------------------------------------------------------------


async def test_a_remedy_is_a_task_until_it_is_put_right(world):
    one = await made(world, "inspection-visits", VISIT | {"remedy": "Lập sổ theo dõi", "remedy_due_on": TOMORROW})
    tasks = (await world.get("officer", "/v1/tasks?noun=inspection_visit&state=open")).json()["data"]
    assert [(task["kind"], task["due_on"], task["subject_id"]) for task in tasks] == [
        ("inspection_remedy", TOMORROW, one["id"])
    ]
    assert len((await world.get("officer", "/v1/inspection-visits?remedy_open=true")).json()["data"]) == 1
    await changed(world, "inspection-visits", one, {"remedied_on": str(TODAY), "remedied_how": "Đã lập sổ"})
    assert (await world.get("officer", "/v1/tasks?noun=inspection_visit&state=open")).json()["data"] == []
    assert (await world.get("officer", "/v1/inspection-visits?remedy_open=true")).json()["data"] == []


async def test_a_province_records_what_it_found_at_a_commune(world):
    body = VISIT | {"unit_id": str(world.units["hoa"]), "remedy": "Lập sổ", "remedy_due_on": TOMORROW}
    one = await made(world, "inspection-visits", body, user="province_officer")
    assert (await world.get("officer", f"/v1/inspection-visits/{one['id']}")).json()["findings"] == VISIT["findings"]
    away = VISIT | {"unit_id": str(world.units["bien"])}
    assert flaws(await made(world, "inspection-visits", away, user="province_officer", status=422)) == {
        ("/unit_id", "unit_not_in_scope")
    }


async def test_graphql_records_and_reads_the_same(world):
    act = (
        'mutation { recordOutreachActivity(new: {title: "Loa phường", form: loudspeaker, topics: [hiv_prevention],'
        f' heldFrom: "{YESTERDAY}"}}) {{ id topics cost unit {{ name }} places(first: 1) {{ nodes {{ id }} }} }} }}'
    )
    told = (await world.ask("officer", act))["data"]["recordOutreachActivity"]
    assert (told["topics"], told["unit"], told["places"]) == (["hiv_prevention"], {"name": "Hoa"}, {"nodes": []})
    query = "{ trainings { nodes { id } } awards { nodes { id } } inspectionVisits { nodes { id } } pressItems { nodes { id } } }"
    assert "errors" not in await world.ask("officer", query)
    body = (
        'mutation { recordTraining(new: {kind: course, title: "T", audience: [volunteers], heldFrom: "2026-01-05",'
        " attendance: [{group: volunteers, persons: 3}], certified: 3}) { attendance certified } }"
    )
    told = (await world.ask("officer", body))["data"]["recordTraining"]
    assert told == {"attendance": [{"group": "volunteers", "persons": 3}], "certified": 3}


@every
@pytest.mark.parametrize("via", ["grant", "made"])
async def test_no_other_road_leads_to_it_for_a_neighbour(world, path, via):
    await made(world, path, ALL[path])
    reply = await world.get("neighbour", f"/v1/{path}?via={via}")
    assert reply.status_code in (200, 403), reply.text
    assert reply.json().get("data", []) == []
