"""The order of changes under writers that overlap, and grants that overlap with writers, each other and the clock.

A row's place in the feed is no longer its transaction's own id but the newest transaction that had ended when the row
was told, if that is higher: whoever changes a row after another comes behind them, whichever began first.

What a grant told is looked at once more when every transaction has ended that may not have seen the grant, or another
of the same person, being given or ended (`grant_telling`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.policies import GRANTEES

revision = "0027"
down_revision = "0026"

OWN = "(pg_current_xact_id()::text)::bigint"
ENDED = "((pg_snapshot_xmax(pg_current_snapshot())::text)::bigint - 1)"
BELOW = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
PLACE = f"GREATEST({OWN}, {ENDED})"

GRANT_TOLD = """
create or replace function grant_told() returns trigger
language plpgsql security definer set search_path = public as $$
declare
  want text[] := case when new.valid_from <= now() and now() < new.valid_to
                      then array['person'] || new.classes else '{}' end;
  told text[] := case when tg_op = 'UPDATE' and old.grantee = new.grantee then old.told else '{}' end;
  gone text[] := array(select unnest(told) except select unnest(want));
  come text[] := array(select unnest(want) except select unnest(told));
begin
  if tg_op = 'UPDATE' and old.grantee <> new.grantee then
    perform tell_lost(old.id, old.person_id, old.grantee, old.told, old.origin_id);
    insert into grant_telling (grant_id, person_id, grantee, nouns, origin_id)
    values (old.id, old.person_id, old.grantee, old.told, old.origin_id);
  end if;
  perform tell_lost(new.id, new.person_id, new.grantee, gone, new.origin_id);
  perform tell_granted(new.person_id, new.grantee, come, 'entered_scope', new.origin_id);
  if gone || come <> '{}' then
    insert into grant_telling (grant_id, person_id, grantee, nouns, origin_id)
    values (new.id, new.person_id, new.grantee, gone || come, new.origin_id);
  end if;
  new.told := want;
  return new;
end
$$"""
TELL_LOST = """
create function tell_lost(p_grant uuid, p_person uuid, p_grantee int, p_nouns text[], p_origin uuid) returns void
language plpgsql set search_path = public as $$
declare
  n text;
  other record;
begin
  foreach n in array p_nouns loop
    if not exists (select from access_grant g where g.person_id = p_person and g.grantee = p_grantee
                   and g.id <> p_grant and n = any(g.told)) then
      perform tell_granted(p_person, p_grantee, array[n], 'left_scope', p_origin);
    elsif own_circle(n, 't', '$3', '$4') like '%$4%' then
      perform tell_granted(p_person, p_grantee, array[n], 'left_scope', p_origin);
      for other in select g.origin_id from access_grant g where g.person_id = p_person and g.grantee = p_grantee
                   and g.id <> p_grant and n = any(g.told) loop
        perform tell_granted(p_person, p_grantee, array[n], 'entered_scope', other.origin_id);
      end loop;
    end if;
  end loop;
end
$$"""
"""What is out of sight with one grant. Where each grant shows rows of its own, as an addressed referral, those of the
others are told anew behind it."""
TELL_MISSED = """
create function tell_missed(p_person uuid, p_grantee int, p_noun text, p_origin uuid, p_from bigint, p_upto bigint)
returns void language plpgsql set search_path = public as $$
begin
  if to_regprocedure('tell_' || p_noun || '()') is not null then
    execute format(
      'insert into row_change (noun, subject_id, kind, version, person_id, grantee)'
      ' select %1$L, t.id, case when to_jsonb(t) ->> ''voided_at'' is null then ''upsert'' else ''delete'' end,'
      ' (to_jsonb(t) ->> ''version'')::int, $2, $3 from %1$I t where t.%2$I = $2 and t.id in'
      ' (select c.subject_id from row_change c where c.xid >= $1 and c.xid < $5 and c.noun = %1$L'
      '  and c.person_id = $2 and c.unit_no is not null)' || own_circle(p_noun, 't', '$3', '$4'),
      p_noun, case p_noun when 'person' then 'id' else 'person_id' end)
    using p_from, p_person, p_grantee, p_origin, p_upto;
  end if;
