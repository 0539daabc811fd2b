"""Limits on GraphQL documents, against a corpus of hostile ones."""

import time
from collections.abc import Iterator
from functools import partial

import pytest
from graphql import GraphQLError, build_schema, get_introspection_query, parse, validate

from api.graphql.limits import Limits, check, check_text, read_document, sizing_variables

SCHEMA = build_schema("""
type Query { a(first: Int, x: String): Query  b(first: Int): [Query]  s: String  t: String  persons(first: Int): Persons }
type Persons { edges: [Edge]  nodes: [Query] }
type Edge { node: Query }
""")
BOUNDLESS = Limits(tokens=10**9, fragments=10**9, spreads=10**9)


def codes(text: str, variables=None, **limits) -> set[str]:
    return {error.extensions["code"] for error in check(parse(text), variables, limits=Limits(**limits))}


def dag(size: int) -> str:
    """Each fragment spreads the next one twice: 2^size fields when written out."""
    fragments = (f"fragment f{i} on Query {{ a{i}: a {{ ...f{i + 1} ...f{i + 1} }} }}" for i in range(size))
    return "{ ...f0 }" + "".join(fragments) + f"fragment f{size} on Query {{ s }}"


def ring(size: int) -> str:
    return "{ ...f0 }" + "".join(f"fragment f{i} on Query {{ a {{ ...f{(i + 1) % size} }} }}" for i in range(size))


def pages(depth: int, size: str = "first: 100") -> str:
    return "{" + f"persons({size}) {{ edges {{ node {{" * depth + "s" + "}}}" * depth + "}"


def hostile() -> Iterator[tuple[str, str]]:
    """Families of documents, each in several sizes from just over the limit to absurd."""
    for n in (20, 60, 61, 100, 150, 200):
        yield f"dag {n}", dag(n)
        yield f"ring {n}", ring(n)
        yield f"chain {n}", "{ ...f0 }" + "".join(f"fragment f{i} on Query {{ ...f{i + 1} }}" for i in range(n))
        yield (
            f"all to all {n}",
            "{ ...f0 }"
            + "".join(
                f"fragment f{i} on Query {{ " + " ".join(f"...f{j}" for j in range(i + 1, min(i + 12, n))) + " s }"
                for i in range(n)
            ),
        )
        yield (
            f"fan {n}",
            "{"
            + " ".join(f"...f{i}" for i in range(n))
            + "}"
            + "".join(f"fragment f{i} on Query {{ a {{ s t }} }}" for i in range(n)),
        )
    for n in (17, 40, 63, 64, 65, 200, 400, 2_000, 8_000):
        yield f"deep {n}", "{ a" * n + "}" * n
        yield f"deep unclosed {n}", "{ a" * n
        yield f"inline {n}", "{" + "... {" * n + "s" + "}" * n + "}"
        yield f"deep list {n}", "{ a(x: " + "[" * n + "]" * n + ") { s } }"
        yield f"deep object {n}", "{ a(x: " + "{y: " * n + "1" + "}" * n + ") { s } }"
        yield f"deep type {n}", "query ($v: " + "[" * n + "Int" + "]" * n + ") { s }"
        yield f"parentheses {n}", "{ a" + "(" * n
        yield f"hidden by a quote {n}", '{ a(x: "") ' + "{ a" * n
        yield f"hidden by a block {n}", '{ a(x: """ " """) ' + "{ a" * n
        yield f"hidden by a comment {n}", '{ # "\n' + "{ a" * n
    for n in (21, 41, 100, 500, 1_000, 2_000):
        yield f"aliases {n}", "{ a {" + " ".join(f"x{i}: s" for i in range(n)) + "} }"
        yield f"root aliases {n}", "{" + " ".join(f"x{i}: s" for i in range(n)) + "}"
        yield f"repeats {n}", "{ a {" + "s " * n + "} }"
        yield f"repeated sets {n}", "{" + "a { s t } " * n + "}"
        yield f"repeats two deep {n}", "{ a {" + "a { s s s } " * n + "} }"
        yield f"unknown fields {n}", "{ a {" + " ".join(f"q{i}" for i in range(n)) + "} }"
        yield f"same spread {n}", "{" + "...f " * n + "} fragment f on Query { a { s } }"
        yield f"unknown spreads {n}", "{ a {" + " ".join(f"...u{i}" for i in range(n)) + "} }"
        yield f"directives {n}", "{ s" + " @skip(if: true)" * n + "}"
        yield f"unknown directives {n}", "{ s" + " @x" * n + "}"
        yield f"variables {n}", "query (" + " ".join(f"$v{i}: Int @d" for i in range(n)) + ") { s }"
        yield f"arguments {n}", "{ a(" + "x: 1 " * n + ") { s } }"
        yield f"object keys {n}", "{ a(x: {" + "x: 1 " * n + "}) { s } }"
        yield f"list values {n}", "{ a(x: [" + "1," * n + "]) { s } }"
        yield f"operations {n}", " ".join(f"query o{i} {{ s }}" for i in range(n))
        yield f"types {n}", "type A { a: Int } " * n
    for n in (3, 4, 5):
        yield f"pages {n}", pages(n)
        yield f"pages by default {n}", pages(n, "x: 1")
        yield f"pages of the absurd {n}", pages(n, f"first: {'9' * 400}")
        yield f"type lists {n}", '{ __type(name: "A") {' + "fields { type {" * n + "name" + "}}" * n + "} }"
        yield f"type refs {n}", "{ __schema { types {" + "ofType {" * n * 7 + "name" + "}" * n * 7 + "} } }"
    for n in (1_000, 30_000, 100_000, 1_000_000):
        yield f"escapes {n}", '{ a(x: "' + '\\"' * n
        yield f"quotes {n}", '"' * n
        yield f"block escapes {n}", '"""' + '\\"""' * n
        yield f"blocks {n}", '"""' * n
        yield f"comments {n}", "#\n" * n
        yield f"commas {n}", "," * n + "{ s }"
        yield f"letters {n}", "{ " + "ệ" * n + " }"


