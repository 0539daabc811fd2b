"""GET /v1/changes and `changes`: who is told what, in which order, and what happens where a cursor is no use any more."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from api import following
from domain.acts import READERS
from domain.change.use_cases import APART, followed, watch_of
from domain.ids import new_id
from domain.refusals import Refusal
from persistence.change_hub import Waiter
from persistence.registry import READS
from tests.feeding import settled
from tests.world import hire

NOT_FOLLOWED = {"unit", "unit_lineage", "rule", "calendar_day", "law_change", "document_form", "journal_entry"}
"""Reference data, and the journal."""


async def start(world, user="officer", query=""):
    """The cursor to start from."""
    await settled(world.admin)
    reply = await world.get(user, f"/v1/changes?start=now{query}")
    assert reply.status_code == 200, reply.text
    assert reply.json()["data"] == []
    return reply.json()["page"]["next"]


async def after(world, user, cursor, query=""):
    await settled(world.admin)
    reply = await world.get(user, f"/v1/changes?cursor={cursor}{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()


async def told(world, user, cursor, query="", noun=None):
    """(noun, id, kind) of what came after a cursor, of one noun."""
    page = await after(world, user, cursor, query)
    return [(e["noun"], e["id"], e["kind"]) for e in page["data"] if noun in (None, e["noun"])]


async def refused(world, user, path):
    reply = await world.get(user, path)
    return reply.status_code, reply.json()["code"]


async def hand_over(world, person, to="binh", by="officer", taker="neighbour"):
    body = {"person_id": str(person), "unit_id": str(world.units[to]), "reason": "chuyển nơi cư trú"}
    made = await world.call(by, "POST", "/v1/handovers", body)
    assert made.status_code == 201, made.text
    path = f"/v1/handovers/{made.json()['id']}/transitions"
    taken = await world.call(taker, "POST", path, {"to": "accepted"}, If_Match='"1"')
    assert taken.json()["state"] == "effective", taken.text
    return made.json()["id"]


# -- refused


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=nonsense", "bad_cursor"),
        ("cursor=" + "A" * 120, "bad_cursor"),
        ("limit=0", "bad_request"),
        ("limit=1001", "bad_request"),
        ("wait=31", "bad_request"),
        ("nouns=persons", "bad_request"),
        ("nouns=rule", "bad_request"),
        ("start=then", "bad_request"),
        ("nouns=" + "x" * 1001, "bad_request"),
        ("since=yesterday", "unknown_parameter"),
    ],
)
async def test_what_cannot_be_read_is_a_precise_refusal(world, query, code):
    assert await refused(world, "officer", f"/v1/changes?{query}") == (400, code)


async def test_a_role_that_reads_nothing_of_the_register_may_not_follow_and_the_journal_keeps_the_try(world):
    assert await refused(world, "report_reader", "/v1/changes") == (403, "forbidden")
    row = await world.admin.fetchrow("select act, outcome from journal_entry")
    assert tuple(row) == ("read_change", "denied")


async def test_a_noun_that_the_role_may_not_read_is_refused_and_never_told(world):
    assert await refused(world, "volunteer", "/v1/changes?nouns=management_case") == (403, "forbidden")
    cursor = await start(world, "country_reader")
    await hand_over(world, await world.person())
    nouns = {noun for noun, _, _ in await told(world, "country_reader", cursor)}
    assert nouns == {"person", "responsibility"}, "hand-overs and tasks are not for this role"


async def test_nouns_on_several_roads_are_followed_apart(world):
    """A volunteer sees persons as granted, and what their unit keeps as its own."""
    roads = {watch.nouns[0]: watch.within.road for watch in await watches(world, "volunteer")}
    one, other = next((a, b) for a in roads for b in roads if roads[a] != roads[b])
    reply = await world.get("volunteer", f"/v1/changes?nouns={one},{other}")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "several_roads")
    for noun in (one, other):
        await start(world, "volunteer", f"&nouns={noun}")


async def watches(world, user):
    """One watch a noun that the user may follow."""
    who = world.users[user]
    actor = await world.house.register.actors.actor(who.session_id, None)
    found = []
    for noun in followed():
        with contextlib.suppress(Refusal):
            watch = watch_of(actor, None, (noun,))
            found.append(watch._replace(nouns=(noun,)))
    return found


async def test_a_cursor_belongs_to_its_account_and_its_nouns(world):
    mine = await start(world)
    for user, query in (("leader", ""), ("neighbour", ""), ("officer", "&nouns=person")):
        assert await refused(world, user, f"/v1/changes?cursor={mine}{query}") == (400, "bad_cursor")
    assert (await world.get("officer", f"/v1/changes?cursor={mine}")).status_code == 200


# -- told


async def test_an_act_is_told_with_noun_id_kind_and_version_and_nothing_of_the_person(world):
    cursor = await start(world)
    made = (await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Xuân"})).json()
    page = await after(world, "officer", cursor)
    person = next(entry for entry in page["data"] if entry["noun"] == "person")
    assert person.keys() == {"noun", "id", "kind", "version", "cursor"}
    assert (person["id"], person["kind"], person["version"]) == (made["id"], "upsert", 1)
    assert "Xu" not in json.dumps([{**entry, "cursor": ""} for entry in page["data"]], ensure_ascii=False)
    assert (await after(world, "officer", page["page"]["next"]))["data"] == []


async def test_what_an_act_brings_along_is_told_as_well(world):
    """Rows that are not the act's own noun: the link of responsibility, the task of a hand-over, its closing."""
    cursor = await start(world, "neighbour")
    person = await world.person()
    body = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "chuyển"}
    made = (await world.call("officer", "POST", "/v1/handovers", body)).json()
    task = str(await world.admin.fetchval("select id from task"))
    assert await told(world, "neighbour", cursor) == [("handover", made["id"], "upsert"), ("task", task, "upsert")]


