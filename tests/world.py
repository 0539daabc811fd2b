"""A small world of units and people who work in them, and builders that say only what matters to a test."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.access.policy import POLICY, Role
from domain.ids import new_id
from domain.person.identity import masked_tail
from domain.person.phone import masked_phone

# name: (level, type, no, last_no, parent, valid_to)
UNITS = {
    "country": ("country", "country", 1, 99_999, None, None),
    "north": ("province", "province", 1000, 1999, "country", None),
    "area": ("area", "area", 1100, 1299, "north", None),
    "hoa": ("commune", "ward", 1110, 1139, "area", None),
    "hoa_club": ("organisation", "club", 1111, 1111, "hoa", None),
    "hoa_station": ("organisation", "health_station", 1112, 1112, "hoa", None),
    "binh": ("commune", "commune", 1140, 1169, "area", None),
    "lam": ("commune", "commune", 1300, 1339, "north", None),
    "old_district": ("district", "district", 1400, 1499, "north", date(2025, 6, 30)),
    "old_commune": ("commune", "ward", 1410, 1439, "old_district", date(2025, 6, 30)),
    "centre": ("organisation", "rehab_centre", 1900, 1900, "north", None),
    "south": ("province", "city", 2000, 2999, "country", None),
    "bien": ("commune", "special_zone", 2100, 2139, "south", None),
}
POSTS = {
    "officer": ("commune_officer", "hoa"),
    "leader": ("commune_leader", "hoa"),
    "police": ("commune_police", "hoa"),
    "police_head": ("commune_police_head", "hoa"),
    "neighbour": ("commune_officer", "binh"),
    "stranger": ("commune_officer", "bien"),
    "area_officer": ("district_officer", "area"),
    "old_officer": ("district_officer", "old_district"),
    "province_officer": ("province_officer", "north"),
    "south_officer": ("province_officer", "south"),
    "province_admin": ("province_admin", "north"),
    "country_reader": ("country_reader", "country"),
    "club_board": ("club_board", "hoa_club"),
    "volunteer": ("volunteer", "hoa"),
    "counsellor": ("counsellor", "hoa"),
    "health_station": ("health_station", "hoa_station"),
    "rehab_centre": ("rehab_centre", "centre"),
    "import_client": ("import_client", "hoa"),
    "inspector": ("inspector", "north"),
    "report_reader": ("report_reader", "north"),
    "system_admin": ("system_admin", "country"),
}
assert {role for role, _ in POSTS.values()} == {role.value for role in Role}
assert set(POLICY) == set(Role)
NAMES = ("Nguyễn Văn Đức", "Trần Thị Hoà", "Lê Hòa", "Phạm Minh Ánh", "K'Brôi", "Đỗ Thúy An", "Hoàng Ân", "Vũ Đình Ái")
SWEPT = (
    "webhook_delivery, webhook_secret, webhook_standing, webhook_endpoint,"
    " export_chunk, export_job, import_ready, import_key, import_row, import_chunk, import_job, import_mapping,"
    "reviewed_person, review_request, review_round, notice_attachment, training_certificate, notice_amendment, notice_routing, discharge_notice,"
    " treatment_course,"
    " case_document, case_event, case_assessment, case_assignment, support_team, case_finding, case_proposal, decision_delivery,"
    " decision_adjustment, management_decision, management_case,"
    " client_link, client_code, counselling_note, counselling_revision, anonymous_note, anonymous_revision, health_note,"
    " counselling_contact, anonymous_contact, anonymous_client, health_visit,"
    " progress_evaluation, club_attendance, club_session, membership_event, club_membership,"
    " loan_support, loan_list_line, loan_list, household_status, field_report, job_check, job_placement, vocational_support,"
    " plan_review, plan_step, reintegration_plan, need,"
    " outreach_activity, place, training, press_item, award, inspection_visit, assignment, referral_follow_up, referral, contribution, model_partner, model_member, model_review, volunteer, organisation, support_model, support_model_kind where unit_no > 0, unit where code is null, task, handover, person_token, person_identifier, person_phone, residence, responsibility, access_grant, person,"
    " journal_entry, idempotency, outbox, row_change, grant_telling, sign_in_throttle"
)


@dataclass
class User:
    """Somebody who works with the register: their account, session and token."""

    name: str
    role: str
    unit: str
    account_id: UUID
    account_no: int
    appointment_id: UUID
    session_id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class World:
    app: Any
    admin: Any
    units: dict[str, UUID]
    users: dict[str, User] = field(default_factory=dict)
    client: Any = None
    count: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def house(self) -> Any:
        return self.app.state.house

    async def sweep(self) -> None:
        async with self.admin.acquire() as connection, connection.transaction():
            await connection.execute("set local session_replication_role = replica")
            for table in SWEPT.split(","):
                await connection.execute(f"delete from {table}")

    def no(self, unit: str) -> int:
        return UNITS[unit][2]

    # -- doors ---------------------------------------------------------------------------------------------------

    async def call(self, user: str | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One REST request as a user (None: nobody)."""
        given = dict(self.users[user].headers) if user else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return await self.client.request(method, path, headers=given)
        return await self.client.request(method, path, json=body, headers=given)

    async def get(self, user: str | None, path: str, **headers: str) -> Any:
        return await self.call(user, "GET", path, **headers)

    async def ask(self, user: str | None, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        """One GraphQL request as a user; its JSON."""
        body = {"query": query} | ({"variables": variables} if variables else {})
        return (await self.call(user, "POST", "/graphql", body, **headers)).json()

    # -- builders ------------------------------------------------------------------------------------------------

    async def person(self, unit: str = "hoa", name: str | None = None, **facts: Any) -> UUID:
        """A person on the register of a unit, with a first link of responsibility; `was` = an earlier unit."""
        place = next(self.count)
        id, was = facts.pop("id", new_id()), facts.pop("was", None)
        number, phone = facts.pop("national_id", None), facts.pop("phone", None)
        row = {
            "id": id,
            "unit_no": self.no(unit),
            "province_no": self._above(unit, "province"),
            "area_no": self._above(unit, "area"),
            "made_unit_no": self.no(was or unit),
            "full_name": name or NAMES[place % len(NAMES)],
            "gender": "female",
            "born_on": date(1990, 1, 1),
            "born_precision": "day",
        } | facts
        links = [(was, datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))] if was else []
        links.append((unit, datetime(2025, 7, 1, tzinfo=UTC), None))
        async with self.admin.acquire() as connection, connection.transaction():
            await insert(connection, "person", row)
            for held_by, since, until in links:
                link = {"id": new_id(), "person_id": id, "unit_no": self.no(held_by), "unit_id": self.units[held_by]}
                rest = {"from_at": since, "to_at": until, "reason": "registered", "name_then": row["full_name"]}
                await insert(connection, "responsibility", link | rest)
            if number:
                await self._number(connection, "person_identifier", id, row, number, {"kind": "personal_id"})
            if phone:
                await self._number(connection, "person_phone", id, row, phone, {"belongs_to": "self"})
        return id

    async def _number(self, connection: Any, table: str, person: UUID, row: Any, number: str, more: Any) -> None:
        sealer, id = self.house.register.sealer, new_id()
        mask = masked_tail if table == "person_identifier" else masked_phone
        facts = {
            "id": id,
            "person_id": person,
            "unit_no": row["unit_no"],
            "made_unit_no": row["made_unit_no"],
            "number_sealed": sealer.seal(number, table=table, row=id, column="number"),
            "number_tail": mask(number),
            "number_blind": sealer.blind(table, number),
        }
        await insert(connection, table, facts | more)

    async def residence(self, person: UUID, unit: str = "hoa", **facts: Any) -> UUID:
        """A residence; `made` = the unit responsible when it was recorded."""
        made = facts.pop("made", unit)
        row = await self.admin.fetchrow("select unit_no from person where id = $1", person)
        id = new_id()
        given = {
            "id": id,
            "person_id": person,
            "unit_no": row["unit_no"],
            "made_unit_no": self.no(made),
            "kind": "permanent",
            "unit_id": self.units[unit],
            "address": "số 1, tổ 2",
            "valid_from": date(2024, 1, 1),
        } | facts
        await insert(self.admin, "residence", given)
        return id

    async def grant(self, person: UUID, user: str, *classes: str, days: int = 30, to_unit: bool = False) -> None:
        """Granted access for a user (or their organisation)."""
        grantee = self.no(self.users[user].unit) if to_unit else -self.users[user].account_no
        now = datetime.now(UTC)
        row = {
            "id": new_id(),
            "person_id": person,
            "grantee": grantee,
            "reason": "assignment",
            "classes": list(classes),
            "valid_from": now - timedelta(days=1),
            "valid_to": now + timedelta(days=days),
            "name_sort_key": "x",
        }
        await insert(self.admin, "access_grant", row)

    def _above(self, unit: str, level: str) -> int | None:
        at: str | None = unit
        while at is not None and UNITS[at][0] != level:
            at = UNITS[at][4]
        return UNITS[at][2] if at else None