CORPUS = dict(hostile())


def answer(text: str) -> str:
    """The road a document takes: text, parser, limits, validation; and the code that ended it."""
    try:
        document = read_document(text)
    except GraphQLError as refusal:
        return refusal.extensions["code"]
    if errors := check(document, None):
        return errors[0].extensions["code"]
    return "invalid" if validate(SCHEMA, document, max_errors=5) else "valid"


def cpu(act) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def test_the_corpus_is_large():
    assert len(CORPUS) >= 200


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_document_costs_under_50_milliseconds_and_breaks_nothing(name):
    text = CORPUS[name]
    assert min(cpu(lambda: answer(text)) for _ in range(2)) < 0.05


def test_most_of_the_corpus_ends_before_validation():
    ends = [answer(text) for text in CORPUS.values()]
    assert sum(end.startswith("graphql_") for end in ends) > 0.75 * len(ends)


def test_time_is_linear_in_a_dag_of_fragments():
    documents = [parse(dag(size)) for size in (50, 400)]
    small, large = (min(cpu(partial(check, one, None, limits=BOUNDLESS)) for _ in range(5)) for one in documents)
    assert large < 0.002 + 24 * small  # 8 times the document; a walk without memory needs 2^350 times


def test_a_chain_of_a_thousand_fragments_needs_no_recursion():
    chain = (
        "{ ...f0 }"
        + "".join(f"fragment f{i} on Query {{ ...f{i + 1} }}" for i in range(1000))
        + "fragment f1000 on Query { s }"
    )
    assert check(parse(chain), None, limits=BOUNDLESS) == []


