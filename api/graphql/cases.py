"""GraphQL: cases and what hangs on them."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.case_types import AssessmentNode, AssignmentNode, CaseNode, FindingNode, ProposalNode, TeamNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas.cases import (
    CaseMove,
    EndBody,
    ManagementCaseFilter,
    NewAssessment,
    NewAssignment,
    NewFinding,
    NewManagementCase,
    NewTeam,
)
from domain.case import support
from domain.case import use_cases as case
from domain.case.moving import move_case
from domain.case.noun import ASSESSMENT, ASSIGNMENT, CASE, FINDING, PROPOSAL, TEAM


@strawberry.type
class CaseQueries:
    @strawberry.field
    def management_cases(
        self,
        first: int = 50,
        after: str | None = None,
        where: ManagementCaseFilter | None = None,
        via: Via | None = None,
    ) -> Connection[CaseNode] | None:
        """Cases in reach, newest first."""
        return ask(lambda ctx, q: case.cases(ctx, q.page(ctx, CASE)), first=first, after=after, where=where, via=via)

    @strawberry.field
    def management_case(self, id: UUID, via: Via | None = None) -> CaseNode | None:
        """One case."""
        return ask(lambda ctx, q: case.cases(ctx, q.one(CASE, id)), via=via)

    @strawberry.field
    def case_proposal(self, id: UUID, via: Via | None = None) -> ProposalNode | None:
        """One proposal."""
        return ask(lambda ctx, q: case.proposals(ctx, q.one(PROPOSAL, id)), via=via)

    @strawberry.field
    def case_finding(self, id: UUID, via: Via | None = None) -> FindingNode | None:
        """One finding."""
        return ask(lambda ctx, q: case.findings(ctx, q.one(FINDING, id)), via=via)

    @strawberry.field
    def support_team(self, id: UUID, via: Via | None = None) -> TeamNode | None:
        """One support team."""
        return ask(lambda ctx, q: case.teams(ctx, q.one(TEAM, id)), via=via)

    @strawberry.field
    def case_assignment(self, id: UUID, via: Via | None = None) -> AssignmentNode | None:
        """One assignment."""
        return ask(lambda ctx, q: case.assignments(ctx, q.one(ASSIGNMENT, id)), via=via)

    @strawberry.field
    def case_assessment(self, id: UUID, via: Via | None = None) -> AssessmentNode | None:
        """One assessment."""
        return ask(lambda ctx, q: case.assessments(ctx, q.one(ASSESSMENT, id)), via=via)


@strawberry.type
class CaseActs:
    @strawberry.mutation
    def open_case(self, new: NewManagementCase, given: Given | None = None) -> CaseNode | None:
        """Open a case."""
        return ask(lambda ctx, q: case.open_case(ctx, new.command(), q.one(CASE)), given=given)

    @strawberry.mutation
    def move_case(self, id: UUID, move: CaseMove, given: Given | None = None) -> CaseNode | None:
        """Move a case to its next state (needs given.ifMatch)."""
        return ask(lambda ctx, q: move_case(ctx, move.command(id=id), q.one(CASE)), given=given)

    @strawberry.mutation
    def record_finding(self, case_id: UUID, new: NewFinding, given: Given | None = None) -> FindingNode | None:
        """What an authority found."""
        return ask(
            lambda ctx, q: support.record_finding(ctx, new.command(case_id=case_id), q.one(FINDING)), given=given
        )

    @strawberry.mutation
    def appoint_team(self, case_id: UUID, new: NewTeam, given: Given | None = None) -> TeamNode | None:
        """Appoint a support team; the former one ends the day before."""
        return ask(lambda ctx, q: support.appoint_team(ctx, new.command(case_id=case_id), q.one(TEAM)), given=given)

    @strawberry.mutation
    def end_team(self, id: UUID, end: EndBody, given: Given | None = None) -> TeamNode | None:
        """The last day of a team (needs given.ifMatch)."""
        return ask(lambda ctx, q: support.end_team(ctx, end.command(id=id), q.one(TEAM)), given=given)

    @strawberry.mutation
    def assign(self, case_id: UUID, new: NewAssignment, given: Given | None = None) -> AssignmentNode | None:
        """Assign a counsellor."""
        return ask(lambda ctx, q: support.assign(ctx, new.command(case_id=case_id), q.one(ASSIGNMENT)), given=given)

    @strawberry.mutation
    def end_assignment(self, id: UUID, end: EndBody, given: Given | None = None) -> AssignmentNode | None:
        """The last day of an assignment (needs given.ifMatch)."""
        return ask(lambda ctx, q: support.end_assignment(ctx, end.command(id=id), q.one(ASSIGNMENT)), given=given)

    @strawberry.mutation
    def assess_case(self, case_id: UUID, new: NewAssessment, given: Given | None = None) -> AssessmentNode | None:
        """The look back one year after the end."""
        return ask(lambda ctx, q: support.assess(ctx, new.command(case_id=case_id), q.one(ASSESSMENT)), given=given)
