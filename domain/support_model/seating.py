"""A unit for a model that has none: opened, or there already. What stands in the model goes along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.reading import Scope
from domain.refusals import Refusal
from domain.support_model.noun import SUPPORT_MODEL
from domain.support_model.rules import unit_type


@dataclass(frozen=True)
class SeatModel:
    """`unit_id` is an organisation inside the model's commune; without one a unit of its own is opened."""

    id: UUID
    unit_id: UUID | None = None


@act(SUPPORT_MODEL, "write_model", guarded=True)
async def seat_support_model(records: Any, ctx: Context, within: Scope, seat: SeatModel) -> UUID:
    """From now on those who work at the unit see the model. Raises `invalid`, `already_seated`, `no_number_free`."""
    known = await records.rows(SUPPORT_MODEL.name).known(seat.id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known["voided_at"] is not None:
        raise Refusal("already_voided")
    commune = await records.models.commune_of(known["unit_no"])
    if await records.models.commune_no(known["unit_no"]) != known["unit_no"]:
        raise Refusal("already_seated")
    unit = seat.unit_id or await records.models.open_unit(
        commune, unit_type(known["kind"]), known["name"], known["founded_on"] or ctx.today
    )
    await records.models.seat(seat.id, unit)
    return seat.id
