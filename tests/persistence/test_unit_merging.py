"""Communes joined into one: who holds what afterwards, who is told of it, and what is taken along that was late."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import httpx2
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings
from domain.ids import new_id
from persistence import bootstrap
from persistence.unit_drawing import DrawingRefusedError, number_columns
from persistence.unit_merging import merge
from tests.conftest import LOGINS, _run
from tests.feeding import settled
from tests.world import UNITS, build_world, hire, insert

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = datetime.now(UTC).astimezone(ZONE).date()
BASIS = "NQ 12/2026"
CLUB = ("organisation", "club", 1141, 1141, "binh", None)


@pytest.fixture(scope="module")
async def town(server, template, worker_id, tmp_path_factory):
    """A world of one's own: units of the shared one stay as they are. `town.owner` opens the owner's connection."""
    name = f"merging_{worker_id}_{new_id().hex[-8:]}"
    _run(bootstrap.create_database(server.dsn(), name, template=template))
    settings = Settings.for_demo(tmp_path_factory.mktemp("keys")).model_copy(
        update={
            "database_url": SecretStr(server.dsn(name, "app_rw", LOGINS.service)),
            "allowed_hosts": ("testserver",),
            "pool_size": 2,
        }
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app), asyncpg.create_pool(server.dsn(name), min_size=1) as admin:
        world = await build_world(app, admin)
        UNITS["binh_club"] = CLUB
        club = {"id": new_id(), "no": 1141, "last_no": 1141, "level": "organisation", "unit_type": "club"}
        home = {"parent_id": world.units["binh"], "home_id": world.units["binh"], "province_no": 1000, "area_no": 1100}
        await insert(admin, "unit", club | home | {"name": "CLB Bình", "valid_from": date(2024, 1, 1)})
        world.units["binh_club"] = club["id"]
        world.owner = server.dsn(name, "app_owner", LOGINS.owner)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
            world.client = client
            yield world
        del UNITS["binh_club"]
    database = await asyncpg.connect(server.dsn())
    await database.execute(f"drop database {name} with (force)")
    await database.close()


@asynccontextmanager
async def as_owner(dsn):
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def joined(town, gone="binh", *, on=TODAY):
    async with as_owner(town.owner) as owner:
        units = town.units
        return await merge(owner, units["hoa"], [units[gone]], on=on, today=TODAY, legal_basis=BASIS)


async def start(town, user, query=""):
    await settled(town.admin)
    reply = await town.get(user, f"/v1/changes?start=now{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()["page"]["next"]


async def told(town, user, cursor, query=""):
    await settled(town.admin)
    reply = await town.get(user, f"/v1/changes?cursor={cursor}{query}")
    assert reply.status_code == 200, reply.text
    return {(e["noun"], e["id"], e["kind"]) for e in reply.json()["data"]}


@pytest.mark.parametrize(
    ("into", "gone", "on", "word"),
    [
        ("hoa", (), TODAY, "each once"),
        ("hoa", ("hoa",), TODAY, "each once"),
        ("hoa", ("binh", "binh"), TODAY, "each once"),
        ("hoa", ("area",), TODAY, "communes of today"),
        ("north", ("binh",), TODAY, "communes of today"),
        ("hoa", ("old_commune",), TODAY, "communes of today"),
        ("hoa", ("bien",), TODAY, "different provinces"),
        ("hoa", ("binh",), TODAY + timedelta(days=1), "day of effect"),
        ("hoa", ("binh",), date(2004, 1, 1), "day of effect"),
    ],
)
async def test_what_cannot_be_joined_stays_as_it_is_and_the_refusal_says_why(world, owner_dsn, into, gone, on, word):
    before = await world.admin.fetch("select id, no, valid_to, version from unit order by no")
    async with as_owner(owner_dsn) as owner:
        with pytest.raises(DrawingRefusedError, match=word):
            await merge(
                owner,
                world.units[into],
                [world.units[name] for name in gone],
                on=on,
                today=TODAY,
                legal_basis=BASIS,
            )
    assert await world.admin.fetch("select id, no, valid_to, version from unit order by no") == before
    assert not await world.admin.fetchval("select exists (select from unit_lineage where legal_basis = $1)", BASIS)


FOLLOWED = {
    "officer": "&nouns=person,person_phone,residence",
    "neighbour": "&nouns=person",
    "area_officer": "&nouns=person",
    "province_officer": "&nouns=person",
    "country_reader": "&nouns=person",
    "stranger": "&nouns=person",
    "binh_board": "&nouns=person",
}


@dataclass
class Before:
    """What binh held before it was joined to hoa, and where each follower had come to."""

    person: UUID
    home: UUID
    late: UUID
    given: Any
    asked: Any
    cursors: dict[str, str]
    done: Any = None


@pytest.fixture(scope="module")
async def before(town):
    """Binh joined to hoa, three days ago."""
    for name, role, unit in (("binh_board", "club_board", "binh_club"), ("lam_officer", "commune_officer", "lam")):
        town.users[name] = await hire(town, name, role, unit)
    person, late = await town.person("binh", phone="+84301234567"), await town.person("binh")
    home = await town.residence(person, "binh")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await town.admin.execute("update responsibility set from_at = $2 where person_id = $1", late, yesterday)
    grant = {"id": new_id(), "person_id": person, "grantee": 1141, "reason": "membership", "classes": []}
    while_ = {"valid_from": yesterday, "valid_to": yesterday + timedelta(days=9), "name_sort_key": "x"}
    await insert(town.admin, "access_grant", grant | while_)
    await town.call("neighbour", "POST", "/v1/organisations", {"name": "Cơ sở may (ví dụ)", "kind": "employer"})
    given = await _hand_over(town, "neighbour", late, "lam")
    asked = await _hand_over(town, "lam_officer", await town.person("lam"), "binh")
    found = Before(person, home, late, given, asked, {user: await start(town, user, q) for user, q in FOLLOWED.items()})
    found.done = await joined(town, on=TODAY - timedelta(days=3))
    return found


async def _hand_over(town, user, person, to):
    body = {"person_id": str(person), "unit_id": str(town.units[to]), "reason": "chuyển nơi cư trú"}
    made = await town.call(user, "POST", "/v1/handovers", body)
    assert made.status_code == 201, made.text
    return made.json()


async def heard(town, before, user):
    return await told(town, user, before.cursors[user], FOLLOWED[user])


async def test_who_takes_over_is_told_of_every_row_that_enters(town, before):
    assert (before.done.persons, before.done.organisations) == (2, 1)
    found = await heard(town, before, "officer")
    people = {("person", str(id), "entered_scope") for id in (before.person, before.late)}
    assert people | {("residence", str(before.home), "entered_scope")} < found
    assert {(noun, kind) for noun, _, kind in found} == {
        (noun, "entered_scope") for noun in ("person", "person_phone", "residence")
    }
    listed = (await town.get("officer", "/v1/persons?fields=id")).json()["data"]
    assert {str(before.person), str(before.late)} <= {row["id"] for row in listed}
    assert (await town.get("officer", f"/v1/residences/{before.home}")).status_code == 200


@pytest.mark.parametrize("user", ["area_officer", "province_officer", "country_reader"])
async def test_who_held_both_communes_reads_on_and_is_told_of_a_change(town, before, user):
    assert {("person", str(before.person), "upsert"), ("person", str(before.late), "upsert")} <= await heard(
        town, before, user
    )


async def test_who_is_somewhere_else_is_told_nothing(town, before):
    assert await heard(town, before, "stranger") == set()


@pytest.mark.parametrize("user", ["neighbour", "binh_board"])
async def test_who_stood_in_what_ended_is_told_that_their_reach_is_another(town, before, user):
    gone = await town.get(user, f"/v1/changes?cursor={before.cursors[user]}{FOLLOWED[user]}")
    assert (gone.status_code, gone.json()["code"]) == (410, "scope_changed")
    assert (await town.get(user, gone.json()["snapshot"]["start"])).status_code == 200


async def test_responsibility_passes_on_at_the_day_and_the_old_period_stays_with_the_old_unit(town, before):
    rows = await town.admin.fetch(
        "select person_id, unit_id, from_at, to_at, reason from responsibility where person_id = any($1::uuid[])"
        " order by person_id, from_at",
        [before.person, before.late],
    )
    chain = {who: [row for row in rows if row["person_id"] == who] for who in (before.person, before.late)}
    for links in chain.values():
        assert [(link["unit_id"], link["reason"]) for link in links] == [
            (town.units["binh"], "registered"),
            (town.units["hoa"], "merger"),
        ]
        assert links[0]["to_at"] == links[1]["from_at"]
        assert links[1]["to_at"] is None
    begins = datetime.combine(TODAY - timedelta(days=3), datetime.min.time(), ZONE)
    assert chain[before.person][0]["to_at"] == begins
    assert chain[before.late][0]["to_at"] > begins, "somebody taken on after the day passes on now"
    then = (await town.get("neighbour", "/v1/responsibilities?via=made")).json()["data"]
    assert {row["unit_id"] for row in then} == {str(town.units["binh"])}
    assert (await town.get("neighbour", f"/v1/persons/{before.person}")).status_code in (403, 404)


async def test_the_lineage_tells_who_became_whom(town, before):
    assert before.done
    units = (await town.get("officer", "/v1/units?include=successions")).json()["data"]
    ended = next(row for row in units if row["id"] == str(town.units["binh"]))
    assert ended["valid_to"] == str(TODAY - timedelta(days=4))
    (edge,) = ended["successions"]
    assert (edge["to_id"], edge["kind"], edge["effective_on"], edge["legal_basis"]) == (
        str(town.units["hoa"]),
        "merged_whole",
        str(TODAY - timedelta(days=3)),
        BASIS,
    )


async def test_organisations_go_along_with_their_people_and_what_was_granted_to_them(town, before):
    club = await town.admin.fetchrow("select * from unit where id = $1", town.units["binh_club"])
    assert (club["no"], club["last_no"], club["parent_id"]) == (1113, 1113, town.units["hoa"])
    assert (await town.get("binh_board", f"/v1/persons/{before.person}")).status_code == 200
    board = town.users["binh_board"]
    assert (await town.get("leader", f"/v1/users/{board.account_id}")).status_code == 200, "the leader contains it now"
    assert not await left_behind(town, 1141)


async def left_behind(town, no):
    """Tables and columns in which a number is still used."""
    return [
        (columns.table, name)
        for columns in number_columns()
        for name in columns.numbers
        if await town.admin.fetchval(f"select exists (select from {columns.table} where {name} = $1)", no)
    ]


async def test_nothing_that_is_held_stays_with_the_commune_that_ended(town, before):
    assert before.done
    left = await left_behind(town, 1140)
    done_there = {"journal_entry", "row_change", "outbox", "responsibility", "appointment", "account"}
    assert {table for table, name in left if name == "unit_no"} <= done_there
    assert {name for _, name in left} <= {"unit_no", "made_unit_no", "other_unit_no"}


async def test_hand_overs_that_were_under_way_go_on_with_the_new_commune_on_either_side(town, before):
    for made, answers, to in ((before.asked, "officer", "hoa"), (before.given, "lam_officer", "lam")):
        path = f"/v1/handovers/{made['id']}/transitions"
        taken = await town.call(answers, "POST", path, {"to": "accepted"}, If_Match='"1"')
        assert taken.json()["state"] == "effective", taken.text
        moved = await town.admin.fetchval("select unit_no from person where id = $1::text::uuid", made["person_id"])
        assert moved == town.no(to)


async def test_what_was_written_there_by_a_transaction_that_began_before_is_taken_along(town, before):
    assert before.done
    cursor = await start(town, "officer", "&nouns=person")
    async with town.admin.acquire() as writer:
        begun = writer.transaction()
        await begun.start()
        person = new_id()
        row = {"id": person, "unit_no": 1300, "made_unit_no": 1300, "province_no": 1000}
        await insert(writer, "person", row | {"full_name": "Lê Thị Na", "gender": "female"})
        link = {"id": new_id(), "person_id": person, "unit_no": 1300, "unit_id": town.units["lam"]}
        since = {"from_at": datetime.now(UTC), "reason": "registered", "name_then": "Lê Thị Na"}
        await insert(writer, "responsibility", link | since)
        merging = asyncio.create_task(joined(town, "lam"))
        ended = "select exists (select from unit where no = 1300 and valid_to is not null)"
        async with asyncio.timeout(10):
            while not await town.admin.fetchval(ended):
                assert not merging.done()
        assert not merging.done(), "it waits for who began before"
        await begun.commit()
    await merging
    assert ("person", str(person), "entered_scope") in await told(town, "officer", cursor, "&nouns=person")
    assert (await town.get("officer", f"/v1/persons/{person}")).status_code == 200


async def test_a_commune_without_room_for_the_organisations_of_another_says_what_makes_room(world, owner_dsn):
    units = world.units
    async with as_owner(owner_dsn) as owner:
        await world.admin.execute("update unit set last_no = 1140 where no = 1140")
        try:
            with pytest.raises(DrawingRefusedError, match="no room for 2 more"):
                await merge(owner, units["binh"], [units["hoa"]], on=TODAY, today=TODAY, legal_basis=BASIS)
        finally:
            await world.admin.execute("update unit set last_no = 1169 where no = 1140")
