"""Exports: jobs, sealed pieces, the dated cap; and how the worker reads for who asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, interval, lower_walls, raise_walls

revision = "0023"
down_revision = "0022"

ROADS = ("road_unit", "road_made", "road_country")
POLICIES: tuple[Policy, ...] = (
    *(("export_job", road, "select, insert, update", interval("unit_no")) for road in ROADS[:2]),
    ("export_job", "road_country", "select, insert, update", "true"),
    *(("export_chunk", road, "select", interval("unit_no")) for road in ROADS[:2]),
    ("export_chunk", "road_country", "select", "true"),
)
"""A unit that has ended takes out its own period; so its road writes here too."""

FACTS = """
create function export_facts(p_export uuid)
returns table (account_id uuid, account_no int, user_name text, appointment_id uuid, role text, unit_id uuid,
               unit_name text, unit_no int, last_no int, level text, current boolean)
language sql stable security definer set search_path = public as $$
  select a.id, a.no, a.user_name, p.id, p.role, u.id, u.name, u.no, u.last_no, u.level,
         coalesce(u.valid_to >= (now() at time zone 'Asia/Ho_Chi_Minh')::date, true)
  from export_job j
  join appointment p on p.id = j.acting_appointment
       and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now()
  join account a on a.id = p.account_id and a.id = j.recorded_by and a.state = 'active'
  join unit u on u.id = p.unit_id
  where j.id = p_export
$$"""
ENTER = """
create function export_enter(p_export uuid, p_road text, p_own boolean) returns void language plpgsql as $$
declare
  f record;
begin
  select * into f from export_facts(p_export);
  if f.account_id is null then
    raise exception 'who asked for this export may no longer act' using errcode = 'DT001';
  end if;
  if p_road not in ('unit', 'made', 'grant', 'country') then
    raise exception 'no such road' using errcode = 'DT002';
  end if;
  perform set_config('app.account', f.account_id::text, true),
          set_config('app.appointment', f.appointment_id::text, true),
          set_config('app.unit', f.unit_id::text, true),
          set_config('app.lo', f.unit_no::text, true),
          set_config('app.hi', (case when p_own then f.unit_no else f.last_no end)::text, true),
          set_config('app.grantees', '{' || (-f.account_no)::text || ',' || f.unit_no::text || '}', true),
          set_config('app.road', p_road, true),
          set_config('app.request', 'export-' || p_export::text, true),
          set_config('app.purpose', (select j.purpose from export_job j where j.id = p_export), true),
          set_config('enable_bitmapscan', 'off', true),
          set_config('random_page_cost', '1.1', true),
          set_config('plan_cache_mode', 'force_custom_plan', true);
  perform set_config('role', 'road_' || p_road, true);
