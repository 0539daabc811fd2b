"""No need, no referral and no model falls silent: answers told by others are kept as told, idle needs are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.kept import check, word_check

revision = "0030"
down_revision = "0029"

SIGNS_IN = """
create function signs_in(p_unit_no int, p_roles text[]) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select from appointment p join account a on a.id = p.account_id and a.state = 'active'
                 where p.unit_no = p_unit_no and p.role = any(p_roles)
                   and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now())
$$"""
"""Whether somebody of a unit can answer for themselves; who they are is not told."""


def upgrade() -> None:
    op.add_column("referral", sa.Column("answered_by", sa.Text()))
    op.add_column("referral", sa.Column("told_on", sa.Date(), comment="when the answer was told"))
    for made in (
        word_check("referral", "answered_by", ("told_by_phone", "told_by_letter", "told_in_person")),
        check("referral", "told_on_a_day", "(answered_by is null) = (told_on is null)"),
    ):
        op.create_check_constraint(made.name, "referral", made.sqltext)
    op.execute(SIGNS_IN)
    op.execute("revoke all on function signs_in(int, text[]) from public")
    op.execute("grant execute on function signs_in(int, text[]) to road_unit, road_made, road_grant")
    op.execute("grant select (unit_no) on need to app_worker")
    op.execute("create policy app_worker on need for select to app_worker using (true)")


def downgrade() -> None:
    op.execute("drop policy app_worker on need")
    op.execute("revoke select (unit_no) on need from app_worker")
    op.execute("drop function signs_in(int, text[])")
    for name in ("told_on_a_day", "answered_by"):
        op.drop_constraint(op.f(f"ck_referral_{name}"), "referral")
    op.drop_column("referral", "told_on")
    op.drop_column("referral", "answered_by")
