"""Figures of counselling: one statement under both walls, with its journal row; no person meets a client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from domain.acts import Context
from domain.contact.figures import ContactCount, GroupedBy, Months
from domain.contact.noun import CONTACT
from domain.measures import Clients, Contacts, Persons
from domain.reading import Road, Scope
from persistence.clients import CONTACTS as ANONYMOUS
from persistence.contacts import CONTACTS
from persistence.reads import Reads
from persistence.scoping import wall


class Group(NamedTuple):
    """The word a contact is counted under, of each of the two tables, and what it needs to be read from."""

    registered: str
    anonymous: str
    source: str = ""


GROUPS: Mapping[str, Group] = {
    GroupedBy.MONTH: Group(
        "to_char(t.held_at at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM')", "to_char(t.held_on, 'YYYY-MM')"
    ),
    GroupedBy.MODEL: Group(*["coalesce(t.support_model_id::text, 'none')"] * 2),
    GroupedBy.TOPIC: Group("o.topic", "o.topic", " cross join lateral unnest(t.topics) o(topic)"),
    GroupedBy.CLIENT_GROUP: Group(
        "coalesce(t.client_group, 'none')", "k.client_group", " join anonymous_client k on k.id = t.client_id"
    ),
    GroupedBy.CHANNEL: Group("t.channel", "t.channel"),
}
OWN = {CONTACTS.table: "own_contacts()", ANONYMOUS.table: "own_anonymous_contacts()"}
"""On the granted road: what one's own circle wrote, whoever looks after the person by now."""
HELD = {
    CONTACTS.table: "t.held_at >= $1::date::timestamp at time zone 'Asia/Ho_Chi_Minh'"
    " and t.held_at < $2::date::timestamp at time zone 'Asia/Ho_Chi_Minh'",
    ANONYMOUS.table: "t.held_on >= $1::date and t.held_on < $2::date",
}
FIGURES = (
    "with x as ({registered} union all {anonymous}),"
    " c as materialized (select x.word, grouping(x.word) = 1 as whole, count(distinct x.person),"
    " count(distinct x.contact), count(distinct x.client), count(distinct x.anonymous)"
    " from x group by grouping sets ((x.word), ()) order by 2, 1),"
    " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    f" select 'count_{CONTACT.name}', '{CONTACT.name}', 'read', '{{{{}}}}'::uuid[], count(*) from c)"
    " select * from c"
)

DAYS = (
    "select (t.held_at at time zone 'Asia/Ho_Chi_Minh')::date from own_contacts() t where t.voided_at is null"
    f" and {HELD[CONTACTS.table]} union"
    f" select t.held_on from own_anonymous_contacts() t where t.voided_at is null and {HELD[ANONYMOUS.table]}"
    " order by 1"
)


class Counselling:
    """Figures, on one transaction."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def counts(self, by: str, months: Months, *, within: Scope) -> list[ContactCount]:
        given: list[Any] = [*months]

        def argument(source: Any, type_: str) -> str:
            given.append(getattr(within, source))
            return f"${len(given)}::{type_}"

        group = GROUPS[by]
        of_client = group.source if by == GroupedBy.CLIENT_GROUP else ""
        shared = "" if of_client else group.source
        sql = FIGURES.format(
            registered=_rows(
                CONTACTS,
                within,
                argument,
                f"{group.registered} as word",
                "t.person_id as person, t.id as contact, null::uuid as client, null::uuid as anonymous",
                shared,
            ),
            anonymous=_rows(
                ANONYMOUS, within, argument, group.anonymous, "null, null, t.client_id, t.id", shared + of_client
            ),
        )
        await self.enter("force_custom_plan")
        return [
            ContactCount(row[0], row[1], Persons(row[2]), Contacts(row[3]), Clients(row[4]), Contacts(row[5]))
            for row in await self.connection.fetch(sql, *given)
        ]

    async def days(self, months: Months) -> list[date]:
        """Days on which the caller's own circle counselled somebody."""
        return [row[0] for row in await self.connection.fetch(DAYS, *months)]


def _rows(reads: Reads, within: Scope, argument: Callable[[Any, str], str], word: str, counted: str, more: str) -> str:
    own = within.road is Road.GRANT
    source = OWN[reads.table] if own else reads.table
    where = "true" if own else wall(reads, "t", within.road, within.level, argument)
    return (
        f"select {word}, {counted} from {source} t{more} where {where} and t.voided_at is null and {HELD[reads.table]}"
    )
