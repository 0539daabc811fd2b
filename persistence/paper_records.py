"""Files and certificates beside a notice, written and opened on one transaction: `records.papers`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.document.repository import Content
from domain.ids import new_id
from domain.keeping import Row
from domain.notice.repository import NoticeKnown
from domain.reading import Scope
from persistence.livelihood_records import LAST
from persistence.notice_papers import ATTACHMENTS, CERTIFICATES
from persistence.reads import Reads
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.transfer import transferring
from persistence.writing import as_json, change, insert

OF: dict[str, Reads] = {reads.noun.name: reads for reads in (ATTACHMENTS, CERTIFICATES)}
LIES_WITH_RECEIVER = (
    " and exists (select from discharge_notice n where n.id = t.notice_id and n.state not in ('draft', 'cancelled'))"
)
"""A notice kept back is not the commune's to open, and what was taken back is not any more."""
HOLDER = "select unit_no, province_no from person where id = $1 for share"
UNCARRIED = (
    "select t.* from training_certificate t where t.notice_id = $1 and t.voided_at is null"
    " and t.vocational_support_id is null order by t.recorded_at, t.id for no key update"
)
TAKE_BACK = (
    "update vocational_support set voided_at = $3, void_reason = $2, updated_at = $3, version = version + 1"
    " where id = $1 and voided_at is null"
)


class Papers:
    """What a sender puts beside its notices."""

    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def on_file(self, noun: str, source: str, source_ref: str, *, within: Scope) -> Row | None:
        """The row of this sender under this number; a second one waits here for the first."""
        key = f"{noun}|{self.ctx.actor.unit_no}|{source}|{source_ref}"
        await self.connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 52))", key)
        found = await self.connection.fetchrow(
            f"select t.* from {noun} t where t.source = $1 and t.source_ref = $2 and t.made_unit_no between $3 and $4",
            source,
            source_ref,
            within.lo,
            within.hi,
        )
        return dict(found) if found else None

    async def known(self, noun: str, id: UUID, *, within: Scope) -> Row | None:
        """The row under lock."""
        where, bounds = wall_of_write(OF[noun], within)
        sql = f"select t.* from {noun} t where t.id = $1 and {where} for no key update"
        found = await self.connection.fetchrow(sql, id, *bounds)
        return dict(found) if found else None

    async def attached(self, notice: UUID, *, within: Scope) -> int:
        return int(
            await self.connection.fetchval(
                "select count(*) from notice_attachment t where t.notice_id = $1 and t.voided_at is null"
                " and t.made_unit_no between $2 and $3",
                notice,
                within.lo,
                within.hi,
            )
        )

    async def attach(self, id: UUID, notice: NoticeKnown, facts: Mapping[str, Any], content: bytes) -> None:
        table = ATTACHMENTS.table
        sealed = await asyncio.to_thread(self.sealer.seal_bytes, content, table=table, row=id, column="sealed")
        await insert(self.connection, table, self._beside(id, notice, facts) | {"sealed": sealed})

    async def certify(self, id: UUID, notice: NoticeKnown, facts: Mapping[str, Any]) -> None:
        await insert(self.connection, CERTIFICATES.table, self._beside(id, notice, facts))

    def _beside(self, id: UUID, notice: NoticeKnown, facts: Mapping[str, Any]) -> dict[str, Any]:
        return dict(facts) | {
            "id": id,
            "notice_id": notice.id,
            "unit_no": notice.unit_no,
            "made_unit_no": notice.made_unit_no,
            "recorded_at": self.ctx.now,
            "recorded_by": self.ctx.actor.account_id,
        }

    async def void(self, noun: str, id: UUID, reason: str, at: datetime) -> None:
        await change(self.connection, OF[noun].table, id, {"voided_at": at, "void_reason": reason})

    async def content(self, id: UUID, *, sent_only: bool, within: Scope) -> Content | None:
        """The bytes in clear; `sent_only`: of notices that lie with their receiver."""
        where, bounds = wall_of_write(ATTACHMENTS, within)
        row = await self.connection.fetchrow(
            "select t.id, t.media_type, t.format, t.sha256, t.sealed from notice_attachment t"
            f" where t.id = $1 and t.voided_at is null and {where}" + (LIES_WITH_RECEIVER if sent_only else ""),
            id,
            *bounds,
        )
        if row is None:
            return None
        opened = await asyncio.to_thread(
            self.sealer.open_bytes, row["sealed"], table=ATTACHMENTS.table, row=id, column="sealed"
        )
        return Content(row[0], row[1], row[2], row[3], opened)

    # -- certificates in the person's file: under the role of hand-overs, for the sender stands behind no wall there

    async def uncarried(self, notice: UUID) -> Sequence[Row]:
        """Certificates of a notice that are not in the person's file yet."""
        async with transferring(self.connection):
            return [dict(row) for row in await self.connection.fetch(UNCARRIED, notice)]

    async def born(self, person_id: UUID) -> Row:
        """Gender, and the first and last day on which the person may have been born."""
        async with transferring(self.connection):
            found = await self.connection.fetchrow(
                f"select gender, born_on, {LAST} as born_last from person where id = $1", person_id
            )
        return dict(found)

    async def carry(self, paper: Row, person_id: UUID, facts: Mapping[str, Any]) -> None:
        """Training in the file of the person, wherever they are looked after today, in the circle of the sender."""
        id = new_id()
        async with transferring(self.connection):
            unit_no, province_no = await self.connection.fetchrow(HOLDER, person_id)
            row = dict(facts) | {
                "id": id,
                "person_id": person_id,
                "unit_no": unit_no,
                "province_no": province_no,
                "made_unit_no": paper["made_unit_no"],
                "circle_no": paper["made_unit_no"],
                "recorded_at": self.ctx.now,
                "updated_at": self.ctx.now,
                "recorded_by": paper["recorded_by"],
                "warnings": as_json(facts["warnings"]),
                "history": as_json(facts["history"]),
            }
            await insert(self.connection, "vocational_support", row)
            await change(self.connection, CERTIFICATES.table, paper["id"], {"vocational_support_id": id})

    async def take_back(self, id: UUID, reason: str, at: datetime) -> None:
        async with transferring(self.connection):
            await self.connection.execute(TAKE_BACK, id, reason, at)
