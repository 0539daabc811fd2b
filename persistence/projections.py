"""A narrowed Selection → a Plan: one statement in which PostgreSQL builds the JSON (architecture, "Writes and reads").

SQL is written as text from our own declarations; nothing a caller sends is ever part of it: every value is an argument.
"""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from domain.reading import Form, Pick, Road, Selection, Show, tag
from domain.refusals import Refusal
from persistence.reads import Key, Reads
from persistence.registry import READS
from persistence.scoping import class_of, granted, live_grants, wall, wall_inside

Source = int | str
MARK = b'"\\u0000'
ONCE_MARK = "u0000x"
MOST_PICKS = 60
MOST_BUILT = 50
"""json_build_object takes 100 arguments; what is wider is put together of two (rulings 20)."""
NATIONWIDE_CANDIDATES = 2000
"""A nationwide search ranks at most so many candidates and says when it is incomplete (rulings 11)."""


class Plan(NamedTuple):
    """SQL, where each `$n` comes from (a place in the values, or a fact of the scope), and its planner mode."""

    sql: str
    arguments: tuple[Source, ...]
    spliced: bool
    mode: str


class Total(NamedTuple):
    """Where an exact count of a page starts: its join ({c} = its row; none at the root) and its first filter value."""

    join: str
    start: int


@lru_cache(2048)
def plan(selection: Selection, road: Road, level: str, act: str) -> Plan:
    """Compile once per shape. The cache is bounded; a cold compile costs well under a millisecond."""
    return _Compiler(road, level).root(selection, act)


