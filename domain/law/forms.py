"""The forms of the two decrees, keyed (instrument, appendix, number), and which old one became which new one."""

from __future__ import annotations

from typing import NamedTuple

from domain.law.documents import FormKey
from domain.law.subject import D116, D163, form
from domain.law.wording import Bilingual


class Form(NamedTuple):
    """One official form. `replaces` is the form of the former decree with the same task; `mark` as in the rule book."""

    key: FormKey
    title: Bilingual
    replaces: FormKey | None = None
    mark: str = "C"


def _old(number: str, vi: str, en: str, mark: str = "C") -> Form:
    return Form(form(D116, number), Bilingual(vi, en), None, mark)


def _new(number: str, replaces: str | None, vi: str, en: str, mark: str = "C") -> Form:
    return Form(form(D163, number), Bilingual(vi, en), form(D116, replaces) if replaces else None, mark)


FORMS: tuple[Form, ...] = (
    _old("21", "Kế hoạch tái hòa nhập cộng đồng", "Reintegration plan"),
    _old("26a", "Giấy xác nhận hoàn thành cai nghiện tại gia đình, cộng đồng", "Completion paper, home or community"),
    _old("26b", "Giấy xác nhận hoàn thành cai nghiện tự nguyện tại cơ sở", "Completion paper, voluntary facility"),
    _old("27", "Mẫu số 27 (tên chưa đối chiếu)", "Form 27 (title not yet checked)", "U"),
    _old("30", "Sơ yếu lý lịch", "Curriculum vitae"),
    _old("46", "Giấy chứng nhận chấp hành xong cai nghiện bắt buộc", "Completion paper, compulsory treatment"),
    _old("47", "Bàn giao người chưa thành niên không có gia đình", "Handing over of a minor without family"),
    _old("50", "Đề nghị lập hồ sơ quản lý sau cai nghiện", "Proposal of management"),
    _old("51", "Quyết định quản lý sau cai nghiện", "Management decision"),
    _old("52", "Danh sách quản lý sau cai nghiện", "List of people under management"),
    _old("53", "Thông báo thay đổi nơi cư trú", "Notice of a move of residence"),
    _old("54", "Giấy xác nhận chấp hành xong quyết định quản lý sau cai nghiện", "Certificate of completed term"),
    _new("23", None, "Biên bản bàn giao", "Minutes of handing over"),
    _new("28", "26a", "Giấy xác nhận hoàn thành cai nghiện tại gia đình, cộng đồng", "Completion paper, home"),
    _new("30", "26b", "Giấy xác nhận hoàn thành cai nghiện tự nguyện", "Completion paper, voluntary facility"),
    _new("33", "30", "Sơ yếu lý lịch", "Curriculum vitae"),
    _new("34", "27", "Mẫu số 34 (tên chưa đối chiếu)", "Form 34 (title not yet checked)", "U"),
    _new("50", "46", "Giấy xác nhận hoàn thành cai nghiện bắt buộc", "Completion paper, compulsory treatment"),
    _new(
        "51", None, "Thông báo người chuẩn bị hoàn thành cai nghiện", "Notice of a person about to complete treatment"
    ),
    _new("52", "50", "Đề nghị xem xét quyết định quản lý sau cai nghiện", "Proposal of a management decision"),
    _new("53", "51", "Quyết định quản lý sau cai nghiện", "Management decision"),
    _new("54", "53", "Thông báo thay đổi nơi cư trú", "Notice of a move of residence"),
    _new("55", None, "Quyết định thành lập Tổ quản lý, hỗ trợ xã hội", "Decision on the support team"),
    _new("56", "54", "Giấy xác nhận chấp hành xong quyết định quản lý", "Certificate of completed term"),
    _new("57", None, "Quyết định đưa ra khỏi danh sách quản lý", "Decision to remove from the list"),
    _new("59", None, "Phân công người tư vấn, quản lý, hỗ trợ", "Assignment of a counsellor"),
    _new("60", None, "Phân công sau khi chuyển nơi cư trú", "Assignment after a move"),
)
_BY_KEY = {entry.key: entry for entry in FORMS}
_SUCCESSORS = {entry.replaces: entry for entry in FORMS if entry.replaces}
assert len(_BY_KEY) == len(FORMS)


def form_of(key: FormKey) -> Form | None:
    return _BY_KEY.get(key)


def successor(key: FormKey) -> Form | None:
    """The form of the new decree that took over the task; None where the crosswalk ends (the list has no number)."""
    return _SUCCESSORS.get(key)
