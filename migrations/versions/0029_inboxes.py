"""Inboxes of those who help, and what they report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.kept import check, col, create_kept, text, word_check
from migrations.policies import GRANTEES, STAYS, granted, interval, lower_walls, of_circle, raise_walls

revision = "0029"
down_revision = "0028"

REPORTS = of_circle("field_report")
REPORTED = ("moved_away", "absent", "came_back", "contact_lost", "safety_concern")
STATES = ("confirmed", "not_confirmed", "reported", "withdrawn")
ANSWERED = "('confirmed', 'not_confirmed')"
BEFORE = {"road_unit": interval("unit_no"), "road_made": interval("made_unit_no"), "road_country": "true"}
"""Who saw a task; since then, what is for a circle alone is seen on none of these roads."""
ADDRESSED = f"circle_no = {GRANTEES} and (person_id is null or {granted('task.person_id', 'task')})"
WORKS_FOR = """
create function works_for(p_grantee int, p_circle int) returns boolean
language sql stable security definer set search_path = public as $$
  select p_grantee = p_circle or (p_grantee < 0 and p_circle > 0 and exists (
    select from account a join appointment p on p.account_id = a.id and p.valid_from <= now()
      and coalesce(p.valid_to, 'infinity') > now()
    where a.no = -p_grantee and a.state = 'active'
      and p.unit_no between p_circle and (select u.last_no from unit u where u.no = p_circle)))
$$"""
"""Whether a grantee is the circle itself, or somebody with a post in it: who has been assigned in their own name keeps
what they do in the circle of their team."""
HOLDERS = """
create function task_holders(p_person uuid, p_circle int) returns setof int
language sql stable security definer set search_path = public as $$
  select p_circle where p_circle is not null and p_person is null
  union
  select case when g.grantee > 0 then p_circle else g.grantee end from access_grant g
  where p_circle is not null and g.person_id = p_person
    and g.valid_from <= now() and now() < g.valid_to and 'task' = any(g.classes)
    and (works_for(g.grantee, p_circle) or works_for(p_circle, g.grantee))
