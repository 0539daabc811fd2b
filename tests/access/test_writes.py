"""What is written: never a mask, never without the right, never on a stale version, never by who is no longer there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from api.schemas import persons as shapes
from domain.access.policy import Reach, Role
from domain.ids import new_id
from tests.access.model import DECLARED, LAW, Post, shown
from tests.access.moving import everything, moved

PATCHES = {
    "person": (shapes.PersonPatch, "/v1/persons"),
    "person_identifier": (shapes.IdentifierPatch, "/v1/identifiers"),
    "person_phone": (shapes.PhonePatch, "/v1/phones"),
    "residence": (shapes.ResidencePatch, "/v1/residences"),
}
WRITERS = {
    "commune_officer": "officer",
    "commune_leader": "leader",
    "commune_police": "police",
    "commune_police_head": "police_head",
    "district_officer": "area_officer",
    "province_officer": "province_officer",
    "import_client": "import_client",
}
VALUES = {
    "kind": {"person_identifier": "passport", "residence": "current"},
    "number": {"person_identifier": "B7654321", "person_phone": "0912345678"},
    "unit_id": None,
    "valid_from": "2024-03-03",
    "valid_to": "2026-12-12",
    "issued_on": "2020-02-02",
    "status": "ended",
    "belongs_to": "family",
    "no_id_reason": "unknown",
}
MASKED_CELLS = [
    (role, noun, field, purpose)
    for role in WRITERS
    for noun, (patch, _path) in PATCHES.items()
    for field in patch.model_fields
    for purpose in (False, True)
    if shown(Post("", role, ""), DECLARED[noun].fields[field], purpose=purpose) != "clear"
]
"""Every (role, field) that the role sees masked or not at all and for which there is a patch."""


def test_every_role_that_writes_persons_stands_among_the_writers():
    writing = {r.value for r in Role if LAW[r].permissions.get("write_person", Reach.NONE) is Reach.BELOW}
    assert writing == set(WRITERS)
    assert len(MASKED_CELLS) > 30


async def filed(world, unit="hoa"):
    """A person with a paper, a phone and a residence; ids by noun."""
    person = await world.person(unit, national_id="000799999991", phone="+84309999991")
    home = await world.residence(person, unit)
    paper = await world.admin.fetchval("select id from person_identifier where person_id = $1", person)
    phone = await world.admin.fetchval("select id from person_phone where person_id = $1", person)
    return {"person": person, "person_identifier": paper, "person_phone": phone, "residence": home}


def value_of(world, noun, field):
    value = VALUES.get(field, "Chữ Khác")
    return str(world.units["hoa"]) if field == "unit_id" else value[noun] if isinstance(value, dict) else value


async def test_no_role_writes_a_field_that_it_sees_masked_or_not_at_all(world):
    """Each such field of each role: 422 that names the field, and nothing is changed."""
    ids = await filed(world)
    before = await everything(world)
    for role, noun, field, purpose in MASKED_CELLS:
        headers = {"If_Match": '"1"'} | ({"Access_Purpose": "care"} if purpose else {})
        body = {field: value_of(world, noun, field)}
        told = await world.call(WRITERS[role], "PATCH", f"{PATCHES[noun][1]}/{ids[noun]}", body, **headers)
        assert told.status_code == 422, (role, noun, field, told.text)
        assert {(e["pointer"], e["code"]) for e in told.json()["errors"]} == {(f"/{field}", "masked_value")}
    assert await everything(world) == before


async def test_what_is_seen_on_purpose_is_written_with_the_purpose_alone(world):
    ids = await filed(world)
    path = f"/v1/residences/{ids['residence']}"
    body = {"address": "số 5, tổ 1"}
    without = await world.call("province_officer", "PATCH", path, body, If_Match='"1"')
    assert (without.status_code, without.json()["errors"][0]["code"]) == (422, "masked_value")
    with_ = await world.call("province_officer", "PATCH", path, body, If_Match='"1"', Access_Purpose="data_quality")
    assert (with_.status_code, with_.json()["address"]) == (200, "số 5, tổ 1")
    row = await world.admin.fetchrow("select * from journal_entry where outcome = 'done'")
    assert (row["act"], row["purpose"], row["subject_ids"]) == ("amend_residence", "data_quality", [ids["person"]])


@pytest.mark.parametrize("noun", ["person_identifier", "person_phone"])
async def test_a_masked_number_is_never_written_back_by_those_who_saw_it_clear(world, noun):
    """What a list showed, sent back as it was: 422 for every writer, through both doors, and the number stays."""
    ids = await filed(world)
    before = await everything(world)
    relation = {"person_identifier": "identifiers", "person_phone": "phones"}[noun]
    page = (await world.get("officer", f"/v1/persons?include={relation}")).json()["data"]
    mask = page[0][relation][0]["number"]
    assert "•" in mask
    for user in WRITERS.values():
        told = await world.call(user, "PATCH", f"{PATCHES[noun][1]}/{ids[noun]}", {"number": mask}, If_Match='"1"')
        assert (told.status_code, told.json()["errors"][0]["code"]) == (422, "masked_value"), user
    name = {"person_identifier": "amendIdentifier", "person_phone": "amendPhone"}[noun]
    query = f'mutation {{ {name}(id: "{ids[noun]}", patch: {{number: "{mask}"}}, given: {{ifMatch: "1"}}) {{ id }} }}'
    told = await world.ask("officer", query)
    assert told["errors"][0]["extensions"]["errors"][0]["code"] == "masked_value"
    assert await everything(world) == before


async def test_a_text_with_a_mask_in_it_is_refused_everywhere(world):
    ids = await filed(world)
    before = await everything(world)
    for noun, field in (("person", "full_name"), ("person", "occupation"), ("residence", "address")):
        told = await world.call("officer", "PATCH", f"{PATCHES[noun][1]}/{ids[noun]}", {field: "a••b"}, If_Match='"1"')
        assert (told.status_code, told.json()["errors"][0]["code"]) == (422, "masked_value"), field
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "N•", "phones": [{"number": "•••123"}]})
    assert made.status_code == 422
    assert await everything(world) == before


async def test_new_facts_of_a_masked_class_are_refused_with_the_person_and_alone(world):
    """An import client sees no identifiers: it cannot bring any, neither in one call nor after."""
    ids = await filed(world)
    before = await everything(world)
    paper = {"kind": "passport", "number": "B1234567"}
    whole = await world.call("import_client", "POST", "/v1/persons", {"full_name": "Lê Mai", "identifiers": [paper]})
    alone = await world.call("import_client", "POST", f"/v1/persons/{ids['person']}/identifiers", paper)
    phone = await world.call("import_client", "POST", f"/v1/persons/{ids['person']}/phones", {"number": "0912345678"})
    assert [whole.status_code, alone.status_code, phone.status_code] == [422, 422, 422]
    assert whole.json()["errors"][0]["pointer"] == "/identifiers/0/number"
    assert await everything(world) == before


async def test_a_role_without_the_permission_is_refused_and_the_journal_says_so(world):
    ids = await filed(world)
    person = ids["person"]
    await world.grant(person, "volunteer", "person_phone", "residence")
    for user, method, path, body in (
        ("volunteer", "PATCH", f"/v1/persons/{person}", {"occupation": "x"}),
        ("volunteer", "POST", f"/v1/persons/{person}/phones", {"number": "0912345678"}),
        ("officer", "DELETE", f"/v1/persons/{person}", {"reason": "nhầm"}),
        ("country_reader", "PATCH", f"/v1/persons/{person}", {"occupation": "x"}),
    ):
        told = await world.call(user, method, path, body, If_Match='"1"')
        assert (told.status_code, told.json()["code"]) == (403, "forbidden"), (user, path)
        assert told.json()["permission"] in ("write_person", "void_person")
        row = await world.admin.fetchrow(
            "select * from journal_entry where request_id = $1", told.headers["x-request-id"]
        )
        assert (row["outcome"], row["subject_ids"]) == ("denied", [person])
        assert row["account_id"] == world.users[user].account_id
    assert await world.admin.fetchval("select version from person") == 1


GUARDED = (
    ("person", "PATCH", "", {"occupation": "thợ may"}, "amendPerson", 'patch: {occupation: "x"}'),
    ("person", "DELETE", "", {"reason": "ghi nhầm"}, "voidPerson", 'body: {reason: "x"}'),
    ("person_identifier", "PATCH", "", {"issued_by": "CA"}, "amendIdentifier", 'patch: {issuedBy: "x"}'),
    ("person_phone", "PATCH", "", {"valid_from": "2024-01-02"}, "amendPhone", 'patch: {validFrom: "2024-01-02"}'),
    ("residence", "PATCH", "", {"address": "số 7"}, "amendResidence", 'patch: {address: "x"}'),
)


@pytest.mark.parametrize(("noun", "method", "_tail", "body", "root", "part"), GUARDED)
async def test_a_change_needs_the_version_that_stands(world, noun, method, _tail, body, root, part):
    """None: 428. Stale, weak or any: 412 with the one that stands. The right one: 200, once."""
    ids = await filed(world)
    before = await everything(world)
    path = f"{PATCHES[noun][1]}/{ids[noun]}"
    assert (await world.call("leader", method, path, body)).status_code == 428
    for match in ('"2"', '"0"', 'W/"1"', "*", '"1", "2"', "1", '""'):
        told = await world.call("leader", method, path, body, If_Match=match)
        assert (told.status_code, told.json()["current"], told.headers["etag"]) == (412, '"1"', '"1"'), match
    for given, code in (("", "precondition_required"), (', given: {ifMatch: "2"}', "stale_version")):
        query = f'mutation {{ {root}(id: "{ids[noun]}", {part}{given}) {{ id }} }}'
        assert (await world.ask("leader", query))["errors"][0]["extensions"]["code"] == code
    assert await everything(world) == before
    assert (await world.call("leader", method, path, body, If_Match='"1"')).status_code == 200
    assert (await world.call("leader", method, path, body, If_Match='"1"')).status_code == 412


async def test_a_hidden_row_has_no_version_to_be_stale(world):
    """404 stands before 428 and 412, whatever is sent."""
    ids = await filed(world, "bien")
    for noun, method, _tail, body, root, part in GUARDED:
        for match in (None, '"1"', '"7"'):
            headers = {"If_Match": match} if match else {}
            told = await world.call("leader", method, f"{PATCHES[noun][1]}/{ids[noun]}", body, **headers)
            assert told.status_code == 404, (noun, match)
        told = await world.ask("leader", f'mutation {{ {root}(id: "{ids[noun]}", {part}) {{ id }} }}')
        assert told["errors"][0]["extensions"]["code"] == "not_found"


# -- replays -------------------------------------------------------------------------------------------------------


async def test_a_replay_after_access_ended_is_not_found(world):
    """The key stands for an id, not for a body: the answer is rendered under today's scope (rulings 15)."""
    key = uuid4().hex
    body = {"full_name": "Nguyễn Thị Mai"}
    made = await world.call("officer", "POST", "/v1/persons", body, Idempotency_Key=key)
    again = await world.call("officer", "POST", "/v1/persons", body, Idempotency_Key=key)
    assert (made.status_code, again.status_code, again.headers["idempotent-replayed"]) == (201, 200, "true")
    await moved(world, made.json()["id"], "bien")
    later = await world.call("officer", "POST", "/v1/persons", body, Idempotency_Key=key)
    assert (later.status_code, later.json()["code"]) == (404, "not_found")
    assert "Mai" not in later.text
    assert made.json()["id"] not in later.text
    row = await world.admin.fetchrow("select * from journal_entry where request_id = $1", later.headers["x-request-id"])
    assert row["outcome"] == "absent"


