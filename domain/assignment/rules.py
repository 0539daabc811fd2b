"""Assigning a person to somebody, and what they see by it. Leaving cuts access at once (issue: the support, 11)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from domain.assignment.noun import ASSIGNMENT, CLASSES, AssignmentRole
from domain.keeping import Doing, Kept, Row, checked_days, refuse
from domain.refusals import Flaw, flawed
from domain.support_model.rules import check_model

ACCOUNTS = {AssignmentRole.COUNSELLOR: "counsellor", AssignmentRole.VOLUNTEER: "volunteer"}
"""Roles in which an account of its own looks after the person: under which appointment."""


class Assignments(Kept):
    """Assignments and the grants that stand and fall with them."""

    noun = ASSIGNMENT
    reads = "read_assignment"
    writes = "write_assignment"
    told = frozenset(
        {"role", "account_id", "carer_unit_id", "support_model_id", "valid_from", "valid_to", "end_reason"}
    )
    settled = frozenset({"role", "account_id", "carer_unit_id", "valid_from"})
    texts: ClassVar = {"end_reason": 500}

    def check(self, whole: Row, _today: date, /) -> None:
        """Exactly one who looks after: an account for a counsellor or volunteer, a unit for a health station."""
        personal = whole["role"] in ACCOUNTS
        needed, other = ("account_id", "carer_unit_id") if personal else ("carer_unit_id", "account_id")
        flaws = [Flaw(f"/{needed}", "required")] if whole.get(needed) is None else []
        if whole.get(other) is not None:
            flaws.append(Flaw(f"/{other}", "not_for_this_kind"))
        refuse(flaws + checked_days(whole, ("valid_from", "valid_to")))

    async def complete(self, doing: Doing) -> None:
        """Raises `invalid` for who does not work there, or not in that role."""
        await check_model(doing.records, doing)
        if doing.known is None:
            await self._grantee(doing.records, doing.row)

    async def follow(self, doing: Doing) -> None:
        records, now, row = doing.records, doing.ctx.now, doing.row
        until = end_of(row["valid_to"], now)
        if row["voided_at"] is not None or (until is not None and until <= now):
            await records.grants.end(row["id"], now)
            records.extras["consequences"] = [seen("loses_access", row)]
            return
        await records.grants.settle(
            ASSIGNMENT.name,
            row["id"],
            person_id=row["person_id"],
            grantee=await self._grantee(records, row),
            classes=CLASSES[row["role"]],
            since=datetime.combine(row["valid_from"], time(), now.tzinfo),
            until=until,
        )
        records.extras["consequences"] = [seen("gains_access", row)]

    async def _grantee(self, records: Any, row: Row) -> int:
        if row["role"] in ACCOUNTS:
            account = await records.grants.carer_account(row["account_id"], ACCOUNTS[row["role"]], row["unit_no"])
            return _of_this_unit(account, "/account_id")
        station = await records.grants.carer_organisation(row["carer_unit_id"], "health_station", row["unit_no"])
        return _of_this_unit(station, "/carer_unit_id")


def _of_this_unit(grantee: int | None, pointer: str) -> int:
    if grantee is None:
        raise flawed(pointer, "not_of_this_unit")
    return grantee


def seen(kind: str, row: Row) -> dict[str, Any]:
    """Who gains or loses sight of the person, as a consequence shown (names of nouns, never of people)."""
    who = {name: str(row[name]) for name in ("account_id", "carer_unit_id") if row.get(name) is not None}
    return {"kind": kind, "person_id": str(row["person_id"]), **who, "nouns": list(CLASSES[row["role"]])}


def end_of(last: date | None, now: datetime) -> datetime | None:
    """The instant after the last day. A last day that is not in the future ends at once: leaving cuts access."""
    if last is None:
        return None
    if last <= now.date():
        return now
    return datetime.combine(last + timedelta(days=1), time(), now.tzinfo)


ASSIGNMENTS = Assignments()