async def test_a_voided_row_is_told_as_deleted(world):
    person, cursor = await world.person(), await start(world)
    await world.call("leader", "DELETE", f"/v1/persons/{person}", {"reason": "ghi nhầm"}, If_Match='"1"')
    assert await told(world, "officer", cursor, noun="person") == [("person", str(person), "delete")]


async def test_what_was_refused_or_only_checked_is_not_told(world):
    person, cursor = await world.person(), await start(world)
    patch = {"occupation": "thợ may"}
    await world.call("officer", "PATCH", f"/v1/persons/{person}", patch, If_Match='"9"')
    await world.call("officer", "PATCH", f"/v1/persons/{person}", patch, If_Match='"1"', Prefer="validate-only")
    assert await told(world, "officer", cursor) == []


async def test_a_hand_over_leaves_one_reach_and_enters_another_with_every_row_that_moves(world):
    person = await world.person(national_id="000190123456", phone="+84301234567")
    home = await world.residence(person)
    cursors = {user: await start(world, user) for user in ("officer", "neighbour", "area_officer", "country_reader")}
    await hand_over(world, person)
    moved = {"person", "person_identifier", "person_phone", "residence"}

    async def kinds(user, of):
        return {(noun, kind) for noun, _, kind in await told(world, user, cursors[user]) if noun in of}

    assert await kinds("officer", moved) == {(noun, "left_scope") for noun in moved}
    assert await kinds("neighbour", moved) == {(noun, "entered_scope") for noun in moved}
    assert await kinds("area_officer", moved) == {(noun, "upsert") for noun in moved}, "both lie in the area"
    assert await kinds("country_reader", {"person"}) == {("person", "upsert")}
    assert ("residence", str(home), "left_scope") in await told(world, "officer", cursors["officer"])
    assert (await world.get("officer", f"/v1/residences/{home}")).status_code == 404


async def test_the_old_unit_follows_what_was_made_under_it(world):
    person = await world.person("binh", was="hoa")
    home = await world.residence(person, made="hoa")
    cursor = await start(world, "officer", "&via=made")
    body = {"address": "số 10"}
    await world.call("neighbour", "PATCH", f"/v1/residences/{home}", body, If_Match='"1"')
    assert await told(world, "officer", cursor, "&via=made") == [("residence", str(home), "upsert")]
    assert await told(world, "officer", await start(world, "officer")) == []


