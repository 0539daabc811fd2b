"""Hostile input at the GraphQL door: coded errors or a problem, never a fault, never an echo, and nothing changes."""

from __future__ import annotations

import pytest

from tests.contract import hostile_graphql
from tests.contract.attacking import as_problem, attack, some

MEDIA = {"application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"}


def as_graphql(told, codes):
    """A problem where one is due; else GraphQL's own form, each error with a code of ours."""
    if codes:
        yield from as_problem(told, codes)
        return
    if told.header("content-type") not in MEDIA:
        yield f"{told.status} as {told.header('content-type')}: {told.body[:200]!r}"
        return
    answer = told.json()
    if "data" not in answer and not answer.get("errors"):
        yield "neither data nor errors"
    for error in answer.get("errors", ()):
        if not str(error.get("extensions", {}).get("code", "")).replace("_", "").isalpha():
            yield f"an error without code: {error}"
        if error.get("extensions", {}).get("code") == "internal":
            yield f"a fault: {error}"
    if "data" not in answer and told.header("content-type").startswith("application/graphql") and told.status != 400:
        yield f"{told.status} where nothing was executed"


@pytest.mark.parametrize("family", hostile_graphql.FAMILIES, ids=lambda family: family.__name__)
async def test_a_hostile_graphql_request_is_refused_with_a_code_and_changes_nothing(world, target, out, family):
    inputs = some(family(world))
    faults, asked = await attack(world, out, inputs, as_graphql)
    assert not faults, "\n".join(faults)
    assert asked.total() == len(inputs)


async def test_introspection_is_for_those_who_are_signed_in(world):
    query = "{__schema {queryType {name}}}"
    told = await world.ask("volunteer", query)
    assert told["data"]["__schema"]["queryType"]["name"] == "Query"
    refused = await world.call(None, "POST", "/graphql", {"query": query})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


async def test_an_unknown_name_is_refused_without_repeating_it_or_suggesting_another(world):
    told = await world.ask("officer", "{persons {nodes {fullNam qzxaaaaa}}}")
    words = " ".join(error["message"] for error in told["errors"])
    assert "qzxaaaaa" not in words
    assert "fullName" not in words
    assert "Person" in words
    assert [error["locations"] for error in told["errors"]]


async def test_an_idempotency_key_is_held_to_the_same_form_as_in_the_header(world):
    mutation = 'mutation ($k: String) {createPerson(new: {fullName: "An"}, given: {idempotencyKey: $k}) {id}}'
    for key in ("", "a" * 256, "khóa", "a b"):
        told = await world.ask("officer", mutation, {"k": key})
        assert told["errors"][0]["extensions"]["errors"][0]["code"] == "not_a_key"
    assert "errors" not in await world.ask("officer", mutation, {"k": "a" * 255})