class _Compiler:
    """Walks a selection; `self.at` is the place of the next value in walking order."""

    def __init__(self, road: Road, level: str) -> None:
        self.road = road
        self.level = level
        self.arguments: list[Source] = []
        self.at = 0
        self.depth = 0
        self.spliced = False
        self.act = ""
        self.ctes: list[str] = []
        self.computed: set[tuple[str, str]] = set()
        """Of which rows what several columns share was worked out."""

    # -- arguments -----------------------------------------------------------------------------------------------

    def argument(self, source: Source, type_: str) -> str:
        if source not in self.arguments:
            self.arguments.append(source)
        return f"${self.arguments.index(source) + 1}::{type_}"

    def value(self, type_: str) -> str:
        self.at += 1
        return self.argument(self.at - 1, type_)

    def dated(self, sql: str) -> str:
        """`{today}` is the local day of the request, the same that rules see."""
        return sql.replace("{today}", self.argument("today", "date")) if "{today}" in sql else sql

    # -- roots ---------------------------------------------------------------------------------------------------

    def root(self, selection: Selection, act: str) -> Plan:
        reads = READS[selection.noun]
        self.act = act
        sql = self.one(selection, reads, act) if selection.form is Form.ONE else self.page(selection, reads, act)
        mode = "auto" if selection.form is Form.ONE else "force_custom_plan"
        return Plan(sql, tuple(self.arguments), self.spliced, mode)

    def one(self, selection: Selection, reads: Reads, act: str) -> str:
        id = self.value("bigint" if reads.noun.name == "journal_entry" else "uuid")
        where = wall(reads, "t", self.road, self.level, self.argument)
        more = self.once(selection, reads, "t")
        body = self.object(selection, reads, "t")
        journal = self.journal(
            reads, act, f"array[coalesce((select {reads.whose('t')} from r t), {id})]", "(select count(*) from r)"
        )
        rows = f"r as materialized (select t.*{more} from {reads.table} t where t.id = {id} and {where})"
        version = "t.version" if "version" in reads.noun.fields else "null::int"
        return f"with {rows}{journal} select convert_to({body}::text, 'UTF8'), 1, {version} from r t"

    def page(self, selection: Selection, reads: Reads, act: str) -> str:
        limit = self.value("int")
        start = self.at
        rows = self.rows(selection, reads, "t", "true", limit, root=True)
        answer = self.envelope(selection, reads, "t", limit, Total("", start))
        shown = f"count(*) filter (where t.rn <= {limit})"
        ids = f"coalesce(array_agg({reads.whose('t')}) filter (where t.rn <= {limit}), '{{}}')"
        journal = self.journal(reads, act, ids, shown, " from r t")
        ctes = ", ".join([*self.ctes, f"r as materialized ({rows})"])
        return f"with {ctes}{journal} select convert_to({answer}::text, 'UTF8'), {shown}, null::int from r t"

    def journal(self, reads: Reads, act: str, ids: str, shown: str, source: str = "") -> str:
        """The journal row of the read, in the statement itself: no row, no answer (rulings 17)."""
        if not act or not reads.walls:
            return ""
        if reads.noun.name == "journal_entry":
            ids = "'{}'::uuid[]"
        return (
            ", j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
            f" select '{act}', '{reads.noun.name}', 'read', {ids}, {shown}{source})"
        )

    # -- rows ----------------------------------------------------------------------------------------------------

    def rows(self, selection: Selection, reads: Reads, alias: str, join: str, limit: str, *, root: bool) -> str:
        """One page of rows and one more (to know whether there is a next), numbered in order."""
        keys = reads.keys(selection.order)
        known = not root or not reads.candidates.keys().isdisjoint(selection.filters)
        conditions = [join, (wall_inside if known else wall)(reads, alias, self.road, self.level, self.argument)]
        source = f"{reads.table} {alias}"
        if root and self.road is Road.GRANT and reads.walls and not reads.addressed:
            source, conditions = self.from_grants(reads, alias)
        for name in selection.filters:
            if name in reads.candidates:
                source += self.candidate(reads, name, alias)
            else:
                conditions.append(self.filter(reads, name, alias))
        if selection.after:
            conditions.append(self.after(keys, alias))
        order = ", ".join(_ordered(key, alias) for key in keys)
        where = " and ".join(part for part in conditions if part != "true") or "true"
        found = not reads.candidates.keys().isdisjoint(selection.filters)
        if source.startswith("(") and reads.granted == "person_id" and not found:
            source, where = self.of_each_person(reads, alias, f"{where} order by {order} limit {limit} + 1"), "true"
        more = self.once(selection, reads, alias)
        return (
            f"select {alias}.*{more}, row_number() over (order by {order}) as rn from {source}"
            f" where {where} order by {order} limit {limit} + 1"
        )

    def from_grants(self, reads: Reads, alias: str) -> tuple[str, list[str]]:
        """A list on the granted road starts at the grants, each person once (scope.md §1)."""
        grants = f"select distinct g.person_id {live_grants(class_of(reads), self.argument)}"
        own = wall(reads, alias, self.road, self.level, self.argument) if reads.circle else "true"
        return f"({grants}) g join {reads.table} {alias} on {alias}.{reads.granted} = g.person_id", [own]

    def once(self, selection: Selection, reads: Reads, alias: str) -> str:
        """Columns beside the row's own: what several of the picked ones share."""
        picked = [reads.columns[name] for name in _picked(selection) if name in reads.columns]
        shared = [name for name in reads.once if any(f"{{{name}}}" in sql for sql in picked)]
        self.computed |= {(alias, name) for name in shared}
        told = (f", {self.dated(reads.once[name]).replace('{t}', alias)} as {name}_once" for name in shared)
        return "".join(told)

    def of_each_person(self, reads: Reads, alias: str, page: str) -> str:
        """The first rows of each person granted: a page never needs more of one, and an index gives them in order."""
        grants = f"select distinct g.person_id {live_grants(class_of(reads), self.argument)}"
        rows = f"select {alias}.* from {reads.table} {alias} where {alias}.person_id = g.person_id and {page}"
        return f"({grants}) g cross join lateral ({rows}) {alias}"

    def filter(self, reads: Reads, name: str, alias: str) -> str:
        template = self.dated(reads.filters.get(name, "{t}." + name + " = {v}::text"))
        _sql, _, type_ = template.partition("{v}::")
        if not type_:
            return template.replace("{t}", alias)
        word = type_.split(" ", 1)[0].split(")", 1)[0]
        value = self.value(word)
        return template.replace("{v}::" + word, value).replace("{t}", alias)

    def candidate(self, reads: Reads, name: str, alias: str) -> str:
        """A filter that collects ids first, once, materialized: else the planner walks the country by name."""
        streamed = reads.nationwide if self.road is Road.COUNTRY else {}
        template = streamed.get(name, reads.candidates[name])
        word = template.partition("{v}::")[2].split(" ", 1)[0].split(")", 1)[0]
        value = self.value(word)
        inner = template.replace("{v}::" + word, value)
        scope = self.candidate_wall(granted_class(reads, name))
        bound = f" limit {NATIONWIDE_CANDIDATES + 1}" if self.road is Road.COUNTRY else ""
        cte = f"c{len(self.ctes)}"
        self.ctes.append(
            f"{cte} as materialized (select distinct person_id from ({inner.replace('{wall}', scope)}{bound}) x)"
        )
        return f" join {cte} on {cte}.person_id = {alias}.id"

    def candidate_wall(self, noun: str | None) -> str:
        """On road `grant` candidates start at the grants: a common word has far more bearers than anyone has grants."""
        if self.road is Road.COUNTRY:
            return "true"
        if self.road is Road.GRANT:
            return f"a.person_id = any(array(select g.person_id {live_grants(noun, self.argument)}))"
        return f"a.unit_no between {self.argument('lo', 'int')} and {self.argument('hi', 'int')}"

    def after(self, keys: tuple[Key, ...], alias: str) -> str:
        """Keyset: one row comparison where all keys go one way (an index condition)."""
        left = ", ".join(key.sql.replace("{t}", alias) for key in keys)
        right = ", ".join(self.value("text") + _recast(key) for key in keys)
        return f"({left}) {'<' if keys[0].descending else '>'} ({right})"

    # -- JSON ----------------------------------------------------------------------------------------------------

    def envelope(self, selection: Selection, reads: Reads, alias: str, limit: str, total: Total) -> str:
        """A REST page and a Relay connection are the same form with other picks; aggregates over the numbered rows."""
        return _built([(pick.key, self.part(pick, selection, reads, alias, limit, total)) for pick in selection.picks])

    def part(self, pick: Pick, selection: Selection, reads: Reads, alias: str, limit: str, total: Total) -> str:
        if pick.name in ("data", "nodes", "edges"):
            assert pick.of is not None
            body = (
                self.edge(pick.of, selection, reads, alias)
                if pick.name == "edges"
                else self.object(pick.of, reads, alias)
            )
            return _listed(body, alias, limit)
        if pick.name in ("page", "page_info"):
            assert pick.of is not None
            return _built([(p.key, self.page_fact(p, selection, reads, alias, limit)) for p in pick.of.picks])
        if pick.name == "total":
            return self.total(selection, reads, total)
        return _literal(selection.typename)

    def edge(self, edge: Selection, selection: Selection, reads: Reads, alias: str) -> str:
        built = []
        for pick in edge.picks:
            if pick.name == "cursor":
                built.append((pick.key, self.cursor(selection, reads, alias)))
            elif pick.of is not None:
                built.append((pick.key, self.object(pick.of, reads, alias)))
            else:
                built.append((pick.key, _literal(edge.typename)))
        return _built(built)

    def page_fact(self, pick: Pick, selection: Selection, reads: Reads, alias: str, limit: str) -> str:
        more = f"count(*) > {limit}"

        def cursor(place: str) -> str:
            """Made where it is asked for: an answer without marks is passed on as it is."""
            return f"(array_agg({self.cursor(selection, reads, alias)}) filter (where {alias}.rn = {place}))[1]"

        facts: dict[str, Callable[[], str]] = {
            "next": lambda: f"case when {more} then {cursor(limit)} end",
            "end_cursor": lambda: (
                f"(array_agg({self.cursor(selection, reads, alias)} order by {alias}.rn desc)"
                f" filter (where {alias}.rn <= {limit}))[1]"
            ),
            "start_cursor": lambda: cursor("1"),
            "has_next_page": lambda: more,
            "has_previous_page": lambda: "true" if selection.after else "false",
            "incomplete": self.incomplete,
        }
        return facts[pick.name]() if pick.name in facts else _literal("PageInfo")

    def incomplete(self) -> str:
        if self.road is not Road.COUNTRY or not self.ctes:
            return "false"
        return f"(select count(*) > {NATIONWIDE_CANDIDATES} from c0)"

    def total(self, selection: Selection, reads: Reads, total: Total) -> str:
        """An exact count under the same wall and filters, whatever the page."""
        kept, self.at = self.at, total.start
        inner = f"n{self.depth}"
        known = total.join or not reads.candidates.keys().isdisjoint(selection.filters)
        conditions = [
            total.join.replace("{c}", inner) or "true",
            (wall_inside if known else wall)(reads, inner, self.road, self.level, self.argument),
        ]
        source, place = f"{reads.table} {inner}", 0
        for name in selection.filters:
            if name in reads.candidates:
                self.at += 1
                source += f" join c{place} on c{place}.person_id = {inner}.id"
                place += 1
            else:
                conditions.append(self.filter(reads, name, inner))
        self.at = kept
        where = " and ".join(part for part in conditions if part != "true") or "true"
        return f"(select count(*) from {source} where {where})"

    def cursor(self, selection: Selection, reads: Reads, alias: str) -> str:
        self.spliced = True
        keys = ", ".join(f"({key.sql.replace('{t}', alias)})::text" for key in reads.keys(selection.order))
        return _mark("c", f"convert_to(json_build_array({_literal(tag(selection))}, {keys})::text, 'UTF8')")

    def object(self, selection: Selection, reads: Reads, alias: str) -> str:
        built = []
        for pick in selection.picks:
            sql = self.field(pick, selection, reads, alias)
            if sql is not None:
                built.append((pick.key, sql))
        return _built(built)

    def field(self, pick: Pick, selection: Selection, reads: Reads, alias: str) -> str | None:
        if pick.name == "masked":
            return _literal_list(selection.hidden)
        if pick.name == "__typename":
            return _literal(selection.typename)
        if pick.show is Show.ABSENT:
            if pick.of is not None:
                self.at += width(pick.of)
            return None if selection.omit else "null"
        if pick.of is not None:
            return self.relation(pick, pick.of, reads, alias)
        if pick.name in reads.sealed:
            return self.sealed(pick, reads, alias)
        if pick.show is Show.MASKED:
            return reads.masks.get(pick.name, "null").replace("{t}", alias)
        sql = reads.column(pick.name, alias)
        if self.act and ONCE_MARK in sql:
            return "null"  # a read shows nothing that an act shows once: no row of a long list need be filled in
        for name, shared in reads.once.items():
            whole = f"{alias}.{name}_once" if (alias, name) in self.computed else shared.replace("{t}", alias)
            sql = sql.replace(f"{{{name}}}", whole)
        sql = self.dated(sql)
        self.spliced = self.spliced or "u0000" in sql
        return sql

    def sealed(self, pick: Pick, reads: Reads, alias: str) -> str:
        sealed = reads.sealed[pick.name]
        shown = "true"
        if sealed.of and self.road is Road.GRANT:
            shown = granted(f"{alias}.{reads.granted}", sealed.of, self.argument)
        if pick.show is Show.MASKED:
            tail = sealed.tail.replace("{t}", alias)
            return tail if shown == "true" else f"case when {shown} then {tail} end"
        self.spliced = True
        blob = sealed.blob.replace("{t}", alias)
        mark = _mark("i", rf"'\x{sealed.place:02x}'::bytea || x.blob")
        return f"(select {mark} from (select {blob} as blob) x where x.blob is not null and {shown})"

    def relation(self, pick: Pick, of: Selection, reads: Reads, alias: str) -> str:
        child = READS[of.noun]
        self.depth += 1
        inner = f"t{self.depth}"
        join = reads.joins[pick.name].replace("{t}", alias).replace("{c}", inner)
        if of.form is Form.ONE:
            scope = wall_inside(child, inner, self.road, self.level, self.argument)
            return f"(select {self.object(of, child, inner)} from {child.table} {inner} where {join} and {scope})"
        limit = self.value("int")
        start = self.at
        rows = self.rows(of, child, inner, join, limit, root=False)
        if of.form is Form.LIST:
            body = _listed(self.object(of, child, inner), inner, limit)
        else:
            total = Total(reads.joins[pick.name].replace("{t}", alias), start)
            body = self.envelope(of, child, inner, limit, total)
        # `having` makes one row of it even where nothing in the body is an aggregate (pageInfo { incomplete })
        return f"(select {body} from ({rows}) {inner} having true)"


