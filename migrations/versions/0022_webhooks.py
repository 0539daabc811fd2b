"""Webhooks: endpoints, secrets, standing, deliveries; and how the worker feeds them from what changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.kept import check, col, create_kept, ref, text, word_check
from migrations.policies import Policy, interval, lower_walls, of_unit, raise_walls

revision = "0022"
down_revision = "0021"

MINE = "select, insert, update"
SIDES = ("webhook_standing", "webhook_secret", "webhook_delivery")
POLICIES: tuple[Policy, ...] = (
    *of_unit("webhook_endpoint"),
    ("webhook_standing", "road_unit", MINE, interval("unit_no")),
    ("webhook_secret", "road_unit", f"{MINE}, delete", interval("unit_no")),
    ("webhook_delivery", "road_unit", MINE, interval("unit_no")),
    *((table, "road_made", "select", interval("unit_no")) for table in SIDES),
    *((table, "road_country", "select", "true") for table in SIDES),
)
KINDS = ("upsert", "delete", "entered_scope", "left_scope")
FAULTS = (
    *("answer", "timeout", "no_connection", "tls", "not_resolved"),
    *("address_not_public", "not_https", "not_signed"),
)

OWNERS = """
create function webhook_owners(p_endpoint uuid)
returns table (endpoint_id uuid, nouns text[], account_id uuid, account_no int, appointment_id uuid, role text,
               unit_id uuid, unit_no int, last_no int, level text)
language sql stable security definer set search_path = public as $$
  select e.id, e.nouns, a.id, a.no, p.id, p.role, u.id, u.no, u.last_no, u.level
  from webhook_endpoint e
  left join appointment p on p.id = e.appointment_id
       and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now()
       and exists (select from account a where a.id = p.account_id and a.state = 'active')
       and exists (select from unit u where u.id = p.unit_id and u.no = e.unit_no
                   and coalesce(u.valid_to >= (now() at time zone 'Asia/Ho_Chi_Minh')::date, true))
  left join account a on a.id = p.account_id
  left join unit u on u.id = p.unit_id
  where e.voided_at is null and (p_endpoint is null or e.id = p_endpoint)
    and (e.state = 'active' or exists (select from webhook_delivery d
                                       where d.endpoint_id = e.id and d.state = 'pending' and d.noun is null))
$$"""
"""Who answers for each endpoint today; without an account: nobody any more."""
FEED = """
create function feed_webhook(p_endpoint uuid, p_heard jsonb, p_now timestamptz) returns int
language plpgsql security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
declare
  s record;
  o record;
  e record;
  v_cluster bigint := (select system_identifier from pg_control_system());
  v_head bigint;
  v_below bigint;
  v_after bigint;
  v_from timestamptz;
  v_again boolean;
  v_rows int;
  v_made int := 0;
