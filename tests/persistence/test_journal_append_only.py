"""The journal: only ever added to, in one's own name, in the transaction of the act, durable before the answer."""

from __future__ import annotations

import asyncpg
import pytest

from domain.ids import new_id
from domain.reading import Road
from persistence.records import Records, opening
from tests.persistence.walls.ground import context, described, scope

ENTRY = "insert into journal_entry (act, noun, outcome) values ('read_person', 'person', 'read')"
CHANGES = {
    "update": "update journal_entry set act = 'nothing'",
    "delete": "delete from journal_entry",
    "truncate": "truncate journal_entry",
    "truncate cascade": "truncate journal_entry restart identity cascade",
}
ROLES = (
    "road_unit",
    "road_made",
    "road_grant",
    "road_country",
    "road_journal",
    "road_access",
    "service_auth",
    "app_rw",
)


@pytest.fixture
async def service(service_dsn):
    connection = await asyncpg.connect(service_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(owner_dsn):
    connection = await asyncpg.connect(owner_dsn)
    yield connection
    await connection.close()


async def entries(world):
    rows = await world.admin.fetch("select * from journal_entry order by id")
    return [dict(row) for row in rows]


async def signed(world, name="officer"):
    user = world.users[name]
    return await described(world.admin, user.session_id, user.appointment_id)


# -- only added to -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("change", CHANGES)
async def test_no_role_of_the_application_can_change_the_journal(world, service, role, change):
    await world.admin.execute(ENTRY)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(f"begin; set local role {role}; {CHANGES[change]}")
    await service.execute("rollback")
    assert [entry["act"] for entry in await entries(world)] == ["read_person"]


@pytest.mark.parametrize("change", CHANGES)
async def test_not_even_the_owner_or_a_superuser_can(world, owner, change):
    await world.admin.execute(ENTRY)
    for connection in (owner, world.admin):
        with pytest.raises(asyncpg.PostgresError, match="append-only") as refused:
            await connection.execute(CHANGES[change])
        assert refused.value.sqlstate == "42501"
    assert [entry["act"] for entry in await entries(world)] == ["read_person"]


async def test_a_row_cannot_be_put_at_an_earlier_place(world, service):
    who = await signed(world)
    await service.execute(opening(context(who), scope(who, Road.UNIT)))
    with pytest.raises(asyncpg.GeneratedAlwaysError):
        await service.execute("insert into journal_entry (id, act, noun, outcome) values (1, 'x', 'person', 'read')")
    await service.execute("rollback")


# -- in one's own name ---------------------------------------------------------------------------------------------


async def test_a_row_in_another_name_is_refused(world, service):
    who, other = await signed(world), await signed(world, "stranger")
    await service.execute(opening(context(who), scope(who, Road.UNIT)))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await service.execute(
            "insert into journal_entry (account_id, act, noun, outcome) values ($1, 'x', 'person', 'read')",
            other.account_id,
        )
    await service.execute("rollback")


async def test_who_and_where_come_from_the_transaction(world, service):
    who = await signed(world)
    await service.execute(opening(context(who), scope(who, Road.UNIT)))
    await service.execute(ENTRY)
    await service.execute("commit")
    (entry,) = await entries(world)
    told = (entry["account_id"], entry["appointment_id"], entry["unit_id"], entry["unit_no"], entry["road"])
    assert told == (who.account_id, who.appointment_id, who.unit_id, who.unit_no, "unit")


async def test_what_is_written_cannot_be_read_back(world, service):
    who = await signed(world)
    for statement in (f"{ENTRY} returning id", "select count(*) from journal_entry"):
        await service.execute(opening(context(who), scope(who, Road.UNIT)))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.fetch(statement)
        await service.execute("rollback")


# -- in the transaction of the act ---------------------------------------------------------------------------------


async def test_an_act_that_is_undone_leaves_no_row(world):
    who = await signed(world)
    person = await world.person("hoa")
    within = scope(who, Road.UNIT)

    async def broken_off():
        async with world.house.register.records(context(who), within) as records:
            await records.version("person", person, within=within)
            await records.journal("amend_person", "person", person, "done")
            raise RuntimeError("in between")

    with pytest.raises(RuntimeError, match="in between"):
        await broken_off()
    assert await entries(world) == []


async def test_an_act_and_its_row_are_kept_together(world):
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Nguyễn Văn Đức"})
    (entry,) = await entries(world)
    assert (entry["act"], entry["outcome"]) == ("create_person", "done")
    assert [str(id) for id in entry["subject_ids"]] == [made.json()["id"]]


async def test_a_refused_act_leaves_its_own_row_and_nothing_else(world):
    person = await world.person("bien")
    refused = await world.call("officer", "PATCH", f"/v1/persons/{person}", {"occupation": "x"}, If_Match='"1"')
    assert refused.status_code == 404
    (entry,) = await entries(world)
    assert (entry["act"], entry["outcome"], entry["subject_ids"]) == ("amend_person", "absent", [person])
    assert await world.admin.fetchval("select occupation from person where id = $1", person) is None


async def test_hidden_and_missing_leave_the_same_row(world):
    hidden, missing = await world.person("bien"), new_id()
    for id in (hidden, missing):
        assert (await world.get("officer", f"/v1/persons/{id}")).status_code == 404
    first, second = await entries(world)
    assert (first["subject_ids"], second["subject_ids"]) == ([hidden], [missing])
    differing = {"id", "happened_at", "subject_ids", "request_id"}
    assert {k: v for k, v in first.items() if k not in differing} == {
        k: v for k, v in second.items() if k not in differing
    }


async def test_a_list_writes_one_row_with_the_persons_it_showed(world):
    shown = {await world.person("hoa") for _ in range(3)}
    await world.person("binh")
    await world.get("officer", "/v1/persons")
    (entry,) = await entries(world)
    assert (set(entry["subject_ids"]), entry["shown"]) == (shown, 3)


async def test_every_read_of_a_graphql_document_writes_its_own_row(world):
    person = await world.person("hoa")
    await world.ask("officer", f'{{persons {{nodes {{id}}}} person(id: "{person}") {{id}}}}')
    found = await entries(world)
    assert [entry["act"] for entry in found] == ["read_person", "read_person"]
    assert [entry["subject_ids"] for entry in found] == [[person], [person]]
    assert len({entry["request_id"] for entry in found}) == 1


# -- durable before the answer -------------------------------------------------------------------------------------


async def test_no_answer_leaves_before_its_row_is_committed(world, monkeypatch):
    """The connection dies between the statement and the commit: the name must not get out."""
    person = await world.person("hoa", "Trần Thị Bích")
    read = Records.read

    async def cut(self, asked, **more):
        answer = await read(self, asked, **more)
        assert "Bích".encode() in answer.body
        pid = self.connection.get_server_pid()
        assert await world.admin.fetchval("select pg_terminate_backend($1, 5000)", pid), "and waited for"
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(Records, "read", cut)
        answer = await world.get("officer", f"/v1/persons/{person}")
    assert answer.status_code >= 500
    assert "Bích" not in answer.text
    assert await entries(world) == []
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200


async def test_the_service_commits_durably(world, database):
    """`synchronous_commit` is nobody's to switch off: neither the role's settings nor the transaction's."""
    settings = await database.fetch("select unnest(setconfig) from pg_db_role_setting")
    assert not [row for row in settings if row[0].startswith("synchronous_commit")]
    assert not [row for row in settings if row[0].startswith("fsync")]
