"""Who calls, and what they know: tokens of several roles, real ids, versions and units to put into generated requests."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import requests
from schemathesis.core.parameters import ParameterLocation

from domain.ids import new_id
from tests.contract import law_rows
from tests.world import POSTS, insert

BY_TAG = {
    "persons": ("officer", "area_officer", "police", "officer", "province_officer", "import_client", "volunteer"),
    "users": ("province_admin", "system_admin", "leader", "province_admin", "officer"),
    "journal": ("inspector", "police_head", "leader", "inspector", "officer"),
    "units": ("officer", "report_reader", "rehab_centre"),
}
BY_OPERATION = {"void_person": ("area_officer", "leader", "police_head", "province_officer", "officer")}
BY_OPERATION |= law_rows.BY_OPERATION
BY_TAG |= law_rows.TAGS
FURNISHED = {*BY_TAG, "me", "reference"}
ANYONE = ("officer", "leader", "volunteer", "inspector")
TABLES = {
    "persons": "person",
    "identifiers": "person_identifier",
    "phones": "person_phone",
    "residences": "residence",
    "responsibilities": "responsibility",
    "units": "unit",
    "users": "account",
    "appointments": "appointment",
}
TABLES |= law_rows.TABLES
SPENT_BY = {"sign_out"}
"""What ends the session it is called with."""


UNGUESSED = ("change_password", "upload_scan", "send_minutes", "attach_to_notice", "hand_over_decision")
"""What no generated request brings about: a password, bytes with their own checksum, a decision in the last hours."""
NAMED = {"person_id": "persons", "case_id": "cases", "subject_id": "cases", "notice_id": "discharge-notices"}
"""Whom or what a body names, by the noun of its path."""


class Callers:
    """Every choice follows from the count of requests to one operation, so a run repeats itself."""

    def __init__(self, service: Any) -> None:
        self.service = service
        self.world = service.world
        self.session = requests.Session()
        self.turn, self.numbers = itertools.count(1), itertools.count(1)
        self.ids: dict[str, list[str]] = {}
        self.answers: Counter[tuple[str, int]] = Counter()
        self.told = ""
        """The operation whose rows of the law stand ready."""
        self.furnished: set[str] = set()
        """Operations whose callers and records stand here: these must succeed at least once."""

    async def furnish(self) -> None:
        """Fresh records of every kind, one within reach and one without, for the requests of one operation."""
        self.answers.clear()
        self.turn = itertools.count(1)
        near, far = await self._person("hoa"), await self._person("bien")
        self.ids = {"persons": [str(near), str(near), str(far)]}
        self.ids["auth"] = [str((await self._session(name))[0]) for name in ANYONE]
        for noun in ("identifiers", "phones", "residences", "responsibilities"):
            rows = await self.world.admin.fetch(
                f"select id from {TABLES[noun]} where person_id = any($1) order by person_id = $2 desc",
                [near, far],
                near,
            )
            self.ids[noun] = [str(row["id"]) for row in rows]
        machines = [await self._machine("hoa"), await self._machine("bien")]
        self.ids["users"], self.ids["appointments"] = ([str(made[place]) for made in machines] for place in (0, 1))
        self.ids["units"] = [str(id) for id in self.world.units.values()]

    async def _person(self, unit: str) -> UUID:
        person = await self.world.person(unit, national_id=f"0000901{next(self.numbers):05}", phone="+84300123456")
        await self.world.residence(person, unit)
        return person

    async def _machine(self, unit: str) -> tuple[UUID, UUID]:
        id, appointment = new_id(), new_id()
        place = {"unit_id": self.world.units[unit], "unit_no": self.world.no(unit)}
        facts = {"id": id, "kind": "machine", "user_name": f"m.{id}", "display_name": "Máy", "state": "active"}
        await insert(self.world.admin, "account", facts | place)
        since = {"valid_from": datetime(2024, 1, 1, tzinfo=UTC)}
        post = {"id": appointment, "account_id": id, "role": "import_client"}
        await insert(self.world.admin, "appointment", post | place | since)
        return id, appointment

    def prepare(self, case: Any) -> dict[str, str]:
        """Real ids, units and versions where the generated ones are well-formed; the headers of a caller.

        The contract's own examples go in as somebody who may; generated requests as one of several, and one in a few
        of them keeps everything it was generated with.
        """
        noun = case.path.split("/")[2].partition(":")[0] if case.path.startswith("/v1/") else ""
        self._of_the_law(case.operation.definition.raw, noun)
        turn = 1 if case.meta.phase.name.value == "examples" else next(self.turn)
        operation = case.operation.definition.raw
        if turn % 5:
            self._meet(case, noun, turn)
            self._place(case)
            self._version(case, noun)
            _tame(case)
        if not operation.get("security"):
            return {}
        if operation["tags"][0] in FURNISHED and operation["operationId"] not in UNGUESSED:
            self.furnished.add(operation["operationId"])
        names = BY_OPERATION.get(operation["operationId"]) or BY_TAG.get(operation["tags"][0], ANYONE)
        name = names[turn // 2 % len(names)]
        if _is_uuid((case.headers or {}).get("Acting-As")) and turn % 5:
            case.headers["Acting-As"] = str(self.world.users[name].appointment_id)
        return {"Authorization": f"Bearer {self._token(operation['operationId'], name)}"}

    def _of_the_law(self, operation: Any, noun: str) -> None:
        """The story of the operation, told once before its first request."""
        if operation["tags"][0] not in law_rows.TAGS or self.told == operation["operationId"]:
            return
        self.told = operation["operationId"]
        rows = law_rows.LawRows(self)
        self.ids |= rows.made(self.told, noun)
        self.ids["persons"] = [rows.person, *self.ids["persons"][1:]]

    def _meet(self, case: Any, noun: str, turn: int) -> None:
        known = self.ids.get(noun)
        if known and _is_uuid((case.path_parameters or {}).get("id")):
            case.path_parameters["id"] = known[turn % len(known) if turn > 1 else 0]

    def _place(self, case: Any) -> None:
        self._name(case)
        if isinstance(case.body, dict) and _is_uuid(case.body.get("unit_id")):
            posts = dict(POSTS.values())
            known = posts.get(str(case.body.get("role")), "hoa")
            away = self.told in ("give_person", "send_notice_on") and "role" not in case.body
            case.body["unit_id"] = str(self.world.units["binh" if away else known])

    def _name(self, case: Any) -> None:
        """A person, a case, another commune: whom the bodies of the law name."""
        if self.told != case.operation.definition.raw["operationId"]:
            return
        self._ask_of_paper(case)
        if not isinstance(case.body, dict):
            return
        for field, noun in NAMED.items():
            if _is_uuid(case.body.get(field)) and self.ids.get(noun):
                case.body[field] = self.ids[noun][0]

    def _ask_of_paper(self, case: Any) -> None:
        """Which paper a query speaks of: there is no example of a query."""
        if self.told == "check" and case.query and not case.meta.is_negative_at(ParameterLocation.QUERY):
            case.query |= {"form": "D163/V/52", "subject_id": self.ids["cases"][0]}

    def _version(self, case: Any, noun: str) -> None:
        given, id = (case.headers or {}).get("If-Match"), (case.path_parameters or {}).get("id")
        if noun in TABLES and _is_uuid(id) and re.fullmatch('"[0-9]{1,9}"', str(given)):
            asked = self.world.admin.fetchval(f"select version from {TABLES[noun]} where id = $1", UUID(str(id)))
            case.headers["If-Match"] = f'"{self.service.run(asked) or 1}"'

    def _token(self, operation: str, name: str) -> str:
        if operation not in SPENT_BY:
            return self.world.users[name].token
        return self.service.run(self._session(name))[1]

    async def _session(self, name: str) -> tuple[UUID, str]:
        """A session of its own: its id and an access token."""
        user, session, now = self.world.users[name], new_id(), datetime.now(UTC)
        facts = {"id": session, "account_id": user.account_id, "refresh_hash": b"x"}
        await insert(self.world.admin, "session", facts | {"expires_at": now + timedelta(days=1)})
        return session, self.world.house.tokens.issue(user.account_id, session, now)


def _tame(case: Any) -> None:
    """A well-formed query whose words no noun knows is only ever refused: most of the time it asks for what there is."""
    if case.meta.is_negative_at(ParameterLocation.QUERY) or not case.query:
        return
    for name in ("cursor", "via", "include"):
        case.query.pop(name, None)
    if "fields" in case.query:
        case.query["fields"] = "id,version" if "journal" not in case.path and "log" not in case.path else "id,act"


def _is_uuid(text: Any) -> bool:
    try:
        return isinstance(text, str) and bool(UUID(text))
    except ValueError:
        return False
