"""Examples of the bodies of those who call: imports, exports, webhooks, queued writes, centres."""

from __future__ import annotations

from typing import Any

from api.examples_of_law import FORM_51

TARGET_ID = "0199f3c3-1c02-7d20-8e31-5a6b7c8d9eaf"

REPORT = {"follow_up_id": TARGET_ID, "result": "attending", "done_on": "2026-11-20", "source_ref": "TT/41"}
EXAMPLES: dict[str, Any] = {
    "NewExport": {
        "collection": "persons",
        "filters": {"gender": "female"},
        "fields": ["full_name", "born_on", "unit.name"],
        "format": "csv",
    },
    "ExportMove": {"to": "queued"},
    "ImportMove": {"to": "loading", "fingerprint": "5f2c" * 16},
    "ImportDecision": {"decision": "update", "target_id": TARGET_ID},
    "NewImportMapping": {
        "kind": "persons",
        "name": "sổ tay xã",
        "columns": [{"header": "Họ và tên", "field": "full_name"}],
    },
    "ImportMappingPatch": {"name": "sổ tay xã 2026"},
    "NewWebhookEndpoint": {
        "url": "https://nhan.xa-hoa.vn/diem-tua",
        "nouns": ["person"],
        "kinds": [],
        "description": "phần mềm một cửa",
    },
    "WebhookEndpointPatch": {"description": "phần mềm một cửa, máy mới"},
    "WebhookEndpointMove": {"to": "disabled"},
    "SecretRotation": {"old_valid_hours": 24},
    "WebhookReplay": {"from_at": "2026-11-20T00:00:00+07:00"},
    "NoticeBulk": {"notices": [FORM_51, FORM_51 | {"source_ref": "52/2026", "full_name": "Lê Văn Ân"}]},
    "NewTrainingCertificate": {
        "notice_id": TARGET_ID,
        "trade": "Sửa chữa xe máy",
        "school_name": "Trung tâm giáo dục nghề nghiệp số 1",
        "certificate_number": "SC-118",
        "enrolled_on": "2026-02-02",
        "finished_on": "2026-05-29",
        "certified_on": "2026-06-12",
        "source_ref": "118/CC",
    },
    "AdherenceReport": REPORT,
    "AdherenceBulk": {"reports": [REPORT]},
    "DecisionHandedOver": {
        "received_at": "2026-11-20T09:00:00+07:00",
        "minutes_number": "5/BB",
        "received_by": "Nguyễn Văn Đức",
        "handed_by": "Phạm Thị Ái",
    },
    "SyncPush": {
        "on_refusal": "stop",
        "writes": [
            {
                "key": "0199f3c3-1c02-7d21-9f42-6b7c8d9eaf01",
                "method": "POST",
                "path": "/v1/persons",
                "body": {"full_name": "Lê Thị Na"},
            }
        ],
    },
    "ReadingCode": {},
}
"""By the name of the schema, as in api/examples.py."""
