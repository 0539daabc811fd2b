"""The state of a person as SQL is the state of the table, for every combination of facts."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from domain.law.rows import shipped_book
from domain.reconciliation.states import AGES, GRACE, Age, Facts, Standing, state_of
from persistence.reconciliations import AGE, STATE

TODAY = date(2026, 8, 31)
GRACE_DAYS = shipped_book().rule(GRACE, TODAY).value.whole


@pytest.fixture
async def database(world):
    return world.admin


def asked(sql):
    return sql.replace("{today}", "$1::date").replace("{t}", "t")


async def test_the_database_says_of_every_combination_what_the_table_says(database):
    combinations = [(standing, *four) for standing in Standing for four in itertools.product((False, True), repeat=4)]
    edges = (TODAY, TODAY - timedelta(GRACE_DAYS), TODAY - timedelta(GRACE_DAYS + 1), TODAY + timedelta(1))
    cases = [(*facts, day) for facts in combinations for day in edges]
    rows = await database.fetch(
        f"select t.*, {asked(STATE)} as state from (select x.*, x.completes_on + {GRACE_DAYS} as grace_ends_on from"
        " unnest($2::text[], $3::bool[], $4::bool[], $5::bool[], $6::bool[], $7::date[])"
        " x(standing, decided, delivered, contacted, ended, completes_on)) t",
        TODAY,
        *(list(column) for column in zip(*cases, strict=True)),
    )
    assert len(rows) == len(Standing) * 16 * 4
    for row in rows:
        late = (TODAY - row["completes_on"]).days > GRACE_DAYS
        facts = Facts(row["standing"], row["decided"], row["delivered"], row["contacted"], row["ended"], late)
        assert row["state"] == state_of(facts), facts


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "quarter"), (90, "quarter"), (91, "longer")],
)
async def test_the_ages_meet_without_a_gap(database, days, age):
    sql = (
        f"select {asked(AGE)} from (select 'sent' as standing, false as decided, false as delivered, false as contacted,"
        " false as ended, $1::date + 14 as grace_ends_on, $2::date as since_on) t"
    )
    assert await database.fetchval(sql, TODAY, TODAY - timedelta(days)) == age
    assert [most for _, most in AGES] == sorted(most for _, most in AGES)
    assert len(Age) == len(AGES) + 1
