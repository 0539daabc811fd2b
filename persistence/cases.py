"""Cases and the dated facts that hang on them: tables and reads."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.case.moves import CANCELLED_MOVES, CASE_MOVES, NOTICE_ID
from domain.case.noun import ASSESSMENT, ASSIGNMENT, CASE, EVENT, FINDING, PROPOSAL, TEAM
from persistence.accounts import shown_once
from persistence.columns import column, key, to
from persistence.reads import Key, Reads

NEWEST = (Key("{t}.recorded_at", "timestamptz", descending=True),)
TODAY = "(now() at time zone 'Asia/Ho_Chi_Minh')::date"
OPEN_STATES = "('noticed', 'proposed', 'decided', 'active', 'interrupted')"


def listed(comment: str, default: str | None = "'[]'") -> Any:
    """A JSON document of ours; null where it has no default."""
    server = sa.text(default) if default else None
    return Field(
        sa_column=sa.Column(JSONB, nullable=default is None, server_default=server, comment=comment), default=None
    )


def of_case(name: str) -> tuple[sa.Index, ...]:
    """The indexes every row about a case has."""
    return (
        sa.Index(f"ix_{name}_case", "case_id", "recorded_at", "id"),
        sa.Index(f"ix_{name}_unit", "unit_no", "recorded_at", "id"),
        sa.Index(f"ix_{name}_made", "made_unit_no", "recorded_at", "id"),
        sa.Index(f"ix_{name}_person", "person_id"),
        sa.Index(None, "source", "source_ref", unique=True),
    )


class CaseRow(SQLModel, table=True):
    """A post-rehabilitation case; one open case a person."""

    __tablename__ = "management_case"
    __table_args__ = (
        sa.CheckConstraint(
            "trigger in ('treatment_course', 'discharge_notice', 'substitution_treatment_completion', 'self_report')",
            name="trigger",
        ),
        sa.CheckConstraint(
            "pathway in ('voluntary_community', 'voluntary_facility_public', 'voluntary_facility_private',"
            " 'substitution_treatment', 'compulsory_minor', 'compulsory_adult')",
            name="pathway",
        ),
        sa.CheckConstraint(
            "state in ('noticed', 'proposed', 'decided', 'active', 'interrupted', 'completed', 'removed', 'annulled')",
            name="state",
        ),
        sa.CheckConstraint(
            "state not in ('decided', 'active', 'interrupted', 'completed')"
            " or (decision_id is not null and start_on is not null and effective_end_on is not null)",
            name="decided_has_dates",
        ),
        sa.CheckConstraint("state <> 'completed' or certificate_on is not null", name="completed_has_certificate"),
        sa.CheckConstraint("state <> 'removed' or end_document is not null", name="removed_has_document"),
        sa.CheckConstraint("(origin_noun is null) = (origin_id is null)", name="origin"),
        sa.Index(
            "uq_management_case_open", "person_id", unique=True, postgresql_where=sa.text(f"state in {OPEN_STATES}")
        ),
        sa.Index("ix_management_case_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_management_case_province", "province_no", "recorded_at", "id"),
        sa.Index("ix_management_case_made", "made_unit_no", "recorded_at", "id"),
        sa.Index("ix_management_case_person", "person_id", "recorded_at", "id"),
        sa.Index("ix_management_case_recorded", "recorded_at", "id"),
        sa.Index("ix_management_case_origin", "origin_id"),
        sa.Index(
            "ix_management_case_waiting",
            "start_on",
            postgresql_where=sa.text("state = 'decided' or (provisional and state in ('active', 'interrupted'))"),
        ),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Post-rehabilitation cases"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int", comment="moves with the person")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int", comment="never moves")
    trigger: str = column("text")
    origin_noun: str | None = column("text", null=True)
    origin_id: UUID | None = column("uuid", null=True)
    pathway: str = column("text")
    completed_on: date = column("date", comment="completion of treatment; the term starts on it")
    completed_at: datetime | None = column("instant", null=True)
    notice_received_at: datetime | None = column("instant", null=True)
    self_reported_on: date | None = column("date", null=True)
    proposal_received_on: date | None = column("date", null=True)
    state: str = column("text", default="'noticed'")
    state_since: date = column("date")
    decision_id: UUID | None = column(
        "uuid", sa.ForeignKey("management_decision.id", use_alter=True), null=True, comment="the one in force"
    )
    start_on: date | None = column("date", null=True)
    nominal_end_on: date | None = column("date", null=True)
    effective_end_on: date | None = column("date", null=True, comment="last day inside the term")
    provisional: bool = column("bool", default="false", comment="an entry of the ledger still lasts")
    standing_still: bool = column("bool", default="false")
    delivered: bool = column("bool", default="false", comment="the person was given the decision in force")
    certificate_number: str | None = column("text", null=True)
    certificate_on: date | None = column("date", null=True)
    certificate_signer: str | None = column("text", null=True)
    ended_on: date | None = column("date", null=True)
    removal_reason: str | None = column("text", null=True)
    removal_effect: str | None = column("text", null=True)
    end_document: dict[str, Any] | None = listed("number, date, authority", None)
    explanations: list[Any] = listed("why each date that is due is what it is")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class ProposalRow(SQLModel, table=True):
    """What the police proposed to the chair (form 52 / 50)."""

    __tablename__ = "case_proposal"
    __table_args__ = (
        *of_case("case_proposal"),
        sa.CheckConstraint("answer in ('sent_back')", name="answer"),
        sa.CheckConstraint("from_on <= to_on", name="period"),
        {"comment": "Proposals of a management decision"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    number: str = column("text")
    proposed_on: date = column("date")
    received_on: date = column("date")
    proposed_by: str | None = column("text", null=True)
    measures: str | None = column("text", null=True)
    from_on: date | None = column("date", null=True)
    to_on: date | None = column("date", null=True)
    form: str | None = column("text", null=True)
    answer: str | None = column("text", null=True)
    answer_reason: str | None = column("text", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class FindingRow(SQLModel, table=True):
    """What an authority found: one record, never a series (ruling 32)."""

    __tablename__ = "case_finding"
    __table_args__ = (
        *of_case("case_finding"),
        sa.CheckConstraint("result in ('addiction_determined', 'addiction_not_determined')", name="result"),
        {"comment": "Findings of authorities"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    number: str = column("text")
    found_on: date = column("date")
    authority: str = column("text")
    result: str = column("text")
    next_measure: str | None = column("text", null=True, comment="by the law of the day of the finding")
    rule: str | None = column("text", null=True)
    explanations: list[Any] = listed("why this measure follows")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class TeamRow(SQLModel, table=True):
    """The management and support team of a case (form 55)."""

    __tablename__ = "support_team"
    __table_args__ = (
        *of_case("support_team"),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name="period"),
        {"comment": "Support teams with members and roles"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    number: str | None = column("text", null=True)
    decided_on: date = column("date")
    members: list[Any] = listed("name, role, organisation")
    valid_from: date = column("date")
    valid_to: date | None = column("date", null=True)
    form: str | None = column("text", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class AssignmentRow(SQLModel, table=True):
    """Who is assigned to counsel and support (form 59 / 60)."""

    __tablename__ = "case_assignment"
    __table_args__ = (
        *of_case("case_assignment"),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="period"),
        {"comment": "Assigned counsellors of a case"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    name: str = column("text")
    organisation: str | None = column("text", null=True)
    account_id: UUID | None = column("uuid", null=True)
    number: str | None = column("text", null=True)
    decided_on: date = column("date")
    council_resolution: str | None = column("text", null=True, comment="of the People's Council, on pay")
    valid_from: date = column("date")
    valid_to: date | None = column("date", null=True)
    form: str | None = column("text", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class AssessmentRow(SQLModel, table=True):
    """The look back one year after the end; one a case."""

    __tablename__ = "case_assessment"
    __table_args__ = (
        *of_case("case_assessment"),
        sa.Index("uq_case_assessment_case", "case_id", unique=True),
        sa.CheckConstraint("outcome in ('no_finding', 'finding', 'not_assessed')", name="outcome"),
        sa.CheckConstraint(
            "reason_not in ('moved', 'deceased', 'in_prison', 'not_found', 'declined')", name="reason_not"
        ),
        sa.CheckConstraint("outcome <> 'finding' or finding_id is not null", name="finding_has_document"),
        {"comment": "Assessments one year after the end"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    due_on: date = column("date")
    assessed_on: date | None = column("date", null=True)
    outcome: str = column("text")
    reason_not: str | None = column("text", null=True)
    in_work: bool | None = column("bool", null=True)
    finding_id: UUID | None = column("uuid", to("case_finding.id"), null=True)
    rule: str = column("text", comment="id@version of the rule")
    explanations: list[Any] = listed("why it was due on that day")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class EventRow(SQLModel, table=True):
    """Every move of a case; never changed."""

    __tablename__ = "case_event"
    __table_args__ = (
        sa.Index("ix_case_event_case", "case_id", "recorded_at", "id"),
        sa.Index("ix_case_event_unit", "unit_no"),
        sa.Index("ix_case_event_made", "made_unit_no"),
        sa.Index("ix_case_event_person", "person_id"),
        {"comment": "Moves of a case: when, why, on which paper"},
    )
    id: UUID = key()
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    from_state: str | None = column("text", null=True)
    to_state: str = column("text")
    happened_on: date = column("date")
    told_on: date = column("date")
    reason: str | None = column("text", null=True)
    document: dict[str, Any] | None = listed("number, date, authority", None)
    rule: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="clock_timestamp()")
    recorded_by: UUID | None = column("uuid", null=True)


def moves_of(moves: dict[str, list[dict[str, Any]]], state: str) -> str:
    """The moves out of a state as SQL, made from the table of the life cycle alone."""
    cases = " ".join(
        f"when '{name}' then '{json.dumps(listed_moves, ensure_ascii=False)}'::json"
        for name, listed_moves in moves.items()
    )
    return f"(case {state} {cases} end)"


STATE = "(case when {t}.state = 'decided' and {t}.start_on <= {today} then 'active' else {t}.state end)"
"""A decided case whose first day has come is active, whether or not the sweep has been by."""
UNIT_ID = "(select u.id from unit u where u.no = {t}.unit_no)"

OFFERED = (
    f"(select replace({moves_of(CANCELLED_MOVES, STATE)}::text, '{NOTICE_ID}', n.id::text)::json"
    " from discharge_notice n where n.case_id = {t}.id and n.state = 'cancelled' order by n.id limit 1)"
)
"""The moves of a case whose notice was cancelled, while nothing is decided."""

CASES = Reads(
    CASE,
    CaseRow,
    columns={
        "unit_id": UNIT_ID,
        "state": STATE,
        "transitions": f"coalesce({OFFERED}, {moves_of(CASE_MOVES, STATE)})",
        "consequences": shown_once("consequences"),
    },
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "person": "{c}.id = {t}.person_id",
        "decision": "{c}.id = {t}.decision_id",
        "decisions": "{c}.case_id = {t}.id",
        "proposals": "{c}.case_id = {t}.id",
        "findings": "{c}.case_id = {t}.id",
        "teams": "{c}.case_id = {t}.id",
        "assignments": "{c}.case_id = {t}.id",
        "assessments": "{c}.case_id = {t}.id",
        "events": "{c}.case_id = {t}.id",
    },
    orders={"newest": NEWEST},
    filters={
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "person_id": "{t}.person_id = {v}::uuid",
        "state": f"{STATE} = {{v}}::text",
        "open": f"({{t}}.state in {OPEN_STATES}) = {{v}}::bool",
        "completed_from": "{t}.completed_on >= {v}::date",
        "completed_to": "{t}.completed_on <= {v}::date",
        "ends_before": "{t}.effective_end_on < {v}::date",
    },
    walls=frozenset({"unit_no", "province_no"}),
    subject="person_id",
    granted="person_id",
)


def child(noun: Any, row: Any, **more: Any) -> Reads:
    """The reads of a fact that hangs on a case."""
    return Reads(noun, row, orders={"newest": NEWEST}, subject="person_id", granted="person_id", **more)


PROPOSALS = child(PROPOSAL, ProposalRow)
FINDINGS = child(FINDING, FindingRow)
TEAMS = child(TEAM, TeamRow)
ASSIGNMENTS = child(ASSIGNMENT, AssignmentRow, columns={"consequences": shown_once("consequences")})
ASSESSMENTS = child(ASSESSMENT, AssessmentRow)
EVENTS = child(EVENT, EventRow)
