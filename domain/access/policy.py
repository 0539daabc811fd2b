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
    "read_assignment",
    "read_model",
    "read_session",
    "read_membership",
    "read_contact",
    "read_client",
    "read_health",
    "read_need",
    "read_plan",
    "read_livelihood",
    "read_loan",
    "read_referral",
    "read_report",
    "read_organisation",
    "read_outreach",
)
WRITES = (
    "write_person",
    "void_person",
    "appoint",
    "change_rule",
    "change_rate",
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
    "write_assignment",
    "write_model",
    "write_session",
    "write_membership",
    "write_contact",
    "write_client",
    "write_health",
    "write_need",
    "write_plan",
    "write_livelihood",
    "write_loan",
    "confirm_loan_list",
    "write_referral",
    "answer_referral",
    "write_report",
    "answer_report",
    "write_organisation",
    "write_outreach",
    "run_import",
    "run_export",
    "approve_export",
    "manage_webhooks",
)
PERMISSIONS = ("read_unit", "read_own_account", *READS, *WRITES)

EVERYONE = {"read_unit": BELOW, "read_own_account": OWN, "read_rule": BELOW}
EXPORTS = {"run_export": OWN}
"""To take a list out as a file; which rows are in it needs the same right as the list."""
APPROVES = {"run_export": BELOW, "approve_export": BELOW}
"""To see what is taken out below, and to decide on lists above the cap."""
IMPORTS = {"run_import": BELOW}
"""To send files; what their rows do needs the same rights as a single write."""
WEBHOOKS = {"manage_webhooks": OWN, "read_task": OWN}
"""To have one's own software told of changes; of what its owner reads, and nothing else. A task says when it stops."""
RATES = {"change_rate": OWN}
"""To propose and approve, two persons each time, what the law leaves to the own province: rates of allowances."""
RULES = {"change_rule": BELOW, "change_rate": BELOW}
"""The rule book and the calendar of the whole country."""
REGISTER = {"read_person": BELOW, "read_responsibility": BELOW, "write_person": BELOW}
CASE_FILE = dict.fromkeys(
    ("read_course", "read_notice", "read_case", "read_handover", "read_task", "read_document"), BELOW
)
CASE_WORK = CASE_FILE | dict.fromkeys(
    (
        "write_course",
        "answer_notice",
        "run_review",
        "write_case",
        "hand_over",
        "write_document",
        "read_report",
        "answer_report",
    ),
    BELOW,
)
PUBLIC_WORK = dict.fromkeys(
    ("read_model", "write_model", "read_organisation", "write_organisation", "read_outreach", "write_outreach"), BELOW
)
"""What a unit does for everyone: models, organisations, trainings, outreach. It names nobody who is looked after."""
SUPPORT_FILE = dict.fromkeys(
    (
        "read_assignment",
        "read_session",
        "read_membership",
        "read_contact",
        "read_health",
        "read_need",
        "read_plan",
        "read_livelihood",
        "read_loan",
        "read_referral",
    ),
    BELOW,
)
SUPPORT_WORK = (
    PUBLIC_WORK
    | SUPPORT_FILE
    | dict.fromkeys(
        (
            "write_assignment",
            "write_session",
            "write_membership",
            "write_contact",
            "write_need",
            "write_plan",
            "write_livelihood",
            "write_loan",
            "confirm_loan_list",
            "write_referral",
            "answer_referral",
        ),
        BELOW,
    )
)
"""The chair's office gives support; what the health station writes it may know of and never writes."""
FIGURES = dict.fromkeys(
    (
        "read_contact",
        "read_need",
        "read_assignment",
        "read_session",
        "read_membership",
        "read_livelihood",
        "read_loan",
        "read_referral",
    ),
    TOTALS,
)
"""Above the commune support is seen in figures; what has no figures of its own is not seen there at all."""
NEAR = {"read_client": OWN, "write_client": OWN, "read_model": OWN, "read_organisation": BELOW} | dict.fromkeys(
    (
        "read_task",
        "read_assignment",
        "read_membership",
        "read_contact",
        "write_contact",
        "read_need",
        "write_need",
        "read_plan",
        "write_plan",
        "read_livelihood",
        "write_livelihood",
        "read_loan",
        "read_referral",
        "write_referral",
        "read_report",
        "write_report",
    ),
    ASSIGNED,
)
"""Who looks after assigned persons (dossier §17), and the anonymous clients of the own unit."""
CLUB_WORK = {
    "read_model": OWN,
    "read_organisation": BELOW,
    "read_session": OWN,
    "write_session": OWN,
    "read_task": ASSIGNED,
    "read_membership": ASSIGNED,
    "write_membership": ASSIGNED,
    "read_referral": ASSIGNED,
    "write_referral": ASSIGNED,
}
STATION_WORK = {
    "read_model": OWN,
    "read_organisation": BELOW,
    "read_client": OWN,
    "write_client": OWN,
    "read_task": ASSIGNED,
    "read_assignment": ASSIGNED,
    "read_contact": ASSIGNED,
    "write_contact": ASSIGNED,
    "read_health": ASSIGNED,
    "write_health": ASSIGNED,
    "read_referral": ASSIGNED,
    "write_referral": ASSIGNED,
    "answer_referral": ASSIGNED,
}
HELD_BY_OTHERS = frozenset({"read_client", "write_client", "write_health", "write_report"})
"""A leader appoints who keeps anonymous clients and health records, and sees neither; who reports, and answers them."""


