"""Needs: table and reads."""

from __future__ import annotations

import sqlalchemy as sa

from domain.need.noun import NEED, NeedKind, NeedState
from domain.need.rules import NEED_LIFE
from persistence.cases import listed
from persistence.columns import column, to
from persistence.keeping import Words, kept_reads, kept_table

HISTORY = "every move with its days"
ROW = kept_table(
    "need",
    "Needs of persons: the denominator of those with need",
    {
        "kind": Words(NeedKind),
        "found_on": column("date"),
        "detail": column("text", null=True),
        "met_on": column("date", null=True),
        "withdrawn_on": column("date", null=True),
        "reason": column("text", null=True, comment="of the latest move"),
        "support_model_id": column("uuid", to("support_model.id"), null=True),
        "history": listed(HISTORY),
    },
    sa.CheckConstraint(f"(state = '{NeedState.MET}') = (met_on is not null)", name="met_has_day"),
    sa.CheckConstraint(f"(state = '{NeedState.WITHDRAWN}') = (withdrawn_on is not null)", name="withdrawn_has_day"),
    sa.CheckConstraint("found_on <= coalesce(met_on, withdrawn_on, found_on)", name="days"),
    sa.Index("ix_need_unit_found", "unit_no", "found_on"),
    sa.Index("ix_need_province_found", "province_no", "found_on"),
    life=NEED_LIFE,
)
NEEDS = kept_reads(
    NEED,
    ROW,
    life=NEED_LIFE,
    filters={"found_from": "{t}.found_on >= {v}::date", "found_to": "{t}.found_on <= {v}::date"},
)
