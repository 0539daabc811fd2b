"""Documents, written and opened: implements domain.document.repository on one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from documents.rendering import rendered
from domain.acts import Context
from domain.document.repository import Content, Subject
from domain.law.documents import FormKey
from domain.reading import Scope
from persistence.document_facts import FACTS, TRANSFER, facts_from
from persistence.registry import READS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.transfer import transferring
from persistence.writing import change, insert

TABLE = "case_document"


class Documents:
    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def facts_of(self, subject: UUID, *, within: Scope) -> Subject | None:
        """Everything the forms may print of a case, or of a decision's case; the frozen words where it is signed."""
        wall, bounds = wall_of_write(READS["management_case"], within)
        row = await self.connection.fetchrow(FACTS.format(wall=wall), subject, *bounds)
        if row is None:
            return None
        facts = json.loads(row["facts"])
        identifier = facts["person"]["identifier"]
        if identifier:
            blob, id = bytes.fromhex(identifier.pop("sealed")[2:]), UUID(identifier.pop("id"))
            identifier["number"] = self.sealer.open(blob, table="person_identifier", row=id, column="number")
        facts["transfer"] = await self._transfer(row["person_id"], within)
        return Subject(row[0], row[1], row[2], row[3], row[4], facts_from(facts))

    async def _transfer(self, person_id: UUID, within: Scope) -> Any:
        async with transferring(self.connection):
            found = await self.connection.fetchval(TRANSFER, person_id, within.lo, within.hi)
        return json.loads(found) if found else None

    async def content(self, id: UUID, *, within: Scope) -> Content | None:
        wall, bounds = wall_of_write(READS[TABLE], within)
        row = await self.connection.fetchrow(
            f"select t.id, t.media_type, t.format, t.sha256, t.sealed from {TABLE} t where t.id = $1 and {wall}",
            id,
            *bounds,
        )
        if row is None:
            return None
        opened = await asyncio.to_thread(self.sealer.open_bytes, row["sealed"], table=TABLE, row=id, column="sealed")
        return Content(row[0], row[1], row[2], row[3], opened)

    async def signed_paper(self, decision_id: UUID, *, within: Scope) -> UUID | None:
        """The latest scan of the signed decision itself; minutes bear the number of their form."""
        found: UUID | None = await self.connection.fetchval(
            f"select t.id from {TABLE} t where t.decision_id = $1 and t.kind = 'signed_scan' and t.form is null"
            " and t.unit_no between $2 and $3 order by t.recorded_at desc, t.id desc limit 1",
            decision_id,
            within.lo,
            within.hi,
        )
        return found

    async def confirmed(self, form: FormKey, *, within: Scope) -> bool:
        """Forms are reference data: the same within every scope."""
        assert within
        found = await self.connection.fetchval(
            "select confirmed_at is not null from form_confirmation where form = $1", str(form)
        )
        return bool(found)

    async def printed(self, form: FormKey, facts: Mapping[str, Any], format: str, *, confirmed: bool) -> bytes:
        """The paper's bytes, made in a thread: layout is work for the processor."""
        return await asyncio.to_thread(rendered, form, facts, format, confirmed=confirmed, at=self.ctx.now)

    async def add(self, id: UUID, subject: Subject, facts: Mapping[str, Any], content: bytes) -> None:
        sealed = await asyncio.to_thread(self.sealer.seal_bytes, content, table=TABLE, row=id, column="sealed")
        row = dict(facts) | {
            "id": id,
            "case_id": subject.case_id,
            "decision_id": subject.decision_id,
            "person_id": subject.person_id,
            "unit_no": subject.unit_no,
            "made_unit_no": subject.unit_no,
            "province_no": await self._province(subject.unit_no),
            "sealed": sealed,
            "recorded_by": self.ctx.actor.account_id,
        }
        await insert(self.connection, TABLE, row)

    async def _province(self, unit_no: int) -> int | None:
        found: int | None = await self.connection.fetchval("select province_no from unit where no = $1", unit_no)
        return found

    async def confirm(self, id: UUID, changes: Mapping[str, Any]) -> None:
        await change(self.connection, "form_confirmation", id, changes)
