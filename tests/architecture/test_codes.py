"""Every refusal has a status and words in both languages; nothing is refused with a code nobody can look up."""

from __future__ import annotations

import ast
import re

import pytest

from api.app import BY_STATUS
from api.errors import PYDANTIC
from api.passwords import weakness
from api.problems import FLAWS, PROBLEMS
from domain.person.identity import _FORMS
from domain.text import _UNFIT
from persistence.records import CONSTRAINTS
from tests.architecture.source import ROOT, calls, files, name_of, tree, words

CODE = re.compile(r"[a-z][a-z0-9_]*")
JUDGES = {
    "domain/text.py": {"flaw_in_text", "_flaw_in_name"},
    "domain/person/phone.py": {"phone_flaw", "_flaw_at_home"},
    "api/passwords.py": {"weakness"},
}
"""Functions that answer with the code of a flaw."""


def argument(call, place):
    return call.args[place] if len(call.args) > place else None


def codes(name, place):
    """Codes written in calls of `name`; a choice between two counts as both."""
    for path in files("api", "domain", "persistence"):
        for call in calls(path, name):
            given = argument(call, place)
            if given is not None:
                yield from ((name_of(path), word) for word in chosen(given) if CODE.fullmatch(word))


def chosen(node):
    """The texts an expression can come to: of a choice, its two ends and not its condition."""
    if isinstance(node, ast.IfExp):
        return [*chosen(node.body), *chosen(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def judged():
    for file, functions in JUDGES.items():
        for node in ast.walk(tree(ROOT / file)):
            if isinstance(node, ast.FunctionDef) and node.name in functions:
                for part in ast.walk(node):
                    if isinstance(part, ast.Return) and part.value is not None:
                        yield from ((file, word) for word in chosen(part.value))


def test_every_refusal_stands_in_the_problem_registry():
    used = set(codes("Refusal", 0))
    assert len(used) > 40
    assert {(file, code) for file, code in used if code not in PROBLEMS} == set()


def test_every_refusal_of_the_edge_and_the_database_stands_in_the_problem_registry():
    edge = {
        word
        for path in (ROOT / "api/gate.py", ROOT / "api/deadlines.py")
        for call in calls(path, "answer_problem", "_problem", "refuse", "_refuse", "_refused", "render", "send_problem")
        for given in call.args[:3]
        for word in chosen(given)
        if CODE.fullmatch(word)
    }
    assert {*CONSTRAINTS.values(), *BY_STATUS.values(), *edge} - set(PROBLEMS) == set()


def test_every_flaw_stands_in_the_table_of_flaws():
    used = {*codes("Flaw", 1), *codes("flawed", 1), *judged()}
    used |= {("domain/text.py", code) for code in _UNFIT.values()}
    used |= {("domain/person/identity.py", code) for _form, code in _FORMS.values()}
    used |= {("api/errors.py", code) for code in PYDANTIC.values()}
    assert len(used) > 50
    assert {(file, code) for file, code in used if code not in FLAWS} == set()


def test_the_flaws_of_passwords_are_codes():
    assert {weakness("short", own_words=()), weakness("x" * 300, own_words=())} == {"too_short", "too_long"}


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_speaks_both_languages(code):
    known = PROBLEMS[code]
    assert 400 <= known.status < 600
    assert known.vi.strip()
    assert known.en.strip()
    assert known.vi != known.en
    assert bool(known.todo_vi) == bool(known.todo_en)
    assert not set(known.en.lower()) & set("ạảãàáâăđêôơưếộ") or "Việt Nam" in known.en


def test_a_flaw_speaks_both_languages():
    for code, (vi, en) in FLAWS.items():
        assert vi.strip(), code
        assert en.strip(), code
        assert vi != en, code


def test_no_code_is_in_the_registry_for_nothing():
    """What nobody raises misleads integrators. Codes are looked for as whole texts anywhere in our code."""
    elsewhere = {
        word
        for path in files("api", "domain", "files", "persistence")
        if path.name != "problems.py"
        for word in words(tree(path))
    }
    assert {code for code in (*PROBLEMS, *FLAWS) if code not in elsewhere} == set()
