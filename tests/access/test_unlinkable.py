"""A client who told who they are is told apart from one who did not by nobody outside the circle they told it to.

Every door is asked twice, before the link and after it, for the linked client, for one that is not, and for the person:
the answers are the same to the byte. DIEMTUA_PROVE=1 asks every role at every door.
"""

from __future__ import annotations

import json
import os
from itertools import chain
from urllib.parse import urlencode
from uuid import UUID

import pytest

from domain.nouns import NOUNS
from tests.api.test_anonymous_clients import client, linked, met
from tests.api.test_counselling import TODAY, assign, recorded
from tests.exports_work import lines
from tests.feeding import settled
from tests.world import hire

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
ENTITLED = "volunteer"
"""In whose circle the client made the link; everybody else is not entitled."""
NEAR = ("counsellor", "colleague", "health_station")
"""Who keeps anonymous clients in the same commune, or beside it."""
SAMPLED = ("officer", "leader", "area_officer", "club_board", "rehab_centre", "import_client", "country_reader")
VALUES = {
    "unit_id": "{unit}",
    "voided": "false",
    "code": "{code}",
    "mine": "false",
    "client_group": "at_risk",
    "client_id": "{id}",
    "support_model_id": "{id}",
    "channel": "face_to_face",
    "topic": "health",
    "held_from": str(TODAY),
    "held_before": "2100-01-01",
}
"""Something to ask of each filter: `{id}` is the client's, `{unit}` the commune's."""
RANDOM = 4
FIELDS_OF_CLIENT = (
    "id code version masked unitId source sourceRef recordedAt updatedAt voidedAt voidReason clientGroup gender ageBand"
    " firstSeenOn contacts linkedPersonId linkedOn linkConsent mine unit { id name }"
)
FIELDS_OF_CONTACT = (
    "id version masked heldOn channel place givenBy minutes topics nextOn advice promise need notes mine source sourceRef"
    f" recordedAt clientId client {{ {FIELDS_OF_CLIENT} }}"
)