ORDINARY = """
query ($n: Int = 50, $after: String) {
  persons(first: $n, after: $after) {
    edges { cursor node { id fullName contacts { kind value } ...cases } }
    pageInfo { hasNextPage endCursor }
  }
}
fragment cases on Person { cases(first: 10) { edges { node { id state } } } }
"""


def test_an_ordinary_page_is_within_every_limit():
    assert check_text(ORDINARY) == []
    assert codes(ORDINARY) == set()


def test_the_introspection_query_of_the_library_is_within_every_limit():
    assert check_text(get_introspection_query()) == []
    assert codes(get_introspection_query()) == set()


@pytest.mark.parametrize(
    ("limit", "text", "code"),
    [
        ({"depth": 3}, "{ a { a { s } } }", "graphql_too_deep"),
        ({"depth": 3}, "{ a { ...f } } fragment f on Query { a { s } }", "graphql_too_deep"),
        ({"depth": 3}, "{ a { ... on Query { a { s } } } }", "graphql_too_deep"),
        ({"fields": 4}, "{ a { s t } x: t }", "graphql_too_many_fields"),
        ({"fields": 4}, "{ a { ...f } x: a { ...f } } fragment f on Query { s }", "graphql_too_many_fields"),
        ({"root_fields": 2}, "{ s t }", "graphql_too_many_root_fields"),
        ({"root_fields": 3}, "{ t ...f } fragment f on Query { s a }", "graphql_too_many_root_fields"),
        ({"aliases": 2}, "{ x: s y: t }", "graphql_too_many_aliases"),
        ({"aliases": 2}, "{ a { ...f } b { ...f } } fragment f on Query { x: s }", "graphql_too_many_aliases"),
        ({"spreads": 2}, "{ a { ...f } b { ...f } } fragment f on Query { s }", "graphql_too_many_spreads"),
        ({"fragments": 2}, "{ s } fragment f on Query { s } fragment g on Query { s }", "graphql_too_many_fragments"),
        ({"directives": 3}, "query @x { s @x @x }", "graphql_too_many_directives"),
        (
            {"directives": 3},
            "query ($v: Int @x) { ...f @x } fragment f on Query @x { s }",
            "graphql_too_many_directives",
        ),
        ({"operations": 2}, "query a { s } query b { s }", "graphql_too_many_operations"),
        ({"tokens": 6}, "{ s t s t }", "graphql_too_many_tokens"),
        ({"repeats": 3}, "{ s s s }", "graphql_too_many_repeats"),
        ({"repeats": 2}, "{ a { s } a { s } }", "graphql_too_many_repeats"),
        ({"repeats": 2}, "{ a { s } ...f } fragment f on Query { a { s } }", "graphql_too_many_repeats"),
        ({"introspection_depth": 3}, "{ __schema { types { name } } }", "graphql_introspection_too_deep"),
        ({"introspection_lists": 1}, "{ __schema { types { fields { name } } } }", "graphql_introspection_too_deep"),
    ],
)
def test_a_limit_lets_its_number_pass_and_refuses_one_more(limit, text, code):
    ((name, number),) = limit.items()
    assert code not in codes(text, **{name: number})
    assert codes(text, **{name: number - 1}) == {code}


