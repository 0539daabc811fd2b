"""Centres and clinics: certificates, adherence, papers beside a notice, the alarm before a release.

Papers and certificates lie with the notice they belong to: its present receiver and its sender see them, nobody who
held it before. The reconciliation takes the days of grace from the rule book, by the day treatment ends.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.kept import check, col, ref, text, word_check
from migrations.policies import HI, LO, Policy, interval, lower_walls, raise_walls

revision = "0026"
down_revision = "0025"

ATTACHED = ("rehab_decision", "cv", "reintegration_plan", "certificate", "completion_paper", "other")
FUNDING = ("state_short_course", "rehab_budget", "loan", "sponsor", "employer", "own_means")
TABLES = ("notice_attachment", "training_certificate")


def beside_a_notice(table: str) -> tuple[Policy, ...]:
    """What belongs to a notice lies with it: the receiver reads, the sender works with it."""
    return (
        (table, "road_unit", "select", interval("unit_no")),
        (table, "road_made", "select, insert, update", interval("made_unit_no")),
        (table, "road_grant", "select", "false"),
        (table, "road_country", "select", "true"),
        (table, "road_transfer", "select, update", "true"),
    )


WALLS = tuple(policy for table in TABLES for policy in beside_a_notice(table))

LOCAL = "at time zone 'Asia/Ho_Chi_Minh'"
SAME_NUMBER = "m.id_number_blind = {0}.id_number_blind"
SAME_NAME = (
    "m.full_name = {0}.full_name and (m.born_on = {0}.born_on"
    " or (m.born_on is null or {0}.born_on is null) and m.completes_on = {0}.completes_on)"
)
GRACE_ENDS = """,
       {0}.completes_on + (select (r.value ->> 'n')::int from law_rule r where r.rule = 'reconciliation.grace'
         and coalesce(r.valid_from <= {0}.completes_on, true) and coalesce(r.valid_to >= {0}.completes_on, true)
         limit 1) as grace_ends_on"""
READERS = "road_unit, road_made, road_grant, road_country"


def reconciliation(more: str) -> str:
    """The view of 0024, with further columns of `{0}`."""
    return f"""
create view reconciliation with (security_invoker = true) as
select n.id, n.id as notice_id, null::uuid as reviewed_person_id, n.unit_no, n.made_unit_no, n.subject_id, n.person_id,
       n.full_name, n.treatment, n.completes_on, n.source, n.source_ref, n.recorded_at,
       case n.state when 'draft' then 'expected' else n.state end as standing,
       w.decision_id is not null as decided, w.delivered_at is not null as delivered,
       coalesce(w.contacted, false) as contacted, coalesce(w.ended, false) as ended,
       w.decided_at, w.delivered_at, w.first_contact_on,
       (greatest(coalesce(n.state_at, n.told_at, n.recorded_at), w.decided_at, w.delivered_at) {LOCAL})::date
         as since_on{more.format("n")}
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
       (greatest(e.recorded_at, e.decided_at, w.decided_at, w.delivered_at) {LOCAL})::date{more.format("e")}
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


DECIDED = f"""
create function decision_there(p_notice uuid) returns bool
language sql stable strict security definer set search_path = public as $$
  select exists (
    select from discharge_notice n join management_decision d on d.case_id = n.case_id
    where n.id = p_notice and d.state in ('signed', 'delivered', 'corrected')
      and (n.unit_no between {LO} and {HI} or n.made_unit_no between {LO} and {HI}))
$$"""
"""Whether the decision that a notice waits for is in force, wherever its case lies today: no word of it is told."""


def upgrade() -> None:
    _attachments()
    _certificates()
    raise_walls(WALLS)
    for table in TABLES:
        op.execute(f"select follow_changes('{table}')")
    op.execute("grant insert on vocational_support to road_transfer")
    op.add_column(
        "discharge_notice",
        sa.Column(
            "alarmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when both sides know that no decision is there; null: no alarm",
        ),
    )
    op.execute(DECIDED)
    op.execute("revoke execute on function decision_there(uuid) from public")
    op.execute("grant execute on function decision_there(uuid) to road_unit, road_made")
    _reports()
    _view(GRACE_ENDS)