$$"""
"""Who has a task in sight today: the circle it is for where it sees the person, or those of it who do."""
ATTENDED = """
create function task_attended(p_person uuid, p_circle int) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select from task_holders(p_person, p_circle))
$$"""
"""Whether somebody who helps has the task in sight today; else it is the commune's alone."""
CIRCLE_OF = """
create function circle_of_account(p_account uuid) returns int
language sql stable security definer set search_path = public as $$
  select -no from account where id = p_account
$$"""
"""To whom what an account owns is addressed."""
OWN_SEATS = """
create function own_seats() returns table (id uuid, full_name text, periods jsonb, commune_id uuid)
language sql stable security definer set search_path = public as $$
  select v.id, v.full_name, v.periods, m.commune_ids[1] from volunteer v
  join support_model m on m.id = v.support_model_id
  where v.voided_at is null and v.account_id = nullif(current_setting('app.account', true), '')::uuid
$$"""
"""The seats in teams of volunteers that the caller holds or held, wherever the team stands."""
MEMBER_NAMED = """
create function member_named(p_club uuid, p_name text) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (
    select from club_membership m join person p on p.id = m.person_id
    where m.club_id = p_club and m.voided_at is null and m.state not in ('left', 'refused') and not m.namesake
      and vn_fold(p.full_name) = vn_fold(p_name))
$$"""
"""Whether somebody of this name is in the club or asked to join: the board are not members."""
DEFINERS = {
    ("works_for(int, int)", WORKS_FOR): "",
    ("task_holders(uuid, int)", HOLDERS): "",
    ("task_attended(uuid, int)", ATTENDED): "road_unit, road_made, road_grant, road_country",
    ("circle_of_account(uuid)", CIRCLE_OF): "road_transfer",
    ("own_seats()", OWN_SEATS): "road_grant",
    ("member_named(uuid, text)", MEMBER_NAMED): "road_unit",
}
OWN_CIRCLE = """
create function own_circle(p_table text, p_row text, p_grantee text, p_origin text) returns text
language sql stable set search_path = public as $$
  select coalesce((
    select format(' and (%1$s = %2$s.circle_no{in_person}%3$s)', p_grantee, p_row,
                  coalesce(' or ' || p_origin || ' = ' || p_row || '.'
                           || substring(p.qual from 'g[.]origin_id = [a-z_]+[.]([a-z_]+)'), ''){more})
    from pg_policies p
    where p.tablename = p_table and p.policyname = 'road_grant' and p.qual like '%circle_no%'), '')
$$"""
BEFORE_CIRCLE = (" or %1$s < 0", "")
AFTER_CIRCLE = (
    "%4$s",
    ", case when p.qual like '%grantee < 0%' then ' or ' || p_grantee || ' < 0' when p_table = 'task' then"
    " ' or works_for(' || p_grantee || ', ' || p_row || '.circle_no)' else '' end",
)
"""Who looks after a person in their own name sees every circle's rows, where the policy says so: of tasks those for
them and for the team they work in."""
TELL = """
create function tell_task() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'INSERT' then
    insert into row_change (noun, subject_id, kind, version, person_id, unit_no, other_unit_no, made_unit_no, grantee)
    select 'task', f.id, 'upsert', f.version, f.person_id, f.unit_no, null::int, f.made_unit_no, null::int
    from fresh f where not f.circle_only
    union all select 'task', f.id, 'upsert', f.version, f.person_id, null, null, null, h.grantee
    from fresh f, task_holders(f.person_id, f.circle_no) h(grantee);
  elsif tg_op = 'UPDATE' then
    insert into row_change (noun, subject_id, kind, version, person_id, unit_no, other_unit_no, made_unit_no, grantee)
    select 'task', f.id, case when s.unit_no <> f.unit_no then 'entered_scope' else 'upsert' end, f.version,
           f.person_id, f.unit_no, nullif(s.unit_no, f.unit_no), f.made_unit_no, null::int
    from fresh f join stale s on s.id = f.id where not f.circle_only
    union all select 'task', f.id, 'left_scope', f.version, f.person_id, s.unit_no, f.unit_no, null, null
    from fresh f join stale s on s.id = f.id where not f.circle_only and s.unit_no <> f.unit_no
    union all select 'task', f.id, case when s.circle_no is distinct from f.circle_no then 'entered_scope'
                                   else 'upsert' end, f.version, f.person_id, null, null, null, h.grantee
    from fresh f join stale s on s.id = f.id, task_holders(f.person_id, f.circle_no) h(grantee)
    union all select 'task', f.id, 'left_scope', f.version, f.person_id, null, null, null, h.grantee
    from fresh f join stale s on s.id = f.id, task_holders(s.person_id, s.circle_no) h(grantee)
    where s.circle_no is distinct from f.circle_no;
  else
    insert into row_change (noun, subject_id, kind, version, person_id, unit_no, other_unit_no, made_unit_no, grantee)
    select 'task', f.id, 'delete', f.version, f.person_id, f.unit_no, null::int, f.made_unit_no, null::int
    from stale f where not f.circle_only
    union all select 'task', f.id, 'delete', f.version, f.person_id, null, null, null, h.grantee
    from stale f, task_holders(f.person_id, f.circle_no) h(grantee);
  end if;
  return null;
end
$$"""
"""As `follow_changes` makes it, but the circle addressed is told, and units unless it is the circle's alone."""
TOLD = (
    ("inserted", "insert", "new table as fresh"),
    ("updated", "update", "old table as stale new table as fresh"),
    ("deleted", "delete", "old table as stale"),
)
CIRCLED = (
    "counselling_contact",
    "club_membership",
    "referral",
    "referral_follow_up",
    "reintegration_plan",
    "job_placement",
)
"""Whose tasks that stand open are addressed to the circle that wrote the row."""
HELPED = "'{counselling_contact,club_membership,referral,health_visit}'"


STAYED = (
    "create trigger rows_stay before update of person_id, unit_no, province_no, made_unit_no on task"
    " for each row execute function rows_stay()"
)


def _narrow(extra: str) -> None:
    for road, using in BEFORE.items():
        op.execute(f"drop policy {road} on task")
        op.execute(f"create policy {road} on task for all to {road} using (({using}){extra})")


