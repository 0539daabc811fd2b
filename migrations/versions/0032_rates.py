"""A province enters its own rates, which two of its people agree on; the figures of a model are of any whole months."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.policies import ACCOUNT, HI, LO, interval, lower_walls, raise_walls

revision = "0032"
down_revision = "0030"

WALLS = (
    ("law_change", "road_unit", "select, insert, update", interval("unit_no")),
    ("law_change", "road_country", "select, insert, update", "true"),
)
SET_RATE = f"""
create function set_rate(p_change uuid, p_row jsonb) returns void
language plpgsql security definer set search_path = public as $$
begin
  if not exists (
    select from law_change c join unit u on u.no = c.unit_no and u.level = 'province'
    where c.id = p_change and c.unit_no between {LO} and {HI} and c.kind = 'rule' and c.state = 'proposed'
      and c.proposed_by <> {ACCOUNT} and p_row ->> 'rule' = 'pay.volunteer'
      and p_row ->> 'rule' = coalesce(c.payload ->> 'rule', c.payload ->> 'id')
      and p_row -> 'scope' ->> 'province' = u.code
      and p_row -> 'scope' ->> 'province' = c.payload -> 'scope' ->> 'province') then
    raise exception 'not a rate that another person of the province proposed' using errcode = '42501';
  end if;
  update law_rule set valid_to = (p_row ->> 'valid_from')::date - 1
  where rule = p_row ->> 'rule' and scope_key = p_row ->> 'scope_key' and valid_to is null
    and coalesce(valid_from, '-infinity') < (p_row ->> 'valid_from')::date;
  p_row := p_row || jsonb_build_object('change_id', p_change, 'recorded_at', now());
  insert into law_rule select * from jsonb_populate_record(null::law_rule, p_row);
  update law_state set version = version + 1;
end
$$"""
"""The only way by which a unit changes the rule book: one rule, of its own scope, proposed by somebody else."""

FIGURES = f"""
create function {{name}}
returns table (support_model_id uuid, month date, {{more}}sessions_planned int,
               sessions_held int, sessions_cancelled int,
               members int, joined int, "left" int, attended_persons int, attendances int, family_attendances int,
               evaluations_due int, evaluations_done int, counselled_persons int, counselling_contacts int,
               anonymous_clients int, anonymous_contacts int, referred_persons int, referrals_sent int,
               referrals_completed int)
language plpgsql stable security definer set search_path = public as $$
#variable_conflict use_column
declare
  ended date := {{ended}};
  since timestamptz := p_from::timestamp at time zone 'Asia/Ho_Chi_Minh';
  til timestamptz := p_until::timestamp at time zone 'Asia/Ho_Chi_Minh';
begin
  return query
  with model as (
    select m.id from support_model m where m.id = p_model and m.voided_at is null and m.unit_no between {LO} and {HI}
  ), moves as (
    select e.membership_id, e.person_id, e.from_state, e.to_state, e.happened_on as on_day,
           lead(e.happened_on) over (partition by e.membership_id order by e.happened_on, e.recorded_at, e.id) as until
    from membership_event e join club_membership c on c.id = e.membership_id
    where c.club_id = p_model and c.voided_at is null and e.voided_at is null
  ), whole as (
    {{whole}}
  ), sessions as (
    select s.* from club_session s
    where s.club_id = p_model and s.voided_at is null and s.starts_at >= since
      and s.starts_at < ended::timestamp at time zone 'Asia/Ho_Chi_Minh'
  ), came as (
    select a.person_id from club_attendance a join sessions s on s.id = a.session_id
    where a.mark = 'present' and a.voided_at is null
  ), talks as (
    select t.person_id from counselling_contact t
    where t.support_model_id = p_model and t.voided_at is null and t.held_at >= since and t.held_at < til
  ), coded as (
    select t.client_id from anonymous_contact t
    where t.support_model_id = p_model and t.voided_at is null and t.held_on >= p_from and t.held_on < p_until
  ), sent as (
    select r.person_id from referral r
    where r.support_model_id = p_model and r.voided_at is null and r.sent_at >= since and r.sent_at < til
  )
  select model.id, p_from,{{most}}
    (select count(*) from sessions s where s.state = 'planned')::int,
    (select count(*) from sessions s where s.state = 'held')::int,
    (select count(*) from sessions s where s.state = 'cancelled')::int,
    (select count(distinct v.person_id) from moves v
     where v.to_state = 'joined' and v.on_day < p_until and coalesce(v.until >= p_until, true))::int,
    (select count(distinct v.person_id) from moves v
     where v.to_state = 'joined' and v.from_state = 'invited' and v.on_day >= p_from and v.on_day < p_until)::int,
    (select count(distinct v.person_id) from moves v
     where v.to_state = 'left' and v.on_day >= p_from and v.on_day < p_until)::int,
    (select count(distinct a.person_id) from came a)::int,
    (select count(*) from came a)::int,
    (select coalesce(sum(s.family_members), 0) from sessions s)::int,
    (select count(*) from whole w)::int,
    (select count(*) from whole w join progress_evaluation e on e.membership_id = w.membership_id
     where e.month = {{evaluated}} and e.voided_at is null)::int,
    (select count(distinct t.person_id) from talks t)::int,
    (select count(*) from talks t)::int,
    (select count(distinct t.client_id) from coded t)::int,
    (select count(*) from coded t)::int,
    (select count(distinct r.person_id) from sent r)::int,
    (select count(*) from sent r)::int,
    (select count(*) from referral r where r.support_model_id = p_model and r.voided_at is null
     and r.state = 'completed' and r.closed_at >= since and r.closed_at < til)::int
  from model;
