"""A phone queues what was done in the field and sends it over a line that loses, repeats and reorders: all of it is on
file once, as it was done, and what another officer changed meanwhile is refused and not overwritten.
"""

from __future__ import annotations

import random

import httpx2
import pytest

from domain.ids import new_id
from tests.scenarios.phone import BadLine, Phone

STREETS = ("số 1, tổ 2", "số 7, ngõ 3", "thôn Đông")


@pytest.fixture
async def line(world):
    """A bad line to the service."""
    bad = BadLine(httpx2.ASGITransport(app=world.app, raise_app_exceptions=False), random.Random(20261122))
    async with httpx2.AsyncClient(transport=bad, base_url="http://testserver") as client:
        yield bad, client


def a_day(world, phone, persons=12):
    """What an officer does in a day without a signal; nothing of it has been sent."""
    made = []
    for number in range(persons):
        person = phone.record("/v1/persons", {"full_name": f"Lê Thị {'ABCDEGHKLMNP'[number]}n"})
        home = {"kind": "current", "unit_id": str(world.units["hoa"]), "address": STREETS[number % 3]}
        phone.record(f"/v1/persons/{person}/residences", home | {"valid_from": "2026-01-05"})
        phone.record(f"/v1/persons/{person}/phones", {"number": f"09123456{number:02}", "belongs_to": "self"})
        phone.amend("/v1/persons", person, {"occupation": "thợ may"})
        phone.amend("/v1/persons", person, {"occupation": "nông dân", "native_place": "Hải Phòng"})
        made.append(person)
    return made


@pytest.mark.parametrize("way", ["send", "push"])
async def test_everything_done_without_a_signal_is_on_file_once(world, line, way):
    bad, client = line
    phone = Phone(client, world.users["officer"].headers)
    made = a_day(world, phone)
    await getattr(phone, way)()
    assert phone.refused == []
    assert all(bad.happened.values()), bad.happened
    rows = await world.admin.fetch(
        "select id::text, occupation, native_place, version from person order by recorded_at"
    )
    assert {row["id"] for row in rows} == set(made)
    assert {(row["occupation"], row["native_place"], row["version"]) for row in rows} == {("nông dân", "Hải Phòng", 3)}
    for table in ("residence", "person_phone"):
        counts = await world.admin.fetch(f"select count(*) as n from {table} group by person_id")
        assert [row["n"] for row in counts] == [1] * len(made), table
    done = await world.admin.fetch("select act, count(*) as n from journal_entry where outcome = 'done' group by act")
    per_person = {"create_person": 1, "record_residence": 1, "record_phone": 1, "amend_person": 2}
    assert {row["act"]: row["n"] for row in done} == {act: n * len(made) for act, n in per_person.items()}


async def test_without_keys_the_same_line_does_things_twice(world, line):
    """The control: a phone that makes a new key at every try, and lets the service make the ids."""
    bad, client = line
    phone = Phone(client, world.users["officer"].headers)
    for number in range(12):
        phone.record("/v1/persons", {"full_name": f"Lê Thị {'ABCDEGHKLMNP'[number]}n"})
    for write in phone.queue:
        write.body.pop("id")
    single = phone._single

    async def careless(write):
        write.key = new_id().hex
        return await single(write)

    phone._single = careless
    await phone.send()
    assert await world.admin.fetchval("select count(*) from person") > 12, bad.happened


@pytest.mark.parametrize("way", ["send", "push"])
async def test_what_another_officer_changed_meanwhile_is_refused_and_not_overwritten(world, line, way):
    _bad, client = line
    person = str(await world.person())
    phone = Phone(client, world.users["officer"].headers, versions={person: '"1"'})
    phone.amend("/v1/persons", person, {"occupation": "thợ may"})
    body = {"occupation": "lái xe"}
    assert (await world.call("leader", "PATCH", f"/v1/persons/{person}", body, If_Match='"1"')).status_code == 200
    await getattr(phone, way)()
    assert [code for _, code in phone.refused] == ["stale_version"]
    assert phone.versions[person] == '"2"', "the phone knows what to look at"
    assert await world.admin.fetchval("select occupation from person") == "lái xe"


async def test_a_phone_whose_owner_was_moved_meanwhile_gets_everything_back_refused(world, line):
    bad, client = line
    bad.off = True
    person = str(await world.person("binh"))
    phone = Phone(client, world.users["officer"].headers, versions={person: '"1"'})
    phone.amend("/v1/persons", person, {"occupation": "thợ may"})
    await phone.push()
    assert [code for _, code in phone.refused] == ["not_found"]


# -- POST /v1/sync/push


