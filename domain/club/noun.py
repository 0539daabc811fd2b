"""Clubs from the inside: who asked to join, how they fare, when the club met and who came (dossier §7.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, many, one

KEPT: Final = (
    "id",
    "version",
    "unit_id",
    "source",
    "source_ref",
    "recorded_at",
    "updated_at",
    "voided_at",
    "void_reason",
    "consequences",
)
"""What every kept row carries."""
KEPT_OF_PERSON: Final = (*KEPT, "person_id")


class MembershipState(StrEnum):
    """Voluntary, and separate from any decision: asking comes before the board hears of anyone."""

    ASKED = "asked"
    """The officer screened the list and asked the person."""
    AGREED = "agreed"
    """The person agreed to be contacted by the club: from here on the board sees who it is."""
    INVITED = "invited"
    JOINED = "joined"
    SUSPENDED = "suspended"
    LEFT = "left"
    REFUSED = "refused"


class MembershipRole(StrEnum):
    """What a member does in the club. The board are not members."""

    MEMBER = "member"
    GROUP_LEADER = "group_leader"
    PEER_SUPPORTER = "peer_supporter"


class AgreedBy(StrEnum):
    """Who agreed that the club may make contact."""

    PERSON = "person"
    REPRESENTATIVE = "representative"
    """The guardian or legal representative of a minor, with the person."""


class SessionState(StrEnum):
    """A meeting of the club."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class AttendanceMark(StrEnum):
    """Whether a member came."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class FamilyRole(StrEnum):
    """As what somebody of a member's family came; nobody is named."""

    PARENT = "parent"
    PARTNER = "partner"
    CHILD = "child"
    SIBLING = "sibling"
    OTHER = "other"


MEMBERSHIP: Final = Noun(
    "club_membership",
    fields=dict.fromkeys(KEPT_OF_PERSON, Kind.OPEN)
    | dict.fromkeys(
        (
            "club_id",
            "state",
            "transitions",
            "since",
            "reason",
            "role",
            "namesake",
            "asked_on",
            "agreed_on",
            "agreed_by",
            "joined_on",
            "left_on",
            "has_reading_code",
            "reading_code",
        ),
        Kind.CLUB,
    ),
    relations={
        "person": one("person", Kind.IDENTITY),
        "club": one("support_model", Kind.CLUB),
        "unit": one("unit", Kind.OPEN),
        "events": many("membership_event", Kind.CLUB),
        "evaluations": many("progress_evaluation", Kind.CLUB),
        "attendances": many("club_attendance", Kind.CLUB),
    },
    orders=("newest",),
    filters=dict.fromkeys(("person_id", "unit_id", "voided"), Kind.OPEN)
    | dict.fromkeys(("club_id", "state", "not_evaluated_in"), Kind.CLUB),
)
MEMBERSHIP_EVENT: Final = Noun(
    "membership_event",
    fields=dict.fromkeys(KEPT_OF_PERSON, Kind.OPEN)
    | dict.fromkeys(("membership_id", "from_state", "to_state", "happened_on", "reason"), Kind.CLUB),
    orders=("newest",),
    filters=dict.fromkeys(("person_id", "unit_id", "voided"), Kind.OPEN) | {"membership_id": Kind.CLUB},
)
SESSION: Final = Noun(
    "club_session",
    fields=dict.fromkeys(KEPT, Kind.OPEN)
    | dict.fromkeys(
        (
            "club_id",
            "state",
            "transitions",
            "starts_at",
            "ends_at",
            "place",
            "topic",
            "guests",
            "minutes",
            "reason",
            "present",
            "excused",
            "absent",
            "family",
            "family_members",
        ),
        Kind.CLUB,
    ),
    relations={"club": one("support_model", Kind.CLUB), "unit": one("unit", Kind.OPEN)},
    orders=("newest", "latest"),
    filters=dict.fromkeys(("unit_id", "voided"), Kind.OPEN)
    | dict.fromkeys(("club_id", "state", "starts_from", "starts_before"), Kind.CLUB),
)
ATTENDANCE: Final = Noun(
    "club_attendance",
    fields=dict.fromkeys(KEPT_OF_PERSON, Kind.OPEN)
    | dict.fromkeys(("membership_id", "session_id", "held_on", "mark"), Kind.CLUB),
    relations={"person": one("person", Kind.IDENTITY)},
    orders=("newest",),
    filters=dict.fromkeys(("person_id", "unit_id", "voided"), Kind.OPEN)
    | dict.fromkeys(("membership_id", "session_id", "mark"), Kind.CLUB),
)
AREAS: Final = ("taking_part", "family", "work", "community", "daily_life")
"""What an evaluation looks at, each from 1 (needs much support) to 4 (goes well). Nothing about health or offences."""
EVALUATION: Final = Noun(
    "progress_evaluation",
    fields=dict.fromkeys(KEPT_OF_PERSON, Kind.OPEN)
    | dict.fromkeys(
        ("membership_id", "month", *AREAS, "changed", "next_step", "read_by_member_at", "member_said"), Kind.CLUB
    ),
    relations={"person": one("person", Kind.IDENTITY), "membership": one("club_membership", Kind.CLUB)},
    orders=("newest",),
    filters=dict.fromkeys(("person_id", "unit_id", "voided"), Kind.OPEN)
    | dict.fromkeys(("membership_id", "club_id", "month", "read"), Kind.CLUB),
)
