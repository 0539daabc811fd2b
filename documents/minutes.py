"""The minutes of a counselling contact: from what the caller may read to a sheet. No form is known, so it says so."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from documents.dates import birth, written
from documents.sheet import Block, Sheet
from documents.wording import GENDERS, Facts, addressed, called, capital, named
from domain.law.documents import DOCUMENTS, FormKey
from domain.text import upper

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LINE = "…" * 36
CHANNELS = {
    "face_to_face": "gặp trực tiếp",
    "phone": "qua điện thoại",
    "message": "qua tin nhắn",
    "video": "qua cuộc gọi video",
    "group": "theo nhóm",
}
PLACES = {
    "counselling_point": "điểm tư vấn",
    "club": "câu lạc bộ",
    "home": "nơi ở",
    "commune_office": "trụ sở cấp xã",
    "community": "cộng đồng",
    "other": "nơi khác",
}
TOPICS = {
    "psychological": "tâm lý",
    "social": "xã hội",
    "legal": "pháp luật",
    "health": "sức khỏe",
    "relapse_prevention": "dự phòng tái nghiện",
    "vocational": "học nghề, việc làm",
    "family": "gia đình",
}
SAID = (("need", "Tâm trạng, nhu cầu"), ("advice", "Nội dung đã tư vấn"), ("promise", "Cam kết, thống nhất"))
CONSENT: dict[bool | None, str] = {True: "đồng ý", False: "không đồng ý"}


def minutes(form: FormKey, facts: Facts) -> Sheet:
    """The paper of one contact; what was said stands in it for its author's circle only."""
    held = datetime.fromisoformat(facts["held_at"]).astimezone(ZONE)
    unit = {"type": facts["unit"]["unit_type"], "name": facts["unit"]["name"]}
    return Sheet(
        form=f"Khoản {form.number} Điều {form.appendix} Nghị định số {DOCUMENTS[form.instrument].number}",
        mark="Chưa có mẫu chính thức; chưa đối chiếu Công báo",
        over="ỦY BAN NHÂN DÂN",
        over_bold=True,
        issuer=upper(called(unit)),
        number="Số: ……",
        place_date=f"{capital(called(unit))}, {written(held.date())}",
        kind="BIÊN BẢN",
        subject="Tư vấn cho người sau cai nghiện ma túy",
        authority="",
        addressee="",
        body=(*_who(facts), *_when(facts, held), *_said(facts), *_agreed(facts)),
        recipients=(f"{capital(addressed(facts['person']))} có tên nêu trên;", "Lưu: hồ sơ."),
        signer_title="NGƯỜI TƯ VẤN",
        signer="",
    )


def _who(facts: Facts) -> list[Block]:
    person = facts["person"]
    homes = person.get("residences") or ()
    rows = (
        ("Người được tư vấn", named(person)),
        ("Giới tính", GENDERS.get(person.get("gender") or "", "")),
        ("Ngày, tháng, năm sinh", birth(person["born_on"], person.get("born_precision")) if person["born_on"] else ""),
        ("Nơi cư trú", homes[0].get("address", "") if homes else ""),
    )
    return [Block("field", text, label) for label, text in rows if text]


def _when(facts: Facts, held: datetime) -> list[Block]:
    lasted = f", trong {facts['minutes']} phút" if facts.get("minutes") else ""
    rows = (
        ("Thời gian", f"{held.hour} giờ {held.minute:02} phút, {written(held.date())}{lasted}"),
        ("Hình thức", CHANNELS[facts["channel"]]),
        ("Địa điểm", PLACES.get(facts.get("place") or "", "")),
        ("Nội dung", "; ".join(TOPICS[topic] for topic in facts["topics"])),
    )
    return [Block("field", text, label) for label, text in rows if text]


def _said(facts: Facts) -> list[Block]:
    """What was said, or lines to write on where the caller does not read it or nothing was noted."""
    return [Block("field", facts.get(name) or LINE, label) for name, label in SAID]


def _agreed(facts: Facts) -> list[Block]:
    following = facts.get("next_on")
    day = written(datetime.fromisoformat(following).date()) if following else LINE
    consent = CONSENT.get(facts.get("referral_consent"), LINE)
    return [
        Block("field", consent, "Ý kiến về việc được chuyển gửi đến dịch vụ hỗ trợ"),
        Block("field", day, "Ngày hẹn gặp lại"),
        Block("para", "Biên bản được đọc lại cho người được tư vấn nghe và cùng ký tên dưới đây."),
        Block("field", LINE, "Người được tư vấn (ký, ghi rõ họ tên)"),
    ]
