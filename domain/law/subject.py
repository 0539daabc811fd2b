"""Writes rule rows briefly: the words of a rule once, then one line for each period it was in force."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.law.documents import FormKey
from domain.law.rule import Citation, Confidence, Rule
from domain.law.rule_value import Value
from domain.law.wording import Bilingual

D116 = ("D116", "II")
D163 = ("D163", "V")


class Subject(NamedTuple):
    """What all periods of a rule share: its id, the event whose date picks the row, its title."""

    id: str
    selector: str
    vi: str
    en: str

    def row(
        self,
        version: int,
        period: str,
        value: Value,
        authority: str,
        basis: str,
        *,
        scope: tuple[tuple[str, str], ...] = (),
        form: FormKey | None = None,
        mark: str = "C",
        note: str = "",
    ) -> Rule:
        """One row. `period` is first/last day inclusive, `..` for open; `basis` is `L73 43(2); D116 79(1)(c)`."""
        valid_from, _, valid_to = period.partition("/")
        return Rule(
            id=self.id,
            version=version,
            title=Bilingual(self.vi, self.en),
            selector=self.selector,
            value=value,
            valid_from=_day(valid_from),
            valid_to=_day(valid_to),
            authority=authority,
            legal_basis=tuple(_citation(part.strip()) for part in basis.split(";")),
            scope=scope,
            form=form,
            confidence=Confidence(mark),
            note=note,
        )


def form(appendix: tuple[str, str], number: str) -> FormKey:
    return FormKey(*appendix, number)


def _day(text: str) -> date | None:
    return None if text == ".." else date.fromisoformat(text)


def _citation(text: str) -> Citation:
    document, _, article = text.partition(" ")
    return Citation(document, article)
