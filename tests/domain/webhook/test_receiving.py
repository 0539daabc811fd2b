"""What a receiver believes: held against the public library of the standard."""

from __future__ import annotations

import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from domain.webhook.receiving import FRESH, genuine
from domain.webhook.signing import new_secret, signed

SECRET = new_secret()
BODY = b'{"type":"ping"}'


def both(headers, body=BODY, secret=SECRET):
    """What the library and what we say; they agree."""
    try:
        Webhook(secret).verify(body, headers)
        said = True
    except WebhookVerificationError:
        said = False
    assert genuine(secret, headers, body, time.time()) is said
    return said


def test_a_request_signed_with_the_secret_is_believed_also_beside_another_secret():
    now = int(time.time())
    assert both(signed([SECRET], "msg_1", now, BODY))
    assert both(signed([new_secret(), SECRET], "msg_1", now, BODY))


@pytest.mark.parametrize("off", [-FRESH - 5, FRESH + 5])
def test_an_old_or_early_request_is_somebodys_copy(off):
    assert not both(signed([SECRET], "msg_1", int(time.time()) + off, BODY))


def test_another_secret_another_body_another_id_are_not_believed():
    headers = signed([SECRET], "msg_1", int(time.time()), BODY)
    assert not both(headers, secret=new_secret())
    assert not both(headers, body=BODY + b" ")
    assert not both(headers | {"webhook-id": "msg_2"})
    assert not both(headers | {"webhook-signature": "v1,"})


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_without_a_header_nothing_is_believed(missing):
    headers = signed([SECRET], "msg_1", int(time.time()), BODY)
    del headers[missing]
    assert not genuine(SECRET, headers, BODY, time.time())


def test_what_is_no_number_and_no_secret_is_refused_without_a_fault():
    headers = signed([SECRET], "msg_1", int(time.time()), BODY)
    assert not genuine(SECRET, headers | {"webhook-timestamp": "²"}, BODY, time.time())
    assert not genuine("whsec_%", headers, BODY, time.time())
