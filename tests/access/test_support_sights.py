"""Who sees what of the support: a row of every kept noun, every text in it a canary, every post, both doors.

The table is written here from issue 4 and rulings 4, 7 and 32, not read from the policy: who may ask for which nouns at
all, and which classes of field then come in clear.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from graphql import get_named_type, is_leaf_type

from api.graphql.schema import schema
from api.kept import DOORS
from domain.ids import new_id
from persistence.registry import READS
from tests.access.gates import camel
from tests.world import POSTS

CORE = schema._schema
BY_NAME = {door.one: door for door in DOORS}
MODELS = {
    "support_model_kind", "support_model", "model_member", "model_partner", "model_review", "volunteer",
}  # fmt: skip
PARTNERS = {"organisation", "contribution"}
OUTREACH = {"training", "place", "outreach_activity", "press_item", "award", "inspection_visit"}
PLANS = {"need", "reintegration_plan", "plan_step", "plan_review"}
WORK = {"vocational_support", "job_placement", "job_check", "household_status"}
LOANS = {"loan_list", "loan_list_line", "loan_support"}
MEMBERS = {"club_membership", "membership_event", "club_attendance", "progress_evaluation"}
SESSIONS = {"club_session"}
TALKS, HEALTH, REFERRALS, CARE = (
    {"counselling_contact"}, {"health_visit"}, {"referral", "referral_follow_up"}, {"assignment"},
)  # fmt: skip
REPORTS = {"field_report"}
ANONYMOUS = {"anonymous_client", "anonymous_contact"}
PUBLIC = MODELS | PARTNERS | OUTREACH
SUPPORT = PLANS | WORK | LOANS | MEMBERS | SESSIONS | TALKS | HEALTH | REFERRALS | CARE | REPORTS
NEAR = MODELS | PARTNERS | PLANS | WORK | LOANS | MEMBERS | TALKS | REFERRALS | CARE | REPORTS | ANONYMOUS
OFFICE = "open identity counselling livelihood club referral case report"
TABLE: dict[str, tuple[set[str], str]] = {
    "officer": (PUBLIC | SUPPORT, OFFICE),
    "leader": (PUBLIC | SUPPORT, OFFICE),
    "area_officer": (PUBLIC | SUPPORT, OFFICE),
    "old_officer": (PUBLIC | SUPPORT, OFFICE),
    "neighbour": (PUBLIC | SUPPORT, OFFICE),
    "stranger": (PUBLIC | SUPPORT, OFFICE),
    "police": (REPORTS, "open identity case report"),
    "police_head": (REPORTS, "open identity case report"),
    "province_officer": (PUBLIC, "open identity"),
    "south_officer": (PUBLIC, "open identity"),
    "country_reader": (PUBLIC, "open identity"),
    "club_board": (MODELS | PARTNERS | MEMBERS | SESSIONS | REFERRALS, "open identity club referral"),
    "volunteer": (NEAR, "open identity counselling note livelihood club referral report"),
    "counsellor": (NEAR, "open identity counselling note livelihood club referral case report"),
    "health_station": (
        MODELS | PARTNERS | TALKS | HEALTH | REFERRALS | CARE | ANONYMOUS,
        "open identity counselling note health referral",
    ),
    "rehab_centre": (REFERRALS, "open identity case referral"),
    "import_client": (
        MODELS | MEMBERS | TALKS | {"need"} | WORK | LOANS,
        "open identity counselling livelihood club case",
    ),
    **dict.fromkeys(("province_admin", "inspector", "report_reader", "system_admin"), (set(), "")),
}
ELSEWHERE = {"neighbour", "stranger", "south_officer", "old_officer"}
EVERYWHERE = {"support_model_kind", "organisation"}
"""Catalogues that say nothing about anybody, read wherever they stand."""


def test_every_kept_noun_and_every_post_stands_in_the_table():
    known = PUBLIC | SUPPORT | ANONYMOUS
    assert set(BY_NAME) - known == set(UNPLACED)
    assert set(TABLE) == set(POSTS)


UNPLACED = {"webhook_endpoint": "what leaves the machine says nothing about a person", "export": "a job, not a fact"}
"""Kept nouns that are not of the support, with the reason."""
UNPLACED = {name: why for name, why in UNPLACED.items() if name in BY_NAME}


# -- the rows ------------------------------------------------------------------------------------------------------


def words(table: Any) -> dict[str, str]:
    """The first allowed word of each column that has a catalogue."""
    found = {}
    for check in table.constraints:
        text = str(getattr(check, "sqltext", ""))
        one = re.fullmatch(r"(\w+) in \('([^']+)'.*\)", text, re.DOTALL)
        if one:
            found[one[1]] = one[2]
        if many := re.fullmatch(r"(\w+) <@ array\['([^']+)'.*", text, re.DOTALL):
            found[many[1]] = [many[2]]
    return found


def value_of(column: Any, mark: str, allowed: dict[str, Any]) -> Any:
    kind = type(column.type).__name__
    if column.server_default is not None:
        return ...
    if column.name in allowed:
        return allowed[column.name]
    if kind == "Text":
        return mark
    if column.nullable:
        return ...
    return {
        "UUID": new_id(),
        "Integer": 1,
        "BigInteger": 1,
        "Date": dt.date(2026, 1, 5),
        "DateTime": dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
        "Boolean": False,
        "ARRAY": [],
        "JSONB": "[]",
    }[kind]


async def put(world: Any, connection: Any, name: str, person: UUID) -> dict[str, str]:
    """A row of a noun, placed where the officer, the volunteer and every grantee reach it. Its canaries, by class."""
    table = READS[name].row.__table__
    allowed, row, marks = words(table), {}, {}
    for column in table.columns:
        mark = f"Hoàng yến {name} {column.name}"
        value = value_of(column, mark, allowed)
        if value is not ...:
            row[column.name] = value
        if value == mark and (kind := READS[name].noun.fields.get(column.name)):
            marks[mark] = kind.value
    carer = world.users["volunteer"]
    row |= {"id": new_id(), "unit_no": world.no("hoa"), "made_unit_no": world.no("hoa"), "version": 1}
    row |= {"circle_no": -carer.account_no, "source": None, "source_ref": None, "void_reason": None}
    row |= {"person_id": person, "province_no": world.no("north")} | FITTING.get(name, {})
    row = {column: value for column, value in row.items() if column in table.columns}
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"insert into {table.name} ({', '.join(row)}) values ({places})", *row.values())
    return {mark: kind for mark, kind in marks.items() if row.get(mark.rpartition(" ")[2]) == mark}


FITTING: dict[str, dict[str, Any]] = {
    "assignment": {"carer_unit_id": new_id()},
    "contribution": {"pledged_vnd": 1_000_000},
    "household_status": {"year": 2026},
    "inspection_visit": {"remedy_due_on": dt.date(2026, 2, 5), "remedied_how": None},
    "job_placement": {"end_reason": None},
    "model_review": {"remedy_due_on": dt.date(2026, 2, 5)},
    "press_item": {"link": "https://bao.example/bai"},
    "progress_evaluation": {"month": dt.date(2026, 1, 1)},
    "referral": {"due_on": dt.date(2026, 2, 5), "told_on": dt.date(2026, 2, 5)},
    "referral_follow_up": {"report_source": None, "report_ref": None},
    "support_model": {"commune_ids": [new_id()]},
    "volunteer": {"periods": '[{"from": "2024-01-01"}]'},
}
"""What checks of several columns at once demand."""


@pytest.fixture
async def canaries(world):
    person = await world.person("hoa")
    personal = [name for name in BY_NAME if "person_id" in READS[name].row.model_fields]
    for user in ("volunteer", "counsellor", "club_board", "health_station", "rehab_centre"):
        await world.grant(person, user, *personal, to_unit=user not in ("volunteer", "counsellor"))
    found = {}
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for name in sorted(BY_NAME.keys() - UNPLACED.keys()):
            found[name] = await put(world, connection, name, person)
    yield found
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for name in found:
            await connection.execute(f"delete from {READS[name].table} where unit_no = $1", world.no("hoa"))


# -- asking --------------------------------------------------------------------------------------------------------


async def by_rest(world: Any, post: str, name: str) -> tuple[int, str]:
    reply = await world.get(post, f"/v1/{BY_NAME[name].path}?limit=200")
    return reply.status_code, reply.text


async def by_graphql(world: Any, post: str, name: str) -> tuple[int, str]:
    root = camel(BY_NAME[name].many)
    node = get_named_type(CORE.query_type.fields[root].type).fields["nodes"].type
    leaves = [leaf for leaf, field in get_named_type(node).fields.items() if is_leaf_type(get_named_type(field.type))]
    reply = await world.call(post, "POST", "/graphql", {"query": f"{{ {root} {{ nodes {{ {' '.join(leaves)} }} }} }}"})
    codes = [error["extensions"]["code"] for error in reply.json().get("errors", ())]
    return (403 if codes == ["forbidden"] else 200 if not codes else 500), reply.text


@pytest.mark.parametrize("door", [by_rest, by_graphql])
@pytest.mark.parametrize("post", POSTS)
async def test_each_post_sees_exactly_its_columns_of_the_support(world, canaries, post, door):
    nouns, classes = TABLE[post]
    listed = [name for name in canaries if BY_NAME[name].lists]
    wrong = []
    for name in listed:
        status, text = await door(world, post, name)
        shown = {mark for marks in canaries.values() for mark in marks if mark in text}
        allowed = {mark for mark, kind in canaries[name].items() if kind in classes.split()}
        if status != (200 if name in nouns else 403):
            wrong.append(f"{name}: {status}")
        elif status != 200:
            wrong += [f"{name}: refused, and {shown} shown"] * bool(shown)
        elif not shown <= allowed:
            wrong.append(f"{name}: {sorted(shown - allowed)} too much")
        elif post in ("officer", "leader", "area_officer") and shown != allowed:
            wrong.append(f"{name}: {sorted(allowed - shown)} missing")
        elif post in ELSEWHERE and name not in EVERYWHERE and shown:
            wrong.append(f"{name}: {sorted(shown)} from elsewhere")
    assert wrong == []


async def test_enough_canaries_sing(canaries):
    """Every class of field has one, or the table would prove nothing."""
    kinds = {kind for marks in canaries.values() for kind in marks.values()}
    assert {"open", "identity", "livelihood", "club", "referral"} <= kinds
    assert sum(len(marks) for marks in canaries.values()) > 60