async def test_strangers_hear_nothing(world):
    cursors = {user: await start(world, user) for user in ("stranger", "south_officer", "neighbour", "volunteer")}
    person = await world.person(phone="+84301234567")
    await world.call("officer", "PATCH", f"/v1/persons/{person}", {"occupation": "thợ may"}, If_Match='"1"')
    for user, cursor in cursors.items():
        assert await told(world, user, cursor) == [], user


async def test_only_the_nouns_asked_for_are_told(world):
    cursor = await start(world, query="&nouns=person_phone,person")
    await world.residence(await world.person(phone="+84301234567"))
    nouns = {noun for noun, _, _ in await told(world, "officer", cursor, "&nouns=person_phone,person")}
    assert nouns == {"person", "person_phone"}


async def test_staff_are_followed_by_who_may_read_accounts(world):
    cursor = await start(world, "province_admin")
    new = {
        "user_name": "em.moi",
        "display_name": "Em Mới",
        "unit_id": str(world.units["hoa_club"]),
        "role": "volunteer",
    }
    assert (await world.call("leader", "POST", "/v1/users", new)).status_code == 201
    assert {noun for noun, _, _ in await told(world, "province_admin", cursor)} == {"account", "appointment"}
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute(
            "delete from appointment using account a where account_id = a.id and user_name = 'em.moi'"
        )
        await connection.execute("delete from account where user_name = 'em.moi'")


async def test_pages_are_in_order_and_each_entry_can_be_gone_on_from(world):
    cursor = await start(world)
    persons = [str(await world.person()) for _ in range(7)]
    whole = await after(world, "officer", cursor, "&limit=1000")
    ids, at = [], cursor
    for _ in range(100):
        page = await after(world, "officer", at, "&limit=3")
        ids += [entry["id"] for entry in page["data"]]
        at = page["page"]["next"]
        if not page["page"]["more"]:
            break
    assert ids == [entry["id"] for entry in whole["data"]]
    assert [id for id in ids if id in persons] == persons
    third = whole["data"][2]["cursor"]
    assert [e["id"] for e in (await after(world, "officer", third, "&limit=1000"))["data"]] == ids[3:]


async def test_a_page_is_one_journal_row_with_the_persons_it_is_about(world):
    cursor, person = await start(world), await world.person(phone="+84301234567")
    await world.admin.execute("alter table journal_entry disable trigger user")
    await world.admin.execute("delete from journal_entry")
    await world.admin.execute("alter table journal_entry enable trigger user")
    await after(world, "officer", cursor)
    (row,) = await world.admin.fetch("select act, noun, outcome, subject_ids, shown from journal_entry")
    assert tuple(row) == ("read_change", "change", "read", [person], 3)


# -- what is granted


async def test_a_grant_enters_and_its_end_leaves_with_the_nouns_it_names(world):
    cursor = await start(world, "volunteer")
    person = await world.person("bien", phone="+84301234567")
    await world.residence(person, "bien")
    assert await told(world, "volunteer", cursor) == []
    await world.grant(person, "volunteer", "person_phone")
    entered = {(noun, kind) for noun, _, kind in await told(world, "volunteer", cursor)}
    assert entered == {("person", "entered_scope"), ("person_phone", "entered_scope")}
    cursor = await start(world, "volunteer")
    await world.admin.execute("update access_grant set valid_to = now() where person_id = $1", person)
    left = {(noun, kind) for noun, _, kind in await told(world, "volunteer", cursor)}
    assert left == {("person", "left_scope"), ("person_phone", "left_scope")}


async def test_while_it_lasts_the_grantee_hears_of_the_granted_nouns_alone(world):
    person = await world.person(phone="+84301234567")
    home = await world.residence(person)
    await world.grant(person, "volunteer", "person_phone")
    cursor = await start(world, "volunteer")
    await world.call("officer", "PATCH", f"/v1/persons/{person}", {"occupation": "thợ may"}, If_Match='"1"')
    await world.call("officer", "PATCH", f"/v1/residences/{home}", {"address": "số 10"}, If_Match='"1"')
    assert await told(world, "volunteer", cursor) == [("person", str(person), "upsert")]


async def test_a_grant_to_an_organisation_is_told_to_those_who_work_there(world):
    cursor = await start(world, "club_board")
    person = await world.person()
    await world.grant(person, "club_board", to_unit=True)
    assert await told(world, "club_board", cursor) == [("person", str(person), "entered_scope")]


