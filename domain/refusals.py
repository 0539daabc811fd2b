"""How the domain says no: a code from the problem registry and facts that never hold what was sent."""

from __future__ import annotations

from typing import Any, NamedTuple


class Flaw(NamedTuple):
    """One thing wrong with one field: where (JSON pointer), which code, which limits it broke (never the value)."""

    pointer: str
    code: str
    facts: tuple[tuple[str, Any], ...] = ()


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An act that was understood and is not done. `code` stands in the problem registry (api/errors.py)."""

    def __init__(self, code: str, *, flaws: tuple[Flaw, ...] = (), **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.flaws = flaws
        self.facts = facts


def flawed(pointer: str, code: str, **facts: Any) -> Refusal:
    """A refusal of exactly one field (422)."""
    return Refusal("invalid", flaws=(Flaw(pointer, code, tuple(facts.items())),))
