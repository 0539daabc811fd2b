"""The rule book as a page a lawyer can read: docs/law.md is printed from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from domain.law.documents import AUTHORITIES, DOCUMENTS, FormKey
from domain.law.forms import FORMS
from domain.law.life_cycles import LIFE_CYCLES
from domain.law.rows import SUBJECTS
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook

_HEAD = """# The law as rules

Printed from the rule book by `scripts/print_law.py`; do not edit. A rule is chosen by the date of the event named in
its selector, never by today. Last days are inclusive. Marks: **C** read in the instrument, **L** likely, **U** not
verified. Decree 163/2026 was read in one unofficial copy: its day counts and form numbers are to be compared with the
Công báo before use. Research, not legal advice."""
_RATES = """## Rates that a province enters itself

What volunteers are paid is set by each province's People's Council (dossier §7.2). A province officer or administrator
proposes a row of `pay.volunteer` at `POST /v1/law-changes` (or `proposeLawChange`), another person of the same province
approves it. It must be of the own province (`scope.province` is its code, `scope.role` a seat of the team), a plain
factor of the base salary above 0 and up to 10, chosen by `month`, set by `provincial_council`, and cite the resolution
by its number, such as `34/2018/NQ-HĐND`. What does not lie in the future needs a reason. Any other rule, and the
calendar, are changed for the whole country by two of its administrators; another province neither sees nor decides
these proposals."""


def law_page(book: RuleBook) -> str:
    """The whole book, its forms, documents and life cycles as Markdown; equal books print equal pages."""
    parts = [
        _HEAD,
        f"{len(book)} rows, fingerprint `{book.fingerprint[:16]}`.",
        *(_subject(title, rows) for title, rows in _grouped(book)),
        _RATES,
        _forms(),
        _documents(),
        _life_cycles(),
    ]
    return "\n\n".join(parts) + "\n"


def _grouped(book: RuleBook) -> Iterable[tuple[str, list[Rule]]]:
    """The book's rows under the headings of the shipped rows; what ships nowhere comes last."""
    homes = {rule.id: title for title, rows in SUBJECTS.items() for rule in rows}
    for title in (*SUBJECTS, "Other"):
        rows = [rule for rule in book if homes.get(rule.id, "Other") == title]
        if rows:
            yield title, rows


def _subject(title: str, rows: Sequence[Rule]) -> str:
    head = ("rule", "event", "scope", "first day", "last day", "value", "who", "form", "basis", "mark", "note")
    return f"## {title}\n\n" + _table(head, (_cells(rule) for rule in rows))


def _cells(rule: Rule) -> tuple[str, ...]:
    return (
        f"`{rule.ref}`<br>{rule.title.vi}<br>{rule.title.en}",
        rule.selector,
        ", ".join(f"{key} = {word}" for key, word in rule.scope),
        _day(rule.valid_from),
        _day(rule.valid_to),
        rule.value.text().en,
        AUTHORITIES[rule.authority].en,
        _form(rule.form),
        rule.basis_text().en,
        rule.confidence.value,
        rule.note,
    )


def _day(day: date | None) -> str:
    return "–" if day is None else day.isoformat()


def _form(key: FormKey | None) -> str:
    return "" if key is None else f"{key.number} ({key.instrument}, app. {key.appendix})"


def _forms() -> str:
    rows = ((_form(f.key), f.title.vi, f.title.en, _form(f.replaces), f.mark) for f in FORMS)
    return "## Forms\n\n" + _table(("form", "tên", "title", "replaces", "mark"), rows)


def _documents() -> str:
    rows = ((key, document.name.vi, document.name.en) for key, document in DOCUMENTS.items())
    return "## Documents\n\n" + _table(("key", "tên", "name"), rows)


def _life_cycles() -> str:
    parts = ["## Life cycles"]
    for cycle in LIFE_CYCLES:
        rows = ((move.source, move.to, ", ".join(move.requires), move.because) for move in cycle.moves)
        parts.append(f"### {cycle.name}\n\n" + _table(("from", "to", "needs", "because"), rows))
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
