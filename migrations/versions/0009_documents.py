"""Papers of a case, sealed; the forms they follow, each unconfirmed until somebody compared it with the gazette."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

from migrations.policies import ROADS, Policy, granted, interval, lower_walls, raise_walls

revision = "0009"
down_revision = "0008"

POLICIES: tuple[Policy, ...] = (
    ("case_document", "road_unit", "select, insert", interval("unit_no")),
    ("case_document", "road_made", "select", interval("made_unit_no")),
    ("case_document", "road_grant", "select", granted("case_document.person_id", "case_document")),
    ("case_document", "road_country", "select", "true"),
    ("case_document", "road_transfer", "select, update", "true"),
)
"""A paper is never changed; only its unit follows the person, by the role of hand-overs."""

FORMS = (
    ("D116/II/50", "Đề nghị lập hồ sơ quản lý sau cai nghiện", "Proposal of management"),
    ("D116/II/51", "Quyết định quản lý sau cai nghiện", "Management decision"),
    ("D116/II/53", "Thông báo thay đổi nơi cư trú", "Notice of a move of residence"),
    ("D116/II/54", "Giấy xác nhận chấp hành xong quyết định quản lý sau cai nghiện", "Certificate of completed term"),
    ("D163/V/52", "Đề nghị xem xét quyết định quản lý sau cai nghiện", "Proposal of a management decision"),
    ("D163/V/53", "Quyết định quản lý sau cai nghiện", "Management decision"),
    ("D163/V/54", "Thông báo thay đổi nơi cư trú", "Notice of a move of residence"),
    ("D163/V/56", "Giấy xác nhận chấp hành xong quyết định quản lý", "Certificate of completed term"),
)
KEPT = """
create function papers_are_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.sealed, new.sha256, new.kind, new.form, new.format, new.confirmed, new.case_id,
      new.decision_id, new.person_id, new.made_unit_no) is distinct from (old.sealed, old.sha256, old.kind, old.form,
      old.format, old.confirmed, old.case_id, old.decision_id, old.person_id, old.made_unit_no) then
    raise exception 'a paper is kept as it is' using errcode = '23514', constraint = 'papers_are_kept';
  end if;
  return new;
end
$$"""


def _text(name: str, *, nullable: bool = True, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable, comment=comment)


def upgrade() -> None:
    _documents()
    op.create_table(
        "form_confirmation",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        _text("form", nullable=False, comment="instrument/appendix/number: numbers alone collide"),
        _text("title_vi", nullable=False),
        _text("title_en", nullable=False),
        _text("gazette", comment="issue it was compared with"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("(confirmed_at is null) = (gazette is null)", name=op.f("ck_form_confirmation_confirmed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_confirmation")),
        comment="Forms of the decrees; unconfirmed ones are printed with a mark",
    )
    op.create_index("uq_form_confirmation_form", "form_confirmation", ["form"], unique=True)
    for form, vi, en in FORMS:
        op.execute(
            sa.text(
                "insert into form_confirmation (id, form, title_vi, title_en)"
                " values (md5('form_confirmation/' || :form)::uuid, :form, :vi, :en)"
            ).bindparams(form=form, vi=vi, en=en)
        )
    op.execute(f"grant select on form_confirmation to {', '.join(ROADS)}, app_worker")
    op.execute("grant update on form_confirmation to road_country")


def _documents() -> None:
    op.create_table(
        "case_document",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        _text("kind", nullable=False),
        _text("form", comment="instrument/appendix/number"),
        _text("format", nullable=False),
        _text("media_type", nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        _text("sha256", nullable=False, comment="of the bytes in clear, hex"),
        sa.Column("confirmed", sa.Boolean(), nullable=True, comment="whether the form bore no mark when printed"),
        _text("content_hash", comment="of the signed content it shows"),
        sa.Column("sealed", BYTEA(), nullable=False, comment="AES-256-GCM, bound to table, row and column"),
        _text("source"),
        _text("source_ref"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("kind in ('rendered', 'signed_scan')", name=op.f("ck_case_document_kind")),
        sa.CheckConstraint("format in ('pdf', 'docx', 'jpeg', 'png')", name=op.f("ck_case_document_format")),
        sa.CheckConstraint(
            "kind <> 'rendered' or (form is not null and confirmed is not null)",
            name=op.f("ck_case_document_rendered"),
        ),
        sa.CheckConstraint(
            "kind <> 'signed_scan' or decision_id is not null", name=op.f("ck_case_document_scan_of_decision")
        ),
        sa.CheckConstraint("size between 1 and 10000000", name=op.f("ck_case_document_size")),
        sa.ForeignKeyConstraint(["case_id"], ["management_case.id"], name=op.f("fk_case_document_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["management_decision.id"], name=op.f("fk_case_document_decision_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_document_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_document")),
        comment="Papers of a case; their bytes are sealed",
    )
    for name, columns in (
        ("case", ["case_id", "recorded_at", "id"]),
        ("unit", ["unit_no", "recorded_at", "id"]),
        ("made", ["made_unit_no", "recorded_at", "id"]),
        ("province", ["province_no", "recorded_at", "id"]),
        ("person", ["person_id"]),
        ("decision", ["decision_id"]),
    ):
        op.create_index(f"ix_case_document_{name}", "case_document", columns)
    op.create_index(op.f("ix_case_document_source_source_ref"), "case_document", ["source", "source_ref"], unique=True)
    op.execute(KEPT)
    op.execute(
        "create trigger papers_are_kept before update or delete on case_document"
        " for each row execute function papers_are_kept()"
    )
    # hidden bytes are already ciphertext: the server need not try to compress them
    op.execute("alter table case_document alter column sealed set storage external")
    raise_walls(POLICIES)


def downgrade() -> None:
    op.drop_table("form_confirmation")
    lower_walls(POLICIES)
    op.drop_table("case_document")
    op.execute("drop function papers_are_kept()")
