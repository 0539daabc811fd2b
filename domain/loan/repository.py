"""What the rules on loans ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.loan.facts import Owed
from domain.reading import Scope


class Whose(NamedTuple):
    """The borrower of a loan, and the loan itself where it is on file: its own debt does not stand against it."""

    person_id: UUID | None
    enterprise_id: UUID | None = None
    loan_id: UUID | None = None


class About(NamedTuple):
    """What the register knew on a day of who borrows."""

    decided_on: date | None = None
    born_on: date | None = None
    listed: bool = False
    owed: Sequence[Owed] = ()


class LoanRepository(Protocol):
    async def about(self, whose: Whose, programme: str | None, on: date, *, within: Scope) -> About: ...
    async def programme_of(self, loan_list_id: UUID, *, within: Scope) -> str | None: ...
    async def waiting_lines(self, loan_list_id: UUID, *, within: Scope) -> int: ...
