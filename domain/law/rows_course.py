"""Rules on what happens inside the term and at its end: absence, prison, findings, certificate, removal, assessment."""

from __future__ import annotations

from domain.law.rows_term import NEW, OLD
from domain.law.rule import Rule
from domain.law.rule_value import at_most, exactly, says, within_before
from domain.law.subject import D116, D163, Subject, form

_ABSENCE = Subject(
    "absence.unreported.counts", "absence_date", "Vắng mặt không khai báo", "Absence that was not reported"
)
_PRISON = Subject("prison.effect", "sentence_date", "Phải chấp hành án phạt tù", "Prison sentence during the term")
_ADULT = Subject(
    "relapse.next_measure.adult",
    "finding_date",
    "Người thành niên được xác định tình trạng nghiện trong thời hạn",
    "Adult determined dependent during the term",
)
_MINOR = Subject(
    "relapse.next_measure.minor",
    "finding_date",
    "Người từ đủ 12 đến dưới 18 tuổi được xác định tình trạng nghiện trong thời hạn",
    "Minor determined dependent during the term",
)
_CERTIFICATE = Subject(
    "end.certificate",
    "term_end_date",
    "Giấy xác nhận chấp hành xong quyết định quản lý",
    "Certificate of completed term",
)


def _ground(code: str, vi: str, en: str) -> Subject:
    return Subject(f"removal.reason.{code}", "event_date", f"Đưa ra khỏi danh sách: {vi}", f"Removal: {en}")


_IMPRISONMENT = _ground("imprisonment", "chấp hành án phạt tù", "serving a prison sentence")
_ALWAYS = "2009-01-01/.."

ROWS: list[Rule] = [
    _ABSENCE.row(1, OLD, says("does_not_count"), "commune_police", "D116 79(1)(b)"),
    _ABSENCE.row(2, NEW, says("does_not_count"), "commune_police", "D163 136(1)(a)"),
    Subject("absence.quota.each", "absence_date", "Mỗi lần vắng mặt", "Each absence").row(
        1, "2009-12-15/2021-12-31", at_most(30, "d"), "district_chair", "D94 13", mark="L", note="Start day likely."
    ),
    Subject("absence.quota.total", "absence_date", "Tổng thời gian vắng mặt", "All absences together").row(
        1, "2009-12-15/2021-12-31", says("one_third_of_term"), "district_chair", "D94 13", mark="L"
    ),
    _PRISON.row(1, OLD, says("removed"), "commune_chair", "L73 43(3)(b)"),
    _PRISON.row(2, NEW, says("interrupted"), "commune_police_head", "L120 47(1); L120 48(4)(b)"),
    Subject(
        "interruption.reading",
        "sentence_date",
        "Thời gian chấp hành án phạt tù có tính vào thời hạn không",
        "Whether the term runs on in prison",
    ).row(
        1,
        NEW,
        says("officer_chooses"),
        "commune_chair",
        "L120 47(1); L120 24(7)",
        mark="U",
        note="Dossier §15 Q2: both ends are proposed, the officer chooses with a document; until then the earlier one.",
    ),
    _ADULT.row(1, OLD, says("compulsory"), "court", "L73 32(4)"),
    _ADULT.row(2, NEW, says("compulsory"), "court", "L120 35(1)(d)"),
    _MINOR.row(1, OLD, says("not_a_ground"), "none", "L73 33(1)"),
    _MINOR.row(2, NEW, says("compulsory"), "court", "L120 36(1)(d)"),
    _CERTIFICATE.row(1, OLD, exactly(0, "d"), "commune_chair", "D116 81", form=form(D116, "54")),
    _CERTIFICATE.row(2, NEW, within_before(3, "wd"), "commune_chair", "D163 138", form=form(D163, "56")),
    Subject(
        "removal.decision", "event_date", "Quyết định đưa ra khỏi danh sách", "Decision to remove from the list"
    ).row(1, NEW, says("required"), "commune_police_head", "D163 135(6); L120 48", form=form(D163, "57")),
    _ground("term_served", "chấp hành xong quyết định", "the term was served").row(
        1, _ALWAYS, says("completed"), "commune_chair", "D94; L73 43(3)(a); L120 48(4)(a)"
    ),
    _IMPRISONMENT.row(1, "2009-01-01/2021-12-31", says("removed"), "district_chair", "D94", mark="L"),
    _IMPRISONMENT.row(
        2,
        "2022-01-01/..",
        says("prison.effect"),
        "commune_police_head",
        "L73 43(3)(b); L120 48(4)(b)",
        note="What it does to the case stands in the rule `prison.effect`.",
    ),
    _ground("compulsory_education_facility", "đưa vào cơ sở giáo dục bắt buộc", "compulsory education facility").row(
        1, NEW, says("interrupted"), "commune_police_head", "L120 48(4)(b)", mark="L", note="Resumption by analogy."
    ),
    _ground("reformatory", "đưa vào trường giáo dưỡng", "reformatory").row(
        1, NEW, says("interrupted"), "commune_police_head", "L120 48(4)(b)", mark="L", note="Resumption by analogy."
    ),
    _ground("addiction_determined", "được xác định tình trạng nghiện", "determined dependent by the authority").row(
        1, NEW, says("removed"), "commune_police_head", "L120 48(4)(b)"
    ),
    _ground("compulsory_order", "có quyết định cai nghiện bắt buộc", "a compulsory treatment order").row(
        1, OLD, says("removed"), "commune_chair", "L73 32(4)", mark="L"
    ),
    _ground("moved_residence", "chuyển nơi cư trú", "moved to another commune").row(
        1, _ALWAYS, says("list_only"), "commune_police_head", "L73 43(3)(c); L120 48(4)(c)", note="The case goes on."
    ),
    _ground("deceased", "chết", "died").row(
        1, _ALWAYS, says("removed"), "commune_police_head", "L73 43(3)(d); L120 48(4)(d)"
    ),
    _ground("court_declared_missing", "Tòa án tuyên bố mất tích", "declared missing by a court").row(
        1, _ALWAYS, says("removed"), "commune_police_head", "L73 43(3)(d); L120 48(4)(d)"
    ),
    _ground("reduced", "được giảm thời hạn (luật cũ)", "term reduced (former law)").row(
        1, "2009-01-01/2021-12-31", says("completed"), "district_chair", "D94", note="Import only."
    ),
    _ground("exempted", "được miễn (luật cũ)", "exempted (former law)").row(
        1, "2009-01-01/2021-12-31", says("removed"), "district_chair", "D94", note="Import only."
    ),
    Subject(
        "assessment.after_end",
        "term_end_date",
        "Đánh giá một năm sau khi hết thời hạn",
        "Assessment one year after the end",
    ).row(
        1,
        "2011-06-01/..",
        exactly(12, "m"),
        "commune_police",
        "TT05",
        mark="L",
        note="Register 05-SCN and the Hà Nội report of 2022; no article found. A finding is recorded only by document.",
    ),
]
