"""What an endpoint may hear of: by which road, of which units, and what is refused before anything is set up."""

from __future__ import annotations

from uuid import UUID

import pytest

import api.app  # noqa: F401 - every read is declared
from domain.reading import Actor, Road, Scope
from domain.refusals import Refusal
from domain.webhook.rules import (
    Ping,
    Redeliver,
    Replay,
    RotateSecret,
    ping_webhook,
    redeliver_webhook,
    replay_webhook,
    rotate_webhook_secret,
)
from domain.webhook.watching import check_nouns, heard_by
from tests.world import POSTS, UNITS

ID = UUID(int=1)


def actor(name):
    role, unit = POSTS[name]
    level, _, no, last_no, _, _ = UNITS[unit]
    return Actor(ID, ID, ID, role, ID, no, last_no, level, True, "", 7)


@pytest.mark.parametrize(
    ("user", "noun", "place"),
    [
        ("leader", "person", (Road.UNIT, False)),
        ("leader", "support_model", (Road.UNIT, False)),
        ("country_reader", "management_case", (Road.COUNTRY, False)),
        ("volunteer", "organisation", (Road.UNIT, False)),
        ("volunteer", "support_model", (Road.UNIT, True)),
        ("volunteer", "assignment", (Road.GRANT, False)),
        ("rehab_centre", "discharge_notice", (Road.MADE, True)),
        ("rehab_centre", "person", None),
        ("import_client", "task", None),
    ],
)
def test_a_noun_is_heard_on_the_road_on_which_it_is_read_and_of_the_units_it_is_read_of(user, noun, place):
    found = [(part.road, part.own) for part in heard_by(actor(user)) if noun in part.nouns]
    assert found == ([] if place is None else [place])


@pytest.mark.parametrize(
    ("user", "nouns", "refused"),
    [
        ("rehab_centre", (), None),
        ("rehab_centre", ("discharge_notice",), None),
        ("rehab_centre", ("discharge_notice", "person"), ("forbidden", "read_person")),
        ("rehab_centre", ("management_case",), ("forbidden", "read_person")),
        ("rehab_centre", ("discharge_notice", "club_session"), ("forbidden", "read_session")),
        ("report_reader", (), ("forbidden", "read_person")),
        ("leader", ("person", "rule"), ("invalid", None)),
    ],
)
def test_who_asks_for_one_noun_too_many_is_refused_and_told_which_right_is_missing(user, nouns, refused):
    if refused is None:
        check_nouns(actor(user), nouns)
        return
    with pytest.raises(Refusal) as no:
        check_nouns(actor(user), nouns)
    assert (no.value.code, no.value.facts.get("permission")) == refused


@pytest.mark.parametrize(
    ("act", "command"),
    [
        (rotate_webhook_secret, RotateSecret(ID)),
        (replay_webhook, Replay(ID, None)),
        (ping_webhook, Ping(ID)),
        (redeliver_webhook, Redeliver(ID)),
    ],
)
@pytest.mark.parametrize("road", [road for road in Road if road is not Road.UNIT])
async def test_a_unit_that_has_ended_starts_nothing(act, command, road):
    """It reads on another road what it had; there is nothing to ask storage for."""
    with pytest.raises(Refusal) as no:
        await act.rule(None, None, Scope(road, "commune", 1110, 1139, "manage_webhooks"), command)
    assert no.value.code == "forbidden"
