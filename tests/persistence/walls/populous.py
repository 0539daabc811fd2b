"""A register of tens of thousands, skewed like the real one, made inside PostgreSQL in a few seconds."""

from __future__ import annotations

from typing import Any

PROVINCES, AREAS, COMMUNES_OF_AREA = 10, 3, 10
PERSONS = 30_000
WIDE = 10_000
"""Numbers of a province; its areas start at 1, 3001, 6001, its abolished district at 9000."""

NAMES = (
    "array['Nguyễn','Trần','Lê','Phạm','Hoàng','Vũ','Đặng','Bùi','Đỗ','Hồ','Ngô','Dương']",
    "array['Văn','Thị','Hữu','Đức','Minh','Ngọc','Quang','Thanh','Xuân','Kim']",
    (
        "array['An','Anh','Bình','Chi','Cường','Dũng','Đức','Giang','Hà','Hải','Hạnh','Hiếu','Hoa','Hoà','Hùng','Hương',"
        "'Khánh','Lan','Linh','Long','Mai','Nam','Nga','Oanh','Phúc','Quân','Sơn','Tâm','Tuấn','Yến']"
    ),
)

UNITS = f"""
with country as (
  insert into unit (id, no, last_no, level, unit_type, name, valid_from)
  values (gen_random_uuid(), 1, 9999999, 'country', 'country', 'Việt Nam', '2004-01-01') returning no
), province as (
  insert into unit (id, no, last_no, province_no, level, unit_type, name, valid_from)
  select gen_random_uuid(), p * {WIDE}, p * {WIDE} + {WIDE - 1}, p * {WIDE}, 'province', 'province', 'Tỉnh ' || p,
         '2004-01-01' from generate_series(1, {PROVINCES}) p returning no
), district as (
  insert into unit (id, no, last_no, province_no, level, unit_type, name, valid_from, valid_to)
  select gen_random_uuid(), no + 9000, no + 9099, no, 'district', 'district', 'Huyện cũ', '2004-01-01', '2025-06-30'
  from province
), old_commune as (
  insert into unit (id, no, last_no, province_no, level, unit_type, name, valid_from, valid_to)
  select gen_random_uuid(), no + 9001 + c, no + 9001 + c, no, 'commune', 'commune', 'Xã cũ ' || c, '2004-01-01',
         '2025-06-30' from province, generate_series(0, 4) c
), area as (
  insert into unit (id, no, last_no, province_no, area_no, level, unit_type, name, valid_from)
  select gen_random_uuid(), no + 1 + a * 3000, no + 3000 + a * 3000, no, no + 1 + a * 3000, 'area', 'area',
         'Vùng ' || a, '2025-07-01' from province, generate_series(0, {AREAS - 1}) a
  returning no, province_no
), commune as (
  insert into unit (id, no, last_no, province_no, area_no, level, unit_type, name, valid_from)
  select gen_random_uuid(), no + 1 + c * 64, no + 64 + c * 64, province_no, no, 'commune', 'ward', 'Xã ' || c,
         '2025-07-01' from area, generate_series(0, {COMMUNES_OF_AREA - 1}) c
  returning no, province_no, area_no
)
insert into unit (id, no, last_no, province_no, area_no, level, unit_type, name, valid_from)
select gen_random_uuid(), no + 1, no + 1, province_no, area_no, 'organisation', 'club', 'Câu lạc bộ', '2025-07-01'
from commune
"""

PEOPLE = f"""
insert into person (id, unit_no, province_no, area_no, made_unit_no, full_name, recorded_at)
select gen_random_uuid(), u.no, u.province_no, u.area_no,
       case when s.old < 0.1 then u.province_no + 9001 + (s.n % 5) else u.no end,
       ({NAMES[0]})[s.family] || ' ' || ({NAMES[1]})[s.middle] || ' ' || ({NAMES[2]})[s.given],
       timestamptz '2025-07-01 00:00+07' + s.n * interval '10 minutes'
from (
  select n, random() as old, 1 + floor(12 * power(random(), 1.6))::int as family,
         1 + floor(10 * random())::int as middle, 1 + floor(30 * random())::int as given,
         1 + floor({PROVINCES} * power(random(), 1.7))::int as province,
         floor({AREAS * COMMUNES_OF_AREA} * power(random(), 1.3))::int as commune
  from generate_series(1, $1::int) n
) s
join unit u on u.no = s.province * {WIDE} + 1 + (s.commune / {COMMUNES_OF_AREA}) * 3000
                      + 1 + (s.commune % {COMMUNES_OF_AREA}) * 64
"""

FACTS = (
    (
        "insert into person_token (person_id, token, unit_no)"
        " select p.id, word, p.unit_no from person p, unnest(vn_tokens(p.full_name)) word"
    ),
    (
        "insert into responsibility (id, person_id, unit_no, unit_id, from_at, to_at, reason, name_then)"
        " select gen_random_uuid(), p.id, p.unit_no, u.id, '2025-07-01', null, 'registered', p.full_name"
        " from person p join unit u on u.no = p.unit_no"
    ),
    (
        "insert into responsibility (id, person_id, unit_no, unit_id, from_at, to_at, reason, name_then)"
        " select gen_random_uuid(), p.id, p.made_unit_no, u.id, '2024-07-01', '2025-07-01', 'registered', p.full_name"
        " from person p join unit u on u.no = p.made_unit_no where p.made_unit_no <> p.unit_no"
    ),
    (
        "insert into residence (id, person_id, unit_no, made_unit_no, kind, unit_id, address, valid_from, recorded_at)"
        " select gen_random_uuid(), p.id, p.unit_no, p.made_unit_no, kind, u.id, 'tổ 1', '2024-01-01', p.recorded_at"
        " from person p join unit u on u.no = p.unit_no, unnest(array['permanent', 'current']) kind"
    ),
    (
        "insert into person_identifier (id, person_id, unit_no, made_unit_no, kind, number_sealed, number_tail, number_blind)"
        " select gen_random_uuid(), id, unit_no, made_unit_no, 'personal_id', '\\x00', '***', sha256(id::text::bytea)"
        " from person"
    ),
    (
        "insert into person_phone (id, person_id, unit_no, made_unit_no, number_sealed, number_tail, number_blind)"
        " select gen_random_uuid(), id, unit_no, made_unit_no, '\\x00', '***', sha256(id::text::bytea) from person"
    ),
)

GRANTS = """
insert into access_grant (id, person_id, grantee, reason, classes, valid_from, valid_to, name_sort_key)
select gen_random_uuid(), id, $1::int, 'assignment', array['residence', 'responsibility'], now() - interval '1 day',
       now() + interval '1 day', name_sort_key
from person order by md5(id::text || $1::text) limit $2::int
"""


ELSEWHERE = """
insert into access_grant (id, person_id, grantee, reason, classes, valid_from, valid_to, name_sort_key)
select gen_random_uuid(), id, unit_no + 1, 'club', array['residence'], now() - interval '1 day', 'infinity', name_sort_key
from person where random() < 0.3
"""
"""What clubs hold: the table of grants is as full as a real one."""


async def populate(admin: Any, persons: int = PERSONS) -> None:
    """Units and persons, then every fact about them; triggers are off, so words are made set-wise."""
    async with admin.transaction():
        await admin.execute("set local session_replication_role = replica")
        await admin.execute("select setseed(0.42)")
        await admin.execute(UNITS)
        await admin.execute(PEOPLE, persons)
        for statement in FACTS:
            await admin.execute(statement)
        await admin.execute(ELSEWHERE)
    await admin.execute("vacuum analyze")
