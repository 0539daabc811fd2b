"""Finding a person as their neighbours would say the name, and nothing personal in any URL (rulings 11, 12)."""

from __future__ import annotations

import unicodedata

import pytest


async def find(world, user="officer", **search):
    sent = await world.call(user, "POST", "/v1/persons:search", search)
    assert sent.status_code == 200, sent.text
    return sent.json()


async def names(world, user="officer", **search):
    return [row["full_name"] for row in (await find(world, user, **search))["data"]]


@pytest.fixture
async def neighbours(world):
    made = {}
    for name in (
        "Nguyễn Văn Đức",
        "Nguyễn Văn Đực",
        "Nguyễn Đức Văn",
        "Trần Thị Hoà",
        "Trần Thị Hòa",
        "Lê Hoàng Hoa",
        "Lê Hoài An",
        "Lê An Anh",
        "K'Brôi",
        "Đỗ Thị Duyên",
    ):
        made[name] = await world.person("hoa", name)
    return made


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("nguyen van duc", {"Nguyễn Văn Đức", "Nguyễn Văn Đực", "Nguyễn Đức Văn"}),
        ("Nguyễn Văn Đức", {"Nguyễn Văn Đức", "Nguyễn Văn Đực", "Nguyễn Đức Văn"}),
        ("đức nguyễn", {"Nguyễn Văn Đức", "Nguyễn Văn Đực", "Nguyễn Đức Văn"}),
        ("NGUYỄN  ĐỨC  văn", {"Nguyễn Văn Đức", "Nguyễn Văn Đực", "Nguyễn Đức Văn"}),
        ("hoà", {"Trần Thị Hoà", "Trần Thị Hòa", "Lê Hoàng Hoa"}),
        ("hòa", {"Trần Thị Hoà", "Trần Thị Hòa", "Lê Hoàng Hoa"}),
        ("tran hoa", {"Trần Thị Hoà", "Trần Thị Hòa"}),
        ("k'broi", {"K'Brôi"}),
        ("kbroi", set()),
        ("do thi duyen", {"Đỗ Thị Duyên"}),
        ("Ðỗ thị duyên", {"Đỗ Thị Duyên"}),
        ("duyen do", {"Đỗ Thị Duyên"}),
        ("nobody", set()),
    ],
)
async def test_names_are_found_with_or_without_marks_and_in_any_order(world, neighbours, q, found):
    assert set(await names(world, q=q)) == found
    assert set(await names(world, q=unicodedata.normalize("NFD", q))) == found


async def test_whole_words_come_before_words_begun(world, neighbours):
    """`hoa` is a whole word of three people: those whose name only begins so come when nobody bears it whole."""
    assert set(await names(world, q="hoa")) == {"Trần Thị Hoà", "Trần Thị Hòa", "Lê Hoàng Hoa"}
    assert set(await names(world, q="hoan")) == {"Lê Hoàng Hoa"}
    assert set(await names(world, q="le ho")) == {"Lê Hoàng Hoa", "Lê Hoài An"}
    assert set(await names(world, q="nguyen van d")) == {"Nguyễn Văn Đức", "Nguyễn Văn Đực", "Nguyễn Đức Văn"}


async def test_a_person_with_two_words_of_one_beginning_comes_once(world, neighbours):
    page = await find(world, q="hoan", count="exact")
    assert [row["full_name"] for row in page["data"]] == ["Lê Hoàng Hoa"]
    assert page["total"] == 1
    twice = await find(world, q="h", count="exact")
    assert len({row["id"] for row in twice["data"]}) == len(twice["data"]) == twice["total"] == 4
    assert (await names(world, q="le a")).count("Lê An Anh") == 1


async def test_results_come_in_vietnamese_name_order(world, neighbours):
    assert await names(world, q="nguyen duc") == ["Nguyễn Văn Đức", "Nguyễn Văn Đực", "Nguyễn Đức Văn"]


