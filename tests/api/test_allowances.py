"""What volunteers of a team are due for a month, through both doors."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.test_model_work import post, volunteer
from tests.api.test_support_models import made


@pytest.fixture
async def team(world):
    """A team in a commune of a province whose rate is on the books."""
    await world.admin.execute("update unit set code = '89' where no = $1", world.no("north"))
    model = await made(world)
    for name, role in (("Nguyễn Văn An", "captain"), ("Lê Thị Bình", "member")):
        reply = await post(world, "volunteers", volunteer(model, (role, "2024-01-01", None), full_name=name))
        assert reply.status_code == 201, reply.text
    yield model
    await world.admin.execute("update unit set code = '01000' where no = $1", world.no("north"))


async def test_a_month_comes_to_the_rate_of_the_province_times_the_base_salary(world, team):
    found = (await world.get("officer", f"/v1/support-models/{team['id']}/allowances?month=2025-06-30")).json()
    assert [(one["full_name"], one["role"], one["allowance_vnd"]) for one in found] == [
        ("Nguyễn Văn An", "captain", 1_404_000),
        ("Lê Thị Bình", "member", 936_000),
    ]
    after = (await world.get("officer", f"/v1/support-models/{team['id']}/allowances?month=2025-07-01")).json()
    assert [(one["allowance_vnd"], one["silent"]) for one in after] == [(None, ["pay.volunteer"])] * 2


async def test_graphql_tells_the_same(world, team):
    query = f'{{allowances(id: "{team["id"]}", of: {{month: "2025-06-15"}}) {{ fullName sum: allowanceVnd }} }}'
    found = (await world.ask("officer", query))["data"]["allowances"]
    assert found == [
        {"fullName": "Nguyễn Văn An", "sum": 1_404_000},
        {"fullName": "Lê Thị Bình", "sum": 936_000},
    ]


async def test_out_of_reach_and_missing_are_one_answer_and_leave_one_trace(world, team):
    for user, id, status in (("neighbour", team["id"], 404), ("officer", uuid4(), 404), ("police", team["id"], 403)):
        reply = await world.get(user, f"/v1/support-models/{id}/allowances?month=2025-06-30")
        assert reply.status_code == status
    traces = await world.admin.fetch("select outcome from journal_entry where act = 'read_allowances' order by id")
    assert [row["outcome"] for row in traces] == ["read", "read", "denied"]


@pytest.mark.parametrize("month", ["2025-13-01", "2025-02-29", "2025-06", ""])
async def test_a_month_that_is_none_is_refused(world, team, month):
    reply = await world.get("officer", f"/v1/support-models/{team['id']}/allowances?month={month}")
    assert reply.status_code == 400
