"""The compiled road answers what ordinary execution over plain rows would (rulings 20): random documents, both ways."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from graphql import build_schema, execute, get_named_type, is_list_type, is_non_null_type, parse, print_schema, validate

from api.graphql.limits import check
from api.graphql.schema import schema
from api.selection import signed
from domain.acts import Context
from domain.ids import new_id
from domain.reading import Road, Scope
from tests.projections.documents import CORE, Asking
from tests.projections.register_in_memory import TYPES, load, snake
from tests.world import insert

PLAIN = build_schema(print_schema(CORE))
"""The same schema without a resolver or executor of ours."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
SEEDS = range(430)
CALLERS = {
    "officer": (Road.UNIT, None, False),
    "leader": (Road.UNIT, None, False),
    "police": (Road.UNIT, None, False),
    "area_officer": (Road.UNIT, None, False),
    "province_officer": (Road.UNIT, None, True),
    "south_officer": (Road.UNIT, None, False),
    "import_client": (Road.UNIT, None, False),
    "country_reader": (Road.COUNTRY, None, False),
    "old_officer": (Road.MADE, None, False),
    "counsellor": (Road.GRANT, None, False),
    "club_board": (Road.GRANT, None, True),
    "province_admin": (Road.UNIT, None, False),
}
PERSONAL = ("persons", "person", "personIdentifier", "personPhone", "residence")
ROOTS = {
    "officer": (*PERSONAL, "responsibilities", "responsibility", "units", "unit", "unitSuccessions"),
    "leader": (*PERSONAL, "accounts", "account", "appointment"),
    "police": PERSONAL,
    "area_officer": (*PERSONAL, "responsibilities"),
    "province_officer": PERSONAL,
    "south_officer": ("persons", "units"),
    "import_client": ("persons", "person"),
    "country_reader": ("persons", "person", "responsibilities"),
    "old_officer": ("responsibilities", "residence", "units"),
    "counsellor": ("persons", "person", "residence"),
    "club_board": ("persons", "person"),
    "province_admin": ("accounts", "account", "units", "unit"),
}
WHERE = {
    "persons": (
        None,
        None,
        {"gender": "male"},
        {"voided": True},
        {"voided": None},
        {"bornYear": 1990},
        {"gender": "female", "voided": False},
        {"source": "đợt 1", "voided": None},
    ),
    "responsibilities": (None, {"ended": True}, {"ended": False}),
    "units": (None, {"level": "commune"}, {"asOf": "2025-06-30"}, {"asOf": "2025-07-01", "level": "commune"}),
    "unitSuccessions": (None, {"kind": "merged_whole"}),
    "accounts": (None, {"kind": "person"}),
}
ORDERS = {"persons": (None, "name", "newest"), "responsibilities": (None, "name", "newest")}
WHERE_TYPES = {
    "persons": "PersonFilter",
    "responsibilities": "ResponsibilityFilter",
    "units": "UnitFilter",
    "unitSuccessions": "LineageFilter",
    "accounts": "AccountFilter",
}


