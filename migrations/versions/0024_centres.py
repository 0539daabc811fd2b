"""Rehabilitation centres and clinics: everyone expected, with the step reached on the way from a centre to the commune.

A view over notices and reviewed persons, read under their own policies; how far the case came is told by a function
that looks up nothing but notices and entries of the caller's own interval. The sender hands over the decision and keeps
the minutes under the role of hand-overs, inside an act on a notice of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.policies import HI, LO

revision = "0024"
down_revision = "0023"

LOCAL = "at time zone 'Asia/Ho_Chi_Minh'"
WAY = f"""
create function way_home(p_origin uuid) returns table (
  ended bool, decision_id uuid, decided_at timestamptz, delivered_at timestamptz, contacted bool, first_contact_on date
) language sql stable strict security definer set search_path = public as $$
  with o as (
    select n.case_id, n.person_id, n.completes_on from discharge_notice n
    where n.id = p_origin and n.state = 'accepted'
      and (n.unit_no between {LO} and {HI} or n.made_unit_no between {LO} and {HI})
    union all
    select e.case_id, e.found_person_id, e.completes_on from reviewed_person e
    where e.id = p_origin and e.outcome = 'opens_case'
      and (e.unit_no between {LO} and {HI} or e.asked_unit_no between {LO} and {HI})
  )
  select c.state in ('completed', 'removed', 'annulled'), d.id, d.signed_at, d.delivered_at,
         k.held_on is not null, case when k.unit_no between {LO} and {HI} then k.held_on end
  from o
  left join management_case c on c.id = o.case_id
  left join management_decision d on d.case_id = c.id and d.state in ('signed', 'delivered', 'corrected')
  left join lateral (
    select (k.held_at {LOCAL})::date as held_on, k.unit_no from counselling_contact k
    where k.person_id = o.person_id and k.voided_at is null
      and k.held_at >= (o.completes_on::timestamp {LOCAL})
    order by k.held_at limit 1) k on true
$$"""
SAME_NUMBER = "m.id_number_blind = {0}.id_number_blind"
SAME_NAME = (
    "m.full_name = {0}.full_name and (m.born_on = {0}.born_on"
    " or (m.born_on is null or {0}.born_on is null) and m.completes_on = {0}.completes_on)"
)
"""Where no number joins them: one sender's same name and birth; where a birth is unknown, the same last day."""
# `+ 0` keeps the sender from being looked up: the number finds one row, the sender all of its own, for each of its own
RECONCILIATION = f"""
create view reconciliation with (security_invoker = true) as
select n.id, n.id as notice_id, null::uuid as reviewed_person_id, n.unit_no, n.made_unit_no, n.subject_id, n.person_id,
       n.full_name, n.treatment, n.completes_on, n.source, n.source_ref, n.recorded_at,
       case n.state when 'draft' then 'expected' else n.state end as standing,
       w.decision_id is not null as decided, w.delivered_at is not null as delivered,
       coalesce(w.contacted, false) as contacted, coalesce(w.ended, false) as ended,
       w.decided_at, w.delivered_at, w.first_contact_on,
       (greatest(coalesce(n.state_at, n.told_at, n.recorded_at), w.decided_at, w.delivered_at) {LOCAL})::date
         as since_on
from discharge_notice n
left join lateral way_home(case n.state when 'accepted' then n.id end) w on true
where not exists (
  select from discharge_notice m where m.made_unit_no + 0 = n.made_unit_no and {SAME_NUMBER.format("n")}
    and (m.state <> 'cancelled', m.recorded_at, m.id) > (n.state <> 'cancelled', n.recorded_at, n.id))
union all
select e.id, e.notice_id, e.id, e.unit_no, coalesce(e.asked_unit_no, e.made_unit_no), e.subject_id, e.found_person_id,
       e.full_name, e.treatment, e.completes_on, null, null, e.recorded_at,
       case e.outcome when 'opens_case' then 'accepted' when 'not_ours' then 'not_ours' else 'expected' end,
       w.decision_id is not null, w.delivered_at is not null, coalesce(w.contacted, false), coalesce(w.ended, false),
       w.decided_at, w.delivered_at, w.first_contact_on,
       (greatest(e.recorded_at, e.decided_at, w.decided_at, w.delivered_at) {LOCAL})::date
from reviewed_person e
left join lateral way_home(case e.outcome when 'opens_case' then e.id end) w on true
where not exists (
  select from discharge_notice m
  where m.made_unit_no + 0 = coalesce(e.asked_unit_no, e.made_unit_no) and {SAME_NUMBER.format("e")})
  and not exists (
  select from discharge_notice m
  where m.made_unit_no + 0 = coalesce(e.asked_unit_no, e.made_unit_no) and {SAME_NAME.format("e")})
  and not exists (
  select from reviewed_person m
  where m.asked_unit_no + 0 = e.asked_unit_no and {SAME_NUMBER.format("e")}
    and (m.outcome = 'opens_case', m.recorded_at, m.id) > (e.outcome = 'opens_case', e.recorded_at, e.id))
"""
READERS = "road_unit, road_made, road_grant, road_country"
KEPT_BY_THE_SENDER = ("decision_delivery", "case_event", "case_document")
REFERENCE = "law_state, law_rule, calendar_day"


def upgrade() -> None:
    op.add_column(
        "discharge_notice",
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True, comment="of its latest move"),
    )
    op.execute("update discharge_notice set state_at = coalesce(received_at, told_at)")
    for table, column in (("discharge_notice", "made_unit_no"), ("reviewed_person", "asked_unit_no")):
        op.create_index(f"ix_{table}_number", table, ["id_number_blind", column])
    op.execute(WAY)
    op.execute("revoke execute on function way_home(uuid) from public")
    op.execute(f"grant execute on function way_home(uuid) to {READERS}")
    op.execute(RECONCILIATION)
    op.execute(f"grant select on reconciliation to {READERS}")
    op.execute("comment on view reconciliation is 'Everyone expected home, once a sender, with the step reached'")
    for table in KEPT_BY_THE_SENDER:
        op.execute(f"grant insert on {table} to road_transfer")
    op.execute(f"grant select on {REFERENCE} to road_transfer")


def downgrade() -> None:
    op.execute(f"revoke select on {REFERENCE} from road_transfer")
    for table in KEPT_BY_THE_SENDER:
        op.execute(f"revoke insert on {table} from road_transfer")
    op.execute("drop view reconciliation")
    op.execute("drop function way_home(uuid)")
    for table in ("discharge_notice", "reviewed_person"):
        op.drop_index(f"ix_{table}_number", table_name=table)
    op.drop_column("discharge_notice", "state_at")
