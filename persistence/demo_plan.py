"""What the demo is made of: communes, areas, organisations, accounts. Real places, invented people (issue 2 §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from domain.access.policy import Role
from domain.assignment.noun import CLASSES, AssignmentRole

DEMO: Final = "demo"
"""`source` of every person of the demo: the mark."""

SEED: Final = 2026
SIZE: Final = 5_000
EVERYWHERE_FROM: Final = 20_000
"""From this size on the people live in all communes of the country."""

NAMESPACE: Final = UUID("0d1f7a52-3c3b-5b0e-8a55-5f0f4f4b7d26")
HANOI_TIME: Final = timezone(timedelta(hours=7))
BORDERS_CHANGED: Final = datetime(2025, 7, 1, tzinfo=HANOI_TIME).astimezone(UTC)
DRAWN_ON: Final = date(2025, 7, 1)
APPOINTED_AT: Final = datetime(2026, 7, 1, tzinfo=HANOI_TIME).astimezone(UTC)


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMUNES: Final[Mapping[str, tuple[str, ...]]] = {
    "01": words(
        "00611 00602 00598 00613 00619 00622 00004 00008 00025 00070 00091 00103 00160 00235 00454 00592 00637 09556"
        " 09574 10441"
    ),
    "22": words("06688 06685 06673 06712 06793 06811 06994 07093 07132 07192"),
    "15": words("02647 03006 02839 02683 02761 02905 04252 04288 04456 04714"),
    "48": words("20242 20209 20263 20285 20197 20260 20410 20341 20551 20944"),
    "79": words("26740 26743 26944 26824 26506 25747 27343 27442 27553 26732"),
}
"""Codes of today by province: Hà Nội, Quảng Ninh, Lào Cai, Đà Nẵng, Hồ Chí Minh. None of them is disputed."""

AREA_PROVINCE: Final = "01"
AREAS: Final[Mapping[str, tuple[str, ...]]] = {
    "Khu vực Bắc Từ Liêm": ("00611", "00602", "00598", "00613", "00619", "00622"),
    "Khu vực Ba Đình": ("00004", "00008", "00025"),
}
"""Drawn over communes of Hà Nội; their codes become 01-1 and 01-2."""

WEIGHTS: Final[Mapping[str, float]] = {"00611": 10.0, **dict.fromkeys(AREAS["Khu vực Ba Đình"], 3.0)}
"""Communes with more people than the others (1), so that their lists are worth looking at."""


class Organisation(NamedTuple):
    kind: str
    parent_level: str
    parent_code: str
    name: str

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, f"{self.kind}@{self.parent_level}:{self.parent_code}")


def _of_commune(code: str, called: str) -> tuple[Organisation, ...]:
    return (
        Organisation("club", "commune", code, f"Câu lạc bộ Điểm Tựa {called}"),
        Organisation("volunteer_team", "commune", code, f"Đội công tác xã hội tình nguyện {called}"),
        Organisation("counselling_point", "commune", code, f"Điểm tư vấn {called}"),
        Organisation("health_station", "commune", code, f"Trạm y tế {called}"),
    )


ORGANISATIONS: Final = (
    *_of_commune("00611", "phường Xuân Đỉnh"),
    *_of_commune("00004", "phường Ba Đình"),
    Organisation("rehab_centre", "province", "01", "Cơ sở cai nghiện ma túy số 1 Hà Nội (minh họa)"),
    Organisation("rehab_centre", "province", "22", "Cơ sở cai nghiện ma túy Quảng Ninh (minh họa)"),
    Organisation("rehab_centre", "province", "15", "Cơ sở cai nghiện ma túy Lào Cai (minh họa)"),
    Organisation("rehab_centre", "province", "48", "Cơ sở cai nghiện ma túy Đà Nẵng (minh họa)"),
    Organisation("rehab_centre", "province", "79", "Cơ sở cai nghiện ma túy Hồ Chí Minh (minh họa)"),
)


class DemoAccount(NamedTuple):
    """An account of the demo: `<role>.<unit code>`, at a unit found by level and code, or at an organisation there."""

    role: Role
    level: str
    code: str
    organisation: str | None = None
    """Kind of the organisation of that unit at which the role is held."""
    day: date | None = None
    """A day on which the code is read; None is today."""

    @property
    def user_name(self) -> str:
        return f"{self.role}.{self.code.lower()}"

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, f"account:{self.user_name}")

    @property
    def kind(self) -> str:
        return "machine" if self.role is Role.IMPORT_CLIENT else "person"


ACCOUNTS: Final = (
    DemoAccount(Role.COMMUNE_OFFICER, "commune", "00611"),
    DemoAccount(Role.COMMUNE_LEADER, "commune", "00611"),
    DemoAccount(Role.COMMUNE_POLICE, "commune", "00611"),
    DemoAccount(Role.COMMUNE_POLICE_HEAD, "commune", "00611"),
    DemoAccount(Role.DISTRICT_OFFICER, "area", "01-1"),
    DemoAccount(Role.PROVINCE_OFFICER, "province", "01"),
    DemoAccount(Role.PROVINCE_ADMIN, "province", "01"),
    DemoAccount(Role.COUNTRY_READER, "country", "VN"),
    DemoAccount(Role.CLUB_BOARD, "commune", "00611", "club"),
    DemoAccount(Role.VOLUNTEER, "commune", "00611", "volunteer_team"),
    DemoAccount(Role.COUNSELLOR, "commune", "00611", "counselling_point"),
    DemoAccount(Role.HEALTH_STATION, "commune", "00611", "health_station"),
    DemoAccount(Role.REHAB_CENTRE, "province", "01", "rehab_centre"),
    DemoAccount(Role.IMPORT_CLIENT, "province", "01"),
    DemoAccount(Role.INSPECTOR, "country", "VN"),
    DemoAccount(Role.REPORT_READER, "province", "01"),
    DemoAccount(Role.SYSTEM_ADMIN, "country", "VN"),
    # beside one of each role: the neighbour, the other province, the district that ended, the other area
    DemoAccount(Role.COMMUNE_OFFICER, "commune", "00602"),
    DemoAccount(Role.COMMUNE_OFFICER, "commune", "06688"),
    DemoAccount(Role.DISTRICT_OFFICER, "district", "021", day=date(2024, 6, 30)),
    DemoAccount(Role.DISTRICT_OFFICER, "area", "01-2"),
    DemoAccount(Role.PROVINCE_OFFICER, "province", "22"),
    DemoAccount(Role.PROVINCE_OFFICER, "province", "15"),
    DemoAccount(Role.VOLUNTEER, "commune", "00004", "volunteer_team"),
)


class Assignment(NamedTuple):
    """Persons of a commune shown to an organisation's account or to the organisation, and what beside the person."""

    role: Role
    code: str
    reason: str
    share: float
    personal: bool
    """Given to the account itself, not to all of its organisation."""
    classes: tuple[str, ...]


