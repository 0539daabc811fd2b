"""Numbers on identity papers: what is refused, what is only doubted, what may be shown.

The 12-digit personal number is PPP G YY RRRRRR: place where the birth was registered, century and gender, year of
birth, six random digits, no check digit (Decree 137/2015 Art 13; Circular 07/2016; Law on Identity 26/2023 Art 12).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final

# The 63 provinces of before 2025-07-01, as numbered by QĐ 124/2004.
# fmt: off
_PROVINCE_NUMBERS: Final = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33,
    34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66,
    67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
)
# fmt: on
PROVINCES: Final = frozenset(f"{number:03}" for number in _PROVINCE_NUMBERS)
# Births registered abroad carry a country number of Circular 07/2016 instead, which do not begin with 0. That list was
# not at hand, so no country is called unknown; only a warning hangs on it.
_FIRST_COUNTRY: Final = "100"

SYNTHETIC_PREFIX: Final = "000"
"""Prefix of the numbers of invented people; no real person's can start so.

Provinces are numbered from 01 (01-96 in QĐ 124/2004, 01-99 in QĐ 19/2025), so their prefix is 001-099, and countries
are numbered above them: 000 is neither. Old 9-digit cards begin with two digits of a province, from 01.
"""

_SHOWN: Final = 3
"""Digits a mask leaves. Place, gender and year are easily guessed, so four would leave only a hundred candidates."""


class IdentityKind(StrEnum):
    """Which paper a number stands on."""

    PERSONAL_ID = "personal_id"
    OLD_ID_9 = "old_id_9"
    OLD_ID_12 = "old_id_12"
    PASSPORT = "passport"


_FORMS: Final = {
    IdentityKind.PERSONAL_ID: (re.compile(r"[0-9]{12}"), "not_12_digits"),
    IdentityKind.OLD_ID_9: (re.compile(r"[0-9]{9}"), "not_9_digits"),
    IdentityKind.OLD_ID_12: (re.compile(r"[0-9]{12}"), "not_12_digits"),
    # Việt Nam's is a letter and seven digits (B1234567); other states use five to fifteen letters and digits.
    IdentityKind.PASSPORT: (re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,15}"), "not_a_passport_number"),
}
_FILLERS: Final = re.compile(r"[\s.\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\ufeff]+")


def normalise_number(kind: IdentityKind, text: str) -> str:
    """Return the number as it is stored and compared: no spaces, dots or hyphens, plain digits, capital letters."""
    plain = _FILLERS.sub("", unicodedata.normalize("NFKC", text))
    return plain.upper() if kind is IdentityKind.PASSPORT else plain


def number_flaw(kind: IdentityKind, number: str) -> str | None:
    """Return the code of what is wrong with the form of a normalised number, or None."""
    form, code = _FORMS[kind]
    return None if form.fullmatch(number) else code


def personal_id_flaw(number: str) -> str | None:
    """Return `not_12_digits` or None. Nothing else about a personal number may be refused (dossier §11.1)."""
    return number_flaw(IdentityKind.PERSONAL_ID, number)


def personal_id_warnings(number: str, *, born_on: date | None, gender: str | None) -> tuple[str, ...]:
    """Return what an officer should look at again: `synthetic` or `province_unknown`, `century`, `gender`, `year`.

    Never a refusal: a corrected gender or birth date, a birth abroad or the practice since the merger of provinces
    explains each of them. Only the year of `born_on` is used, so any precision will do.
    """
    if personal_id_flaw(number):
        return ()
    century_and_gender, year = int(number[3]), int(number[4:6])
    doubts = {
        "synthetic": is_synthetic(number),
        "province_unknown": not is_synthetic(number) and not _is_known_place(number[:3]),
        "century": born_on is not None and 19 + century_and_gender // 2 != born_on.year // 100,
        "gender": gender in {"male", "female"} and century_and_gender % 2 != (gender == "female"),
        "year": born_on is not None and year != born_on.year % 100,
    }
    return tuple(code for code, doubted in doubts.items() if doubted)


def is_synthetic(number: str) -> bool:
    """Whether the number was made for demonstration or measuring and can belong to nobody."""
    return number.startswith(SYNTHETIC_PREFIX)


def masked_tail(number: str) -> str:
    """Return the number with all but its last three characters hidden; one under eight characters is hidden whole."""
    shown = _SHOWN if len(number) >= 8 else 0
    return "•" * (len(number) - shown) + number[len(number) - shown :]


def _is_known_place(prefix: str) -> bool:
    return prefix in PROVINCES or prefix >= _FIRST_COUNTRY
