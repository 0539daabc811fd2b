"""Webhooks: who sets them up, what is told to whom, what becomes of an endpoint (issue 5 §4)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.webhook.noun import DeliveryFault
from tests.feeding import settled
from tests.webhook_work import PATH, URL, Clock, Receiver, deliveries, dispatching, endpoint, seen, verified

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(world, server, clone, clock):
    """Sends with one call: `await desk(receiver)`; how many attempts there were."""

    async def step(receiver, chance=0.0):
        await settled(world.admin)
        async with dispatching(world, server, clone, receiver, chance) as hand:
            clock.catch_up()
            return await hand.step(clock)

    return step


async def worker_of(world, user="leader", kind="person"):
    """A person recorded by a user: a change to be told."""
    made = await world.call(user, "POST", "/v1/persons", {"full_name": "Lê Thị Xuân"})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def amend(world, person, version, user="officer", **patch):
    patch = patch or {"occupation": f"nghề {version}"}
    reply = await world.call(user, "PATCH", f"/v1/persons/{person}", patch, If_Match=f'"{version}"')
    assert reply.status_code == 200, reply.text
    return reply.json()


# -- refused


@pytest.mark.parametrize("user", ["officer", "police", "province_officer", "volunteer", "inspector", "system_admin"])
async def test_who_may_not_manage_webhooks_is_refused(world, user):
    assert (await world.call(user, "POST", PATH, {"url": URL})).status_code == 403
    assert (await world.get(user, "/v1/webhook-deliveries")).status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "https://10.0.0.8/x"}, "/url", "address_not_public"),
        ({"url": "https://nha.local/x"}, "/url", "address_not_public"),
        ({"url": "ftp://nhan.vn/x"}, "/url", "not_a_webhook_url"),
        ({"url": "https://me:secret@nhan.vn/x"}, "/url", "not_a_webhook_url"),
        ({"url": URL, "nouns": ["person", "person"]}, "/nouns", "named_twice"),
        ({"url": URL, "nouns": ["rule"]}, "/nouns", "not_allowed"),
        ({"url": URL, "nouns": ["anonymous_client"]}, "/nouns", "not_allowed"),
    ],
)
async def test_what_cannot_be_called_or_followed_is_refused_with_its_pointer(world, body, pointer, code):
    reply = await world.call("leader", "POST", PATH, body)
    assert reply.status_code == 422, reply.text
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [(pointer, code)]
    assert "secret" not in reply.text
    assert await world.admin.fetchval("select count(*) from webhook_endpoint") == 0


async def test_a_noun_that_the_owner_may_not_read_is_refused(world):
    reply = await world.call("rehab_centre", "POST", PATH, {"url": URL, "nouns": ["person"]})
    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")


async def test_another_units_endpoint_is_not_there(world):
    made = await endpoint(world)
    for user in ("province_admin", "rehab_centre"):
        assert (await world.get(user, f"{PATH}/{made['id']}")).status_code == 404
        ping = await world.call(user, "POST", f"{PATH}/{made['id']}/pings")
        assert ping.status_code == 404


async def test_rotation_and_replay_need_the_version_they_rest_on(world):
    made = await endpoint(world)
    for path, body in (("secrets", {}), ("replays", {"from_at": "2026-01-01T00:00:00+07:00"})):
        place = f"{PATH}/{made['id']}/{path}"
        assert (await world.call("leader", "POST", place, body)).status_code == 428
        assert (await world.call("leader", "POST", place, body, If_Match='"7"')).status_code == 412
    ahead = {"from_at": "2099-01-01T00:00:00+07:00"}
    reply = await world.call("leader", "POST", f"{PATH}/{made['id']}/replays", ahead, If_Match='"1"')
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "in_the_future")


# -- the secret


async def test_the_secret_is_shown_once_and_stored_sealed(world):
    made = await endpoint(world)
    assert made["secret"].startswith("whsec_")
    assert (await seen(world, made))["secret"] is None
    kept = await world.admin.fetchval("select sealed from webhook_secret")
    assert made["secret"].encode() not in kept
    row = await world.admin.fetchval("select to_jsonb(e)::text from webhook_endpoint e")
    assert made["secret"] not in row


async def test_after_a_rotation_both_secrets_verify_until_the_old_one_ends(world, desk, clock):
    made = await endpoint(world)
    body = {"old_valid_hours": 2}
    turned = await world.call("leader", "POST", f"{PATH}/{made['id']}/secrets", body, If_Match='"1"')
    assert turned.status_code == 200, turned.text
    fresh = turned.json()
    assert fresh["secret"] != made["secret"]
    assert fresh["old_secret_until"] is not None
    receiver = Receiver()
    await worker_of(world)
    await desk(receiver)
    for secret in (made["secret"], fresh["secret"]):
        assert verified(secret, receiver.posts[0])
    clock.pass_(hours=3)
    await worker_of(world)
    await desk(receiver)
    assert verified(fresh["secret"], receiver.posts[-1])
    with pytest.raises(AssertionError, match="not signed"):
        verified(made["secret"], receiver.posts[-1])


async def test_a_third_secret_drops_the_first_and_a_leaked_one_ends_at_once(world, desk):
    made = await endpoint(world)
    path = f"{PATH}/{made['id']}/secrets"
    second = (await world.call("leader", "POST", path, {}, If_Match='"1"')).json()
    third = (await world.call("leader", "POST", path, {"old_valid_hours": 0}, If_Match='"2"')).json()
    receiver = Receiver()
    await worker_of(world)
    await desk(receiver)
    assert verified(third["secret"], receiver.posts[0])
    for old in (made, second):
        with pytest.raises(AssertionError, match="not signed"):
            verified(old["secret"], receiver.posts[0])


async def test_two_secrets_sign_at_most_however_long_the_older_ones_were_to_be_valid(world, desk):
    made = await endpoint(world)
    path = f"{PATH}/{made['id']}/secrets"
    second, third = [
        (await world.call("leader", "POST", path, {"old_valid_hours": 48}, If_Match=f'"{version}"')).json()
        for version in (1, 2)
    ]
    receiver = Receiver()
    await worker_of(world)
    await desk(receiver)
    assert len(receiver.posts[0].headers["webhook-signature"].split(" ")) == 2
    assert all(verified(one["secret"], receiver.posts[0]) for one in (second, third))
    assert await world.admin.fetchval("select count(*) from webhook_secret") == 2


# -- what is told


async def test_a_change_is_told_thin_signed_and_once(world, desk, clock):
    made = await endpoint(world, nouns=["person"])
    person = await worker_of(world)
    receiver = Receiver()
    assert await desk(receiver) == 1
    body = verified(made["secret"], receiver.posts[0])
    assert body["type"] == "person.upsert"
    assert body["data"].keys() == {"noun", "id", "kind", "version", "sequence", "occurred_at"}
    assert (body["data"]["id"], body["data"]["version"]) == (person, 1)
    assert "Xu" not in receiver.posts[0].body.decode()
    assert await desk(receiver) == 0
    (kept,) = await deliveries(world, made)
    assert (kept["state"], kept["attempts"], kept["last_status"]) == ("delivered", 1, 200)
    assert (await seen(world, made))["last_success_at"] is not None


async def test_the_url_stands_in_no_log_and_the_answer_of_the_receiver_is_not_kept(world, desk):
    made = await endpoint(world)
    await worker_of(world)
    await desk(Receiver(lambda *_: 500))
    row = json.loads(await world.admin.fetchval("select to_jsonb(d)::text from webhook_delivery d limit 1"))
    assert row.keys() & {"answer", "body", "headers", "url"} == set()
    assert made["id"] == row["endpoint_id"]


async def test_only_rows_in_the_owners_scope_nouns_and_kinds_are_told(world, desk):
    await endpoint(world, nouns=["person"], kinds=["delete"])
    person = await worker_of(world)
    await worker_of(world, "neighbour")
    receiver = Receiver()
    assert await desk(receiver) == 0
    await world.call("leader", "DELETE", f"/v1/persons/{person}", {"reason": "ghi nhầm"}, If_Match='"1"')
    assert await desk(receiver) == 1
    assert receiver.told == [("person.delete", person)]


async def test_what_came_before_the_endpoint_is_not_told_and_what_commits_after_it_is(world, desk):
    await worker_of(world)
    await settled(world.admin)
    made = await endpoint(world, nouns=["person"])
    after = await worker_of(world)
    receiver = Receiver()
    await desk(receiver)
    assert receiver.told == [("person.upsert", after)]
    assert len(await deliveries(world, made)) == 1


async def test_a_hand_over_is_told_to_both_sides_each_in_its_own_words(world, desk):
    await endpoint(world, nouns=["person"])
    person = await world.person("hoa")
    body = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "chuyển nơi cư trú"}
    given = (await world.call("officer", "POST", "/v1/handovers", body)).json()
    path = f"/v1/handovers/{given['id']}/transitions"
    assert (await world.call("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"')).status_code == 200
    receiver = Receiver()
    await desk(receiver)
    assert receiver.told == [("person.upsert", str(person)), ("person.left_scope", str(person))]
    await amend(world, person, 2, "neighbour")
    assert await desk(receiver) == 0, "what happens in another unit is not told"


async def test_a_centre_hears_of_what_it_made(world, desk):
    made = await endpoint(world, "rehab_centre")
    body = {
        "unit_id": str(world.units["hoa"]),
        "treatment": "compulsory",
        "order_kind": "administrative_measure",
        "completes_on": "2027-01-15",
        "full_name": "Nguyễn Văn Thử",
        "source_ref": "2026/118",
    }
    sent = await world.call("rehab_centre", "POST", "/v1/discharge-notices", body)
    assert sent.status_code == 201, sent.text
    receiver = Receiver()
    await desk(receiver)
    assert ("discharge_notice.upsert", sent.json()["id"]) in receiver.told
    assert {row["noun"] for row in await deliveries(world, made, "rehab_centre")} <= {
        "discharge_notice",
        "notice_routing",
    }


async def test_an_owner_whose_appointment_ended_is_told_nothing_more_and_the_endpoint_says_why(world, desk):
    made = await endpoint(world, "import_client", nouns=["person"])
    await worker_of(world)
    post = world.users["import_client"].appointment_id
    await world.admin.execute("update appointment set valid_to = now() where id = $1", post)
    receiver = Receiver()
    assert await desk(receiver) == 0
    await world.admin.execute("update appointment set valid_to = null where id = $1", post)
    stood = await seen(world, made)
    assert (stood["state"], stood["disabled_reason"]) == ("disabled", "owner_ended")
    assert await desk(receiver) == 0


async def test_who_changes_where_it_goes_answers_for_it(world):
    made = await endpoint(world, "leader")
    patch = {"url": "https://khac.xa-hoa.vn/"}
    moved = await world.call("import_client", "PATCH", f"{PATH}/{made['id']}", patch, If_Match='"1"')
    assert moved.json()["appointment_id"] == str(world.users["import_client"].appointment_id)
    words = await world.call("leader", "PATCH", f"{PATH}/{made['id']}", {"description": "máy chủ"}, If_Match='"2"')
    assert words.json()["appointment_id"] == str(world.users["import_client"].appointment_id)


# -- tried again


async def test_what_failed_is_tried_again_later_and_longer_and_what_follows_of_the_subject_waits(world, desk, clock):
    await endpoint(world, nouns=["person"])
    person = await worker_of(world)
    await amend(world, person, 1)
    other = await worker_of(world)
    receiver = Receiver(lambda n, post: 500 if json.loads(post.body)["data"]["id"] == person and n < 4 else 200)
    assert await desk(receiver) == 2, "one of each subject"
    assert receiver.told == [("person.upsert", other)]
    assert await desk(receiver) == 0
    clock.pass_(seconds=3)
    assert await desk(receiver) == 1
    clock.pass_(seconds=3)
    assert await desk(receiver) == 0, "twice failed, it waits longer"
    clock.pass_(seconds=20)
    assert await desk(receiver) == 2
    versions = [b["data"]["version"] for _, b in receiver.received if b["data"]["id"] == person]
    assert versions == [1, 2]


async def test_a_retry_has_the_same_id_and_a_fresh_timestamp(world, desk, clock):
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    receiver = Receiver(lambda n, _post: 503 if n == 1 else 200)
    await desk(receiver)
    clock.pass_(minutes=10)
    await desk(receiver)
    first, second = receiver.posts
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 600
    assert verified(made["secret"], second)


@pytest.mark.parametrize("status", [199, 300, 302, 400, 404, 500])
async def test_only_2xx_is_success(world, desk, status):
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    await desk(Receiver(lambda *_: status))
    (kept,) = await deliveries(world, made)
    assert (kept["state"], kept["last_status"], kept["last_fault"]) == ("pending", status, "answer")
    assert (await seen(world, made))["failing_since"] is not None


async def test_410_disables_at_once(world, desk):
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    await desk(Receiver(lambda *_: 410))
    stood = await seen(world, made)
    assert (stood["state"], stood["disabled_reason"]) == ("disabled", "gone")
    assert [row["state"] for row in await deliveries(world, made)] == ["failed"]


async def test_two_that_hear_410_at_once_are_told_of_once(world, desk):
    made = await endpoint(world, nouns=["person"])
    for _ in range(2):
        await worker_of(world)
    await desk(Receiver(lambda *_: 410))
    assert [row["state"] for row in await deliveries(world, made)] == ["failed"] * 2
    told = await world.admin.fetch("select kind, unit_no, state from task")
    assert [tuple(row) for row in told] == [("webhook_disabled", world.no("hoa"), "open")]
    assert (await seen(world, made))["version"] == 2, "disabled once"


async def test_after_three_days_of_nothing_the_endpoint_is_disabled_and_says_so(world, desk, clock):
    """Not before what it was to hear is given up: as long as there is another try, it is made."""
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    receiver = Receiver(lambda *_: 500)
    for _ in range(80):
        await desk(receiver, chance=0.2)
        clock.pass_(hours=1)
        if (await seen(world, made))["state"] == "disabled":
            break
    stood = await seen(world, made)
    assert stood["disabled_reason"] == "failing"
    assert 10 < len(receiver.posts) < 40
    (kept,) = await deliveries(world, made)
    assert (kept["state"], kept["attempts"]) == ("failed", len(receiver.posts))
    first, last = (datetime.fromisoformat(kept[name]) for name in ("first_attempt_at", "last_attempt_at"))
    assert 2.5 <= (last - first).total_seconds() / 86_400 <= 3


async def test_one_poisoned_subject_is_given_up_and_the_endpoint_lives_on(world, desk, clock):
    made = await endpoint(world, nouns=["person"])
    bad = await worker_of(world)
    receiver = Receiver(lambda _n, post: 500 if json.loads(post.body)["data"]["id"] == bad else 200)
    for turn in range(90):
        if turn % 10 == 0:
            await worker_of(world)
        await desk(receiver)
        clock.pass_(hours=1)
    assert (await seen(world, made))["state"] == "active"
    states = {row["subject_id"]: row["state"] for row in await deliveries(world, made)}
    assert states.pop(bad) == "failed"
    assert set(states.values()) == {"delivered"}


async def test_a_receiver_that_cannot_be_reached_is_left_alone_for_a_while(world, desk, clock):
    await endpoint(world, nouns=["person"])
    for _ in range(20):
        await worker_of(world)
    receiver = Receiver(lambda *_: DeliveryFault.NO_CONNECTION)
    assert await desk(receiver) <= 8
    assert await desk(receiver) == 0
    clock.pass_(minutes=1)
    receiver.answers = lambda *_: 200
    await desk(receiver)
    clock.pass_(minutes=1)
    await desk(receiver)
    assert len(set(receiver.told)) == 20


async def test_without_a_secret_that_opens_nothing_leaves_and_the_delivery_says_why(world, desk):
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    await world.admin.execute("delete from webhook_secret")
    receiver = Receiver()
    await desk(receiver)
    assert receiver.posts == []
    (kept,) = await deliveries(world, made)
    assert (kept["state"], kept["last_status"], kept["last_fault"]) == ("pending", None, "not_signed")


async def test_a_fault_of_our_own_is_heard_of_and_what_was_under_way_is_sent_when_its_lease_is_over(world, desk, clock):
    await endpoint(world, nouns=["person"])
    person = await worker_of(world)

    def broken(_n, _post):
        raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        await desk(Receiver(broken))
    receiver = Receiver()
    assert await desk(receiver) == 0
    clock.pass_(seconds=61)
    assert await desk(receiver) == 1
    assert receiver.told == [("person.upsert", person)]


async def test_what_is_over_is_kept_for_a_month_and_what_waits_as_long_as_it_waits(world, server, clone, desk, clock):
    made = await endpoint(world, nouns=["person"])
    done, waiting = await worker_of(world), await worker_of(world)
    await desk(Receiver(lambda _n, post: 500 if json.loads(post.body)["data"]["id"] == waiting else 200))
    async with dispatching(world, server, clone, Receiver()) as hand:
        for days, left in ((29, {done, waiting}), (32, {waiting})):
            await hand.forget(clock.at + timedelta(days=days))
            assert {row["subject_id"] for row in await deliveries(world, made)} == left, days


# -- by hand


async def test_a_ping_goes_out_even_while_the_endpoint_is_disabled(world, desk):
    made = await endpoint(world)
    stop = await world.call("leader", "POST", f"{PATH}/{made['id']}/transitions", {"to": "disabled"}, If_Match='"1"')
    assert (stop.json()["state"], stop.json()["disabled_reason"]) == ("disabled", "by_hand")
    await worker_of(world)
    ping = await world.call("leader", "POST", f"{PATH}/{made['id']}/pings")
    assert (ping.status_code, ping.json()["type"], ping.json()["state"]) == (201, "ping", "pending")
    receiver = Receiver()
    assert await desk(receiver) == 1
    assert verified(made["secret"], receiver.posts[0])["type"] == "ping"
    kept = (await world.get("leader", f"/v1/webhook-deliveries/{ping.json()['id']}")).json()
    assert kept["state"] == "delivered"


async def test_an_endpoint_that_starts_again_is_told_from_then_on_and_a_replay_brings_the_rest(world, desk):
    began = datetime.now(UTC)
    made = await endpoint(world, nouns=["person"])
    path = f"{PATH}/{made['id']}"
    first = await worker_of(world)
    receiver = Receiver()
    await desk(receiver)
    await world.call("leader", "POST", f"{path}/transitions", {"to": "disabled"}, If_Match='"1"')
    missed = await worker_of(world)
    await desk(receiver)
    await world.call("leader", "POST", f"{path}/transitions", {"to": "active"}, If_Match='"2"')
    third = await worker_of(world)
    await desk(receiver)
    assert [id for _, id in receiver.told] == [first, third]
    started = await seen(world, made)
    assert (started["disabled_reason"], started["disabled_at"]) == (None, None)
    asked = await world.call("leader", "POST", f"{path}/replays", {"from_at": began.isoformat()}, If_Match='"3"')
    assert asked.json()["replay_from"] is not None
    await desk(receiver)
    assert sorted(id for _, id in receiver.told[2:]) == sorted([first, missed, third])
    ids = [post.headers["webhook-id"] for post, _ in receiver.received]
    assert set(ids[:2]) < set(ids[2:]), "who has had a message knows it again"
    assert (await seen(world, made))["replay_from"] is None


async def test_a_replay_from_a_point_leaves_out_what_came_before_it(world, desk):
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    receiver = Receiver()
    await desk(receiver)
    point = await world.admin.fetchval("select now()")
    late = await worker_of(world)
    await desk(receiver)
    body = {"from_at": point.isoformat()}
    await world.call("leader", "POST", f"{PATH}/{made['id']}/replays", body, If_Match='"1"')
    receiver.received.clear()
    await desk(receiver)
    assert [id for _, id in receiver.told] == [late]


async def test_one_delivery_is_sent_again_on_request(world, desk):
    made = await endpoint(world, nouns=["person"])
    await worker_of(world)
    receiver = Receiver()
    await desk(receiver)
    (kept,) = await deliveries(world, made)
    again = await world.call("leader", "POST", f"/v1/webhook-deliveries/{kept['id']}/redeliveries")
    assert (again.status_code, again.json()["state"]) == (200, "pending")
    assert await desk(receiver) == 1
    assert len({post.headers["webhook-id"] for post in receiver.posts}) == 1
    foreign = await world.call("province_admin", "POST", f"/v1/webhook-deliveries/{kept['id']}/redeliveries")
    assert foreign.status_code == 404


async def test_a_delivery_that_is_being_sent_at_this_moment_stays_as_it_is(world):
    made = await endpoint(world)
    ping = (await world.call("leader", "POST", f"{PATH}/{made['id']}/pings")).json()
    await world.admin.execute("update webhook_delivery set lease_until = now() + interval '1 minute', attempts = 3")
    again = await world.call("leader", "POST", f"/v1/webhook-deliveries/{ping['id']}/redeliveries")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "pending", 3)


async def test_what_is_no_longer_asked_for_is_dropped_and_a_voided_endpoint_is_silent(world, desk):
    made = await endpoint(world)
    await worker_of(world)
    failing = Receiver(lambda *_: 500)
    await desk(failing)
    await world.call("leader", "PATCH", f"{PATH}/{made['id']}", {"nouns": ["task"]}, If_Match='"1"')
    assert {row["state"] for row in await deliveries(world, made)} == {"discarded"}
    await world.call("leader", "DELETE", f"{PATH}/{made['id']}", {"reason": "thử"}, If_Match='"2"')
    await worker_of(world)
    assert await desk(Receiver()) == 0


# -- the other door


async def test_both_doors_do_the_same(world, desk):
    act = (
        f'mutation {{ recordWebhookEndpoint(new: {{url: "{URL}", nouns: ["person"]}}) {{ id secret version state }} }}'
    )
    told = (await world.ask("leader", act))["data"]["recordWebhookEndpoint"]
    assert told["secret"].startswith("whsec_")
    await worker_of(world)
    receiver = Receiver()
    await desk(receiver)
    assert verified(told["secret"], receiver.posts[0])
    query = "{ webhookDeliveries { nodes { id type state sequence } } webhookEndpoints { nodes { id lastSuccessAt } } }"
    both = (await world.ask("leader", query))["data"]
    assert [row["type"] for row in both["webhookDeliveries"]["nodes"]] == ["person.upsert"]
    delivery = both["webhookDeliveries"]["nodes"][0]["id"]
    given = 'given: {ifMatch: "1"}'
    acts = (
        f'mutation {{ pingWebhook(id: "{told["id"]}") {{ type }} redeliverWebhook(id: "{delivery}") {{ state }}'
        f' rotateWebhookSecret(id: "{told["id"]}", rotation: {{}}, {given}) {{ secret version }}'
        f' replayWebhook(id: "{told["id"]}", replay: {{fromAt: "2026-01-01T00:00:00+07:00"}}, given: {{ifMatch: "2"}})'
        " { replayFrom version } }"
    )
    done = (await world.ask("leader", acts))["data"]
    assert done["pingWebhook"]["type"] == "ping"
    assert done["redeliverWebhook"]["state"] == "pending"
    assert done["rotateWebhookSecret"]["version"] == 2
    assert done["replayWebhook"]["version"] == 3


# -- what receivers run


async def test_the_public_library_of_the_standard_accepts_what_is_sent_and_refuses_a_changed_byte(world, desk):
    standard = pytest.importorskip("standardwebhooks", reason="uv sync brings it (pyproject.toml, group test)")
    made = await endpoint(world, nouns=["person"])
    turned = await world.call("leader", "POST", f"{PATH}/{made['id']}/secrets", {}, If_Match='"1"')
    person = await worker_of(world)
    receiver = Receiver()
    await desk(receiver)
    post = receiver.posts[0]
    for secret in (made["secret"], turned.json()["secret"]):
        assert standard.Webhook(secret).verify(post.body, dict(post.headers))["data"]["id"] == person
        with pytest.raises(standard.WebhookVerificationError):
            standard.Webhook(secret).verify(post.body.replace(b"upsert", b"delete"), dict(post.headers))
        with pytest.raises(standard.WebhookVerificationError):
            standard.Webhook(secret).verify(post.body, dict(post.headers) | {"webhook-id": "msg_other"})
    with pytest.raises(standard.WebhookVerificationError):
        standard.Webhook("whsec_" + "A" * 43 + "=").verify(post.body, dict(post.headers))


async def test_the_receiver_of_the_integrators_page_takes_each_change_once_and_in_order(world, desk, clock):
    """The very code of docs/integrators.md, given what the dispatcher sends: twice, and an older one late."""
    page = (ROOT / "docs/integrators.md").read_text(encoding="utf-8").partition("## Webhooks")[2].partition("\n## ")[0]
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    space = {}
    exec(compile(code[1], "docs/integrators.md", "exec"), space)
    made = await endpoint(world, nouns=["person"])
    person = await worker_of(world)
    await amend(world, person, 1)
    receiver = Receiver()
    await desk(receiver)
    await desk(receiver)
    first, second = receiver.posts
    read = []
    seen, newest = set(), {}

    def take(post, secret=made["secret"]):
        return space["take"](secret, dict(post.headers), post.body, clock.at.timestamp(), seen, newest, read.append)

    assert [take(first), take(first), take(second), take(first)] == [204] * 4
    assert read == [("person", person)] * 2
    assert take(second._replace(body=second.body.replace(b"upsert", b"delete"))) == 401
    assert take(second, made["secret"][:-5] + "AAAA=") == 401
    clock.pass_(minutes=6)
    assert take(second) == 401, "an old request played again"
    assert len(read) == 2