@pytest.mark.parametrize("q", ["hoa", "le", "h", "nguyen d"])
async def test_pages_of_a_search_follow_each_other_without_gap_or_repeat(world, neighbours, q):
    whole = [row["id"] for row in (await find(world, q=q))["data"]]
    assert len(whole) >= 3
    seen, cursor = [], {}
    for _ in range(len(whole) + 1):
        page = await find(world, q=q, limit=1, **cursor)
        seen += [row["id"] for row in page["data"]]
        if page["page"]["next"] is None:
            break
        cursor = {"cursor": page["page"]["next"]}
    assert seen == whole


async def test_a_cursor_of_another_search_is_refused(world, neighbours):
    cursor = (await find(world, q="hoa", limit=1))["page"]["next"]
    sent = await world.call("officer", "POST", "/v1/persons:search", {"q": "le", "cursor": cursor})
    assert (sent.status_code, sent.json()["code"]) == (400, "bad_cursor")


async def test_aliases_are_searched_too(world):
    await world.person("hoa", "Lê An", aliases=["Tư Đen", "Bé Út"])
    assert await names(world, q="bé út") == ["Lê An"]
    assert await names(world, q="tu an") == ["Lê An"]


async def test_a_corrected_name_is_found_and_the_wrong_one_is_not(world):
    id = await world.person("hoa", "Lê Sai")
    await world.call("officer", "PATCH", f"/v1/persons/{id}", {"full_name": "Lê Đúng"}, If_Match='"1"')
    assert await names(world, q="dung") == ["Lê Đúng"]
    assert await names(world, q="sai") == []


async def test_the_search_stays_inside_ones_reach(world):
    for unit in ("hoa", "binh", "lam", "bien"):
        await world.person(unit, "Lê Ở " + {"hoa": "Hoa", "binh": "Binh", "lam": "Lam", "bien": "Bien"}[unit])
    assert await names(world, "officer", q="le") == ["Lê Ở Hoa"]
    assert set(await names(world, "area_officer", q="le")) == {"Lê Ở Hoa", "Lê Ở Binh"}
    assert set(await names(world, "province_officer", q="le")) == {"Lê Ở Hoa", "Lê Ở Binh", "Lê Ở Lam"}
    assert len(await names(world, "country_reader", q="le o")) == 4
    assert await names(world, "officer", q="le bien") == []


async def test_the_whole_country_needs_one_more_word(world, neighbours):
    sent = await world.call("country_reader", "POST", "/v1/persons:search", {"q": "nguyen"})
    assert sent.status_code == 422
    assert [(flaw["pointer"], flaw["code"]) for flaw in sent.json()["errors"]] == [("/q", "one_more_word")]
    page = await find(world, "country_reader", q="nguyen duc")
    assert len(page["data"]) == 3
    assert page["page"]["incomplete"] is False
    text = '{ persons(where: {q: "nguyen"}) { nodes { id } } }'
    graph = await world.ask("country_reader", text)
    assert graph["errors"][0]["extensions"]["errors"][0]["code"] == "one_more_word"


async def test_a_nationwide_search_with_too_many_bearers_says_that_it_is_incomplete(world, monkeypatch):
    monkeypatch.setattr("persistence.projections.NATIONWIDE_CANDIDATES", 2)
    from persistence.projections import plan

    plan.cache_clear()
    for _ in range(4):
        await world.person("hoa", "Lê An")
    page = await find(world, "country_reader", q="le an")
    plan.cache_clear()
    assert page["page"]["incomplete"] is True
    assert len(page["data"]) <= 3


@pytest.mark.parametrize("typed", ["000190000001", "000 190 000 001", "000.190.000-001", " 000190000001 "])
async def test_a_person_is_found_by_the_personal_number_however_it_is_typed(world, typed):
    await world.person("hoa", "Lê An", national_id="000190000001")
    await world.person("hoa", "Lê Bình", national_id="000190000002")
    assert await names(world, national_id=typed) == ["Lê An"]


@pytest.mark.parametrize("typed", ["0912345678", "+84 912 345 678", "0084912345678", "091.234.5678"])
async def test_a_person_is_found_by_a_phone_and_so_is_the_family(world, typed):
    await world.person("hoa", "Lê An", phone="+84912345678")
    await world.person("hoa", "Lê Bình", phone="+84912345678")
    await world.person("hoa", "Lê Cúc", phone="+84912345679")
    assert await names(world, phone=typed) == ["Lê An", "Lê Bình"]


