"""Clubs: memberships, their history, sessions, attendance, evaluations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import HI, LO, lower_walls, of_own_circle, of_unit, raise_walls

revision = "0014"
down_revision = "0013"

OF_PERSONS = ("club_membership", "membership_event", "club_attendance", "progress_evaluation")
WALLS = (
    *(policy for table in OF_PERSONS for policy in of_own_circle(table)),
    *of_unit("club_session"),
    ("club_session", "road_grant", "select", "false"),
)
STATES = ("agreed", "asked", "invited", "joined", "left", "refused", "suspended")
AREAS = ("taking_part", "family", "work", "community", "daily_life")
LIVING = "voided_at is null"

NUMBER = """
create function club_number(p_club uuid, p_unit int) returns int
language sql stable security definer set search_path = public as $$
  select m.unit_no from support_model m
  join unit u on u.no = m.unit_no and u.level = 'organisation' and u.unit_type = 'club' and u.valid_to is null
  where m.id = p_club and m.kind = 'club' and m.state = 'active' and model_serves(m.id, p_unit)
$$"""
"""On which unit a running club stands that serves a commune. Who asks learns the number of a unit, nothing else."""
BOARD = """
create function namesake_on_board(p_club uuid, p_person uuid) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (
    select from model_member b join person p on p.id = p_person
    where b.support_model_id = p_club and b.voided_at is null and vn_fold(b.full_name) = vn_fold(p.full_name)
      and (now() at time zone 'Asia/Ho_Chi_Minh')::date between b.valid_from and coalesce(b.valid_to, 'infinity'))
$$"""
"""Staff lists know names and no persons of the register: an equal name is asked about."""
COUNTED = f"""
create function attendance_counted(p_session uuid) returns table (present int, excused int, absent int)
language sql stable security definer set search_path = public as $$
  select count(*) filter (where a.mark = 'present')::int, count(*) filter (where a.mark = 'excused')::int,
         count(*) filter (where a.mark = 'absent')::int
  from club_session s left join club_attendance a on a.session_id = s.id and a.voided_at is null
  where s.id = p_session and s.unit_no between {LO} and {HI}
$$"""
"""Who came stays counted with the session after members left or moved and went out of the club's sight."""
MONTH = f"""
create function support_month(p_model uuid, p_from date, p_until date)
returns table (support_model_id uuid, month date, sessions_planned int, sessions_held int, sessions_cancelled int,
               members int, joined int, "left" int, attended_persons int, attendances int, family_attendances int,
               evaluations_due int, evaluations_done int, counselled_persons int, counselling_contacts int,
               anonymous_clients int, anonymous_contacts int, referred_persons int, referrals_sent int,
               referrals_completed int)
language plpgsql stable security definer set search_path = public as $$
#variable_conflict use_column
declare
  ended date := (p_from + interval '1 month')::date;
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
    select distinct v.membership_id from moves v
    where v.to_state = 'joined' and v.on_day <= p_from and coalesce(v.until >= ended, true)
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
  select model.id, p_from,
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
     where e.month = p_from and e.voided_at is null)::int,
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
"""Figures without names, whole even where members have left or moved out of the asker's sight."""
CLOSED = """
create function club_closed() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  update access_grant g set valid_to = greatest(now(), g.valid_from) from club_membership m
  where m.club_id = new.id and g.origin_id = m.id and g.valid_to > now();
  return null;
end
$$"""
"""A club that closes sees nobody any more."""
CLOSES = """
create trigger club_closed after update of state, voided_at on support_model for each row
when (new.kind = 'club' and (new.state = 'closed' or new.voided_at is not null)) execute function club_closed()"""
FUNCTIONS = {
    "club_number(uuid, int)": (NUMBER, "road_unit, road_grant"),
    "namesake_on_board(uuid, uuid)": (BOARD, "road_unit, road_grant"),
    "support_month(uuid, date, date)": (MONTH, "road_unit, road_made, road_country"),
    "attendance_counted(uuid)": (COUNTED, "road_unit"),
}


def upgrade() -> None:
    _memberships()
    _events()
    _sessions()
    _attendances()
    _evaluations()
    for name, (sql, roads) in FUNCTIONS.items():
        op.execute(sql)
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to {roads}")
    op.execute(CLOSED)
    op.execute("revoke all on function club_closed() from public")
    op.execute(CLOSES)
    raise_walls(WALLS)


