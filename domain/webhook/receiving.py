"""What a receiver does with a request: is it ours, and fresh (standard-webhooks). Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from domain.webhook.signing import signed

FRESH: Final = 300
"""Seconds by which a timestamp may be off: an old request is somebody's copy."""


def genuine(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether one of the signatures is made with this secret, over this body, lately. Header names in small letters."""
    id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not at.isascii() or not at.isdigit() or abs(now - int(at)) > FRESH:
        return False
    try:
        right = signed([secret], id, int(at), body)["webhook-signature"]
    except ValueError:  # no secret of the standard
        return False
    shown = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(right.encode(), one.encode("utf-8", "replace")) for one in shown)
