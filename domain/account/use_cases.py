"""Accounts and appointments: made, amended, ended. Never deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.account.model import (
    AmendAccount,
    Appoint,
    EndAppointment,
    NewAccount,
    OfAccount,
    check_giving,
    check_outranked,
    check_user_name,
)
from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.account.repository import AccountKnown
from domain.acts import Context, Read, act
from domain.ids import new_id
from domain.person.model import tidied
from domain.reading import Scope
from domain.refusals import Refusal, flawed

accounts = Read(ACCOUNT, "read_account")
appointments = Read(APPOINTMENT, "read_account")


@act(ACCOUNT, "appoint")
async def create_account(records: Any, ctx: Context, _within: Scope, new: NewAccount) -> UUID:
    """Make an account with its first appointment. The code (or secret) stands in this answer once and nowhere else."""
    check_user_name(new.user_name)
    display_name = tidied({"display_name": new.display_name})["display_name"]
    seat = check_giving(ctx.actor, new.role, await records.units.seat(new.unit_id))
    _check_end(ctx, new.valid_to)
    id = new.id or new_id()
    await records.accounts.add(id, new.kind, new.user_name, display_name, seat)
    await records.accounts.appoint(new_id(), id, new.role, seat, new.valid_to)
    await _renew(records, id, new.kind)
    return id


@act(ACCOUNT, "appoint", guarded=True)
async def amend_account(records: Any, ctx: Context, within: Scope, amend: AmendAccount) -> UUID:
    await _below(records, ctx, amend.id, within)
    await records.accounts.amend(amend.id, tidied(dict(amend.changes)))
    return amend.id


@act(ACCOUNT, "appoint", guarded=True)
async def close_account(records: Any, ctx: Context, within: Scope, of: OfAccount) -> UUID:
    """Nobody signs in with it again; its open appointments end now, its sessions with them."""
    await _below(records, ctx, of.id, within)
    await records.accounts.close(of.id, ctx.now)
    return of.id


@act(ACCOUNT, "appoint", guarded=True)
async def renew_credentials(records: Any, ctx: Context, within: Scope, of: OfAccount) -> UUID:
    """A new activation code (persons) or secret (machines); the old one ends."""
    known = await _below(records, ctx, of.id, within)
    await _renew(records, of.id, known.kind)
    return of.id


@act(APPOINTMENT, "appoint")
async def appoint(records: Any, ctx: Context, within: Scope, new: Appoint) -> UUID:
    """Give a role at a unit strictly below one's own, to an account of such a unit: never to oneself or a peer."""
    await _below(records, ctx, new.account_id, within)
    seat = check_giving(ctx.actor, new.role, await records.units.seat(new.unit_id))
    _check_end(ctx, new.valid_to)
    id = new.id or new_id()
    await records.accounts.appoint(id, new.account_id, new.role, seat, new.valid_to)
    return id


@act(APPOINTMENT, "appoint", guarded=True)
async def end_appointment(records: Any, ctx: Context, within: Scope, end: EndAppointment) -> UUID:
    """End it now, or on an instant to come; it acts on the very next request."""
    known = await records.accounts.appointment(end.id, within=within)
    if known is None or known.unit_no == ctx.actor.unit_no:
        raise Refusal("not_found")
    if known.valid_to is not None and known.valid_to <= ctx.now:
        raise Refusal("appointment_ended")
    valid_to = end.valid_to or ctx.now
    if valid_to < ctx.now:
        raise flawed("/valid_to", "in_the_past")
    await records.accounts.end(end.id, max(valid_to, known.valid_from))
    return end.id


async def _below(records: Any, ctx: Context, id: UUID, within: Scope) -> AccountKnown:
    """An account of a unit strictly below, with no post above; one's own unit's are the upper unit's business."""
    known: AccountKnown | None = await records.accounts.account(id, within=within)
    if known is None or known.unit_no == ctx.actor.unit_no:
        raise Refusal("not_found")
    if known.state == "closed":
        raise Refusal("account_closed")
    check_outranked(ctx.actor, await records.accounts.posts(id, within=within))
    return known


async def _renew(records: Any, id: UUID, kind: str) -> None:
    code = await records.accounts.renew(id, kind)
    records.extras["activation_code" if kind == "person" else "secret"] = code


def _check_end(ctx: Context, valid_to: Any) -> None:
    if valid_to is not None and valid_to <= ctx.now:
        raise flawed("/valid_to", "in_the_past")
