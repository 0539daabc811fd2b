"""`python -m benchmarks.imports`: a file taken in, against COPY as superuser into the same tables.

`--kind contacts` or `memberships` takes in rows about persons on the register, whose acts walk abreast (decision 0010);
there is no ORM beside it.

The limit (rulings 29) copies the very rows that the import made (persons, responsibilities, papers, phones, residences,
journal, outbox) with all indexes, triggers and constraints, in one transaction. Judged by CPU of our process, its
children and PostgreSQL. Memory is the growth of the worker over what it held before its work. The ORM (`session.add`
of a SQLModel object a row) stores some of the same rows in the same tables, as superuser too; its cost is scaled.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import resource
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg
import httpx2
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import SQLModel

from api.app import create_app
from api.context import local_now
from benchmarks.ground import LOGINS, ground
from benchmarks.meter import cpu_of
from persistence import embedded
from persistence.importing import Importer
from persistence.pools import open_pool

OF_IMPORT = {
    "person": "id in (select made_id from import_row)",
    "responsibility": "person_id in (select made_id from import_row)",
    "person_identifier": "person_id in (select made_id from import_row)",
    "person_phone": "person_id in (select made_id from import_row)",
    "residence": "person_id in (select made_id from import_row)",
    "journal_entry": "act = 'create_person'",
    "outbox": "act = 'create_person'",
}
CREATED = "in (select made_id from import_row)"
OF_KIND = {
    "persons": OF_IMPORT,
    "contacts": {
        "counselling_contact": f"id {CREATED}",
        "journal_entry": "act = 'record_counselling_contact'",
        "outbox": "act = 'record_counselling_contact'",
    },
    "memberships": {
        "club_membership": f"id {CREATED}",
        "membership_event": f"membership_id {CREATED}",
        "task": f"subject_id {CREATED}",
        "access_grant": f"origin_id {CREATED}",
        "journal_entry": "noun = 'club_membership'",
        "outbox": "noun = 'club_membership'",
    },
}
"""What an import writes, table by table, and which rows are its own."""
REACH = {"load": 0.85, "whole job": 0.45}
BY_ORM = 5_000
"""Persons that the ORM stores."""
FASTER = 6.0
"""How many times the ORM's cost the load must stay below."""
HEADER = "Mã hồ sơ,Họ và tên,Ngày sinh,Giới tính,Số định danh cá nhân,Điện thoại,Nơi ở hiện tại,Nghề nghiệp"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
GIVEN = ("An", "Bình", "Cường", "Dũng", "Đức", "Hà", "Hoà", "Khánh", "Lan", "Minh", "Nam", "Phúc", "Quân", "Sơn", "Yến")


def lines(count: int, mark: str) -> Iterator[str]:
    yield HEADER
    for n in range(count):
        name = f"{FAMILY[n % 12]} {GIVEN[n // 12 % 15]} {GIVEN[n // 180 % 15]} {GIVEN[n // 2700 % 15]}"
        born = f"{1 + n % 28:02}/{1 + n % 12:02}/{1950 + n % 50}"
        number = f"000{n:09}"
        told = f"{mark}{n},{name},{born},{('Nam', 'Nữ')[n % 2]},{number},09{n % 10**8:08}"
        yield f"{told},số {n} tổ {n % 30},lao động tự do"


def _contacts(mark: str, count: int, _club: str) -> Iterator[str]:
    yield "source_ref,person_ref,held_at,channel,topics,minutes"
    for n in range(count):
        yield f"{mark}c{n},{mark}{n},{_ago(3 + n % 200)}T09:30:00+07:00,phone,legal,30"


def _memberships(mark: str, count: int, club: str) -> Iterator[str]:
    yield "source_ref,person_ref,club,asked_on,agreed_by,joined_on,state"
    for n in range(count):
        yield f"{mark}m{n},{mark}{n},{club},{_ago(200 + n % 90)},person,{_ago(100 + n % 50)},joined"


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


ABOUT = {"contacts": _contacts, "memberships": _memberships}


@dataclass
class Cost:
    """CPU seconds and wall seconds of a stretch of work."""

    postmaster: int
    ours: float = 0.0
    pg: float = 0.0
    wall: float = 0.0

    @property
    def cpu(self) -> float:
        return self.ours + self.pg

    def now(self) -> tuple[float, float, float]:
        own = resource.getrusage(resource.RUSAGE_SELF)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
        return ours, cpu_of(self.postmaster), asyncio.get_running_loop().time()

    async def of(self, work: Any) -> Cost:
        before = self.now()
        await work
        return Cost(self.postmaster, *(b - a for a, b in zip(before, self.now(), strict=True)))


