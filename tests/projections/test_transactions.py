"""Reads of a document share one transaction and take turns; every mutation has its own (rulings 20)."""

from __future__ import annotations

TWO = """mutation($one: NewPerson!, $two: NewPerson!, $given: Given) {
  first: createPerson(new: $one) { id fullName }
  second: createPerson(new: $two, given: $given) { id fullName }
}"""


async def test_the_reads_of_a_document_share_one_transaction(world):
    id = await world.person("hoa")
    text = "query($id: UUID!) { a: person(id: $id) { id } b: persons { totalCount } c: persons { nodes { id } } }"
    answer = await world.ask("officer", text, {"id": str(id)})
    assert "errors" not in answer
    rows = await world.admin.fetch("select xmin::text, act, outcome from journal_entry")
    assert len(rows) == 3
    assert len({row["xmin"] for row in rows}) == 1
    assert {row["outcome"] for row in rows} == {"read"}


async def test_root_fields_of_one_connection_take_turns(world):
    await world.person("hoa")
    text = "{ " + " ".join(f"a{number}: persons {{ totalCount }}" for number in range(12)) + " }"
    answer = await world.ask("officer", text)
    assert [page["totalCount"] for page in answer["data"].values()] == [1] * 12


async def test_a_refused_read_keeps_the_journal_of_its_neighbours(world):
    id = await world.person("hoa")
    hidden = await world.person("bien")
    text = "query($a: UUID!, $b: UUID!) { a: person(id: $a) { id } b: person(id: $b) { id } c: person(id: $a) { id } }"
    answer = await world.ask("officer", text, {"a": str(id), "b": str(hidden)})
    assert answer["data"]["a"] == answer["data"]["c"] == {"id": str(id)}
    assert answer["data"]["b"] is None
    seen = await world.admin.fetch("select subject_ids from journal_entry order by id")
    assert [row["subject_ids"] for row in seen] == [[id], [hidden], [id]]


async def test_every_mutation_has_a_transaction_of_its_own(world):
    answer = await world.ask("officer", TWO, {"one": {"fullName": "Lê An"}, "two": {"fullName": "Lê Bình"}})
    assert answer["extensions"]["acts"] == {"first": "done", "second": "done"}
    rows = await world.admin.fetch("select xmin::text from person")
    assert len({row["xmin"] for row in rows}) == 2


async def test_checking_one_act_does_not_undo_an_earlier_one(world):
    """Seen once in the spike: a later validate-only rolled back an acknowledged write."""
    given = {"validateOnly": True}
    values = {"one": {"fullName": "Lê An"}, "two": {"fullName": "Lê Bình"}, "given": given}
    answer = await world.ask("officer", TWO, values)
    assert answer["extensions"]["acts"] == {"first": "done", "second": "checked"}
    assert answer["data"]["second"]["fullName"] == "Lê Bình"
    assert await world.admin.fetchval("select array_agg(full_name) from person") == ["Lê An"]


async def test_a_refused_act_leaves_the_one_before_it(world):
    answer = await world.ask("officer", TWO, {"one": {"fullName": "Lê An"}, "two": {"fullName": "Lê 2"}})
    assert answer["data"] == {"first": answer["data"]["first"], "second": None}
    assert answer["errors"][0]["extensions"]["errors"][0]["code"] == "digits"
    assert await world.admin.fetchval("select count(*) from person") == 1


async def test_a_refused_act_keeps_nothing_of_itself(world):
    new = {"fullName": "Lê An", "phones": [{"number": "0912345678"}, {"number": "nope"}]}
    answer = await world.ask("officer", "mutation($n: NewPerson!) { createPerson(new: $n) { id } }", {"n": new})
    assert answer["errors"][0]["extensions"]["errors"][0]["pointer"] == "/phones/1/number"
    for table in ("person", "person_phone", "responsibility", "outbox", "idempotency"):
        assert await world.admin.fetchval(f"select count(*) from {table}") == 0, table


async def test_a_mutation_answers_what_the_act_has_stored(world):
    """The projection is read inside the act's own transaction: the answer is what the commit keeps."""
    text = """mutation($n: NewPerson!) { createPerson(new: $n) {
      id version unit { name } identifiers { nodes { number warnings } } responsibilities { totalCount } masked } }"""
    new = {"fullName": "Lê An", "identifiers": [{"kind": "personal_id", "number": "000190000001"}]}
    made = (await world.ask("officer", text, {"n": new}))["data"]["createPerson"]
    assert made["version"] == 1
    assert made["unit"] == {"name": "Hoa"}
    assert made["responsibilities"] == {"totalCount": 1}
    again = await world.ask("officer", "query($id: UUID!) { person(id: $id) { id version } }", {"id": made["id"]})
    assert again["data"]["person"] == {"id": made["id"], "version": 1}


async def test_nothing_is_left_open_after_a_document(world):
    await world.person("hoa")
    for _ in range(8):  # more documents than connections
        await world.ask("officer", "{ a: persons { totalCount } b: accounts { totalCount } }")
    idle = await world.admin.fetchval(
        "select count(*) from pg_stat_activity where state like 'idle in transaction%' and usename = 'app_rw'"
        " and datname = current_database()"
    )
    assert idle == 0
