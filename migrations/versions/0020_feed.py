"""The change feed: what became of every row, written by triggers in the transaction of the change.

Each followed table tells by statement triggers, so that no way in can be forgotten: acts, what they bring along,
moving, sweeping, imports by set. Later migrations follow a new table with `select follow_changes('table')`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.policies import GRANTEES, Policy, interval, lower_walls, raise_walls

revision = "0020"
down_revision = "0019"

STAYS_OUT = ("unit", "journal_entry", "row_change")
"""With an id and a unit, and yet not followed: reference data, and records of what was done."""
POLICIES: tuple[Policy, ...] = (
    ("row_change", "road_unit", "select", interval("unit_no")),
    ("row_change", "road_made", "select", interval("made_unit_no")),
    ("row_change", "road_grant", "select", f"grantee = {GRANTEES}"),
    ("row_change", "road_country", "select", "true"),
)
READERS = "road_unit, road_made, road_grant, road_country"

LIVE = "g.valid_from <= now() and now() < g.valid_to"
OWN_CIRCLE = """
create function own_circle(p_table text, p_row text, p_grantee text, p_origin text) returns text
language sql stable set search_path = public as $$
  select coalesce((
    select format(' and (%1$s = %2$s.circle_no or %1$s < 0%3$s)', p_grantee, p_row,
                  coalesce(' or ' || p_origin || ' = ' || p_row || '.'
                           || substring(p.qual from 'g[.]origin_id = [a-z_]+[.]([a-z_]+)'), ''))
    from pg_policies p
    where p.tablename = p_table and p.policyname = 'road_grant' and p.qual like '%circle_no%'), '')
$$"""
"""What a grant must be besides to show a row, as its policy on the granted road has it (of_own_circle): nobody hears of
what they cannot see."""
FOLLOW = """
create function follow_changes(p_table text) returns void language plpgsql set search_path = public as $make$
declare
  has text[] := array(select attname::text from pg_attribute
                      where attrelid = p_table::regclass and attnum > 0 and not attisdropped);
  made text := case when p_table = 'person' then 'null::int'
                    when 'asked_unit_no' = any(has) then 'f.asked_unit_no'
                    when 'made_unit_no' = any(has) then 'f.made_unit_no' else 'f.unit_no' end;
  whose text := case when p_table = 'person' then 'f.id'
                     when 'person_id' = any(has) then 'f.person_id' else 'null::uuid' end;
  version text := case when 'version' = any(has) then 'f.version' else 'null::int' end;
  gone text := case when 'voided_at' = any(has) then 'f.voided_at is not null' else 'false' end;
  class text := case when p_table = 'person' then 'true' else format('%L = any(g.classes)', p_table) end
                || own_circle(p_table, 'f', 'g.grantee', 'g.origin_id');
  into_feed text := 'insert into row_change (noun, subject_id, kind, version, person_id, unit_no, other_unit_no,'
                    ' made_unit_no, grantee) ';
  kept text; moved text; granted text; lost text;
begin
  kept := format('select %L, f.id, case when %s then ''delete'' else ''upsert'' end, %s, %s, f.unit_no, null::int, %s,'
                 ' null::int from fresh f', p_table, gone, version, whose, made);
  moved := format('select %1$L, f.id, case when %2$s then ''delete'' when s.unit_no <> f.unit_no then ''entered_scope'''
                  ' else ''upsert'' end, %3$s, %4$s, f.unit_no, nullif(s.unit_no, f.unit_no), %5$s, null::int'
                  ' from fresh f join stale s on s.id = f.id'
                  ' union all select %1$L, f.id, ''left_scope'', %3$s, %4$s, s.unit_no, f.unit_no, null::int, null::int'
                  ' from fresh f join stale s on s.id = f.id where s.unit_no <> f.unit_no',
                  p_table, gone, version, whose, made);
  granted := case when whose like 'null%' then '' else format(
    ' union all select distinct %L, f.id, case when %s then ''delete'' else ''upsert'' end, %s, %s, null::int,'
    ' null::int, null::int, g.grantee from fresh f join access_grant g on g.person_id = %s and LIVE and %s',
    p_table, gone, version, whose, whose, class) end;
  lost := replace(replace(kept || granted, 'case when ' || gone || ' then ''delete'' else ''upsert'' end',
                          '''delete'''), 'fresh f', 'stale f');
  execute format($body$
create function %1$I() returns trigger language plpgsql security definer set search_path = public as $tell$
begin
  if tg_op = 'INSERT' then
    %2$s;
  elsif tg_op = 'UPDATE' then
    %3$s;
  else
    %4$s;
  end if;
  return null;
end
$tell$$body$, 'tell_' || p_table, into_feed || kept || granted, into_feed || moved || granted, into_feed || lost);
  execute format('revoke all on function %I() from public', 'tell_' || p_table);
  execute format('create trigger tell_inserted after insert on %I referencing new table as fresh'
                 ' for each statement execute function %I()', p_table, 'tell_' || p_table);
  execute format('create trigger tell_updated after update on %I referencing old table as stale new table as fresh'
                 ' for each statement execute function %I()', p_table, 'tell_' || p_table);
  execute format('create trigger tell_deleted after delete on %I referencing old table as stale'
                 ' for each statement execute function %I()', p_table, 'tell_' || p_table);