async def test_a_grant_that_ends_by_the_clock_is_told_though_nothing_is_written(world):
    person = await world.person()
    await world.grant(person, "volunteer")
    cursor = await start(world, "volunteer")
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update access_grant set valid_to = now() - interval '1 second'")
    await told(world, "volunteer", cursor)
    assert await told(world, "volunteer", cursor) == [("person", str(person), "left_scope")]


async def test_of_two_grants_the_end_of_one_takes_nothing_that_the_other_gives(world):
    person = await world.person(phone="+84301234567")
    await world.grant(person, "volunteer", "person_phone", days=3)
    await world.grant(person, "volunteer", days=9)
    cursor = await start(world, "volunteer")
    await world.admin.execute("update access_grant set valid_to = now() where cardinality(classes) = 1")
    assert [(noun, kind) for noun, _, kind in await told(world, "volunteer", cursor)] == [
        ("person_phone", "left_scope")
    ]


async def test_a_hand_over_ends_what_was_granted_and_tells_it(world):
    person = await world.person()
    await world.grant(person, "volunteer")
    cursor = await start(world, "volunteer")
    await hand_over(world, person)
    await told(world, "volunteer", cursor)
    assert (await told(world, "volunteer", cursor))[-1] == ("person", str(person), "left_scope")


# -- begin anew


async def test_another_appointment_or_another_tree_is_410_with_the_road_to_a_snapshot(world):
    user = world.users["moved"] = await hire(world, "moved", "commune_officer", "hoa")
    cursor = await start(world, "moved")
    await world.admin.execute("update appointment set valid_to = now() where id = $1", user.appointment_id)
    assert await refused(world, "moved", f"/v1/changes?cursor={cursor}") == (403, "no_appointment")
    await world.admin.execute(
        "insert into appointment (id, account_id, role, unit_id, unit_no) values ($1, $2, 'commune_officer', $3, $4)",
        *(new_id(), user.account_id, world.units["binh"], world.no("binh")),
    )
    reply = await world.get("moved", f"/v1/changes?cursor={cursor}", Accept_Language="en")
    assert (reply.status_code, reply.json()["code"]) == (410, "scope_changed")
    snapshot = reply.json()["snapshot"]
    assert snapshot["start"] == "/v1/changes?start=now"
    assert {"/v1/persons?include=identifiers,phones,residences", "/v1/tasks"} <= set(snapshot["lists"])
    for path in (snapshot["start"], *snapshot["lists"]):
        assert (await world.get("moved", path)).status_code == 200, path
    world.users.pop("moved")


async def test_signing_in_again_goes_on_where_one_was(world):
    cursor, officer = await start(world), world.users["officer"]
    session, now = new_id(), datetime.now(UTC)
    await world.admin.execute(
        "insert into session (id, account_id, refresh_hash, expires_at) values ($1, $2, 'y', $3)",
        *(session, officer.account_id, now + timedelta(days=1)),
    )
    token = world.house.tokens.issue(officer.account_id, session, now)
    person = await world.person()
    await settled(world.admin)
    reply = await world.client.get(f"/v1/changes?cursor={cursor}", headers={"Authorization": f"Bearer {token}"})
    assert str(person) in reply.text


async def test_the_feed_is_kept_as_long_as_the_dated_setting_says_and_who_comes_later_begins_anew(world, hand):
    """30 days; on the 30th day it is still there, after it, it is gone."""
    cursor, person, now = await start(world), await world.person(), datetime.now(UTC)
    await hand.forget_changes(now + timedelta(days=30) - timedelta(minutes=1))
    assert ("person", str(person), "upsert") in await told(world, "officer", cursor)
    await world.admin.execute("insert into change_retention values (current_date + 5, 60)")
    await hand.forget_changes(now + timedelta(days=31))
    assert ("person", str(person), "upsert") in await told(world, "officer", cursor), "another setting is in force then"
    await world.admin.execute("delete from change_retention where days = 60")
    assert await hand.forget_changes(now + timedelta(days=31)) > 0
    assert await refused(world, "officer", f"/v1/changes?cursor={cursor}") == (410, "changes_forgotten")
    assert await told(world, "officer", await start(world)) == []


