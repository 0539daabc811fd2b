"""Who is calling: access tokens are made and read here and nowhere else. The only importer of python-jose.

python-jose accepts too much and fails in too many ways: shape, header and claims are read by us, it checks signatures.
A token says who calls in which session; roles and scope come from the database on every request.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID, uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jws
from jose.backends.cryptography_backend import CryptographyECKey

ALGORITHM: Final = "ES256"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - RFC 9068, section 2.1
LONGEST_TOKEN: Final = 4096  # bytes
LEEWAY: Final = timedelta(seconds=30)  # by how much the clock that issued may run ahead of ours; expiry is exact
REMEMBERED: Final = 4096  # verified tokens
CURVE_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
CLAIMS: Final = frozenset({"iss", "aud", "sub", "sid", "iat", "exp", "jti"})
EllipticKey: TypeAlias = ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey


class InvalidToken(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The token is not one of ours, or no longer. Its text is our own word, for the log; the caller hears only 401."""


class UnusableKey(ValueError):  # noqa: N818 - read by the operator at start
    """A signing key that we will not use: not one P-256 key, none that signs, or a file that others may read."""


class Identity(NamedTuple):
    """Who calls, in which session, until when."""

    account_id: UUID
    session_id: UUID
    expires_at: datetime


class SigningKeys:
    """One private key that signs and the public keys, old and current, that tokens are checked with."""

    def __init__(self, keys: Iterable[EllipticKey], folder: Path | None = None) -> None:
        self._folder = folder
        self._checkers: dict[str, CryptographyECKey] = {}
        current: EllipticKey | None = None
        for current in keys:
            self._remember(_public(current))
        if not isinstance(current, ec.EllipticCurvePrivateKey):
            raise UnusableKey("the newest key must be a private one")
        self._sign_with(current)

    @classmethod
    def load(cls, folder: Path) -> SigningKeys:
        """The folder's key files (`key-000001.pem`, …; the highest number signs); the first is made if there is none.

        Raises: UnusableKey.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _key_files(folder):
            with suppress(FileExistsError):  # another process starting with us was first: its key is ours
                _place(folder, 1, ec.generate_private_key(ec.SECP256R1()))
        return cls([_parsed(_read_private_file(path)) for path in _key_files(folder)], folder)

    @classmethod
    def parse(cls, pem_texts: Iterable[str]) -> SigningKeys:
        """Keys from PEM texts, oldest first: the last signs, of the others only the public half is kept.

        Raises: UnusableKey.
        """
        return cls([_parsed(text) for text in pem_texts])

    def rotate(self) -> str:
        """Sign with a new key, return its `kid`, give up the old private half; other processes must start again."""
        fresh = ec.generate_private_key(ec.SECP256R1())
        if self._folder:
            files = _key_files(self._folder)
            _place(self._folder, int(files[-1].stem.removeprefix("key-")) + 1, fresh)
            for path in files:
                _forget_private_half(path)
        return self._sign_with(fresh)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as they are published (RFC 7517)."""
        return {"keys": [{**key.to_dict(), "use": "sig", "kid": kid} for kid, key in self._checkers.items()]}

    def sign(self, claims: Mapping[str, str | int]) -> str:
        """A compact JWS over the claims."""
        headers = {"kid": self._kid, "typ": TOKEN_TYPE}
        token: str = jws.sign(claims, self._signer, headers=headers, algorithm=ALGORITHM)
        signed, _, signature = token.rpartition(".")
        return f"{signed}.{_encoded(_low(_decoded(signature)))}"

    def verified(self, token: str, kid: object) -> bytes:
        """The payload, if the key of just this `kid` signed it. Raises: InvalidToken, and what python-jose raises."""
        checker = self._checkers.get(kid) if isinstance(kid, str) else None
        if checker is None:
            raise InvalidToken("unknown_key")
        return bytes(jws.verify(token, checker, algorithms=[ALGORITHM]))

    def _sign_with(self, current: ec.EllipticCurvePrivateKey) -> str:
        self._signer = _constructed(current)
        self._kid = self._remember(current.public_key())
        return self._kid

    def _remember(self, public: ec.EllipticCurvePublicKey) -> str:
        checker = _constructed(public)
        kid = _thumbprint(checker.to_dict())
        self._checkers[kid] = checker
        return kid


