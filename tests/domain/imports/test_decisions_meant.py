"""Which decision a row means, which case awaits one, and who may sign what stands there."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

import pytest

from domain.imports.kind import Line, Options, Task
from domain.imports.kinds.decisions import CaseAwaiting, DecisionOnFile, _cases, _decision, may_sign
from domain.reading import Actor

DAY, NEXT = date(2026, 9, 10), date(2026, 9, 11)
ME, OTHER = UUID(int=1), UUID(int=2)


class By(NamedTuple):
    """Who imports."""

    actor: Actor


def task(role="commune_leader"):
    actor = Actor(ME, ME, ME, role, ME, 1110, 1139, "commune", True, "", 7)
    return Task(None, By(actor), None, Options())


def decision(no, number="7", on=DAY, ref=None, source="import", drafted_by=OTHER):
    facts = dict.fromkeys(DecisionOnFile._fields) | {"id": UUID(int=no), "version": 1, "state": "drafted"}
    facts |= {"number": number, "decided_on": on, "source": source, "source_ref": ref, "drafted_by": drafted_by}
    return DecisionOnFile(**facts)


@pytest.mark.parametrize(
    ("values", "on_file", "meant"),
    [
        ({"source_ref": "Q1"}, (decision(1), decision(2, ref="Q1")), 2),
        ({"source_ref": "Q1", "decision_number": "7", "decided_on": DAY}, (decision(1), decision(2, ref="Q1")), 2),
        ({"source_ref": "Q1"}, (decision(1, ref="Q1", source="other"),), None),
        ({"decision_number": "7", "decided_on": DAY}, (decision(1, number="8"), decision(2)), 2),
        ({"decision_number": "07", "decided_on": DAY}, (decision(1),), 1),
        ({"decision_number": "7", "decided_on": NEXT}, (decision(1),), None),
        ({"decision_number": "8", "decided_on": DAY}, (decision(1),), None),
        ({"source_ref": "Q1", "decision_number": "7", "decided_on": DAY}, (decision(1, ref="Q9"),), 1),
    ],
)
def test_a_decision_is_meant_by_its_reference_or_by_its_number_of_that_day(values, on_file, meant):
    found = _decision(task(), Line(1, values), on_file)
    assert (found and found.id.int) == meant


@pytest.mark.parametrize(
    ("role", "drafted_by", "may"),
    [
        ("commune_leader", OTHER, True),
        ("commune_leader", ME, False),
        ("commune_officer", OTHER, False),
        ("commune_officer", ME, False),
    ],
)
def test_who_holds_the_right_signs_and_nobody_signs_what_they_drafted(role, drafted_by, may):
    assert may_sign(task(role), decision(1, drafted_by=drafted_by)) is may


@pytest.mark.parametrize(
    ("values", "waiting"),
    [
        ({}, [1, 2]),
        ({"completed_on": DAY}, [1]),
        ({"completed_on": NEXT}, [2]),
        ({"completed_on": date(2026, 1, 1)}, []),
    ],
)
def test_only_a_case_that_awaits_a_decision_is_decided_and_of_several_the_day_says_which(values, waiting):
    def case(no, state, completed_on=DAY):
        facts = dict.fromkeys(CaseAwaiting._fields) | {"id": UUID(int=no), "state": state, "completed_on": completed_on}
        return CaseAwaiting(**facts)

    cases = [case(1, "noticed"), case(2, "proposed", NEXT), case(3, "active"), case(4, "annulled")]
    assert [one.id.int for one in _cases(Line(1, values), cases)] == waiting
