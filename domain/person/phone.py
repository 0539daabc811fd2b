"""Telephone numbers: one form to store (E.164), the codes of what is wrong, the mask.

A family often shares one telephone, so a number names no person and is never unique.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from domain.person.identity import masked_tail

SYNTHETIC_PHONE_PREFIX: Final = "+8430"
"""Start of the numbers of invented people: the form of a mobile number in a range given to no operator."""

_FILLERS: Final = re.compile(r"[\s.\-/()\u00ad\u200b-\u200f\u202a-\u202e\u2010-\u2015\u2060-\u2069\ufeff]+")
_TRUNK_ZERO: Final = re.compile(r"(?<=84)\s*\(0\)")  # +84 (0)91 …
_DIALLED: Final = re.compile(r"\+?[0-9]+")
_MOBILE_OR_LANDLINE: Final = re.compile(r"[35789][0-9]{8}|2[0-9]{9}")
_OLD_MOBILE: Final = re.compile(r"1[0-9]{9}")  # 11 digits, renumbered to ten in 2018
_FOREIGN: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_WITHOUT_PLUS: Final = re.compile(r"84(?:[35789][0-9]{8}|2[0-9]{9})")


def normalise_phone(text: str) -> str:
    """Return the number in E.164 (`+84912345678`), or as near to it as it can be read; `phone_flaw` judges it.

    A number without a country is Vietnamese: mobile `0[35789]` and eight digits, landline `02` and nine digits.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    dialled = _FILLERS.sub("", _TRUNK_ZERO.sub("", plain))
    if dialled.startswith("00"):
        return _without_trunk_zero("+" + dialled[2:])
    if dialled.startswith("0"):
        return "+84" + dialled[1:]
    return "+" + dialled if _WITHOUT_PLUS.fullmatch(dialled) else _without_trunk_zero(dialled)


def phone_flaw(text: str) -> str | None:
    """Return what is wrong with a number as written, or None.

    Codes: `empty`, `not_a_phone` (letters, signs), `old_mobile` (11 digits, before 2018), `no_such_number` (not the
    length or start of a number in Việt Nam), `country_missing` (neither a leading 0 nor a country), `wrong_length`.
    """
    number = normalise_phone(text)
    if not number:
        return "empty"
    if not _DIALLED.fullmatch(number):
        return "not_a_phone"
    if number.startswith("+84"):
        return _flaw_at_home(number[3:])
    if not number.startswith("+"):
        return "country_missing"
    return None if _FOREIGN.fullmatch(number) else "wrong_length"


def masked_phone(number: str) -> str:
    """Return the number with all but its last three digits hidden."""
    return masked_tail(number)


def _without_trunk_zero(number: str) -> str:
    return "+84" + number[4:] if number.startswith("+840") else number


def _flaw_at_home(subscriber: str) -> str | None:
    if _MOBILE_OR_LANDLINE.fullmatch(subscriber):
        return None
    return "old_mobile" if _OLD_MOBILE.fullmatch(subscriber) else "no_such_number"
