"""Whom a notice is about on the register: found by national id in one's own scope, named by the officer, or made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from domain.acts import Context
from domain.case.model import OpenCase
from domain.case.repository import CaseKnown
from domain.case.use_cases import open_case
from domain.law.life_cycles import OPEN_CASE_STATES
from domain.person.identity import IdentityKind
from domain.person.model import NewIdentifier, NewPerson, NewPhone, NewResidence, ResidenceKind
from domain.person.repository import PersonKnown
from domain.person.use_cases import put_on_register
from domain.reading import Scope
from domain.refusals import Refusal, flawed
from domain.units.seat import Seat


class Found(NamedTuple):
    """Whom a notice or a review round speaks of: the commune it lies with, and what it says of the person."""

    unit_id: UUID
    unit_no: int
    content: Mapping[str, Any]


async def placed(records: Any, ctx: Context, within: Scope, known: Found, person_id: UUID | None) -> tuple[UUID, str]:
    """The person and how they came: `named`, `found`, `added`. Never looks outside the receiver's own unit."""
    if person_id is not None:
        return await _named(records, within, known, person_id), "named"
    number = known.content.get("id_number")
    if number is not None and known.content.get("id_kind", "personal_id") == IdentityKind.PERSONAL_ID:
        found: UUID | None = await records.notices.person_by_number(number, known.unit_no, within=within)
        if found is not None:
            return found, "found"
    return await _added(records, ctx, known), "added"


async def _named(records: Any, within: Scope, known: Found, person_id: UUID) -> UUID:
    person: PersonKnown | None = await records.persons.person(person_id, within=within)
    if person is None or person.unit_no != known.unit_no:
        raise flawed("/person_id", "person_not_in_scope")
    if person.voided:
        raise Refusal("already_voided")
    return person.id


async def case_for(records: Any, ctx: Context, within: Scope, opening: OpenCase, case_id: UUID | None) -> UUID:
    """A new case, or the person's open one that the officer names: nothing is merged unasked."""
    if case_id is None:
        opened = await open_case.rule(records, ctx, within, opening)
        assert isinstance(opened, UUID)
        return opened
    case: CaseKnown | None = await records.cases.case(case_id, within=within)
    if case is None or case.person_id != opening.person_id or case.state not in OPEN_CASE_STATES:
        raise flawed("/case_id", "not_an_open_case_of_this_person")
    return case.id


async def _added(records: Any, ctx: Context, known: Found) -> UUID:
    seat: Seat | None = await records.units.seat(known.unit_id)
    if seat is None or not seat.stands_on(ctx.today):
        raise flawed("/unit_id", "not_a_commune_of_today")
    return await put_on_register(records, ctx, seat, _person_of(ctx, known))


def _person_of(ctx: Context, known: Found) -> NewPerson:
    block = known.content
    number, phone = block.get("id_number"), block.get("phone")
    papers = () if number is None else (_paper(known, number),)
    phones = () if phone is None else (NewPhone(phone),)
    homes = tuple(
        NewResidence(kind.value, known.unit_id, block[field], ctx.today)
        for kind, field in _HOMES
        if block.get(field) is not None
    )
    return NewPerson(
        full_name=block["full_name"],
        aliases=tuple(block.get("aliases") or ()),
        gender=block.get("gender"),
        born_on=block.get("born_on"),
        born_precision=block.get("born_precision"),
        native_place=block.get("native_place"),
        identifiers=papers,
        phones=phones,
        residences=homes,
    )


def _paper(known: Found, number: str) -> NewIdentifier:
    block = known.content
    return NewIdentifier(
        str(block.get("id_kind", IdentityKind.PERSONAL_ID.value)),
        number,
        issued_on=block.get("id_issued_on"),
        issued_by=block.get("id_issued_by"),
    )


_HOMES = (
    (ResidenceKind.PERMANENT, "permanent_address"),
    (ResidenceKind.CURRENT, "current_address"),
    (ResidenceKind.CURRENT, "address"),
)
