"""Words of which invented people and their addresses are made: by region, people and generation.

Shares of family names follow the national figures (Nguyễn about 31 %, Trần 11 %, Lê 9 %, Phạm 6 % …), with Hoàng and Vũ
of the north as Huỳnh and Võ of the south. Both placements of a tone occur (Hoà, Hòa), as in real files.
A pool is written `word=weight`; `_` is a space inside a word and `-` alone is nothing.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final


class Pool:
    """Words with weights."""

    __slots__ = ("_sums", "words")

    def __init__(self, listed: str) -> None:
        pairs = [entry.partition("=") for entry in listed.split()]
        self.words = tuple("" if word == "-" else word.replace("_", " ") for word, _, _ in pairs)
        self._sums = list(accumulate(float(weight or 1) for _, _, weight in pairs))

    def pick(self, chance: float) -> str:
        """Return the word at `chance`, which lies in [0, 1)."""
        return self.words[bisect(self._sums, chance * self._sums[-1])]


@dataclass(frozen=True, slots=True)
class NameStock:
    """How one people names men and women: a pool for each place of the name; which place is the family's, if any."""

    male: tuple[Pool, ...]
    female: tuple[Pool, ...]
    family_at: int | None = 0


class Region(StrEnum):
    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"


def region_of(province_code: str) -> Region:
    """Return the region of a province; old codes and those since 2025-07-01 run from north to south alike."""
    if province_code < "38":
        return Region.NORTH
    return Region.CENTRAL if province_code < "70" else Region.SOUTH


