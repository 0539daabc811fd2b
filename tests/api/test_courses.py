"""Courses of treatment through both doors: recorded, ended, counted, and the case a completed one opens."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.ids import new_id
from tests.case_work import standing

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
PATH = "/v1/treatment-courses"


@pytest.fixture
def autumn(world):
    with standing(world, datetime(2026, 10, 5, 9, tzinfo=HERE)):
        yield world


def course(person, kind="voluntary_community", **more):
    return {"person_id": str(person), "kind": kind, "started_on": "2025-10-01"} | more


async def recorded(world, person, user="officer", **more):
    made = await world.call(user, "POST", PATH, course(person, **more))
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_course_is_recorded_ended_and_opens_its_case(autumn):
    person = await autumn.person("hoa")
    made = await recorded(
        autumn, person, kind="compulsory", order_kind="court_order_for_minor", place_name="Cơ sở số 1"
    )
    assert (made["outcome"], made["ended_on"], made["unit_id"]) == ("ongoing", None, str(autumn.units["hoa"]))
    assert [move["to"] for move in made["transitions"]] == ["completed", "discontinued", "transferred", "deceased"]
    path, match = f"{PATH}/{made['id']}", f'"{made["version"]}"'
    early = await autumn.call("officer", "POST", f"{path}/case", {}, If_Match=match)
    assert (early.status_code, early.json()["code"]) == (409, "course_not_completed")
    needs = await autumn.call("officer", "POST", f"{path}/transitions", {"to": "completed"}, If_Match=match)
    assert (needs.status_code, needs.json()["missing"]) == (422, ["on"])
    done = await autumn.call(
        "officer", "POST", f"{path}/transitions", {"to": "completed", "on": "2026-10-01"}, If_Match=match
    )
    assert (done.json()["outcome"], done.json()["ended_on"]) == ("completed", "2026-10-01")
    checked = await autumn.call(
        "officer", "POST", f"{path}/case", {}, If_Match=done.headers["etag"], Prefer="validate-only"
    )
    assert {one["kind"] for one in checked.json()["consequences"]} >= {"state", "deadline"}
    assert await autumn.admin.fetchval("select count(*) from management_case") == 0
    opened = await autumn.call("officer", "POST", f"{path}/case", {}, If_Match=done.headers["etag"])
    assert opened.status_code == 200, opened.text
    case = await autumn.admin.fetchrow("select * from management_case where id = $1", opened.json()["case_id"])
    assert (case["pathway"], case["trigger"]) == ("compulsory_minor", "treatment_course")
    assert (case["completed_on"], case["origin_id"]) == (date(2026, 10, 1), case["origin_id"])
    for method, where, body in (
        ("POST", f"{path}/case", {}),
        ("POST", f"{path}/transitions", {"to": "ongoing", "reason": "nhầm"}),
        ("DELETE", path, {"reason": "nhầm"}),
    ):
        again = await autumn.call("officer", method, where, body, If_Match=opened.headers["etag"])
        assert (again.status_code, again.json()["code"]) == (409, "case_opened")


async def test_the_end_of_substitution_treatment_opens_a_case_from_its_paper(autumn):
    person = await autumn.person("hoa")
    made = await recorded(
        autumn, person, kind="substitution_treatment", medicine="methadone", outcome="completed", ended_on="2026-10-01"
    )
    body = {"paper_received_at": "2026-10-02T08:00:00+07:00"}
    opened = await autumn.call("police", "POST", f"{PATH}/{made['id']}/case", body, If_Match='"1"')
    assert opened.status_code == 200, opened.text
    trigger = await autumn.admin.fetchval("select trigger from management_case where id = $1", opened.json()["case_id"])
    assert trigger == "substitution_treatment_completion"
    due = await autumn.admin.fetchval("select due_on from task where kind = 'proposal' and state = 'open'")
    assert due == date(2026, 10, 6), "two working days from the paper, over a weekend"


@pytest.mark.parametrize("kind", ["pilot_medicine", "commune_education"])
async def test_what_has_no_pathway_opens_no_case(autumn, kind):
    person = await autumn.person("hoa")
    made = await recorded(
        autumn, person, kind=kind, source="so-cu", source_ref="1", outcome="completed", ended_on="2026-10-01"
    )
    refused = await autumn.call("officer", "POST", f"{PATH}/{made['id']}/case", {}, If_Match='"1"')
    assert refused.json()["errors"][0]["code"] == "no_pathway"


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"kind": "compulsory"}, "/order_kind", "required"),
        ({"order_kind": "administrative_measure"}, "/order_kind", "not_for_this_kind"),
        (
            {"kind": "compulsory", "order_kind": "administrative_measure", "setting": "home"},
            "/setting",
            "not_for_this_kind",
        ),
        ({"medicine": "methadone"}, "/medicine", "not_for_this_kind"),
        ({"kind": "commune_education"}, "/source", "import_only"),
        ({"ended_on": "2026-01-01"}, "/ended_on", "not_with_this_outcome"),
        ({"outcome": "completed"}, "/ended_on", "not_with_this_outcome"),
        ({"outcome": "completed", "ended_on": "2024-01-01"}, "/ended_on", "ends_before_it_starts"),
        ({"outcome": "completed", "ended_on": "2026-10-06"}, "/ended_on", "in_the_future"),
        ({"started_on": "2026-10-06"}, "/started_on", "in_the_future"),
        ({"place_name": "x", "place_unit_id": "0192f3a0-0000-7000-8000-000000000000"}, "/place_name", "one_place"),
        ({"place_unit_id": "0192f3a0-0000-7000-8000-000000000000"}, "/place_unit_id", "no_such_unit"),
    ],
)
async def test_a_course_that_does_not_hold_together_is_refused(autumn, more, pointer, code):
    person = await autumn.person("hoa")
    refused = await autumn.call("officer", "POST", PATH, course(person, **more))
    assert refused.status_code == 422, refused.text
    assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [(pointer, code)]


async def test_doses_and_tests_have_no_place(autumn):
    person = await autumn.person("hoa")
    for word in ("dose", "test_result"):
        refused = await autumn.call("officer", "POST", PATH, course(person, **{word: "1"}))
        assert refused.json()["errors"][0]["code"] == "unknown_field"


async def test_a_correction_must_leave_the_whole_in_order(autumn):
    made = await recorded(autumn, await autumn.person("hoa"), setting="home")
    path = f"{PATH}/{made['id']}"
    broken = await autumn.call("officer", "PATCH", path, {"kind": "pilot_medicine"}, If_Match='"1"')
    assert broken.json()["errors"][0]["pointer"] == "/setting"
    fixed = await autumn.call("officer", "PATCH", path, {"kind": "pilot_medicine", "setting": None}, If_Match='"1"')
    assert (fixed.status_code, fixed.json()["kind"]) == (200, "pilot_medicine")
    assert (await autumn.call("officer", "PATCH", path, {"kind": "compulsory"})).status_code == 428
    assert (await autumn.call("officer", "PATCH", path, {"setting": None}, If_Match='"1"')).status_code == 412


async def test_a_voided_course_leaves_lists_and_figures(autumn):
    made = await recorded(autumn, await autumn.person("hoa"))
    gone = await autumn.call("officer", "DELETE", f"{PATH}/{made['id']}", {"reason": "ghi trùng"}, If_Match='"1"')
    assert gone.status_code == 200
    assert (await autumn.get("officer", PATH)).json()["data"] == []
    assert len((await autumn.get("officer", f"{PATH}?voided=true")).json()["data"]) == 1
    [whole] = (await autumn.get("officer", f"{PATH}:count?since=2025-01-01&until=2026-12-31")).json()
    assert whole == {"kind": None, "persons": 0, "courses": 0, "cumulative_persons": 0, "cumulative_courses": 0}


async def test_courses_elsewhere_do_not_exist(autumn):
    person = await autumn.person("bien")
    made = await recorded(autumn, person, "stranger")
    for id in (made["id"], new_id()):
        assert (await autumn.get("officer", f"{PATH}/{id}")).status_code == 404
    assert (await autumn.call("officer", "POST", PATH, course(person))).status_code == 404
    assert (await autumn.get("officer", PATH)).json()["data"] == []


@pytest.mark.parametrize(
    "user", ["volunteer", "club_board", "counsellor", "health_station", "rehab_centre", "report_reader"]
)
async def test_who_has_no_part_in_the_file_is_refused(autumn, user):
    assert (await autumn.get(user, PATH)).status_code == 403
    assert (await autumn.get(user, f"{PATH}:count?since=2026-01-01&until=2026-12-31")).status_code == 403


@pytest.mark.parametrize("user", ["province_officer", "country_reader"])
async def test_who_reads_does_not_write(autumn, user):
    person = await autumn.person("hoa")
    await recorded(autumn, person)
    assert len((await autumn.get(user, PATH)).json()["data"]) == 1
    assert (await autumn.call(user, "POST", PATH, course(person))).status_code == 403


async def test_an_import_records_and_opens_no_case(autumn):
    person = await autumn.person("hoa")
    made = await recorded(
        autumn, person, "import_client", outcome="completed", ended_on="2026-10-01", source="so-2025", source_ref="7"
    )
    again = await autumn.call("import_client", "POST", PATH, course(person, source="so-2025", source_ref="7"))
    assert (again.status_code, again.json()["code"]) == (409, "source_ref_taken")
    refused = await autumn.call("import_client", "POST", f"{PATH}/{made['id']}/case", {}, If_Match='"1"')
    assert refused.status_code == 403


# -- figures


async def counted(world, user="officer", **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = await world.get(user, f"{PATH}:count?{query}")
    assert answer.status_code == 200, answer.text
    names = ("persons", "courses", "cumulative_persons", "cumulative_courses")
    return {row["kind"]: tuple(row[name] for name in names) for row in answer.json()}


async def two_people(world):
    """One with three courses of two kinds over two years, one with a single course; one elsewhere."""
    one, two = await world.person("hoa"), await world.person("hoa")
    await recorded(world, one, started_on="2024-03-01", outcome="discontinued", ended_on="2024-05-01")
    await recorded(world, one, started_on="2025-02-01", outcome="completed", ended_on="2025-09-01")
    await recorded(world, one, kind="pilot_medicine", started_on="2025-10-01")
    await recorded(world, two, started_on="2025-06-01")
    await recorded(world, await world.person("bien"), "stranger", started_on="2025-06-01")


async def test_persons_and_courses_stand_apart_and_cumulate(autumn):
    await two_people(autumn)
    assert await counted(autumn, since="2025-01-01", until="2025-12-31") == {
        "pilot_medicine": (1, 1, 1, 1),
        "voluntary_community": (2, 2, 2, 3),
        None: (2, 3, 2, 4),  # the one with two kinds is one person, not two
    }
    assert (await counted(autumn, since="2024-01-01", until="2024-12-31"))[None] == (1, 1, 1, 1)
    assert (await counted(autumn, since="2025-02-01", until="2025-02-01", kind="voluntary_community"))[None] == (
        1,
        1,
        1,
        2,
    )


async def test_completions_are_counted_by_their_day(autumn):
    await two_people(autumn)
    assert await counted(autumn, since="2025-01-01", until="2025-12-31", basis="completed") == {
        "voluntary_community": (1, 1, 1, 1),
        None: (1, 1, 1, 1),
    }
    assert (await counted(autumn, since="2025-09-02", until="2025-12-31", basis="completed"))[None] == (0, 0, 1, 1)


async def test_figures_stop_at_the_scope(autumn):
    await two_people(autumn)
    asked = {"since": "2025-01-01", "until": "2025-12-31"}
    assert (await counted(autumn, "stranger", **asked))[None] == (1, 1, 1, 1)
    assert (await counted(autumn, "province_officer", **asked))[None] == (2, 3, 2, 4)
    assert (await counted(autumn, "country_reader", **asked))[None] == (3, 4, 3, 5)
    rows = await autumn.admin.fetchval("select count(*) from journal_entry where act = 'count_treatment_course'")
    assert rows == 3


async def test_a_period_ends_today_unless_said_and_runs_forward(autumn):
    await two_people(autumn)
    assert (await counted(autumn))[None] == (2, 4, 2, 4)
    with standing(autumn, datetime(2025, 5, 1, 9, tzinfo=HERE)):
        assert (await counted(autumn))[None] == (1, 2, 1, 2)
    back = await autumn.get("officer", f"{PATH}:count?since=2026-01-02&until=2026-01-01")
    assert back.json()["errors"][0]["code"] == "ends_before_it_starts"


# -- both doors


async def test_graphql_records_ends_and_counts_the_same_way(autumn):
    person = await autumn.person("hoa")
    record = """mutation($new: NewCourse!) { recordTreatmentCourse(new: $new) { id version outcome transitions } }"""
    new = {"personId": str(person), "kind": "voluntary_community", "setting": "home", "startedOn": "2025-10-01"}
    made = (await autumn.ask("officer", record, {"new": new}))["data"]["recordTreatmentCourse"]
    end = """mutation($id: UUID!, $v: String!) { moveTreatmentCourse(
        id: $id, move: {to: completed, on: "2026-10-01"}, given: {ifMatch: $v}) { version outcome endedOn } }"""
    ended = await autumn.ask("officer", end, {"id": made["id"], "v": str(made["version"])})
    assert ended["data"]["moveTreatmentCourse"] == {"version": 2, "outcome": "completed", "endedOn": "2026-10-01"}
    count = """{ treatmentCourseCounts(period: {since: "2025-01-01", until: "2026-12-31"}) {
        kind people: persons courses cumulativeCourses __typename } }"""
    rows = (await autumn.ask("officer", count))["data"]["treatmentCourseCounts"]
    named = "TreatmentCourseCount"
    assert rows == [
        {"kind": "voluntary_community", "people": 1, "courses": 1, "cumulativeCourses": 1, "__typename": named},
        {"kind": None, "people": 1, "courses": 1, "cumulativeCourses": 1, "__typename": named},
    ]
    page = await autumn.ask("officer", "{ treatmentCourses { nodes { id kind person { fullName } } totalCount } }")
    rest = (await autumn.get("officer", f"{PATH}?include=person&fields=kind,person.full_name")).json()
    [graph], [row] = page["data"]["treatmentCourses"]["nodes"], rest["data"]
    assert (graph["id"], graph["kind"], graph["person"]["fullName"]) == (
        row["id"],
        row["kind"],
        row["person"]["full_name"],
    )