class Scene:
    """Two clients with a contact each, made alike; the person whom one of them turns out to be."""

    def __init__(self, world, person, clients, contacts, coming):
        self.world = world
        self.person = person
        self.clients = clients
        self.contacts = contacts
        self.coming = coming

    def of(self, noun, path, which):
        """Lists of a noun under each filter and order that it has, narrowed to one client where one can."""
        facts = {"id": self.clients[which]["id"], "code": self.clients[which]["code"]}
        facts["unit"] = str(self.world.units["hoa"])
        for name in NOUNS[noun].filters:
            yield f"/v1/{path}?" + urlencode({name: VALUES[name].format(**facts), "count": "exact"})
        for order in NOUNS[noun].orders:
            yield f"/v1/{path}?" + urlencode({"sort": order, "include": ",".join(NOUNS[noun].relations)})

    def about_clients(self):
        for which in range(2):
            yield from self.of("anonymous_client", "anonymous-clients", which)
            yield from self.of("anonymous_contact", "anonymous-contacts", which)
            yield f"/v1/anonymous-clients/{self.clients[which]['id']}?include=unit"
            yield f"/v1/anonymous-contacts/{self.contacts[which]['id']}?include=client,unit"
            for road in ("grant", "made"):
                yield f"/v1/anonymous-clients/{self.clients[which]['id']}?via={road}"

    def about_the_person(self):
        relations = sorted(NOUNS["person"].relations)
        yield f"/v1/persons/{self.person}?include={','.join(relations)}"
        yield f"/v1/persons/{self.person}?include=counselling_contacts&via=grant"
        yield "/v1/persons?count=exact"
        yield f"/v1/counselling-contacts?person_id={self.person}&count=exact&include=person"
        for by in ("month", "model", "topic", "client_group", "channel"):
            yield f"/v1/counselling-contacts:count?by={by}"
        for path in ("tasks", "tasks:count", "health-visits", "assignments", "referrals", "needs"):
            yield f"/v1/{path}"

    async def answers(self, user):
        """(what was asked, the answer) at every door."""
        near = PROVE or user in NEAR
        for path in chain(self.about_clients() if near else [], self.about_the_person()):
            yield path, told(await self.world.get(user, path))
        yield "search", told(await self.search(user))
        yield "changes", await self.heard(user)
        if near:
            answer = await self.world.ask(user, self.document())
            refused = sorted((error["path"], error["extensions"]["code"]) for error in answer.get("errors", ()))
            yield "graphql", json.dumps([answer["data"], refused])
            for which in range(2):
                async for name, answer in self.tried(user, which):
                    yield f"{name} {which}", answer
            for collection in ("anonymous-clients", "anonymous-contacts"):
                body = {"collection": collection, "format": "jsonl"}
                reply = await self.world.call(user, "POST", "/v1/exports:stream", body, Access_Purpose="report")
                assert reply.status_code in (200, 403), reply.text
                yield f"stream {collection}", json.dumps(lines(reply.content)[0]) if reply.is_success else told(reply)

    async def search(self, user):
        return await self.world.call(user, "POST", "/v1/persons:search", {"q": self.clients[0]["code"]})

    async def heard(self, user):
        """What the feed told of clients and their contacts since the scene began; that no row is added: see below."""
        if self.coming.get(user) is None:
            return []
        reply = await self.world.get(user, f"/v1/changes?cursor={self.coming[user]}&limit=200")
        hidden = {made["id"] for made in (*self.clients, *self.contacts)}
        told = reply.json()["data"]
        return [one for one in told if one["noun"].startswith("anonymous") or one["id"] in hidden]

    def document(self):
        """The other door: lists, both nodes, and every relation of the person that speaks of counselling."""
        one, two = (made["id"] for made in self.clients)
        return (
            f"{{ anonymousClients {{ nodes {{ {FIELDS_OF_CLIENT} }} }}"
            f" anonymousContacts {{ nodes {{ {FIELDS_OF_CONTACT} }} }}"
            f' one: node(id: "{one}") {{ ... on AnonymousClient {{ {FIELDS_OF_CLIENT} }} }}'
            f' two: node(id: "{two}") {{ ... on AnonymousClient {{ {FIELDS_OF_CLIENT} }} }}'
            f' three: node(id: "{self.contacts[0]["id"]}") {{ ... on AnonymousContact {{ {FIELDS_OF_CONTACT} }} }}'
            f' person(id: "{self.person}") {{ id counsellingContacts {{ nodes {{ id heldAt }} }} }} }}'
        )

    async def tried(self, user, which):
        """Acts that change nothing: their refusals and rehearsals say no more of the one than of the other."""
        path, only = (
            f"/v1/anonymous-clients/{self.clients[which]['id']}",
            {"If_Match": '"1"', "Prefer": "validate-only"},
        )
        guess = {"code": "0000-0000", "person_id": str(self.person), "consent": "spoken"}
        call = self.world.call
        yield "guess", told(await call(user, "POST", f"{path}/link", guess, **only))
        yield "unlink", told(await call(user, "DELETE", f"{path}/link", **only))
        yield "patch", told(await call(user, "PATCH", path, {"age_band": "from_50"}, **only))
        yield "void", told(await call(user, "DELETE", path, {"reason": "nhầm"}, **only))
        stale = {"If_Match": '"9"', "Prefer": "validate-only"}
        yield "stale", told(await call(user, "PATCH", path, {"age_band": "from_50"}, **stale))


def told(reply):
    """The answer as it was sent; of a problem all but the number of the request."""
    if reply.status_code < 300:
        return reply.status_code, reply.content, reply.headers.get("etag")
    return reply.status_code, {
        name: fact for name, fact in reply.json().items() if name not in ("instance", "request_id")
    }