_FAMILIES: Final = {
    Region.NORTH: Pool(
        "Nguyễn=29.5 Trần=10.5 Lê=8 Phạm=7.5 Vũ=5.5 Hoàng=5 Bùi=3.5 Đỗ=3 Đặng=2.6 Ngô=2.1 Phan=1.6 Dương=1.6 Đào=1.5 "
        "Đinh=1.4 Đoàn=1.2 Trịnh=1.2 Lương=1.1 Hà=1 Cao=0.7 Mai=0.7 Lưu=0.7 Tạ=0.6 Chu=0.6 Phùng=0.6 Lý=0.5 Vương=0.4 "
        "Tô=0.4 Kiều=0.3 Nghiêm=0.3 Quách=0.2 Khuất=0.2 Doãn=0.2 Thân=0.2 Bạch=0.2 Giáp=0.2",
    ),
    Region.CENTRAL: Pool(
        "Nguyễn=29.5 Trần=10.5 Lê=10 Phạm=5.5 Phan=4.5 Võ=4.2 "
        "Hoàng=3.5 Hồ=3 Huỳnh=2.6 Đặng=2.5 Bùi=2.2 Trương=2.1 Ngô=1.7 "
        "Đỗ=1.4 Đinh=1.2 Cao=1.2 Dương=1.1 Đoàn=1.1 Hà=0.9 Mai=0.9 Trịnh=0.7 Thái=0.7 Lương=0.6 Tôn_Thất=0.2 Đậu=0.3 "
        "Tống=0.3 Văn=0.2 Nguyễn_Phước=0.1 Châu=0.3 Lưu=0.4",
    ),
    Region.SOUTH: Pool(
        "Nguyễn=29 Trần=10.5 Lê=9 Huỳnh=5.8 Phạm=5.5 Võ=4.8 Phan=3 Đặng=2.4 Trương=2.1 Bùi=2 Hồ=1.8 Đỗ=1.6 Ngô=1.6 "
        "Dương=1.6 Lâm=1.2 Lý=0.9 Đoàn=0.9 Mai=0.8 Thái=0.7 Lương=0.6 Cao=0.6 Châu=0.5 Tô=0.5 Lưu=0.5 Quách=0.4 Hà=0.4 "
        "Tăng=0.3 Hứa=0.3 Âu=0.2 Ung=0.1 Vương=0.3",
    ),
}
_MALE_MIDDLES: Final = {
    "elder": Pool(
        "Văn=42 Đình=5 Xuân=5 Hữu=5 Đức=5 Quang=4 Ngọc=4 Thanh=4 "
        "Minh=3 Công=3 Quốc=3 Bá=2 Trọng=2 Duy=1 -=5 Văn_Thanh=1",
    ),
    "younger": Pool(
        "Văn=20 Minh=8 Đức=7 Quang=6 Hoàng=6 Tuấn=5 Thanh=5 Ngọc=5 "
        "Quốc=5 Hữu=4 Anh=4 Xuân=3 Duy=4 Trung=3 Gia=2 Nhật=2 "
        "Mạnh=3 Công=3 Đình=3 Bảo=2 Thành=3 Trọng=2 Tiến=2 Hải=2 Chí=1 -=3",
    ),
}
_FEMALE_MIDDLES: Final = {
    "elder": Pool(
        "Thị=65 Thị_Kim=4 Thị_Thu=4 Thị_Ngọc=4 Thị_Thanh=4 Kim=3 Ngọc=3 Thanh=2 Minh=2 Mỹ=2 Bích=2 Hồng=2 -=2"
    ),
    "younger": Pool(
        "Thị=26 Thị_Thu=6 Thị_Thanh=5 Thị_Hồng=4 Thị_Minh=3 "
        "Thị_Ngọc=5 Ngọc=8 Thu=5 Thanh=5 Phương=4 Minh=4 Hồng=3 Kim=4 "
        "Mỹ=3 Thùy=2 Thuỳ=1 Khánh=2 Quỳnh=2 Bích=2 Diễm=1 Tường=1 Yến=2 Bảo=2 -=2",
    ),
}
_MALE_GIVEN: Final = Pool(
    "Hùng=5 Tuấn=5 Dũng=4 Anh=4 Minh=4 Hải=4 Nam=4 Long=4 Sơn=3.5 Cường=3.5 Thắng=3 Hoàng=3 Đức=3 Huy=3 Tùng=3 Trung=3 "
    "Thành=3 Hiếu=3 Quân=2.5 Linh=1 Phúc=2 Bình=2 Dương=2 Kiên=2 Việt=2 Mạnh=2 Phong=2 Tú=2 Lâm=2 Khánh=1.5 Quang=2 "
    "Toàn=2 Thịnh=1.5 Đạt=2 Hưng=2 Khoa=1.5 Tâm=1.5 Tài=1.5 Vinh=1.5 Hòa=1 Hoà=0.6 Hậu=1 Lộc=1 Nghĩa=1.2 Nhân=1 Phát=1 "
    "Phước=1 Quý=1 Quyết=0.6 Sang=1 Tiến=1.5 Tín=0.7 Trọng=1 "
    "Trường=1.2 Vũ=1.5 Vương=0.8 Ân=0.4 Ẩn=0.05 Ất=0.05 Chiến=1 "
    "Chung=0.8 Công=1 Duy=1.2 Giang=1 Hào=0.6 Hoan=0.3 Hoàn=0.6 Khải=0.6 Khỏe=0.05 Khoẻ=0.05 Lợi=0.7 Luân=0.5 Lực=0.6 "
    "Mẫn=0.2 Nguyên=0.8 Ninh=0.4 Oanh=0.05 Sáng=0.5 Tấn=0.5 Thái=1 Thuận=0.8 Thủy=0.2 Thuỷ=0.2 Toản=0.4 Ước=0.1 Út=0.2 "
    "Xuyên=0.1 Ý=0.05 Đông=0.6 Đăng=0.6 Điệp=0.4 Định=0.3 Doanh=0.3 Độ=0.2",
)
_FEMALE_GIVEN: Final = Pool(
    "Hương=4 Lan=4 Hoa=3.5 Linh=4 Trang=4 Hà=3.5 Thảo=3.5 Nga=3 "
    "Hằng=3 Phương=3 Anh=3 Hạnh=2.5 Thủy=2 Thuỷ=1.2 Ngọc=2.5 "
    "Mai=2.5 Hồng=2.5 Thu=2 Yến=2 Loan=2 Dung=2 Oanh=1.5 Nhung=2 "
    "Huyền=2 Hiền=2 Vân=2 Tuyết=1.5 Hoà=0.4 Hòa=0.6 Thúy=1.2 "
    "Thuý=0.8 Quyên=1.2 Trinh=1 Trâm=1 Như=1 Ngân=1.5 My=1 Vy=1 Xuân=1 Bích=0.8 Cúc=0.8 Đào=0.6 Diễm=0.5 Diệp=0.5 "
    "Giang=0.8 Liên=1.2 Ly=0.6 Minh=0.8 Ánh=1 Ái=0.2 Ân=0.1 Uyên=0.8 Út=0.3 Tâm=0.8 Thanh=1 Thơm=0.5 Tươi=0.3 Ê=0.01 "
    "Phượng=1 Sen=0.5 Thắm=0.4 Chi=0.8 Châu=0.7 Đoan=0.1 Hoài=0.4 Hoàn=0.2 Huệ=0.8 Kiều=0.5 Lệ=0.5 Nguyệt=0.8 Quỳnh=1",
)


