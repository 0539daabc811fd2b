"""Each act goes through REST and GraphQL and ends the same: rows, journal, outbox, version, answer (promise 6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import pytest
from strawberry.utils.str_converters import to_camel_case

from api.graphql.schema import schema
from domain.acts import Act
from domain.ids import new_id
from tests.projections.parity_acts import ACTS

CORE = schema._schema
TABLES = {
    "person": "id",
    "person_identifier": "id",
    "person_phone": "id",
    "residence": "id",
    "responsibility": "person_id, from_at",
    "person_token": "token",
    "account": "user_name",
    "appointment": "recorded_at, id",
    "journal_entry": "id",
    "outbox": "seq",
    "idempotency": "key",
}
DROPPED = {"request_id", "transaction", "seq", "no", "digest"}
"""What names the request or the transaction itself. (A digest is of the operation as its door spells it.)"""


@dataclass(frozen=True)
class Ending:
    """How an act ended: what it said, and what the register then held."""

    outcome: str
    told: dict
    held: dict


async def snapshot(world):
    """Every row the act could touch, with ids, instants and ciphertexts made comparable."""
    names = {id: f"unit {name}" for name, id in world.units.items()}
    for user in world.users.values():
        names |= {user.account_id: f"account {user.name}", user.appointment_id: f"appointment {user.name}"}
    held = {}
    for table, order in TABLES.items():
        where = " where user_name like 'parity.%'" if table == "account" else ""
        if table == "appointment":
            where = " where account_id in (select id from account where user_name like 'parity.%')"
        rows = await world.admin.fetch(f"select * from {table}{where} order by {order}")
        mine = [row for row in rows if not (table == "appointment" and row["id"] in names)]
        held[table] = [
            {
                name: comparable(value, names)
                for name, value in row.items()
                if name not in DROPPED and not (table == "journal_entry" and name == "id")
            }
            for row in mine
        ]
    return held


def comparable(value, names):
    if isinstance(value, UUID):
        return names.setdefault(value, f"id {len(names)}")
    if isinstance(value, list):
        return [comparable(part, names) for part in value]
    if isinstance(value, dt.datetime):
        return "an instant"
    return "bytes" if isinstance(value, bytes) else value


async def swept(world):
    await world.sweep()
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        hired = "(select id from account where user_name like 'parity.%')"
        for table in ("session", "appointment"):
            await connection.execute(f"delete from {table} where account_id in {hired}")
        await connection.execute("delete from account where user_name like 'parity.%'")
    world.users.pop("parity.hired", None)


def with_units(world, body):
    """The body with units by their ids."""
    if isinstance(body, list):
        return [with_units(world, part) for part in body]
    if not isinstance(body, dict):
        return body
    return {
        name: str(world.units[value]) if name == "unit_id" else with_units(world, value) for name, value in body.items()
    }


def camel(body):
    if isinstance(body, list):
        return [camel(part) for part in body]
    return {to_camel_case(name): camel(value) for name, value in body.items()} if isinstance(body, dict) else body


async def through_rest(world, act, made, given):
    headers = {"If_Match": given["match"]} if given.get("match") else {}
    headers |= {"Idempotency_Key": given["key"]} if given.get("key") else {}
    headers |= {"Prefer": "validate-only"} if given.get("check") else {}
    path = act.path.replace("{id}", str(made.get("id", "")))
    body = with_units(world, act.body)
    sent = await world.call(act.user, act.method, path, body, Accept_Language="en", **headers)
    if sent.status_code >= 400:
        problem = sent.json()
        return problem["code"], {"errors": problem.get("errors"), "status": problem["status"]}
    outcome = "done"
    if sent.headers.get("idempotent-replayed"):
        outcome = "replayed"
    if sent.headers.get("preference-applied"):
        outcome = "checked"
    assert sent.status_code == (act.status if outcome == "done" else 200), sent.text
    assert sent.headers["etag"] == f'"{sent.json()["version"]}"'
    return outcome, {to_camel_case(name): value for name, value in sent.json().items()}


async def through_graphql(world, act, made, given):
    field = CORE.mutation_type.fields[act.field]
    returns = CORE.type_map[field.type.name]
    scalars = " ".join(
        name for name, part in returns.fields.items() if not hasattr(part.type, "fields") and not part.args
    )
    scalars = " ".join(
        name for name in scalars.split() if not hasattr(getattr(returns.fields[name].type, "of_type", None), "fields")
    )
    name, _, type_ = act.argument.partition(": ")
    head = [*(["$id: UUID!"] if act.ids else []), *([f"${name}: {type_}"] if name else []), "$given: Given"]
    arguments = [*([f"{act.ids}: $id"] if act.ids else []), *([f"{name}: ${name}"] if name else []), "given: $given"]
    text = f"mutation({', '.join(head)}) {{ {act.field}({', '.join(arguments)}) {{ {scalars} }} }}"
    conditions = {
        "ifMatch": given.get("match"),
        "idempotencyKey": given.get("key"),
        "validateOnly": bool(given.get("check")),
    }
    variables = {"given": conditions} | ({"id": str(made["id"])} if act.ids else {})
    variables |= {name: camel(with_units(world, act.body))} if name else {}
    answer = await world.ask(act.user, text, variables, Accept_Language="en")
    if answer.get("errors"):
        problem = answer["errors"][0]["extensions"]
        return problem["code"], {"errors": problem.get("errors"), "status": problem.get("status")}
    return answer["extensions"]["acts"][act.field], answer["data"][act.field]


def plain(told):
    """An answer without what is of one request alone; `masked` names fields as its door spells them."""
    own = {
        "id",
        "personId",
        "accountId",
        "recordedAt",
        "updatedAt",
        "closedAt",
        "validFrom",
        "activationCode",
        "secret",
    }
    known = {name: (value is None) if name in own else value for name, value in told.items()}
    if isinstance(known.get("masked"), list):
        known["masked"] = [to_camel_case(name) for name in known["masked"]]
    return {
        name: "an instant" if name in ("validTo", "voidedAt") and isinstance(value, str) and "T" in value else value
        for name, value in known.items()
    }


async def ending(world, act, door, given, times=1):
    await swept(world)
    made = await act.before(world)
    if given.get("elsewhere"):
        made = {"id": new_id()}
    for _ in range(times):
        outcome, told = await door(world, act, made, given)
    held = await snapshot(world)
    await swept(world)
    return Ending(outcome, plain(told), held)


HOW = {
    "done": {"match": '"1"'},
    "checked": {"match": '"1"', "check": True},
    "replayed": {"match": '"1"', "key": "the-same-key"},
    "stale": {"match": '"7"'},
    "blind": {},
    "elsewhere": {"match": '"1"', "elsewhere": True},
}


def pairs():
    """Every act in every way that means something for it."""
    for act in ACTS:
        for how in HOW:
            if (act.guarded or how not in ("stale", "blind")) and (act.ids or how != "elsewhere"):
                yield pytest.param(act, how, id=f"{act.name}-{how}")


@pytest.mark.parametrize(("act", "how"), list(pairs()))
async def test_an_act_ends_the_same_through_both_doors(world, act, how):
    given = HOW[how]
    times = 2 if how == "replayed" else 1
    rest = await ending(world, act, through_rest, given, times)
    graph = await ending(world, act, through_graphql, given, times)
    wanted = {"stale": "stale_version", "blind": "precondition_required", "elsewhere": "not_found"}.get(how, how)
    assert (rest.outcome, graph.outcome) == (wanted, wanted)
    assert rest.held == graph.held
    assert rest.told == graph.told
    kept = rest.held
    assert [row["outcome"] for row in kept["journal_entry"]] == journal_of(how)
    assert len(kept["outbox"]) == (how in ("done", "replayed"))
    assert all(row["act"] == act.name for row in kept["journal_entry"])
    assert len(kept["idempotency"]) == (how == "replayed")


def journal_of(how):
    return {"done": ["done"], "replayed": ["done", "replayed"], "checked": ["checked"], "elsewhere": ["absent"]}.get(
        how, []
    )


def test_every_act_stands_in_this_table():
    """A new act is not finished before both doors have been compared."""
    from domain.account import use_cases as account
    from domain.person import use_cases as person

    known = {value.name for module in (person, account) for value in vars(module).values() if isinstance(value, Act)}
    assert {act.name for act in ACTS} == known


def test_every_mutation_of_the_schema_is_an_act_of_the_table_or_of_another_room():
    fields = {act.field for act in ACTS}
    assert fields <= set(CORE.mutation_type.fields)
