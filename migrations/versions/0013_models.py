"""Support models, organisations, volunteers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import Policy, interval, lower_walls, of_unit, raise_walls

revision = "0013"
down_revision = "0012"

REFERENCE = ("support_model_kind", "organisation")
"""Read by all wherever they stand, changed inside one's own interval only."""


def of_reference(table: str) -> tuple[Policy, ...]:
    return (
        (table, "road_unit", "select, insert, update", "true"),
        (table, "road_made", "select, update", "true"),
        (table, "road_grant", "select", "true"),
        (table, "road_country", "select", "true"),
    )


OF_MODEL = ("model_member", "model_partner", "model_review", "volunteer", "contribution")
"""What stands on the unit of its model; under a grant none of it is seen."""
WALLS = (
    *(policy for table in REFERENCE for policy in of_reference(table)),
    *(
        policy
        for table in ("support_model", *OF_MODEL)
        for policy in (*of_unit(table), (table, "road_grant", "select", "false"))
    ),
)
KINDS = (
    ("volunteer_team", "Đội công tác xã hội tình nguyện", "Volunteer social-work team", "2012-01-01"),
    ("counselling_point", "Điểm tư vấn, hỗ trợ tại cộng đồng", "Counselling point in the community", "2013-12-27"),
    ("club", "Câu lạc bộ (B93)", "Club (B93)", "1996-01-01"),
)
SEED = (
    "insert into support_model_kind (id, unit_no, made_unit_no, circle_no, code, name_vi, name_en, pilot, valid_from)"
    " values (md5('support_model_kind:{0}')::uuid, 0, 0, 0, '{0}', '{1}', '{2}', false, '{3}')"
)
OPEN = """
create function open_model_unit(p_id uuid, p_commune uuid, p_kind text, p_name text, p_on date) returns uuid
language plpgsql volatile security definer set search_path = public as $$
declare
  home unit;
  free int;
begin
  perform pg_advisory_xact_lock(7302001);
  select * into home from unit
  where id = p_commune and level = 'commune' and valid_to is null and no between {lo} and {hi};
  if not found or p_kind not in ('volunteer_team', 'counselling_point', 'club', 'pilot_model') then
    raise exception 'not a commune of today in reach' using errcode = 'DT003';
  end if;
  select coalesce(max(last_no), home.no) + 1 into free from unit where no > home.no and no <= home.last_no;
  if free > home.last_no then
    raise exception 'all numbers of the commune are given out' using errcode = 'DT002';
  end if;
  insert into unit (id, no, last_no, province_no, area_no, level, unit_type, name, parent_id, home_id, valid_from)
  values (p_id, free, free, home.province_no, home.area_no, 'organisation', p_kind, p_name, home.id, home.id, p_on);
  return p_id;
end
$$""".format(
    lo="nullif(current_setting('app.lo', true), '')::int", hi="nullif(current_setting('app.hi', true), '')::int"
)
"""A unit for the users of a model: the only way a unit comes into the tree through the API, and only inside a commune
of one's own interval."""
SERVES = """
create function model_serves(p_model uuid, p_unit int) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (
    select from support_model m join unit c on c.id = any(m.commune_ids)
    where m.id = p_model and m.voided_at is null and m.state <> 'planned' and p_unit between c.no and c.last_no)
$$"""
"""Those who work under a grant name the model they help through without seeing what stands in it."""

