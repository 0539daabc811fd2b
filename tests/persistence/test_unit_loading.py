"""The real units, numbered and loaded; organisations and areas; a redraw takes everything along."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest

from persistence.unit_drawing import DrawingRefusedError, add_organisation, number_columns, redraw
from persistence.unit_loading import UnitsDifferError, load_units, numbered, unit_id
from persistence.unit_numbering import Place, numbers_of
from reference.units import lineage, units
from tests.persistence.loaded import Databases, databases, owner

__all__ = ["databases", "owner"]

HA_NOI = unit_id("province:01@2004-07-08")
XUAN_DINH = unit_id("commune:00611@2025-07-01")
DONG_NGAC = unit_id("commune:00602@2025-07-01")
BA_DINH = unit_id("commune:00004@2025-07-01")
NGOC_HA = unit_id("commune:00008@2025-07-01")
HOAN_KIEM = unit_id("commune:00070@2025-07-01")
OLD_XUAN_DINH = unit_id("commune:00610@2004-07-08")
HA_LONG = unit_id("commune:06688@2025-07-01")
ON = date(2026, 11, 1)

ROWS = numbered(units())


# -- numbers


def test_every_subtree_is_exactly_one_interval() -> None:
    by_id = {row.id: row for row in ROWS}
    for row in ROWS:
        if row.home_id is not None:
            home = by_id[row.home_id]
            assert home.no < row.no <= row.last_no <= home.last_no
    siblings: dict[UUID | None, int] = {}
    for row in ROWS:  # in preorder: a unit begins where its elder sibling ended, or later
        assert row.no > siblings.get(row.home_id, 0)
        siblings[row.home_id] = row.last_no


def test_a_commune_is_a_block_of_64_and_every_level_leaves_room() -> None:
    ends = {row.home_id: row.last_no for row in ROWS}  # last child of each home
    for row in ROWS:
        if row.level == "commune":
            assert row.last_no - row.no == 63
        elif row.level in ("district", "province", "country"):
            assert row.last_no - ends.get(row.id, row.no) >= 256


def test_an_ended_province_lies_in_the_province_of_today_that_took_it_in() -> None:
    by_id = {row.id: row for row in ROWS}
    yen_bai, lao_cai = by_id[unit_id("province:15@2004-07-08")], by_id[unit_id("province:15@2025-07-01")]
    assert yen_bai.province_no == lao_cai.no == lao_cai.province_no
    assert lao_cai.no < yen_bai.no <= lao_cai.last_no


def test_siblings_keep_their_order_and_a_circle_is_refused() -> None:
    numbers = numbers_of([Place("p", "province", None), Place("b", "commune", "p"), Place("a", "commune", "p")], 10)
    assert (numbers["p"].no, numbers["b"], numbers["a"].no) == (10, (11, 74, 10, None), 75)
    with pytest.raises(ValueError, match="circle"):
        numbers_of([Place("a", "area", "b"), Place("b", "area", "a")])


# -- loading


async def test_all_units_and_edges_of_the_file_are_loaded_under_ids_that_never_change(
    owner: asyncpg.Connection,
) -> None:
    assert await owner.fetchval("select count(*) from unit") == len(ROWS) == len(list(units()))
    assert await owner.fetchval("select count(*) from unit_lineage") == len(list(lineage()))
    names = await owner.fetch("select name from unit where code = '00611' and level = 'commune' order by valid_from")
    assert [row["name"] for row in names] == ["Xuân Tảo", "Xuân Đỉnh"]
    assert await owner.fetchval("select id from unit where name = 'Xuân Đỉnh' and valid_to is null") == XUAN_DINH


async def test_a_second_load_changes_nothing(owner: asyncpg.Connection) -> None:
    before = await owner.fetchval("select md5(string_agg(u::text, '' order by id)) from unit u")
    assert await load_units(owner) == (0, 0)
    assert await owner.fetchval("select md5(string_agg(u::text, '' order by id)) from unit u") == before


async def test_two_loads_at_once_load_once(databases: Databases) -> None:
    name = await databases.clone("empty")
    async with databases.owner(name) as one, databases.owner(name) as two:
        loaded = await asyncio.gather(load_units(one), load_units(two))
        assert sorted(loaded) == [(0, 0), (len(ROWS), len(list(lineage())))]
        assert await one.fetchval("select count(*) from unit") == len(ROWS)


async def test_units_of_another_edition_are_left_alone_and_said(owner: asyncpg.Connection) -> None:
    await owner.execute("delete from unit_lineage; delete from unit where code = '00611' and level = 'commune'")
    with pytest.raises(UnitsDifferError, match="2 units"):
        await load_units(owner)
    assert await owner.fetchval("select count(*) from unit") == len(ROWS) - 2


# -- organisations


async def test_an_organisation_takes_the_next_free_number_inside_its_commune(owner: asyncpg.Connection) -> None:
    club = await add_organisation(owner, "club", XUAN_DINH, "CLB Bình Minh", valid_from=ON)
    team = await add_organisation(owner, "volunteer_team", XUAN_DINH, "Đội 1", valid_from=ON)
    home, first, second = [await unit(owner, one) for one in (XUAN_DINH, club, team)]
    assert (first["no"], second["no"]) == (home["no"] + 1, home["no"] + 2)
    assert first["level"] == "organisation"
    assert (first["code"], first["unit_type"], first["last_no"]) == (None, "club", first["no"])
    assert first["province_no"] == home["province_no"]
    assert first["home_id"] == first["parent_id"] == XUAN_DINH


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        ("club", HA_NOI),
        ("rehab_centre", XUAN_DINH),
        ("club", OLD_XUAN_DINH),
        ("prison", XUAN_DINH),
        ("club", UUID(int=0)),
    ],
)
async def test_an_organisation_stands_only_where_its_kind_belongs(
    owner: asyncpg.Connection, kind: str, parent: UUID
) -> None:
    with pytest.raises(DrawingRefusedError):
        await add_organisation(owner, kind, parent, "X", valid_from=ON)


async def test_a_commune_without_room_says_so_and_a_redraw_makes_room(owner: asyncpg.Connection) -> None:
    for number in range(63):
        await add_organisation(owner, "club", XUAN_DINH, f"CLB {number}", valid_from=ON)
    with pytest.raises(DrawingRefusedError, match="given out"):
        await add_organisation(owner, "club", XUAN_DINH, "CLB 64", valid_from=ON)
    await redraw(owner, HA_NOI, {}, on=ON)
    await add_organisation(owner, "club", XUAN_DINH, "CLB 64", valid_from=ON)


# -- areas


async def unit(connection: asyncpg.Connection, id: UUID) -> asyncpg.Record:
    row = await connection.fetchrow("select * from unit where id = $1", id)
    assert row is not None
    return row


async def person(connection: asyncpg.Connection, commune: UUID, name: str, made: UUID | None = None) -> UUID:
    """A person with a phone, a journal row, an outbox row and a grant to the commune."""
    at, first = await unit(connection, commune), await unit(connection, made or commune)
    new = uuid4()
    async with connection.transaction():
        await connection.execute(
            "insert into person (id, unit_no, province_no, area_no, made_unit_no, full_name) values ($1,$2,$3,$4,$5,$6)",
            *(new, at["no"], at["province_no"], at["area_no"], first["no"], name),
        )
        await connection.execute(
            "insert into responsibility (id, person_id, unit_no, unit_id, from_at, reason, name_then)"
            " values ($1,$1,$2,$3,now(),'registered',$4)",
            *(new, at["no"], at["id"], name),
        )
        await connection.execute(
            "insert into person_phone (id, person_id, unit_no, made_unit_no, number_sealed, number_tail, number_blind)"
            " values ($1,$1,$2,$3,'a','b','c')",
            *(new, at["no"], first["no"]),
        )
        await connection.execute(
            "insert into access_grant (id, person_id, grantee, reason, classes, valid_from, name_sort_key)"
            " values ($1,$1,$2,'member','{}',now(),'x')",
            *(new, at["no"]),
        )
        await connection.execute(
            "insert into journal_entry (act, noun, outcome, unit_no) values ('read','person','read',$1)", at["no"]
        )
        await connection.execute(
            "insert into outbox (noun, subject_id, act, unit_no) values ('person',$1,'created',$2)", new, at["no"]
        )
    return new


async def carried(connection: asyncpg.Connection) -> set[int]:
    """Every number that any row outside of `unit` carries."""
    found: set[int] = set()
    for columns in number_columns():
        for name in columns.numbers:
            found |= {row[0] for row in await connection.fetch(f"select distinct {name} from {columns.table}")}
    return found - {None, 0}  # 0: the standing kinds of models, which are everybody's


AREAS = {"Bắc Từ Liêm": [XUAN_DINH, DONG_NGAC], "Ba Đình": [BA_DINH, NGOC_HA]}


@pytest.mark.parametrize("role", ["app_owner", "superuser"])
async def test_persons_follow_their_commune_into_an_area(databases: Databases, role: str) -> None:
    async with databases.owner(await databases.clone("loaded"), role) as owner:
        await add_organisation(owner, "club", XUAN_DINH, "CLB", valid_from=ON)
        here, elsewhere = await person(owner, XUAN_DINH, "Nguyễn Văn A"), await person(owner, HOAN_KIEM, "Lê Thị B")
        moved = await person(owner, HA_LONG, "Trần C", made=OLD_XUAN_DINH)
        old = await unit(owner, HA_NOI)

        drawn = await redraw(owner, HA_NOI, AREAS, on=ON)

        area, commune = await unit(owner, drawn.areas["Bắc Từ Liêm"]), await unit(owner, XUAN_DINH)
        assert area["level"] == "area"
        assert (area["code"], area["home_id"], area["valid_from"]) == ("01-1", HA_NOI, ON)
        assert area["no"] < commune["no"] <= commune["last_no"] < area["last_no"]
        assert (commune["home_id"], commune["parent_id"], commune["area_no"]) == (area["id"], HA_NOI, area["no"])
        rows = {row["id"]: row for row in await owner.fetch("select * from person")}
        assert (rows[here]["unit_no"], rows[here]["area_no"]) == (commune["no"], area["no"])
        assert rows[here]["province_no"] == (await unit(owner, HA_NOI))["no"]
        assert (rows[elsewhere]["unit_no"], rows[elsewhere]["area_no"]) == ((await unit(owner, HOAN_KIEM))["no"], None)
        assert rows[moved]["unit_no"] == (await unit(owner, HA_LONG))["no"]
        assert rows[moved]["made_unit_no"] == (await unit(owner, OLD_XUAN_DINH))["no"]
        tokens = await owner.fetch("select token, unit_no from person_token where person_id = $1 order by token", here)
        assert [tuple(row) for row in tokens] == [(word, commune["no"]) for word in ("a", "nguyen", "van")]
        # nothing carries an old number, nothing carries one that no unit has
        assert not [number for number in await carried(owner) if old["no"] <= number <= old["last_no"]]
        assert await carried(owner) <= {row["no"] for row in await owner.fetch("select no from unit")}


async def test_the_interval_of_an_area_holds_its_communes_and_nothing_else(owner: asyncpg.Connection) -> None:
    drawn = await redraw(owner, HA_NOI, AREAS, on=ON)
    for name, communes in AREAS.items():
        area = await unit(owner, drawn.areas[name])
        inside = await owner.fetch(
            "select id from unit where no between $1 and $2 and level <> 'area'", area["no"], area["last_no"]
        )
        assert {row["id"] for row in inside} == set(communes)
    tree = await owner.fetch("select id, no, last_no, home_id from unit")
    by_id = {row["id"]: row for row in tree}
    assert all(
        by_id[row["home_id"]]["no"] < row["no"] <= row["last_no"] <= by_id[row["home_id"]]["last_no"]
        for row in tree
        if row["home_id"]
    )


async def test_no_number_is_ever_used_twice(owner: asyncpg.Connection) -> None:
    used = {row["no"] for row in await owner.fetch("select no from unit")}
    for areas in (AREAS, {"Bắc Từ Liêm": [XUAN_DINH]}, {}):
        highest = await owner.fetchval("select max(last_no) from unit")
        await redraw(owner, HA_NOI, areas, on=ON)
        inside = await owner.fetch(
            "select no, last_no from unit where no between (select no from unit where id = $1)"
            " and (select last_no from unit where id = $1)",
            HA_NOI,
        )
        fresh = {row["no"] for row in inside}
        assert min(fresh) > highest
        assert not fresh & used
        used |= fresh


async def test_the_old_interval_finds_nothing_under_the_service_role(databases: Databases) -> None:
    name = await databases.clone("loaded")
    async with databases.owner(name) as owner, databases.owner(name, "app_rw") as service:
        await person(owner, XUAN_DINH, "Nguyễn Văn A")
        old = await unit(owner, XUAN_DINH)
        await redraw(owner, HA_NOI, AREAS, on=ON)
        new = await unit(owner, XUAN_DINH)
        assert [await persons_between(service, row["no"], row["last_no"]) for row in (old, new)] == [0, 1]


async def persons_between(service: asyncpg.Connection, lo: int, hi: int) -> int:
    async with service.transaction():
        await service.execute("set local role road_unit")
        await service.execute("select set_config('app.lo', $1, true), set_config('app.hi', $2, true)", str(lo), str(hi))
        return int(await service.fetchval("select count(*) from person"))


async def test_what_a_request_from_before_still_writes_is_taken_along(databases: Databases) -> None:
    name = await databases.clone("loaded")
    async with databases.owner(name) as owner, databases.owner(name) as late:
        old = await unit(owner, XUAN_DINH)
        await late.execute("begin")
        await late.fetchval("select no from unit where id = $1", XUAN_DINH)
        drawing = asyncio.ensure_future(redraw(owner, HA_NOI, AREAS, on=ON))
        while await late.fetchval("select count(*) from unit where level = 'area'") == 0:  # noqa: ASYNC110
            await asyncio.sleep(0)
        written = uuid4()
        await late.execute(
            "insert into person (id, unit_no, province_no, made_unit_no, full_name) values ($1,$2,$3,$2,'Lê A')",
            *(written, old["no"], old["province_no"]),
        )
        await late.execute(
            "insert into responsibility (id, person_id, unit_no, unit_id, from_at, reason, name_then)"
            " values ($1,$1,$2,$3,now(),'registered','Lê A')",
            *(written, old["no"], XUAN_DINH),
        )
        transaction = await late.fetchval("select pg_current_xact_id()::text::bigint")
        await late.execute("commit")
        await drawing
        new = await unit(owner, XUAN_DINH)
        row = await owner.fetchrow("select unit_no, made_unit_no, area_no from person where id = $1", written)
        assert tuple(row) == (new["no"], new["no"], new["area_no"])
        told = await owner.fetchrow("select unit_no, xid from row_change where subject_id = $1", written)
        assert told["unit_no"] == new["no"]
        assert told["xid"] > transaction, "a follower who read on meanwhile would have passed it"


async def test_an_area_that_is_not_named_any_more_ends_and_one_that_is_stays_itself(owner: asyncpg.Connection) -> None:
    first = await redraw(owner, HA_NOI, AREAS, on=date(2026, 1, 1))
    second = await redraw(owner, HA_NOI, {"Ba Đình": [BA_DINH], "Mới": [NGOC_HA]}, on=ON)
    assert second.areas["Ba Đình"] == first.areas["Ba Đình"]
    ended = await unit(owner, first.areas["Bắc Từ Liêm"])
    assert (ended["valid_to"], (await unit(owner, XUAN_DINH))["area_no"]) == (date(2026, 10, 31), None)
    assert (await unit(owner, second.areas["Mới"]))["code"] == "01-3"
    assert (await unit(owner, NGOC_HA))["area_no"] == (await unit(owner, second.areas["Mới"]))["no"]


@pytest.mark.parametrize(
    ("province", "areas", "reason"),
    [
        (HA_NOI, {"A": [XUAN_DINH], "B": [XUAN_DINH]}, "at most one"),
        (HA_NOI, {"A": [HA_LONG]}, "no commune of today"),
        (HA_NOI, {"A": [OLD_XUAN_DINH]}, "no commune of today"),
        (HA_NOI, {" ": [XUAN_DINH]}, "name"),
        (XUAN_DINH, {}, "province of today"),
        (unit_id("province:15@2004-07-08"), {}, "province of today"),
    ],
)
async def test_a_drawing_that_makes_no_sense_changes_nothing(
    owner: asyncpg.Connection, province: UUID, areas: dict[str, list[UUID]], reason: str
) -> None:
    before = await owner.fetchval("select md5(string_agg(u::text, '' order by id)) from unit u")
    with pytest.raises(DrawingRefusedError, match=reason):
        await redraw(owner, province, areas, on=ON)
    assert await owner.fetchval("select md5(string_agg(u::text, '' order by id)) from unit u") == before


async def test_the_journal_is_append_only_again_after_a_redraw(owner: asyncpg.Connection) -> None:
    await person(owner, XUAN_DINH, "Nguyễn Văn A")
    await redraw(owner, HA_NOI, AREAS, on=ON)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("update journal_entry set outcome = 'x'")


def test_every_table_that_carries_a_units_number_is_found() -> None:
    found = {columns.table: columns for columns in number_columns()}
    assert set(found) >= {
        *("person", "person_identifier", "person_phone", "residence", "responsibility", "person_token"),
        *("access_grant", "account", "appointment", "journal_entry", "outbox"),
    }
    assert set(found["person"].numbers) == {"unit_no", "province_no", "made_unit_no"}
    assert found["person"].areas
    assert not found["account"].areas
