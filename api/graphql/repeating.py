"""A query asked again with the same variables: straight to its statements, without the executor in between.

What the executor worked out the first time — arguments, fields, selections — hangs on the text and on the values of its
variables alone, so it is kept with the text, bounded, and only where those values are numbers, truths or nothing: texts
may be names. Who asks, scope, masks and cursors are worked out anew each time.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, NamedTuple

from graphql import ExecutionResult, GraphQLError, OperationType, is_non_null_type, located_error

from api.graphql.road import Document, Executor, Fragment, Question, Root, Shape
from domain.acts import Context
from domain.reading import Noun

KEPT_REPETITIONS = 8
"""Of one text."""
PLAIN = frozenset({int, bool, type(None)})

Values = tuple[tuple[str, str, int, bool], ...]


def plain_values(variables: dict[str, Any]) -> Values | None:
    """The variables as a key, where each is plain; None where one is not."""
    if any(type(value) not in PLAIN for value in variables.values()):
        return None
    return tuple(sorted((name, type(value).__name__, value or 0, value is None) for name, value in variables.items()))


class Worked(NamedTuple):
    """What the values of one question are made of."""

    shape: Shape
    nested: tuple[Any, ...]


class Again(Question):
    """A question whose selection was worked out before."""

    def __init__(self, executor: Executor, root: Root, kept: dict[Any, Worked]) -> None:
        super().__init__(executor, root.details, root.return_type, root.asked)
        self.kept = kept

    def worked(self, ctx: Context, noun: Noun, filters: tuple[str, ...], signature: bytes) -> tuple[Shape, Any]:
        found = self.kept.get((noun.name, filters))
        if found is None:
            found = Worked(*super().worked(ctx, noun, filters, signature))
            if any(has_after for _, _, has_after in found.shape.nested):
                return found  # a cursor is opened for its asker each time
            self.kept[noun.name, filters] = found
        return found


class Repetition:
    """One operation of a text under certain variables, whose root fields were all answered by statements."""

    def __init__(self, executor: Executor, roots: tuple[Root, ...]) -> None:
        self.executor = copy.copy(executor)
        self.executor.context_value = None
        self.roots: tuple[tuple[Root, dict[Any, Worked]], ...] = tuple((root, {}) for root in roots)

    @classmethod
    def of(cls, document: Document, result: ExecutionResult) -> Repetition | None:
        """None where something else than a statement had a part in the answer, or anything was wrong."""
        roots, executor, data = document.roots, document.executor, result.data
        if result.errors or not data or executor is None or {root.key for root in roots} != data.keys():
            return None
        if executor.operation.operation is not OperationType.QUERY:
            return None
        if any(is_non_null_type(root.return_type) for root in roots):
            return None  # a field that fails takes others with it: the executor knows which
        found = {root.key: root for root in roots}
        return cls(executor, tuple(found[key] for key in data))

    async def again(self, document: Document) -> ExecutionResult:
        """Data and errors as the executor tells them."""
        executor = copy.copy(self.executor)
        executor.context_value = document
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        for root, kept in self.roots:
            try:
                data[root.key] = await _answered(executor, document, root, kept)
            except Exception as error:  # noqa: BLE001 - as the executor does: a field that fails is null, and told
                data[root.key] = None
                errors.append(located_error(error, [part.node for part in root.details], [root.key]))
        return ExecutionResult(data, errors or None)


async def _answered(executor: Executor, document: Document, root: Root, kept: dict[Any, Worked]) -> Fragment:
    asked = root.asked
    ctx = document.ctx if asked.via is None else replace(document.ctx, via=asked.via)
    read: Any = await asked.perform(ctx, Again(executor, root, kept))
    return Fragment(read.body)