ACTIVITY = """
create function model_activity(p_model uuid, p_today date, p_months int)
returns table (month date, meetings bigint, contacts bigint)
language plpgsql stable security definer set search_path = public as $$
declare
  zone constant text := 'Asia/Ho_Chi_Minh';
begin
  return query
  select m.first, (
    select count(*) from club_session s
    where s.club_id = p_model and s.state = 'held' and s.voided_at is null
      and s.starts_at >= m.first::timestamp at time zone zone
      and s.starts_at < (m.first + interval '1 month') at time zone zone
  ), (
    select count(*) from counselling_contact k
    where k.support_model_id = p_model and k.voided_at is null
      and k.held_at >= m.first::timestamp at time zone zone
      and k.held_at < (m.first + interval '1 month') at time zone zone
  ) + (
    select count(*) from anonymous_contact k
    where k.support_model_id = p_model and k.voided_at is null
      and k.held_on >= m.first and k.held_on < m.first + interval '1 month')
  from (
    select (date_trunc('month', p_today::timestamp) - make_interval(months => k))::date as first
    from generate_series(1, p_months) k) m;
end
$$"""
"""Meetings and contacts of the whole months before a day, counted the same for whoever sees the model. The tables it
counts come with later migrations."""
SEAT = """
create function seat_model(p_model uuid, p_unit uuid) returns void
language plpgsql volatile security definer set search_path = public as $$
declare
  model support_model;
  seat int;
  place record;
begin
  select * into model from support_model where id = p_model and unit_no between {lo} and {hi} for update;
  select o.no into seat from unit o join unit c on c.level = 'commune' and o.no between c.no and c.last_no
  where o.id = p_unit and o.level = 'organisation' and o.valid_to is null and model.unit_no = c.no
    and o.no between {lo} and {hi};
  if seat is null then
    raise exception 'not an organisation of the commune of this model' using errcode = 'DT003';
  end if;
  update support_model set unit_no = seat, version = version + 1, updated_at = now() where id = p_model;
  for place in
    select r.relname, a.attname from pg_constraint k
    join pg_class r on r.oid = k.conrelid join pg_attribute a on a.attrelid = r.oid and a.attnum = k.conkey[1]
    where k.contype = 'f' and k.confrelid = 'support_model'::regclass and r.relnamespace = 'public'::regnamespace
      and exists (select from pg_attribute u where u.attrelid = r.oid and u.attname = 'unit_no' and not u.attisdropped)
      and not exists (select from pg_attribute p where p.attrelid = r.oid and p.attname in ('person_id', 'client_id')
                      and not p.attisdropped)
  loop
    execute format('update %I set unit_no = $1, version = version + 1 where %I = $2 and unit_no = $3',
                   place.relname, place.attname) using seat, p_model, model.unit_no;
  end loop;
end
$$""".format(
    lo="nullif(current_setting('app.lo', true), '')::int", hi="nullif(current_setting('app.hi', true), '')::int"
)
"""What stands in a model and is about nobody goes along: those who work at the unit see their model whole. Facts about
persons stay with the commune."""
FUNCTIONS = {
    "open_model_unit(uuid, uuid, text, text, date)": (OPEN, "road_unit"),
    "seat_model(uuid, uuid)": (SEAT, "road_unit"),
    "model_serves(uuid, int)": (SERVES, "road_unit, road_made, road_grant"),
    "model_activity(uuid, date, int)": (ACTIVITY, "road_unit, road_made, road_grant, road_country"),
}


def upgrade() -> None:
    _kinds()
    _models()
    _organisations()
    _people()
    _reviews()
    _contributions()
    for name, (sql, roads) in FUNCTIONS.items():
        op.execute(sql)
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to {roads}")
    raise_walls(WALLS)
    for table in REFERENCE:
        _bound(table)


def _bound(table: str) -> None:
    """Seen everywhere, written inside the interval: the check stands beside the condition."""
    op.execute(f"alter policy road_unit on {table} with check ({interval('unit_no')})")
    op.execute(f"alter policy road_made on {table} with check ({interval('made_unit_no')})")