def _stays() -> None:
    op.execute("drop trigger rows_stay on task")
    op.execute(STAYS.format(table="task"))


def _tasks() -> None:
    op.add_column("task", col("circle_no", sa.Integer(), comment="for whom: an organisation, or minus an account"))
    op.add_column(
        "task",
        col("circle_only", sa.Boolean(), null=False, default="false", comment="seen by that circle, and no unit"),
    )
    op.create_check_constraint(op.f("ck_task_circle_only"), "task", "circle_no is not null or not circle_only")
    op.create_index("ix_task_circle", "task", ["circle_no", "state", "due_at", "id"])
    _stays()
    _narrow(" and not circle_only")
    op.execute("grant select on task to road_grant")
    op.execute(f"create policy road_grant on task for all to road_grant using ({ADDRESSED})")


def _own_circle(in_person: str, more: str) -> None:
    op.execute("drop function own_circle(text, text, text, text)")
    op.execute(OWN_CIRCLE.replace("{in_person}", in_person).replace("{more}", more))
    op.execute("revoke all on function own_circle(text, text, text, text) from public")


def _functions() -> None:
    for (name, made), roads in DEFINERS.items():
        op.execute(made)
        op.execute(f"revoke all on function {name} from public")
        if roads:
            op.execute(f"grant execute on function {name} to {roads}")
    _own_circle(*AFTER_CIRCLE)
    op.execute("select unfollow_changes('task')")
    op.execute(TELL)
    op.execute("revoke all on function tell_task() from public")
    for when, event, tables in TOLD:
        op.execute(
            f"create trigger tell_{when} after {event} on task referencing {tables}"
            " for each statement execute function tell_task()"
        )


def _address_what_stands() -> None:
    """Grants and open tasks of before."""
    op.execute(
        "update access_grant set classes = array_append(classes, 'task')"
        f" where valid_to > now() and not 'task' = any(classes) and classes && {HELPED}::text[]"
    )
    for noun in CIRCLED:
        op.execute(
            f"update task t set circle_no = s.circle_no from {noun} s"
            f" where t.noun = '{noun}' and t.subject_id = s.id and t.state = 'open'"
        )
    op.execute(
        "update task t set circle_no = -a.no from plan_step s join account a on a.id = s.owner_account_id"
        " where t.noun = 'plan_step' and t.subject_id = s.id and t.state = 'open'"
    )


def _reports() -> None:
    create_kept(
        "field_report",
        "What those who help passed on, to be confirmed; it changes nothing by itself",
        text("kind", null=False),
        col("noticed_on", sa.Date(), null=False, comment="a day, never an hour or a place"),
        text("what", comment="in a few sober words"),
        text("state", null=False, default="'reported'"),
        col("answered_on", sa.Date()),
        text("answer"),
        word_check("field_report", "kind", REPORTED),
        word_check("field_report", "state", STATES),
        check("field_report", "answered_has_day", f"(state in {ANSWERED}) = (answered_on is not null)"),
        check("field_report", "days", "noticed_on <= answered_on"),
    )
    raise_walls(REPORTS)
    op.execute("select follow_changes('field_report')")
    op.execute(
        "update access_grant set classes = array_append(classes, 'field_report') where valid_to > now()"
        " and reason in ('assignment', 'case_assignment') and 'club_membership' = any(classes)"
    )


def upgrade() -> None:
    _reports()
    _tasks()
    _functions()
    _address_what_stands()


def downgrade() -> None:
    op.execute("select unfollow_changes('field_report')")
    lower_walls(REPORTS)
    op.drop_table("field_report")
    op.execute("select unfollow_changes('task')")
    _own_circle(*BEFORE_CIRCLE)
    op.execute(f"drop function {', '.join(name for name, _ in DEFINERS)}")
    op.execute("drop policy road_grant on task")
    op.execute("revoke all on task from road_grant")
    op.execute("delete from task where circle_only")
    _narrow("")
    op.drop_index("ix_task_circle", "task")
    op.drop_constraint(op.f("ck_task_circle_only"), "task")
    op.execute("drop trigger rows_stay on task")
    op.drop_column("task", "circle_only")
    op.drop_column("task", "circle_no")
    op.execute(STAYED)
    op.execute("select follow_changes('task')")
