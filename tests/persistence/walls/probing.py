"""What the database lets a role do: everything tried at once, inside it, and undone."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from tests.persistence.walls.model import TABLES

KEYS = {
    "person_token": "person_id::text || token",
    "idempotency": "account_id::text || key",
    "outbox": "seq::text",
    "row_change": "seq::text",
}
TOUCHED = {
    "person": "version",
    "person_token": "token",
    "person_identifier": "version",
    "person_phone": "version",
    "residence": "version",
    "responsibility": "reason",
    "assignment": "version",
    "task": "version",
    "access_grant": "reason",
    "account": "version",
    "appointment": "version",
    "journal_entry": "act",
    "idempotency": "noun",
    "outbox": "act",
    "row_change": "kind",
}
"""A column whose rewriting says nothing: the update attempt sets it to itself."""

PROBE = """
create or replace function probe_rows(statement text) returns jsonb language plpgsql as $$
declare
  found jsonb;
  undone text;
begin
  execute 'with tried as (' || statement || ') select coalesce(jsonb_agg(key order by key), ''[]'') from tried' into found;
  raise exception 'undo' using errcode = 'UNDO0', detail = found::text;
exception
  when sqlstate 'UNDO0' then
    get stacked diagnostics undone = pg_exception_detail;
    return undone::jsonb;
  when insufficient_privilege then
    return '"denied"';
  when others then
    return to_jsonb(sqlstate);
end $$;
create or replace function probe_row(statement text) returns text language plpgsql as $$
begin
  execute statement;
  raise exception 'undo' using errcode = 'UNDO0';
exception
  when sqlstate 'UNDO0' then return 'accepted';
  when insufficient_privilege then return 'denied';
  when others then return sqlstate;
end $$;
create or replace function probe(reads text[], writes text[]) returns jsonb language plpgsql as $$
declare
  statement text;
  rows jsonb := '[]';
  results jsonb := '[]';
begin
  foreach statement in array reads loop
    rows := rows || jsonb_build_array(probe_rows(statement));
  end loop;
  foreach statement in array writes loop
    results := results || to_jsonb(probe_row(statement));
  end loop;
  return jsonb_build_array(rows, results);
end $$;
"""


def key_of(table: str) -> str:
    return KEYS.get(table, "id::text")


def on_rows(table: str, act: str) -> str:
    """Select, update or delete everything in sight, saying which rows it was. No WHERE: the second wall stands alone."""
    key, column = key_of(table), TOUCHED[table]
    return {
        "s": f"select {key} as key from {table}",
        "u": f"update {table} set {column} = {column} returning {key} as key",
        "d": f"delete from {table} returning {key} as key",
    }[act]


def literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, list):
        return (
            "array["
            + ", ".join(map(literal, value))
            + "]"
            + ("::uuid[]" if value and isinstance(value[0], UUID) else "::text[]")
        )
    return "'" + str(value).replace("'", "''") + "'"


def insertion(table: str, row: dict[str, Any]) -> str:
    return f"insert into {table} ({', '.join(row)}) values ({', '.join(map(literal, row.values()))})"


async def probed(
    connection: Any, writes: list[str], tables: tuple[str, ...] = TABLES
) -> tuple[dict[str, Any], list[str]]:
    """(table, act) → keys or a refusal, and for each insertion whether it was accepted."""
    acts = [(table, act) for table in tables for act in "sud"]
    answer = json.loads(await connection.fetchval("select probe($1, $2)", [on_rows(*pair) for pair in acts], writes))
    return {f"{table}/{act}": rows for (table, act), rows in zip(acts, answer[0], strict=True)}, answer[1]
