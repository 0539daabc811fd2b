"""Rules on notices, reports, the dossier, the decision and its delivery, and moves between communes."""

from __future__ import annotations

from domain.law.rows_term import NEW, OLD
from domain.law.rule import Rule
from domain.law.rule_value import at_most, lead, says, within_before
from domain.law.subject import D116, D163, Subject, form

_SUBSTITUTION = (("pathway", "substitution_treatment"),)
_MOVE = Subject("move.notice", "leave_date", "Thông báo thay đổi nơi cư trú", "Notice of a move of residence")
_PROPOSAL = Subject(
    "proposal.deadline",
    "notice_received_date",
    "Đề nghị quyết định quản lý sau cai nghiện",
    "Proposal of a management decision",
)
_DECREE = Subject(
    "form.decree", "paper_date", "Nghị định quy định biểu mẫu của văn bản", "Decree whose forms a paper follows"
)
_RECIPIENTS = Subject("decision.recipients", "decision_date", "Nơi nhận quyết định", "Recipients of the decision")

ROWS: list[Rule] = [
    Subject(
        "notice.lead.compulsory",
        "end_of_rehab_date",
        "Thông báo trước khi hết thời hạn cai nghiện bắt buộc",
        "Notice ahead of the end of compulsory treatment",
    ).row(1, OLD, lead(15, "d"), "rehab_centre", "D116 62(1)", note="To the court, the commune and the family."),
    Subject(
        "notice.lead.all_rehab",
        "end_of_rehab_date",
        "Thông báo người chuẩn bị hoàn thành cai nghiện",
        "Notice of a person about to complete treatment",
    ).row(
        1,
        NEW,
        lead(30, "d"),
        "rehab_centre_or_counsellor",
        "D163 93(2); D163 94(2); D163 97(1); D163 123(1)",
        form=form(D163, "51"),
        note="To the commune police; to the court too if compulsory. Art 97(1) reads `or parents`.",
    ),
    Subject(
        "notice.lead.substitution",
        "end_of_rehab_date",
        "Thông báo trước khi hoàn thành điều trị thay thế",
        "Notice ahead of the end of substitution treatment",
    ).row(
        1,
        "2022-01-01/..",
        says("none_stated"),
        "none",
        "D163 134(1)",
        note="Art 134(1) refers to Art 93, 94, 97 and 123 only; the case starts from the treatment paper (Q4).",
    ),
    Subject(
        "self_report.after_return",
        "return_date",
        "Trình diện sau khi về nơi cư trú",
        "Reporting to the commune after coming home",
    ).row(1, OLD, at_most(5, "wd"), "person", "D116 62(5)", note="After compulsory treatment."),
    Subject(
        "self_report.private_centre",
        "paper_received_date",
        "Trình diện sau khi nhận giấy của cơ sở tư nhân",
        "Reporting after the paper of a private centre",
    ).row(1, NEW, at_most(2, "d"), "person", "L120 33(3)(b)"),
    Subject(
        "dossier.deadline",
        "self_report_date",
        "Lập hồ sơ và đưa vào danh sách quản lý",
        "Dossier and entry in the list",
    ).row(1, OLD, at_most(3, "wd"), "commune_chair", "D116 77(1)", form=form(D116, "50")),
    _PROPOSAL.row(1, NEW, at_most(2, "wd"), "commune_police_head", "D163 134(1)", form=form(D163, "52")),
    _PROPOSAL.row(
        2,
        NEW,
        at_most(2, "wd"),
        "commune_police_head",
        "HOUSE",
        scope=_SUBSTITUTION,
        form=form(D163, "52"),
        mark="U",
        note="By analogy: the decree has no notice path for substitution treatment (dossier §3.2 gap i, §15 Q4).",
    ),
    Subject("decision.deadline", "proposal_received_date", "Ra quyết định quản lý", "Management decision").row(
        1, OLD, at_most(2, "wd"), "commune_chair", "D116 78(1)", form=form(D116, "51")
    ),
    Subject(
        "decision.warning",
        "proposal_received_date",
        "Nhắc ra quyết định quản lý",
        "Reminder of the management decision",
    ).row(
        1,
        NEW,
        at_most(2, "wd"),
        "commune_chair",
        "HOUSE",
        form=form(D163, "53"),
        mark="U",
        note="Art 134 gives the chair no figure; dossier §15 Q3: remind at 2 working days, alarm at completion − 24 h.",
    ),
    Subject(
        "decision.latest",
        "completion_date",
        "Quyết định phải có trước khi bàn giao",
        "The decision must exist before it is handed over",
    ).row(
        1,
        NEW,
        lead(24, "h"),
        "commune_chair",
        "D163 134; D163 123(2)(b)",
        form=form(D163, "53"),
        mark="L",
        note="Both articles are certain, that they bind the chair together is an inference.",
    ),
    Subject(
        "decision.alarm",
        "completion_date",
        "Báo động khi chưa có quyết định trước ngày hoàn thành",
        "Alarm when no decision exists before the completion",
    ).row(
        1,
        NEW,
        lead(48, "h"),
        "commune_chair",
        "HOUSE",
        form=form(D163, "53"),
        mark="U",
        note="Dossier §17: if the decision has not arrived 48 hours before, both sides are alarmed.",
    ),
    Subject(
        "reconciliation.grace",
        "completion_date",
        "Đối soát: số ngày đã về mà chưa gặp được",
        "Reconciliation: days at home without being reached",
    ).row(
        1,
        "../..",
        at_most(14, "d"),
        "commune_chair",
        "HOUSE",
        mark="U",
        note="Whoever is home for longer and was not reached is lost at the step reached last; no instrument sets it.",
    ),
    Subject(
        "decision.handover",
        "completion_date",
        "Giao quyết định quản lý cho người sau cai nghiện",
        "Giving the decision to the person",
    ).row(
        1,
        NEW,
        within_before(24, "h"),
        "rehab_centre_or_counsellor",
        "D163 93(4); D163 94(3); D163 97(2); D163 123(2)",
        form=form(D163, "23"),
    ),
    _RECIPIENTS.row(
        1, OLD, says("person_or_representative commune_police_head labour_officer"), "commune_chair", "D116 78(3)"
    ),
    _RECIPIENTS.row(
        2,
        NEW,
        says("person_or_representative rehab_centre assigned_supporters commune_police_head"),
        "commune_chair",
        "D163 134(3)",
    ),
    Subject(
        "completion_copy.private",
        "completion_date",
        "Gửi bản sao giấy xác nhận của cơ sở tư nhân",
        "Copy of a private centre's completion paper",
    ).row(1, NEW, at_most(24, "h"), "private_centre", "L120 33(3)(a)", form=form(D163, "30")),
    _MOVE.row(1, OLD, at_most(5, "wd"), "commune_police", "L73 43(2); D116 79(1)(c)", form=form(D116, "53")),
    _MOVE.row(2, NEW, at_most(24, "h"), "commune_police", "L120 48(2); D163 136(1)(b)", form=form(D163, "54")),
    _DECREE.row(1, OLD, says("D116"), "none", "D116", note="Appendix II; form numbers collide between the decrees."),
    _DECREE.row(2, NEW, says("D163"), "none", "D163", note="Appendix V; one unofficial copy was read."),
    Subject(
        "move.new_assignment",
        "acceptance_date",
        "Phân công người tư vấn, quản lý sau khi chuyển đến",
        "New assignment after a move",
    ).row(1, NEW, says("required"), "commune_chair", "D163 136(1)(b)", form=form(D163, "60"), note="No figure."),
]