def write(path="/v1/persons", body=None, method="POST", **more):
    return {"key": new_id().hex, "method": method, "path": path, "body": body or {"full_name": "Lê Thị Na"}} | more


async def push(world, writes, user="officer", **more):
    reply = await world.call(user, "POST", "/v1/sync/push", {"writes": writes} | more)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_each_write_is_the_act_of_its_own_route_with_a_result_of_its_own(world):
    person = str(new_id())
    writes = [
        write(body={"id": person, "full_name": "Lê Thị Na"}),
        write(f"/v1/persons/{person}", {"occupation": "thợ may"}, "PATCH", if_match='"1"'),
        write(f"/v1/persons/{person}/phones", {"number": "0912345678", "belongs_to": "self"}),
    ]
    first = await push(world, writes)
    assert [(one["status"], one["replayed"]) for one in first["results"]] == [(201, False), (200, False), (201, False)]
    assert [one["key"] for one in first["results"]] == [one["key"] for one in writes]
    assert (first["results"][1]["etag"], first["untried"]) == ('"2"', 0)
    again = await push(world, writes)
    assert [(one["status"], one["replayed"]) for one in again["results"]] == [(200, True)] * 3
    acts = await world.admin.fetch("select act, outcome from journal_entry order by id")
    assert [row["act"] for row in acts] == ["create_person", "amend_person", "record_phone"] * 2
    assert [row["outcome"] for row in acts] == ["done"] * 3 + ["replayed"] * 3


async def test_a_refusal_stops_the_queue_unless_it_shall_go_on(world):
    writes = [write(), write(body={"full_name": ""}), write()]
    stopped = await push(world, writes)
    assert ([one["status"] for one in stopped["results"]], stopped["untried"]) == ([201, 422], 1)
    assert stopped["results"][1]["body"]["code"] == "invalid"
    assert await world.admin.fetchval("select count(*) from person") == 1, "what was done before a refusal stays"
    on = await push(world, writes, on_refusal="go_on")
    assert ([one["status"] for one in on["results"]], on["untried"]) == ([200, 422, 201], 0)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/auth/sessions", "POST"),
        ("/v1/auth/sessions/current", "DELETE"),
        ("/v1/me/password", "POST"),
        ("/v1/sync/push", "POST"),
        ("/v1/persons:search", "POST"),
        ("/v1/nowhere", "POST"),
    ],
)
async def test_what_is_no_act_of_the_register_is_not_found(world, path, method):
    (result,) = (await push(world, [write(path, method=method)]))["results"]
    assert (result["status"], result["body"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "https://elsewhere/v1/persons"},
        {"path": "/health/live"},
        {"method": "GET"},
        {"key": "two words"},
        {"key": ""},
        {"if_match": "3"},
        {"headers": {"Authorization": "Bearer other"}},
    ],
)
async def test_a_queue_that_is_not_right_is_refused_whole_with_a_pointer(world, wrong):
    reply = await world.call("officer", "POST", "/v1/sync/push", {"writes": [write(), write() | wrong]})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")
    assert reply.json()["errors"][0]["pointer"].startswith("/writes/1")
    assert await world.admin.fetchval("select count(*) from person") == 0


@pytest.mark.parametrize("number", [0, 51])
async def test_a_queue_has_one_to_fifty_writes(world, number):
    reply = await world.call("officer", "POST", "/v1/sync/push", {"writes": [write() for _ in range(number)]})
    assert reply.status_code == 422


async def test_each_write_is_judged_under_the_callers_own_rights_and_denials_are_journaled(world):
    (result,) = (await push(world, [write()], user="country_reader"))["results"]
    assert (result["status"], result["body"]["code"]) == (403, "forbidden")
    assert await world.admin.fetchval("select outcome from journal_entry") == "denied"


async def test_a_queue_that_is_only_checked_stores_nothing(world):
    reply = await world.call("officer", "POST", "/v1/sync/push", {"writes": [write()]}, Prefer="validate-only")
    assert [one["status"] for one in reply.json()["results"]] == [200]
    assert await world.admin.fetchval("select count(*) from person") == 0


async def test_a_fault_in_one_write_tells_what_became_of_those_before(world, monkeypatch):
    from persistence.person_records import Persons

    async def broken(*_given, **_more):
        raise RuntimeError("a bug")

    monkeypatch.setattr(Persons, "add_fact", broken)
    person = str(new_id())
    phone = write(f"/v1/persons/{person}/phones", {"number": "0912345678", "belongs_to": "self"})
    told = await push(world, [write(body={"id": person, "full_name": "Lê Na"}), phone, write()], on_refusal="go_on")
    assert ([one["status"] for one in told["results"]], told["untried"]) == ([201, 500], 1)
    assert await world.admin.fetchval("select count(*) from person") == 1
