"""32 writers, hand-overs, grants, appointments, units redrawn and joined, and a killed service: who only follows is never wrong.

A seeded sample by default; DIEMTUA_PROVE=1 runs it at full size.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import httpx2
import pytest
from pydantic import SecretStr

from api.settings import Settings
from domain.ids import new_id
from persistence import bootstrap
from persistence.unit_drawing import redraw
from persistence.unit_merging import merge
from tests.conftest import LOGINS, _run
from tests.scenarios.following import GONE, PATHS, Careless, Follower
from tests.scenarios.serving import Served, issue
from tests.world import World, build_world, hire, insert

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
WRITERS = 32
ACTS = 150 if PROVE else 6
"""Of each writer."""
KILLS = 10 if PROVE else 1
REDRAWS = 3 if PROVE else 1
SEED = 20261122
COMMUNES = {"hoa": "officer", "binh": "neighbour", "lam": "lam_officer", "bien": "stranger"}


@pytest.fixture
async def town(server, template, worker_id, tmp_path):
    """A database, a world and a served process of one's own; `town.world.client` speaks to the process."""
    from api.app import create_app

    name = f"following_{worker_id}_{new_id().hex[-8:]}"
    _run(bootstrap.create_database(server.dsn(), name, template=template))
    settings = Settings.for_demo(tmp_path / "keys").model_copy(
        update={"database_url": SecretStr(server.dsn(name, "app_rw", LOGINS.service)), "pool_size": 2}
    )
    app, served = create_app(settings), Served(settings, tmp_path)
    try:
        async with app.router.lifespan_context(app), asyncpg.create_pool(server.dsn(name), min_size=1) as admin:
            world = await build_world(app, admin)
            world.users["lam_officer"] = await hire(world, "lam_officer", "commune_officer", "lam")
            world.users["mover"] = await hire(world, "mover", "commune_officer", "hoa")
            issue(world)
            await served.ready()
            limits = httpx2.Limits(max_connections=80)
            async with httpx2.AsyncClient(base_url=served.url, timeout=40, limits=limits) as client:
                world.client = client
                yield Town(world, served, server.dsn(name, "app_owner", LOGINS.owner), random.Random(SEED))
    finally:
        served.end()
    database = await asyncpg.connect(server.dsn())
    await database.execute(f"drop database {name} with (force)")
    await database.close()


