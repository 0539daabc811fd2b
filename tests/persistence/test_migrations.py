"""Migrations go up, all the way down, and up again to the same schema; and the schema is what the code says."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from persistence import bootstrap
from tests.conftest import LOGINS

SCHEMA = {
    "columns": "select table_name, column_name, data_type, is_nullable, column_default, collation_name,"
    " generation_expression from information_schema.columns where table_schema = 'public'",
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
    " where connamespace = 'public'::regnamespace",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public'",
    "policies": "select tablename, policyname, roles, cmd, qual, with_check from pg_policies",
    "triggers": "select tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": "select p.oid::regprocedure::text, prosrc, proacl::text, proconfig, prosecdef from pg_proc p"
    " left join pg_depend d on d.objid = p.oid and d.deptype = 'e'"
    " where pronamespace = 'public'::regnamespace and d.objid is null",
    "rights": "select relname, a.grantee::regrole::text, a.privilege_type from pg_class c, aclexplode(c.relacl) a"
    " where relnamespace = 'public'::regnamespace and a.grantee <> c.relowner",
    "walls": "select relname, relrowsecurity from pg_class where relnamespace = 'public'::regnamespace",
    "comments": "select objoid::regclass::text, objsubid, description from pg_description"
    " where classoid = 'pg_class'::regclass and objoid::regclass::text not like 'pg_%'",
}


def apart(work, *arguments):
    """In a thread of its own: alembic opens an event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments).result()


@pytest.fixture(scope="module")
def scratch(server, template, worker_id):
    """An empty database, and alembic pointed at it as its owner."""
    name = f"migrations_{worker_id}"
    apart(lambda: asyncio.run(bootstrap.create_database(server.dsn(), name)))
    url = server.dsn(name, "app_owner", LOGINS.owner).replace("postgresql://", "postgresql+asyncpg://")
    return server.dsn(name), bootstrap.alembic_config(url)


async def schema(dsn):
    connection = await asyncpg.connect(dsn)
    try:
        return {name: sorted(map(str, await connection.fetch(sql))) for name, sql in SCHEMA.items()}
    finally:
        await connection.close()


async def test_up_and_down_and_up_again_is_the_same_schema(scratch):
    dsn, config = scratch
    apart(command.upgrade, config, "head")
    first = await schema(dsn)
    assert all(first.values())
    apart(command.downgrade, config, "base")
    bare = await schema(dsn)
    assert {name: rows for name, rows in bare.items() if any("alembic_version" not in row for row in rows)} == {}
    apart(command.upgrade, config, "head")
    second = await schema(dsn)
    for name in SCHEMA:
        assert second[name] == first[name], name


async def test_each_step_can_be_taken_back_alone(scratch):
    dsn, config = scratch
    apart(command.downgrade, config, "base")
    for revision in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        before = await schema(dsn)
        apart(command.upgrade, config, revision.revision)
        apart(command.downgrade, config, "-1")
        after = await schema(dsn)
        for name in SCHEMA:
            assert [row for row in after[name] if "alembic_version" not in row] == [
                row for row in before[name] if "alembic_version" not in row
            ], (revision.revision, name)
        apart(command.upgrade, config, revision.revision)


def test_the_database_is_what_the_code_says(scratch):
    """`alembic check`: no table, column, index or constraint is in one and not in the other."""
    _, config = scratch
    apart(command.upgrade, config, "head")
    apart(command.check, config)


def test_revisions_are_one_line(scratch):
    _, config = scratch
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
