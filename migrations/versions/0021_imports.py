"""Bulk imports: jobs, sealed chunks, staged rows, saved mappings; and how the worker acts for who imports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, interval, lower_walls, raise_walls

revision = "0021"
down_revision = "0020"

POLICIES: tuple[Policy, ...] = (
    *(
        (table, "road_unit", "select, insert, update", interval("unit_no"))
        for table in ("import_job", "import_mapping")
    ),
    ("import_row", "road_unit", "select, insert, update, delete", interval("unit_no")),
    ("import_chunk", "road_unit", "select, insert", interval("unit_no")),
    *((table, "road_made", "select", "false") for table in ("import_job", "import_mapping", "import_row")),
    *((table, "road_country", "select", "true") for table in ("import_job", "import_mapping", "import_row")),
)
"""A file belongs to the unit that sends it; what was sent under a unit that ended is not looked at again."""

WORKERS = ("import_job", "import_chunk", "import_row", "import_key")
FACTS = """
create function import_facts(p_import uuid)
returns table (account_id uuid, account_no int, appointment_id uuid, role text, unit_id uuid, unit_no int, last_no int,
               level text, current boolean, purpose text, state text)
language sql stable security definer set search_path = public as $$
  select a.id, a.no, p.id, p.role, u.id, u.no, u.last_no, u.level,
         coalesce(u.valid_to >= (now() at time zone 'Asia/Ho_Chi_Minh')::date, true), j.acting_purpose, j.state
  from import_job j
  join appointment p on p.id = j.acting_appointment
       and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now()
  join account a on a.id = p.account_id and a.state = 'active'
  join unit u on u.id = p.unit_id
  where j.id = p_import
$$"""
ENTER = """
create function import_enter(p_import uuid) returns void language plpgsql as $$
declare
  f record;
begin
  select * into f from import_facts(p_import);
  if f.account_id is null then
    raise exception 'who began this import may no longer act' using errcode = 'DT001';
  end if;
  perform set_config('app.account', f.account_id::text, true),
          set_config('app.appointment', f.appointment_id::text, true),
          set_config('app.unit', f.unit_id::text, true),
          set_config('app.lo', f.unit_no::text, true),
          set_config('app.hi', f.last_no::text, true),
          set_config('app.grantees', '{' || (-f.account_no)::text || ',' || f.unit_no::text || '}', true),
          set_config('app.road', 'unit', true),
          set_config('app.request', 'import-' || p_import::text, true),
          set_config('app.purpose', coalesce(f.purpose, ''), true),
          set_config('plan_cache_mode', 'auto', true);
  perform set_config('role', 'road_unit', true);
