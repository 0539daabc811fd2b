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

COMMON = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "van",
        "thi",
        "duc",
        "huu",
        "thanh",
        "minh",
    ]
)
"""Words borne by many: a worse start for a search than any other word."""
MOST_WORDS = 8


class Searching(Protocol):
    """A search body or the arguments of a GraphQL field."""

    def filters(self) -> dict[str, Any]: ...
    def asked(self, ctx: Context, noun: Any, filters: dict[str, Any]) -> Asked: ...


def attempts(ctx: Context, search: Searching) -> Attempts:
    """Exact words, then the last one begun. Numbers become blind indexes here; nothing of them reaches the database."""
    given = search.filters()
    q = given.pop("q", None)
    given = blinded(ctx, given)
    if q is None:
        return Attempts((search.asked(ctx, PERSON, given),))
    return Attempts(tuple(search.asked(ctx, PERSON, given | words) for words in _words(ctx, q)))


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
    return sorted(words, key=lambda word: (word in COMMON, -len(word)))


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
