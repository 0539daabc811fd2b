"""What services say of follow-ups (adherence), as it travels."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, WithJsonSchema
from strawberry.scalars import JSON

from api.schemas.base import Given, worded
from api.schemas.bulk import BulkOutcome
from api.schemas.persons import Text
from domain.bulk import MOST_ROWS
from domain.referral import adherence
from domain.referral.noun import FollowUpResult, FollowUpState

worded(FollowUpResult, FollowUpState)


@strawberry.pydantic.input
class AdherenceReport(Given):
    """What the service says of a follow-up: one word and the day. No result of a test, no dose, no remark."""

    COMMAND: ClassVar = adherence.ReportAdherence
    follow_up_id: UUID
    result: FollowUpResult
    """`attending`, `attending_with_gaps`, `not_begun` or `stopped`."""
    done_on: dt.date
    """The day on which that was seen."""
    source_ref: Text
    """The service's own number: sent again with the same content, it is the same report."""


class AdherenceBulk(Given):
    """Reports to send at once, each exactly as a single one. A row that is refused leaves the others alone."""

    reports: Annotated[
        list[Any],
        WithJsonSchema(
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_ROWS,
                "items": {"$ref": "#/components/schemas/AdherenceReport"},
            }
        ),
    ]


class AdherenceResult(BaseModel):
    """What became of one row: what the single report would have answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    place: int | None = None
    """Of the row in the request, from 0."""
    outcome: BulkOutcome | None = None
    id: UUID | None = None
    """Of the follow-up."""
    version: int | None = None
    state: FollowUpState | None = None
    result: FollowUpResult | None = None
    done_on: dt.date | None = None
    report_ref: str | None = None
    code: str | None = None
    """Why it was refused: a code of /v1/problems."""
    errors: JSON | None = None
    """`[{pointer, code}]` inside the row."""