def granted_class(reads: Reads, name: str) -> str | None:
    """The class a grant must carry for a filter that looks into facts: who is not shown a phone cannot search by it."""
    noun = reads.looked_into.get(name)
    return None if noun is None else class_of(READS[noun])


def _picked(selection: Selection) -> set[str]:
    """Names of the fields picked of the rows themselves, whatever stands around them."""
    around = {"data", "nodes", "edges", "node"} if selection.form in (Form.PAGE, Form.PART) else set()
    of = [_picked(pick.of) for pick in selection.picks if pick.of is not None and pick.name in around]
    return {pick.name for pick in selection.picks if pick.of is None}.union(*of)


def width(selection: Selection) -> int:
    """How many values a selection takes in walking order (without the id of a root ONE)."""
    own = 0
    if selection.form in (Form.PAGE, Form.LIST):
        keys = len(READS[selection.noun].keys(selection.order)) if selection.after else 0
        own = 1 + len(selection.filters) + keys
    return own + sum(width(pick.of) for pick in selection.picks if pick.of is not None)


def _listed(body: str, alias: str, limit: str) -> str:
    """The rows of a page as a JSON array, in order, without the one more that was read."""
    return f"coalesce(json_agg({body} order by {alias}.rn) filter (where {alias}.rn <= {limit}), '[]'::json)"


