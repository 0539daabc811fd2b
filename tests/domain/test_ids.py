"""Ids tell the order in which they were made, also within one millisecond; those that must tell nothing, do not."""

from __future__ import annotations

import time

from domain.ids import new_id, random_id


def test_ids_of_one_millisecond_stand_in_the_order_of_making(monkeypatch):
    start = 1_790_000_000_123_000_000
    clock = iter(range(start, start + 3_000_000, 1_000))
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    made = [new_id() for _ in range(3_000)]
    assert made == sorted(set(made))
    assert {id.version for id in made} == {7}
    assert [made[0].int >> 80, made[-1].int >> 80] == [start // 1_000_000, start // 1_000_000 + 2]


def test_ids_of_one_instant_differ(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_790_000_000_123_999_999)
    made = {new_id() for _ in range(100)}
    assert len(made) == 100
    assert {id.int >> 80 for id in made} == {1_790_000_000_123}


def test_a_random_id_tells_no_time():
    assert random_id().version == 4
