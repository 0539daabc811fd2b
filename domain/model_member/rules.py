"""Boards and teams: staff lists, dated and separate from users (issue: the support, 1)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.keeping import Doing, Kept, Row, checked_days, refuse
from domain.model_member.noun import MODEL_MEMBER
from domain.refusals import Flaw, flawed


class ModelMembers(Kept):
    """Seats on boards and in teams. One head at a time."""

    noun = MODEL_MEMBER
    reads = "read_model"
    writes = "write_model"
    of = "model"
    told = frozenset(
        {
            "support_model_id",
            "full_name",
            "account_id",
            "role",
            "task_areas",
            "body",
            "valid_from",
            "valid_to",
            "end_reason",
            "namesake",
        }
    )
    settled = frozenset({"support_model_id", "namesake"})
    beside = frozenset({"namesake"})
    texts: ClassVar = {"full_name": 200, "body": 200, "end_reason": 500}

    def check(self, whole: Row, _today: date, /) -> None:
        flaws = checked_days(whole, ("valid_from", "valid_to"))
        areas = whole.get("task_areas") or ()
        if len(set(areas)) < len(areas):
            flaws.append(Flaw("/task_areas", "repeated"))
        refuse(flaws)

    async def complete(self, doing: Doing) -> Row:
        """Raises `invalid` for an account that works elsewhere, and for a member of the club itself."""
        row = doing.row
        await check_account(doing)
        await check_no_member(doing)
        return {"task_areas": row.get("task_areas") or ()}


async def check_account(doing: Doing) -> None:
    """Refuse an account that does not work in the commune of the model. Raises `invalid`."""
    account = doing.row.get("account_id")
    if account is None or (doing.known is not None and doing.known["account_id"] == account):
        return
    if not await doing.records.models.works_there(account, doing.row["unit_no"]):
        raise flawed("/account_id", "not_of_this_unit")


async def check_no_member(doing: Doing) -> None:
    """The board are not members (dossier §7.1): who is one leaves the club first. An equal name is asked about.

    Raises `invalid` (`is_a_member`), unless it is said to be somebody else of the same name.
    """
    row, known = doing.row, doing.known
    if row.get("namesake") or (known is not None and known["full_name"] == row["full_name"]):
        return
    if await doing.records.clubs.member_named(row["support_model_id"], row["full_name"]):
        raise flawed("/full_name", "is_a_member")


MODEL_MEMBERS = ModelMembers()
