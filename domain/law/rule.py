"""One effective-dated rule of law: who must do what by when, from which day on, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from domain.law.documents import FormKey, document
from domain.law.rule_value import Value
from domain.law.wording import Bilingual, listed

Scope = tuple[tuple[str, str], ...]


class Confidence(StrEnum):
    """How sure we are: read in the instrument, likely, or not verified (dossier, marks)."""

    CERTAIN = "C"
    LIKELY = "L"
    UNVERIFIED = "U"


class Citation(NamedTuple):
    """A place in a document of law."""

    document: str
    article: str


class RuleRef(NamedTuple):
    """Which row gave an answer; stored beside every computed result."""

    id: str
    version: int

    def __str__(self) -> str:
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of the rule book. `selector` names the event whose date picks it; `valid_to` is its last day, inclusive."""

    id: str
    version: int
    title: Bilingual
    selector: str
    value: Value
    valid_from: date | None
    valid_to: date | None
    authority: str
    legal_basis: tuple[Citation, ...]
    scope: Scope = ()
    form: FormKey | None = None
    confidence: Confidence = Confidence.CERTAIN
    note: str = ""

    @property
    def ref(self) -> RuleRef:
        return RuleRef(self.id, self.version)

    def in_force(self, on: date) -> bool:
        """Whether the row answers for events of that day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def fits(self, facts: dict[str, str]) -> bool:
        """Whether every word of the row's scope is among the facts."""
        return all(facts.get(key) == word for key, word in self.scope)

    def overlaps(self, other: Rule) -> bool:
        """Whether some day would find both rows in force."""
        starts = max(self.valid_from or date.min, other.valid_from or date.min)
        return starts <= min(self.valid_to or date.max, other.valid_to or date.max)

    def basis_text(self) -> Bilingual:
        """The places of law, each document named once."""
        places = groupby(self.legal_basis, key=lambda citation: citation.document)
        return listed([_place(document, [citation.article for citation in cited]) for document, cited in places])

    def as_data(self) -> dict[str, Any]:
        """The row as plain JSON values, the same for equal rows."""
        return {
            "id": self.id,
            "version": self.version,
            "title": {"vi": self.title.vi, "en": self.title.en},
            "selector": self.selector,
            "scope": dict(self.scope),
            "value": _value_data(self.value),
            "valid_from": self.valid_from and self.valid_from.isoformat(),
            "valid_to": self.valid_to and self.valid_to.isoformat(),
            "authority": self.authority,
            "form": self.form and self.form._asdict(),
            "legal_basis": [citation._asdict() for citation in self.legal_basis],
            "confidence": self.confidence.value,
            "note": self.note,
        }


def _place(key: str, articles: list[str]) -> Bilingual:
    known = document(key)
    assert known is not None, key
    name, numbers = known.name, ", ".join(filter(None, articles))
    return Bilingual(f"Điều {numbers} {name.vi}", f"Art. {numbers} {name.en}") if numbers else name


def _value_data(value: Value) -> dict[str, Any]:
    return {
        "n": None if value.n is None else str(value.n),
        "most": None if value.most is None else str(value.most),
        "unit": value.unit.value,
        "comparison": value.comparison.value,
        "word": value.word,
    }
