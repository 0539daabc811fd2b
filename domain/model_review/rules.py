"""Reviewing a model: limits named get a remedy with a day, and the day becomes a task (issue: the support, 1)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, refuse
from domain.model_review.noun import MODEL_REVIEW, ReviewRating
from domain.refusals import Flaw, flawed
from domain.task.setting import as_set

REMEDY = "model_remedy"


class ModelReviews(Kept):
    """Periodic reviews of support models."""

    noun = MODEL_REVIEW
    reads = "read_model"
    writes = "write_model"
    of = "model"
    told = frozenset(
        {
            "support_model_id",
            "period_from",
            "period_to",
            "reviewed_on",
            "reviewed_by",
            "rating",
            "results",
            "limits",
            "remedy",
            "remedy_due_on",
            "remedied_on",
            "copied_from_id",
        }
    )
    settled = frozenset({"support_model_id"})
    texts: ClassVar = {"reviewed_by": 200, "results": 5000, "limits": 5000, "remedy": 5000}

    def check(self, whole: Row, today: date, /) -> None:
        """A weak model has its limits named; a remedy has a day by which it is due."""
        flaws = checked_days(whole, ("period_from", "period_to"), ("period_from", "reviewed_on"))
        flaws += checked_days(whole, ("reviewed_on", "remedy_due_on"), ("reviewed_on", "remedied_on"))
        flaws += not_to_come(whole, today, "reviewed_on", "remedied_on")
        needs = [("limits", whole["rating"] == ReviewRating.WEAK)]
        needs += [("remedy", whole.get("remedy_due_on") is not None or whole.get("remedied_on") is not None)]
        needs += [("remedy_due_on", whole.get("remedy") is not None)]
        flaws += [Flaw(f"/{name}", "required") for name, needed in needs if needed and whole.get(name) is None]
        refuse(flaws)

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for words copied from a review that is not in reach, or from itself."""
        source, known = doing.row.get("copied_from_id"), doing.known
        if source is None or (known is not None and known["copied_from_id"] == source):
            return
        itself = known is not None and known["id"] == source
        if itself or not await doing.records.models.sees_review(source, within=doing.within):
            raise flawed("/copied_from_id", "not_in_scope")

    async def follow(self, doing: Doing) -> None:
        row = doing.row
        waits = row["remedy_due_on"] is not None and row["remedied_on"] is None and row["voided_at"] is None
        await doing.records.tasks.settle(
            MODEL_REVIEW.name,
            row["id"],
            person_id=None,
            unit_no=await doing.records.models.commune_no(row["unit_no"]),
            due=[as_set(REMEDY, row["remedy_due_on"], "model_review.remedy_due_on")] if waits else [],
            now=doing.ctx.now,
        )


MODEL_REVIEWS = ModelReviews()
