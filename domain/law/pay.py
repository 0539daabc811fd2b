"""The cap on the monthly pay of an assigned counsellor."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.law.explain import Explanation, result_step, rule_step
from domain.law.rule_book import RuleBook


class PayCap(NamedTuple):
    """The most a month may pay, in VND."""

    vnd: int
    explanation: Explanation


def monthly_pay_cap(book: RuleBook, month: date) -> PayCap:
    """Share × base salary, both of that month (D116 Art 34(4), D163 Art 130(4)). Raises Refusal `no_rule`."""
    share, base = book.rule("pay.counsellor.cap", month), book.rule("base_salary", month)
    assert share.value.n is not None
    cap = int(share.value.n * base.value.whole)
    text = f"{cap:,}"
    result = result_step(f"tối đa {text} đồng mỗi tháng", f"at most {text} VND a month", vnd=cap)
    return PayCap(cap, Explanation((rule_step(share), rule_step(base), result)))
