"""Examples of the bodies of plans, training, work, households and loans. Nobody bears the ids in them."""

from __future__ import annotations

from typing import Any

PERSON_ID = "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"
PLAN_ID = "0199f3c2-0a01-7b10-8c21-1a2b3c4d5e6f"
PLACEMENT_ID = "0199f3c2-0a01-7b11-9d32-2b3c4d5e6f70"
LIST_ID = "0199f3c2-0a01-7b12-ae43-3c4d5e6f7081"
LINE_ID = "0199f3c2-0a01-7b13-bf54-4d5e6f708192"

EXAMPLES: dict[str, Any] = {
    "NeedPatch": {"detail": "Muốn học buổi tối, gần nhà"},
    "NewReintegrationPlan": {
        "person_id": PERSON_ID,
        "drawn_on": "2026-11-05",
        "goals": "Có việc làm ổn định trong sáu tháng",
        "wishes": "Học nghề may",
    },
    "ReintegrationPlanPatch": {"resources": "Gia đình ủng hộ"},
    "ReintegrationPlanMove": {"to": "agreed", "made_with_person": True, "made_with_person_on": "2026-11-06"},
    "NewPlanStep": {
        "person_id": PERSON_ID,
        "plan_id": PLAN_ID,
        "what": "Nộp hồ sơ vào trường nghề",
        "owner": "person",
        "due_on": "2027-01-10",
    },
    "PlanStepPatch": {"due_on": "2027-01-20"},
    "PlanStepMove": {"to": "done", "done_on": "2027-01-08"},
    "NewPlanReview": {
        "person_id": PERSON_ID,
        "plan_id": PLAN_ID,
        "held_on": "2026-11-20",
        "with_person": True,
        "findings": "Đã nộp hồ sơ học nghề",
    },
    "PlanReviewPatch": {"next_on": "2027-02-20"},
    "NewVocationalSupport": {"person_id": PERSON_ID, "advised_on": "2026-11-06", "trade": "may công nghiệp"},
    "VocationalSupportPatch": {"school_name": "Trường trung cấp nghề (ví dụ)"},
    "VocationalSupportMove": {"to": "enrolled", "enrolled_on": "2026-11-15", "funding": "state_short_course"},
    "NewJobPlacement": {"person_id": PERSON_ID, "sought_on": "2026-11-07", "occupation": "thợ may"},
    "JobPlacementPatch": {"income_band": "from_5_to_8"},
    "JobPlacementMove": {"to": "placed", "placed_on": "2026-11-18", "employer_name": "Cơ sở may (ví dụ)"},
    "NewJobCheck": {
        "person_id": PERSON_ID,
        "job_placement_id": PLACEMENT_ID,
        "months": 3,
        "checked_on": "2027-02-18",
        "in_work": True,
    },
    "JobCheckPatch": {"income_band": "from_5_to_8"},
    "NewHouseholdStatus": {"person_id": PERSON_ID, "year": 2026, "poverty": "near_poor"},
    "HouseholdStatusPatch": {"programmes": ["health_insurance"]},
    "NewLoanSupport": {
        "person_id": PERSON_ID,
        "borrower": "person",
        "purpose": "production",
        "asked_on": "2026-11-08",
        "asked_vnd": 50_000_000,
        "months": 60,
    },
    "LoanSupportPatch": {"asked_vnd": 60_000_000},
    "LoanSupportMove": {"to": "listed", "loan_list_line_id": LINE_ID},
    "NewLoanList": {"programme": "q08", "made_on": "2026-11-09", "made_by": "Hội Nông dân"},
    "LoanListPatch": {"number": "3/DS"},
    "LoanListMove": {
        "to": "confirmed",
        "confirmed_on": "2026-11-12",
        "confirmed_number": "3/DS-UBND",
        "confirmed_by": "Chủ tịch UBND phường",
    },
    "NewLoanListLine": {"person_id": PERSON_ID, "loan_list_id": LIST_ID},
    "LoanListLineMove": {"to": "confirmed", "answered_on": "2026-11-12"},
    "LoanListAnswers": {
        "answered_on": "2026-11-12",
        "answers": [{"line_id": LINE_ID, "to": "confirmed"}],
        "confirm": True,
        "confirmed_number": "3/DS-UBND",
        "confirmed_by": "Chủ tịch UBND phường",
    },
}
"""By the name of the schema, as in api/examples.py."""