class Tokens:
    """Issues and reads access tokens of one issuer for one audience."""

    def __init__(
        self, keys: SigningKeys, issuer: str, audience: str, lifetime: timedelta = timedelta(minutes=5)
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self.lifetime = lifetime
        # Only what a key of ours has signed gets in, so strangers push nobody out; times are compared at each reading.
        self._checked = lru_cache(maxsize=REMEMBERED)(self._check)

    def issue(self, account_id: UUID, session_id: UUID, now: datetime) -> str:
        """A token for this session, valid from now on for the lifetime."""
        issued = int(now.timestamp())
        return self._keys.sign(
            {
                "iss": self._issuer,
                "aud": self._audience,
                "sub": str(account_id),
                "sid": str(session_id),
                "iat": issued,
                "exp": issued + int(self.lifetime.total_seconds()),
                "jti": str(uuid4()),
            }
        )

    def read(self, token: str, now: datetime) -> Identity:
        """Who the token speaks for. Raises: InvalidToken, and nothing else whatever was sent."""
        try:
            identity, issued_at = self._checked(token)
        except InvalidToken:
            raise
        except Exception:  # noqa: BLE001 - hostile tokens make JSON, UUID and python-jose raise nearly anything
            raise InvalidToken("unreadable") from None
        _demand(now < identity.expires_at, "expired")
        _demand(issued_at <= now + LEEWAY, "from_the_future")
        return identity

    def _check(self, token: str) -> tuple[Identity, datetime]:
        header, signature = _opened(token)
        _demand(header == {"alg": ALGORITHM, "kid": header.get("kid"), "typ": TOKEN_TYPE}, "header")
        _demand(len(signature) == 64 and signature == _low(signature), "signature_form")
        return self._identity(_strict_object(self._keys.verified(token, header["kid"])))

    def _identity(self, claims: dict[str, Any]) -> tuple[Identity, datetime]:
        _demand(claims.keys() == CLAIMS, "claims")
        _demand(claims["iss"] == self._issuer, "issuer")
        _demand(claims["aud"] == self._audience, "audience")
        _uuid(claims["jti"])
        issued, expires = _second(claims["iat"]), _second(claims["exp"])
        _demand(timedelta(0) < expires - issued <= self.lifetime, "lifetime")
        return Identity(_uuid(claims["sub"]), _uuid(claims["sid"]), expires), issued


def _demand(holds: bool, reason: str) -> None:
    if not holds:
        raise InvalidToken(reason)


def _opened(token: str) -> tuple[dict[str, Any], bytes]:
    """Header and signature of a compact JWS, if its form leaves nothing to interpretation."""
    _demand(type(token) is str and token.isascii() and len(token) <= LONGEST_TOKEN, "form")
    parts = token.split(".")
    _demand(len(parts) == 3, "parts")
    header, _, signature = [_decoded(part) for part in parts]
    return _strict_object(header), signature


def _decoded(part: str) -> bytes:
    decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    _demand(_encoded(decoded) == part, "base64url")  # no other letters, padding or spare bits
    return decoded


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _strict_object(text: bytes) -> dict[str, Any]:
    value = json.loads(text.decode("utf-8"), object_pairs_hook=_without_doubles)
    _demand(type(value) is dict, "json")
    return dict(value)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    _demand(len(unique) == len(pairs), "json")
    return unique


def _second(value: object) -> datetime:
    if type(value) is not int:  # `type`, because True is an int too
        raise InvalidToken("time")
    return datetime.fromtimestamp(value, UTC)


def _uuid(value: object) -> UUID:
    if type(value) is not str or str(UUID(value)) != value:
        raise InvalidToken("uuid")
    return UUID(value)


def _low(signature: bytes) -> bytes:
    """The signature with the lower of the two values S may take, so that nobody can make a second text of a token."""
    second = int.from_bytes(signature[32:])
    return signature[:32] + min(second, abs(CURVE_ORDER - second)).to_bytes(32)


def _constructed(key: EllipticKey) -> CryptographyECKey:
    constructed = jwk.construct(key, ALGORITHM)
    if not isinstance(constructed, CryptographyECKey):  # its fallback, `ecdsa`, leaks the key by timing
        raise UnusableKey("python-jose does not run on the cryptography backend")
    return constructed


def _thumbprint(public: Mapping[str, str]) -> str:
    members = {name: public[name] for name in ("crv", "kty", "x", "y")}
    return _encoded(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode("ascii")).digest())


def _parsed(text: str) -> EllipticKey:
    pem = text.encode("utf-8")
    try:
        private = b"PRIVATE KEY" in pem
        key = serialization.load_pem_private_key(pem, None) if private else serialization.load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableKey("a signing key is not an unencrypted PEM key") from None
    if text.count("-----BEGIN") != 1 or not isinstance(key, EllipticKey) or key.curve.name != "secp256r1":
        raise UnusableKey("a signing key text must hold exactly one key, on the curve P-256")
    return key


def _public(key: EllipticKey) -> ec.EllipticCurvePublicKey:
    return key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key


def _key_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"key-{'[0-9]' * 6}.pem"))


def _read_private_file(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise UnusableKey(f"{path} may be read by others: chmod 600 it")
    return path.read_text(encoding="utf-8")


def _place(folder: Path, number: int, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a key file, whole from the moment it can be seen. Raises: FileExistsError if the number is taken."""
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    unfinished = _written(folder, key.private_bytes(serialization.Encoding.PEM, form, plain))
    try:
        os.link(unfinished, folder / f"key-{number:06}.pem")
    finally:
        unfinished.unlink()


def _forget_private_half(path: Path) -> None:
    public = _public(_parsed(path.read_text(encoding="utf-8")))
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _written(path.parent, pem).replace(path)


def _written(folder: Path, content: bytes) -> Path:
    path = folder / f"{uuid4()}.unfinished"
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path
