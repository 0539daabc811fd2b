"""Examples of the bodies of needs and loans. Nobody bears the ids in them."""

from __future__ import annotations

from typing import Any

PERSON_ID = "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"
EXAMPLES: dict[str, Any] = {
    "NewNeed": {
        "person_id": PERSON_ID,
        "kind": "vocational_training",
        "found_on": "2026-11-02",
        "detail": "Muốn học nghề may, học buổi tối",
        "source": "so_tay_xa",
        "source_ref": "NC/2026/31",
    },
    "NeedMove": {"to": "met", "met_on": "2026-11-20"},
    "LoanCheck": {
        "person_id": PERSON_ID,
        "borrower": "person",
        "loan_on": "2026-06-01",
        "amount_vnd": 80_000_000,
        "months": 60,
        "purpose": "production",
        "law_abiding": True,
    },
}
