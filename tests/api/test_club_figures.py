"""The monthly report of a model and a member's sheet of rights: persons and times apart, nobody named."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import get_type_hints
from uuid import UUID

import pytest

from domain.club.figures import OWN, RightUsed, SupportMonth, _sees, _unseen
from domain.ids import new_id
from domain.measures import Contacts, Persons
from domain.reading import Kind
from tests.club_work import TODAY, ZONE, ago, back, running_club
from tests.world import insert

MONTH = f"{back(1):%Y-%m}"


@pytest.fixture
async def club(world):
    return await running_club(world)


async def month(world, club, user="officer", of=MONTH):
    reply = await world.get(user, f"/v1/support-models/{club.id}/monthly-report?month={of}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def days(since):
    return (TODAY - since).days


async def test_a_month_counts_persons_and_times_apart(world, club):
    whole = [await club.member(await world.person("hoa"), days=days(back(3))) for _ in range(2)]
    half = await club.member(await world.person("hoa"), days=days(back(1) + timedelta(days=9)))
    await club.asked(await world.person("hoa"))
    for week in (2, 12):
        starts = (back(1) + timedelta(days=week)).isoformat() + "T19:00:00+07:00"
        session = await club.session(starts_at=starts)
        marks = {whole[0]["id"]: "present", whole[1]["id"]: "absent" if week == 2 else "present"}
        await club.attendance(session, marks, family=[{"role": "parent", "number": 2}])
    await club.evaluate(whole[0])
    await club.evaluate(half)
    told = await month(world, club)
    figures = {name: told[name] for name in told if name not in ("support_model_id", "month", "quarter", "masked")}
    assert figures == {
        "sessions_planned": 0,
        "sessions_held": 2,
        "sessions_cancelled": 0,
        "members": 3,
        "members_in_all": 3,
        "joined": 1,
        "left": 0,
        "attended_persons": 2,
        "attendances": 3,
        "family_attendances": 4,
        "evaluations_due": 2,
        "evaluations_done": 1,
        "evaluations_missing": 1,
        "counselled_persons": 0,
        "counselling_contacts": 0,
        "anonymous_clients": 0,
        "anonymous_contacts": 0,
        "referred_persons": 0,
        "referrals_sent": 0,
        "referrals_completed": 0,
    }
    assert (told["month"], told["quarter"]) == (MONTH, None)
    assert told["masked"] == []


async def test_who_left_or_moved_away_stays_in_the_figures(world, club):
    member = await club.member(await world.person("hoa"), days=days(back(3)))
    session = await club.session(starts_at=f"{back(1) + timedelta(days=5)}T19:00:00+07:00")
    await club.attendance(session, {member["id"]: "present"})
    await club.move(member, "left")
    for user in ("officer", "club_board"):
        told = await month(world, club, user)
        assert (told["members"], told["attended_persons"], told["attendances"]) == (1, 1, 1), user
    now = await month(world, club, of=f"{TODAY:%Y-%m}")
    assert (now["members"], now["left"], now["evaluations_due"]) == (0, 1, 0)


async def test_a_board_is_told_its_club_and_not_what_was_counselled(world, club):
    told = await month(world, club, "club_board")
    assert set(told["masked"]) == {
        "counselled_persons",
        "counselling_contacts",
        "anonymous_clients",
        "anonymous_contacts",
    }
    assert all(told[name] is None for name in told["masked"])
    assert told["members"] == 0
    assert (await month(world, club, "province_officer"))["members"] == 0


async def test_other_communes_and_those_without_models_hear_nothing(world, club):
    path = f"/v1/support-models/{club.id}/monthly-report"
    for user, status in (("neighbour", 404), ("stranger", 404), ("police", 403), ("report_reader", 403)):
        assert (await world.get(user, path)).status_code == status, user
    kept = await world.admin.fetch("select act, subject_ids from journal_entry where outcome = 'denied'")
    assert [tuple(row) for row in kept] == [("read_support_model", [UUID(club.id)])] * 2, "who lacks the right, alone"


@pytest.mark.parametrize(
    ("month_", "code"), [("2026-13", "not_a_month"), ("2026-1", "not_a_month"), ("2199-01", "in_the_future")]
)
async def test_what_is_no_month_is_refused(world, club, month_, code):
    reply = await world.get("officer", f"/v1/support-models/{club.id}/monthly-report?month={month_}")
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [("/month", code)]


async def test_one_statement_makes_the_report_and_its_journal_row(world, club):
    before = await world.admin.fetchval("select count(*) from journal_entry where outcome = 'read'")
    await month(world, club)
    after = await world.admin.fetch(
        "select act, noun, subject_ids, shown from journal_entry where outcome = 'read' order by id desc limit 1"
    )
    assert tuple(after[0]) == ("read_support_model", "support_model", [UUID(club.id)], 1)
    assert await world.admin.fetchval("select count(*) from journal_entry where outcome = 'read'") == before + 1


def test_persons_and_times_of_a_report_cannot_be_added():
    hints = get_type_hints(SupportMonth)
    assert (hints["members"], hints["attendances"]) == (Persons, Contacts)
    with pytest.raises(TypeError):
        Persons(1) + Contacts(1)  # type: ignore[operator]


async def test_graphql_tells_the_same_month(world, club):
    await club.member(await world.person("hoa"), days=days(back(3)))
    query = (
        f'{{ supportModelMonth(id: "{club.id}", of: {{month: "{MONTH}"}}) {{ members due: evaluationsDue masked month }}'
        f' now: supportModelMonth(id: "{club.id}", of: {{}}) {{ month }} }}'
    )
    told = (await world.ask("officer", query))["data"]
    assert told["supportModelMonth"] == {"members": 1, "due": 1, "masked": [], "month": MONTH}
    assert told["now"] == {"month": f"{TODAY:%Y-%m}"}


# -- a quarter

QUARTERS = sorted({(day.year, (day.month + 2) // 3) for day in map(back, range(1, 7))})
LAST = max(quarter for quarter in QUARTERS if quarter != (TODAY.year, (TODAY.month + 2) // 3))
"""The latest quarter that is over."""
ITS_MONTHS = [date(LAST[0], 3 * LAST[1] - 2 + month, 1) for month in range(3)]
QUARTER = f"{LAST[0]}-Q{LAST[1]}"
ADDABLE = (
    "sessions_held",
    "attendances",
    "family_attendances",
    "evaluations_due",
    "evaluations_done",
    "joined",
    "left",
)
"""What happened on one day of one month: a quarter is the sum of these."""


@pytest.fixture
async def busy(world, club):
    """A member for the whole quarter who comes each month, and one who joined in its second month and left in its third."""
    first, second, third = ITS_MONTHS
    whole = await club.member(await world.person("hoa"), days=days(first))
    short = await club.member(await world.person("hoa"), days=days(second + timedelta(days=3)))
    for of, marks in ((first, (whole,)), (second, (whole, short)), (third, (whole, short))):
        session = await club.session(starts_at=f"{of + timedelta(days=6)}T19:00:00+07:00")
        family = [{"role": "parent", "number": 1}]
        await club.attendance(session, {member["id"]: "present" for member in marks}, family=family)
    await club.move(short, "left", since=str(third + timedelta(days=9)))
    await club.evaluate(whole, month=str(second))
    return club


async def test_a_quarter_counts_each_person_once_and_is_not_the_sum_of_its_months(world, busy):
    path = f"/v1/support-models/{busy.id}/monthly-report"
    told = (await world.get("club_board", f"{path}?quarter={QUARTER}")).json()
    months = [await month(world, busy, "club_board", f"{of:%Y-%m}") for of in ITS_MONTHS]
    assert (told["month"], told["quarter"]) == (None, QUARTER)
    assert {name: told[name] for name in ADDABLE} == {name: sum(of[name] for of in months) for name in ADDABLE}
    assert (told["evaluations_due"], told["evaluations_done"], told["evaluations_missing"]) == (3, 1, 2)
    assert [of["attended_persons"] for of in months] == [1, 2, 2]
    assert [of["members_in_all"] for of in months] == [1, 2, 2]
    assert (told["attended_persons"], told["members_in_all"], told["attendances"]) == (2, 2, 5)
    assert [of["members"] for of in months] == [1, 2, 1]
    assert told["members"] == 1, "who is a member when it ends"
    assert told["counselled_persons"] is None


async def test_graphql_tells_the_same_quarter_and_the_running_one_ends_today(world, busy):
    running = f"{TODAY.year}-Q{(TODAY.month + 2) // 3}"
    query = (
        f'{{ last: supportModelMonth(id: "{busy.id}", of: {{quarter: "{QUARTER}"}})'
        " { quarter month membersInAll attendedPersons }"
        f' now: supportModelMonth(id: "{busy.id}", of: {{quarter: "{running}"}}) {{ quarter membersInAll members left }} }}'
    )
    told = (await world.ask("officer", query))["data"]
    assert told["last"] == {"quarter": QUARTER, "month": None, "membersInAll": 2, "attendedPersons": 2}
    assert told["now"] == {"quarter": running, "membersInAll": 1, "members": 1, "left": 0}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("quarter=2026-Q5", "not_a_quarter"),
        ("quarter=2026-Q0", "not_a_quarter"),
        ("quarter=2026-03", "not_a_quarter"),
        ("quarter=2199-Q1", "in_the_future"),
        ("quarter=2026-Q1&month=2026-01", "month_or_quarter"),
    ],
)
async def test_what_is_no_quarter_is_refused(world, club, asked, code):
    reply = await world.get("officer", f"/v1/support-models/{club.id}/monthly-report?{asked}")
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [("/quarter", code)]


# -- the sheet of rights


async def rights(world, member, user="officer"):
    reply = await world.get(user, f"/v1/club-memberships/{member['id']}/rights")
    assert reply.status_code == 200, reply.text
    return {line["right"]: line for line in reply.json()}


async def counselled(world, person, *topics, next_on=None):
    row = {
        "id": new_id(),
        "person_id": person,
        "unit_no": world.no("hoa"),
        "made_unit_no": world.no("hoa"),
        "circle_no": -world.users["volunteer"].account_no,
        "held_at": datetime.combine(TODAY, time(), ZONE) - timedelta(days=7),
        "channel": "face_to_face",
        "topics": list(topics),
        "next_on": next_on,
    }
    await insert(world.admin, "counselling_contact", row)


async def test_a_sheet_says_what_was_used_what_waits_and_what_it_cost(world, club):
    person = await world.person("hoa")
    member = await club.member(person)
    await counselled(world, person, "psychological", "legal", next_on=TODAY + timedelta(days=7))
    await counselled(world, person, "family")
    told = await rights(world, member)
    assert list(told) == ["counselling", "legal", "health", "loan", "training"]
    assert {k: told["counselling"][k] for k in ("used", "waiting", "cost_vnd", "free", "last_on")} == {
        "used": 2,
        "waiting": 1,
        "cost_vnd": 0,
        "free": True,
        "last_on": ago(7),
    }
    assert (told["legal"]["used"], told["health"]["used"], told["loan"]["used"]) == (1, 0, 0)


async def test_a_board_sees_of_the_sheet_its_own_referrals_alone(world, club):
    person = await world.person("hoa")
    member = await club.member(person)
    await counselled(world, person, "legal")
    for line in (await rights(world, member, "club_board")).values():
        assert line["masked"] == ["used", "last_on", "waiting", "cost_vnd", "free"]
        assert (line["used"], line["cost_vnd"], line["referrals_open"]) == (None, None, 0)


async def test_a_sheet_out_of_reach_is_not_there(world, club):
    member = await club.member(await world.person("hoa"))
    path = f"/v1/club-memberships/{member['id']}/rights"
    assert [(await world.get(user, path)).status_code for user in ("neighbour", "volunteer", "police")] == [
        404,
        404,
        403,
    ]
    await club.move(member, "left")
    assert (await world.get("club_board", path)).status_code == 404
    kept = await world.admin.fetch("select act, subject_ids from journal_entry where outcome = 'denied'")
    assert [tuple(row) for row in kept] == [("read_club_membership", [UUID(member["id"])])]


async def test_graphql_tells_the_same_sheet(world, club):
    member = await club.member(await world.person("hoa"))
    told = await world.ask("officer", f'{{ clubMembershipRights(id: "{member["id"]}") {{ right used free }} }}')
    assert told["data"]["clubMembershipRights"][0] == {"right": "counselling", "used": 0, "free": True}


@pytest.mark.parametrize(
    ("role", "right", "hidden"),
    [
        ("commune_officer", "health", set()),
        ("volunteer", "counselling", set()),
        ("volunteer", "health", OWN),
        ("club_board", "training", OWN),
        ("import_client", "counselling", {"referrals_open"}),
        ("import_client", "health", OWN | {"referrals_open"}),
    ],
)
def test_of_a_right_each_role_sees_what_it_sees_of_that_support_and_of_referrals(role, right, hidden):
    assert _unseen(role, right) == hidden


def test_what_is_seen_masked_or_in_figures_alone_is_not_seen_on_a_sheet():
    """Both are asked of a role: that its field is clear, and that it reads rows."""
    assert _sees("volunteer", Kind.COUNSELLING, "read_contact")
    assert not _sees("volunteer", Kind.DECISION, "read_contact")
    assert not _sees("province_officer", Kind.OPEN, "read_contact")


def test_what_cost_something_is_not_free():
    assert RightUsed("training", 1, None, 0, 0, 0).free
    assert not RightUsed("training", 1, None, 0, 1, 0).free