def sees(**sights: Sight) -> dict[Kind, Sight]:
    """Every class of field has an answer: what is not named is absent, OPEN is always clear."""
    given = {Kind(name): sight for name, sight in sights.items()}
    return {kind: given.get(kind, C if kind is Kind.OPEN else A) for kind in Kind}


def at(*levels: str) -> frozenset[str]:
    return frozenset(levels)


FILE = sees(
    identity=C,
    identifier=C,
    reach=C,
    address=C,
    case=C,
    decision=C,
    finding=C,
    report=C,
    counselling=C,
    livelihood=C,
    club=C,
    referral=C,
)
"""The chair's office: the whole file but for what was said in counselling and what the health station wrote."""

POLICY: Mapping[Role, Powers] = {
    Role.COMMUNE_OFFICER: Powers(
        at("commune"),
        EVERYONE
        | EXPORTS
        | REGISTER
        | IMPORTS
        | CASE_WORK
        | SUPPORT_WORK
        | {"propose_decision": BELOW, "draft_decision": BELOW},
        FILE,
    ),
    Role.COMMUNE_LEADER: Powers(
        at("commune"),
        EVERYONE
        | APPROVES
        | REGISTER
        | IMPORTS
        | WEBHOOKS
        | CASE_WORK
        | SUPPORT_WORK
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
        passes_on=HELD_BY_OTHERS,
    ),
    Role.COMMUNE_POLICE: Powers(
        at("commune"),
        EVERYONE | EXPORTS | REGISTER | CASE_WORK | {"propose_decision": BELOW},
        sees(identity=C, identifier=C, reach=C, address=C, case=C, decision=C, finding=C, report=C),
    ),
    Role.COMMUNE_POLICE_HEAD: Powers(
        at("commune"),
        EVERYONE
        | EXPORTS
        | REGISTER
        | CASE_WORK
        | {"propose_decision": BELOW, "record_finding": BELOW, "void_person": BELOW, "read_access_log": BELOW},
        sees(identity=C, identifier=C, reach=C, address=C, case=C, decision=C, finding=C, report=C, journal=C),
    ),
    Role.DISTRICT_OFFICER: Powers(
        at("district", "area"),
        EVERYONE | APPROVES | REGISTER | IMPORTS | CASE_WORK | SUPPORT_WORK | {"void_person": BELOW},
        FILE,
    ),
    Role.PROVINCE_OFFICER: Powers(
        at("province"),
        EVERYONE
        | APPROVES
        | REGISTER
        | IMPORTS
        | CASE_FILE
        | PUBLIC_WORK
        | FIGURES
        | RATES
        | {"void_person": BELOW, "hand_over": BELOW},
        FILE | {Kind.IDENTIFIER: P, Kind.REACH: P, Kind.ADDRESS: P, Kind.FINDING: P},
    ),
    Role.PROVINCE_ADMIN: Powers(
        at("province"),
        EVERYONE | EXPORTS | WEBHOOKS | RATES | {"read_account": BELOW, "appoint": BELOW, "read_journal": BELOW},
        sees(staff=C, journal=C),
        passes_on=frozenset(PERMISSIONS),
    ),
    Role.COUNTRY_READER: Powers(
        at("country"),
        EVERYONE
        | APPROVES
        | FIGURES
        | dict.fromkeys(
            (
                "read_person",
                "read_responsibility",
                "read_course",
                "read_case",
                "read_model",
                "read_organisation",
                "read_outreach",
            ),
            BELOW,
        ),
        sees(identity=C, identifier=M, reach=M, address=M, case=C, decision=C, livelihood=C, club=C),
    ),
    Role.CLUB_BOARD: Powers(
        at("organisation"),
        EVERYONE | EXPORTS | CLUB_WORK | {"read_person": ASSIGNED},
        sees(identity=C, identifier=M, reach=C, club=C, referral=C),
    ),
    Role.VOLUNTEER: Powers(
        at("commune", "organisation"),
        EVERYONE | EXPORTS | NEAR | {"read_person": ASSIGNED},
        sees(
            identity=C,
            identifier=M,
            reach=C,
            address=C,
            report=C,
            counselling=C,
            note=C,
            livelihood=C,
            club=C,
            referral=C,
        ),
    ),
    Role.COUNSELLOR: Powers(
        at("commune", "organisation"),
        EVERYONE | EXPORTS | NEAR | {"read_person": ASSIGNED, "read_case": ASSIGNED},
        sees(
            identity=C,
            identifier=M,
            reach=C,
            address=C,
            case=C,
            decision=M,
            report=C,
            counselling=C,
            note=C,
            livelihood=C,
            club=C,
            referral=C,
        ),
    ),
    Role.HEALTH_STATION: Powers(
        at("organisation"),
        EVERYONE | EXPORTS | STATION_WORK | {"read_person": ASSIGNED},
        sees(identity=C, identifier=M, reach=C, address=C, counselling=C, note=C, health=C, referral=C),
    ),
    Role.REHAB_CENTRE: Powers(
        at("organisation"),
        EVERYONE
        | EXPORTS
        | WEBHOOKS
        | {"read_notice": MADE, "push_notice": MADE}
        | {"read_referral": ASSIGNED, "answer_referral": ASSIGNED},
        sees(identity=C, identifier=C, reach=C, address=C, case=C, decision=C, livelihood=C, referral=C),
    ),
    Role.IMPORT_CLIENT: Powers(
        at("commune", "area", "district", "province"),
        EVERYONE
        | EXPORTS
        | IMPORTS
        | WEBHOOKS
        | {
            f"{verb}_{noun}": BELOW
            for noun in ("person", "course", "model", "membership", "contact", "need", "livelihood", "loan")
            for verb in ("read", "write")
        },
        sees(identity=C, identifier=M, reach=M, address=C, case=C, decision=C, counselling=C, livelihood=C, club=C),
    ),
    Role.INSPECTOR: Powers(
        at("province", "country"),
        EVERYONE | {"read_account": BELOW, "read_journal": BELOW, "read_access_log": BELOW},
        sees(staff=C, journal=C),
    ),
    Role.REPORT_READER: Powers(at("commune", "area", "district", "province", "country"), dict(EVERYONE), sees()),
    Role.SYSTEM_ADMIN: Powers(
        at("country"),
        EVERYONE | RULES | {"read_account": BELOW, "appoint": BELOW, "read_journal": BELOW},
        sees(staff=C, journal=C),
        passes_on=frozenset(PERMISSIONS),
    ),
}


def reach_of(role: str, permission: str) -> Reach:
    return POLICY[Role(role)].permissions.get(permission, Reach.NONE)


def sight_of(role: str, kind: Kind) -> Sight:
    return POLICY[role].sights[kind]  # type: ignore[index]  # a role is its word; this is asked of every field written


def may_give(giver: str, given: str) -> bool:
    """The given role's powers are included in the giver's: those it exercises or is entrusted to pass on."""
    mine = POLICY[Role(giver)]
    return "appoint" in mine.permissions and all(
        permission in mine.passes_on or mine.permissions.get(permission, Reach.NONE) >= reach
        for permission, reach in POLICY[Role(given)].permissions.items()
    )
