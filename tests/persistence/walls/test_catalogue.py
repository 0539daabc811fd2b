"""What the database itself says about the second wall: nobody forgot a table, nothing runs around the policies."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
import pytest
from sqlmodel import SQLModel

import persistence.registry  # noqa: F401 - brings every table into the metadata
from persistence.pools import UnsafeRoleError, open_pool, refuse_unsafe_role
from tests.persistence.walls.model import TABLES

ROOT = Path(__file__).resolve().parents[3]
SCOPED = {"unit_no", "made_unit_no", "person_id", "grantee", "account_id", "subject_id"}
"""A table with one of these columns says something about a person or a unit."""
OURS = "relnamespace = 'public'::regnamespace"
DEFINERS = {
    "actor_facts(uuid,uuid)": {"app_rw"},
    "enqueue(text,text)": {"road_country", "road_unit", "road_made", "app_worker"},
    "check_responsibility(uuid)": {"road_unit", "road_made", "road_transfer"},
    "import_facts(uuid)": {"app_worker"},
    "export_facts(uuid)": {"app_worker"},
    "export_approver(integer,text[])": {"app_worker"},
    "journal_ids_of(uuid)": {"road_journal", "road_access"},
    "posts_of(uuid,integer,integer)": {"road_unit", "road_country"},
    "responsible_now(uuid)": {"road_unit"},
    "hold_person(uuid,text)": {"road_grant"},
    "settle_grants()": {"road_grant"},
    "settle_all_grants()": {"app_rw", "app_worker"},
    "changes_stirred(bigint,integer)": {"app_rw"},
    "forget_changes(timestamp with time zone)": {"app_worker"},
    "grant_told()": set(),
    "open_model_unit(uuid,uuid,text,text,date)": {"road_unit"},
    "model_activity(uuid,date,integer)": {"road_unit", "road_made", "road_grant", "road_country"},
    "seat_model(uuid,uuid)": {"road_unit"},
    "signs_in(integer,text[])": {"road_unit", "road_made", "road_grant"},
    "model_serves(uuid,integer)": {"road_unit", "road_made", "road_grant"},
    "club_number(uuid,integer)": {"road_unit", "road_grant"},
    "namesake_on_board(uuid,uuid)": {"road_unit", "road_grant"},
    "support_months(uuid,date,date,date)": {"road_unit", "road_made", "road_country"},
    "attendance_counted(uuid)": {"road_unit"},
    "club_closed()": set(),
    "webhook_owners(uuid)": {"app_worker"},
    "feed_webhook(uuid,jsonb,timestamp with time zone)": {"app_worker"},
    "own_contacts()": {"road_grant"},
    "decision_there(uuid)": {"road_unit", "road_made"},
    "way_home(uuid)": {"road_unit", "road_made", "road_grant", "road_country"},
    "own_anonymous_contacts()": {"road_grant"},
    "works_for(integer,integer)": set(),
    "task_holders(uuid,integer)": set(),
    "task_attended(uuid,integer)": {"road_unit", "road_made", "road_grant", "road_country"},
    "circle_of_account(uuid)": {"road_transfer"},
    "own_seats()": {"road_grant"},
    "member_named(uuid,text)": {"road_unit"},
    "set_rate(uuid,jsonb)": {"road_unit"},
    "unreminded()": {"app_worker"},
}
"""Functions that run with the owner's rights, and who may call them. A new one needs a reason and a line here."""
SHAPES = {
    "road_unit": {"interval of unit_no"},
    "road_made": {"interval of made_unit_no", "interval of unit_no", "false"},
    "road_grant": {"granted", "false"},
    "road_country": {"true"},
}
"""Which condition each road may have on a table about persons: those that the differential has proved."""
REVIEWED = {
    ("task", "road_unit"): "the units' interval, but for what is for one circle only",
    ("task", "road_made"): "the units' interval, but for what is for one circle only",
    ("task", "road_country"): "but for what is for one circle only",
    ("task", "road_grant"): "addressed to the caller's circle; of a person while granted under its class, or of nobody",
    ("notice_amendment", "road_unit"): "an amendment is seen with its notice",
    ("notice_amendment", "road_made"): "an amendment is seen with its notice",
    ("notice_amendment", "road_grant"): "an amendment is seen with its notice",
    ("referral", "road_grant"): "own circle's, sent to this very unit, or assigned in person; never another circle's",
    ("referral_follow_up", "road_grant"): "seen as its referral is",
    ("row_change", "road_grant"): "told to the grantee, when the grant or the row changed; no fact of the row itself",
    ("client_link", "road_unit"): "the circle in which the client made it, and nobody else",
    **{
        (
            table,
            "road_grant",
        ): "a club sees its own circle's rows; who looks after the person in their own name sees all"
        for table in ("club_membership", "membership_event", "club_attendance", "progress_evaluation")
    },
    ("review_request", "road_made"): "the unit that was asked",
    ("reviewed_person", "road_made"): "the unit that was asked",
    **{
        (table, road): "about nobody: read wherever it stands, changed inside one's own interval (the check says so)"
        for table in ("organisation", "support_model_kind")
        for road in ("road_unit", "road_made", "road_grant")
    },
}
"""Conditions of another shape, each with its reason."""


