"""The tables of the register, accounts, journal and units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    op.create_table(
        "idempotency",
        sa.Column(
            "account_id",
            sa.UUID(),
            server_default=sa.text("nullif(current_setting('app.account', true), '')::uuid"),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False, comment="SHA-256 of operation and canonical body"),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency")),
        comment="Idempotency keys, kept 24 h",
    )
    op.create_index(op.f("ix_idempotency_recorded_at"), "idempotency", ["recorded_at"], unique=False)
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "happened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "account_id",
            sa.UUID(),
            server_default=sa.text("nullif(current_setting('app.account', true), '')::uuid"),
            nullable=True,
        ),
        sa.Column(
            "appointment_id",
            sa.UUID(),
            server_default=sa.text("nullif(current_setting('app.appointment', true), '')::uuid"),
            nullable=True,
        ),
        sa.Column(
            "unit_id",
            sa.UUID(),
            server_default=sa.text("nullif(current_setting('app.unit', true), '')::uuid"),
            nullable=True,
        ),
        sa.Column(
            "unit_no",
            sa.Integer(),
            server_default=sa.text("nullif(current_setting('app.lo', true), '')::int"),
            nullable=True,
            comment="unit of who acted",
        ),
        sa.Column(
            "road",
            sa.Text(),
            server_default=sa.text("nullif(current_setting('app.road', true), '')::text"),
            nullable=True,
        ),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="read, done, replayed, checked, denied, absent"),
        sa.Column(
            "subject_ids",
            postgresql.ARRAY(sa.UUID()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="persons shown or asked for",
        ),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="rows shown"),
        sa.Column(
            "purpose",
            sa.Text(),
            server_default=sa.text("nullif(current_setting('app.purpose', true), '')::text"),
            nullable=True,
        ),
        sa.Column(
            "request_id",
            sa.Text(),
            server_default=sa.text("nullif(current_setting('app.request', true), '')::text"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        comment="Append-only record of reads and writes",
    )
    op.create_index("ix_journal_entry_subjects", "journal_entry", ["subject_ids"], unique=False, postgresql_using="gin")
    op.create_index("ix_journal_entry_unit", "journal_entry", ["unit_no", "happened_at", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("transaction", sa.Text(), server_default=sa.text("pg_current_xact_id()::text"), nullable=False),
        sa.Column(
            "happened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column(
            "unit_no",
            sa.Integer(),
            server_default=sa.text("nullif(current_setting('app.lo', true), '')::int"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        comment="Changes to be told to feeds and webhooks",
    )
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False, comment="unit responsible today (rulings 3)"),
        sa.Column("province_no", sa.Integer(), nullable=False),
        sa.Column("area_no", sa.Integer(), nullable=True),
        sa.Column(
            "made_unit_no", sa.Integer(), nullable=False, comment="unit responsible when the row was made; never moves"
        ),
        sa.Column("full_name", sa.Text(), nullable=False, comment="as written, NFC"),
        sa.Column(
            "name_sort_key",
            sa.Text(collation="C"),
            sa.Computed("vn_name_sort_key(full_name)", persisted=True),
            nullable=False,
            comment="Vietnamese order, given name first",
        ),
        sa.Column(
            "aliases",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="tên gọi khác",
        ),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True, comment="first day of the month or year where less is known"),
        sa.Column("born_precision", sa.Text(), nullable=True),
        sa.Column("native_place", sa.Text(), nullable=True, comment="quê quán"),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column("no_id_reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("born_precision in ('day', 'month', 'year')", name=op.f("ck_person_born_precision")),
        sa.CheckConstraint("gender in ('male', 'female', 'other')", name=op.f("ck_person_gender")),
        sa.CheckConstraint("(voided_at is null) = (void_reason is null)", name=op.f("ck_person_void_has_reason")),
        sa.CheckConstraint("full_name is nfc normalized", name=op.f("ck_person_nfc")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        comment="Persons on the register; unit_no is responsible today and moves with the person",
    )
    op.create_index(
        "ix_person_area_name",
        "person",
        ["area_no", "name_sort_key", "id"],
        unique=False,
        postgresql_where=sa.text("area_no is not null"),
    )
    op.create_index("ix_person_name", "person", ["name_sort_key", "id"], unique=False)
    op.create_index("ix_person_province_name", "person", ["province_no", "name_sort_key", "id"], unique=False)
    op.create_index("ix_person_recorded", "person", ["recorded_at", "id"], unique=False)
    op.create_index(op.f("ix_person_source_source_ref"), "person", ["source", "source_ref"], unique=True)
    op.create_index("ix_person_unit_name", "person", ["unit_no", "name_sort_key", "id"], unique=False)
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", postgresql.BYTEA(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
        comment="Failed sign-ins",
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "no", sa.Integer(), nullable=False, comment="preorder number; redrawn into numbers never used before"
        ),
        sa.Column("last_no", sa.Integer(), nullable=False, comment="last preorder number of the subtree"),
        sa.Column("province_no", sa.Integer(), nullable=True, comment="number of the province it lies in"),
        sa.Column("area_no", sa.Integer(), nullable=True, comment="number of the area a province drew over it, if any"),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("unit_type", sa.Text(), nullable=False, comment="xã, phường, … in English codes (glossary)"),
        sa.Column("code", sa.Text(), nullable=True, comment="never a key: codes are re-used over time"),
        sa.Column("code_system", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_sort_key",
            sa.Text(collation="C"),
            sa.Computed("vn_name_sort_key(name)", persisted=True),
            nullable=False,
        ),
        sa.Column("name_fold", sa.Text(collation="C"), sa.Computed("vn_fold(name)", persisted=True), nullable=False),
        sa.Column("parent_id", sa.UUID(), nullable=True, comment="parent in law, in its time"),
        sa.Column("home_id", sa.UUID(), nullable=True, comment="parent in the scope tree"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="last day; null = today's"),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column(
            "marks",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="what is unsure about this unit (rulings 31, 33)",
        ),
        sa.Column("alternative_codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint(
            "level in ('country', 'province', 'district', 'area', 'commune', 'organisation')",
            name=op.f("ck_unit_level"),
        ),
        sa.CheckConstraint("no <= last_no", name=op.f("ck_unit_interval")),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name=op.f("ck_unit_validity")),
        sa.ForeignKeyConstraint(["home_id"], ["unit.id"], name=op.f("fk_unit_home_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("no", name=op.f("uq_unit_no")),
        comment="Administrative units and organisations, dated; succession in unit_lineage",
    )
    op.create_index(
        op.f("ix_unit_code_code_system_level_valid_from"),
        "unit",
        ["code", "code_system", "level", "valid_from"],
        unique=True,
    )
    op.create_index("ix_unit_level_name", "unit", ["level", "name_sort_key", "id"], unique=False)
    op.create_index(op.f("ix_unit_name_fold"), "unit", ["name_fold"], unique=False)
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_table(
        "access_grant",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("grantee", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.Text()), nullable=False, comment="nouns in sight beside the person"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False),
        sa.Column("name_sort_key", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
        comment="Granted access; grantee is a unit number, or minus an account number",
    )
    op.create_index("ix_access_grant_grantee", "access_grant", ["grantee", "name_sort_key", "person_id"], unique=False)
    op.create_index("ix_access_grant_person", "access_grant", ["person_id", "grantee"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column(
            "no", sa.Integer(), sa.Identity(always=True), nullable=False, comment="as grantee it stands negative"
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(collation="C"), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'invited'"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id"),
        sa.Column("secret_hash", postgresql.BYTEA(), nullable=True, comment="of a machine's secret"),
        sa.Column("activation_hash", postgresql.BYTEA(), nullable=True),
        sa.Column("activation_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('person', 'machine')", name=op.f("ck_account_kind")),
        sa.CheckConstraint("state in ('invited', 'active', 'closed')", name=op.f("ck_account_state")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("no", name=op.f("uq_account_no")),
        sa.UniqueConstraint("user_name", name=op.f("uq_account_user_name")),
        comment="Who may sign in",
    )
    op.create_index("ix_account_unit", "account", ["unit_no", "user_name", "id"], unique=False)
    op.create_table(
        "person_identifier",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "number_sealed", postgresql.BYTEA(), nullable=False, comment="AES-256-GCM, bound to table, row and column"
        ),
        sa.Column("number_tail", sa.Text(), nullable=False, comment="masked, for lists"),
        sa.Column(
            "number_blind",
            postgresql.BYTEA(),
            nullable=False,
            comment="HMAC of the normalised number; the key is outside the database",
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column(
            "warnings",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="soft checks that do not hold",
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint(
            "kind in ('personal_id', 'old_id_9', 'old_id_12', 'passport')", name=op.f("ck_person_identifier_kind")
        ),
        sa.CheckConstraint("status in ('active', 'ended', 'cancelled')", name=op.f("ck_person_identifier_status")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_identifier_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_identifier")),
        comment="Papers of a person with history",
    )
    op.create_index("ix_person_identifier_blind", "person_identifier", ["number_blind", "person_id"], unique=False)
    op.create_index("ix_person_identifier_made", "person_identifier", ["made_unit_no"], unique=False)
    op.create_index(
        "ix_person_identifier_person", "person_identifier", ["person_id", "recorded_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_person_identifier_source_source_ref"), "person_identifier", ["source", "source_ref"], unique=True
    )
    op.create_index("ix_person_identifier_unit", "person_identifier", ["unit_no"], unique=False)
    op.create_index(
        "uq_person_identifier_active",
        "person_identifier",
        ["unit_no", "number_blind"],
        unique=True,
        postgresql_where=sa.text("status = 'active' and kind = 'personal_id'"),
    )
    op.create_index(
        "uq_person_identifier_one_active",
        "person_identifier",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("status = 'active' and kind = 'personal_id'"),
    )
    op.create_table(
        "person_phone",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column(
            "number_sealed", postgresql.BYTEA(), nullable=False, comment="AES-256-GCM, bound to table, row and column"
        ),
        sa.Column("number_tail", sa.Text(), nullable=False, comment="masked, for lists"),
        sa.Column("number_blind", postgresql.BYTEA(), nullable=False, comment="HMAC of the E.164 number"),
        sa.Column("belongs_to", sa.Text(), server_default=sa.text("'self'"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("belongs_to in ('self', 'family', 'other')", name=op.f("ck_person_phone_belongs_to")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_phone_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_phone")),
        comment="Phones of a person, encrypted",
    )
    op.create_index("ix_person_phone_blind", "person_phone", ["number_blind", "person_id"], unique=False)
    op.create_index("ix_person_phone_made", "person_phone", ["made_unit_no"], unique=False)
    op.create_index("ix_person_phone_person", "person_phone", ["person_id", "recorded_at", "id"], unique=False)
    op.create_index(op.f("ix_person_phone_source_source_ref"), "person_phone", ["source", "source_ref"], unique=True)
    op.create_index("ix_person_phone_unit", "person_phone", ["unit_no"], unique=False)
    op.create_table(
        "person_token",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("token", sa.Text(collation="C"), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_token_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "token", name=op.f("pk_person_token")),
        comment="Search words of persons",
    )
    op.create_index("ix_person_token_unit", "person_token", ["token", "unit_no", "person_id"], unique=False)
    op.create_table(
        "residence",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False, comment="commune of the address, as of valid_from"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("kind in ('permanent', 'temporary', 'current')", name=op.f("ck_residence_kind")),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name=op.f("ck_residence_validity")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_residence_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_residence_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residence")),
        comment="Permanent, temporary and current residences as dated facts",
    )
    op.create_index("ix_residence_made", "residence", ["made_unit_no"], unique=False)
    op.create_index("ix_residence_person", "residence", ["person_id", "recorded_at", "id"], unique=False)
    op.create_index(op.f("ix_residence_source_source_ref"), "residence", ["source", "source_ref"], unique=True)
    op.create_index("ix_residence_unit", "residence", ["unit_no"], unique=False)
    op.create_table(
        "responsibility",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("name_then", sa.Text(), nullable=False, comment="the person's name of that time"),
        sa.Column(
            "name_sort_key",
            sa.Text(collation="C"),
            sa.Computed("vn_name_sort_key(name_then)", persisted=True),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.text("tstzrange(from_at, to_at)"), "&&"),
            using="gist",
            name="ex_responsibility_overlap",
        ),
        sa.CheckConstraint("to_at is null or from_at < to_at", name=op.f("ck_responsibility_interval")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_responsibility_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_responsibility_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
        comment="Which unit was responsible for a person, when",
    )
    op.create_index(
        "ix_responsibility_ended",
        "responsibility",
        ["unit_no", "name_sort_key", "id"],
        unique=False,
        postgresql_where=sa.text("to_at is not null"),
    )
    op.create_index("ix_responsibility_name", "responsibility", ["name_sort_key", "id"], unique=False)
    op.create_index("ix_responsibility_person", "responsibility", ["person_id", "from_at"], unique=False)
    op.create_index("ix_responsibility_unit_name", "responsibility", ["unit_no", "name_sort_key", "id"], unique=False)
    op.create_index(
        "uq_responsibility_open",
        "responsibility",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("to_at is null"),
    )
    op.create_table(
        "unit_lineage",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("from_id", sa.UUID(), nullable=False),
        sa.Column("to_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Text(), nullable=False, comment="C certain, L likely, U unverified (dossier)"),
        sa.CheckConstraint(
            "kind in ('renamed', 'merged_whole', 'split_part', 'type_changed', 'unchanged')",
            name=op.f("ck_unit_lineage_kind"),
        ),
        sa.ForeignKeyConstraint(["from_id"], ["unit.id"], name=op.f("fk_unit_lineage_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["unit.id"], name=op.f("fk_unit_lineage_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_lineage")),
        comment="How units came from one another, with legal basis",
    )
    op.create_index(op.f("ix_unit_lineage_effective_on_id"), "unit_lineage", ["effective_on", "id"], unique=False)
    op.create_index(op.f("ix_unit_lineage_from_id"), "unit_lineage", ["from_id"], unique=False)
    op.create_index(op.f("ix_unit_lineage_to_id"), "unit_lineage", ["to_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by", sa.UUID(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("account_id"), "="),
            (sa.column("role"), "="),
            (sa.column("unit_id"), "="),
            (sa.text("tstzrange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_appointment_overlap",
        ),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name=op.f("ck_appointment_validity")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_appointment_account_id")),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_appointment_given_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appointment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        comment="Which role an account holds at which unit, when",
    )
    op.create_index("ix_appointment_account", "appointment", ["account_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_appointment_unit", "appointment", ["unit_no"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("generation", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refresh_hash", postgresql.BYTEA(), nullable=False, comment="SHA-256 of the current refresh secret"),
        sa.Column("nonce", sa.Text(), nullable=True, comment="of the last exchange; lets a lost answer be repeated"),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True, comment="device name the caller gave"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        comment="Sign-ins",
    )
    op.create_index("ix_session_account", "session", ["account_id", "started_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_session_account", table_name="session")
    op.drop_table("session")
    op.drop_index("ix_appointment_unit", table_name="appointment")
    op.drop_index("ix_appointment_account", table_name="appointment")
    op.drop_table("appointment")
    op.drop_index(op.f("ix_unit_lineage_to_id"), table_name="unit_lineage")
    op.drop_index(op.f("ix_unit_lineage_from_id"), table_name="unit_lineage")
    op.drop_index(op.f("ix_unit_lineage_effective_on_id"), table_name="unit_lineage")
    op.drop_table("unit_lineage")
    op.drop_index("uq_responsibility_open", table_name="responsibility", postgresql_where=sa.text("to_at is null"))
    op.drop_index("ix_responsibility_unit_name", table_name="responsibility")
    op.drop_index("ix_responsibility_ended", table_name="responsibility", postgresql_where=sa.text("to_at is not null"))
    op.drop_index("ix_responsibility_name", table_name="responsibility")
    op.drop_index("ix_responsibility_person", table_name="responsibility")
    op.drop_table("responsibility")
    op.drop_index("ix_residence_unit", table_name="residence")
    op.drop_index(op.f("ix_residence_source_source_ref"), table_name="residence")
    op.drop_index("ix_residence_person", table_name="residence")
    op.drop_index("ix_residence_made", table_name="residence")
    op.drop_table("residence")
    op.drop_index("ix_person_token_unit", table_name="person_token")
    op.drop_table("person_token")
    op.drop_index("ix_person_phone_unit", table_name="person_phone")
    op.drop_index(op.f("ix_person_phone_source_source_ref"), table_name="person_phone")
    op.drop_index("ix_person_phone_person", table_name="person_phone")
    op.drop_index("ix_person_phone_made", table_name="person_phone")
    op.drop_index("ix_person_phone_blind", table_name="person_phone")
    op.drop_table("person_phone")
    op.drop_index(
        "uq_person_identifier_one_active",
        table_name="person_identifier",
        postgresql_where=sa.text("status = 'active' and kind = 'personal_id'"),
    )
    op.drop_index(
        "uq_person_identifier_active",
        table_name="person_identifier",
        postgresql_where=sa.text("status = 'active' and kind = 'personal_id'"),
    )
    op.drop_index("ix_person_identifier_unit", table_name="person_identifier")
    op.drop_index(op.f("ix_person_identifier_source_source_ref"), table_name="person_identifier")
    op.drop_index("ix_person_identifier_person", table_name="person_identifier")
    op.drop_index("ix_person_identifier_made", table_name="person_identifier")
    op.drop_index("ix_person_identifier_blind", table_name="person_identifier")
    op.drop_table("person_identifier")
    op.drop_index("ix_account_unit", table_name="account")
    op.drop_table("account")
    op.drop_index("ix_access_grant_person", table_name="access_grant")
    op.drop_index("ix_access_grant_grantee", table_name="access_grant")
    op.drop_table("access_grant")
    op.drop_index(op.f("ix_unit_parent_id"), table_name="unit")
    op.drop_index(op.f("ix_unit_name_fold"), table_name="unit")
    op.drop_index("ix_unit_level_name", table_name="unit")
    op.drop_index(op.f("ix_unit_code_code_system_level_valid_from"), table_name="unit")
    op.drop_table("unit")
    op.drop_table("sign_in_throttle")
    op.drop_index("ix_person_unit_name", table_name="person")
    op.drop_index(op.f("ix_person_source_source_ref"), table_name="person")
    op.drop_index("ix_person_recorded", table_name="person")
    op.drop_index("ix_person_province_name", table_name="person")
    op.drop_index("ix_person_name", table_name="person")
    op.drop_index("ix_person_area_name", table_name="person", postgresql_where=sa.text("area_no is not null"))
    op.drop_table("person")
    op.drop_table("outbox")
    op.drop_index("ix_journal_entry_unit", table_name="journal_entry")
    op.drop_index("ix_journal_entry_subjects", table_name="journal_entry", postgresql_using="gin")
    op.drop_table("journal_entry")
    op.drop_index(op.f("ix_idempotency_recorded_at"), table_name="idempotency")
    op.drop_table("idempotency")
