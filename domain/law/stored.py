"""Rules and calendar rows from plain JSON values, as they are stored or proposed: the way back from `Rule.as_data`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.law.documents import AUTHORITIES, FormKey, document
from domain.law.rule import Citation, Confidence, Rule
from domain.law.rule_value import Comparison, Unit, Value
from domain.law.wording import Bilingual
from domain.law.working_days import CalendarRow, DayKind, DayReason
from domain.refusals import Refusal, flawed

MOST_VERSIONS = 10_000
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, OverflowError, InvalidOperation)
"""What taking apart a value of another shape raises: a list for an object, a word for a number."""


def rule_from(data: Mapping[str, Any]) -> Rule:
    """A rule from its data. Raises `invalid` for what cannot be one: unknown documents, units, broken dates."""
    try:
        rule = _rule(data)
    except MALFORMED as broken:
        raise flawed("/rule", "not_a_rule") from broken
    _refuse_unknown(rule)
    return rule


def _rule(data: Mapping[str, Any]) -> Rule:
    form, listed = data.get("form"), "rule" in data
    return Rule(
        # a row of `GET /v1/rules` names the rule beside the id of the row
        id=str(data["rule"] if listed else data["id"]),
        version=_version(data["rule_version" if listed else "version"]),
        title=_words(data, "title"),
        selector=str(data["selector"]),
        value=_value(data["value"]),
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
        authority=str(data["authority"]),
        legal_basis=tuple(Citation(str(c["document"]), str(c["article"])) for c in data["legal_basis"]),
        scope=tuple(sorted((str(k), str(v)) for k, v in dict(data.get("scope") or {}).items())),
        form=FormKey(str(form["instrument"]), str(form["appendix"]), str(form["number"])) if form else None,
        confidence=Confidence(data.get("confidence", "U")),
        note=str(data.get("note") or ""),
    )


def _version(given: Any) -> int:
    """1, 2, 3 …, as far as the database counts."""
    version = int(given)
    if not 0 < version <= MOST_VERSIONS:
        raise ValueError(given)
    return version


def _value(data: Mapping[str, Any]) -> Value:
    n, most = data.get("n"), data.get("most")
    return Value(
        n=None if n is None else Decimal(str(n)),
        unit=Unit(data["unit"]),
        comparison=Comparison(data.get("comparison", "exactly")),
        most=None if most is None else Decimal(str(most)),
        word=data.get("word"),
    )


def _refuse_unknown(rule: Rule) -> None:
    if not rule.legal_basis or any(document(citation.document) is None for citation in rule.legal_basis):
        raise flawed("/rule/legal_basis", "unknown_document")
    if rule.authority not in AUTHORITIES:
        raise flawed("/rule/authority", "unknown_authority")


def calendar_row_from(data: Mapping[str, Any]) -> CalendarRow:
    """A day of the calendar from its data. A make-up day must be a weekend day, a day off names why."""
    try:
        row = CalendarRow(
            day=date.fromisoformat(str(data["day"])),
            kind=DayKind(data["kind"]),
            reason=DayReason(data["reason"]),
            name=_words(data, "name"),
            source=str(data["source"]),
            confidence=Confidence(data.get("confidence", "U")),
            exchanged=_day(data.get("exchanged")),
            note=str(data.get("note") or ""),
        )
    except MALFORMED as broken:
        raise flawed("/day", "not_a_calendar_day") from broken
    if row.kind is DayKind.WORKED and row.day.weekday() < 5 and row.exchanged is None:
        raise Refusal("calendar_day_contradicts")
    return row


def calendar_data(row: CalendarRow) -> dict[str, Any]:
    """A day as plain JSON values."""
    return {
        "day": row.day.isoformat(),
        "kind": row.kind.value,
        "reason": row.reason.value,
        "name": {"vi": row.name.vi, "en": row.name.en},
        "source": row.source,
        "confidence": row.confidence.value,
        "exchanged": row.exchanged and row.exchanged.isoformat(),
        "note": row.note,
    }


def _words(data: Mapping[str, Any], name: str) -> Bilingual:
    """Words in both languages: as one value, or in two fields as the resources list them."""
    given = data[name] if name in data else {"vi": data[f"{name}_vi"], "en": data[f"{name}_en"]}
    return Bilingual(str(given["vi"]), str(given["en"]))


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
