"""What an acceptance makes of the register: whom it means, which case, and which course of treatment is over."""

from __future__ import annotations

from datetime import date

import pytest

from tests.api.test_notices import NUMBER, PATH, accepted, at, content, moved, pushed
from tests.case_work import standing
from tests.livelihood import course

OVER = {"kind": "substitution_completion", "treatment": "substitution_treatment", "order_kind": None}
OVER |= {"completes_on": "2026-07-20", "started_on": "2025-01-06"}


@pytest.fixture
def july(world):
    with standing(world, at("2026-07-31T16:00")):
        yield world


async def courses(world):
    """What lies on file: kind, first and last day, outcome, whether it is of a case."""
    rows = await world.admin.fetch("select * from treatment_course where voided_at is null order by started_on, id")
    return [
        (row["kind"], str(row["started_on"]), row["ended_on"] and str(row["ended_on"]), row["outcome"], bool(row["case_id"]))
        for row in rows
    ]  # fmt: skip


def told(notice):
    return [one["kind"] for one in notice["consequences"] if one["kind"].startswith("course_")]


async def tried(world, notice, **more):
    """An acceptance that may be refused; the notice was received."""
    path = f"{PATH}/{notice['id']}/transitions"
    return await world.call("officer", "POST", path, {"to": "accepted"} | more, If_Match=f'"{notice["version"]}"')


# -- the course of treatment


GOING_ON = ("substitution_treatment", "2025-01-06", None, "ongoing", False)
COMPLETED = ("substitution_treatment", "2025-01-06", "2026-07-20", "completed", True)


@pytest.mark.parametrize(
    ("on_file", "said", "after", "consequence"),
    [
        ([], {}, [COMPLETED], ["course_recorded"]),
        ([], {"started_on": None}, [], []),
        ([date(2025, 1, 6)], {}, [COMPLETED], ["course_completed"]),
        ([date(2025, 1, 6)], {"started_on": None}, [COMPLETED], ["course_completed"]),
        (
            [date(2025, 1, 6), date(2025, 3, 1)],
            {},
            [GOING_ON, ("substitution_treatment", "2025-03-01", None, "ongoing", False)],
            [],
        ),
        ([date(2026, 7, 21)], {}, [("substitution_treatment", "2026-07-21", None, "ongoing", False)], []),
        (
            [date(2026, 7, 20)],
            {},
            [("substitution_treatment", "2026-07-20", "2026-07-20", "completed", True)],
            ["course_completed"],
        ),
    ],
)
async def test_the_one_course_that_goes_on_is_completed_and_of_several_none_is_guessed(
    july, on_file, said, after, consequence
):
    person = await july.person("hoa", national_id=NUMBER)
    for started_on in on_file:
        await course(july, person, kind="substitution_treatment", started_on=started_on)
    notice = await accepted(july, **OVER | said)
    assert (await courses(july), told(notice)) == (after, consequence)


async def test_a_course_that_is_recorded_says_by_which_notice_and_where_it_was(july):
    notice = await accepted(july, **OVER)
    row = await july.admin.fetchrow("select * from treatment_course")
    recorded = {"kind": "course_recorded", "noun": "treatment_course", "id": str(row["id"])}
    assert recorded in notice["consequences"]
    assert (row["source_ref"], row["place_unit_id"], row["order_kind"]) == ("51/2026", july.units["centre"], None)
    assert row["source"].startswith("notice:")


@pytest.mark.parametrize("completes_on", ["2026-07-31", "2026-08-01"])
async def test_a_treatment_that_ends_tomorrow_is_not_over(july, completes_on):
    notice = await accepted(july, **OVER | {"completes_on": completes_on})
    over = completes_on == "2026-07-31"
    assert (len(await courses(july)), told(notice)) == (over, ["course_recorded"] * over)


# -- the person


async def test_who_is_put_on_the_register_has_the_names_and_papers_of_the_notice(july):
    papers = {"id_issued_on": "2021-02-01", "id_issued_by": "Cục Cảnh sát"}
    notice = await accepted(july, aliases=["Đức còi", "Tý"], current_address="số 9", **papers)
    path = f"/v1/persons/{notice['person_id']}?include=identifiers,residences"
    person = (await july.get("officer", path)).json()
    assert person["aliases"] == ["Đức còi", "Tý"]
    assert [(paper["issued_on"], paper["issued_by"]) for paper in person["identifiers"]] == [
        ("2021-02-01", "Cục Cảnh sát")
    ]
    assert {(home["kind"], home["address"]) for home in person["residences"]} == {
        ("permanent", "số 1, tổ 2"),
        ("current", "số 9"),
    }


async def test_a_person_who_was_taken_off_the_register_is_not_named(july):
    person = await july.person("hoa")
    gone = await july.call("leader", "DELETE", f"/v1/persons/{person}", {"reason": "ghi nhầm"}, If_Match='"1"')
    assert gone.status_code == 200, gone.text
    received = await moved(july, "police", await pushed(july), "received")
    refused = await tried(july, received, person_id=str(person))
    assert (refused.status_code, refused.json()["code"]) == (409, "already_voided")


# -- the case


async def test_an_end_of_treatment_joins_an_open_case_of_this_very_person_and_no_other(july):
    other = await accepted(july, id_kind=None, id_number=None, full_name="Lê Văn Ba")
    received = await moved(july, "police", await pushed(july, source_ref="52/2026"), "received")
    for case in (other["case_id"], received["id"]):
        refused = await tried(july, received, case_id=case)
        assert [(f["pointer"], f["code"]) for f in refused.json()["errors"]] == [
            ("/case_id", "not_an_open_case_of_this_person")
        ]
    assert await july.admin.fetchval("select count(*) from person") == 1, "and nobody was put on the register for it"


