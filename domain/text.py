"""Vietnamese text: how it is cleaned, refused, folded for search and put in dictionary order.

`fold`, `tokens` and `name_sort_key` have twins in the database (`vn_fold`, `vn_tokens`, `vn_name_sort_key`,
migration 0001); a test holds each pair equal. A change here is a new migration there, and a rebuild of what it filled.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of the dictionary
_LETTER_MARKS: Final = {"\u0306": "{", "\u0302": "|", "\u031b": "}"}  # breve, circumflex, horn; all sort after z

_Spans = tuple[tuple[int, int], ...]
# Zero width, direction and soft hyphen: they show nothing, so they never part a word.
_UNSEEN: Final[_Spans] = (
    (0xAD, 0xAD),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2069),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
)
_MARKS: Final[_Spans] = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
# What is no letter or digit of ASCII and Latin-1, modifier letters (K\u02bcBrôi), general and CJK punctuation.
_SEPARATORS: Final[_Spans] = (
    (0x00, 0x2F),
    (0x3A, 0x40),
    (0x5B, 0x60),
    (0x7B, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2B0, 0x2FF),
    (0x1680, 0x1680),
    (0x2000, 0x206F),
    (0x3000, 0x303F),
)
# Spaces part the words of a name; other separators only part its syllables.
_SPACES: Final[_Spans] = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0x85, 0x85),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
_CAPITALS: Final = {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
# Letters with no canonical decomposition. Ð ð (eth) are what old fonts and code pages made of Đ đ; ƀ is Ba Na and Ê Đê.
_WHOLE_LETTERS: Final = dict(zip("ĐđÐðɃƀØøŁłĦħıÆŒÞ", "ddddbboollhhiæœþ", strict=True))


def _every(spans: _Spans, becomes: str | None) -> dict[str, str | None]:
    return {chr(code): becomes for first, last in spans for code in range(first, last + 1)}


_FOLDING: Final = str.maketrans(
    _every(_SEPARATORS, " ") | _every(_UNSEEN + _MARKS, None) | _CAPITALS | _WHOLE_LETTERS,
)
_D_AFTER_D: Final = dict.fromkeys("ĐđÐð", "d~")
_SORTING: Final = str.maketrans(
    _every(_SEPARATORS, "-")
    | _every(_SPACES, " ")
    | _every(_UNSEEN + _MARKS, None)
    | {mark: mark for mark in _TONES}
    | _LETTER_MARKS
    | _CAPITALS
    | _WHOLE_LETTERS
    | _D_AFTER_D,
)
_TONING: Final = str.maketrans(
    _every(_SEPARATORS, " ") | _every(_UNSEEN, None) | dict.fromkeys("ĐÐð", "đ"),
)
_WITHOUT_TONES: Final = str.maketrans("", "", _TONES)
_TONE_RANKS: Final = str.maketrans(_TONES, "12345")
_UNFIT: Final = {
    "Cs": "surrogate",
    "Cc": "control",
    "Cf": "format_character",
    "Zl": "format_character",
    "Zp": "format_character",
}
_LINES: Final = str.maketrans("", "", "\t\n\r")
_NOT_A_TONE: Final = re.compile(f"[^{_TONES}-]+")
_DASHES: Final = re.compile("-+")
_PASTED: Final[_Spans] = ((0xAD, 0xAD), (0x200B, 0x200D), (0x2060, 0x2060), (0xFEFF, 0xFEFF))
# What nearly every text consists of: composed letters of Việt Nam and her neighbours, ASCII. Seen at one glance.
_LATIN: Final = (
    "A-Za-z\u00c0-\u00cf\u00d1-\u00d6\u00d8-\u00ef\u00f1-\u00f6\u00f8-\u0148\u014a-\u017f"
    "\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9"
)
_TIDY: Final = re.compile(rf"[{_LATIN}!-@\[-`{{-~]+(?: [{_LATIN}!-@\[-`{{-~]+)*")
_PLAIN: Final = re.compile(rf"[{_LATIN} -@\[-`{{-~]*[{_LATIN}!-@\[-`{{-~][{_LATIN} -@\[-`{{-~]*")
_PLAIN_NAME: Final = re.compile(rf"[ -/:-@\[-`{{-~]*[{_LATIN}][{_LATIN} -/:-@\[-`{{-~]*")
_TIDYING: Final = str.maketrans(_every(_SPACES, " ") | _every(_PASTED, None) | {"Ð": "Đ", "ð": "đ"})


class NameParts(NamedTuple):
    """Họ, chữ đệm, tên. A name of one word is a given name; the others are then empty."""

    family: str
    middle: str
    given: str


def tidy(text: str) -> str:
    """Return the text as it is stored: NFC, Đ for a mistyped Ð, no zero width, single spaces, no space at the ends.

    Direction marks and control characters stay, so that `flaw_in_text` can refuse them.
    """
    if _TIDY.fullmatch(text):
        return text
    spaced = unicodedata.normalize("NFC", text.translate(_TIDYING))
    return " ".join(word for word in spaced.split(" ") if word)


def upper(text: str) -> str:
    """Return the capitals an official form prints. Python's casing knows no locale, so đ is Đ and i is I everywhere."""
    return unicodedata.normalize("NFC", text.upper())


