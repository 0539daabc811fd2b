"""The output types of cases and decisions in GraphQL."""

from __future__ import annotations

from typing import Annotated

import strawberry
import strawberry.pydantic

from api.graphql.types import Connection, PersonNode, UnitNode
from api.schemas import cases, decisions


@strawberry.pydantic.type(name="CaseProposal", description=cases.CaseProposal.__doc__)
class ProposalNode(cases.CaseProposal):
    pass


@strawberry.pydantic.type(name="CaseFinding", description=cases.CaseFinding.__doc__)
class FindingNode(cases.CaseFinding):
    pass


@strawberry.pydantic.type(name="SupportTeam", description=cases.SupportTeam.__doc__)
class TeamNode(cases.SupportTeam):
    pass


@strawberry.pydantic.type(name="CaseAssignment", description=cases.CaseAssignment.__doc__)
class AssignmentNode(cases.CaseAssignment):
    pass


@strawberry.pydantic.type(name="CaseAssessment", description=cases.CaseAssessment.__doc__)
class AssessmentNode(cases.CaseAssessment):
    pass


@strawberry.pydantic.type(name="CaseEvent", description=cases.CaseEvent.__doc__)
class EventNode(cases.CaseEvent):
    pass


@strawberry.pydantic.type(name="DecisionAdjustment", description=decisions.DecisionAdjustment.__doc__)
class AdjustmentNode(decisions.DecisionAdjustment):
    pass


@strawberry.pydantic.type(name="DecisionDelivery", description=decisions.DecisionDelivery.__doc__)
class DeliveryNode(decisions.DecisionDelivery):
    pass


LazyCase = Annotated["CaseNode", strawberry.lazy("api.graphql.case_types")]
LazyDecision = Annotated["DecisionNode", strawberry.lazy("api.graphql.case_types")]


@strawberry.pydantic.type(name="ManagementDecision", description=decisions.ManagementDecisionFacts.__doc__)
class DecisionNode(decisions.ManagementDecisionFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def issuer(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def case(self) -> LazyCase | None: ...

    @strawberry.pydantic.field
    def adjustments(self, first: int = 20, after: str | None = None) -> Connection[AdjustmentNode] | None: ...

    @strawberry.pydantic.field
    def deliveries(self, first: int = 20, after: str | None = None) -> Connection[DeliveryNode] | None: ...

    @strawberry.pydantic.field
    def replaces(self) -> LazyDecision | None: ...


@strawberry.pydantic.type(name="ManagementCase", description=cases.ManagementCaseFacts.__doc__)
class CaseNode(cases.ManagementCaseFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...

    @strawberry.pydantic.field
    def decision(self) -> DecisionNode | None: ...

    @strawberry.pydantic.field
    def decisions(self, first: int = 20, after: str | None = None) -> Connection[DecisionNode] | None: ...

    @strawberry.pydantic.field
    def proposals(self, first: int = 20, after: str | None = None) -> Connection[ProposalNode] | None: ...

    @strawberry.pydantic.field
    def findings(self, first: int = 20, after: str | None = None) -> Connection[FindingNode] | None: ...

    @strawberry.pydantic.field
    def teams(self, first: int = 20, after: str | None = None) -> Connection[TeamNode] | None: ...

    @strawberry.pydantic.field
    def assignments(self, first: int = 20, after: str | None = None) -> Connection[AssignmentNode] | None: ...

    @strawberry.pydantic.field
    def assessments(self, first: int = 20, after: str | None = None) -> Connection[AssessmentNode] | None: ...

    @strawberry.pydantic.field
    def events(self, first: int = 20, after: str | None = None) -> Connection[EventNode] | None: ...