@pytest.mark.parametrize(("kind", "self_reported"), [("form_51", False), ("self_report", True)])
async def test_only_who_reported_themself_has_a_day_of_reporting(july, kind, self_reported):
    """Of a notice the case keeps when it was received, of a report the day of it."""
    if self_reported:
        body = {"kind": kind, "treatment": "voluntary_facility_public", "full_name": "Lê Văn Ba", "order_kind": None}
        body |= {"completes_on": "2026-07-20", "source_ref": "TB/1", "unit_id": str(july.units["hoa"])}
        made = await july.call("officer", "POST", f"{PATH}:record", body)
        assert made.status_code == 201, made.text
        notice = await moved(july, "officer", made.json(), "accepted")
    else:
        notice = await accepted(july, completes_on="2026-07-20")
    case = await july.admin.fetchrow("select self_reported_on, notice_received_at from management_case")
    assert (case["self_reported_on"] is not None, case["notice_received_at"] is not None) == (
        self_reported,
        not self_reported,
    )
    assert notice["case_id"]


# -- back and on


async def test_only_what_was_returned_has_an_instant_of_returning(july):
    received = await moved(july, "police", await pushed(july), "received")
    await moved(july, "police", received, "misrouted", reason="nhầm xã")
    returned = await moved(july, "police", await pushed(july, source_ref="52/2026"), "received")
    await moved(july, "police", returned, "returned", reason="thiếu số")
    rows = await july.admin.fetch("select state, returned_at is not null as at from discharge_notice order by state")
    assert [tuple(row) for row in rows] == [("misrouted", False), ("returned", True)]


async def test_there_is_nothing_to_see_of_a_notice_that_did_not_change(july):
    received = await moved(july, "police", await pushed(july), "received")
    path = f"{PATH}/{received['id']}/seen"
    refused = await july.call("police", "POST", path, None, If_Match=f'"{received["version"]}"')
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_see")


async def test_an_amendment_leaves_the_clock_of_the_answer_where_the_receipt_started_it(world):
    """Sent on a Friday, received on the Monday after, amended on Tuesday: the days of the answer run from Monday."""
    with standing(world, at("2026-07-31T16:00")):
        sent = await pushed(world)
    with standing(world, at("2026-08-03T09:00")):
        received = await moved(world, "police", sent, "received")
    with standing(world, at("2026-08-04T09:00")):
        patch, match = {"full_name": "Nguyễn Văn Đực"}, f'"{received["version"]}"'
        amended = await world.call(
            "rehab_centre", "PATCH", f"{PATH}/{sent['id']}", patch | {"reason": "sai dấu"}, If_Match=match
        )
        assert amended.status_code == 200, amended.text
        after = (await world.get("police", f"{PATH}/{sent['id']}")).json()
    assert after["due_at"] == received["due_at"]
    assert after["clocks"]["answer"]["due_on"] == received["clocks"]["answer"]["due_on"]


async def test_the_same_words_under_the_same_number_to_another_commune_are_another_notice(july):
    sent = await pushed(july)
    again = await july.call("rehab_centre", "POST", PATH, content(july))
    assert (again.status_code, again.json()["id"]) == (200, sent["id"])
    elsewhere = await july.call("rehab_centre", "POST", PATH, content(july, unit_id=str(july.units["binh"])))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "notice_differs")


async def test_who_answers_for_several_communes_names_a_person_of_the_commune_the_notice_lies_with(july):
    theirs, own = await july.person("binh"), await july.person("hoa")
    received = await moved(july, "police", await pushed(july), "received")
    path, match = f"{PATH}/{received['id']}/transitions", f'"{received["version"]}"'
    refused = await july.call(
        "area_officer", "POST", path, {"to": "accepted", "person_id": str(theirs)}, If_Match=match
    )
    assert [(f["pointer"], f["code"]) for f in refused.json()["errors"]] == [("/person_id", "person_not_in_scope")]
    taken = await july.call("area_officer", "POST", path, {"to": "accepted", "person_id": str(own)}, If_Match=match)
    assert (taken.status_code, taken.json()["person_id"]) == (200, str(own))


async def test_a_notice_for_which_the_law_has_no_lead_time_is_amended_as_any_other(july):
    sent = await pushed(july, **OVER)
    patch, match = {"full_name": "Nguyễn Văn Đực", "reason": "sai dấu"}, f'"{sent["version"]}"'
    amended = await july.call("rehab_centre", "PATCH", f"{PATH}/{sent['id']}", patch, If_Match=match)
    assert (amended.status_code, amended.json()["lead_due_on"]) == (200, None)


async def test_a_paper_that_the_commune_records_is_doubted_as_one_that_is_sent(july):
    made = await july.call("officer", "POST", f"{PATH}:record", content(july))
    assert (made.status_code, made.json()["warnings"]) == (201, ["synthetic"])


async def test_a_sender_who_turns_to_another_commune_is_told_who_gains_and_who_loses_sight(july):
    received = await moved(july, "police", await pushed(july), "received")
    await moved(july, "police", received, "misrouted", reason="nhầm xã")
    back = (await july.get("rehab_centre", f"{PATH}/{received['id']}")).json()
    sent = await moved(july, "rehab_centre", back, "sent", unit_id=str(july.units["binh"]))
    assert [one for one in sent["consequences"] if one["kind"].endswith("_access")] == [
        {"kind": "gains_access", "unit_id": str(july.units["binh"])},
        {"kind": "loses_access", "unit_id": str(july.units["hoa"])},
    ]
