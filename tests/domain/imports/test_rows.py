"""What a row of each kind says beyond its cells: days that a list leaves out, states that follow, what is the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import pytest

from domain.course.repository import CourseKnown
from domain.imports.kept_diff import alike, is_same, planned
from domain.imports.kept_work import OnFile
from domain.imports.kind import Line, Options, Task, Verdict
from domain.imports.kinds import KINDS
from domain.imports.kinds.cases import CaseOnFile, Cases, KnownCase
from domain.imports.kinds.courses import CourseOnFile, Courses, KnownCourse
from domain.imports.kinds.loans import earlier_steps, programme
from domain.imports.kinds.memberships import asked, since
from domain.imports.kinds.persons import Persons
from domain.imports.kinds.volunteers import dated
from domain.imports.people import KnownPeople, Match
from domain.imports.values import Unreadable
from domain.law.instants import ZONE
from tests.domain.imports.people_on_file import person

TODAY = date(2026, 7, 31)
ONE, TWO, THREE, FOUR = (date(2026, month, 1) for month in (1, 2, 3, 4))


class At(NamedTuple):
    """The moment of an import."""

    now: datetime = datetime(2026, 7, 31, 16, tzinfo=ZONE)
    today: date = TODAY


def task(**options):
    return Task(None, At(), None, Options(**options))


# -- memberships


@pytest.mark.parametrize(
    ("values", "on_file", "told"),
    [
        ({"joined_on": THREE, "agreed_on": TWO}, None, {"asked_on": TWO}),
        ({"left_on": FOUR}, None, {"asked_on": FOUR}),
        ({}, None, {"asked_on": TODAY}),
        ({"asked_on": ONE, "joined_on": THREE}, None, {}),
        ({"joined_on": THREE}, {"state": "asked"}, {}),
    ],
)
def test_nobody_joins_unasked_and_what_is_on_file_keeps_its_day(values, on_file, told):
    assert asked(values, on_file, TODAY) == told


@pytest.mark.parametrize(
    ("to", "given", "told"),
    [
        ("agreed", {"asked_on": ONE, "agreed_on": TWO}, TWO),
        ("agreed", {"asked_on": ONE}, ONE),
        ("agreed", {"asked_on": ONE, "joined_on": THREE}, ONE),
        ("invited", {"asked_on": ONE, "agreed_on": TWO, "joined_on": THREE}, TWO),
        ("invited", {"asked_on": ONE, "joined_on": THREE}, ONE),
        ("joined", {"asked_on": ONE, "joined_on": THREE}, THREE),
        ("joined", {"asked_on": ONE}, None),
        ("left", {"joined_on": ONE, "left_on": FOUR}, FOUR),
        ("refused", {"left_on": FOUR}, FOUR),
        ("suspended", {"joined_on": ONE}, None),
        ("agreed", {}, None),
    ],
)
def test_a_move_is_of_its_own_day_or_of_the_last_one_known_before_it(to, given, told):
    assert since(to, given) == ({} if told is None else {"since": told})


# -- loans


@pytest.mark.parametrize(
    ("cell", "code"), [("Quyết định 29/2014", "q29"), ("QĐ 08/2026", "q08"), ("q08", "q08"), ("Q31", "q31")]
)
def test_a_programme_is_met_by_name_or_by_the_code_that_a_later_rule_gives_it(cell, code):
    assert programme(cell) == code


@pytest.mark.parametrize("cell", ["Chương trình khác", "q-31", "q 31"])
def test_what_is_neither_is_no_programme(cell):
    with pytest.raises(Unreadable):
        programme(cell)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, {"borrower": "person", "asked_on": TODAY}),
        ({"asked_on": ONE}, {"borrower": "person", "asked_on": ONE}),
        (
            {"disbursed_on": FOUR, "amount_vnd": 9, "borrower": "household"},
            {"borrower": "household"}
            | dict.fromkeys(("asked_on", "applied_on", "decided_on"), FOUR)
            | {"asked_vnd": 9},
        ),
        (
            {"applied_on": TWO, "disbursed_on": FOUR, "amount_vnd": 9, "asked_vnd": 12},
            {"borrower": "person", "asked_on": TWO, "decided_on": FOUR, "asked_vnd": 12},
        ),
    ],
)
def test_an_earlier_step_of_a_paid_loan_is_of_the_day_of_the_next_one_told(values, found):
    assert earlier_steps(values, None, TODAY) == found
    assert earlier_steps(values, {"state": "need"}, TODAY) == {}


# -- volunteers


def test_a_period_that_began_that_day_is_put_right_and_the_others_stay_in_their_order():
    first = {"role": "captain", "since": "2026-01-01", "until": "2026-01-31"}
    later = {"role": "member", "since": "2026-03-01"}
    row = {"periods": [later, first], "trainings": [{"topic": "Tư vấn", "on": "2026-02-01"}]}
    assert dated({"since": TWO}, row, TODAY) == {"periods": [first, {"role": "member", "since": "2026-02-01"}, later]}
    right = dated({"since": ONE, "until": TWO}, row, TODAY)["periods"][0]
    assert right == {"role": "captain", "since": "2026-01-01", "until": "2026-02-01"}
    assert dated({"since": ONE}, None, TODAY) == {"periods": [{"role": "member", "since": "2026-01-01"}]}


def test_a_training_is_told_once_and_what_is_not_known_of_it_is_not_stored():
    row = {"periods": [], "trainings": [{"topic": "Tư vấn", "on": "2026-02-01"}]}
    again = {"since": ONE, "training": " Tư  vấn ", "trained_on": TWO}
    assert dated(again, row, TODAY)["trainings"] == row["trainings"]
    other = dated(again | {"trained_on": THREE, "hours": 8}, row, TODAY)["trainings"]
    assert other == [*row["trainings"], {"topic": "Tư vấn", "on": "2026-03-01", "hours": 8}]
    assert "trainings" not in dated({"since": ONE, "training": "Tư vấn"}, row, TODAY)


# -- kept nouns


@pytest.mark.parametrize(
    ("row", "given", "same"),
    [
        ({"held_at": ONE, "topic": "a"}, {"held_at": ONE, "topic": "a"}, True),
        ({"held_at": ONE, "topic": "a"}, {"held_at": ONE, "topic": "b"}, False),
        ({"held_at": ONE, "topic": None}, {"held_at": ONE, "topic": "b"}, True),
        ({"held_at": ONE, "topic": "a"}, {"held_at": ONE}, True),
        ({"held_at": ONE, "topic": "Nghề  mộc"}, {"held_at": ONE, "topic": " Nghề mộc "}, True),
        ({"held_at": None, "topic": None}, {"held_at": ONE}, False),
        ({"held_at": ONE}, {}, False),
    ],
)
def test_two_are_the_same_where_something_agrees_and_nothing_contradicts(row, given, same):
    assert is_same(row, given, ("held_at", "topic")) is same


def test_values_are_compared_as_they_are_stored():
    assert alike("  nghề   mộc ") == "nghề mộc"
    assert alike([" a ", ["b"]]) == ("a", ("b",))
    assert alike(3) == 3


# -- courses

COURSE = CourseKnown(
    id=UUID(int=5),
    person_id=UUID(int=1),
    unit_no=1110,
    kind="compulsory",
    order_kind=None,
    setting=None,
    medicine=None,
    place_unit_id=None,
    place_name="Cơ sở số 1",
    started_on=ONE,
    ended_on=None,
    outcome="ongoing",
    source="import",
    case_id=None,
    voided=False,
)
ON_FILE = CourseOnFile(COURSE, 3, "D1")
ANOTHER = CourseOnFile(COURSE._replace(id=UUID(int=6), started_on=TWO), 1, "D2")
HIM = Match(person(1), "source_ref", 1.0)


def judged(values, *courses, by_ref=None, match=HIM, **options):
    verdict = Courses().judge(task(**options), Line(1, values), KnownCourse(match, courses, by_ref))
    return verdict.word, verdict.rule, verdict.target and verdict.target.int, {c.field: c.after for c in verdict.diff}


BEGUN = {"kind": "compulsory", "started_on": ONE}


@pytest.mark.parametrize(
    ("values", "courses", "by_ref", "told"),
    [
        (BEGUN, (), None, ("create", "source_ref", None, {})),
        (BEGUN, (ANOTHER, ON_FILE), None, ("unchanged", "kind_and_start", 5, {})),
        (BEGUN | {"kind": "commune_education"}, (ON_FILE,), None, ("create", "source_ref", None, {})),
        (BEGUN | {"started_on": TWO}, (ON_FILE,), ON_FILE, ("update", "source_ref", 5, {"started_on": TWO})),
        (BEGUN | {"place_name": " Cơ sở  số 1 "}, (ON_FILE,), None, ("unchanged", "kind_and_start", 5, {})),
        (
            BEGUN | {"ended_on": THREE},
            (ON_FILE,),
            None,
            ("update", "kind_and_start", 5, {"ended_on": THREE, "outcome": "completed"}),
        ),
        (
            BEGUN | {"ended_on": THREE, "outcome": "discontinued"},
            (ON_FILE,),
            None,
            ("update", "kind_and_start", 5, {"ended_on": THREE, "outcome": "discontinued"}),
        ),
    ],
)
def test_a_course_is_known_by_its_number_or_by_kind_and_first_day_and_a_last_day_alone_means_completed(
    values, courses, by_ref, told
):
    assert judged(values, *courses, by_ref=by_ref) == told


def test_a_file_that_fills_blanks_overwrites_no_fact_of_a_course():
    values = BEGUN | {"place_name": "Cơ sở số 2", "medicine": "methadone"}
    assert judged(values, ON_FILE)[3] == {"place_name": "Cơ sở số 2", "medicine": "methadone"}
    assert judged(values, ON_FILE, blanks_only=True)[3] == {"medicine": "methadone"}


def test_a_number_on_file_with_another_person_is_looked_at():
    of_another = ON_FILE._replace(known=COURSE._replace(person_id=UUID(int=2)))
    assert judged(BEGUN, by_ref=of_another)[:2] == ("review", "source_ref")


# -- cases

OPENED = {"pathway": "compulsory_adult", "completed_on": ONE}
CASE = CaseOnFile(UUID(int=7), UUID(int=1), 2, ONE, "import", "H1")


@pytest.mark.parametrize(
    ("values", "match", "cases", "word"),
    [
        (OPENED, HIM, (), "create"),
        (OPENED, HIM, (CASE,), "unchanged"),
        (OPENED | {"completed_on": TWO}, HIM, (CASE,), "create"),
        (OPENED | {"completed_on": TWO, "source_ref": "H1"}, HIM, (CASE,), "unchanged"),
        (OPENED | {"completed_on": TWO}, HIM, (CASE._replace(source_ref=None),), "create"),
        (OPENED | {"completed_on": TWO, "source_ref": "H1"}, HIM, (CASE._replace(source="other"),), "create"),
        (OPENED, Match(None), (), "error"),
        (OPENED, Match(None, "number", 1.0, "two_persons_match"), (), "review"),
        (OPENED, HIM._replace(doubt="looks_like_somebody"), (), "review"),
    ],
)
def test_a_case_is_the_same_by_its_end_of_treatment_or_its_number_and_nobody_uncertain_gets_one(
    values, match, cases, word
):
    assert Cases().judge(task(), Line(1, values), KnownCase(match, cases)).word == word


@pytest.mark.parametrize(
    ("more", "trigger", "received"),
    [
        ({"notice_received_on": TWO}, "discharge_notice", "2026-02-01T08:00:00+07:00"),
        ({"self_reported_on": TWO}, "self_report", None),
        ({}, "self_report", None),
        ({"pathway": "substitution_treatment"}, "substitution_treatment_completion", None),
        (
            {"pathway": "substitution_treatment", "notice_received_on": TWO},
            "substitution_treatment_completion",
            "2026-02-01T08:00:00+07:00",
        ),
    ],
)
def test_what_opened_a_case_follows_from_what_the_row_knows(more, trigger, received):
    opening = Cases()._opening(task(), Line(1, OPENED | more), UUID(int=1))
    at = opening.notice_received_at
    assert (opening.trigger, at and at.isoformat()) == (trigger, received)
    assert opening.self_reported_on == more.get("self_reported_on")


async def test_a_case_on_file_is_left_as_it_is_and_an_undo_has_nothing_to_take_back_of_it():
    verdict = Verdict("unchanged", target=CASE.id, person=CASE.person_id)
    made = await Cases().update(task(), Line(1, OPENED), KnownCase(HIM, (CASE,)), verdict)
    assert (made.outcome, made.id, made.created) == ("done", CASE.id, False)


class Written(Task):
    """Keeps what a kind would have written, in place of a register."""

    async def write(self, act, command):
        self.options.__dict__.setdefault("acts", []).append((act.name, command))
        return UUID(int=1)


@pytest.mark.parametrize(
    ("outcome", "ended_on", "reason"), [("ongoing", None, "nhập dữ liệu"), ("completed", THREE, None)]
)
async def test_a_course_is_moved_by_the_act_that_says_how_it_ended_and_one_that_goes_on_again_says_why(
    outcome, ended_on, reason
):
    writing = Written(None, At(), None, Options())
    on_file = ON_FILE if outcome == "completed" else ON_FILE._replace(known=COURSE._replace(outcome="completed"))
    line = Line(
        1, BEGUN | {"outcome": outcome, "place_name": "Cơ sở số 2"} | ({"ended_on": ended_on} if ended_on else {})
    )
    known = KnownCourse(HIM, (on_file,))
    made = await Courses().update(writing, line, known, Courses().judge(writing, line, known))
    amended, moved = writing.options.__dict__["acts"]
    assert (amended[0], amended[1].changes) == ("amend_course", {"place_name": "Cơ sở số 2"})
    assert (moved[0], moved[1].to, moved[1].reason) == ("move_course", outcome, reason)
    assert (made.created, made.before["place_name"]) == (False, "Cơ sở số 1")


# -- persons


def test_whom_somebody_decided_on_and_who_is_there_no_more_is_not_changed():
    given = KnownPeople(None, None, (person(1), person(2)))
    assert Persons().settled(task(), Line(1, {"full_name": "Nguyễn Văn Đức"}), given, UUID(int=3)) is None


# -- kept nouns, row by row

VOCATIONAL = KINDS["vocational"].work
HOLDER = UUID(int=1)


def support(no, ref=None, source="import", **more):
    row = {"id": UUID(int=no), "person_id": HOLDER, "source": source, "source_ref": ref, "advised_on": ONE}
    return row | {"trade": "May", "state": "enrolled"} | more


def met(values, *rows, holder=HOLDER):
    found, flaw = VOCATIONAL._on_file(task(), Line(1, values), values, holder, OnFile.of(rows, "person_id"))
    return flaw.code if flaw else found and found["id"].int


SAME = {"advised_on": ONE, "trade": "May"}


@pytest.mark.parametrize(
    ("values", "rows", "expected"),
    [
        (SAME, (), None),
        (SAME, (support(1),), 1),
        (SAME, (support(1, "V1"),), 1),
        (SAME | {"source_ref": "V1"}, (support(1, "V1", trade="Mộc"),), 1),
        (SAME | {"source_ref": "V2"}, (support(1, "V1"),), None),
        (SAME | {"source_ref": "V2"}, (support(1, "V1", source="other"),), 1),
        (SAME | {"source_ref": "V2"}, (support(1),), 1),
        (SAME | {"source_ref": "V1"}, (support(1, "V1", person_id=UUID(int=2)),), "of_somebody_else"),
        (SAME, (support(1, "V1"), support(2)), 2),
        (SAME, (support(1, state="certified"), support(2)), 2),
        (SAME, (support(1), support(2)), "several_match"),
        (SAME, (support(1, trade="Mộc"), support(2, trade=None)), 2),
    ],
)
def test_a_row_is_known_again_by_its_number_or_by_what_makes_it_the_same_and_of_several_none_is_guessed(
    values, rows, expected
):
    assert met(values, *rows) == expected


def test_what_nobody_holds_is_nobodys_row():
    """Two enterprises are not the same borrower because neither is a person."""
    assert met(SAME, support(1, person_id=None), holder=None) is None


@pytest.mark.parametrize(
    ("blanks_only", "amended"), [(False, {"trade": "Mộc", "cost_vnd": 5}), (True, {"cost_vnd": 5})]
)
def test_a_file_that_fills_blanks_overwrites_nothing_and_moves_nothing(blanks_only, amended):
    given = {"trade": "Mộc", "cost_vnd": 5, "state": "enrolled" if not blanks_only else "finished"}
    plan = planned(VOCATIONAL, given, support(1, cost_vnd=None), blanks_only=blanks_only)
    assert (plan.amended, plan.steps, plan.flaws) == (amended, (), ())
    assert {change.field: change.after for change in plan.diff} == amended


# -- any kind


def test_a_blank_cell_is_no_value_and_a_required_one_is_asked_for():
    line = KINDS["persons"].read(7, {"full_name": " \u00a0\t", "occupation": "  ", "born_on": "", "gender": None})
    assert (line.no, line.values) == (7, {})
    assert [(flaw.pointer, flaw.code) for flaw in line.flaws] == [("/full_name", "required")]


def test_of_columns_one_of_which_is_needed_the_first_is_asked_for_but_not_where_one_was_unreadable():
    courses = KINDS["treatment_courses"]
    told = {"kind": "Cai nghiện bắt buộc", "started_on": "01/01/2026"}
    missing = [flaw.pointer for flaw in courses.read(1, told).flaws]
    assert "/national_id" in missing
    broken = courses.read(1, told | {"national_id": "12345678901"})
    assert [(f.pointer, f.code) for f in broken.flaws if f.pointer == "/national_id"] == [
        ("/national_id", "leading_zero_lost")
    ]


def test_a_column_is_found_by_its_name():
    for kind in KINDS.values():
        assert [kind.column(column.name) for column in kind.columns] == list(kind.columns)
