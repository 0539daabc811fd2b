"""Every road × what is asked there: PostgreSQL walks an index in order and touches no more than it must (scope.md §1-2).

The plans are those of the real statements, explained under the road's role in a transaction opened as the service opens
it. Bounds are on rows touched (produced or thrown away by scans), never on time.
"""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from domain.ids import new_id
from domain.reading import Actor, Asked, Road, Scope
from persistence.records import Records, opening
from tests.persistence.walls.asking import LIMIT, listed, single
from tests.persistence.walls.explaining import OPTIONS, Explained, explained, nodes_of, statement
from tests.persistence.walls.ground import actor, context, opened, scope
from tests.persistence.walls.populous import GRANTS, PERSONS, populate

PAGE = LIMIT + 1
UNIT_ROADS = ("big_commune", "small_commune", "area", "big_province", "small_province", "country")
INDEX = {
    "big_commune": "ix_person_unit_name",
    "small_commune": "ix_person_unit_name",
    "area": "ix_person_area_name",
    "big_province": "ix_person_province_name",
    "small_province": "ix_person_province_name",
    "country": "ix_person_name",
}
GRANTED = {"one_grant": 1, "sixty_grants": 60, "five_hundred_grants": 500}
PROTECTED = {"person", "person_token", "person_identifier", "person_phone", "residence", "responsibility"}


@dataclass(frozen=True)
class Seat:
    """Somebody on one road, a person they see, and how much there is to see."""

    who: Actor
    within: Scope
    somebody: UUID | None
    deep: tuple[str, ...]
    persons: int
    grantees: list[int]


@dataclass
class Populous:
    admin: Any
    service: Any
    seats: dict[str, Seat]

    async def explain(self, name: str, asked: Asked) -> Explained:
        seat = self.seats[name]
        return await explained(self.service, seat.who, seat.within, asked, seat.grantees)

    async def bearers(self, name: str, word: str, *, begun: bool = False) -> int:
        """How many tokens in reach a search for a word can start from."""
        within = self.seats[name].within
        wall = "true" if within.road is Road.COUNTRY else f"unit_no between {within.lo} and {within.hi}"
        match = "token like $1 || '%'" if begun else "token = $1"
        return await self.admin.fetchval(f"select count(*) from person_token where {match} and {wall}", word)


@pytest.fixture(scope="module")
async def populous(fresh_ground):
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(fresh_ground())
        admin = await stack.enter_async_context(ground.connected(ground.admin_dsn))
        service = await stack.enter_async_context(ground.connected(ground.service_dsn))
        await populate(admin)
        yield Populous(admin, service, await seats(admin))


async def seats(admin: Any) -> dict[str, Seat]:
    sizes = await admin.fetch("select unit_no from person group by 1 order by count(*) desc")
    units = {
        "big_commune": sizes[0][0],
        "small_commune": sizes[-1][0],
        "area": 10_001,
        "big_province": 10_000,
        "small_province": 100_000,
        "country": 1,
        "club": 10_003,
        "old_district": 19_000,
        "old_commune": 19_001,
    }
    made = {}
    for name, no in units.items():
        road = Road.COUNTRY if name == "country" else Road.MADE if name.startswith("old") else Road.UNIT
        made[name] = await seat(admin, await actor(admin, no), road)
    for name, count in GRANTED.items():
        who = await actor(admin, 90_003)
        await admin.execute(GRANTS, -who.account_no, count)
        await admin.execute("analyze access_grant")
        made[name] = await seat(admin, who, Road.GRANT)
    return made