def _built(parts: list[tuple[str, str]]) -> str:
    if len(parts) > MOST_PICKS:
        raise Refusal("too_many_fields", most=MOST_PICKS)
    first, rest = _object(parts[:MOST_BUILT]), parts[MOST_BUILT:]
    if not rest:
        return first
    return f"(left({first}::text, -1) || ', ' || substr({_object(rest)}::text, 2))::json"  # in order, as json keeps it


def _object(parts: list[tuple[str, str]]) -> str:
    return f"json_build_object({', '.join(f'{_literal(key)}, {sql}' for key, sql in parts)})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal_list(names: tuple[str, ...]) -> str:
    return f"json_build_array({', '.join(_literal(name) for name in names)})"


def _mark(kind: str, blob: str) -> str:
    """No text of PostgreSQL can hold NUL, so nobody can forge the mark (reads.md)."""
    return f"""('"\\u0000{kind}' || encode({blob}, 'hex') || '"')::json"""


def _ordered(key: Key, alias: str) -> str:
    return key.sql.replace("{t}", alias) + (" desc" if key.descending else "")


def _recast(key: Key) -> str:
    return "" if key.type == "text" else f"::{key.type}"


def splice(body: bytes, fill: Callable[[bytes, bytes], bytes]) -> bytes:
    """Replace each marked value: `i` sealed identifiers are opened, `c` sort keys become sealed cursors."""
    at = body.find(MARK)
    if at < 0:
        return body
    parts: list[bytes | memoryview] = []
    whole, done = memoryview(body), 0  # what stands between the marks is copied once
    while at >= 0:
        kind = at + len(MARK)
        end = body.index(b'"', kind)
        parts += (whole[done:at], fill(body[kind : kind + 1], unhexlify(whole[kind + 1 : end])))
        done = end + 1
        at = body.find(MARK, done)
    return b"".join([*parts, whole[done:]])
