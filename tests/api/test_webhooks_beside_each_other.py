"""Receivers beside each other: one that is slow, silent or nowhere does not hold up what another is told."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress

import pytest

from api import webhook_sending
from api.webhook_sending import Resolver, Sender
from domain.webhook.noun import DeliveryFault
from domain.webhook.posting import Outcome, Post
from persistence import webhook_dispatch
from tests.feeding import settled
from tests.webhook_work import Clock, deliveries, dispatching, endpoint, seen
from tests.world import hire

QUICK = "https://nhanh.xa-hoa.vn/diem-tua"
SLOW = "https://cham.xa-hoa.vn/diem-tua"


WAITS = (
    "select exists (select from webhook_delivery d join webhook_endpoint e on e.id = d.endpoint_id"
    " where e.url = $1 and d.state = 'pending')"
)


async def until(found, number):
    async with asyncio.timeout(10):
        while len(found) < number:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)


class Beside:
    """Quick ones answer at once, slow ones when they are let go."""

    def __init__(self):
        self.quick, self.slow, self.order, self.let_go = [], [], [], asyncio.Semaphore(0)
        self.heard = asyncio.Event()

    async def __call__(self, post):
        self.order.append(post.url)
        if post.url == QUICK:
            self.quick.append(post)
            self.heard.set()
        else:
            self.slow.append(post)
            await self.let_go.acquire()
        return Outcome(200, None)


async def test_what_is_new_is_told_while_a_slow_receiver_still_has_work(world, server, clone, monkeypatch):
    monkeypatch.setattr(webhook_dispatch, "FED_AGAIN", 0.05)
    await endpoint(world, nouns=["person"], url=SLOW)
    await endpoint(world, nouns=["person"], url=QUICK)
    receiver, clock = Beside(), Clock()
    await world.person()
    await settled(world.admin)
    clock.catch_up()
    async with dispatching(world, server, clone, receiver) as hand:
        work = asyncio.create_task(hand.step(clock))
        try:
            await asyncio.wait_for(receiver.heard.wait(), 10)
            receiver.heard.clear()
            await until(receiver.slow, 1)
            await world.person()  # told after the step began, and the slow one has not answered
            clock.catch_up()
            await asyncio.wait_for(receiver.heard.wait(), 10)
            assert not work.done()
        finally:
            receiver.let_go.release()
            receiver.let_go.release()
            await asyncio.wait_for(work, 10)
        await settled(world.admin)
        await hand.step(clock)  # of the second person the slow one may have been told a moment too early
    assert (len(receiver.quick), len(receiver.slow)) == (2, 2)


async def test_slow_receivers_with_much_to_do_leave_the_next_turn_to_who_has_nothing_under_way(
    world, server, clone, monkeypatch
):
    monkeypatch.setattr(webhook_dispatch, "FED_AGAIN", 0.05)
    monkeypatch.setattr(webhook_dispatch, "EACH", 2)
    monkeypatch.setattr(webhook_dispatch, "ALL", 2)
    await endpoint(world, nouns=["person"], url=SLOW)
    for _ in range(6):
        await world.person()
    receiver, clock = Beside(), Clock()
    await settled(world.admin)
    clock.catch_up()
    async with dispatching(world, server, clone, receiver) as hand:
        work = asyncio.create_task(hand.step(clock))
        await until(receiver.slow, 2)
        await endpoint(world, nouns=["person"], url=QUICK)
        await world.person()  # younger than all that waits for the slow one
        await settled(world.admin)
        clock.catch_up()
        async with asyncio.timeout(10):
            while not await world.admin.fetchval(WAITS, QUICK):  # noqa: ASYNC110 - the work under way feeds, too
                await asyncio.sleep(0.02)
        receiver.let_go.release()
        await until(receiver.order, 3)
        assert receiver.order[:3] == [SLOW, SLOW, QUICK], "the turn that came free, though older ones wait"
        for _ in range(6):
            receiver.let_go.release()
        await asyncio.wait_for(work, 10)
    assert (len(receiver.quick), len(receiver.slow)) == (1, 7)


async def test_a_ping_goes_out_though_whoever_set_the_endpoint_up_has_left(world, server, clone):
    user = world.users["left"] = await hire(world, "left_leader", "commune_leader", "hoa")
    try:
        made = await endpoint(world, "left", nouns=["person"], url=QUICK)
        await world.admin.execute("update appointment set valid_to = now() where id = $1", user.appointment_id)
        receiver, clock = Beside(), Clock()
        await world.person()
        await settled(world.admin)
        async with dispatching(world, server, clone, receiver) as hand:
            clock.catch_up()
            await hand.step(clock)
            assert receiver.quick == []
            assert (await seen(world, made))["disabled_reason"] == "owner_ended"
            await world.call("leader", "POST", f"/v1/webhook-endpoints/{made['id']}/pings", {})
            clock.catch_up()
            await hand.step(clock)
    finally:
        world.users.pop("left")
    assert [b'"type":"ping"' in post.body for post in receiver.quick] == [True], "and nothing but the ping"
    (ping,) = await deliveries(world, made)
    assert (ping["type"], ping["state"]) == ("ping", "delivered")


# -- names


@pytest.fixture
def silent(monkeypatch):
    """Name servers that say nothing about `cham…` until they are let go; the names asked for."""
    asked, let_go = [], threading.Event()

    def getaddrinfo(host, port, **_more):
        asked.append(host)
        if host.startswith("cham"):
            let_go.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(webhook_sending.socket, "getaddrinfo", getaddrinfo)
    yield asked
    let_go.set()


async def test_a_name_server_that_is_silent_holds_one_thread_a_name_and_nobody_else_up(silent):
    async with Sender(development=False, seconds=0.2) as send:
        posts = [Post(f"https://cham{n % 3}.xa-hoa.vn/", {}, b"{}") for n in range(24)]
        outcomes = await asyncio.gather(*(send(post) for post in posts), send(Post(QUICK, {}, b"{}")))
    assert outcomes[:-1] == [Outcome(None, DeliveryFault.TIMEOUT)] * 24
    assert outcomes[-1] == Outcome(None, DeliveryFault.ADDRESS_NOT_PUBLIC), "it was looked up at once"
    assert sorted(silent) == ["cham0.xa-hoa.vn", "cham1.xa-hoa.vn", "cham2.xa-hoa.vn", "nhanh.xa-hoa.vn"]


async def test_a_look_up_is_shared_by_those_who_wait_and_asked_anew_afterwards(silent):
    resolve = Resolver()
    try:
        found = await asyncio.gather(*(resolve("nhanh.xa-hoa.vn", 443) for _ in range(3)))
        assert found == [["127.0.0.1"]] * 3
        assert silent == ["nhanh.xa-hoa.vn"]
        await resolve("nhanh.xa-hoa.vn", 443)
        assert len(silent) == 2, "an address is never kept: it may be another's by now"
    finally:
        resolve.close()


async def test_who_gives_up_a_look_up_leaves_it_to_the_others(monkeypatch):
    monkeypatch.setattr(webhook_sending.socket, "getaddrinfo", _nobody)
    resolve = Resolver()
    try:
        first, second = (asyncio.create_task(resolve("mat.xa-hoa.vn", 443)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        with pytest.raises(socket.gaierror):
            await second
        assert resolve.asked == {}
    finally:
        resolve.close()


def _nobody(*_given, **_more):
    raise socket.gaierror(-2, "unknown")
