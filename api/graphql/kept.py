"""GraphQL of every kept noun: nodes, queries and acts, made from the same doors as REST."""

from __future__ import annotations

from typing import Any

import strawberry

from api.graphql.keeping import acts_of, node_of, pascal, queries_of
from api.kept import DOORS

NODES: dict[str, Any] = {pascal(door.one): node_of(door) for door in DOORS}
"""GraphQL type → node."""
globals().update({f"{name}Node": node for name, node in NODES.items()})

KeptQueries: Any = strawberry.type(
    type("KeptQueries", tuple(queries_of(door, NODES[pascal(door.one)]) for door in DOORS), {})
)
WRITTEN = tuple(acts_of(door, NODES[pascal(door.one)]) for door in DOORS if door.new is not None)
KeptActs: Any = strawberry.type(type("KeptActs", WRITTEN, {}))