end
$$"""
SETTLE_TELLING = f"""
create function settle_telling(p_grantees int[]) returns void language plpgsql set search_path = public as $$
declare
  e record;
  n text;
  other record;
  covered boolean;
  alone boolean;
  below bigint := {BELOW};
  fresh boolean := pg_current_xact_id_if_assigned() is null;
begin
  for e in select * from grant_telling t where p_grantees is null or t.grantee = any(p_grantees)
           order by t.id for update skip locked loop
    if e.upto_place is null then
      update grant_telling set upto_place = pg_current_xact_id()::text::bigint where id = e.id and fresh;
    elsif e.upto_place <= below then
      alone := not exists (select from access_grant g where g.person_id = e.person_id and g.grantee = e.grantee
                           and g.id <> e.grant_id);
      foreach n in array e.nouns loop
        covered := false;
        for other in select g.origin_id from access_grant g where g.person_id = e.person_id and g.grantee = e.grantee
                     and n = any(g.told) loop
          if not alone and not covered then
            perform tell_granted(e.person_id, e.grantee, array[n], 'left_scope', e.origin_id);
          end if;
          covered := true;
          if alone then
            perform tell_missed(e.person_id, e.grantee, n, other.origin_id, e.from_place, e.upto_place);
          else
            perform tell_granted(e.person_id, e.grantee, array[n], 'entered_scope', other.origin_id);
          end if;
        end loop;
        if not covered and not alone then
          perform tell_granted(e.person_id, e.grantee, array[n], 'left_scope', e.origin_id);
        end if;
      end loop;
      delete from grant_telling where id = e.id;
    end if;
  end loop;
end
$$"""
"""First it is noted which transactions may have missed the grant: those below one that begins when the grant is seen.
When all have ended, what they told is told again.
Where a person is granted twice to the same, what is in sight now is told anew: neither saw what became of the other."""
BEGUN = "g.told = '{}' and g.valid_to > now() and g.valid_from <= now()"
OVER = "g.told <> '{}' and g.valid_to <= now()"
SETTLE_GRANTS = f"""
create or replace function settle_grants() returns boolean
language plpgsql security definer set search_path = public as $$
declare
  mine int[] := array(select unnest(nullif(current_setting('app.grantees', true), '')::int[]));
begin
  perform settle_telling(mine);
  update access_grant set told = told where id in (
    select g.id from access_grant g where g.grantee = any(mine) and ({BEGUN} or {OVER}) for update skip locked);
  return found;
end
$$"""
SETTLE_ALL_GRANTS = f"""
create function settle_all_grants() returns boolean
language plpgsql security definer set search_path = public as $$
declare
  due uuid[] := array(select g.id from access_grant g where {BEGUN} union all
                      select g.id from access_grant g where {OVER});
begin
  perform settle_telling(null);
  update access_grant set told = told where id in (
    select g.id from access_grant g where g.id = any(due) and ({BEGUN} or {OVER}) for update skip locked);
  return found or exists (select from grant_telling);
end
$$"""

GRANT_TOLD_BEFORE = """
create or replace function grant_told() returns trigger
language plpgsql security definer set search_path = public as $$
declare
  want text[] := case when new.valid_from <= now() and now() < new.valid_to
                      then array['person'] || new.classes else '{}' end;
  told text[] := case when tg_op = 'UPDATE' and old.grantee = new.grantee then old.told else '{}' end;
