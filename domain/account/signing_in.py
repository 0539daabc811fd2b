"""Signing in and staying in: sessions, refresh families, activation, delays. Never tells whether a user exists.

Sources: safety.md ("Found on the way" 2, 3; rows 7-10), RFC 9700, RFC 6749 §5.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.credentials import hash_code, hash_secret, well_formed_secret
from domain.ids import new_id
from domain.refusals import Refusal, flawed

REFRESH_LASTS = timedelta(days=30)
MACHINE_LASTS = timedelta(hours=1)
REPEAT_WITHIN = timedelta(seconds=60)
FREE_TRIES = 4
FREE_TRIES_OF_AN_ADDRESS = 40
"""An office of thirty shares one address; its slips are not an attack."""
LONGEST_DELAY = timedelta(minutes=15)
REFRESH_TOKEN = re.compile(r"dtr_([0-9a-f]{32})_([0-9]{1,9})_[0-9a-f]{64}")


class AccountCredentials(NamedTuple):
    id: UUID
    kind: str
    state: str
    user_name: str
    display_name: str
    unit_name: str
    password_hash: str | None
    secret_hash: bytes | None
    activation_hash: bytes | None
    activation_until: datetime | None
    appointed: bool


class SessionKnown(NamedTuple):
    id: UUID
    account_id: UUID
    generation: int
    refresh_hash: bytes
    nonce: str | None
    rotated_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class SignInStore(Protocol):
    """One transaction on accounts and sessions, under the role that sees nothing else."""

    async def by_name(self, user_name: str) -> AccountCredentials | None: ...
    async def by_id(self, id: UUID) -> AccountCredentials | None: ...
    async def delay(self, keys: tuple[bytes, ...], now: datetime) -> float: ...
    async def failed(self, keys: tuple[bytes, ...], now: datetime) -> None: ...
    async def succeeded(self, account_id: UUID, key: bytes, now: datetime) -> None: ...
    async def set_password(self, account_id: UUID, hashed: str, *, activate: bool) -> None: ...
    async def start(
        self, id: UUID, account_id: UUID, refresh_hash: bytes, expires_at: datetime, label: str | None
    ) -> None: ...
    async def session(self, id: UUID) -> SessionKnown | None: ...
    async def rotate(
        self, id: UUID, generation: int, spent: bytes, fresh: bytes, nonce: str, now: datetime
    ) -> bool: ...
    async def end(self, id: UUID, account_id: UUID, reason: str, now: datetime) -> bool: ...
    async def end_all(self, account_id: UUID, reason: str, now: datetime, *, but: UUID | None = None) -> None: ...
    async def note(self, account_id: UUID | None, act: str, outcome: str) -> None: ...


class PasswordCheck(Protocol):
    """argon2id in a bounded executor; a dummy is checked where there is no account."""

    async def hash(self, password: str) -> str: ...
    async def verify(self, password: str, stored: str | None) -> bool: ...


class Signed(NamedTuple):
    """A session with the refresh token of its current generation (none for machines)."""

    account_id: UUID
    session_id: UUID
    refresh_token: str | None


@dataclass(frozen=True)
class RefreshTokens:
    """Refresh tokens `dtr_<session>_<generation>_<secret>`; the secret of a generation follows from its nonce.

    So an exchange whose answer was lost can be repeated with the same nonce and gives the same token (60 s). The last
    letters of the secret seal the rest: a reuse is told from a guess, and no guess ends anybody's session.
    """

    key: bytes

    def make(self, session_id: UUID, generation: int, nonce: str) -> str:
        secret = self._mac(f"{session_id.hex}|{generation}|{nonce}")[:48]
        start = f"dtr_{session_id.hex}_{generation}_{secret}"
        return start + self._seal(start)

    def parts(self, token: str) -> tuple[UUID, int]:
        """Raises `invalid_grant` for what is not one of ours."""
        found = REFRESH_TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._seal(token[:-16]), token[-16:]):
            raise Refusal("invalid_grant")
        return UUID(hex=found[1]), int(found[2])

    def _seal(self, start: str) -> str:
        return self._mac(f"seal|{start}")[:16]

    def _mac(self, words: str) -> str:
        return hmac.new(self.key, words.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def delay_after(failures: int, free: int = FREE_TRIES) -> timedelta:
    """Nothing for the first tries, then doubling from a second to a quarter of an hour; never a lock for ever."""
    if failures <= free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free - 1, 20)), LONGEST_DELAY)


@dataclass(frozen=True)
class Credentials:
    """What somebody shows at the door; `keys` are keyed hashes of the name and of the address it came from."""

    user_name: str
    secret: str
    keys: tuple[bytes, bytes]
    label: str | None = None


async def check(store: SignInStore, passwords: PasswordCheck, shown: Credentials, now: datetime) -> AccountCredentials:
    """The account of a name and password. Wrong name, wrong password and closed account are one answer."""
    await _wait_over(store, shown, now)
    account = await store.by_name(shown.user_name)
    right = await passwords.verify(shown.secret, account.password_hash if account else None)
    if account is None or not right or account.state != "active" or account.kind != "person":
        await store.failed(shown.keys, now)
        await store.note(account.id if account else None, "sign_in", "denied")
        raise Refusal("wrong_credentials")
    return account


async def _wait_over(store: SignInStore, shown: Credentials, now: datetime) -> None:
    wait = await store.delay(shown.keys, now)
    if wait > 0:
        raise Refusal("too_many_tries", retry_after=int(wait) + 1)


async def sign_in(
    store: SignInStore, passwords: PasswordCheck, refresh: RefreshTokens, shown: Credentials, now: datetime
) -> Signed:
    """Open a session for a person."""
    account = await check(store, passwords, shown, now)
    if not account.appointed:
        await store.note(account.id, "sign_in", "denied")
        raise Refusal("no_appointment")
    return await _open(store, refresh, account, shown, now)


async def _open(
    store: SignInStore, refresh: RefreshTokens, account: AccountCredentials, shown: Credentials, now: datetime
) -> Signed:
    id = new_id()
    token = refresh.make(id, 0, "")
    await store.start(id, account.id, hashed(token), now + REFRESH_LASTS, shown.label)
    await store.succeeded(account.id, shown.keys[0], now)
    await store.note(account.id, "sign_in", "done")
    return Signed(account.id, id, token)


async def activate(
    store: SignInStore, passwords: PasswordCheck, shown: Credentials, password: str, weakness: str | None, now: datetime
) -> UUID:
    """First sign-in: the code given with the appointment, and a password of one's own."""
    await _wait_over(store, shown, now)
    account = await store.by_name(shown.user_name)
    if account is None or not _code_fits(account, shown.secret, now):
        await store.failed(shown.keys, now)
        raise Refusal("wrong_credentials")
    if weakness:
        raise flawed("/password", weakness)
    await store.set_password(account.id, await passwords.hash(password), activate=True)
    await store.note(account.id, "activate", "done")
    return account.id


