"""Rules on courses of treatment and on what a notice says, as tables."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.course.model import COURSE_LIFE, CoursePeriod, checked_course, pathway_of, whole_period
from domain.course.noun import CourseKind, CourseOutcome
from domain.law.pathways import Pathway
from domain.notice.model import canonical, checked_content, differences
from domain.refusals import Refusal
from domain.review.model import NewEntry, checked_entry, round_due

TODAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("kind", "order", "pathway"),
    [
        ("compulsory", "administrative_measure", Pathway.COMPULSORY_ADULT),
        ("compulsory", "court_order_for_minor", Pathway.COMPULSORY_MINOR),
        ("voluntary_community", None, Pathway.VOLUNTARY_COMMUNITY),
        ("voluntary_facility_public", None, Pathway.VOLUNTARY_FACILITY_PUBLIC),
        ("voluntary_facility_private", None, Pathway.VOLUNTARY_FACILITY_PRIVATE),
        ("substitution_treatment", None, Pathway.SUBSTITUTION_TREATMENT),
        ("pilot_medicine", None, None),
        ("commune_education", None, None),
    ],
)
def test_the_pathway_hangs_on_the_kind_and_the_order_never_on_age(kind, order, pathway):
    assert pathway_of(kind, order) is pathway


def test_every_kind_has_its_answer_and_every_pathway_is_reached():
    found = {
        pathway_of(kind, order) for kind in CourseKind for order in ("administrative_measure", "court_order_for_minor")
    }
    assert found == {*Pathway, None}


def test_the_states_of_a_course_are_its_outcomes():
    assert COURSE_LIFE.states == {outcome.value for outcome in CourseOutcome}
    assert all("reason" in move.requires for move in COURSE_LIFE.moves if move.to == "ongoing")


def whole(**more):
    return {
        "kind": "voluntary_community",
        "started_on": date(2025, 1, 1),
        "outcome": "ongoing",
        "ended_on": None,
    } | more


def test_a_past_measure_comes_with_its_source_alone():
    checked_course(whole(kind="commune_education", source="so-cu"), TODAY)
    for source in (None, ""):
        with pytest.raises(Refusal) as no:
            checked_course(whole(kind="commune_education", source=source), TODAY)
        assert [flaw.code for flaw in no.value.flaws] == ["import_only"]


def test_several_flaws_of_a_kind_are_told_at_once():
    with pytest.raises(Refusal) as no:
        checked_course(whole(kind="compulsory", setting="home", medicine="methadone"), TODAY)
    assert {flaw.pointer for flaw in no.value.flaws} == {"/order_kind", "/setting", "/medicine"}


def test_a_period_without_days_reaches_from_the_first_course_to_today():
    assert whole_period(CoursePeriod(), TODAY) == CoursePeriod(date.min, TODAY)


# -- what a notice says

UNIT = UUID(int=7)
SAID = {
    "kind": "form_51",
    "treatment": "voluntary_facility_public",
    "order_kind": None,
    "completes_on": date(2026, 11, 1),
    "full_name": "Nguyễn Văn Đức",
    "aliases": (),
    "id_kind": "personal_id",
    "id_number": "000 090 123 456",
    "phone": "0912 345 678",
}


def test_spelling_makes_no_other_notice():
    plain = checked_content(SAID, TODAY)
    spelled = checked_content(
        SAID | {"full_name": " Nguye\u0302\u0303n  Văn Đức", "id_number": "000.090.123456", "phone": "+84912345678"},
        TODAY,
    )
    assert canonical(plain, UNIT) == canonical(spelled, UNIT)
    assert canonical(plain, UNIT) != canonical(plain, UUID(int=8))
    assert canonical(plain, UNIT) != canonical(plain | {"completes_on": date(2026, 11, 2)}, UNIT)


def test_an_amendment_tells_fields_in_order_and_numbers_by_their_tails():
    before = checked_content(SAID, TODAY)
    after = before | {"phone": None, "id_number": "000090123999", "aliases": ("Tý",), "completes_on": date(2026, 12, 1)}
    assert differences(before, after) == [
        {"field": "completes_on", "was": "2026-11-01", "now": "2026-12-01"},
        {"field": "aliases", "was": [], "now": ["Tý"]},
        {"field": "id_number", "was": "•••••••••456", "now": "•••••••••999"},
        {"field": "phone", "was": "•••••••••678", "now": None},
    ]
    assert differences(before, dict(before)) == []


# -- review rounds


def test_an_entry_is_checked_and_its_flaws_stand_where_it_stands():
    given = checked_entry(NewEntry("Lê  Hoà", "voluntary_community", date(2026, 11, 1)), TODAY, "/persons/0")
    assert (given["full_name"], given["id_number"], given["address"]) == ("Lê Hoà", None, None)
    for wrong, pointer in (
        (NewEntry("Lê Hoà", "compulsory", date(2026, 11, 1)), "/persons/3/order_kind"),
        (NewEntry("Lê Hoà", "pilot_medicine", date(2026, 11, 1)), "/persons/3/treatment"),
        (NewEntry("Lê Hoà", "voluntary_community", date(2026, 11, 1), id_number="1"), "/persons/3/id_number"),
        (NewEntry("Lê 1", "voluntary_community", date(2026, 11, 1)), "/persons/3/full_name"),
    ):
        with pytest.raises(Refusal) as no:
            checked_entry(wrong, TODAY, "/persons/3")
        assert [flaw.pointer for flaw in no.value.flaws] == [pointer]


def test_a_round_is_due_at_the_end_of_the_day_the_officer_set():
    due = round_due(date(2026, 10, 20))
    assert (due.due_at.isoformat(), due.due_on) == ("2026-10-21T00:00:00+07:00", date(2026, 10, 20))
