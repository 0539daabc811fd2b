"""What time does to referrals: those nobody answered expire, and their access with them. Safe to run twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.need.waiting import settle_needs
from domain.reading import Scope
from domain.referral.moves import Side, step
from domain.referral.noun import REFERRAL, ReferralState
from domain.referral.rules import close


async def expire_referrals(records: Any, ctx: Context, within: Scope) -> tuple[UUID, ...]:
    """Referrals whose last day has passed; who is responsible finds them by their state and sends anew."""
    over = await records.referrals.overdue_at(ctx.today, within=within)
    for known in over:
        step(Side.CLOCK, known["state"], ReferralState.EXPIRED, ())
        facts = {"state": ReferralState.EXPIRED.value, "state_at": ctx.now, "closed_at": ctx.now, "updated_at": ctx.now}
        nothing = dict.fromkeys(("due_on", "due_rule", "expires_on"))
        row = await records.rows(REFERRAL.name).amend(known, facts | nothing)
        await close(records, row, ctx.now)
        await settle_needs(records, ctx, row["person_id"])
        await records.journal("expire_referral", REFERRAL.name, row["id"], "done")
    return tuple(known["id"] for known in over)
