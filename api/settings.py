"""What the operator sets: typed, from the environment (DIEMTUA_… and the DSNs) or from files under /run/secrets.

Outside demo mode nothing that protects people has a usable default: `refuse_weak` names all that is missing, weak or
known from somewhere, at once and without its value.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")
_SECRETS: Final = Path("/run/secrets")

Names = Annotated[tuple[str, ...], NoDecode]  # written with commas


class WeakSettingsError(Exception):
    """The service does not start like this; `reasons` name each setting and what is wrong with it."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("\n".join(("these settings do not protect what is stored here:", *reasons)))
        self.reasons = reasons


def _named(variable: str) -> AliasChoices:
    return AliasChoices(variable, f"DIEMTUA_{variable}")


class Settings(BaseSettings):
    """All settings of a process. Secrets never show in `repr` nor in errors."""

    model_config = SettingsConfigDict(
        env_prefix="DIEMTUA_",
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
        frozen=True,
        extra="ignore",
    )

    home: Path = Path(".data")
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535, validation_alias=_named("PORT"))
    workers: int = Field(default=1, ge=1, le=64)
    pool_size: int = Field(default=6, ge=1, le=100)
    rate: float = Field(default=50, ge=0)  # requests a second of one account in one process; 0 = no limit
    burst: int = Field(default=300, ge=1)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    ide: bool = True
    https_only: bool = False

    database_url: SecretStr | None = Field(default=None, validation_alias=_named("DATABASE_URL"))
    migration_database_url: SecretStr | None = Field(default=None, validation_alias=_named("MIGRATION_DATABASE_URL"))
    worker_database_url: SecretStr | None = Field(default=None, validation_alias=_named("WORKER_DATABASE_URL"))

    issuer: str = Field(default_factory=lambda data: f"http://{data['host']}:{data['port']}")
    audience: str = "diemtua"
    master_key: SecretStr | None = None  # 32 bytes in base64; every other symmetric key is derived from it
    signing_keys: SecretStr | None = None  # PEM text, a PEM file, or a folder of them (ES256)
    allowed_hosts: Names = _LOCAL
    cors_origins: Names = ()

    @field_validator("allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _by_commas(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _exact_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin) for origin in value):
            raise ValueError("each origin is scheme://host or scheme://host:port in small letters, and nothing else")
        return value

    @classmethod
    def for_demo(cls, home: Path | None = None) -> Self:
        """Settings that start at once: keys are made in `home` at the first start, readable by their owner only."""
        where = home or cls().home
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        master = _kept(where / "master.key", lambda: base64.b64encode(secrets.token_bytes(32)))
        _kept(where / "signing.pem", _new_signing_key)
        return cls(
            demo=True,
            home=where,
            master_key=SecretStr(master.decode()),
            signing_keys=SecretStr(str(where / "signing.pem")),
        )

    def key_for(self, purpose: str) -> bytes:
        """32 bytes for one purpose (`data`, `blind-index`, `cursor`); knowing one tells nothing of another.

        Raises: WeakSettingsError without a master key of 32 bytes.
        """
        master = _decoded(self.master_key)
        if master is None or len(master) != 32:
            raise WeakSettingsError(("DIEMTUA_MASTER_KEY: 32 bytes in base64 are needed",))
        info = b"diemtua/v1/" + purpose.encode()
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(master)

    def signing_pems(self) -> tuple[bytes, ...]:
        """Private keys that sign (the first) and that may still verify; of a folder the last name signs."""
        given = self.signing_keys.get_secret_value() if self.signing_keys else ""
        if "-----BEGIN" in given:
            return tuple(_blocks(given.replace("\\n", "\n").encode()))
        if not given:
            return ()
        path = Path(given)
        files = sorted(path.glob("*.pem"), reverse=True) if path.is_dir() else [path]
        return tuple(block for file in files for block in _blocks(file.read_bytes()))

    def refuse_weak(self) -> None:
        """Raises: WeakSettingsError with all reasons, unless this is a demo."""
        reasons = () if self.demo else tuple(_weaknesses(self))
        if reasons:
            raise WeakSettingsError(reasons)


# -- what is weak


_WORDS: Final = (
    "admin administrator app change changeit changeme changethis default demo diemtua example insecure letmein master "
    "matkhau owner pass passw0rd password please postgres postgresql root secret service test user welcome"
)
_KNOWN_WORDS: Final = frozenset(_WORDS.split())
_KNOWN_POINTS: Final = frozenset(  # x of public points whose private halves stand in documents: RFC 7515, jwt.io
    {
        "7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445",
        "115b3fa39fae41b4e32f7721ca72f8c1781483647dabd514f08e66128bd47fce",
    }
)


def _weaknesses(settings: Settings) -> Iterator[str]:
    yield from _weak_databases(settings)
    yield from _weak_master(settings)
    yield from _weak_signing(settings)
    if not settings.issuer.startswith("https://"):
        yield "DIEMTUA_ISSUER: the https address under which callers know this service is needed"
    if "allowed_hosts" not in settings.model_fields_set or "*" in settings.allowed_hosts:
        yield "DIEMTUA_ALLOWED_HOSTS: the names under which this service is called are needed, separated by commas"
    if any(origin.startswith("http://") for origin in settings.cors_origins):
        yield "DIEMTUA_CORS_ORIGINS: an origin without https can be anybody"


def _weak_databases(settings: Settings) -> Iterator[str]:
    dsns = {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "WORKER_DATABASE_URL": settings.worker_database_url,
    }
    if settings.database_url is None:
        yield "DATABASE_URL: missing"
    for variable, dsn in dsns.items():
        user, password = _sign_in(dsn)
        if password is not None and _guessable(password, user):
            yield f"{variable}: its password is short, repeated or known"
    owner = _sign_in(settings.migration_database_url)[0]
    for variable in ("DATABASE_URL", "WORKER_DATABASE_URL"):
        if owner and owner == _sign_in(dsns[variable])[0]:
            yield f"{variable}: signs in as the owner of the tables, whom row-level security does not hold"


def _sign_in(dsn: SecretStr | None) -> tuple[str | None, str | None]:
    if dsn is None:
        return None, None
    parts = urlsplit(dsn.get_secret_value())
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    query = dict(parse_qsl(parts.query))
    return unquote(user) or query.get("user"), unquote(password) or query.get("password")


def _guessable(password: str, user: str | None) -> bool:
    plain = re.sub(r"[^a-z]", "", password.lower())
    repeated = password in (password + password)[1:-1]
    return len(password) < 12 or len(set(password)) < 6 or repeated or password == user or plain in _KNOWN_WORDS


def _weak_master(settings: Settings) -> Iterator[str]:
    if settings.master_key is None:
        yield "DIEMTUA_MASTER_KEY: missing; make one with `openssl rand -base64 32` and keep it outside the database"
        return
    master = _decoded(settings.master_key)
    if master is None or len(master) != 32:
        yield "DIEMTUA_MASTER_KEY: is not 32 bytes in base64"
    elif _patterned(master):
        yield "DIEMTUA_MASTER_KEY: is not random: repeated, counted, readable or a known example"


def _decoded(key: SecretStr | None) -> bytes | None:
    try:
        text = key.get_secret_value().strip() if key else ""
        return base64.b64decode(text.translate({ord("-"): "+", ord("_"): "/"}), validate=True)
    except binascii.Error:
        return None


def _patterned(key: bytes) -> bool:
    """Of 32 random bytes about 30 differ; fewer than 18 never happens."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    hashed_words = {hashlib.sha256(word.encode()).digest() for word in _KNOWN_WORDS | {""}}
    return len(set(key)) < 18 or len(steps) < 8 or all(32 <= byte < 127 for byte in key) or key in hashed_words


def _weak_signing(settings: Settings) -> Iterator[str]:
    try:
        pems = settings.signing_pems()
    except OSError:
        yield "DIEMTUA_SIGNING_KEYS: cannot be read"
        return
    if not pems:
        yield "DIEMTUA_SIGNING_KEYS: missing"
    for place, pem in enumerate(pems, 1):
        reason = _weak_pem(pem)
        if reason:
            yield f"DIEMTUA_SIGNING_KEYS: key {place} {reason}"


def _weak_pem(pem: bytes) -> str | None:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        return "is not an unencrypted private key in PEM"
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        return "is not on the curve P-256 (ES256)"
    public = key.public_key().public_numbers()
    known = f"{public.x:064x}" in _KNOWN_POINTS or key.private_numbers().private_value < 2**64
    return "is a known example" if known else None


def _blocks(pems: bytes) -> list[bytes]:
    return re.findall(rb"-----BEGIN [^-]*PRIVATE KEY-----.*?-----END [^-]*PRIVATE KEY-----", pems, re.DOTALL)


# -- keys of a demo


def _new_signing_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _kept(path: Path, make: Any) -> bytes:
    """Read the file, or make it whole and private; of two processes that make it at once, one wins for both."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    path.chmod(0o600)
    return path.read_bytes().strip()


# -- the same DSN for SQLAlchemy


_CARRIED: Final = {"target_session_attrs": "target_session_attrs", "sslmode": "ssl", "ssl": "ssl", "host": "host"}
_FILES: Final = frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl"})


def sqlalchemy_url(dsn: str) -> str:
    """A DSN as asyncpg reads it, as SQLAlchemy (alembic) reads it: several hosts become several `host=`.

    Server settings in the query are left out. Raises: ValueError for files of certificates, which SQLAlchemy cannot
    carry (PGSSLROOTCERT and its like reach asyncpg by the environment), and for several IPv6 hosts.
    """
    parts = urlsplit(dsn)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("a DSN begins with postgresql://")
    query = parse_qsl(parts.query)
    if _FILES & {name for name, _ in query}:
        raise ValueError("give certificates by PGSSLROOTCERT, PGSSLCERT and PGSSLKEY")
    sign_in, at, hosts = parts.netloc.rpartition("@")
    carried = [(_CARRIED[name], value) for name, value in query if name in _CARRIED]
    if "," in hosts:
        carried = [("host", _with_port(host)) for host in hosts.split(",")] + carried
        hosts = ""
    tail = f"?{urlencode(carried, safe=':/,', quote_via=quote)}" if carried else ""
    return f"postgresql+asyncpg://{sign_in}{at}{hosts}/{unquote(parts.path.removeprefix('/'))}{tail}"


def _with_port(host: str) -> str:
    if "[" in host:
        raise ValueError("several IPv6 hosts cannot be written for SQLAlchemy")
    return host if ":" in host else f"{host}:5432"
