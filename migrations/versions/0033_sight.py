"""What a grant tells is told by statements that are planned once a session, not anew for each grant.

Each followed table of persons has a function of its own, beside the one that tells of its changes.
"""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"

FOLLOW_SIGHT = """
create function follow_sight(p_table text) returns void language plpgsql set search_path = public as $make$
declare
  has text[] := array(select attname::text from pg_attribute
                      where attrelid = p_table::regclass and attnum > 0 and not attisdropped);
  whose text := case when p_table = 'person' then 'id' when 'person_id' = any(has) then 'person_id' end;
begin
  if whose is null then
    return;
  end if;
  execute format($body$
create function %1$I(p_person uuid, p_grantee int, p_kind text, p_origin uuid) returns void
language plpgsql set search_path = public as $tell$
begin
  insert into row_change (noun, subject_id, kind, version, person_id, grantee)
  select %2$L, t.id, p_kind, %3$s, p_person, p_grantee from %2$I t where t.%4$I = p_person and %5$s%6$s;
end
$tell$$body$, 'sight_' || p_table, p_table,
    case when 'version' = any(has) then 't.version' else 'null::int' end, whose,
    case when 'voided_at' = any(has) then 't.voided_at is null' else 'true' end,
    own_circle(p_table, 't', 'p_grantee', 'p_origin'));
  execute format('revoke all on function %I(uuid, int, text, uuid) from public', 'sight_' || p_table);
end
$make$"""
FOLLOW = """
create function follow_changes(p_table text) returns void language plpgsql set search_path = public as $$
begin
  perform follow_rows(p_table);
  perform follow_sight(p_table);
end
$$"""
UNFOLLOW = """
create function unfollow_changes(p_table text) returns void language plpgsql set search_path = public as $$
begin
  execute format('drop function if exists %I(uuid, int, text, uuid)', 'sight_' || p_table);
  perform unfollow_rows(p_table);
end
$$"""
TELL_GRANTED = """
create or replace function tell_granted(p_person uuid, p_grantee int, p_nouns text[], p_kind text, p_origin uuid)
returns void language plpgsql set search_path = public as $$
declare
  noun text;
begin
  foreach noun in array p_nouns loop
    if to_regprocedure('sight_' || noun || '(uuid, int, text, uuid)') is not null then
      execute format('select %I($1, $2, $3, $4)', 'sight_' || noun) using p_person, p_grantee, p_kind, p_origin;
    end if;
  end loop;
end
$$"""
TELL_GRANTED_BEFORE = """
create or replace function tell_granted(p_person uuid, p_grantee int, p_nouns text[], p_kind text, p_origin uuid)
returns void language plpgsql set search_path = public as $$
declare
  noun text;
begin
  foreach noun in array p_nouns loop
    if to_regprocedure('tell_' || noun || '()') is not null then
      execute format(
        'insert into row_change (noun, subject_id, kind, version, person_id, grantee)'
        ' select %L, t.id, $1, (to_jsonb(t) ->> ''version'')::int, $2, $3 from %I t'
        ' where t.%I = $2 and to_jsonb(t) ->> ''voided_at'' is null' || own_circle(noun, 't', '$3', '$4'),
        noun, noun, case noun when 'person' then 'id' else 'person_id' end)
      using p_kind, p_person, p_grantee, p_origin;
    end if;
  end loop;
end
$$"""
FOLLOWED = """
do $$ begin
  perform follow_sight(substr(f.proname, 6)) from pg_proc f
  where f.proname like 'tell\\_%' and f.prorettype = 'trigger'::regtype and f.pronamespace = 'public'::regnamespace
  and to_regclass(substr(f.proname, 6)) is not null;
end $$"""
FORGOTTEN = """
do $$ declare one text; begin
  for one in select f.oid::regprocedure::text from pg_proc f
  where f.proname like 'sight\\_%' and f.pronamespace = 'public'::regnamespace loop
    execute 'drop function ' || one;
  end loop;
end $$"""


def upgrade() -> None:
    op.execute(FOLLOW_SIGHT)
    op.execute("revoke all on function follow_sight(text) from public")
    op.execute(FOLLOWED)
    for name, function in (("follow", FOLLOW), ("unfollow", UNFOLLOW)):
        op.execute(f"alter function {name}_changes(text) rename to {name}_rows")
        op.execute(function)
    op.execute(TELL_GRANTED)


def downgrade() -> None:
    op.execute(TELL_GRANTED_BEFORE)
    op.execute(FORGOTTEN)
    for name in ("follow", "unfollow"):
        op.execute(f"drop function {name}_changes(text)")
        op.execute(f"alter function {name}_rows(text) rename to {name}_changes")
    op.execute("drop function follow_sight(text)")
