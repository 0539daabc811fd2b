"""Where the database and the model differ about one principal; nothing, when both walls stand."""

from __future__ import annotations

import json
from typing import Any

from domain.access.policy import Role
from domain.nouns import NOUNS
from domain.reading import Road
from persistence.records import Records
from persistence.registry import READS
from tests.persistence.walls.asking import listed
from tests.persistence.walls.explaining import statement
from tests.persistence.walls.ground import context
from tests.persistence.walls.model import CIRCLED, RIGHTS, TABLES, Row, may, sees
from tests.persistence.walls.principals import Peopled, Standing, attempts, standing_in
from tests.persistence.walls.probing import insertion, probed

LISTED = (*(noun for noun in READS if noun in TABLES),)
VERSIONED = tuple(noun for noun in LISTED if "version" in NOUNS[noun].fields)


def key(table: str, row: Row) -> str:
    if table == "person_token":
        return f"{row['person_id']}{row['token']}"
    if table == "idempotency":
        return f"{row['account_id']}{row['key']}"
    return str(row.get("id", row.get("seq")))


def expected(peopled: Peopled, standing: Standing, table: str, act: str) -> list[str] | str:
    if act not in RIGHTS.get((standing.principal.road, table), ""):
        return "denied"
    who = standing.principal
    rows = [row for row in peopled.rows[table] if may(who, table, act, row)]
    if table in CIRCLED and act == "u" and len(rows) < sum(sees(who, table, row) for row in peopled.rows[table]):
        return "denied"  # what is seen and not one's own is refused, never passed over in silence
    return sorted(key(table, row) for row in rows)


async def second_wall(
    connection: Any, peopled: Peopled, standing: Standing, tables: tuple[str, ...] = TABLES
) -> list[str]:
    """Differences between the policies alone and the model: for what is seen, changed, removed and written."""
    tried = [pair for pair in attempts(peopled.tree, standing.principal.account) if pair[0] in tables]
    async with standing_in(connection, standing):
        found, written = await probed(connection, [insertion(*pair) for pair in tried], tables)
    who = standing.principal
    wrong = []
    for name, rows in found.items():
        table, act = name.split("/")
        want = expected(peopled, standing, table, act)
        got = sorted(rows) if isinstance(rows, list) else rows
        if got != want:
            wrong.append(f"{who.label}: {name} {_difference(got, want)}")
    for (table, row), outcome in zip(tried, written, strict=True):
        want = "accepted" if may(who, table, "i", row) else "denied"
        if outcome != want:
            wrong.append(f"{who.label}: insert {table} {row.get('unit_no')} was {outcome}, not {want}")
    return wrong


def _difference(got: Any, want: Any) -> str:
    if isinstance(got, list) and isinstance(want, list):
        return f"{len(set(got) - set(want))} too many, {len(set(want) - set(got))} too few"
    return f"{got if isinstance(got, str) else len(got)} rows, not {want if isinstance(want, str) else len(want)}"


async def first_wall(admin: Any, peopled: Peopled, standing: Standing) -> list[str]:
    """The same with the statements alone, on a connection for which no policy exists."""
    if standing.actor is None or standing.within is None:
        return []
    wrong = []
    for noun in LISTED:
        if "s" not in RIGHTS.get((standing.principal.road, noun), ""):
            continue
        want = {key(noun, row) for row in peopled.rows[noun] if sees(standing.principal, noun, row)}
        got = await shown(admin, standing, noun)
        if got != want:
            wrong.append(f"{standing.principal.label}: list of {noun} {_difference(sorted(got), sorted(want))}")
    return wrong + await first_wall_of_writes(admin, peopled, standing)


async def shown(admin: Any, standing: Standing, noun: str) -> set[str]:
    """The ids that our own list statement gives, without a journal row."""
    filters = {}
    if standing.within.road is Road.ACCESS and noun == "journal_entry":
        filters = {"subject_id": standing.principal.subject}
    role = Role.INSPECTOR if noun in ("account", "appointment", "journal_entry") else Role.COMMUNE_OFFICER
    asked = listed(noun, fields=("id",), filters=filters, order=NOUNS[noun].orders[0], limit=200, role=role)
    made, values = statement(asked, standing.within, list(standing.principal.grantees), act="")
    body = (await admin.fetchrow(made.sql, *values))[0]
    return {str(row["id"]) for row in json.loads(body)["data"]}


async def first_wall_of_writes(admin: Any, peopled: Peopled, standing: Standing) -> list[str]:
    """What our own statements would change: the lock before a write, and the unit a new row may stand under."""
    who, within = standing.principal, standing.within
    if who.road not in ("unit", "made", "grant", "country"):
        return []
    records, wrong = Records(admin, None, context(standing.actor), within), []
    for noun in VERSIONED:
        for row in peopled.tree.random.sample(peopled.rows[noun], 3 if noun not in CIRCLED else 9):
            if "u" not in RIGHTS.get((who.road, noun), ""):
                continue
            held = await records.version(noun, row["id"], within=within) is not None
            if held != may(who, noun, "u", row):
                wrong.append(f"{who.label}: {noun} {row['id']} is {'' if held else 'not '}held for change")
    for unit in peopled.tree.units:
        inside = who.road == "country" or who.within(unit.no)
        if within.covers(unit.no) != inside:
            wrong.append(f"{who.label}: unit {unit.no} is covered wrongly")
    return wrong
