"""Controls that must fail: each cell of the policy, each wall, each mask taken away in turn, and the checker sees it."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
from dataclasses import replace

import pytest

from api import wiring
from domain import acts
from domain.access import policy, scope
from domain.access.policy import Reach, Role, Sight
from domain.account import use_cases as account_acts
from domain.person import use_cases as person_acts
from domain.reading import Kind, Road, Show
from persistence import projections
from persistence.projections import _Compiler
from tests.access.asking import Outcome, every, sent
from tests.access.gates import ALL
from tests.access.judging import Expected, expected, faults, journal_faults, leaks
from tests.access.model import DECLARED, LAW

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
SHARE = 1 if PROVE else 4
"""Of the cells of the policy every fourth is taken away in the default run, all of them when proving."""
PERMISSIONS = sorted({operation.permission for operation in ALL})
NOUNS_OF = {permission: {op.noun for op in ALL if op.permission == permission} - {""} for permission in PERMISSIONS}


@pytest.fixture(scope="module")
def product(register):
    requests = list(every(register))
    random.Random(7).shuffle(requests)
    return requests


@pytest.fixture(autouse=True)
def forget():
    """What was narrowed or compiled under a mutant must not outlive it."""
    _forgotten()
    yield
    _forgotten()


def _forgotten():
    scope.narrow.cache_clear()
    projections.plan.cache_clear()


def telling(register, product, role, *, permission=None, most=40, among=None):
    """Requests of a role that show something first, then some that are refused."""
    shows, refused = [], []
    for request in product:
        if (
            request.post.role == role
            and permission in (None, request.operation.permission)
            and (among is None or among(request))
        ):
            wanted = expected(register, request)
            (shows if wanted.status == 200 else refused).append((request, wanted))
            if len(shows) >= most:
                break
    return shows + refused[:10]


async def noticed(register, asked):
    """The first fault the checker finds among these requests; None when the mutant lives."""
    for request, wanted in asked:
        outcome = await sent(register, request)
        rows = await register.world.admin.fetch("select * from journal_entry where request_id = $1", outcome.request_id)
        found = faults(register, request, outcome, wanted) + journal_faults(request, wanted, rows)
        if found:
            return found[0]
    return None


@contextlib.contextmanager
def instead(role, **changes):
    """The policy with one row replaced."""
    before = policy.POLICY[role]
    policy.POLICY[role] = replace(before, **changes)
    _forgotten()
    try:
        yield
    finally:
        policy.POLICY[role] = before
        _forgotten()


async def test_the_checker_finds_nothing_where_nothing_was_taken_away(register, product):
    for role in Role:
        assert await noticed(register, telling(register, product, role, most=10)) is None


# -- the policy, cell by cell ---------------------------------------------------------------------------------------


def held_by_its_road(role, permission):
    """A permission that the second wall withholds whatever the policy says: on the country's road nobody writes files."""
    writes = not permission.startswith("read_") and permission not in ("appoint", "change_rule", "change_rate")
    return LAW[role].levels == {"country"} and writes


def shown_in_figures(role, permission):
    """Totals alone: no list or row of the product is opened by them; their doors are tests/api/test_support_figures."""
    return LAW[role].permissions.get(permission) is Reach.TOTALS


REACHES = [
    (role, permission)
    for role in Role
    for permission in PERMISSIONS
    if not held_by_its_road(role, permission) and not shown_in_figures(role, permission)
]


async def test_every_permission_given_or_taken_away_is_noticed(register, product):
    lived = []
    for role, permission in REACHES[::SHARE]:
        given = dict(LAW[role].permissions)
        cell = given.pop(permission, Reach.NONE)
        given |= {permission: Reach.BELOW} if cell is Reach.NONE else {}
        asked = telling(register, product, role, permission=permission, most=6)
        with instead(role, permissions=given):
            if await noticed(register, asked) is None:
                lived.append((role.value, permission))
    assert not lived, lived


FARTHER = [
    (role, permission, cell, reach)
    for role in Role
    for permission, cell in LAW[role].permissions.items()
    for reach in (Reach.BELOW, Reach.ASSIGNED)
    if permission in ("read_person", "read_responsibility") and reach is not cell
]


async def test_every_reach_made_wider_or_narrower_is_noticed(register, product):
    lived = []
    for role, permission, _cell, reach in FARTHER:
        asked = telling(register, product, role, permission=permission, among=lambda r: r.operation.kind == "list")
        with instead(role, permissions={**LAW[role].permissions, permission: reach}):
            if await noticed(register, asked) is None:
                lived.append((role.value, permission, reach.name))
    assert not lived, lived


