"""How much one GraphQL document may ask for, found out before it is validated and in time linear in the document.

The libraries' own limiters walk a fragment again at every spread, so 200 fragments that each spread the next one twice
cost 2^200 steps. Here every fragment is summed up once, in the order of its dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    SourceLocation,
    VariableNode,
    parse,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may hold. Counts marked * are taken with every fragment written out where it is spread."""

    bytes: int = 32_768
    nesting: int = 64  # brackets of any kind, in the text: the parser recurses on them
    tokens: int = 1_500
    operations: int = 10
    fragments: int = 60
    spreads: int = 120
    directives: int = 40
    depth: int = 16  # *
    fields: int = 600  # *
    root_fields: int = 20  # *
    aliases: int = 40  # *
    repeats: int = 1_500  # * pairs of fields with one response name, which validation compares one by one
    rows: int = 5_000  # * list sizes multiplied along nesting, added up beside each other
    introspection_depth: int = 20  # *
    introspection_lists: int = 2  # * lists of types inside lists of types
    page: int = 20  # rows of a list that names no size
    sizes: Mapping[str, int] = field(default_factory=dict)  # to-many fields without pages: name → usual rows


MOST: Final = 10**9  # sums stop here: 2^200 need not be written out to be refused
_PAGE_ARGUMENTS: Final = frozenset({"first", "last", "limit"})
_CONNECTION_FIELDS: Final = frozenset({"edges", "nodes"})
_INTROSPECTION: Final = frozenset({"__schema", "__type"})
_INTROSPECTION_LISTS: Final = frozenset({"fields", "interfaces", "possibleTypes", "inputFields"})

_QUOTED = re.compile(r'"""(?:\\"""|(?!""").)*+(?:""")?|"(?:[^"\\\n\r]++|\\.?)*+"?|#[^\n\r]*+', re.DOTALL)
_NUL = re.compile(r"\\u(?:0000|\{0+\})")
_STEP = {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}
_NOT_BRACKETS = re.compile(r"[^\[\](){}]++")


def check_text(text: str, *, limits: Limits = Limits()) -> list[GraphQLError]:
    """Refuse what the parser must not see: too long, nested so that its recursion would end in a fault, holding NUL."""
    if len(text) > limits.bytes or len(text.encode(errors="replace")) > limits.bytes:
        return [_refused("graphql_too_long", limits.bytes)]
    if _NUL.search(text):
        return [_refused("graphql_malformed", 0)]
    brackets = _NOT_BRACKETS.sub("", _QUOTED.sub("", text))
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > limits.nesting:
        return [_refused("graphql_too_deep", limits.nesting)]
    return []


def read_document(text: str, *, limits: Limits = Limits()) -> DocumentNode:
    """Parse what `check_text` lets pass, and not beyond the tokens allowed.

    Raises: GraphQLError with a code of `check_text`, graphql_too_many_tokens or graphql_malformed (with its place).
    The parser's own messages are not passed on: they repeat what was sent.
    """
    for error in check_text(text, limits=limits):
        raise error
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLError as broken:
        refusal = _unreadable(broken, limits)
    raise refusal


def _unreadable(broken: GraphQLError, limits: Limits) -> GraphQLError:
    if "Parsing aborted" in broken.message:
        return _refused("graphql_too_many_tokens", limits.tokens)
    place = broken.locations[0] if broken.locations else SourceLocation(0, 0)
    extensions = {"code": "graphql_malformed", "line": place.line, "column": place.column}
    return GraphQLError(f"Refused: graphql_malformed (line {place.line}, column {place.column})", extensions=extensions)


def check(
    document: DocumentNode, variables: Mapping[str, Any] | None, *, limits: Limits = Limits()
) -> list[GraphQLError]:
    """Every limit that the document breaks, each as an error with its code; nothing of the document is repeated."""
    census = _Census(document)
    errors = list(_broken_counts(document, census, limits))
    if errors:
        return errors
    order = _in_order(census.spreads_of)
    if order is None:
        return [_refused("graphql_fragment_cycle", 0)]
    sizes = _Sizes(limits, _values(census.operations, variables))
    summaries = _summaries(order, census.fragments, sizes)
    totals = [_sum_up(operation.selection_set, summaries, sizes) for operation in census.operations]
    errors = list(_broken_sums(totals, limits))
    if errors:
        return errors
    pairs = max((_pairs(op.selection_set, census.fragments) for op in census.operations), default=0)
    return [_refused("graphql_too_many_repeats", limits.repeats)] if pairs > limits.repeats else []


