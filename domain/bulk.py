"""Many acts in one request: each is the single act, in a transaction of its own, with a result of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from domain.access.scope import scope_of
from domain.acts import Act, Context, Done
from domain.reading import Answer, Asked, Form, Noun, Pick, Selection
from domain.refusals import Refusal, flawed

MOST_ROWS: Final = 500


class Row(NamedTuple):
    """One command as it was sent, or why it cannot be read; the digest recognises a repetition of it."""

    command: Any
    """Or the Refusal."""
    digest: bytes


class Result(NamedTuple):
    """What became of one row: the answer the single act would have given."""

    place: int
    answer: Done | Refusal


class Many(NamedTuple):
    """An act that can be done many times at once."""

    act: Act[Any]
    results: Noun
    """Of what became of each row; no row of the register stands behind one."""
    told: tuple[str, ...]
    """What a result says of what was made; the rest is read of it itself."""
    pointer: str
    """To the rows, in the request."""

    @property
    def every_result(self) -> Asked:
        return Asked(Selection(self.results.name, Form.LIST, tuple(Pick(n, n, n) for n in self.results.fields)))

    async def __call__(self, ctx: Context, rows: Sequence[Row], asked: Asked | None = None) -> Answer:
        """Each in turn. What failed can be sent again with the rest: the caller's own numbers make that harmless.

        Raises as a whole `invalid` for none or too many, `forbidden` for who may do none.
        """
        if not 1 <= len(rows) <= MOST_ROWS:
            raise flawed(self.pointer, "too_many" if rows else "required")
        try:
            scope_of(ctx.actor, self.act.permission, via=ctx.via)
        except Refusal:
            await ctx.store.note(ctx, self.act.name, self.act.noun.name, (), "denied")
            raise
        results = [Result(place, await self._done(ctx, place, row)) for place, row in enumerate(rows)]
        shaped = [_shaped(result, asked or self.every_result) for result in results]
        return Answer(json.dumps(shaped).encode(), len(results))

    async def _done(self, ctx: Context, place: int, row: Row) -> Done | Refusal:
        if isinstance(row.command, Refusal):
            return row.command
        given = ctx.conditions
        key = None if given.key is None else f"{given.key}:{place}"
        wanted = Asked(Selection(self.act.noun.name, Form.ONE, tuple(Pick(name, name, name) for name in self.told)))
        try:
            return await self.act(
                replace(ctx, conditions=replace(given, key=key, digest=row.digest)), row.command, wanted
            )
        except Refusal as no:
            return no


def _shaped(result: Result, asked: Asked) -> dict[str, Any]:
    told = _of_refusal(result.answer) if isinstance(result.answer, Refusal) else _of_done(result.answer)
    told |= {"place": result.place, "__typename": asked.selection.typename}
    return {pick.key: told.get(pick.name) for pick in asked.selection.picks}


def _of_done(done: Done) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(done.answer.body)
    return told | {"outcome": done.outcome}


def _of_refusal(no: Refusal) -> dict[str, Any]:
    """Codes and pointers alone: their words stand in /v1/problems, and nothing that was sent is echoed."""
    errors = [{"pointer": flaw.pointer, "code": flaw.code} for flaw in no.flaws]
    return {"outcome": "refused", "code": no.code, "errors": errors}
