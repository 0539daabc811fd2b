"""The demo's webhook endpoint: on one's own machine, still until somebody listens (`diemtua webhook-listen`)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final, NamedTuple

from domain.ids import new_id
from domain.keeping import Shift, Tell
from domain.law.instants import ZONE
from domain.webhook.rules import ENDPOINTS
from persistence.demo_desk import Desk, signed_in
from persistence.demo_plan import DEMO
from persistence.records import Register

LEADER: Final = "commune_leader.00611"
LOCK: Final = 7_302_028
REF: Final = "webhook/listen"
URL: Final = "http://127.0.0.1:8009/"
WANTED: Final = """
select exists (select from person where source = $1) and exists (select from account where user_name = $2)
   and not exists (select from webhook_endpoint where source = $1 and source_ref = $3)
"""


class Endpoint(NamedTuple):
    """What a receiver of the demo needs; the secret is shown this once."""

    id: str
    url: str
    secret: str


async def tell_webhook(owner: Any, register: Register, now: datetime) -> Endpoint | None:
    """The endpoint, where it was made now; None where the demo has it, or where there is no demo."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        if not await owner.fetchval(WANTED, DEMO, LEADER, REF):
            return None
        async with signed_in(owner, register, (LEADER,)) as actors:
            desk = Desk(register, owner, actors, {}, now.astimezone(ZONE))
            desk.tell(f"webhook/{new_id().hex}")
            told = {"url": URL, "nouns": [], "kinds": [], "description": "diemtua webhook-listen"}
            new = Tell(told | {"source": DEMO, "source_ref": REF})
            done = await desk.done(LEADER, ENDPOINTS.record, new, "secret")
            await desk.do(LEADER, ENDPOINTS.move, Shift(done.id, "disabled"))
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return Endpoint(str(done.id), URL, json.loads(done.answer.body)["secret"])