@pytest.fixture
async def scene(world):
    if "colleague" not in world.users:
        world.users["colleague"] = await hire(world, "colleague", "volunteer", "hoa")
    person = await world.person("hoa", "Nguyễn Thị Mai")
    for user, role in (("volunteer", "volunteer"), ("colleague", "volunteer"), ("counsellor", "counsellor")):
        await assign(world, person, user, role)
    clients, contacts = [], []
    for number in range(2):
        made = await client(world, source="phan-mem", source_ref=f"hồ sơ {number}")
        clients.append(made)
        contacts.append(await met(world, made, source="phan-mem", source_ref=f"lượt {number}", minutes=20))
    await recorded(world, person, source="phan-mem", source_ref="hồ sơ 0")
    await settled(world.admin)
    coming = {}
    for user in world.users:
        reply = await world.get(user, "/v1/changes?start=now")
        coming[user] = reply.json()["page"]["next"] if reply.status_code == 200 else None
    return Scene(world, person, clients, contacts, coming)


async def test_before_and_after_the_link_every_answer_is_the_same_to_the_byte(world, scene):
    users = [user for user in world.users if user != ENTITLED] if PROVE else [*NEAR, *SAMPLED]
    before = {user: [pair async for pair in scene.answers(user)] for user in users}
    reply = await linked(world, scene.clients[0], scene.person)
    assert reply.status_code == 200, reply.text
    for user in users:
        after = [pair async for pair in scene.answers(user)]
        wrong = [was[0] for was, now in zip(before[user], after, strict=True) if was != now]
        assert not wrong, (user, wrong)
    near = [answer for _, answer in before["counsellor"]]
    assert sum(answer[0] == 200 for answer in near if isinstance(answer, tuple)) > 40, "these doors were open"
    seen = (await world.get(ENTITLED, f"/v1/anonymous-clients/{scene.clients[0]['id']}")).json()
    assert seen["linked_person_id"] == str(scene.person), "and there was something to tell"


async def test_no_fact_of_a_client_is_that_of_the_persons_file(world, scene):
    """References, reasons and notes of whoever wrote the row are theirs; nothing else is the same on both sides."""
    await linked(world, scene.clients[0], scene.person)
    path = f"/v1/anonymous-clients/{scene.clients[0]['id']}"
    mine = (await world.get(ENTITLED, path)).json()
    assert (mine["source"], mine["source_ref"]) == ("phan-mem", "hồ sơ 0")
    for user in ("counsellor", "colleague"):
        of_client = [(await world.get(user, path)).json()]
        for row in (await world.get(user, "/v1/anonymous-contacts?include=client")).json()["data"]:
            of_client += [row, row["client"]]
        for row in of_client:
            assert {row[name] for name in ("source", "source_ref", "void_reason")} == {None}
        query = f"{{ anonymousContacts {{ nodes {{ {FIELDS_OF_CONTACT} }} }} }}"
        (first, *_) = (await world.ask(user, query))["data"]["anonymousContacts"]["nodes"]
        assert (first["sourceRef"], first["client"]["sourceRef"], first["notes"]) == (None, None, None)
        reply = await world.get(user, f"/v1/persons/{scene.person}?include=counselling_contacts")
        shared = set(words(of_client)) & set(words(reply.json()))
        assert not {word for word in shared if looks_like_a_key(word)} - set(map(str, world.units.values())), user


def words(found):
    """Every text in an answer."""
    if isinstance(found, dict | list):
        for inner in found.values() if isinstance(found, dict) else found:
            yield from words(inner)
    elif isinstance(found, str):
        yield found


def looks_like_a_key(word):
    """An id, an instant, a reference: what two rows have in common only by being about the same."""
    return len(word) > 10 and any(letter.isdigit() for letter in word)