async def test_a_replay_is_rendered_under_todays_sight(world):
    """A masked answer stays masked for who sees less now; without the purpose it shows no more than a read would."""
    ids = await filed(world)
    key = uuid4().hex
    path, body = f"/v1/persons/{ids['person']}/residences", {
        "kind": "current", "unit_id": str(world.units["hoa"]), "address": "số 3", "valid_from": "2025-01-01",
    }  # fmt: skip
    given = {"Idempotency_Key": key, "Access_Purpose": "care"}
    made = await world.call("province_officer", "POST", path, body, **given)
    assert made.json()["address"] == "số 3"
    again = await world.call("province_officer", "POST", path, body, Idempotency_Key=key)
    assert again.status_code == 200
    assert again.json()["address"] is None
    assert "address" in again.json()["masked"]
    assert await world.admin.fetchval("select count(*) from residence") == 2
    assert await world.admin.fetchval("select count(*) from outbox") == 1


async def test_a_key_is_nobody_elses(world):
    """Another's key with the same body is a write of one's own; it shows nothing of the first."""
    key, body = uuid4().hex, {"full_name": "Nguyễn Thị Mai"}
    mine = await world.call("officer", "POST", "/v1/persons", body, Idempotency_Key=key)
    theirs = await world.call("stranger", "POST", "/v1/persons", body, Idempotency_Key=key)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_an_id_on_file_elsewhere_gives_nothing_away(world):
    """A client-made id that another commune holds: a conflict without a word of what stands there."""
    hidden = await world.person("bien", "Vũ Thị Ẩn")
    told = await world.call("officer", "POST", "/v1/persons", {"full_name": "Vũ Thị Ẩn", "id": str(hidden)})
    assert (told.status_code, told.json()["code"]) == (409, "id_taken")
    assert "Ẩn" not in told.text
    assert await world.admin.fetchval("select unit_no from person where id = $1", hidden) == world.no("bien")