end
$$"""


def _text(name: str, *, nullable: bool = True, default: str | None = None, comment: str | None = None) -> Any:
    server = sa.text(default) if default else None
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=server, comment=comment)


def _whole(name: str, *, nullable: bool = False, default: str | None = None, comment: str | None = None) -> Any:
    server = sa.text(default) if default else None
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=server, comment=comment)


def _uuid(name: str, *, nullable: bool = True, comment: str | None = None) -> Any:
    return sa.Column(name, sa.UUID(), nullable=nullable, comment=comment)


def _instant(name: str, *, now: bool = False) -> Any:
    server = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=server)


def _json(name: str, comment: str, default: str | None = "'[]'") -> Any:
    server = sa.text(default) if default else None
    return sa.Column(name, postgresql.JSONB(), nullable=default is None, server_default=server, comment=comment)


def _id() -> tuple[Any, Any]:
    return _uuid("id", nullable=False, comment="UUIDv7, made by client or server"), _whole("version", default="1")


def _sourced() -> tuple[Any, ...]:
    return (
        _text("source"),
        _text("source_ref"),
        _instant("recorded_at", now=True),
        _uuid("recorded_by"),
        _instant("updated_at", now=True),
    )


def _one_of(table: str, column: str, *words: str) -> Any:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_{table}_{column}"))


STATES = ("discarded", "failed", "loaded", "loading", "previewed", "refused", "undoing", "undone", "uploaded")


def _mappings() -> None:
    op.create_table(
        "import_mapping",
        *_id(),
        _whole("unit_no"),
        _text("kind", nullable=False),
        _text("name", nullable=False),
        _json("columns", "header to field; `-` takes nothing", "'{}'"),
        *_sourced(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        comment="Saved mappings of columns",
    )
    op.create_index("uq_import_mapping_name", "import_mapping", ["unit_no", "kind", "name"], unique=True)


def _jobs() -> None:
    op.create_table(
        "import_job",
        *_id(),
        _whole("unit_no", comment="the unit that imports"),
        _text("kind", nullable=False),
        _text("format", nullable=False),
        _whole("size", comment="bytes"),
        _text("sha256", nullable=False, comment="of the bytes in clear, hex"),
        _text("mode", nullable=False),
        sa.Column(
            "match",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="rules whose match is believed without review",
        ),
        sa.Column("blanks_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _text("unknown_columns", nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True, comment="whose unit names and codes the file speaks of"),
        _text("sheet"),
        _uuid("mapping_id"),
        _text("mapping", comment="one that comes with the service"),
        _text("row_source", nullable=False, comment="`source` of the rows"),
        _text("state", nullable=False, default="'uploaded'"),
        _json("head", "where the table starts and what each column is", None),
        _text("encoding"),
        _json("outcomes", "rows by outcome", "'{}'"),
        _json("counts", "rows by verdict", "'{}'"),
        _whole("rows_total", default="0"),
        _whole("rows_done", default="0"),
        _whole("last_no", default="0", comment="line up to which the present state has been worked"),
        _json("problem", "why the file as a whole was refused", None),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True, comment="when the register was looked at"),
        _text("fingerprint", comment="of the preview: what a commit is bound to"),
        _whole("attempts", default="0"),
        _uuid("acting_appointment", comment="under whose rights the worker works"),
        _text("acting_purpose"),
        _instant("started_at"),
        _instant("finished_at"),
        *_sourced(),
        _one_of("import_job", "state", *STATES),
        _one_of("import_job", "format", "csv", "xlsx", "jsonl"),
        _one_of("import_job", "mode", "atomic", "per_row"),
        _one_of("import_job", "unknown_columns", "error", "ignore"),
        sa.CheckConstraint("size between 1 and 64000000", name=op.f("ck_import_job_size")),
        sa.ForeignKeyConstraint(["mapping_id"], ["import_mapping.id"], name=op.f("fk_import_job_mapping_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
        comment="Bulk imports; what they say of a file names nobody",
    )
    op.create_index(
        "ix_import_job_working",
        "import_job",
        ["updated_at"],
        postgresql_where=sa.text("state in ('uploaded', 'loading', 'undoing')"),
    )
    for table in ("import_job", "import_mapping"):
        op.create_index(f"ix_{table}_unit", table, ["unit_no", "recorded_at", "id"])
        op.create_index(f"ix_{table}_recorded", table, ["recorded_at", "id"])
        op.create_index(op.f(f"ix_{table}_source_source_ref"), table, ["source", "source_ref"], unique=True)


def _of_job(table: str) -> Any:
    return sa.ForeignKeyConstraint(
        ["import_id"], ["import_job.id"], name=op.f(f"fk_{table}_import_id"), ondelete="CASCADE"
    )


def _rows() -> None:
    op.create_table(
        "import_row",
        *_id(),
        _uuid("import_id", nullable=False),
        _whole("unit_no", comment="the unit that imports"),
        _whole("no", comment="line of the file"),
        sa.Column("cells", postgresql.BYTEA(), nullable=True, comment="the row's cells, sealed"),
        _text("verdict", nullable=False),
        _text("rule", comment="by which it was matched"),
        sa.Column("score", sa.Double(), nullable=True),
        _text("target_noun"),
        _uuid("target_id"),
        _whole("target_version", nullable=True, comment="the base of the diff"),
        _uuid("person_id"),
        _json("flaws", "what is wrong: pointer and code, never the value"),
        _json("diff", "field by field; numbers by their last digits"),
        _json("candidates", "who the row may mean, with scores"),
        _text("decision"),
        _uuid("decided_target_id"),
        _text("outcome"),
        _uuid("made_id"),
        _whole("made_version", nullable=True, comment="of what was made or changed, when that was done"),
        sa.Column("trace", postgresql.BYTEA(), nullable=True, comment="how it is taken back, sealed"),
        _instant("done_at"),
        _one_of("import_row", "verdict", "create", "update", "unchanged", "review", "error"),
        _one_of("import_row", "decision", "create", "update", "skip"),
        _one_of(
            "import_row",
            "outcome",
            *("done", "requested", "waiting", "failed", "moved", "skipped", "undone", "spared"),
        ),
        _of_job("import_row"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        comment="Rows of a file; their cells are sealed",
    )
    op.create_index("uq_import_row_line", "import_row", ["import_id", "no"], unique=True)


def _pieces() -> None:
    op.create_table(
        "import_chunk",
        _uuid("import_id", nullable=False),
        _whole("no"),
        _whole("unit_no"),
        sa.Column(
            "sealed", postgresql.BYTEA(), nullable=False, comment="AES-256-GCM, bound to import, place and column"
        ),
        _of_job("import_chunk"),
        sa.PrimaryKeyConstraint("import_id", "no", name=op.f("pk_import_chunk")),
        comment="Files that are taken in, in sealed pieces",
    )
    op.create_table(
        "import_key",
        _uuid("import_id", nullable=False),
        sa.Column("key", postgresql.BYTEA(), nullable=False),
        _whole("no", comment="line of the file"),
        _of_job("import_key"),
        sa.PrimaryKeyConstraint("import_id", "key", name=op.f("pk_import_key")),
        comment="Keyed hashes of values that stand once in a file, while it is read",
    )
    op.execute("alter table import_chunk alter column sealed set storage external")


def upgrade() -> None:
    _mappings()
    _jobs()
    _rows()
    _pieces()
    raise_walls(POLICIES)
    for statement in (FACTS, ENTER):
        op.execute(statement)
    op.execute("revoke all on function import_facts(uuid), import_enter(uuid) from public")
    op.execute("grant execute on function import_facts(uuid), import_enter(uuid) to app_worker")
    op.execute("grant execute on function enqueue(text, text) to road_unit")
    op.execute("grant select, update on import_job to app_worker")
    op.execute("grant select, delete on import_chunk, import_row to app_worker")
    op.execute("grant select, insert, delete on import_key to app_worker")
    for table in WORKERS[:3]:
        op.execute(f"create policy app_worker on {table} for all to app_worker using (true)")


def downgrade() -> None:
    for table in WORKERS[:3]:
        op.execute(f"drop policy app_worker on {table}")
    op.execute("revoke execute on function enqueue(text, text) from road_unit")
    op.execute("drop function import_enter(uuid)")
    op.execute("drop function import_facts(uuid)")
    lower_walls(POLICIES)
    for table in ("import_key", "import_chunk", "import_row", "import_job", "import_mapping"):
        op.execute(f"drop table {table}")