def _kinds() -> None:
    create_kept(
        "support_model_kind",
        "Dated catalogue of the kinds of support models; pilots beside those that the plans name",
        col("code", sa.Text(collation="C"), null=False, comment="what support_model.kind names"),
        text("name_vi", null=False),
        text("name_en", null=False),
        col("pilot", sa.Boolean(), null=False, default="true"),
        text("legal_basis"),
        col("valid_from", sa.Date(), null=False),
        col("valid_to", sa.Date(), comment="last day"),
        check("support_model_kind", "days", "valid_to is null or valid_from <= valid_to"),
        sa.UniqueConstraint("code", name=op.f("uq_support_model_kind_code")),
        of="unit",
    )
    for kind in KINDS:
        op.execute(SEED.format(*kind))


def _models() -> None:
    name = "support_model"
    hosts = ("commune", "health_station", "mass_organisation", "school", "enterprise", "rehab_centre", "other")
    rhythms = ("weekly", "twice_a_month", "monthly", "every_two_months", "quarterly", "as_needed")
    create_kept(
        name,
        "Volunteer teams, counselling points, clubs and pilots of a commune",
        col("kind", sa.Text(collation="C"), null=False),
        sa.ForeignKeyConstraint(["kind"], ["support_model_kind.code"], name=op.f("fk_support_model_kind")),
        text("name", null=False),
        col("commune_ids", ARRAY(sa.UUID()), null=False, comment="served; its own commune is the first"),
        text("decision_number"),
        col("decision_on", sa.Date()),
        text("decision_by", comment="issuer"),
        col("founded_on", sa.Date()),
        text("host_kind"),
        text("host_name"),
        text("place"),
        text("regulations"),
        text("meeting_rhythm"),
        text("meeting_when", comment="day and hour, as people say it"),
        col("closed_on", sa.Date()),
        text("close_reason"),
        text("state", null=False, default="'planned'"),
        word_check(name, "host_kind", hosts),
        word_check(name, "meeting_rhythm", rhythms),
        word_check(name, "state", ("active", "closed", "planned")),
        check(name, "days", "founded_on <= closed_on"),
        check(name, "closing", "state <> 'closed' or (closed_on is not null and close_reason is not null)"),
        check(name, "serves", "cardinality(commune_ids) > 0"),
        of="unit",
    )
    op.create_index("ix_support_model_communes", name, ["commune_ids"], postgresql_using="gin")
    op.create_foreign_key(
        op.f("fk_assignment_support_model_id"), "assignment", "support_model", ["support_model_id"], ["id"]
    )


def _organisations() -> None:
    kinds = "school vocational_school employer enterprise sponsor mass_organisation fatherland_front policy_bank"
    services = "health_service legal_service social_service other"
    create_kept(
        "organisation",
        "Schools, employers, enterprises, sponsors, services; about nobody",
        text("name", null=False),
        text("kind", null=False),
        text("country", comment="ISO 3166-1 alpha-2, of a foreign one"),
        text("registration_number", comment="tax code or licence of the organisation"),
        text("address"),
        text("website"),
        text("note"),
        col("valid_from", sa.Date()),
        col("valid_to", sa.Date(), comment="last day"),
        word_check("organisation", "kind", f"{kinds} {services}".split()),
        check("organisation", "days", "valid_from <= valid_to"),
        of="unit",
    )
    _of_model(
        "model_partner",
        "The parts that organisations take in support models",
        *ref("model_partner", "organisation_id", "organisation", null=False),
        text("part", null=False),
        text("note"),
        *_days("model_partner"),
        word_check(
            "model_partner",
            "part",
            ("hosts", "advises", "teaches", "employs", "lends", "treats", "funds", "mobilises"),
        ),
    )
    op.create_index("ix_model_partner_organisation", "model_partner", ["organisation_id", "recorded_at", "id"])


def _of_model(name: str, comment: str, *parts: Any) -> None:
    create_kept(name, comment, *ref(name, "support_model_id", "support_model", null=False), *parts, of="unit")
    op.create_index(f"ix_{name}_model", name, ["support_model_id", "recorded_at", "id"])


def _days(name: str) -> tuple[Any, ...]:
    return (
        col("valid_from", sa.Date(), null=False),
        col("valid_to", sa.Date(), comment="last day"),
        check(name, "days", "valid_to is null or valid_from <= valid_to"),
    )


