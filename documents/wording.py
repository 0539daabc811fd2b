"""Words that several papers share: names of units and people, periods, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from documents.dates import birth, written_text
from documents.sheet import Block
from domain.law.documents import DOCUMENTS
from domain.text import upper

Facts = Mapping[str, Any]
CALLED = {
    "ward": "phường",
    "commune": "xã",
    "special_zone": "đặc khu",
    "township": "thị trấn",
    "urban_district": "quận",
    "district": "huyện",
    "town": "thị xã",
    "provincial_city": "thành phố",
    "city": "thành phố",
    "province": "tỉnh",
}
"""How a type of unit is called before its name."""
ADDRESSED = {"male": "ông", "female": "bà"}
GENDERS = {"male": "Nam", "female": "Nữ", "other": "Khác"}
PAPERS = {
    "personal_id": "Số định danh cá nhân/Căn cước",
    "old_id_12": "Số căn cước công dân",
    "old_id_9": "Số chứng minh nhân dân",
    "passport": "Số hộ chiếu",
}
PATHWAYS = {
    "voluntary_community": "cai nghiện ma túy tự nguyện tại gia đình, cộng đồng",
    "voluntary_facility_public": "cai nghiện ma túy tự nguyện tại cơ sở cai nghiện công lập",
    "voluntary_facility_private": "cai nghiện ma túy tự nguyện tại cơ sở cai nghiện tư nhân",
    "substitution_treatment": "điều trị nghiện bằng thuốc thay thế",
    "compulsory_minor": "cai nghiện ma túy bắt buộc (quyết định đối với người từ đủ 12 tuổi đến dưới 18 tuổi)",
    "compulsory_adult": "cai nghiện ma túy bắt buộc",
}
LAWS = {"D116": "L73", "D163": "L120"}
"""The law that each decree details."""
TERM_ARTICLES = {"D116": "Điều 40", "D163": "Điều 42"}


def called(unit: Facts) -> str:
    """`phường Hoà Bình`: type and name, the type written once."""
    word, name = CALLED.get(unit["type"], ""), unit["name"]
    if not word or name.lower().startswith(f"{word} "):
        return name[:1].lower() + name[1:] if word else str(name)
    return f"{word} {name}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def kind_of(unit: Facts) -> str:
    """`phường`, `xã` or `đặc khu`."""
    return CALLED.get(unit["type"], "xã")


def addressed(person: Facts) -> str:
    return ADDRESSED.get(person.get("gender") or "", "ông/bà")


def named(person: Facts) -> str:
    """`bà TRẦN THỊ HOÀ`."""
    return f"{addressed(person)} {upper(person['full_name'])}"


def numbered(number: str, symbol: str | None = None) -> str:
    """A number below 10 takes a zero; the symbol follows where it is kept apart."""
    first, stroke, rest = number.partition("/")
    shown = (first.zfill(2) if first.isdigit() else first) + stroke + rest
    return f"{shown}/{symbol}" if symbol and "/" not in shown else shown


def decision_named(decision: Facts) -> str:
    number = numbered(decision["number"], decision.get("symbol"))
    return f"Quyết định số {number} {written_text(decision['decided_on'])}"


def period(start: str, end: str) -> str:
    return f"từ {written_text(start)} đến hết {written_text(end)}"


def term(months: int | None, start: str, end: str) -> str:
    """`24 tháng, từ ngày … đến hết ngày …`."""
    return f"{months} tháng, {period(start, end)}" if months else capital(period(start, end))


def person_fields(person: Facts) -> list[Block]:
    """The person as forms name them; what is not known has no line."""
    identifier = person.get("identifier") or {}
    rows = (
        ("Họ và tên", upper(person["full_name"])),
        ("Tên gọi khác", ", ".join(person.get("aliases") or ())),
        ("Giới tính", GENDERS.get(person.get("gender") or "", "")),
        ("Ngày, tháng, năm sinh", birth(person["born_on"], person.get("born_precision"))),
        ("Quê quán", person.get("native_place")),
        (PAPERS.get(identifier.get("kind", ""), ""), _identifier(identifier)),
        ("Nơi cư trú", home(person)),
        ("Nghề nghiệp", person.get("occupation")),
    )
    return [Block("field", str(text), label) for label, text in rows if text]


def home(person: Facts) -> str:
    """The address with its commune and province, unless it names them itself."""
    address = str(person.get("residence") or "")
    places = [called(unit) for unit in person.get("residence_units") or ()]
    folded = address.lower()
    return ", ".join([address, *(place for place in places if place.lower() not in folded)]) if address else ""


def _identifier(identifier: Facts) -> str:
    if not identifier:
        return ""
    issued = f", cấp {written_text(identifier['issued_on'])}" if identifier.get("issued_on") else ""
    by = f", nơi cấp: {identifier['issued_by']}" if identifier.get("issued_by") else ""
    return f"{identifier['number']}{issued}{by}"


def grounds(instrument: str) -> list[Block]:
    """The law and the decree in force for the paper."""
    named_law, decree = DOCUMENTS[LAWS[instrument]], DOCUMENTS[instrument]
    return [
        Block("basis", f"Căn cứ Luật Phòng, chống ma túy số {named_law.number};"),
        Block("basis", f"Căn cứ Nghị định số {decree.number} của Chính phủ;"),
    ]


def place_date(unit: Facts, day: str) -> str:
    return f"{capital(called(unit))}, {written_text(day)}"
