"""Meetings of a club and who came: taken in one call, replaced as a whole (issue: the support, 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from domain.acts import Act, Context
from domain.club.life import SESSION_LIFE
from domain.club.memberships import on_file
from domain.club.noun import ATTENDANCE, SESSION, SessionState
from domain.keeping import Doing, Kept, Row, Tell, checked_days, refuse
from domain.law.instants import local_date
from domain.reading import Road, Scope
from domain.refusals import Flaw, Refusal, flawed
from domain.task.setting import as_set

TO_CLOSE = "club_session"


class Sessions(Kept):
    """Sessions stand on the club's own unit: it keeps its own house."""

    noun = SESSION
    reads = "read_session"
    writes = "write_session"
    of = "unit"
    told = frozenset({"club_id", "starts_at", "ends_at", "place", "topic", "guests", "minutes"})
    settled = frozenset({"club_id"})
    texts: ClassVar = {"place": 300, "topic": 300, "guests": 1000, "minutes": 20_000, "reason": 500}
    life = SESSION_LIFE
    fresh = frozenset({"reason"})

    def check(self, whole: Row, today: date, /) -> None:
        """Nothing was held before its day; minutes are of a session that was held."""
        flaws = checked_days(whole, ("starts_at", "ends_at"))
        held = whole["state"] == SessionState.HELD
        if held and local_date(whole["starts_at"]) > today:
            flaws.append(Flaw("/starts_at", "in_the_future"))
        if not held and whole.get("minutes") is not None:
            flaws.append(Flaw("/minutes", "not_yet"))
        refuse(flaws)

    async def locate(self, records: Any, _ctx: Context, within: Scope, tell: Tell) -> Tell:
        """On the unit the club stands on. Raises `invalid` for a club out of reach, closed, or not a club."""
        unit = await records.clubs.home(tell.told["club_id"], within=within)
        if unit is None:
            raise flawed("/club_id", "no_club_here")
        return replace(tell, told=dict(tell.told) | {"unit_id": unit})

    async def follow(self, doing: Doing) -> None:
        await remind(doing.records, doing.ctx, doing.row)


async def remind(records: Any, ctx: Context, session: Row) -> None:
    """A planned session is closed on its day: held with its list, or cancelled with the reason."""
    planned = session["state"] == SessionState.PLANNED and session["voided_at"] is None
    day = local_date(session["starts_at"])
    due = [as_set(TO_CLOSE, day, "club_session.starts_at").of(session["circle_no"])] if planned else []
    await records.tasks.settle(
        SESSION.name,
        session["id"],
        person_id=None,
        unit_no=await records.clubs.commune_of(session["unit_no"]),
        due=due,
        now=ctx.now,
    )


class Came(NamedTuple):
    """One member at a session."""

    membership_id: UUID
    mark: str


class Family(NamedTuple):
    """How many of the members' families came, as what; nobody is named."""

    role: str
    number: int


@dataclass(frozen=True)
class TakeAttendance:
    """Who came to a session: the whole list, in place of the one before."""

    id: UUID
    members: Sequence[Came] = field(default_factory=tuple)
    family: Sequence[Family] | None = None


async def take_attendance(records: Any, ctx: Context, within: Scope, take: TakeAttendance) -> UUID:
    """The list of a session; it was held, then. Members are seen on the road by which the caller sees them.

    Raises `invalid` for who is not a member of this club, `wrong_move` for a cancelled session.
    """
    session = await on_file(records, SESSION, take.id, within)
    if session["state"] != SessionState.HELD:
        SESSION_LIFE.move(session["state"], SessionState.HELD)
    changes = {"state": SessionState.HELD.value, "updated_at": ctx.now, **_family(take.family or ())}
    SESSIONS.check(dict(session) | changes, ctx.today)
    _refuse_repeated(take)
    await _replace(records, ctx, await _among_members(records, ctx, within), session, take.members)
    await records.onto(within.road, within)
    counted = await records.clubs.counted(session["id"])
    await remind(records, ctx, await records.rows(SESSION.name).amend(session, changes | counted))
    return take.id


async def _among_members(records: Any, ctx: Context, within: Scope) -> Scope:
    """A club's own unit sees its sessions as its work, and its members by what they granted."""
    if ctx.actor.level != "organisation":
        return within
    here: Scope = await records.onto(Road.GRANT, within)
    return replace(here, grantees=tuple(ctx.actor.grantees))


async def _replace(records: Any, ctx: Context, within: Scope, session: Row, members: Sequence[Came]) -> None:
    found = await records.clubs.members(session["club_id"], [came.membership_id for came in members], within=within)
    strange = [place for place, came in enumerate(members) if came.membership_id not in found]
    if strange:
        raise Refusal(
            "invalid", flaws=tuple(Flaw(f"/members/{place}/membership_id", "not_of_this_club") for place in strange)
        )
    await records.clubs.mark(session, {came.membership_id: came.mark for came in members}, found, ctx.now)


def _refuse_repeated(take: TakeAttendance) -> None:
    """Raises `invalid` for a member or a family role named twice."""
    members, family = [came.membership_id for came in take.members], [part.role for part in take.family or ()]
    refuse(
        [Flaw(f"/members/{place}/membership_id", "repeated") for place in twice(members)]
        + [Flaw(f"/family/{place}/role", "repeated") for place in twice(family)]
    )


def twice(names: Sequence[object]) -> list[int]:
    """The places of what is named more than once."""
    count = Counter(names)
    return [place for place, name in enumerate(names) if count[name] > 1]


def _family(parts: Sequence[Family]) -> Mapping[str, Any]:
    return {
        "family": [part._asdict() for part in parts],
        "family_members": sum(part.number for part in parts),
    }


class Attendances(Kept):
    """Who came; taken with the session, and by nothing else."""

    noun = ATTENDANCE
    reads = "read_membership"
    writes = "write_membership"
    told = frozenset()


SESSIONS = Sessions()
ATTENDANCES = Attendances()
taking_attendance: Act[TakeAttendance] = Act(
    take_attendance, SESSION, "write_session", guarded=True, subject=SESSION.name
)
