"""Where each figure of support is counted: the rows, the day or the days on which they count, and what of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from domain.figures.noun import SupportMeasure as M
from persistence.assignments import ASSIGNMENTS
from persistence.clubs import ATTENDANCES, EVALUATIONS, MEMBERSHIPS, SESSIONS
from persistence.livelihoods import JOB_CHECKS, JOBS, VOCATIONALS
from persistence.loans import LOANS
from persistence.organisations import CONTRIBUTIONS
from persistence.outreach import OUTREACH_ACTIVITIES, PRESS_ITEMS, TRAININGS
from persistence.reads import Reads
from persistence.referrals import REFERRALS
from persistence.support_models import SUPPORT_MODELS

LOCAL_DAY = " at time zone 'Asia/Ho_Chi_Minh')::date"


class Rows(NamedTuple):
    """Rows of one measure (alias `t`)."""

    measure: M
    reads: Reads
    day: str
    """The day a row counts on; the first of several, where `until` names the last."""
    where: str = "true"
    until: str = ""
    """Last day of what stood, inclusive: it counts in every period that it touches, and once over all."""
    part: str = "null"
    n: str = "null::bigint"
    """How many times a row counts; null: once."""
    vnd: str = "null::bigint"
    id: str = "t.id"
    join: str = ""

    @property
    def when(self) -> str:
        """That a row may count between `$1` and `$2`, said so that an index of the column serves."""
        if self.day.endswith(LOCAL_DAY):
            at = self.day.removeprefix("(").removesuffix(LOCAL_DAY)
            since, after = (f"{place}::date::timestamp at time zone 'Asia/Ho_Chi_Minh'" for place in ("$1", "$2"))
            return f"{at} >= {since} and {at} < {after}"
        return f"{self.day} < $2::date and {self.until or self.day} >= $1::date"

    @property
    def many_things(self) -> bool:
        """Whether one thing that is counted stands in several rows."""
        return bool(self.id != Rows._field_defaults["id"])

    @property
    def of_persons(self) -> bool:
        return "person_id" in self.reads.row.model_fields

    @property
    def of_money(self) -> bool:
        return bool(self.vnd != Rows._field_defaults["vnd"])


def local(instant: str) -> str:
    return f"({instant}{LOCAL_DAY}"


STAGE, MODEL, STARTS = "t.stage", "t.kind", local("t.starts_at")
RAN = {"where": "t.founded_on is not null", "until": "coalesce(t.closed_on, 'infinity')", "part": MODEL}
CHECK = {"part": "b.stage", "join": " join job_placement b on b.id = t.job_placement_id"}
KIND, FORM, PROGRAMME = "t.kind", "t.form", "coalesce(t.programme, 'none')"
CAME = "(select sum((g.v ->> 'persons')::bigint) from jsonb_array_elements(t.attendance) g(v))"
"""How many came to a training, over its groups."""
CLOSED_ON = local("t.closed_at")
SOURCES: Final[Mapping[str, tuple[Rows, ...]]] = {
    "assignment": (
        Rows(M.LOOKED_AFTER, ASSIGNMENTS, "t.valid_from", until="coalesce(t.valid_to, 'infinity')", part="t.role"),
    ),
    "support_model": (
        Rows(M.RUNNING, SUPPORT_MODELS, "t.founded_on", **RAN),
        Rows(M.FOUNDED, SUPPORT_MODELS, "t.founded_on", part=MODEL),
        Rows(M.CLOSED, SUPPORT_MODELS, "t.closed_on", part=MODEL),
        Rows(
            M.COMMUNES_SERVED,
            SUPPORT_MODELS,
            "t.founded_on",
            **RAN,
            id="s.commune",
            join=" cross join lateral unnest(t.commune_ids) s(commune)",
        ),
    ),
    "club_session": (
        Rows(M.PLANNED, SESSIONS, STARTS),
        Rows(M.HELD, SESSIONS, STARTS, "t.state = 'held'"),
        Rows(M.CANCELLED, SESSIONS, STARTS, "t.state = 'cancelled'"),
        Rows(M.FAMILY_MEMBERS, SESSIONS, STARTS, "t.state = 'held'", n="coalesce(t.family_members, 0)::bigint"),
    ),
    "club_membership": (
        Rows(
            M.MEMBERS,
            MEMBERSHIPS,
            "t.joined_on",
            "t.joined_on is not null",
            until="coalesce(t.left_on, 'infinity')",
        ),
        Rows(M.JOINED, MEMBERSHIPS, "t.joined_on"),
        Rows(M.LEFT, MEMBERSHIPS, "t.left_on"),
        Rows(M.ATTENDED, ATTENDANCES, "t.held_on", "t.mark = 'present'"),
        Rows(M.EVALUATED, EVALUATIONS, "t.month"),
    ),
    "vocational_support": tuple(
        Rows(measure, VOCATIONALS, f"t.{measure}_on", part=STAGE)
        for measure in (M.ADVISED, M.ENROLLED, M.FINISHED, M.CERTIFIED, M.DROPPED)
    ),
    "job_placement": (
        *(Rows(measure, JOBS, f"t.{measure}_on", part=STAGE) for measure in (M.SOUGHT, M.PLACED, M.ENDED)),
        *(
            Rows(measure, JOB_CHECKS, "t.checked_on", f"t.months = {months} and t.in_work", **CHECK)
            for months, measure in ((3, M.IN_WORK_AFTER_3), (6, M.IN_WORK_AFTER_6), (12, M.IN_WORK_AFTER_12))
        ),
        *(
            Rows(measure, JOB_CHECKS, "t.checked_on", f"t.months = {months}", **CHECK)
            for months, measure in ((3, M.CHECKED_AFTER_3), (6, M.CHECKED_AFTER_6), (12, M.CHECKED_AFTER_12))
        ),
    ),
    "loan_support": (
        Rows(M.ASKED, LOANS, "t.asked_on", part=PROGRAMME, vnd="t.asked_vnd"),
        Rows(M.APPLIED, LOANS, "t.applied_on", part=PROGRAMME, vnd="t.asked_vnd"),
        Rows(M.APPROVED, LOANS, "t.decided_on", "t.amount_vnd is not null", part=PROGRAMME, vnd="t.amount_vnd"),
        Rows(M.REFUSED, LOANS, "t.decided_on", "t.state = 'refused'", part=PROGRAMME),
        Rows(M.DISBURSED, LOANS, "t.disbursed_on", part=PROGRAMME, vnd="t.amount_vnd"),
        Rows(M.OVERDUE, LOANS, "t.overdue_on", part=PROGRAMME, vnd="t.overdue_vnd"),
        Rows(M.CLOSED, LOANS, "t.closed_on", part=PROGRAMME),
    ),
    "referral": (
        Rows(M.SENT, REFERRALS, local("t.sent_at"), part=KIND),
        Rows(M.ANSWERED, REFERRALS, local("t.answered_at"), part=KIND),
        Rows(M.ACCEPTED, REFERRALS, local("t.answered_at"), "t.state <> 'declined'", part=KIND),
        Rows(M.DECLINED, REFERRALS, local("t.answered_at"), "t.state = 'declined'", part=KIND),
        Rows(
            M.SILENT,
            REFERRALS,
            local("t.sent_at"),
            "t.answered_at is null and (t.state = 'expired'"
            " or (t.state in ('sent', 'received') and t.due_on < {today}))",
            part=KIND,
        ),
        Rows(M.ATTENDED, REFERRALS, "t.attended_on", part=KIND),
        Rows(M.COMPLETED, REFERRALS, CLOSED_ON, "t.state = 'completed'", part=KIND),
        Rows(M.DISCONTINUED, REFERRALS, CLOSED_ON, "t.state = 'discontinued'", part=KIND),
    ),
    "training": (
        Rows(M.HELD, TRAININGS, "t.held_from", part=KIND, vnd="t.cost"),
        Rows(M.ATTENDED, TRAININGS, "t.held_from", part=KIND, n=f"coalesce({CAME}, 0)::bigint"),
        Rows(M.CERTIFIED, TRAININGS, "t.held_from", part=KIND, n="coalesce(t.certified, 0)::bigint"),
    ),
    "outreach_activity": (
        Rows(M.HELD, OUTREACH_ACTIVITIES, "t.held_from", part=FORM, vnd="t.cost"),
        Rows(M.REACHED, OUTREACH_ACTIVITIES, "t.held_from", part=FORM, n="coalesce(t.reached, 0)::bigint"),
    ),
    "press_item": (Rows(M.PUBLISHED, PRESS_ITEMS, "t.published_on", part="t.level"),),
    "contribution": (
        Rows(M.PLEDGED, CONTRIBUTIONS, "t.pledged_on", part=KIND, vnd="t.pledged_vnd"),
        Rows(M.RECEIVED, CONTRIBUTIONS, "t.received_on", part=KIND, vnd="t.received_vnd"),
        Rows(M.PLEDGED_PLACES, CONTRIBUTIONS, "t.pledged_on", part=KIND, n="coalesce(t.pledged_places, 0)::bigint"),
        Rows(M.RECEIVED_PLACES, CONTRIBUTIONS, "t.received_on", part=KIND, n="coalesce(t.received_places, 0)::bigint"),
    ),
}
