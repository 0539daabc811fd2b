"""Import of volunteers of support models: a row is somebody with an active period, or with a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column, Values
from domain.imports.kinds.of_person import MODEL, THROUGH
from domain.imports.kinds.persons import REF, spoken
from domain.imports.values import between, day, place, prose, word_of
from domain.keeping import Row
from domain.reading import Kind
from domain.text import tidy
from domain.volunteer.rules import VOLUNTEERS as KEPT

ROLES: Final = {"captain": "Đội trưởng", "deputy": "Đội phó", "member": "Thành viên"}
UNIT: Final = Column(
    "unit",
    place,
    "Xã của mô hình",
    "Unit of the model",
    Kind.OPEN,
    ("xã", "xã, phường"),
    "chỉ cần khi nhiều mô hình trùng tên",
    responsible=True,
)
OF_MODEL: Final = replace(MODEL, required=True, note="tên, mã hoặc id của đội tình nguyện, điểm tư vấn, câu lạc bộ")
OWN_NAME: Final = Column(
    "full_name", prose, "Họ và tên", "Full name", Kind.OPEN, ("họ tên", "tên", "tình nguyện viên"), required=True
)
COLUMNS: Final = (
    REF,
    OF_MODEL,
    UNIT,
    OWN_NAME,
    Column("role", word_of(spoken(ROLES)), "Vai trò", "Role", Kind.OPEN, ("chức danh",), words=ROLES),
    Column("since", day, "Từ ngày", "Since", Kind.OPEN, ("ngày tham gia", "ngày bắt đầu"), required=True),
    Column("until", day, "Đến ngày", "Until", Kind.OPEN, ("ngày nghỉ", "ngày kết thúc"), "ngày cuối cùng"),
    Column("training", prose, "Lớp tập huấn", "Training", Kind.OPEN, ("tập huấn",)),
    Column("trained_on", day, "Ngày tập huấn", "Trained on", Kind.OPEN),
    Column("hours", between(1, 2000), "Số giờ tập huấn", "Hours of training", Kind.OPEN),
    Column("certificate", prose, "Chứng nhận tập huấn", "Certificate", Kind.OPEN),
    Column("note", prose, "Ghi chú", "Note", Kind.OPEN),
)


def dated(values: Values, row: Row | None, _today: date) -> Mapping[str, Any]:
    """The period, and the training, among those on file: what began that day is put right, the rest stays."""
    since = values["since"].isoformat()
    until = values.get("until")
    periods = _among(row, "periods", "since", since)
    on_file: Any = (row or {}).get("periods") or ()
    before: Mapping[str, Any] = next((part for part in on_file if part["since"] == since), {})
    told = {"role": values.get("role"), "since": since, "until": until.isoformat() if until else None}
    period = {"role": "member"} | dict(before) | _said(told)
    found: dict[str, Any] = {"periods": sorted([*periods, period], key=lambda part: str(part["since"]))}
    if "trained_on" in values and "training" in values:
        found["trainings"] = _trained(values, row)
    return found


def _trained(values: Values, row: Row | None) -> list[Any]:
    topic, on = tidy(values["training"]), values["trained_on"].isoformat()
    on_file = list((row or {}).get("trainings") or ())
    if any((part["topic"], part["on"]) == (topic, on) for part in on_file):
        return on_file
    new = {"topic": topic, "on": on, "hours": values.get("hours"), "certificate": values.get("certificate")}
    return [*on_file, _said(new)]


def _said(part: Mapping[str, Any]) -> dict[str, Any]:
    """What is left out is not stored as nothing, as in a single write."""
    return {name: value for name, value in part.items() if value is not None}


def _among(row: Row | None, name: str, key: str, value: str) -> Sequence[Mapping[str, Any]]:
    return [part for part in (row or {}).get(name) or () if part[key] != value]


VOLUNTEERS: Final = kept_kind(
    "volunteers",
    "Tình nguyện viên",
    "Volunteers",
    KeptWork(KEPT, same=("full_name",), holder="support_model_id", points=(THROUGH,), shape=dated),
    COLUMNS,
    "Mỗi dòng một người với một thời gian tham gia; người tham gia nhiều lần có nhiều dòng ở các tệp khác nhau.",
    pointers={"/periods": "since", "/trainings": "training"},
)
