"""Who sees what of a case file: one file full of canaries, every role, both doors, against a table written here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from graphql import get_named_type, is_leaf_type

from api.graphql.schema import schema
from tests.case_work import Desk, at
from tests.world import POSTS

CORE = schema._schema
NATIONAL_ID = "000190774411"
CASE_FILE = ("case", "proposal", "finding", "assessment", "decision", "adjustment", "delivery")
WHOLE = ("person", "course", "notice", *CASE_FILE, "handover", "task")
# group of nouns: (REST path, its list has a path of its own, GraphQL field of one, of the list, type behind node)
DOORS = {
    "person": ("persons", True, "person", "persons", "Person"),
    "course": ("treatment-courses", True, "treatmentCourse", "treatmentCourses", "TreatmentCourse"),
    "notice": ("discharge-notices", True, "dischargeNotice", "dischargeNotices", "DischargeNotice"),
    "case": ("cases", True, "managementCase", "managementCases", "ManagementCase"),
    "proposal": ("case-proposals", False, "caseProposal", None, None),
    "finding": ("case-findings", False, "caseFinding", None, None),
    "assessment": ("case-assessments", False, "caseAssessment", None, None),
    "decision": (
        "management-decisions", True, "managementDecision", "managementDecisions", "ManagementDecision",
    ),
    "adjustment": ("decision-adjustments", False, "decisionAdjustment", None, None),
    "delivery": ("decision-deliveries", False, "decisionDelivery", None, None),
    "handover": ("handovers", True, "handover", "handovers", None),  # node has no road
    "task": ("tasks", True, "task", "tasks", "Task"),
}  # fmt: skip
INCLUDES = {
    "person": "identifiers,phones,residences,responsibilities",
    "course": "person",
    "notice": "person,routings,amendments",
    "case": "person,decision,decisions,proposals,findings,teams,assignments,assessments,events",
    "decision": "case,adjustments,deliveries,replaces",
    "handover": "asked_unit,asking_unit",
    "task": "person,unit",
}


@dataclass(frozen=True)
class Expected:
    """What the law and issue 3 §7 give a post: what it may ask for, what is in its reach, classes in clear."""

    asks: tuple[str, ...] = ()
    reaches: bool = True
    sees: str = ""
    on_purpose: str = ""
    elsewhere: tuple[str, ...] = ()
    """What it may ask for, and finds none of in this file: its own tasks are others."""


FULL = Expected(WHOLE, sees="case decision finding livelihood identifier")
POLICE = Expected(WHOLE, sees="case decision finding identifier")
AWAY = Expected(WHOLE, reaches=False)
BARRED = Expected()
HELPER = Expected(("person", "task"), elsewhere=("task",))
TABLE = {
    "officer": FULL,
    "leader": FULL,
    "police": POLICE,
    "police_head": POLICE,
    "area_officer": FULL,
    "province_officer": Expected(WHOLE, sees="case decision livelihood", on_purpose="finding identifier"),
    "country_reader": Expected(("person", "course", *CASE_FILE), sees="case decision livelihood"),
    "neighbour": AWAY,
    "stranger": AWAY,
    "old_officer": AWAY,
    "south_officer": AWAY,
    "club_board": HELPER,
    "volunteer": HELPER,
    "health_station": HELPER,
    "counsellor": Expected(("person", *CASE_FILE, "task"), sees="case livelihood", elsewhere=("task",)),
    "rehab_centre": Expected(("notice", "task"), sees="case decision identifier", elsewhere=("task",)),
    "import_client": Expected(("person", "course", "task"), sees="case decision livelihood", elsewhere=("task",)),
    "province_admin": Expected(("task",), elsewhere=("task",)),
    "inspector": BARRED,
    "report_reader": BARRED,
    "system_admin": BARRED,
}


def test_the_table_has_every_post_of_every_role():
    assert set(TABLE) == set(POSTS)


# -- the file ------------------------------------------------------------------------------------------------------


@dataclass
class File:
    """The ids of what was made, by noun, and every canary: text → (class, nouns that carry it)."""

    ids: dict[str, str]
    canaries: dict[str, tuple[str, tuple[str, ...]]]

    def seen_in(self, text: str, besides: str = "") -> set[str]:
        return {mark for mark in self.canaries if mark in text and mark != besides}

    def of(self, post: Expected, *, purpose: bool) -> set[str]:
        """Every canary that this post sees in clear somewhere; events are never alone, so no purpose shows them."""
        if not post.reaches:
            return set()
        asks = set(post.asks)
        clear = self.carried(post.sees, asks | ({"events"} if "case" in asks else set()))
        return clear | (self.carried(post.on_purpose, asks) if purpose else set())

    def carried(self, classes: str, by: set[str]) -> set[str]:
        return {mark for mark, (kind, nouns) in self.canaries.items() if kind in classes.split() and by & set(nouns)}


async def made(desk: Desk, *, granted: bool = True) -> File:
    """From the notice to the look back, all through the API; marked texts in everything that is withheld from some."""
    marks: dict[str, tuple[str, tuple[str, ...]]] = {NATIONAL_ID: ("identifier", ("person", "notice"))}

    def mark(kind: str, *nouns: str) -> str:
        word = "QZ" + "".join(chr(65 + int(digit)) for digit in f"{len(marks):03}") + kind[:3].upper()
        marks[word] = (kind, nouns)
        return word

    def paper(dated: str, kind: str, *nouns: str) -> dict[str, str]:
        return {"number": mark(kind, *nouns), "dated": dated, "authority": mark(kind, *nouns)}

    world, ids = desk.world, {}
    person = await world.person("hoa", national_id=NATIONAL_ID)
    ids["person"] = str(person)
    given = {
        "person_id": ids["person"],
        "kind": "voluntary_facility_public",
        "started_on": "2025-09-01",
        "place_name": mark("case", "course"),
    }
    ids["course"] = (await desk.on("2026-07-31").done("officer", "POST", "/v1/treatment-courses", given))["id"]
    notice = await desk.done("rehab_centre", "POST", "/v1/discharge-notices", form_51(world, mark))
    ids["notice"] = notice["id"]
    for user, to in (("police", "received"), ("officer", "accepted")):
        path, match = f"/v1/discharge-notices/{notice['id']}/transitions", f'"{notice["version"]}"'
        notice = await desk.done(user, "POST", path, {"to": to}, If_Match=match)
    assert notice["person_id"] == ids["person"]
    case = {"id": notice["case_id"]}
    ids["case"] = case["id"]
    proposal = {"number": mark("decision", "proposal", "case"), "measures": mark("decision", "proposal", "case")}
    dates = {"proposed_on": "2026-08-03", "received_on": "2026-08-03"}
    await desk.on("2026-08-03").move(case, "proposed", "police", proposal=proposal | dates)
    ids["proposal"] = (await desk.get(f"/v1/cases/{case['id']}?include=proposals"))["proposals"][0]["id"]
    named = ("signer_name", "measures", "tasks", "responsible")
    drafted = await desk.draft(
        case,
        **{name: mark("decision", "decision", "case", "notice") for name in ("number", "symbol")},
        **{name: mark("decision", "decision", "case") for name in named},
    )
    decision = await desk.step(drafted, "signed")
    ids["decision"] = decision["id"]
    minutes = {
        name: mark("decision", "delivery", "decision") for name in ("minutes_number", "received_by", "handed_by")
    }
    path = f"/v1/management-decisions/{decision['id']}/deliveries"
    given = {"received_at": at("2026-08-04 09:00").isoformat()} | minutes
    ids["delivery"] = (await desk.on("2026-08-05").done("police", "POST", path, given))["id"]
    held = paper("2027-01-10", "finding", "adjustment", "decision", "case")
    marks["imprisonment"] = ("finding", ("adjustment", "decision", "case"))
    await desk.on("2027-01-11").move(
        case, "interrupted", "police_head", on="2027-01-10", document=held, removal_reason="imprisonment"
    )
    free = paper("2027-02-10", "finding", "adjustment", "decision", "case")
    await desk.on("2027-02-11").move(
        case,
        "active",
        "police_head",
        on="2027-02-10",
        document=free,
        reading="clock_runs",
        reason=mark("finding", "events"),
    )
    ids["adjustment"] = (await desk.get(f"/v1/management-decisions/{decision['id']}?include=adjustments"))[
        "adjustments"
    ][0]["id"]
    ended = {"number": mark("decision", "case"), "issued_on": "2027-08-31", "signer": mark("decision", "case")}
    await desk.on("2027-08-31").move(case, "completed", certificate=ended)
    desk.on("2028-09-01")
    given = {"number": mark("finding", "finding", "case"), "authority": mark("finding", "finding", "case")}
    given |= {"found_on": "2028-09-01", "result": "addiction_determined"}
    ids["finding"] = (await desk.done("leader", "POST", f"/v1/cases/{case['id']}/findings", given))["id"]
    marks[ids["finding"]] = ("finding", ("assessment", "case"))
    given = {"outcome": "finding", "assessed_on": "2028-09-01", "in_work": True, "finding_id": ids["finding"]}
    ids["assessment"] = (await desk.done("officer", "POST", f"/v1/cases/{case['id']}/assessments", given))["id"]
    marks['"in_work":true'] = ("livelihood", ("assessment", "case"))
    given = {"person_id": ids["person"], "unit_id": str(world.units["lam"]), "reason": mark("case", "handover")}
    ids["handover"] = (await desk.done("officer", "POST", "/v1/handovers", given))["id"]
    ids["task"] = str(await world.admin.fetchval("select id from task where subject_id = $1 limit 1", UUID(case["id"])))
    for user in HELPERS if granted else ():
        await world.grant(person, user, *EVERY_CLASS)
    return File(ids, marks)


HELPERS = ("volunteer", "club_board", "counsellor", "health_station")
EVERY_CLASS = (
    "person_identifier", "person_phone", "residence", "responsibility", "treatment_course", "discharge_notice",
    "management_case", "case_proposal", "case_finding", "support_team", "case_assignment", "case_assessment",
    "case_event", "management_decision", "decision_adjustment", "decision_delivery", "handover", "task",
)  # fmt: skip


def form_51(world, mark):
    return {
        "unit_id": str(world.units["hoa"]),
        "kind": "form_51",
        "treatment": "voluntary_facility_public",
        "full_name": "Nguyễn Văn Đức",
        "id_kind": "personal_id",
        "id_number": NATIONAL_ID,
        "started_on": "2025-09-01",
        "completes_on": "2026-08-31",
        "decision_number": mark("decision", "notice"),
        "source_ref": "51/2026",
    }


@pytest.fixture
async def desk(world):
    return Desk(world, at("2026-07-31"))


# -- every reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    noun: str
    single: bool
    path: str
    """A path of REST, or a query of GraphQL."""

    @property
    def graphql(self) -> bool:
        return self.path.startswith("{")


def readings(file: File) -> list[Reading]:
    return [reading for noun in DOORS for reading in (*singles(file, noun), *lists(noun))]


def singles(file: File, noun: str) -> list[Reading]:
    path, _, one, _, node = DOORS[noun]
    id, include = file.ids[noun], INCLUDES.get(noun)
    paths = [f"/v1/{path}/{id}?"] + ([f"/v1/{path}/{id}?include={include}&"] if include else [])
    paths += [f"/v1/{path}/{id}/explain?"] if noun == "decision" else []
    queries = [f'{{{one}(id: "{id}"VIA) {selected(CORE.query_type.fields[one].type)}}}']
    queries += [f'{{node(id: "{id}") {{... on {node} {selected(CORE.type_map[node])}}}}}'] if node else []
    return [Reading(noun, True, text) for text in paths + queries]


def lists(noun: str) -> list[Reading]:
    path, listed, _, many, _ = DOORS[noun]
    if not listed:
        return []
    include, done = INCLUDES[noun], noun == "task"  # what was due is done by now; the inbox shows what is not
    where, path = (", where: {state: done}", f"{path}?state=done&") if done else ("", f"{path}?")
    query = f"{{{many}(first: 3{where}VIA) {selected(CORE.query_type.fields[many].type)}}}"
    return [Reading(noun, False, text) for text in (f"/v1/{path}", f"/v1/{path}include={include}&", query)]


def selected(kind, depth: int = 1) -> str:
    """Every field, and every field of what it is related to."""
    parts = []
    for name, field in get_named_type(kind).fields.items():
        of = get_named_type(field.type)
        page = name in ("nodes", "edges") or of.name == "PageInfo"
        if is_leaf_type(of):
            parts.append(name)
        elif page and name != "edges":
            parts.append(f"{name} {selected(of, depth)}")
        elif not page and depth:
            first = "(first: 3)" if "first" in field.args else ""
            parts.append(f"{name}{first} {selected(of, depth - 1)}")
    return "{" + " ".join(parts) + "}"


async def read(desk: Desk, user: str, reading: Reading, **headers: str):
    """The answer; of a hand-over on the road of the side that gave, for the row lies with the side that was asked."""
    via = "made" if reading.noun == "handover" else ""
    if reading.graphql:
        query = reading.path.replace("VIA", f", via: {via}" if via else "")
        return await desk.call(user, "POST", "/graphql", {"query": query}, **headers)
    path = (reading.path + (f"via={via}" if via else "")).rstrip("?&")
    return await desk.call(user, "GET", path, **headers)


def status_of(answer, reading: Reading) -> int:
    """The same three words for both doors."""
    if not reading.graphql:
        return answer.status_code
    told = answer.json()
    if "errors" in told:
        return {"forbidden": 403, "not_found": 404}.get(told["errors"][0]["extensions"]["code"], 500)
    return 200


def awaited(reading: Reading, expected: Expected) -> int:
    if reading.noun not in expected.asks:
        return 404 if reading.path.startswith("{node") else 403
    found = expected.reaches and reading.noun not in expected.elsewhere
    return 200 if found or not reading.single else 404


def spelled(answer) -> str:
    """Body and headers as one text, fields in REST's spelling."""
    return answer.text.replace("inWork", "in_work").replace(" ", "") + str(answer.headers.multi_items())


