"""What a file, a mapping and its name must be before anything of them is kept; every flaw is told at once."""

from __future__ import annotations

import pytest

from domain.imports.fetching import Progress
from domain.imports.kinds import KINDS
from domain.imports.model import (
    LONGEST_HEADER,
    MOST_COLUMNS,
    NewImport,
    Sent,
    checked_columns,
    checked_name,
    checked_new,
    counts_of,
)
from domain.imports.noun import IMPORT_LIFE
from domain.refusals import Refusal


def sent(begins=b"Ho ten", size=10):
    return Sent(size, "ab" * 32, begins, None)


def new(**more):
    return NewImport(**({"kind": "persons", "format": "csv", "file": sent()} | more))


def flaws(of, *given):
    with pytest.raises(Refusal) as no:
        of(*given)
    assert no.value.code == "invalid"
    return [(flaw.pointer, flaw.code) for flaw in no.value.flaws]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kind": "animals"}, [("/kind", "not_allowed")]),
        ({"match": ("source_ref", "colour")}, [("/match", "not_allowed")]),
        ({"mapping": "other"}, [("/mapping", "not_allowed")]),
        ({"mapping": "rehab_software", "kind": "cases"}, [("/mapping", "not_allowed")]),
        ({"sheet": "x" * 101}, [("/sheet", "too_long")]),
        ({"file": sent(size=0)}, [("", "empty")]),
        ({"format": "xlsx"}, [("", "not_of_this_format")]),
        ({"file": sent(b"PK\x03\x04...")}, [("", "not_of_this_format")]),
        ({"kind": "animals", "match": ("colour",)}, [("/match", "not_allowed"), ("/kind", "not_allowed")]),
    ],
)
def test_a_file_that_cannot_be_taken_in_is_refused_where_it_is_wrong(more, told):
    assert flaws(checked_new, new(**more)) == told


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"match": ("source_ref", "number", "name_and_birth")},
        {"match": ()},
        {"mapping": "rehab_software"},
        {"format": "xlsx", "file": sent(b"PK\x03\x04..."), "sheet": "x" * 100},
    ],
)
def test_a_file_is_kept_with_how_it_shall_be_taken_in(more):
    given = new(**more)
    stored = checked_new(given)
    names = ("kind", "format", "mode", "blanks_only", "unknown_columns", "as_of", "sheet", "mapping_id", "mapping")
    assert {name: stored[name] for name in names} == {name: getattr(given, name) for name in names}
    assert (stored["match"], stored["size"], stored["sha256"]) == (list(given.match), 10, "ab" * 32)


def test_who_sent_a_file_and_whose_rows_they_are_are_two_numbers_and_stand_tidied():
    stored = checked_new(new(source=" phòng ", source_ref=" 7 ", row_source="  trung  tâm "))
    assert (stored["source"], stored["source_ref"], stored["row_source"]) == ("phòng", "7", "trung tâm")


PERSONS = KINDS["persons"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, [("/columns", "required")]),
        ({f"Cột {n}": "-" for n in range(MOST_COLUMNS + 1)}, [("/columns", "too_many")]),
        ({"Họ tên": "colour"}, [("/columns/0", "not_a_column_of_this_kind")]),
        (
            {"Họ tên": "full_name", " * ": "-", "Mã": "pathway"},
            [("/columns/1", "empty"), ("/columns/2", "not_a_column_of_this_kind")],
        ),
        ({"x" * (LONGEST_HEADER + 1): "full_name"}, [("/columns/0", "too_long")]),
    ],
)
def test_a_mapping_names_headers_that_can_be_met_and_fields_that_there_are(columns, told):
    assert flaws(checked_columns, PERSONS, columns) == told


def test_a_mapping_may_be_as_long_as_it_may_be():
    columns = {f"Cột {n}": "-" for n in range(MOST_COLUMNS)}
    assert checked_columns(PERSONS, columns) == columns
    assert checked_columns(PERSONS, {"x" * LONGEST_HEADER: "full_name"})


@pytest.mark.parametrize(
    ("name", "code"), [(None, "required"), ("", "empty"), ("x" * 121, "too_long"), ("a\u200bb", "format_character")]
)
def test_a_mapping_has_a_name(name, code):
    assert flaws(checked_name, name) == [("/name", code)]


def test_the_name_of_a_mapping_stands_tidied():
    assert checked_name("  Của   phường ") == "Của phường"
    assert checked_name("x" * 120) == "x" * 120


@pytest.mark.parametrize("state", sorted(IMPORT_LIFE.states))
def test_a_job_works_while_somebody_waits_for_it(state):
    assert Progress(state, 1, 2, 3).working is (state in {"uploaded", "loading", "undoing"})


def test_every_word_of_a_preview_is_counted_those_of_none_too():
    assert counts_of({"create": 2, "error": 1}) == {"create": 2, "update": 0, "unchanged": 0, "review": 0, "error": 1}
