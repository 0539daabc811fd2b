"""Examples of the main bodies of the contract. Every number in them is synthetic: no real person bears it."""

from __future__ import annotations

from typing import Any

from api.examples_of_callers import EXAMPLES as OF_CALLERS
from api.examples_of_law import EXAMPLES as OF_LAW
from api.examples_of_livelihood import EXAMPLES as OF_LIVELIHOOD
from api.examples_of_support import EXAMPLES as OF_SUPPORT
from api.examples_of_work import EXAMPLES as OF_WORK

PERSON_ID = "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"
UNIT_ID = "0199f39f-1b22-7c04-9d3e-8d2f7c1a0b55"
RESIDENCE_ID = "0199f3a0-6c1e-7d21-9b02-51d0c7a4e6f3"
ACCOUNT_ID = "0199f3a1-0d5a-7f11-8c77-2be94a61d908"
SESSION_ID = "0199f3a2-44c0-7b3a-a2f6-90e1d35c7b42"
RECORDED = "2026-11-02T08:15:00.123456+07:00"
REFRESH = f"dtr_{SESSION_ID.replace('-', '')}_0_{'0' * 64}"

PERSON: dict[str, Any] = {
    "id": PERSON_ID,
    "version": 1,
    "unit_id": UNIT_ID,
    "recorded_at": RECORDED,
    "updated_at": RECORDED,
    "full_name": "Nguyễn Văn Đức",
    "aliases": ["Tư Đức"],
    "gender": "male",
    "born_on": "1990-01-01",
    "born_precision": "year",
    "native_place": "Nam Định",
    "occupation": "thợ mộc",
    "national_id": "000090123456",
    "phone": "+84300123456",
    "masked": [],
}
LISTED = PERSON | {"national_id": "••••••••3456", "phone": "+84•••••••56", "masked": ["national_id", "phone"]}

EXAMPLES: dict[str, Any] = (
    OF_LAW
    | OF_LIVELIHOOD
    | OF_SUPPORT
    | OF_WORK
    | OF_CALLERS
    | {
        "SessionBody": {
            "user_name": "commune_officer.00611",
            "password": "ba con trâu trắng",
            "label": "máy bàn phòng VHXH",
        },
        "ActivationBody": {
            "user_name": "commune_officer.00611",
            "code": "K7PX-2MQD-9TRA",
            "password": "ba con trâu trắng qua cầu",
        },
        "PasswordBody": {"old_password": "ba con trâu trắng", "new_password": "bốn cánh buồm nâu ra khơi"},
        "TokenBody": {"grant_type": "refresh_token", "refresh_token": REFRESH, "nonce": "q7Zk2v"},
        "RevokeBody": {"token": REFRESH},
        "NewPerson": {
            "id": PERSON_ID,
            "full_name": "Nguyễn Văn Đức",
            "aliases": ["Tư Đức"],
            "gender": "male",
            "born_on": "1990-01-01",
            "born_precision": "year",
            "native_place": "Nam Định",
            "occupation": "thợ mộc",
            "identifiers": [{"kind": "personal_id", "number": "000090123456", "issued_on": "2021-05-20"}],
            "phones": [{"number": "0300 123 456", "belongs_to": "self"}],
            "source": "so_tay_xa",
            "source_ref": "2026/117",
        },
        "PersonPatch": {"occupation": "thợ điện", "native_place": None},
        "PersonSearch": {"q": "nguyen van duc", "born_year": 1990, "limit": 20, "fields": "full_name,born_on,unit_id"},
        "VoidBody": {"reason": "Nhập trùng với hồ sơ đã có."},
        "NewIdentifier": {
            "kind": "passport",
            "number": "C0001234",
            "issued_on": "2021-05-20",
            "valid_to": "2031-05-20",
        },
        "IdentifierPatch": {"valid_to": "2026-10-31", "status": "ended"},
        "NewPhone": {"number": "+84300123456", "belongs_to": "family"},
        "PhonePatch": {"valid_to": "2026-10-31"},
        "NewResidence": {
            "kind": "permanent",
            "unit_id": UNIT_ID,
            "address": "số 12, tổ dân phố 3",
            "valid_from": "2025-07-01",
        },
        "ResidencePatch": {"valid_to": "2026-10-31"},
        "NewAccount": {
            "user_name": "lan.tran",
            "display_name": "Trần Thị Lan",
            "unit_id": UNIT_ID,
            "role": "commune_officer",
        },
        "AccountPatch": {"display_name": "Trần Thị Ngọc Lan"},
        "NewAppointment": {"role": "commune_officer", "unit_id": UNIT_ID, "valid_to": "2027-12-31T23:59:59+07:00"},
        "AppointmentEnd": {"valid_to": None},
        "Person": PERSON,
        "PersonPage": {"data": [LISTED], "page": {"next": None, "incomplete": False}, "total": 1},
        "Residence": {
            "id": RESIDENCE_ID,
            "version": 1,
            "person_id": PERSON_ID,
            "recorded_at": RECORDED,
            "kind": "permanent",
            "unit_id": UNIT_ID,
            "address": "số 12, tổ dân phố 3",
            "valid_from": "2025-07-01",
            "masked": [],
        },
        "Unit": {
            "id": UNIT_ID,
            "version": 1,
            "code": "00611",
            "code_system": "qd19",
            "level": "commune",
            "unit_type": "ward",
            "name": "Xuân Đỉnh",
            "valid_from": "2025-07-01",
            "marks": [],
            "alternative_codes": [],
            "masked": [],
        },
        "Account": {
            "id": ACCOUNT_ID,
            "version": 1,
            "kind": "person",
            "user_name": "lan.tran",
            "display_name": "Trần Thị Lan",
            "unit_id": UNIT_ID,
            "state": "invited",
            "recorded_at": RECORDED,
            "masked": [],
        },
        "TokenAnswer": {
            "access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.e30.c2ln",
            "refresh_token": REFRESH,
            "expires_in": 300,
            "token_type": "Bearer",
            "session_id": SESSION_ID,
        },
    }
)
"""By the name of the schema; a test holds each against it, and each body against the model that reads it."""
