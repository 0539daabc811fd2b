"""The one reader of JSON bodies: strict, linear, and silent about what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from math import isinf
from typing import Any, NoReturn

from domain.refusals import Refusal

MOST_DIGITS = 32

# Possessive, and it always matches up to the end of the text: an unclosed string costs one pass, never one per quote.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class _TwiceError(Exception):
    """A key stood twice in one object."""


class _Doubled(dict[str, Any]):
    """An object in which a key stood twice, kept until its place is known."""


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    gathered = dict(pairs)
    if len(gathered) != len(pairs):
        raise _TwiceError
    return gathered


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    gathered = dict(pairs)
    return gathered if len(gathered) == len(pairs) else _Doubled(gathered)


def read_json(body: bytes, *, depth: int = 32) -> Any:
    """Read one JSON text of at most `depth` nested arrays and objects.

    Raises: Refusal malformed_json (with `because` and, for syntax, `at` = offset in characters), json_too_deep,
    json_duplicate_key (with `pointer` of the object; keys are shown as `*`), json_number_too_long.
    """
    text = _text_of(body)
    _refuse_deep(body, depth)
    try:
        value = _scan(_READER, text)
    except _TwiceError:
        # the scanner knows no places: read again with marks, only now that it is refused anyway
        raise Refusal("json_duplicate_key", pointer=_pointer_of_doubled(_scan(_MARKER, text))) from None
    if "\\u" in text:
        _refuse_bad_text(value)
    return value


def _text_of(body: bytes) -> str:
    if body.startswith(b"\xef\xbb\xbf"):
        raise Refusal("malformed_json", because="byte_order_mark")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("malformed_json", because="not_utf8") from None


def _refuse_deep(body: bytes, depth: int) -> None:
    """Count before the scanner runs, because the scanner answers depth with RecursionError."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return
    brackets = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > depth:
        raise Refusal("json_too_deep", limit=depth)


def _scan(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as broken:
        at = broken.pos
    # outside the handler: the exception holds the whole text and must not travel on as context
    raise Refusal("malformed_json", because="not_json", at=at)


def _integer(token: str) -> int:
    if len(token) > MOST_DIGITS:
        _refuse_long(token)
    return int(token)


def _fraction(token: str) -> float:
    if len(token) > MOST_DIGITS:
        _refuse_long(token)
    number = float(token)
    if isinf(number):
        _not_finite(token)
    return number


def _refuse_long(token: str) -> None:
    if sum(map(str.isdigit, token)) > MOST_DIGITS:
        raise Refusal("json_number_too_long", limit=MOST_DIGITS)


def _not_finite(_token: str) -> NoReturn:
    raise Refusal("malformed_json", because="not_finite")


def _refuse_bad_text(value: Any) -> None:
    """Escapes can spell what neither UTF-8 nor PostgreSQL can hold: half a surrogate pair, and NUL."""
    for text in _texts(value):
        if "\0" in text:
            raise Refusal("malformed_json", because="nul")
        if not _encodable(text):
            raise Refusal("malformed_json", because="lone_surrogate")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())


def _pointer_of_doubled(value: Any) -> str:
    waiting = [("", value)]
    while waiting:
        pointer, item = waiting.pop()
        if isinstance(item, _Doubled):
            return pointer
        if isinstance(item, dict):
            waiting.extend((f"{pointer}/*", inner) for inner in item.values())
        elif isinstance(item, list):
            waiting.extend((f"{pointer}/{place}", inner) for place, inner in enumerate(item))
    raise AssertionError("no doubled object in a document that was marked as having one")


def _decoder(gather: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=gather, parse_int=_integer, parse_float=_fraction, parse_constant=_not_finite
    )


_READER = _decoder(_single)
_MARKER = _decoder(_marked)
