"""Cases through both doors: who opens, moves and sees them, what is refused, and what two officers do at once."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from domain.case.sweep import sweep_cases
from domain.ids import new_id
from tests.case_work import PAPER, Desk, at


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-08-03"))


def body(person, **facts):
    return {
        "person_id": str(person),
        "trigger": "discharge_notice",
        "pathway": "voluntary_community",
        "completed_on": "2026-08-31",
        "notice_received_at": at("2026-08-03 09:00").isoformat(),
    } | facts


@pytest.mark.parametrize(
    ("facts", "pointer", "code"),
    [
        ({"trigger": "self_report"}, "/self_reported_on", "required"),
        ({"notice_received_at": None}, "/notice_received_at", "required"),
        ({"trigger": "treatment_course"}, "/origin_id", "required"),
        ({"trigger": "substitution_treatment_completion"}, "/pathway", "not_of_this_trigger"),
        ({"notice_received_at": "2026-08-04T00:00:00+07:00"}, "/notice_received_at", "in_the_future"),
        ({"completed_at": "2026-08-30T23:59:00+07:00"}, "/completed_at", "not_on_that_day"),
        ({"completed_on": "1994-12-31"}, "/completed_on", "out_of_range"),
        ({"completed_on": "2029-08-20"}, "/completed_on", "in_the_future"),
        ({"person_id": str(new_id())}, "/person_id", "not_in_scope"),
        ({"pathway": "none"}, "/pathway", "not_allowed"),
    ],
)
async def test_what_opens_no_case(desk, facts, pointer, code):
    refused = await desk.call("officer", "POST", "/v1/cases", body(await desk.world.person("hoa")) | facts)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [(pointer, code)]


async def test_a_person_elsewhere_and_nobody_open_no_case_alike(desk):
    elsewhere = await desk.call("officer", "POST", "/v1/cases", body(await desk.world.person("bien")))
    nobody = await desk.call("officer", "POST", "/v1/cases", body(new_id()))
    assert elsewhere.json()["errors"] == nobody.json()["errors"]


async def test_one_open_case_a_person_and_a_next_one_after_the_end(desk):
    person = await desk.world.person("hoa")
    case = await desk.open(person)
    second = await desk.call("officer", "POST", "/v1/cases", body(person))
    assert (second.status_code, second.json()["code"]) == (409, "case_open")
    await desk.move(case, "annulled", document=PAPER | {"dated": "2026-08-02"}, reason="thông báo bị hủy")
    assert (await desk.open(person))["state"] == "noticed"


async def test_two_officers_open_at_once_and_one_wins(desk):
    person = await desk.world.person("hoa")
    answers = await desk.at_once(4, "officer", "POST", "/v1/cases", body(person))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"case_open"}


async def test_two_leaders_sign_at_once_and_one_wins(desk):
    decision = await desk.draft(await desk.propose(await desk.open()))
    path = f"/v1/management-decisions/{decision['id']}/transitions"
    answers = await desk.at_once(3, "leader", "POST", path, {"to": "signed"}, If_Match='"1"')
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    events = await desk.get(f"/v1/cases/{decision['case_id']}?include=events")
    assert [event["to_state"] for event in events["events"]].count("decided") == 1


async def test_an_open_case_is_repeated_by_its_id_and_not_doubled(desk):
    given = body(await desk.world.person("hoa"), id=str(new_id()))
    first = await desk.call("officer", "POST", "/v1/cases", given)
    again = await desk.call("officer", "POST", "/v1/cases", given)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["idempotent-replayed"] == "true"


async def test_validate_only_shows_the_deadlines_and_stores_nothing(desk):
    person = await desk.world.person("hoa")
    shown = await desk.call("officer", "POST", "/v1/cases", body(person), Prefer="validate-only")
    assert (shown.status_code, shown.headers["preference-applied"]) == (200, "validate-only")
    told = shown.json()["consequences"]
    assert told[0] == {"kind": "state", "from": None, "to": "noticed"}
    assert [(part["task"], part["due_on"]) for part in told[1:]] == [
        ("proposal", "2026-08-05"),
        ("decision_latest", "2026-08-30"),
    ]
    assert await desk.world.admin.fetchval("select count(*) from management_case") == 0
    assert await desk.world.admin.fetchval("select count(*) from task") == 0


async def test_a_move_needs_the_version_read(desk):
    case = await desk.open()
    path = f"/v1/cases/{case['id']}/transitions"
    without = await desk.call("officer", "POST", path, {"to": "noticed"})
    stale = await desk.call("officer", "POST", path, {"to": "noticed"}, If_Match='"9"')
    assert (without.status_code, stale.status_code) == (428, 412)


@pytest.mark.parametrize(
    ("to", "status", "code", "told"),
    [
        ("active", 409, "wrong_move", {"allowed": ["proposed", "removed", "annulled"]}),
        ("completed", 409, "wrong_move", {"allowed": ["proposed", "removed", "annulled"]}),
        ("proposed", 422, "move_needs", {"missing": ["proposal"]}),
        ("decided", 409, "wrong_move", {"allowed": ["proposed", "removed", "annulled"]}),
        ("removed", 422, "move_needs", {"missing": ["removal_reason", "document"]}),
        ("annulled", 422, "move_needs", {"missing": ["annulment_document"]}),
    ],
)
async def test_moves_that_a_noticed_case_does_not_make(desk, to, status, code, told):
    refused = await desk.try_move(await desk.open(), to)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (status, code)
    assert told.items() <= problem.items()


async def test_the_listed_moves_are_those_of_the_life_cycle(desk):
    case = await desk.propose(await desk.open())
    assert [(move["to"], move["allowed"], move.get("because")) for move in case["transitions"]][:2] == [
        ("noticed", True, "the chair sends the proposal back"),
        ("decided", False, "sign_the_decision"),
    ]


async def test_the_chair_sends_a_proposal_back_with_a_reason_and_the_clock_of_the_notice_runs_on(desk):
    case = await desk.propose(await desk.open())
    assert set(await desk.tasks(case)) == {"decision_reminder", "decision_latest"}
    case = await desk.move(case, "noticed", "officer", reason="thiếu giấy xác nhận")
    assert await desk.tasks(case) == {"proposal": "2026-08-05", "decision_latest": "2026-08-30"}
    proposal = (await desk.get(f"/v1/cases/{case['id']}?include=proposals"))["proposals"][0]
    assert (proposal["answer"], proposal["answer_reason"]) == ("sent_back", "thiếu giấy xác nhận")


@pytest.mark.parametrize(
    ("user", "to", "more", "status"),
    [
        ("police", "annulled", {"document": PAPER}, 403),
        ("officer", "removed", {"removal_reason": "deceased", "document": PAPER}, 403),
        ("police", "noticed", {"reason": "x"}, 403),
        ("province_officer", "proposed", {}, 403),
        ("neighbour", "annulled", {"document": PAPER}, 403),
        ("neighbour", "proposed", {}, 404),
        ("volunteer", "proposed", {}, 403),
        ("club_board", "proposed", {}, 403),
    ],
)
async def test_who_may_not_move_a_case(desk, user, to, more, status):
    case = await desk.propose(await desk.open())
    proposal = {"proposal": {"number": "1", "proposed_on": "2026-08-03", "received_on": "2026-08-03"}}
    extra = proposal if to == "proposed" else more
    path = f"/v1/cases/{case['id']}/transitions"
    refused = await desk.call(user, "POST", path, {"to": to} | extra, If_Match=f'"{case["version"]}"')
    assert refused.status_code == status, refused.text


@pytest.mark.parametrize(("to", "ground"), [("removed", "deceased"), ("interrupted", "imprisonment")])
async def test_free_words_beside_a_ground_are_refused_and_not_dropped(desk, to, ground):
    case, _ = await desk.decided()
    paper = PAPER | {"dated": "2026-08-02"}
    refused = await desk.try_move(case, to, removal_reason=ground, document=paper, reason="lời ghi thêm")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "ground_is_a_code")


@pytest.mark.parametrize("reason", ["deceased", "court_declared_missing"])
async def test_a_case_ends_early_by_a_ground_with_its_document(desk, reason):
    case, _ = await desk.decided()
    removed = await desk.move(
        case, "removed", "police_head", removal_reason=reason, document=PAPER | {"dated": "2026-08-02"}
    )
    assert (removed["removal_reason"], removed["end_document"]["number"]) == (reason, "15/BB")
    assert await desk.tasks(case) == {}


async def test_moving_house_ends_no_case(desk):
    case, _ = await desk.decided()
    document = PAPER | {"dated": "2026-08-02"}
    refused = await desk.try_move(case, "removed", removal_reason="moved_residence", document=document)
    assert (refused.status_code, refused.json()["code"]) == (422, "list_only_ground")


@pytest.mark.parametrize(
    ("user", "status", "hidden", "seen"),
    [
        ("leader", 200, set(), {"decision_id", "removal_reason", "state"}),
        ("police", 200, set(), {"decision_id", "removal_reason", "state"}),
        ("country_reader", 200, {"removal_reason", "removal_effect", "end_document"}, {"decision_id", "state"}),
        ("area_officer", 200, set(), {"state"}),
        ("club_board", 403, set(), set()),
        ("volunteer", 403, set(), set()),
        ("health_station", 403, set(), set()),
        ("neighbour", 404, set(), set()),
        ("stranger", 404, set(), set()),
    ],
)
async def test_who_sees_what_of_a_case(desk, user, status, hidden, seen):
    case, _ = await desk.decided()
    answer = await desk.call(user, "GET", f"/v1/cases/{case['id']}")
    assert answer.status_code == status
    if status == 200:
        assert hidden <= set(answer.json()["masked"])
        assert not seen & set(answer.json()["masked"])
        assert seen - set(answer.json()) == set()


async def test_a_counsellor_with_a_grant_sees_the_state_and_never_decision_or_finding(desk):
    person = await desk.world.person("hoa")
    case, decision = await desk.decided(person=person)
    assert (await desk.call("counsellor", "GET", f"/v1/cases/{case['id']}")).status_code == 404
    await desk.world.grant(person, "counsellor", "management_case", "management_decision", "case_finding")
    seen = (await desk.call("counsellor", "GET", f"/v1/cases/{case['id']}?include=findings,decision")).json()
    assert seen["state"] == "decided"
    assert {"decision_id", "effective_end_on", "explanations", "removal_reason", "findings", "decision"} <= set(
        seen["masked"]
    )
    assert not {"findings", "decision"} & set(seen)
    shown = (await desk.call("counsellor", "GET", f"/v1/management-decisions/{decision['id']}")).json()
    assert (shown["number"], shown["content"], shown["explanations"]) == (None, None, None)


async def test_police_see_no_work_in_an_assessment(desk):
    case, _ = await desk.on("2025-08-15").decided(pathway="voluntary_community", completed_on="2025-08-01")
    await desk.on("2026-08-01").move(
        case, "completed", certificate={"number": "1", "issued_on": "2026-08-01", "signer": "Chủ tịch"}
    )
    path = f"/v1/cases/{case['id']}/assessments"
    made = await desk.on("2027-08-02").done(
        "officer", "POST", path, {"outcome": "no_finding", "assessed_on": "2027-08-02", "in_work": True}
    )
    seen = (await desk.call("police", "GET", f"/v1/case-assessments/{made['id']}")).json()
    assert (made["in_work"], "in_work" in seen, seen["masked"]) == (True, False, ["in_work"])


async def test_a_relapse_after_the_end_needs_a_finding_on_file(desk):
    case, _ = await desk.on("2025-08-15").decided(pathway="voluntary_community", completed_on="2025-08-01")
    await desk.on("2026-08-01").move(
        case, "completed", certificate={"number": "1", "issued_on": "2026-08-01", "signer": "Chủ tịch"}
    )
    path, day = f"/v1/cases/{case['id']}", "2027-08-02"
    said = {"outcome": "finding", "assessed_on": day}
    refused = await desk.on(day).call("leader", "POST", f"{path}/assessments", said)
    assert refused.json()["errors"][0]["pointer"] == "/finding_id"
    other, _ = await desk.decided(completed_on="2027-08-02")
    paper = {"number": "9", "found_on": day, "authority": "Trung tâm Y tế", "result": "addiction_determined"}
    elsewhere = await desk.done("leader", "POST", f"/v1/cases/{other['id']}/findings", paper)
    refused = await desk.call("leader", "POST", f"{path}/assessments", said | {"finding_id": elsewhere["id"]})
    assert refused.json()["errors"][0]["code"] == "not_of_this_case"
    found = await desk.done("leader", "POST", f"{path}/findings", paper)
    made = await desk.done("leader", "POST", f"{path}/assessments", said | {"finding_id": found["id"]})
    assert made["finding_id"] == found["id"]


async def test_a_team_has_one_head_and_follows_the_former_one(desk):
    case = await desk.open()
    path = f"/v1/cases/{case['id']}/support-teams"
    head = {"name": "Nguyễn Văn An", "role": "head", "organisation": "Công an phường"}
    deputy = {"name": "Trần Thị Bình", "role": "deputy", "organisation": "Trạm Y tế"}
    given = {"decided_on": "2026-08-03", "valid_from": "2026-08-03", "number": "9/QĐ-UBND", "members": [head, deputy]}
    first = await desk.done("officer", "POST", path, given)
    assert (first["form"], [member["role"] for member in first["members"]]) == ("D163/V/55", ["head", "deputy"])
    headless = await desk.call("officer", "POST", path, given | {"members": [deputy]})
    assert headless.json()["errors"][0]["code"] == "one_head"
    await desk.done("officer", "POST", path, given | {"valid_from": "2026-09-01"})
    assert (await desk.get(f"/v1/support-teams/{first['id']}"))["valid_to"] == "2026-08-31"


async def test_an_assigned_counsellor_is_a_dated_fact_that_ends(desk):
    case = await desk.open()
    given = {"name": "Lê Thị Cúc", "decided_on": "2026-08-03", "valid_from": "2026-08-04"}
    path = f"/v1/cases/{case['id']}/assignments"
    made = await desk.done("officer", "POST", path, given | {"council_resolution": "12/NQ-HĐND"})
    moved = await desk.done("officer", "POST", path, given | {"after_move": True})
    assert (made["form"], moved["form"]) == ("D163/V/59", "D163/V/60")
    end = f"/v1/case-assignments/{made['id']}/end"
    wrong = await desk.call("officer", "POST", end, {"valid_to": "2026-08-03"}, If_Match='"1"')
    assert wrong.json()["errors"][0]["code"] == "ends_before_it_starts"
    ended = await desk.done("officer", "POST", end, {"valid_to": "2026-12-31"}, If_Match='"1"')
    assert ended["valid_to"] == "2026-12-31"


async def test_graphql_opens_moves_and_reads_a_case_as_rest_does(desk):
    person = await desk.world.person("hoa")
    made = await desk.ask(
        "officer",
        "mutation($new: NewManagementCase!) {openCase(new: $new) {id version state transitions consequences masked}}",
        {
            "new": {
                "personId": str(person),
                "trigger": "substitution_treatment_completion",
                "pathway": "substitution_treatment",
                "completedOn": "2026-08-31",
                "noticeReceivedAt": at("2026-08-03 09:00").isoformat(),
            }
        },
    )
    case = made["data"]["openCase"]
    assert (case["state"], case["consequences"][1]["rule"]) == ("noticed", "proposal.deadline@2")
    moved = await desk.ask(
        "police",
        'mutation($id: UUID!) {moveCase(id: $id, given: {ifMatch: "1"}, move: {to: proposed, proposal:'
        ' {number: "1/ĐN", proposedOn: "2026-08-03", receivedOn: "2026-08-03"}}) {state events {nodes {toState}}}}',
        {"id": case["id"]},
    )
    assert moved["data"]["moveCase"]["state"] == "proposed", moved
    listed = await desk.ask("officer", "{managementCases(where: {state: proposed}) {totalCount nodes {id state}}}")
    rest = await desk.get("/v1/cases?state=proposed&fields=state")
    assert listed["data"]["managementCases"]["nodes"] == [
        {"id": row["id"], "state": row["state"]} for row in rest["data"]
    ]
    assert listed["data"]["managementCases"]["totalCount"] == 1


async def test_a_decided_case_reads_active_from_its_first_day_and_the_sweep_settles_it(desk):
    case, _ = await desk.decided()
    assert (await desk.on("2026-08-30").case(case))["state"] == "decided"
    assert [row["id"] for row in (await desk.on("2026-08-31").get("/v1/cases?state=active"))["data"]] == [case["id"]]
    assert (await desk.get("/v1/cases?state=decided"))["data"] == []
    assert await stored_state(desk, case) == "decided"
    assert await swept(desk) == [case["id"]]
    assert await stored_state(desk, case) == "active"
    assert "certificate" in await desk.tasks(case)
    assert await swept(desk) == [], "safe to run twice"


async def test_the_sweep_moves_the_end_of_a_term_that_stands_still(desk):
    case, decision = await desk.decided(pathway="voluntary_community")
    await desk.on("2026-10-05").adjust(decision, "unreported_absence", first_day="2026-10-01")
    assert (await desk.case(case))["effective_end_on"] == "2027-09-05"
    assert "certificate" not in await desk.tasks(case), "its last day cannot be said yet"
    await swept(desk.on("2026-10-08"))
    assert (await desk.case(case))["effective_end_on"] == "2027-09-08"


async def stored_state(desk, case):
    return await desk.world.admin.fetchval("select state from management_case where id = $1", UUID(case["id"]))


async def swept(desk):
    """The daily sweep as the worker runs it: on the unit's own road."""
    from domain.access.scope import scope_of
    from domain.acts import Context

    user = desk.world.users["leader"]
    house = desk.world.house
    actor = await house.doorman.actors.actor(user.session_id, None)
    ctx = Context(actor=actor, store=house.register, now=desk.now)
    within = scope_of(actor, "write_case")
    async with house.register.records(ctx, within) as records:
        return [str(id) for id in await sweep_cases(records, ctx, within)]


