"""What a compiled plan may hold: our words, numbered arguments, declared joins. And how much of it is kept."""

from __future__ import annotations

import random
import re

import pytest

from api import selection as rest
from api.graphql.door import KEPT_TEXTS, Documents
from api.graphql.road import KEPT_SHAPES, Executor
from domain.access.policy import Role
from domain.access.scope import narrow
from domain.nouns import NOUNS
from domain.reading import Form, Pick, Road, Selection
from domain.refusals import Refusal
from persistence.projections import plan, splice, width
from persistence.registry import READS

ROADS = (
    (Road.UNIT, "commune"),
    (Road.UNIT, "area"),
    (Road.UNIT, "province"),
    (Road.UNIT, "district"),
    (Road.MADE, "district"),
    (Road.GRANT, "organisation"),
    (Road.COUNTRY, "country"),
)
PLACEHOLDER = re.compile(r"\$(\d+)(::\w+(?:\[\])?)?")
WORDS = re.compile(r"'(?:[^']|'')*'")
SEEDS = range(300)


def selection(chance, noun, form, depth):
    """Any selection of a noun: some fields, some relations, sometimes filters, an order and a cursor."""
    declared = NOUNS[noun]
    picks = [Pick(name, name, name) for name in chance.sample(list(declared.fields), chance.randint(1, 6))]
    picks.append(Pick("masked", "masked", "masked"))
    for name, relation in declared.relations.items():
        if depth and chance.random() < 0.5:
            inner = chance.choice((Form.LIST, Form.PAGE)) if relation.many else Form.ONE
            picks.append(Pick(name, name, name, selection(chance, relation.noun, inner, depth - 1)))
    if form is Form.ONE:
        return Selection(noun, form, tuple(picks))
    order = chance.choice(declared.orders)
    if form is Form.LIST:
        return Selection(noun, form, tuple(picks), order)
    return page(chance, noun, order, tuple(picks))


def page(chance, noun, order, picks):
    facts = ("next", "has_next_page", "has_previous_page", "start_cursor", "end_cursor", "incomplete")
    part = tuple(Pick(name, name, name) for name in chance.sample(facts, chance.randint(1, 4)))
    rows = Selection(noun, Form.ONE, picks)
    edge = (Pick("cursor", "cursor", "cursor"), Pick("node", "node", "node", rows))
    parts = [
        Pick("nodes", "nodes", "nodes", rows),
        Pick("edges", "edges", "edges", Selection(noun, Form.PART, edge)),
        Pick("page_info", "page_info", "page_info", Selection(noun, Form.PART, part)),
        Pick("total", "total", "total"),
    ]
    declared = NOUNS[noun].filters
    filters = tuple(chance.sample(list(declared), min(len(declared), chance.randint(0, 2))))
    chosen = tuple(chance.sample(parts, chance.randint(1, 4)))
    return Selection(noun, Form.PAGE, chosen, order, filters, chance.random() < 0.4)


def plans():
    for seed in SEEDS:
        chance = random.Random(seed)
        noun = chance.choice([name for name in READS if name != "journal_entry"])
        asked = selection(chance, noun, chance.choice((Form.ONE, Form.PAGE)), 2)
        road, level = chance.choice(ROADS)
        try:
            asked = narrow(asked, chance.choice(list(Role)).value, purpose=True)
        except Refusal:
            continue  # a filter this role may not use
        yield asked, plan(asked, road, level, "read_it")


def levels(sql):
    """Each stretch of SQL that stands between its own brackets, with the brackets inside taken out."""
    waiting, found = [""], []
    for letter in WORDS.sub("''", sql):
        if letter == "(":
            waiting.append("")
        elif letter == ")":
            found.append(waiting.pop())
        else:
            waiting[-1] += letter
    return [*found, *waiting]


def test_no_level_of_a_plan_joins_by_comma():
    """A comma in FROM is a cross join over all persons: what SQLAlchemy once added silently (reads.md, traps)."""
    seen = 0
    ends = r"\b(?:where|order by|limit|group by|having|join|union|on)\b|, [a-z]\w* as\b|$"
    for _asked, made in plans():
        for level in levels(made.sql):
            for source in re.findall(rf"\bfrom\b(.*?)(?:{ends})", level):
                seen += 1
                assert "," not in source, level
    assert seen > 1_000


def test_every_argument_of_a_plan_is_numbered_typed_and_ours():
    tried = 0
    for asked, made in plans():
        found = PLACEHOLDER.findall(made.sql)
        assert all(type_ for _, type_ in found), made.sql
        assert {int(number) for number, _ in found} == set(range(1, len(made.arguments) + 1))
        values = [source for source in made.arguments if isinstance(source, int)]
        assert {source for source in made.arguments if isinstance(source, str)} <= {
            "lo",
            "hi",
            "grantees",
            "today",
            "unread",
        }
        most = width(asked) + (asked.form is Form.ONE)
        assert all(0 <= value < most for value in values), "a place that the values do not have"
        tried += 1
    assert tried > 200