begin
  select * into s from webhook_standing where endpoint_id = p_endpoint for update skip locked;
  if not found then
    return 0;
  end if;
  select * into e from webhook_endpoint where id = p_endpoint and state = 'active' and voided_at is null;
  select * into o from webhook_owners(p_endpoint);
  if e.id is null or o.account_id is null then
    return 0;
  end if;
  if exists (select from jsonb_to_recordset(p_heard) h(road text) where h.road = 'grant') then
    perform set_config('app.grantees', '{' || (-o.account_no)::text || ',' || o.unit_no::text || '}', true);
    perform settle_grants();
  end if;
  v_head := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  if s.cluster = v_cluster and s.replay_from is null
     and not exists (select from row_change t where t.xid > s.told_xid and t.xid < v_head) then
    return 0;
  end if;
  -- first what is new; then, where asked for or on another server, what came since an instant
  for pass in 1 .. 2 loop
    if pass = 1 then
      continue when s.cluster <> v_cluster;
      v_after := s.told_xid;
      v_below := v_head;
      v_from := s.told_at - interval '1 day';
      v_again := false;
    else
      exit when s.cluster = v_cluster and s.replay_from is null;
      v_after := -1;
      v_below := case when s.cluster = v_cluster then v_head else 9223372036854775807 end;
      v_from := case when s.cluster = v_cluster then s.replay_from
                     else least(s.told_at - interval '1 day', s.replay_from) end;
      v_again := s.replay_from is not null;
    end if;
    insert into webhook_delivery (endpoint_id, unit_no, noun, subject_id, kind, row_version, sequence, occurred_at,
                                  next_at, recorded_at)
    select p_endpoint, e.unit_no, n.noun, n.subject_id, n.kind, n.version, n.seq, n.happened_at, p_now, p_now
    from (
      select distinct on (h.seq) h.* from (
        select t.seq, t.noun, t.subject_id, t.version, t.happened_at,
               case when t.kind = 'entered_scope' and t.other_unit_no between o.unit_no and w.hi then 'upsert'
                    else t.kind end as kind
        from row_change t
        join (select h.nouns, case when h.own then o.unit_no else o.last_no end as hi
              from jsonb_to_recordset(p_heard) h(road text, own boolean, nouns text[]) where h.road = 'unit') w
             on t.noun = any(w.nouns) and t.unit_no between o.unit_no and w.hi
        where t.xid > v_after and t.xid < v_below and t.happened_at >= v_from
          and not (t.kind = 'left_scope' and t.other_unit_no between o.unit_no and w.hi)
        union all
        select t.seq, t.noun, t.subject_id, t.version, t.happened_at,
               case t.kind when 'entered_scope' then 'upsert' else t.kind end
        from row_change t
        join (select h.nouns, case when h.own then o.unit_no else o.last_no end as hi
              from jsonb_to_recordset(p_heard) h(road text, own boolean, nouns text[]) where h.road = 'made') w
             on t.noun = any(w.nouns) and t.made_unit_no between o.unit_no and w.hi
        where t.xid > v_after and t.xid < v_below and t.happened_at >= v_from
        union all
        select t.seq, t.noun, t.subject_id, t.version, t.happened_at, t.kind
        from row_change t
        join jsonb_to_recordset(p_heard) h(road text, nouns text[]) on h.road = 'grant' and t.noun = any(h.nouns)
        where t.grantee in (o.unit_no, -o.account_no)
          and t.xid > v_after and t.xid < v_below and t.happened_at >= v_from
      ) h order by h.seq
    ) n
    where e.kinds = '{}' or n.kind = any(e.kinds)
    order by n.seq
    on conflict (endpoint_id, sequence) do update
      set state = 'pending', attempts = 0, first_attempt_at = null, delivered_at = null, next_at = p_now
      where v_again and webhook_delivery.state <> 'pending' and webhook_delivery.occurred_at >= s.replay_from;
    get diagnostics v_rows = row_count;
    v_made := v_made + v_rows;
  end loop;
  update webhook_standing set
    told_xid = v_head - 1, cluster = v_cluster, told_at = now(), replay_from = null
  where endpoint_id = p_endpoint;
  return v_made;