@pytest.mark.parametrize("purpose", [False, True], ids=["no_purpose", "purpose"])
async def test_every_role_sees_of_a_case_file_what_its_office_gives_it_and_nothing_else(desk, purpose):
    file = await made(desk)
    wrong = []
    for user, expected in TABLE.items():
        wrong += [flaw async for flaw in flaws(desk, file, user, expected, purpose=purpose)]
    assert not wrong, f"{len(wrong)}\n" + "\n".join(map(str, wrong[:40]))


async def test_a_helper_to_whom_nothing_is_granted_finds_nobody(desk):
    file = await made(desk, granted=False)
    for user in HELPERS:
        nothing = replace(TABLE[user], reaches=False)
        assert [flaw async for flaw in flaws(desk, file, user, nothing, purpose=True)] == []


async def flaws(
    desk: Desk, file: File, user: str, expected: Expected, *, purpose: bool
) -> AsyncIterator[tuple[object, ...]]:
    """Every reading of one post that answers, tells, hides or forgets to journal what it should not."""
    told: set[str] = set()
    person = {UUID(file.ids["person"])}
    headers = {"Access_Purpose": "care"} if purpose else {}
    for reading in readings(file):
        request_id, where = str(uuid4()), (user, reading.noun, reading.path[:110])
        answer = await read(desk, user, reading, X_Request_Id=request_id, **headers)
        status = status_of(answer, reading)
        if status != awaited(reading, expected):
            yield (*where, status, answer.text[:300])
        seen = file.seen_in(spelled(answer), besides=file.ids["finding"] if reading.noun == "finding" else "")
        if over := seen - file.of(expected, purpose=purpose and reading.single):
            yield (*where, "tells", {mark: file.canaries[mark] for mark in over})
        told |= seen
        reached = expected.reaches and reading.noun not in expected.elsewhere
        if status == 200 and reached and not person <= await subjects(desk, request_id):
            yield (*where, "is not in the person's journal")
    if hidden := file.of(expected, purpose=purpose) - told:
        yield (user, "misses", {mark: file.canaries[mark] for mark in hidden})


async def subjects(desk: Desk, request_id: str) -> set[UUID]:
    rows = await desk.world.admin.fetch("select subject_ids from journal_entry where request_id = $1", request_id)
    return {subject for row in rows for subject in row["subject_ids"]}
