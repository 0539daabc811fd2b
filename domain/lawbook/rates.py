"""What a province enters itself: the allowance of volunteers, set by its People's Council (dossier §7.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from domain.law.documents import of_a_province
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.rule_value import Comparison, Unit
from domain.refusals import Flaw, Refusal
from domain.volunteer.allowance import RATE
from domain.volunteer.noun import VolunteerRole

MOST: Final = Decimal(10)
"""Times the base salary: above it somebody wrote an amount in đồng, or percent."""
ROLES: Final[Collection[str]] = frozenset(VolunteerRole)


def check_rate(book: RuleBook, rule: Rule, province: str | None) -> None:
    """A row that a province may propose: of this rule, of its own scope, by a resolution of its council.

    Raises `forbidden` for any other rule, `invalid` for what is not such a rate.
    """
    if rule.id != RATE:
        raise Refusal("forbidden", permission="change_rule")
    flaws = [*_scope(dict(rule.scope), province), *_value(rule), *_source(book, rule)]
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))


def _scope(scope: Mapping[str, str], province: str | None) -> list[Flaw]:
    flaws = [Flaw("/payload/scope", "unknown_field")] * bool(set(scope) - {"province", "role"})
    if province is None or scope.get("province") != province:
        flaws.append(Flaw("/payload/scope/province", "not_in_scope"))
    if scope.get("role", "member") not in ROLES:
        flaws.append(Flaw("/payload/scope/role", "no_such_seat"))
    return flaws


def _value(rule: Rule) -> list[Flaw]:
    value = rule.value
    plain = value.unit is Unit.RATIO and value.comparison is Comparison.EXACTLY and value.most is None
    if not plain or value.n is None:
        return [Flaw("/payload/value", "not_for_this_kind")]
    return [] if 0 < value.n <= MOST else [Flaw("/payload/value/n", "out_of_range")]


def _source(book: RuleBook, rule: Rule) -> list[Flaw]:
    """Chosen by the month, as every rate is; set by the council, by a numbered resolution."""
    flaws = [Flaw("/payload/valid_from", "required")] * (rule.valid_from is None)
    for name in ("selector", "authority"):
        known = {getattr(row, name) for row in book.history(RATE)}
        if known and getattr(rule, name) not in known:
            flaws.append(Flaw(f"/payload/{name}", "not_for_this_kind"))
    if not all(of_a_province(citation.document) for citation in rule.legal_basis):
        flaws.append(Flaw("/payload/legal_basis", "no_resolution"))
    return flaws
