"""Passwords of officers: judged, hashed and compared here."""

from __future__ import annotations

import asyncio
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from os.path import commonprefix
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final, TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from domain.refusals import Refusal

SHORTEST: Final = 15  # characters, for a password that stands alone
LONGEST: Final = 256  # characters
LEAST_EFFORT: Final = 10  # characters a guesser must find after the words they try first
FROM_A_BLOCKED_WORD: Final = 2  # what one word of the block list is worth in such characters
SHORTEST_RUN: Final = 3
KEY_ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "!@#$%^&*()")
RUNS: Final = (*KEY_ROWS, *(row[::-1] for row in KEY_ROWS))
YEAR: Final = re.compile(r"(?:19|20)\d\d")
SWAPPED: Final = str.maketrans("@430157$!", "aaeoistsi")
BLOCK_LIST: Final = Path(__file__).with_name("weak_passwords.txt")

Answer = TypeVar("Answer")


class Passwords:
    """Hashes and verifies passwords in a few threads with a short queue: a flood of sign-ins drowns nobody else.

    argon2id with t=2, m=19 MiB, p=1: about 28 ms each.
    """

    def __init__(self, *, threads: int = 2, waiting: int = 32) -> None:
        self._hasher = Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._places = BoundedSemaphore(threads + waiting)
        self._of_nobody = self._hasher.hash(secrets.token_bytes(32))

    async def hash(self, password: str) -> str:
        """The text to store. Raises: Refusal overloaded; ValueError over 256 characters."""
        if len(password) > LONGEST:
            raise ValueError("weakness() comes before hash()")
        return await self._in_turn(lambda: self._hasher.hash(_normalised(password)))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; an unknown user (None) costs as much as a known one.

        Raises: Refusal overloaded.
        """
        possible = stored is not None and len(password) <= LONGEST
        against = stored if stored is not None else self._of_nobody
        tried = _normalised(password[:LONGEST])
        return await self._in_turn(lambda: self._hasher.verify(tried, against)) and possible

    def needs_rehash(self, stored: str) -> bool:
        """Whether a hash that was just verified was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Let the threads end; what still waits is given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_turn(self, work: Callable[[], Answer]) -> Answer:
        if not self._places.acquire(blocking=False):
            raise Refusal("overloaded")
        task = self._threads.submit(work)
        # The place is free when the thread is, not when an impatient caller has gone.
        task.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(task)


def weakness(password: str, *, own_words: Iterable[str]) -> str | None:
    """Why a new password is refused: `too_short`, `too_long`, `blocked`; None if it will do.

    `own_words` are names that stand near the user: theirs, their unit's. No rule asks for kinds of characters.
    """
    if len(password) > LONGEST:
        return "too_long"
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return "too_short"
    return "blocked" if _effort(_folded(plain), _blocked_words() | _own(own_words)) < LEAST_EFFORT else None


def _normalised(password: str) -> bytes:
    return _utf8(unicodedata.normalize("NFKC", password))  # one password on every keyboard and phone


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # a lone surrogate is a wrong password, not a fault


def _folded(text: str) -> str:
    """Lower case without diacritics, spaces and dashes: `Mật khẩu` and `mat_khau` are one word."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in " ._-")


@cache
def _blocked_words() -> frozenset[str]:
    lines = BLOCK_LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(_folded(line) for line in lines if not line.startswith("#"))


def _own(words: Iterable[str]) -> frozenset[str]:
    parts = {_folded(part) for word in words for part in (word, *re.split(r"[\W_]+", word))}
    return frozenset(part for part in parts if len(part) >= SHORTEST_RUN)


def _effort(text: str, words: frozenset[str]) -> int:
    """How many characters a guesser must find who knows the words, the rows of keys, years and repetition."""
    pieces = _pieces(_period(text), words)
    loose = sum(1 for piece in pieces if len(piece) == 1)
    return loose + FROM_A_BLOCKED_WORD * len({piece for piece in pieces if len(piece) > 1})


def _pieces(text: str, words: frozenset[str]) -> list[str]:
    pieces, place, longest = [], 0, max(map(len, words))
    while place < len(text):
        rest = text[place:]
        length = max(_word(rest[:longest], words), _run(rest), 1)
        pieces.append(rest[:length])
        place += length
    return pieces


def _word(text: str, words: frozenset[str]) -> int:
    """The length of the longest blocked word that the text begins with, as written or with swapped letters."""
    swapped = text.translate(SWAPPED)
    return next((end for end in range(len(text), 1, -1) if text[:end] in words or swapped[:end] in words), 0)


def _run(text: str) -> int:
    """The length of the row of keys, the one letter over and over, or the year that the text begins with."""
    same = len(text) - len(text.lstrip(text[0]))
    rows = [row[row.index(text[0]) :] for row in RUNS if text[0] in row]
    longest = max([same, *(len(commonprefix([text, row])) for row in rows)])  # noqa: RUF071 - letters, not paths
    if longest >= SHORTEST_RUN:
        return longest
    return 4 if YEAR.match(text) else 0


def _period(text: str) -> str:
    """The part that a text repeats, if it does: `abcabcab` gives `abc`."""
    lengths = range(1, len(text) // 2 + 1)
    return next((text[:length] for length in lengths if text[length:] == text[:-length]), text)
