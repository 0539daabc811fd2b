"""A commune officer founds a club, a leader appoints its board, an area looks on: through the public API, as each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()


async def done(world, user, method, path, body, version=None):
    headers = {"If_Match": f'"{version}"'} if version else {}
    reply = await world.call(user, method, path, body, **headers)
    assert reply.status_code in (200, 201), reply.text
    return reply.json()


async def refused(world, user, method, path, body=None):
    return (await world.call(user, method, path, body, If_Match='"1"')).status_code


async def test_a_club_is_planned_founded_staffed_supported_reviewed_and_closed(world):
    since = str(TODAY - timedelta(days=200))
    plan = {"kind": "club", "name": "B93 Hoa", "meeting_rhythm": "monthly", "unit_id": str(world.units["hoa_club"])}
    for user in ("police", "volunteer", "counsellor", "health_station", "club_board", "inspector", "country_reader"):
        assert await refused(world, user, "POST", "/v1/support-models", plan) == 403, user
    club = await done(world, "officer", "POST", "/v1/support-models", plan)
    path = f"/v1/support-models/{club['id']}"

    decision = {"decision_number": "7/QĐ-UBND", "decision_on": since, "decision_by": "UBND phường Hoa"}
    founded = {"to": "active", "founded_on": since, **decision}
    await done(world, "leader", "POST", f"{path}/transitions", founded, 1)

    of_club = {"support_model_id": club["id"]}
    chair = of_club | {"full_name": "Hoàng Văn Thắng", "role": "chair", "valid_from": since}
    chair |= {"account_id": str(world.users["club_board"].account_id), "task_areas": ["outreach"]}
    await done(world, "officer", "POST", "/v1/model-members", chair)
    assert await refused(world, "club_board", "POST", "/v1/model-members", chair) == 403

    school = {"name": "Trường nghề", "kind": "vocational_school"}
    school = await done(world, "officer", "POST", "/v1/organisations", school)
    part = of_club | {"organisation_id": school["id"], "part": "teaches", "valid_from": since}
    await done(world, "officer", "POST", "/v1/model-partners", part)
    gift = of_club | {"organisation_id": school["id"], "kind": "training_places", "pledged_places": 5}
    gift = await done(world, "officer", "POST", "/v1/contributions", gift | {"pledged_on": since})
    came = {"to": "received", "received_on": str(TODAY)}
    gift = await done(world, "officer", "POST", f"/v1/contributions/{gift['id']}/transitions", came, 1)
    assert gift["received_places"] == 5

    weak = of_club | {"reviewed_on": str(TODAY), "rating": "weak", "limits": "Chưa họp đều"}
    weak |= {"remedy": "Họp tối ngày 10", "remedy_due_on": str(TODAY + timedelta(days=30))}
    await done(world, "area_officer", "POST", "/v1/model-reviews", weak)
    inbox = (await world.get("officer", "/v1/tasks?kind=model_remedy")).json()["data"]
    assert len(inbox) == 1

    seen = (await world.get("club_board", f"{path}?include=members,reviews,partners,contributions")).json()
    assert [len(seen[part]) for part in ("members", "reviews", "partners", "contributions")] == [1, 1, 1, 1]
    wanting = {one["condition"] for one in seen["stability"] if not one["met"]}
    assert (seen["stable_and_effective"], wanting) == (False, {"board", "activity", "review"})
    assert await refused(world, "club_board", "PATCH", path, {"name": "Khác"}) == 403
    for user, status in (("neighbour", 404), ("health_station", 404), ("volunteer", 404), ("police", 403)):
        assert await refused(world, user, "GET", path) == status, user

    end = {"to": "closed", "closed_on": str(TODAY), "close_reason": "Nhập vào câu lạc bộ khác"}
    closed = await done(world, "leader", "POST", f"{path}/transitions", end, 2)
    assert (closed["state"], closed["transitions"]) == ("closed", [])


async def test_a_volunteer_sees_the_team_of_the_commune_and_no_other(world):
    team = {"kind": "volunteer_team", "name": "Đội phường Hoa"}
    ours = await done(world, "officer", "POST", "/v1/support-models", team)
    theirs = await done(world, "neighbour", "POST", "/v1/support-models", team)
    listed = (await world.get("volunteer", "/v1/support-models")).json()["data"]
    assert [row["id"] for row in listed] == [ours["id"]]
    assert await refused(world, "volunteer", "GET", f"/v1/support-models/{theirs['id']}") == 404
    assert await refused(world, "volunteer", "POST", f"/v1/support-models/{ours['id']}/unit", {}) == 403
