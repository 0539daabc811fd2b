"""Ways round: cursors, filters, orders, nested relations, node(id), searches, logs, dry runs, replays. No canary comes."""

from __future__ import annotations

import base64
import itertools
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.access.policy import Reach, Role, Sight
from domain.ids import new_id
from domain.reading import Kind
from tests.access.asking import posts, selected
from tests.access.model import DECLARED, LAW, How, in_reach, reach, shown, under, view
from tests.access.register import marked, tokens

FILTERED = {
    "q": Kind.IDENTITY,
    "born_on": Kind.IDENTITY,
    "born_year": Kind.IDENTITY,
    "gender": Kind.IDENTITY,
    "national_id": Kind.IDENTIFIER,
    "phone": Kind.REACH,
}


def carried(register, reply):
    """Canaries in everything that came back."""
    return tokens(reply.text + json.dumps(dict(reply.headers))) & register.canaries


def seen_by(register, post, permission="read_person", how=None):
    """Every canary of persons this post may be told, on any of its roads."""
    how = how or How(purpose="care", include=True)
    told = [
        view(register, post, row, permission, How(via, how.purpose, how.include))
        for via in (None, "grant", "made")
        for noun in ("person", "person_identifier", "person_phone", "residence", "responsibility")
        for row in register.rows[noun]
        if in_reach(register, post, row, permission, via)
    ]
    return marked(told) | marked([str(id) for id in register.world.units.values()])


def readers(register, permission="read_person"):
    return [post for post in posts(register.world) if reach(post, permission) not in (Reach.NONE, Reach.TOTALS)]


def others(register, post):
    """Persons this post does not meet on any road."""
    return [
        row
        for row in register.rows["person"]
        if not any(in_reach(register, post, row, "read_person", via) for via in (None, "grant", "made"))
    ]


async def test_no_filter_tells_what_the_field_does_not(register):
    """A class of field that is masked or absent cannot be filtered on; one seen on purpose needs the purpose."""
    target = register.person("own")
    number = next(f for f in register.of("person_identifier", target.id) if f.facts["status"] == "active")
    phone = register.of("person_phone", target.id)[0]
    values = {"q": target.facts["full_name"], "born_on": target.facts["born_on"], "born_year": 1930, "gender": "female"}
    values |= {"national_id": number.facts["number"], "phone": phone.facts["number"]}
    for post, (name, kind), purpose in itertools.product(readers(register), FILTERED.items(), (False, True)):
        headers = {"Access_Purpose": "care"} if purpose else {}
        reply = await register.world.call(post.name, "POST", "/v1/persons:search", {name: values[name]}, **headers)
        seen = shown(post, kind, purpose=purpose)
        later = shown(post, kind, purpose=True)
        expected = 200 if seen == "clear" else 403 if later == "clear" else 422
        assert reply.status_code == expected, (post, name, purpose, reply.text)
        assert carried(register, reply) <= seen_by(register, post)


async def test_nobody_finds_a_person_elsewhere_by_name_number_phone_or_birth(register):
    for post in readers(register):
        for target in others(register, post)[:4]:
            numbers = {f.facts["number"] for f in register.of("person_identifier", target.id)}
            phones = {f.facts["number"] for f in register.of("person_phone", target.id)}
            searches = [{"q": target.facts["full_name"]}, {"born_on": target.facts["born_on"]}]
            searches += [{"national_id": number} for number in numbers] + [{"phone": phone} for phone in phones]
            for search in searches:
                reply = await register.world.call(
                    post.name, "POST", "/v1/persons:search", search | {"count": "exact"}, Access_Purpose="care"
                )
                assert reply.status_code in (200, 422), (post, search)
                assert reply.status_code == 422 or (reply.json()["data"], reply.json()["total"]) == ([], 0)
                assert not carried(register, reply)