def main() -> None:
    given = _arguments()
    given.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    given.home.chmod(0o711)
    with embedded.running(given.home) as server:
        postmaster = int((given.home / "postgres/data/postmaster.pid").read_text().split()[0])
        at = ground(server, given.home, given.persons)
        worker = server.dsn(at.admin_dsn.rpartition("/")[2].partition("?")[0], "app_worker", LOGINS.worker)
        asyncio.run(_measured(at, worker, postmaster, given.kind, given.rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--kind", choices=OF_KIND, default="persons", help="what the file is about")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the file")
    parser.add_argument("--persons", type=int, default=30_000, help="size of the register before")
    scratch = Path(tempfile.gettempdir()) / f"diemtua-bench-{os.getuid()}"
    parser.add_argument("--home", type=Path, default=scratch, help="scratch home, kept for the next run")
    return parser.parse_args()


async def _measured(at: Any, worker_dsn: str, postmaster: int, kind: str, rows: int) -> None:
    app = create_app(
        at.settings().model_copy(update={"allowed_hosts": ("bench",), "database_url": SecretStr(at.service_dsn)})
    )
    admin = await asyncpg.connect(at.admin_dsn)
    async with app.router.lifespan_context(app):
        register = app.state.house.register
        app.state.house.tokens.lifetime = timedelta(hours=2)
        pool = await open_pool(worker_dsn, 3)
        hand = Importer(pool, register.sealer, register.cursors)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as client:
            bench = Bench(client, app, at, admin, hand, Cost(postmaster), kind)
            await bench.swept()
            await bench.round(rows)
        await pool.close()
    await admin.close()


@dataclass
class Bench:
    """One file of one kind, through the service and by COPY."""

    client: Any
    app: Any
    at: Any
    admin: Any
    hand: Any
    cost: Cost
    kind: str

    async def lines(self, count: int) -> Iterator[str]:
        """The file; what it is about is on the register before."""
        mark = f"B{datetime.now(UTC).timestamp()}-"
        if self.kind == "persons":
            return lines(count, mark)
        await self.taken_in("persons", "\n".join(lines(count, mark)).encode())
        return ABOUT[self.kind](mark, count, await self.club() if self.kind == "memberships" else "")

    async def club(self) -> str:
        """A running club of the commune."""
        day = (datetime.now(UTC) - timedelta(days=400)).date().isoformat()
        founded = {"decision_number": "1", "decision_on": day, "decision_by": "UBND", "founded_on": day}
        made = await self.call("/v1/clubs", {"name": "CLB B93", **founded})
        await self.call(f"/v1/support-models/{made['id']}/transitions", {"to": "active"}, **{"If-Match": '"1"'})
        return str(made["id"])

    async def call(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        answer = await self.client.post(path, json=body, headers=self.signed() | headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {_token(self.app, self.at)}"}

    async def taken_in(self, kind: str, content: bytes) -> tuple[Any, Cost, Cost, int]:
        """The job when it is done, what reading and loading it cost, and by how much the worker grew."""
        asked = urlencode({"kind": kind, "format": "csv", "row_source": "bench"})
        of_bytes = self.signed() | {"content-type": "application/octet-stream"}
        job = (await self.client.post(f"/v1/imports?{asked}", content=content, headers=of_bytes)).json()
        held = _held()
        read = await self.cost.of(self.hand.work(local_now))
        job = (await self.client.get(f"/v1/imports/{job['id']}", headers=self.signed())).json()
        assert job["counts"]["create"] == job["rows_total"], (job["counts"], job["problem"])
        body = {"to": "loading", "fingerprint": job["fingerprint"]}
        await self.call(f"/v1/imports/{job['id']}/transitions", body, **{"If-Match": f'"{job["version"]}"'})
        load = await self.cost.of(self.hand.work(local_now))
        grown = _peak() - held
        job = (await self.client.get(f"/v1/imports/{job['id']}", headers=self.signed())).json()
        assert job["outcomes"] == {"done": job["rows_total"]}, job["outcomes"]
        return job, read, load, grown

    async def round(self, rows: int) -> None:
        idle = _held()
        content = "\n".join(await self.lines(rows)).encode()
        job, read, load, grown = await self.taken_in(self.kind, content)
        orm = await _by_orm(self.admin, self.at.admin_dsn, self.cost) if self.kind == "persons" else None
        limit = await self.limit()
        self.told(job["rows_total"], {"limit": limit, "read": read, "load": load}, idle, grown)
        if orm:
            _told_of_orm(*orm, job["rows_total"], load)

    def told(self, rows: int, costs: dict[str, Cost], idle: int, grown: int) -> None:
        read, load, limit = costs["read"], costs["load"], costs["limit"]
        costs = costs | {"whole job": Cost(0, read.ours + load.ours, read.pg + load.pg, read.wall + load.wall)}
        print(f"{rows:,} {self.kind}; idle {idle >> 20} MB, peak over the state before the work {grown >> 20} MB")
        print(f"{'':12}{'ours s':>8}{'pg s':>8}{'wall s':>8}{'ms a row':>9}{'ratio':>7}")
        for name, one in costs.items():
            judged = self.kind == "persons" and name in REACH
            reach = f"  {'≥' if limit.cpu / one.cpu >= REACH[name] else '<'} {REACH[name]}" if judged else ""
            figures = f"{one.ours:8.2f}{one.pg:8.2f}{one.wall:8.2f}{1000 * one.cpu / rows:9.3f}"
            print(f"{name:12}{figures}{limit.cpu / one.cpu:7.2f}{reach}")

    # -- the limit

    async def limit(self) -> Cost:
        """The same rows once more, by COPY as superuser, after they were taken out."""
        copies: dict[str, tuple[str, bytes]] = {}
        for table, which in OF_KIND[self.kind].items():
            columns = await self.admin.fetchval(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
                " where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
                " and attidentity <> 'a'",
                table,
            )
            target = io.BytesIO()
            query = f"select {columns} from {table} where {which}"
            await self.admin.copy_from_query(query, output=target, format="binary")
            copies[table] = (columns, target.getvalue())
        await self._taken_out(self.kind)
        return await self.cost.of(_copied(self.admin, copies))

    async def _taken_out(self, kind: str) -> None:
        tables = OF_KIND[kind]
        async with self.admin.transaction():
            await self.admin.execute("set local session_replication_role = replica")
            await self.admin.execute(f"delete from person_token where person_id {CREATED}")
            for table in reversed(tables):
                await self.admin.execute(f"delete from {table} where {tables[table]}")
        for table in (*tables, "person_token"):
            await self.admin.execute(f"vacuum {table}")

    async def swept(self) -> None:
        """What an earlier run left."""
        for kind in reversed(OF_KIND):
            await self._taken_out(kind)
        for table in ("import_ready", "import_key", "import_row", "import_chunk", "import_job"):
            await self.admin.execute(f"delete from {table}")
            await self.admin.execute(f"vacuum {table}")


def _told_of_orm(orm: Cost, of: int, rows: int, load: Cost) -> None:
    scaled = orm.cpu * rows / of
    times = scaled / load.cpu
    print(f"ORM: {of:,} persons {orm.ours:.2f} + {orm.pg:.2f} s; scaled {scaled:.1f} s, {times:.1f} times", end="")
    print(f" the load  {'≥' if times >= FASTER else '<'} {FASTER:g}")


def _token(app: Any, at: Any) -> str:
    worker = at.workers["commune"]
    token: str = app.state.house.tokens.issue(worker.account_id, worker.session_id, datetime.now(UTC))
    return token


async def _by_orm(admin: Any, dsn: str, cost: Cost) -> tuple[Cost, int]:
    """The cost of `session.add` for each row of some of the persons, in one commit; they are taken out before."""
    some = f"(select made_id from import_row where outcome = 'done' order by no limit {BY_ORM})"
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in list(OF_IMPORT)[:5]:
        key = "id" if table == "person" else "person_id"
        rows[table] = [dict(row) for row in await admin.fetch(f"select * from {table} where {key} in {some}")]
    ids = [row["id"] for row in rows["person"]]
    for table, key in (("journal_entry", "subject_ids[1]"), ("outbox", "subject_id")):
        found = await admin.fetch(f"select * from {table} where act = 'create_person' and {key} = any($1::uuid[])", ids)
        rows[table] = [dict(row) for row in found]
    async with admin.transaction():
        await admin.execute("set local session_replication_role = replica")
        for table, given in rows.items():
            key = next(iter(_keys_of(table)))
            await admin.execute(f"delete from {table} where {key} = any($1)", [row[key] for row in given])
        await admin.execute("delete from person_token where person_id = any($1::uuid[])", ids)
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    spent = await cost.of(_added(engine, rows))
    await engine.dispose()
    return spent, len(ids)


def _keys_of(table: str) -> list[str]:
    return [column.name for column in SQLModel.metadata.tables[table].primary_key.columns]


async def _added(engine: Any, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Person by person, as a refused one must be told by its line; one commit."""
    models: dict[str, Any] = {str(one.local_table): one.class_ for one in SQLModel._sa_registry.mappers}  # noqa: SLF001
    people: dict[Any, list[Any]] = {row["id"]: [] for row in rows["person"]}
    for table, given in rows.items():
        columns = SQLModel.metadata.tables[table].columns
        written = [c.name for c in columns if c.computed is None and not (c.identity and c.identity.always)]
        for row in given:
            found = models[table](**{name: row[name] for name in written if name in row})
            people[_person_of(table, row)].append(found)
    async with AsyncSession(engine) as session:
        for first, *others in people.values():
            session.add(first)
            await session.flush()  # the models know of no order among themselves
            session.add_all(others)
            await session.flush()
        await session.commit()


def _person_of(table: str, row: dict[str, Any]) -> Any:
    if table == "journal_entry":
        return row["subject_ids"][0]
    return row[{"person": "id", "outbox": "subject_id"}.get(table, "person_id")]


async def _copied(admin: Any, copies: dict[str, tuple[str, bytes]]) -> None:
    async with admin.transaction():
        for table, (columns, content) in copies.items():
            await admin.copy_to_table(table, source=io.BytesIO(content), columns=columns.split(", "), format="binary")


def _held() -> int:
    """Resident bytes of this process; the peak is counted anew from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


def _status(name: str) -> int:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(name))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