def protected() -> set[str]:
    return {table.name for table in SQLModel.metadata.tables.values() if SCOPED & set(table.columns.keys())}


async def test_every_table_about_persons_or_units_has_row_level_security(database):
    walled = {row[0] for row in await database.fetch(f"select relname from pg_class where {OURS} and relrowsecurity")}
    assert protected() - walled == set()
    assert set(TABLES) <= walled


async def test_a_role_has_one_policy_a_table_and_none_is_for_everyone(database):
    rows = await database.fetch("select tablename, policyname, roles, permissive from pg_policies")
    assert rows
    assert [row for row in rows if row["roles"] != [row["policyname"]] or row["permissive"] != "PERMISSIVE"] == []


async def test_whoever_has_a_right_to_a_protected_table_has_a_policy_on_it(database):
    """A right without a policy would be an empty answer instead of an error: nobody would notice."""
    rights = await database.fetch(
        "select distinct c.relname, a.grantee::regrole::text from pg_class c, aclexplode(c.relacl) a"
        f" where c.{OURS} and c.relrowsecurity and a.grantee <> c.relowner"
        " union select c.relname, a.grantee::regrole::text"
        " from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a"
        f" where c.{OURS} and c.relrowsecurity"
    )
    policies = {tuple(row) for row in await database.fetch("select tablename, policyname from pg_policies")}
    assert {tuple(row) for row in rights} == policies


def shape(condition: str) -> str:
    if condition in ("true", "false"):
        return condition
    if found := re.fullmatch(r"\(\((\w+) >= .*'app\.lo'.*\) AND \(\1 <= .*'app\.hi'.*\)\)", condition):
        return f"interval of {found[1]}"
    parts = (r"g\.person_id = ", r"g\.grantee = ANY \(ARRAY", r"g\.valid_from <= now\(\)", r"now\(\) < g\.valid_to")
    whole = condition.startswith("(EXISTS") and " OR " not in condition
    return "granted" if whole and all(re.search(part, condition) for part in parts) else condition


async def test_roads_have_no_condition_on_a_table_about_persons_but_those_that_are_proved(database):
    rows = await database.fetch(
        "select p.tablename, p.policyname, p.qual from pg_policies p where qual is not null"
        " and exists (select from information_schema.columns c where c.table_name = p.tablename"
        " and c.column_name in ('person_id', 'made_unit_no'))"
    )
    other = {(r[0], r[1]) for r in rows if r[1] in SHAPES and shape(r[2]) not in SHAPES[r[1]]}
    assert other - {("access_grant", "road_grant")} == set(REVIEWED)


async def test_a_grant_shows_a_fact_only_under_its_own_class(database):
    rows = await database.fetch(
        "select tablename, qual from pg_policies where policyname = 'road_grant' and qual is not null"
    )
    facts = {name: qual for name, qual in rows if "g.person_id" in qual and not name.startswith("person_token")}
    assert {name for name, qual in facts.items() if f"'{name}'::text = ANY (g.classes)" not in qual} == {"person"}


async def test_what_officers_may_change_cannot_be_moved_by_them(database):
    moving = await database.fetch(
        "select distinct c.relname from pg_class c, aclexplode(c.relacl) a"
        f" where c.{OURS} and a.grantee in ('road_unit'::regrole, 'road_made'::regrole, 'road_grant'::regrole)"
        " and a.privilege_type = 'UPDATE'"
    )
    held = await database.fetch("select tgrelid::regclass::text from pg_trigger where tgname = 'rows_stay'")
    assert {row[0] for row in moving} == {row[0] for row in held}


async def test_whoever_writes_under_a_grant_writes_in_a_circle_of_their_own(database):
    """One who was granted a person neither writes for others nor changes what others wrote."""
    rows = await database.fetch(
        "select tablename, qual, with_check from pg_policies p where policyname = 'road_grant'"
        " and (has_table_privilege('road_grant', tablename, 'insert')"
        "   or has_table_privilege('road_grant', tablename, 'update'))"
        " and exists (select from information_schema.columns c where c.table_name = p.tablename"
        "   and c.column_name = 'person_id')"
    )
    assert {"assignment", "counselling_contact"} <= {row["tablename"] for row in rows}
    loose = [row["tablename"] for row in rows if not re.search(r"circle_no = ANY \(ARRAY", row["with_check"] or "")]
    assert loose == []


async def test_no_view_reads_with_its_owners_eyes(database):
    views = await database.fetch(
        f"select relname from pg_class where {OURS} and (relkind = 'm' or relkind = 'v'"
        " and not coalesce(reloptions @> array['security_invoker=true'], false))"
    )
    assert views == []


