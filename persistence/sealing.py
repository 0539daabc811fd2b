"""Encryption at rest: sealed columns, blind indexes to find them by, and cursors that only their asker can use."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 2
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
LONGEST_CURSOR: Final = 1024  # characters
BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")


class SealBroken(Exception):  # noqa: N818 - an answer to what was brought back, not a fault of ours
    """What was brought was not sealed by us, not for this place or asker, or not with a key we hold."""


class Sealer:
    """Seals the text of one column of one row: AES-256-GCM, bound to its place.

    Nonces are random: write with one data key at most 2^32 times, then make a new one `current`. Older keys still open.
    The blind key cannot change without indexing anew.
    """

    def __init__(self, data_keys: Mapping[int, bytes], blind_key: bytes, current: int) -> None:
        self._ciphers = {number: AESGCM(_whole(key)) for number, key in data_keys.items()}
        self._sealing = self._ciphers[current]
        self._prefix = current.to_bytes(KEY_ID_BYTES)
        self._blind_key = _whole(blind_key)
        self._keyed: dict[str, tuple[Any, Any]] = {}

    @classmethod
    def from_master(cls, master: bytes, current: int = 1) -> Sealer:
        """Data keys 1 to `current` and the blind key, all separate, from one secret."""
        data_keys = {number: derived(master, f"data/{number}") for number in range(1, current + 1)}
        return cls(data_keys, derived(master, "blind"), current)

    def seal(self, text: str, *, table: str, row: UUID, column: str) -> bytes:
        """Key number, nonce, ciphertext and tag: 30 bytes more than the text."""
        return self.seal_bytes(text.encode("utf-8"), table=table, row=row, column=column)

    def seal_bytes(self, content: bytes, *, table: str, row: UUID, column: str) -> bytes:
        """The same for bytes, as of a paper or a scan."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(table, row, column, self._prefix)
        return self._prefix + nonce + self._sealing.encrypt(nonce, content, place)

    def open(self, blob: bytes, *, table: str, row: UUID, column: str) -> str:
        """The text that was sealed for exactly this place. Raises: SealBroken."""
        return self.open_bytes(blob, table=table, row=row, column=column).decode("utf-8")

    def open_bytes(self, blob: bytes, *, table: str, row: UUID, column: str) -> bytes:
        """The bytes that were sealed for exactly this place. Raises: SealBroken."""
        prefix, nonce, sealed = _cut(blob, KEY_ID_BYTES)
        cipher = self._ciphers.get(int.from_bytes(prefix))
        if cipher is None:
            raise SealBroken
        return _decrypted(cipher, nonce, sealed, _place(table, row, column, prefix))

    def is_current(self, blob: bytes) -> bool:
        """Whether the blob needs no sealing anew after a change of key."""
        return blob[:KEY_ID_BYTES] == self._prefix

    def blind(self, kind: str, normalised: str) -> bytes:
        """The same 32 bytes for the same value of the same kind; without the key neither made nor guessed through."""
        keyed = self._keyed.get(kind)
        if keyed is None:
            keyed = self._keyed[kind] = _keyed(derived(self._blind_key, f"kind/{kind}"))
        inner, outer = keyed[0].copy(), keyed[1].copy()
        inner.update(normalised.encode("utf-8"))
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest


class CursorSeal:
    """Seals a cursor for one context, `bound_to(actor, query signature, scope epoch)`; a URL shows no sort key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_whole(key))

    @classmethod
    def from_master(cls, master: bytes) -> CursorSeal:
        """A key of its own, derived from the one secret."""
        return cls(derived(master, "cursor"))

    def seal(self, payload: bytes, *, context: bytes) -> str:
        """URL-safe text of at most 1,024 characters. Raises: ValueError for a payload over 740 bytes."""
        nonce = os.urandom(NONCE_BYTES)
        text = _encoded(nonce + self._cipher.encrypt(nonce, payload, context))
        if len(text) > LONGEST_CURSOR:
            raise ValueError("a cursor holds at most 740 bytes")
        return text

    def open(self, text: str, context: bytes) -> bytes:
        """The payload, for whom and what it was sealed. Raises: SealBroken."""
        _, nonce, sealed = _cut(_decoded(text), 0)
        return _decrypted(self._cipher, nonce, sealed, context)


def bound_to(*parts: bytes) -> bytes:
    """Several parts as one, so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def derived(secret: bytes, label: str) -> bytes:
    """A 32-byte key for one use (HKDF-SHA256, RFC 5869): keys of different labels tell nothing of each other."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"diemtua/1/{label}".encode()).derive(_whole(secret))


def _whole(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError("a key has exactly 32 bytes")
    return key


def _place(table: str, row: UUID, column: str, key_id: bytes) -> bytes:
    before, after = _around(table, column, key_id)
    return before + row.bytes + after


@lru_cache(512)
def _around(table: str, column: str, key_id: bytes) -> tuple[bytes, bytes]:
    """A place without its row: one table and column are sealed many times."""
    row = bytes(16)
    whole = bound_to(table.encode("utf-8"), row, column.encode("utf-8"), key_id)
    cut = 4 + len(table.encode("utf-8")) + 4
    return whole[:cut], whole[cut + len(row) :]


def _keyed(key: bytes) -> tuple[Any, Any]:
    """The two hashes of HMAC-SHA256 (RFC 2104) with the key already in them: half of the work of each digest."""
    block = key.ljust(64, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in block)), sha256(bytes(byte ^ 0x5C for byte in block))


def _cut(blob: bytes, prefix: int) -> tuple[bytes, bytes, bytes]:
    start = prefix + NONCE_BYTES
    if len(blob) < start + TAG_BYTES:
        raise SealBroken
    return blob[:prefix], blob[prefix:start], blob[start:]


def _decrypted(cipher: AESGCM, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, place)
    except InvalidTag:
        raise SealBroken from None


def _encoded(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    if len(text) > LONGEST_CURSOR or not BASE64URL.fullmatch(text):
        raise SealBroken
    try:
        blob = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise SealBroken from None
    if _encoded(blob) != text:  # spare bits must be zero: one text for one cursor
        raise SealBroken
    return blob
