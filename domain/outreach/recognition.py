"""Awards and inspection visits: whom one may name, and what must be put right by when (issue: the support, 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, refuse
from domain.outreach.noun import AWARD, INSPECTION, IndividualKind, RecipientKind
from domain.refusals import Flaw, flawed
from domain.support_model.noun import KEPT
from domain.support_model.rules import check_model
from domain.task.setting import as_set

REMEDY: Final = "inspection_remedy"
NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    RecipientKind.UNIT: ("recipient_unit_id",),
    RecipientKind.COLLECTIVE: ("recipient_name",),
    RecipientKind.INDIVIDUAL: ("recipient_name", "individual_kind"),
}
"""What says who the recipient is; the rest does not belong to this kind."""
OF_RECIPIENT: Final = ("recipient_unit_id", "recipient_name", "individual_kind")


class Awards(Kept):
    """Awards to units, collectives and individuals."""

    noun = AWARD
    reads = "read_outreach"
    writes = "write_outreach"
    of = "unit"
    told = frozenset(AWARD.fields) - frozenset(KEPT)
    texts: ClassVar = {"title": 300, "recipient_name": 200, "awarded_by": 300, "decision_number": 100, "reason": 2000}

    def check(self, whole: Row, today: date, /) -> None:
        """Somebody who came home is named only with their consent for that purpose, and no longer than it lasts."""
        example = whole.get("individual_kind") == IndividualKind.GOOD_EXAMPLE
        withdrawn = whole.get("consent_withdrawn_on") is not None
        flaws = not_to_come(whole, today, "awarded_on", "consent_on", "consent_withdrawn_on")
        flaws += checked_days(whole, ("consent_on", "consent_withdrawn_on"))
        flaws += _recipient(whole, nameless=example and withdrawn)
        if example and whole.get("consent_on") is None:
            flaws.append(Flaw("/consent_on", "required"))
        if not example:
            held = [name for name in ("consent_on", "consent_withdrawn_on") if whole.get(name) is not None]
            flaws += [Flaw(f"/{name}", "not_for_this_kind") for name in held]
        refuse(flaws)

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """With the consent goes the name, and what tells who it was. Raises `invalid` for a unit that had ended."""
        row, known = doing.row, doing.known
        await check_model(doing.records, doing)
        unit = row.get("recipient_unit_id")
        if unit is not None and (known is None or known["recipient_unit_id"] != unit):
            seat = await doing.records.units.seat(unit)
            if seat is None or not seat.stands_on(row["awarded_on"]):
                raise flawed("/recipient_unit_id", "unit_not_valid_then")
        return {"recipient_name": None, "reason": None} if row.get("consent_withdrawn_on") is not None else None


def _recipient(whole: Row, *, nameless: bool) -> list[Flaw]:
    wanted = NAMED_BY[whole["recipient_kind"]]
    missing = [name for name in wanted if whole.get(name) is None and not (nameless and name == "recipient_name")]
    other = [name for name in OF_RECIPIENT if name not in wanted and whole.get(name) is not None]
    return [Flaw(f"/{name}", "required") for name in missing] + [
        Flaw(f"/{name}", "not_for_this_kind") for name in other
    ]


class InspectionVisits(Kept):
    """Visits of those above or of one's own: findings, and a remedy with its day."""

    noun = INSPECTION
    reads = "read_outreach"
    writes = "write_outreach"
    of = "unit"
    told = frozenset(INSPECTION.fields) - {*KEPT, "overdue"}
    texts: ClassVar = {"body": 300, "subject": 300, "findings": 20_000, "remedy": 5000, "remedied_how": 5000}

    def check(self, whole: Row, today: date, /) -> None:
        """A remedy stands with the day it is due; what was put right had to be."""
        flaws = not_to_come(whole, today, "visited_on", "remedied_on")
        flaws += checked_days(whole, ("visited_on", "remedy_due_on"), ("visited_on", "remedied_on"))
        asked = whole.get("remedy") is not None
        answered = whole.get("remedy_due_on") is not None or whole.get("remedied_on") is not None
        needs = (("remedy_due_on", asked), ("remedy", answered))
        missing = {name for name, needed in needs if needed and whole.get(name) is None}
        refuse(flaws + [Flaw(f"/{name}", "required") for name in sorted(missing)])

    async def complete(self, doing: Doing) -> None:
        await check_model(doing.records, doing)

    async def follow(self, doing: Doing) -> None:
        row = doing.row
        waits = row["remedy_due_on"] is not None and row["remedied_on"] is None and row["voided_at"] is None
        await doing.records.tasks.settle(
            INSPECTION.name,
            row["id"],
            person_id=None,
            unit_no=row["unit_no"],
            due=[as_set(REMEDY, row["remedy_due_on"], "inspection_visit.remedy_due_on")] if waits else [],
            now=doing.ctx.now,
        )


AWARDS = Awards()
INSPECTION_VISITS = InspectionVisits()
