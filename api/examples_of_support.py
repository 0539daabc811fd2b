"""Examples of the bodies of support: models, clubs, counselling, work, loans, referrals, outreach. All invented."""

from __future__ import annotations

from typing import Any

PERSON_ID = "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"
UNIT_ID = "0199f39f-1b22-7c04-9d3e-8d2f7c1a0b55"
MODEL_ID = "0199f3c1-2b10-7a44-8e02-5d1f60a7c311"
ORGANISATION_ID = "0199f3c1-2b10-7a45-9f13-6e2071b8d422"
MEMBERSHIP_ID = "0199f3c1-2b10-7a46-a024-7f3182c9e533"
OTHER_ID = "0199f3c1-2b10-7a47-b135-804293daf644"

MODELS: dict[str, Any] = {
    "NewSupportModelKind": {
        "code": "peer_group",
        "name_vi": "Nhóm đồng đẳng",
        "name_en": "Peer group",
        "pilot": True,
        "legal_basis": "Kế hoạch 2026 của phường",
        "valid_from": "2026-01-01",
    },
    "SupportModelKindPatch": {"name_en": "Group of peers"},
    "NewSupportModel": {
        "kind": "counselling_point",
        "name": "Điểm tư vấn Xuân Đỉnh",
        "host_kind": "commune",
        "place": "Nhà văn hóa phường",
        "meeting_rhythm": "weekly",
    },
    "SupportModelPatch": {"place": "Trạm y tế phường"},
    "SupportModelMove": {
        "to": "active",
        "founded_on": "2026-03-01",
        "decision_number": "12/QĐ-UBND",
        "decision_on": "2026-02-20",
        "decision_by": "Chủ tịch UBND phường",
    },
    "ModelSeat": {"unit_id": UNIT_ID},
    "NewModelMember": {
        "support_model_id": MODEL_ID,
        "full_name": "Trần Thị Mai",
        "role": "secretary",
        "task_areas": ["counselling", "referral"],
        "body": "Hội Liên hiệp Phụ nữ",
        "valid_from": "2026-03-01",
    },
    "ModelMemberPatch": {"valid_to": "2026-10-31", "end_reason": "chuyển công tác"},
    "NewModelPartner": {
        "support_model_id": MODEL_ID,
        "organisation_id": ORGANISATION_ID,
        "part": "advises",
        "valid_from": "2026-03-01",
    },
    "ModelPartnerPatch": {"note": "mỗi quý một buổi"},
    "NewModelReview": {
        "support_model_id": MODEL_ID,
        "reviewed_on": "2026-10-20",
        "reviewed_by": "UBND phường",
        "rating": "fair",
        "results": "Tiếp 24 lượt người",
    },
    "ModelReviewPatch": {"limits": "Chưa có phòng riêng"},
    "NewVolunteer": {
        "support_model_id": MODEL_ID,
        "full_name": "Lê Thị Hạnh",
        "periods": [{"role": "deputy", "since": "2026-03-01"}],
    },
    "VolunteerPatch": {"note": "biết tiếng Tày"},
    "NewOrganisation": {"name": "Công ty may Hoa Sen (ví dụ)", "kind": "employer", "address": "phường Xuân Đỉnh"},
    "OrganisationPatch": {"note": "nhận học việc"},
    "NewContribution": {
        "support_model_id": MODEL_ID,
        "organisation_id": ORGANISATION_ID,
        "kind": "money",
        "pledged_on": "2026-05-04",
        "pledged_vnd": 5_000_000,
    },
    "ContributionPatch": {"purpose": "mua sách"},
    "ContributionMove": {"to": "received", "received_on": "2026-06-01", "received_vnd": 5_000_000},
    "NewCareAssignment": {
        "person_id": PERSON_ID,
        "role": "volunteer",
        "account_id": OTHER_ID,
        "valid_from": "2026-09-01",
    },
    "AssignmentPatch": {"valid_to": "2027-08-31", "end_reason": "hết thời gian phân công"},
}

CLUBS: dict[str, Any] = {
    "NewClub": {"name": "Câu lạc bộ B93 Xuân Đỉnh", "place": "Nhà văn hóa phường", "meeting_rhythm": "monthly"},
    "NewClubMembership": {"person_id": PERSON_ID, "club_id": MODEL_ID, "asked_on": "2026-09-05"},
    "ClubMembershipPatch": {"role": "peer_supporter"},
    "ClubMembershipMove": {"to": "agreed", "agreed_by": "person"},
    "NewClubSession": {
        "club_id": MODEL_ID,
        "starts_at": "2026-12-05T19:00:00+07:00",
        "place": "Nhà văn hóa phường",
        "topic": "Tìm việc sau khi trở về",
    },
    "ClubSessionPatch": {"guests": "Trung tâm dịch vụ việc làm"},
    "ClubSessionMove": {"to": "held", "ends_at": "2026-12-05T21:00:00+07:00"},
    "Attendance": {"members": [{"membership_id": MEMBERSHIP_ID, "mark": "present"}], "family": []},
    "MemberReading": {"code": "7K2P-9QXM"},
    "NewProgressEvaluation": {"membership_id": MEMBERSHIP_ID, "month": "2026-10-01", "taking_part": 3, "work": 2},
    "ProgressEvaluationPatch": {"next_step": "gặp trường nghề"},
}

