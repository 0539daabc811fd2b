"""Who may do what, how far, and which classes of field they see. A table a lawyer can read.

Nothing else in the code knows a role's name. `docs/access.md` is printed from here. Sources: dossier §10 (role → data),
§17, rulings 2, 4, 6, 7, 32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from domain.reading import Kind


class Role(StrEnum):
    """The seventeen roles (rulings 6)."""

    COMMUNE_OFFICER = "commune_officer"
    COMMUNE_LEADER = "commune_leader"
    COMMUNE_POLICE = "commune_police"
    COMMUNE_POLICE_HEAD = "commune_police_head"
    DISTRICT_OFFICER = "district_officer"
    PROVINCE_OFFICER = "province_officer"
    PROVINCE_ADMIN = "province_admin"
    COUNTRY_READER = "country_reader"
    CLUB_BOARD = "club_board"
    VOLUNTEER = "volunteer"
    COUNSELLOR = "counsellor"
    HEALTH_STATION = "health_station"
    REHAB_CENTRE = "rehab_centre"
    IMPORT_CLIENT = "import_client"
    INSPECTOR = "inspector"
    REPORT_READER = "report_reader"
    SYSTEM_ADMIN = "system_admin"


class Reach(IntEnum):
    """How far a permission goes, in growing order."""

    NONE = 0
    TOTALS = 1
    """Figures without names."""
    ASSIGNED = 2
    """Only persons granted to the caller or the caller's organisation."""
    MADE = 3
    """What the caller's own unit made, whoever is responsible today (a centre's notices)."""
    OWN = 4
    """The caller's own unit."""
    BELOW = 5
    """The unit and all units under it."""


class Sight(StrEnum):
    """How a class of field is seen."""

    CLEAR = "clear"
    ON_PURPOSE = "on_purpose"
    """In clear on a single resource when a purpose is named, else masked."""
    MASKED = "masked"
    ABSENT = "absent"


@dataclass(frozen=True)
class Powers:
    """One row of the table: what a role does, what it sees, what it may pass on without doing it itself."""

    levels: frozenset[str]
    """Levels of unit at which the role can be held."""
    permissions: Mapping[str, Reach]
    sights: Mapping[Kind, Sight]
    passes_on: frozenset[str] = frozenset()


C, P, M, A = Sight.CLEAR, Sight.ON_PURPOSE, Sight.MASKED, Sight.ABSENT
OWN, BELOW, MADE, ASSIGNED, TOTALS = Reach.OWN, Reach.BELOW, Reach.MADE, Reach.ASSIGNED, Reach.TOTALS

READS = (
    "read_person",
    "read_responsibility",
    "read_account",
    "read_journal",
    "read_access_log",
    "read_rule",
    "read_course",
    "read_notice",
    "read_case",
    "read_handover",
    "read_task",
    "read_document",
)
WRITES = (
    "write_person",
    "void_person",
    "appoint",
    "change_rule",
    "write_course",
    "push_notice",
    "answer_notice",
    "run_review",
    "write_case",
    "propose_decision",
    "draft_decision",
    "sign_decision",
    "record_finding",
    "hand_over",
    "write_document",
)
PERMISSIONS = ("read_unit", "read_own_account", *READS, *WRITES)

EVERYONE = {"read_unit": BELOW, "read_own_account": OWN, "read_rule": BELOW}
REGISTER = {"read_person": BELOW, "read_responsibility": BELOW, "write_person": BELOW}
CASE_FILE = dict.fromkeys(
    ("read_course", "read_notice", "read_case", "read_handover", "read_task", "read_document"), BELOW
)
CASE_WORK = CASE_FILE | dict.fromkeys(
    ("write_course", "answer_notice", "run_review", "write_case", "hand_over", "write_document"), BELOW
)


def sees(**sights: Sight) -> dict[Kind, Sight]:
    """Every class of field has an answer: what is not named is absent, OPEN is always clear."""
    given = {Kind(name): sight for name, sight in sights.items()}
    return {kind: given.get(kind, C if kind is Kind.OPEN else A) for kind in Kind}


def at(*levels: str) -> frozenset[str]:
    return frozenset(levels)


FILE = sees(
    identity=C, identifier=C, reach=C, address=C, case=C, decision=C, finding=C, counselling=C, livelihood=C, club=C
)
"""The chair's office: the whole file but for what was said in counselling and what the health station wrote."""