def test_the_only_texts_in_a_plan_are_names_of_ours():
    ours = {"", "[]", "{}", '"', "UTF8", "hex", "~", "read_it", "read", "infinity", *declared_texts()}
    for asked, made in plans():
        names = set(walked(asked)) | set(NOUNS) | ours
        for text in WORDS.findall(made.sql):
            word = text[1:-1].replace("''", "'")
            known = word in names or word.startswith(("\\x", '"\\u0000')) or "|" in word
            assert known, word


def declared_texts():
    """Every text in the SQL that nouns declare for themselves."""
    for reads in READS.values():
        templates = [
            *reads.columns.values(),
            *reads.joins.values(),
            *reads.filters.values(),
            *reads.candidates.values(),
            *reads.once.values(),
        ]
        templates += [
            *reads.masks.values(),
            *(part for sealed in reads.sealed.values() for part in (sealed.blob, sealed.tail)),
        ]
        templates += [key.sql for keys in reads.orders.values() for key in keys]
        yield from (text[1:-1].replace("''", "'") for template in templates for text in WORDS.findall(template))


def walked(asked):
    yield asked.typename
    yield from asked.hidden
    for pick in asked.picks:
        yield pick.key
        if pick.of:
            yield from walked(pick.of)


def test_values_of_hidden_relations_keep_their_places():
    """A struck relation is not compiled, yet the values after it must not slip (reads.md, masks)."""
    inner = Selection("residence", Form.LIST, (Pick("id", "id", "id"),), "newest")
    paper = Selection("person_identifier", Form.LIST, (Pick("id", "id", "id"),), "newest")
    picks = (
        Pick("residences", "residences", "residences", inner),
        Pick("identifiers", "identifiers", "identifiers", paper),
    )
    asked = Selection("person", Form.ONE, picks)
    whole = plan(narrow(asked, "commune_officer"), Road.UNIT, "commune", "x")
    struck = plan(narrow(asked, "club_board"), Road.GRANT, "organisation", "x")
    assert [source for source in whole.arguments if isinstance(source, int)] == [0, 1, 2]
    assert "residence" not in struck.sql
    places = [source for source in struck.arguments if isinstance(source, int)]
    assert places in ([0, 2], [0])


@pytest.mark.parametrize("kept", [plan, narrow, rest.one, rest.page, rest.included_limits])
def test_every_cache_on_the_way_is_bounded(kept):
    assert 0 < kept.cache_info().maxsize <= 4096


async def test_the_shapes_and_texts_that_are_kept_stay_bounded(world, monkeypatch):
    """Texts are callers' words: however many they invent, memory does not grow with them."""
    monkeypatch.setattr("api.graphql.door.KEPT_TEXTS", 5)
    monkeypatch.setattr("api.graphql.road.KEPT_SHAPES", 5)
    documents = Documents()
    for number in range(20):
        documents.read(f"{{ a{number}: __typename }}")
    assert len(documents.known) == 5
    monkeypatch.setattr(Executor, "shapes", type(Executor.shapes)())
    for number in range(12):
        answer = await world.ask("officer", f"{{ persons {{ nodes {{ a{number}: id }} }} }}")
        assert "errors" not in answer
    assert len(Executor.shapes) <= 5
    assert KEPT_TEXTS <= 4096
    assert KEPT_SHAPES <= 4096


def test_a_plan_is_compiled_once_per_shape():
    asked = narrow(rest.one("person", ("full_name",), ()), "commune_officer")
    before = plan.cache_info().misses
    made = plan(asked, Road.UNIT, "commune", "read_person")
    again = plan(narrow(rest.one("person", ("full_name",), ()), "commune_officer"), Road.UNIT, "commune", "read_person")
    assert made is again
    assert plan.cache_info().misses - before <= 1


def test_a_splice_opens_marks_and_nothing_else():
    body = b'{"a" : "\\u0000i01ff", "b" : "\\\\u0000i01ff", "c" : "x\\u0001", "d" : "\\u0000c00"}'
    filled = splice(body, lambda kind, payload: b"<" + kind + payload.hex().encode() + b">")
    assert filled == b'{"a" : <i01ff>, "b" : "\\\\u0000i01ff", "c" : "x\\u0001", "d" : <c00>}'


def test_an_object_of_more_than_sixty_picks_is_refused():
    picks = tuple(Pick(f"k{number}", "id", "id") for number in range(61))
    with pytest.raises(Refusal) as refused:
        plan(Selection("person", Form.ONE, picks), Road.UNIT, "commune", "x")
    assert refused.value.code == "too_many_fields"
