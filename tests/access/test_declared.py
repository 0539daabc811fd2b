"""Nothing is served that the matrix does not know: a new route or root field without an entry is red."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi.routing import iter_route_contexts

from api.graphql.schema import schema
from domain.access.policy import PERMISSIONS
from domain.nouns import NOUNS
from tests.access.gates import ALL, body_of, least, query_of
from tests.access.operations import OPEN, OPERATIONS, OWN, OWN_ROOTS

NOBODY = "00000000-0000-7000-8000-000000000000"
DECLARED = {operation.rest for operation in ALL}


def served(app):
    for context in iter_route_contexts(app.routes):
        methods = getattr(context, "methods", None) or {"GET"}
        path = getattr(context, "path_format", None) or context.path
        yield from ((method, path) for method in methods - {"HEAD"})


async def test_every_route_has_its_permission_or_its_reason(settled):
    undeclared = set(served(settled.app)) - DECLARED - set(OWN) - set(OPEN)
    assert not undeclared, "add to tests/access/operations.py"


async def test_nothing_is_declared_that_is_not_served(settled):
    assert (DECLARED | set(OWN) | set(OPEN)) - set(served(settled.app)) == set()


def test_every_root_field_has_its_permission_or_its_reason():
    core = schema._schema
    roots = set(core.query_type.fields) | set(core.mutation_type.fields)
    assert roots - {operation.root for operation in ALL if operation.root} - set(OWN_ROOTS) == set()


def test_every_declared_permission_and_noun_exists():
    assert {name for operation in ALL for name in (operation.permission, *operation.also)} <= set(PERMISSIONS)
    assert len({operation.name for operation in ALL}) == len(ALL)
    assert {operation.noun for operation in OPERATIONS} <= set(NOUNS)


async def test_an_operation_that_is_not_open_refuses_whoever_is_not_signed_in(settled):
    """With all it asks for at least: nobody comes as far as finding out whether something is there."""
    app = settled.app
    for method, path in sorted(DECLARED | set(OWN)):
        query = least(query_of(app, method, path))
        body = least(body_of(app, method, path)) or {"query": "{ me { role } }"}
        asked = f"?{urlencode(query)}" if query else ""
        reply = await settled.call(
            None, method, path.replace("{id}", NOBODY) + asked, None if method == "GET" else body
        )
        assert reply.status_code == 401, (method, path, reply.text)
        assert reply.headers["content-type"].startswith("application/problem+json")
