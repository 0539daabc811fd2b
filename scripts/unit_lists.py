"""Two lists laid side by side: other codes, other spellings, and what the January list adds to the last one."""

from dataclasses import replace
from difflib import SequenceMatcher

from unit_packages import Row, Rows, Sources, fold


def compare_current(main: Rows, second: Rows) -> None:
    """Write the second list's codes and spellings beside those of the first."""
    todo = {key: row for key, row in second.items() if key[0] == "commune"}
    missing = [row for row in main.values() if row.level == "commune"]
    for spelled in (lambda row: row.name, lambda row: fold(row.name)):
        index = {(row.parent, row.unit_type, spelled(row)): row for row in todo.values()}
        for row in list(missing):
            other = index.get((row.parent, row.unit_type, spelled(row)))
            if other is not None:
                _note_difference(row, other)
                missing.remove(row)
                del todo[other.level, other.code]
    if missing or todo:
        raise ValueError(f"the two lists of 2025 name different communes: {missing} {todo}")


def _note_difference(row: Row, other: Row) -> None:
    if row.code != other.code:
        row.alt_codes.add(other.code)
    if row.name != other.name:
        row.alt_names.add(other.name)


def list_of_january(sources: Sources) -> tuple[Rows, list[Row]]:
    """The state of 2025-01-01: the last three-tier list with the later changes undone; and the rows left out.

    The January list itself cannot be taken whole: it repeats communes that neither 2023 nor mid-2025 knows.
    """
    january, last, oldest = sources.list_2025_01, sources.list_2025_06, sources.list_2023
    by_name = {(row.parent, row.unit_type, fold(row.name)): row for row in last.values()}
    rows: Rows = {}
    vanished: list[Row] = []
    ghosts: list[Row] = []
    for key, row in january.items():
        if key in last:
            continue
        twin = by_name.get((row.parent, row.unit_type, fold(row.name)))
        if twin is not None and (twin.level, twin.code) not in january:
            twin.alt_codes.add(row.code)
        elif key in oldest:
            vanished.append(row)
        else:
            ghosts.append(row)
    restless = {row.parent for row in vanished}
    late_districts = {
        row.code
        for row in last.values()
        if row.level == "district" and january[row.level, row.code].unit_type != row.unit_type
    }
    for key, row in last.items():
        if key not in january:
            if row.alt_codes:
                rows[key] = replace(row)
            continue
        rows[key] = _as_in_january(january[key], row, restless, late_districts)
    rows.update({(row.level, row.code): row for row in vanished})
    return rows, ghosts


def _as_in_january(then: Row, last: Row, restless: set[str], late_districts: set[str]) -> Row:
    alike = SequenceMatcher(None, fold(then.name), fold(last.name)).ratio()
    changed = then.unit_type != last.unit_type or (
        fold(then.name) != fold(last.name)
        and (last.parent in late_districts or (last.parent in restless and alike < 0.85))
    )
    if changed:
        return replace(then, lat=last.lat, lon=last.lon, alt_names=set(), alt_codes=set())
    if then.name != last.name:
        last.alt_names.add(then.name)
    return replace(last, alt_names=set(last.alt_names), alt_codes=set(last.alt_codes))
