"""Questions as the REST door asks them, narrowed as the use-cases narrow them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api.selection import included_limits, one, page
from domain.access.policy import Role
from domain.access.scope import narrow
from domain.reading import Asked

LIMIT = 50
NAMED = {"person": ("full_name", "born_on")}


def listed(
    noun: str = "person",
    *,
    filters: dict[str, Any] | None = None,
    order: str = "name",
    after: tuple[str, ...] = (),
    include: tuple[str, ...] = (),
    counted: bool = False,
    fields: tuple[str, ...] | None = None,
    limit: int = LIMIT,
    role: str = Role.COMMUNE_OFFICER,
) -> Asked:
    given = filters or {}
    fields = fields if fields is not None else NAMED.get(noun, ())
    selection = page(noun, fields, include, order, tuple(given), bool(after), counted)
    return Asked(narrow(selection, role), (limit, *given.values(), *after, *included_limits(selection)))


def single(
    id: UUID, noun: str = "person", include: tuple[str, ...] = (), role: str = Role.COMMUNE_OFFICER, **how: Any
) -> Asked:
    selection = one(noun, (), include)
    return Asked(narrow(selection, role, **how), (id, *included_limits(selection)))