async def test_a_reason_for_which_a_client_was_voided_is_read_where_it_was_written(world, scene):
    path = f"/v1/anonymous-clients/{scene.clients[1]['id']}"
    await world.call(ENTITLED, "DELETE", path, {"reason": "là chị Mai ở tổ 2"}, If_Match='"1"')
    assert (await world.get(ENTITLED, path)).json()["void_reason"] == "là chị Mai ở tổ 2"
    for user in ("counsellor", "colleague"):
        assert (await world.get(user, path)).json()["void_reason"] is None


async def test_no_id_of_a_client_a_contact_or_a_link_tells_when_it_was_made(world, scene):
    await linked(world, scene.clients[0], scene.person)
    for table in ("anonymous_client", "anonymous_contact", "client_link"):
        versions = {row[0].version for row in await world.admin.fetch(f"select id from {table}")}
        assert versions == {RANDOM}, table
    for path in ("anonymous-clients", "anonymous-contacts"):
        row = (await world.get("counsellor", f"/v1/{path}")).json()["data"][0]
        timed = {name for name, value in row.items() if isinstance(value, str) and version_of(value) == 7}
        assert timed <= {"unit_id"}, path


def version_of(text):
    try:
        return UUID(text).version
    except ValueError:
        return None


async def test_the_link_leaves_no_trace_that_names_both(world, scene):
    """Journal, outbox, feed, tasks and what webhooks would be told: no row of them has the client and the person."""
    counted = (
        "select (select count(*) from row_change), (select count(*) from task), (select count(*) from access_grant)"
    )
    before = tuple(await world.admin.fetchrow(counted))
    last = await world.admin.fetchval("select max(id) from journal_entry")
    await linked(world, scene.clients[0], scene.person)
    await world.get(ENTITLED, f"/v1/anonymous-clients/{scene.clients[0]['id']}")
    unlink = f"/v1/anonymous-clients/{scene.clients[0]['id']}/link"
    assert (await world.call(ENTITLED, "DELETE", unlink, If_Match='"1"')).status_code == 200
    assert tuple(await world.admin.fetchrow(counted)) == before
    rows = await world.admin.fetch("select act, subject_ids from journal_entry where id > $1", last)
    assert [row["act"] for row in rows if "link" in row["act"]] == ["link_anonymous_client", "unlink_anonymous_client"]
    assert all(scene.person not in row["subject_ids"] for row in rows)
    of_outbox = "select count(*) from outbox where subject_id = $1 and act like '%link%'"
    assert await world.admin.fetchval(of_outbox, scene.person) == 0


async def test_who_reads_journals_is_not_told_by_a_link_of_whom_it_spoke(world, scene):
    """A row of the journal tells of the client; the access log of the person has none of it."""
    readers = ("leader", "police_head", "inspector", "province_admin", "system_admin")
    await linked(world, scene.clients[0], scene.person)
    for user in readers:
        for path in (f"/v1/persons/{scene.person}/access-log?limit=200", "/v1/journal?limit=200"):
            reply = await world.get(user, path)
            for row in reply.json().get("data", []) if reply.status_code == 200 else []:
                text = json.dumps(row)
                assert not (str(scene.person) in text and "anonymous" in text), (user, path)
                assert not (str(scene.person) in text and scene.clients[0]["id"] in text), (user, path)
        reply = await world.get(user, f"/v1/persons/{scene.person}/access-log?limit=200")
        if reply.status_code == 200:
            assert "link" not in {row["act"].partition("_")[0] for row in reply.json()["data"]}


async def test_nothing_in_the_database_but_the_link_itself_reads_it(world):
    """No view, no function and no policy of another table looks into the table that joins."""
    looking = await world.admin.fetch(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosrc like '%client_link%'"
        " union all select viewname from pg_views where schemaname = 'public' and definition like '%client_link%'"
        " union all select tablename from pg_policies where tablename <> 'client_link'"
        " and (qual like '%client_link%' or with_check like '%client_link%')"
    )
    assert [row[0] for row in looking] == []
