"""`me`: an ordinary resolver, for it is no noun of the register."""

from __future__ import annotations

from api.graphql.types import Capability, Me, Sight
from api.own import OwnAccount, own_account
from domain.acts import Context


async def me(ctx: Context) -> Me:
    mine: OwnAccount = await own_account(ctx)
    facts = mine.model_dump(exclude={"capabilities", "sights"})
    return Me(
        **facts,
        capabilities=[Capability(permission=name, reach=reach) for name, reach in mine.capabilities.items()],
        sights=[Sight(kind=kind, sight=sight) for kind, sight in mine.sights.items()],
    )