def fold(text: str) -> str:
    """Return the search key: lower case, no marks, d for đ, one space for any punctuation. Stays itself when folded."""
    return " ".join(unicodedata.normalize("NFD", text).translate(_FOLDING).split())


def tokens(text: str) -> tuple[str, ...]:
    """Return the different folded words in the order of their first appearance."""
    return tuple(dict.fromkeys(fold(text).split()))


def toned_fold(text: str) -> str:
    """Return a key that keeps letters and tones and forgets case and where a tone stands: hoà and hòa are one."""
    words = unicodedata.normalize("NFD", text.lower()).translate(_TONING).split()
    return unicodedata.normalize("NFC", " ".join(_tone_last(word) for word in words))


def name_parts(full_name: str) -> NameParts:
    """Part a full name at its spaces; hyphens and apostrophes (K'Brôi) hold a word together."""
    *before, given = tidy(full_name).split(" ")
    family, middle = (before[0], " ".join(before[1:])) if before else ("", "")
    return NameParts(family, middle, given)


def name_sort_key(full_name: str) -> str:
    """Return a key whose byte order is the Vietnamese order of names: given name, then family, then middle.

    Each part is its letters (a ă â b c d đ e ê …), a space, and the tones of its syllables (ngang huyền hỏi ngã sắc
    nặng), which count only between equal letters. Nguyễn Văn Đức gives `d~u}c 4 nguye|n 3 va{n`.
    """
    spelled = unicodedata.normalize("NFD", full_name).translate(_SORTING)
    *before, given = [joined for word in spelled.split(" ") if (joined := _joined(word))] or [""]
    parts = [given, *before[:1], "-".join(before[1:])]
    return " ".join(f"{_letters(part)} {_tones(part)}" for part in parts if part).rstrip(" ")


def _joined(word: str) -> str:
    return _DASHES.sub("-", word).strip("-")


def _letters(part: str) -> str:
    return part.translate(_WITHOUT_TONES)


def _tones(part: str) -> str:
    return _NOT_A_TONE.sub("", part).translate(_TONE_RANKS)


def _tone_last(word: str) -> str:
    return _letters(word) + "".join(letter for letter in word if letter in _TONES)


def flaw_in_text(text: str, *, name: bool = False, max_length: int) -> str | None:
    """Return the code of the first thing that keeps the text from being stored, or None. Length is in NFC characters.

    Meant for text that is already tidy, where a zero width or direction mark is a disguise. Line breaks and tabs
    belong to prose, never to a name.
    """
    if len(text) <= max_length and (_PLAIN_NAME if name else _PLAIN).fullmatch(text):
        return None
    if len(text) > 4 * max_length:  # no NFC is shorter than a quarter of its text; spares normalising 10 MB
        return "too_long"
    composed = unicodedata.normalize("NFC", text)
    if "\0" in composed:
        return "nul"
    categories = {unicodedata.category(letter) for letter in (composed if name else composed.translate(_LINES))}
    if unfit := next((code for category, code in _UNFIT.items() if category in categories), None):
        return unfit
    if len(composed) > max_length:
        return "too_long"
    if not composed.strip():
        return "empty"
    return _flaw_in_name(composed, categories) if name else None


def _flaw_in_name(name: str, categories: set[str]) -> str | None:
    if categories & {"Nd", "Nl", "No"}:
        return "digits"
    if categories & {"Co", "Cn"}:  # private use is how the old Vietnamese fonts come through
        return "unassigned"
    scripts = {_script(letter) for letter in name if unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo"}}
    if not scripts:
        return "empty"
    return "mixed_scripts" if "LATIN" in scripts and len(scripts) > 1 else None


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]