@pytest.mark.parametrize("year", ["0001", "1994", "2101", "9999"])
async def test_no_day_outside_what_a_case_can_speak_of_is_taken_and_none_breaks_the_house(desk, year):
    day, instant = f"{year}-01-01", f"{year}-01-01T00:00:00+14:00"
    person = await desk.world.person("hoa")
    case, decision = await desk.decided()
    of, paper = f"/v1/cases/{case['id']}", PAPER | {"dated": "2026-08-01"}
    by = f"/v1/management-decisions/{decision['id']}"
    head = {"name": "Nguyễn Văn An", "role": "head", "organisation": "Công an"}
    finding = {"number": "1", "authority": "Trung tâm", "result": "addiction_determined"}
    for path, given in (
        ("/v1/cases", body(person, completed_on=day)),
        ("/v1/cases", body(person, completed_at=instant)),
        ("/v1/cases", body(person, notice_received_at=instant)),
        (f"{of}/support-teams", {"decided_on": "2026-08-01", "valid_from": day, "members": [head]}),
        (f"{of}/assignments", {"name": "Lê Cúc", "decided_on": day, "valid_from": "2026-08-01"}),
        (f"{of}/findings", finding | {"found_on": day}),
        (f"{by}/deliveries", {"received_at": instant, "minutes_number": "1"}),
        (f"{by}/adjustments", {"kind": "unreported_absence", "first_day": day, "document": paper}),
        (f"{by}/adjustments", {"kind": "unreported_absence", "document": paper | {"dated": day}}),
        ("/v1/management-decisions", {"case_id": case["id"], "stated_from": day, "stated_to": day}),
    ):
        refused = await desk.call("leader", "POST", path, given)
        assert refused.status_code == 422, (path, refused.text)
        assert {flaw["code"] for flaw in refused.json()["errors"]} <= {"out_of_range", "in_the_future"}
    for more in ({"on": day}, {"document": paper | {"dated": day}}):
        ground = {"removal_reason": "deceased", "document": paper} | more
        refused = await desk.try_move(case, "removed", **ground)
        assert refused.status_code == 422, refused.text


