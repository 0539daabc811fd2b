"""Signatures as standard-webhooks has them (https://www.standardwebhooks.com): any client library checks them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """256 bits, as receivers' libraries take them."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(given: Sequence[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers. Each secret that is valid signs; the receiver needs to know one of them."""
    words = f"{id}.{timestamp}.".encode() + body
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_mac(secret, words)}" for secret in given),
    }


def _mac(secret: str, words: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, words, hashlib.sha256)).decode()
