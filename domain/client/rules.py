"""Anonymous clients and the contacts with them. Nothing here knows a person but the link that the client makes.

The client keeps a short code; it is stored as a keyed hash and typed in by staff in the client's presence (rulings 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from typing import Any
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import Context, act
from domain.client.noun import ANONYMOUS, CLIENT
from domain.contact.noun import CONTACT, NOTES, ClientGroup
from domain.contact.rules import Counselling
from domain.credentials import as_kept, short_code
from domain.ids import random_id
from domain.keeping import Doing, Holder, Kept, Row, Tell, not_to_come, refuse
from domain.reading import Scope
from domain.refusals import Flaw, Refusal, flawed

OF_CODES = "client_code"
SILENT = 4
"""The version of a UUID that tells no time."""


@dataclass(frozen=True)
class LinkClient:
    """The client's own act: the code typed in, the person they say they are, how they agreed."""

    id: UUID
    code: str
    known_as: UUID
    """The person; named so that no refusal is journaled under them."""
    consent: str


@dataclass(frozen=True)
class UnlinkClient:
    """The link is taken back, when the client wants it so."""

    id: UUID


class AnonymousClients(Kept):
    """Clients by a code that the service makes. The code that the client keeps is shown once, as a consequence."""

    noun = CLIENT
    reads = "read_client"
    writes = "write_client"
    of = "unit"
    told = frozenset({"client_group", "gender", "age_band"})

    def new_id(self) -> UUID:
        return random_id()

    async def _record(self, records: Any, ctx: Context, within: Scope, tell: Tell) -> UUID:
        silent(tell.id)
        return await super()._record(records, ctx, within, tell)

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        if doing.known is not None:
            return None
        return {"code": f"KH-{short_code()}", "first_seen_on": doing.ctx.today}

    async def follow(self, doing: Doing) -> None:
        """A new client's own code; a client voided is linked to nobody."""
        if doing.known is None:
            code = short_code()
            await doing.records.clients.keep(doing.row["id"], blind(doing.ctx, doing.row["id"], code))
            doing.records.extras["consequences"] = [{"kind": "code_for_the_client", "code": code}]
        elif doing.row["voided_at"] is not None:
            await doing.records.clients.unlink(doing.row["id"], doing.ctx.now)


class AnonymousContacts(Counselling):
    """Contacts with anonymous clients: a day, never an hour."""

    noun = ANONYMOUS
    reads = "read_client"
    writes = "write_client"
    of = "unit"
    day = "held_on"
    told = frozenset(
        {
            "client_id",
            "held_on",
            "channel",
            "place",
            "given_by",
            "minutes",
            "topics",
            "next_on",
            "support_model_id",
            *NOTES,
        }
    )
    settled = frozenset({"client_id"})

    def new_id(self) -> UUID:
        return random_id()

    def check(self, whole: Row, today: date, /) -> None:
        super().check(whole, today)
        refuse(not_to_come(whole, today, "held_on"))

    async def _record(self, records: Any, ctx: Context, within: Scope, tell: Tell) -> UUID:
        silent(tell.id)
        return await super()._record(records, ctx, within, tell)

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        if doing.known is None:
            client = await doing.records.rows(CLIENT.name).known(doing.row["client_id"], within=doing.within)
            if client is None or client["voided_at"] is not None or client["unit_no"] != doing.row["unit_no"]:
                raise flawed("/client_id", "not_in_scope")
        return await super().complete(doing)


def silent(id: UUID | None) -> None:
    """Raises `invalid` for an id that tells when it was made: beside a contact on file it would tell who came."""
    if id is not None and id.version != SILENT:
        raise flawed("/id", "tells_its_time")


def blind(ctx: Context, client: UUID, code: str) -> bytes:
    """What is stored of a client's code: a keyed hash, of no use for any other client."""
    return ctx.store.blind(OF_CODES, f"{client}:{as_kept(code)}")


@act(CLIENT, "write_client", guarded=True)
async def link_anonymous_client(records: Any, ctx: Context, within: Scope, link: LinkClient) -> UUID:
    """Join a client to a person of the register: only with the client's code, only by who may see both.

    Raises `invalid` for a wrong code and for a person out of reach, `coded_only`, `linked_already`.
    """
    known = await CLIENTS._known(records, link.id, within)  # noqa: SLF001 - the rule of the same noun
    if known["client_group"] == ClientGroup.TRAFFICKING_VICTIM:
        raise Refusal("coded_only")
    kept = await records.clients.kept(link.id, within=within)
    person = await _person(records, ctx, within, link.known_as)
    wrong = kept is None or not compare_digest(kept, blind(ctx, link.id, link.code))
    refuse(
        [Flaw("/code", "wrong_code")] * wrong + [Flaw("/person_id", "not_in_scope")] * (person is None),
    )
    await records.clients.link(known, link.known_as, link.consent, ctx.now)
    return link.id


@act(CLIENT, "write_client", guarded=True)
async def unlink_anonymous_client(records: Any, ctx: Context, within: Scope, unlink: UnlinkClient) -> UUID:
    """End the link at once. Raises `not_linked` where there is none that the caller's circle made."""
    await CLIENTS._known(records, unlink.id, within)  # noqa: SLF001 - the rule of the same noun
    if not await records.clients.unlink(unlink.id, ctx.now):
        raise Refusal("not_linked")
    return unlink.id


async def _person(records: Any, ctx: Context, within: Scope, id: UUID) -> Holder | None:
    """The person on the caller's own road to persons, then back. Raises `forbidden`."""
    there = scope_of(ctx.actor, "write_contact")
    seen = await records.onto(there.road, there)
    found: Holder | None = await records.rows(CONTACT.name).person(id, within=seen)
    await records.onto(within.road, within)
    return None if found is None or found.voided else found


CLIENTS = AnonymousClients()
ANONYMOUS_CONTACTS = AnonymousContacts()
