"""TCVN3 (TCVN 5712:1993, the ".VnTime" fonts): one byte a letter. Own table, written from the standard.

Fonts whose name ends in H show small letters as capitals; which ones cannot be known from the bytes.
"""

from __future__ import annotations

from typing import Final

_FROM_A1: Final = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ"  # A1-AF
    "\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắ"  # B0-BE
    "ẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíị"  # BF-DE
    "òỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ"  # DF-FE
)
TABLE: Final = {chr(0xA1 + place): letter for place, letter in enumerate(_FROM_A1)}
_DECODING: Final = str.maketrans(TABLE)


def from_tcvn3(text: str) -> str:
    """Text whose characters are the bytes of a TCVN3 file (Latin-1), as Vietnamese."""
    return text.translate(_DECODING)