CARE: dict[str, Any] = {
    "NewCounsellingContact": {
        "person_id": PERSON_ID,
        "held_at": "2026-11-03T15:00:00+07:00",
        "channel": "face_to_face",
        "topics": ["social", "vocational"],
        "minutes": 45,
    },
    "CounsellingContactPatch": {"next_on": "2026-12-01"},
    "NewAnonymousClient": {"client_group": "family_member", "age_band": "from_30_to_49"},
    "AnonymousClientPatch": {"gender": "female"},
    "ClientLink": {"code": "7K2P-9QXM-4TRA", "person_id": PERSON_ID, "consent": "written"},
    "NewAnonymousContact": {
        "client_id": OTHER_ID,
        "held_on": "2026-11-03",
        "channel": "phone",
        "topics": ["family"],
    },
    "AnonymousContactPatch": {"minutes": 20},
    "NewHealthVisit": {"person_id": PERSON_ID, "visited_on": "2026-11-04", "visit_kind": "examination"},
    "HealthVisitPatch": {"next_on": "2026-12-04"},
    "NewReferral": {
        "person_id": PERSON_ID,
        "kind": "legal_aid",
        "to_unit_id": UNIT_ID,
        "service": "legal",
        "consent_on": "2026-11-03",
        "consent_scope": ["identity"],
    },
    "ReferralPatch": {"reason": "làm lại giấy tờ tùy thân"},
    "ReferralMove": {"to": "sent"},
    "ReferralAnswer": {"to": "accepted", "appointment_on": "2026-12-10"},
    "ReferralToldAnswer": {"to": "accepted", "answered_by": "told_by_phone", "told_on": "2026-12-05"},
    "NewFieldReport": {
        "person_id": PERSON_ID,
        "kind": "moved_away",
        "noticed_on": "2026-11-20",
        "what": "Hàng xóm nói đã chuyển đi",
    },
    "FieldReportPatch": {"noticed_on": "2026-11-19"},
    "FieldReportMove": {"to": "withdrawn"},
    "FieldReportAnswer": {"to": "confirmed", "answered_on": "2026-11-22", "answer": "đã gặp gia đình"},
    "NewReferralFollowUp": {"person_id": PERSON_ID, "referral_id": OTHER_ID, "due_on": "2026-12-20"},
    "ReferralFollowUpPatch": {"due_on": "2026-12-22"},
    "ReferralFollowUpMove": {"to": "done", "done_on": "2026-12-20", "result": "attending"},
}

OUTREACH: dict[str, Any] = {
    "NewTraining": {
        "kind": "course",
        "title": "Kỹ năng tư vấn ban đầu",
        "audience": ["volunteers"],
        "attendance": [{"group": "volunteers", "persons": 24}],
        "held_from": "2026-06-01",
        "held_to": "2026-06-03",
        "place": "Nhà văn hóa phường",
    },
    "TrainingPatch": {"certified": 22},
    "NewPlace": {"kind": "school", "name": "Trường THCS Xuân Đỉnh", "valid_from": "2026-01-01"},
    "PlacePatch": {"address": "phường Xuân Đỉnh"},
    "NewOutreachActivity": {
        "title": "Ngày hội trở về",
        "form": "talk",
        "topics": ["coming_home"],
        "held_from": "2026-06-26",
        "reached": 180,
    },
    "OutreachActivityPatch": {"reached": 200},
    "NewPressItem": {
        "title": "Chuyện người trở về",
        "published_on": "2026-06-27",
        "outlet": "Báo Hà Nội mới",
        "level": "province",
    },
    "PressItemPatch": {"topics": ["coming_home"]},
    "NewAward": {
        "kind": "certificate_of_merit",
        "title": "Giấy khen",
        "recipient_kind": "collective",
        "recipient_name": "Đội công tác xã hội tình nguyện",
        "awarded_on": "2026-10-01",
        "awarded_by": "Chủ tịch UBND phường",
    },
    "AwardPatch": {"decision_number": "90/QĐ-UBND"},
    "NewInspectionVisit": {"kind": "supervision", "visited_on": "2026-10-10", "body": "Hội đồng nhân dân phường"},
    "InspectionVisitPatch": {"findings": "Sổ sách đầy đủ"},
}

EXAMPLES: dict[str, Any] = MODELS | CLUBS | CARE | OUTREACH
"""By the name of the schema, as in api/examples.py."""