@dataclass
class Town:
    """What happens, at random and from a seed."""

    world: World
    served: Served
    owner_dsn: str
    chance: random.Random
    done: dict[str, int] = field(default_factory=dict)

    def count(self, act: str, reply: Any) -> Any:
        ok = reply.status_code in (200, 201)
        name = act if ok else f"{act} {reply.status_code}"
        self.done[name] = self.done.get(name, 0) + 1
        return reply.json() if ok else None

    async def call(self, act: str, user: str, method: str, path: str, body: Any, **headers: str) -> Any:
        """One act, whose answer may be lost with the service."""
        with contextlib.suppress(*GONE):
            return self.count(act, await self.world.call(user, method, path, body, **headers))
        await asyncio.sleep(0.2)
        return None

    async def somebody(self, user: str) -> Any:
        page = await self.call("list", user, "GET", "/v1/persons?voided=false&limit=30", None)
        return self.chance.choice(page["data"]) if page and page["data"] else None

    async def write(self) -> None:
        """One act of one officer."""
        unit, user = self.chance.choice(list(COMMUNES.items()))
        acts = (self.record, self.amend, self.add_fact, self.add_fact, self.hand_over, self.hand_over, self.void)
        await self.chance.choice(acts)(unit, user)

    async def record(self, _unit: str, user: str) -> None:
        name = self.chance.choice(("Lê Thị Na", "Trần Văn Bình", "Đỗ Thúy An"))
        await self.call("record", user, "POST", "/v1/persons", {"id": str(new_id()), "full_name": name})

    async def amend(self, _unit: str, user: str) -> None:
        if person := await self.somebody(user):
            patch = {"occupation": self.chance.choice(("thợ may", "nông dân", "lái xe"))}
            match = f'"{person["version"]}"'
            await self.call("amend", user, "PATCH", f"/v1/persons/{person['id']}", patch, If_Match=match)

    async def add_fact(self, unit: str, user: str) -> None:
        if person := await self.somebody(user):
            home = {
                "kind": "current",
                "unit_id": str(self.world.units[unit]),
                "address": "số 9",
                "valid_from": "2025-01-01",
            }
            phone = {"number": f"+8490{self.chance.randrange(10**7):07}", "belongs_to": "family"}
            part, body = self.chance.choice((("residences", home), ("phones", phone)))
            await self.call(part, user, "POST", f"/v1/persons/{person['id']}/{part}", body)

    async def void(self, _unit: str, _user: str) -> None:
        if self.chance.random() < 0.4 and (person := await self.somebody("leader")):
            match = f'"{person["version"]}"'
            await self.call(
                "void", "leader", "DELETE", f"/v1/persons/{person['id']}", {"reason": "nhầm"}, If_Match=match
            )

    async def hand_over(self, unit: str, user: str) -> None:
        to = self.chance.choice([name for name in COMMUNES if name != unit])
        if not (person := await self.somebody(user)):
            return
        body = {"person_id": person["id"], "unit_id": str(self.world.units[to]), "reason": "chuyển nơi cư trú"}
        if made := await self.call("give", user, "POST", "/v1/handovers", body):
            answer = {"to": "accepted"} if self.chance.random() < 0.85 else {"to": "declined", "reason": "không ở đây"}
            path = f"/v1/handovers/{made['id']}/transitions"
            await self.call(answer["to"], COMMUNES[to], "POST", path, answer, If_Match='"1"')

    async def leave(self, unit: str, to: str) -> None:
        """One person goes for certain, after everything else."""
        person = await self.world.person(unit)
        body = {"person_id": str(person), "unit_id": str(self.world.units[to]), "reason": "chuyển nơi cư trú"}
        await asyncio.sleep(1)  # the devices hear of them first
        made = await self.call("give", COMMUNES[unit], "POST", "/v1/handovers", body)
        path = f"/v1/handovers/{made['id']}/transitions"
        assert await self.call("accepted", COMMUNES[to], "POST", path, {"to": "accepted"}, If_Match='"1"')

    async def grant(self) -> None:
        """Access given, changed or ended, as assignments and memberships do it."""
        admin = self.world.admin
        live = await admin.fetch("select id from access_grant where valid_to > now()")
        if live and self.chance.random() < 0.5:
            id = self.chance.choice(live)["id"]
            change = self.chance.choice(
                (
                    *("valid_to = now()", "classes = array['residence']"),
                    *("valid_to = now() + '1 s'", "valid_from = now() + '1 s'"),
                )
            )
            await admin.execute(f"update access_grant set {change} where id = $1", id)
        elif person := await admin.fetchval("select id from person order by random() limit 1"):
            classes = self.chance.sample(["person_phone", "residence"], self.chance.randrange(3))
            club = self.chance.random() < 0.3
            await self.world.grant(person, "club_board" if club else "volunteer", *classes, to_unit=club)
        self.done["grant"] = self.done.get("grant", 0) + 1

    async def appoint(self) -> None:
        """The officer who moves: one appointment ends, another begins elsewhere."""
        unit, mover = self.chance.choice(list(COMMUNES)), self.world.users["mover"]
        async with self.world.admin.acquire() as connection, connection.transaction():
            await connection.execute(
                "update appointment set valid_to = now() where account_id = $1 and valid_to is null", mover.account_id
            )
            no = await connection.fetchval("select no from unit where id = $1", self.world.units[unit])
            post = {"id": new_id(), "account_id": mover.account_id, "role": "commune_officer"}
            await insert(connection, "appointment", post | {"unit_id": self.world.units[unit], "unit_no": no})

    async def redraw(self, number: int) -> None:
        """The areas of the province drawn anew: every number in it changes."""
        names = ["binh"] if number % 2 else ["hoa", "lam"]
        areas = {f"Khu {number}": [self.world.units[name] for name in names]}
        owner = await asyncpg.connect(self.owner_dsn)
        try:
            await redraw(owner, self.world.units["north"], areas, on=date(2026, 11, 1))
        finally:
            await owner.close()

    async def join(self) -> None:
        """Binh becomes part of hoa, while everybody writes; its officer is appointed there."""
        units, officer = self.world.units, self.world.users["neighbour"]
        leave = "update appointment set valid_to = now() where account_id = $1 and valid_to is null"
        await self.world.admin.execute(leave, officer.account_id)
        owner, today = await asyncpg.connect(self.owner_dsn), datetime.now(UTC).date()
        since = today - timedelta(days=1)
        try:
            done = await merge(owner, units["hoa"], [units["binh"]], on=since, today=today, legal_basis="NQ 12/2026")
        finally:
            await owner.close()
        self.done["persons joined"] = done.persons
        no = await self.world.admin.fetchval("select no from unit where id = $1", units["hoa"])
        post = {"id": new_id(), "account_id": officer.account_id, "role": "commune_officer"}
        await insert(self.world.admin, "appointment", post | {"unit_id": units["hoa"], "unit_no": no})

    async def upheaval(self) -> None:
        """What changes who sees what, and kills, between the writers' acts."""
        steps = [self.grant] * (WRITERS * ACTS // 4) + [self.appoint] * (3 + ACTS // 10)
        self.chance.shuffle(steps)
        for number in range(max(KILLS, REDRAWS)):
            for step in steps[number :: max(KILLS, REDRAWS)]:
                await again(step)
                await asyncio.sleep(0.02)
            issue(self.world)
            if number < REDRAWS:
                await again(partial(self.redraw, number))
            if number < KILLS:
                self.served.signal(signal.SIGKILL)
                await self.served.ready()
        await again(self.join)

    async def writer(self) -> None:
        for _ in range(ACTS):
            await self.write()


async def again(step: Any) -> None:
    """As an operator would, where PostgreSQL ended one of two that waited for each other."""
    for _ in range(30):
        with contextlib.suppress(asyncpg.DeadlockDetectedError):
            return await step()  # type: ignore[no-any-return]
    raise AssertionError("thirty deadlocks in a row")


def followers(world: World) -> dict[str, Follower]:
    """Every road: a commune, an area, a province, the country, what was granted, what was made.

    A province sees numbers and addresses on purpose only, and not in lists: there is no fresh read to compare with.
    """
    every, files = tuple(PATHS), ("person", "responsibility", "handover", "task")
    kinds: dict[str, tuple[str, tuple[str, ...], str, type[Follower]]] = {
        **{user: (user, every, "", Follower) for user in (*COMMUNES.values(), "mover", "area_officer")},
        "province": ("province_officer", files, "", Follower),
        "south": ("south_officer", files, "", Follower),
        "country": ("country_reader", ("person", "responsibility"), "", Follower),
        "volunteer": ("volunteer", ("person", "person_phone", "residence"), "", Follower),
        "club": ("club_board", ("person", "person_phone"), "", Follower),
        "made": ("officer", ("handover", "responsibility"), "made", Follower),
        "careless": ("stranger", every, "", Careless),
    }
    return {name: make(world.client, world.users[user], nouns, via) for name, (user, nouns, via, make) in kinds.items()}


async def test_whoever_only_follows_holds_what_a_fresh_read_shows(town):
    world = town.world
    for unit in COMMUNES:
        for _ in range(4):
            await world.residence(await world.person(unit, phone="+84301234567"), unit)
    devices = followers(world)
    following = {name: asyncio.create_task(device.follow()) for name, device in devices.items()}
    await asyncio.gather(*(town.writer() for _ in range(WRITERS)), town.upheaval())
    await town.leave("bien", "hoa")
    await asyncio.sleep(1.1)  # a grant given for a second more has ended, one for a second later has begun
    for device in devices.values():
        device.stop.set()
    await asyncio.wait_for(asyncio.gather(*following.values()), 60)
    for _ in range(6):  # what the clock granted or ended is told to who asks, and what overlapped with it
        for name in ("volunteer", "club"):
            await devices[name]._step()
    fresh = {name: await device.fresh() for name, device in devices.items()}
    wrong = {name: difference(device.copy, fresh[name]) for name, device in devices.items()}
    careless = wrong.pop("careless")
    assert {name: found for name, found in wrong.items() if found} == {}, town.done
    assert careless, "who does not let go must be wrong, or this test sees nothing"
    assert town.done.get("accepted", 0) >= 5, town.done
    assert devices["stranger"].snapshots == 1, "the south was not redrawn: one snapshot is enough, killed or not"
    assert devices["officer"].snapshots > 1, "the north was"
    assert devices["mover"].snapshots > 1
    assert town.done["persons joined"] > 0
    assert devices["neighbour"].copy == devices["officer"].copy, "they hold the same commune now"


def difference(mine: dict[Any, Any], fresh: dict[Any, Any]) -> dict[str, Any]:
    found = {
        "missing": [key for key in fresh if key not in mine],
        "too many": [key for key in mine if key not in fresh],
        "stale": [key for key in mine if key in fresh and mine[key] != fresh[key]],
    }
    return {name: keys[:5] for name, keys in found.items() if keys}


async def test_a_service_that_is_stopped_lets_those_who_wait_go_first(town):
    cursor = (await town.world.get("officer", "/v1/changes?start=now")).json()["page"]["next"]
    wait = asyncio.create_task(town.world.get("officer", f"/v1/changes?cursor={cursor}&wait=30"))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    town.served.signal(signal.SIGTERM)
    reply = await wait
    assert (reply.status_code, reply.json()["data"]) == (200, [])
    assert time.monotonic() - began < 10, "it did not sit out its thirty seconds"
    await town.served.ready()
