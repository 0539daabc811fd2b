"""What tests of webhooks share: an endpoint, a clock, a dispatcher, and receivers that behave as they are told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from api.context import local_now
from domain.webhook.noun import DeliveryFault
from domain.webhook.posting import Outcome, Post
from persistence.pools import open_pool
from persistence.webhook_dispatch import Dispatcher
from tests.conftest import LOGINS

PATH = "/v1/webhook-endpoints"
URL = "https://nhan.xa-hoa.vn/diem-tua"


class Clock:
    """The present, as a test moves it on."""

    def __init__(self) -> None:
        self.at = local_now()

    def __call__(self) -> Any:
        return self.at

    def catch_up(self) -> None:
        """Not behind what callers have just done."""
        self.at = max(self.at, local_now())

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


def verified(secret: str, post: Post) -> dict[str, Any]:
    """What a receiver makes of a request: our own reading of the standard, apart from the code that signs."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    words = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.{post.body.decode()}"
    right = base64.b64encode(hmac.new(key, words.encode(), hashlib.sha256).digest()).decode()
    shown = [one.split(",")[1] for one in post.headers["webhook-signature"].split(" ") if one.startswith("v1,")]
    assert right in shown, "not signed with this secret"
    return json.loads(post.body)


class Receiver:
    """Takes what comes, in order; `answers` says how it behaves with the n-th request."""

    def __init__(self, answers: Any = lambda _n, _post: 200) -> None:
        self.answers = answers
        self.posts: list[Post] = []
        self.received: list[tuple[Post, dict[str, Any]]] = []

    async def __call__(self, post: Post) -> Outcome:
        self.posts.append(post)
        said = self.answers(len(self.posts), post)
        if isinstance(said, Outcome):
            return said
        if isinstance(said, DeliveryFault):
            return Outcome(None, said)
        if 200 <= said < 300:
            self.received.append((post, json.loads(post.body)))
            return Outcome(said, None)
        return Outcome(said, DeliveryFault.ANSWER)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(body["type"], body["data"]["id"]) for _, body in self.received]

    def by_subject(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for _, body in self.received:
            found[body["data"]["id"]].append(body["data"]["sequence"])
        return found


@asynccontextmanager
async def dispatching(world: Any, server: Any, clone: str, receiver: Any, chance: float = 0.0) -> Any:
    """A dispatcher under the worker's own login."""
    pool = await open_pool(server.dsn(clone, "app_worker", LOGINS.worker), 3)
    try:
        yield Dispatcher(pool, world.house.register.sealer, receiver, lambda: chance)
    finally:
        await pool.close()


async def endpoint(world: Any, user: str = "leader", **more: Any) -> Any:
    reply = await world.call(user, "POST", PATH, {"url": URL, **more})
    assert reply.status_code == 201, reply.text
    return reply.json()


async def seen(world: Any, made: Any, user: str = "leader") -> Any:
    return (await world.get(user, f"{PATH}/{made['id']}")).json()


async def deliveries(world: Any, made: Any, user: str = "leader", query: str = "") -> Any:
    reply = await world.get(user, f"/v1/webhook-deliveries?endpoint_id={made['id']}&limit=200{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]
