"""The register of persons: tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import SQLModel

from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from persistence.columns import column, key, to
from persistence.reads import Key, Reads, Sealed

NEWEST = (Key("{t}.recorded_at", "timestamptz", descending=True),)


class PersonRow(SQLModel, table=True):
    """A person on the register; names as written."""

    __tablename__ = "person"
    __table_args__ = (
        sa.CheckConstraint("full_name is nfc normalized", name="nfc"),
        sa.CheckConstraint("gender in ('male', 'female', 'other')", name="gender"),
        sa.CheckConstraint("born_precision in ('day', 'month', 'year')", name="born_precision"),
        sa.CheckConstraint("(voided_at is null) = (void_reason is null)", name="void_has_reason"),
        sa.Index("ix_person_unit_name", "unit_no", "name_sort_key", "id"),
        sa.Index("ix_person_province_name", "province_no", "name_sort_key", "id"),
        sa.Index(
            "ix_person_area_name", "area_no", "name_sort_key", "id", postgresql_where=sa.text("area_no is not null")
        ),
        sa.Index("ix_person_name", "name_sort_key", "id"),
        sa.Index("ix_person_recorded", "recorded_at", "id"),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Persons on the register; unit_no is responsible today and moves with the person"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int", comment="unit responsible today (rulings 3)")
    province_no: int = column("int")
    area_no: int | None = column("int", null=True)
    made_unit_no: int = column("int", comment="unit responsible when the row was made; never moves")
    full_name: str = column("text", comment="as written, NFC")
    name_sort_key: str = column(
        "key", sa.Computed("vn_name_sort_key(full_name)", persisted=True), comment="Vietnamese order, given name first"
    )
    aliases: list[str] = column("texts", default="'{}'", comment="tên gọi khác")
    gender: str | None = column("text", null=True)
    born_on: date | None = column("date", null=True, comment="first day of the month or year where less is known")
    born_precision: str | None = column("text", null=True)
    native_place: str | None = column("text", null=True, comment="quê quán")
    occupation: str | None = column("text", null=True)
    no_id_reason: str | None = column("text", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    updated_at: datetime = column("instant", default="now()")
    voided_at: datetime | None = column("instant", null=True)
    void_reason: str | None = column("text", null=True)


def _fact(name: str) -> tuple[sa.Index, ...]:
    return (
        sa.Index(f"ix_{name}_person", "person_id", "recorded_at", "id"),
        sa.Index(f"ix_{name}_unit", "unit_no"),
        sa.Index(f"ix_{name}_made", "made_unit_no"),
        sa.Index(None, "source", "source_ref", unique=True),
    )


class IdentifierRow(SQLModel, table=True):
    """A number of a paper, with history; encrypted, with a keyed blind index (rulings 10)."""

    __tablename__ = "person_identifier"
    __table_args__ = (
        *_fact("person_identifier"),
        sa.CheckConstraint("kind in ('personal_id', 'old_id_9', 'old_id_12', 'passport')", name="kind"),
        sa.CheckConstraint("status in ('active', 'ended', 'cancelled')", name="status"),
        sa.Index("ix_person_identifier_blind", "number_blind", "person_id"),
        sa.Index(
            "uq_person_identifier_active",
            "unit_no",
            "number_blind",
            unique=True,
            postgresql_where=sa.text("status = 'active' and kind = 'personal_id'"),
        ),
        sa.Index(
            "uq_person_identifier_one_active",
            "person_id",
            unique=True,
            postgresql_where=sa.text("status = 'active' and kind = 'personal_id'"),
        ),
        {"comment": "Papers of a person with history"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    kind: str = column("text")
    number_sealed: bytes = column("bytes", comment="AES-256-GCM, bound to table, row and column")
    number_tail: str = column("text", comment="masked, for lists")
    number_blind: bytes = column("bytes", comment="HMAC of the normalised number; the key is outside the database")
    issued_on: date | None = column("date", null=True)
    issued_by: str | None = column("text", null=True)
    valid_from: date | None = column("date", null=True)
    valid_to: date | None = column("date", null=True)
    status: str = column("text", default="'active'")
    warnings: list[str] = column("texts", default="'{}'", comment="soft checks that do not hold")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class PhoneRow(SQLModel, table=True):
    """A phone by which the person can be reached; families share them, so it is not unique."""

    __tablename__ = "person_phone"
    __table_args__ = (
        *_fact("person_phone"),
        sa.CheckConstraint("belongs_to in ('self', 'family', 'other')", name="belongs_to"),
        sa.Index("ix_person_phone_blind", "number_blind", "person_id"),
        {"comment": "Phones of a person, encrypted"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    number_sealed: bytes = column("bytes", comment="AES-256-GCM, bound to table, row and column")
    number_tail: str = column("text", comment="masked, for lists")
    number_blind: bytes = column("bytes", comment="HMAC of the E.164 number")
    belongs_to: str = column("text", default="'self'")
    valid_from: date | None = column("date", null=True)
    valid_to: date | None = column("date", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class ResidenceRow(SQLModel, table=True):
    """Where the person lives or is registered, dated."""

    __tablename__ = "residence"
    __table_args__ = (
        *_fact("residence"),
        sa.CheckConstraint("kind in ('permanent', 'temporary', 'current')", name="kind"),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="validity"),
        {"comment": "Permanent, temporary and current residences as dated facts"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    kind: str = column("text")
    unit_id: UUID = column("uuid", to("unit.id"), comment="commune of the address, as of valid_from")
    address: str = column("text")
    valid_from: date = column("date")
    valid_to: date | None = column("date", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class ResponsibilityRow(SQLModel, table=True):
    """Exactly one responsible unit at every instant (rulings 3); the old unit's view of the person is this row."""

    __tablename__ = "responsibility"
    __table_args__ = (
        sa.CheckConstraint("to_at is null or from_at < to_at", name="interval"),
        ExcludeConstraint(
            ("person_id", "="),
            (sa.text("tstzrange(from_at, to_at)"), "&&"),
            name="ex_responsibility_overlap",
            using="gist",
        ),
        sa.Index("uq_responsibility_open", "person_id", unique=True, postgresql_where=sa.text("to_at is null")),
        sa.Index("ix_responsibility_unit_name", "unit_no", "name_sort_key", "id"),
        sa.Index("ix_responsibility_name", "name_sort_key", "id"),
        sa.Index(
            "ix_responsibility_ended", "unit_no", "name_sort_key", "id", postgresql_where=sa.text("to_at is not null")
        ),
        sa.Index("ix_responsibility_person", "person_id", "from_at"),
        {"comment": "Which unit was responsible for a person, when"},
    )
    id: UUID = key()
    person_id: UUID = column("uuid", sa.ForeignKey("person.id", deferrable=True, initially="DEFERRED"))
    unit_no: int = column("int")
    unit_id: UUID = column("uuid", to("unit.id"))
    from_at: datetime = column("instant")
    to_at: datetime | None = column("instant", null=True)
    reason: str = column("text")
    name_then: str = column("text", comment="the person's name of that time")
    name_sort_key: str = column("key", sa.Computed("vn_name_sort_key(name_then)", persisted=True))


