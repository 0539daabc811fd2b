"""The second wall: roads as roles, one policy a table each; who may do what; chains that cannot break; the journal.

Rulings 1-3, scope.md §1. No policy holds an OR or calls a function per row; settings are read once per statement.
"""

from __future__ import annotations

from alembic import op

from migrations.policies import ACCOUNT, GRANTEES, ROADS, SUBJECT, granted, interval, lower_walls, raise_walls

revision = "0003"
down_revision = "0002"

FACTS = ("person_identifier", "person_phone", "residence")


# (table, role, privileges, using): the whole second wall in one table
POLICIES: tuple[tuple[str, str, str, str], ...] = (
    ("person", "road_unit", "select, insert, update", interval("unit_no")),
    ("person", "road_made", "select", "false"),
    ("person", "road_grant", "select", granted("person.id", None)),
    ("person", "road_country", "select", "true"),
    *(
        policy
        for fact in FACTS
        for policy in (
            (fact, "road_unit", "select, insert, update", interval("unit_no")),
            (fact, "road_made", "select, update", interval("made_unit_no")),
            (fact, "road_grant", "select", granted(f"{fact}.person_id", fact)),
            (fact, "road_country", "select", "true"),
        )
    ),
    ("responsibility", "road_unit", "select, insert, update", interval("unit_no")),
    ("responsibility", "road_made", "select", interval("unit_no")),
    ("responsibility", "road_grant", "select", granted("responsibility.person_id", "responsibility")),
    ("responsibility", "road_country", "select", "true"),
    ("person_token", "road_unit", "select, insert, delete", interval("unit_no")),
    ("person_token", "road_made", "select", "false"),
    ("person_token", "road_grant", "select", granted("person_token.person_id", None)),
    ("person_token", "road_country", "select", "true"),
    ("access_grant", "road_grant", "select", f"grantee = {GRANTEES}"),
    ("account", "road_unit", "select, insert, update", interval("unit_no")),
    ("account", "road_country", "select, insert, update", "true"),
    ("account", "road_journal", "select", interval("unit_no")),
    ("account", "road_access", "select", "true"),
    ("account", "service_auth", "select, update", "true"),
    ("appointment", "road_unit", "select, insert, update", interval("unit_no")),
    ("appointment", "road_country", "select, insert, update", "true"),
    ("appointment", "road_journal", "select", interval("unit_no")),
    ("appointment", "road_access", "select", interval("unit_no")),
    ("appointment", "service_auth", "select", "true"),
    ("session", "service_auth", "select, insert, update", "true"),
    ("sign_in_throttle", "service_auth", "select, insert, update, delete", "true"),
    *(("journal_entry", road, "insert", f"account_id is not distinct from {ACCOUNT}") for road in ROADS[:4]),
    ("journal_entry", "service_auth", "insert", f"account_id is not distinct from {ACCOUNT}"),
    ("journal_entry", "road_journal", "select, insert", interval("unit_no")),
    ("journal_entry", "road_access", "select, insert", f"{SUBJECT} = any(subject_ids)"),
    *(("idempotency", road, "select, insert", f"account_id = {ACCOUNT}") for road in ROADS[:4]),
    *(("outbox", road, "insert", "true") for road in ROADS[:4]),
)