def seen_somewhere(role, kind):
    """Whether the role reads any noun that has a field of this class."""
    reads = [p for p, reach in LAW[role].permissions.items() if reach > Reach.TOTALS and p in NOUNS_OF]
    nouns = set().union(*(NOUNS_OF[name] for name in reads))
    return any(kind in DECLARED[noun].fields.values() for noun in nouns)


SIGHTS = [
    (role, kind, sight)
    for role in Role
    for kind in (Kind.IDENTITY, Kind.IDENTIFIER, Kind.REACH, Kind.ADDRESS, Kind.STAFF, Kind.JOURNAL)
    for sight in Sight
    if sight is not LAW[role].sights[kind] and seen_somewhere(role, kind)
]


def showing(kind):
    """Requests for rows with a field of this class, or with such rows in them."""
    nouns = {noun.name for noun in DECLARED.values() if kind in noun.fields.values()}
    return lambda request: (
        request.operation.noun in nouns and request.operation.kind in ("one", "list", "log", "search")
    )


async def test_every_class_of_field_seen_otherwise_is_noticed(register, product):
    """Clear, on purpose, masked, absent: any one in place of another."""
    lived = []
    for role, kind, sight in SIGHTS[::SHARE]:
        asked = telling(register, product, role, among=showing(kind), most=60)
        with instead(role, sights={**LAW[role].sights, kind: sight}):
            if await noticed(register, asked) is None:
                lived.append((role.value, kind.value, sight.value))
    assert not lived, lived


# -- the code, rule by rule -----------------------------------------------------------------------------------------


def unmasked(selection, role, **_how):
    """Everything asked for is shown in clear."""
    del role
    picks = tuple(p._replace(show=Show.CLEAR, of=unmasked(p.of, "") if p.of else None) for p in selection.picks)
    return replace(selection, picks=picks)


def sealed_in_clear(self, pick, reads, alias):
    return SEALED(self, pick._replace(show=Show.CLEAR), reads, alias)


SEALED = _Compiler.sealed


async def unsaid(*_given):
    """A journal that keeps nothing."""


def anyone(actor, role, seat, at=""):
    """Whoever asks may give anything anywhere."""
    del actor, role, at
    return seat


