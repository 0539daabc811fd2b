"""Entries of the ledger: unreported absence, interruption, reversal; each with its document (D163 Art 136(1)(a))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.case.duties import explained
from domain.case.keeping import conclude, known_case
from domain.case.model import checked_document, not_later, sensible, tidied
from domain.case.repository import CaseKnown
from domain.decision.ledger_of import brought_up, ledger_of
from domain.decision.model import NewAdjustment, SettleAdjustment
from domain.decision.noun import ADJUSTMENT
from domain.decision.repository import DecisionKnown, EntryKnown
from domain.decision.use_cases import in_force, known_decision
from domain.ids import new_id
from domain.law.effective_end import accept_adjustment, interruption_reasons
from domain.law.explain import Explanation, rule_step
from domain.law.in_force import Law
from domain.law.ledger import Adjustment, AdjustmentKind, Ledger, Reading
from domain.reading import Scope
from domain.refusals import Refusal, flawed


@act(ADJUSTMENT, "write_case")
async def adjust(records: Any, ctx: Context, within: Scope, new: NewAdjustment) -> UUID:
    """Add an entry; the effective end follows. An interruption that still lasts comes by a move of its case.

    Raises `decision_not_in_force`, `no_rule`, `absence_counts`, `not_an_interruption`, `not_reversible`.
    """
    known = await known_decision(records, new.decision_id, within)
    if not in_force(known):
        raise Refusal("decision_not_in_force")
    case = await known_case(records, ctx, known.case_id, within)
    if new.kind == AdjustmentKind.INTERRUPTION and new.last_day is None:
        raise flawed("/last_day", "required")
    id = await enter(records, ctx, known, new, within)
    await refreshed(records, ctx, known, case, within)
    return id


async def enter(records: Any, ctx: Context, known: DecisionKnown, new: NewAdjustment, within: Scope) -> UUID:
    """Write an entry that the law of its day knows."""
    law: Law = await records.law.in_force()
    ledger = await ledger_of(records, known.case_id, within)
    id = new.id or new_id()
    entry = _entry(ctx, id, new)
    accept_adjustment(law.book, ledger, entry)
    facts = {
        "decision_id": known.id,
        "case_id": known.case_id,
        "place": len(ledger.entries) + 1,
        "kind": new.kind,
        "first_day": new.first_day,
        "last_day": new.last_day,
        "ground": new.ground,
        "reading": new.reading,
        "reverses": new.reverses,
        "document": new.document.as_data(),
        "explanations": _reasons(law, entry),
    } | tidied({"source": new.source, "source_ref": new.source_ref})
    await records.cases.add(ADJUSTMENT.name, id, person_id=known.person_id, unit_no=known.unit_no, facts=facts)
    return id


def _entry(ctx: Context, id: UUID, new: NewAdjustment) -> Adjustment:
    checked_document(new.document, ctx.today)
    sensible(new)
    not_later(new.first_day, ctx.today, "/first_day")
    not_later(new.last_day, ctx.today, "/last_day")
    if new.kind == AdjustmentKind.REVERSAL and new.reverses is None:
        raise flawed("/reverses", "required")
    if new.kind != AdjustmentKind.REVERSAL and new.first_day is None:
        raise flawed("/first_day", "required")
    if new.kind == AdjustmentKind.INTERRUPTION and new.ground is None:
        raise flawed("/ground", "required")
    return Adjustment(
        id=str(id),
        kind=AdjustmentKind(new.kind),
        document=new.document.paper(),
        first_day=new.first_day,
        last_day=new.last_day,
        ground=new.ground,
        reading=Reading(new.reading) if new.reading else None,
        reverses=str(new.reverses) if new.reverses else None,
    )


def _reasons(law: Law, entry: Adjustment) -> list[dict[str, Any]]:
    """Which rules stand behind an entry."""
    if entry.kind is AdjustmentKind.INTERRUPTION:
        return [explained("interruption", entry.first_day, interruption_reasons(law.book, entry))]
    if entry.kind is AdjustmentKind.UNREPORTED_ABSENCE:
        assert entry.first_day is not None
        rule = law.book.rule("absence.unreported.counts", entry.first_day)
        return [explained("absence", entry.first_day, Explanation((rule_step(rule),)), rule=str(rule.ref))]
    return []


async def refreshed(records: Any, ctx: Context, known: DecisionKnown, case: CaseKnown, within: Scope) -> CaseKnown:
    """The effective end recomputed from the whole ledger, on the decision, the case and the inbox."""
    dates = await brought_up(records, ctx, known, within)
    if known.id != case.decision_id:
        return case
    after = case._replace(effective_end_on=dates["effective_end_on"], standing_still=dates["standing_still"])
    await conclude(records, ctx, after, case.state, dates)
    return after


@act(ADJUSTMENT, "write_case", guarded=True)
async def settle_adjustment(records: Any, ctx: Context, within: Scope, settle: SettleAdjustment) -> UUID:
    """Say the last day of an entry that lasted, or choose the reading of an interruption: each once, by document.

    What was said is corrected by a reversal and a new entry. Raises `already_settled`.
    """
    entry: EntryKnown | None = await records.cases.entry(settle.id, within=within)
    if entry is None:
        raise Refusal("not_found")
    known = await known_decision(records, entry.decision_id, within)
    case = await known_case(records, ctx, known.case_id, within)
    if settle.last_day is not None and case.state == "interrupted" and entry.kind == AdjustmentKind.INTERRUPTION:
        raise Refusal("wrong_move", allowed=["active"])
    await close_entry(records, ctx, entry, settle, within)
    current = known if known.id == case.decision_id else await _current(records, case, within)
    await refreshed(records, ctx, current, case, within)
    return settle.id


async def _current(records: Any, case: CaseKnown, within: Scope) -> DecisionKnown:
    assert case.decision_id is not None
    return await known_decision(records, case.decision_id, within)


async def close_entry(records: Any, ctx: Context, entry: EntryKnown, settle: SettleAdjustment, within: Scope) -> None:
    """Write the last day and the reading of an entry, each only where none was said yet."""
    document = checked_document(settle.document, ctx.today)
    sensible(settle)
    changes = {name: value for name in ("last_day", "reading") if (value := getattr(settle, name)) is not None}
    if not changes:
        raise flawed("", "required")
    if any(getattr(entry, name) is not None for name in changes):
        raise Refusal("already_settled")
    if "reading" in changes and entry.kind != AdjustmentKind.INTERRUPTION:
        raise flawed("/reading", "not_allowed")
    not_later(settle.last_day, ctx.today, "/last_day")
    await _check_last(records, entry, settle.last_day, within)
    await records.cases.amend(ADJUSTMENT.name, entry.id, changes | {"closing_document": document.as_data()})


async def _check_last(records: Any, entry: EntryKnown, last: date | None, within: Scope) -> None:
    ledger = await ledger_of(records, entry.case_id, within)
    first = next(found.first_day for found in ledger.entries if found.id == str(entry.id))
    if last is not None and first is not None and last < first:
        raise flawed("/last_day", "before_first")


def lasting(ledger: Ledger) -> Adjustment | None:
    """The interruption that still lasts."""
    open_ones = [entry for entry in ledger.standing() if entry.kind is AdjustmentKind.INTERRUPTION]
    return next((entry for entry in open_ones if entry.last_day is None), None)


def with_last(ledger: Ledger, id: str, last: date, reading: Reading | None) -> Ledger:
    """The ledger as it would be with an entry closed."""
    return Ledger(
        tuple(
            replace(entry, last_day=last, reading=reading or entry.reading) if entry.id == id else entry
            for entry in ledger.entries
        )
    )
