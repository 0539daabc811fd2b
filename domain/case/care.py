"""What an assignment of form 59 or 60 opens to the counsellor: the file of that person, while it lasts."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.assignment.noun import CLASSES, AssignmentRole
from domain.assignment.rules import ACCOUNTS, end_of
from domain.case.model import NewAssignment
from domain.case.repository import CaseKnown
from domain.refusals import flawed


async def open_sight(records: Any, ctx: Context, case: CaseKnown, id: UUID, new: NewAssignment) -> None:
    """Who has an account of their own sees the person from the first day to the last; officers see them anyway.

    Raises `invalid` for an account that does not work in this unit.
    """
    if new.account_id is None:
        return
    found = await _carer(records, new.account_id, case.unit_no)
    until = end_of(new.valid_to, ctx.now)
    if found is None or (until is not None and until <= ctx.now):
        return
    role, grantee = found
    await records.grants.settle(
        "case_assignment",
        id,
        person_id=case.person_id,
        grantee=grantee,
        classes=CLASSES[role],
        since=datetime.combine(new.valid_from, time(), ctx.now.tzinfo),
        until=until,
    )
    records.extras["consequences"] = [_told("gains_access", new.account_id, case.person_id, role)]


async def close_sight(records: Any, ctx: Context, id: UUID, last: Any) -> None:
    """After the last day; a last day that is not in the future ends it at once."""
    person_id: UUID | None = await records.grants.end(id, end_of(last, ctx.now))
    if person_id is not None:
        records.extras["consequences"] = [{"kind": "loses_access", "person_id": str(person_id), "on": str(last)}]


async def _carer(records: Any, account_id: UUID, unit_no: int) -> tuple[AssignmentRole, int] | None:
    for role, post in ACCOUNTS.items():
        grantee = await records.grants.carer_account(account_id, post, unit_no)
        if grantee is not None:
            return role, grantee
    if not await records.grants.works_in(account_id, unit_no):
        raise flawed("/account_id", "not_of_this_unit")
    return None


def _told(kind: str, account_id: UUID, person_id: UUID, role: AssignmentRole) -> dict[str, Any]:
    return {"kind": kind, "account_id": str(account_id), "person_id": str(person_id), "nouns": list(CLASSES[role])}