async def test_functions_with_the_owners_rights_are_the_known_ones_and_closed_to_the_public(database):
    rows = await database.fetch(
        "select p.oid::regprocedure::text as name, p.proconfig, p.proacl is null as open,"
        " array(select case a.grantee when 0 then 'public' else a.grantee::regrole::text end"
        "       from aclexplode(p.proacl) a where a.grantee <> p.proowner) as callers"
        " from pg_proc p where prosecdef and pronamespace = 'public'::regnamespace"
    )
    followers = {row["name"]: set() for row in rows if re.fullmatch(r"tell_\w+\(\)", row["name"])}
    assert {row["name"]: set(row["callers"]) for row in rows} == DEFINERS | followers
    assert not any(row["open"] for row in rows)
    assert all("search_path=public" in row["proconfig"] for row in rows)


async def test_no_sql_function_sets_a_role_and_no_function_carries_one(database):
    """On 15 a `language sql` function that sets a role is silently empty (scope.md §5)."""
    rows = await database.fetch(
        "select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace and"
        " (prolang = (select oid from pg_language where lanname = 'sql') and prosrc ~* 'set_config|set\\s+(local\\s+)?role'"
        "  or exists (select from unnest(proconfig) c where c like 'role=%'))"
    )
    assert rows == []


async def test_the_service_role_itself_has_no_right_to_any_table(database):
    held = await database.fetch(
        f"select relname, p from pg_class, unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p"
        f" where {OURS} and relkind in ('r', 'p', 'v', 'm') and has_table_privilege('app_rw', oid, p)"
    )
    assert held == []


async def test_service_roles_own_nothing_and_pass_no_policy_by(database):
    rows = await database.fetch("select * from pg_roles where rolname ~ '^(app_rw|app_worker|service_auth|road_)'")
    assert len(rows) >= 9
    assert not any(row["rolsuper"] or row["rolbypassrls"] or row["rolcreaterole"] or row["rolinherit"] for row in rows)
    assert {row["rolname"] for row in rows if row["rolcanlogin"]} == {"app_rw", "app_worker"}
    owned = await database.fetch(
        "select relname from pg_class where pg_get_userbyid(relowner) ~ '^(app_rw|app_worker|service_auth|road_)'"
    )
    assert owned == []


async def test_the_public_may_do_nothing_with_our_tables(database):
    rows = await database.fetch(f"select relname from pg_class, aclexplode(relacl) a where {OURS} and a.grantee = 0")
    assert rows == []


# -- the service refuses to run around the wall --------------------------------------------------------------------


@pytest.mark.parametrize("who", ["superuser", "owner", "bypass"])
async def test_the_service_refuses_to_start_as(server, clone, owner_dsn, database, worker_id, who):
    role = f"walls_bypass_{worker_id}"
    dsn = {"superuser": server.dsn(clone), "owner": owner_dsn, "bypass": server.dsn(clone, role, "secret")}[who]
    if who == "bypass":
        await database.execute(f"create role {role} login bypassrls password 'secret'")
    pool = await open_pool(dsn, 1)
    try:
        with pytest.raises(UnsafeRoleError, match="app_rw"):
            await refuse_unsafe_role(pool)
    finally:
        await pool.close()
        await database.execute(f"drop role if exists {role}")


async def test_the_service_starts_under_its_own_role(service_dsn):
    pool = await open_pool(service_dsn, 1)
    await refuse_unsafe_role(pool)
    await pool.close()


# -- nothing outlives a transaction --------------------------------------------------------------------------------

LASTING = re.compile(
    r"""["']set\s+(?!local\b|transaction\b|constraints\b)|\bset\s+(session|role)\b|set_config\([^)]*,\s*(false|f)\s*\)|\breset\s+(role|all)\b""",
    re.IGNORECASE,
)


def test_our_sql_sets_nothing_beyond_the_transaction():
    files = [path for room in ("persistence", "api", "domain") for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 50
    lasting = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files
        if (found := LASTING.search(re.sub(r'"""(?:.|\n)*?"""', "", path.read_text().replace("set local role", ""))))
    ]
    assert lasting == []


def test_the_lint_knows_what_it_looks_for():
    assert LASTING.search('await c.execute("set role road_unit")')
    assert LASTING.search("select set_config('app.lo', '1', false)")
    assert not LASTING.search('"set local plan_cache_mode = auto"')


async def test_functions_of_ours_set_nothing_beyond_the_transaction(database):
    rows = await database.fetch(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and (prosrc ~* 'set_config\\([^;]*,\\s*false\\)' or prosrc ~* '\\mset\\s+(session|role)\\M')"
    )
    assert rows == []


async def test_a_forgotten_role_is_permission_denied_and_not_an_empty_list(service_dsn):
    connection = await asyncpg.connect(service_dsn)
    try:
        for table in sorted(protected()):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select from {table}")
    finally:
        await connection.close()
