"""What must come back, and what is wrong with what came: the checker of the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.access.policy import Reach, Role
from domain.reading import Kind
from tests.access.asking import Outcome, Request, dumped, search_kind
from tests.access.model import (
    LAW,
    difference,
    ended,
    in_reach,
    includes,
    reach,
    road,
    shape,
    shown,
    strictly_below,
    under,
    view,
)
from tests.access.register import Register, Row, marked, tokens
from tests.world import UNITS


@dataclass(frozen=True)
class Expected:
    status: int
    code: str | None = None
    data: Any = None
    """Exactly this, where it is given."""
    allowed: Any = None
    """What else may be told."""
    each: Any = None
    """The shape of each row, where the rows themselves are not foretold."""
    journal: tuple[tuple[str, str, tuple[str, ...]], ...] | None = ()
    """Rows of the journal as (noun, outcome, subjects); None: not judged."""


PASSED = 0


def expected(register: Register, request: Request) -> Expected:
    """The model's answer."""
    operation = request.operation
    staffing = operation.permission in ("read_account", "appoint") and ended(request.post.unit)
    reaches = {reach(request.post, name) for name in (operation.permission, *operation.also)}
    if staffing or reaches <= ({Reach.NONE} if operation.figures else {Reach.NONE, Reach.TOTALS}):
        return _refused(request, "forbidden", 403, "denied")
    judge = {
        "one": _one, "list": _list, "search": _search, "log": _log, "create": _create, "record": _record,
        "amend": _amend, "end": _account_act, "give": _give, "reference": _reference, "gate": _passed,
    }[operation.kind]  # fmt: skip
    return judge(register, request)


def _passed(register: Register, request: Request) -> Expected:
    """Through the gate: what comes then is told elsewhere, but it is no refusal of right and no fault."""
    return Expected(PASSED, journal=None)


def _refused(request: Request, code: str, status: int, outcome: str) -> Expected:
    """Refused by permission or absence: the journal keeps it (rulings 5, 17)."""
    operation = request.operation
    ids = (str(request.id),) if operation.target and operation.kind != "search" else ()
    if operation.kind == "gate":
        return Expected(status, code, journal=None)
    if operation.kind == "log":
        return Expected(status, code, journal=(("person", outcome, ids),))
    if not operation.writes and outcome == "denied":
        ids = ()
    return Expected(status, code, journal=(() if operation.kind == "reference" else ((operation.noun, outcome, ids),)))


def _absent(request: Request) -> Expected:
    """A read that found nothing leaves the row it always leaves, with the id asked for."""
    return _refused(request, "not_found", 404, "absent" if request.operation.writes else "read")


# -- reads ---------------------------------------------------------------------------------------------------------


def _one(register: Register, request: Request) -> Expected:
    row, operation = request.target, request.operation
    if row is None or not in_reach(register, request.post, row, operation.permission, request.how.via):
        return _absent(request)
    told = view(register, request.post, row, operation.permission, request.how)
    return Expected(200, data=told, journal=((operation.noun, "read", (str(row.subject),)),))


def _rows(register: Register, request: Request) -> list[Row]:
    operation = request.operation
    return [
        row
        for row in register.rows[operation.noun]
        if in_reach(register, request.post, row, operation.permission, request.how.via)
        and row.facts.get("voided_at") is None
    ]


def _page(register: Register, request: Request, rows: list[Row]) -> Any:
    told = [view(register, request.post, r, request.operation.permission, request.how, listed=True) for r in rows]
    return {"data": told, "page": {"next": None}} if request.how.door == "rest" else told


def _list(register: Register, request: Request) -> Expected:
    if request.operation.noun == "journal_entry":
        return Expected(200, each=shape(request.post, "journal_entry", request.how), journal=None)
    rows = _rows(register, request)
    subjects = tuple(sorted(str(row.subject) for row in rows))
    return Expected(200, data=_page(register, request, rows), journal=((request.operation.noun, "read", subjects),))


