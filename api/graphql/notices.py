"""GraphQL: discharge notices, from the centre to the commune."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.bulk import rows_read
from api.graphql.course_types import AmendmentNode, NoticeNode, RoutingNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas import notices as shapes
from api.schemas.base import orders
from api.schemas.notices import (
    DecisionHandedOver,
    DischargeNoticeFilter,
    NewNotice,
    NoticeAmendmentFilter,
    NoticeMove,
    NoticePatch,
    NoticeRoutingFilter,
    RecordedNotice,
    SendNoticeOn,
)
from domain.notice import answering, sending
from domain.notice.bulk import push_notices
from domain.notice.delivering import hand_over_decision
from domain.notice.model import OfNotice
from domain.notice.noun import AMENDMENT, NOTICE, NOTICE_RESULT, ROUTING

NoticeOrder = orders("DischargeNoticeOrder", NOTICE.orders)


@strawberry.pydantic.type(name="NoticeResult", description=shapes.NoticeResult.__doc__)
class NoticeResultNode(shapes.NoticeResult):
    pass


@strawberry.type
class NoticeQueries:
    @strawberry.field
    def discharge_notices(
        self,
        first: int = 50,
        after: str | None = None,
        order: NoticeOrder | None = None,  # type: ignore[valid-type]
        where: DischargeNoticeFilter | None = None,
        via: Via | None = None,
    ) -> Connection[NoticeNode] | None:
        """A commune sees what lies with it, a centre what it sent."""
        return ask(
            lambda ctx, q: sending.notices(ctx, q.page(ctx, NOTICE)),
            first=first,
            after=after,
            order=order,
            where=where,
            via=via,
        )

    @strawberry.field
    def discharge_notice(self, id: UUID, via: Via | None = None) -> NoticeNode | None:
        """One notice."""
        return ask(lambda ctx, q: sending.notices(ctx, q.one(NOTICE, id)), via=via)

    @strawberry.field
    def notice_routings(
        self,
        first: int = 50,
        after: str | None = None,
        where: NoticeRoutingFilter | None = None,
        via: Via | None = None,
    ) -> Connection[RoutingNode] | None:
        """With whom notices lay; `ended: true` = what was ours once."""
        return ask(
            lambda ctx, q: sending.routings(ctx, q.page(ctx, ROUTING)), first=first, after=after, where=where, via=via
        )

    @strawberry.field
    def notice_routing(self, id: UUID, via: Via | None = None) -> RoutingNode | None:
        """One stretch."""
        return ask(lambda ctx, q: sending.routings(ctx, q.one(ROUTING, id)), via=via)

    @strawberry.field
    def notice_amendments(
        self,
        first: int = 50,
        after: str | None = None,
        where: NoticeAmendmentFilter | None = None,
        via: Via | None = None,
    ) -> Connection[AmendmentNode] | None:
        """What changed in notices, and why."""
        return ask(
            lambda ctx, q: sending.amendments(ctx, q.page(ctx, AMENDMENT)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def notice_amendment(self, id: UUID, via: Via | None = None) -> AmendmentNode | None:
        """One amendment."""
        return ask(lambda ctx, q: sending.amendments(ctx, q.one(AMENDMENT, id)), via=via)


@strawberry.type
class NoticeActs:
    @strawberry.mutation
    def push_discharge_notice(self, new: NewNotice, given: Given | None = None) -> NoticeNode | None:
        """Send (or draft) a notice; the same `sourceRef` with the same content is the same notice."""
        return ask(lambda ctx, q: sending.push_notice(ctx, new.command(), q.one(NOTICE)), given=given)

    @strawberry.mutation
    def push_discharge_notices(
        self, notices: list[NewNotice], given: Given | None = None
    ) -> list[NoticeResultNode] | None:
        """Up to 500 notices, each a push of its own: one result a row, in order."""
        return ask(lambda ctx, q: push_notices(ctx, rows_read(notices), q.one(NOTICE_RESULT)), given=given)

    @strawberry.mutation
    def record_discharge_notice(self, new: RecordedNotice, given: Given | None = None) -> NoticeNode | None:
        """Record what reached the commune on paper or by word of mouth."""
        return ask(lambda ctx, q: answering.record_notice(ctx, new.command(), q.one(NOTICE)), given=given)

    @strawberry.mutation
    def amend_discharge_notice(self, id: UUID, patch: NoticePatch, given: Given | None = None) -> NoticeNode | None:
        """Amend a notice of one's own, with a reason (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: answering.amend_notice(ctx, patch.command(id, q.provided("patch")), q.one(NOTICE)),
            given=given,
        )

    @strawberry.mutation
    def move_discharge_notice(self, id: UUID, move: NoticeMove, given: Given | None = None) -> NoticeNode | None:
        """The sender sends and cancels; the receiver receives, accepts, returns (needs given.ifMatch)."""
        return ask(lambda ctx, q: answering.move_notice(ctx, move.command(id=id), q.one(NOTICE)), given=given)

    @strawberry.mutation
    def send_discharge_notice_on(
        self, id: UUID, routing: SendNoticeOn, given: Given | None = None
    ) -> RoutingNode | None:
        """Send a misrouted notice on (needs given.ifMatch of the notice)."""
        return ask(lambda ctx, q: answering.send_notice_on(ctx, routing.command(id=id), q.one(ROUTING)), given=given)

    @strawberry.mutation
    def hand_over_notice_decision(
        self, id: UUID, handed: DecisionHandedOver, given: Given | None = None
    ) -> NoticeNode | None:
        """The sender gave the decision to the person, with minutes (needs given.ifMatch)."""
        return ask(lambda ctx, q: hand_over_decision(ctx, handed.command(id=id), q.one(NOTICE)), given=given)

    @strawberry.mutation
    def see_discharge_notice_change(self, id: UUID, given: Given | None = None) -> NoticeNode | None:
        """Say that an amendment or cancellation was read (needs given.ifMatch)."""
        return ask(lambda ctx, q: answering.see_notice_change(ctx, OfNotice(id), q.one(NOTICE)), given=given)
