"""Each clause of each policy taken out or bent in turn: the differential must notice (safety S4).

The policies are bent inside one transaction that is rolled back: DDL is transactional, the database stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import pytest

from tests.persistence.walls.model import RIGHTS, TABLES
from tests.persistence.walls.opinions import second_wall
from tests.persistence.walls.principals import Peopled, people
from tests.persistence.walls.probing import PROBE
from tests.persistence.walls.trees import Tree

SETTING = r"\(NULLIF\(current_setting\('app\.{name}'::text, true\), ''::text\)\)::integer"
LO, HI = SETTING.format(name="lo"), SETTING.format(name="hi")
CLAUSES: tuple[tuple[str, str, str], ...] = (
    ("one too far up", rf"(<= {HI})", r"\1 + 1"),
    ("one too far down", rf"(>= {LO})", r"\1 - 1"),
    ("no upper bound", rf"\((?:made_)?unit_no <= {HI}\)", "true"),
    ("no lower bound", rf"\((?:made_)?unit_no >= {LO}\)", "true"),
    ("empty lower bound means 0", rf">= {LO}", f">= coalesce({LO}, 0)"),
    ("empty upper bound means all", rf"<= {HI}", f"<= coalesce({HI}, 2000000000)"),
    ("no NULLIF", r"NULLIF\((current_setting\('app\.(?:lo|account|subject)'::text, true\)), ''::text\)", r"\1"),
    ("made instead of responsible", r"(?<!made_)\bunit_no\b", "made_unit_no"),
    ("responsible instead of made", r"made_unit_no", "unit_no"),
    ("expiry dropped", r"\(now\(\) < g\.valid_to\)", "true"),
    ("beginning dropped", r"\(g\.valid_from <= now\(\)\)", "true"),
    ("class dropped", r"\('\w+'::text = ANY \(g\.classes\)\)", "true"),
    ("another's grants", r"grantee = ANY \(ARRAY\(", "grantee <> ALL (ARRAY("),
    ("any person", r"\(g\.person_id = \w+\.(?:person_)?id\)", "true"),
    ("another's account", r"^\(account_id = ", "(account_id <> "),
    ("anybody's account", r"^.*account_id.*$", "true"),
    ("another subject", r"= ANY \(subject_ids\)", "<> ALL (subject_ids)"),
    ("everything", r"^.*$", "true"),
    ("nothing", r"^.*$", "false"),
)


class Policy(NamedTuple):
    table: str
    road: str
    command: str
    using: str | None
    check: str | None

    @property
    def role(self) -> str:
        return f"road_{self.road}"


class Mutant(NamedTuple):
    """A bent policy: what was done, the statements that do it, and where it must be noticed."""

    what: str
    policy: Policy
    statements: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.policy.table}/{self.policy.road}: {self.what}"


def bent(policy: Policy, columns: set[str]) -> Iterator[Mutant]:
    """The clauses of its condition, of its check, and the policy itself."""
    for part in ("using", "check"):
        text = getattr(policy, part)
        for what, pattern, replacement in CLAUSES if text is not None else ():
            changed = re.sub(
                pattern, replacement.replace("\\(", "(").replace("\\)", ")").replace("\\.", "."), text, flags=re.DOTALL
            )
            changed = changed if not changed.startswith("truetrue") else "true"
            if changed != text and not ("made_unit_no" in changed and "made_unit_no" not in columns):
                word = "using" if part == "using" else "with check"
                yield Mutant(what, policy, (f"alter policy {policy.role} on {policy.table} {word} ({changed})",))
    yield Mutant("missing", policy, (f"drop policy {policy.role} on {policy.table}",))
    if policy.using is not None and "i" in RIGHTS.get((policy.road, policy.table), ""):
        yield Mutant("check dropped", policy, unchecked(policy))
    yield Mutant("for everyone", policy, (f"alter policy {policy.role} on {policy.table} to public",))


def unchecked(policy: Policy) -> tuple[str, ...]:
    """A person's words are written with the person, so its own check is missed only where theirs is gone too."""
    tables = (policy.table, "person_token") if policy.table == "person" else (policy.table,)
    return tuple(f"alter policy {policy.role} on {table} with check (true)" for table in tables)


