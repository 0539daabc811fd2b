"""Courses of treatment, discharge notices with their way from commune to commune, review rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, granted, interval, lower_walls, of_person, raise_walls

revision = "0006"
down_revision = "0005"

TREATMENTS = (
    "'compulsory', 'voluntary_facility_public', 'voluntary_facility_private', 'voluntary_community',"
    " 'substitution_treatment', 'pilot_medicine', 'commune_education'"
)
OF_NOTICE = "exists (select from discharge_notice n where n.id = notice_amendment.notice_id)"
"""Who sees the notice on a road sees its amendments on it."""

POLICIES: tuple[Policy, ...] = (
    *of_person("treatment_course"),
    ("discharge_notice", "road_unit", "select, insert, update", interval("unit_no")),
    ("discharge_notice", "road_made", "select, insert, update", interval("made_unit_no")),
    ("discharge_notice", "road_grant", "select", granted("discharge_notice.person_id", "discharge_notice")),
    ("discharge_notice", "road_country", "select", "true"),
    ("notice_routing", "road_unit", "select, insert, update", interval("unit_no")),
    ("notice_routing", "road_made", "select, insert, update", interval("made_unit_no")),
    ("notice_routing", "road_grant", "select", "false"),
    ("notice_routing", "road_country", "select", "true"),
    ("notice_amendment", "road_unit", "select, insert", OF_NOTICE),
    ("notice_amendment", "road_made", "select, insert", OF_NOTICE),
    ("notice_amendment", "road_grant", "select", OF_NOTICE),
    ("notice_amendment", "road_country", "select", "true"),
    ("review_round", "road_unit", "select, insert, update", interval("unit_no")),
    ("review_round", "road_made", "select", interval("made_unit_no")),
    ("review_round", "road_grant", "select", "false"),
    ("review_round", "road_country", "select", "true"),
    ("review_request", "road_unit", "select, insert, update", interval("unit_no")),
    ("review_request", "road_made", "select, update", interval("asked_unit_no")),
    ("review_request", "road_grant", "select", "false"),
    ("review_request", "road_country", "select", "true"),
    ("reviewed_person", "road_unit", "select, insert, update", interval("unit_no")),
    ("reviewed_person", "road_made", "select, insert", interval("asked_unit_no")),
    ("reviewed_person", "road_grant", "select", "false"),
    ("reviewed_person", "road_country", "select", "true"),
    ("discharge_notice", "road_transfer", "select, update", "true"),
    ("notice_routing", "road_transfer", "select, insert, update", "true"),
    ("notice_amendment", "road_transfer", "select, update", "true"),
)
TABLES = (
    "reviewed_person",
    "review_request",
    "review_round",
    "notice_amendment",
    "notice_routing",
    "discharge_notice",
    "treatment_course",
)

PERSON_FOUND_LATER = """
create trigger rows_stay before update of person_id, unit_no, made_unit_no, province_no on discharge_notice
for each row when (old.person_id is not null or (old.unit_no, old.made_unit_no, old.province_no)
                   is distinct from (new.unit_no, new.made_unit_no, new.province_no))
