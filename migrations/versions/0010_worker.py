"""The queue of jobs (pgqueuer's own tables) and how a worker enters a unit's transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"

QUEUE = Path(__file__).resolve().parent.parent / "pgqueuer.sql"
"""As `pgq sql install` of pgqueuer 1.6.0 prints it; a later version comes by a migration of its own."""
TABLES = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")
LOOKED_AFTER = ("management_case", "discharge_notice", "handover")
"""Where the worker sees under which units there is work; a right without a policy would be no rows."""
ENTER = """
create function worker_enter(p_unit uuid, p_request text) returns void language plpgsql as $$
declare
  u record;
begin
  select id, no, last_no into u from unit where id = p_unit;
  perform set_config('app.account', '', true),
          set_config('app.appointment', '', true),
          set_config('app.unit', u.id::text, true),
          set_config('app.lo', u.no::text, true),
          set_config('app.hi', u.last_no::text, true),
          set_config('app.road', 'unit', true),
          set_config('app.request', p_request, true),
          set_config('app.purpose', '', true),
          set_config('plan_cache_mode', 'auto', true);
  perform set_config('role', 'road_unit', true);
end
$$"""
ENQUEUE = """
create function enqueue(p_entrypoint text, p_key text) returns void
language sql security definer set search_path = public as $$
  insert into pgqueuer (priority, status, entrypoint, dedupe_key)
  values (0, 'queued', p_entrypoint, p_key) on conflict do nothing
$$"""


def upgrade() -> None:
    for statement in _statements(QUEUE.read_text()):
        op.execute(statement)
    for statement in (ENTER, ENQUEUE):
        op.execute(statement)
    op.execute(f"grant select, insert, update, delete on {', '.join(TABLES)} to app_worker")
    op.execute("grant usage on all sequences in schema public to app_worker")
    op.execute("grant select on unit, law_state to app_worker")
    for table in LOOKED_AFTER:
        op.execute(f"grant select (unit_no) on {table} to app_worker")
        op.execute(f"create policy app_worker on {table} for select to app_worker using (true)")
    op.execute("grant select (key, recorded_at), delete on idempotency to app_worker")
    op.execute("create policy app_worker on idempotency for all to app_worker using (true)")
    op.execute("revoke all on function worker_enter(uuid, text), enqueue(text, text) from public")
    op.execute("grant execute on function worker_enter(uuid, text) to app_worker")
    op.execute("grant execute on function enqueue(text, text) to road_country, app_worker")


def _statements(script: str) -> list[str]:
    """The script cut where it ends a statement: at a semicolon that ends a line outside of a function's body."""
    found, current, inside = [], [], False
    for line in script.splitlines():
        if line.startswith("--") or not (line.strip() or inside):
            continue
        current.append(line)
        inside = inside != (line.count("$$") % 2 == 1)
        if not inside and line.rstrip().endswith(";"):
            found.append("\n".join(current))
            current = []
    return found


def downgrade() -> None:
    op.execute("revoke usage on all sequences in schema public from app_worker")
    for table in LOOKED_AFTER:
        op.execute(f"drop policy app_worker on {table}")
        op.execute(f"revoke select (unit_no) on {table} from app_worker")
    op.execute("drop policy app_worker on idempotency")
    op.execute("revoke all on idempotency from app_worker")
    op.execute("revoke all on unit, law_state from app_worker")
    op.execute("grant select on law_state to app_worker")
    op.execute("drop function enqueue(text, text)")
    op.execute("drop function worker_enter(uuid, text)")
    for table in TABLES:
        op.execute(f"drop table {table}")
    op.execute("drop function fn_pgqueuer_changed()")
    op.execute("drop type pgqueuer_status")
