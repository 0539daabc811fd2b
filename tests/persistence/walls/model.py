"""The third opinion: who may touch which row, in plain Python, written from the rulings and not from the code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Row = dict[str, Any]
PERSON = ("person", "person_token", "person_identifier", "person_phone", "residence", "responsibility")
FACTS = ("person_identifier", "person_phone", "residence")
CIRCLED = ("assignment",)
"""Facts that those they were granted to write too, each in its own circle; one stands for all of their kind."""
TABLES = (
    *PERSON,
    *CIRCLED,
    "task",
    "access_grant",
    "account",
    "appointment",
    "journal_entry",
    "idempotency",
    "outbox",
    "row_change",
)
ROADS = ("unit", "made", "grant", "country", "journal", "access", "transfer")
RIGHTS: dict[tuple[str, str], str] = {
    ("unit", "person"): "siu",
    ("unit", "person_token"): "sid",
    ("unit", "responsibility"): "siu",
    ("made", "person"): "s",
    ("made", "person_token"): "s",
    ("made", "responsibility"): "s",
    **{("unit", table): "siu" for table in FACTS},
    **{("made", table): "su" for table in FACTS},
    **{(road, table): "s" for road in ("grant", "country") for table in PERSON},
    **{(road, "assignment"): rights for road, rights in {"unit": "siu", "made": "su", "grant": "siu"}.items()},
    **{(road, "assignment"): rights for road, rights in {"country": "s", "transfer": "su"}.items()},
    **{(road, "task"): "siu" for road in ("unit", "made", "transfer")},
    **{(road, "task"): "s" for road in ("grant", "country")},
    ("grant", "access_grant"): "s",
    **{(road, table): "siu" for road in ("unit", "country") for table in ("account", "appointment")},
    **{(road, table): "s" for road in ("journal", "access") for table in ("account", "appointment")},
    **{(road, "journal_entry"): "i" for road in ("unit", "made", "grant", "country")},
    **{(road, "journal_entry"): "si" for road in ("journal", "access")},
    **{(road, table): "si" for road in ("unit", "made", "grant", "country") for table in ("idempotency",)},
    **{(road, "row_change"): "s" for road in ("unit", "made", "grant", "country")},
    **{(road, "outbox"): "i" for road in ("unit", "made", "grant", "country")},
    **{("transfer", table): "su" for table in ("person", *FACTS)},
    ("transfer", "access_grant"): "siu",
    ("transfer", "responsibility"): "siu",
    ("transfer", "person_token"): "sid",
}
"""What a road may do at all: select, insert, update, delete."""


@dataclass(frozen=True)
class Principal:
    """Who stands on a road: an interval (None where the settings are empty), numbers under which grants are held."""

    road: str
    lo: int | None
    hi: int | None
    grantees: tuple[int, ...]
    account: UUID | None
    grants: list[Row] = field(default_factory=list, hash=False)
    subject: UUID | None = None
    label: str = ""

    def within(self, number: int | None) -> bool:
        return None not in (number, self.lo, self.hi) and self.lo <= number <= self.hi  # type: ignore[operator]

    def granted(self, person: UUID, class_: str | None) -> bool:
        now = datetime.now(UTC)
        return any(
            grant["person_id"] == person
            and grant["grantee"] in self.grantees
            and grant["valid_from"] <= now < grant["valid_to"]
            and (class_ is None or class_ in grant["classes"])
            for grant in self.grants
        )


def sees(who: Principal, table: str, row: Row) -> bool:
    """Whether a row lies in reach on this road (rulings 2)."""
    if table in ("journal_entry", "idempotency", "outbox"):
        return own(who, table, row)
    if table == "task" and who.road != "transfer":
        return meant_for(who, row)
    return on_road(who, table, row)


def meant_for(who: Principal, row: Row) -> bool:
    """A task: of the circle it is addressed to, with its person or of nobody; units see what is not that circle's only."""
    if who.road == "grant":
        held = row["person_id"] is None or who.granted(row["person_id"], "task")
        return row["circle_no"] in who.grantees and held
    return not row["circle_only"] and on_road(who, "task", row)


def on_road(who: Principal, table: str, row: Row) -> bool:
    """What most tables have in common."""
    if table == "row_change" and who.road == "grant":
        return row["grantee"] in who.grantees  # addressed when it was told, whatever became of the grant
    if table == "access_grant" and who.road != "transfer":
        return row["grantee"] in who.grantees
    if who.road in ("unit", "journal") or (who.road == "access" and table == "appointment"):
        return who.within(row["unit_no"])
    if who.road == "made":
        column = "unit_no" if table == "responsibility" else "made_unit_no"
        return table not in ("person", "person_token") and who.within(row[column])
    if who.road == "grant":
        named = table if table in (*FACTS, *CIRCLED, "responsibility") else None
        return who.granted(row["id"] if table == "person" else row["person_id"], named)
    return who.road in ("country", "access", "transfer")


def own(who: Principal, table: str, row: Row) -> bool:
    """Journal by unit or by person; keys only one's own; the outbox is written blindly."""
    if table == "journal_entry":
        return who.subject in row["subject_ids"] if who.road == "access" else who.within(row["unit_no"])
    return table == "outbox" or (who.account is not None and row["account_id"] == who.account)


def may(who: Principal, table: str, act: str, row: Row) -> bool:
    """Whether this principal may do this to this row. A journal row is written in nobody's name but one's own."""
    if act not in RIGHTS.get((who.road, table), ""):
        return False
    if table == "journal_entry" and act == "i":
        return row["account_id"] == who.account
    if table in CIRCLED and who.road == "grant" and act != "s":
        return sees(who, table, row) and row["circle_no"] in who.grantees
    return sees(who, table, row)
