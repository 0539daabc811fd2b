"""Import of courses of treatment of persons on the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.course.model import MoveCourse, NewCourse
from domain.course.noun import COURSE
from domain.course.repository import CourseKnown
from domain.course.use_cases import amend_course, move_course, record_course
from domain.imports.kind import Change, Column, ImportKind, Line, Task, Verdict
from domain.imports.kinds.persons import BIRTH, NAME, NUMBER, REF, spoken
from domain.imports.made import Made
from domain.imports.people import Match, found, person_of, unsure
from domain.imports.values import day, prose, text, word_of
from domain.person.model import Amend
from domain.reading import Kind
from domain.refusals import Flaw
from domain.text import tidy

KINDS: Final = {
    "compulsory": "Cai nghiện bắt buộc",
    "voluntary_facility_public": "Tự nguyện tại cơ sở công lập",
    "voluntary_facility_private": "Tự nguyện tại cơ sở tư nhân",
    "voluntary_community": "Tự nguyện tại gia đình, cộng đồng",
    "substitution_treatment": "Điều trị thay thế",
    "pilot_medicine": "Thuốc thí điểm",
    "commune_education": "Giáo dục tại xã",
}
ORDERS: Final = {
    "administrative_measure": "Biện pháp xử lý hành chính",
    "court_order_for_minor": "Tòa án, người chưa thành niên",
}
SETTINGS: Final = {"home": "Gia đình", "community": "Cộng đồng"}
OUTCOMES: Final = {
    "ongoing": "Đang thực hiện",
    "completed": "Hoàn thành",
    "discontinued": "Dừng giữa chừng",
    "transferred": "Chuyển nơi khác",
    "deceased": "Đã mất",
}
PERSON_REF: Final = Column(
    "person_ref",
    text,
    "Mã người",
    "Person ref",
    Kind.OPEN,
    ("mã hồ sơ người", "mã số người"),
    "mã của người trong hệ thống nguồn",
)
FACTS: Final = ("kind", "order_kind", "setting", "medicine", "place_name", "started_on", "ended_on", "outcome")
COLUMNS: Final = (
    REF,
    PERSON_REF,
    NAME,
    BIRTH,
    NUMBER,
    Column(
        "kind",
        word_of(
            spoken(
                KINDS,
                bắt_buộc="compulsory",
                tự_nguyện_tại_cơ_sở="voluntary_facility_public",
                methadone="substitution_treatment",
                cộng_đồng="voluntary_community",
            )
        ),
        "Hình thức cai nghiện",
        "Kind",
        Kind.CASE,
        ("hình thức", "hình thức điều trị", "loại hình cai nghiện"),
        required=True,
        words=KINDS,
    ),
    Column("order_kind", word_of(spoken(ORDERS)), "Căn cứ bắt buộc", "Order kind", Kind.CASE, words=ORDERS),
    Column("setting", word_of(spoken(SETTINGS)), "Tại", "Setting", Kind.CASE, words=SETTINGS),
    Column("medicine", prose, "Thuốc", "Medicine", Kind.CASE, note="tên chương trình, không ghi liều"),
    Column("place_name", prose, "Nơi cai nghiện", "Place", Kind.CASE, ("cơ sở", "tên cơ sở", "cơ sở cai nghiện")),
    Column("started_on", day, "Ngày bắt đầu", "Started on", Kind.CASE, ("từ ngày", "ngày vào"), required=True),
    Column("ended_on", day, "Ngày kết thúc", "Ended on", Kind.CASE, ("đến ngày", "ngày ra", "ngày hoàn thành")),
    Column(
        "outcome",
        word_of(spoken(OUTCOMES, hoàn_thành_cai_nghiện="completed")),
        "Kết quả",
        "Outcome",
        Kind.CASE,
        words=OUTCOMES,
    ),
)


class KnownCourse(NamedTuple):
    """Whose course a row means, and the courses of that person."""

    match: Match
    courses: Sequence[CourseOnFile] = ()
    by_ref: CourseOnFile | None = None


class CourseOnFile(NamedTuple):
    """A course in reach and its version."""

    known: CourseKnown
    version: int
    source_ref: str | None


class Courses:
    """Work on courses."""

    async def known(self, task: Task, lines: Sequence[Line]) -> list[KnownCourse]:
        people = await found(task, lines, "person_ref")
        matches = [person_of(line, known, task) for line, known in zip(lines, people, strict=True)]
        ids = [match.person.id for match in matches if match.person]
        refs = [line.values["source_ref"] for line in lines if "source_ref" in line.values]
        on_file: Sequence[CourseOnFile] = await task.records.imports.courses(
            task.options.source, refs, ids, within=task.within, locking=task.locking
        )
        by_ref = {one.source_ref: one for one in on_file if one.known.source == task.options.source}
        by_person: dict[UUID, list[CourseOnFile]] = {}
        for one in on_file:
            by_person.setdefault(one.known.person_id, []).append(one)
        return [
            KnownCourse(
                match,
                by_person.get(match.person.id, ()) if match.person else (),
                by_ref.get(line.values["source_ref"]) if "source_ref" in line.values else None,
            )
            for line, match in zip(lines, matches, strict=True)
        ]

    def judge(self, task: Task, line: Line, known: KnownCourse) -> Verdict:
        if known.match.person is None or known.match.doubt:
            return unsure(known.match)
        person = known.match.person
        course = known.by_ref or self._same(line, known.courses)
        if course is None:
            return Verdict("create", known.match.rule, known.match.score, person=person.id)
        if course.known.person_id != person.id:
            return Verdict("review", "source_ref", 0.5, flaws=(Flaw("/source_ref", "two_persons_match"),))
        diff = self._differences(task, line, course.known)
        word = "update" if diff else "unchanged"
        rule = "source_ref" if known.by_ref else "kind_and_start"
        return Verdict(word, rule, 1.0, course.known.id, course.version, person.id, diff)

    def _same(self, line: Line, courses: Sequence[CourseOnFile]) -> CourseOnFile | None:
        """The same kind begun the same day: a course is not begun twice."""
        meant = (line.values.get("kind"), line.values.get("started_on"))
        return next((one for one in courses if (one.known.kind, one.known.started_on) == meant), None)

    def _differences(self, task: Task, line: Line, known: CourseKnown) -> tuple[Change, ...]:
        given = {name: tidy(value) if isinstance(value, str) else value for name, value in self._facts(line).items()}
        return tuple(
            Change(name, before, after)
            for name, after in given.items()
            if (before := getattr(known, name)) != after and not (task.options.blanks_only and before is not None)
        )

    def _facts(self, line: Line) -> dict[str, Any]:
        """What the row says; a last day alone means that the course was completed."""
        given: dict[str, Any] = {name: line.values[name] for name in FACTS if name in line.values}
        if "ended_on" in given and "outcome" not in given:
            given["outcome"] = "completed"
        return given

    def settled(self, _task: Task, _line: Line, _known: KnownCourse, _target: UUID) -> Verdict | None:
        return None

    async def create(self, task: Task, line: Line, known: KnownCourse) -> Made:
        assert known.match.person is not None
        new = NewCourse(
            known.match.person.id,
            **self._facts(line),
            source=task.options.source,
            source_ref=line.values.get("source_ref"),
        )
        id = await task.write(record_course, new)
        return Made("done", COURSE.name, id, known.match.person.id)

    async def update(self, task: Task, line: Line, known: KnownCourse, verdict: Verdict) -> Made:
        """Its outcome changes by the act that says how it ended; the rest is corrected first."""
        assert verdict.target is not None
        changes = {change.field: change.after for change in verdict.diff}
        outcome, ended_on = changes.pop("outcome", None), changes.get("ended_on")
        if outcome is not None:
            changes.pop("ended_on", None)
        if changes:
            await task.write(amend_course, Amend(verdict.target, changes))
        if outcome is not None:
            last = ended_on or line.values.get("ended_on")
            move = MoveCourse(verdict.target, outcome, last, "nhập dữ liệu" if outcome == "ongoing" else None)
            await task.write(move_course, move)
        on_file = next(one.known for one in (known.by_ref, *known.courses) if one and one.known.id == verdict.target)
        before = {name: getattr(on_file, name) for name in (*FACTS, "outcome_reason") if hasattr(on_file, name)}
        return Made("done", COURSE.name, verdict.target, verdict.person, created=False, before=before)


COURSES: Final = ImportKind(
    "treatment_courses",
    COURSE,
    "Quá trình điều trị, cai nghiện",
    "Treatment courses",
    ("write_course",),
    COLUMNS,
    Courses(),
    {"/person_id": "full_name", "/on": "ended_on"},
    one_of=(("national_id", "person_ref", "full_name"),),
    unique=(("source_ref",), ("person_ref", "national_id", "full_name", "born_on", "kind", "started_on")),
    notes=("Mỗi dòng một đợt điều trị của một người đã có trong sổ.",),
)
