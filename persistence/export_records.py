"""Exports, asked for, decided and fetched: implements domain.exports.repository on one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.exports.model import HELD_BACK
from domain.exports.repository import ExportFile, ExportKnown
from domain.reading import Scope
from persistence.exports import EXPORT_JOBS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer
from persistence.writing import as_json, change, insert

JOB = (
    "select t.id, t.unit_no, t.state, t.recorded_by, t.acting_appointment, t.streamed from export_job t"
    " where t.id = $1 and {wall}"
)
FILE = "select t.id, t.format, t.size, t.sha256, t.pieces from export_job t where t.id = $1 and {wall}"
PIECE = (
    "select c.sealed from export_chunk c join export_job t on t.id = c.export_id"
    " where t.id = $1 and t.state = 'done' and c.no = {no} and {wall}"
)


PERSONAL_PLACE = {"table": "export_job", "column": "sealed_filters"}


class Exports:
    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def job(self, id: UUID, *, within: Scope) -> ExportKnown | None:
        row = await self._row(JOB, id, within)
        return ExportKnown(*row) if row else None

    async def file(self, id: UUID, *, within: Scope) -> ExportFile | None:
        row = await self._row(FILE, id, within)
        return ExportFile(*row) if row else None

    async def piece(self, id: UUID, no: int, *, within: Scope) -> bytes | None:
        """A piece of the file in clear."""
        row = await self._row(PIECE.replace("{no}", str(int(no))), id, within)
        if row is None:
            return None
        return await asyncio.to_thread(
            self.sealer.open_bytes, row[0], table="export_chunk", row=id, column=f"chunk/{no}"
        )

    async def _row(self, sql: str, id: UUID, within: Scope) -> Any:
        wall, bounds = wall_of_write(EXPORT_JOBS, within)
        return await self.connection.fetchrow(sql.format(wall=wall), id, *bounds)

    async def add(self, id: UUID, facts: Mapping[str, Any]) -> None:
        """The job and the call for a worker, in one transaction."""
        actor = self.ctx.actor
        row = dict(facts)
        personal = row.pop("personal")
        if personal:
            words = json.dumps(personal, ensure_ascii=False)
            row["sealed_filters"] = self.sealer.seal(words, row=id, **PERSONAL_PLACE)
        row |= {
            "id": id,
            "unit_no": actor.unit_no,
            "recorded_by": actor.account_id,
            "acting_appointment": actor.appointment_id,
            "purpose": self.ctx.purpose,
            "filters": as_json(dict(facts["filters"]) | dict.fromkeys(personal, HELD_BACK)),
        }
        await insert(self.connection, "export_job", row)
        await self._call(id, str(row.get("state", "queued")))

    async def decide(self, id: UUID, changes: Mapping[str, Any]) -> None:
        await change(self.connection, "export_job", id, changes)
        await self._call(id, str(changes["state"]))

    async def end_stream(self, id: UUID, changes: Mapping[str, Any], *, within: Scope) -> None:
        """What became of a list that was sent as it was read; one that ended already is left alone."""
        wall, bounds = wall_of_write(EXPORT_JOBS, within)
        running = f"select t.id from export_job t where t.id = $1 and t.state = 'running' and {wall} for update"
        if await self.connection.fetchval(running, id, *bounds) is None:
            return
        row = {name: as_json(value) if name == "manifest" else value for name, value in changes.items()}
        await change(self.connection, "export_job", id, row)
        await self.connection.execute("update export_job set finished_at = now(), updated_at = now() where id = $1", id)

    async def _call(self, id: UUID, state: str) -> None:
        if state == "queued":
            await self.connection.execute(
                "select enqueue('export', $1)", f"export|{id}|{state}|{self.ctx.now.timestamp()}"
            )
