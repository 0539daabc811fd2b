"""Scopes have one maker, reads demand them, and nothing but the policy knows a role."""

from __future__ import annotations

import ast
import re

from domain.access.policy import Role
from domain.reading import Kind
from persistence.registry import READS
from tests.architecture.source import calls, files, imports, name_of, texts, tree

MAKERS = {
    "domain/access/scope.py": "scope_of",
    "domain/journal/use_cases.py": "the person behind an access log, with the bounds of a scope that was given",
    "persistence/records.py": "the journal row of what was refused, on the actor's own unit",
}
REFERENCE = {"seat"}
"""Units are reference data: they lie outside any scope."""
UNSCOPED = {
    "renew": "a write that answers with the code it made",
    "move": "a write, in a role of its own",
    "open_of": "whether a hand-over waits, of a person already known or held elsewhere",
    "holder_of": "the blind question whether someone is on file elsewhere; the asker never hears the answer (rulings 34)",
    "change": "a proposed change of the law, which is for everybody",
    "asked_today": "how often this very account has asked",
}
"""What answers without a scope, and why it may. Whoever adds a line here argues it."""
HOMONYMS = {
    "domain/support_model/noun.py": "who keeps house for a model; a relation",
    "domain/model_member/noun.py": "a seat on a board",
    "domain/volunteer/noun.py": "the noun's own name",
    "persistence/model_work.py": "the name of the table",
    "domain/assignment/": "as what somebody looks after a person",
    "persistence/assignments.py": "as what somebody looks after a person",
    "migrations/versions/": "words of catalogues, as they stood",
    "domain/plan/noun.py": "whose step of a plan it is",
    "domain/outreach/": "audiences and collectives",
    "documents/": "authorities, in the words of papers",
    "domain/law": "who must act, in the words of the law",
    "domain/decision/model.py": "who is sent a decision, in the words of the law",
    "persistence/demo": "demo accounts and their organisations",
    "persistence/unit_drawing.py": "types of organisation",
}


def test_only_the_access_module_makes_scopes():
    makers = {
        name_of(path)
        for path in files("api", "cli", "domain", "persistence")
        if "domain.law.rule" not in set(imports(path)) or path.parts[-2] != "law"
        for _ in calls(path, "Scope")
        if "domain.reading" in set(imports(path))
    }
    assert makers <= set(MAKERS), makers - set(MAKERS)
    assert "domain/access/scope.py" in makers


def protocols():
    for path in files("domain"):
        if path.name == "repository.py":
            for node in tree(path).body:
                if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "Protocol" for base in node.bases):
                    yield name_of(path), node


def keyword_only(method):
    return {
        argument.arg: ast.unparse(argument.annotation) for argument in method.args.kwonlyargs if argument.annotation
    }


def test_every_read_of_a_repository_demands_a_scope():
    """An unauthorised query is a type error: what answers takes `within`, by name and without a default."""
    reads = 0
    for file, protocol in protocols():
        for method in protocol.body:
            if not isinstance(method, ast.AsyncFunctionDef) or method.name in UNSCOPED:
                continue
            if ast.unparse(method.returns) == "None":
                continue
            reads += 1
            assert keyword_only(method).get("within") == "Scope", f"{file} {protocol.name}.{method.name}"
            assert method.args.kw_defaults == [None] * len(method.args.kwonlyargs), method.name
    assert reads >= 5


def test_persistence_keeps_the_scope_of_every_read_it_implements():
    wanted = {
        method.name
        for _file, protocol in protocols()
        for method in protocol.body
        if isinstance(method, ast.AsyncFunctionDef) and "within" in keyword_only(method)
    } | {"read", "version"}
    seen = set()
    for path in files("persistence"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.AsyncFunctionDef) and node.name in wanted and "self" in ast.unparse(node.args):
                if path.name in ("sign_ins.py", "actors.py"):
                    continue
                seen.add(node.name)
                assert keyword_only(node).get("within") == "Scope", f"{name_of(path)} {node.name}"
                assert any(
                    isinstance(part, ast.Name) and part.id == "within" for part in ast.walk(ast.Module(node.body, []))
                ), f"{name_of(path)} {node.name} takes a scope and forgets it"
    assert seen == wanted


def test_nothing_but_the_policy_knows_a_role():
    names = {role.value for role in Role}
    known = {
        (name_of(path), text)
        for path in files()
        for text in texts(path)
        if text in names
        and name_of(path) not in ("domain/access/policy.py", "api/code_lists.py")
        and not name_of(path).startswith("api/examples")
        and not name_of(path).startswith(tuple(HOMONYMS))
    }
    assert known == set()
    members = re.compile(r"\bRole\.[A-Z]")
    users = {
        name_of(path)
        for path in files()
        if members.search(path.read_text(encoding="utf-8"))
        and name_of(path) != "domain/access/policy.py"
        and not name_of(path).startswith(("persistence/demo", "persistence/administration.py", "cli/"))
    }
    assert users == set()


def test_a_noun_without_a_wall_says_nothing_about_anybody():
    """Units and the law are for everybody: open fields only, and no way from there to a person."""
    without = {name: reads.noun for name, reads in READS.items() if not reads.walls}
    assert {"unit", "unit_lineage"} <= set(without)
    assert {"person", "residence", "responsibility", "account"} & set(without) == set()
    for name, noun in without.items():
        assert set(noun.fields.values()) == {Kind.OPEN}, name
        assert {relation.noun for relation in noun.relations.values()} <= set(without), name


def test_settings_are_only_ever_local_to_a_transaction():
    """A session-wide setting would show one caller's rows to the next (rulings 9)."""
    session_wide = re.compile(
        r"\bset\s+(session\s+)?(role|authorization|plan_cache_mode|search_path\s*=|app\.)|reset\s+role", re.IGNORECASE
    )
    call = re.compile(r"set_config\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
    seen = 0
    for path in files("api", "domain", "persistence", "migrations"):
        for text in texts(path):
            for found in call.findall(text):
                seen += 1
                assert found.endswith(", true)"), (name_of(path), found)
            if not re.search(r"create (or replace )?function", text):
                bad = session_wide.search(text.replace("set local role", ""))
                assert bad is None, (name_of(path), text)
    assert seen >= 3