def _search(register: Register, request: Request) -> Expected:
    kind, post = search_kind(request) if request.target else "q", request.post
    seen = shown(
        post,
        {"q": Kind.IDENTITY, "national_id": Kind.IDENTIFIER, "phone": Kind.REACH}[kind],
        purpose=request.how.purpose is not None,
    )
    if seen == "absent" or LAW[Role(post.role)].sights[Kind.IDENTITY] == "absent":
        return Expected(422, "invalid")
    if seen == "masked":
        on_purpose = (
            kind != "q"
            and shown(post, {"national_id": Kind.IDENTIFIER, "phone": Kind.REACH}[kind], purpose=True) == "clear"
        )
        return (
            Expected(403, "purpose_required", journal=(("person", "denied", ()),))
            if on_purpose
            else Expected(422, "invalid")
        )
    rows = [row for row in _rows(register, request) if row == request.target and _found(register, request, row, kind)]
    ids = tuple(str(row.id) for row in rows)
    attempts = (("person", "read", ids),) if rows or kind != "q" else (("person", "read", ()),) * 2
    return Expected(200, data=_page(register, request, rows), journal=attempts)


def _found(register: Register, request: Request, row: Row, kind: str) -> bool:
    """By a number one finds only a person whose paper or phone is in reach on the same road."""
    if kind == "q":
        return True
    noun = {"national_id": "person_identifier", "phone": "person_phone"}[kind]
    facts = register.of(noun, row.id)
    return all(in_reach(register, request.post, f, request.operation.permission, request.how.via) for f in facts)


def _log(register: Register, request: Request) -> Expected:
    """Who saw a person in reach; the person itself is met on the road of units only."""
    row = request.target
    if row is None or not under(row.at, request.post.unit):
        return Expected(404, "not_found", journal=(("person", "read", (str(request.id),)),))
    each = shape(request.post, "journal_entry", request.how)
    return Expected(200, each=each, journal=(("person", "read", (str(row.id),)),))


def _reference(register: Register, request: Request) -> Expected:
    return Expected(200)


# -- writes: only validated ----------------------------------------------------------------------------------------


def _checked(register: Register, request: Request, row: Row | None, ids: tuple[str, ...], sent: Any = None) -> Expected:
    operation, post = request.operation, request.post
    sent = [sent, str(register.world.users[post.name].account_id)]  # `given_by` is the caller
    allowed: Any = sent
    if row is not None and row.noun == operation.noun:
        allowed = [sent, view(register, post, row, operation.permission, request.how)]
    elif row is not None:
        allowed = [sent, str(row.id)]
    return Expected(200, allowed=allowed, journal=((operation.noun, "checked", ids),))


def _masked(post: Request | Any, kind: Kind) -> bool:
    return shown(post.post, kind, purpose=post.how.purpose is not None) != "clear"


def _create(register: Register, request: Request) -> Expected:
    if road(request.post, "write_person", request.how.via) != "unit":
        return FORBIDDEN_CREATE
    unit = UNITS[request.post.unit]
    if unit[0] != "commune":
        return Expected(422, "invalid")
    return _checked(register, request, None, (), request.post.unit)


FORBIDDEN_CREATE = Expected(403, "forbidden", journal=(("person", "denied", ()),))
WRITTEN = {
    "person": Kind.IDENTITY, "person_identifier": Kind.IDENTIFIER, "person_phone": Kind.REACH, "residence": Kind.ADDRESS,
}  # fmt: skip


def _record(register: Register, request: Request) -> Expected:
    """A new fact of a person: on the road of units alone."""
    row, operation = request.target, request.operation
    if road(request.post, operation.permission, request.how.via) != "unit":
        return _refused(request, "forbidden", 403, "denied")
    if row is None or not in_reach(register, request.post, row, operation.permission, request.how.via):
        return _absent(request)
    if row.facts["voided_at"] is not None:
        return Expected(409, "already_voided")
    if _masked(request, WRITTEN[operation.noun]):
        return Expected(422, "invalid")
    return _checked(register, request, row, (str(row.id),))


def _amend(register: Register, request: Request) -> Expected:
    row, operation, post = request.target, request.operation, request.post
    if operation.noun == "account":
        return _account_act(register, request)
    way = road(post, operation.permission, request.how.via)
    if way == "grant" or (way == "made" and operation.noun == "person") or way == "country":
        return _refused(request, "forbidden", 403, "denied")
    if row is None or not in_reach(register, post, row, operation.permission, request.how.via):
        return _absent(request)
    if operation.name == "void_person":
        return (
            Expected(409, "already_voided")
            if row.facts["voided_at"]
            else _checked(register, request, row, (str(row.id),))
        )
    if _masked(request, WRITTEN[operation.noun]):
        return Expected(422, "invalid")
    return _checked(register, request, row, (str(row.subject),))


