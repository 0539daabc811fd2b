"""Anonymous clients, the contacts with them, and the one link that a client makes: tables, reads, storage.

No table here but the link has a person, and no reading joins one: the link is seen by the circle that made it alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.acts import Context
from domain.client.noun import ANONYMOUS, CLIENT, AgeBand, LinkConsent
from domain.contact.noun import ClientGroup, ContactChannel, ContactGiver, ContactPlace
from domain.ids import random_id
from domain.keeping import Row
from domain.person.model import Gender
from domain.reading import Scope
from persistence.circles import GRANTEES, MINE, noted, said
from persistence.columns import column, key, to
from persistence.contacts import TOPICS
from persistence.keeping import Words, kept_reads, kept_table
from persistence.reads import Key
from persistence.writing import insert

ZONE = "'Asia/Ho_Chi_Minh'"
CLIENT_ROW = kept_table(
    "anonymous_client",
    "Clients known by a code alone: no name, no number, no person",
    {
        "code": column("key", comment="made by the service; what staff call the client"),
        "client_group": Words(ClientGroup),
        "gender": Words(Gender, null=True),
        "age_band": Words(AgeBand, null=True),
        "first_seen_on": column("date", comment="the day it was made: by it clients are listed"),
    },
    sa.UniqueConstraint("code"),
    sa.Index("ix_anonymous_client_unit_seen", "unit_no", "first_seen_on", "id"),
    of="unit",
)
ANONYMOUS_ROW = kept_table(
    "anonymous_contact",
    "On which day an anonymous client was counselled; what was said stands in anonymous_note",
    {
        "client_id": column("uuid", to("anonymous_client.id")),
        "held_on": column("date", comment="a day, never an hour"),
        "channel": Words(ContactChannel),
        "place": Words(ContactPlace, null=True),
        "given_by": Words(ContactGiver, null=True),
        "minutes": column("int", null=True),
        "topics": TOPICS,
        "next_on": column("date", null=True),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
    },
    sa.CheckConstraint("cardinality(topics) > 0", name="about_something"),
    sa.CheckConstraint("minutes between 1 and 600", name="minutes"),
    sa.Index("ix_anonymous_contact_client", "client_id", "held_on", "id"),
    sa.Index("ix_anonymous_contact_unit_held", "unit_no", "held_on", "id"),
    sa.Index("ix_anonymous_contact_model", "support_model_id", "held_on"),
    sa.Index("ix_anonymous_contact_circle", "circle_no", "held_on"),
    of="unit",
)


class CodeRow(SQLModel, table=True):
    """The keyed hash of the code that a client keeps."""

    __tablename__ = "client_code"
    __table_args__ = ({"comment": "Keyed hashes of the codes that clients keep"},)
    client_id: UUID = column("uuid", to("anonymous_client.id"), primary_key=True)
    code_blind: bytes = column("bytes", comment="HMAC of client and code; the key is outside the database")


class LinkRow(SQLModel, table=True):
    """A client joined to a person by the client's own act; seen by the circle in which that was done."""

    __tablename__ = "client_link"
    __table_args__ = (
        Words(LinkConsent).check("consent"),
        sa.CheckConstraint("linked_at <= ended_at", name="ends_later"),
        sa.Index("uq_client_link_live", "client_id", unique=True, postgresql_where=sa.text("ended_at is null")),
        {"comment": "Clients who told who they are, with their code"},
    )
    id: UUID = key()
    client_id: UUID = column("uuid", to("anonymous_client.id"))
    person_id: UUID = column("uuid", to("person.id"))
    circle_no: int = column("int", comment="who sees it: an organisation, or minus an account")
    consent: str = column("text")
    linked_at: datetime = column("instant")
    linked_by: UUID = column("uuid")
    ended_at: datetime | None = column("instant", null=True)
    ended_by: UUID | None = column("uuid", null=True)


def by_day(name: str) -> str:
    """An instant for the author's circle, for others its day: no order of rows tells who came when."""
    day = f"date_trunc('day', {{t}}.{name}, {ZONE})"
    return f"case when {MINE} then {{t}}.{name} else {day} end"


def of_circle(name: str) -> str:
    """What whoever wrote the row noted of it, for their circle alone: a reference may be that of a person's file."""
    return f"case when {MINE} then {{t}}.{name} end"


TRACED = (
    {name: by_day(name) for name in ("recorded_at", "updated_at", "voided_at")}
    | {name: of_circle(name) for name in ("source", "source_ref", "void_reason")}
    | {"mine": MINE}
)
LINK = f"from client_link l where l.client_id = {{t}}.id and l.ended_at is null and l.circle_no = {GRANTEES}"
CLIENTS = kept_reads(
    CLIENT,
    CLIENT_ROW,
    columns=TRACED
    | {
        "contacts": "(select count(*) from anonymous_contact a where a.client_id = {t}.id and a.voided_at is null)",
        "linked_person_id": f"(select l.person_id {LINK})",
        "linked_on": f"(select (l.linked_at at time zone {ZONE})::date {LINK})",
        "link_consent": f"(select l.consent {LINK})",
    },
    orders={"newest": (Key("{t}.first_seen_on", "date", descending=True),)},
    filters={"mine": f"{MINE} = {{v}}::bool"},
)
CONTACTS = kept_reads(
    ANONYMOUS,
    ANONYMOUS_ROW,
    columns=TRACED | noted(ANONYMOUS.name, "notes"),
    once=said(ANONYMOUS.name),
    joins={"client": "{c}.id = {t}.client_id"},
    orders={"newest": (Key("{t}.held_on", "date", descending=True),)},
    filters={
        "client_id": "{t}.client_id = {v}::uuid",
        "support_model_id": "{t}.support_model_id = {v}::uuid",
        "mine": f"{MINE} = {{v}}::bool",
        "topic": "{v}::text = any({t}.topics)",
        "held_from": "{t}.held_on >= {v}::date",
        "held_before": "{t}.held_on < {v}::date",
    },
)


class Clients:
    """Codes and links, on one transaction."""

    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx

    async def keep(self, client: UUID, blind: bytes) -> None:
        await insert(self.connection, "client_code", {"client_id": client, "code_blind": blind})

    async def kept(self, client: UUID, *, within: Scope) -> bytes | None:
        """The keyed hash of a client in reach."""
        found: bytes | None = await self.connection.fetchval(
            "select c.code_blind from client_code c join anonymous_client t on t.id = c.client_id"
            " where c.client_id = $1 and t.unit_no between $2 and $3",
            client,
            within.lo,
            within.hi,
        )
        return found

    async def link(self, client: Row, person: UUID, consent: str, now: datetime) -> None:
        """Raises `linked_already` by the one live link a client can have. The client's own row stays as it was."""
        actor = self.ctx.actor
        circle = actor.unit_no if actor.level == "organisation" else -actor.account_no
        row = {"client_id": client["id"], "person_id": person, "circle_no": circle, "consent": consent}
        made = {"id": random_id(), "linked_at": now, "linked_by": actor.account_id}
        await insert(self.connection, "client_link", row | made)

    async def unlink(self, client: UUID, now: datetime) -> bool:
        """Whether there was a link that the caller's circle may end."""
        ended = await self.connection.execute(
            f"update client_link set ended_at = $2, ended_by = $3 where client_id = $1 and ended_at is null"
            f" and circle_no = {GRANTEES}",
            client,
            now,
            self.ctx.actor.account_id,
        )
        return bool(ended != "UPDATE 0")
