"""Each kind is a whole declaration: headers that do not collide, words with codes, rights, fields a role may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.access.policy import POLICY, Sight
from domain.imports.kinds import KINDS
from domain.imports.model import SHIPPED, checked_columns
from domain.imports.noun import IMPORT_ROW
from domain.reading import Kind

SEALED = {Kind.IDENTIFIER, Kind.REACH}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


@kinds
def test_no_header_means_two_columns(kind):
    seen = {}
    for column in kind.columns:
        for header in column.headers():
            assert seen.setdefault(header, column.name) == column.name
    assert len({column.name for column in kind.columns}) == len(kind.columns)


@kinds
def test_every_word_of_a_template_is_read_back(kind):
    for column in kind.columns:
        for code, label in column.words.items():
            assert column.read(label) == column.read(code) == code


@kinds
def test_whoever_sees_a_diff_sees_every_field_that_may_stand_in_it(kind):
    """Numbers stand in it by their last digits only; the class of `diff` is the strictest of the rest."""
    shown = {column.kind for column in kind.columns} - SEALED
    for role, powers in POLICY.items():
        if "run_import" in powers.permissions and powers.sights[IMPORT_ROW.fields["diff"]] is Sight.CLEAR:
            hidden = {one for one in shown if powers.sights[one] is not Sight.CLEAR}
            able = all(powers.permissions.get(right) for right in kind.permissions)
            assert not (hidden and able), (role, hidden)


@kinds
def test_a_kind_is_spoken_in_both_languages(kind):
    for column in kind.columns:
        assert column.vi != column.en
        assert column.vi.strip()


def test_the_page_for_integrators_lists_every_kind_with_its_rights():
    page = (Path(__file__).parents[3] / "docs/integrators.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    told = {
        row[1].strip(" `"): set(row[3].replace("`", "").replace(" ", "").split(",")) for row in rows if len(row) == 5
    }
    assert {name: set(kind.permissions) for name, kind in KINDS.items()}.items() <= told.items()


def test_mappings_that_come_with_the_service_fit_their_kinds():
    for mapping in SHIPPED.values():
        for name, columns in mapping.items():
            assert checked_columns(KINDS[name], columns) == dict(columns)


def test_a_pointer_of_a_rule_leads_to_a_column():
    for kind in KINDS.values():
        assert set(kind.pointers.values()) <= {column.name for column in kind.columns}
