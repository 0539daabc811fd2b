"""Every operation of both doors, with what it needs: a route or root field that is not here turns the matrix red."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.access.register import Register, Row

Body = Callable[[Register, Row | None], dict[str, Any]]


def nothing(_register: Register, _target: Row | None) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Operation:
    """One act or read: its permission, its kind, its noun, and how each door spells it."""

    name: str
    kind: str
    """one, list, search, log, create, record, amend, end, give, reference; gate = only its permission is judged."""
    permission: str
    noun: str
    rest: tuple[str, str]
    root: str
    target: str = ""
    """Noun of the id in its path; none where it has no id."""
    argument: str = "id"
    part: str = ""
    """Argument of the GraphQL field that holds the body."""
    body: Body = nothing
    also: tuple[str, ...] = ()
    """Any of these permissions is enough as well: the two sides of one door."""
    via: bool = False
    """Whether the caller may choose a road."""
    figures: bool = False
    """Whether it answers in figures that name nobody: totals are reach enough."""

    @property
    def writes(self) -> bool:
        return self.kind in ("create", "record", "amend", "end", "give")

    @property
    def guarded(self) -> bool:
        """Whether it asks for If-Match."""
        return self.kind in ("amend", "end")


def _commune(register: Register, name: str = "hoa") -> str:
    return str(register.world.units[name])


NEW_PERSON = {"full_name": "Nguyễn Thị Mai", "gender": "female"}
PAPER = {"kind": "passport", "number": "B7654321"}
PHONE = {"number": "0912345678", "belongs_to": "family"}


def residence(register: Register, _target: Row | None) -> dict[str, Any]:
    return {"kind": "current", "unit_id": _commune(register), "address": "số 9", "valid_from": "2025-01-01"}


def account(register: Register, _target: Row | None) -> dict[str, Any]:
    unit = _commune(register, "hoa_club")
    return {"user_name": "new.one", "display_name": "Người mới", "unit_id": unit, "role": "volunteer"}


def appointment(register: Register, _target: Row | None) -> dict[str, Any]:
    return {"unit_id": _commune(register, "hoa_club"), "role": "club_board"}


def given(value: dict[str, Any]) -> Body:
    return lambda _register, _target: dict(value)


OPERATIONS = (
    Operation("read_person", "one", "read_person", "person", ("GET", "/v1/persons/{id}"), "person", "person", via=True),
    Operation("list_persons", "list", "read_person", "person", ("GET", "/v1/persons"), "persons", via=True),
    Operation("search_persons", "search", "read_person", "person", ("POST", "/v1/persons:search"), "persons", "person", via=True),
    Operation("create_person", "create", "write_person", "person", ("POST", "/v1/persons"), "createPerson", part="new", body=given(NEW_PERSON)),
    Operation("amend_person", "amend", "write_person", "person", ("PATCH", "/v1/persons/{id}"), "amendPerson", "person", part="patch", body=given({"occupation": "thợ may"})),
    Operation("void_person", "amend", "void_person", "person", ("DELETE", "/v1/persons/{id}"), "voidPerson", "person", part="body", body=given({"reason": "ghi nhầm"})),
    Operation("record_identifier", "record", "write_person", "person_identifier", ("POST", "/v1/persons/{id}/identifiers"), "recordIdentifier", "person", "personId", "new", given(PAPER)),
    Operation("record_phone", "record", "write_person", "person_phone", ("POST", "/v1/persons/{id}/phones"), "recordPhone", "person", "personId", "new", given(PHONE)),
    Operation("record_residence", "record", "write_person", "residence", ("POST", "/v1/persons/{id}/residences"), "recordResidence", "person", "personId", "new", residence),
    Operation("read_identifier", "one", "read_person", "person_identifier", ("GET", "/v1/identifiers/{id}"), "personIdentifier", "person_identifier", via=True),
    Operation("read_phone", "one", "read_person", "person_phone", ("GET", "/v1/phones/{id}"), "personPhone", "person_phone", via=True),
    Operation("read_residence", "one", "read_person", "residence", ("GET", "/v1/residences/{id}"), "residence", "residence", via=True),
    Operation("amend_identifier", "amend", "write_person", "person_identifier", ("PATCH", "/v1/identifiers/{id}"), "amendIdentifier", "person_identifier", part="patch", body=given({"issued_by": "Công an"}), via=True),
    Operation("amend_phone", "amend", "write_person", "person_phone", ("PATCH", "/v1/phones/{id}"), "amendPhone", "person_phone", part="patch", body=given({"valid_from": "2024-02-02"}), via=True),
    Operation("amend_residence", "amend", "write_person", "residence", ("PATCH", "/v1/residences/{id}"), "amendResidence", "residence", part="patch", body=given({"address": "số 10"}), via=True),
    Operation("read_responsibility", "one", "read_responsibility", "responsibility", ("GET", "/v1/responsibilities/{id}"), "responsibility", "responsibility", via=True),
    Operation("list_responsibilities", "list", "read_responsibility", "responsibility", ("GET", "/v1/responsibilities"), "responsibilities", via=True),
    Operation("read_account", "one", "read_account", "account", ("GET", "/v1/users/{id}"), "account", "account"),
    Operation("list_accounts", "list", "read_account", "account", ("GET", "/v1/users"), "accounts"),
    Operation("read_appointment", "one", "read_account", "appointment", ("GET", "/v1/appointments/{id}"), "appointment", "appointment"),
    Operation("create_account", "give", "appoint", "account", ("POST", "/v1/users"), "createAccount", part="new", body=account),
    Operation("amend_account", "amend", "appoint", "account", ("PATCH", "/v1/users/{id}"), "amendAccount", "account", part="patch", body=given({"display_name": "Tên khác"})),
    Operation("close_account", "amend", "appoint", "account", ("DELETE", "/v1/users/{id}"), "closeAccount", "account"),
    Operation("renew_credentials", "amend", "appoint", "account", ("POST", "/v1/users/{id}/credentials"), "renewCredentials", "account"),
    Operation("appoint", "give", "appoint", "appointment", ("POST", "/v1/users/{id}/appointments"), "appoint", "account", "accountId", "new", appointment),
    Operation("end_appointment", "end", "appoint", "appointment", ("POST", "/v1/appointments/{id}/end"), "endAppointment", "appointment", part="end"),
    Operation("read_journal", "list", "read_journal", "journal_entry", ("GET", "/v1/journal"), "journal"),
    Operation("read_access_log", "log", "read_access_log", "journal_entry", ("GET", "/v1/persons/{id}/access-log"), "accessLog", "person", "personId"),
    Operation("list_units", "reference", "read_unit", "unit", ("GET", "/v1/units"), "units"),
    Operation("read_unit", "reference", "read_unit", "unit", ("GET", "/v1/units/{id}"), "unit", "unit"),
    Operation("read_lineage", "reference", "read_unit", "unit", ("GET", "/v1/units/{id}/lineage"), "unit", "unit"),
    Operation("list_successions", "reference", "read_unit", "unit_lineage", ("GET", "/v1/units/successions"), "unitSuccessions"),
)  # fmt: skip
OWN = {
    ("GET", "/v1/me"): "who one is",
    ("GET", "/v1/me/capabilities"): "what one may do",
    ("GET", "/v1/code-lists"): "words, for everyone signed in",
    ("GET", "/v1/import-kinds"): "columns and words, for everyone signed in",
    ("GET", "/v1/import-kinds/{kind}/template"): "an empty file, for everyone signed in",
    ("GET", "/v1/auth/sessions"): "one's own sessions",
    ("DELETE", "/v1/auth/sessions/current"): "one's own session",
    ("DELETE", "/v1/auth/sessions/{id}"): "one's own sessions; another's is not found",
    ("POST", "/v1/me/password"): "one's own password",
    ("POST", "/v1/sync/push"): "each write is judged by its own route",
    ("POST", "/graphql"): "the other door: its root fields are declared one by one",
}
"""Whoever is signed in, about themselves or about nobody."""
OPEN = {
    ("POST", "/v1/auth/sessions"): "signing in",
    ("POST", "/v1/auth/token"): "a refresh token or a machine's secret is the credential",
    ("POST", "/v1/auth/revoke"): "the token is the credential",
    ("POST", "/v1/auth/activations"): "the code is the credential",
    ("GET", "/v1/problems"): "the registry of problems",
    ("GET", "/health/live"): "the process answers",
    ("GET", "/health/ready"): "the database answers",
    ("GET", "/.well-known/jwks.json"): "public keys",
    ("GET", "/openapi.json"): "the contract",
    ("GET", "/static/{path}"): "our own assets",
    ("GET", "/docs"): "a page without data",
    ("GET", "/reference"): "a page without data",
    ("GET", "/graphql/ide"): "a page without data",
}
"""Nobody need be signed in: nothing of the register is told."""
OWN_ROOTS = {
    "importKinds": "columns and words, for everyone signed in",
    "me": "who one is",
    "node": "every read by id under its own permission (test_sideways)",
}
