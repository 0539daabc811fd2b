"""Anonymous clients: known by a code, joined to nobody but by their own act, counted apart from persons."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import SQLModel

from domain.ids import new_id
from domain.nouns import NOUNS
from persistence.registry import READS
from tests.api.test_counselling import assign, recorded

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
CLIENT = {"client_group": "at_risk", "gender": "female", "age_band": "from_30_to_49"}
SAID = {"advice": "Khám tại trạm y tế.", "promise": "Sẽ quay lại."}


async def client(world, user="volunteer", **more):
    reply = await world.call(user, "POST", "/v1/anonymous-clients", CLIENT | more)
    assert reply.status_code == 201, reply.text
    return reply.json()


def meeting(of, **more):
    return {"client_id": of["id"], "held_on": str(TODAY), "channel": "face_to_face", "topics": ["health"]} | more


async def met(world, of, user="volunteer", **more):
    reply = await world.call(user, "POST", "/v1/anonymous-contacts", meeting(of, **more))
    assert reply.status_code == 201, reply.text
    return reply.json()


def code_of(made):
    (told,) = [what for what in made["consequences"] if what["kind"] == "code_for_the_client"]
    return told["code"]


def flaws(reply):
    assert reply.status_code == 422, reply.text
    return [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]]


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Nguyễn Thị Mai")
    await assign(world, found, "volunteer")
    return found


# -- clients by code -----------------------------------------------------------------------------------------------


async def test_a_client_is_a_code_and_no_more(world):
    made = await client(world)
    assert made["code"].startswith("KH-")
    assert made["linked_person_id"] is None
    assert len(code_of(made)) == 9
    told = (await world.get("volunteer", f"/v1/anonymous-clients/{made['id']}")).json()
    assert told["consequences"] is None, "the client's own code is shown once"
    assert code_of(made) not in json.dumps(told)
    stored = await world.admin.fetchval("select code_blind from client_code")
    assert len(stored) >= 32
    assert code_of(made).encode() not in stored


@pytest.mark.parametrize("name", ["full_name", "phone", "national_id", "born_on", "address", "person_id"])
async def test_nothing_that_names_a_client_can_be_sent(world, name):
    reply = await world.call("volunteer", "POST", "/v1/anonymous-clients", CLIENT | {name: "x"})
    assert flaws(reply) == [("", "unknown_field")]


@pytest.mark.parametrize("path", ["anonymous-clients", "anonymous-contacts"])
async def test_an_id_that_tells_its_time_is_refused_and_ours_tells_none(world, path):
    made = await client(world)
    body = CLIENT if path == "anonymous-clients" else meeting(made)
    reply = await world.call("volunteer", "POST", f"/v1/{path}", body | {"id": str(new_id())})
    assert flaws(reply) == [("/id", "tells_its_time")]
    reply = await world.call("volunteer", "POST", f"/v1/{path}", body | {"id": str(uuid4())})
    assert reply.status_code == 201, reply.text
    for row in (await world.get("volunteer", f"/v1/{path}")).json()["data"]:
        assert row["id"][14] == "4", "version 4: no moment in it"


@pytest.mark.parametrize("user", ["officer", "leader", "police", "area_officer", "province_officer", "club_board"])
async def test_who_does_not_keep_clients_sees_none(world, user):
    made = await client(world)
    for path in ("anonymous-clients", "anonymous-contacts", f"anonymous-clients/{made['id']}"):
        assert (await world.get(user, f"/v1/{path}")).status_code == 403
    assert (await world.call(user, "POST", "/v1/anonymous-clients", CLIENT)).status_code == 403


async def test_each_unit_keeps_its_own_clients(world):
    made = await client(world, "health_station")
    assert (await world.get("volunteer", f"/v1/anonymous-clients/{made['id']}")).status_code == 404
    reply = await world.call("volunteer", "POST", "/v1/anonymous-contacts", meeting(made))
    assert flaws(reply) == [("/client_id", "not_in_scope")]


async def test_a_client_of_trafficking_is_known_by_code_alone(world, person):
    made = await client(world, client_group="trafficking_victim")
    link = {"code": code_of(made), "person_id": str(person), "consent": "spoken"}
    reply = await world.call("volunteer", "POST", f"/v1/anonymous-clients/{made['id']}/link", link, If_Match='"1"')
    assert (reply.status_code, reply.json()["code"]) == (409, "coded_only")


# -- contacts ------------------------------------------------------------------------------------------------------


async def test_what_was_said_stays_with_its_author_and_the_day_is_seen_by_the_unit(world):
    made = await client(world)
    said = await met(world, made, **SAID)
    assert said["advice"] == SAID["advice"]
    told = (await world.get("counsellor", f"/v1/anonymous-contacts/{said['id']}?include=client")).json()
    assert told["client"]["code"] == made["code"]
    assert told["held_on"] == str(TODAY)
    assert told["advice"] is None
    assert told["notes"] is None


async def test_others_see_days_where_the_circle_sees_instants(world):
    made = await client(world)
    said = await met(world, made)
    mine = (await world.get("volunteer", f"/v1/anonymous-contacts/{said['id']}")).json()
    theirs = (await world.get("counsellor", f"/v1/anonymous-contacts/{said['id']}")).json()
    for name in ("recorded_at", "updated_at"):
        assert datetime.fromisoformat(mine[name]).microsecond or datetime.fromisoformat(mine[name]).second
        seen = datetime.fromisoformat(theirs[name]).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
        assert (seen.hour, seen.minute, seen.second, seen.microsecond) == (0, 0, 0, 0)


async def test_the_order_of_a_list_tells_no_order_of_coming(world):
    """Inside a day rows stand by their random ids, whichever page and whoever asks."""
    made = await client(world)
    contacts = [(await met(world, made))["id"] for _ in range(8)]
    clients = [made["id"], *[(await client(world))["id"] for _ in range(7)]]
    for path, ids in (("anonymous-contacts", contacts), ("anonymous-clients", clients)):
        rows = (await world.get("counsellor", f"/v1/{path}")).json()["data"]
        assert [row["id"] for row in rows] == sorted(ids, reverse=True)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"held_on": str(TODAY + timedelta(days=1))}, "/held_on", "in_the_future"),
        ({"held_on": "2026-02-29"}, "/held_on", "not_a_date"),
        ({"topics": []}, "/topics", "required"),
        ({"next_on": str(TODAY - timedelta(days=1))}, "/next_on", "ends_before_it_starts"),
        ({"client_id": str(uuid4())}, "/client_id", "not_in_scope"),
        ({"held_at": "2026-07-01T08:00:00+07:00"}, "", "unknown_field"),
    ],
)
async def test_a_contact_that_does_not_hold_together_is_refused_whole(world, change, pointer, code):
    made = await client(world)
    reply = await world.call("volunteer", "POST", "/v1/anonymous-contacts", meeting(made) | change)
    assert (pointer, code) in flaws(reply)
    assert await world.admin.fetchval("select count(*) from anonymous_contact") == 0


async def test_a_correction_keeps_what_was_before(world):
    said = await met(world, await client(world), **SAID)
    path = f"/v1/anonymous-contacts/{said['id']}"
    change = {"minutes": 15, "advice": "Khác."}
    told = (await world.call("volunteer", "PATCH", path, change, If_Match='"1"')).json()
    assert [note["advice"] for note in told["notes"]] == [SAID["advice"], "Khác."]
    before = await world.admin.fetchval("select before from anonymous_revision where row_id = $1", said["id"])
    assert json.loads(before) == {"minutes": None}
    reply = await world.call("volunteer", "PATCH", path, {"client_id": str(uuid4())}, If_Match='"2"')
    assert reply.status_code == 422


# -- the client's own act ------------------------------------------------------------------------------------------


async def linked(world, made, person, user="volunteer", **change):
    body = {"code": code_of(made), "person_id": str(person), "consent": "spoken"} | change
    path = f"/v1/anonymous-clients/{made['id']}/link"
    return await world.call(user, "POST", path, body, If_Match='"1"')


async def test_with_their_code_a_client_tells_who_they_are(world, person):
    made = await client(world)
    reply = await linked(world, made, person, code=code_of(made).lower().replace("-", " "))
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert (told["linked_person_id"], told["link_consent"]) == (str(person), "spoken")
    assert told["linked_on"] == str(TODAY)
    assert told["version"] == 1, "a new version would tell others of the link"


async def test_the_link_is_seen_by_the_circle_in_which_it_was_made_alone(world, person):
    await assign(world, person, "counsellor", "counsellor")
    made = await client(world)
    await linked(world, made, person)
    told = (await world.get("counsellor", f"/v1/anonymous-clients/{made['id']}")).json()
    assert (told["linked_person_id"], told["linked_on"], told["link_consent"]) == (None, None, None)
    async with world.admin.acquire() as connection, connection.transaction():
        for name, value in (("lo", "1110"), ("hi", "1139"), ("grantees", "{-999,1110}")):
            await connection.execute("select set_config($1, $2, true)", f"app.{name}", value)
        await connection.execute("set local role road_unit")
        assert await connection.fetchval("select count(*) from client_link") == 0


async def test_a_wrong_code_joins_nobody(world, person):
    made, other = await client(world), await client(world)
    reply = await linked(world, made, person, code=code_of(other))
    assert flaws(reply) == [("/code", "wrong_code")]
    assert await world.admin.fetchval("select count(*) from client_link") == 0


async def test_a_person_out_of_sight_cannot_be_named(world):
    made = await client(world)
    for unseen in (await world.person("hoa"), await world.person("bien"), uuid4()):
        assert flaws(await linked(world, made, unseen)) == [("/person_id", "not_in_scope")]


async def test_who_may_not_see_clients_cannot_join_them(world, person):
    made = await client(world)
    for user in ("officer", "leader", "police", "club_board"):
        assert (await linked(world, made, person, user)).status_code == 403
    assert (await linked(world, made, person, "health_station")).status_code == 404


async def test_a_client_is_one_person_until_they_take_it_back(world, person):
    other = await world.person("hoa", "Lê Văn Ba")
    await assign(world, other, "volunteer")
    made = await client(world)
    await linked(world, made, person)
    reply = await linked(world, made, other)
    assert (reply.status_code, reply.json()["code"]) == (409, "linked_already")
    path = f"/v1/anonymous-clients/{made['id']}/link"
    assert (await world.call("volunteer", "DELETE", path)).status_code == 428
    reply = await world.call("counsellor", "DELETE", path, If_Match='"1"')
    assert (reply.status_code, reply.json()["code"]) == (409, "not_linked")
    told = (await world.call("volunteer", "DELETE", path, If_Match='"1"')).json()
    assert told["linked_person_id"] is None
    assert (await linked(world, made, other)).status_code == 200
    rows = await world.admin.fetch("select ended_at is null as live from client_link order by linked_at")
    assert [row["live"] for row in rows] == [False, True]


async def test_both_doors_link_and_take_back(world, person):
    made = await client(world)
    link = f'{{code: "{code_of(made)}", personId: "{person}", consent: written}}'
    act = (
        f'mutation {{ linkAnonymousClient(id: "{made["id"]}", link: {link}, given: {{ifMatch: "\\"1\\""}})'
        " { linkedPersonId linkConsent } }"
    )
    told = await world.ask("volunteer", act)
    assert told["data"]["linkAnonymousClient"] == {"linkedPersonId": str(person), "linkConsent": "written"}
    act = (
        f'mutation {{ unlinkAnonymousClient(id: "{made["id"]}", given: {{ifMatch: "\\"1\\""}}) {{ linkedPersonId }} }}'
    )
    assert (await world.ask("volunteer", act))["data"]["unlinkAnonymousClient"] == {"linkedPersonId": None}


async def test_validate_only_joins_nobody(world, person):
    made = await client(world)
    body = {"code": code_of(made), "person_id": str(person), "consent": "spoken"}
    path = f"/v1/anonymous-clients/{made['id']}/link"
    reply = await world.call("volunteer", "POST", path, body, If_Match='"1"', Prefer="validate-only")
    assert reply.status_code == 200
    assert await world.admin.fetchval("select count(*) from client_link") == 0


async def test_a_voided_client_is_joined_to_nobody(world, person):
    made = await client(world)
    await linked(world, made, person)
    path = f"/v1/anonymous-clients/{made['id']}"
    reply = await world.call("volunteer", "DELETE", path, {"reason": "Ghi nhầm"}, If_Match='"1"')
    assert reply.status_code == 200, reply.text
    assert reply.json()["linked_person_id"] is None
    assert await world.admin.fetchval("select count(*) from client_link where ended_at is null") == 0


# -- nothing joins them --------------------------------------------------------------------------------------------


def test_no_table_of_anonymous_clients_has_a_person_but_the_link_they_make():
    tables = SQLModel.metadata.tables
    about = [name for name in tables if name.startswith("anonymous_") or name == "client_code"]
    assert len(about) == 5
    for name in about:
        assert not {"person_id", "subject_id"} & set(tables[name].columns.keys()), name
        pointed = {key.column.table.name for key in tables[name].foreign_keys}
        assert pointed <= {*about, "support_model"}, name
    pointing = {t.name for t in tables.values() for key in t.foreign_keys if key.column.table.name in about}
    assert pointing == {"anonymous_contact", "anonymous_note", "anonymous_revision", "client_code", "client_link"}


def test_no_relation_leads_from_persons_to_clients_or_back():
    """Whatever is included, however deep: no way between a person and an anonymous client."""

    def reached(noun):
        seen, waiting = {noun}, [noun]
        while waiting:
            for relation in NOUNS[waiting.pop()].relations.values():
                if relation.noun not in seen:
                    seen.add(relation.noun)
                    waiting.append(relation.noun)
        return seen

    anonymous = {"anonymous_client", "anonymous_contact"}
    assert not anonymous & reached("person")
    for noun in anonymous:
        assert "person" not in reached(noun)
        assert not {"person_id", "linked_person_id"} & set(NOUNS[noun].filters)
        sql = " ".join([*READS[noun].filters.values(), *READS[noun].joins.values()])
        assert "person" not in sql
    for reads in READS.values():
        if reads.noun.name not in anonymous:
            sql = " ".join([*reads.columns.values(), *reads.filters.values(), *reads.joins.values()])
            assert "anonymous_" not in sql, reads.noun.name
            assert "client_link" not in sql, reads.noun.name


async def test_what_a_colleague_sees_of_two_clients_does_not_tell_which_of_them_is_the_person(world, person):
    """One client made a link, another did not: to a colleague who sees the person and both, they look the same."""
    await assign(world, person, "counsellor", "counsellor")
    made = [await client(world), await client(world)]
    for one in made:
        await met(world, one, **SAID)
    await recorded(world, person)
    linking = await linked(world, made[0], person)
    assert linking.status_code == 200

    async def seen(one):
        told = (await world.get("counsellor", f"/v1/anonymous-clients/{one['id']}")).json()
        return {name: value for name, value in told.items() if name not in ("id", "code")}

    assert await seen(made[0]) == await seen(made[1])
    told = (await world.get("counsellor", f"/v1/persons/{person}?include=counselling_contacts")).json()
    text = json.dumps(told)
    assert not any(value in text for one in made for value in (one["id"], one["code"]))


async def test_no_query_of_who_is_not_entitled_meets_the_link(world, person):
    """Every role, every path that leads anywhere near, every include: never client and person in one answer."""
    made = await client(world)
    await met(world, made)
    await recorded(world, person)
    await linked(world, made, person)
    paths = [
        f"/v1/anonymous-clients/{made['id']}",
        "/v1/anonymous-clients?include=unit",
        "/v1/anonymous-contacts?include=client,unit",
        f"/v1/persons/{person}?include=counselling_contacts,health_visits",
        f"/v1/persons/{person}/access-log",
        "/v1/counselling-contacts?include=person",
        f"/v1/counselling-contacts?person_id={person}",
        "/v1/counselling-contacts:count?by=client_group",
        "/v1/tasks",
        "/v1/journal",
        "/v1/changes",
    ]
    users = [name for name in world.users if name != "volunteer"]
    roads = ("", "via=grant", "via=made")
    for user, path, road in itertools.product(users, paths, roads):
        reply = await world.get(user, f"{path}{'&' if '?' in path else '?'}{road}" if road else path)
        rows = reply.json() if reply.status_code == 200 else {}
        for row in rows.get("data", [rows]) if isinstance(rows, dict) else rows:
            text = json.dumps(row)
            named = made["id"] in text or made["code"] in text
            assert not (named and str(person) in text), (user, path, road)


async def test_the_journal_of_a_refused_link_names_no_person(world, person):
    made = await client(world)
    await linked(world, made, person, "officer")
    await linked(world, made, person, code="0000-0000")
    await linked(world, made, person)
    rows = await world.admin.fetch("select subject_ids from journal_entry where act = 'link_anonymous_client'")
    assert len(rows) >= 2
    assert all(str(person) not in map(str, row["subject_ids"]) for row in rows)