def _kinh(region: Region, generation: str) -> NameStock:
    families = _FAMILIES[region]
    return NameStock(
        (families, _MALE_MIDDLES[generation], _MALE_GIVEN),
        (families, _FEMALE_MIDDLES[generation], _FEMALE_GIVEN),
    )


KINH: Final = {
    (region, elder): _kinh(region, "elder" if elder else "younger") for region in Region for elder in (True, False)
}


def _people(families: str, male: tuple[str, str], female: tuple[str, str]) -> NameStock:
    """Return a stock whose men and women share family names and differ in middle and given names."""
    shared = Pool(families)
    return NameStock((shared, Pool(male[0]), Pool(male[1])), (shared, Pool(female[0]), Pool(female[1])))


def _like_kinh(families: str, male: str, female: str) -> NameStock:
    return _people(families, ("Văn=60 Đình=6 Quang=5 Minh=5 Đức=4 -=8", male), ("Thị=85 Thu=4 Ngọc=4 -=5", female))


PEOPLES: Final = {
    "tay": _like_kinh(
        "Nông=20 Hoàng=20 Lương=8 Triệu=8 Ma=8 Bế=6 Đàm=6 La=3 Lộc=3 Hà=4 Vi=4 Lý=4 Đinh=2 Dương=3 Chu=2 Nguyễn=3",
        "Thắng Tuấn Hùng Toàn Thụ Hiệu Nghiệp Dũng Pảo=0.3 Slăm=0.1 Tuân Kiên Hòa Hoà=0.5 Thiết Sự",
        "Hương Thơm Nhình=0.3 Ngân Lan Bích Thắm Liễu Phượng Nga Mến Slim=0.1 Hoan",
    ),
    "nung": _like_kinh(
        "Nông=18 Hoàng=14 Lục=8 Lăng=6 Hứa=8 Vi=9 Lâm=4 Mông=4 Phùng=3 Chu=5 Lương=6 Lã=2 Mạc=3 Long=2 Lý=4",
        "Páo=0.4 Sinh Hồ Bình Cường Thắng Vảng=0.2 Dìn=0.3 Thành Toàn Hải Phong",
        "Slin=0.2 Hạnh Múi=0.3 Lan Hồng Vân Biên Dung Nhâm Pham=0.1",
    ),
    "thai": _like_kinh(
        "Lò=28 Quàng=12 Cà=10 Lường=10 Tòng=9 Cầm=7 Hà=5 Vì=6 Bạc=3 Điêu=3 Lù=2 Mè=2 Lô=5 Vi=5 Lương=4",
        "Pản=2 Thoan Xuân Inh=2 Hặc Thương Ín Phiên Chiến Dũng Tiên Sươi=0.4 Panh Bun=0.5 Hịa=0.3",
        "Xôm=2 Pâng Ọm=0.5 Hặc=0.4 Thiên Phương Dung Ón=0.6 Yên Inh=0.7 Lả Ưởng=0.3 Hịa=0.4",
    ),
    "muong": _like_kinh(
        "Bùi=38 Đinh=14 Quách=9 Hà=10 Phùng=4 Cao=4 Xa=3 Phạm=6 Nguyễn=6 Trương=4 Bạch=3",
        "Dựng Nhuần Thân Dểu=0.2 Thiểu Quyền Tình Hùng Dũng Ểu=0.1 Tuân Lực Chiến",
        "Thềm=0.5 Nhẩm=0.3 Hiền Thảo Ngoan Dẻo=0.2 Mến Xuân Bỉnh=0.3 Hường Lan Én=0.3",
    ),
    "dao": _people(
        "Triệu=16 Bàn=16 Đặng=14 Lý=10 Phùng=9 Chảo=8 Tẩn=8 Phàn=7 Dương=4 Chìu=3 Lò=2",
        (
            "Văn=28 Tòn=7 Chòi=4 Láo=8 Sành=3 Tiến=4 Phúc=5 Dào=4 Vần=3 Kim=4 A=3",
            "San=3 Lở Tả Pu Chiêu=2 Vượng=2 Khé Sếnh=2 Quyên=0.5 Phấu Long=2 Hương=0.2 Nhàn=2 Quang=2",
        ),
        ("Thị=45 Mùi=14 Tả=5 Sử=4 Mùi_Thị=2 -=3", "Mẩy=4 Nhậy Pham Khé Ghến Liều=2 Mui Hương=2 Coi Phấy=2"),
    ),
    "mong": _people(
        "Giàng=18 Vàng=15 Sùng=14 Thào=13 Lầu=6 Hạng=6 Mùa=6 Lý=9 Cứ=4 Ly=4 Và=4 Hờ=3 Phàng=3 Tráng=3 Chang=2",
        (
            "A=70 Mí=12 Seo=10 Bá=5 Nỏ=3 Văn=4",
            "Páo=3 Dơ Chống Sình=2 Lử Sử=2 Tủa=2 Vảng Dế Nhè Phừ Chu=2 Súa Hồng Dình=2 Sáu Pó Vừ",
        ),
        ("Thị=85 Y=5 -=5", "Mỷ=4 Dợ=2 Sua=2 Chừ Mai=3 Máy=2 Dở Pàng=2 Xy Ca Dúa Xua Mảo"),
    ),
    "e_de": NameStock(
        (
            Pool("Y"),
            Pool("Thịnh Blŏ Wăn Bhăm Hoan Krông Dhun Nguê Khôi Jut Ƀlim=0.4 Phôn Săn Pơi Suôn"),
            Pool(
                "Niê=22 Byă=12 Mlô=14 Êban=12 Kbuôr=7 Ayun=8 Knul=7 Kriêng=5 Êñuôl=6 Ktla=2 Hđơk=2 Buôn_Yă=2 Adrơng=3"
            ),
        ),
        (
            Pool("H'Hen H'Bia H'Linh H'Rưm H'Nương H'Zina=0.5 H'Yar H'Duyên H'Ngăm H'Lăn H'Mrao H'Ƀlơm=0.3"),
            Pool("-"),
            Pool(
                "Niê=22 Byă=12 Mlô=14 Êban=12 Kbuôr=7 Ayun=8 Knul=7 Kriêng=5 Êñuôl=6 Ktla=2 Hđơk=2 Buôn_Yă=2 Adrơng=3"
            ),
        ),
        family_at=2,
    ),
    "gia_rai": _people(
        "Rơ_Châm=15 Siu=16 Ksor=18 Kpă=11 Rơ_Mah=9 Nay=10 Rah_Lan=7 Puih=6 Rơ_Ô=3",
        ("-", "Hyuk Blưh Krơn Thoan Tuyn Phiên Hlun Đoan Chuyên Brơt Jơ Kuưh Tơi"),
        ("-", "H'Mai H'Phương H'Nhi H'Lan H'Chen H'Bưn H'Nga H'Oanh H'Uyên"),
    ),
    "ba_na": NameStock(
        (Pool("Đinh=70 A=20 -=10"), Pool("-"), Pool("Kher Byưh Thưk Hmưnh Yưk Plưm Nglơm Jơh Văn_Krêm Lơi Blin Kuynh")),
        (Pool("Đinh=70 Y=20 -=10"), Pool("Thị=45 -=55"), Pool("Blơi Phyơm Hlơi Nhơm Bênh Ưp Mlênh Kươi")),
    ),
    "xo_dang": NameStock(
        (Pool("A"), Pool("-"), Pool("Thút Blong Hiu Klôi Dói Thanh Jring Brôi Phương Sâm Núi Nhót")),
        (Pool("Y"), Pool("-"), Pool("Blum Hồng Nhạn Pơi Lan Đem Brông Vân Mười Xuân")),
        family_at=None,
    ),
    "k_ho": NameStock(
        (Pool("K'Brôi K'Brêu K'Tem K'Bes K'Thế K'Sung K'Broh K'Vĩnh K'Dĩnh K'Tuấn K'Lình K'Sạ K'Huệ K'Hằng"),),
        (Pool("Ka"), Pool("Thủy Đỏi Brẻm Thoan Hoa Lý Rin Hiền Nhơi Mỹ Dung Thuyên")),
        family_at=None,
    ),
    "m_nong": NameStock(
        (Pool("Điểu=55 Y=45"), Pool("K'Ré K'Lơi Nhép N'Đơn Brang Thành Xuân M'Lanh Krang Phương")),
        (Pool("Thị=60 H'Bơ=4 H'Giang=6 H'Mai=6"), Pool("Brơi Mai Nhơ Hương Bâng Kră Liên Ngọc")),
        family_at=None,
    ),
    "khmer": _people(
        "Thạch=28 Sơn=18 Kim=16 Danh=15 Châu=10 Lâm=8 Lý=5 Tăng=4 Kiên=4",
        ("-=55 Văn=10 Sa=10 Minh=5 Ngọc=4", "Sên Phal Thone Sa_Rươl Rinh Hên Hiền Đươl Vuth Phước Hùng Kha"),
        ("Thị=60 Sa=8 -=20", "Sa_Rone Sa_Phia Đa_Ni Sóc_Kha Huôl Thươl Lan Phượng Chanh Ni Hồng"),
    ),
    "cham": _like_kinh(
        "Thành=8 Bá=8 Đàng=9 Lưu=7 Báo=5 Kiều=6 Quảng=6 Đổng=5 Hán=4 Trượng=4 Thiên=3 Tài=3 Từ=3 Ngụy=2",
        "Năng Sanh Thuyền Phú Tỷ Lợi Thơ Bình Đạt Sự Thuận",
        "Thoảng Diễm Dung Hoàng Lý Nữ Thảo Trang Xa Mi",
    ),
}
"""The peoples of the highlands and the delta by a code; shares by province stand in `SETTLED`."""