async def test_a_cursor_that_kept_up_survives_the_forgetting(world, hand):
    await world.person()
    cursor = await start(world)
    await hand.forget_changes(datetime.now(UTC) + timedelta(days=40))
    person = await world.person()
    assert ("person", str(person), "upsert") in await told(world, "officer", cursor)


async def test_a_cursor_of_another_database_server_begins_anew(world, monkeypatch):
    """After a restore transaction ids mean something else."""
    cursor = await start(world)
    monkeypatch.setattr(
        "persistence.change_records.HEAD", "select 9::bigint as below, 1::bigint as cluster, 0 as floor"
    )
    from persistence.change_records import page_sql

    page_sql.cache_clear()
    try:
        assert await refused(world, "officer", f"/v1/changes?cursor={cursor}") == (410, "changes_forgotten")
    finally:
        monkeypatch.undo()
        page_sql.cache_clear()


# -- waiting


async def waiting(world, number=1):
    """Until so many wait; at most ten seconds."""
    async with asyncio.timeout(10):
        while len(world.house.hub.waiting) < number:  # noqa: ASYNC110 - a waiting room has no event
            await asyncio.sleep(0.01)


async def test_who_waits_is_woken_by_a_change_in_their_reach(world):
    cursor = await start(world)
    wait = asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=20"))
    await waiting(world)
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
    reply = await asyncio.wait_for(wait, 5)
    assert made.json()["id"] in reply.text
    assert not world.house.hub.waiting


async def test_who_waits_is_woken_by_another_process(world, hand):
    cursor = await start(world)
    wait = asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=20"))
    await waiting(world)
    person = await world.person()
    await hand.wake_followers()
    assert str(person) in (await asyncio.wait_for(wait, 5)).text


async def test_who_waits_is_woken_when_an_open_transaction_no_longer_holds_the_feed_back(world, hand):
    cursor = await start(world)
    async with world.admin.acquire() as slow:
        held = slow.transaction()
        await held.start()
        await slow.execute("insert into outbox (noun, subject_id, act) values ('person', gen_random_uuid(), 'x')")
        wait = asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=20"))
        await waiting(world)
        made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
        await asyncio.sleep(0.3)
        assert not wait.done(), "below the open transaction nothing is told"
        await held.rollback()
    assert made.json()["id"] in (await asyncio.wait_for(wait, 5)).text


async def test_waiting_in_vain_ends_in_time_with_one_journal_row_and_a_cursor(world):
    cursor = await start(world)
    before = await world.admin.fetchval("select count(*) from journal_entry")
    page = await after(world, "officer", cursor, "&wait=1")
    assert page["data"] == []
    assert await world.admin.fetchval("select count(*) from journal_entry") == before + 1
    assert (await world.get("officer", f"/v1/changes?cursor={page['page']['next']}")).status_code == 200


async def test_whom_a_change_does_not_concern_sleeps_on(world):
    cursor = await start(world, "stranger")
    wait = asyncio.create_task(world.get("stranger", f"/v1/changes?cursor={cursor}&wait=2"))
    await waiting(world)
    (waiter,) = world.house.hub.waiting
    await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
    assert (await wait).json()["data"] == []
    assert not waiter.woken.done() or waiter.woken.cancelled()


async def test_whoever_hangs_up_waits_no_longer(world):
    cursor = await start(world)
    wait = asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=20"))
    await waiting(world)
    wait.cancel()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while world.house.hub.waiting:  # noqa: ASYNC110 - a waiting room has no event
                await asyncio.sleep(0.01)
    assert not world.house.hub.waiting


async def test_an_account_has_a_bounded_number_of_places_to_wait(world):
    cursor, hub = await start(world), world.house.hub
    waits = [
        asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=20")) for _ in range(hub.most_each)
    ]
    await waiting(world, hub.most_each)
    reply = await world.get("officer", f"/v1/changes?cursor={cursor}&wait=20")
    assert (reply.status_code, reply.json()["code"]) == (429, "too_many_waiting")
    assert reply.headers["Retry-After"]
    other = asyncio.create_task(world.get("leader", f"/v1/changes?cursor={await start(world, 'leader')}&wait=20"))
    await waiting(world, hub.most_each + 1)
    await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
    assert {reply.status_code for reply in await asyncio.gather(*waits, other)} == {200}