def tells(mutant: Mutant, policies: list[Policy]) -> bool:
    """Whether a mutant changes anything for anyone: some do not, and are no mutants."""
    policy = mutant.policy
    others = [other for other in policies if other.table == policy.table and other is not policy]
    if mutant.what == "for everyone":
        return wider(policy, others)
    condition = policy.using or policy.check
    if mutant.what == "check dropped":
        return (policy.check or policy.using) != "true"
    if mutant.what == "another's account":
        return policy.check is None
    if policy.table == "idempotency" and mutant.what in ("everything", "anybody's account"):
        return True
    if mutant.what in ("nothing", "missing"):
        return condition != "false"
    return not (policy.using == "false" and mutant.what == "missing")


def wider(policy: Policy, others: list[Policy]) -> bool:
    """Given to everyone, a condition shows more to a road that has a right to the table and a narrower condition."""
    condition = policy.using or policy.check
    if condition == "false" or policy.command == "INSERT":
        return False
    return any(
        other.using not in ("true", condition) and "s" in RIGHTS.get((other.road, other.table), "") for other in others
    )


@pytest.fixture(scope="module")
async def stage(fresh_ground):
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(fresh_ground())
        admin = await stack.enter_async_context(ground.connected(ground.admin_dsn))
        await admin.execute(PROBE)
        yield admin, await people(admin, Tree(4), 51, persons=30)


async def policies_of(admin: Any) -> list[Policy]:
    rows = await admin.fetch(
        "select tablename, policyname, cmd, qual, with_check from pg_policies where policyname like 'road%'"
        " and tablename = any($1::text[]) order by 1, 2",
        list(TABLES),
    )
    return [Policy(row[0], row[1].removeprefix("road_"), *row[2:]) for row in rows]


class Savepoint:
    """A connection in whose open transaction principals come and go: their first message starts a savepoint instead."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.fetchval = connection.fetchval

    async def execute(self, text: str) -> None:
        if text.startswith("begin; "):
            text = text.replace("begin; ", "savepoint principal; ", 1)
        await self.connection.execute("rollback to savepoint principal" if text == "rollback" else text)


async def noticed(admin: Any, peopled: Peopled, mutant: Mutant) -> bool:
    await admin.execute("begin")
    try:
        for statement in mutant.statements:
            await admin.execute(statement)
        for standing in peopled.standing:
            if mutant.what != "for everyone" and standing.principal.road != mutant.policy.road:
                continue
            if await second_wall(Savepoint(admin), peopled, standing, (mutant.policy.table,)):
                return True
        return False
    finally:
        await admin.execute("rollback")


async def test_every_bent_policy_is_noticed(stage):
    admin, peopled = stage
    policies = await policies_of(admin)
    columns = {
        table: {
            row[0]
            for row in await admin.fetch(
                "select column_name from information_schema.columns where table_name = $1", table
            )
        }
        for table in TABLES
    }
    mutants = [
        mutant for policy in policies for mutant in bent(policy, columns[policy.table]) if tells(mutant, policies)
    ]
    survivors = [mutant.name for mutant in mutants if not await noticed(admin, peopled, mutant)]
    assert not survivors, "\n".join(survivors)
    kinds = {mutant.what for mutant in mutants}
    assert {what for what, *_ in CLAUSES} | {"missing", "check dropped", "for everyone"} == kinds
    assert len(mutants) >= 300


async def test_unbent_policies_are_quiet_on_the_same_stage(stage):
    admin, peopled = stage
    await admin.execute("begin")
    wrong = [fault for standing in peopled.standing for fault in await second_wall(Savepoint(admin), peopled, standing)]
    await admin.execute("rollback")
    assert wrong == []


@pytest.mark.parametrize("table", [table for table in TABLES if table != "outbox"])
async def test_a_table_without_row_level_security_is_noticed(stage, table):
    admin, peopled = stage
    policy = next(policy for policy in await policies_of(admin) if policy.table == table)
    mutant = Mutant("for everyone", policy, (f"alter table {table} disable row level security",))
    assert await noticed(admin, peopled, mutant)