execute function rows_stay()"""
"""A notice has no person until it is accepted; from then on its row stays like any other."""


def upgrade() -> None:
    _courses()
    _notices()
    _reviews()
    raise_walls(POLICIES)
    op.execute("drop trigger rows_stay on discharge_notice")
    op.execute(PERSON_FOUND_LATER)


def _courses() -> None:
    op.create_table(
        "treatment_course",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_kind", sa.Text(), nullable=True, comment="of compulsory treatment: the term hangs on it"),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("medicine", sa.Text(), nullable=True, comment="name of the programme, e.g. methadone; never a dose"),
        sa.Column("place_unit_id", sa.UUID(), nullable=True),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'ongoing'"), nullable=False),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("case_id", sa.UUID(), nullable=True, comment="the case it opened"),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'compulsory') = (order_kind is not null)", name=op.f("ck_treatment_course_order_of_compulsory")
        ),
        sa.CheckConstraint(
            "(outcome = 'ongoing') = (ended_on is null)", name=op.f("ck_treatment_course_outcome_has_day")
        ),
        sa.CheckConstraint(
            "kind <> 'commune_education' or source is not null", name=op.f("ck_treatment_course_past_measure_imported")
        ),
        sa.CheckConstraint(f"kind in ({TREATMENTS})", name=op.f("ck_treatment_course_kind")),
        sa.CheckConstraint(
            "order_kind in ('administrative_measure', 'court_order_for_minor')",
            name=op.f("ck_treatment_course_order_kind"),
        ),
        sa.CheckConstraint(
            "outcome in ('ongoing', 'completed', 'discontinued', 'transferred', 'deceased')",
            name=op.f("ck_treatment_course_outcome"),
        ),
        sa.CheckConstraint("setting in ('home', 'community')", name=op.f("ck_treatment_course_setting")),
        sa.CheckConstraint(
            "(voided_at is null) = (void_reason is null)", name=op.f("ck_treatment_course_void_has_reason")
        ),
        sa.CheckConstraint("ended_on is null or started_on <= ended_on", name=op.f("ck_treatment_course_days")),
        sa.CheckConstraint("place_unit_id is null or place_name is null", name=op.f("ck_treatment_course_one_place")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_treatment_course_person_id")),
        sa.ForeignKeyConstraint(["place_unit_id"], ["unit.id"], name=op.f("fk_treatment_course_place_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_course")),
        comment="Courses of treatment of a person",
    )
    op.create_index("ix_treatment_course_made", "treatment_course", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_treatment_course_person", "treatment_course", ["person_id", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_treatment_course_province", "treatment_course", ["province_no", "recorded_at", "id"], unique=False
    )
    op.create_index(
        "ix_treatment_course_province_started", "treatment_course", ["province_no", "started_on", "id"], unique=False
    )
    op.create_index("ix_treatment_course_recorded", "treatment_course", ["recorded_at", "id"], unique=False)
    op.create_index(
        op.f("ix_treatment_course_source_source_ref"), "treatment_course", ["source", "source_ref"], unique=True
    )
    op.create_index("ix_treatment_course_started", "treatment_course", ["started_on", "id"], unique=False)
    op.create_index("ix_treatment_course_unit", "treatment_course", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_treatment_course_unit_started", "treatment_course", ["unit_no", "started_on", "id"], unique=False
    )


def _notices() -> None:
    op.create_table(
        "discharge_notice",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False, comment="the commune it lies with"),
        sa.Column("made_unit_no", sa.Integer(), nullable=False, comment="who sent it; never moves"),
        sa.Column("province_no", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True, comment="on the register, once accepted"),
        sa.Column(
            "subject_id",
            sa.UUID(),
            sa.Computed("coalesce(person_id, id)", persisted=True),
            nullable=False,
            comment="for the journal",
        ),
        sa.Column("case_id", sa.UUID(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False, comment="the sender's own number"),
        sa.Column("content_digest", postgresql.BYTEA(), nullable=False, comment="keyed, of what was first sent"),
        sa.Column("latest_digest", postgresql.BYTEA(), nullable=True, comment="keyed, of the latest amendment"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("order_kind", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("completes_on", sa.Date(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=True, comment="of the treatment decision"),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False, comment="as written, NFC"),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("born_precision", sa.Text(), nullable=True),
        sa.Column("native_place", sa.Text(), nullable=True),
        sa.Column("id_kind", sa.Text(), nullable=True),
        sa.Column(
            "id_number_sealed", postgresql.BYTEA(), nullable=True, comment="AES-256-GCM, bound to table, row and column"
        ),
        sa.Column("id_number_tail", sa.Text(), nullable=True),
        sa.Column("id_number_blind", postgresql.BYTEA(), nullable=True),
        sa.Column("id_issued_on", sa.Date(), nullable=True),
        sa.Column("id_issued_by", sa.Text(), nullable=True),
        sa.Column("phone_sealed", postgresql.BYTEA(), nullable=True),
        sa.Column("phone_tail", sa.Text(), nullable=True),
        sa.Column("phone_blind", postgresql.BYTEA(), nullable=True),
        sa.Column("permanent_address", sa.Text(), nullable=True),
        sa.Column("current_address", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True, comment="first sent"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True, comment="by the present receiver"),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True, comment="first receipt by anyone"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="by when it must be answered"),
        sa.Column(
            "clocks",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="lead and answer: due, rule, days skipped, why; computed once",
        ),
        sa.Column("lead_due_on", sa.Date(), nullable=True, comment="by when it had to be sent"),
        sa.Column("warnings", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="of the return, misrouting or cancellation"),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True, comment="last change after it was sent"),
        sa.Column("change_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("management_decision", sa.Text(), nullable=True, comment="number of the decision issued on it"),
        sa.Column("decision_issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "born_precision in ('day', 'month', 'year')", name=op.f("ck_discharge_notice_born_precision")
        ),
        sa.CheckConstraint("gender in ('male', 'female', 'other')", name=op.f("ck_discharge_notice_gender")),
        sa.CheckConstraint(
            "id_kind in ('personal_id', 'old_id_9', 'old_id_12', 'passport')", name=op.f("ck_discharge_notice_id_kind")
        ),
        sa.CheckConstraint(
            "kind in ('form_51', 'substitution_completion', 'self_report')", name=op.f("ck_discharge_notice_kind")
        ),
        sa.CheckConstraint(
            "order_kind in ('administrative_measure', 'court_order_for_minor')",
            name=op.f("ck_discharge_notice_order_kind"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' or person_id is not null", name=op.f("ck_discharge_notice_accepted_has_person")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'sent', 'received', 'accepted', 'returned', 'misrouted', 'cancelled')",
            name=op.f("ck_discharge_notice_state"),
        ),
        sa.CheckConstraint(f"treatment in ({TREATMENTS})", name=op.f("ck_discharge_notice_treatment")),
        sa.CheckConstraint("(id_kind is null) = (id_number_sealed is null)", name=op.f("ck_discharge_notice_id_whole")),
        sa.CheckConstraint("full_name is nfc normalized", name=op.f("ck_discharge_notice_nfc")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_discharge_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discharge_notice")),
        comment="Form 51 and its kin; a sender's own number makes each idempotent",
    )
    op.create_index("ix_discharge_notice_case", "discharge_notice", ["case_id"], unique=False)
    op.create_index("ix_discharge_notice_made", "discharge_notice", ["made_unit_no", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_discharge_notice_made_completes", "discharge_notice", ["made_unit_no", "completes_on", "id"], unique=False
    )
    op.create_index(
        op.f("ix_discharge_notice_made_unit_no_source_source_ref"),
        "discharge_notice",
        ["made_unit_no", "source", "source_ref"],
        unique=True,
    )
    op.create_index("ix_discharge_notice_person", "discharge_notice", ["person_id", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_discharge_notice_province", "discharge_notice", ["province_no", "recorded_at", "id"], unique=False
    )
    op.create_index("ix_discharge_notice_unit", "discharge_notice", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_discharge_notice_unit_completes", "discharge_notice", ["unit_no", "completes_on", "id"], unique=False
    )
    op.create_table(
        "notice_routing",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("notice_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False, comment="the receiver of this stretch"),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=True, comment="as counted from this receiver's own receipt"
        ),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sent_on_to", sa.UUID(), nullable=True),
        sa.Column("name_then", sa.Text(), nullable=False, comment="the person's name of that time"),
        sa.CheckConstraint("to_at is null or from_at <= to_at", name=op.f("ck_notice_routing_interval")),
        sa.ForeignKeyConstraint(["notice_id"], ["discharge_notice.id"], name=op.f("fk_notice_routing_notice_id")),
        sa.ForeignKeyConstraint(["sent_on_to"], ["unit.id"], name=op.f("fk_notice_routing_sent_on_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_routing")),
        comment="Which commune held a notice, from–to",
    )
    op.create_index("ix_notice_routing_made", "notice_routing", ["made_unit_no", "from_at", "id"], unique=False)
    op.create_index("ix_notice_routing_notice", "notice_routing", ["notice_id", "from_at", "id"], unique=False)
    op.create_index("ix_notice_routing_unit", "notice_routing", ["unit_no", "from_at", "id"], unique=False)
    op.create_index(
        "uq_notice_routing_open",
        "notice_routing",
        ["notice_id"],
        unique=True,
        postgresql_where=sa.text("to_at is null"),
    )
    op.create_table(
        "notice_amendment",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("notice_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="1, 2, 3 …"),
        sa.Column("state_then", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "changes",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="[{field, was, now}]",
        ),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["discharge_notice.id"], name=op.f("fk_notice_amendment_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_amendment")),
        comment="What changed in a notice and why",
    )
    op.create_index("ix_notice_amendment_notice", "notice_amendment", ["notice_id", "recorded_at", "id"], unique=False)
    op.create_index("uq_notice_amendment_place", "notice_amendment", ["notice_id", "place"], unique=True)


def _reviews() -> None:
    op.create_table(
        "review_round",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("state in ('open', 'closed', 'withdrawn')", name=op.f("ck_review_round_state")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_review_round_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
        comment="A commune asks centres and clinics for the people coming home",
    )
    op.create_index("ix_review_round_province", "review_round", ["province_no", "recorded_at", "id"], unique=False)
    op.create_index(op.f("ix_review_round_source_source_ref"), "review_round", ["source", "source_ref"], unique=True)
    op.create_index("ix_review_round_unit", "review_round", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_table(
        "review_request",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False, comment="who asks"),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("asked_unit_no", sa.Integer(), nullable=False, comment="who is asked: its road made"),
        sa.Column("state", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('asked', 'answered', 'ended')", name=op.f("ck_review_request_state")),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.id"], name=op.f("fk_review_request_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_request")),
        comment="One centre or clinic asked in a round",
    )
    op.create_index("ix_review_request_asked", "review_request", ["asked_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_review_request_round", "review_request", ["round_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_review_request_unit_no", "review_request", ["unit_no", "recorded_at", "id"], unique=False)
    op.create_index("uq_review_request_unit", "review_request", ["round_id", "asked_unit_no"], unique=True)
    op.create_table(
        "reviewed_person",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=True),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column(
            "asked_unit_no", sa.Integer(), nullable=True, comment="who named the person; none where the commune did"
        ),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("born_precision", sa.Text(), nullable=True),
        sa.Column(
            "id_number_sealed", postgresql.BYTEA(), nullable=True, comment="AES-256-GCM, bound to table, row and column"
        ),
        sa.Column("id_number_tail", sa.Text(), nullable=True),
        sa.Column("id_number_blind", postgresql.BYTEA(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("order_kind", sa.Text(), nullable=True),
        sa.Column("completes_on", sa.Date(), nullable=False),
        sa.Column("notice_id", sa.UUID(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'unanswered'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_person_id", sa.UUID(), nullable=True),
        sa.Column(
            "subject_id", sa.UUID(), sa.Computed("coalesce(found_person_id, id)", persisted=True), nullable=False
        ),
        sa.Column("case_id", sa.UUID(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "born_precision in ('day', 'month', 'year')", name=op.f("ck_reviewed_person_born_precision")
        ),
        sa.CheckConstraint("gender in ('male', 'female', 'other')", name=op.f("ck_reviewed_person_gender")),
        sa.CheckConstraint(
            "order_kind in ('administrative_measure', 'court_order_for_minor')",
            name=op.f("ck_reviewed_person_order_kind"),
        ),
        sa.CheckConstraint(
            "outcome <> 'opens_case' or case_id is not null", name=op.f("ck_reviewed_person_opens_case")
        ),
        sa.CheckConstraint(
            "outcome in ('unanswered', 'opens_case', 'not_ours', 'unknown')", name=op.f("ck_reviewed_person_outcome")
        ),
        sa.CheckConstraint(f"treatment in ({TREATMENTS})", name=op.f("ck_reviewed_person_treatment")),
        sa.ForeignKeyConstraint(["found_person_id"], ["person.id"], name=op.f("fk_reviewed_person_found_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["review_request.id"], name=op.f("fk_reviewed_person_request_id")),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.id"], name=op.f("fk_reviewed_person_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewed_person")),
        comment="People of a review round, one outcome each",
    )
    op.create_index("ix_reviewed_person_asked", "reviewed_person", ["asked_unit_no", "recorded_at", "id"], unique=False)
    op.create_index("ix_reviewed_person_request", "reviewed_person", ["request_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_reviewed_person_round", "reviewed_person", ["round_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_reviewed_person_unit", "reviewed_person", ["unit_no", "recorded_at", "id"], unique=False)


def downgrade() -> None:
    lower_walls(POLICIES)
    for table in TABLES:
        op.drop_table(table)
