"""A query asked again goes straight to its statements, and says what it would have said."""

from __future__ import annotations

import pytest

from api.graphql import door
from api.graphql.repeating import plain_values

PAGE = """query Again($first: Int!, $more: Boolean = false) {
  one: persons(first: $first) {nodes {id fullName masked} pageInfo {hasNextPage endCursor}}
  two: persons(first: 1) {nodes {bornOn @include(if: $more) phones(first: $first) {nodes {number}}}}
}"""


@pytest.fixture
def executed(monkeypatch):
    """How often the library's executor ran."""
    runs: list[str | None] = []
    real = door.execute

    def counted(*given, **named):
        runs.append(named.get("operation_name"))
        return real(*given, **named)

    monkeypatch.setattr(door, "execute", counted)
    return runs


def without_cursor(answer):
    answer["data"]["one"]["pageInfo"].pop("endCursor")
    return answer


async def test_the_second_answer_is_the_first_one_and_needs_no_executor(world, executed):
    for _ in range(3):
        await world.person("hoa", phone="0900000001")
    answers = [without_cursor(await world.ask("officer", PAGE, {"first": 2})) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert "errors" not in answers[0]
    assert len(executed) == 1


async def test_each_caller_of_one_text_sees_own_persons_under_own_masks(world, executed):
    await world.person("hoa")
    await world.person("bien")
    text = "{persons(first: 5) {nodes {id fullName phone masked}}}  # each their own"
    first = {user: await world.ask(user, text) for user in ("officer", "stranger", "volunteer", "club_board")}
    again = {user: await world.ask(user, text) for user in reversed(first)}
    assert again == first
    assert first["officer"] != first["stranger"]
    assert len(executed) == 1


@pytest.mark.parametrize("variables", [{"first": 1}, {"first": 2}, {"first": 2, "more": True}])
async def test_other_values_are_other_questions(world, variables):
    for _ in range(2):
        await world.person("hoa")
    for before in ({"first": 2, "more": False}, {"first": 1, "more": False}):
        await world.ask("officer", PAGE, before)
    told = await world.ask("officer", PAGE, variables)
    assert len(told["data"]["one"]["nodes"]) == variables["first"]
    assert ("bornOn" in told["data"]["two"]["nodes"][0]) is bool(variables.get("more"))


async def test_nothing_said_for_a_truth_is_refused_whatever_was_asked_before(world):
    await world.person("hoa")
    for more in (True, None, False, None):
        told = await world.ask("officer", PAGE, {"first": 1, "more": more})
        assert ("errors" in told) is (more is None)


async def test_a_cursor_in_a_text_is_opened_for_its_asker_each_time(world):
    for _ in range(3):
        await world.person("hoa")
    page = (await world.ask("officer", PAGE, {"first": 1}))["data"]["one"]
    text = f'{{persons(first: 1, after: "{page["pageInfo"]["endCursor"]}") {{nodes {{id}}}}}}'
    first, again = [await world.ask("officer", text) for _ in range(2)]
    assert first == again
    assert first["data"]["persons"]["nodes"] != [{"id": page["nodes"][0]["id"]}]
    assert (await world.ask("leader", text))["errors"][0]["extensions"]["code"] == "bad_cursor"


async def test_a_refusal_is_told_alike_the_first_and_every_later_time(world):
    text = "{persons(first: 2) {nodes {id}} journal(first: 1) {nodes {id}}}"
    allowed = await world.ask("leader", text)  # so that the text is kept
    told = [await world.ask("club_board", text) for _ in range(2)]
    for answer in told:
        for error in answer.get("errors", ()):
            error["extensions"].pop("request_id", None)
    assert told[0] == told[1]
    assert {error["path"][0] for error in told[0].get("errors", ())} <= set(allowed["data"])


async def test_an_act_is_never_repeated_from_memory(world, executed):
    id = await world.person("hoa")
    text = f'mutation {{recordPhone(personId: "{id}", new: {{number: "0900000002"}}) {{id}}}}'
    made = [await world.ask("officer", text) for _ in range(2)]
    assert made[0]["data"]["recordPhone"]["id"] != made[1]["data"]["recordPhone"]["id"]
    assert len(executed) == 2


@pytest.mark.parametrize(
    ("one", "other"), [({"a": 1}, {"a": True}), ({"a": 0}, {"a": None}), ({"a": False}, {"a": 0}), ({"a": None}, {})]
)
def test_values_that_python_takes_for_equal_are_different_keys(one, other):
    assert plain_values(one) != plain_values(other)


def test_a_text_or_a_list_is_never_kept():
    assert plain_values({"q": "x"}) is plain_values({"ids": [1]}) is plain_values({"a": 1.0}) is None
