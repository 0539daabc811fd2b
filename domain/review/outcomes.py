"""The outcome that opens a case: the person is found, named or added, and the case is opened or named."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.case.model import CaseTrigger, OpenCase
from domain.course.model import pathway_of
from domain.law.pathways import Pathway
from domain.notice.placing import Found, case_for, placed
from domain.reading import Scope
from domain.review.model import MoveEntry
from domain.review.noun import ENTRY
from domain.review.repository import EntryKnown


async def opened_case(records: Any, ctx: Context, within: Scope, known: EntryKnown, move: MoveEntry) -> dict[str, UUID]:
    """Person and case of the entry, as they are stored on it."""
    found = Found(known.unit_id, known.unit_no, known.content)
    person, how = await placed(records, ctx, within, found, move.person_id)
    case = await case_for(records, ctx, within, _opening(known, person, ctx.now), move.case_id)
    opened = records.extras.get("consequences", [])
    records.extras["consequences"] = [{"kind": "person_" + how, "person_id": str(person)}, *opened]
    return {"found_person_id": person, "case_id": case}


def _opening(known: EntryKnown, person: UUID, now: datetime) -> OpenCase:
    """The commune learned of the end of treatment with this very outcome: its clock starts now."""
    pathway = pathway_of(known.content["treatment"], known.content["order_kind"])
    assert pathway is not None, "an entry without pathway is never stored"
    substitution = pathway is Pathway.SUBSTITUTION_TREATMENT
    trigger = CaseTrigger.SUBSTITUTION_TREATMENT_COMPLETION if substitution else CaseTrigger.DISCHARGE_NOTICE
    return OpenCase(
        person_id=person,
        trigger=trigger.value,
        pathway=pathway.value,
        completed_on=known.content["completes_on"],
        origin_noun=ENTRY.name,
        origin_id=known.id,
        notice_received_at=now,
    )