@pytest.mark.parametrize(
    ("text", "variables", "rows"),
    [
        ("{ persons(first: 7) { nodes { s } } }", None, 7),
        ("{ persons(last: 7) { edges { node { s } } } }", None, 7),
        ("{ persons { edges { node { s } } } }", None, 20),
        ("{ persons { ...p } } fragment p on Persons { nodes { s } }", None, 20),
        ("{ persons(first: 3) { nodes { persons(first: 5) { nodes { s } } } } }", None, 3 + 15),
        (
            "{ persons(first: 3) { nodes { ...p } } } fragment p on Query { persons(first: 5) { nodes { s } } }",
            None,
            18,
        ),
        ("{ a { s } x: persons(first: 3) { nodes { s } } y: persons(first: 4) { nodes { s } } }", None, 7),
        ("query ($n: Int) { persons(first: $n) { nodes { s } } }", {"n": 9}, 9),
        ("query ($n: Int = 8) { persons(first: $n) { nodes { s } } }", {}, 8),
        ("query ($n: Int = 8) { persons(first: $n) { nodes { s } } }", {"n": 9}, 9),
        ("query ($n: Int) { persons(first: $n) { nodes { s } } }", {"n": "many"}, 20),
        ("query ($n: Int) { persons(first: $n) { nodes { s } } }", {"n": -5}, 20),
        ("query ($n: Int) { persons(first: $n) { nodes { s } } }", {"n": True}, 20),
        ("{ b { s } }", None, 6),
    ],
)
def test_rows_are_multiplied_along_nesting_and_added_beside(text, variables, rows):
    sizes = {"b": 6}
    assert codes(text, variables, rows=rows, sizes=sizes) == set()
    assert codes(text, variables, rows=rows - 1, sizes=sizes) == {"graphql_too_costly"}


def test_rows_beyond_counting_are_refused():
    huge = "9" * 5000
    assert codes(f"{{ persons(first: {huge}) {{ nodes {{ s }} }} }}") == {"graphql_too_costly"}
    assert codes("query ($n: Int) { persons(first: $n) { nodes { s } } }", {"n": 10**400}) == {"graphql_too_costly"}


def test_fragments_in_a_ring_are_refused_and_not_followed():
    assert codes(ring(1)) == codes(ring(3)) == {"graphql_fragment_cycle"}


def test_an_unknown_fragment_is_left_to_validation():
    assert codes("{ s ...nobody }") == set()


def test_the_text_is_refused_by_bytes_and_by_nesting_before_parsing():
    limits = Limits(bytes=10, nesting=2)
    assert check_text("{ ệệ }", limits=limits) == []
    assert [e.extensions["code"] for e in check_text("{ ệệệ }", limits=limits)] == ["graphql_too_long"]
    assert check_text("{a{b}}", limits=limits) == []
    assert [e.extensions["code"] for e in check_text("{a{b{", limits=limits)] == ["graphql_too_deep"]


def test_brackets_in_strings_and_comments_are_not_nesting():
    limits = Limits(nesting=2)
    assert check_text('{ a(x: "[[[[\\"{{{") # {{{{ "\n }', limits=limits) == []
    assert check_text('{ a(x: """ [[[ \\""" {{{ " """) }', limits=limits) == []


def test_an_error_repeats_nothing_of_the_document():
    (error,) = check(parse("{ canary: s other: t }"), None, limits=Limits(aliases=1))
    assert "canary" not in str(error)
    assert error.extensions == {"code": "graphql_too_many_aliases", "limit": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ a(x: canary }", "graphql_malformed"),
        ('{ a(x: "canary', "graphql_malformed"),
        ("", "graphql_malformed"),
        ("{ canary }" + "#\n" * 2_600, "graphql_too_many_tokens"),
        ("{" + "s " * 2_600 + "}", "graphql_too_many_tokens"),
        ("{" * 65, "graphql_too_deep"),
        ("{ s }" + " " * 40_000, "graphql_too_long"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_without_repeating_it(text, code):
    with pytest.raises(GraphQLError) as caught:
        read_document(text)
    assert caught.value.extensions["code"] == code
    assert "canary" not in f"{caught.value} {caught.value.extensions} {caught.value.__context__}"


def test_a_document_that_can_be_read_is_the_one_of_the_parser():
    assert read_document(ORDINARY) == parse(ORDINARY)


def test_the_variables_that_size_a_list_are_named():
    text = "query ($n: Int, $m: Int, $x: String) { persons(first: $n) { nodes { ...f } } a(x: $x) { s } } fragment f on Query { b(first: $m) { s } }"
    assert sizing_variables(parse(text)) == {"n", "m"}
