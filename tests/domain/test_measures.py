"""Persons (người) and contacts (lượt) cannot be added by mistake."""

from __future__ import annotations

import itertools
import operator
import subprocess
import sys
from pathlib import Path

import pytest

from domain.measures import Clients, Contacts, Dong, Events, Persons, figure

MEASURES = (Persons, Clients, Contacts, Events, Dong)
ADDED = {(kind, kind) for kind in (Contacts, Events, Dong)}


@pytest.mark.parametrize("pair", [p for p in itertools.product(MEASURES, repeat=2) if p not in ADDED])
@pytest.mark.parametrize("act", [operator.add, operator.sub, operator.mul])
def test_measures_are_never_added_but_what_happened_and_money_to_their_own_kind(pair, act):
    left, right = pair
    with pytest.raises(TypeError):
        act(left(3), right(4))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("number", [1, 1.5, True])
def test_a_measure_is_no_number(measure, number):
    for act in (operator.add, operator.sub):
        with pytest.raises(TypeError):
            act(measure(3), number)
        with pytest.raises(TypeError):
            act(number, measure(3))
    with pytest.raises(TypeError):
        sum([measure(3), measure(4)])
    assert measure(1) != number


def test_each_contact_happened_once_so_contacts_are_added():
    assert Contacts(3) + Contacts(4) == Contacts(7)
    assert figure(Contacts(3) + Contacts(4)) == 7
    assert (Events(3) + Events(4), Dong(3) + Dong(4)) == (Events(7), Dong(7))


def test_measures_are_compared_with_their_own_kind_alone():
    assert Persons(3) < Persons(4)
    assert Persons(3) != Contacts(3)
    with pytest.raises(TypeError):
        operator.lt(Persons(3), Contacts(4))


def test_the_type_checker_refuses_it_before_anything_runs(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from domain.measures import Contacts, Persons\n\nprint(Persons(1) + Contacts(2))\n")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", f"--cache-dir={tmp_path}", str(wrong)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "operator" in done.stdout, done.stdout + done.stderr
