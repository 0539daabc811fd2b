"""The compiled road of GraphQL: a root field's whole selection becomes one statement (rulings 20).

Root resolvers return an Ask. The executor meets it in `complete_value`, turns the selection set into the same Selection
REST makes, calls the same use-case value, and keeps the bytes PostgreSQL built as a Fragment.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple, TypeVar

from graphql import FieldNode, GraphQLField, ObjectValueNode, VariableNode, get_named_type
from graphql.execution.values import get_argument_values
from pydantic import BaseModel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.str_converters import to_snake_case

from api.asking import PageQuery
from api.context import KEY
from api.schemas.base import plain
from api.selection import signed
from domain.acts import Conditions, Context, Done, Records, Store
from domain.nouns import NOUNS
from domain.reading import Answer, Asked, Form, Noun, Pick, Scope, Selection
from domain.refusals import Flaw, Refusal

T = TypeVar("T")
MOST_PICKS = 60
MOST_ROWS = 200
KEPT_SHAPES = 2048
PARTS = {"edges", "page_info"}


class Fragment(NamedTuple):
    """A finished piece of the answer, as PostgreSQL built it."""

    body: bytes


class Shape(NamedTuple):
    """A selection without values, and where its nested values come from, in walking order."""

    selection: Selection
    nested: tuple[tuple[GraphQLField, FieldNode, bool], ...]
    nodes: tuple[FieldNode, ...]
    """Kept alive: their ids are the key."""


@dataclass(frozen=True)
class Ask:
    """What a root field wants: a use-case to call with the question the field asks."""

    perform: Callable[[Context, Question], Awaitable[Answer | Done]]
    where: BaseModel | None = None
    first: int = 50
    after: str | None = None
    order: str | None = None
    given: Any = None
    via: str | None = None


def ask(perform: Callable[[Context, Question], Awaitable[Answer | Done]], **more: Any) -> T:  # type: ignore[type-var]
    """An Ask under the type the field declares: the executor answers it, no resolver below ever runs."""
    return Ask(perform, **more)  # type: ignore[return-value]


class Question:
    """The question of one root field: the same interface as REST's query models."""

    def __init__(self, executor: Executor, details: Any, return_type: Any, asked: Ask) -> None:
        self.executor = executor
        self.details = details
        self.return_type = return_type
        self.ask = asked

    def filters(self) -> dict[str, Any]:
        where = self.ask.where
        if where is None:
            return {}
        given = {name: plain(getattr(where, name)) for name in type(where).model_fields if name not in PageQuery.SHARED}
        return {name: value for name, value in given.items() if value is not None}

    def page(self, ctx: Context, noun: Noun) -> Asked:
        return self.asked(ctx, noun, self.filters())

    def asked(self, ctx: Context, noun: Noun, filters: dict[str, Any]) -> Asked:
        first = checked_first(self.ask.first)
        signature = signed(filters)
        after = self.ask.after
        shape, nested = self.worked(ctx, noun, tuple(filters), signature)
        keys = ctx.store.after(ctx, after, shape.selection, signature) if after is not None else ()
        return Asked(shape.selection, (first, *filters.values(), *keys, *nested), signature)

    def one(self, noun: Noun, id: Any = None) -> Asked:
        shape, nested = self.worked(self.executor.context_value.ctx, noun, (), b"")
        return Asked(shape.selection, nested if id is None else (id, *nested))

    def worked(self, ctx: Context, noun: Noun, filters: tuple[str, ...], signature: bytes) -> tuple[Shape, Any]:
        """The selection, and the values of the pages inside."""
        shape = self.executor.shape(noun, self.details, self.return_type, self.ask, filters)
        return shape, self.executor.nested_values(ctx, shape, signature)

    def awaited(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The types that the fragments of a `node` field name; all, when none does."""
        schema = self.executor.schema
        asked = [name for name in names if self.fields_of(schema.get_type(name))]
        return tuple(asked) or names

    def fields_of(self, type_: Any) -> bool:
        collected = self.executor.collect_subfields(type_, self.details).grouped_field_set
        return any(parts[0].node.name.value not in ("__typename", "id") for parts in collected.values())

    def of_type(self, name: str) -> Question:
        return Question(self.executor, self.details, self.executor.schema.get_type(name), self.ask)

    def provided(self, argument: str) -> frozenset[str]:
        """Which fields of an input object the caller really wrote: the library fills the rest with nulls."""
        variables = self.executor.context_value.variables
        for given in self.details[0].node.arguments or ():
            if given.name.value == argument and isinstance(given.value, VariableNode):
                return frozenset(map(to_snake_case, variables.get(given.value.name.value) or {}))
            if given.name.value == argument and isinstance(given.value, ObjectValueNode):
                return frozenset(
                    to_snake_case(part.name.value)
                    for part in given.value.fields
                    if not isinstance(part.value, VariableNode) or part.value.name.value in variables
                )
        return frozenset()


def checked_first(first: int) -> int:
    if not 1 <= first <= MOST_ROWS:
        raise Refusal("bad_request", flaws=(Flaw("/first", "out_of_range"),))
    return first


class Root(NamedTuple):
    """A root field that a statement answers."""

    key: str
    asked: Ask
    details: Any
    return_type: Any


@dataclass
class Document:
    """One request at the door: its context, its variables, what its acts did; and the app that it came to."""

    ctx: Context
    variables: dict[str, Any]
    outcomes: dict[str, str] = field(default_factory=dict)
    app: Any = None
    roots: list[Root] = field(default_factory=list)
    executor: Executor | None = None


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Answers Asks; everything else is executed as ever."""

    shapes: ClassVar[OrderedDict[Any, Shape]] = OrderedDict()

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if type(result) is Ask:
            return self.answered(return_type, field_details_list, info, result)
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    async def answered(self, return_type: Any, details: Any, info: Any, asked: Ask) -> Fragment:
        document: Document = self.context_value
        document.executor = self
        document.roots.append(Root(str(info.path.key), asked, details, return_type))
        ctx = document.ctx if asked.via is None else replace(document.ctx, via=asked.via)
        if info.parent_type.name == "Mutation":
            ctx = replace(ctx, conditions=self.conditions(info, details, asked.given))
        done = await asked.perform(ctx, Question(self, details, return_type, asked))
        if isinstance(done, Done):
            document.outcomes[str(info.path.key)] = done.outcome
            return Fragment(done.answer.body)
        return Fragment(done.body)

    def conditions(self, info: Any, details: Any, given: Any) -> Conditions:
        """If-Match, idempotency key and validate-only of one mutation field; the digest is of its arguments."""
        arguments = self.arguments(info.parent_type.fields[info.field_name], details[0].node)
        arguments.pop("given", None)
        canonical = json.dumps(arguments, sort_keys=True, default=str, ensure_ascii=False)
        digest = hashlib.sha256(f"{info.field_name}|{canonical}".encode("utf-8", "surrogatepass")).digest()
        if given is None:
            return Conditions(digest=digest)
        if given.idempotency_key is not None and not KEY.fullmatch(given.idempotency_key):
            raise Refusal("bad_request", flaws=(Flaw("/given/idempotencyKey", "not_a_key"),))
        match = given.if_match
        return Conditions(
            None if match is None else f'"{match.strip(chr(34))}"', given.idempotency_key, given.validate_only, digest
        )

    # -- selections ----------------------------------------------------------------------------------------------

    def shape(self, noun: Noun, details: Any, return_type: Any, asked: Ask, filters: tuple[str, ...]) -> Shape:
        """Kept by field node, filters and the variables that can shape an answer: never by a text or number."""
        key = (
            tuple(id(part.node) for part in details),
            id(self.operation),
            noun.name,
            get_named_type(return_type).name,
            filters,
            asked.order,
            asked.after is not None,
            self.variable_shape(),
        )
        found = self.shapes.get(key)
        if found is None:
            nested: list[tuple[GraphQLField, FieldNode, bool]] = []
            order = str(asked.order) if asked.order else (noun.orders[0] if noun.orders else "")
            selection = self.select(
                noun, get_named_type(return_type), details, nested, order, filters, after=asked.after is not None
            )
            found = Shape(selection, tuple(nested), tuple(part.node for part in details))
            self.shapes[key] = found
            if len(self.shapes) > KEPT_SHAPES:
                self.shapes.popitem(last=False)
        return found

    def variable_shape(self) -> tuple[Any, ...]:
        values = self.variable_values.coerced
        return tuple(
            (name, value if isinstance(value, bool) or value is None else "") for name, value in sorted(values.items())
        )

    def nested_values(self, ctx: Context, shape: Shape, signature: bytes) -> tuple[Any, ...]:
        values: list[Any] = []
        selections = iter(_pages(shape.selection))
        for definition, node, has_after in shape.nested:
            given = self.arguments(definition, node)
            values.append(checked_first(given.get("first", 20)))
            page = next(selections)
            if has_after:
                values += ctx.store.after(ctx, given["after"], page, signature)
        return tuple(values)

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        return get_argument_values(definition, node, self.variable_values, None, True)

    def select(
        self,
        noun: Noun,
        type_: Any,
        details: Any,
        nested: list[Any],
        order: str,
        filters: tuple[str, ...],
        *,
        after: bool,
    ) -> Selection:
        """A selection set on a connection or an object of a noun."""
        collected = self.collect_subfields(type_, details).grouped_field_set
        if len(collected) > MOST_PICKS:
            raise Refusal("too_many_fields", most=MOST_PICKS)
        is_page = type_.name.endswith("Connection")
        make = self.page_pick if is_page else self.noun_pick
        picks = tuple(make(noun, type_, key, parts, nested) for key, parts in collected.items())
        form = Form.PAGE if is_page else Form.ONE
        return Selection(noun.name, form, picks, order if is_page else "", filters, after, type_.name, omit=False)

    def page_pick(self, noun: Noun, type_: Any, key: str, parts: Any, nested: list[Any]) -> Pick:
        spelled = parts[0].node.name.value
        name = {"totalCount": "total", "__typename": "__typename"}.get(spelled) or to_snake_case(spelled)
        if name == "nodes":
            return Pick(key, name, spelled, self.inner(noun, type_, spelled, parts, nested))
        if name in PARTS:
            inner = get_named_type(type_.fields[spelled].type)
            collected = self.collect_subfields(inner, parts).grouped_field_set
            picks = tuple(self.part_pick(noun, inner, k, p, nested) for k, p in collected.items())
            return Pick(key, name, spelled, Selection(noun.name, Form.PART, picks, typename=inner.name, omit=False))
        return Pick(key, name, spelled)

    def part_pick(self, noun: Noun, type_: Any, key: str, parts: Any, nested: list[Any]) -> Pick:
        spelled = parts[0].node.name.value
        of = self.inner(noun, type_, spelled, parts, nested) if spelled == "node" else None
        return Pick(key, to_snake_case(spelled) if spelled != "__typename" else spelled, spelled, of)

    def inner(self, noun: Noun, type_: Any, spelled: str, parts: Any, nested: list[Any]) -> Selection:
        return self.select(noun, get_named_type(type_.fields[spelled].type), parts, nested, "", (), after=False)

    def noun_pick(self, noun: Noun, type_: Any, key: str, parts: Any, nested: list[Any]) -> Pick:
        spelled = parts[0].node.name.value
        name = spelled if spelled == "__typename" else to_snake_case(spelled)
        relation = noun.relations.get(name)
        if relation is None:
            return Pick(key, name, spelled)
        child, definition = NOUNS[relation.noun], type_.fields[spelled]
        named, has_after = get_named_type(definition.type), False
        if relation.many:
            has_after = self.arguments(definition, parts[0].node).get("after") is not None
            nested.append((definition, parts[0].node, has_after))
        order = child.orders[0] if relation.many else ""
        return Pick(key, name, spelled, self.select(child, named, parts, nested, order, (), after=has_after))


def _pages(selection: Selection, *, root: bool = True) -> list[Selection]:
    """The nested pages of a selection, in walking order."""
    found = [] if root or selection.form is not Form.PAGE else [selection]
    for pick in selection.picks:
        if pick.of is not None:
            found += _pages(pick.of, root=False)
    return found


class OneReading:
    """The reads of a document share one transaction a road and take turns; every mutation has its own (rulings 20)."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.turn = asyncio.Lock()
        self.open: dict[tuple[Any, ...], Records] = {}
        self.stack = AsyncExitStack()

    @asynccontextmanager
    async def reading(self, ctx: Context, within: Scope) -> AsyncIterator[Records]:
        key = (within.road, within.lo, within.hi, ctx.subject, ctx.actor.fingerprint)
        async with self.turn:
            if key not in self.open:
                self.open[key] = await self.stack.enter_async_context(self.store.reading(ctx, within))
            yield self.open[key]

    async def close(self) -> None:
        """Commit: the journal rows are durable before the answer leaves."""
        self.open.clear()
        await self.stack.aclose()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)
