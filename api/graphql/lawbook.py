"""GraphQL: the rule book, the calendar and proposals to change them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, Given
from api.schemas import lawbook as shapes
from api.schemas.lawbook import CalendarFilter, LawChangeFilter, LawChangeMove, NewLawChange, RuleFilter
from domain.lawbook.noun import CALENDAR_DAY, LAW_CHANGE, RULE
from domain.lawbook.use_cases import Count, decide_change, holidays, law_changes, propose_change, rules, working_days


@strawberry.pydantic.type(name="Rule", description=shapes.RuleFacts.__doc__)
class RuleNode(shapes.RuleFacts):
    pass


@strawberry.pydantic.type(name="CalendarDay", description=shapes.CalendarDayFacts.__doc__)
class CalendarDayNode(shapes.CalendarDayFacts):
    pass


@strawberry.pydantic.type(name="LawChange", description=shapes.LawChangeFacts.__doc__)
class LawChangeNode(shapes.LawChangeFacts):
    pass


@strawberry.type
class SkippedDay:
    """A day the clock passed over, or counted although it is a weekend, and why."""

    day: dt.date
    reason: str
    name_vi: str
    name_en: str
    confidence: str


@strawberry.type
class WorkingDays:
    """Where a count of working days ends, and each day it skipped."""

    start: dt.date
    days: int
    due: dt.date
    calendar: str
    skipped: list[SkippedDay]
    make_ups: list[SkippedDay]


def _counted(facts: dict[str, object]) -> WorkingDays:
    skipped, make_ups = ([SkippedDay(**day) for day in facts.pop(name)] for name in ("skipped", "make_ups"))  # type: ignore[attr-defined]
    return WorkingDays(**facts, skipped=skipped, make_ups=make_ups)  # type: ignore[arg-type]


@strawberry.type
class LawbookQueries:
    @strawberry.field
    def rules(
        self, first: int = 50, after: str | None = None, where: RuleFilter | None = None
    ) -> Connection[RuleNode] | None:
        """The rule book: `where.inForceOn` gives what applies to events of a day."""
        return ask(lambda ctx, q: rules(ctx, q.page(ctx, RULE)), first=first, after=after, where=where)

    @strawberry.field
    def rule(self, id: UUID) -> RuleNode | None:
        """One row of law."""
        return ask(lambda ctx, q: rules(ctx, q.one(RULE, id)))

    @strawberry.field
    def holidays(
        self, first: int = 50, after: str | None = None, where: CalendarFilter | None = None
    ) -> Connection[CalendarDayNode] | None:
        """Holidays, substitute, swapped and make-up days."""
        return ask(
            lambda ctx, q: holidays(ctx, q.page(ctx, CALENDAR_DAY)),
            first=first,
            after=after,
            where=where or CalendarFilter(),
        )

    @strawberry.field
    async def working_days(
        self, info: strawberry.Info, start: dt.date, days: int | None = None, until: dt.date | None = None
    ) -> WorkingDays:
        """Count working days; each day skipped is listed with why."""
        return _counted(await working_days(info.context.ctx, Count(start, days, until)))

    @strawberry.field
    def law_changes(
        self, first: int = 50, after: str | None = None, where: LawChangeFilter | None = None
    ) -> Connection[LawChangeNode] | None:
        """Proposals to change the law as stored."""
        return ask(lambda ctx, q: law_changes(ctx, q.page(ctx, LAW_CHANGE)), first=first, after=after, where=where)

    @strawberry.field
    def law_change(self, id: UUID) -> LawChangeNode | None:
        """One proposal."""
        return ask(lambda ctx, q: law_changes(ctx, q.one(LAW_CHANGE, id)))


@strawberry.type
class LawbookActs:
    @strawberry.mutation
    def propose_law_change(self, new: NewLawChange, given: Given | None = None) -> LawChangeNode | None:
        """Propose a row; another person approves it."""
        return ask(lambda ctx, q: propose_change(ctx, new.command(), q.one(LAW_CHANGE)), given=given)

    @strawberry.mutation
    def decide_law_change(self, id: UUID, move: LawChangeMove, given: Given | None = None) -> LawChangeNode | None:
        """Approve or reject another's proposal, or withdraw one's own (needs given.ifMatch)."""
        return ask(lambda ctx, q: decide_change(ctx, move.command(id=id), q.one(LAW_CHANGE)), given=given)