def _attachments() -> None:
    name = "notice_attachment"
    op.create_table(
        name,
        *_beside(name),
        text("kind", null=False),
        text("format", null=False),
        text("media_type", null=False),
        col("size", sa.Integer(), null=False, comment="bytes"),
        text("sha256", null=False, comment="of the bytes in clear, hex"),
        col("sealed", postgresql.BYTEA(), null=False, comment="AES-256-GCM, bound to table, row and column"),
        *_traced(name),
        word_check(name, "kind", ATTACHED),
        check(name, "format", "format in ('pdf', 'jpeg', 'png')"),
        check(name, "size", "size between 1 and 10000000"),
        comment="Files that a sender attached to a notice; their bytes are sealed",
    )
    _indexed(name)


def _certificates() -> None:
    name = "training_certificate"
    op.create_table(
        name,
        *_beside(name),
        text("trade", null=False),
        text("school_name", null=False),
        text("certificate_number", null=False),
        col("enrolled_on", sa.Date(), null=False),
        col("finished_on", sa.Date(), null=False),
        col("certified_on", sa.Date(), null=False),
        text("funding", null=False),
        *ref(name, "vocational_support_id", "vocational_support", comment="what stands of it in the person's file"),
        *_traced(name),
        word_check(name, "funding", FUNDING),
        check(name, "days", "enrolled_on <= finished_on and finished_on <= certified_on"),
        comment="Certificates of a trade, of persons still in treatment",
    )
    _indexed(name)


def _beside(name: str) -> list[Any]:
    return [
        col("id", sa.UUID(), null=False, comment="UUIDv7, made by client or server"),
        col("version", sa.Integer(), null=False, default="1"),
        *ref(name, "notice_id", "discharge_notice", null=False),
        col("unit_no", sa.Integer(), null=False, comment="with whom the notice lies; moves with it"),
        col("made_unit_no", sa.Integer(), null=False, comment="who sent it; never moves"),
    ]


def _traced(name: str) -> list[Any]:
    return [
        text("source", null=False),
        text("source_ref", null=False, comment="the sender's own number"),
        col("recorded_at", sa.DateTime(timezone=True), null=False, default="now()"),
        col("recorded_by", sa.UUID()),
        col("voided_at", sa.DateTime(timezone=True)),
        text("void_reason"),
        check(name, "void_has_reason", "(voided_at is null) = (void_reason is null)"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def _indexed(name: str) -> None:
    op.create_index(f"ix_{name}_notice", name, ["notice_id", "recorded_at", "id"])
    op.create_index(f"ix_{name}_unit", name, ["unit_no", "recorded_at", "id"])
    op.create_index(
        op.f(f"ix_{name}_made_unit_no_source_source_ref"), name, ["made_unit_no", "source", "source_ref"], unique=True
    )


def _reports() -> None:
    at = sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True, comment="when the service told it itself")
    op.add_column("referral_follow_up", at)
    op.add_column("referral_follow_up", sa.Column("report_source", sa.Text(), nullable=True, comment="which service"))
    op.add_column("referral_follow_up", sa.Column("report_ref", sa.Text(), nullable=True, comment="its own number"))
    op.create_check_constraint(
        op.f("ck_referral_follow_up_report_whole"),
        "referral_follow_up",
        "(reported_at is null) = (report_source is null) and (reported_at is null) = (report_ref is null)",
    )
    op.create_index(
        op.f("ix_referral_follow_up_report_source_report_ref"),
        "referral_follow_up",
        ["report_source", "report_ref"],
        unique=True,
    )


def _view(more: str) -> None:
    op.execute("drop view reconciliation")
    op.execute(reconciliation(more))
    op.execute(f"grant select on reconciliation to {READERS}")
    op.execute("comment on view reconciliation is 'Everyone expected home, once a sender, with the step reached'")


def downgrade() -> None:
    _view("")
    op.drop_index(op.f("ix_referral_follow_up_report_source_report_ref"), table_name="referral_follow_up")
    op.drop_constraint(op.f("ck_referral_follow_up_report_whole"), "referral_follow_up")
    for column in ("report_ref", "report_source", "reported_at"):
        op.drop_column("referral_follow_up", column)
    op.execute("drop function decision_there(uuid)")
    op.drop_column("discharge_notice", "alarmed_at")
    op.execute("revoke insert on vocational_support from road_transfer")
    for table in TABLES:
        op.execute(f"select unfollow_changes('{table}')")
    lower_walls(WALLS)
    for table in reversed(TABLES):
        op.drop_table(table)
