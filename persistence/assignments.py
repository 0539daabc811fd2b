"""Assignments: table and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.assignment.noun import ASSIGNMENT, AssignmentRole
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table

ROW = kept_table(
    "assignment",
    "Who looks after whom",
    {
        "role": Words(AssignmentRole),
        "account_id": column("uuid", to("account.id"), null=True),
        "carer_unit_id": column("uuid", to("unit.id"), null=True),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "valid_from": column("date"),
        "valid_to": column("date", null=True, comment="last day"),
        "end_reason": column("text", null=True),
    },
    sa.CheckConstraint("num_nonnulls(account_id, carer_unit_id) = 1", name="one_carer"),
    sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="days"),
    sa.Index("ix_assignment_account", "account_id", "valid_from"),
)
LIVE = "({t}.voided_at is null and {t}.valid_from <= {today} and coalesce({t}.valid_to >= {today}, true))"
ASSIGNMENTS = kept_reads(
    ASSIGNMENT,
    ROW,
    joins={"carer_unit": "{c}.id = {t}.carer_unit_id"},
    filters={"live": f"{LIVE} = {{v}}::bool"},
)
