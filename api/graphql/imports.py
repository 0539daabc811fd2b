"""GraphQL: imports, their rows and mappings; the bytes go by REST."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, Given, PersonNode, UnitNode, Via
from api.import_files import kinds
from api.schemas import imports as shapes
from api.schemas.imports import (
    ImportDecision,
    ImportJobFilter,
    ImportKindNode,
    ImportMappingFilter,
    ImportMappingPatch,
    ImportMove,
    ImportRowFilter,
    NewImportMapping,
)
from domain.imports import use_cases
from domain.imports.noun import IMPORT_JOB, IMPORT_MAPPING, IMPORT_ROW


@strawberry.pydantic.type(name="ImportRow", description=shapes.ImportRowFacts.__doc__)
class ImportRowNode(shapes.ImportRowFacts):
    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...


@strawberry.pydantic.type(name="ImportJob", description=shapes.ImportJobFacts.__doc__)
class ImportJobNode(shapes.ImportJobFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def rows(self, first: int = 20, after: str | None = None) -> Connection[ImportRowNode] | None: ...


@strawberry.pydantic.type(name="ImportMapping", description=shapes.ImportMappingFacts.__doc__)
class ImportMappingNode(shapes.ImportMappingFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...


@strawberry.type
class ImportQueries:
    @strawberry.field
    def imports(
        self, first: int = 50, after: str | None = None, where: ImportJobFilter | None = None, via: Via | None = None
    ) -> Connection[ImportJobNode] | None:
        """Imports of one's unit and those below, newest first."""
        return ask(
            lambda ctx, q: use_cases.imports(ctx, q.page(ctx, IMPORT_JOB)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field(name="import")  # type: ignore[untyped-decorator]
    def import_(self, id: UUID, via: Via | None = None) -> ImportJobNode | None:
        """One import."""
        return ask(lambda ctx, q: use_cases.imports(ctx, q.one(IMPORT_JOB, id)), via=via)

    @strawberry.field
    def import_rows(
        self, first: int = 50, after: str | None = None, where: ImportRowFilter | None = None, via: Via | None = None
    ) -> Connection[ImportRowNode] | None:
        """Rows by their line."""
        return ask(
            lambda ctx, q: use_cases.import_rows(ctx, q.page(ctx, IMPORT_ROW)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def import_row(self, id: UUID, via: Via | None = None) -> ImportRowNode | None:
        """One row with its diff."""
        return ask(lambda ctx, q: use_cases.import_rows(ctx, q.one(IMPORT_ROW, id)), via=via)

    @strawberry.field
    def import_mappings(
        self,
        first: int = 50,
        after: str | None = None,
        where: ImportMappingFilter | None = None,
        via: Via | None = None,
    ) -> Connection[ImportMappingNode] | None:
        """Saved mappings of columns."""
        return ask(
            lambda ctx, q: use_cases.import_mappings(ctx, q.page(ctx, IMPORT_MAPPING)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def import_mapping(self, id: UUID, via: Via | None = None) -> ImportMappingNode | None:
        """One saved mapping."""
        return ask(lambda ctx, q: use_cases.import_mappings(ctx, q.one(IMPORT_MAPPING, id)), via=via)

    @strawberry.field
    def import_kinds(self) -> list[ImportKindNode]:
        """Kinds of import: their columns, headers and words."""
        return kinds()


@strawberry.type
class ImportActs:
    @strawberry.mutation
    def move_import(self, id: UUID, move: ImportMove, given: Given | None = None) -> ImportJobNode | None:
        """Commit, undo, read again, discard (needs given.ifMatch)."""
        return ask(lambda ctx, q: use_cases.move_import(ctx, move.command(id=id), q.one(IMPORT_JOB)), given=given)

    @strawberry.mutation
    def decide_import_row(self, id: UUID, decision: ImportDecision, given: Given | None = None) -> ImportRowNode | None:
        """Say what a row for review shall do (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: use_cases.decide_import_row(ctx, decision.command(id=id), q.one(IMPORT_ROW)), given=given
        )

    @strawberry.mutation
    def save_import_mapping(self, new: NewImportMapping, given: Given | None = None) -> ImportMappingNode | None:
        """Keep which header of a file is which field."""
        return ask(lambda ctx, q: use_cases.save_import_mapping(ctx, new.command(), q.one(IMPORT_MAPPING)), given=given)

    @strawberry.mutation
    def amend_import_mapping(
        self, id: UUID, patch: ImportMappingPatch, given: Given | None = None
    ) -> ImportMappingNode | None:
        """Correct a saved mapping (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: use_cases.amend_import_mapping(
                ctx, patch.command(id, q.provided("patch")), q.one(IMPORT_MAPPING)
            ),
            given=given,
        )