def _memberships() -> None:
    name = "club_membership"
    create_kept(
        name,
        "Voluntary memberships of clubs, separate from any decision",
        *ref(name, "club_id", "support_model", null=False),
        col("since", sa.Date(), null=False, comment="first day of the present state"),
        text("reason"),
        text("role", null=False, default="'member'"),
        col("namesake", sa.Boolean(), null=False, default="false", comment="of the same name as one of the board"),
        col("asked_on", sa.Date(), null=False),
        col("agreed_on", sa.Date()),
        text("agreed_by"),
        col("joined_on", sa.Date(), comment="for the first time"),
        col("left_on", sa.Date()),
        col("reading_code", BYTEA(), comment="keyed hash of the code that the member keeps"),
        text("state", null=False, default="'asked'"),
        word_check(name, "role", ("member", "group_leader", "peer_supporter")),
        word_check(name, "agreed_by", ("person", "representative")),
        word_check(name, "state", STATES),
        check(
            name,
            "agreed_first",
            "state in ('asked', 'refused') or (agreed_on is not null and agreed_by is not null)",
        ),
    )
    _unique("uq_club_membership_open", name, ("club_id", "person_id"), f"state not in ('left', 'refused') and {LIVING}")


def _unique(name: str, table: str, columns: tuple[str, ...], where: str) -> None:
    op.create_index(name, table, list(columns), unique=True, postgresql_where=sa.text(where))


def _of_membership(name: str) -> list[Any]:
    return ref(name, "membership_id", "club_membership", null=False)


def _by_membership(name: str) -> None:
    op.create_index(f"ix_{name}_membership", name, ["membership_id", "recorded_at", "id"])


def _events() -> None:
    name = "membership_event"
    create_kept(
        name,
        "Moves of memberships: a row each",
        *_of_membership(name),
        text("from_state"),
        text("to_state", null=False),
        col("happened_on", sa.Date(), null=False),
        text("reason"),
        word_check(name, "from_state", STATES),
        word_check(name, "to_state", STATES),
    )
    _by_membership(name)


def _sessions() -> None:
    name = "club_session"
    create_kept(
        name,
        "Meetings of clubs; nobody is named",
        *ref(name, "club_id", "support_model", null=False),
        col("starts_at", sa.DateTime(timezone=True), null=False),
        col("ends_at", sa.DateTime(timezone=True)),
        text("place"),
        text("topic", null=False),
        text("guests"),
        text("minutes"),
        text("reason"),
        col("present", sa.Integer()),
        col("excused", sa.Integer()),
        col("absent", sa.Integer()),
        col("family", JSONB(), null=False, default="'[]'"),
        col("family_members", sa.Integer(), comment="of members' families, counted"),
        text("state", null=False, default="'planned'"),
        word_check(name, "state", ("cancelled", "held", "planned")),
        check(name, "hours", "starts_at <= ends_at"),
        of="unit",
    )
    op.create_index("ix_club_session_club", name, ["club_id", "starts_at", "id"])


def _attendances() -> None:
    name = "club_attendance"
    create_kept(
        name,
        "Which members came to a session",
        *_of_membership(name),
        *ref(name, "session_id", "club_session", null=False),
        col("held_on", sa.Date(), null=False),
        text("mark", null=False),
        word_check(name, "mark", ("present", "excused", "absent")),
    )
    _by_membership(name)
    _unique("uq_club_attendance_living", name, ("session_id", "membership_id"), LIVING)


def _evaluations() -> None:
    name = "progress_evaluation"
    create_kept(
        name,
        "Monthly progress evaluations of club members",
        *_of_membership(name),
        col("month", sa.Date(), null=False, comment="its first day"),
        *(col(area, sa.Integer()) for area in AREAS),
        text("changed"),
        text("next_step"),
        col("read_by_member_at", sa.DateTime(timezone=True)),
        text("member_said"),
        *(check(name, area, f"{area} between 1 and 4") for area in AREAS),
        check(name, "month", "extract(day from month) = 1"),
    )
    _unique("uq_progress_evaluation_month", name, ("membership_id", "month"), LIVING)


def downgrade() -> None:
    lower_walls(WALLS)
    op.execute("drop trigger club_closed on support_model")
    op.execute("drop function club_closed()")
    for name in FUNCTIONS:
        op.execute(f"drop function {name}")
    for table in ("progress_evaluation", "club_attendance", "club_session", "membership_event", "club_membership"):
        op.drop_table(table)