async def test_what_is_no_phone_is_told_before_anything_is_searched(world):
    sent = await world.call("officer", "POST", "/v1/persons:search", {"phone": "12"})
    assert [(flaw["pointer"], flaw["code"]) for flaw in sent.json()["errors"]] == [("/phone", "country_missing")]


async def test_numbers_are_not_searched_by_those_who_see_them_masked(world):
    """A filter would tell what the field does not."""
    await world.person("hoa", "Lê An", national_id="000190000001")
    for user in ("country_reader", "import_client"):
        sent = await world.call(user, "POST", "/v1/persons:search", {"national_id": "000190000001"})
        assert sent.status_code == 422, sent.text
        assert sent.json()["errors"][0]["code"] == "field_not_visible"


async def test_a_number_elsewhere_finds_nobody(world):
    await world.person("bien", "Lê An", national_id="000190000001")
    assert await names(world, national_id="000190000001") == []


@pytest.mark.parametrize(
    "personal", ["q=le", "national_id=000190000001", "phone=0912345678", "born_on=1990-01-01", "born_year=1990"]
)
async def test_nothing_personal_stands_in_a_url(world, personal):
    sent = await world.get("officer", f"/v1/persons?{personal}")
    assert (sent.status_code, sent.json()["code"]) == (400, "unknown_parameter")
    assert personal not in sent.text
    assert "000190000001" not in sent.text


async def test_no_number_in_clear_reaches_the_database(world, monkeypatch):
    """Numbers are looked for by their blind index: neither statement nor journal holds them."""
    from persistence import records

    sent, kept = [], records.arguments

    def watched(*given):
        values = list(kept(*given))
        sent.extend(values)
        return values

    monkeypatch.setattr(records, "arguments", watched)
    await find(world, national_id="000190000001")
    await find(world, phone="0912345678")
    texts = [str(value) for value in sent]
    assert any(isinstance(value, bytes) and len(value) >= 16 for value in sent)
    assert not any("000190000001" in text or "912345678" in text for text in texts)


async def test_filters_narrow_a_search(world, neighbours):
    await world.person("hoa", "Lê Nam Hoa", gender="male")
    assert await names(world, q="hoa", gender="male") == ["Lê Nam Hoa"]
    assert await names(world, q="hoa", born_year=1991) == []
    assert len(await names(world, born_on="1990-01-01")) == 11


async def test_voided_records_are_found_only_when_asked_for(world):
    from datetime import UTC, datetime

    await world.person("hoa", "Lê An", voided_at=datetime.now(UTC), void_reason="ghi nhầm")
    assert await names(world, q="le an") == []
    assert await names(world, q="le an", voided=True) == ["Lê An"]


async def test_a_search_of_nothing_but_signs_is_refused(world):
    sent = await world.call("officer", "POST", "/v1/persons:search", {"q": " -- ' "})
    assert [(flaw["pointer"], flaw["code"]) for flaw in sent.json()["errors"]] == [("/q", "empty")]


async def test_every_search_is_a_row_in_the_journal_with_those_it_showed(world, neighbours):
    found = {row["id"] for row in (await find(world, q="hoa"))["data"]}
    rows = await world.admin.fetch("select act, outcome, subject_ids, shown from journal_entry")
    assert [(row["act"], row["outcome"], row["shown"]) for row in rows] == [("read_person", "read", 3)]
    assert {str(id) for id in rows[0]["subject_ids"]} == found


async def test_graphql_searches_alike(world, neighbours):
    text = "query($q: String, $after: String) { persons(first: 2, after: $after, where: {q: $q}) { nodes { fullName } pageInfo { endCursor hasNextPage } totalCount } }"
    first = (await world.ask("officer", text, {"q": "hoà"}))["data"]["persons"]
    rest = (await world.ask("officer", text, {"q": "hoà", "after": first["pageInfo"]["endCursor"]}))["data"]["persons"]
    assert first["totalCount"] == 3
    assert [node["fullName"] for node in first["nodes"] + rest["nodes"]] == await names(world, q="hoa")
