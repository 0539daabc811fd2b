"""reference/UNITS.md: where the units come from, what was counted, what could not be settled."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from unit_story import REFORM, Draft, Story

TEXT = Path(__file__).with_name("units_page.md")
DAYS = (date(2023, 5, 7), date(2025, 1, 4), date(2025, 6, 30), REFORM)


def alive(story: Story, day: date) -> list[Draft]:
    return [d for d in story.drafts if d.valid_from <= day and (d.valid_to is None or day <= d.valid_to)]


def counts(story: Story) -> list[tuple[str, int]]:
    """Name and number, in reading order."""
    found: list[tuple[str, int]] = []
    for day in DAYS:
        living = alive(story, day)
        levels = Counter(draft.row.level for draft in living)
        found += [
            (f"{level} on {day}", levels[level]) for level in ("province", "district", "commune") if levels[level]
        ]
        for code, name in (("01", "Hà Nội"), ("22", "Quảng Ninh")):
            inside = sum(d.row.level == "commune" and d.province == code for d in living)
            found.append((f"communes of {name} on {day}", inside))
    marks = Counter(mark for draft in story.drafts for mark in draft.marks)
    found += [(f"units marked {mark}", number) for mark, number in sorted(marks.items())]
    kinds = Counter((str(edge.effective_on), edge.kind) for edge in story.edges)
    found += [(f"edges {kind} on {day}", number) for (day, kind), number in sorted(kinds.items())]
    found += [(f"edges of confidence {c}", sum(e.confidence == c for e in story.edges)) for c in "CLU"]
    found += _fans(story)
    return [*found, ("units in all", len(story.drafts)), ("edges in all", len(story.edges))]


def _fans(story: Story) -> list[tuple[str, int]]:
    pairs = [(e.before, e.after) for e in story.edges if e.effective_on == REFORM and e.after.row.level == "commune"]
    successors = Counter(Counter(before for before, _ in pairs).values())
    predecessors = Counter(Counter(after for _, after in pairs).values())
    found = [(f"old units with {n} successors on {REFORM}", count) for n, count in sorted(successors.items())]
    return found + [(f"communes of today with {n} predecessors", count) for n, count in sorted(predecessors.items())]


def named(draft: Draft) -> str:
    return f"{draft.row.code} {draft.row.name}"


def by_province(drafts: Iterable[Draft]) -> str:
    groups: dict[str, list[str]] = defaultdict(list)
    for draft in sorted(drafts, key=lambda d: d.key):
        groups[draft.province].append(named(draft) + "".join(f" (or {code})" for code in sorted(draft.row.alt_codes)))
    return "\n".join(f"- **{code}** ({len(names)}): " + "; ".join(names) for code, names in sorted(groups.items()))


def marked(story: Story, mark: str, day: date | None = None) -> list[Draft]:
    return [
        d for d in story.drafts if mark in d.marks and (day is None or (d.valid_from <= day <= (d.valid_to or day)))
    ]


def report(story: Story) -> str:
    """The page: the written text with the lists of this build set in."""
    unresolved = marked(story, "unresolved_successor")
    lists = {
        "counts": "\n".join(f"| {name} | {number:,} |" for name, number in counts(story)),
        "disputed_today": by_province(marked(story, "code_disputed", REFORM)),
        "disputed_before": by_province(marked(story, "code_disputed", date(2025, 6, 30))),
        "unresolved": by_province(unresolved),
        "ghosts": "; ".join(f"{row.code} {row.name}" for row in sorted(story.ghosts, key=lambda row: row.code)),
        "rejected": "\n".join(f"- {a.province}: {named(a)} → {named(b)}" for a, b in story.rejected),
        "doubtful": "\n".join(f"- {e.before.province}: {named(e.before)} → {named(e.after)}" for e in story.doubtful),
    }
    page = TEXT.read_text("utf-8")
    for name, text in lists.items():
        page = page.replace("{" + name + "}", text)
    return page
