"""Words of the second wall, shared by migrations: intervals, grants, one policy a role and table (rulings 1-3)."""

from __future__ import annotations

from alembic import op

LO = "nullif(current_setting('app.lo', true), '')::int"
HI = "nullif(current_setting('app.hi', true), '')::int"
ACCOUNT = "nullif(current_setting('app.account', true), '')::uuid"
SUBJECT = "nullif(current_setting('app.subject', true), '')::uuid"
GRANTEES = "any(array(select unnest(nullif(current_setting('app.grantees', true), '')::int[])))"

ROADS = ("road_unit", "road_made", "road_grant", "road_country", "road_journal", "road_access")

Policy = tuple[str, str, str, str]
"""(table, role, privileges, using)."""


def interval(column: str) -> str:
    return f"{column} between {LO} and {HI}"


def granted(person: str, noun: str | None, own: str = "") -> str:
    """EXISTS on the grants alone; the class of field a grant carries is checked per noun."""
    of_noun = f" and '{noun}' = any(g.classes)" if noun else ""
    return (
        f"exists (select from access_grant g where g.person_id = {person} and g.grantee = {GRANTEES}"
        f" and g.valid_from <= now() and now() < g.valid_to{of_noun}{own})"
    )


def statement(table: str, role: str, privileges: str, using: str) -> str:
    """One policy a role and table; insert-only tables are checked, the rest are both seen and checked alike."""
    if privileges == "insert":
        return f"create policy {role} on {table} for insert to {role} with check ({using})"
    check = f" with check (account_id is not distinct from {ACCOUNT})" if table == "journal_entry" else ""
    if role == "road_grant" and "update" in privileges:
        check = f" with check ({using} and circle_no = {GRANTEES})"
    return f"create policy {role} on {table} for all to {role} using ({using}){check}"


STAYS = """
do $stays$
begin
  execute (select format('create trigger rows_stay before update of %s on {table} for each row'
                         ' execute function rows_stay()', string_agg(quote_ident(attname), ', '))
           from pg_attribute
           where attrelid = '{table}'::regclass and not attisdropped
             and attname in ('person_id', 'unit_no', 'made_unit_no', 'circle_no', 'province_no', 'area_no'));
end
$stays$"""
"""Whose a row is does not change on an officer's road: a policy's check alone would let `made` hand a row to anyone."""


def staying(policies: tuple[Policy, ...]) -> list[str]:
    """Tables whose rows an officer's road may change, and so might move."""
    return sorted({table for table, role, rights, _ in policies if role in MOVERS and "update" in rights})


MOVERS = ("road_unit", "road_made", "road_grant")


def raise_walls(policies: tuple[Policy, ...]) -> None:
    """Switch row-level security on for the tables named, grant, set each policy, and hold the rows where they are."""
    for table in sorted({table for table, *_ in policies}):
        op.execute(f"alter table {table} enable row level security")
    for table, role, privileges, using in policies:
        op.execute(f"grant {privileges} on {table} to {role}")
        op.execute(statement(table, role, privileges, using))
    for table in staying(policies):
        op.execute(STAYS.format(table=table))


def lower_walls(policies: tuple[Policy, ...]) -> None:
    for table in staying(policies):
        op.execute(f"drop trigger rows_stay on {table}")
    for table, role, *_ in policies:
        op.execute(f"drop policy {role} on {table}")
        op.execute(f"revoke all on {table} from {role}")
    for table in sorted({table for table, *_ in policies}):
        op.execute(f"alter table {table} disable row level security")


def of_person(table: str, *, writes: bool = True) -> tuple[Policy, ...]:
    """The usual four roads of a fact about a person: the unit works with it, its maker corrects it."""
    unit = "select, insert, update" if writes else "select"
    return (
        (table, "road_unit", unit, interval("unit_no")),
        (table, "road_made", "select, update" if writes else "select", interval("made_unit_no")),
        (table, "road_grant", "select", granted(f"{table}.person_id", table)),
        (table, "road_country", "select", "true"),
    )


def of_circle(table: str) -> tuple[Policy, ...]:
    """A fact about a person that those it was granted to write too: each changes what their own circle wrote."""
    return (
        (table, "road_unit", "select, insert, update", interval("unit_no")),
        (table, "road_made", "select, update", interval("made_unit_no")),
        (table, "road_grant", "select, insert, update", granted(f"{table}.person_id", table)),
        (table, "road_country", "select", "true"),
        (table, "road_transfer", "select, update", "true"),
    )


def of_unit(table: str) -> tuple[Policy, ...]:
    """A fact of a unit's own work, about nobody: the unit and those above it work with it."""
    return (
        (table, "road_unit", "select, insert, update", interval("unit_no")),
        (table, "road_made", "select, update", interval("made_unit_no")),
        (table, "road_country", "select", "true"),
    )


def of_own_circle(table: str, origin: str = "") -> tuple[Policy, ...]:
    """As `of_circle`; but an organisation to which the person was granted sees only what belongs to its own circle.

    `origin` names the column of the row whose own grant shows it to the organisation that it was sent to.
    """
    sent = f" or g.origin_id = {table}.{origin}" if origin else ""
    own = f" and (g.grantee = {table}.circle_no or g.grantee < 0{sent})"
    seen = granted(f"{table}.person_id", table, own)
    return (
        *(policy for policy in of_circle(table) if policy[1] != "road_grant"),
        (table, "road_grant", "select, insert, update", seen),
    )
