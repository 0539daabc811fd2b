"""Support at the size of a country, beside the persons of `benchmarks.ground`: rows made by the database itself.

As the superuser, with triggers and foreign keys asleep: what is measured afterwards is reading.
"""

from __future__ import annotations

from typing import Any

DAYS = 1_096
"""Over so many days up to the last one the rows are spread."""
LAST = "date '2026-10-31'"
HASHED = "('x' || substr(md5({n}::text || '{salt}'), 1, 8))::bit(32)::bigint"
"""A number of a row that looks like chance and is always the same."""
TRACED = "version, unit_no, made_unit_no, circle_no, province_no, recorded_at"
OF_PERSON = "1, p.unit_no, p.unit_no, p.unit_no, p.province_no, {on}::timestamptz"
PEOPLE = """
create temp table people as
select row_number() over (order by id)::int as n, id, unit_no, province_no from person;
create temp table homes as
select row_number() over (order by u.no)::int as n, u.id, u.no as unit_no, u.province_no from unit u
where u.level = 'commune' and u.valid_to is null;
"""


def _on(n: str, salt: str) -> str:
    return f"({LAST} - ({HASHED.format(n=n, salt=salt)} % {DAYS})::int)"


def _of(n: str, salt: str, words: str) -> str:
    return f"(array[{words}])[1 + {HASHED.format(n=n, salt=salt)} % {len(words.split(','))}]"


def _of_people(table: str, told: str, values: str, every: int, times: int = 1) -> str:
    """`times` rows of each `every`-th person; `k` is the row's own number, `d` its day."""
    k = f"(p.n * {times} + g)"
    return (
        f"insert into {table} (id, person_id, {TRACED}, {told})"
        f" select gen_random_uuid(), p.id, {OF_PERSON.format(on='d')}, {values}"
        f" from people p cross join generate_series(0, {times - 1}) g cross join lateral (select {k} as k,"
        f" {_on(k, table)} as d) x where p.n % {every} = 0"
    )


def _of_homes(table: str, told: str, values: str, times: int, start: int = 0) -> str:
    k = f"(p.n * {times} + g)"
    return (
        f"insert into {table} (id, {TRACED}, {told})"
        f" select gen_random_uuid(), {OF_PERSON.format(on='d')}, {values}"
        f" from homes p cross join generate_series({start}, {start + times - 1}) g cross join lateral (select {k} as k,"
        f" {_on(k, table)} as d) x"
    )


def _later(share: int, most: int) -> str:
    """A day after `d` for one row of `share`."""
    return f"case when k % {share} = 0 then least(d + 1 + k % {most}, {LAST}) end"


ROWS = (
    _of_homes(
        "support_model",
        "kind, name, commune_ids, founded_on, state",
        "case g when 0 then 'club' else 'counselling_point' end, 'M' || k, array[p.id], d, 'active'",
        2,
    ),
    _of_people(
        "assignment",
        "role, account_id, valid_from, valid_to",
        "case k % 3 when 0 then 'counsellor' else 'volunteer' end, '00000000-0000-0000-0000-000000000001', d,"
        f" {_later(3, 400)}",
        1,
    ),
    _of_people(
        "counselling_contact",
        "held_at, channel, topics, minutes, client_group",
        "d::timestamp at time zone 'Asia/Ho_Chi_Minh' + interval '9 hours', 'phone',"
        " array['psychological', 'family'], 30, 'after_rehab'",
        3,
        10,
    ),
    _of_people(
        "club_membership",
        "club_id, since, asked_on, agreed_on, agreed_by, joined_on, left_on, state",
        f"gen_random_uuid(), d, d, d, 'person', d, {_later(4, 300)}, 'joined'",
        5,
    ),
    _of_people(
        "club_attendance",
        "membership_id, session_id, held_on, mark",
        "gen_random_uuid(), gen_random_uuid(), d, case k % 5 when 0 then 'absent' else 'present' end",
        5,
        15,
    ),
    _of_people(
        "progress_evaluation",
        "membership_id, month",
        "gen_random_uuid(), date_trunc('month', d)::date",
        5,
        5,
    ),
    _of_people(
        "vocational_support",
        "stage, advised_on, enrolled_on, finished_on, state",
        f"'after', d, {_later(2, 60)}, {_later(4, 200)}, 'advised'",
        5,
    ),
    _of_people(
        "job_placement",
        "stage, sought_on, placed_on, state",
        f"'after', d, {_later(2, 90)}, 'sought'",
        3,
    ),
    _of_people(
        "job_check",
        "job_placement_id, months, checked_on, in_work",
        "gen_random_uuid(), (array[3, 6, 12])[1 + g], d, k % 2 = 0",
        6,
        3,
    ),
    (
        "update job_check c set job_placement_id = j.id from (select distinct on (person_id) person_id, id"
        " from job_placement) j where j.person_id = c.person_id"
    ),
    _of_people(
        "loan_support",
        "borrower, purpose, asked_on, asked_vnd, applied_on, decided_on, amount_vnd, months, disbursed_on, state",
        f"'person', 'business', d, 50000000, {_later(1, 30)}, {_later(2, 60)}, 40000000, 24, {_later(2, 80)},"
        " 'approved'",
        10,
    ),
    _of_people(
        "referral",
        "kind, to_unit_id, to_unit_no, sent_at, answered_at, attended_on, closed_at, consent_on, consent_scope,"
        " outcome, state",
        "case k % 3 when 0 then 'legal_aid' else 'health_service' end, gen_random_uuid(), 1,"
        f" d::timestamptz, ({_later(2, 12)})::timestamptz, {_later(4, 40)}, ({_later(4, 90)})::timestamptz, d,"
        " array['identity'], 'need_met', 'completed'",
        3,
        2,
    ),
    _of_homes(
        "club_session",
        "club_id, starts_at, topic, state, family_members",
        "gen_random_uuid(), d::timestamptz, 'x', (array['planned', 'held', 'held', 'cancelled'])[1 + k % 4], k % 9",
        36,
    ),
    _of_homes(
        "training",
        "kind, title, audience, attendance, held_from, certified, cost",
        "'course', 'x', array['volunteers'], '[{\"group\": \"volunteers\", \"persons\": 12}]', d, 10, 5000000",
        3,
    ),
    _of_homes(
        "outreach_activity",
        "title, form, topics, held_from, reached, cost",
        "'x', 'talk', array['law'], d, 80, 1000000",
        12,
    ),
    _of_homes("press_item", "title, published_on, outlet, level", "'x', d, 'x', 'commune'", 2),
    _of_homes(
        "contribution",
        "support_model_id, organisation_id, kind, pledged_on, pledged_vnd, received_on, received_vnd, state",
        f"gen_random_uuid(), gen_random_uuid(), 'money', d, 10000000, {_later(2, 60)}, 10000000, 'pledged'",
        3,
    ),
)


async def add_support(connection: Any) -> dict[str, int]:
    """Fill what support is read from, unless it is there; says how many rows of each table there are."""
    await connection.execute(PEOPLE)
    await connection.execute("set session_replication_role = replica")
    rows: dict[str, int] = {}
    filled: set[str] = set()
    for sql in ROWS:
        table = sql.split()[2 if sql.startswith("insert") else 1]
        if table in filled or not await connection.fetchval(f"select exists (select from {table})"):
            await connection.execute(sql)
            await connection.execute(f"vacuum (analyze) {table}")
            filled.add(table)
        rows[table] = await connection.fetchval(f"select count(*) from {table}")
    await connection.execute("reset session_replication_role; drop table people; drop table homes")
    return rows
