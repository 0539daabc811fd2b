"""Who looks after whom: assignments, the grants that follow from them, and writing on the granted road."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import lower_walls, of_circle, raise_walls

revision = "0012"
down_revision = "0010"

WALLS = of_circle("assignment")
HOLD = """
create function hold_person(p_person uuid, p_class text)
returns table (id uuid, unit_no int, province_no int, voided boolean)
language sql volatile security definer set search_path = public as $$
  select p.id, p.unit_no, p.province_no, p.voided_at is not null from person p
  where p.id = p_person
    and exists (select from access_grant g
                where g.person_id = p.id
                  and g.grantee = any(nullif(current_setting('app.grantees', true), '')::int[])
                  and g.valid_from <= now() and now() < g.valid_to and p_class = any(g.classes))
  for share
$$"""
"""A hand-over waits for who writes under a grant; the roads themselves may lock no person they cannot change."""
STAYS = """
create or replace function rows_stay() returns trigger language plpgsql as $$
begin
  if current_user in ({roads}) then
    raise exception 'a row changes hands only by a hand-over' using errcode = '42501';
  end if;
  return new;
end
$$"""


def upgrade() -> None:
    op.execute(STAYS.format(roads="'road_unit', 'road_made', 'road_grant'"))
    op.add_column("access_grant", sa.Column("origin_id", sa.UUID(), nullable=True, comment="the row it comes from"))
    op.create_unique_constraint("uq_access_grant_origin_id", "access_grant", ["origin_id"])
    op.execute("grant insert on access_grant to road_transfer")
    create_kept(
        "assignment",
        "Who looks after whom",
        text("role", null=False),
        *ref("assignment", "account_id", "account"),
        *ref("assignment", "carer_unit_id", "unit"),
        col("support_model_id", sa.UUID()),
        col("valid_from", sa.Date(), null=False),
        col("valid_to", sa.Date(), comment="last day"),
        text("end_reason"),
        word_check("assignment", "role", ("counsellor", "volunteer", "health_station")),
        check("assignment", "one_carer", "num_nonnulls(account_id, carer_unit_id) = 1"),
        check("assignment", "days", "valid_to is null or valid_from <= valid_to"),
    )
    op.create_index("ix_assignment_account", "assignment", ["account_id", "valid_from"])
    op.execute(HOLD)
    op.execute("revoke all on function hold_person(uuid, text) from public")
    op.execute("grant execute on function hold_person(uuid, text) to road_grant")
    raise_walls(WALLS)


def downgrade() -> None:
    lower_walls(WALLS)
    op.execute("drop function hold_person(uuid, text)")
    op.drop_table("assignment")
    op.execute("revoke insert on access_grant from road_transfer")
    op.drop_constraint("uq_access_grant_origin_id", "access_grant")
    op.drop_column("access_grant", "origin_id")
    op.execute(STAYS.format(roads="'road_unit', 'road_made'"))
