"""Counselling contacts and their figures, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import OneQuery
from api.civil import Instant
from api.schemas.base import Given, worded
from api.schemas.keeping import KeptFacts, NewKept, PersonKeptFilter, Prose, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.contact import figures
from domain.contact.figures import GroupedBy
from domain.contact.noun import ClientGroup, ContactChannel, ContactGiver, ContactPlace, ContactTopic
from domain.contact.rules import CONTACTS
from domain.document.model import PrintFormat

worded(ClientGroup, ContactChannel, ContactGiver, ContactPlace, ContactTopic, GroupedBy)

Minutes = Annotated[int, Field(ge=1, le=600)]
Topics = Annotated[list[ContactTopic], Field(max_length=7)]


class ContactFacts(KeptFacts):
    """What contacts with persons and with anonymous clients share."""

    mine: bool | None = None
    """Whether it was written in the caller's own circle: by their organisation, or by themselves."""
    support_model_id: UUID | None = None
    """The model it came through, if any."""
    channel: ContactChannel | None = None
    place: ContactPlace | None = None
    """A kind of place, never an address."""
    given_by: ContactGiver | None = None
    minutes: int | None = None
    topics: list[ContactTopic] | None = None
    next_on: dt.date | None = None
    """The day they agreed to speak again."""
    advice: str | None = None
    """What was advised: read by its author's circle only, as are the next three."""
    promise: str | None = None
    need: str | None = None
    """Mood and needs, as told."""
    notes: JSON | None = None
    """Every version of what was said: `[{version, written_at, written_by, advice, promise, need}]`."""


class CounsellingContactFacts(ContactFacts):
    """That and when a person was counselled; what was said, for its author's circle."""

    person_id: UUID | None = None
    held_at: dt.datetime | None = None
    client_group: ClientGroup | None = None
    referral_consent: bool | None = None
    """Whether the person agreed to be referred; null: not asked."""
    revisions: JSON | None = None
    """Corrections: `[{version, revised_at, revised_by, before}]`; `before` holds what was said until then."""


class CounsellingContact(CounsellingContactFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class CounsellingContactFilter(PersonKeptFilter):
    """Which contacts."""

    support_model_id: UUID | None = None
    mine: bool | None = None
    """Those of the caller's own circle, or those of others."""
    channel: ContactChannel | None = None
    topic: ContactTopic | None = None
    given_by: ContactGiver | None = None
    client_group: ClientGroup | None = None
    held_from: dt.date | None = None
    held_before: dt.date | None = None
    next_from: dt.date | None = None
    next_before: dt.date | None = None


@strawberry.pydantic.input
class NewCounsellingContact(NewKept):
    """A contact with a person in sight: when, how and about what is enough; the rest may follow."""

    person_id: UUID
    held_at: Instant
    channel: ContactChannel
    topics: Topics
    place: ContactPlace | None = None
    given_by: ContactGiver | None = None
    client_group: ClientGroup | None = None
    """Victims of trafficking are recorded as anonymous clients only."""
    minutes: Minutes | None = None
    next_on: dt.date | None = None
    referral_consent: bool | None = None
    support_model_id: UUID | None = None
    advice: Prose | None = None
    promise: Prose | None = None
    need: Prose | None = None


CounsellingContactPatch = patch_of("CounsellingContactPatch", NewCounsellingContact, CONTACTS.settled)
CounsellingContactQuery = query_of("CounsellingContactQuery", CounsellingContactFilter)


class CounsellingCount(BaseModel):
    """Persons (người) and contacts (lượt) of one group. They are never added; nor are persons of two groups."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    group: str | None = None
    """A month, model, topic, client group or channel; `none` where it is not said; null on the line of all."""
    whole: bool | None = None
    """Whether this is the line of all groups together."""
    persons: int | None = None
    """Different persons on the register."""
    contacts: int | None = None
    """Contacts with them."""
    anonymous_clients: int | None = None
    """Different anonymous clients: never persons."""
    anonymous_contacts: int | None = None
    contacts_in_all: int | None = None
    """Contacts with persons and with anonymous clients."""


Month = Annotated[str, Field(min_length=7, max_length=7, pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$")]


@strawberry.pydantic.input
class CountedContacts(Given):
    """Whole months: figures of a day would tell who came."""

    COMMAND: ClassVar = figures.CountContacts
    since: Month | None = None
    """First month, e.g. `2026-07`; this month, when left out."""
    until: Month | None = None
    """Last month, inclusive; the first, when left out."""
    by: GroupedBy = GroupedBy.MONTH


class MinutesQuery(OneQuery):
    """In which format the minutes are printed."""

    format: PrintFormat = PrintFormat.PDF
