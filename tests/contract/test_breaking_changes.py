"""What callers rely on does not change under them: both contracts against the last released ones (tests/contract/released).

A release copies openapi.yaml and schema.graphql there (`make release`). Until the next one nothing may be taken away.
"""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml
from graphql import build_schema, find_breaking_changes

from tests.contract.test_node_checks import MODULES, ROOT, needs_node, node

RELEASED = Path(__file__).parent / "released"
CONTRACT = ROOT / "openapi.yaml"
GRAPHQL = ROOT / "api" / "graphql" / "schema.graphql"


def graphql_breaks(before: str, after: str) -> list[str]:
    return [change.description for change in find_breaking_changes(build_schema(before), build_schema(after))]


def rest_breaks(before: Path, after: Path) -> str:
    """What redocly's diff holds to be breaking; empty when nothing is."""
    ran = node(str(MODULES / ".bin" / "redocly"), "diff", str(before), str(after), "--config", "redocly-diff.yaml")
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def test_nothing_that_graphql_callers_rely_on_was_taken_away():
    assert graphql_breaks((RELEASED / "schema.graphql").read_text(), GRAPHQL.read_text()) == []


@needs_node
def test_nothing_that_rest_callers_rely_on_was_taken_away():
    assert rest_breaks(RELEASED / "openapi.yaml", CONTRACT) == ""


@pytest.mark.parametrize(
    ("taken", "told"),
    [("  fullName: ", "Person.fullName"), ("  moveCase(", "Mutation.moveCase"), ("  female", "female")],
)
def test_a_field_or_word_taken_from_graphql_is_noticed(taken, told):
    before, kept = GRAPHQL.read_text(), []
    for line in before.splitlines():
        if not line.startswith(taken):
            kept.append(line)
        elif kept[-1].endswith('"""'):
            kept.pop()  # its description
    assert any(told in broken for broken in graphql_breaks(before, "\n".join(kept)))


def without_path(contract):
    del contract["paths"]["/v1/persons/{id}"]["get"]


def newly_required(contract):
    contract["components"]["schemas"]["NewPerson"]["required"].append("occupation")


@needs_node
@pytest.mark.parametrize("taken", [without_path, newly_required])
def test_an_operation_taken_or_a_field_newly_required_in_rest_is_noticed(tmp_path, taken):
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    bent = copy.deepcopy(contract)
    taken(bent)
    (tmp_path / "bent.yaml").write_text(yaml.safe_dump(bent, allow_unicode=True, sort_keys=False))
    assert rest_breaks(CONTRACT, tmp_path / "bent.yaml") != ""