async def test_a_service_that_stops_lets_everyone_go_at_once(world):
    cursor, hub = await start(world), world.house.hub
    wait = asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=30"))
    await waiting(world)
    try:
        hub.leave()
        assert (await asyncio.wait_for(wait, 2)).json()["data"] == []
        assert (await after(world, "officer", cursor, "&wait=30"))["data"] == []
    finally:
        hub.closing = False


async def test_the_hub_comes_back_when_its_connection_was_cut(world):
    await world.admin.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where (query ilike 'listen%' or query ilike '%row_change%')"
        " and pid <> pg_backend_pid() and datname = current_database()"
    )
    cursor = await start(world)
    wait = asyncio.create_task(world.get("officer", f"/v1/changes?cursor={cursor}&wait=20"))
    await waiting(world)
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
    assert made.json()["id"] in (await asyncio.wait_for(wait, 10)).text


# -- a stream


async def events(world, user, path, wanted, *, until=("change", "problem"), **headers):
    """Events of a stream, until there are as many of these kinds as wanted; a comment is a heartbeat."""
    found, stream = [], asyncio.Queue()
    given = dict(world.users[user].headers) | {"Accept": "text/event-stream"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path.partition("?")[0], "raw_path": path.partition("?")[0].encode(), "root_path": "",
        "query_string": path.partition("?")[2].encode(), "server": ("testserver", 80), "client": ("127.0.0.1", 9),
        "headers": [(b"host", b"testserver")] + [(k.lower().encode(), v.encode()) for k, v in given.items()],
    }  # fmt: skip
    gone = asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    running = asyncio.create_task(world.app(scope, receive, stream.put))
    head = await stream.get()
    while sum(kind in until for kind, _, _ in found) < wanted:
        body = (await asyncio.wait_for(stream.get(), 10))["body"].decode()
        for block in filter(None, body.split("\n\n")):
            lines = dict(line.partition(": ")[::2] for line in block.split("\n"))
            if "event" in lines:
                found.append((lines["event"], lines.get("id"), json.loads(lines["data"])))
            elif block.startswith(":"):
                found.append(("heartbeat", None, block))
    gone.set()
    await asyncio.wait_for(running, 5)
    assert not world.house.hub.waiting
    return head, found


async def test_a_stream_tells_changes_as_they_come_and_resumes_by_last_event_id(world):
    cursor, first = await start(world), str(await world.person(phone="+84301234567"))
    following = asyncio.create_task(events(world, "officer", f"/v1/changes?cursor={cursor}", 5))
    await waiting(world)
    second = (await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})).json()["id"]
    head, found = await following
    assert dict(head["headers"])[b"content-type"].startswith(b"text/event-stream")
    changes = [(id, data) for kind, id, data in found if kind == "change"]
    assert [data["id"] for _, data in changes if data["noun"] == "person"] == [first, second]
    last = next(id for id, data in changes if data["id"] == first)
    _, again = await events(world, "officer", f"/v1/changes?cursor={cursor}", len(changes) - 1, Last_Event_ID=last)
    told_again = [data["id"] for kind, _, data in again if kind == "change"]
    assert told_again == [data["id"] for id, data in changes][[id for id, _ in changes].index(last) + 1 :]


async def test_a_stream_ends_with_the_problem_when_the_reach_changes(world):
    user = world.users["moved"] = await hire(world, "moved2", "commune_officer", "hoa")
    cursor = await start(world, "moved")
    following = asyncio.create_task(events(world, "moved", f"/v1/changes?cursor={cursor}", 1))
    await waiting(world)
    await world.admin.execute("update appointment set role = 'commune_police' where id = $1", user.appointment_id)
    await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
    _, found = await following
    kind, _, problem = found[-1]
    assert (kind, problem["code"], problem["snapshot"]["start"]) == (
        "problem",
        "scope_changed",
        "/v1/changes?start=now",
    )
    world.users.pop("moved")


