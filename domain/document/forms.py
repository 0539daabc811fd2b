"""Which forms are printed, and what each cannot be without: what is missing is listed before printing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from domain.law.documents import FormKey
from domain.law.rule_book import RuleBook
from domain.law.subject import D116, D163, form
from domain.refusals import Flaw

PERSON = ("/person/full_name", "/person/born_on", "/person/residence")
PAPER = ("/decision/number", "/decision/symbol", "/decision/decided_on")
TERM = ("/decision/from", "/decision/to")
DECISION = (
    *PAPER,
    "/decision/signer_name",
    "/decision/signer_title",
    *TERM,
    "/decision/place",
    "/decision/responsible",
    *PERSON,
    "/person/occupation",
)
"""What the decision must state (D116 Art 78(2))."""
DECISION_SINCE_2026 = (*DECISION, "/decision/tasks")
"""Since D163 Art 134(2) also the tasks of organisations and people."""
PROPOSAL = (
    "/proposal/number",
    "/proposal/proposed_on",
    "/proposal/proposed_by",
    "/proposal/measures",
    "/proposal/from",
    "/proposal/to",
    *PERSON,
)
CERTIFICATE = (
    "/certificate/number",
    "/certificate/dated",
    "/certificate/signer_name",
    *PAPER,
    *TERM,
    *PERSON,
)
TRANSFER = (
    "/transfer/number",
    "/transfer/dated",
    "/transfer/signer_name",
    "/transfer/to_unit",
    "/transfer/left_on",
    "/transfer/new_address",
    *PAPER,
    *TERM,
    *PERSON,
)


class Printed(NamedTuple):
    """A form the service prints: the facts it needs, and the fact whose day says which decree governs it."""

    needs: tuple[str, ...]
    day: str


PRINTED: Mapping[FormKey, Printed] = {
    form(D116, "50"): Printed(PROPOSAL, "/proposal/proposed_on"),
    form(D116, "51"): Printed(DECISION, "/decision/decided_on"),
    form(D116, "53"): Printed(TRANSFER, "/transfer/dated"),
    form(D116, "54"): Printed(CERTIFICATE, "/certificate/dated"),
    form(D163, "52"): Printed(PROPOSAL, "/proposal/proposed_on"),
    form(D163, "53"): Printed(DECISION_SINCE_2026, "/decision/decided_on"),
    form(D163, "54"): Printed(TRANSFER, "/transfer/dated"),
    form(D163, "56"): Printed(CERTIFICATE, "/certificate/dated"),
}


def key_of(text: str) -> FormKey | None:
    """`D163/V/53` as a form that the service prints."""
    parts = text.split("/")
    key = FormKey(*parts) if len(parts) == 3 else None
    return key if key in PRINTED else None


def missing(book: RuleBook, key: FormKey, facts: Mapping[str, Any]) -> tuple[Flaw, ...]:
    """What the form cannot be printed without, in the order of the form; and a day of another decree's forms."""
    printed = PRINTED[key]
    flaws = tuple(Flaw(pointer, "required") for pointer in printed.needs if _at(facts, pointer) in (None, ""))
    day = _at(facts, printed.day)
    if day and not _in_use(book, key, date.fromisoformat(day)):
        flaws += (Flaw(printed.day, "form_not_of_that_day"),)
    return flaws


def _in_use(book: RuleBook, key: FormKey, day: date) -> bool:
    rule = book.find("form.decree", day)
    return rule is not None and rule.value.word == key.instrument


def _at(facts: Mapping[str, Any], pointer: str) -> Any:
    found: Any = facts
    for name in pointer.split("/")[1:]:
        found = (found or {}).get(name)
    return found
