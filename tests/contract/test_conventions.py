"""The conventions of api.md for writes, on every resource they hold for."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.ids import new_id

STRONG = re.compile(r'"\d+"')


@dataclass(frozen=True)
class Resource:
    """A kind of record: who works with it, how it is made, what a correction of it looks like."""

    noun: str
    caller: str
    make: str
    new: dict[str, Any]
    patch: dict[str, Any]
    cleared: str | None
    required: str

    async def made(self, world, **more):
        person = await world.person("hoa")
        told = await world.call(self.caller, "POST", self.make.format(person=person), self.body(world) | more)
        assert told.status_code == 201, told.text
        return told.json()

    def body(self, world):
        return {name: str(world.units[value]) if name == "unit_id" else value for name, value in self.new.items()}

    def path(self, row):
        return f"/v1/{self.noun}/{row['id']}"


PERSON = Resource(
    "persons",
    "officer",
    "/v1/persons",
    {"full_name": "Nguyễn Văn Đức", "occupation": "thợ mộc"},
    {"occupation": "thợ điện"},
    "occupation",
    "full_name",
)
RESOURCES = (
    PERSON,
    Resource(
        "identifiers",
        "officer",
        "/v1/persons/{person}/identifiers",
        {"kind": "passport", "number": "C0001234", "issued_by": "Cục Quản lý xuất nhập cảnh"},
        {"issued_by": "Công an tỉnh"},
        "issued_by",
        "number",
    ),
    Resource(
        "phones",
        "officer",
        "/v1/persons/{person}/phones",
        {"number": "0300123456", "valid_from": "2025-01-01"},
        {"valid_from": "2024-01-01"},
        "valid_from",
        "number",
    ),
    Resource(
        "residences",
        "officer",
        "/v1/persons/{person}/residences",
        {
            "kind": "permanent",
            "unit_id": "hoa",
            "address": "số 1",
            "valid_from": "2025-01-01",
            "valid_to": "2026-01-01",
        },
        {"address": "số 2"},
        "valid_to",
        "address",
    ),
    Resource(
        "users",
        "province_admin",
        "/v1/users",
        {"user_name": "lan.tran", "display_name": "Trần Thị Lan", "unit_id": "hoa", "role": "commune_officer"},
        {"display_name": "Trần Thị Ngọc Lan"},
        None,
        "display_name",
    ),
)
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.noun)


async def count(world, table):
    return await world.admin.fetchval(f"select count(*) from {table}")


# -- preconditions


@each_resource
async def test_a_change_without_if_match_is_refused_and_a_stale_one_tells_the_version_on_file(world, resource):
    row = await resource.made(world)
    path, version = resource.path(row), f'"{row["version"]}"'
    without = await world.call(resource.caller, "PATCH", path, resource.patch)
    assert (without.status_code, without.json()["code"]) == (428, "precondition_required")
    done = await world.call(resource.caller, "PATCH", path, resource.patch, If_Match=version)
    assert done.status_code == 200, done.text
    assert done.json()["version"] == row["version"] + 1
    stale = await world.call(resource.caller, "PATCH", path, resource.patch, If_Match=version)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert stale.json()["current"] == stale.headers["etag"] == done.headers["etag"]


@each_resource
@pytest.mark.parametrize("given", ['W/"{v}"', "{v}", "*", '"{v}", "{v}"', ""])
async def test_only_the_one_strong_etag_on_file_satisfies_if_match(world, resource, given):
    row = await resource.made(world)
    told = await world.call(
        resource.caller, "PATCH", resource.path(row), resource.patch, If_Match=given.format(v=row["version"])
    )
    assert (told.status_code, told.json()["code"]) == (412, "stale_version")


@each_resource
async def test_a_single_resource_carries_its_version_as_a_strong_etag_whatever_fields_are_asked(world, resource):
    row = await resource.made(world)
    for query in ("", "?fields=id"):
        told = await world.get(resource.caller, resource.path(row) + query)
        assert STRONG.fullmatch(told.headers["etag"])
        assert told.headers["etag"] == f'"{row["version"]}"'


# -- merge patch


@each_resource
async def test_a_patch_changes_what_it_names_and_leaves_the_rest(world, resource):
    row = await resource.made(world)
    told = await world.call(
        resource.caller, "PATCH", resource.path(row), resource.patch, If_Match=f'"{row["version"]}"'
    )
    after = told.json()
    changed = {name for name in row if row[name] != after.get(name)} - {"version", "updated_at", "activation_code"}
    assert changed == set(resource.patch)
    assert {name: after[name] for name in resource.patch} == resource.patch


@each_resource
async def test_null_clears_what_may_be_empty_and_is_refused_where_a_value_is_required(world, resource):
    row = await resource.made(world)
    refused = await world.call(
        resource.caller, "PATCH", resource.path(row), {resource.required: None}, If_Match=f'"{row["version"]}"'
    )
    assert refused.status_code == 422, refused.text
    assert (f"/{resource.required}", "required") in [(e["pointer"], e["code"]) for e in refused.json()["errors"]]
    if resource.cleared:
        told = await world.call(
            resource.caller, "PATCH", resource.path(row), {resource.cleared: None}, If_Match=f'"{row["version"]}"'
        )
        assert told.status_code == 200, told.text
        assert told.json().get(resource.cleared) is None


@each_resource
async def test_a_merge_patch_media_type_is_taken_and_an_empty_patch_is_refused(world, resource):
    row = await resource.made(world)
    version = f'"{row["version"]}"'
    merge = {"Content_Type": "application/merge-patch+json", "If_Match": version}
    assert (await world.call(resource.caller, "PATCH", resource.path(row), resource.patch, **merge)).status_code == 200
    assert (await world.call(resource.caller, "PATCH", resource.path(row), {}, If_Match=version)).status_code == 422


async def test_a_decomposed_name_is_stored_composed_with_single_spaces(world):
    sent = unicodedata.normalize("NFD", "Nguyễn  Văn Đức ")
    told = await world.call("officer", "POST", "/v1/persons", {"full_name": sent})
    assert told.json()["full_name"] == "Nguyễn Văn Đức"
    assert await world.admin.fetchval("select full_name from person") == "Nguyễn Văn Đức"


# -- idempotency


@each_resource
async def test_the_same_key_and_body_give_the_first_answer_again_and_one_effect(world, resource):
    person = await world.person("hoa")
    path, body, key = resource.make.format(person=person), resource.body(world), {"Idempotency_Key": str(uuid4())}
    first = await world.call(resource.caller, "POST", path, body, **key)
    again = await world.call(resource.caller, "POST", path, dict(reversed(body.items())), **key)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    once = {"activation_code", "secret"}
    assert {k: v for k, v in again.json().items() if k not in once} == {
        k: v for k, v in first.json().items() if k not in once
    }
    assert first.headers["location"] == again.headers["location"] == f"/v1/{resource.noun}/{first.json()['id']}"


@each_resource
async def test_the_same_key_with_another_body_is_refused(world, resource):
    person = await world.person("hoa")
    path, key = resource.make.format(person=person), {"Idempotency_Key": str(uuid4())}
    assert (await world.call(resource.caller, "POST", path, resource.body(world), **key)).status_code == 201
    other = await world.call(resource.caller, "POST", path, resource.body(world) | resource.patch, **key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_a_key_belongs_to_its_caller_and_tells_nobody_else_that_it_was_used(world):
    key = {"Idempotency_Key": "the-same"}
    first = await world.call("officer", "POST", "/v1/persons", PERSON.body(world), **key)
    other = await world.call("neighbour", "POST", "/v1/persons", PERSON.body(world) | PERSON.patch, **key)
    assert (first.status_code, other.status_code) == (201, 201), other.text
    assert first.json()["id"] != other.json()["id"]


async def test_a_replay_is_rendered_under_the_rights_of_today(world):
    key = {"Idempotency_Key": "moved-since"}
    first = await world.call("officer", "POST", "/v1/persons", PERSON.body(world), **key)
    id = UUID(first.json()["id"])
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update person set unit_no = $2 where id = $1", id, world.no("bien"))
    again = await world.call("officer", "POST", "/v1/persons", PERSON.body(world), **key)
    assert (again.status_code, again.json()["code"]) == (404, "not_found")


@each_resource
async def test_the_same_client_id_and_an_equal_body_is_the_same_record_and_an_unequal_one_a_conflict(world, resource):
    person = await world.person("hoa")
    path, body = resource.make.format(person=person), resource.body(world) | {"id": str(new_id())}
    first = await world.call(resource.caller, "POST", path, body)
    again = await world.call(resource.caller, "POST", path, body)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert first.json()["id"] == again.json()["id"] == body["id"]
    unequal = await world.call(resource.caller, "POST", path, body | resource.patch)
    assert (unequal.status_code, unequal.json()["code"]) == (409, "id_taken")


@pytest.mark.parametrize("told_by", ["key", "id"])
async def test_of_twenty_equal_requests_at_once_one_takes_effect(world, told_by):
    body = PERSON.body(world) | ({"id": str(new_id())} if told_by == "id" else {})
    headers = {"Idempotency_Key": str(uuid4())} if told_by == "key" else {}
    told = await asyncio.gather(*(world.call("officer", "POST", "/v1/persons", body, **headers) for _ in range(20)))
    statuses = [one.status_code for one in told]
    assert set(statuses) <= {201, 200, 409}
    assert statuses.count(201) == 1
    assert {one.json()["code"] for one in told if one.status_code == 409} <= {"still_running"}
    assert len({one.json()["id"] for one in told if one.status_code < 300}) == 1
    assert await count(world, "person") == 1
    assert await count(world, "outbox") == 1


# -- dry runs


@each_resource
async def test_validate_only_shows_what_would_be_and_stores_nothing(world, resource):
    person = await world.person("hoa")
    tables = (
        "person",
        "person_identifier",
        "person_phone",
        "residence",
        "account",
        "appointment",
        "outbox",
        "idempotency",
    )
    before = [await count(world, table) for table in tables]
    told = await world.call(
        resource.caller,
        "POST",
        resource.make.format(person=person),
        resource.body(world),
        Prefer="validate-only",
        Idempotency_Key="dry",
    )
    assert told.status_code == 200, told.text
    assert told.headers["preference-applied"] == "validate-only"
    assert "location" not in told.headers
    assert [await count(world, table) for table in tables] == before
    real = await world.call(
        resource.caller, "POST", resource.make.format(person=person), resource.body(world), Idempotency_Key="dry"
    )
    assert real.status_code == 201, real.text


@each_resource
async def test_validate_only_still_reports_every_check(world, resource):
    row = await resource.made(world)
    dry = {"Prefer": "validate-only"}
    checks = [
        (resource.patch, {}, 428),
        (resource.patch, {"If_Match": '"999"'}, 412),
        ({resource.required: None}, {"If_Match": f'"{row["version"]}"'}, 422),
        ({"unknown": 1}, {"If_Match": f'"{row["version"]}"'}, 422),
    ]
    for body, headers, status in checks:
        told = await world.call(resource.caller, "PATCH", resource.path(row), body, **dry, **headers)
        assert told.status_code == status, told.text
    forbidden = await world.call("report_reader", "PATCH", resource.path(row), resource.patch, **dry, If_Match='"1"')
    assert forbidden.status_code == 403
    again = await world.get(resource.caller, resource.path(row))
    assert again.json()["version"] == row["version"]


async def test_validate_only_finds_a_paper_that_is_already_on_file(world):
    await world.person("hoa", national_id="000090123456")
    body = PERSON.body(world) | {"identifiers": [{"kind": "personal_id", "number": "000090123456"}]}
    told = await world.call("officer", "POST", "/v1/persons", body, Prefer="validate-only")
    assert (told.status_code, told.json()["code"]) == (409, "identifier_on_file")


# -- source, void


@pytest.mark.parametrize("resource", RESOURCES[:4], ids=lambda resource: resource.noun)
async def test_a_source_and_its_reference_stand_for_one_record(world, resource):
    row = await resource.made(world, source="so_tay", source_ref="2026/7")
    assert (row["source"], row["source_ref"]) == ("so_tay", "2026/7")
    person = await world.person("hoa")
    body = resource.body(world) | {"source": "so_tay", "source_ref": "2026/7"}
    twice = await world.call(resource.caller, "POST", resource.make.format(person=person), body)
    assert (twice.status_code, twice.json()["code"]) == (409, "source_ref_taken")
    await resource.made(world, source="so_tay", source_ref="2026/8")


async def test_delete_voids_with_a_reason_and_removes_nothing(world):
    id = await world.person("hoa")
    path, body = f"/v1/persons/{id}", {"reason": "Nhập trùng."}
    assert (await world.call("leader", "DELETE", path, body)).status_code == 428
    assert (await world.call("leader", "DELETE", path, {}, If_Match='"1"')).status_code == 422
    told = await world.call("leader", "DELETE", path, body, If_Match='"1"')
    assert (told.status_code, told.json()["void_reason"], told.headers["etag"]) == (200, "Nhập trùng.", '"2"')
    assert (await world.get("leader", path)).json()["voided_at"]
    assert (await world.get("leader", "/v1/persons")).json()["data"] == []
    assert [row["id"] for row in (await world.get("leader", "/v1/persons?voided=true")).json()["data"]] == [str(id)]
    again = await world.call("leader", "DELETE", path, body, If_Match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")
    assert await count(world, "person") == 1


async def test_delete_closes_an_account_and_ends_what_it_held(world):
    row = await RESOURCES[4].made(world)
    told = await world.call("province_admin", "DELETE", f"/v1/users/{row['id']}", If_Match=f'"{row["version"]}"')
    assert (told.status_code, told.json()["state"]) == (200, "closed")
    open_ones = "select count(*) from appointment where account_id = $1 and (valid_to is null or valid_to > now())"
    assert await world.admin.fetchval(open_ones, UUID(row["id"])) == 0