async def test_a_refusal_never_repeats_what_was_sent(register):
    """Values sent, refused or not understood, come back nowhere: not in problems, headers or GraphQL messages."""
    secret = register.person("elsewhere").facts
    word, born = secret["full_name"], secret["born_on"]
    for body in ({"q": word, "unknown": word}, {"national_id": word}, {"phone": word}, {"born_on": word}, {word: 1}):
        reply = await register.world.call("officer", "POST", "/v1/persons:search", body)
        assert reply.status_code in (200, 422), reply.text
        assert not carried(register, reply), body
    for query in (
        f"sort={word.split()[0]}",
        f"fields={word.split()[0]}",
        f"include={word.split()[0]}",
        f"cursor={born}",
    ):
        reply = await register.world.get("officer", f"/v1/persons?{query}")
        assert reply.status_code == 400
        assert not carried(register, reply), query
    for query in (
        f'{{ person(id: "{word}") {{ id }} }}',
        f'{{ persons(after: "{word}") {{ nodes {{ id }} }} }}',
        f"{{ {word.split()[0]} }}",
    ):
        reply = await register.world.call("officer", "POST", "/graphql", {"query": query})
        assert "errors" in reply.json()
        assert not carried(register, reply) - {word.split()[0].lower()} or "Cannot query field" in reply.text


async def test_a_cursor_tells_nothing_and_serves_nobody_else(register):
    """Sealed: no name in it; bound: another's actor, order, filter or road is refused."""
    world = register.world
    page = (await world.get("province_officer", "/v1/persons?limit=2")).json()["page"]["next"]
    padded = page + "=" * (-len(page) % 4)
    raw = base64.urlsafe_b64decode(padded)
    assert not tokens(raw.decode("latin-1")) & register.canaries
    assert (await world.get("province_officer", f"/v1/persons?limit=2&cursor={page}")).status_code == 200
    for user, query in (
        ("south_officer", f"cursor={page}"),
        ("area_officer", f"cursor={page}"),
        ("province_officer", f"cursor={page}&sort=newest"),
        ("province_officer", f"cursor={page}&gender=male"),
        ("province_officer", f"cursor={page[:-2]}AA"),
    ):
        reply = await world.get(user, f"/v1/persons?{query}")
        assert (reply.status_code, reply.json()["code"]) == (400, "bad_cursor"), (user, query)
        assert not carried(register, reply)


async def test_pages_of_every_size_show_the_same_rows_and_no_other(register):
    """Walking by cursor meets each row in reach once, for every reader."""
    for post in readers(register):
        wanted = {
            str(row.id)
            for row in register.rows["person"]
            if in_reach(register, post, row, "read_person", None) and row.facts["voided_at"] is None
        }
        for order, size in (("name", 3), ("newest", 2)):
            met, cursor = [], ""
            while cursor is not None:
                query = f"limit={size}&sort={order}" + (f"&cursor={cursor}" if cursor else "")
                page = (await register.world.get(post.name, f"/v1/persons?{query}")).json()
                met += [row["id"] for row in page["data"]]
                cursor = page["page"]["next"]
            assert sorted(met) == sorted(wanted), (post, order)


async def test_a_count_counts_only_what_is_in_reach(register):
    for post in readers(register):
        rows = [r for r in register.rows["person"] if in_reach(register, post, r, "read_person", None)]
        wanted = sum(row.facts["voided_at"] is None for row in rows)
        assert (await register.world.get(post.name, "/v1/persons?count=exact&limit=1")).json()["total"] == wanted
        told = await register.world.ask(post.name, "{ persons(first: 1) { totalCount } }")
        assert told["data"]["persons"]["totalCount"] == wanted


async def test_fields_by_name_show_no_more_than_all_fields(register):
    """Asking for exactly one hidden field gives its mask or nothing, and says so."""
    for post in readers(register):
        mine = [r for r in register.rows["person"] if in_reach(register, post, r, "read_person", None)][:1]
        for row, name in itertools.product(mine, DECLARED["person"].fields):
            body = (await register.world.get(post.name, f"/v1/persons/{row.id}?fields={name}")).json()
            whole = view(register, post, row, "read_person", How())
            assert body.get(name, ...) == whole.get(name, ...) or name.endswith("_at"), (post, name)
            assert (name in body["masked"]) == (name in whole["masked"])


