"""Rules on how long management lasts and which papers prove that treatment was completed."""

from __future__ import annotations

from domain.law.pathways import Pathway
from domain.law.rule import Rule
from domain.law.rule_value import Value, between, exactly, says
from domain.law.subject import D116, D163, Subject, form

OLD, NEW = "2022-01-01/2026-06-30", "2026-07-01/.."


def _term(pathway: Pathway, months: Value, old: str, new: str) -> list[Rule]:
    name = pathway.name_in_words
    subject = Subject(f"term.{pathway}", "completion_date", f"Thời hạn quản lý sau {name.vi}", f"Term after {name.en}")
    return [
        subject.row(1, OLD, months, "commune_chair", old, form=form(D116, "51")),
        subject.row(2, NEW, months, "commune_chair", new, form=form(D163, "53")),
    ]


def _papers() -> list[Rule]:
    subject = Subject(
        "completion.paper", "completion_date", "Giấy xác nhận hoàn thành cai nghiện", "Paper of completed treatment"
    )
    numbers = {
        Pathway.VOLUNTARY_COMMUNITY: ("26a", "32(3)", "28", "93(4)"),
        Pathway.VOLUNTARY_FACILITY_PUBLIC: ("26b", "38(2)", "30", "97(2)"),
        Pathway.VOLUNTARY_FACILITY_PRIVATE: ("26b", "38(2)", "30", "94(3)"),
        Pathway.COMPULSORY_MINOR: ("46", "62(2)", "50", "123(2)"),
        Pathway.COMPULSORY_ADULT: ("46", "62(2)", "50", "123(2)"),
    }
    rows = []
    for version, (pathway, (old, old_article, new, new_article)) in enumerate(numbers.items()):
        scope = (("pathway", str(pathway)),)
        rows += [
            subject.row(
                2 * version + 1,
                OLD,
                says(old),
                "rehab_centre_or_counsellor",
                f"D116 {old_article}",
                scope=scope,
                form=form(D116, old),
            ),
            subject.row(
                2 * version + 2,
                NEW,
                says(new),
                "rehab_centre_or_counsellor",
                f"D163 {new_article}",
                scope=scope,
                form=form(D163, new),
            ),
        ]
    return rows


_LEGACY = "2009-01-01/2021-12-31"

ROWS: list[Rule] = [
    *_term(Pathway.VOLUNTARY_COMMUNITY, exactly(12, "m"), "L73 40(1)", "L120 42(1)"),
    *_term(Pathway.VOLUNTARY_FACILITY_PUBLIC, exactly(12, "m"), "L73 40(1)", "L120 42(1)"),
    *_term(Pathway.VOLUNTARY_FACILITY_PRIVATE, exactly(12, "m"), "L73 40(1)", "L120 42(1)"),
    *_term(Pathway.SUBSTITUTION_TREATMENT, exactly(12, "m"), "L73 40(1)", "L120 42(1)"),
    *_term(Pathway.COMPULSORY_MINOR, exactly(12, "m"), "L73 40(1)", "L120 42(1)"),
    *_term(Pathway.COMPULSORY_ADULT, exactly(24, "m"), "L73 40(2)", "L120 42(2)"),
    *_papers(),
    Subject(
        "term.legacy_compulsory",
        "decision_date",
        "Thời hạn quản lý theo luật cũ, sau cai nghiện bắt buộc",
        "Term under the former law, after compulsory treatment",
    ).row(1, _LEGACY, between(12, 24, "m"), "district_chair", "L16 33; D94", note="As decided, case by case."),
    Subject(
        "term.legacy_voluntary",
        "completion_date",
        "Cai nghiện tự nguyện theo luật cũ: không quản lý sau cai",
        "Voluntary treatment under the former law: no management afterwards",
    ).row(1, "../2021-12-31", says("none"), "none", "L16 33; D94", mark="L"),
    Subject(
        "term.turned_adult",
        "completion_date",
        "Đủ 18 tuổi trong thời gian chấp hành: vẫn 12 tháng",
        "Turned 18 during compulsory treatment: still 12 months",
    ).row(
        1,
        "2022-01-01/..",
        says("keeps_minor_term"),
        "commune_chair",
        "L73 33; L73 40(2); L120 36; L120 42(2)",
        mark="L",
        note="Text reading (dossier §15 Q6): 24 months attach to the administrative measure. `adult_term` changes it.",
    ),
    Subject(
        "term.end_on_day_off",
        "completion_date",
        "Ngày kết thúc rơi vào ngày nghỉ",
        "The last day falls on a day off",
    ).row(
        1,
        "../..",
        says("stays"),
        "commune_chair",
        "BLDS 148(5)",
        mark="U",
        note="Whether Art 148(5) applies to this term is open (dossier §15 Q5); `next_working_day` rolls it over.",
    ),
    Subject(
        "term.social_protection_time",
        "event_date",
        "Thời gian ở cơ sở bảo trợ xã hội",
        "Time in a social-protection facility",
    ).row(1, NEW, says("counts"), "commune_chair", "D163 124(4)"),
    Subject(
        "transition.under_management_2022",
        "event_date",
        "Người đang bị quản lý ngày 01/01/2022",
        "People under management on 2022-01-01",
    ).row(1, "2022-01-01/..", says("former_law_to_the_end"), "district_chair", "L73 55(1)(b)"),
    Subject(
        "transition.under_management_2026",
        "event_date",
        "Người đang bị quản lý ngày 01/07/2026",
        "People under management on 2026-07-01",
    ).row(
        1,
        NEW,
        says("keep_dates_new_procedure"),
        "commune_chair",
        "D163 151(1); L120 56",
        mark="L",
        note="L120 has no clause; dossier §15 Q1: keep the decision and its dates, new procedure for new events.",
    ),
]
