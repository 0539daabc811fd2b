"""The documents of law that rules cite, by the keys of the dossier, and the key of a form."""

from __future__ import annotations

import re
from typing import NamedTuple

from domain.law.wording import Bilingual


class FormKey(NamedTuple):
    """A form is known by all three: `Mẫu số 51` alone is a decision in one decree and a notice in the next."""

    instrument: str
    appendix: str
    number: str

    def __str__(self) -> str:
        return f"{self.instrument}/{self.appendix}/{self.number}"


class Document(NamedTuple):
    """A law, decree or other source: its number and its name in both languages."""

    number: str
    name: Bilingual


RESOLUTION = re.compile(r"[1-9]\d{0,3}/(19|20)\d{2}/NQ-HĐND( \([^()|]{2,40}\))?")
"""The number of a resolution of a province's People's Council; in brackets the province."""


def of_a_province(key: str) -> bool:
    """Whether a document is a resolution of a province's council: those are cited by their own number."""
    return key in LOCAL or RESOLUTION.fullmatch(key) is not None


def document(key: str) -> Document | None:
    """A document that rules may cite."""
    if RESOLUTION.fullmatch(key):
        return _document(key, "Nghị quyết", "Resolution")
    return DOCUMENTS.get(key)


def _document(number: str, vi: str, en: str) -> Document:
    return Document(number, Bilingual(f"{vi} {number}", f"{en} {number}"))


DOCUMENTS: dict[str, Document] = {
    "L73": _document("73/2021/QH14", "Luật Phòng, chống ma túy", "Drug Prevention Law"),
    "L120": _document("120/2025/QH15", "Luật Phòng, chống ma túy", "Drug Prevention Law"),
    "L16": _document("16/2008/QH12", "Luật sửa đổi Luật Phòng, chống ma túy", "Law amending the Drug Prevention Law"),
    "D94": _document("94/2009/NĐ-CP", "Nghị định", "Decree"),
    "D116": _document("116/2021/NĐ-CP", "Nghị định", "Decree"),
    "D163": _document("163/2026/NĐ-CP", "Nghị định", "Decree"),
    "D184": _document("184/2025/NĐ-CP", "Nghị định", "Decree"),
    "D61": _document("61/2015/NĐ-CP", "Nghị định", "Decree"),
    "D74": _document("74/2019/NĐ-CP", "Nghị định", "Decree"),
    "D338": _document("338/2025/NĐ-CP", "Nghị định", "Decree"),
    "D161": _document("161/2026/NĐ-CP", "Nghị định", "Decree"),
    "D09": _document("09/2019/NĐ-CP", "Nghị định", "Decree"),
    "D356": _document("356/2025/NĐ-CP", "Nghị định", "Decree"),
    "Q08": _document("08/2026/QĐ-TTg", "Quyết định", "Decision"),
    "Q29": _document("29/2014/QĐ-TTg", "Quyết định", "Decision"),
    "Q46": _document("46/2015/QĐ-TTg", "Quyết định", "Decision"),
    "TT152": _document("152/2016/TT-BTC", "Thông tư", "Circular"),
    "TT62": _document("62/2022/TT-BTC", "Thông tư", "Circular"),
    "TT05": _document("05/2011/TT-BLĐTBXH", "Thông tư", "Circular"),
    "PDPL": _document("91/2025/QH15", "Luật Bảo vệ dữ liệu cá nhân", "Personal Data Protection Law"),
    "BLDS": _document("91/2015/QH13", "Bộ luật Dân sự", "Civil Code"),
    "L72": _document("72/2025/QH15", "Luật Tổ chức chính quyền địa phương", "Law on local government"),
    "XLVPHC": _document("15/2012/QH13", "Luật Xử lý vi phạm hành chính", "Law on handling administrative violations"),
    "AG34": _document("34/2018/NQ-HĐND (An Giang)", "Nghị quyết", "Resolution"),
    "HOUSE": Document("–", Bilingual("Mặc định của hệ thống (chưa có quy định)", "House default (the law is silent)")),
    "UNREAD": Document("–", Bilingual("Văn bản chưa đối chiếu", "Source not yet checked")),
}

LOCAL = frozenset({"AG34"})
"""Resolutions of councils that ship with the rule book."""

# who acts, as the rules name them
AUTHORITIES: dict[str, Bilingual] = {
    "commune_chair": Bilingual("Chủ tịch UBND cấp xã", "chair of the commune People's Committee"),
    "district_chair": Bilingual("Chủ tịch UBND cấp huyện", "chair of the district People's Committee"),
    "commune_police_head": Bilingual("Trưởng Công an cấp xã", "head of the commune police"),
    "commune_police": Bilingual("Công an cấp xã", "commune police"),
    "rehab_centre": Bilingual("Cơ sở cai nghiện", "rehabilitation centre"),
    "rehab_centre_or_counsellor": Bilingual(
        "Cơ sở cai nghiện hoặc người tư vấn được phân công", "centre or counsellor"
    ),
    "private_centre": Bilingual("Cơ sở cai nghiện tư nhân", "private rehabilitation centre"),
    "person": Bilingual("Người sau cai nghiện", "the person"),
    "court": Bilingual("Tòa án", "court"),
    "provincial_council": Bilingual("Hội đồng nhân dân cấp tỉnh", "provincial People's Council"),
    "government": Bilingual("Chính phủ", "Government"),
    "vbsp": Bilingual("Ngân hàng Chính sách xã hội", "Viet Nam Bank for Social Policies"),
    "controller": Bilingual("Bên kiểm soát dữ liệu", "data controller"),
    "board_of_club": Bilingual("Ban chủ nhiệm câu lạc bộ", "board of the club"),
    "district": Bilingual("Cấp huyện", "district level"),
    "province": Bilingual("Cấp tỉnh", "province level"),
    "none": Bilingual("–", "–"),
}