async def test_a_case_that_moved_on_is_read_by_the_unit_of_its_own_period_and_changed_by_the_next(desk):
    case, decision = await desk.decided()
    for table in ("management_case", "management_decision", "case_event"):
        await desk.world.admin.execute(
            f"update {table} set unit_no = $1, province_no = $2 where person_id = $3",
            desk.world.no("bien"),
            desk.world.no("south"),
            UUID(case["person_id"]),
        )
    for path in (f"/v1/cases/{case['id']}", f"/v1/management-decisions/{decision['id']}"):
        assert (await desk.call("officer", "GET", path)).status_code == 404
        assert (await desk.call("officer", "GET", f"{path}?via=made")).status_code == 200
        assert (await desk.call("stranger", "GET", path)).status_code == 200
        assert (await desk.call("south_officer", "GET", path)).status_code == 200
    refused = await desk.call(
        "leader", "POST", f"/v1/cases/{case['id']}/transitions", {"to": "annulled", "document": PAPER}, If_Match='"3"'
    )
    assert refused.status_code == 404


async def test_what_happened_to_a_case_is_kept(desk):
    case, _ = await desk.decided()
    for statement in (
        "update case_event set reason = 'x' where case_id = $1",
        "delete from case_event where case_id = $1",
    ):
        with pytest.raises(asyncpg.CheckViolationError, match="kept"):
            await desk.world.admin.execute(statement, UUID(case["id"]))


async def test_a_case_is_found_by_its_id_alone(desk):
    case, decision = await desk.decided()
    query = "query($id: UUID!) {node(id: $id) {__typename ... on ManagementCase {state} ... on ManagementDecision {months}}}"
    assert (await desk.ask("leader", query, {"id": case["id"]}))["data"]["node"] == {
        "__typename": "ManagementCase",
        "state": "decided",
    }
    assert (await desk.ask("leader", query, {"id": decision["id"]}))["data"]["node"]["months"] == 12
    assert (await desk.ask("stranger", query, {"id": case["id"]}))["errors"][0]["extensions"]["code"] == "not_found"