end
$$"""
"""As it was of one month, and of whole months: each person, client and session once, an evaluation for each month."""
OF_A_MONTH = {
    "name": "support_month(p_model uuid, p_from date, p_until date)",
    "ended": "(p_from + interval '1 month')::date",
    "more": "",
    "whole": """select distinct v.membership_id from moves v
    where v.to_state = 'joined' and v.on_day <= p_from and coalesce(v.until >= ended, true)""",
    "most": "",
    "evaluated": "p_from",
}
OF_MONTHS = {
    "name": "support_months(p_model uuid, p_from date, p_ended date, p_until date)",
    "ended": "p_ended",
    "more": "months int, members_in_all int, ",
    "whole": """select distinct v.membership_id, m.first::date as first
    from moves v, generate_series(p_from, ended - 1, interval '1 month') m(first)
    where v.to_state = 'joined' and v.on_day <= m.first and coalesce(v.until >= m.first + interval '1 month', true)""",
    "evaluated": "w.first",
    "most": """
    (select count(*) from generate_series(p_from, p_ended - 1, interval '1 month') m)::int,
    (select count(distinct v.person_id) from moves v
     where v.to_state = 'joined' and v.on_day < p_until and coalesce(v.until > p_from, true))::int,""",
}
MONTH, MONTHS = "support_month(uuid, date, date)", "support_months(uuid, date, date, date)"
UNREMINDED = """
create function unreminded() returns table
  (noun text, id uuid, person_id uuid, unit_no int, circle_no int, due_on date)
language sql stable security definer set search_path = public as $$
  select 'club_session', s.id, null::uuid, s.unit_no, s.circle_no, (s.starts_at at time zone 'Asia/Ho_Chi_Minh')::date
  from club_session s where s.state = 'planned' and s.voided_at is null
    and not exists (select from task k where k.noun = 'club_session' and k.subject_id = s.id)
  union all
  select 'health_visit', v.id, v.person_id, v.unit_no, v.circle_no, n.next_on
  from health_visit v
  cross join lateral (select h.next_on from health_note h where h.row_id = v.id and h.circle_no = v.circle_no
                      order by h.version desc limit 1) n
  where v.voided_at is null and n.next_on is not null
    and not exists (select from task k where k.noun = 'health_visit' and k.subject_id = v.id)
    and not exists (select from health_visit w where w.person_id = v.person_id and w.circle_no = v.circle_no
                    and w.voided_at is null and (w.visited_on, w.id) > (v.visited_on, v.id))
$$"""
"""What waits and was recorded before its kind of task was made: for the worker, who reads notes on no road."""


def _figures(old: str, new: str, made: dict[str, str]) -> None:
    op.execute(f"drop function {old}")
    op.execute(FIGURES.format(**made))
    op.execute(f"revoke all on function {new} from public")
    op.execute(f"grant execute on function {new} to road_unit, road_made, road_country")


def upgrade() -> None:
    _figures(MONTH, MONTHS, OF_MONTHS)
    whose = "the province whose rate it is; 0: of the whole country"
    op.add_column("law_change", sa.Column("unit_no", sa.Integer(), nullable=False, server_default="0", comment=whose))
    raise_walls(WALLS)
    op.execute(SET_RATE)
    op.execute("revoke all on function set_rate(uuid, jsonb) from public")
    op.execute("grant execute on function set_rate(uuid, jsonb) to road_unit")
    op.execute(UNREMINDED)
    op.execute("revoke all on function unreminded() from public")
    op.execute("grant execute on function unreminded() to app_worker")


def downgrade() -> None:
    _figures(MONTHS, MONTH, OF_A_MONTH)
    op.execute("drop function unreminded()")
    op.execute("drop function set_rate(uuid, jsonb)")
    lower_walls(WALLS)
    op.execute("grant select, insert, update on law_change to road_country")
    op.drop_column("law_change", "unit_no")