def _account_act(register: Register, request: Request) -> Expected:
    """On accounts and appointments strictly below the caller's unit."""
    row = request.target
    if row is None:
        return _absent(request)
    if fault := _hands_off(register, request, row):
        return fault
    return _checked(register, request, row, (str(row.subject),))


def _hands_off(register: Register, request: Request, row: Row) -> Expected | None:
    """Accounts beside or above one's unit are absent; one that holds a post beside, above or beyond is out of hand."""
    post = request.post
    if row.at == post.unit or not in_reach(register, post, row, "appoint", None):
        return _absent(request)
    posts = register.of("appointment", row.id) if row.noun == "account" else ()
    if all(strictly_below(held.at, post.unit) and includes(post.role, held.facts["role"]) for held in posts):
        return None
    return _refused(request, "powers_not_included", 403, "denied")


def _give(register: Register, request: Request) -> Expected:
    """A role at hoa_club: given by who stands strictly above it and has its powers."""
    row, post, operation = request.target, request.post, request.operation
    if row is not None and (fault := _hands_off(register, request, row)):
        return fault
    if operation.target and row is None:
        return _absent(request)
    if not strictly_below("hoa_club", post.unit):
        return Expected(422, "invalid")
    sent = operation.body(register, row)
    held = register.of("appointment", row.id) if row else ()
    if any((post.facts["role"], post.facts["unit_id"]) == (sent["role"], sent["unit_id"]) for post in held):
        return Expected(409, "appointment_overlaps")
    return _checked(register, request, row, (str(row.id),) if row else (), sent)


# -- faults --------------------------------------------------------------------------------------------------------


def faults(register: Register, request: Request, outcome: Outcome, wanted: Expected) -> list[str]:
    """Everything wrong with one answer, the journal apart; empty when it is as the model says."""
    status = {201: 200}.get(outcome.status, outcome.status)
    # an ended unit opens nothing new; some papers are shown on purpose only
    let_in = status != 403 or ended(request.post.unit) or outcome.code == "purpose_required"
    let_in = let_in and status < 500
    if wanted.status == PASSED and let_in:
        return leaks(request, outcome, wanted, register)
    if (status, outcome.code) != (wanted.status, wanted.code):
        return [
            f"{request}: {wanted.status} {wanted.code} is {outcome.status} {outcome.code}",
            *leaks(request, outcome, wanted, register),
        ]
    found = leaks(request, outcome, wanted, register)
    if wanted.data is not None and (fault := difference(wanted.data, sorted_masked(incomplete_left_out(outcome.data)))):
        found.append(f"{request}: {fault}")
    if wanted.each is not None:
        rows = outcome.data["data"] if request.how.door == "rest" else outcome.data
        told = (difference(wanted.each, sorted_masked(row)) for row in rows)
        found += [f"{request}: {fault}" for fault in told if fault][:3]
    return found


def leaks(request: Request, outcome: Outcome, wanted: Expected, register: Register) -> list[str]:
    """Canaries in body or headers that the model does not let this caller see."""
    told = outcome.reply.body.decode() + dumped(outcome.reply.headers)
    carried = tokens(told) & register.canaries
    if request.operation.noun == "journal_entry":  # ids of subjects and actors are what it is for
        carried = {token for token in carried if len(token) != 36}
    allowed = marked([wanted.data, wanted.allowed])
    return [f"{request}: told {token}" for token in sorted(carried - allowed - _units(register))]


def _units(register: Register) -> frozenset[str]:
    """Ids of units are for everyone."""
    return marked([str(id) for id in register.world.units.values()])


def incomplete_left_out(data: Any) -> Any:
    """`page.incomplete` is judged with the search, not here."""
    if isinstance(data, dict) and isinstance(data.get("page"), dict):
        return data | {"page": {"next": data["page"]["next"]}}
    return data


def sorted_masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: sorted(part) if name == "masked" else sorted_masked(part) for name, part in value.items()}
    return [sorted_masked(part) for part in value] if isinstance(value, list) else value


def journal_faults(request: Request, wanted: Expected, rows: list[Any]) -> list[str]:
    """What is missing from, or too much in, the journal rows of one request."""
    if wanted.journal is None:
        return []
    kept = sorted((row["noun"], row["outcome"], tuple(sorted(map(str, row["subject_ids"])))) for row in rows)
    if kept == sorted(wanted.journal):
        return []
    return [f"{request}: journal {sorted(wanted.journal)} is {kept}"]
