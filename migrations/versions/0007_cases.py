"""Cases, decisions, the ledger of terms, findings, teams, assignments, assessments, deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, granted, interval, lower_walls, raise_walls

revision = "0007"
down_revision = "0006"

TABLES = (
    "management_case",
    "management_decision",
    "case_proposal",
    "case_finding",
    "support_team",
    "case_assignment",
    "case_assessment",
    "case_event",
    "decision_adjustment",
    "decision_delivery",
)


def _walls(table: str) -> tuple[Policy, ...]:
    """The unit that holds the person works with the case; the unit of its own period reads it."""
    return (
        (table, "road_unit", "select, insert, update", interval("unit_no")),
        (table, "road_made", "select", interval("made_unit_no")),
        (table, "road_grant", "select", granted(f"{table}.person_id", table)),
        (table, "road_country", "select", "true"),
    )


POLICIES: tuple[Policy, ...] = tuple(policy for table in TABLES for policy in _walls(table))

FROZEN = """
create function signed_content_is_frozen() returns trigger language plpgsql as $$
begin
  if old.content_hash is not null
     and (new.content is distinct from old.content or new.content_hash is distinct from old.content_hash
          or (new.number, new.symbol, new.decided_on, new.issuer_id, new.drafted_by, new.signed_by)
             is distinct from (old.number, old.symbol, old.decided_on, old.issuer_id, old.drafted_by, old.signed_by))
     and not (new.state = 'corrected' and (new.number, new.symbol, new.decided_on, new.issuer_id, new.signed_by)
              is not distinct from (old.number, old.symbol, old.decided_on, old.issuer_id, old.signed_by)
              and new.history @> jsonb_build_array(jsonb_build_object('content_hash', old.content_hash,
                                                                      'content', old.content))) then
    raise exception 'what was signed does not change' using errcode = '23514', constraint = 'signed_content';
  end if;
  return new;
end
$$"""
APPEND_ONLY = """
create function history_is_kept() returns trigger language plpgsql as $$
begin
  raise exception 'what happened to a case is kept' using errcode = '23514', constraint = 'history_is_kept';
