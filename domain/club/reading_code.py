"""What a member reads of themself: by a short code that they keep, typed in by staff in their presence (rulings 8)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.club.life import JOINED, SUSPENDED
from domain.club.memberships import membership_of, on_file
from domain.club.noun import EVALUATION, MEMBERSHIP
from domain.credentials import CODE_ALPHABET, MISREAD
from domain.reading import Scope
from domain.refusals import Refusal, flawed
from domain.text import flaw_in_text, tidy

LETTERS = 8
"""Of 32: 40 bits. Short enough to keep on a slip; what is stored is keyed with a secret outside the database."""
MOST_SAID = 2000
MEMBERS = frozenset({JOINED, SUSPENDED})


@dataclass(frozen=True)
class GiveCode:
    """A new code for a member; the one before stops working."""

    id: UUID


@dataclass(frozen=True)
class ReadTogether:
    """The member reads an evaluation with somebody of the staff, and may say something about it."""

    id: UUID
    code: str
    said: str | None = None


@act(MEMBERSHIP, "write_membership", guarded=True)
async def give_reading_code(records: Any, ctx: Context, within: Scope, give: GiveCode) -> UUID:
    """Make a code, shown once, for the member to keep. Raises `not_a_member_now`."""
    known = await on_file(records, MEMBERSHIP, give.id, within)
    if known["state"] not in MEMBERS:
        raise Refusal("not_a_member_now", state=known["state"])
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(LETTERS))
    changes = {"reading_code": _hashed(ctx, known["id"], letters), "updated_at": ctx.now}
    await records.rows(MEMBERSHIP.name).amend(known, changes)
    records.extras["reading_code"] = f"{letters[:4]}-{letters[4:]}"
    return give.id


@act(EVALUATION, "write_membership", guarded=True)
async def read_with_member(records: Any, ctx: Context, within: Scope, read: ReadTogether) -> UUID:
    """Keep that the member read it, and what they said. Raises `invalid` for a wrong code (and journals the try)."""
    known = await on_file(records, EVALUATION, read.id, within)
    membership = await membership_of(records, known["membership_id"], within)
    held = membership["reading_code"]
    if held is None or not compare_digest(held, _hashed(ctx, membership["id"], read.code)):
        await ctx.store.note(ctx, "wrong_reading_code", EVALUATION.name, (read.id,), "denied")
        raise flawed("/code", "wrong_code")
    said = {} if read.said is None else {"member_said": _tidied(read.said)}
    changes = {"read_by_member_at": ctx.now, "updated_at": ctx.now} | said
    await records.rows(EVALUATION.name).amend(known, changes)
    return read.id


def _tidied(said: str) -> str:
    if code := flaw_in_text(said, max_length=MOST_SAID):
        raise flawed("/said", code)
    return tidy(said)


def _hashed(ctx: Context, membership: UUID, typed: str) -> bytes:
    """What is stored of a code; the same however it was typed (case, dashes, O for 0)."""
    return ctx.store.blind("reading_code", f"{membership}|{typed.upper().translate(MISREAD)}")