BROKEN = {
    "masks are not laid": (acts, "narrow", unmasked, "country_reader", "read_person"),
    "sealed numbers are told in lists": (_Compiler, "sealed", sealed_in_clear, "import_client", "read_person"),
    "masked fields can be written": (person_acts, "check_writable", lambda *_: set(), "import_client", "write_person"),
    "reads are not journaled": (_Compiler, "journal", lambda *_: "", "commune_officer", "read_person"),
    "denials are not journaled": (wiring.Register, "note", unsaid, "volunteer", "write_person"),
    "appointments come from anywhere": (account_acts, "check_giving", anyone, "province_admin", "appoint"),
    "posts above are not looked at": (account_acts, "check_outranked", lambda *_: None, "commune_leader", "appoint"),
    "an ended unit keeps its staff": (scope, "STAFFING", frozenset(), "commune_leader", "read_account"),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_every_rule_taken_out_is_noticed(register, product, monkeypatch, fault):
    where, name, broken, role, permission = BROKEN[fault]
    asked = telling(register, product, role, permission=permission, most=10_000)
    asked = [
        *asked,
        *((r, expected(register, r)) for r in product if r.post.role == role and r.operation.permission == permission),
    ]
    monkeypatch.setattr(where, name, broken)
    _forgotten()
    assert await noticed(register, asked[-400:]) is not None


# -- the walls ------------------------------------------------------------------------------------------------------

WALLED = ("person", "person_identifier", "person_phone", "residence", "responsibility", "account", "appointment")


@contextlib.asynccontextmanager
async def without_the_second_wall(world):
    for table in WALLED:
        await world.admin.execute(f"alter table {table} disable row level security")
    try:
        yield
    finally:
        for table in WALLED:
            await world.admin.execute(f"alter table {table} enable row level security")
        await world.house.pool.expire_connections()  # their plans were made without it


@pytest.fixture
def without_the_first_wall(monkeypatch):
    def fell():
        monkeypatch.setattr(projections, "wall", lambda *_: "true")
        monkeypatch.setattr(projections, "wall_inside", lambda *_: "true")
        _forgotten()

    return fell


def reads(request):
    return request.operation.kind in ("one", "list", "search")


def readings(register, product, among, most):
    return [(r, expected(register, r)) for r in itertools.islice(filter(among, product), most)]


def of_the_country(before):
    """The scope of the topmost unit: what a wrong interval would be."""

    def made(actor, permission, *, via=None):
        within = before(actor, permission, via=via)
        if within.road is Road.GRANT:
            return within
        return replace(within, lo=1, hi=99_999, level="district")

    return made


async def test_each_wall_holds_alone(register, product, without_the_first_wall):
    """Every read of the sample is answered the same with either wall gone."""
    asked = readings(register, product, reads, 10_000 if PROVE else 500)
    async with without_the_second_wall(register.world):
        assert await noticed(register, asked) is None, "without the second wall"
    without_the_first_wall()
    assert await noticed(register, asked) is None, "without the first wall"


@pytest.mark.parametrize("via", [None, "grant", "made"])
async def test_with_both_walls_gone_every_road_leaks_and_is_noticed(register, product, without_the_first_wall, via):
    def by_road(request):
        return reads(request) and request.how.via == via and request.operation.kind == "one"

    without_the_first_wall()
    async with without_the_second_wall(register.world):
        assert await noticed(register, readings(register, product, by_road, 300)) is not None


async def test_a_scope_of_the_unit_at_the_top_is_held_by_the_second_wall_and_noticed_without_it(
    register, product, monkeypatch
):
    def by_officers(request):
        return reads(request) and request.post.role == "commune_officer" and request.how.via is None

    asked = readings(register, product, by_officers, 150)
    monkeypatch.setattr(acts, "scope_of", of_the_country(scope.scope_of))
    assert await noticed(register, asked) is None, "the second wall holds"
    async with without_the_second_wall(register.world):
        assert await noticed(register, asked) is not None


CLAUSES = (
    ("person", "road_unit", "commune_officer"),
    ("person_identifier", "road_unit", "commune_officer"),
    ("person_phone", "road_unit", "commune_police"),
    ("residence", "road_unit", "district_officer"),
    ("responsibility", "road_unit", "province_officer"),
    ("person", "road_made", "district_officer"),
    ("person_identifier", "road_made", "district_officer"),
    ("person_phone", "road_made", "commune_officer"),
    ("residence", "road_made", "commune_leader"),
    ("responsibility", "road_made", "district_officer"),
    ("person", "road_grant", "volunteer"),
    ("person_identifier", "road_grant", "counsellor"),
    ("person_phone", "road_grant", "volunteer"),
    ("residence", "road_grant", "health_station"),
    ("responsibility", "road_grant", "commune_officer"),
    ("account", "road_unit", "commune_leader"),
    ("appointment", "road_unit", "province_admin"),
)
"""(table, policy, a role that takes this road)."""
EXPRESSION = "select pg_get_expr(polqual, polrelid) from pg_policy where polname = $1 and polrelid = $2::regclass"


@pytest.mark.parametrize("clause", CLAUSES, ids="-".join)
async def test_each_clause_of_the_second_wall_is_noticed_when_it_falls_and_the_first_is_gone(
    register, product, without_the_first_wall, clause
):
    table, name, role = clause
    admin = register.world.admin
    before = await admin.fetchval(EXPRESSION, name, table)
    via = {"road_unit": (None,), "road_made": (None, "made"), "road_grant": (None, "grant")}[name]

    def through_it(request):
        mine = request.post.role == role and request.how.via in via and request.operation.kind == "one"
        return mine and request.operation.noun == table

    asked = readings(register, product, through_it, 400)
    without_the_first_wall()
    assert await noticed(register, asked[:20]) is None, "the clause holds"
    await admin.execute(f"alter policy {name} on {table} using (true)")
    try:
        assert await noticed(register, asked) is not None
    finally:
        await admin.execute(f"alter policy {name} on {table} using ({before})")


# -- the checker itself ---------------------------------------------------------------------------------------------


async def test_one_canary_anywhere_in_an_answer_is_noticed(register, product):
    """In a field, in a header, in a problem, in another case."""
    request = next(
        r for r in product if r.relation == "elsewhere" and r.operation.name == "read_person" and r.how.door == "rest"
    )
    outcome = await sent(register, request)
    wanted = Expected(404, "not_found")
    assert not leaks(request, outcome, wanted, register)
    facts = request.target.facts
    for mark in (facts["full_name"], facts["full_name"].upper(), facts["born_on"], facts["native_place"], facts["id"]):
        body = outcome.reply._replace(body=outcome.reply.body + str(mark).encode())
        head = outcome.reply._replace(headers=(*outcome.reply.headers, ("etag", str(mark))))
        for reply in (body, head):
            assert leaks(request, with_reply(outcome, reply), wanted, register), mark


def with_reply(outcome, reply):
    return Outcome(outcome.request_id, outcome.status, outcome.code, outcome.data, reply)


def test_no_mutant_was_left_behind():
    """The model's copy is the policy as it stands now, and it answers for every class of field."""
    assert dict(policy.POLICY) == LAW
    assert all(set(LAW[role].sights) == set(Kind) for role in Role)
