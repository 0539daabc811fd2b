"""Many notices at once: each is the single push, in a transaction of its own, with a result of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from domain.access.scope import scope_of
from domain.acts import Context, Done
from domain.notice.model import NewNotice
from domain.notice.noun import NOTICE, NOTICE_RESULT
from domain.notice.sending import push_notice
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.refusals import Refusal, flawed

MOST_NOTICES: Final = 500
TOLD: Final = ("id", "version", "state", "source_ref", "lead_due_on", "warnings")
"""What a result says of its notice; the rest is read of the notice itself."""
_ASKED: Final = Asked(Selection(NOTICE.name, Form.ONE, tuple(Pick(name, name, name) for name in TOLD)))
EVERY_RESULT: Final = Asked(
    Selection(NOTICE_RESULT.name, Form.LIST, tuple(Pick(n, n, n) for n in NOTICE_RESULT.fields))
)


class Row(NamedTuple):
    """One notice as it was sent, or why it cannot be read; the digest recognises a repetition of it."""

    command: NewNotice | Refusal
    digest: bytes


class Result(NamedTuple):
    """What became of one row: the answer the single push would have given."""

    place: int
    answer: Done | Refusal


async def push_notices(ctx: Context, rows: Sequence[Row], asked: Asked = EVERY_RESULT) -> Answer:
    """Push each in turn. What failed can be sent again with the rest: the sender's own numbers make that harmless.

    Raises as a whole `invalid` for none or too many, `forbidden` for who may push none.
    """
    if not 1 <= len(rows) <= MOST_NOTICES:
        raise flawed("/notices", "too_many" if rows else "required")
    try:
        scope_of(ctx.actor, push_notice.permission, via=ctx.via)
    except Refusal:
        await ctx.store.note(ctx, push_notice.name, NOTICE.name, (), "denied")
        raise
    results = [Result(place, await _pushed(ctx, place, row)) for place, row in enumerate(rows)]
    return Answer(json.dumps([_shaped(result, asked) for result in results]).encode(), len(results))


async def _pushed(ctx: Context, place: int, row: Row) -> Done | Refusal:
    if isinstance(row.command, Refusal):
        return row.command
    given = ctx.conditions
    key = None if given.key is None else f"{given.key}:{place}"
    try:
        return await push_notice(
            replace(ctx, conditions=replace(given, key=key, digest=row.digest)), row.command, _ASKED
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