def _code_fits(account: AccountCredentials, code: str, now: datetime) -> bool:
    return (
        account.state == "invited"
        and account.activation_hash is not None
        and account.activation_until is not None
        and account.activation_until > now
        and hmac.compare_digest(account.activation_hash, hash_code(code))
    )


async def change_password(
    store: SignInStore,
    passwords: PasswordCheck,
    shown: Credentials,
    password: str,
    weakness: str | None,
    session_id: UUID,
    now: datetime,
) -> None:
    """The old password is asked again; every other session ends."""
    account = await check(store, passwords, shown, now)
    if weakness:
        raise flawed("/new_password", weakness)
    await store.set_password(account.id, await passwords.hash(password), activate=False)
    await store.end_all(account.id, "password_changed", now, but=session_id)
    await store.note(account.id, "change_password", "done")


async def redeem(store: SignInStore, refresh: RefreshTokens, token: str, nonce: str, now: datetime) -> Signed:
    """Exchange a refresh token, once. A second use outside a repeat kills the whole family (RFC 9700 §4.14.2)."""
    id, generation = refresh.parts(token)
    fresh = refresh.make(id, generation + 1, nonce)
    if await store.rotate(id, generation, hashed(token), hashed(fresh), nonce, now):
        session = await store.session(id)
        assert session is not None
        return Signed(session.account_id, id, fresh)
    session = await store.session(id)
    if session is None or session.ended_at is not None or session.expires_at <= now:
        raise Refusal("invalid_grant")
    if _repeats(session, generation, fresh, nonce, now):
        return Signed(session.account_id, id, fresh)
    await store.end(id, session.account_id, "refresh_reused", now)
    await store.note(session.account_id, "refresh", "denied")
    raise Refusal("invalid_grant")


async def revoke(store: SignInStore, refresh: RefreshTokens, token: str, now: datetime) -> None:
    """End the session of a refresh token. What is not one of ours changes nothing and is answered alike."""
    try:
        id, _ = refresh.parts(token)
    except Refusal:
        return
    session = await store.session(id)
    if session is not None and hmac.compare_digest(session.refresh_hash, hashed(token)):
        await store.end(id, session.account_id, "revoked", now)
        await store.note(session.account_id, "sign_out", "done")


def _repeats(session: SessionKnown, generation: int, fresh: str, nonce: str, now: datetime) -> bool:
    return (
        bool(nonce)
        and session.generation == generation + 1
        and session.nonce == nonce
        and now - session.rotated_at <= REPEAT_WITHIN
        and hmac.compare_digest(session.refresh_hash, hashed(fresh))
    )


async def machine_sign_in(store: SignInStore, refresh: RefreshTokens, shown: Credentials, now: datetime) -> Signed:
    """client_credentials with a secret: a session of an hour, no refresh token."""
    await _wait_over(store, shown, now)
    account = await store.by_name(shown.user_name) if well_formed_secret(shown.secret) else None
    kept = account.secret_hash if account is not None else None
    right = kept is not None and hmac.compare_digest(kept, hash_secret(shown.secret))
    if account is None or not right or account.state != "active" or account.kind != "machine" or not account.appointed:
        await store.failed(shown.keys, now)
        await store.note(account.id if account else None, "sign_in", "denied")
        raise Refusal("invalid_client")
    id = new_id()
    await store.start(id, account.id, hashed(refresh.make(id, 0, "machine")), now + MACHINE_LASTS, shown.label)
    await store.succeeded(account.id, shown.keys[0], now)
    await store.note(account.id, "sign_in", "done")
    return Signed(account.id, id, None)
