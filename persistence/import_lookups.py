"""What an import looks up for a whole batch: people, courses, cases, units; each by an index, each within bounds.

`$1` and `$2` are the interval of the scope; the second wall holds beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from domain.course.repository import CourseKnown
from domain.imports.places import Seated, UnitKnown
from domain.imports.values import Place
from domain.reading import Scope

PERSON = (
    "select p.id, p.unit_no, (select u.id from unit u where u.no = p.unit_no), p.version, p.full_name, p.name_sort_key,"
    " p.aliases, p.gender, p.born_on, p.born_precision, p.native_place, p.occupation, p.no_id_reason, p.source,"
    " p.source_ref, p.made_unit_no,"
    " (select i.number_blind from person_identifier i where i.person_id = p.id and i.status = 'active'"
    " and i.kind = 'personal_id' limit 1),"
    " array(select i.number_blind from person_identifier i where i.person_id = p.id and i.status <> 'cancelled'),"
    " array(select f.number_blind from person_phone f where f.person_id = p.id and f.valid_to is null),"
    " coalesce((select json_agg(json_build_object('kind', r.kind, 'unit_id', r.unit_id, 'address', r.address))"
    " from residence r where r.person_id = p.id and r.valid_to is null), '[]')::text"
    " from person p"
)
LIVING = " and p.voided_at is null and p.unit_no between $1 and $2"
PEOPLE_BY_REF = f"{PERSON} where p.source = $3 and p.source_ref = any($4::text[]){LIVING}"
PEOPLE_BY_NUMBER = (
    f"{PERSON} where p.id = any(array(select i.person_id from person_identifier i"
    " where i.number_blind = any($3::bytea[])"
    f" and i.status = 'active' and i.unit_no between $1 and $2)){LIVING}"
)
PEOPLE_BY_NAME = (
    f"{PERSON} join unnest($4::text[], $5::int[]) g(name, year) on p.name_sort_key = g.name"
    " and (g.year = 0 or p.born_on is null or extract(year from p.born_on) = g.year)"
    f" where p.recorded_at <= $3::timestamptz{LIVING}"
)
OUTSIDE = (
    "select distinct i.number_blind from person_identifier i join person p on p.id = i.person_id"
    " where i.number_blind = any($1::bytea[]) and i.status = 'active' and i.kind = 'personal_id'"
    " and p.voided_at is null and p.unit_no not between $2 and $3"
)
KNOWN = ", ".join(f"t.{name}" for name in CourseKnown._fields[:-1])
COURSE = f"select {KNOWN}, t.version, t.source_ref from treatment_course t where t.unit_no between $1 and $2"
COURSES_OF = f"{COURSE} and t.voided_at is null and t.person_id = any($3::uuid[])"
COURSES_BY_REF = f"{COURSE} and t.voided_at is null and t.source = $3 and t.source_ref = any($4::text[])"
CASES_OF = (
    "select t.id, t.person_id, t.version, t.completed_on, t.source, t.source_ref from management_case t"
    " where t.unit_no between $1 and $2 and t.person_id = any($3::uuid[]) and t.state <> 'annulled'"
)
COMMUNES = (
    "with recursive meant as (select u.* from unit u where u.level = 'commune'"
    " and (u.code = any($1::text[]) or u.alternative_codes && $1::text[] or u.name_fold = any($2::text[]))),"
    " fate(root, id) as (select m.id, m.id from meant m"
    " union select f.root, l.to_id from fate f join unit c on c.id = f.id and c.valid_to is not null"
    " join unit_lineage l on l.from_id = f.id)"
    " select m.id, m.code, m.name,"
    " array(select a.name from unit a where a.id in (m.parent_id, p.parent_id, m.home_id)"
    " order by a.last_no - a.no, a.name),"
    " m.valid_from, m.valid_to, coalesce(array_agg(distinct t.id) filter (where t.id is not null), '{}'),"
    " coalesce(array_agg(distinct (t.id::text || '|' || t.no::text || '|' || t.name))"
    " filter (where t.no between $3 and $4), '{}'), m.alternative_codes"
    " from meant m left join unit p on p.id = m.parent_id join fate f on f.root = m.id"
    " left join unit t on t.id = f.id and t.valid_to is null and t.level = 'commune'"
    " group by m.id, m.code, m.name, m.parent_id, p.parent_id, m.home_id, m.valid_from, m.valid_to, m.alternative_codes"
)
KINDS = ("xa", "phuong", "thi tran", "dac khu")
"""Words before the name of a commune, as names are folded in the database."""


async def units_of(connection: Any, places: Sequence[Place], within: Scope) -> list[UnitKnown]:
    """Every commune of any time that a place of the batch may mean, with what it has become."""
    codes = sorted({place.code for place in places if place.code})
    names = sorted(_spellings(place.names[0] for place in places if place.names))
    rows = await connection.fetch(COMMUNES, codes, names, within.lo, within.hi)
    return [known for row in rows for known in _known(row, codes)]


def _spellings(names: Iterable[str]) -> set[str]:
    """Names stand in the register with or without the word for what they are."""
    return {spelled for name in names for spelled in (name, *(f"{kind} {name}" for kind in KINDS))}


def _known(row: Any, codes: Sequence[str]) -> list[UnitKnown]:
    """The unit, once under its code and once under each other code that another list gives it (rulings 33)."""
    seated = tuple(Seated(UUID(id), int(no), name) for id, no, name in (one.split("|", 2) for one in sorted(row[7])))
    found = UnitKnown(row[0], row[1], row[2], tuple(row[3]), row[4], row[5], tuple(row[6]), seated)
    return [found, *(found._replace(code=code) for code in row[8] if code in codes and code != row[1])]