NESTED = (
    "{ persons(first: 20) { nodes { id responsibilities(first: 4) { nodes { nameThen residences(first: 4)"
    " { nodes { address unit { name } } } } } residences(first: 4)"
    " { edges { cursor node { address } } totalCount } } pageInfo { endCursor startCursor } } }"
)


async def test_nested_relations_stay_within_the_road(register):
    """Through a person in reach to their other stretches, and from there to residences: only rows in reach."""
    for post in readers(register):
        reply = await register.world.call(post.name, "POST", "/graphql", {"query": NESTED})
        assert "errors" not in reply.json(), reply.text
        assert carried(register, reply) <= seen_by(register, post), post
        deep = "include=responsibilities.residences,residences.unit,identifiers,phones"
        for via in ("", "&via=grant", "&via=made"):
            reply = await register.world.get(post.name, f"/v1/persons?{deep}{via}")
            assert reply.status_code == 200
            assert carried(register, reply) <= seen_by(register, post), (post, via)


async def test_a_nested_count_counts_only_what_is_in_reach(register):
    """`totalCount` of a relation is the number of rows the caller meets there, not of rows on file."""
    query = '{ person(id: "%s") { responsibilities(first: 1) { totalCount } } }'
    for name in ("moved_in", "moved_away", "moved_beside"):
        row = register.person(name)
        for post in readers(register, "read_responsibility"):
            if in_reach(register, post, row, "read_person", None):
                told = await register.world.ask(post.name, query % row.id)
                met = [
                    r for r in register.of("responsibility", row.id) if in_reach(register, post, r, "read_person", None)
                ]
                assert told["data"]["person"]["responsibilities"]["totalCount"] == len(met), (post, name)


NODE = "query($id: UUID!) { node(id: $id) { __typename ... on %s { %s } } }"
TYPES = {
    "Person": ("person", "read_person"),
    "PersonIdentifier": ("person_identifier", "read_person"),
    "PersonPhone": ("person_phone", "read_person"),
    "Residence": ("residence", "read_person"),
    "Responsibility": ("responsibility", "read_responsibility"),
    "Account": ("account", "read_account"),
    "Appointment": ("appointment", "read_account"),
}


