"""Who am I, and what may I do: the same for both doors."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.access.policy import POLICY, Role
from domain.acts import Context


class OwnAccount(BaseModel):
    """Who is signed in, as what, and what they may do."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    account_id: UUID
    user_name: str
    display_name: str
    session_id: UUID
    appointment_id: UUID
    role: str
    unit_id: UUID
    unit_name: str
    level: str
    capabilities: dict[str, str]
    """Permission → reach: own, below, assigned, totals."""
    sights: dict[str, str]
    """Class of field → clear, on_purpose, masked, absent."""


async def own_account(ctx: Context) -> OwnAccount:
    """From the actor as the database knows it now, and the account's own row. Raises `unauthenticated`."""
    ctx = await ctx.store.again(ctx)
    powers = POLICY[Role(ctx.actor.role)]
    known = await ctx.store.own(ctx)
    return OwnAccount(
        account_id=ctx.actor.account_id,
        user_name=known.user_name,
        display_name=known.display_name,
        session_id=ctx.actor.session_id,
        appointment_id=ctx.actor.appointment_id,
        role=ctx.actor.role,
        unit_id=ctx.actor.unit_id,
        unit_name=known.unit_name,
        level=ctx.actor.level,
        capabilities={name: reach.name.lower() for name, reach in powers.permissions.items()},
        sights={kind.value: sight.value for kind, sight in powers.sights.items()},
    )
