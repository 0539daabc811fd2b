"""Whose a task is, computed when it is asked: whom the facts of its person and its subject name today."""

from __future__ import annotations

ME = "nullif(current_setting('app.account', true), '')::uuid"
HERE = "nullif(current_setting('app.lo', true), '')::int"
ASSIGNED = (
    "select from case_assignment a where a.person_id = {t}.person_id and a.account_id = {me}"
    " and a.valid_from <= {today} and (a.valid_to is null or {today} <= a.valid_to)"
)
"""Who is assigned to the person today (D163 forms 59, 60)."""
CARED_FOR = ASSIGNED.replace("case_assignment a where", "assignment a where a.voided_at is null and")
"""Who looks after the person today."""
DRAFTED = (
    "select from management_decision a where a.case_id = {t}.subject_id and a.drafted_by = {me}"
    " and a.state in ('drafted', 'signed', 'delivered', 'corrected')"
)
ADDRESSED = "{t}.circle_no = any(nullif(current_setting('app.grantees', true), '')::int[])"
"""For the circle in which the caller helps, or for what the caller wrote themselves."""
OF_ME = (
    ASSIGNED,
    CARED_FOR,
    # who made the act that it follows from: opened the case, proposed, drafted, recorded the notice, began the round
    "select from management_case a where a.id = {t}.subject_id and a.state = 'noticed' and a.recorded_by = {me}",
    "select from case_proposal a where a.case_id = {t}.subject_id and a.answer is null and a.recorded_by = {me}",
    DRAFTED,
    "select from discharge_notice a where a.id = {t}.subject_id and a.recorded_by = {me}",
    "select from review_round a where a.id = {t}.subject_id and a.recorded_by = {me}",
)
"""One line a source; a row of it makes the task the caller's ({t} = the task)."""
MINE = f"({ADDRESSED} or " + " or ".join(f"exists ({source})" for source in OF_ME).replace("{me}", ME) + ")"
OWN = f"({{t}}.unit_no = {HERE})"
"""In the inbox of the caller's own unit, not of one below."""