# Shares in percent of households; the rest is Kinh. Codes of before and since 2025-07-01 stand side by side.
SETTLED: Final[dict[str, dict[str, int]]] = {
    "02": {"mong": 33, "tay": 24, "dao": 15, "nung": 9},
    "04": {"tay": 42, "nung": 30, "mong": 11, "dao": 10},
    "06": {"tay": 53, "dao": 17, "nung": 9, "mong": 6},
    "08": {"tay": 24, "dao": 13, "mong": 16, "nung": 5},
    "10": {"mong": 25, "tay": 15, "dao": 14, "nung": 4},
    "11": {"thai": 37, "mong": 37, "dao": 2},
    "12": {"thai": 31, "mong": 23, "dao": 13},
    "14": {"thai": 53, "mong": 15, "muong": 8, "dao": 2},
    "15": {"mong": 17, "tay": 17, "dao": 12, "thai": 7, "nung": 3},
    "17": {"muong": 63, "thai": 4, "tay": 3},
    "19": {"tay": 18, "nung": 6, "dao": 5},
    "20": {"nung": 43, "tay": 36, "dao": 4},
    "22": {"dao": 6, "tay": 3},
    "24": {"nung": 3, "tay": 2},
    "25": {"muong": 21, "dao": 1},
    "38": {"muong": 10, "thai": 6},
    "40": {"thai": 10, "mong": 1},
    "51": {"xo_dang": 13, "ba_na": 6},
    "52": {"gia_rai": 14, "ba_na": 7},
    "56": {"cham": 4},
    "58": {"cham": 12},
    "62": {"xo_dang": 25, "ba_na": 12, "gia_rai": 5},
    "64": {"gia_rai": 30, "ba_na": 13},
    "66": {"e_de": 17, "gia_rai": 1, "tay": 3, "nung": 4},
    "67": {"m_nong": 9, "nung": 5, "mong": 5},
    "68": {"k_ho": 10, "m_nong": 2, "nung": 1},
    "84": {"khmer": 31},
    "86": {"khmer": 9},
    "89": {"khmer": 4},
    "91": {"khmer": 7},
    "92": {"khmer": 9},
    "94": {"khmer": 30},
    "95": {"khmer": 7},
    "96": {"khmer": 4},
}

