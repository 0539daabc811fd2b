"""An officer's work on needs, plans, training, jobs and loans: what a test does not say is what usually stands there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.world import World, insert

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = datetime.now(UTC).astimezone(ZONE).date()
M = 1_000_000


def ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


async def made(world: World, path: str, user: str = "officer", **body: Any) -> Any:
    reply = await world.call(user, "POST", f"/v1/{path}", body)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def try_move(world: World, path: str, row: Any, to: str, user: str = "officer", **body: Any) -> Any:
    target = f"/v1/{path}/{row['id']}/transitions"
    return await world.call(user, "POST", target, {"to": to} | body, If_Match=f'"{row["version"]}"')


async def moved(world: World, path: str, row: Any, to: str, user: str = "officer", **body: Any) -> Any:
    reply = await try_move(world, path, row, to, user, **body)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def amended(world: World, path: str, row: Any, user: str = "officer", **body: Any) -> Any:
    return await world.call(user, "PATCH", f"/v1/{path}/{row['id']}", body, If_Match=f'"{row["version"]}"')


def flaws(reply: Any) -> list[tuple[str, str]]:
    assert reply.status_code == 422, reply.text
    return [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]]


async def look_after(world: World, person: UUID, user: str = "volunteer") -> Any:
    """The officer assigns somebody to the person: by that they see them."""
    account = str(world.users[user].account_id)
    told = {"person_id": str(person), "role": world.users[user].role, "account_id": account}
    return await made(world, "assignments", **told, valid_from=str(TODAY))


async def course(world: World, person: UUID, **facts: Any) -> None:
    """A treatment course behind the doors."""
    from domain.ids import new_id

    row = {
        "id": new_id(),
        "person_id": person,
        "unit_no": world.no("hoa"),
        "made_unit_no": world.no("hoa"),
        "province_no": world.no("north"),
        "kind": "voluntary_facility_public",
        "started_on": date(2026, 1, 5),
    } | facts
    await insert(world.admin, "treatment_course", row)


async def tasks(world: World, id: str) -> dict[str, str]:
    """The open tasks of a subject and their last days."""
    rows = await world.admin.fetch(
        "select kind, due_on from task where subject_id = $1 and state = 'open' order by due_at", UUID(id)
    )
    return {row["kind"]: str(row["due_on"]) for row in rows}
