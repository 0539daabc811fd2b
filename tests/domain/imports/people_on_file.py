"""Somebody on file, as the matching of a file sees them: what a test does not say is what usually stands there."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.imports.people import PersonFound
from domain.imports.values import Born
from domain.text import name_sort_key

NAME = "Nguyễn Văn Đức"
FULL = Born(date(1985, 5, 28), "day")


def person(no=1, born=FULL, name=NAME, gender="male", unit_no=1110):
    on, precision = (None, None) if born is None else born
    nothing = dict.fromkeys(("native_place", "occupation", "no_id_reason", "source", "source_ref", "personal_id"))
    return PersonFound(
        id=UUID(int=no),
        unit_no=unit_no,
        unit_id=UUID(int=9),
        version=1,
        full_name=name,
        name_key=name_sort_key(name),
        aliases=(),
        gender=gender,
        born_on=on,
        born_precision=precision,
        made_unit_no=unit_no,
        numbers=(),
        phones=(),
        residences=(),
        **nothing,
    )
