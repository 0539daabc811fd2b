"""Examples of the bodies of the law in force: notices, cases, decisions, hand-overs. Every number is synthetic."""

from __future__ import annotations

from typing import Any

PERSON_ID = "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"
UNIT_ID = "0199f39f-1b22-7c04-9d3e-8d2f7c1a0b55"
CASE_ID = "0199f3b0-1d44-7e02-9c11-7b5e2f60a8d1"


COURT = {"number": "12/2026/QĐ-TA", "dated": "2026-09-20", "authority": "Tòa án nhân dân khu vực 3"}
POLICE = {"number": "15/BB-CAP", "dated": "2026-10-12", "authority": "Công an phường Xuân Đỉnh"}
REVIEWED = {
    "full_name": "Lê Văn Ân",
    "born_on": "1992-03-08",
    "treatment": "voluntary_facility_public",
    "completes_on": "2026-11-20",
}
FORM_51 = {
    "unit_id": UNIT_ID,
    "kind": "form_51",
    "treatment": "compulsory",
    "order_kind": "administrative_measure",
    "started_on": "2025-01-15",
    "completes_on": "2027-01-15",
    "decision_number": "7/QĐ-TA",
    "decision_on": "2025-01-10",
    "full_name": "Nguyễn Văn Đức",
    "gender": "male",
    "born_on": "1990-01-01",
    "born_precision": "year",
    "id_kind": "personal_id",
    "id_number": "000090123456",
    "phone": "+84300123456",
    "permanent_address": "số 12, tổ dân phố 3",
    "source_ref": "51/2026",
}
RULE = {
    "id": "term.compulsory_adult",
    "version": 3,
    "title": {"vi": "Thời hạn quản lý sau cai nghiện bắt buộc", "en": "Term after compulsory treatment"},
    "selector": "completion_date",
    "scope": {},
    "value": {"n": "18", "most": None, "unit": "m", "comparison": "exactly", "word": None},
    "valid_from": "2030-01-01",
    "valid_to": None,
    "authority": "commune_chair",
    "form": {"instrument": "D163", "appendix": "V", "number": "53"},
    "legal_basis": [{"document": "L120", "article": "42(2)"}],
    "confidence": "U",
    "note": "Ví dụ.",
}

EXAMPLES: dict[str, Any] = {
    "NewCourse": {
        "person_id": PERSON_ID,
        "kind": "voluntary_facility_public",
        "place_name": "Cơ sở cai nghiện số 1",
        "started_on": "2025-08-01",
        "ended_on": "2026-07-30",
        "outcome": "completed",
    },
    "CoursePatch": {"place_name": "Cơ sở cai nghiện số 2"},
    "CourseMove": {"to": "completed", "on": "2026-07-30"},
    "CourseCase": {"paper_received_at": "2026-07-31T09:00:00+07:00"},
    "NewNotice": FORM_51,
    "RecordedNotice": FORM_51 | {"source_ref": "giấy 3", "received_at": "2026-11-02T08:00:00+07:00"},
    "NoticePatch": {"completes_on": "2027-01-10", "reason": "được giảm thời hạn"},
    "NoticeMove": {"to": "received"},
    "SendNoticeOn": {"unit_id": UNIT_ID, "reason": "cư trú ở xã khác"},
    "NewReviewRound": {
        "period_from": "2026-11-01",
        "period_to": "2026-11-30",
        "due_on": "2026-12-15",
        "asked_unit_ids": [],
    },
    "ReviewAnswer": {"persons": [REVIEWED]},
    "ReviewAddition": {"persons": [REVIEWED]},
    "ReviewRoundMove": {"to": "withdrawn", "reason": "trùng đợt"},
    "ReviewedPersonMove": {"to": "not_ours", "reason": "ở xã khác"},
    "NewManagementCase": {
        "person_id": PERSON_ID,
        "trigger": "discharge_notice",
        "pathway": "compulsory_adult",
        "completed_on": "2026-08-31",
        "notice_received_at": "2026-07-31T16:00:00+07:00",
    },
    "CaseMove": {
        "to": "proposed",
        "proposal": {
            "number": "15/ĐN-CAP",
            "proposed_on": "2026-08-03",
            "received_on": "2026-08-04",
            "proposed_by": "Đỗ Văn Ước",
            "measures": "Tư vấn tâm lý; hỗ trợ học nghề",
            "from_on": "2026-08-31",
            "to_on": "2028-08-31",
        },
    },
    "NewFinding": {
        "number": "7/KL-TTYT",
        "found_on": "2026-09-15",
        "authority": "Trung tâm Y tế khu vực",
        "result": "addiction_not_determined",
    },
    "NewTeam": {
        "number": "2/QĐ-UBND",
        "decided_on": "2026-09-01",
        "valid_from": "2026-09-01",
        "members": [
            {"name": "Lê Văn Đạt", "role": "head", "organisation": "Công an phường"},
            {"name": "Trần Thị Mai", "role": "deputy", "organisation": "Trạm y tế"},
        ],
    },
    "NewAssignment": {
        "name": "Nguyễn Văn Bền",
        "organisation": "Hội Cựu chiến binh",
        "decided_on": "2026-09-01",
        "valid_from": "2026-09-01",
        "council_resolution": "12/2026/NQ-HĐND",
    },
    "NewAssessment": {"outcome": "no_finding", "assessed_on": "2026-09-03", "in_work": True},
    "EndBody": {"valid_to": "2027-12-31"},
    "NewManagementDecision": {
        "case_id": CASE_ID,
        "number": "73",
        "symbol": "QĐ-UBND",
        "decided_on": "2026-08-06",
        "signer_name": "Trần Thị Hoà",
        "signer_title": "Chủ tịch",
        "responsible": "Ông Lê Văn Đạt, Công an phường",
        "tasks": "Trạm y tế theo dõi sức khỏe",
    },
    "ManagementDecisionPatch": {"number": "74", "family_representative": "Bà Phạm Thị Ái (mẹ)"},
    "DecisionMove": {"to": "withdrawn", "reason": "soạn nhầm"},
    "NewAdjustment": {
        "kind": "unreported_absence",
        "first_day": "2026-10-01",
        "last_day": "2026-10-10",
        "document": POLICE,
    },
    "AdjustmentSettlement": {"reading": "clock_stops", "document": COURT},
    "NewDelivery": {"recipient": "assigned_supporters", "received_at": "2026-08-30T15:30:00+07:00"},
    "NewGiving": {
        "person_id": PERSON_ID,
        "unit_id": UNIT_ID,
        "reason": "chuyển nơi cư trú",
        "left_at": "2026-09-22T08:00:00+07:00",
    },
    "NewTaking": {"national_id": "000090123456", "reason": "đến trình diện"},
    "HandoverMove": {"to": "acknowledged"},
    "NewLawChange": {"kind": "rule", "payload": RULE},
    "LawChangeMove": {"to": "withdrawn"},
    "WorkingDaysBody": {"start": "2026-07-31", "days": 2},
    "NewCaseDocument": {"form": "D163/V/52", "subject_id": CASE_ID, "format": "pdf"},
    "FormConfirmation": {"gazette": "Công báo số 567+568 ngày 01/6/2026"},
}
"""By the name of the schema, as in api/examples.py."""