class TokenRow(SQLModel, table=True):
    """Folded words of names, kept by a trigger; searched by = and ranges under the second wall (rulings 11)."""

    __tablename__ = "person_token"
    __table_args__ = (
        sa.Index("ix_person_token_unit", "token", "unit_no", "person_id"),
        {"comment": "Search words of persons"},
    )
    person_id: UUID = column("uuid", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    token: str = column("key", primary_key=True)
    unit_no: int = column("int")


class GrantRow(SQLModel, table=True):
    """Who else sees a person, and which classes of field: assignment, membership, referral, break-glass (rulings 2)."""

    __tablename__ = "access_grant"
    __table_args__ = (
        sa.Index("ix_access_grant_grantee", "grantee", "name_sort_key", "person_id"),
        sa.Index("ix_access_grant_person", "person_id", "grantee"),
        sa.Index("ix_access_grant_begun", "valid_to", postgresql_where=sa.text("told = '{}'")),
        sa.Index("ix_access_grant_over", "valid_to", postgresql_where=sa.text("told <> '{}'")),
        sa.UniqueConstraint("origin_id"),
        {"comment": "Granted access; grantee is a unit number, or minus an account number"},
    )
    id: UUID = key()
    person_id: UUID = column("uuid", to("person.id"))
    grantee: int = column("int")
    reason: str = column("text")
    origin_id: UUID | None = column("uuid", null=True, comment="the row it comes from")
    classes: list[str] = column("texts", comment="nouns in sight beside the person")
    valid_from: datetime = column("instant")
    valid_to: datetime = column("instant", default="'infinity'")
    name_sort_key: str = column("key")
    told: list[str] = column("texts", default="'{}'", comment="nouns that the grantee was told are in sight")


ACTIVE_ID = (
    "from person_identifier i where i.person_id = {t}.id and i.status = 'active' and i.kind = 'personal_id' limit 1"
)
LATEST_PHONE = (
    "from person_phone p where p.person_id = {t}.id and p.valid_to is null order by p.recorded_at desc, p.id limit 1"
)
# A count cannot be turned into a join: one look at each candidate's own words, never at all bearers of a common word.
HELD = "(select count(*) from person_token b where b.person_id = a.person_id and b.token = any({words}))"
EVERY_WORD = f"{HELD.replace('{words}', '({v}::text[])[2:]')} = cardinality({{v}}::text[]) - 1"
EVERY_INNER_WORD = (
    f"{HELD.replace('{words}', '({v}::text[])[2:cardinality({v}::text[]) - 1]')}"
    " = greatest(cardinality({v}::text[]) - 2, 0)"
)
LAST_BEGUN = (
    "exists (select from person_token b where b.person_id = a.person_id and b.token <> a.token"
    " and b.token >= ({v}::text[])[cardinality({v}::text[])]"
    " and b.token < ({v}::text[])[cardinality({v}::text[])] || '~')"
)
OF_WORD = "select a.person_id from person_token a where"

PERSONS = Reads(
    PERSON,
    PersonRow,
    columns={
        "unit_id": "(select u.id from unit u where u.no = {t}.unit_no)",
    },
    sealed={
        "national_id": Sealed(
            0,
            f"(select uuid_send(i.id) || i.number_sealed {ACTIVE_ID})",
            f"(select i.number_tail {ACTIVE_ID})",
            "person_identifier",
        ),
        "phone": Sealed(
            1,
            f"(select uuid_send(p.id) || p.number_sealed {LATEST_PHONE})",
            f"(select p.number_tail {LATEST_PHONE})",
            "person_phone",
        ),
    },
    masks={"full_name": "left(split_part({t}.full_name, ' ', -1), 1) || '.'"},
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "identifiers": "{c}.person_id = {t}.id",
        "phones": "{c}.person_id = {t}.id",
        "residences": "{c}.person_id = {t}.id",
        "responsibilities": "{c}.person_id = {t}.id",
        "referrals": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "counselling_contacts": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "health_visits": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "needs": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "reintegration_plans": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "vocational_supports": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "job_placements": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "household_statuses": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "loan_supports": "{c}.person_id = {t}.id and {c}.voided_at is null",
        "memberships": "{c}.person_id = {t}.id and {c}.voided_at is null",
    },
    orders={"name": (Key("{t}.name_sort_key", "text"),), "newest": NEWEST},
    filters={
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "recorded_from": "{t}.recorded_at >= {v}::timestamptz",
        "voided": "({t}.voided_at is not null) = {v}::bool",
        "born_on": "{t}.born_on = {v}::date",
        "born_year": "extract(year from {t}.born_on) = {v}::int",
    },
    looked_into={"national_id": "person_identifier", "phone": "person_phone"},
    candidates={
        "words": (
            f"{OF_WORD} a.token = any({{v}}::text[]) and {{wall}}"
            " group by a.person_id having count(*) = cardinality({v}::text[])"
        ),
        "words_begun": (f"{OF_WORD} a.token = ({{v}}::text[])[1] and {{wall}} and {EVERY_INNER_WORD} and {LAST_BEGUN}"),
        "word_begun": f"{OF_WORD} a.token >= {{v}}::text and a.token < {{v}}::text || '~' and {{wall}}",
        "national_id": (
            "select a.person_id from person_identifier a where a.number_blind = {v}::bytea"
            " and a.status = 'active' and {wall}"
        ),
        "phone": (
            "select a.person_id from person_phone a where a.number_blind = {v}::bytea and a.valid_to is null and {wall}"
        ),
    },
    nationwide={"words": f"{OF_WORD} a.token = ({{v}}::text[])[1] and {EVERY_WORD}"},
    walls=frozenset({"unit_no", "province_no", "area_no"}),
    made="",
)

