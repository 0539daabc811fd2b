"""Facts of one case, complete for every form."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

WARD = {"type": "ward", "name": "Phường Hoà Bình"}
COMMUNE = {"type": "commune", "name": "Ea Súp"}
AT = datetime(2026, 8, 4, 3, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "person": {
        "full_name": "Nguyễn Thị Thuỳ Ưởng",
        "aliases": ["Bé Ú"],
        "gender": "female",
        "born_on": "1990-02-05",
        "born_precision": "day",
        "native_place": "xã Đại Đồng, tỉnh Bắc Ninh",
        "identifier": {"kind": "personal_id", "number": "001190012345", "issued_on": "2021-08-09", "issued_by": None},
        "residence": "Số 12, đường Lê Lợi",
        "residence_units": [WARD, {"type": "province", "name": "Đắk Lắk"}],
        "occupation": "thợ may",
    },
    "unit": WARD,
    "province": {"type": "province", "name": "Đắk Lắk"},
    "case": {"pathway": "compulsory_adult", "completed_on": "2026-08-31"},
    "decision": {
        "number": "7",
        "symbol": "QĐ-UBND",
        "decided_on": "2026-08-04",
        "signer_name": "Trần Thị Hoà",
        "signer_title": "Chủ tịch",
        "issuer": WARD,
        "from": "2026-08-31",
        "to": "2028-08-31",
        "months": 24,
        "measures": "Tư vấn tâm lý; hỗ trợ học nghề.",
        "responsible": "Ông Lê Văn Đạt",
        "family_representative": "Bà Phạm Thị Ái (mẹ)",
        "tasks": "Trạm y tế theo dõi sức khỏe.",
        "recipients": ["person_or_representative", "commune_police_head", "rehab_centre", "assigned_supporters"],
        "place": "Phường Hoà Bình",
    },
    "proposal": {
        "number": "15/ĐN-CAP",
        "proposed_on": "2026-08-03",
        "proposed_by": "Đỗ Văn Ước",
        "signer_title": None,
        "measures": "Tư vấn tâm lý.",
        "from": "2026-08-31",
        "to": "2028-08-31",
    },
    "certificate": {
        "number": "9/GXN-UBND",
        "dated": "2028-08-29",
        "signer_name": "Trần Thị Hoà",
        "signer_title": "Chủ tịch",
    },
    "transfer": {
        "number": "21/TB-CAP",
        "dated": "2027-03-01",
        "signer_name": "Đỗ Văn Ước",
        "from_unit": WARD,
        "to_unit": COMMUNE,
        "left_on": "2027-02-28",
        "new_address": "Thôn 3, xã Ea Súp",
    },
}


def whole(**changes: Any) -> dict[str, Any]:
    """A copy; `person__full_name="…"` changes one fact."""
    facts = copy.deepcopy(WHOLE)
    for path, value in changes.items():
        part, _, name = path.partition("__")
        facts[part][name] = value
    return facts
