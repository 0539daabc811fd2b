"""`python -m benchmarks.feed`: what the change feed costs a write: the same acts with its triggers and without.

In turn, in one run. Our application in this process, PostgreSQL beside it; judged by CPU of both.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import httpx2

from api.app import create_app
from api.context import local_now
from api.logs import configure
from benchmarks.ground import ground
from benchmarks.imports import Cost
from persistence import embedded

TRIGGERS = (
    "select format('alter table %s {verb} trigger %I', tgrelid::regclass, tgname) from pg_trigger"
    " where tgname in ('tell_inserted', 'tell_updated', 'tell_deleted')"
)
Body = Callable[[Any, int], dict[str, Any]]
WRITES: dict[str, tuple[str, Body]] = {
    "create person": ("/v1/persons", lambda _at, n: {"full_name": "Lê Thị Na", "native_place": f"Ấp {n}"}),
    "record contact": (
        "/v1/counselling-contacts",
        lambda at, n: {
            "person_id": at.writable[n % len(at.writable)],
            "held_at": (local_now() - timedelta(hours=1)).isoformat(),
            "channel": "phone",
            "topics": ["psychological"],
        },
    ),
}


def main() -> None:
    given = _arguments()
    given.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    given.home.chmod(0o711)
    with embedded.running(given.home) as server:
        postmaster = int((given.home / "postgres/data/postmaster.pid").read_text().split()[0])
        asyncio.run(_measured(ground(server, given.home, given.persons), Cost(postmaster), given))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed", description=__doc__)
    parser.add_argument("--persons", type=int, default=30_000, help="size of the register")
    parser.add_argument("--rounds", type=int, default=8, help="slices of each")
    parser.add_argument("--writes", type=int, default=200, help="of a slice")
    scratch = Path(tempfile.gettempdir()) / f"diemtua-bench-{os.getuid()}"
    parser.add_argument("--home", type=Path, default=scratch, help="scratch home, kept for the next run")
    return parser.parse_args()


async def _measured(at: Any, cost: Cost, given: argparse.Namespace) -> None:
    app = create_app(at.settings().model_copy(update={"allowed_hosts": ("bench",)}))
    configure("error", pretty=False, stream=io.StringIO())
    admin = await asyncpg.connect(at.admin_dsn)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as client:
            print(
                f"{'CPU µs a write':16}{'app with':>9}{'without':>9}{'pg with':>9}{'without':>9}{'ratio':>7}  (rounds)"
            )
            for name, (path, body) in WRITES.items():
                found: dict[str, list[Cost]] = {"enable": [], "disable": []}
                for turn in range(given.rounds + 1):
                    for verb, costs in found.items():
                        await _switch(admin, verb)
                        one = await cost.of(_written(client, at, app, path, body, given.writes))
                        costs.extend([one] if turn else [])  # the first of each warms up
                _printed(name, found, given.writes)
    await _switch(admin, "enable")
    await admin.close()


async def _switch(admin: Any, verb: str) -> None:
    for row in await admin.fetch(TRIGGERS.format(verb=verb)):
        await admin.execute(row[0])


async def _written(client: Any, at: Any, app: Any, path: str, body: Body, number: int) -> None:
    worker = at.workers["elsewhere"]
    token = app.state.house.tokens.issue(worker.account_id, worker.session_id, datetime.now(UTC))
    for n in range(number):
        reply = await client.post(path, json=body(at, n), headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == 201, reply.text


def _printed(name: str, found: dict[str, list[Cost]], writes: int) -> None:
    pairs = [a.cpu / b.cpu for a, b in zip(found["enable"], found["disable"], strict=True)]
    told = [
        median(getattr(one, part) for one in found[verb]) / writes * 1e6
        for part in ("ours", "pg")
        for verb in ("enable", "disable")
    ]
    spread = f"({min(pairs):.2f}–{max(pairs):.2f})"
    print(
        f"{name:16}{told[0]:9.0f}{told[1]:9.0f}{told[2]:9.0f}{told[3]:9.0f}{median(pairs):7.2f}  {spread}", flush=True
    )


if __name__ == "__main__":
    main()