end
$make$""".replace("LIVE", LIVE)
"""What is told of a table: who holds a row is told, who held it, and to whom its person is granted."""
UNFOLLOW = """
create function unfollow_changes(p_table text) returns void language plpgsql set search_path = public as $$
begin
  execute format('drop function %I() cascade', 'tell_' || p_table);
end
$$"""
TELL_GRANTED = """
create function tell_granted(p_person uuid, p_grantee int, p_nouns text[], p_kind text, p_origin uuid) returns void
language plpgsql set search_path = public as $$
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
GRANT_TOLD = """
create function grant_told() returns trigger language plpgsql security definer set search_path = public as $$
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
NOUNS_LOST = """
create function nouns_lost(p_grant uuid, p_person uuid, p_grantee int, p_nouns text[]) returns text[]
language sql stable set search_path = public as $$
  select array(select unnest(p_nouns) except
               select unnest(g.told) from access_grant g
               where g.person_id = p_person and g.grantee = p_grantee and g.id <> p_grant)
$$"""
SETTLE_GRANTS = f"""
create function settle_grants() returns boolean language plpgsql security definer set search_path = public as $$
begin
  update access_grant set told = told where id in (
    select g.id from access_grant g
    where g.grantee = {GRANTEES} and (g.told <> '{{}}') <> (g.valid_from <= now() and now() < g.valid_to)
    for update skip locked);
  return found;
end
$$"""
CHANGES_STIRRED = """
create function changes_stirred(p_xid bigint, p_most int)
returns table (below bigint, pending boolean, looked bigint, noun text, unit_no int, made_unit_no int, grantee int)
language sql stable security definer set search_path = public as $$
  with s as materialized (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as below),
  n as materialized (select t.* from row_change t where t.xid > p_xid and t.xid < (select below from s)
                     order by t.xid, t.seq limit p_most),
  c as (select distinct t.noun, t.unit_no, t.made_unit_no, t.grantee from n t)
  select s.below, exists (select from row_change t where t.xid >= s.below), (select count(*) from n),
         c.noun, c.unit_no, c.made_unit_no, c.grantee from s left join c on true
$$"""
FORGET_CHANGES = """
create function forget_changes(p_now timestamptz) returns bigint
language plpgsql security definer set search_path = public as $$
declare
  days int := (select r.days from change_retention r
               where r.valid_from <= (p_now at time zone 'Asia/Ho_Chi_Minh')::date order by r.valid_from desc limit 1);
  cut bigint := coalesce((select t.xid from row_change t where t.happened_at >= p_now - make_interval(days => days)
                          order by t.xid, t.seq limit 1), pg_snapshot_xmin(pg_current_snapshot())::text::bigint);
  last bigint := (select max(t.xid) from row_change t where t.xid < cut);
  gone bigint;
begin
  delete from row_change t where t.xid <= last;
  get diagnostics gone = row_count;
  update change_horizon set cluster = (select system_identifier from pg_control_system()),
                            floor = case when cluster = (select system_identifier from pg_control_system())
                                         then greatest(floor, last + 1) else last + 1 end
  where gone > 0;
  return gone;