end
$$"""
TRIGGERS = (
    "create trigger signed_content_is_frozen before update on management_decision"
    " for each row execute function signed_content_is_frozen()",
    "create trigger events_are_kept before update of case_id, from_state, to_state, happened_on, told_on, reason,"
    " document, rule or delete on case_event for each row execute function history_is_kept()",
    "create trigger entries_are_kept before delete on decision_adjustment"
    " for each row execute function history_is_kept()",
)


def upgrade() -> None:
    _tables()
    op.create_foreign_key(
        "fk_management_case_decision_id", "management_case", "management_decision", ["decision_id"], ["id"]
    )
    for statement in (FROZEN, APPEND_ONLY, *TRIGGERS):
        op.execute(statement)
    raise_walls(POLICIES)


def downgrade() -> None:
    lower_walls(POLICIES)
    op.drop_constraint("fk_management_case_decision_id", "management_case")
    for table in ("case_assessment", "decision_adjustment", "decision_delivery", *TABLES[2:6], "case_event"):
        op.drop_table(table)
    op.drop_table("management_decision")
    op.drop_table("management_case")
    op.execute("drop function signed_content_is_frozen()")
    op.execute("drop function history_is_kept()")


def _tables() -> None:
    op.create_table(
        "management_case",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False, comment="moves with the person"),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False, comment="never moves"),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("origin_noun", sa.Text(), nullable=True),
        sa.Column("origin_id", sa.UUID(), nullable=True),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False, comment="completion of treatment; the term starts on it"),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("self_reported_on", sa.Date(), nullable=True),
        sa.Column("proposal_received_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'noticed'"), nullable=False),
        sa.Column("state_since", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=True, comment="the one in force"),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("nominal_end_on", sa.Date(), nullable=True),
        sa.Column("effective_end_on", sa.Date(), nullable=True, comment="last day inside the term"),
        sa.Column(
            "provisional",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="an entry of the ledger still lasts",
        ),
        sa.Column("standing_still", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "delivered",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="the person was given the decision in force",
        ),
        sa.Column("certificate_number", sa.Text(), nullable=True),
        sa.Column("certificate_on", sa.Date(), nullable=True),
        sa.Column("certificate_signer", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.Column("removal_effect", sa.Text(), nullable=True),
        sa.Column("end_document", postgresql.JSONB(), nullable=True, comment="number, date, authority"),
        sa.Column(
            "explanations",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="why each date that is due is what it is",
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "pathway in ('voluntary_community', 'voluntary_facility_public', 'voluntary_facility_private',"
            " 'substitution_treatment', 'compulsory_minor', 'compulsory_adult')",
            name=op.f("ck_management_case_pathway"),
        ),
        sa.CheckConstraint(
            "state <> 'completed' or certificate_on is not null",
            name=op.f("ck_management_case_completed_has_certificate"),
        ),
        sa.CheckConstraint(
            "state <> 'removed' or end_document is not null", name=op.f("ck_management_case_removed_has_document")
        ),
        sa.CheckConstraint(
            "state in ('noticed', 'proposed', 'decided', 'active', 'interrupted', 'completed', 'removed', 'annulled')",
            name=op.f("ck_management_case_state"),
        ),
        sa.CheckConstraint(
            "state not in ('decided', 'active', 'interrupted', 'completed') or (decision_id is not null and"
            " start_on is not null and effective_end_on is not null)",
            name=op.f("ck_management_case_decided_has_dates"),
        ),
        sa.CheckConstraint(
            "trigger in ('treatment_course', 'discharge_notice', 'substitution_treatment_completion', 'self_report')",
            name=op.f("ck_management_case_trigger"),
        ),
        sa.CheckConstraint("(origin_noun is null) = (origin_id is null)", name=op.f("ck_management_case_origin")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_management_case_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_management_case")),
        comment="Post-rehabilitation cases",
    )
    op.create_index("ix_management_case_made", "management_case", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_management_case_origin", "management_case", ["origin_id"], unique=False)
    op.create_index("ix_management_case_person", "management_case", ["person_id", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_management_case_province", "management_case", ["province_no", "recorded_at", "id"], unique=False
    )
    op.create_index("ix_management_case_recorded", "management_case", ["recorded_at", "id"], unique=False)
    op.create_index(
        op.f("ix_management_case_source_source_ref"), "management_case", ["source", "source_ref"], unique=True
    )
    op.create_index("ix_management_case_unit", "management_case", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_management_case_waiting",
        "management_case",
        ["start_on"],
        unique=False,
        postgresql_where=sa.text("state = 'decided' or (provisional and state in ('active', 'interrupted'))"),
    )
    op.create_index(
        "uq_management_case_open",
        "management_case",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state in ('noticed', 'proposed', 'decided', 'active', 'interrupted')"),
    )
    op.create_table(
        "case_assignment",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("account_id", sa.UUID(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("council_resolution", sa.Text(), nullable=True, comment="of the People's Council, on pay"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name=op.f("ck_case_assignment_period")),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_case_assignment_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignment")),
        comment="Assigned counsellors of a case",
    )
    op.create_index("ix_case_assignment_case", "case_assignment", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_assignment_made", "case_assignment", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_assignment_person", "case_assignment", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_case_assignment_source_source_ref"), "case_assignment", ["source", "source_ref"], unique=True
    )
    op.create_index("ix_case_assignment_unit", "case_assignment", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document", postgresql.JSONB(), nullable=True, comment="number, date, authority"),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_case_event_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        comment="Moves of a case: when, why, on which paper",
    )
    op.create_index("ix_case_event_case", "case_event", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_event_made", "case_event", ["made_unit_no"], unique=False)
    op.create_index("ix_case_event_person", "case_event", ["person_id"], unique=False)
    op.create_index("ix_case_event_unit", "case_event", ["unit_no"], unique=False)
    op.create_table(
        "case_finding",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("next_measure", sa.Text(), nullable=True, comment="by the law of the day of the finding"),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column(
            "explanations",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="why this measure follows",
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "result in ('addiction_determined', 'addiction_not_determined')", name=op.f("ck_case_finding_result")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_case_finding_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_finding_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_finding")),
        comment="Findings of authorities",
    )
    op.create_index("ix_case_finding_case", "case_finding", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_finding_made", "case_finding", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_finding_person", "case_finding", ["person_id"], unique=False)
    op.create_index(op.f("ix_case_finding_source_source_ref"), "case_finding", ["source", "source_ref"], unique=True)
    op.create_index("ix_case_finding_unit", "case_finding", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_table(
        "case_proposal",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("answer in ('sent_back')", name=op.f("ck_case_proposal_answer")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_case_proposal_period")),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_case_proposal_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_proposal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_proposal")),
        comment="Proposals of a management decision",
    )
    op.create_index("ix_case_proposal_case", "case_proposal", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_proposal_made", "case_proposal", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_proposal_person", "case_proposal", ["person_id"], unique=False)
    op.create_index(op.f("ix_case_proposal_source_source_ref"), "case_proposal", ["source", "source_ref"], unique=True)
    op.create_index("ix_case_proposal_unit", "case_proposal", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_table(
        "management_decision",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'drafted'"), nullable=False),
        sa.Column("issuer_id", sa.UUID(), nullable=False, comment="a commune; before 2022 a district"),
        sa.Column("number", sa.Text(), nullable=True, comment="of its series, without leading zeros"),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True, comment="series start again each January (Decree 30/2020)"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_months", sa.Integer(), nullable=True, comment="decided case by case before 2022"),
        sa.Column("signer_name", sa.Text(), nullable=True),
        sa.Column("signer_title", sa.Text(), nullable=True),
        sa.Column("drafted_by", sa.UUID(), nullable=False),
        sa.Column("signed_by", sa.UUID(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=True, comment="the printed facts, frozen at signing"),
        sa.Column("content_hash", sa.Text(), nullable=True, comment="SHA-256 of the canonical JSON of content"),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="id@version of the rule of the term"),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("nominal_end_on", sa.Date(), nullable=False, comment="by rule"),
        sa.Column("stated_from", sa.Date(), nullable=True, comment="typed on the signed paper"),
        sa.Column("stated_to", sa.Date(), nullable=True),
        sa.Column(
            "end_on", sa.Date(), nullable=False, comment="the end that holds before the ledger: stated, else nominal"
        ),
        sa.Column(
            "effective_end_on", sa.Date(), nullable=False, comment="end_on and the days of the ledger; last day inside"
        ),
        sa.Column(
            "proposed_ends",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="both readings of an undecided interruption",
        ),
        sa.Column(
            "undecided",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="interruptions whose reading was not chosen yet",
        ),
        sa.Column("provisional", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False, comment="day up to which lasting entries were taken"),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.Column(
            "warnings",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="what an officer should look at; it stops nothing",
        ),
        sa.Column(
            "explanations",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="from fact to rule to ledger",
        ),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("family_representative", sa.Text(), nullable=True),
        sa.Column("tasks", sa.Text(), nullable=True, comment="assigned to organisations and people (D163 Art 134(2))"),
        sa.Column(
            "recipients",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="who is sent it, by rule",
        ),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.UUID(), nullable=True),
        sa.Column(
            "history",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="every move, with the content it had",
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "state in ('drafted', 'signed', 'delivered', 'superseded', 'corrected', 'annulled', 'withdrawn')",
            name=op.f("ck_management_decision_state"),
        ),
        sa.CheckConstraint(
            "state in ('drafted', 'withdrawn') or (signed_by is not null and content_hash is not null and"
            " number is not null and year is not null)",
            name=op.f("ck_management_decision_signed_is_frozen"),
        ),
        sa.CheckConstraint(
            "(stated_from is null) = (stated_to is null) and stated_from <= stated_to",
            name=op.f("ck_management_decision_stated"),
        ),
        sa.CheckConstraint("signed_by <> drafted_by", name=op.f("ck_management_decision_two_people")),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_management_decision_case_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["unit.id"], name=op.f("fk_management_decision_issuer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_management_decision_person_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["management_decision.id"], name=op.f("fk_management_decision_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_management_decision")),
        comment="Management decisions",
    )
    op.create_index(
        "ix_management_decision_case", "management_decision", ["case_id", "recorded_at", "id"], unique=False
    )
    op.create_index(
        "ix_management_decision_made", "management_decision", ["made_unit_no", "recorded_at", "id"], unique=False
    )
    op.create_index("ix_management_decision_person", "management_decision", ["person_id"], unique=False)
    op.create_index(
        "ix_management_decision_province", "management_decision", ["province_no", "recorded_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_management_decision_source_source_ref"), "management_decision", ["source", "source_ref"], unique=True
    )
    op.create_index(
        "ix_management_decision_unit", "management_decision", ["unit_no", "recorded_at", "id"], unique=False
    )
    op.create_index(
        "uq_management_decision_draft",
        "management_decision",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state = 'drafted'"),
    )
    op.create_index(
        "uq_management_decision_in_force",
        "management_decision",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state in ('signed', 'delivered', 'corrected')"),
    )
    op.create_index(
        "uq_management_decision_number",
        "management_decision",
        ["issuer_id", "year", "number", sa.literal_column("coalesce(symbol, '')")],
        unique=True,
        postgresql_where=sa.text("number is not null and year is not null and state <> 'withdrawn'"),
    )
    op.create_table(
        "support_team",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column(
            "members",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="name, role, organisation",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name=op.f("ck_support_team_period")),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_support_team_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_support_team_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_team")),
        comment="Support teams with members and roles",
    )
    op.create_index("ix_support_team_case", "support_team", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_support_team_made", "support_team", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_support_team_person", "support_team", ["person_id"], unique=False)
    op.create_index(op.f("ix_support_team_source_source_ref"), "support_team", ["source", "source_ref"], unique=True)
    op.create_index("ix_support_team_unit", "support_team", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_table(
        "case_assessment",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason_not", sa.Text(), nullable=True),
        sa.Column("in_work", sa.Boolean(), nullable=True),
        sa.Column("finding_id", sa.UUID(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False, comment="id@version of the rule"),
        sa.Column(
            "explanations",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="why it was due on that day",
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'finding' or finding_id is not null", name=op.f("ck_case_assessment_finding_has_document")
        ),
        sa.CheckConstraint(
            "outcome in ('no_finding', 'finding', 'not_assessed')", name=op.f("ck_case_assessment_outcome")
        ),
        sa.CheckConstraint(
            "reason_not in ('moved', 'deceased', 'in_prison', 'not_found', 'declined')",
            name=op.f("ck_case_assessment_reason_not"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_case_assessment_case_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["case_finding.id"], name=op.f("fk_case_assessment_finding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_assessment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assessment")),
        comment="Assessments one year after the end",
    )
    op.create_index("ix_case_assessment_case", "case_assessment", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_assessment_made", "case_assessment", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_case_assessment_person", "case_assessment", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_case_assessment_source_source_ref"), "case_assessment", ["source", "source_ref"], unique=True
    )
    op.create_index("ix_case_assessment_unit", "case_assessment", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_index("uq_case_assessment_case", "case_assessment", ["case_id"], unique=True)
    op.create_table(
        "decision_adjustment",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="order in the ledger of the case"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.Column("reverses", sa.UUID(), nullable=True),
        sa.Column(
            "document",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="number, date, authority",
        ),
        sa.Column("closing_document", postgresql.JSONB(), nullable=True, comment="of the last day or the reading"),
        sa.Column(
            "explanations",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="which rules stand behind it",
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses is not null)", name=op.f("ck_decision_adjustment_reverses")
        ),
        sa.CheckConstraint("kind = 'reversal' or first_day is not null", name=op.f("ck_decision_adjustment_first_day")),
        sa.CheckConstraint(
            "kind in ('unreported_absence', 'interruption', 'reversal')", name=op.f("ck_decision_adjustment_kind")
        ),
        sa.CheckConstraint("reading in ('clock_stops', 'clock_runs')", name=op.f("ck_decision_adjustment_reading")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_decision_adjustment_days")),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_decision_adjustment_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["management_decision.id"], name=op.f("fk_decision_adjustment_decision_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_adjustment_person_id")),
        sa.ForeignKeyConstraint(["reverses"], ["decision_adjustment.id"], name=op.f("fk_decision_adjustment_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_adjustment")),
        comment="Days that do not count in a term, each with its document",
    )
    op.create_index(
        "ix_decision_adjustment_case", "decision_adjustment", ["case_id", "recorded_at", "id"], unique=False
    )
    op.create_index("ix_decision_adjustment_decision", "decision_adjustment", ["decision_id"], unique=False)
    op.create_index(
        "ix_decision_adjustment_made", "decision_adjustment", ["made_unit_no", "recorded_at", "id"], unique=False
    )
    op.create_index("ix_decision_adjustment_person", "decision_adjustment", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_decision_adjustment_source_source_ref"), "decision_adjustment", ["source", "source_ref"], unique=True
    )
    op.create_index(
        "ix_decision_adjustment_unit", "decision_adjustment", ["unit_no", "recorded_at", "id"], unique=False
    )
    op.create_index("uq_decision_adjustment_place", "decision_adjustment", ["case_id", "place"], unique=True)
    op.create_table(
        "decision_delivery",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_by", sa.Text(), nullable=True),
        sa.Column("minutes_number", sa.Text(), nullable=True),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("timely", sa.Boolean(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "recipient <> 'person_or_representative' or minutes_number is not null",
            name=op.f("ck_decision_delivery_person_has_minutes"),
        ),
        sa.CheckConstraint(
            "recipient in ('person_or_representative', 'commune_police_head', 'labour_officer',"
            " 'rehab_centre', 'assigned_supporters')",
            name=op.f("ck_decision_delivery_recipient"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_decision_delivery_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["management_decision.id"], name=op.f("fk_decision_delivery_decision_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_delivery_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_delivery")),
        comment="Deliveries of a decision and its copies",
    )
    op.create_index("ix_decision_delivery_case", "decision_delivery", ["case_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_decision_delivery_decision", "decision_delivery", ["decision_id"], unique=False)
    op.create_index(
        "ix_decision_delivery_made", "decision_delivery", ["made_unit_no", "recorded_at", "id"], unique=False
    )
    op.create_index("ix_decision_delivery_person", "decision_delivery", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_decision_delivery_source_source_ref"), "decision_delivery", ["source", "source_ref"], unique=True
    )
    op.create_index("ix_decision_delivery_unit", "decision_delivery", ["unit_no", "recorded_at", "id"], unique=False)
