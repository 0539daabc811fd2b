"""Under which permission each noun is read, as its Read was declared: who may follow a relation to it is asked here."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from domain.access.policy import Reach, reach_of

PERMISSION_OF: Final[dict[str, str]] = {}
"""Noun → permission; filled as reads are declared (domain.acts.Read)."""
AROUND_A_NAME: Final = frozenset(
    {"read_person", "read_responsibility", "read_unit", "read_account", "read_own_account"}
)
"""What says who somebody is comes with the row that names them: there the classes of field decide alone."""

TRAFFIC: Final = frozenset({"webhook_endpoint", "export_job", "import_job"})
"""What callers start themselves, and are told of by a task."""


def followed(role: str, noun: str) -> bool:
    """Whether a role may see rows of this noun through another one: not where it has totals alone, or nothing."""
    permission = PERMISSION_OF.get(noun)
    return permission is None or permission in AROUND_A_NAME or reach_of(role, permission) > Reach.TOTALS


def own_traffic(role: str) -> bool:
    """Whether a role's tasks are of its own endpoints and jobs alone: it reads its unit's, and works with no case."""
    return reach_of(role, "read_task") is Reach.OWN


def unread(role: str) -> tuple[str, ...]:
    """The nouns whose rows a role does not read, so that what is due about them is not told to it either."""
    return _unread(role, len(PERMISSION_OF))


@lru_cache(256)
def _unread(role: str, _known: int) -> tuple[str, ...]:
    traffic = own_traffic(role)
    return tuple(
        sorted(noun for noun in PERMISSION_OF if not followed(role, noun) or (traffic and noun not in TRAFFIC))
    )