def _people() -> None:
    areas = "outreach counselling legal_advice health referral work_and_training loans family communication finance"
    roles = ("chair", "deputy_chair", "captain", "deputy", "secretary", "treasurer", "counsellor", "member")
    _of_model(
        "model_member",
        "Boards and teams of support models, dated; staff",
        text("full_name", null=False),
        *ref("model_member", "account_id", "account"),
        text("role", null=False),
        col("task_areas", ARRAY(sa.Text()), null=False, default="'{}'"),
        text("body", comment="the body that sent them"),
        *_days("model_member"),
        text("end_reason"),
        word_check("model_member", "role", roles),
        word_check("model_member", "task_areas", [*areas.split(), "reporting"], many=True),
    )
    op.execute(
        "alter table model_member add constraint ex_model_member_head exclude using gist"
        " (support_model_id with =, daterange(valid_from, valid_to, '[]') with &&)"
        " where (voided_at is null and role in ('chair', 'captain'))"
    )
    periods = "{role, since, until?}: active periods, the seat in each"
    _of_model(
        "volunteer",
        "Volunteers of teams, dated and separate from users",
        text("full_name", null=False),
        *ref("volunteer", "account_id", "account"),
        col("periods", JSONB(), null=False, default="'[]'", comment=periods),
        col("trainings", JSONB(), null=False, default="'[]'", comment="{topic, on, hours?, certificate?}"),
        text("note"),
        check("volunteer", "active_once", "jsonb_array_length(periods) > 0"),
    )


def _reviews() -> None:
    name = "model_review"
    _of_model(
        name,
        "Periodic reviews of support models",
        col("period_from", sa.Date()),
        col("period_to", sa.Date()),
        col("reviewed_on", sa.Date(), null=False),
        text("reviewed_by"),
        text("rating", null=False),
        text("results"),
        text("limits"),
        text("remedy"),
        col("remedy_due_on", sa.Date()),
        col("remedied_on", sa.Date()),
        *ref(name, "copied_from_id", name, comment="whose words it repeats"),
        word_check(name, "rating", ("good", "fair", "weak")),
        check(name, "remedy_has_day", "(remedy is null) = (remedy_due_on is null)"),
    )


def _contributions() -> None:
    name = "contribution"
    other = "case kind when 'money' then received_places else received_vnd end"
    _of_model(
        name,
        "What organisations pledge and give to support models; names nobody who is looked after",
        *ref(name, "organisation_id", "organisation", null=False),
        text("kind", null=False),
        text("purpose"),
        col("pledged_on", sa.Date(), null=False),
        col("pledged_vnd", sa.BigInteger()),
        col("pledged_places", sa.Integer()),
        col("due_on", sa.Date()),
        col("received_on", sa.Date()),
        col("received_vnd", sa.BigInteger()),
        col("received_places", sa.Integer()),
        col("withdrawn_on", sa.Date()),
        text("withdraw_reason"),
        text("state", null=False, default="'pledged'"),
        word_check(name, "kind", ("money", "training_places", "jobs")),
        word_check(name, "state", ("partly_received", "pledged", "received", "withdrawn")),
        check(name, "pledge", "case kind when 'money' then pledged_vnd else pledged_places end > 0"),
        check(name, "one_measure", "num_nonnulls(pledged_vnd, pledged_places) = 1"),
        check(name, "same_measure", f"num_nulls({other}) = 1"),
    )
    op.create_index("ix_contribution_organisation", name, ["organisation_id", "recorded_at", "id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_assignment_support_model_id"), "assignment")
    lower_walls(WALLS)
    for name in FUNCTIONS:
        op.execute(f"drop function {name}")
    for table in (*reversed(OF_MODEL), "organisation"):
        op.drop_table(table)
    op.drop_table("support_model")
    op.drop_table("support_model_kind")
