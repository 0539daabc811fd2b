"""In which encoding a file is written: by its marks, by its validity, by how Vietnamese its words come out.

A file has one encoding: it is judged as a whole, never cell by cell. Text in an old font may hide inside valid UTF-8
(typed in Excel under ".VnTime"): that is `disguise`.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from files.cells import FileRefused
from files.syllables import share
from files.tcvn3 import from_tcvn3
from files.vni import from_vni, holds_back

UNCHANGED: Final[Callable[[str], str]] = str
OLD_FONTS: Final[dict[str, Callable[[str], str]]] = {"tcvn3": from_tcvn3, "vni": from_vni}
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LEGACY: Final = ("cp1258", "tcvn3", "vni")
ENOUGH: Final = 0.6
"""Share of syllables from which words are believed to be Vietnamese."""
SAMPLE: Final = 200_000


@dataclass
class Sniffer:
    """Fed with all bytes of a file; keeps a bounded sample of lines that hold more than ASCII."""

    head: bytes = b""
    sample: bytearray = field(default_factory=bytearray)
    utf8: bool = True
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    _rest: bytes = b""

    def feed(self, chunk: bytes) -> None:
        if len(self.head) < 4096:
            self.head += chunk[:4096]
        if self.utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self.utf8 = False
        if len(self.sample) < SAMPLE:
            self._collect(chunk)

    def _collect(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._rest = self._rest[-65_536:]
        for line in lines:
            if not line.isascii() and len(self.sample) < SAMPLE:
                self.sample += line[:4096] + b"\n"

    def encoding(self) -> str:
        """utf-8, utf-8-sig, utf-16[-le|-be], cp1258, tcvn3 or vni. Raises FileRefused for what is none of them."""
        if marked := next((name for mark, name in MARKS if self.head.startswith(mark)), None):
            return _supported(marked)
        if unmarked := _wide(self.head):
            return unmarked
        if self.utf8 and self._ends_whole():
            return "utf-8"
        sample = bytes(self.sample) + (b"" if self._rest.isascii() else self._rest)
        if _mostly_utf8(sample):
            raise FileRefused("not_of_its_encoding")
        scores = {name: _scored(name, sample) for name in LEGACY}
        best = max(scores, key=lambda name: scores[name])
        if scores[best] < ENOUGH:
            raise FileRefused("encoding_unknown")
        return best

    def _ends_whole(self) -> bool:
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True


def _mostly_utf8(sample: bytes) -> bool:
    """UTF-8 but for a line or two: a file pasted together, to be saved again and not guessed at."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not letter.isascii() for letter in text) - broken > 3 * broken


def _supported(name: str) -> str:
    if name == "utf-32":
        raise FileRefused("encoding_unknown")
    return name


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of ASCII is zero."""
    if len(head) < 4 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) / 8 and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) / 8 and even > 4 * odd else None


def _scored(name: str, sample: bytes) -> float:
    try:
        return share("".join(decoded([sample], name)))[0]
    except FileRefused:
        return 0.0


def decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The text of a file, in NFC, piece by piece. Raises FileRefused where bytes are not of the encoding."""
    if encoding in OLD_FONTS:
        yield from _from_font(chunks, encoding)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeError as broken:
        raise FileRefused("not_of_its_encoding") from broken


def _from_font(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    convert, held = OLD_FONTS[encoding], ""
    for chunk in chunks:
        text = held + chunk.decode("latin-1")
        keep = holds_back(text) if encoding == "vni" else 0
        held = text[len(text) - keep :]
        yield convert(text[: len(text) - keep])
    yield convert(held)


def disguise(text: str) -> str | None:
    """The old font whose characters stand in what is valid Unicode, if the text is Vietnamese only that way."""
    plain, words = share(text)
    if words < 2 or plain >= ENOUGH:
        return None
    latin = "".join(letter for letter in unicodedata.normalize("NFC", text) if ord(letter) < 256)
    scores = {name: share(convert(latin))[0] for name, convert in OLD_FONTS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= ENOUGH and scores[best] > plain else None


def undisguised(name: str | None) -> Callable[[str], str]:
    """What turns a cell of such a file into Vietnamese."""
    return UNCHANGED if name is None else lambda text: OLD_FONTS[name](unicodedata.normalize("NFC", text))