NUMBER = "uuid_send({t}.id) || {t}.number_sealed"

IDENTIFIERS = Reads(
    IDENTIFIER,
    IdentifierRow,
    sealed={"number": Sealed(0, NUMBER, "{t}.number_tail")},
    orders={"newest": NEWEST},
    subject="person_id",
    granted="person_id",
)
PHONES = Reads(
    PHONE,
    PhoneRow,
    sealed={"number": Sealed(1, NUMBER, "{t}.number_tail")},
    orders={"newest": NEWEST},
    subject="person_id",
    granted="person_id",
)
RESIDENCES = Reads(
    RESIDENCE,
    ResidenceRow,
    joins={"unit": "{c}.id = {t}.unit_id"},
    orders={"newest": NEWEST},
    subject="person_id",
    granted="person_id",
)
RESPONSIBILITIES = Reads(
    RESPONSIBILITY,
    ResponsibilityRow,
    joins={
        "unit": "{c}.id = {t}.unit_id",
        "residences": "{c}.person_id = {t}.person_id",
    },
    orders={
        "name": (Key("{t}.name_sort_key", "text"),),
        "newest": (Key("{t}.from_at", "timestamptz", descending=True),),
    },
    filters={"ended": "({t}.to_at is not null) = {v}::bool", "unit_id": "{t}.unit_id = {v}::uuid"},
    made="unit_no",
    subject="person_id",
    granted="person_id",
)