async def seat(admin: Any, who: Actor, road: Road) -> Seat:
    within = scope(who, road)
    reach = f"unit_no between {within.lo} and {within.hi}"
    if road is Road.GRANT:
        reach = f"id in (select person_id from access_grant where grantee in ({-who.account_no}, {who.unit_no}))"
    count = await admin.fetchval(f"select count(*) from person where {reach}")
    ordered = f"select name_sort_key, id from person where {reach} order by name_sort_key, id offset $1 limit 1"
    found = await admin.fetchrow(ordered, count * 8 // 10)
    deep = (found["name_sort_key"], str(found["id"])) if found else ()
    return Seat(who, within, found["id"] if found else None, deep, count, who.grantees)


def holds_nothing_forbidden(found: Explained) -> None:
    assert not found.seq_scans & PROTECTED, found.seq_scans
    assert found.bitmaps == 0, "bitmaps would sort a whole unit (scope.md §0.3)"


# -- lists in name order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", UNIT_ROADS)
@pytest.mark.parametrize("deep", [False, True], ids=["first", "deep"])
async def test_a_page_in_name_order_is_a_walk_on_the_levels_own_index(populous, road, deep):
    found = await populous.explain(road, listed(after=populous.seats[road].deep if deep else ()))
    holds_nothing_forbidden(found)
    assert found.indexes("person") == {INDEX[road]}
    assert [n["Node Type"] for n in found.scans("person")] in (["Index Scan"], ["Index Only Scan"])
    seat = populous.seats[road]
    left = seat.persons - seat.persons * 8 // 10 - 1 if deep else seat.persons
    assert (found.touched, found.filtered) == (min(PAGE, left), 0)
    assert found.sorted_input <= PAGE, "the base table is never sorted"


@pytest.mark.parametrize("road", UNIT_ROADS)
async def test_included_facts_are_reached_person_by_person(populous, road):
    found = await populous.explain(road, listed(include=("residences",), fields=("full_name",)))
    holds_nothing_forbidden(found)
    assert found.indexes("residence") == {"ix_residence_person"}
    assert found.touched <= PAGE + 2 * PAGE


@pytest.mark.parametrize("road", ["club", "old_district"])
async def test_whoever_has_no_persons_finds_that_out_without_reading_any(populous, road):
    found = await populous.explain(road, listed())
    holds_nothing_forbidden(found)
    assert found.touched == 0


@pytest.mark.parametrize("road", UNIT_ROADS)
async def test_the_newest_first_never_sorts_more_than_the_reach_and_walks_where_it_is_wide(populous, road):
    seat, found = populous.seats[road], await populous.explain(road, listed(order="newest"))
    holds_nothing_forbidden(found)
    assert found.touched <= seat.persons
    if road == "country":
        assert found.touched == PAGE


async def test_a_page_is_planned_for_its_own_values_however_often_it_was_asked(populous):
    """A plan kept for all values would read a commune like a country."""
    for road in UNIT_ROADS:
        seat = populous.seats[road]
        made, values = statement(listed(after=seat.deep), seat.within, seat.grantees)
        assert made.mode == "force_custom_plan"
        await populous.service.execute(f"prepare often as {made.sql}")
        given = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for value in values)
        for _ in range(7):
            async with opened(populous.service, seat.who, seat.within, made.mode) as connection:
                last = json.loads(await connection.fetchval(f"{OPTIONS} execute often({given})"))
        kept = await populous.service.fetchval("select generic_plans from pg_prepared_statements where name = 'often'")
        await populous.service.execute("deallocate often")
        found = Explained(made.sql, tuple(nodes_of(last[0]["Plan"])))
        holds_nothing_forbidden(found)
        assert (kept, found.filtered) == (0, 0)
        assert found.touched <= PAGE, road


def test_one_row_by_its_id_may_keep_its_plan():
    made, _ = statement(single(new_id()), Scope(Road.UNIT, "commune", 1, 1, "read_person"), [])
    assert made.mode == "auto"


# -- one person ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", [*UNIT_ROADS, *GRANTED])
async def test_a_detail_with_all_its_lists_touches_a_handful_of_rows(populous, road):
    seat = populous.seats[road]
    include = ("identifiers", "phones", "residences", "responsibilities.unit")
    found = await populous.explain(road, single(seat.somebody, include=include))
    holds_nothing_forbidden(found)
    grants = 8 * seat.persons if road in GRANTED else 0
    assert found.touched <= 20 + grants


@pytest.mark.parametrize("road", [*UNIT_ROADS, "club", "old_district"])
async def test_a_hidden_and_a_missing_person_cost_the_same_one_look(populous, road):
    elsewhere = await populous.admin.fetchval("select id from person where province_no = 50000 limit 1")
    hidden = await populous.explain(road, single(elsewhere))
    missing = await populous.explain(road, single(new_id()))
    assert missing.touched == 0
    assert road == "country" or hidden.touched <= 1


# -- search in name order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", UNIT_ROADS)
@pytest.mark.parametrize(
    ("filters", "word"),
    [({"words": ["duc", "nguyen"]}, "duc"), ({"words_begun": ["nguyen", "du"]}, "nguyen")],
    ids=["words", "begun"],
)
async def test_a_search_costs_as_many_rows_as_bear_the_first_word_in_reach(populous, road, filters, word):
    bearers = await populous.bearers(road, word)
    found = await populous.explain(road, listed(filters=filters))
    holds_nothing_forbidden(found)
    assert found.touched <= 4 * bearers + PAGE
    assert found.widest_join <= 3 * bearers + PAGE, "a join that multiplies"
    assert found.sorted_input <= bearers, "only what was found is sorted"


