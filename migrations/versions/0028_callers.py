"""Owners of endpoints and approvers of exports are told; lists leave as a stream and by personal filters too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

APPROVER = """
create function export_approver(p_unit_no int, p_roles text[]) returns int
language sql stable security definer set search_path = public as $$
  select u.no
  from unit me
  join unit u on (u.no < me.no and u.last_no >= me.no) or (u.no = me.no and me.level = 'country')
  where me.no = p_unit_no
    and coalesce(u.valid_to >= (now() at time zone 'Asia/Ho_Chi_Minh')::date, true)
    and exists (
      select from appointment p join account a on a.id = p.account_id and a.state = 'active'
      where p.unit_id = u.id and p.role = any(p_roles)
        and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now()
    )
  order by u.no desc limit 1
$$"""
"""The nearest unit above in which somebody may decide today; nobody's name, only its number."""


def upgrade() -> None:
    op.add_column(
        "export_job",
        sa.Column(
            "streamed",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="sent as it was read: no file is kept",
        ),
    )
    op.add_column(
        "export_job",
        sa.Column(
            "sealed_filters",
            sa.LargeBinary(),
            nullable=True,
            comment="AES-256-GCM, bound to this row: filters that may hold a name or a number",
        ),
    )
    op.execute(APPROVER)
    op.execute("revoke all on function export_approver(int, text[]) from public")
    op.execute("grant execute on function export_approver(int, text[]) to app_worker")
    op.execute("grant select on export_cap to road_unit, road_made, road_country")


def downgrade() -> None:
    op.execute("revoke select on export_cap from road_unit, road_made, road_country")
    op.execute("drop function export_approver(int, text[])")
    op.drop_column("export_job", "sealed_filters")
    op.drop_column("export_job", "streamed")
