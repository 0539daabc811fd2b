"""The grounds on which a person leaves the list, valid by date, and what each does to the case."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.refusals import Refusal

_PREFIX = "removal.reason."


class RemovalEffect(StrEnum):
    """What a ground does: ends the term as served, ends the case, interrupts it, or touches the commune's list only."""

    COMPLETED = "completed"
    REMOVED = "removed"
    INTERRUPTED = "interrupted"
    LIST_ONLY = "list_only"


def removal_reasons(book: RuleBook, on: date) -> dict[str, Rule]:
    """The grounds that may be used for an event of that day, by code."""
    return {rule.id.removeprefix(_PREFIX): rule for rule in book.under(_PREFIX, on)}


def removal_effect(book: RuleBook, reason: str, on: date) -> tuple[RemovalEffect, Rule]:
    """What a ground does to the case on that day, and the rule that says so.

    Raises Refusal `removal_reason_not_in_force` with the grounds that are.
    """
    reasons = removal_reasons(book, on)
    if reason not in reasons:
        raise Refusal("removal_reason_not_in_force", reason=reason, on=on, allowed=sorted(reasons))
    rule = reasons[reason]
    if rule.value.word not in set(RemovalEffect):  # the ground leaves the answer to another rule (prison.effect)
        rule = book.rule(str(rule.value.word), on)
    return RemovalEffect(str(rule.value.word)), rule


def next_measure(book: RuleBook, finding_on: date, *, minor: bool) -> Rule:
    """What follows when the authority determines dependence during the term; never a consequence of a test alone."""
    return book.rule(f"relapse.next_measure.{'minor' if minor else 'adult'}", finding_on)
