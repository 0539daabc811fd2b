"""What can be done with the register of persons. Doors call these values and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.scope import check_writable
from domain.acts import Context, Read, act
from domain.ids import new_id
from domain.person.model import (
    MOST_FACTS,
    Amend,
    NewIdentifier,
    NewPerson,
    NewPhone,
    NewResidence,
    Void,
    checked_birth,
    checked_number,
    checked_phone,
    checked_validity,
    facts,
    tidied,
    warnings_of,
    whole,
)
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.person.repository import FactKnown, PersonKnown
from domain.reading import Answer, Asked, Road, Scope
from domain.refusals import Flaw, Refusal, flawed
from domain.units.seat import Seat

persons = Read(PERSON, "read_person")
responsibilities = Read(RESPONSIBILITY, "read_responsibility")
identifiers = Read(IDENTIFIER, "read_person")
phones = Read(PHONE, "read_person")
residences = Read(RESIDENCE, "read_person")


@dataclass(frozen=True)
class Attempts:
    """The same search asked stricter first: the next is tried only when the one before found nothing."""

    asked: tuple[Asked, ...]


async def search_persons(ctx: Context, attempts: Attempts) -> Answer:
    """Exact words, then words begun. Each attempt is one statement and one journal row."""
    answer = Answer(b"", 0)
    for asked in attempts.asked:
        answer = await persons(ctx, asked)
        if answer.rows:
            break
    return answer


@act(PERSON, "write_person")
async def create_person(records: Any, ctx: Context, within: Scope, new: NewPerson) -> UUID:
    """Put a person on the register of a commune in scope, with papers, phones and residences.

    Raises `invalid` with every flaw, `forbidden` off the unit road.
    """
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    return await put_on_register(records, ctx, await _seat_for(records, ctx, within, new.unit_id), new)


async def put_on_register(records: Any, ctx: Context, seat: Seat, new: NewPerson) -> UUID:
    """The rule of a new person, for every act that finds one it must add. The caller has judged the seat."""
    given = tidied(facts(new, *CREATED))
    _check_own_fields(ctx, PERSON.name, {name for name, value in given.items() if value})
    precision = checked_birth(new.born_on, new.born_precision, ctx.today)
    given |= {"born_on": whole(new.born_on, precision), "born_precision": precision}
    id = new.id or new_id()
    await records.persons.add(id, given, seat)
    person = PersonKnown(
        id, seat.no, seat.no, given["full_name"], given["born_on"], precision, given["gender"], voided=False
    )
    await _add_all(records, ctx, person, new)
    return id


CREATED = (
    "full_name",
    "aliases",
    "gender",
    "born_on",
    "born_precision",
    "native_place",
    "occupation",
    "no_id_reason",
    "source",
    "source_ref",
)


async def _seat_for(records: Any, ctx: Context, within: Scope, unit_id: UUID | None) -> Seat:
    """The responsible unit of a new person: a commune of today, in scope; hidden and missing are refused alike."""
    seat: Seat | None = await records.units.seat(unit_id or ctx.actor.unit_id)
    if seat is None or not within.covers(seat.no):
        raise flawed("/unit_id", "unit_not_in_scope")
    if seat.level != "commune" or not seat.stands_on(ctx.today):
        raise flawed("/unit_id", "not_a_commune_of_today" if unit_id else "required")
    return seat


async def _add_all(records: Any, ctx: Context, person: PersonKnown, new: NewPerson) -> None:
    lists = {"identifiers": new.identifiers, "phones": new.phones, "residences": new.residences}
    for name, given in lists.items():
        if len(given) > MOST_FACTS:
            raise flawed(f"/{name}", "too_many", most=MOST_FACTS)
    for place, identifier in enumerate(new.identifiers):
        await _add_identifier(records, ctx, person, identifier, f"/identifiers/{place}")
    for place, phone in enumerate(new.phones):
        await _add_phone(records, ctx, person, phone, f"/phones/{place}")
    for place, residence in enumerate(new.residences):
        await _add_residence(records, ctx, person, residence, f"/residences/{place}")


@act(PERSON, "write_person", guarded=True)
async def amend_person(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """Correct a person. Fields the caller sees masked cannot be written."""
    known = await _known(records, amend.id, within)
    changes = dict(amend.changes)
    _check_own_fields(ctx, PERSON.name, set(changes))
    changes = tidied(changes)
    if changes.keys() & {"born_on", "born_precision"}:
        born_on = changes.get("born_on", known.born_on)
        precision = changes.get("born_precision", known.born_precision if born_on else None)
        precision = checked_birth(born_on, precision, ctx.today)
        changes |= {"born_on": whole(born_on, precision), "born_precision": precision}
    await records.persons.amend(PERSON.name, amend.id, changes | {"updated_at": ctx.now})
    return amend.id


@act(PERSON, "void_person", guarded=True)
async def void_person(records: Any, ctx: Context, within: Scope, void: Void) -> UUID:
    """Take a record made in error out of the lists, with a reason; nothing is removed (rulings 16)."""
    known = await _known(records, void.id, within)
    if known.voided:
        raise Refusal("already_voided")
    reason = tidied({"reason": void.reason})["reason"]
    await records.persons.amend(
        PERSON.name, void.id, {"voided_at": ctx.now, "void_reason": reason, "updated_at": ctx.now}
    )
    return void.id


@act(IDENTIFIER, "write_person")
async def record_identifier(records: Any, ctx: Context, within: Scope, new: NewIdentifier) -> UUID:
    """Add a paper. Soft checks become `warnings`; a second active personal id is refused."""
    return await _add_identifier(records, ctx, await _owner(records, new, within), new, "")


@act(PHONE, "write_person")
async def record_phone(records: Any, ctx: Context, within: Scope, new: NewPhone) -> UUID:
    return await _add_phone(records, ctx, await _owner(records, new, within), new, "")


@act(RESIDENCE, "write_person")
async def record_residence(records: Any, ctx: Context, within: Scope, new: NewResidence) -> UUID:
    return await _add_residence(records, ctx, await _owner(records, new, within), new, "")


async def _owner(records: Any, new: NewIdentifier | NewPhone | NewResidence, within: Scope) -> PersonKnown:
    assert new.person_id is not None
    known = await _known(records, new.person_id, within)
    if known.voided:
        raise Refusal("already_voided")
    return known


async def _known(records: Any, id: UUID, within: Scope) -> PersonKnown:
    known: PersonKnown | None = await records.persons.person(id, within=within)
    if known is None:
        raise Refusal("not_found")
    return known


SOURCED = ("source", "source_ref")


async def _add_identifier(records: Any, ctx: Context, person: PersonKnown, new: NewIdentifier, at: str) -> UUID:
    _check_own_fields(ctx, IDENTIFIER.name, {"number"}, at)
    number = checked_number(new.kind, new.number, at)
    checked_validity(new.valid_from, new.valid_to, at)
    given = tidied(facts(new, "issued_by", *SOURCED)) | facts(new, "kind", "issued_on", "valid_from", "valid_to")
    id = new.id or new_id()
    warnings = warnings_of(new.kind, number, born_on=person.born_on, gender=person.gender)
    ended = new.valid_to is not None and new.valid_to < ctx.today
    given |= {"number": number, "warnings": list(warnings), "status": "ended" if ended else "active"}
    await records.persons.add_fact(IDENTIFIER.name, id, person, given)
    return id


async def _add_phone(records: Any, ctx: Context, person: PersonKnown, new: NewPhone, at: str) -> UUID:
    _check_own_fields(ctx, PHONE.name, {"number"}, at)
    given = facts(new, "belongs_to", "valid_from") | tidied(facts(new, *SOURCED))
    id = new.id or new_id()
    await records.persons.add_fact(PHONE.name, id, person, given | {"number": checked_phone(new.number, at)})
    return id


async def _add_residence(records: Any, ctx: Context, person: PersonKnown, new: NewResidence, at: str) -> UUID:
    _check_own_fields(ctx, RESIDENCE.name, {"address"}, at)
    given = tidied(facts(new, "address", *SOURCED)) | facts(new, "kind", "unit_id", "valid_from", "valid_to")
    checked_validity(new.valid_from, new.valid_to, at)
    await _check_place(records, new.unit_id, new.valid_from, at)
    id = new.id or new_id()
    await records.persons.add_fact(RESIDENCE.name, id, person, given)
    return id


async def _check_place(records: Any, unit_id: UUID, on: Any, at: str) -> None:
    """A residence lies in a commune that stood on its first day: codes and borders have dates (rulings 33)."""
    seat: Seat | None = await records.units.seat(unit_id)
    if seat is None or seat.level != "commune":
        raise flawed(f"{at}/unit_id", "not_a_commune")
    if on is not None and not seat.stands_on(on):
        raise flawed(f"{at}/unit_id", "unit_not_valid_then")


@act(IDENTIFIER, "write_person", guarded=True)
async def amend_identifier(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """Correct or end a paper. A new number is checked like a first one."""
    known = await _fact(records, IDENTIFIER.name, amend.id, within)
    changes = tidied(dict(amend.changes))
    _check_own_fields(ctx, IDENTIFIER.name, set(changes))
    checked_validity(changes.get("valid_from", known.valid_from), changes.get("valid_to", known.valid_to))
    kind = str(changes.get("kind", known.kind))
    if changes.keys() & {"number", "kind"}:
        number = changes["number"] if "number" in changes else await records.persons.number_of(amend.id, within=within)
        changes["number"] = checked_number(kind, number)
        person = await records.persons.person(known.person_id, within=within) if within.road is Road.UNIT else None
        born_on, gender = (person.born_on, person.gender) if person else (None, None)
        changes["warnings"] = list(warnings_of(kind, changes["number"], born_on=born_on, gender=gender))
    await records.persons.amend(IDENTIFIER.name, amend.id, changes)
    return amend.id


@act(PHONE, "write_person", guarded=True)
async def amend_phone(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    known = await _fact(records, PHONE.name, amend.id, within)
    changes = tidied(dict(amend.changes))
    _check_own_fields(ctx, PHONE.name, set(changes))
    if "number" in changes:
        changes["number"] = checked_phone(changes["number"])
    checked_validity(changes.get("valid_from", known.valid_from), changes.get("valid_to", known.valid_to))
    await records.persons.amend(PHONE.name, amend.id, changes)
    return amend.id


@act(RESIDENCE, "write_person", guarded=True)
async def amend_residence(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    known = await _fact(records, RESIDENCE.name, amend.id, within)
    changes = tidied(dict(amend.changes))
    _check_own_fields(ctx, RESIDENCE.name, set(changes))
    if changes.get("valid_from", known.valid_from) is None:
        raise flawed("/valid_from", "required")
    checked_validity(changes.get("valid_from", known.valid_from), changes.get("valid_to", known.valid_to))
    if "unit_id" in changes:
        await _check_place(records, changes["unit_id"], changes.get("valid_from", known.valid_from), "")
    await records.persons.amend(RESIDENCE.name, amend.id, changes)
    return amend.id


async def _fact(records: Any, noun: str, id: UUID, within: Scope) -> FactKnown:
    known: FactKnown | None = await records.persons.fact(noun, id, within=within)
    if known is None:
        raise Refusal("not_found")
    return known


def _check_own_fields(ctx: Context, noun: str, names: set[str], at: str = "") -> None:
    """What a caller sees masked, or not at all, they cannot write."""
    flaws = tuple(Flaw(f"{at}/{name}", "masked_value") for name in sorted(check_writable(ctx, noun, names)))
    if flaws:
        raise Refusal("invalid", flaws=flaws)
