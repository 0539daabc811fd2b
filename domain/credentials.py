"""One-time activation codes and secrets of machines: made, recognised, and hashed for keeping."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from typing import Final

CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I L O U
CODE_LENGTH: Final = 16  # of 32 letters: 80 bits
SHORT_LENGTH: Final = 8
MISREAD: Final = str.maketrans("ILO", "110", " -")

SECRET_PREFIX: Final = "dtk_"  # noqa: S105 - by which scanners for leaked secrets know ours
SECRET_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_LENGTH: Final = 43  # of 62 letters: 256 bits
CHECKSUM_LENGTH: Final = 6
SECRET: Final = re.compile(f"{SECRET_PREFIX}([0-9A-Za-z]{{{SECRET_LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})")


def activation_code() -> str:
    """A code for the first sign-in, used once: 80 bits as `7K3M-0QWE-R9TV-XZ2A`, with no letters that look alike."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def short_code(length: int = SHORT_LENGTH) -> str:
    """A code that somebody keeps and tells again in person: 40 bits as `7K3M-0QWE`."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
    return "-".join(code[start : start + 4] for start in range(0, length, 4))


def as_kept(code: str) -> str:
    """A code as it is compared, however it was typed (case, dashes, O for 0)."""
    return code.upper().translate(MISREAD)


def hash_code(code: str) -> bytes:
    """What is stored of an activation code; the same however it was typed (case, dashes, O for 0)."""
    return hashlib.sha256(_utf8(as_kept(code))).digest()


def secret() -> str:
    """A secret for a machine client: `dtk_`, 256 bits, a checksum that shows a slip without asking the database."""
    body = "".join(secrets.choice(SECRET_ALPHABET) for _ in range(SECRET_LENGTH))
    return SECRET_PREFIX + body + _checksum(body)


def well_formed_secret(text: str) -> bool:
    """Whether the text can be one of our secrets at all."""
    parts = SECRET.fullmatch(text)
    return parts is not None and _checksum(parts[1]) == parts[2]


def hash_secret(text: str) -> bytes:
    """What is stored of a machine's secret."""
    return hashlib.sha256(_utf8(text)).digest()


def _checksum(body: str) -> str:
    rest, digits = zlib.crc32(body.encode("ascii")), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(SECRET_ALPHABET))
        digits = SECRET_ALPHABET[digit] + digits
    return digits


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a lone surrogate is a wrong code, not a fault
