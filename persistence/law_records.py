"""The rule book and calendar, read for rules and changed: implements LawBook and LawBookRepository."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from domain.ids import new_id
from domain.law.in_force import Law
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.stored import calendar_data, calendar_row_from, rule_from
from domain.law.working_days import CalendarRow, WorkingCalendar
from domain.lawbook.repository import ChangeKnown
from domain.reading import Road, Scope
from reference.holidays import FIRST_YEAR, LAST_YEAR

NAMESPACE = UUID("6f1d2c56-2a43-5b1a-9f0e-0d6a6c1e7a11")
RULES = (
    "select json_build_object('id', rule, 'version', rule_version, 'title', json_build_object('vi', title_vi, 'en',"
    " title_en), 'selector', selector, 'scope', scope, 'value', value, 'valid_from', valid_from, 'valid_to', valid_to,"
    " 'authority', authority, 'form', form, 'legal_basis', legal_basis, 'confidence', confidence, 'note', note)::text"
    " from law_rule"
)
DAYS = (
    "select json_build_object('day', day, 'kind', kind, 'reason', reason, 'name', json_build_object('vi', name_vi,"
    " 'en', name_en), 'source', source, 'confidence', confidence, 'exchanged', exchanged, 'note', note)::text, layer"
    " from calendar_day where superseded_at is null"
)
COLUMNS = (
    "id",
    "rule",
    "rule_version",
    "title_vi",
    "title_en",
    "selector",
    "scope",
    "scope_key",
    "value",
    "valid_from",
    "valid_to",
    "authority",
    "form",
    "legal_basis",
    "confidence",
    "note",
    "change_id",
)
JSON_COLUMNS = frozenset({"scope", "value", "form", "legal_basis"})
NEW_RULE = (
    f"insert into law_rule ({', '.join(COLUMNS)}) values ($1, $2, $3, $4, $5, $6, $7::jsonb,"
    " $8, $9::jsonb, $10, $11, $12, $13::jsonb, $14::jsonb, $15, $16, $17) on conflict (id) do nothing"
)
NEW_DAY = (
    "insert into calendar_day (id, day, kind, reason, name_vi, name_en, source, confidence, exchanged, note, layer,"
    " change_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing"
)
_kept: dict[str, Law] = {}
"""The law by database and version: one value a process, replaced when an approved change raises the version."""


class LawRecords:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def in_force(self) -> Law:
        """Parsed once per version; each call costs one look at the version."""
        mark = await self.connection.fetchval(
            "select current_database() || '/' || (select oid from pg_database where datname = current_database())"
            " || '/' || version from law_state"
        )
        found = _kept.get(mark)
        if found is None:
            found = await self._read(mark)
            _kept.clear()
            _kept[mark] = found
        return found

    async def _read(self, mark: str) -> Law:
        book = RuleBook(rule_from(json.loads(row[0])) for row in await self.connection.fetch(RULES))
        days = [(calendar_row_from(json.loads(row[0])), row[1]) for row in await self.connection.fetch(DAYS)]
        calendar = WorkingCalendar.layered(
            [day for day, layer in days if layer == "base"],
            [day for day, layer in days if layer == "override"],
            first=date(FIRST_YEAR, 1, 1),
            last=date(LAST_YEAR, 12, 31),
            version=f"calendar {mark.rpartition('/')[2]}",
        )
        return Law(book, calendar)

    # -- changes -------------------------------------------------------------------------------------------------

    async def propose(
        self,
        id: UUID,
        kind: str,
        payload: Mapping[str, Any],
        reason: str | None,
        by: UUID,
        at: datetime,
        *,
        unit_no: int,
    ) -> None:
        """`unit_no` is the province whose rate it is, or 0."""
        await self.connection.execute(
            "insert into law_change (id, kind, payload, reason, proposed_by, proposed_at, unit_no)"
            " values ($1, $2, $3::jsonb, $4, $5, $6, $7)",
            id,
            kind,
            json.dumps(payload, ensure_ascii=False, default=str),
            reason,
            by,
            at,
            unit_no,
        )

    async def change(self, id: UUID, *, within: Scope) -> ChangeKnown | None:
        row = await self.connection.fetchrow(
            "select id, kind, payload::text, state, proposed_by, unit_no from law_change"
            " where id = $1 and ($2 or unit_no between $3 and $4) for no key update",
            id,
            within.road is Road.COUNTRY,
            within.lo,
            within.hi,
        )
        return ChangeKnown(row[0], row[1], json.loads(row[2]), *row[3:]) if row else None

    async def province(self, *, within: Scope) -> str | None:
        code: str | None = await self.connection.fetchval(
            "select code from unit where no = $1 and level = 'province'", within.lo
        )
        return code

    async def decide(self, id: UUID, to: str, by: UUID, at: datetime) -> None:
        await self.connection.execute(
            "update law_change set state = $2, decided_by = $3, decided_at = $4, version = version + 1 where id = $1",
            id,
            to,
            by,
            at,
        )

    async def put_rule(self, rule: Rule, book: RuleBook, change_id: UUID) -> None:
        for row in book.history(rule.id):
            if row.ref != rule.ref:
                await self.connection.execute(
                    "update law_rule set valid_to = $3 where rule = $1 and rule_version = $2"
                    " and valid_to is distinct from $3",
                    row.id,
                    row.version,
                    row.valid_to,
                )
        await self.connection.execute(NEW_RULE, *_rule_values(rule, new_id(), change_id))
        await self._raise_version()

    async def put_rate(self, rule: Rule, change_id: UUID) -> None:
        row = dict(zip(COLUMNS, _rule_values(rule, new_id(), change_id), strict=True))
        row |= {name: json.loads(row[name]) for name in JSON_COLUMNS if row[name] is not None}
        await self.connection.execute(
            "select set_rate($1, $2::jsonb)", change_id, json.dumps(row, ensure_ascii=False, default=str)
        )
        await self.connection.execute("select enqueue('law_changed', 'law_changed')")

    async def put_day(self, row: CalendarRow, change_id: UUID) -> None:
        await self.connection.execute(
            "update calendar_day set superseded_at = now() where day = $1 and layer = 'override'"
            " and superseded_at is null",
            row.day,
        )
        await self.connection.execute(NEW_DAY, *_day_values(row, "override", new_id(), change_id))
        await self._raise_version()

    async def _raise_version(self) -> None:
        await self.connection.execute("update law_state set version = version + 1")
        await self.connection.execute("select enqueue('law_changed', 'law_changed')")


async def load_law(
    connection: Any, rules: Iterable[Rule], base: Iterable[CalendarRow], over: Iterable[CalendarRow]
) -> None:
    """The rows that ship, put where there are none of the same ref or day; safe to run again and at once twice."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(20260701)")
        await connection.execute("insert into law_state (one) values (true) on conflict do nothing")
        await connection.executemany(
            NEW_RULE, [_rule_values(rule, uuid5(NAMESPACE, str(rule.ref)), None) for rule in rules]
        )
        rows = [(row, layer) for layer, days in (("base", base), ("override", over)) for row in days]
        await connection.executemany(
            NEW_DAY, [_day_values(row, layer, uuid5(NAMESPACE, f"{row.day}/{layer}"), None) for row, layer in rows]
        )


def _rule_values(rule: Rule, id: UUID, change_id: UUID | None) -> tuple[Any, ...]:
    data = rule.as_data()
    return (
        id,
        rule.id,
        rule.version,
        rule.title.vi,
        rule.title.en,
        rule.selector,
        _text(data["scope"]),
        "&".join(f"{name}={word}" for name, word in rule.scope),
        _text(data["value"]),
        rule.valid_from,
        rule.valid_to,
        rule.authority,
        _text(data["form"]) if data["form"] else None,
        _text(data["legal_basis"]),
        rule.confidence.value,
        rule.note,
        change_id,
    )


def _day_values(row: CalendarRow, layer: str, id: UUID, change_id: UUID | None) -> tuple[Any, ...]:
    data = calendar_data(row)
    return (
        id,
        row.day,
        data["kind"],
        data["reason"],
        row.name.vi,
        row.name.en,
        row.source,
        data["confidence"],
        row.exchanged,
        row.note,
        layer,
        change_id,
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
