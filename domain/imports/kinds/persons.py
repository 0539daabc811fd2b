"""Import of persons: the register itself, with papers, phones and residences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.acts import Act
from domain.handover.noun import HANDOVER
from domain.handover.use_cases import TakePerson, take_person
from domain.imports.kind import Change, Column, ImportKind, Line, Task, Verdict
from domain.imports.made import Made
from domain.imports.people import KnownPeople, PersonFound, found, is_personal, matched
from domain.imports.values import Born, Number, born, day, many, number, phone, place, prose, text, word_of
from domain.person.identity import masked_tail
from domain.person.model import Amend, NewIdentifier, NewPerson, NewPhone, NewResidence
from domain.person.noun import IDENTIFIER, PERSON, PHONE
from domain.person.phone import masked_phone, normalise_phone
from domain.person.use_cases import amend_person, create_person, record_identifier, record_phone, record_residence
from domain.reading import Kind
from domain.refusals import Flaw
from domain.text import fold, tidy

GENDERS: Final = {"male": "Nam", "female": "Nữ", "other": "Khác"}
OWNERS: Final = {"self": "Bản thân", "family": "Gia đình", "other": "Khác"}
NO_ID: Final = {
    "never_registered": "Chưa từng đăng ký",
    "papers_lost": "Mất giấy tờ",
    "being_issued": "Đang được cấp",
    "foreign": "Người nước ngoài",
    "unknown": "Chưa rõ",
}


def spoken(words: Mapping[str, str], **more: str) -> dict[str, str]:
    """Folded label or code → code, with further spellings."""
    return {fold(said): code for code, label in words.items() for said in (code, label)} | {
        fold(said.replace("_", " ")): code for said, code in more.items()
    }


NAME: Final = Column(
    "full_name", prose, "Họ và tên", "Full name", Kind.IDENTITY, ("họ tên", "họ, chữ đệm và tên", "tên", "hoten")
)
BIRTH: Final = Column(
    "born_on",
    born,
    "Ngày sinh",
    "Born on",
    Kind.IDENTITY,
    ("ngày tháng năm sinh", "ngày, tháng, năm sinh", "năm sinh", "sinh ngày", "ngaysinh"),
    "ngày/tháng/năm; chỉ biết năm thì ghi năm (1985)",
)
NUMBER: Final = Column(
    "national_id",
    number,
    "Số định danh cá nhân",
    "National id",
    Kind.IDENTIFIER,
    (
        "số cccd",
        "cccd",
        "số căn cước",
        "căn cước công dân",
        "số cmnd",
        "cmnd",
        "cccd/cmnd",
        "số cmnd/cccd",
        "số giấy tờ",
    ),
    "đủ 12 chữ số, định dạng văn bản để giữ số 0 ở đầu",
)
REF: Final = Column(
    "source_ref",
    text,
    "Mã hồ sơ",
    "Source ref",
    Kind.OPEN,
    ("mã", "mã số", "mã tham chiếu", "id"),
    "mã trong hệ thống nguồn; có mã thì nhập lại tệp không bị trùng",
)
COLUMNS: Final = (
    REF,
    replace(NAME, required=True),
    Column("aliases", many, "Tên gọi khác", "Aliases", Kind.IDENTITY, ("bí danh",), "nhiều tên cách nhau bằng dấu ;"),
    Column(
        "gender",
        word_of(spoken(GENDERS, gái="female", trai="male", m="male", f="female")),
        "Giới tính",
        "Gender",
        Kind.IDENTITY,
        ("giới", "nam/nữ"),
        words=GENDERS,
    ),
    BIRTH,
    NUMBER,
    Column("issued_on", day, "Ngày cấp", "Issued on", Kind.IDENTIFIER, ("ngày cấp cccd",)),
    Column("issued_by", prose, "Nơi cấp", "Issued by", Kind.IDENTIFIER, ("nơi cấp cccd",)),
    Column(
        "no_id_reason",
        word_of(spoken(NO_ID)),
        "Lý do chưa có số định danh",
        "No id reason",
        Kind.IDENTIFIER,
        words=NO_ID,
    ),
    Column("phone", phone, "Điện thoại", "Phone", Kind.REACH, ("số điện thoại", "sđt", "đt", "di động")),
    Column("phone_owner", word_of(spoken(OWNERS)), "Điện thoại của ai", "Phone owner", Kind.REACH, words=OWNERS),
    Column(
        "unit",
        place,
        "Xã phụ trách",
        "Responsible unit",
        Kind.OPEN,
        ("xã, phường phụ trách", "đơn vị phụ trách", "xã/phường quản lý", "đơn vị quản lý"),
        "mã hoặc tên xã, phường; bỏ trống là đơn vị của người nhập",
        responsible=True,
    ),
    Column(
        "permanent_address",
        prose,
        "Nơi thường trú",
        "Permanent address",
        Kind.ADDRESS,
        ("hộ khẩu thường trú", "thường trú", "hktt"),
    ),
    Column(
        "permanent_unit",
        place,
        "Xã thường trú",
        "Permanent unit",
        Kind.ADDRESS,
        ("xã, phường thường trú", "nơi thường trú / xã"),
        on="residence_from",
    ),
    Column(
        "current_address",
        prose,
        "Nơi ở hiện tại",
        "Current address",
        Kind.ADDRESS,
        ("chỗ ở hiện nay", "nơi ở hiện nay", "nơi ở", "địa chỉ", "nơi ở / địa chỉ"),
    ),
    Column(
        "current_unit",
        place,
        "Xã ở hiện tại",
        "Current unit",
        Kind.ADDRESS,
        ("xã nơi ở", "nơi ở / xã", "nơi ở / xã, phường"),
        on="residence_from",
    ),
    Column("residence_from", day, "Ở từ ngày", "Residence from", Kind.ADDRESS, ("cư trú từ ngày",)),
    Column("native_place", prose, "Quê quán", "Native place", Kind.IDENTITY, ("nguyên quán",)),
    Column("occupation", prose, "Nghề nghiệp", "Occupation", Kind.IDENTITY, ("nghề",)),
)
OWN: Final = ("full_name", "aliases", "gender", "native_place", "occupation", "no_id_reason")
"""Columns that are fields of the person."""
ASKED_WHY: Final = "Nhập dữ liệu: người này xuất trình giấy tờ tại đơn vị"


class Persons:
    """Work on persons."""

    async def known(self, task: Task, lines: Sequence[Line]) -> list[KnownPeople]:
        people = await found(task, lines)
        if not task.locking:
            return people
        blinds = [self._blind(task, line) for line in lines]
        outside = await task.records.imports.held_outside([blind for blind in blinds if blind], within=task.within)
        return [known._replace(elsewhere=blind in outside) for known, blind in zip(people, blinds, strict=True)]

    def _blind(self, task: Task, line: Line) -> bytes | None:
        held: Number | None = line.values.get("national_id")
        return task.ctx.store.blind(IDENTIFIER.name, held.digits) if held and is_personal(held) else None

    def judge(self, task: Task, line: Line, known: KnownPeople) -> Verdict:
        unit = line.values.get("unit")
        match = matched(line, known, task.options, unit.no if unit else None)
        if match.person is None:
            word = "review" if match.doubt else "create"
            doubts = (Flaw("", match.doubt),) if match.doubt else ()
            return Verdict(word, match.rule, match.score, flaws=doubts, candidates=match.candidates)
        return self.against(task, line, match.person, match.rule, match.score, match.doubt, match.candidates)

    def against(
        self,
        task: Task,
        line: Line,
        person: PersonFound,
        rule: str | None,
        score: float | None,
        doubt: str | None = None,
        candidates: Any = (),
    ) -> Verdict:
        """What the row says that the register does not."""
        diff = differences(task, line, person)
        if doubt and diff:  # somebody very like: believed only where there is nothing to change
            return Verdict("review", rule, score, flaws=(Flaw("", doubt),), candidates=candidates)
        verdict = Verdict("update" if diff else "unchanged", rule, score, person.id, person.version, person.id, diff)
        held = line.values.get("national_id")
        differs = is_personal(held) and person.personal_id not in (None, self._blind(task, line))
        if differs and any(change.field == "national_id" for change in diff):
            return verdict._replace(word="review", flaws=(Flaw("/national_id", "number_differs"),))
        return verdict

    def settled(self, task: Task, line: Line, known: KnownPeople, target: UUID) -> Verdict | None:
        person = known.of(target)
        if person is None:
            return None
        diff = differences(task, line, person)
        return Verdict("update", "decided", 1.0, person.id, person.version, person.id, diff)

    async def create(self, task: Task, line: Line, known: KnownPeople) -> Made:
        if known.elsewhere:
            return await self._ask(task, line)
        id = await task.write(create_person, new_person(task, line))
        return Made("done", PERSON.name, id, id)

    async def _ask(self, task: Task, line: Line) -> Made:
        """Somebody on file elsewhere becomes a request to the holder; the receipt is the same for all (rulings 34)."""
        unit = line.values.get("unit")
        asked = TakePerson(line.values["national_id"].digits, ASKED_WHY, unit_id=unit.id if unit else None)
        id = await task.write(take_person, asked)
        return Made("requested", HANDOVER.name, id, None, created=False)

    async def update(self, task: Task, line: Line, known: KnownPeople, verdict: Verdict) -> Made:
        assert verdict.target is not None
        named = {change.field for change in verdict.diff}
        named |= {"born_precision"} if "born_on" in named else set()
        changes = {name: value for name, value in own_fields(line).items() if name in named}
        person = known.of(verdict.target)
        if changes:
            await task.write(amend_person, Amend(verdict.target, changes))
        added = await self._add_facts(task, line, verdict.target, named)
        before = {name: getattr(person, name) for name in changes}
        return Made("done", PERSON.name, verdict.target, verdict.target, created=False, before=before, added=added)

    async def _add_facts(
        self, task: Task, line: Line, person_id: UUID, named: set[str]
    ) -> tuple[tuple[str, UUID], ...]:
        acts: tuple[tuple[Act[Any], Any], ...] = (
            *((record_identifier, new) for new in identifiers(line) if "national_id" in named),
            *((record_phone, new) for new in phones(line) if "phone" in named),
            *((record_residence, new) for new in residences(task, line) if f"{new.kind}_address" in named),
        )
        added = [(act.noun.name, await task.write(act, replace(new, person_id=person_id))) for act, new in acts]
        return tuple(added)


def own_fields(line: Line) -> dict[str, Any]:
    given = {name: line.values[name] for name in OWN if name in line.values}
    birth: Born | None = line.values.get("born_on")
    return given | ({"born_on": birth.on, "born_precision": birth.precision} if birth else {})


def new_person(task: Task, line: Line) -> NewPerson:
    """The very command a single write sends."""
    unit = line.values.get("unit")
    return NewPerson(
        **own_fields(line),
        unit_id=unit.id if unit else None,
        source=task.options.source,
        source_ref=line.values.get("source_ref"),
        identifiers=identifiers(line),
        phones=phones(line),
        residences=residences(task, line),
    )


def identifiers(line: Line) -> tuple[NewIdentifier, ...]:
    held: Number | None = line.values.get("national_id")
    if held is None:
        return ()
    issued = {name: line.values.get(name) for name in ("issued_on", "issued_by")}
    return (NewIdentifier(held.kind, held.digits, **issued),)


def phones(line: Line) -> tuple[NewPhone, ...]:
    if "phone" not in line.values:
        return ()
    return (NewPhone(line.values["phone"], line.values.get("phone_owner", "self")),)


def residences(task: Task, line: Line) -> tuple[NewResidence, ...]:
    """Each address with its commune, the responsible one when the file names none."""
    since: date = line.values.get("residence_from") or task.options.as_of or task.ctx.today
    unit = line.values.get("unit")
    home = unit.id if unit else task.ctx.actor.unit_id
    return tuple(
        NewResidence(kind, line.values.get(f"{kind}_unit", home), line.values[f"{kind}_address"], since)
        for kind in ("permanent", "current")
        if f"{kind}_address" in line.values
    )


def differences(task: Task, line: Line, person: PersonFound) -> tuple[Change, ...]:
    """Field by field what would change; numbers only by their last digits. A blank in the file changes nothing."""
    diff = []
    for name, value in own_fields(line).items():
        before, after = getattr(person, name), tidy(value) if isinstance(value, str) else value
        if name == "aliases":
            before, after = tuple(before), tuple(map(tidy, after))
        if name == "born_precision" or _same(name, before, after, line, person):
            continue
        if not (task.options.blanks_only and before not in (None, "", ())):
            diff.append(Change(name, before, after))
    return (*diff, *_new_facts(task, line, person))


def _same(name: str, before: Any, after: Any, line: Line, person: PersonFound) -> bool:
    if name != "born_on":
        return bool(before == after)
    return bool(line.values["born_on"] == person.born)


def _new_facts(task: Task, line: Line, person: PersonFound) -> list[Change]:
    found = [
        Change("national_id", None, masked_tail(paper.number))
        for paper in identifiers(line)
        if task.ctx.store.blind(IDENTIFIER.name, paper.number) not in person.numbers
    ]
    for new in phones(line):
        normal = normalise_phone(new.number)
        if task.ctx.store.blind(PHONE.name, normal) not in person.phones:
            found.append(Change("phone", None, masked_phone(normal)))
    held = {(kind, fold(address)) for kind, _unit, address in person.residences}
    return found + [
        Change(f"{new.kind}_address", None, tidy(new.address))
        for new in residences(task, line)
        if (new.kind, fold(new.address)) not in held
    ]


PERSONS: Final = ImportKind(
    "persons",
    PERSON,
    "Danh sách người",
    "Persons",
    ("write_person",),
    COLUMNS,
    Persons(),
    {
        "/identifiers": "national_id",
        "/number": "national_id",
        "/phones": "phone",
        "/residences/0/address": "permanent_address",
        "/residences/1/address": "current_address",
        "/residences": "current_unit",
        "/unit_id": "unit",
    },
    decided=frozenset({"create", "update", "skip"}),
    notes=("Mỗi dòng một người.",),
)
