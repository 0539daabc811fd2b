"""The conventions of api.md for answers: lists, words, headers, cursors."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from uuid import UUID, uuid4

import pytest

from api.errors import MEDIA_TYPE
from domain.ids import new_id

LISTS = ("/v1/persons", "/v1/units", "/v1/users", "/v1/journal", "/v1/responsibilities", "/v1/units/successions")
READERS = {"/v1/users": "province_admin", "/v1/journal": "inspector"}
each_list = pytest.mark.parametrize("path", LISTS)


def reader(path):
    return READERS.get(path, "officer")


@each_list
async def test_an_unknown_parameter_is_refused_and_a_repeated_one_too(world, path):
    for query, code in {
        "?nope=1": "unknown_parameter",
        "?limit=1&limit=1": "bad_request",
        "?limit=201": "bad_request",
    }.items():
        told = await world.get(reader(path), path + query)
        assert (told.status_code, told.json()["code"]) == (400, code)


@each_list
async def test_fields_narrow_every_row_and_id_and_masked_always_come(world, path):
    await world.person("hoa", was="binh")
    await world.get("officer", "/v1/persons")
    told = (await world.get(reader(path), path + "?fields=id")).json()
    assert {"data", "page"} <= told.keys()
    assert all(row.keys() == {"id", "masked"} for row in told["data"])
    if path != "/v1/units/successions":
        assert told["data"]
    unknown = await world.get(reader(path), path + "?fields=nope")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "/fields")


@each_list
async def test_a_count_comes_only_when_asked_for(world, path):
    await world.person("hoa")
    without = (await world.get(reader(path), path + "?limit=1")).json()
    counted = (await world.get(reader(path), path + "?limit=1&count=exact")).json()
    assert "total" not in without
    assert counted["total"] >= len(counted["data"])


@each_list
async def test_an_order_or_relation_nobody_declared_is_refused(world, path):
    for query, pointer in {"?sort=nope": "/sort", "?include=nope": "/include"}.items():
        told = await world.get(reader(path), path + query)
        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (400, pointer)


async def test_persons_come_in_the_order_asked_for(world):
    for name in ("Trần Thị Bình", "Nguyễn Văn Ánh", "Lê Đức"):
        await world.person("hoa", name)
    by_name = [row["full_name"] for row in (await world.get("officer", "/v1/persons?sort=name")).json()["data"]]
    assert by_name == ["Nguyễn Văn Ánh", "Trần Thị Bình", "Lê Đức"]
    newest = [row["full_name"] for row in (await world.get("officer", "/v1/persons?sort=newest")).json()["data"]]
    assert newest == ["Lê Đức", "Nguyễn Văn Ánh", "Trần Thị Bình"]


async def test_include_brings_relations_down_to_three_levels_and_no_deeper(world):
    id = await world.person("hoa")
    await world.residence(id)
    told = (await world.get("officer", f"/v1/persons/{id}?fields=full_name&include=residences.unit.parent")).json()
    assert told["residences"][0]["unit"]["parent"]["name"] == "Area"
    deeper = await world.get("officer", f"/v1/persons/{id}?include=residences.unit.parent.parent")
    assert (deeper.status_code, deeper.json()["errors"][0]["code"]) == (400, "include_too_deep")


@pytest.mark.parametrize(
    ("asked", "language"),
    [(None, "vi"), ("en", "en"), ("en;q=0.5, vi", "vi"), ("en-GB,vi;q=0.1", "en"), ("fr", "vi"), (";;q=x,*", "vi")],
)
async def test_words_come_in_the_language_asked_for_and_codes_never_change(world, asked, language):
    headers = {} if asked is None else {"Accept_Language": asked}
    told = await world.call("officer", "POST", "/v1/persons", {"full_name": ""}, **headers)
    body = told.json()
    assert told.headers["content-language"] == language
    assert body["code"] == "invalid"
    assert body["title"] == {"vi": "Dữ liệu chưa đúng", "en": "The data is not right"}[language]
    assert body["errors"][0]["message"] == {"vi": "Không được để trống", "en": "Must not be empty"}[language]


EVERYWHERE = ("/v1/persons", "/v1/persons/none", "/v1/me", "/v1/problems", "/v1/nowhere", "/health/live")


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_every_answer_names_its_request_and_the_time_it_took(world, path):
    mine = str(uuid4())
    told = await world.get("officer", path, X_Request_Id=mine)
    assert told.headers.get_list("x-request-id") == [mine]
    assert re.fullmatch(r"app;dur=\d+\.\d", told.headers["server-timing"])
    replaced = await world.get("officer", path, X_Request_Id="nguyen van duc")
    assert UUID(replaced.headers["x-request-id"])
    if told.status_code >= 400:
        assert told.headers["content-type"] == MEDIA_TYPE
        assert told.json()["request_id"] == mine


@pytest.mark.parametrize("path", EVERYWHERE[:5])
async def test_nothing_of_the_register_is_kept_on_the_way(world, path):
    assert (await world.get("officer", path)).headers["cache-control"] == "no-store"


async def test_a_problem_has_every_member_and_its_code_stands_in_the_registry(world):
    told = await world.call("officer", "PATCH", f"/v1/persons/{new_id()}", {"occupation": "x"}, If_Match='"1"')
    body = told.json()
    assert body.keys() == {"type", "title", "status", "detail", "instance", "code", "request_id"}
    registry = {entry["code"]: entry for entry in (await world.get(None, "/v1/problems")).json()["data"]}
    assert registry[body["code"]]["status"] == told.status_code == 404
    assert registry[body["code"]]["vi"] == body["title"]
    assert body["instance"] == "/v1/persons/{id}"


# -- cursors


async def test_a_cursor_serves_only_who_got_it_for_the_question_it_answered(world):
    for _ in range(4):
        await world.person("hoa")
    cursor = (await world.get("officer", "/v1/persons?limit=2")).json()["page"]["next"]
    right = await world.get("officer", f"/v1/persons?limit=3&cursor={cursor}")
    assert len(right.json()["data"]) == 2
    wrong = {
        "another's": ("police", f"/v1/persons?cursor={cursor}"),
        "another order": ("officer", f"/v1/persons?sort=newest&cursor={cursor}"),
        "another filter": ("officer", f"/v1/persons?gender=male&cursor={cursor}"),
        "another list": ("officer", f"/v1/responsibilities?cursor={cursor}"),
        "truncated": ("officer", f"/v1/persons?cursor={cursor[:-4]}"),
        "doubled": ("officer", f"/v1/persons?cursor={cursor}{cursor}"),
    }
    for name, (user, path) in wrong.items():
        told = await world.get(user, path)
        assert (told.status_code, told.json()["code"]) == (400, "bad_cursor"), name


async def test_a_cursor_with_one_letter_changed_is_refused(world):
    for _ in range(3):
        await world.person("hoa")
    cursor = (await world.get("officer", "/v1/persons?limit=1")).json()["page"]["next"]
    for place in range(0, len(cursor) - 1, 3):
        other = "A" if cursor[place] != "A" else "B"
        told = await world.get("officer", f"/v1/persons?cursor={cursor[:place]}{other}{cursor[place + 1 :]}")
        assert (told.status_code, told.json()["code"]) == (400, "bad_cursor"), place


async def test_a_cursor_tells_nothing_of_the_name_it_stands_behind(world):
    for name in ("Nguyễn Văn Đức", "Nguyễn Văn Em"):
        await world.person("hoa", name)
    cursor = (await world.get("officer", "/v1/persons?limit=1")).json()["page"]["next"]
    plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert b"ngu" not in plain.lower()
    assert b"duc" not in plain.lower()
