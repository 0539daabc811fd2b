"""Recording and correcting counselling. Notes go where only their author's circle reads them; corrections keep history.

D163 Art 135(4) asks for minutes of counselling; no form of the contact itself is known (dossier §7.3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from domain.access.scope import check_writable
from domain.contact.noun import CONTACT, NOTES, ClientGroup
from domain.keeping import Doing, Kept, Row, refuse
from domain.law.instants import due_instant, local_date
from domain.need.waiting import settle_needs
from domain.refusals import Flaw
from domain.support_model.rules import check_model
from domain.task.due import TaskDue

NEXT: str = "next_contact"
AGREED: str = "counselling.agreed"
"""No rule of law: the day on which both agreed to speak again."""
LONGEST_AHEAD = timedelta(days=366)
MOST_MINUTES = 600


class Counselling(Kept):
    """What contacts with persons of the register and with anonymous clients share."""

    beside = frozenset(NOTES)
    texts: ClassVar = dict.fromkeys(NOTES, 4000)
    day: ClassVar[str]
    """The field that says when it was."""

    def check(self, whole: Row, _today: date, /) -> None:
        refuse([*flaws_of_minutes(whole), *flaws_of_next(whole, self.day), *flaws_of_topics(whole)])

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        may_note(doing, self.noun.name, self.beside)
        await check_model(doing.records, doing)
        return None

    async def follow(self, doing: Doing) -> None:
        """The notes of this version and, of a correction, what was before."""
        noted = {name: doing.row[name] for name in self.beside if name in doing.row}
        if noted:
            await doing.records.circle.note(self.noun.name, doing.row, noted)
        if doing.known is not None:
            await doing.records.circle.revise(self.noun.name, doing.known, changed(doing.known, doing.row, self.told))


class CounsellingContacts(Counselling):
    """Contacts with persons on the register."""

    noun = CONTACT
    reads = "read_contact"
    writes = "write_contact"
    day = "held_at"
    told = frozenset(
        {
            "held_at",
            "channel",
            "place",
            "given_by",
            "client_group",
            "minutes",
            "topics",
            "next_on",
            "referral_consent",
            "support_model_id",
            *NOTES,
        }
    )

    def check(self, whole: Row, today: date, /) -> None:
        super().check(whole, today)
        if whole.get("client_group") == ClientGroup.TRAFFICKING_VICTIM:
            refuse([Flaw("/client_group", "coded_client_only")])

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        refuse(flaws_of_instant(doing.row["held_at"], doing.ctx.now))
        return await super().complete(doing)

    async def follow(self, doing: Doing) -> None:
        """The day agreed on last becomes due; what was due before is done once they have spoken again."""
        await super().follow(doing)
        latest = await doing.records.circle.latest(doing.row, within=doing.within)
        for row in {str(row["id"]): row for row in (doing.row, *latest)}.values():
            promised = latest and row["id"] == latest[0]["id"] and row["next_on"]
            due = [agreed(row["next_on"]).of(row["circle_no"])] if promised else []
            await self._settle(doing.records, row, due, doing.ctx.now)
        await settle_needs(doing.records, doing.ctx, doing.row["person_id"])

    async def _settle(self, records: Any, row: Row, due: list[TaskDue], now: datetime) -> None:
        await records.tasks.settle(
            CONTACT.name, row["id"], person_id=row["person_id"], unit_no=row["unit_no"], due=due, now=now
        )


def agreed(day: date) -> TaskDue:
    """The next contact, on the day they agreed on."""
    told = {"vi": "Ngày hẹn gặp lại hai bên đã thống nhất.", "en": "The day both agreed to speak again."}
    return TaskDue(NEXT, due_instant(day), day, AGREED, told)


def may_note(doing: Doing, noun: str, names: Collection[str]) -> None:
    """Raises `invalid` where a note is told by who would not read it: another circle, or a role that sees no notes."""
    told = {name for name in names if name in doing.row and doing.row[name] is not None}
    if doing.known is not None:
        told = {name for name in names if name in doing.row}
    hidden = check_writable(doing.ctx, noun, told)
    if doing.known is not None and doing.known["circle_no"] not in doing.ctx.actor.grantees:
        hidden = told
    refuse([Flaw(f"/{name}", "not_of_your_circle") for name in sorted(hidden)])


def changed(known: Row, row: Row, told: Collection[str]) -> dict[str, Any]:
    """What the row said before, of what now says otherwise; a voided row says so."""
    names = [*sorted(name for name in told if name in known), "voided_at"]
    return {name: known[name] for name in names if known[name] != row[name]}


def flaws_of_minutes(whole: Row) -> list[Flaw]:
    minutes = whole.get("minutes")
    return [] if minutes is None or 1 <= minutes <= MOST_MINUTES else [Flaw("/minutes", "out_of_range")]


def flaws_of_topics(whole: Row) -> list[Flaw]:
    topics = whole.get("topics") or ()
    if not topics:
        return [Flaw("/topics", "required")]
    return [] if len(set(topics)) == len(topics) else [Flaw("/topics", "named_twice")]


def flaws_of_instant(at: datetime, now: datetime) -> list[Flaw]:
    """A contact that is still to come is no contact; a clock of a phone may run five minutes ahead."""
    return [Flaw("/held_at", "in_the_future")] if at > now + timedelta(minutes=5) else []


def flaws_of_next(whole: Row, day: str) -> list[Flaw]:
    """The next day comes after the contact, within a year."""
    following, held = whole.get("next_on"), whole.get(day)
    if following is None or held is None:
        return []
    held = local_date(held)
    if following < held:
        return [Flaw("/next_on", "ends_before_it_starts")]
    return [Flaw("/next_on", "too_far_ahead")] if following > held + LONGEST_AHEAD else []


CONTACTS = CounsellingContacts()