@pytest.fixture
async def peopled(world):
    """Persons with papers, phones, residences and old stretches, granted here and there; some names are awkward."""
    chance = random.Random(7)
    awkward = ('Trần "Bé" Út', "Lê \\u0000c41 Văn", "Nguyễn {Hai} 'Ba'", "Ngô \\ Tư", "Hồ 💧 Năm", 'Đỗ \\"i00\\" Sáu')
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for place in range(34):
        unit = ("hoa", "hoa", "hoa", "binh", "lam", "bien")[place % 6]
        more = {"recorded_at": since + timedelta(minutes=place // 2)}  # pairs share an instant: the id decides
        if place % 5 == 0:
            more |= {"voided_at": since, "void_reason": "ghi nhầm"}
        if place % 4 == 0:
            more["phone"] = f"+84309{place:06}"
        if place % 3:
            more["national_id"] = f"000190{place:06}"
        if place % 7 == 0:
            more |= {"source": "đợt 1", "source_ref": f"dòng {place}", "aliases": ["Bé", 'Út "Nhỏ"']}
        if unit == "hoa" and place % 2:
            more["was"] = "old_commune"
        more |= {"gender": ("male", "female", None)[place % 3], "born_on": date(1985 + place % 8, 1 + place % 12, 1)}
        name = awkward[place] if place < len(awkward) else None
        person = await world.person(unit, name, **more)
        for number in range(chance.randint(0, 4)):
            made = "old_commune" if place % 2 else unit
            at = since + timedelta(hours=number // 2)
            address = f'số {number}, ngõ "sâu"\n\\u0000'
            await world.residence(person, unit, made=made, recorded_at=at, address=address)
        if place % 2:
            classes = ("residence", "person_phone", "responsibility", "person_identifier")[: 1 + place % 4]
            await world.grant(person, "counsellor", *classes)
        if place % 3 == 0:
            await world.grant(person, "club_board", "person_phone")
    edges = await succession(world)
    yield world
    await world.admin.execute("delete from unit_lineage where id = any($1::uuid[])", edges)


async def succession(world):
    ids = []
    for origin, successor, kind in (
        ("old_commune", "hoa", "merged_whole"),
        ("old_commune", "binh", "split_part"),
        ("old_district", "north", "merged_whole"),
    ):
        ids.append(new_id())
        ends = {"from_id": world.units[origin], "to_id": world.units[successor]}
        facts = {"id": ids[-1], "kind": kind, "effective_on": date(2025, 7, 1), "confidence": "C"}
        await insert(world.admin, "unit_lineage", facts | ends)
    return ids


async def context(world, name, purpose):
    user = world.users[name]
    actor = await world.house.doorman.actors.actor(user.session_id, None)
    ctx = Context(actor, world.house.register, datetime.now(UTC), purpose="care" if purpose else None)
    road = CALLERS[name][0]
    level = "country" if road is Road.COUNTRY else actor.level
    return ctx, Scope(road, level, actor.unit_no, actor.last_no, "read_person")


class Opener:
    """Opens cursors as the register does, to their sort key and id; `filters` is what they are bound to (None: no list)."""

    def __init__(self, world, ctx):
        self.world, self.ctx, self.filters = world, ctx, {}

    def keys(self, cursor):
        signature = b"" if self.filters is None else signed(self.filters)
        bound = self.ctx.actor.account_id.bytes + self.ctx.actor.epoch + signature
        _mark, key, id = json.loads(self.world.house.register.cursors.open(cursor, bound))
        return key, id


def filters_of(root, where):
    """What a cursor of the root is bound to: the filters by their names in the domain."""
    if root == "persons" and where is None:
        return {"voided": False}
    given = {snake(key): value for key, value in (where or {}).items() if value is not None}
    if root == "persons" and "voided" not in (where or {}):
        given["voided"] = False
    return {name: date.fromisoformat(value) if name == "as_of" else value for name, value in given.items()}


async def cursors(world, name, headers, root, where, order):
    """Cursors of the compiled road itself, for the root and for relations below it: what `after` is tried with."""
    variables = {"where": where, "order": order}
    takes_order = ", order: $order" if root in ORDERS else ""
    head = f"$where: {WHERE_TYPES[root]}" + (f", $order: {ORDER_TYPES[root]}" if takes_order else "")
    nested = {
        "persons": ("Person", ("residences", "responsibilities", "identifiers")),
        "units": ("Unit", ("children", "successions")),
        "responsibilities": ("Responsibility", ("residences",)),
    }.get(root, ("", ()))
    inner = " ".join(f"{relation}(first: 2) {{ edges {{ cursor }} }}" for relation in nested[1])
    given = variables if takes_order else {"where": where}
    text = f"query({head}) {{ {root}(first: 6, where: $where{takes_order}) {{ edges {{ cursor node {{ id {inner} }} }} }} }}"
    answer = await world.ask(name, text, given, **headers)
    assert "errors" not in answer, answer
    edges = answer["data"][root]["edges"]
    below = {
        f"{nested[0]}.{relation}": edge["cursor"]
        for row in edges
        for relation in nested[1]
        for edge in (row["node"][relation] or {"edges": []})["edges"]
    }
    return [edge["cursor"] for edge in edges], below


ORDER_TYPES = {"persons": "PersonOrder", "responsibilities": "ResponsibilityOrder"}


async def question(world, seen, name, headers, chance, opener):
    """One random document for this caller, with its variables."""
    asking = Asking(chance)
    root = chance.choice(ROOTS[name])
    type_ = get_named_type(CORE.query_type.fields[root].type)
    if not type_.name.endswith("Connection"):
        rows = seen.tables[TYPES[type_.name]]
        if not rows:
            return None
        opener.filters = None
        return asking.document(root, f"(id: {asking.bind('UUID!', str(chance.choice(rows)['id']))})", 3), asking
    where = chance.choice(WHERE[root])
    if where and "voided" not in where and root == "persons":
        where = where | {"voided": False}
    order = chance.choice(ORDERS.get(root, (None,)))
    opener.filters = filters_of(root, where)
    parts = [f"first: {asking.size(5)}"]
    if chance.random() < 0.35:
        roots, asking.nested_after = await cursors(world, name, headers, root, where, order)
        if roots and chance.random() < 0.7:
            parts.append(f"after: {asking.bind('String', chance.choice(roots))}")
    if where is not None or chance.random() < 0.2:
        parts.append(f"where: {asking.bind(WHERE_TYPES[root], where)}")
    if order is not None:
        parts.append(f"order: {asking.bind(ORDER_TYPES[root], order) if chance.random() < 0.5 else order}")
    return asking.document(root, f"({', '.join(parts)})", 2), asking


def compare(type_, fast, slow, at, told):
    """Both answers, walked with their types; cursors are opened, instants are read, `masked` is worked out."""
    if is_non_null_type(type_):
        type_ = type_.of_type
    if is_list_type(type_):
        assert type(fast) is type(slow), at
        assert len(fast or []) == len(slow or []), at
        for place, (one, other) in enumerate(zip(fast or [], slow or [], strict=True)):
            compare(type_.of_type, one, other, f"{at}/{place}", told)
    elif isinstance(slow, dict):
        assert fast is not None, f"{at} is null"
        assert list(fast) == list(slow), at  # the same keys in the same order
        compare_object(type_, fast, slow, at, told)
    elif isinstance(slow, str) and slow.startswith("cursor:"):
        told["cursors"] += 1
        assert told["open"](fast)[1] == slow.removeprefix("cursor:"), at
    elif isinstance(slow, str) and INSTANT.fullmatch(slow):
        assert datetime.fromisoformat(fast) == datetime.fromisoformat(slow), at
    else:
        told["values"] += 1
        assert fast == slow, at


def compare_object(type_, fast, slow, at, told):
    listed = told["listed"]
    told["listed"] = listed or type_.name.endswith("Connection")
    hidden = []
    for key in slow:
        field = re.sub(r"_\d+$", "", key)
        noun = TYPES.get(type_.name)
        if (
            noun
            and field not in ("masked", "__typename")
            and told["seen"].sight(noun, snake(field), listed=listed) != "clear"
        ):
            hidden.append(field)
    for key, value in slow.items():
        field = re.sub(r"_\d+$", "", key)
        if field == "__typename":
            assert fast[key] == value, at
        elif field == "masked":
            told["masked"] += bool(hidden)
            assert fast[key] == hidden, f"{at}/{key}"
        else:
            compare(type_.fields[field].type, fast[key], value, f"{at}/{key}", told)
    told["listed"] = listed


async def test_random_documents_are_answered_as_ordinary_execution_answers_them(peopled):
    world, told, kinds = peopled, Counter(), Counter()
    memories = {}
    for name, (_road, _via, purpose) in CALLERS.items():
        ctx, within = await context(world, name, purpose)
        opener = Opener(world, ctx)
        memories[name] = (await load(world, ctx, within, purpose=purpose, open_cursor=opener.keys), opener)
    tried = 0
    for seed in SEEDS:
        chance = random.Random(seed)
        name = chance.choice(list(CALLERS))
        seen, opener = memories[name]
        headers = {"Access-Purpose": "care"} if CALLERS[name][2] else {}
        made = await question(world, seen, name, headers, chance, opener)
        if made is None:
            continue
        text, asking = made
        document = parse(text)
        assert validate(PLAIN, document) == [], text
        if check(document, asking.variables):
            continue  # dearer than a caller may ask
        slow = execute(PLAIN, document, field_resolver=seen.resolve, variable_values=asking.variables)
        assert slow.errors is None, (text, slow.errors)
        fast = await world.ask(name, text, asking.variables, **headers)
        assert "errors" not in fast, (seed, name, text, asking.variables, fast)
        report = {"open": opener.keys, "seen": seen, "listed": False, "cursors": 0, "values": 0, "masked": 0}
        try:
            compare(CORE.query_type, fast["data"], slow.data, "", report)
        except (AssertionError, TypeError) as difference:
            raise AssertionError(f"seed {seed}, {name}: {text}\n{asking.variables}\n{difference}") from difference
        tried += 1
        told.update({key: report[key] for key in ("cursors", "values", "masked")})
        kinds.update(
            word
            for word in ("fragment", "@skip", "@include", "after:", "edges", "pageInfo", "totalCount")
            if word in text
        )
    assert tried >= 300
    assert told["values"] > 5_000, told
    assert min(told["cursors"], told["masked"]) > 50, told
    assert min(kinds.values()) > 20, kinds
    assert len(kinds) == 7


async def test_the_two_ways_really_differ_when_something_is_wrong(peopled):
    """The comparison sees a row more, a mask less and another order: else its agreement would mean nothing."""
    world = peopled
    ctx, within = await context(world, "country_reader", purpose=False)
    opener = Opener(world, ctx)
    opener.filters = {"voided": False}
    seen = await load(world, ctx, within, purpose=False, open_cursor=opener.keys)
    text = "{ persons(first: 5) { nodes { id fullName nationalId bornOn phone masked } edges { cursor } totalCount } }"
    fast = await world.ask("country_reader", text)

    def differs(memory):
        slow = execute(PLAIN, parse(text), field_resolver=memory.resolve)
        report = {"open": opener.keys, "seen": memory, "listed": False, "cursors": 0, "values": 0, "masked": 0}
        try:
            compare(CORE.query_type, fast["data"], slow.data, "", report)
        except AssertionError:
            return True
        return False

    assert not differs(seen)
    people = seen.tables["person"]
    assert differs(replace(seen, tables=seen.tables | {"person": people[:-1]}))
    assert differs(replace(seen, role="inspector"))
    renamed = [row | {"name_sort_key": str(row["id"])} for row in people]
    assert differs(replace(seen, tables=seen.tables | {"person": renamed}))
    assert schema._schema is CORE
