"""A day's work on cases through the doors, on any day: what a test does not say is what the law expects."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.law.instants import ZONE
from tests.world import World

PAPER = {"number": "15/BB", "dated": "2026-09-01", "authority": "Công an phường"}


def at(text: str) -> datetime:
    """`2026-08-20` or `2026-08-20 09:00`, in Việt Nam."""
    return datetime.fromisoformat(text if " " in text else f"{text} 10:00").replace(tzinfo=ZONE)


@dataclass
class Desk:
    """Officers of one commune at work; the clock stands where the test puts it."""

    world: World
    now: datetime
    numbers: int = 100

    def on(self, text: str) -> Desk:
        """Go to a day."""
        self.now = at(text)
        return self

    def next_number(self) -> str:
        self.numbers += 1
        return str(self.numbers)

    async def call(self, user: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        with standing(self.world, self.now):
            return await self.world.call(user, method, path, body, **headers)

    async def at_once(self, times: int, user: str, method: str, path: str, body: Any, **headers: str) -> list[Any]:
        """The same request several times at once."""
        with standing(self.world, self.now):
            asked = (self.world.call(user, method, path, body, **headers) for _ in range(times))
            return await asyncio.gather(*asked)

    async def ask(self, user: str, query: str, variables: dict[str, Any] | None = None) -> Any:
        with standing(self.world, self.now):
            return await self.world.ask(user, query, variables)

    async def done(self, user: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer of an act that must succeed."""
        answer = await self.call(user, method, path, body, **headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json()

    async def get(self, path: str, user: str = "leader") -> Any:
        return await self.done(user, "GET", path)

    # -- the steps of a case -------------------------------------------------------------------------------------

    async def open(self, person: UUID | None = None, **facts: Any) -> Any:
        person = person or await self.world.person("hoa")
        given = {
            "person_id": str(person),
            "trigger": "discharge_notice",
            "pathway": "voluntary_facility_public",
            "completed_on": "2026-08-31",
        } | facts
        if given["trigger"] == "discharge_notice":
            given.setdefault("notice_received_at", self.now.isoformat())
        return await self.done("officer", "POST", "/v1/cases", given)

    async def move(self, case: Any, to: str, user: str = "leader", **more: Any) -> Any:
        """A move of a case, on its present version."""
        answer = await self.try_move(case, to, user, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def try_move(self, case: Any, to: str, user: str = "leader", **more: Any) -> Any:
        version = (await self.get(f"/v1/cases/{case['id']}"))["version"]
        body = {"to": to} | more
        return await self.call(user, "POST", f"/v1/cases/{case['id']}/transitions", body, If_Match=f'"{version}"')

    async def propose(self, case: Any) -> Any:
        today = self.now.date().isoformat()
        proposal = {"number": f"{self.next_number()}/ĐN-CAX", "proposed_on": today, "received_on": today}
        return await self.move(case, "proposed", "police", proposal=proposal)

    async def draft(self, case: Any, user: str = "officer", **facts: Any) -> Any:
        given = {
            "case_id": case["id"],
            "number": self.next_number(),
            "symbol": "QĐ-UBND",
            "decided_on": self.now.date().isoformat(),
            "signer_name": "Trần Thị Hoà",
            "signer_title": "Chủ tịch",
        } | facts
        return await self.done(user, "POST", "/v1/management-decisions", given)

    async def try_step(self, decision: Any, to: str, user: str = "leader", **more: Any) -> Any:
        version = (await self.get(f"/v1/management-decisions/{decision['id']}"))["version"]
        path = f"/v1/management-decisions/{decision['id']}/transitions"
        return await self.call(user, "POST", path, {"to": to} | more, If_Match=f'"{version}"')

    async def step(self, decision: Any, to: str, user: str = "leader", **more: Any) -> Any:
        """A move of a decision, on its present version."""
        answer = await self.try_step(decision, to, user, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def decided(self, **facts: Any) -> tuple[Any, Any]:
        """A case with a signed decision; facts named `paper_…` are of the decision."""
        paper = {name.removeprefix("paper_"): facts.pop(name) for name in list(facts) if name.startswith("paper_")}
        case = await self.open(**facts)
        await self.propose(case)
        decision = await self.step(await self.draft(case, **paper), "signed")
        return await self.case(case), decision

    async def case(self, case: Any) -> Any:
        return await self.get(f"/v1/cases/{case['id']}")

    async def decision(self, decision: Any) -> Any:
        return await self.get(f"/v1/management-decisions/{decision['id']}")

    async def adjust(self, decision: Any, kind: str, user: str = "police", **facts: Any) -> Any:
        answer = await self.try_adjust(decision, kind, user, **facts)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def try_adjust(self, decision: Any, kind: str, user: str = "police", **facts: Any) -> Any:
        body = {"kind": kind, "document": PAPER | {"dated": self.now.date().isoformat()}} | facts
        return await self.call(user, "POST", f"/v1/management-decisions/{decision['id']}/adjustments", body)

    async def tasks(self, case: Any) -> dict[str, str]:
        """The open tasks of a case and their last days."""
        rows = await self.world.admin.fetch(
            "select kind, due_on from task where subject_id = $1 and state = 'open' order by due_at", UUID(case["id"])
        )
        return {row["kind"]: str(row["due_on"]) for row in rows}


@contextmanager
def standing(world: World, now: datetime) -> Iterator[None]:
    """The clock of the house at a moment, with tokens of that moment; several at once leave in any order."""
    mine = object()
    if not STANDING:
        KEPT.append((world.app.state.doorman, {name: user.token for name, user in world.users.items()}))
    STANDING[mine] = now
    _stand(world, now)
    try:
        yield
    finally:
        del STANDING[mine]
        if STANDING:
            _stand(world, next(reversed(STANDING.values())))
        else:
            world.app.state.doorman, tokens = KEPT.pop()
            for name, user in world.users.items():
                user.token = tokens.get(name, user.token)  # some come and go meanwhile


STANDING: dict[object, datetime] = {}
"""Who stands at which moment, the last to come last."""
KEPT: list[tuple[Any, dict[str, str]]] = []
"""The clock and the tokens of today, while somebody stands elsewhere."""


def _stand(world: World, now: datetime) -> None:
    world.app.state.doorman = replace(world.app.state.doorman, now=lambda: now)
    for user in world.users.values():
        user.token = world.house.tokens.issue(user.account_id, user.session_id, now - timedelta(seconds=5))
