"""Founding, running and closing support models; whether another row may name one (issue: the support, 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.acts import Context
from domain.keeping import Doing, Kept, Row, Tell, checked_days, not_to_come, refuse
from domain.law.life_cycle import LifeCycle, Move
from domain.reading import Scope
from domain.refusals import Flaw, flawed
from domain.support_model.noun import SUPPORT_MODEL, SUPPORT_MODEL_KIND, StandingKind, SupportModelState

PLANNED, ACTIVE, CLOSED = SupportModelState.PLANNED, SupportModelState.ACTIVE, SupportModelState.CLOSED
MODEL_LIFE = LifeCycle(
    "support_model",
    initial=PLANNED,
    moves=(
        Move(PLANNED, ACTIVE, ("founded_on", "decision_number", "decision_on", "decision_by")),
        Move(PLANNED, CLOSED, ("closed_on", "close_reason")),
        Move(ACTIVE, CLOSED, ("closed_on", "close_reason")),
    ),
)


class SupportModelKinds(Kept):
    """The dated catalogue of kinds: three of the plans for everyone, pilots for the unit that tries them."""

    noun = SUPPORT_MODEL_KIND
    reads = "read_model"
    writes = "write_model"
    of = "unit"
    told = frozenset({"code", "name_vi", "name_en", "pilot", "legal_basis", "valid_from", "valid_to"})
    settled = frozenset({"code"})
    texts: ClassVar = {"name_vi": 200, "name_en": 200, "legal_basis": 300}

    def check(self, whole: Row, _today: date, /) -> None:
        refuse(checked_days(whole, ("valid_from", "valid_to")))


class SupportModels(Kept):
    """Support models of every kind. A club is one of them (rulings 23)."""

    noun = SUPPORT_MODEL
    reads = "read_model"
    writes = "write_model"
    of = "unit"
    told = frozenset(
        {
            "kind",
            "name",
            "commune_ids",
            "opens_unit",
            "decision_number",
            "decision_on",
            "decision_by",
            "founded_on",
            "host_kind",
            "host_name",
            "place",
            "regulations",
            "meeting_rhythm",
            "meeting_when",
            "closed_on",
            "close_reason",
        }
    )
    settled = frozenset({"kind", "opens_unit"})
    texts: ClassVar = {
        "name": 200,
        "decision_number": 100,
        "decision_by": 200,
        "host_name": 200,
        "place": 300,
        "regulations": 20_000,
        "meeting_when": 200,
        "close_reason": 500,
    }
    life = MODEL_LIFE

    def check(self, whole: Row, today: date, /) -> None:
        """A model is founded after its decision and closed after it was founded; what runs has a founding decision."""
        flaws = checked_days(whole, ("decision_on", "founded_on"), ("founded_on", "closed_on"))
        flaws += not_to_come(whole, today, "closed_on", *(("founded_on",) if whole["state"] != PLANNED else ()))
        needed = {move.to: move.requires for move in MODEL_LIFE.moves}.get(whole["state"], ())
        flaws += [Flaw(f"/{name}", "required") for name in needed if whole.get(name) is None]
        if whole["state"] != CLOSED:
            flaws += [Flaw(f"/{n}", "not_yet") for n in ("closed_on", "close_reason") if whole.get(n) is not None]
        refuse(flaws)

    async def locate(self, records: Any, ctx: Context, _within: Scope, tell: Tell) -> Tell:
        """Where users shall sign in for the model, a unit of its own is opened inside the commune first."""
        told = dict(tell.told)
        if not told.pop("opens_unit", False):
            return replace(tell, told=told)
        opened = await records.models.open_unit(
            told.get("unit_id") or ctx.actor.unit_id,
            unit_type(told["kind"]),
            told["name"],
            told.get("founded_on") or ctx.today,
        )
        return replace(tell, told=told | {"unit_id": opened})

    async def complete(self, doing: Doing) -> Row:
        """Raises `invalid` for a kind that is not in the catalogue of that day, and for communes out of reach."""
        row, records = doing.row, doing.records
        home = await records.models.commune_of(row["unit_no"])
        if home is None:
            raise flawed("/unit_id", "not_a_commune")
        await self._refuse_kind(doing)
        return {"commune_ids": await self._serving(doing, home)}

    async def _refuse_kind(self, doing: Doing) -> None:
        row = doing.row
        if doing.known is not None and doing.known["founded_on"] == row["founded_on"]:
            return
        day = row.get("founded_on") or doing.ctx.today
        if not await doing.records.models.has_kind(row["kind"], day, row["unit_no"]):
            raise flawed("/kind", "not_in_catalogue")

    async def _serving(self, doing: Doing, home: UUID) -> Sequence[UUID]:
        named = [id for id in doing.row.get("commune_ids") or () if id != home]
        before = () if doing.known is None else doing.known["commune_ids"]
        new = [id for id in named if id not in before]
        if new and await doing.records.models.communes_in_reach(new, within=doing.within) != set(new):
            raise flawed("/commune_ids", "unit_not_in_scope")
        return (home, *dict.fromkeys(named))


PILOT_UNIT = "pilot_model"
"""Type of the unit opened for a model of a kind that is a pilot."""


def unit_type(kind: str) -> str:
    """Type of the unit opened for a model of a kind."""
    return kind if kind in set(StandingKind) else PILOT_UNIT


async def check_model(records: Any, doing: Doing) -> None:
    """Refuse the `support_model_id` of a row unless that model serves the commune the row stands in.

    Missing, out of reach, voided and only planned are one answer. What was named before stays named after a move.
    Raises `invalid`.
    """
    named = doing.row.get("support_model_id")
    if named is None or (doing.known is not None and doing.known.get("support_model_id") == named):
        return
    if not await records.models.serves(named, doing.row["unit_no"]):
        raise flawed("/support_model_id", "no_model_here")


SUPPORT_MODEL_KINDS = SupportModelKinds()
SUPPORT_MODELS = SupportModels()
