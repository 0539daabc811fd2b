"""A day of the commune police (dossier §17, rulings 32): the decision file and formal minutes, and nothing of support.

Through the public API only, as that role; every door of support is tried, by both doors, and every one is shut.
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from api.counting import COUNTED_DOORS
from api.kept import DOORS
from tests.access.gates import camel, fitting, least
from tests.case_work import PAPER, Desk, at
from tests.livelihood import look_after, made

POLICE, HEAD = "police", "police_head"
INFORMATION = {"field_report"}
"""What those who help pass on is for the police to confirm (§17, volunteer, step 4)."""
SUPPORT = [door for door in DOORS if door.one not in INFORMATION]


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-08-03 08:00"))


async def test_from_the_notice_over_proposal_absence_and_finding_to_the_removal(desk):
    # the notice of the centre waits; the proposal is due within two working days
    case = await desk.open(completed_on="2026-08-31")
    (task,) = (await desk.get("/v1/tasks?kind=proposal", POLICE))["data"]
    assert task["due_on"] == "2026-08-05"
    case = await desk.propose(case)
    assert case["state"] == "proposed"

    # the chair decides, not the police
    refused = await desk.call(POLICE, "POST", "/v1/management-decisions", {"case_id": case["id"]})
    assert refused.status_code in (403, 422)
    decision = await desk.draft(case)
    assert (await desk.try_step(decision, "signed", POLICE)).status_code == 403
    decision = await desk.step(decision, "signed")
    read = await desk.get(f"/v1/management-decisions/{decision['id']}", POLICE)
    assert (read["number"], read["state"]) == (decision["number"], "signed")

    # an absence is a paper with its days, and moves the end
    desk.on("2026-10-12")
    await desk.adjust(decision, "unreported_absence", POLICE, first_day="2026-10-01", last_day="2026-10-10")
    ends = (await desk.get(f"/v1/cases/{case['id']}", POLICE))["effective_end_on"]
    assert ends > decision["effective_end_on"]

    # "relapse" is never typed: the head records what the authority determined, and only that ends the case
    desk.on("2026-10-20")
    finding = {"number": "8/KL", "found_on": "2026-10-18", "authority": "Trung tâm Y tế"}
    finding |= {"result": "addiction_determined"}
    path = f"/v1/cases/{case['id']}/findings"
    assert (await desk.call(POLICE, "POST", path, finding)).status_code == 403
    found = await desk.done(HEAD, "POST", path, finding)
    ground = {"removal_reason": "addiction_determined", "finding_id": found["id"]}
    assert (await desk.try_move(case, "removed", POLICE, **ground)).status_code == 403
    gone = await desk.move(case, "removed", HEAD, **ground)
    assert (gone["state"], gone["end_document"]["number"]) == ("removed", "8/KL")
    assert PAPER["authority"]


def some(model):
    """A correction of one field."""
    name, field = next(iter(model.model_fields.items()))
    return {name: fitting(field)}


@pytest.mark.parametrize("user", [POLICE, HEAD])
async def test_every_door_of_support_is_shut(world, user):
    id = uuid4()
    for door in SUPPORT:
        path = f"/v1/{door.path}"
        tried = [("GET", f"{path}/{id}", None)] + ([("GET", path, None)] if door.lists else [])
        if door.new is not None:
            tried += [("POST", path, least(door.new)), ("DELETE", f"{path}/{id}", {"reason": "x"})]
        if door.patch is not None:
            tried.append(("PATCH", f"{path}/{id}", some(door.patch)))
        if door.move is not None:
            tried.append(("POST", f"{path}/{id}/transitions", least(door.move)))
        for method, at_, body in tried:
            reply = await world.call(user, method, at_, body, If_Match='"1"')
            assert reply.status_code == 403, (method, at_, reply.text)
    for door in COUNTED_DOORS:
        assert (await world.get(user, f"/v1/{door.path}:count")).status_code == 403
    for path in ("needs:count", "counselling-contacts:count", f"counselling-contacts/{id}/minutes"):
        assert (await world.get(user, f"/v1/{path}")).status_code == 403


async def test_graphql_and_the_persons_own_relations_show_no_support_either(world):
    person = await world.person("hoa", "Nguyễn Thị Mai")
    await look_after(world, person)
    await made(world, "needs", person_id=str(person), kind="job", found_on="2026-06-02")
    many = [door.many for door in SUPPORT if door.lists]
    asked = " ".join(f"{camel(name)} {{ nodes {{ id }} }}" for name in many[:20])
    told = await world.ask(POLICE, f"{{ {asked} }}")
    assert not any((told.get("data") or {}).values())
    assert {error["extensions"]["code"] for error in told["errors"]} == {"forbidden"}
    names = "needs,loan_supports,memberships,referrals,counselling_contacts,health_visits,job_placements"
    seen = (await world.get(POLICE, f"/v1/persons/{person}?include={names}")).json()
    assert seen["full_name"] == "Nguyễn Thị Mai"
    assert not set(names.split(",")) & seen.keys()
    feed = (await world.get(POLICE, "/v1/changes")).json()
    assert not {row["noun"] for row in feed["data"]} & {door.one for door in SUPPORT}
    kinds = {row["kind"] for row in (await world.get(POLICE, "/v1/tasks")).json()["data"]}
    assert "need_idle" not in kinds