end
$$"""
"""The planner's settings are those of the service's own login: the same statements, the same plans."""


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


def _one_of(column: str, *words: str) -> Any:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_export_job_{column}"))


def _json(name: str, comment: str, default: str | None) -> Any:
    server = sa.text(default) if default else None
    return sa.Column(name, postgresql.JSONB(), nullable=default is None, server_default=server, comment=comment)


def _asked() -> tuple[Any, ...]:
    return (
        _whole("unit_no", comment="the unit that asks"),
        _text("collection", nullable=False, comment="the list, as its path names it"),
        _text("noun", nullable=False),
        _json("filters", "filters of the list, never personal", "'{}'"),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=False, comment="fields asked for"),
        _text("sort", nullable=False),
        _text("via", comment="another road to the rows"),
        _text("format", nullable=False),
        _text("purpose", nullable=False),
    )


def _made() -> tuple[Any, ...]:
    return (
        _text("state", nullable=False, default="'queued'"),
        _whole("rows", nullable=True),
        _whole("most", nullable=True, comment="the cap that held, in rows"),
        sa.Column("size", sa.BigInteger(), nullable=True, comment="bytes"),
        _text("sha256", comment="of the bytes in clear, hex"),
        _json("manifest", "filters, counts, checksums, who and why", None),
        _text("watermark", comment="the line that stands in the file"),
        _text("problem", comment="code of why there is no file"),
        _whole("pieces", default="0"),
        _whole("attempts", default="0"),
        _uuid("acting_appointment", nullable=False, comment="under whose rights the rows are read"),
        _uuid("approved_by"),
        *(_instant(name) for name in ("approved_at", "started_at", "finished_at", "expires_at")),
    )


def _jobs() -> None:
    op.create_table(
        "export_job",
        _uuid("id", nullable=False, comment="UUIDv7, made by client or server"),
        _whole("version", default="1"),
        *_asked(),
        *_made(),
        _text("source"),
        _text("source_ref"),
        _instant("recorded_at", now=True),
        _uuid("recorded_by", nullable=False),
        _instant("updated_at", now=True),
        _one_of("state", "awaiting", "done", "expired", "failed", "queued", "refused", "running"),
        _one_of("format", "csv", "jsonl", "xlsx"),
        _one_of("via", "grant", "made"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
        comment="Lists taken out as files: what, by whom, why",
    )
    op.create_index("ix_export_job_unit", "export_job", ["unit_no", "recorded_at", "id"])
    op.create_index("ix_export_job_recorded", "export_job", ["recorded_at", "id"])
    op.create_index(
        "ix_export_job_working",
        "export_job",
        ["updated_at"],
        postgresql_where=sa.text("state in ('queued', 'running', 'done')"),
    )
    op.create_index(op.f("ix_export_job_source_source_ref"), "export_job", ["source", "source_ref"], unique=True)


def _pieces() -> None:
    op.create_table(
        "export_chunk",
        _uuid("export_id", nullable=False),
        _whole("no"),
        _whole("unit_no"),
        sa.Column(
            "sealed", postgresql.BYTEA(), nullable=False, comment="AES-256-GCM, bound to export, place and column"
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export_job.id"], name=op.f("fk_export_chunk_export_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "no", name=op.f("pk_export_chunk")),
        comment="Files that are taken out, in sealed pieces",
    )
    op.execute("alter table export_chunk alter column sealed set storage external")


def _cap() -> None:
    op.create_table(
        "export_cap",
        sa.Column("valid_from", sa.Date(), nullable=False),
        _whole("rows"),
        sa.CheckConstraint("rows > 0", name=op.f("ck_export_cap_rows")),
        sa.PrimaryKeyConstraint("valid_from", name=op.f("pk_export_cap")),
        comment="How many rows leave without a unit above, from which day on",
    )
    op.execute("insert into export_cap (valid_from, rows) values ('2026-01-01', 20000)")


def upgrade() -> None:
    _jobs()
    _pieces()
    _cap()
    raise_walls(POLICIES)
    for statement in (FACTS, ENTER):
        op.execute(statement)
    op.execute("revoke all on function export_facts(uuid), export_enter(uuid, text, boolean) from public")
    op.execute("grant execute on function export_facts(uuid), export_enter(uuid, text, boolean) to app_worker")
    op.execute("grant execute on function enqueue(text, text) to road_made")
    op.execute("grant select on export_cap to app_worker")
    op.execute("grant select, update on export_job to app_worker")
    op.execute("grant select, insert, delete on export_chunk to app_worker")
    for table in ("export_job", "export_chunk"):
        op.execute(f"create policy app_worker on {table} for all to app_worker using (true)")


def downgrade() -> None:
    for table in ("export_job", "export_chunk"):
        op.execute(f"drop policy app_worker on {table}")
    op.execute("revoke execute on function enqueue(text, text) from road_made")
    op.execute("drop function export_enter(uuid, text, boolean)")
    op.execute("drop function export_facts(uuid)")
    lower_walls(POLICIES)
    for table in ("export_chunk", "export_cap", "export_job"):
        op.execute(f"drop table {table}")
