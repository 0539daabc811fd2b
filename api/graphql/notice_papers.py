"""GraphQL: what a sender puts beside a notice; bytes go up and down by REST alone (rulings 19)."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.course_types import AttachmentNode, CertificateNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas.notice_papers import NewTrainingCertificate, NoticeAttachmentFilter, TrainingCertificateFilter
from api.schemas.persons import VoidBody
from domain.notice import attaching, certifying
from domain.notice.noun import ATTACHMENT, CERTIFICATE


@strawberry.type
class NoticePaperQueries:
    @strawberry.field
    def notice_attachments(
        self,
        first: int = 50,
        after: str | None = None,
        where: NoticeAttachmentFilter | None = None,
        via: Via | None = None,
    ) -> Connection[AttachmentNode] | None:
        """Files beside notices, newest first; their bytes come by REST."""
        return ask(
            lambda ctx, q: attaching.attachments(ctx, q.page(ctx, ATTACHMENT)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def notice_attachment(self, id: UUID, via: Via | None = None) -> AttachmentNode | None:
        """What is known of one file."""
        return ask(lambda ctx, q: attaching.attachments(ctx, q.one(ATTACHMENT, id)), via=via)

    @strawberry.field
    def training_certificates(
        self,
        first: int = 50,
        after: str | None = None,
        where: TrainingCertificateFilter | None = None,
        via: Via | None = None,
    ) -> Connection[CertificateNode] | None:
        """Certificates of a trade got in treatment, newest first."""
        return ask(
            lambda ctx, q: certifying.certificates(ctx, q.page(ctx, CERTIFICATE)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def training_certificate(self, id: UUID, via: Via | None = None) -> CertificateNode | None:
        """One certificate."""
        return ask(lambda ctx, q: certifying.certificates(ctx, q.one(CERTIFICATE, id)), via=via)


@strawberry.type
class NoticePaperActs:
    @strawberry.mutation
    def void_notice_attachment(self, id: UUID, body: VoidBody, given: Given | None = None) -> AttachmentNode | None:
        """Take a file attached in error out of everybody's sight, with a reason (needs given.ifMatch)."""
        return ask(lambda ctx, q: attaching.void_attachment(ctx, body.command(id=id), q.one(ATTACHMENT)), given=given)

    @strawberry.mutation
    def record_training_certificate(
        self, new: NewTrainingCertificate, given: Given | None = None
    ) -> CertificateNode | None:
        """Record a certificate for somebody of a notice of one's own; the same number is the same one."""
        return ask(lambda ctx, q: certifying.record_certificate(ctx, new.command(), q.one(CERTIFICATE)), given=given)

    @strawberry.mutation
    def void_training_certificate(self, id: UUID, body: VoidBody, given: Given | None = None) -> CertificateNode | None:
        """Take back a certificate recorded in error, with a reason (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: certifying.void_certificate(ctx, body.command(id=id), q.one(CERTIFICATE)), given=given
        )
