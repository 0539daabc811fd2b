"""Anonymous clients and the contacts with them, as they travel. Nothing has a person but a client's own link."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field

from api.schemas.base import Given, worded
from api.schemas.contacts import ContactFacts, Minutes, Topics
from api.schemas.keeping import KeptFacts, KeptFilter, NewKept, Prose, patch_of, query_of
from api.schemas.units import Unit
from domain.client import rules
from domain.client.noun import AgeBand, LinkConsent
from domain.client.rules import ANONYMOUS_CONTACTS, CLIENTS
from domain.contact.noun import ClientGroup, ContactChannel, ContactGiver, ContactPlace, ContactTopic
from domain.person.model import Gender

worded(AgeBand, LinkConsent)


class AnonymousClientFacts(KeptFacts):
    """A client known by a code. Instants are exact for the circle that wrote the row, days for everybody else."""

    mine: bool | None = None
    code: str | None = None
    """What staff call the client, made by the service."""
    client_group: ClientGroup | None = None
    gender: Gender | None = None
    age_band: AgeBand | None = None
    first_seen_on: dt.date | None = None
    contacts: int | None = None
    """How many living contacts."""
    linked_person_id: UUID | None = None
    """The person, where the client told it with their own code; seen by the circle in which they did."""
    linked_on: dt.date | None = None
    link_consent: LinkConsent | None = None


class AnonymousClient(AnonymousClientFacts):
    unit: Unit | None = None


@strawberry.pydantic.input
class AnonymousClientFilter(KeptFilter):
    """Which clients."""

    code: Annotated[str | None, Field(max_length=20)] = None
    mine: bool | None = None
    client_group: ClientGroup | None = None


@strawberry.pydantic.input
class NewAnonymousClient(NewKept):
    """A client of one's own unit. An id made by the caller must be random (version 4): others carry their time."""

    unit_id: UUID | None = None
    """One's own unit, when left out."""
    client_group: ClientGroup
    gender: Gender | None = None
    age_band: AgeBand | None = None


AnonymousClientPatch = patch_of("AnonymousClientPatch", NewAnonymousClient, CLIENTS.settled)
AnonymousClientQuery = query_of("AnonymousClientQuery", AnonymousClientFilter)


class AnonymousContactFacts(ContactFacts):
    """On which day an anonymous client was counselled; what was said, for its author's circle."""

    client_id: UUID | None = None
    held_on: dt.date | None = None


class AnonymousContact(AnonymousContactFacts):
    client: AnonymousClientFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class AnonymousContactFilter(KeptFilter):
    """Which contacts with anonymous clients."""

    client_id: UUID | None = None
    support_model_id: UUID | None = None
    mine: bool | None = None
    channel: ContactChannel | None = None
    topic: ContactTopic | None = None
    held_from: dt.date | None = None
    held_before: dt.date | None = None


@strawberry.pydantic.input
class NewAnonymousContact(NewKept):
    """A contact with a client of one's own unit: the day, how and about what."""

    client_id: UUID
    held_on: dt.date
    channel: ContactChannel
    topics: Topics
    place: ContactPlace | None = None
    given_by: ContactGiver | None = None
    minutes: Minutes | None = None
    next_on: dt.date | None = None
    support_model_id: UUID | None = None
    advice: Prose | None = None
    promise: Prose | None = None
    need: Prose | None = None


AnonymousContactPatch = patch_of("AnonymousContactPatch", NewAnonymousContact, ANONYMOUS_CONTACTS.settled)
AnonymousContactQuery = query_of("AnonymousContactQuery", AnonymousContactFilter)


@strawberry.pydantic.input
class ClientLink(Given):
    """The client's own act: they tell who they are, and the code they keep, which staff type in before their eyes."""

    COMMAND: ClassVar = rules.LinkClient
    code: Annotated[str, Field(min_length=8, max_length=20)]
    person_id: UUID
    consent: LinkConsent

    def command(self, **more: object) -> rules.LinkClient:
        return rules.LinkClient(code=self.code, known_as=self.person_id, consent=self.consent.value, **more)  # type: ignore[arg-type]
