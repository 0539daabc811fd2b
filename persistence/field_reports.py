"""Reports of those who help: table and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.field_report.noun import FIELD_REPORT, FieldReportKind, FieldReportState
from domain.field_report.rules import LIFE
from persistence.columns import column
from persistence.keeping import Words, kept_reads, kept_table

ANSWERED = f"('{FieldReportState.CONFIRMED}', '{FieldReportState.NOT_CONFIRMED}')"
ROW = kept_table(
    "field_report",
    "What those who help passed on, to be confirmed; it changes nothing by itself",
    {
        "kind": Words(FieldReportKind),
        "noticed_on": column("date", comment="a day, never an hour or a place"),
        "what": column("text", null=True, comment="in a few sober words"),
        "answered_on": column("date", null=True),
        "answer": column("text", null=True),
    },
    sa.CheckConstraint(f"(state in {ANSWERED}) = (answered_on is not null)", name="answered_has_day"),
    sa.CheckConstraint("noticed_on <= answered_on", name="days"),
    life=LIFE,
)
FIELD_REPORTS = kept_reads(
    FIELD_REPORT,
    ROW,
    life=LIFE,
    filters={"noticed_from": "{t}.noticed_on >= {v}::date", "noticed_to": "{t}.noticed_on <= {v}::date"},
)
