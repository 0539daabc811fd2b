"""GraphQL: the types of courses, notices and review rounds."""

from __future__ import annotations

import strawberry
import strawberry.pydantic

from api.graphql.types import Connection, PersonNode, UnitNode
from api.schemas import courses, notice_papers, notices, reviews


@strawberry.pydantic.type(name="TreatmentCourse", description=courses.TreatmentCourseFacts.__doc__)
class CourseNode(courses.TreatmentCourseFacts):
    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...

    @strawberry.pydantic.field
    def place_unit(self) -> UnitNode | None: ...


@strawberry.pydantic.type(name="TreatmentCourseCount", description=courses.TreatmentCourseCount.__doc__)
class CourseCountNode(courses.TreatmentCourseCount):
    pass


@strawberry.pydantic.type(name="NoticeRouting", description=notices.NoticeRoutingFacts.__doc__)
class RoutingNode(notices.NoticeRoutingFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def receiver_after(self) -> UnitNode | None: ...


@strawberry.pydantic.type(name="NoticeAmendment", description=notices.NoticeAmendment.__doc__)
class AmendmentNode(notices.NoticeAmendment):
    pass


@strawberry.pydantic.type(name="NoticeAttachment", description=notice_papers.NoticeAttachmentFacts.__doc__)
class AttachmentNode(notice_papers.NoticeAttachmentFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def sender_unit(self) -> UnitNode | None: ...


@strawberry.pydantic.type(name="TrainingCertificate", description=notice_papers.TrainingCertificateFacts.__doc__)
class CertificateNode(notice_papers.TrainingCertificateFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def sender_unit(self) -> UnitNode | None: ...


@strawberry.pydantic.type(name="DischargeNotice", description=notices.DischargeNoticeFacts.__doc__)
class NoticeNode(notices.DischargeNoticeFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def sender_unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...

    @strawberry.pydantic.field
    def routings(self, first: int = 20, after: str | None = None) -> Connection[RoutingNode] | None: ...

    @strawberry.pydantic.field
    def amendments(self, first: int = 20, after: str | None = None) -> Connection[AmendmentNode] | None: ...

    @strawberry.pydantic.field
    def attachments(self, first: int = 20, after: str | None = None) -> Connection[AttachmentNode] | None: ...

    @strawberry.pydantic.field
    def certificates(self, first: int = 20, after: str | None = None) -> Connection[CertificateNode] | None: ...


@strawberry.pydantic.type(name="ReviewedPerson", description=reviews.ReviewedPersonFacts.__doc__)
class ReviewedPersonNode(reviews.ReviewedPersonFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...


@strawberry.pydantic.type(name="ReviewRequest", description=reviews.ReviewRequestFacts.__doc__)
class ReviewRequestNode(reviews.ReviewRequestFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def asked_unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def entries(self, first: int = 20, after: str | None = None) -> Connection[ReviewedPersonNode] | None: ...


@strawberry.pydantic.type(name="ReviewRound", description=reviews.ReviewRoundFacts.__doc__)
class ReviewRoundNode(reviews.ReviewRoundFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def requests(self, first: int = 20, after: str | None = None) -> Connection[ReviewRequestNode] | None: ...

    @strawberry.pydantic.field
    def entries(self, first: int = 20, after: str | None = None) -> Connection[ReviewedPersonNode] | None: ...
