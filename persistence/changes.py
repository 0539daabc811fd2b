"""The change feed's tables: what became of every row, written by triggers in the transaction of the change.

**How a row gets here.** Each table of a noun with a unit carries the statement triggers `tell_inserted`, `tell_updated`
and `tell_deleted` (migration 0020, `follow_changes`), whichever way it is written: by an act, as its consequence, by a
hand-over, by the worker, by a set-wise import. A later table is followed by `select follow_changes('table')` in its own
migration. A redraw of units runs without triggers and tells nothing: it changes numbers, and who follows is told to
begin anew, because their own interval changed.

**To whom it is told.** A row is addressed once: to a unit (`unit_no`; `made_unit_no` beside it), or to a grantee. A row
that moves is told to both units: `entered_scope` to the new, `left_scope` to the old, each naming the other in
`other_unit_no`, so that a reader who holds both sees one `upsert`. A grant that begins or ends tells the rows of its
nouns to the grantee (`grant_told`). One that begins or ends by the clock is told when its grantee asks
(`settle_grants`), within 5 seconds to who waits (persistence/change_hub.py), within a minute by the worker
(`settle_all_grants`), for nothing is written at that instant. A row that is written while its person is being granted
does not see the grant, nor the grant the row: `grant_telling` keeps every grant that came or went until all who wrote
at the same time have ended, and what they told is then told to the grantee as well.

**Order.** By (`xid`, `seq`), and only below `pg_snapshot_xmin(pg_current_snapshot())`. `xid` is the writer's own
transaction, or the newest that had ended when it told, whichever is higher. Not lower than its own: every transaction
below xmin has ended, so nothing can appear behind a reader any more. Not lower than what has ended: who changes a row
waits for the one who changed it before, so changes of one row stand in the order of their commits, whichever
transaction began first; `seq` decides between equals. A sequence, a timestamp or the transaction's own id alone loses
rows or turns them round (tests/persistence/test_change_order.py shows each). An open transaction that has written
holds the feed back until it ends. Transaction ids belong to a cluster: cursors carry its identifier, a restored
database begins anew.

**Beside `outbox`.** `outbox` (persistence/journals.py) has one row an act: which act was done to which resource, in the
same transaction, with the transaction's own id as text. Who tells of rows (this feed, webhooks) reads `row_change`;
`outbox` is evidence of acts, in no order that may be followed. Neither holds personal data.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from persistence.columns import column

OWN = "(pg_current_xact_id()::text)::bigint"
ENDED = "((pg_snapshot_xmax(pg_current_snapshot())::text)::bigint - 1)"
PLACE = f"GREATEST({OWN}, {ENDED})"
"""Never below the writer's own transaction, nor below any that had ended: whoever changes a row waits for its lock."""


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
    xid: int = column(
        "bigint", primary_key=True, default=PLACE, autoincrement=False, comment="its place: read below xmin"
    )
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


class GrantTellingRow(SQLModel, table=True):
    """A grant that came or went: who wrote or granted at the same time did not see it, and it did not see them."""

    __tablename__ = "grant_telling"
    __table_args__ = {"comment": "Grants of which somebody may have to be told once more"}
    id: int = column("bigint", sa.Identity(always=True), primary_key=True)
    grant_id: UUID = column("uuid")
    person_id: UUID = column("uuid")
    grantee: int = column("int", comment="as in access_grant")
    nouns: list[str] = column("texts", comment="what came into sight or left it")
    origin_id: UUID | None = column("uuid", null=True)
    from_place: int = column(
        "bigint",
        default="(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint",
        comment="writers that may have missed it began here",
    )
    upto_place: int | None = column(
        "bigint", null=True, comment="and have ended when all before this have; null: not known yet"
    )


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