@pytest.mark.parametrize("road", [name for name in UNIT_ROADS if name != "country"])
async def test_a_single_word_begun_costs_its_bearers_and_at_most_the_reach(populous, road):
    bearers = await populous.bearers(road, "hu", begun=True)
    found = await populous.explain(road, listed(filters={"word_begun": "hu"}))
    holds_nothing_forbidden(found)
    assert found.touched <= 2 * bearers + populous.seats[road].persons


@pytest.mark.parametrize("road", [*UNIT_ROADS, *GRANTED])
@pytest.mark.parametrize("name", ["national_id", "phone"])
async def test_a_search_by_number_goes_by_its_blind_index(populous, road, name):
    table = {"national_id": "person_identifier", "phone": "person_phone"}[name]
    somebody = populous.seats[road].somebody
    blind = await populous.admin.fetchval(f"select number_blind from {table} where person_id = $1", somebody)
    found = await populous.explain(road, listed(filters={name: blind}))
    holds_nothing_forbidden(found)
    assert found.touched <= 12 + (8 * populous.seats[road].persons if road in GRANTED else 0)


# -- counts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", UNIT_ROADS)
async def test_a_count_reads_the_reach_by_index_and_nothing_beside_it(populous, road):
    found = await populous.explain(road, listed(counted=True))
    holds_nothing_forbidden(found)
    assert found.touched <= populous.seats[road].persons + PAGE
    assert found.filtered == 0


# -- granted -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", GRANTED)
@pytest.mark.parametrize(
    "asked",
    [listed(), listed(filters={"words": ["duc", "nguyen"]}), listed(counted=True), listed("responsibility")],
    ids=["list", "search", "count", "responsibilities"],
)
async def test_the_granted_road_costs_by_the_grants_whatever_the_size_of_the_register(populous, road, asked):
    found = await populous.explain(road, asked)
    holds_nothing_forbidden(found)
    assert found.touched <= 9 * populous.seats[road].persons + 30
    assert found.touched < PERSONS // 3


# -- whose it was --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", [*UNIT_ROADS, "old_district", "old_commune"])
@pytest.mark.parametrize("ended", [None, True], ids=["all", "ended"])
async def test_stretches_of_responsibility_are_listed_from_an_index(populous, road, ended):
    found = await populous.explain(road, listed("responsibility", filters={} if ended is None else {"ended": ended}))
    holds_nothing_forbidden(found)
    assert found.touched <= (PAGE if "commune" in road else 3_000)


async def test_an_old_districts_view_of_a_person_is_its_own_period(populous):
    seat = populous.seats["old_district"]
    sql = "select id from responsibility where unit_no between $1 and $2 limit 1"
    stretch = await populous.admin.fetchval(sql, seat.within.lo, seat.within.hi)
    found = await populous.explain("old_district", single(stretch, "responsibility", ("residences", "unit")))
    holds_nothing_forbidden(found)
    assert found.touched <= 8


# -- the other door ------------------------------------------------------------------------------------------------

DOCUMENTS = {
    "officer": "{persons(first: 50) {totalCount edges {cursor node {id fullName residences(first: 5) {nodes {address}}}}}}",
    "province_officer": "{persons(first: 50) {pageInfo {hasNextPage endCursor} nodes {id fullName bornOn unit {name}}}}",
    "country_reader": "{persons(first: 50) {nodes {id fullName nationalId phone masked}}}",
}
ROAD_OF = {"officer": "big_commune", "province_officer": "big_province", "country_reader": "country"}


@pytest.mark.parametrize("user", DOCUMENTS)
async def test_graphql_walks_the_same_index_as_rest(populous, world, monkeypatch, user):
    caught: list[Asked] = []
    read = Records.read

    async def watched(self, asked, **more):
        caught.append(asked)
        return await read(self, asked, **more)

    monkeypatch.setattr(Records, "read", watched)
    assert "errors" not in await world.ask(user, DOCUMENTS[user])
    found = await populous.explain(ROAD_OF[user], caught[0])
    holds_nothing_forbidden(found)
    assert INDEX[ROAD_OF[user]] in found.indexes("person")
    counted = populous.seats[ROAD_OF[user]].persons if "totalCount" in DOCUMENTS[user] else 0
    assert found.touched <= counted + 10 * PAGE
    assert found.sorted_input <= PAGE


def test_the_first_message_names_the_road_and_no_number_of_a_unit(populous):
    """Numbers come from the database itself, in the transaction of the statement (rulings 1)."""
    seat = populous.seats["big_commune"]
    message = opening(context(seat.who), seat.within)
    assert message.startswith("begin; select app_enter(")
    assert str(seat.who.unit_no) not in message
