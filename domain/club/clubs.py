"""A club is a support model of its kind: the same row and id (rulings 23)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access.scope import scope_of
from domain.acts import Context, Read
from domain.reading import Answer, Asked
from domain.refusals import Refusal
from domain.support_model.noun import StandingKind
from domain.support_model.rules import SUPPORT_MODELS

CLUBS_ALONE = {"kind": StandingKind.CLUB.value}
"""The filter under which a list of models is one of clubs."""


@dataclass(frozen=True)
class ReadClub(Read):
    """One club. A model of another kind is as little there as none at all."""

    async def _read(self, ctx: Context, asked: Asked) -> Answer:
        answer = await super()._read(ctx, asked)
        async with ctx.store.reading(ctx, scope_of(ctx.actor, self.permission, via=ctx.via)) as records:
            if not await records.clubs.is_club(asked.values[0]):
                raise Refusal("not_found")
        return answer


one_club = ReadClub(SUPPORT_MODELS.noun, SUPPORT_MODELS.reads)