async def test_an_old_district_corrects_what_it_made_and_nothing_that_came_later(world):
    """Rulings 4: its officer works on its own period, also on a person who lives elsewhere now."""
    person = await world.person("bien", was="old_commune")
    await world.admin.execute("update person set made_unit_no = $2 where id = $1", person, world.no("old_commune"))
    then, now = await world.residence(person, "hoa", made="old_commune"), await world.residence(person, "bien")
    fixed = await world.call("old_officer", "PATCH", f"/v1/residences/{then}", {"address": "số 8"}, If_Match='"1"')
    assert (fixed.status_code, fixed.json()["address"]) == (200, "số 8")
    later = await world.call("old_officer", "PATCH", f"/v1/residences/{now}", {"address": "số 8"}, If_Match='"1"')
    assert later.status_code == 404
    assert (await world.get("old_officer", f"/v1/persons/{person}")).status_code == 404
    for number, status in ((world.no("old_commune"), 200), (world.no("bien"), 404)):
        paper = await numbered(world, person, number)
        told = await world.call(
            "old_officer", "PATCH", f"/v1/identifiers/{paper}", {"number": "B7654321"}, If_Match='"1"'
        )
        assert told.status_code == status, told.text


async def numbered(world, person, made):
    """A passport of the person, made under a unit."""
    id, sealer = new_id(), world.house.register.sealer
    await world.admin.execute(
        "insert into person_identifier (id, person_id, unit_no, made_unit_no, kind, number_sealed, number_tail,"
        " number_blind) values ($1, $2, $3, $4, 'passport', $5, '•••••123', $6)",
        *(id, person, world.no("bien"), made),
        sealer.seal("B1234123", table="person_identifier", row=id, column="number"),
        sealer.blind("person_identifier", str(id)),
    )
    return id