end
$$"""
FUNCTIONS = (
    OWN_CIRCLE,
    FOLLOW,
    UNFOLLOW,
    TELL_GRANTED,
    NOUNS_LOST,
    GRANT_TOLD,
    SETTLE_GRANTS,
    CHANGES_STIRRED,
    FORGET_CHANGES,
)
CALLED = {
    "settle_grants()": "road_grant",
    "changes_stirred(bigint, int)": "app_rw",
    "forget_changes(timestamptz)": "app_worker",
}
CLOSED = (
    "follow_changes(text)",
    "unfollow_changes(text)",
    "own_circle(text, text, text, text)",
    "tell_granted(uuid, int, text[], text, uuid)",
    "nouns_lost(uuid, uuid, int, text[])",
    "grant_told()",
)
FOLLOWED = f"""
select c.relname from pg_class c
join pg_attribute i on i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype
join pg_attribute u on u.attrelid = c.oid and u.attname = 'unit_no' and not u.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all('{{{",".join(STAYS_OUT)}}}')
order by c.relname"""


def upgrade() -> None:
    op.create_table(
        "row_change",
        sa.Column(
            "xid", sa.BigInteger(), server_default=sa.text("(pg_current_xact_id()::text)::bigint"), nullable=False
        ),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True, comment="whom the row is about, for the journal"),
        sa.Column("unit_no", sa.Integer(), nullable=True, comment="the unit that is told"),
        sa.Column("other_unit_no", sa.Integer(), nullable=True, comment="the unit from or to which it moved"),
        sa.Column("made_unit_no", sa.Integer(), nullable=True, comment="told too: under whom the row was made"),
        sa.Column("grantee", sa.Integer(), nullable=True, comment="told instead of a unit: as in access_grant"),
        sa.CheckConstraint(
            "kind in ('upsert', 'delete', 'entered_scope', 'left_scope')", name=op.f("ck_row_change_kind")
        ),
        sa.CheckConstraint("(unit_no is null) <> (grantee is null)", name=op.f("ck_row_change_addressed_once")),
        sa.PrimaryKeyConstraint("xid", "seq", name=op.f("pk_row_change")),
        comment="What became of each row, in commit order: the change feed",
    )
    op.create_index("ix_row_change_unit", "row_change", ["unit_no", "xid", "seq"])
    op.create_index(
        "ix_row_change_made",
        "row_change",
        ["made_unit_no", "xid", "seq"],
        postgresql_where=sa.text("made_unit_no is not null"),
    )
    op.create_index(
        "ix_row_change_grantee",
        "row_change",
        ["grantee", "xid", "seq"],
        postgresql_where=sa.text("grantee is not null"),
    )
    op.create_table(
        "change_horizon",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False, comment="the server whose transaction ids these are"),
        sa.Column("floor", sa.BigInteger(), nullable=False, comment="transactions below are forgotten"),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_horizon_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_horizon")),
        comment="From where on the change feed is kept",
    )
    op.create_table(
        "change_retention",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_change_retention_days")),
        sa.PrimaryKeyConstraint("valid_from", name=op.f("pk_change_retention")),
        comment="How long the change feed is kept, from which day on",
    )
    op.execute(
        "insert into change_horizon (cluster, floor)"
        " select system_identifier, pg_current_xact_id()::text::bigint from pg_control_system()"
    )
    op.execute("insert into change_retention (valid_from, days) values ('2026-01-01', 30)")
    op.add_column(
        "access_grant",
        sa.Column(
            "told",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="nouns that the grantee was told are in sight",
        ),
    )
    raise_walls(POLICIES)
    for function in FUNCTIONS:
        op.execute(function)
    op.execute(f"revoke all on function {', '.join((*CALLED, *CLOSED))} from public")
    for function, role in CALLED.items():
        op.execute(f"grant execute on function {function} to {role}")
    op.execute(f"grant select on change_horizon to {READERS}")
    op.execute(f"select follow_changes(t.relname::text) from ({FOLLOWED}) t")
    op.execute(
        "create trigger grant_told before insert or update of valid_from, valid_to, classes, grantee, told"
        " on access_grant for each row execute function grant_told()"
    )


def downgrade() -> None:
    op.execute("drop trigger grant_told on access_grant")
    op.execute(f"select unfollow_changes(t.relname::text) from ({FOLLOWED}) t")
    op.execute(f"drop function {', '.join((*CALLED, *CLOSED))}")
    lower_walls(POLICIES)
    op.drop_column("access_grant", "told")
    for table in ("change_retention", "change_horizon", "row_change"):
        op.drop_table(table)