POLICY: Mapping[Role, Powers] = {
    Role.COMMUNE_OFFICER: Powers(
        at("commune"), EVERYONE | REGISTER | CASE_WORK | {"propose_decision": BELOW, "draft_decision": BELOW}, FILE
    ),
    Role.COMMUNE_LEADER: Powers(
        at("commune"),
        EVERYONE
        | REGISTER
        | CASE_WORK
        | {
            "propose_decision": BELOW,
            "draft_decision": BELOW,
            "sign_decision": BELOW,
            "record_finding": BELOW,
            "void_person": BELOW,
            "read_account": BELOW,
            "appoint": BELOW,
            "read_access_log": BELOW,
        },
        FILE | {Kind.STAFF: C, Kind.JOURNAL: C},
    ),
    Role.COMMUNE_POLICE: Powers(
        at("commune"),
        EVERYONE | REGISTER | CASE_WORK | {"propose_decision": BELOW},
        sees(identity=C, identifier=C, reach=C, address=C, case=C, decision=C, finding=C),
    ),
    Role.COMMUNE_POLICE_HEAD: Powers(
        at("commune"),
        EVERYONE
        | REGISTER
        | CASE_WORK
        | {"propose_decision": BELOW, "record_finding": BELOW, "void_person": BELOW, "read_access_log": BELOW},
        sees(identity=C, identifier=C, reach=C, address=C, case=C, decision=C, finding=C, journal=C),
    ),
    Role.DISTRICT_OFFICER: Powers(
        at("district", "area"), EVERYONE | REGISTER | CASE_WORK | {"void_person": BELOW}, FILE
    ),
    Role.PROVINCE_OFFICER: Powers(
        at("province"),
        EVERYONE | REGISTER | CASE_FILE | {"void_person": BELOW, "hand_over": BELOW},
        FILE | {Kind.IDENTIFIER: P, Kind.REACH: P, Kind.ADDRESS: P, Kind.FINDING: P},
    ),
    Role.PROVINCE_ADMIN: Powers(
        at("province"),
        EVERYONE | {"read_account": BELOW, "appoint": BELOW, "read_journal": BELOW},
        sees(staff=C, journal=C),
        passes_on=frozenset(PERMISSIONS),
    ),
    Role.COUNTRY_READER: Powers(
        at("country"),
        EVERYONE | {"read_person": BELOW, "read_responsibility": BELOW, "read_course": BELOW, "read_case": BELOW},
        sees(identity=C, identifier=M, reach=M, address=M, case=C, decision=C, livelihood=C, club=C),
    ),
    Role.CLUB_BOARD: Powers(
        at("organisation"),
        EVERYONE | {"read_person": ASSIGNED},
        sees(identity=C, identifier=M, reach=C, club=C),
    ),
    Role.VOLUNTEER: Powers(
        at("commune", "organisation"),
        EVERYONE | {"read_person": ASSIGNED},
        sees(identity=C, identifier=M, reach=C, address=C, counselling=C, note=C, livelihood=C, club=C),
    ),
    Role.COUNSELLOR: Powers(
        at("commune", "organisation"),
        EVERYONE | {"read_person": ASSIGNED, "read_case": ASSIGNED},
        sees(
            identity=C,
            identifier=M,
            reach=C,
            address=C,
            case=C,
            decision=M,
            counselling=C,
            note=C,
            livelihood=C,
            club=C,
        ),
    ),
    Role.HEALTH_STATION: Powers(
        at("organisation"),
        EVERYONE | {"read_person": ASSIGNED},
        sees(identity=C, identifier=M, reach=C, address=C, counselling=C, note=C, health=C),
    ),
    Role.REHAB_CENTRE: Powers(
        at("organisation"),
        EVERYONE | {"read_notice": MADE, "push_notice": MADE},
        sees(identity=C, identifier=C, reach=C, address=C, case=C, decision=C),
    ),
    Role.IMPORT_CLIENT: Powers(
        at("commune", "area", "district", "province"),
        EVERYONE | {"read_person": BELOW, "write_person": BELOW, "read_course": BELOW, "write_course": BELOW},
        sees(identity=C, identifier=M, reach=M, address=C, case=C, decision=C, livelihood=C, club=C),
    ),
    Role.INSPECTOR: Powers(
        at("province", "country"),
        EVERYONE | {"read_account": BELOW, "read_journal": BELOW, "read_access_log": BELOW},
        sees(staff=C, journal=C),
    ),
    Role.REPORT_READER: Powers(at("commune", "area", "district", "province", "country"), dict(EVERYONE), sees()),
    Role.SYSTEM_ADMIN: Powers(
        at("country"),
        EVERYONE | {"read_account": BELOW, "appoint": BELOW, "read_journal": BELOW, "change_rule": BELOW},
        sees(staff=C, journal=C),
        passes_on=frozenset(PERMISSIONS),
    ),
}


def reach_of(role: str, permission: str) -> Reach:
    return POLICY[Role(role)].permissions.get(permission, Reach.NONE)


def sight_of(role: str, kind: Kind) -> Sight:
    return POLICY[Role(role)].sights[kind]


def may_give(giver: str, given: str) -> bool:
    """The given role's powers are included in the giver's: those it exercises or is entrusted to pass on."""
    mine = POLICY[Role(giver)]
    return "appoint" in mine.permissions and all(
        permission in mine.passes_on or mine.permissions.get(permission, Reach.NONE) >= reach
        for permission, reach in POLICY[Role(given)].permissions.items()
    )