ALIASES: Final = {
    Region.NORTH: Pool("Tý Tèo Bi Cu_Tí Tũn Bống Cò Tuấn_Anh Minh_Anh Bin Sóc"),
    Region.CENTRAL: Pool("Tý Cu_Em Bờm Chắt Mực Cu_Anh Tí_Anh Mận"),
    Region.SOUTH: Pool("Hai Ba Tư Năm Sáu Bảy Tám Út Tèo Bé_Hai Út_Em"),
}
STREETS: Final = Pool(
    "Trần_Phú=3 Lê_Lợi=3 Nguyễn_Trãi=3 Hùng_Vương=3 Lý_Thường_Kiệt=3 Quang_Trung=3 Hai_Bà_Trưng=2 Phan_Chu_Trinh=2 "
    "Trần_Hưng_Đạo=3 Nguyễn_Du=2 Lê_Hồng_Phong=2 Điện_Biên_Phủ=2 Ngô_Quyền=2 Phan_Đình_Phùng=2 Bạch_Đằng=2 Hoàng_Diệu",
)
HAMLETS: Final = {
    Region.NORTH: Pool(
        "Thôn_Đông Thôn_Đoài Thôn_Thượng Thôn_Hạ Thôn_Trung Xóm_Chùa Xóm_Đình Xóm_Mới Thôn_Nội Thôn_Ngoại"
    ),
    Region.CENTRAL: Pool("Thôn_Phú_Hòa Thôn_Tân_Lập Thôn_An_Bình Xóm_Bắc Xóm_Nam Thôn_Vĩnh_Phước Thôn_Đại_Đồng"),
    Region.SOUTH: Pool("Ấp_Tân_Hòa Ấp_Mỹ_Lợi Ấp_Phú_Thạnh Ấp_Bình_An Ấp_Chợ Ấp_Kinh_Mới Ấp_Hòa_Thuận"),
}
VILLAGES: Final = {
    Region.NORTH: Pool(
        "Bản_Nà_Lay Bản_Nà_Sản Bản_Pom_Lót Bản_Huổi_Chan Bản_Nậm_Cang Bản_Tà_Xùa Bản_Khuổi_Nấc Bản_Lùng"
    ),
    Region.CENTRAL: Pool("Buôn_Kô_Sia Buôn_Tơng_Jú Làng_Kép Làng_Plei_Bông Thôn_Kon_Brăp Bon_Bu_Prâng Thôn_K'Rèn"),
    Region.SOUTH: Pool("Ấp_Trà_Cuôn Ấp_Sóc_Ruộng Ấp_Ba_Se Ấp_Tà_Ân Ấp_Phum_Soài"),
}
