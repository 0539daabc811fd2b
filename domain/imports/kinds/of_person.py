"""Columns that several kinds share: whose a row is, and through which support model it came."""

from __future__ import annotations

from typing import Final

from domain.imports.kind import Column
from domain.imports.kinds.courses import PERSON_REF
from domain.imports.kinds.persons import BIRTH, NAME, NUMBER, REF
from domain.imports.pointing import Points
from domain.imports.values import prose
from domain.reading import Kind

OF_PERSON: Final = (REF, PERSON_REF, NAME, BIRTH, NUMBER)
MODEL: Final = Column(
    "support_model",
    prose,
    "Mô hình hỗ trợ",
    "Support model",
    Kind.OPEN,
    ("mô hình", "đội, điểm, câu lạc bộ", "thông qua mô hình"),
    "tên, mã hoặc id của đội tình nguyện, điểm tư vấn, câu lạc bộ; bỏ trống nếu không qua mô hình nào",
)
NEED: Final = Column(
    "need",
    prose,
    "Nhu cầu đã ghi",
    "Need",
    Kind.LIVELIHOOD,
    ("mã nhu cầu",),
    "mã hồ sơ hoặc id của nhu cầu đã ghi của chính người đó mà việc này đáp ứng",
)
FOR_NEED: Final = Points("need", "need_id", "need", nameless=True)
THROUGH: Final = Points("support_model", "support_model_id", "support_model")
EARLIER: Final = "Trạng thái bỏ trống thì hiểu theo các ngày đã ghi."
ONE_ROW: Final = "Mỗi dòng của một người đã có trong sổ."
