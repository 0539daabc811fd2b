"""Which writes of several batches one statement may store together, and in which order the statements come."""

from __future__ import annotations

import pytest

from persistence.import_loading import _alike
from persistence.import_ready import Group


def group(what, table="person", columns=("line", "id"), rows=b"", **same):
    return Group(what, table, columns, same, (), 1, rows)


def test_changes_stay_in_their_order_even_where_the_third_looks_like_the_first():
    """Thợ may, thợ mộc, thợ may again of one person: what the last row says is what stands."""
    changes = [group("update", occupation=said) for said in ("thợ may", "thợ mộc", "thợ may")]
    assert _alike(changes) == [[one] for one in changes]


@pytest.mark.parametrize("what", ["insert", "told", "made", "changed"])
def test_rows_that_are_alike_are_stored_by_one_statement_whatever_batch_they_came_with(what):
    first, other, second = group(what, rows=b"1"), group(what, "person_phone"), group(what, rows=b"2")
    assert _alike([first, other, second]) == [[first, second], [other]]


def test_a_table_comes_before_those_that_point_to_it_and_what_is_told_after_what_is_done():
    given = [
        group("changed"),
        group("made"),
        group("told"),
        group("update"),
        group("insert", "person_phone"),
        group("insert", "person"),
    ]
    told = [(one.what, one.table) for (one,) in _alike(given)]
    assert told[:4] == [("insert", "person"), ("insert", "person_phone"), ("update", "person"), ("told", "person")]
    assert set(told[4:]) == {("made", "person"), ("changed", "person")}


def test_groups_that_hold_other_values_other_columns_or_other_moments_are_kept_apart():
    one = group("insert", gender="male")
    others = [
        group("insert", gender="female"),
        group("insert", columns=("line", "id", "gender"), gender="male"),
        one._replace(moments=("recorded_at",)),
    ]
    assert _alike([one, *others]) == [[one], *([other] for other in others)]