VOLUNTEERS: Final = CLASSES[AssignmentRole.VOLUNTEER]
ASSIGNMENTS: Final = (
    Assignment(Role.CLUB_BOARD, "00611", "membership", 0.10, personal=False, classes=("person_phone",)),
    Assignment(Role.VOLUNTEER, "00611", "assignment", 0.08, personal=True, classes=VOLUNTEERS),
    Assignment(Role.COUNSELLOR, "00611", "assignment", 0.05, personal=True, classes=CLASSES[AssignmentRole.COUNSELLOR]),
    Assignment(Role.HEALTH_STATION, "00611", "referral", 0.06, personal=False, classes=("residence", "person_phone")),
    Assignment(Role.VOLUNTEER, "00004", "assignment", 0.08, personal=True, classes=VOLUNTEERS),
)

ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.COMMUNE_OFFICER: "Cán bộ cấp xã",
    Role.COMMUNE_LEADER: "Lãnh đạo Ủy ban nhân dân cấp xã",
    Role.COMMUNE_POLICE: "Công an cấp xã",
    Role.COMMUNE_POLICE_HEAD: "Trưởng Công an cấp xã",
    Role.DISTRICT_OFFICER: "Cán bộ cấp huyện, khu vực",
    Role.PROVINCE_OFFICER: "Cán bộ cấp tỉnh",
    Role.PROVINCE_ADMIN: "Quản trị cấp tỉnh",
    Role.COUNTRY_READER: "Theo dõi toàn quốc",
    Role.CLUB_BOARD: "Ban chủ nhiệm câu lạc bộ",
    Role.VOLUNTEER: "Tình nguyện viên",
    Role.COUNSELLOR: "Tư vấn viên",
    Role.HEALTH_STATION: "Trạm y tế",
    Role.REHAB_CENTRE: "Cơ sở cai nghiện",
    Role.IMPORT_CLIENT: "Máy nhập dữ liệu",
    Role.INSPECTOR: "Thanh tra",
    Role.REPORT_READER: "Xem báo cáo",
    Role.SYSTEM_ADMIN: "Quản trị hệ thống",
}
