"""What a unit does for everyone: trainings, outreach and its places, press, awards, inspections."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, many, one
from domain.support_model.noun import KEPT

USUAL: Final = ("unit_id", "voided")
"""Filters that every one of them has."""
UNIT: Final = {"unit": one("unit", Kind.OPEN), "support_model": one("support_model", Kind.OPEN)}


class AudienceGroup(StrEnum):
    """For whom, by groups and never by name."""

    CLUB_BOARD = "club_board"
    VOLUNTEERS = "volunteers"
    COUNSELLORS = "counsellors"
    COMMUNE_OFFICERS = "commune_officers"
    HEALTH_STAFF = "health_staff"
    MASS_ORGANISATIONS = "mass_organisations"
    TEACHERS = "teachers"
    STUDENTS = "students"
    WORKERS = "workers"
    EMPLOYERS = "employers"
    FAMILIES = "families"
    AFTER_REHAB = "after_rehab"
    RESIDENTS = "residents"


class TrainingKind(StrEnum):
    COURSE = "course"
    REFRESHER = "refresher"
    WORKSHOP = "workshop"
    STUDY_VISIT = "study_visit"


class OutreachForm(StrEnum):
    STAGE_PLAY = "stage_play"
    LOUDSPEAKER = "loudspeaker"
    TALK = "talk"
    LEAFLETS = "leaflets"
    BANNERS = "banners"
    FILM = "film"
    CONTEST = "contest"
    EXHIBITION = "exhibition"
    ONLINE = "online"
    BROADCAST = "broadcast"
    HOME_VISITS = "home_visits"


class OutreachTopic(StrEnum):
    DRUG_PREVENTION = "drug_prevention"
    TREATMENT = "treatment"
    COMING_HOME = "coming_home"
    """Life after rehabilitation, and how neighbours help."""
    RELAPSE_PREVENTION = "relapse_prevention"
    HIV_PREVENTION = "hiv_prevention"
    PROSTITUTION_PREVENTION = "prostitution_prevention"
    TRAFFICKING_PREVENTION = "trafficking_prevention"
    LAW = "law"
    WORK_AND_LOANS = "work_and_loans"


class PlaceKind(StrEnum):
    """Where people are reached."""

    SCHOOL = "school"
    UNIVERSITY = "university"
    INDUSTRIAL_ZONE = "industrial_zone"
    EXPORT_ZONE = "export_zone"
    ENTERPRISE = "enterprise"
    MARKET = "market"
    WORKERS_LODGING = "workers_lodging"
    ENTERTAINMENT_VENUE = "entertainment_venue"
    TRANSPORT_HUB = "transport_hub"
    BORDER_GATE = "border_gate"
    NEIGHBOURHOOD = "neighbourhood"
    PUBLIC_SPACE = "public_space"


class PressLevel(StrEnum):
    COMMUNE = "commune"
    PROVINCE = "province"
    NATIONAL = "national"
    INTERNATIONAL = "international"


class RecipientKind(StrEnum):
    UNIT = "unit"
    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"


class IndividualKind(StrEnum):
    """As what an individual is honoured."""

    STAFF = "staff"
    TEAM_MEMBER = "team_member"
    """Of a team or club, unpaid."""
    CITIZEN = "citizen"
    GOOD_EXAMPLE = "good_example"
    """Somebody who came home: named only with their consent for that very purpose."""


class AwardKind(StrEnum):
    COMMENDATION = "commendation"
    """Giấy khen."""
    CERTIFICATE_OF_MERIT = "certificate_of_merit"
    """Bằng khen."""
    TITLE = "title"
    MEDAL = "medal"
    LETTER = "letter"


class InspectionKind(StrEnum):
    INSPECTION = "inspection"
    SUPERVISION = "supervision"
    SUPPORT_VISIT = "support_visit"
    SELF_CHECK = "self_check"


TRAINING: Final = Noun(
    "training",
    fields=dict.fromkeys(
        (
            *KEPT,
            "kind",
            "title",
            "curriculum",
            "audience",
            "attendance",
            "held_from",
            "held_to",
            "place",
            "organiser",
            "certificate",
            "certified",
            "cost",
            "support_model_id",
        ),
        Kind.OPEN,
    )
    | {"staff_names": Kind.IDENTITY},
    relations=UNIT,
    orders=("newest", "held"),
    filters=dict.fromkeys((*USUAL, "kind", "audience", "support_model_id", "held_since", "held_until"), Kind.OPEN),
)
PLACE: Final = Noun(
    "place",
    fields=dict.fromkeys((*KEPT, "kind", "name", "address", "valid_from", "valid_to"), Kind.OPEN),
    relations={"unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys((*USUAL, "kind", "as_of"), Kind.OPEN),
)
OUTREACH: Final = Noun(
    "outreach_activity",
    fields=dict.fromkeys(
        (
            *KEPT,
            "title",
            "campaign",
            "form",
            "topics",
            "place_ids",
            "held_from",
            "held_to",
            "audience",
            "reached",
            "sessions",
            "materials",
            "commissioned_body",
            "cost",
            "support_model_id",
        ),
        Kind.OPEN,
    ),
    relations=UNIT | {"places": many("place", Kind.OPEN)},
    orders=("newest", "held"),
    filters=dict.fromkeys(
        (*USUAL, "form", "topic", "audience", "place_id", "support_model_id", "held_since", "held_until"), Kind.OPEN
    ),
)
PRESS: Final = Noun(
    "press_item",
    fields=dict.fromkeys(
        (*KEPT, "title", "published_on", "outlet", "level", "link", "topics", "support_model_id"), Kind.OPEN
    ),
    relations=UNIT,
    orders=("newest", "published"),
    filters=dict.fromkeys((*USUAL, "level", "topic", "support_model_id", "published_since"), Kind.OPEN),
)
AWARD: Final = Noun(
    "award",
    fields=dict.fromkeys(
        (
            *KEPT,
            "kind",
            "title",
            "recipient_kind",
            "recipient_unit_id",
            "individual_kind",
            "awarded_on",
            "awarded_by",
            "decision_number",
            "support_model_id",
        ),
        Kind.OPEN,
    )
    | dict.fromkeys(("recipient_name", "reason", "consent_on", "consent_withdrawn_on"), Kind.IDENTITY),
    relations=UNIT | {"recipient_unit": one("unit", Kind.OPEN)},
    orders=("newest", "awarded"),
    filters=dict.fromkeys((*USUAL, "kind", "recipient_kind", "individual_kind", "support_model_id"), Kind.OPEN),
)
INSPECTION: Final = Noun(
    "inspection_visit",
    fields=dict.fromkeys(
        (
            *KEPT,
            "kind",
            "visited_on",
            "body",
            "subject",
            "support_model_id",
            "findings",
            "remedy",
            "remedy_due_on",
            "remedied_on",
            "remedied_how",
            "overdue",
        ),
        Kind.OPEN,
    ),
    relations=UNIT,
    orders=("newest", "visited"),
    filters=dict.fromkeys(
        (*USUAL, "kind", "support_model_id", "remedy_open", "overdue", "remedy_due_before"), Kind.OPEN
    ),
)
