"""The rule book: rules without overlaps, chosen by the date of the event and never by today."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from domain.law.rule import Rule, Scope
from domain.refusals import Refusal


class RuleBook:
    """An immutable set of rules.

    Raises Refusal `rule_period_empty`, `rule_overlap` or `rule_version_taken` when rows contradict.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(sorted(rules, key=_order))
        self._by_id: dict[str, list[Rule]] = defaultdict(list)
        for rule in self._rules:
            self._by_id[rule.id].append(rule)
        for rows in self._by_id.values():
            _refuse_contradictions(rows)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def rule(self, id: str, on: date, **scope: str) -> Rule:
        """The most specific row of `id` in force on the event's day.

        Raises Refusal `no_rule` when none answers, `ambiguous_rule` when two equally specific ones do.
        """
        found = self.find(id, on, **scope)
        if found is None:
            raise Refusal("no_rule", rule=id, on=on)
        return found

    def find(self, id: str, on: date, **scope: str) -> Rule | None:
        """As `rule`, but None when the law is silent on that day."""
        rows = [row for row in self._by_id.get(id, ()) if row.in_force(on) and row.fits(scope)]
        if not rows:
            return None
        depth = max(len(row.scope) for row in rows)
        closest = [row for row in rows if len(row.scope) == depth]
        if len(closest) > 1:
            raise Refusal("ambiguous_rule", rule=id, on=on, versions=[row.version for row in closest])
        return closest[0]

    def history(self, id: str) -> tuple[Rule, ...]:
        """All rows of one rule, oldest first."""
        return tuple(self._by_id.get(id, ()))

    def under(self, prefix: str, on: date) -> tuple[Rule, ...]:
        """The rows in force on a day whose id starts with `prefix`."""
        return tuple(row for row in self._rules if row.id.startswith(prefix) and row.in_force(on))

    def superseding(self, new: Rule) -> RuleBook:
        """The book after `new` comes in: its open predecessor of the same scope ends the day before."""
        return RuleBook([_closed_before(row, new) for row in self._rules] + [new])

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all rows; equal exactly for equal books."""
        rows = [rule.as_data() for rule in self._rules]
        return hashlib.sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _order(rule: Rule) -> tuple[str, Scope, date, int]:
    return rule.id, rule.scope, rule.valid_from or date.min, rule.version


def _refuse_contradictions(rows: list[Rule]) -> None:
    for row in rows:
        if not row.overlaps(row):
            raise Refusal("rule_period_empty", rule=row.id, version=row.version)
    for one, other in combinations(rows, 2):
        if one.version == other.version:
            raise Refusal("rule_version_taken", rule=one.id, version=one.version)
        if one.scope == other.scope and one.overlaps(other):
            raise Refusal("rule_overlap", rule=one.id, scope=dict(one.scope), versions=[one.version, other.version])


def _closed_before(row: Rule, new: Rule) -> Rule:
    same = (row.id, row.scope) == (new.id, new.scope)
    if not same or row.valid_to is not None or new.valid_from is None or (row.valid_from or date.min) >= new.valid_from:
        return row
    return replace(row, valid_to=new.valid_from - timedelta(days=1))
