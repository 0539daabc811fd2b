"""Whether a word can be a Vietnamese syllable: what tells one old encoding from another.

Spelling is closed: an onset, a rime, a tone. Names of other languages fail, so a share is asked of a whole file and
never of one word.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ONSETS: Final = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x|"
_RIMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây e ec em en eng eo ep et"
    " ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iê iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam"
    " oan oang oanh oao oap oat oay oă oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn"
    " ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uâ uân uâng uât uây uê uêch uênh uôc"
    " uôi uôm uôn uông uôt uơ uy"
    " uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươ ươc ươi ươm ươn ương ươp ươt ươu y ych yn ynh yt"
    " yêm yên yêng yêt yêu"
)
_SYLLABLE: Final = re.compile(f"(?:{_ONSETS})(?:{'|'.join(sorted(_RIMES.split(), key=len, reverse=True))})")
_TONES: Final = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_STOPPED: Final = re.compile(r"(?:c|ch|p|t)$")
_WORD: Final = re.compile(r"[^\W\d_]+")


def is_syllable(word: str) -> bool:
    """An onset and a rime; at most one tone, and before a stop only sắc or nặng."""
    parted = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in parted if ord(mark) in _TONES]
    plain = unicodedata.normalize("NFC", parted.translate(_TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not (tones and _STOPPED.search(plain) and tones[0] not in "\u0301\u0323")


def share(text: str) -> tuple[float, int]:
    """How many of the words with a letter beyond ASCII are syllables, and how many such words there are."""
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    return (sum(map(is_syllable, words)) / len(words) if words else 0.0), len(words)
