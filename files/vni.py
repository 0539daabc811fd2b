"""VNI-Windows: a letter and, behind it, its mark as a second character. Own table, written from the standard.

Some letters are a character of their own (ñ = đ, ô = ơ, ö = ư, ì í æ ó ò = ì í ỉ ĩ ị, î = ỵ), so ô-with-hat is `oâ`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TONES: Final = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT: Final = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE: Final = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_ALONE: Final = {"ñ": "đ", "ô": "ơ", "ö": "ư", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _pairs() -> dict[str, str]:
    found = {base + mark: base + tone for base in "aeouy" for mark, tone in _TONES.items()}
    found |= {
        plain + mark: letter + tone for plain, letter in (("ô", "ơ"), ("ö", "ư")) for mark, tone in _TONES.items()
    }
    found |= {base + mark: base + "\u0302" + tone for base in "aeo" for mark, tone in _HAT.items()}
    found |= {"a" + mark: "a\u0306" + tone for mark, tone in _BREVE.items()}
    return found | _ALONE


def _cased(pairs: dict[str, str]) -> dict[str, str]:
    """Capitals carry capital marks; a capital letter before a small mark is what typists leave behind."""
    cased = {}
    for source, letter in pairs.items():
        cased[source] = unicodedata.normalize("NFC", letter)
        big = unicodedata.normalize("NFC", letter.upper())
        cased |= dict.fromkeys((source.upper(), source[0].upper() + source[1:]), big)
    return cased


TABLE: Final = _cased(_pairs())
_SEQUENCE: Final = re.compile("|".join(sorted(map(re.escape, TABLE), key=len, reverse=True)))


def from_vni(text: str) -> str:
    """Text whose characters are the bytes of a VNI file (Latin-1), as Vietnamese: the longest match wins."""
    return _SEQUENCE.sub(lambda found: TABLE[found[0]], text)


def holds_back(text: str) -> int:
    """How many last characters may belong to what comes next: a letter waits for its mark."""
    return 1 if text and text[-1].lower() in "aeouyôö" else 0
