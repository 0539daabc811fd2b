"""Commands and rules on discharge notices: pure, no clock, no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.course.model import checked_treatment, pathway_of
from domain.law.pathways import Pathway
from domain.notice.noun import NoticeKind
from domain.person.identity import masked_tail
from domain.person.model import (
    MASK,
    checked_birth,
    checked_number,
    checked_phone,
    facts,
    tidied,
    warnings_of,
    whole,
)
from domain.person.phone import masked_phone
from domain.refusals import Flaw, Refusal, flawed
from domain.text import flaw_in_text, tidy


@dataclass(frozen=True)
class NewNotice:
    """Form 51 with its person block; `source_ref` is the sender's own number of it."""

    unit_id: UUID
    kind: str
    treatment: str
    full_name: str
    completes_on: date
    source_ref: str
    source: str | None = None
    id: UUID | None = None
    order_kind: str | None = None
    started_on: date | None = None
    decision_number: str | None = None
    decision_on: date | None = None
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    born_on: date | None = None
    born_precision: str | None = None
    native_place: str | None = None
    id_kind: str | None = None
    id_number: str | None = None
    id_issued_on: date | None = None
    id_issued_by: str | None = None
    phone: str | None = None
    permanent_address: str | None = None
    current_address: str | None = None
    draft: bool = False


@dataclass(frozen=True)
class RecordedNotice(NewNotice):
    """A notice that reached the commune on paper or by word of mouth: by the officer's hand, already received."""

    received_at: datetime | None = None
    """Now, when left out."""


@dataclass(frozen=True)
class MoveNotice:
    """One move of the life cycle; which of the rest it needs stands in its `requires`."""

    id: UUID
    to: str
    reason: str | None = None
    unit_id: UUID | None = None
    person_id: UUID | None = None
    """On acceptance: whom the officer found on the register; left out, the national id finds them or they are made."""
    case_id: UUID | None = None
    """On acceptance: the person's open case that this notice belongs to, instead of a new one."""


@dataclass(frozen=True)
class SendOn:
    """A receiver sends a notice that is not theirs on to the right commune."""

    id: UUID
    unit_id: UUID
    reason: str


@dataclass(frozen=True)
class OfNotice:
    id: UUID


BLOCK: Final = (
    "full_name",
    "aliases",
    "gender",
    "born_on",
    "born_precision",
    "native_place",
    "id_kind",
    "id_number",
    "id_issued_on",
    "id_issued_by",
    "phone",
    "permanent_address",
    "current_address",
)
"""The person block of Form 51."""
CONTENT: Final = (
    "kind",
    "treatment",
    "order_kind",
    "started_on",
    "completes_on",
    "decision_number",
    "decision_on",
    *BLOCK,
)
"""Everything a sender says of the person and the treatment: what an amendment can change."""
TEXTS: Final = {
    "decision_number": 60,
    "id_issued_by": 200,
    "permanent_address": 300,
    "current_address": 300,
    "source": 100,
    "source_ref": 200,
}


def checked_content(given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A notice as it is stored: texts tidied, numbers normal, birth and treatment plausible."""
    clean = _clean_texts(given)
    checked_treatment({"kind": clean["treatment"], "order_kind": clean.get("order_kind")})
    _check_kind(clean)
    clean["born_precision"] = checked_birth(clean.get("born_on"), clean.get("born_precision"), today)
    clean["born_on"] = whole(clean.get("born_on"), clean["born_precision"])
    _check_days(clean, today)
    return clean | _numbers(clean)


def _clean_texts(given: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in given.items() if name in TEXTS and value is not None}
    flaws = tuple(
        Flaw(f"/{name}", "masked_value" if MASK in text else str(code))
        for name, text in own.items()
        if (code := flaw_in_text(text, name=False, max_length=TEXTS[name])) or MASK in text
    )
    if flaws:
        raise Refusal("invalid", flaws=flaws)
    clean = tidied({name: value for name, value in given.items() if name not in TEXTS})
    return dict.fromkeys(TEXTS.keys() & given.keys()) | clean | {name: tidy(text) for name, text in own.items()}


def _check_kind(clean: Mapping[str, Any]) -> None:
    """Each kind of notice speaks of the treatments that end that way; a measure without pathway opens nothing."""
    pathway = pathway_of(clean["treatment"], clean.get("order_kind"))
    if pathway is None:
        raise flawed("/treatment", "no_pathway")
    substitution = pathway is Pathway.SUBSTITUTION_TREATMENT
    if clean["kind"] == NoticeKind.FORM_51 and substitution:
        raise flawed("/kind", "not_for_this_kind")
    if clean["kind"] == NoticeKind.SUBSTITUTION_COMPLETION and not substitution:
        raise flawed("/kind", "not_for_this_kind")


def _check_days(clean: Mapping[str, Any], today: date) -> None:
    started_on, completes_on = clean.get("started_on"), clean["completes_on"]
    if started_on is not None and started_on > today:
        raise flawed("/started_on", "in_the_future")
    if started_on is not None and completes_on < started_on:
        raise flawed("/completes_on", "ends_before_it_starts")
    for name in ("decision_on", "id_issued_on"):
        if clean.get(name) is not None and clean[name] > today:
            raise flawed(f"/{name}", "in_the_future")


def _numbers(clean: Mapping[str, Any]) -> dict[str, Any]:
    kind, number, phone = clean.get("id_kind"), clean.get("id_number"), clean.get("phone")
    if (kind is None) != (number is None):
        raise flawed("/id_number" if number is None else "/id_kind", "required")
    return {
        "id_number": _at("/id_number", lambda: checked_number(str(kind), str(number))) if number is not None else None,
        "phone": _at("/phone", lambda: checked_phone(str(phone))) if phone is not None else None,
    }


def _at(pointer: str, check: Any) -> Any:
    """A check of one number, its flaw said of the field it stands in here."""
    try:
        return check()
    except Refusal as no:
        raise Refusal("invalid", flaws=tuple(Flaw(pointer, flaw.code, flaw.facts) for flaw in no.flaws)) from None


def doubts_of(content: Mapping[str, Any]) -> list[str]:
    """Soft checks on the personal number: said, never a refusal (dossier §11.1)."""
    kind, number = content.get("id_kind"), content.get("id_number")
    if kind is None or number is None:
        return []
    return list(warnings_of(kind, number, born_on=content.get("born_on"), gender=content.get("gender")))


def canonical(content: Mapping[str, Any], unit_id: UUID) -> str:
    """The content in one spelling: equal exactly for equal notices to the same commune."""
    given = {name: content.get(name) for name in CONTENT} | {"unit_id": str(unit_id)}
    return json.dumps(given, sort_keys=True, ensure_ascii=False, default=str)


def content_of(new: NewNotice) -> dict[str, Any]:
    return facts(new, *CONTENT)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an amendment changes: field, was, now; numbers by their masked tails alone."""
    return [
        {"field": name, "was": _shown(name, before.get(name)), "now": _shown(name, after.get(name))}
        for name in CONTENT
        if _plain(before.get(name)) != _plain(after.get(name))
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | list) else value


def _shown(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "id_number":
        return masked_tail(value)
    if name == "phone":
        return masked_phone(value)
    return value.isoformat() if isinstance(value, date) else _plain(value)


def needed_reason(reason: str | None) -> str:
    """A reason, tidied. Raises `invalid` without one."""
    return str(tidied({"reason": reason})["reason"])
