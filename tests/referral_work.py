"""Referrals as tests make them: consent, address, and the moves of each side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
CONSENT = {"consent_on": str(TODAY), "consent_scope": ["identity", "phone"]}


def ahead(days):
    return str(TODAY + timedelta(days=days))


def referral(world, person, to="centre", kind="voluntary_rehab", **more):
    body = {"person_id": str(person), "kind": kind, "to_unit_id": str(world.units[to])} | CONSENT | more
    return {name: value for name, value in body.items() if value is not None}


async def drafted(world, person, user="officer", to="centre", **more):
    reply = await world.call(user, "POST", "/v1/referrals", referral(world, person, to, **more))
    assert reply.status_code == 201, reply.text
    return reply.json()


async def moved(world, user, made, to, *, status=200, **facts):
    """A move of the side that refers."""
    return await _put(world, user, f"/v1/referrals/{made['id']}/transitions", made, {"to": to} | facts, status)


async def answered(world, user, made, to, *, status=200, **facts):
    """A move of the unit addressed."""
    return await _put(world, user, f"/v1/referrals/{made['id']}/answers", made, {"to": to} | facts, status)


async def _put(world, user, path, made, body, status):
    reply = await world.call(user, "POST", path, body, If_Match=f'"{made["version"]}"')
    assert reply.status_code == status, reply.text
    return reply.json()


async def sent(world, person, user="officer", to="centre", **more):
    return await moved(world, user, await drafted(world, person, user, to, **more), "sent")


async def accepted(world, person, user="officer", to="centre", by="rehab_centre", **more):
    made = await answered(world, by, await sent(world, person, user, to, **more), "received")
    return await answered(world, by, made, "accepted", appointment_on=ahead(3))


async def caring(world, person, user, role):
    """The person assigned to an account of the commune or to its health station."""
    whom = (
        {"carer_unit_id": str(world.units["hoa_station"])}
        if role == "health_station"
        else {"account_id": str(world.users[user].account_id)}
    )
    body = {"person_id": str(person), "role": role, "valid_from": str(TODAY), **whom}
    reply = await world.call("officer", "POST", "/v1/assignments", body)
    assert reply.status_code == 201, reply.text
    return reply.json()
