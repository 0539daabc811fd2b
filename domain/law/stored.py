"""Rules and calendar rows from plain JSON values, as they are stored or proposed: the way back from `Rule.as_data`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.law.documents import AUTHORITIES, DOCUMENTS, FormKey
from domain.law.rule import Citation, Confidence, Rule
from domain.law.rule_value import Comparison, Unit, Value
from domain.law.wording import Bilingual
from domain.law.working_days import CalendarRow, DayKind, DayReason
from domain.refusals import Refusal, flawed


def rule_from(data: Mapping[str, Any]) -> Rule:
    """A rule from its data. Raises `invalid` for what cannot be one: unknown documents, units, broken dates."""
    try:
        rule = _rule(data)
    except (KeyError, TypeError, ValueError, InvalidOperation) as broken:
        raise flawed("/rule", "not_a_rule") from broken
    _refuse_unknown(rule)
    return rule


def _rule(data: Mapping[str, Any]) -> Rule:
    form = data.get("form")
    return Rule(
        id=str(data["id"]),
        version=int(data["version"]),
        title=Bilingual(str(data["title"]["vi"]), str(data["title"]["en"])),
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
    if not rule.legal_basis or any(citation.document not in DOCUMENTS for citation in rule.legal_basis):
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
            name=Bilingual(str(data["name"]["vi"]), str(data["name"]["en"])),
            source=str(data["source"]),
            confidence=Confidence(data.get("confidence", "U")),
            exchanged=_day(data.get("exchanged")),
            note=str(data.get("note") or ""),
        )
    except (KeyError, TypeError, ValueError) as broken:
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


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
