"""Pledged, received in parts or whole, withdrawn (issue: the support, 9).

A contribution names nobody who is looked after: who gives learns what the purpose needs, and no more.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.contribution.noun import CONTRIBUTION, ContributionKind, ContributionState
from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, refuse
from domain.law.life_cycle import LifeCycle, Move
from domain.refusals import Flaw, flawed
from domain.task.setting import as_set

PLEDGED, PARTLY = ContributionState.PLEDGED, ContributionState.PARTLY_RECEIVED
RECEIVED, WITHDRAWN = ContributionState.RECEIVED, ContributionState.WITHDRAWN
GIVING = LifeCycle(
    "contribution",
    initial=PLEDGED,
    moves=(
        Move(PLEDGED, PARTLY, ("received_on",)),
        Move(PLEDGED, RECEIVED, ("received_on",)),
        Move(PLEDGED, WITHDRAWN, ("withdrawn_on", "withdraw_reason")),
        Move(PARTLY, PARTLY, ("received_on",)),
        Move(PARTLY, RECEIVED, ("received_on",)),
        Move(PARTLY, WITHDRAWN, ("withdrawn_on", "withdraw_reason")),
    ),
)
DUE = "contribution_due"


def measure(kind: str) -> str:
    """In what a contribution is counted: đồng, or places."""
    return "vnd" if kind == ContributionKind.MONEY else "places"


class Contributions(Kept):
    """Contributions to support models."""

    noun = CONTRIBUTION
    reads = "read_organisation"
    writes = "write_organisation"
    of = "model"
    told = frozenset(
        {
            "support_model_id",
            "organisation_id",
            "kind",
            "purpose",
            "pledged_on",
            "pledged_vnd",
            "pledged_places",
            "due_on",
        }
    )
    settled = frozenset({"support_model_id", "organisation_id", "kind"})
    texts: ClassVar = {"purpose": 500, "withdraw_reason": 500}
    life = GIVING

    def check(self, whole: Row, today: date, /) -> None:
        """Money in đồng, training places and jobs in numbers; what came is not more than what the state says."""
        own = measure(whole["kind"])
        other = "places" if own == "vnd" else "vnd"
        flaws = [Flaw(f"/pledged_{own}", "required")] if whole.get(f"pledged_{own}") is None else []
        flaws += [
            Flaw(f"/{part}_{other}", "not_for_this_kind")
            for part in ("pledged", "received")
            if whole.get(f"{part}_{other}") is not None
        ]
        flaws += checked_days(whole, ("pledged_on", "due_on"), ("pledged_on", "received_on"))
        flaws += checked_days(whole, ("pledged_on", "withdrawn_on"))
        flaws += not_to_come(whole, today, "pledged_on", "received_on", "withdrawn_on")
        refuse(flaws or _amounts(whole, own))

    async def complete(self, doing: Doing) -> Row | None:
        """All of it came, unless told how much. Raises `invalid` for an organisation that is not on file."""
        row = doing.row
        if doing.known is None and not await doing.records.models.knows_organisation(row["organisation_id"]):
            raise flawed("/organisation_id", "not_an_organisation_on_file")
        return _all_of_it(row, doing.known) if row["state"] == RECEIVED else None

    async def follow(self, doing: Doing) -> None:
        """What is pledged for a day is asked about on that day."""
        row = doing.row
        waits = row["state"] in (PLEDGED, PARTLY) and row["due_on"] is not None and row["voided_at"] is None
        await doing.records.tasks.settle(
            CONTRIBUTION.name,
            row["id"],
            person_id=None,
            unit_no=await doing.records.models.commune_no(row["unit_no"]),
            due=[as_set(DUE, row["due_on"], "contribution.due_on")] if waits else [],
            now=doing.ctx.now,
        )


def _all_of_it(row: Row, known: Row | None) -> Row:
    """What was received in the end: as told, else the whole pledge. Raises `invalid` for less than was pledged."""
    own = measure(row["kind"])
    name, pledged = f"received_{own}", row[f"pledged_{own}"]
    came = row.get(name)
    if known is not None and known["state"] != RECEIVED and came == known[name]:
        return {name: pledged}
    if came is None or came < pledged:
        raise flawed(f"/{name}", "less_than_pledged")
    return {name: came}


def _amounts(whole: Row, own: str) -> list[Flaw]:
    """A part is less than the pledge and more than nothing."""
    came, pledged, name = whole.get(f"received_{own}"), whole[f"pledged_{own}"], f"/received_{own}"
    if whole["state"] == PARTLY:
        if came is None:
            return [Flaw(name, "required")]
        return [] if 0 < came < pledged else [Flaw(name, "not_a_part")]
    return []


CONTRIBUTIONS = Contributions()
