"""GraphQL: papers of a case and the forms they follow; their bytes go by REST."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.case_types import CaseNode, DecisionNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, UnitNode, Via
from api.schemas import documents as shapes
from api.schemas.documents import CaseDocumentFilter, DocumentFormFilter, FormConfirmation, NewCaseDocument
from domain.document.model import NewDocument
from domain.document.noun import DOCUMENT, FORM
from domain.document.use_cases import check_document, confirm_form, documents, forms, make_document


@strawberry.pydantic.type(name="CaseDocument", description=shapes.CaseDocumentFacts.__doc__)
class DocumentNode(shapes.CaseDocumentFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def case(self) -> CaseNode | None: ...

    @strawberry.pydantic.field
    def decision(self) -> DecisionNode | None: ...


@strawberry.pydantic.type(name="DocumentForm", description=shapes.DocumentForm.__doc__)
class FormNode(shapes.DocumentForm):
    pass


@strawberry.type
class MissingFact:
    """A fact the form cannot be printed without."""

    pointer: str
    code: str


@strawberry.type
class DocumentCheck:
    """What a paper still misses."""

    form: str
    complete: bool
    confirmed: bool
    missing: list[MissingFact]


def _checked(facts: dict[str, object]) -> DocumentCheck:
    missing = [MissingFact(**flaw) for flaw in facts.pop("missing")]  # type: ignore[attr-defined]
    return DocumentCheck(**facts, missing=missing)  # type: ignore[arg-type]


@strawberry.type
class DocumentQueries:
    @strawberry.field
    def documents(
        self, first: int = 50, after: str | None = None, where: CaseDocumentFilter | None = None, via: Via | None = None
    ) -> Connection[DocumentNode] | None:
        """Papers in reach, newest first."""
        return ask(lambda ctx, q: documents(ctx, q.page(ctx, DOCUMENT)), first=first, after=after, where=where, via=via)

    @strawberry.field
    def document(self, id: UUID, via: Via | None = None) -> DocumentNode | None:
        """What is known of one paper."""
        return ask(lambda ctx, q: documents(ctx, q.one(DOCUMENT, id)), via=via)

    @strawberry.field
    async def document_check(self, info: strawberry.Info, form: str, subject_id: UUID) -> DocumentCheck:
        """What a paper still misses before it can be printed."""
        return _checked(await check_document(info.context.ctx, NewDocument(form, subject_id)))

    @strawberry.field
    def document_forms(
        self, first: int = 50, after: str | None = None, where: DocumentFormFilter | None = None
    ) -> Connection[FormNode] | None:
        """The forms the service prints."""
        return ask(lambda ctx, q: forms(ctx, q.page(ctx, FORM)), first=first, after=after, where=where)

    @strawberry.field
    def document_form(self, id: UUID) -> FormNode | None:
        """One form."""
        return ask(lambda ctx, q: forms(ctx, q.one(FORM, id)))


@strawberry.type
class DocumentActs:
    @strawberry.mutation
    def make_document(self, new: NewCaseDocument, given: Given | None = None) -> DocumentNode | None:
        """Print a form from the data alone."""
        return ask(lambda ctx, q: make_document(ctx, new.command(), q.one(DOCUMENT)), given=given)

    @strawberry.mutation
    def confirm_form(self, id: UUID, body: FormConfirmation, given: Given | None = None) -> FormNode | None:
        """Say that a form was compared with the official gazette (needs given.ifMatch)."""
        return ask(lambda ctx, q: confirm_form(ctx, body.command(id=id), q.one(FORM)), given=given)
