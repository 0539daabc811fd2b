"""Certificates of a trade got in treatment: the sender records them, the commune finds them in the person's file.

They stand beside the notice. Once it is accepted, each is training of the person at the stage `in_rehab` (issue 4 §6),
so that the figures of training before and after the return are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from domain.acts import Context, OnFile, Read, act
from domain.ids import new_id
from domain.keeping import checked_days, not_to_come
from domain.livelihood.fields import Stage
from domain.notice.model import needed_reason
from domain.notice.noun import CERTIFICATE, NoticeState
from domain.notice.repository import NoticeKnown
from domain.notice.sending import known_notice, own_number, same
from domain.person.model import MASK, Void, facts
from domain.reading import Scope
from domain.refusals import Flaw, Refusal
from domain.text import flaw_in_text, tidy
from domain.vocational.noun import VOCATIONAL, TrainingFunding, VocationalState
from domain.vocational.rules import funding_rule, warnings

certificates = Read(CERTIFICATE, "read_notice")
CONTENT = ("trade", "school_name", "certificate_number", "enrolled_on", "finished_on", "certified_on", "funding")
TEXTS = {"trade": 200, "school_name": 300, "certificate_number": 100}
DAYS = ("enrolled_on", "finished_on", "certified_on")


@dataclass(frozen=True)
class NewCertificate:
    """What the paper says: its number and day, the trade, the school, from when to when the training lasted."""

    notice_id: UUID
    trade: str
    school_name: str
    certificate_number: str
    enrolled_on: date
    finished_on: date
    certified_on: date
    source_ref: str
    source: str | None = None
    funding: str = TrainingFunding.REHAB_BUDGET.value
    id: UUID | None = None


@act(CERTIFICATE, "push_notice")
async def record_certificate(records: Any, ctx: Context, within: Scope, new: NewCertificate) -> UUID | OnFile:
    """Record a certificate for somebody of a notice of one's own. The same again is the same certificate."""
    named, content = own_number(ctx, new.source, new.source_ref), _clean(facts(new, *CONTENT))
    found = await records.papers.on_file(CERTIFICATE.name, **named, within=within)
    if found is not None:
        return OnFile(same(found, content | {"notice_id": new.notice_id}))
    known = await known_notice(records, new.notice_id, within)
    if known.state == NoticeState.CANCELLED:
        raise Refusal("wrong_move", allowed=[])
    _check_days(content, known.content, ctx.today)
    id = new.id or new_id()
    await records.papers.certify(id, known, named | content)
    if known.state == NoticeState.ACCEPTED:
        await carry_certificates(records, ctx, known)
    return id


@act(CERTIFICATE, "push_notice", guarded=True)
async def void_certificate(records: Any, ctx: Context, within: Scope, void: Void) -> UUID:
    """Take back a certificate recorded in error, and with it what stands of it in the person's file."""
    known = await records.papers.known(CERTIFICATE.name, void.id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known["voided_at"] is not None:
        raise Refusal("already_voided")
    reason = needed_reason(void.reason)
    await records.papers.void(CERTIFICATE.name, void.id, reason, ctx.now)
    if known["vocational_support_id"] is not None:
        await records.papers.take_back(known["vocational_support_id"], reason, ctx.now)
    return void.id


async def carry_certificates(records: Any, ctx: Context, known: NoticeKnown) -> None:
    """Each certificate of an accepted notice that is not in the person's file yet becomes training in rehab there."""
    book = (await records.law.in_force()).book
    for paper in await records.papers.uncarried(known.id):
        row = {name: paper[name] for name in CONTENT} | {"advised_on": paper["enrolled_on"]}
        rule = funding_rule(book, row)
        derived = {
            "state": VocationalState.CERTIFIED.value,
            "stage": Stage.IN_REHAB.value,
            "funding_rule": None if rule is None else str(rule.ref),
            "warnings": list(warnings(book, row, await records.papers.born(known.person_id))),
            "history": [_move(ctx, row)],
            "source": CERTIFICATE.name,
            "source_ref": str(paper["id"]),
        }
        await records.papers.carry(paper, known.person_id, row | derived)
        told = {"kind": "certificate_in_file", "noun": VOCATIONAL.name, "person_id": str(known.person_id)}
        records.extras["consequences"] = [*records.extras.get("consequences", []), told]


def _move(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    """The history of training that the commune hears of when it is over."""
    told = {name: str(row[name]) for name in (*DAYS, "certificate_number")}
    return {"at": ctx.now.isoformat(), "from": None, "to": VocationalState.CERTIFIED.value, **told}


def _clean(given: Mapping[str, Any]) -> dict[str, Any]:
    flaws = [
        Flaw(f"/{name}", "masked_value" if MASK in given[name] else str(code))
        for name, most in TEXTS.items()
        if (code := flaw_in_text(given[name], max_length=most)) or MASK in given[name]
    ]
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))
    return dict(given) | {name: tidy(given[name]) for name in TEXTS}


def _check_days(content: Mapping[str, Any], notice: Mapping[str, Any], today: date) -> None:
    """The days run forward, none is to come, and the training lies within the treatment that the notice speaks of."""
    flaws = not_to_come(content, today, *DAYS) + checked_days(content, *pairwise(DAYS))
    started = notice.get("started_on")
    if started is not None and content["enrolled_on"] < started:
        flaws.append(Flaw("/enrolled_on", "not_in_treatment"))
    if content["certified_on"] > notice["completes_on"]:
        flaws.append(Flaw("/certified_on", "not_in_treatment"))
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))
