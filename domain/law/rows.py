"""The rule book as it ships: every row of the dossier's §14 that concerns a support register (ruling 32)."""

from __future__ import annotations

from functools import cache

from domain.law import (
    rows_clubs,
    rows_course,
    rows_livelihood,
    rows_models,
    rows_procedure,
    rows_rates,
    rows_referral,
    rows_rights,
    rows_term,
)
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook

SUBJECTS: dict[str, list[Rule]] = {
    "Terms": rows_term.ROWS,
    "Procedure": rows_procedure.ROWS,
    "Course of the term": rows_course.ROWS,
    "Lengths, pay, loans, reports": rows_rates.ROWS,
    "Training, work, loan programmes": rows_livelihood.ROWS,
    "Clubs": rows_clubs.ROWS,
    "Support models, volunteers": rows_models.ROWS,
    "Referrals": rows_referral.ROWS,
    "Personal data and levels of government": rows_rights.ROWS,
}
RULES: tuple[Rule, ...] = tuple(rule for rows in SUBJECTS.values() for rule in rows)


@cache
def shipped_book() -> RuleBook:
    """The book of the rows shipped with the code; a deployment's own book is read from its database."""
    return RuleBook(RULES)