async def insert(connection: Any, table: str, row: dict[str, Any]) -> None:
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", *row.values())


async def build_world(app: Any, admin: Any) -> World:
    """Units, then an account, an appointment and a session for each post."""
    world = World(app, admin, {name: new_id() for name in UNITS})
    for name, (level, type_, no, last_no, parent, valid_to) in UNITS.items():
        above = world.units[parent] if parent else None
        row = {"id": world.units[name], "no": no, "last_no": last_no, "level": level, "unit_type": type_}
        row |= {"name": name.replace("_", " ").title(), "parent_id": above, "home_id": above}
        row |= {"province_no": world._above(name, "province"), "area_no": world._above(name, "area")}
        row |= {"valid_from": date(2004, 1, 1), "valid_to": valid_to, "code": f"{no:05}", "code_system": "qd19"}
        await insert(admin, "unit", row)
    for name, (role, unit) in POSTS.items():
        world.users[name] = await hire(world, name, role, unit)
    return world


async def hire(world: World, name: str, role: str, unit: str, *, kind: str = "person") -> User:
    """An active account with an appointment and an open session."""
    account, appointment, session = new_id(), new_id(), new_id()
    facts = {"id": account, "kind": kind, "user_name": name, "display_name": name, "state": "active"}
    await insert(world.admin, "account", facts | {"unit_id": world.units[unit], "unit_no": world.no(unit)})
    post = {"id": appointment, "account_id": account, "role": role, "unit_id": world.units[unit]}
    since = datetime(2024, 1, 1, tzinfo=UTC)
    await insert(world.admin, "appointment", post | {"unit_no": world.no(unit), "valid_from": since})
    now = datetime.now(UTC)
    signed = {"id": session, "account_id": account, "refresh_hash": b"x", "expires_at": now + timedelta(days=1)}
    await insert(world.admin, "session", signed)
    number = await world.admin.fetchval("select no from account where id = $1", account)
    tokens = world.house.tokens
    # one token a run: they last five minutes, so tests read the clock of the house a little later
    tokens.lifetime = timedelta(hours=2)
    token = tokens.issue(account, session, now)
    return User(name, role, unit, account, number, appointment, session, token)
