"""Progress evaluations: one a member and month, on a short scale of a few areas, with what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from domain.acts import Context
from domain.club.life import JOINED, first_of, member_in
from domain.club.memberships import membership_of, remind
from domain.club.noun import AREAS, EVALUATION, MEMBERSHIP
from domain.keeping import Doing, Kept, Row, Tell, refuse
from domain.reading import Scope
from domain.refusals import Flaw, Refusal, flawed


class Evaluations(Kept):
    """Monthly evaluations. Who is suspended or has left is not evaluated."""

    noun = EVALUATION
    reads = "read_membership"
    writes = "write_membership"
    told = frozenset({"membership_id", "month", *AREAS, "changed", "next_step"})
    settled = frozenset({"membership_id", "month"})
    texts: ClassVar = {"changed": 2000, "next_step": 2000}

    def check(self, whole: Row, today: date, /) -> None:
        """At least one area is looked at, of a month that has begun."""
        flaws = [] if any(whole.get(name) is not None for name in AREAS) else [Flaw(f"/{AREAS[0]}", "required")]
        if whole["month"] > today:
            flaws.append(Flaw("/month", "in_the_future"))
        refuse(flaws)

    async def locate(self, records: Any, _ctx: Context, within: Scope, tell: Tell) -> Tell:
        """Of the person whose membership it is; a month is named by any of its days."""
        membership = await membership_of(records, tell.told["membership_id"], within)
        told = dict(tell.told) | {"month": first_of(tell.told["month"])}
        return replace(tell, told=told, person_id=membership["person_id"])

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Raises `not_a_member_now`, `evaluated_already`, `invalid` for a month outside the membership."""
        if doing.known is not None:
            return None
        row, records = doing.row, doing.records
        membership = await membership_of(records, row["membership_id"], doing.within)
        if membership["state"] != JOINED:
            raise Refusal("not_a_member_now", state=membership["state"])
        moves, months = await records.clubs.story(membership["id"])
        if not member_in(moves, row["month"]):
            raise flawed("/month", "not_a_member_then")
        if row["month"] in months:
            raise Refusal("evaluated_already")
        return {"circle_no": membership["circle_no"]}

    async def follow(self, doing: Doing) -> None:
        """The next month that lacks one is what the reminder is about."""
        known = await doing.records.rows(MEMBERSHIP.name).known(doing.row["membership_id"], within=doing.within)
        if known is not None:
            await remind(doing.records, doing.ctx, known)


EVALUATIONS = Evaluations()
