"""A day of the board of a club (dossier §17), through the public API alone, and exactly what it sees of a member."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.club.noun import ATTENDANCE, EVALUATION, MEMBERSHIP, MEMBERSHIP_EVENT, SESSION
from tests.club_work import TODAY, ZONE, back, running_club

BOARD = "club_board"
OPEN_OF_PERSON = {
    "id",
    "version",
    "unit_id",
    "source",
    "source_ref",
    "recorded_at",
    "updated_at",
    "voided_at",
    "void_reason",
    "masked",
}
HIDDEN_OF_PERSON = {"national_id", "no_id_reason"}


@pytest.fixture
async def club(world):
    return await running_club(world)


@pytest.fixture
async def mai(world):
    person = await world.person("hoa", "Nguyễn Thị Mai", national_id="001190012345", phone="+84912345678")
    await world.residence(person)
    return person


async def test_from_the_list_of_who_agreed_to_the_report_of_the_month(world, club, mai):
    """The officer screens and asks; the board invites, meets, evaluates, passes wishes on, reports."""
    ba = await world.person("hoa", "Lê Văn Ba")
    asked, unasked = await club.asked(mai), await club.asked(ba)
    assert (await world.get(BOARD, "/v1/club-memberships")).json()["data"] == []
    await club.move(asked, "agreed")
    mine = (await world.get(BOARD, "/v1/club-memberships?state=agreed&include=person")).json()["data"]
    assert [row["person"]["full_name"] for row in mine] == ["Nguyễn Thị Mai"]
    for to in ("invited", "joined"):
        await club.move(asked, to, BOARD)
    # a session: planned, held, attendance in one call, neutral minutes
    starts = datetime.combine(TODAY, datetime.min.time(), ZONE)
    session = await club.session(
        starts_at=starts.isoformat(), topic="Vay vốn làm ăn", guests="Ngân hàng Chính sách xã hội"
    )
    family = [{"role": "partner", "number": 1}]
    held = await club.attendance(session, {asked["id"]: "present"}, family=family)
    minutes = {"minutes": "Trao đổi về thủ tục vay vốn."}
    await club.done(BOARD, "PATCH", f"/v1/club-sessions/{held['id']}", minutes, If_Match=f'"{held["version"]}"')
    # a monthly evaluation, read by the member
    made = await club.evaluate(asked, month=str(TODAY), changed="Tham gia đều")
    row = (await world.get(BOARD, f"/v1/club-memberships/{asked['id']}")).json()
    path = f"/v1/club-memberships/{asked['id']}/reading-code"
    code = (await club.done(BOARD, "POST", path, {}, If_Match=f'"{row["version"]}"'))["reading_code"]
    path = f"/v1/progress-evaluations/{made['id']}/reading"
    read = await club.done(BOARD, "POST", path, {"code": code, "said": "Đúng vậy"}, If_Match='"1"')
    assert read["member_said"] == "Đúng vậy"
    # a wish goes to the commune as a referral, and its state is seen
    wish = {
        "person_id": str(mai),
        "kind": "loan",
        "to_unit_id": str(world.units["hoa"]),
        "support_model_id": club.id,
        "consent_on": str(TODAY),
        "consent_scope": ["identity"],
    }
    referral = await club.done(BOARD, "POST", "/v1/referrals", wish)
    assert (await world.get(BOARD, f"/v1/referrals/{referral['id']}")).json()["state"] == "draft"
    # the report of the month
    told = (await world.get(BOARD, f"/v1/support-models/{club.id}/monthly-report")).json()
    assert (told["sessions_held"], told["members"], told["attendances"], told["family_attendances"]) == (1, 1, 1, 1)
    # and what it may not do
    assert (await world.get(BOARD, f"/v1/persons/{ba}")).status_code == 404
    assert (await world.get(BOARD, f"/v1/club-memberships/{unasked['id']}")).status_code == 404
    for method, path in (
        ("GET", "/v1/cases"),
        ("GET", "/v1/counselling-contacts"),
        ("GET", "/v1/health-visits"),
        ("GET", "/v1/assignments"),
        ("GET", "/v1/management-decisions"),
        ("POST", "/v1/club-memberships"),
    ):
        body = {"person_id": str(ba), "club_id": club.id} if method == "POST" else None
        assert (await world.call(BOARD, method, path, body)).status_code == 403, path
    search = await world.call(BOARD, "POST", "/v1/persons:search", {"q": "Lê Văn Ba"})
    assert search.status_code == 403 or search.json()["data"] == []
    # leaving ends all of it
    await club.move(asked, "left", BOARD)
    assert (await world.get(BOARD, f"/v1/persons/{mai}")).status_code == 404
    assert (await world.get(BOARD, f"/v1/progress-evaluations/{made['id']}")).status_code == 404
    assert (await world.get(BOARD, f"/v1/referrals/{referral['id']}")).status_code == 404


async def test_the_inbox_of_the_board_evaluations_that_are_missing_and_sessions_that_are_open(world, club, mai):
    membership = await club.member(mai, days=150)
    session = await club.session()

    async def due():
        return {row["kind"] for row in (await world.get(BOARD, "/v1/tasks?mine=true")).json()["data"]}

    assert await due() == {"progress_evaluation", "club_session"}
    graph = (await world.ask(BOARD, "{tasks {nodes {kind person {fullName}}}}"))["data"]["tasks"]["nodes"]
    assert {"kind": "progress_evaluation", "person": {"fullName": "Nguyễn Thị Mai"}} in graph
    await club.attendance(session, {membership["id"]: "present"})
    for month in range(6, 0, -1):
        await club.try_evaluate(membership, month=str(back(month)))
    assert await due() <= {"progress_evaluation"}
    waits = (await world.get(BOARD, "/v1/tasks?noun=club_membership")).json()["data"]
    assert all(task["due_on"] > str(TODAY) for task in waits), "only the month that runs is still to come"


async def test_the_club_reports_each_month_of_a_quarter(world, club, mai):
    membership = await club.member(mai)
    await club.attendance(await club.session(), {membership["id"]: "present"})
    told = []
    for month in range(2, -1, -1):
        path = f"/v1/support-models/{club.id}/monthly-report?month={back(month):%Y-%m}"
        told.append((await world.get(BOARD, path)).json())
    assert sum(month["sessions_held"] for month in told) == 1
    assert [month["members"] for month in told] == [1, 1, 1], "persons are counted anew, never added"
    quarter = f"{TODAY.year}-Q{(TODAY.month + 2) // 3}"
    path = f"/v1/support-models/{club.id}/monthly-report?quarter={quarter}"
    whole = (await world.get(BOARD, path)).json()
    assert (whole["members"], whole["members_in_all"], whole["quarter"]) == (1, 1, quarter)


async def test_what_a_board_sees_of_a_member_is_exactly_this_by_rest(world, club, mai):
    membership = await club.member(mai)
    await club.evaluate(membership)
    session = await club.session()
    await club.attendance(session, {membership["id"]: "present"})
    include = "identifiers,phones,residences,responsibilities,memberships,counselling_contacts,health_visits"
    person = (await world.get(BOARD, f"/v1/persons/{mai}?include={include}")).json()
    assert set(person["masked"]) >= HIDDEN_OF_PERSON
    assert set(person) - set(person["masked"]) - OPEN_OF_PERSON - HIDDEN_OF_PERSON == {
        "full_name",
        "aliases",
        "gender",
        "born_on",
        "born_precision",
        "native_place",
        "occupation",
        "phone",
        "phones",
        "responsibilities",
        "memberships",
    }
    assert person["national_id"] is None or "001190012345" not in str(person["national_id"])
    assert person["responsibilities"] == []
    assert {"residences", "counselling_contacts", "health_visits"} <= set(person["masked"])
    text = str(person)
    assert "001190012345" not in text
    assert "số 1, tổ 2" not in text
    for noun, path in (
        (MEMBERSHIP, f"/v1/club-memberships/{membership['id']}"),
        (MEMBERSHIP_EVENT, "/v1/membership-events"),
        (SESSION, f"/v1/club-sessions/{session['id']}"),
        (ATTENDANCE, "/v1/club-attendances"),
        (EVALUATION, "/v1/progress-evaluations"),
    ):
        body = (await world.get(BOARD, path)).json()
        row = body["data"][0] if "data" in body else body
        assert set(row) == {*noun.fields, "masked"}, noun.name
        assert row["masked"] == [], noun.name


async def test_what_a_board_sees_of_a_member_is_exactly_this_by_graphql(world, club, mai):
    await club.member(mai)
    fields = "fullName gender bornOn phone nationalId noIdReason voidReason"
    nested = (
        "identifiers { nodes { number } } phones { nodes { number } } residences { nodes { address } }"
        " responsibilities { nodes { reason } } counsellingContacts { nodes { id } } healthVisits { nodes { id } }"
        " memberships { nodes { state clubId } }"
    )
    told = await world.ask(BOARD, f'{{ person(id: "{mai}") {{ {fields} {nested} masked }} }}')
    person = told["data"]["person"]
    assert person["fullName"] == "Nguyễn Thị Mai"
    assert person["phone"] is not None
    assert person["memberships"]["nodes"] == [{"state": "joined", "clubId": club.id}]
    assert "001190012345" not in str(told)
    for name in ("residences", "counsellingContacts", "healthVisits"):
        assert person[name] is None, name
        assert name in person["masked"]
    assert person["responsibilities"] == {"nodes": []}


async def test_police_never_hear_of_a_club(world, club, mai):
    """Ruling 32: neither by a list, nor by the file of a person."""
    await club.member(mai)
    person = (await world.get("police", f"/v1/persons/{mai}?include=memberships")).json()
    assert "memberships" not in person
    assert "memberships" in person["masked"]
    for path in ("/v1/clubs", "/v1/club-sessions", "/v1/club-memberships", "/v1/progress-evaluations"):
        assert (await world.get("police", path)).status_code == 403, path


async def test_a_hand_over_ends_what_the_club_saw_and_takes_the_membership_along(world, club, mai):
    """The club of the old commune loses sight of who moves; the new commune's officer has the membership."""
    membership = await club.member(mai)
    given = {"person_id": str(mai), "unit_id": str(world.units["binh"]), "reason": "Chuyển nơi cư trú"}
    offered = await club.done("officer", "POST", "/v1/handovers", given)
    path = f"/v1/handovers/{offered['id']}/transitions"
    await club.done("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"')
    one = f"/v1/club-memberships/{membership['id']}"
    assert [(await world.get(user, one)).status_code for user in (BOARD, "officer", "neighbour")] == [404, 404, 200]
    moved = await club.move(membership, "suspended", "neighbour")
    assert moved["consequences"] is None
    assert (await world.get(BOARD, one)).status_code == 404
    assert (await club.move(membership, "left", "neighbour"))["state"] == "left"