async def test_a_silent_stream_says_that_it_lives_and_where_one_is_though_nothing_was_told(world, monkeypatch):
    monkeypatch.setattr(following, "HEARTBEAT", 0.1)
    cursor = await start(world)
    _, found = await events(world, "officer", f"/v1/changes?cursor={cursor}", 2, until=("heartbeat",))
    assert [kind for kind, _, _ in found][:4] == ["place", "heartbeat", "place", "heartbeat"]
    place = next(id for kind, id, _ in found if kind == "place")
    person = await world.person()
    _, resumed = await events(world, "officer", "/v1/changes?start=now", 1, Last_Event_ID=place)
    assert str(person) in {data.get("id") for _, _, data in resumed}


async def test_what_is_refused_is_refused_before_the_stream_begins(world):
    reply = await world.get("officer", "/v1/changes?cursor=nonsense", Accept="text/event-stream")
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_cursor")


# -- the other door, and what is followed


async def test_graphql_tells_the_same(world):
    ask = "query($after: String) {changes(after: $after) {next more nodes {noun id kind version cursor}}}"
    cursor = (await world.ask("officer", ask))["data"]["changes"]["next"]
    await world.person(phone="+84301234567")
    graph = (await world.ask("officer", ask, {"after": cursor}))["data"]["changes"]
    rest = await after(world, "officer", cursor)
    plain = [{name: node[name] for name in ("noun", "id", "kind", "version")} for node in graph["nodes"]]
    assert plain == [{name: entry.get(name) for name in ("noun", "id", "kind", "version")} for entry in rest["data"]]
    assert graph["nodes"][0]["kind"] == "upsert"
    wrong = await world.ask("officer", "{changes(first: 1001) {next}}")
    assert wrong["errors"][0]["extensions"]["code"] == "bad_request"
    gone = await world.ask("officer", '{changes(after: "x") {next}}')
    assert gone["errors"][0]["extensions"]["code"] == "bad_cursor"


async def test_every_noun_with_a_unit_is_followed_by_triggers_that_agree_with_its_walls(world):
    rows = await world.admin.fetch(
        "select tgrelid::regclass::text as name, count(*) as n, min(pg_get_functiondef(tgfoid)) as body"
        " from pg_trigger where tgname in ('tell_inserted', 'tell_updated', 'tell_deleted') group by 1"
    )
    told_of = {row["name"]: row for row in rows if row["n"] == 3}
    walled = {name: reads for name, reads in READS.items() if reads.walls and name in followed()}
    assert len(walled) > 20
    assert walled.keys() <= told_of.keys()
    assert walled.pop("task"), "told by a trigger of its own (0029), to the circle it is addressed to as well"
    for name, reads in walled.items():
        assert reads.table == name
        made = f"f.{reads.made}" if reads.made else "null::int"
        person = (
            "f.id" if name == "person" else "f.person_id" if "person_id" in reads.row.model_fields else "null::uuid"
        )
        assert f"{person}, f.unit_no, null::int, {made}, null::int from fresh f" in told_of[name]["body"], name


def test_every_noun_with_a_unit_can_be_followed_by_who_may_read_it():
    walled = {name for name, reads in READS.items() if reads.walls and not name.startswith(APART)}
    assert walled - NOT_FOLLOWED <= followed().keys()
    assert not NOT_FOLLOWED & followed().keys()
    assert {noun: READERS[noun].permission for noun in followed()} == followed()


async def test_a_waiter_hears_of_its_own_interval_nouns_and_grants(world):
    house, officer = world.house, world.users["officer"]
    actor = await house.register.actors.actor(officer.session_id, None)
    waiter = Waiter(actor.account_id, watch_of(actor, None), frozenset(actor.grantees))
    change = {"noun": "person", "unit_no": world.no("hoa"), "made_unit_no": None, "grantee": None}
    assert waiter.hears(change)
    assert not waiter.hears(change | {"noun": "rule"})
    assert not waiter.hears(change | {"unit_no": world.no("binh")})
    assert not waiter.hears(change | {"unit_no": None, "grantee": actor.grantees[0]})
    granted = Waiter(actor.account_id, watch_of(actor, "grant"), frozenset(actor.grantees))
    assert granted.hears(change | {"unit_no": None, "grantee": actor.grantees[1]})
    assert not granted.hears(change | {"unit_no": None, "grantee": 7})
