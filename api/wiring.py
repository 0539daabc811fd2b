"""The one module that introduces api and persistence: pools, keys, the store (architecture, "One picture")."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.context import Doorman, local_now
from api.identity import SigningKeys, Tokens
from api.pace import Pace
from api.passwords import Passwords
from api.settings import Settings
from domain.account.signing_in import RefreshTokens
from persistence.actors import ActorBook
from persistence.change_hub import ChangeHub
from persistence.pools import UnsafeRoleError, answers, open_pool, refuse_unsafe_role
from persistence.records import Register
from persistence.sealing import CursorSeal, Sealer
from persistence.sign_ins import SignIns

__all__ = ["House", "UnsafeRoleError", "house", "ready"]


@dataclass(frozen=True)
class House:
    """What a running service holds."""

    settings: Settings
    pool: Any
    doorman: Doorman
    tokens: Tokens
    keys: SigningKeys
    passwords: Passwords
    sign_ins: SignIns
    refresh: RefreshTokens
    register: Register
    throttle_key: bytes
    hub: ChangeHub

    def throttle(self, user_name: str, address: str) -> tuple[bytes, bytes]:
        """Keyed hashes under which failed sign-ins are counted: a dump tells no names."""
        return (
            hmac.new(self.throttle_key, b"name|" + user_name.encode("utf-8", "surrogatepass"), hashlib.sha256).digest(),
            hmac.new(self.throttle_key, b"from|" + address.encode(), hashlib.sha256).digest(),
        )


@asynccontextmanager
async def house(settings: Settings, now: Callable[[], datetime] = local_now) -> AsyncIterator[House]:
    """Open everything, refuse an unsafe role, close in order."""
    assert settings.database_url is not None, "the caller has given a database"
    pool = await open_pool(settings.database_url.get_secret_value(), settings.pool_size)
    passwords = Passwords()
    hub = ChangeHub(settings.database_url.get_secret_value())
    try:
        await refuse_unsafe_role(pool)
        keys = SigningKeys.parse([pem.decode() for pem in reversed(settings.signing_pems())])
        tokens = Tokens(keys, settings.issuer, settings.audience)
        actors = ActorBook(pool)
        register = Register(
            pool,
            Sealer.from_master(settings.key_for("data")),
            CursorSeal.from_master(settings.key_for("cursor")),
            actors,
            hub.stir,
            settings.demo,
        )
        hub.open()
        yield House(
            settings=settings,
            pool=pool,
            doorman=Doorman(tokens, actors, register, now, Pace(settings.rate, settings.burst)),
            tokens=tokens,
            keys=keys,
            passwords=passwords,
            sign_ins=SignIns(pool),
            refresh=RefreshTokens(settings.key_for("refresh")),
            register=register,
            throttle_key=settings.key_for("throttle"),
            hub=hub,
        )
    finally:
        await hub.close()
        passwords.close()
        await pool.close()


async def ready(pool: Any) -> dict[str, Any]:
    """Whether the database answers."""
    return {"database": await answers(pool)}