begin
  if tg_op = 'UPDATE' and old.grantee <> new.grantee then
    perform tell_granted(old.person_id, old.grantee, nouns_lost(old.id, old.person_id, old.grantee, old.told),
                         'left_scope', old.origin_id);
  end if;
  perform tell_granted(new.person_id, new.grantee,
                       nouns_lost(new.id, new.person_id, new.grantee,
                                  array(select unnest(told) except select unnest(want))),
                       'left_scope', new.origin_id);
  perform tell_granted(new.person_id, new.grantee, array(select unnest(want) except select unnest(told)),
                       'entered_scope', new.origin_id);
  new.told := want;
  return new;
end
$$"""
SETTLE_GRANTS_BEFORE = f"""
create or replace function settle_grants() returns boolean
language plpgsql security definer set search_path = public as $$
begin
  update access_grant set told = told where id in (
    select g.id from access_grant g
    where g.grantee = {GRANTEES} and (g.told <> '{{}}') <> (g.valid_from <= now() and now() < g.valid_to)
    for update skip locked);
  return found;
end
$$"""
NOUNS_LOST_BEFORE = """
create function nouns_lost(p_grant uuid, p_person uuid, p_grantee int, p_nouns text[]) returns text[]
language sql stable set search_path = public as $$
  select array(select unnest(p_nouns) except
               select unnest(g.told) from access_grant g
               where g.person_id = p_person and g.grantee = p_grantee and g.id <> p_grant)
$$"""
CLOSED = (
    "tell_lost(uuid, uuid, int, text[], uuid)",
    "tell_missed(uuid, int, text, uuid, bigint, bigint)",
    "settle_telling(int[])",
)
CALLERS = "app_rw, app_worker"


def upgrade() -> None:
    op.alter_column("row_change", "xid", server_default=sa.text(PLACE), comment="its place: read below xmin")
    op.create_table(
        "grant_telling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("grant_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("grantee", sa.Integer(), nullable=False, comment="as in access_grant"),
        sa.Column("nouns", sa.ARRAY(sa.Text()), nullable=False, comment="what came into sight or left it"),
        sa.Column("origin_id", sa.UUID(), nullable=True),
        sa.Column(
            "from_place",
            sa.BigInteger(),
            server_default=sa.text("(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"),
            nullable=False,
            comment="writers that may have missed it began here",
        ),
        sa.Column(
            "upto_place",
            sa.BigInteger(),
            nullable=True,
            comment="and have ended when all before this have; null: not known yet",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_telling")),
        comment="Grants of which somebody may have to be told once more",
    )
    op.execute("alter table grant_telling enable row level security")  # nobody's but the functions below
    for told, condition in (("begun", "told = '{}'"), ("over", "told <> '{}'")):
        op.create_index(f"ix_access_grant_{told}", "access_grant", ["valid_to"], postgresql_where=sa.text(condition))
    for function in (TELL_LOST, TELL_MISSED, SETTLE_TELLING, GRANT_TOLD, SETTLE_GRANTS, SETTLE_ALL_GRANTS):
        op.execute(function)
    op.execute("drop function nouns_lost(uuid, uuid, int, text[])")
    op.execute(f"revoke all on function {', '.join((*CLOSED, 'settle_all_grants()'))} from public")
    op.execute(f"grant execute on function settle_all_grants() to {CALLERS}")


def downgrade() -> None:
    op.execute(NOUNS_LOST_BEFORE)
    op.execute("revoke all on function nouns_lost(uuid, uuid, int, text[]) from public")
    for function in (GRANT_TOLD_BEFORE, SETTLE_GRANTS_BEFORE):
        op.execute(function)
    op.execute(f"drop function {', '.join((*CLOSED, 'settle_all_grants()'))}")
    for told in ("begun", "over"):
        op.drop_index(f"ix_access_grant_{told}", table_name="access_grant")
    op.drop_table("grant_telling")
    op.alter_column(
        "row_change",
        "xid",
        server_default=sa.text(OWN),
        comment=None,
        existing_comment="its place: read below xmin",
    )
