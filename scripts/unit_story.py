"""From four dated lists to units with intervals and the lineage between them. Pure: rows in, drafts out."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from unit_lists import compare_current, list_of_january
from unit_packages import Row, Rows, Sources, fold

CARRIED_BACK_TO = date(2004, 7, 8)  # QĐ 124/2004
FIRST_BORDER = date(2025, 1, 1)  # Hà Nội's 526; the list read on 2025-01-04 is the first to show it
LATE_BORDER = date(2025, 2, 1)  # after the list of 2025-01-04 and before the last one: an estimate
REFORM = date(2025, 7, 1)
FIRST_BORDER_CONFIRMED = {"01"}  # Hà Nội (dossier §11.2); for the others the day is an estimate
PROVINCES_BASIS = "Nghị quyết 202/2025/QH15"
COMMUNES_BASIS = {"01": "Nghị quyết 1656/NQ-UBTVQH15"}
FAR_DEGREES = 20 / 111  # 20 km
LEVELS = ("province", "district", "commune")


@dataclass(eq=False, slots=True)
class Draft:
    """A unit being told."""

    row: Row
    valid_from: date
    parent: "Draft | None"
    code_system: str
    valid_to: date | None = None
    home: "Draft | None" = None
    marks: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        return "country:VN" if self.parent is None else f"{self.row.level}:{self.row.code}@{self.valid_from}"

    @property
    def province(self) -> str:
        return self.row.code if self.row.level in {"province", "country"} or not self.parent else self.parent.province


@dataclass(frozen=True, slots=True)
class Edge:
    """A succession, named by drafts."""

    before: Draft
    after: Draft
    kind: str
    effective_on: date
    basis: str | None
    confidence: str


@dataclass(slots=True)
class Story:
    """All that the file says, and all that was set aside."""

    drafts: list[Draft] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    rejected: list[tuple[Draft, Draft]] = field(default_factory=list)
    doubtful: list[Edge] = field(default_factory=list)
    ghosts: list[Row] = field(default_factory=list)
    open: dict[tuple[str, str], Draft] = field(default_factory=dict)


def same(draft: Draft, row: Row, parent: Draft) -> bool:
    """Is this row the unit we know: the same type, parent and (in some spelling) name."""
    names = {fold(name) for name in (row.name, *row.alt_names)}
    return draft.row.unit_type == row.unit_type and draft.parent is parent and fold(draft.row.name) in names


def advance(story: Story, rows: Rows, border: date, code_system: str) -> list[tuple[Draft, Draft | None]]:
    """Move to the next list; returns each unit that ended with the unit that took over its code, if any."""
    ended: list[tuple[Draft, Draft | None]] = []
    country = story.open["country", "VN"]
    for level in LEVELS:
        known = {key: draft for key, draft in story.open.items() if key[0] == level}
        for key in sorted(known.keys() | {key for key in rows if key[0] == level}):
            row, draft = rows.get(key), known.get(key)
            parent = None if row is None else _parent(story, row, country)
            if row is not None and draft is not None and parent is not None and same(draft, row, parent):
                _continue(draft, row, code_system)
                continue
            if draft is not None:
                draft.valid_to = border - timedelta(days=1)
                del story.open[key]
            fresh = None
            if row is not None and parent is not None:
                fresh = Draft(replace(row), border, parent, code_system)
                story.open[key] = fresh
                story.drafts.append(fresh)
            if draft is not None:
                ended.append((draft, fresh))
    return ended


def _parent(story: Story, row: Row, country: Draft) -> Draft:
    if row.level == "province":
        return country
    return story.open.get(("district", row.parent)) or story.open["province", row.parent]


def _continue(draft: Draft, row: Row, code_system: str) -> None:
    alt_names = (draft.row.alt_names | row.alt_names | {draft.row.name}) - {row.name}
    draft.row = replace(row, alt_names=alt_names, alt_codes=draft.row.alt_codes | row.alt_codes)
    draft.code_system = code_system


def one_to_one(before: Row, after: Row) -> str:
    if before.unit_type != after.unit_type:
        return "type_changed"
    names = {fold(name) for name in (after.name, *after.alt_names)}
    return "unchanged" if fold(before.name) in names else "renamed"


def small_changes(story: Story, ended: list[tuple[Draft, Draft | None]], border: date, rows: Rows) -> None:
    """Succession inside the three tiers: by code, by disputed code, for districts by where their communes went."""
    by_alt = {(d.row.level, code): d for d in story.open.values() for code in d.row.alt_codes}
    for before, taker in ended:
        if before.row.level == "district":
            _district_edges(story, before, border, rows)
            continue
        confirmed = border == FIRST_BORDER and before.province in FIRST_BORDER_CONFIRMED
        other = by_alt.get((before.row.level, before.row.code))
        for after in filter(None, (taker, other)):
            confidence = "U" if after.row.alt_codes else "L"
            story.edges.append(Edge(before, after, one_to_one(before.row, after.row), border, None, confidence))
        if taker is None and other is None:
            before.marks.add("unresolved_successor")
        if not confirmed:
            before.marks.add("end_estimated")
    for draft in story.open.values():
        if draft.valid_from == border and not (border == FIRST_BORDER and draft.province in FIRST_BORDER_CONFIRMED):
            draft.marks.add("start_estimated")


def _district_edges(story: Story, before: Draft, border: date, rows: Rows) -> None:
    if not (border == FIRST_BORDER and before.province in FIRST_BORDER_CONFIRMED):
        before.marks.add("end_estimated")
    codes = {d.row.code for d in story.drafts if d.parent is before and d.row.level == "commune"}
    homes = {rows["commune", code].parent for code in codes if ("commune", code) in rows}
    targets = [story.open["district", code] for code in sorted(homes)]
    for after in targets:
        whole = "merged_whole" if after.row.code != before.row.code else one_to_one(before.row, after.row)
        story.edges.append(Edge(before, after, whole if len(targets) == 1 else "split_part", border, None, "L"))
    if not targets:
        before.marks.add("unresolved_successor")


def reform(story: Story, sources: Sources, ended: list[tuple[Draft, Draft | None]]) -> None:
    """The edges of 2025-07-01."""
    closed = {(before.row.level, before.row.code): before for before, _ in ended}
    for old, new in sorted(sources.province_map.items()):
        if ("province", old) in closed:
            pair = closed["province", old], story.open["province", new]
            story.edges.append(Edge(*pair, "merged_whole", REFORM, PROVINCES_BASIS, "C"))
    pairs = [
        (closed[old], story.open["commune", new])
        for old, after in sorted(sources.commune_map.items())
        for new in sorted(after)
    ]
    votes: dict[Draft, Counter[str]] = defaultdict(Counter)
    for before, after in pairs:
        votes[after][before.province] += 1
    kept = {pair: None for pair in pairs if votes[pair[1]].most_common(1)[0][0] == pair[0].province}
    story.rejected = [pair for pair in pairs if pair not in kept]
    _commune_edges(story, kept)


def _commune_edges(story: Story, pairs: Iterable[tuple[Draft, Draft]]) -> None:
    successors, predecessors = defaultdict(list), defaultdict(list)
    for before, after in pairs:
        successors[before].append(after)
        predecessors[after].append(before)
    for before, after_all in successors.items():
        for after in after_all:
            kind = "merged_whole" if len(predecessors[after]) > 1 else one_to_one(before.row, after.row)
            kind = "split_part" if len(after_all) > 1 else kind
            doubt = kind == "split_part" and (_far(before.row, after.row) or _has_namesake(before, predecessors[after]))
            edge = Edge(before, after, kind, REFORM, COMMUNES_BASIS.get(after.province), "U" if doubt else "L")
            story.edges.append(edge)
            if doubt:
                story.doubtful.append(edge)


def _has_namesake(before: Draft, others: Iterable[Draft]) -> bool:
    """The mapping goes by names: two communes of one name may have been taken for each other."""
    wanted = before.row.unit_type, fold(before.row.name)
    return any(other is not before and (other.row.unit_type, fold(other.row.name)) == wanted for other in others)


def _far(before: Row, after: Row) -> bool:
    if before.lat is None or before.lon is None or after.lat is None or after.lon is None:
        return False
    # at these latitudes a degree of longitude is about 0.95 of a degree of latitude
    return (before.lat - after.lat) ** 2 + (0.95 * (before.lon - after.lon)) ** 2 > FAR_DEGREES**2


def settle_homes(story: Story, province_map: dict[str, str]) -> None:
    """The scope tree: as the legal tree, but an ended province lives in the one that took it in."""
    for draft in story.drafts:
        draft.home = draft.parent
        if draft.row.level == "province" and draft.valid_to is not None:
            draft.home = story.open["province", province_map[draft.row.code]]


def tell(sources: Sources) -> Story:
    """The whole story, in order of time."""
    story = Story()
    country = Draft(Row("country", "VN", "Việt Nam", "country", ""), CARRIED_BACK_TO, None, "iso3166")
    story.drafts.append(country)
    story.open["country", "VN"] = country
    compare_current(sources.list_2025_07, sources.second_2025_07)
    january, story.ghosts = list_of_january(sources)
    advance(story, sources.list_2023, CARRIED_BACK_TO, "gso")
    for rows, border in ((january, FIRST_BORDER), (sources.list_2025_06, LATE_BORDER)):
        small_changes(story, advance(story, rows, border, "gso"), border, rows)
    ended = retire_communes(story)
    ended += advance(story, sources.list_2025_07, REFORM, "qd19")
    reform(story, sources, ended)
    settle_homes(story, sources.province_map)
    mark_disputes(story)
    return story


def retire_communes(story: Story) -> list[tuple[Draft, Draft | None]]:
    """Close all communes and districts on 2025-06-30, whatever carries their code the day after."""
    ended: list[tuple[Draft, Draft | None]] = []
    for key, draft in list(story.open.items()):
        if key[0] in {"commune", "district"}:
            draft.valid_to = REFORM - timedelta(days=1)
            del story.open[key]
            ended.append((draft, None))
    return ended


def mark_disputes(story: Story) -> None:
    for draft in story.drafts:
        if draft.row.alt_codes:
            draft.marks.add("code_disputed")
        if draft.row.alt_names:
            draft.marks.add("spelling_varies")
        if draft.key == "province:75@" + str(CARRIED_BACK_TO):
            draft.marks.add("later_change_known")  # Đồng Nai is a city by May 2026 (dossier §6); not in the packages
