"""Units of a file: a code or name means a place of its day, and is never guessed (rulings 33)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.imports.places import Seated, UnitKnown, named, responsible
from domain.imports.values import Place, place

OLD, NEW, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
TURN = date(2025, 7, 1)
LAST = date(2025, 6, 30)
SINCE = date(2004, 1, 1)
HERE = (Seated(NEW, 10),)


def unit(id, code, name, above, since, until, became, seated=()):
    return UnitKnown(id, code, name, above, since, until, became, seated)


HANG_BAC = unit(OLD, "00001", "Phường Hàng Bạc", ("Quận Hoàn Kiếm", "Hà Nội"), SINCE, LAST, (NEW,), HERE)
HOAN_KIEM = unit(NEW, "00070", "Phường Hoàn Kiếm", ("Hà Nội",), TURN, None, (NEW,), HERE)
SAME_CODE = unit(OTHER, "00001", "Xã Khác", ("Lào Cai",), TURN, None, (OTHER,))
DIVIDED = unit(
    OLD,
    "00002",
    "Xã Cũ",
    (),
    SINCE,
    LAST,
    (NEW, OTHER),
    (Seated(NEW, 10, "Phường Một"), Seated(OTHER, 11, "Phường Hai")),
)


@pytest.mark.parametrize(
    ("cell", "as_of", "expected"),
    [
        ("00001", date(2025, 6, 30), OLD),
        ("00001", date(2025, 7, 1), OTHER),
        ("00001", None, "unit_ambiguous"),
        (1, date(2025, 6, 30), OLD),
        ("00070", None, NEW),
        ("00070", date(2025, 6, 30), "no_such_unit_then"),
        ("Hàng Bạc", None, OLD),
        ("P. Hàng Bạc, Q. Hoàn Kiếm, TP. Hà Nội", None, OLD),
        ("Hàng Bạc, Lào Cai", None, "no_such_unit"),
        ("phường hoàn kiếm", None, NEW),
        ("99999", None, "no_such_unit"),
    ],
)
def test_a_code_or_name_means_the_place_of_its_day(cell, as_of, expected):
    found = named(place(cell), (HANG_BAC, HOAN_KIEM, SAME_CODE), as_of)
    assert (found.unit.id if found.unit else found.code) == expected


def test_an_ambiguous_code_lists_its_candidates_with_their_days():
    found = named(Place("00001", ()), (HANG_BAC, SAME_CODE), None)
    assert found.candidates == (
        "Phường Hàng Bạc (00001, Quận Hoàn Kiếm, Hà Nội)–30/06/2025",
        "Xã Khác (00001, Lào Cai)",
    )


def test_of_namesakes_the_one_in_reach_is_meant():
    here = unit(NEW, "1", "Xã Hoà Bình", (), SINCE, None, (NEW,), HERE)
    there = unit(OTHER, "2", "Xã Hoà Bình", (), SINCE, None, (OTHER,))
    found = named(place("Hoà Bình"), (there, here), None)
    assert found.unit == here


def test_a_name_kept_through_a_division_is_the_commune_of_today_that_bears_it():
    before = unit(OLD, "5", "Phường Xuân Đỉnh", (), SINCE, LAST, (NEW, OTHER), (*HERE, Seated(OTHER, 11)))
    today = unit(NEW, "6", "Phường Xuân Đỉnh", (), TURN, None, (NEW,), HERE)
    assert named(place("Xuân Đỉnh"), (before, today), None).unit == today
    elsewhere = unit(UUID(int=9), "7", "Phường Xuân Đỉnh", (), SINCE, LAST, (OTHER,), (Seated(OTHER, 11),))
    assert named(place("Xuân Đỉnh"), (today, elsewhere), None).code == "unit_ambiguous"


def test_a_namesake_that_only_folds_alike_and_lies_elsewhere_does_not_stand_in_the_way_of_ones_own_commune():
    """Xuân Đỉnh's own officer writes Xuân Đỉnh; Xuân Đình of Phúc Thọ is spelled alike without its marks."""
    before = unit(OLD, "5", "Phường Xuân Đỉnh", ("Hà Nội",), SINCE, LAST, (NEW, OTHER), HERE)
    today = unit(NEW, "6", "Phường Xuân Đỉnh", ("Hà Nội",), TURN, None, (NEW,), HERE)
    other = unit(UUID(int=9), "7", "Xã Xuân Đình", ("Phúc Thọ", "Hà Nội"), SINCE, LAST, (UUID(int=8),))
    for cell in ("Xuân Đỉnh", "Xuân Đỉnh, Hà Nội"):
        assert named(place(cell), (before, today, other), None).unit == today


def test_a_residence_takes_the_name_that_the_place_bore_on_its_day():
    before = unit(OLD, "5", "Xã An", (), SINCE, LAST, (NEW,), HERE)
    today = unit(NEW, "6", "Xã An", (), TURN, None, (NEW,), HERE)
    assert named(place("An"), (before, today), None, on=date(2020, 1, 1)).unit == before
    assert named(place("An"), (before, today), None, on=date(2026, 1, 1)).unit == today


def test_the_responsible_commune_is_the_one_of_today_in_reach_and_a_divided_one_is_asked_about():
    assert responsible(HANG_BAC) == HERE[0]
    asked = responsible(DIVIDED)
    assert (asked.code, asked.candidates) == ("unit_was_divided", ("Phường Một", "Phường Hai"))
    assert responsible(SAME_CODE).code == "unit_not_in_scope"


def test_of_namesakes_that_are_gone_and_out_of_reach_none_is_guessed_and_each_is_told_with_what_it_lay_in():
    one = unit(OLD, "5", "Xã Hoà Bình", ("Huyện A", "Tỉnh B", "Vùng C"), SINCE, LAST, (NEW,))
    two = unit(OTHER, "6", "Xã Hoà Bình", ("Huyện D",), SINCE, None, (UUID(int=8),))
    found = named(place("Hoà Bình"), (one, two._replace(valid_to=LAST)), None)
    assert found.code == "unit_ambiguous"
    assert found.candidates == (
        "Xã Hoà Bình (5, Huyện A, Tỉnh B)–30/06/2025",
        "Xã Hoà Bình (6, Huyện D)–30/06/2025",
    )