def sizing_variables(document: DocumentNode) -> frozenset[str]:
    """Variables that size a list: a verdict on this document may be kept per values of these."""
    found: set[str] = set()
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        for argument in getattr(node, "arguments", None) or ():
            if argument.name.value in _PAGE_ARGUMENTS and isinstance(argument.value, VariableNode):
                found.add(argument.value.name.value)
        inner = getattr(node, "selection_set", None)
        waiting.extend(inner.selections if inner else ())
    return frozenset(found)


def _refused(code: str, limit: int) -> GraphQLError:
    return GraphQLError(f"Refused: {code} (limit {limit})", extensions={"code": code, "limit": limit})


class _Census:
    """One flat walk over the document as it is written: what there is of each kind, and who spreads whom."""

    def __init__(self, document: DocumentNode) -> None:
        self.operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
        self.fragments = {fragment.name.value: fragment for fragment in fragments}
        self.fragment_count = len(fragments)
        self.directives = 0
        self.spreads = 0
        self.spreads_of: dict[str, list[str]] = {}
        for fragment in fragments:
            self.spreads_of[fragment.name.value] = self._count(fragment)
        for operation in self.operations:
            self._count(operation)
            self.directives += sum(len(v.directives or ()) for v in operation.variable_definitions or ())

    def _count(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> list[str]:
        spread: list[str] = []
        waiting: list[Any] = [definition]
        while waiting:
            node = waiting.pop()
            self.directives += len(node.directives or ())
            if isinstance(node, FragmentSpreadNode):
                spread.append(node.name.value)
            elif node.selection_set:
                waiting.extend(node.selection_set.selections)
        self.spreads += len(spread)
        return spread


def _broken_counts(document: DocumentNode, census: _Census, limits: Limits) -> Iterator[GraphQLError]:
    counted = (
        ("graphql_too_many_tokens", document.token_count, limits.tokens),
        ("graphql_too_many_operations", len(census.operations), limits.operations),
        ("graphql_too_many_fragments", census.fragment_count, limits.fragments),
        ("graphql_too_many_spreads", census.spreads, limits.spreads),
        ("graphql_too_many_directives", census.directives, limits.directives),
    )
    return (_refused(code, limit) for code, count, limit in counted if count > limit)


def _in_order(spreads_of: Mapping[str, list[str]]) -> list[str] | None:
    """Fragments, each after those it spreads; None when they go in a circle. No recursion: chains may be long."""
    order: list[str] = []
    state: dict[str, bool] = {}  # False: begun, True: done
    for start in spreads_of:
        path: list[tuple[str, Iterator[str]]] = []
        nexts: Iterator[str] = iter((start,))
        while True:
            name = next(nexts, None)
            if name is None:
                if not path:
                    break
                finished, nexts = path.pop()
                state[finished] = True
                order.append(finished)
            elif name in spreads_of and not state.get(name, False):
                if name in state:
                    return None
                state[name] = False
                path.append((name, nexts))
                nexts = iter(spreads_of[name])
    return order


class _Sum(NamedTuple):
    """What one selection set asks for with its fragments written out; every number stops at MOST."""

    depth: int = 0
    fields: int = 0
    width: int = 0
    aliases: int = 0
    rows: int = 0
    connection: bool = False
    meta_depth: int = 0
    meta_lists: int = 0
    lists: int = 0


def _beside(sums: Iterable[_Sum]) -> _Sum:
    columns = list(zip(*sums, strict=True))
    if not columns:
        return _Sum()
    depth, fields, width, aliases, rows, connection, meta_depth, meta_lists, lists = columns
    return _Sum(
        depth=max(depth),
        fields=min(sum(fields), MOST),
        width=min(sum(width), MOST),
        aliases=min(sum(aliases), MOST),
        rows=min(sum(rows), MOST),
        connection=any(connection),
        meta_depth=max(meta_depth),
        meta_lists=max(meta_lists),
        lists=max(lists),
    )


class _Sizes:
    """How many rows a field stands for: the size it names, by number or by variable, or the usual page of a list."""

    def __init__(self, limits: Limits, variables: Mapping[str, Any]) -> None:
        self._limits = limits
        self._variables = variables

    def of(self, node: FieldNode, *, connection: bool) -> int | None:
        for argument in node.arguments or ():
            if argument.name.value in _PAGE_ARGUMENTS:
                return self._named(argument.value)
        usual = self._limits.sizes.get(node.name.value)
        return self._limits.page if usual is None and connection else usual

    def _named(self, value: Any) -> int:
        if isinstance(value, IntValueNode):
            number: Any = int(value.value) if len(value.value) < 10 else MOST
        elif isinstance(value, VariableNode):
            number = self._variables.get(value.name.value)
        else:
            number = None
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            return self._limits.page
        return min(number, MOST)


def _values(operations: list[OperationDefinitionNode], variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """Given variables over declared defaults; where operations differ in a default, the larger counts."""
    values: dict[str, Any] = {}
    for operation in operations:
        for definition in operation.variable_definitions or ():
            default = definition.default_value
            if isinstance(default, IntValueNode):
                name = definition.variable.name.value
                number = int(default.value) if len(default.value) < 10 else MOST
                values[name] = max(number, values.get(name, 0))
    return values | {name: value for name, value in (variables or {}).items() if value is not None}


def _summaries(order: list[str], fragments: Mapping[str, FragmentDefinitionNode], sizes: _Sizes) -> dict[str, _Sum]:
    known: dict[str, _Sum] = {}
    for name in order:
        known[name] = _sum_up(fragments[name].selection_set, known, sizes)
    return known


def _sum_up(selections: SelectionSetNode, known: Mapping[str, _Sum], sizes: _Sizes) -> _Sum:
    leaves: list[FieldNode] = []
    held: list[_Sum] = []
    for node in selections.selections:
        if isinstance(node, FieldNode) and not (node.selection_set or node.arguments):
            leaves.append(node)
        else:
            held.append(_sum_of(node, known, sizes))
    return _beside([_leaves(leaves), *held]) if held else _leaves(leaves)


def _leaves(nodes: list[FieldNode]) -> _Sum:
    """Plain fields, which most are: counted together."""
    aliases = sum(node.alias is not None for node in nodes)
    return _Sum(depth=min(len(nodes), 1), fields=len(nodes), width=len(nodes), aliases=aliases)


def _sum_of(node: Any, known: Mapping[str, _Sum], sizes: _Sizes) -> _Sum:
    if isinstance(node, FragmentSpreadNode):
        return known.get(node.name.value, _Sum())
    inner = _sum_up(node.selection_set, known, sizes) if node.selection_set else _Sum()
    return _field(node, inner, sizes) if isinstance(node, FieldNode) else inner


def _field(node: FieldNode, inner: _Sum, sizes: _Sizes) -> _Sum:
    name = node.name.value
    depth = inner.depth + 1
    lists = inner.lists + (name in _INTROSPECTION_LISTS)
    meta = name in _INTROSPECTION
    rows = sizes.of(node, connection=inner.connection)
    return _Sum(
        depth=0 if meta else depth,
        fields=min(inner.fields + 1, MOST),
        width=1,
        aliases=min(inner.aliases + (node.alias is not None), MOST),
        rows=inner.rows if rows is None else min(rows * (1 + inner.rows), MOST),
        connection=name in _CONNECTION_FIELDS,
        meta_depth=depth if meta else inner.meta_depth,
        meta_lists=lists if meta else inner.meta_lists,
        lists=lists,
    )


def _broken_sums(totals: list[_Sum], limits: Limits) -> Iterator[GraphQLError]:
    most = _beside(totals)
    widest = max((total.width for total in totals), default=0)
    summed = (
        ("graphql_too_deep", most.depth, limits.depth),
        ("graphql_too_many_fields", most.fields, limits.fields),
        ("graphql_too_many_root_fields", widest, limits.root_fields),
        ("graphql_too_many_aliases", most.aliases, limits.aliases),
        ("graphql_too_costly", max((total.rows for total in totals), default=0), limits.rows),
        ("graphql_introspection_too_deep", most.meta_depth, limits.introspection_depth),
        ("graphql_introspection_too_deep", most.meta_lists, limits.introspection_lists),
    )
    return (_refused(code, limit) for code, number, limit in summed if number > limit)


def _pairs(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """Pairs of fields that answer under one name, merged as the executor merges them.

    Runs only after the number of written-out fields is known to be small and without circles.
    """
    total = 0
    waiting = [[selections]]
    while waiting:
        for same in _by_response_name(waiting.pop(), fragments).values():
            total += len(same) * (len(same) - 1) // 2
            inner = [node.selection_set for node in same if node.selection_set]
            if inner:
                waiting.append(inner)
    return total


def _by_response_name(
    sets: list[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> dict[str, list[FieldNode]]:
    named: dict[str, list[FieldNode]] = {}
    waiting: list[Any] = [node for one in sets for node in one.selections]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            named.setdefault((node.alias or node.name).value, []).append(node)
        elif isinstance(node, FragmentSpreadNode):
            fragment = fragments.get(node.name.value)
            waiting.extend(fragment.selection_set.selections if fragment else ())
        else:
            waiting.extend(node.selection_set.selections)
    return named
