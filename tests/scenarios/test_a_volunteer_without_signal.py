"""What a volunteer does in the field without a signal: contacts with what was said, promised and agreed next, a referral
with consent; sent by POST /v1/sync/push over a line that loses and repeats, with an answer of its own for each.
"""

from __future__ import annotations

import random
from datetime import timedelta

import httpx2
import pytest

from domain.ids import new_id
from domain.refusals import Refusal
from tests.api.test_counselling import TODAY, assign, contact
from tests.referral_work import referral
from tests.scenarios.phone import BadLine, Phone, Write
from tests.scenarios.test_a_phone_without_signal import push, write

NEXT = str(TODAY + timedelta(days=7))


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Trần Thị Hoà", phone="+84912345678")
    await assign(world, found, "volunteer")
    return found


@pytest.mark.parametrize("way", ["send", "push"])
async def test_a_contact_with_notes_promise_and_next_date_and_a_referral_with_consent_arrive_once(world, person, way):
    bad = BadLine(httpx2.ASGITransport(app=world.app, raise_app_exceptions=False), random.Random(20261122))
    async with httpx2.AsyncClient(transport=bad, base_url="http://testserver") as client:
        phone = Phone(client, world.users["volunteer"].headers)
        said = {"advice": "Giữ liên lạc", "promise": "Gọi lại trong tuần", "need": "Lo tiền nhà", "next_on": NEXT}
        contacts = [phone.record("/v1/counselling-contacts", contact(person, **said)) for _ in range(3)]
        phone.amend("/v1/counselling-contacts", contacts[0], {"promise": "Đã gọi"})
        sent = phone.record("/v1/referrals", referral(world, person))
        phone.queue.append(Write("POST", f"/v1/referrals/{sent}/transitions", {"to": "sent"}, of=sent))
        await getattr(phone, way)()
    assert phone.refused == []
    assert any(bad.happened.values())
    rows = await world.admin.fetch("select id::text, version, next_on from counselling_contact order by id")
    assert [(row["id"], row["version"], str(row["next_on"])) for row in rows] == [
        (id, 2 if id == contacts[0] else 1, NEXT) for id in sorted(contacts)
    ]
    shown = (await world.get("volunteer", f"/v1/counselling-contacts/{contacts[0]}")).json()
    assert (shown["promise"], shown["advice"], shown["need"]) == ("Đã gọi", "Giữ liên lạc", "Lo tiền nhà")
    (row,) = await world.admin.fetch("select id::text, state, consent_on from referral")
    assert (row["id"], row["state"], row["consent_on"]) == (sent, "sent", TODAY)


async def test_a_conflict_is_the_answer_of_its_own_item_with_what_is_there_now(world, person):
    id = str(new_id())
    first = write("/v1/counselling-contacts", contact(person, id=id, promise="Gọi lại"))
    assert (await push(world, [first], user="volunteer"))["results"][0]["status"] == 201
    late = write(f"/v1/counselling-contacts/{id}", {"promise": "Đã gọi"}, "PATCH", if_match='"1"')
    later = write(f"/v1/counselling-contacts/{id}", {"promise": "Thôi"}, "PATCH", if_match='"1"')
    other = write("/v1/counselling-contacts", contact(person, id=id, promise="Khác"))
    more = write("/v1/counselling-contacts", contact(person))
    told = (await push(world, [late, later, other, more], user="volunteer", on_refusal="go_on"))["results"]
    assert [(one["status"], one["body"].get("code")) for one in told] == [
        (200, None),
        (412, "stale_version"),
        (409, "id_taken"),
        (201, None),
    ]
    assert told[1]["body"]["current"] == '"2"'


async def test_what_needs_a_refused_write_is_refused_with_its_key_and_so_is_what_needs_that(world):
    id, phone_id = str(new_id()), str(new_id())
    writes = [
        write(body={"id": id, "full_name": ""}),
        write(f"/v1/persons/{id}/phones", {"id": phone_id, "number": "0912345678", "belongs_to": "self"}),
        write(f"/v1/phones/{phone_id}", {"belongs_to": "family"}, "PATCH", if_match='"1"'),
        write("/v1/treatment-courses", {"person_id": id}),
        write(),
    ]
    told = (await push(world, writes, on_refusal="go_on"))["results"]
    assert [one["status"] for one in told] == [422, 424, 424, 424, 201]
    assert [one["body"].get("needed") for one in told[1:4]] == [writes[0]["key"], writes[1]["key"], writes[0]["key"]]
    assert {one["body"]["code"] for one in told[1:4]} == {"needed_write_refused"}
    writes[0]["body"]["full_name"] = "Lê Thị Na"
    again = (await push(world, writes[:2], on_refusal="go_on"))["results"]
    assert [one["status"] for one in again] == [201, 201], "a key that was refused is free for the mended write"


@pytest.mark.parametrize("code", ["still_running", "too_many_requests", "overloaded"])
async def test_what_is_to_be_sent_again_holds_back_those_behind_it(world, monkeypatch, code):
    """Not refused: what needs it would be, if it were tried now."""
    from persistence.records import Records

    async def busy(*_given, **_more):
        raise Refusal(code)

    monkeypatch.setattr(Records, "remember", busy)
    told = await push(world, [write(), write()], on_refusal="go_on")
    assert ([one["body"]["code"] for one in told["results"]], told["untried"]) == ([code], 1)