end
$$"""
CALLED = ("webhook_owners(uuid)", "feed_webhook(uuid, jsonb, timestamptz)")


def _instant(name: str, *, null: bool = True, comment: str | None = None) -> sa.Column[Any]:
    return col(name, sa.DateTime(timezone=True), null=null, comment=comment)


def _endpoints() -> None:
    create_kept(
        "webhook_endpoint",
        "Where a unit's own software is told of changes",
        text("url", null=False),
        col(
            "nouns",
            sa.ARRAY(sa.Text()),
            null=False,
            default="'{}'",
            comment="all that its owner may hear of where empty",
        ),
        col("kinds", sa.ARRAY(sa.Text()), null=False, default="'{}'"),
        text("description"),
        *ref("webhook_endpoint", "appointment_id", "appointment", null=False, comment="under whose rights it is told"),
        text("disabled_reason"),
        _instant("disabled_at"),
        text("state", null=False, default="'active'"),
        word_check("webhook_endpoint", "kinds", KINDS, many=True),
        word_check("webhook_endpoint", "disabled_reason", ("by_hand", "failing", "gone", "owner_ended")),
        word_check("webhook_endpoint", "state", ("active", "disabled")),
        of="unit",
    )


def _sides() -> None:
    op.create_table(
        "webhook_standing",
        *ref("webhook_standing", "endpoint_id", "webhook_endpoint", null=False),
        col("unit_no", sa.Integer(), null=False),
        col("told_xid", sa.BigInteger(), null=False, comment="every transaction up to here was told"),
        col("cluster", sa.BigInteger(), null=False, comment="the server whose transaction ids these are"),
        _instant("told_at", null=False),
        _instant("replay_from", comment="asked for, not yet done"),
        _instant("last_success_at"),
        _instant("failing_since", comment="the first fault after the last success"),
        _instant("paused_until", comment="the receiver cannot be reached"),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_webhook_standing")),
        comment="How far each webhook endpoint was told",
    )
    op.create_table(
        "webhook_secret",
        col("id", sa.UUID(), null=False, comment="UUIDv7, made by client or server"),
        *ref("webhook_secret", "endpoint_id", "webhook_endpoint", null=False),
        col("unit_no", sa.Integer(), null=False),
        col("sealed", sa.LargeBinary(), null=False, comment="AES-256-GCM, bound to this row"),
        _instant("made_at", null=False),
        _instant("valid_until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secret")),
        comment="Secrets that sign webhooks, sealed",
    )
    op.create_index(
        "uq_webhook_secret_current",
        "webhook_secret",
        ["endpoint_id"],
        unique=True,
        postgresql_where=sa.text("valid_until is null"),
    )
    op.create_index("ix_webhook_secret_endpoint", "webhook_secret", ["endpoint_id", "made_at"])


def _deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        col("id", sa.UUID(), null=False, default="gen_random_uuid()"),
        *ref("webhook_delivery", "endpoint_id", "webhook_endpoint", null=False),
        col("unit_no", sa.Integer(), null=False, comment="the endpoint's"),
        text("noun", comment="null for a ping"),
        col("subject_id", sa.UUID()),
        text("kind", null=False),
        col("row_version", sa.Integer()),
        col("sequence", sa.BigInteger(), comment="seq of the change feed"),
        _instant("occurred_at", null=False),
        text("state", null=False, default="'pending'"),
        col("attempts", sa.Integer(), null=False, default="0"),
        _instant("next_at", null=False),
        _instant("lease_until", comment="somebody is sending it"),
        _instant("first_attempt_at"),
        _instant("last_attempt_at"),
        _instant("delivered_at"),
        col("last_status", sa.Integer()),
        text("last_fault"),
        _instant("recorded_at", null=False),
        word_check("webhook_delivery", "state", ("pending", "delivered", "failed", "discarded")),
        word_check("webhook_delivery", "last_fault", FAULTS),
        check(
            "webhook_delivery",
            "of_a_row_or_a_ping",
            "(noun is null) = (kind = 'ping') and (noun is null) = (sequence is null)"
            " and (noun is null) = (subject_id is null)",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("endpoint_id", "sequence", name=op.f("uq_webhook_delivery_told_once")),
        comment="What endpoints were told: ids and numbers, nothing of a person",
    )
    pending = sa.text("state = 'pending'")
    op.create_index("ix_webhook_delivery_unit", "webhook_delivery", ["unit_no", "recorded_at", "id"])
    op.create_index("ix_webhook_delivery_endpoint", "webhook_delivery", ["endpoint_id", "recorded_at", "id"])
    op.create_index(
        "ix_webhook_delivery_due", "webhook_delivery", ["endpoint_id", "next_at", "sequence"], postgresql_where=pending
    )
    op.create_index(
        "ix_webhook_delivery_subject",
        "webhook_delivery",
        ["endpoint_id", "noun", "subject_id", "sequence"],
        postgresql_where=pending,
    )
    op.create_index(
        "ix_webhook_delivery_leased",
        "webhook_delivery",
        ["endpoint_id", "lease_until"],
        postgresql_where=sa.text("lease_until is not null"),
    )
    op.create_index(
        "ix_webhook_delivery_done", "webhook_delivery", ["recorded_at"], postgresql_where=sa.text("state <> 'pending'")
    )


def _worker() -> None:
    op.execute(
        "grant select, update (state, disabled_reason, disabled_at, version, updated_at)"
        " on webhook_endpoint to app_worker"
    )
    op.execute("grant select, update on webhook_standing to app_worker")
    op.execute("grant select, delete on webhook_secret to app_worker")
    op.execute("grant select, update, delete on webhook_delivery to app_worker")
    for table in ("webhook_endpoint", *SIDES):
        op.execute(f"create policy app_worker on {table} for all to app_worker using (true)")
    for statement in (OWNERS, FEED):
        op.execute(statement)
    op.execute(f"revoke all on function {', '.join(CALLED)} from public")
    op.execute(f"grant execute on function {', '.join(CALLED)} to app_worker")


def upgrade() -> None:
    _endpoints()
    _sides()
    _deliveries()
    raise_walls(POLICIES)
    _worker()


def downgrade() -> None:
    op.execute(f"drop function {', '.join(reversed(CALLED))}")
    for table in ("webhook_endpoint", *SIDES):
        op.execute(f"drop policy app_worker on {table}")
        op.execute(f"revoke all on {table} from app_worker")
    lower_walls(POLICIES)
    for table in (*reversed(SIDES), "webhook_endpoint"):
        op.drop_table(table)
