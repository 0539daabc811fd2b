"""Rows of the law for generated requests: for each operation one on which the contract's own example succeeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from api.examples import EXAMPLES
from domain.ids import new_id

TAGS = {
    "law": ("system_admin", "officer", "volunteer"),
    "tasks": ("officer", "province_officer", "volunteer"),
    "handovers": ("officer", "neighbour", "province_officer"),
    "treatment": ("officer", "police", "import_client", "province_officer"),
    "notices": ("officer", "police", "rehab_centre", "province_officer"),
    "reviews": ("officer", "police", "rehab_centre"),
    "cases": ("leader", "officer", "police", "counsellor"),
    "decisions": ("leader", "officer", "police"),
    "documents": ("officer", "police", "province_officer"),
}
"""Who calls the operations of a tag; the first may do what its example says."""
BY_OPERATION = {
    "push_notice": ("rehab_centre", "officer"),
    "record_certificate": ("rehab_centre", "officer"),
    "void_certificate": ("rehab_centre", "officer"),
    "void_attachment": ("rehab_centre", "officer"),
    "amend_notice": ("rehab_centre", "officer"),
    "answer_request": ("rehab_centre", "officer"),
    "move_handover": ("neighbour", "officer"),
    "move_case": ("police", "leader", "officer"),
    "confirm_form": ("system_admin", "officer"),
}
TABLES = {
    "treatment-courses": "treatment_course",
    "discharge-notices": "discharge_notice",
    "notice-routings": "notice_routing",
    "notice-amendments": "notice_amendment",
    "notice-attachments": "notice_attachment",
    "training-certificates": "training_certificate",
    "review-rounds": "review_round",
    "review-requests": "review_request",
    "reviewed-persons": "reviewed_person",
    "cases": "management_case",
    "case-proposals": "case_proposal",
    "case-findings": "case_finding",
    "support-teams": "support_team",
    "case-assignments": "case_assignment",
    "case-assessments": "case_assessment",
    "management-decisions": "management_decision",
    "decision-adjustments": "decision_adjustment",
    "decision-deliveries": "decision_delivery",
    "documents": "case_document",
    "document-forms": "form_confirmation",
    "law-changes": "law_change",
    "rules": "law_rule",
    "tasks": "task",
    "handovers": "handover",
}
PAPER = {"number": "15/BB", "dated": "2026-10-12", "authority": "Công an phường"}


class LawRows:
    """The story that an operation needs, told through the doors."""

    def __init__(self, callers: Any) -> None:
        self.callers = callers
        self.person = ""
        """Whom a body may name."""

    def call(self, user: str, path: str, body: Any, of: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.callers.world.users[user].token}"}
        headers |= {"If-Match": f'"{of["version"]}"'} if of else {}
        answer = self.callers.session.post(f"{self.callers.service.url}{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json()

    def get(self, user: str, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.callers.world.users[user].token}"}
        return self.callers.session.get(f"{self.callers.service.url}{path}", headers=headers).json()

    def somebody(self) -> str:
        return str(self.callers.service.run(self.callers._person("hoa")))

    def unit(self, name: str) -> str:
        return str(self.callers.world.units[name])

    def made(self, operation: str, noun: str) -> dict[str, list[str]]:
        """Ids by noun, the fitting one first."""
        self.person = self.somebody()
        story: Callable[[str], dict[str, str]] | None = getattr(self, noun.replace("-", "_"), None)
        found = story(operation) if story else {}
        far = str(new_id())
        return {name: [id, id, far] for name, id in found.items()}

    # -- stories, by the noun of the path ------------------------------------------------------------------------

    def treatment_courses(self, operation: str) -> dict[str, str]:
        body = EXAMPLES["NewCourse"] | {"person_id": self.person}
        if operation != "open_course_case":
            body = {name: value for name, value in body.items() if name not in ("ended_on", "outcome")}
        return {"treatment-courses": self.call("officer", "/v1/treatment-courses", body)["id"]}

    def discharge_notices(self, operation: str) -> dict[str, str]:
        body = EXAMPLES["NewNotice"] | {"unit_id": self.unit("hoa"), "source_ref": str(new_id())}
        notice = self.call("rehab_centre", "/v1/discharge-notices", body)
        path = f"/v1/discharge-notices/{notice['id']}"
        if operation in ("send_notice_on", "see_notice_change"):
            notice = self.call("officer", f"{path}/transitions", {"to": "received"}, notice)
        if operation == "see_notice_change":
            back = {"to": "cancelled", "reason": "gia hạn"}
            self.call("rehab_centre", f"{path}/transitions", back, notice)
        return {"discharge-notices": notice["id"]}

    def notice_routings(self, _operation: str) -> dict[str, str]:
        notice = self.discharge_notices("")["discharge-notices"]
        found = self.get("officer", f"/v1/notice-routings?notice_id={notice}")["data"]
        return {"notice-routings": found[0]["id"]}

    def notice_attachments(self, _operation: str) -> dict[str, str]:
        notice, content = self.discharge_notices("")["discharge-notices"], b"%PDF-1.7"
        given = {"notice_id": notice, "kind": "cv", "source_ref": str(new_id())}
        given["sha256"] = hashlib.sha256(content).hexdigest()
        token = self.callers.world.users["rehab_centre"].token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/pdf"}
        url = f"{self.callers.service.url}/v1/notice-attachments"
        sent = self.callers.session.post(url, params=given, data=content, headers=headers)
        assert sent.status_code == 201, sent.text
        return {"notice-attachments": sent.json()["id"]}

    def training_certificates(self, operation: str) -> dict[str, str]:
        notice = self.discharge_notices("")["discharge-notices"]
        if operation == "record_certificate":
            return {"discharge-notices": notice}
        body = EXAMPLES["NewTrainingCertificate"] | {"notice_id": notice, "source_ref": str(new_id())}
        return {"training-certificates": self.call("rehab_centre", "/v1/training-certificates", body)["id"]}

    def review_rounds(self, operation: str) -> dict[str, str]:
        body = EXAMPLES["NewReviewRound"] | {"asked_unit_ids": [self.unit("centre")]}
        begun = self.call("officer", "/v1/review-rounds", body)
        request = self.get("rehab_centre", f"/v1/review-requests?round_id={begun['id']}")["data"][0]
        ids = {"review-rounds": begun["id"], "review-requests": request["id"]}
        if operation == "move_entry" or operation.endswith("reviewed_person"):
            path = f"/v1/review-requests/{request['id']}/answers"
            self.call("rehab_centre", path, EXAMPLES["ReviewAnswer"], request)
            rows = self.get("officer", f"/v1/reviewed-persons?round_id={begun['id']}")["data"]
            ids["reviewed-persons"] = rows[0]["id"]
        return ids

    review_requests = reviewed_persons = review_rounds

    def noticed(self, **facts: Any) -> Any:
        return self.call("officer", "/v1/cases", EXAMPLES["NewManagementCase"] | {"person_id": self.person} | facts)

    def proposed(self, **facts: Any) -> Any:
        case = self.noticed(**facts)
        return self.call("police", f"/v1/cases/{case['id']}/transitions", EXAMPLES["CaseMove"], case)

    def drafted(self, case: Any, **facts: Any) -> Any:
        number = {"number": str(next(self.callers.numbers) + 1000)}
        body = EXAMPLES["NewManagementDecision"] | number | {"case_id": case["id"]} | facts
        return self.call("officer", "/v1/management-decisions", body)

    def signed(self, decision: Any) -> Any:
        path = f"/v1/management-decisions/{decision['id']}/transitions"
        return self.call("leader", path, {"to": "signed"}, decision)

    def cases(self, operation: str) -> dict[str, str]:
        if operation in ("open_case", "list_cases"):
            return {}
        if operation != "assess":
            return {"cases": self.noticed()["id"]}
        case = self.proposed(completed_on="2024-08-31", pathway="voluntary_community")
        self.signed(self.drafted(case, decided_on="2024-08-30"))
        case = self.get("leader", f"/v1/cases/{case['id']}")
        served = {"number": "5/GCN", "issued_on": case["effective_end_on"], "signer": "Trần Thị Hoà"}
        move = {"to": "completed", "certificate": served}
        return {"cases": self.call("leader", f"/v1/cases/{case['id']}/transitions", move, case)["id"]}

    def case_findings(self, _operation: str) -> dict[str, str]:
        path = f"/v1/cases/{self.noticed()['id']}/findings"
        return {"case-findings": self.call("leader", path, EXAMPLES["NewFinding"])["id"]}

    def support_teams(self, _operation: str) -> dict[str, str]:
        path = f"/v1/cases/{self.noticed()['id']}/support-teams"
        return {"support-teams": self.call("leader", path, EXAMPLES["NewTeam"])["id"]}

    def case_assignments(self, _operation: str) -> dict[str, str]:
        path = f"/v1/cases/{self.noticed()['id']}/assignments"
        return {"case-assignments": self.call("leader", path, EXAMPLES["NewAssignment"])["id"]}

    def case_proposals(self, _operation: str) -> dict[str, str]:
        case = self.proposed()
        found = self.get("leader", f"/v1/cases/{case['id']}?include=proposals")
        return {"case-proposals": found["proposals"][0]["id"]}

    def case_assessments(self, _operation: str) -> dict[str, str]:
        case = self.cases("assess")["cases"]
        path = f"/v1/cases/{case}/assessments"
        return {"case-assessments": self.call("leader", path, EXAMPLES["NewAssessment"])["id"]}

    def management_decisions(self, operation: str) -> dict[str, str]:
        case = self.proposed()
        if operation == "draft_decision":
            return {"cases": case["id"]}
        decision = self.drafted(case)
        if operation in ("adjust", "record_delivery"):
            self.signed(decision)
        return {"management-decisions": decision["id"], "cases": case["id"]}

    def decision_adjustments(self, _operation: str) -> dict[str, str]:
        decision = self.management_decisions("adjust")["management-decisions"]
        body = {"kind": "interruption", "ground": "imprisonment", "document": PAPER}
        body |= {"first_day": "2026-10-01", "last_day": "2026-10-20"}
        path = f"/v1/management-decisions/{decision}/adjustments"
        return {"decision-adjustments": self.call("leader", path, body)["id"]}

    def decision_deliveries(self, _operation: str) -> dict[str, str]:
        decision = self.management_decisions("adjust")["management-decisions"]
        path = f"/v1/management-decisions/{decision}/deliveries"
        return {"decision-deliveries": self.call("leader", path, EXAMPLES["NewDelivery"])["id"]}

    def documents(self, operation: str) -> dict[str, str]:
        case = self.proposed()
        if operation in ("make_document", "check"):
            return {"cases": case["id"]}
        if operation == "upload_scan":
            return {"cases": case["id"], "decisions": self.signed(self.drafted(case))["id"]}
        body = EXAMPLES["NewCaseDocument"] | {"subject_id": case["id"]}
        return {"documents": self.call("police", "/v1/documents", body)["id"], "cases": case["id"]}

    def document_forms(self, _operation: str) -> dict[str, str]:
        return {"document-forms": self.get("officer", "/v1/document-forms?confirmed=false")["data"][0]["id"]}

    def handovers(self, operation: str) -> dict[str, str]:
        if operation == "give_person":
            return {}
        body = EXAMPLES["NewGiving"] | {"person_id": self.person, "unit_id": self.unit("binh")}
        return {"handovers": self.call("officer", "/v1/handovers", body)["id"]}

    def tasks(self, _operation: str) -> dict[str, str]:
        case = self.noticed()["id"]
        return {"tasks": self.get("officer", f"/v1/tasks?subject_id={case}")["data"][0]["id"]}

    def rules(self, _operation: str) -> dict[str, str]:
        return {"rules": self.get("officer", "/v1/rules?limit=1")["data"][0]["id"]}

    def law_changes(self, _operation: str) -> dict[str, str]:
        return {"law-changes": self.call("system_admin", "/v1/law-changes", EXAMPLES["NewLawChange"])["id"]}