async def test_node_gives_what_the_noun_itself_gives_and_nothing_else(register):
    """Hidden, missing and not permitted are one answer there."""
    from api.graphql.schema import schema

    for (type_, (noun, permission)), post in itertools.product(TYPES.items(), posts(register.world)):
        picks = selected(noun, schema._schema.get_type(type_), include=False)
        for row in register.rows[noun][:: max(1, len(register.rows[noun]) // 5)]:
            told = await register.world.ask(post.name, NODE % (type_, picks), {"id": str(row.id)})
            allowed = reach(post, permission) not in (Reach.NONE, Reach.TOTALS) and in_reach(
                register, post, row, permission, None
            )
            allowed = allowed and not (permission == "read_account" and post.unit == "old_commune")
            if allowed:
                assert told["data"]["node"]["id"] == str(row.id), (post, row.noun)
            else:
                assert told["data"] == {"node": None}
                assert told["errors"][0]["extensions"]["code"] == "not_found", (post, noun, told)


async def test_a_node_of_the_wrong_type_is_not_found(register):
    row = register.person("own")
    told = await register.world.ask("officer", NODE % ("Residence", "address"), {"id": str(row.id)})
    assert told["data"] == {"node": None}


async def test_hidden_and_missing_cannot_be_told_apart_on_any_road(register):
    """Same status, same body but for the request's id, same headers, same rows in the journal."""
    world = register.world
    for post in readers(register):
        hidden = others(register, post)
        if not hidden:
            continue
        for path, via in itertools.product(("", "?include=identifiers", "?fields=full_name"), ("", "grant", "made")):
            query = path + (("&" if path else "?") + f"via={via}" if via else "")
            replies = [await world.get(post.name, f"/v1/persons/{id}{query}") for id in (hidden[0].id, new_id())]
            bodies = [{k: v for k, v in r.json().items() if k != "request_id"} for r in replies]
            own = ("x-request-id", "server-timing")
            heads = [{k: v for k, v in r.headers.items() if k not in own} for r in replies]
            assert bodies[0] == bodies[1]
            assert heads[0] == heads[1]
            kept = [await trace(world, reply) for reply in replies]
            assert kept[0] == kept[1] != []


async def trace(world, reply):
    """The journal of one request without what is particular to it."""
    rows = await world.admin.fetch("select * from journal_entry where request_id = $1", reply.headers["x-request-id"])
    return [
        (r["act"], r["noun"], r["outcome"], r["road"], r["shown"], len(r["subject_ids"]), r["unit_no"]) for r in rows
    ]


async def test_writes_on_hidden_and_missing_rows_cannot_be_told_apart(register):
    """Whatever version is named, and also when only validating: no 412, 428, 409 or 422 gives a row away."""
    world = register.world
    hidden = register.person("elsewhere")
    paper = register.of("person_identifier", hidden.id)[0]
    home = register.of("residence", hidden.id)[0]
    for user, (method, path, body), match in itertools.product(
        ("officer", "leader", "province_officer", "area_officer"),
        (
            ("PATCH", "/v1/persons/{}", {"occupation": "x"}),
            ("DELETE", "/v1/persons/{}", {"reason": "nhầm"}),
            ("POST", "/v1/persons/{}/phones", {"number": "0912345678"}),
        ),
        (None, '"1"', '"99"'),
    ):
        if method == "DELETE" and user == "officer":
            continue
        headers = ({"If_Match": match} if match else {}) | {"Prefer": "validate-only"}
        replies = [await world.call(user, method, path.format(id), body, **headers) for id in (hidden.id, new_id())]
        assert {reply.status_code for reply in replies} == {404}, (user, path)
        kept = [await trace(world, reply) for reply in replies]
        assert kept[0] == kept[1] != []
    for path, row in (("/v1/identifiers/{}", paper), ("/v1/residences/{}", home)):
        for match in ('"1"', '"99"'):
            ids = (row.id, new_id())
            replies = [
                await world.call("officer", "PATCH", path.format(id), {"valid_to": "2026-01-01"}, If_Match=match)
                for id in ids
            ]
            assert {reply.status_code for reply in replies} == {404}
            assert not carried(register, replies[0])


async def test_the_access_log_of_a_hidden_person_is_not_found_and_of_a_seen_one_names_no_other(register):
    world = register.world
    await world.get("country_reader", "/v1/persons?limit=200")  # one row of the journal with many subjects
    for post in readers(register, "read_access_log"):
        for row in register.rows["person"]:
            reply = await world.get(post.name, f"/v1/persons/{row.id}/access-log?limit=200")
            if not under(row.at, post.unit):
                assert reply.status_code == 404
                continue
            entries = reply.json()["data"]
            assert all(entry["subject_ids"] == [str(row.id)] for entry in entries), post
            told = await world.ask(
                post.name, f'{{ accessLog(personId: "{row.id}", first: 40) {{ nodes {{ subjectIds }} }} }}'
            )
            assert all(node["subjectIds"] == [str(row.id)] for node in told["data"]["accessLog"]["nodes"])


async def test_the_journal_shows_only_those_who_sit_in_ones_unit_or_below(register):
    world = register.world
    for user in ("officer", "stranger", "south_officer", "country_reader"):
        await world.get(user, "/v1/persons")
    units = {str(id): name for name, id in world.units.items()}
    for post in readers(register, "read_journal"):
        entries = (await world.get(post.name, "/v1/journal?limit=200&include=account")).json()["data"]
        assert entries
        assert {units[entry["unit_id"]] for entry in entries} <= {u for u in units.values() if under(u, post.unit)}
        deep = "{ journal(first: 20) { nodes { account { userName appointments(first: 5) { nodes { role } } } } } }"
        assert "errors" not in await world.ask(post.name, deep), post


async def test_a_dry_run_shows_no_more_than_the_write_and_keeps_nothing(register):
    world = register.world
    tables = (
        "person",
        "person_identifier",
        "person_phone",
        "residence",
        "responsibility",
        "outbox",
        "idempotency",
        "account",
    )
    before = {table: await world.admin.fetch(f"select * from {table}") for table in tables}
    person = register.person("own")
    for user in ("officer", "import_client", "police"):
        body = {"full_name": "Trần Thị Thử", "residences": []}
        made = await world.call(user, "POST", "/v1/persons", body, Prefer="validate-only", Idempotency_Key=uuid4().hex)
        assert (made.status_code, made.headers["preference-applied"]) == (200, "validate-only")
        assert "location" not in made.headers
        changed = await world.call(
            user, "PATCH", f"/v1/persons/{person.id}", {"occupation": "x"}, Prefer="validate-only", If_Match='"1"'
        )
        assert changed.status_code == 200
        post = next(post for post in posts(world) if post.name == user)
        assert carried(register, changed) <= marked(view(register, post, person, "write_person", How()))
    assert {table: await world.admin.fetch(f"select * from {table}") for table in tables} == before


async def test_a_name_on_file_elsewhere_is_no_conflict_here(register):
    """A number on file in another commune is neither refused nor hinted at (rulings 34)."""
    world = register.world
    hidden = register.person("elsewhere")
    number = next(f for f in register.of("person_identifier", hidden.id) if f.facts["status"] == "active").facts[
        "number"
    ]
    body = {"full_name": hidden.facts["full_name"], "identifiers": [{"kind": "personal_id", "number": number}]}
    told = await world.call("officer", "POST", "/v1/persons", body, Prefer="validate-only")
    other = body | {"identifiers": [{"kind": "personal_id", "number": "000799999999"}]}
    free = await world.call("officer", "POST", "/v1/persons", other, Prefer="validate-only")
    assert told.status_code == free.status_code == 200
    assert told.json().keys() == free.json().keys()


@pytest.mark.parametrize("class_", [Kind.IDENTIFIER, Kind.REACH, Kind.ADDRESS])
async def test_what_is_seen_on_purpose_is_masked_without_and_clear_with_it_and_the_journal_keeps_why(register, class_):
    world, row = register.world, register.person("own")
    field = {Kind.IDENTIFIER: "national_id", Kind.REACH: "phone", Kind.ADDRESS: "residences"}[class_]
    on_purpose = [r.value for r in Role if LAW[r].sights[class_] is Sight.ON_PURPOSE and reach_of(r)]
    assert "province_officer" in on_purpose
    without = await world.get("province_officer", f"/v1/persons/{row.id}?include=residences")
    with_ = await world.get("province_officer", f"/v1/persons/{row.id}?include=residences", Access_Purpose="care")
    listed = await world.get("province_officer", "/v1/persons?include=residences", Access_Purpose="care")
    assert field in without.json()["masked"]
    assert field not in with_.json()["masked"]
    assert all(field in person["masked"] for person in listed.json()["data"])
    kept = await world.admin.fetchval(
        "select purpose from journal_entry where request_id = $1", with_.headers["x-request-id"]
    )
    assert kept == "care"
    unknown = await world.get("province_officer", f"/v1/persons/{row.id}", Access_Purpose="curiosity")
    assert unknown.status_code == 400


def reach_of(role):
    return LAW[role].permissions.get("read_person", Reach.NONE) is Reach.BELOW


async def test_a_grant_ends_on_the_minute(register):
    """A granted person is met while the grant lasts and by nobody afterwards, through both doors."""
    world, row = register.world, register.person("granted_whole")
    path = f"/v1/persons/{row.id}"
    assert (await world.get("volunteer", path)).status_code == 200
    await world.admin.execute("update access_grant set valid_to = $1 where person_id = $2", datetime.now(UTC), row.id)
    try:
        assert (await world.get("volunteer", path)).status_code == 404
        assert (await world.get("officer", path + "?via=grant")).status_code == 404
        told = await world.ask("volunteer", f'{{ person(id: "{row.id}") {{ fullName }} }}')
        assert told["errors"][0]["extensions"]["code"] == "not_found"
    finally:
        await world.admin.execute("update access_grant set valid_to = 'infinity' where person_id = $1", row.id)
