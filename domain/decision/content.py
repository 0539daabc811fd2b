"""What a decision says, frozen: the printed facts as canonical JSON and their SHA-256."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from domain.case.duties import explained
from domain.decision.repository import DecisionKnown, PersonNamed
from domain.law.explain import Explanation, rule_step
from domain.law.in_force import Law
from domain.law.terms import Term
from domain.units.seat import Seat


def printed(decision: DecisionKnown, found: Term, person: PersonNamed, issuer: Seat, place: str) -> dict[str, Any]:
    """The facts of D163 Art 134(2) (D116 Art 78(2)), every value a JSON text or number."""
    return {
        "number": decision.number,
        "symbol": decision.symbol,
        "decided_on": _day(decision.decided_on),
        "issuer": {"id": str(issuer.id), "name": issuer.name},
        "signer": {"name": decision.signer_name, "title": decision.signer_title},
        "person": {
            "id": str(decision.person_id),
            "full_name": person.full_name,
            "born_on": _day(person.born_on),
            "gender": person.gender,
            "occupation": person.occupation,
        },
        "place": place,
        "pathway": found.pathway.value,
        "completed_on": _day(decision.completed_on),
        "months": found.months,
        "from": _day(found.start),
        "to": _day(found.end),
        "rule": str(found.rule),
        "measures": decision.measures,
        "responsible": decision.responsible,
        "family_representative": decision.family_representative,
        "tasks": decision.tasks,
    }


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def canonical(content: Any) -> str:
    """One text for equal content: sorted names, no spaces, UTF-8 unescaped."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def frozen(content: Any) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def recipients(law: Law, decision: DecisionKnown) -> list[dict[str, Any]]:
    """Who is sent the decision, by the rule of its day (D163 Art 134(3); D116 Art 78(3)); none before 2022."""
    assert decision.decided_on is not None
    rule = law.book.find("decision.recipients", decision.decided_on)
    if rule is None:
        return []
    why = explained("recipients", decision.decided_on, Explanation((rule_step(rule),)), rule=str(rule.ref))
    return [
        {"recipient": word, "rule": str(rule.ref), "sentence": why["sentence"]} for word in str(rule.value.word).split()
    ]