FUNCTIONS = (
    """
create function actor_facts(p_session uuid, p_appointment uuid)
returns table (account_id uuid, account_no int, appointment_id uuid, role text, unit_id uuid, unit_no int,
               last_no int, level text, current boolean, fingerprint text)
language sql stable security definer set search_path = public as $$
  select a.id, a.no, p.id, p.role, u.id, u.no, u.last_no, u.level,
         coalesce(u.valid_to >= (now() at time zone 'Asia/Ho_Chi_Minh')::date, u.id is not null),
         md5(concat_ws('|', s.id, a.id, p.id, p.role, u.id, u.no, u.last_no, u.level, u.valid_to))
  from session s
  join account a on a.id = s.account_id and a.state = 'active'
  left join lateral (
    select * from appointment p
    where p.account_id = a.id and (p_appointment is null or p.id = p_appointment)
      and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now()
    order by p.valid_from, p.id limit 1
  ) p on true
  left join unit u on u.id = p.unit_id
  where s.id = p_session and s.ended_at is null and s.expires_at > now()
$$""",
    """
create function app_enter(p_session uuid, p_appointment uuid, p_fingerprint text, p_road text, p_own boolean,
                          p_request text, p_purpose text, p_subject text, p_mode text)
returns void language plpgsql as $$
declare
  f record;
begin
  select * into f from actor_facts(p_session, p_appointment);
  if f.fingerprint is distinct from p_fingerprint then
    raise exception 'the actor has changed' using errcode = 'DT001';
  end if;
  if p_road not in ('unit', 'made', 'grant', 'country', 'journal', 'access') then
    raise exception 'no such road' using errcode = 'DT002';
  end if;
  perform set_config('app.account', f.account_id::text, true),
          set_config('app.appointment', f.appointment_id::text, true),
          set_config('app.unit', f.unit_id::text, true),
          set_config('app.lo', f.unit_no::text, true),
          set_config('app.hi', (case when p_own then f.unit_no else f.last_no end)::text, true),
          set_config('app.grantees', '{' || (-f.account_no)::text || ',' || f.unit_no::text || '}', true),
          set_config('app.road', p_road, true),
          set_config('app.request', p_request, true),
          set_config('app.purpose', p_purpose, true),
          set_config('app.subject', p_subject, true),
          set_config('plan_cache_mode', p_mode, true);
  perform set_config('role', 'road_' || p_road, true);
end
$$""",
    """
create function journal_ids_of(p_subject uuid) returns setof bigint
language sql stable security definer set search_path = public as $$
  select j.id from journal_entry j where j.subject_ids @> array[p_subject]
$$""",
    """
create function posts_of(p_account uuid, p_lo int, p_hi int) returns table (role text, below boolean)
language sql stable security definer set search_path = public as $$
  select p.role, p.unit_no > p_lo and p.unit_no <= p_hi from appointment p
  where p.account_id = p_account and coalesce(p.valid_to, 'infinity') > now()
$$""",
    """
create function responsible_now(p_person uuid) returns int
language sql stable security definer set search_path = public as $$
  select r.unit_no from responsibility r where r.person_id = p_person and r.to_at is null
$$""",
    """
create function check_responsibility(p_person uuid) returns void
language plpgsql security definer set search_path = public as $$
declare
  broken boolean;
begin
  if not exists (select from person where id = p_person) then
    return;
  end if;
  select count(*) = 0
         or count(*) filter (where c.to_at is null) <> 1
         or bool_or(c.next_from is distinct from c.to_at)
         or not bool_or(c.to_at is null and c.unit_no = (select unit_no from person where id = p_person))
    into broken
  from (select to_at, unit_no, lead(from_at) over (order by from_at) as next_from
        from responsibility where person_id = p_person) c;
  if broken is not false then
    raise exception 'a person has exactly one responsible unit at every instant'
      using errcode = '23514', constraint = 'responsibility_chain';
  end if;
end
$$""",
    """
create function responsibility_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform check_responsibility(old.person_id);
  end if;
  if tg_op <> 'DELETE' then
    perform check_responsibility(new.person_id);
  end if;
  return null;
end
$$""",
    """
create function person_needs_responsibility() returns trigger language plpgsql as $$
begin
  perform check_responsibility(new.id);
  return null;
end
$$""",
    """
create function person_tokens_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from person_token where person_id = old.id;
  end if;
  insert into person_token (person_id, token, unit_no)
  select new.id, word, new.unit_no
  from unnest(vn_tokens(new.full_name || ' ' || array_to_string(new.aliases, ' '))) word;
  return null;
end
$$""",
    """
create function rows_stay() returns trigger language plpgsql as $$
begin
  if current_user in ('road_unit', 'road_made') then
    raise exception 'a row changes hands only by a hand-over' using errcode = '42501';
  end if;
  return new;
end
$$""",
    """
create function journal_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only' using errcode = '42501';
end
$$""",
)

TRIGGERS = (
    "create constraint trigger responsibility_chain after insert or update or delete on responsibility"
    " deferrable initially deferred for each row execute function responsibility_changed()",
    "create constraint trigger person_needs_responsibility after insert or update of unit_no on person"
    " deferrable initially deferred for each row execute function person_needs_responsibility()",
    "create trigger person_tokens_kept after insert or update of full_name, aliases, unit_no on person"
    " for each row execute function person_tokens_kept()",
    "create trigger journal_is_append_only before update or delete on journal_entry"
    " for each row execute function journal_is_append_only()",
    "create trigger journal_is_never_emptied before truncate on journal_entry"
    " for each statement execute function journal_is_append_only()",
)

DEFINERS = {
    "actor_facts(uuid, uuid)": "app_rw",
    "journal_ids_of(uuid)": "road_journal, road_access",
    "posts_of(uuid, int, int)": "road_unit, road_country",
    "responsible_now(uuid)": "road_unit",
    "check_responsibility(uuid)": "road_unit",
}


def upgrade() -> None:
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)
    for function, roles in DEFINERS.items():
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to {roles}")
    raise_walls(POLICIES)
    for table in ("unit", "unit_lineage"):
        op.execute(f"grant select on {table} to {', '.join(ROADS)}, service_auth")


def downgrade() -> None:
    lower_walls(POLICIES)
    for table in ("unit", "unit_lineage"):
        op.execute(f"revoke all on {table} from {', '.join(ROADS)}, service_auth")
    for name, table in (
        ("journal_is_never_emptied", "journal_entry"),
        ("journal_is_append_only", "journal_entry"),
        ("person_tokens_kept", "person"),
        ("person_needs_responsibility", "person"),
        ("responsibility_chain", "responsibility"),
    ):
        op.execute(f"drop trigger {name} on {table}")
    for function in (
        "rows_stay()",
        "journal_is_append_only()",
        "person_tokens_kept()",
        "person_needs_responsibility()",
        "responsibility_changed()",
        "check_responsibility(uuid)",
        "responsible_now(uuid)",
        "posts_of(uuid, int, int)",
        "journal_ids_of(uuid)",
        "app_enter(uuid, uuid, text, text, boolean, text, text, text, text)",
        "actor_facts(uuid, uuid)",
    ):
        op.execute(f"drop function {function}")
