"""Every act of the contract, once, as both doors spell it: what it needs before, and what is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

NUMBER = "000190000007"
Made = dict[str, UUID]


@dataclass(frozen=True)
class DoneTwice:
    """One act: who does it, on what, by which path and field, with which body (spelled as REST spells it)."""

    name: str
    user: str
    method: str
    path: str
    field: str
    body: Any = None
    before: Callable[[Any], Awaitable[Made]] | None = None
    argument: str = ""
    """GraphQL's name and type of the body: `new: NewPerson!`."""
    ids: str = ""
    """GraphQL's name of the id: `id` or `personId`."""
    guarded: bool = False
    status: int = 200


async def nothing(_world: Any) -> Made:
    return {}


async def a_person(world: Any) -> Made:
    return {"id": await world.person("hoa", "Nguyễn Văn Đức", national_id="000190000001", phone="+84309000001")}


async def a_paper(world: Any) -> Made:
    person = (await a_person(world))["id"]
    return {"id": await world.admin.fetchval("select id from person_identifier where person_id = $1", person)}


async def a_phone(world: Any) -> Made:
    person = (await a_person(world))["id"]
    return {"id": await world.admin.fetchval("select id from person_phone where person_id = $1", person)}


async def a_residence(world: Any) -> Made:
    return {"id": await world.residence((await a_person(world))["id"])}


async def an_account(world: Any) -> Made:
    from tests.world import hire

    user = await hire(world, "parity.hired", "volunteer", "hoa")
    return {"id": user.account_id, "appointment": user.appointment_id}


async def an_appointment(world: Any) -> Made:
    return {"id": (await an_account(world))["appointment"]}


NEW_PERSON = {
    "full_name": "  Trần   Thị Hoà ",
    "gender": "female",
    "born_on": "1990-05-17",
    "born_precision": "year",
    "aliases": ["Bé"],
    "source": "đợt 1",
    "source_ref": "dòng 1",
    "identifiers": [{"kind": "personal_id", "number": "000 190 000 009"}],
    "phones": [{"number": "0912 345 678", "belongs_to": "family"}],
    "residences": [{"kind": "permanent", "unit_id": "hoa", "address": "số 1", "valid_from": "2024-01-01"}],
}
NEW_RESIDENCE = {"kind": "temporary", "unit_id": "hoa", "address": "số 9", "valid_from": "2025-02-03"}
NEW_ACCOUNT = {"user_name": "parity.new", "display_name": "Lê An", "unit_id": "hoa", "role": "commune_officer"}

ACTS = (
    DoneTwice(
        "create_person",
        "officer",
        "POST",
        "/v1/persons",
        "createPerson",
        NEW_PERSON,
        nothing,
        "new: NewPerson!",
        status=201,
    ),
    DoneTwice(
        "amend_person",
        "officer",
        "PATCH",
        "/v1/persons/{id}",
        "amendPerson",
        {"occupation": "thợ mộc", "born_on": None, "aliases": ["Tư"]},
        a_person,
        "patch: PersonPatch!",
        "id",
        guarded=True,
    ),
    DoneTwice(
        "void_person",
        "leader",
        "DELETE",
        "/v1/persons/{id}",
        "voidPerson",
        {"reason": "ghi nhầm"},
        a_person,
        "body: VoidBody!",
        "id",
        guarded=True,
    ),
    DoneTwice(
        "record_identifier",
        "officer",
        "POST",
        "/v1/persons/{id}/identifiers",
        "recordIdentifier",
        {"kind": "old_id_9", "number": "012345678"},
        a_person,
        "new: NewIdentifier!",
        "personId",
        status=201,
    ),
    DoneTwice(
        "amend_identifier",
        "officer",
        "PATCH",
        "/v1/identifiers/{id}",
        "amendIdentifier",
        {"number": NUMBER, "valid_to": "2025-01-31"},
        a_paper,
        "patch: IdentifierPatch!",
        "id",
        guarded=True,
    ),
    DoneTwice(
        "record_phone",
        "officer",
        "POST",
        "/v1/persons/{id}/phones",
        "recordPhone",
        {"number": "0912345678"},
        a_person,
        "new: NewPhone!",
        "personId",
        status=201,
    ),
    DoneTwice(
        "amend_phone",
        "officer",
        "PATCH",
        "/v1/phones/{id}",
        "amendPhone",
        {"belongs_to": "family"},
        a_phone,
        "patch: PhonePatch!",
        "id",
        guarded=True,
    ),
    DoneTwice(
        "record_residence",
        "officer",
        "POST",
        "/v1/persons/{id}/residences",
        "recordResidence",
        NEW_RESIDENCE,
        a_person,
        "new: NewResidence!",
        "personId",
        status=201,
    ),
    DoneTwice(
        "amend_residence",
        "officer",
        "PATCH",
        "/v1/residences/{id}",
        "amendResidence",
        {"valid_to": "2025-05-05"},
        a_residence,
        "patch: ResidencePatch!",
        "id",
        guarded=True,
    ),
    DoneTwice(
        "create_account",
        "province_admin",
        "POST",
        "/v1/users",
        "createAccount",
        NEW_ACCOUNT,
        nothing,
        "new: NewAccount!",
        status=201,
    ),
    DoneTwice(
        "amend_account",
        "province_admin",
        "PATCH",
        "/v1/users/{id}",
        "amendAccount",
        {"display_name": "Lê Bình"},
        an_account,
        "patch: AccountPatch!",
        "id",
        guarded=True,
    ),
    DoneTwice(
        "close_account",
        "province_admin",
        "DELETE",
        "/v1/users/{id}",
        "closeAccount",
        before=an_account,
        ids="id",
        guarded=True,
    ),
    DoneTwice(
        "renew_credentials",
        "province_admin",
        "POST",
        "/v1/users/{id}/credentials",
        "renewCredentials",
        before=an_account,
        ids="id",
        guarded=True,
    ),
    DoneTwice(
        "appoint",
        "province_admin",
        "POST",
        "/v1/users/{id}/appointments",
        "appoint",
        {"role": "commune_officer", "unit_id": "hoa"},
        an_account,
        "new: NewAppointment!",
        "accountId",
        status=201,
    ),
    DoneTwice(
        "end_appointment",
        "province_admin",
        "POST",
        "/v1/appointments/{id}/end",
        "endAppointment",
        {},
        an_appointment,
        "end: AppointmentEnd!",
        "id",
        guarded=True,
    ),
)
