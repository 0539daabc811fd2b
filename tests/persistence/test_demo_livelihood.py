"""The demo shows needs, plans, training, jobs and loans in every state; told once."""

from __future__ import annotations

from datetime import datetime

from domain.job.noun import JobState
from domain.law.instants import ZONE
from domain.loan.noun import LoanListState, LoanState
from domain.need.noun import NeedState
from domain.plan.noun import PlanState
from domain.vocational.noun import VocationalState
from persistence.actors import ActorBook
from persistence.demo_livelihood import tell_livelihood
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal
from tests.persistence.loaded import databases
from tests.persistence.test_demo_cases import KEY, SEALER, fresh, load

__all__ = ["databases"]

STATES = {
    "need": NeedState,
    "vocational_support": VocationalState,
    "job_placement": JobState,
    "loan_list": LoanListState,
    "loan_support": LoanState,
}


async def test_every_state_is_told_once(databases):
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        await load(connection)
        pool = await open_pool(databases.dsn(name, "app_rw"), 1)
        try:
            register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
            now = datetime.now(ZONE)
            assert await tell_livelihood(connection, register, now)
            assert not await tell_livelihood(connection, register, now)
        finally:
            await pool.close()
        for table, states in STATES.items():
            found = {row["state"] for row in await connection.fetch(f"select state from {table}")}
            assert found == {state.value for state in states}, table
        found = {row["state"] for row in await connection.fetch("select state from reintegration_plan")}
        assert found == {state.value for state in PlanState}
        assert await connection.fetchval("select count(*) from plan_step where carried_from_id is not null") >= 1
        assert await connection.fetchval("select count(*) from job_check") == 1
        assert await connection.fetchval("select count(*) from household_status") == 2
        assert await connection.fetchval("select count(*) from loan_support where borrower = 'enterprise'") == 1
        due = await connection.fetch("select distinct kind from task where state = 'open'")
        assert {"plan_step", "plan_review", "job_check_6", "job_check_12", "need_idle"} <= {row["kind"] for row in due}
