"""The change feed's tables: what became of every row, written by triggers in the transaction of the change.

**How a row gets here.** Each table of a noun with a unit carries the statement triggers `tell_inserted`, `tell_updated`
and `tell_deleted` (migration 0020, `follow_changes`), whichever way it is written: by an act, as its consequence, by a
hand-over, by the worker, by a set-wise import. A later table is followed by `select follow_changes('table')` in its own
migration. A redraw of units runs without triggers and tells nothing: it changes numbers, and who follows is told to
begin anew, because their own interval changed.

**To whom it is told.** A row is addressed once: to a unit (`unit_no`; `made_unit_no` beside it), or to a grantee. A row
that moves is told to both units: `entered_scope` to the new, `left_scope` to the old, each naming the other in
`other_unit_no`, so that a reader who holds both sees one `upsert`. A grant that begins or ends tells the rows of its
nouns to the grantee (`grant_told`); one that begins or ends by the clock is told when its grantee asks
(`settle_grants`), for nothing is written at that instant.

**Order.** By (`xid`, `seq`), and only below `pg_snapshot_xmin(pg_current_snapshot())`: every transaction there has
ended, so nothing can appear behind a reader any more. A sequence or a timestamp alone would lose rows: it is given
out before the commit, and a transaction that commits late would stand behind who has read on
(tests/persistence/test_change_order.py shows it). An open transaction that has written holds the feed back until it
ends. Transaction ids belong to a cluster: cursors carry its identifier, a restored database begins anew.

**Beside `outbox`.** `outbox` (persistence/journals.py) has one row an act: which act was done to which resource, in the
same transaction; its `transaction` is the same id as text (`::xid8` for order). Who tells of acts (webhooks) reads it
the same way: below xmin, by (transaction, seq), which also keeps the order per subject, because the acts on one
resource lock it in turn. Who tells of rows reads `row_change`. Neither holds personal data.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from persistence.columns import column


class RowChangeRow(SQLModel, table=True):
    """What became of one row, addressed to one unit or one grantee."""

    __tablename__ = "row_change"
    __table_args__ = (
        sa.CheckConstraint("kind in ('upsert', 'delete', 'entered_scope', 'left_scope')", name="kind"),
        sa.CheckConstraint("(unit_no is null) <> (grantee is null)", name="addressed_once"),
        sa.Index("ix_row_change_unit", "unit_no", "xid", "seq"),
        sa.Index(
            "ix_row_change_made",
            "made_unit_no",
            "xid",
            "seq",
            postgresql_where=sa.text("made_unit_no is not null"),
        ),
        sa.Index("ix_row_change_grantee", "grantee", "xid", "seq", postgresql_where=sa.text("grantee is not null")),
        {"comment": "What became of each row, in commit order: the change feed"},
    )
    xid: int = column("bigint", primary_key=True, default="(pg_current_xact_id()::text)::bigint", autoincrement=False)
    seq: int = column("bigint", sa.Identity(always=True), primary_key=True)
    happened_at: datetime = column("instant", default="now()")
    noun: str = column("text")
    subject_id: UUID = column("uuid")
    kind: str = column("text")
    version: int | None = column("int", null=True)
    person_id: UUID | None = column("uuid", null=True, comment="whom the row is about, for the journal")
    unit_no: int | None = column("int", null=True, comment="the unit that is told")
    other_unit_no: int | None = column("int", null=True, comment="the unit from or to which it moved")
    made_unit_no: int | None = column("int", null=True, comment="told too: under whom the row was made")
    grantee: int | None = column("int", null=True, comment="told instead of a unit: as in access_grant")


class ChangeHorizonRow(SQLModel, table=True):
    """From where on the feed is kept: one row."""

    __tablename__ = "change_horizon"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="one_row"),
        {"comment": "From where on the change feed is kept"},
    )
    id: int = column("int", primary_key=True, default="1", autoincrement=False)
    cluster: int = column("bigint", comment="the server whose transaction ids these are")
    floor: int = column("bigint", comment="transactions below are forgotten")


class ChangeRetentionRow(SQLModel, table=True):
    """How long the feed is kept: the row of the latest day that has come counts."""

    __tablename__ = "change_retention"
    __table_args__ = (
        sa.CheckConstraint("days > 0", name="days"),
        {"comment": "How long the change feed is kept, from which day on"},
    )
    valid_from: date = column("date", primary_key=True)
    days: int = column("int")
