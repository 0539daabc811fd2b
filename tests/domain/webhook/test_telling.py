"""What is told, when it is tried again, how it is signed: pure rules of webhooks."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.webhook.signing import new_secret, signed
from domain.webhook.telling import PATIENCE, Told, body_of, delay_after, message_id, next_try

NOW = datetime(2028, 2, 29, 8, tzinfo=UTC)
ID = UUID("01a2011d-b49f-71ed-a66f-b102230acdf3")
TOLD = Told(ID, "management_case", ID, "upsert", 3, 41, NOW)


def test_the_payload_is_ids_and_numbers():
    assert json.loads(body_of(TOLD)) == {
        "type": "management_case.upsert",
        "timestamp": "2028-02-29T08:00:00+00:00",
        "data": {
            "noun": "management_case",
            "id": str(ID),
            "kind": "upsert",
            "version": 3,
            "sequence": 41,
            "occurred_at": "2028-02-29T08:00:00+00:00",
        },
    }


def test_a_ping_names_nothing():
    ping = json.loads(body_of(Told(ID, None, None, "ping", None, None, NOW)))
    assert ping["type"] == "ping"
    nothing = dict.fromkeys(("noun", "id", "version", "sequence"))
    assert ping["data"] == nothing | {"kind": "ping", "occurred_at": "2028-02-29T08:00:00+00:00"}


def test_a_secret_is_256_bits_under_the_prefix_of_the_standard():
    assert new_secret().startswith("whsec_")
    assert len(b64decode(new_secret().removeprefix("whsec_"))) == 32


def test_the_published_vector_of_the_standard_is_signed_right():
    """From the specification (standard-webhooks, spec/standard-webhooks.md) and its libraries' own tests."""
    headers = signed(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_sign_side_by_side():
    one, two = new_secret(), new_secret()
    assert one != two
    both = signed([one, two], "msg_a", 1, b"{}")["webhook-signature"].split(" ")
    assert both == [signed([s], "msg_a", 1, b"{}")["webhook-signature"] for s in (one, two)]


def test_the_message_id_is_the_deliverys_own():
    assert message_id(ID) == "msg_01a2011db49f71eda66fb102230acdf3"


@pytest.mark.parametrize(
    ("attempts", "low", "high"),
    [
        (1, 2.5, 5),
        (2, 10, 20),
        (3, 40, 80),
        (6, 2560, 5120),
        (7, 10_240, 20_480),
        (8, 10_800, 21_600),
        (99, 10_800, 21_600),
    ],
)
def test_the_pause_grows_fourfold_up_to_six_hours_and_half_of_it_is_chance(attempts, low, high):
    assert delay_after(attempts, 0.0) == timedelta(seconds=low)
    assert delay_after(attempts, 1.0) == timedelta(seconds=high)


def test_patience_ends_after_three_days_to_the_second():
    last = NOW + PATIENCE - delay_after(20, 1.0)
    assert next_try(NOW, 20, last, 1.0) == NOW + PATIENCE
    assert next_try(NOW, 20, last + timedelta(seconds=1), 1.0) is None


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (timedelta(0), timedelta(seconds=5)),
        (timedelta(seconds=4), timedelta(seconds=5)),
        (timedelta(seconds=6), timedelta(seconds=6)),
        (timedelta(hours=6), timedelta(hours=6)),
        (timedelta(days=40), timedelta(hours=6)),
    ],
)
def test_a_receiver_is_left_alone_for_as_long_as_it_asked_and_not_beyond_reason(asked, waits):
    assert next_try(NOW, 1, NOW, 1.0, asked) == NOW + waits
