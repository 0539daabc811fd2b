"""Counselling: that and when is told to those who work with the person, what was said to the author's circle alone."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import docx
import pytest
from pypdf import PdfReader

from domain.ids import new_id

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime.now(UTC).astimezone(ZONE)
TODAY = NOW.date()
SAID = {"advice": "Tập thể dục mỗi sáng.", "promise": "Sẽ đến câu lạc bộ.", "need": "Lo cho mẹ."}


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678")
    await assign(world, found, "volunteer")
    return found


async def assign(world, person, user, role="volunteer"):
    body = {
        "person_id": str(person),
        "role": role,
        "account_id": str(world.users[user].account_id),
        "valid_from": str(TODAY),
    }
    reply = await world.call("officer", "POST", "/v1/assignments", body)
    assert reply.status_code == 201, reply.text
    return reply.json()


def contact(person, **more):
    facts = {"person_id": str(person), "held_at": NOW.isoformat(), "channel": "phone", "topics": ["psychological"]}
    return {name: value for name, value in (facts | more).items() if value is not None}


async def recorded(world, person, user="volunteer", **more):
    reply = await world.call(user, "POST", "/v1/counselling-contacts", contact(person, **more))
    assert reply.status_code == 201, reply.text
    return reply.json()


def flaws(reply):
    assert reply.status_code == 422, reply.text
    return [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]]


# -- recording -----------------------------------------------------------------------------------------------------


async def test_when_how_and_about_what_is_enough(world, person):
    made = await recorded(world, person)
    assert made["topics"] == ["psychological"]
    assert made["mine"] is True
    assert made["advice"] is None
    assert made["notes"] is None


async def test_the_same_contact_sent_twice_from_a_phone_is_one_contact(world, person):
    body = contact(person, id=str(new_id()), **SAID)
    first = await world.call("volunteer", "POST", "/v1/counselling-contacts", body)
    again = await world.call("volunteer", "POST", "/v1/counselling-contacts", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["advice"] == SAID["advice"]
    assert await world.admin.fetchval("select count(*) from counselling_contact") == 1
    assert await world.admin.fetchval("select count(*) from counselling_note") == 1
    other = await world.call("volunteer", "POST", "/v1/counselling-contacts", body | {"minutes": 5})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"held_at": (NOW + timedelta(hours=1)).isoformat()}, "/held_at", "in_the_future"),
        ({"held_at": "2026-02-29T08:00:00+07:00"}, "/held_at", "not_an_instant"),
        ({"topics": []}, "/topics", "required"),
        ({"topics": ["legal", "legal"]}, "/topics", "named_twice"),
        ({"topics": ["weather"]}, "/topics/0", "not_allowed"),
        ({"minutes": 0}, "/minutes", "out_of_range"),
        ({"minutes": 601}, "/minutes", "out_of_range"),
        ({"next_on": str(TODAY - timedelta(days=1))}, "/next_on", "ends_before_it_starts"),
        ({"next_on": str(TODAY + timedelta(days=400))}, "/next_on", "too_far_ahead"),
        ({"client_group": "trafficking_victim"}, "/client_group", "coded_client_only"),
        ({"advice": "a\x07b"}, "/advice", "control"),
        ({"support_model_id": str(uuid4())}, "/support_model_id", "no_model_here"),
        ({"hiv_status": "x"}, "", "unknown_field"),
    ],
)
async def test_a_contact_that_does_not_hold_together_is_refused_whole(world, person, change, pointer, code):
    reply = await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(person, **change))
    assert (pointer, code) in flaws(reply)
    assert await world.admin.fetchval("select count(*) from counselling_contact") == 0


@pytest.mark.parametrize(
    "user", ["police", "police_head", "club_board", "rehab_centre", "province_officer", "inspector"]
)
async def test_who_has_no_part_in_counselling_neither_reads_nor_writes(world, person, user):
    made = await recorded(world, person)
    assert (await world.get(user, "/v1/counselling-contacts")).status_code == 403
    assert (await world.get(user, f"/v1/counselling-contacts/{made['id']}")).status_code == 403
    assert (await world.call(user, "POST", "/v1/counselling-contacts", contact(person))).status_code == 403


async def test_a_person_who_is_not_assigned_is_not_there(world, person):
    other = await world.person("hoa")
    reply = await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(other))
    assert reply.status_code == 404
    assert (await world.call("neighbour", "POST", "/v1/counselling-contacts", contact(person))).status_code == 404


# -- who reads what was said ---------------------------------------------------------------------------------------


async def test_what_was_said_is_read_by_its_authors_circle_alone(world, person):
    made = await recorded(world, person, **SAID)
    assert {name: made[name] for name in SAID} == SAID
    await assign(world, person, "counsellor", "counsellor")
    told = (await world.get("counsellor", f"/v1/counselling-contacts/{made['id']}")).json()
    assert told["topics"] == ["psychological"]
    assert {name: told[name] for name in (*SAID, "notes")} == dict.fromkeys((*SAID, "notes"))
    for user in ("officer", "leader", "area_officer"):
        told = (await world.get(user, f"/v1/counselling-contacts/{made['id']}")).json()
        assert told["topics"] == ["psychological"]
        assert set(told["masked"]) >= {*SAID, "notes"}
        assert not set(SAID) & told.keys()


async def test_both_walls_keep_what_was_said(world, person):
    """The database refuses the note without our condition, on each road that sees the contact."""
    made = await recorded(world, person, **SAID)
    users = world.users
    for user, road, seen in (("volunteer", "grant", 1), ("officer", "unit", 0), ("leader", "made", 0)):
        async with world.admin.acquire() as connection, connection.transaction():
            grantees = f"{{{-users[user].account_no},1110}}"
            for name, value in (("lo", "1110"), ("hi", "1139"), ("grantees", grantees)):
                await connection.execute("select set_config($1, $2, true)", f"app.{name}", value)
            await connection.execute(f"set local role road_{road}")
            assert await connection.fetchval("select count(*) from counselling_contact where id = $1", made["id"]) == 1
            assert await connection.fetchval("select count(*) from counselling_note") == seen, road


async def test_the_circle_of_an_organisation_reads_together_and_other_accounts_of_the_commune_do_not(world, person):
    await assign(world, person, "counsellor", "counsellor")
    made = await recorded(world, person, "counsellor", **SAID)
    assert made["advice"] == SAID["advice"]
    told = (await world.get("volunteer", f"/v1/counselling-contacts/{made['id']}")).json()
    assert told["mine"] is False
    assert told["advice"] is None


async def test_an_officer_records_that_and_when_and_is_refused_a_note(world, person):
    made = await recorded(world, person, "officer", given_by="office")
    assert made["given_by"] == "office"
    reply = await world.call("officer", "POST", "/v1/counselling-contacts", contact(person, advice="x"))
    assert flaws(reply) == [("/advice", "not_of_your_circle")]


# -- corrections ---------------------------------------------------------------------------------------------------


async def test_a_correction_keeps_who_when_and_what_was_before(world, person):
    made = await recorded(world, person, minutes=20, **SAID)
    change = {"minutes": 30, "advice": "Đi bộ mỗi sáng."}
    path = f"/v1/counselling-contacts/{made['id']}"
    told = (await world.call("volunteer", "PATCH", path, change, If_Match='"1"')).json()
    assert (told["minutes"], told["advice"], told["promise"]) == (30, change["advice"], SAID["promise"])
    (revision,) = told["revisions"]
    assert revision["before"] == {"minutes": 20}
    assert revision["version"] == 1
    assert revision["revised_by"] == str(world.users["volunteer"].account_id)
    assert [note["advice"] for note in told["notes"]] == [SAID["advice"], change["advice"]]
    seen = (await world.get("officer", path)).json()
    assert seen["revisions"] == told["revisions"]
    assert "notes" not in seen


async def test_a_note_is_cleared_and_what_was_there_stays_in_its_history(world, person):
    made = await recorded(world, person, **SAID)
    path = f"/v1/counselling-contacts/{made['id']}"
    told = (await world.call("volunteer", "PATCH", path, {"need": None}, If_Match='"1"')).json()
    assert told["need"] is None
    assert [note["need"] for note in told["notes"]] == [SAID["need"], None]


async def test_a_stale_version_changes_nothing(world, person):
    made = await recorded(world, person, **SAID)
    path = f"/v1/counselling-contacts/{made['id']}"
    assert (await world.call("volunteer", "PATCH", path, {"minutes": 3})).status_code == 428
    await world.call("volunteer", "PATCH", path, {"minutes": 3}, If_Match='"1"')
    reply = await world.call("volunteer", "PATCH", path, {"advice": "khác"}, If_Match='"1"')
    assert reply.status_code == 412
    assert await world.admin.fetchval("select count(*) from counselling_note") == 1


async def test_nobody_corrects_what_another_circle_said(world, person):
    made = await recorded(world, person, **SAID)
    path = f"/v1/counselling-contacts/{made['id']}"
    await assign(world, person, "counsellor", "counsellor")
    reply = await world.call("counsellor", "PATCH", path, {"minutes": 3}, If_Match='"1"')
    assert reply.status_code == 404
    reply = await world.call("officer", "PATCH", path, {"advice": "x"}, If_Match='"1"')
    assert flaws(reply) == [("/advice", "not_of_your_circle")]


async def test_leaving_cuts_what_one_wrote_oneself(world, person):
    made = await recorded(world, person, **SAID)
    care = (await world.get("officer", f"/v1/assignments?person_id={person}")).json()["data"][0]
    end = {"valid_to": str(TODAY)}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    assert (await world.get("volunteer", f"/v1/counselling-contacts/{made['id']}")).status_code == 404
    assert (await world.get("volunteer", "/v1/counselling-contacts")).json()["data"] == []


async def test_a_voided_contact_says_so_in_its_history(world, person):
    made = await recorded(world, person)
    path = f"/v1/counselling-contacts/{made['id']}"
    told = (await world.call("volunteer", "DELETE", path, {"reason": "Nhầm người"}, If_Match='"1"')).json()
    assert told["revisions"][0]["before"] == {"voided_at": None}
    again = await world.call("volunteer", "DELETE", path, {"reason": "Nhầm"}, If_Match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")


# -- what is due ---------------------------------------------------------------------------------------------------


async def due(world):
    rows = (await world.get("officer", "/v1/tasks?kind=next_contact&state=open")).json()["data"]
    return [(row["subject_id"], row["due_on"]) for row in rows]


async def test_the_day_they_agreed_on_is_due_until_they_speak_again(world, person):
    week, month = str(TODAY + timedelta(days=7)), str(TODAY + timedelta(days=30))
    before = (NOW - timedelta(days=3)).isoformat()
    first = await recorded(world, person, held_at=before, next_on=week)
    assert await due(world) == [(first["id"], week)]
    second = await recorded(world, person, next_on=month)
    assert await due(world) == [(second["id"], month)]
    late = await recorded(world, person, held_at=(NOW - timedelta(days=2)).isoformat(), next_on=week)
    assert late["next_on"] == week
    assert await due(world) == [(second["id"], month)]
    path = f"/v1/counselling-contacts/{second['id']}"
    await world.call("volunteer", "DELETE", path, {"reason": "Nhầm"}, If_Match='"1"')
    assert await due(world) == [(late["id"], week)]


async def test_a_moved_day_moves_what_is_due_and_no_day_leaves_nothing(world, person):
    made = await recorded(world, person, next_on=str(TODAY + timedelta(days=7)))
    path, later = f"/v1/counselling-contacts/{made['id']}", str(TODAY + timedelta(days=9))
    await world.call("volunteer", "PATCH", path, {"next_on": later}, If_Match='"1"')
    assert await due(world) == [(made["id"], later)]
    await world.call("volunteer", "PATCH", path, {"next_on": None}, If_Match='"2"')
    assert await due(world) == []


# -- lists and both doors ------------------------------------------------------------------------------------------


async def test_the_lists_filters_tell_apart(world, person):
    made = await recorded(world, person, topics=["legal", "family"], next_on=str(TODAY), **SAID)
    await recorded(world, person, "officer", channel="video")
    path = "/v1/counselling-contacts"
    for query in (
        "topic=legal",
        "mine=true",
        "channel=phone",
        f"next_from={TODAY}",
        f"person_id={person}&topic=family",
    ):
        rows = (await world.get("volunteer", f"{path}?{query}")).json()["data"]
        assert [row["id"] for row in rows] == [made["id"]], query
    assert len((await world.get("officer", f"{path}?held_from={TODAY}&sort=latest")).json()["data"]) == 2
    assert (await world.get("officer", f"{path}?held_before={TODAY}")).json()["data"] == []


async def test_both_doors_tell_the_same(world, person):
    query = (
        "mutation($new: NewCounsellingContact!) { recordCounsellingContact(new: $new)"
        " { id topics advice mine person { fullName } } }"
    )
    new = {
        "personId": str(person),
        "heldAt": NOW.isoformat(),
        "channel": "phone",
        "topics": ["legal"],
        "advice": "Hỏi luật sư.",
    }
    made = (await world.ask("volunteer", query, {"new": new}))["data"]["recordCounsellingContact"]
    assert made["advice"] == "Hỏi luật sư."
    assert made["person"] == {"fullName": "Nguyễn Thị Mai"}
    told = (await world.get("volunteer", f"/v1/counselling-contacts/{made['id']}")).json()
    assert told["topics"] == made["topics"]
    ask = f'{{ counsellingContact(id: "{made["id"]}") {{ advice notes masked topics }} }}'
    seen = (await world.ask("officer", ask))["data"]["counsellingContact"]
    assert (seen["advice"], seen["notes"], seen["topics"]) == (None, None, ["legal"])
    assert {"advice", "notes"} <= set(seen["masked"])


async def test_the_case_file_reads_the_last_contacts_in_the_same_statement(world, person):
    made = await recorded(world, person, **SAID)
    told = (await world.get("officer", f"/v1/persons/{person}?include=counselling_contacts,health_visits")).json()
    assert [row["id"] for row in told["counselling_contacts"]] == [made["id"]]
    assert "advice" not in told["counselling_contacts"][0]
    assert told["health_visits"] == []
    ask = f'{{ person(id: "{person}") {{ counsellingContacts(first: 3) {{ nodes {{ id heldAt }} }} }} }}'
    seen = (await world.ask("officer", ask))["data"]["person"]["counsellingContacts"]["nodes"]
    assert [row["id"] for row in seen] == [made["id"]]
    told = (await world.get("police", f"/v1/persons/{person}?include=counselling_contacts")).json()
    assert "counselling_contacts" not in told
    assert "counselling_contacts" in told["masked"]


# -- minutes -------------------------------------------------------------------------------------------------------


def text_of(content, format):
    if format == "pdf":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    else:
        paper = docx.Document(io.BytesIO(content))
        text = "".join(node.text or "" for node in paper.element.body.iter() if node.tag.endswith("}t"))
    return unicodedata.normalize("NFC", "".join(text.split()))


@pytest.mark.parametrize("format", ["pdf", "docx"])
async def test_minutes_hold_what_was_said_for_the_authors_circle_only(world, person, format):
    made = await recorded(world, person, minutes=25, place="home", **SAID)
    path = f"/v1/counselling-contacts/{made['id']}/minutes?format={format}"
    own, others = await world.get("volunteer", path), await world.get("officer", path)
    assert (own.status_code, others.status_code) == (200, 200)
    assert own.headers["cache-control"] == "no-store"
    mine, theirs = text_of(own.content, format), text_of(others.content, format)
    for part in ("BIÊN BẢN", "NGUYỄN THỊ MAI", "trong 25 phút", "chưa đối chiếu Công báo", "163/2026/NĐ-CP"):
        assert "".join(part.split()) in mine, part
        assert "".join(part.split()) in theirs, part
    for part in SAID.values():
        assert "".join(part.split()) in mine
        assert "".join(part.split()) not in theirs


async def test_minutes_are_refused_where_the_contact_is_not_seen_and_after_it_was_voided(world, person):
    made = await recorded(world, person)
    path = f"/v1/counselling-contacts/{made['id']}/minutes"
    assert (await world.get("police", path)).status_code == 403
    assert (await world.get("neighbour", path)).status_code == 404
    assert (await world.get("volunteer", f"{path}?format=odt")).status_code == 400
    await world.call(
        "volunteer", "DELETE", f"/v1/counselling-contacts/{made['id']}", {"reason": "Nhầm"}, If_Match='"1"'
    )
    assert (await world.get("volunteer", path)).status_code == 409
    acts = await world.admin.fetch("select outcome from journal_entry where act = 'print_minutes' order by id")
    assert [row["outcome"] for row in acts if row["outcome"] == "denied"] == ["denied"]
