"""A search as a caller writes it → the attempts the use-case makes, stricter first."""

from __future__ import annotations

from typing import Any, Protocol

from domain.acts import Context
from domain.person.identity import IdentityKind, normalise_number
from domain.person.noun import PERSON
from domain.person.phone import normalise_phone, phone_flaw
from domain.person.use_cases import Attempts
from domain.reading import Asked
from domain.refusals import Flaw, Refusal, flawed
from domain.text import tokens

BORNE_BY_MANY = (
    "van nguyen thi tran le minh hoang thanh duc anh pham tuan quang dinh huu ngoc"
    " hung hai dung quoc trung xuan bui phan dang huynh vo vu duong do ho ngo ly"
)
"""Words of names, the most common first: a search starts at its rarest word."""
COMMONNESS = {word: place for place, word in enumerate(reversed(BORNE_BY_MANY.split()), 1)}
MOST_WORDS = 8


class Searching(Protocol):
    """A search body or the arguments of a GraphQL field."""

    def filters(self) -> dict[str, Any]: ...
    def asked(self, ctx: Context, noun: Any, filters: dict[str, Any]) -> Asked: ...


def attempts(ctx: Context, search: Searching) -> Attempts:
    """Exact words, then the last one begun. Numbers become blind indexes here; nothing of them reaches the database."""
    given = search.filters()
    choices = attempted(ctx, given)
    if "q" not in given:
        return Attempts((search.asked(ctx, PERSON, choices[0]),))
    return Attempts(_fitting(ctx, search, choices))


def attempted(ctx: Context, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The filters of each attempt: whole words, then the last one begun."""
    rest = blinded(ctx, {name: value for name, value in given.items() if name != "q"})
    return [rest | words for words in _words(ctx, given["q"])] if "q" in given else [rest]


def _fitting(ctx: Context, search: Searching, choices: list[dict[str, Any]]) -> tuple[Asked, ...]:
    """A cursor belongs to the attempt that found its page; the others are passed over. Raises `bad_cursor`."""
    asked: list[Asked] = []
    refused: Refusal | None = None
    for filters in choices:
        try:
            asked.append(search.asked(ctx, PERSON, filters))
        except Refusal as no:
            if no.code != "bad_cursor":
                raise
            refused = no
    if refused is not None and not asked:
        raise refused
    return tuple(asked)


def _words(ctx: Context, q: str) -> list[dict[str, Any]]:
    words = list(dict.fromkeys(tokens(q)))[:MOST_WORDS]
    if not words:
        raise flawed("/q", "empty")
    if len(words) == 1 and ctx.actor.level == "country":
        raise flawed("/q", "one_more_word")
    exact, last = _rarest_first(words), words[-1]
    if len(words) == 1:
        return [{"words": exact}, {"word_begun": last}]
    return [{"words": exact}, {"words_begun": [*_rarest_first(words[:-1]), last]}]


def _rarest_first(words: list[str]) -> list[str]:
    return sorted(words, key=lambda word: (COMMONNESS.get(word, 0), -len(word)))


def blinded(ctx: Context, given: dict[str, Any]) -> dict[str, Any]:
    blind = ctx.store.blind
    if "national_id" in given:
        number = normalise_number(IdentityKind.PERSONAL_ID, given["national_id"])
        given["national_id"] = blind("person_identifier", number)
    if "phone" in given:
        if code := phone_flaw(given["phone"]):
            raise Refusal("invalid", flaws=(Flaw("/phone", code),))
        given["phone"] = blind("person_phone", normalise_phone(given["phone"]))
    return given
