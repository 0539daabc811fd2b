"""The data file of Việt Nam's units holds what its provenance page says."""

import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from reference.units import (
    CARRIED_BACK_TO,
    DISTRICTS_END,
    OLDEST_LIST,
    PROVENANCE,
    LineageFact,
    UnitFact,
    lineage,
    units,
)

REFORM = date(2025, 7, 1)
LAST_OF_THREE_TIERS = date(2025, 6, 30)
LEVELS = {"country", "province", "district", "commune"}
TYPES = {
    "country": {"country"},
    "province": {"province", "city"},
    "district": {"district", "urban_district", "town", "provincial_city"},
    "commune": {"commune", "ward", "township", "special_zone"},
}
KINDS = {"renamed", "merged_whole", "split_part", "type_changed", "unchanged"}


@pytest.fixture(scope="module")
def facts() -> list[UnitFact]:
    return list(units())


@pytest.fixture(scope="module")
def by_key(facts):
    return {fact.key: fact for fact in facts}


@pytest.fixture(scope="module")
def edges() -> list[LineageFact]:
    return list(lineage())


def lives(fact, day):
    return fact.valid_from <= day and (fact.valid_to is None or day <= fact.valid_to)


def count(facts, day):
    return Counter(fact.level for fact in facts if lives(fact, day))


def find(facts, level, code, day):
    (fact,) = [fact for fact in facts if fact.level == level and fact.code == code and lives(fact, day)]
    return fact


def legal_province(fact, by_key):
    while fact.level != "province":
        fact = by_key[fact.parent_key]
    return fact.code


def home_province(fact, by_key):
    while by_key[fact.home_key].level != "country":
        fact = by_key[fact.home_key]
    return fact.code


def communes_of(facts, by_key, province, day):
    return [f for f in facts if f.level == "commune" and lives(f, day) and legal_province(f, by_key) == province]


@pytest.mark.parametrize(
    ("day", "provinces", "districts", "communes"),
    [
        (date(2022, 1, 1), 63, 705, 10_598),
        (OLDEST_LIST, 63, 705, 10_598),
        (date(2024, 12, 31), 63, 705, 10_598),
        (date(2025, 1, 4), 63, 696, 10_039),
        (LAST_OF_THREE_TIERS, 63, 696, 10_035),
        (REFORM, 34, 0, 3_321),
        (date(2026, 11, 21), 34, 0, 3_321),
    ],
)
def test_every_day_has_the_number_of_units_it_had(facts, day, provinces, districts, communes):
    found = count(facts, day)
    assert (found["country"], found["province"]) == (1, provinces)
    assert (found["district"], found["commune"]) == (districts, communes)


@pytest.mark.parametrize(
    ("province", "day", "communes"),
    [
        ("01", date(2022, 6, 1), 579),
        ("01", date(2024, 12, 31), 579),
        ("01", date(2025, 1, 1), 526),
        ("01", LAST_OF_THREE_TIERS, 526),
        ("01", REFORM, 126),
        ("22", date(2022, 6, 1), 177),
        ("22", LAST_OF_THREE_TIERS, 171),
        ("22", REFORM, 54),
    ],
)
def test_ha_noi_and_quang_ninh_hold_their_known_numbers_of_communes(facts, by_key, province, day, communes):
    assert len(communes_of(facts, by_key, province, day)) == communes


def test_ha_noi_of_today_has_51_wards_and_75_communes(facts, by_key):
    assert Counter(f.unit_type for f in communes_of(facts, by_key, "01", REFORM)) == {"ward": 51, "commune": 75}


def test_today_has_13_special_zones_and_no_townships(facts):
    today = Counter(f.unit_type for f in facts if f.level == "commune" and lives(f, REFORM))
    assert today == {"commune": 2_621, "ward": 687, "special_zone": 13}


def test_a_province_code_resolves_by_its_date(facts):
    assert find(facts, "province", "15", date(2024, 6, 1)).name == "Yên Bái"
    assert find(facts, "province", "15", date(2026, 6, 1)).name == "Lào Cai"
    assert find(facts, "province", "10", date(2024, 6, 1)).name == "Lào Cai"


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ],
)
def test_a_merged_province_took_the_code_of_its_seat(facts, code, before, after):
    assert find(facts, "province", code, LAST_OF_THREE_TIERS).name == before
    assert find(facts, "province", code, REFORM).name == after


@pytest.mark.parametrize("code", ["01", "04", "22", "48", "79"])
def test_a_province_whose_code_and_name_went_on_is_one_unit_open_today(facts, code):
    (fact,) = [fact for fact in facts if fact.level == "province" and fact.code == code]
    assert fact.valid_to is None
    assert lives(fact, date(2022, 1, 1))
    assert fact.code_system == "qd19"


def test_hue_became_a_city_before_the_reform(facts):
    assert find(facts, "province", "46", date(2024, 12, 31)).name == "Thừa Thiên Huế"
    hue = find(facts, "province", "46", date(2025, 1, 1))
    assert (hue.name, hue.unit_type, hue.valid_to) == ("Huế", "city", None)


def test_commune_00611_is_xuan_tao_and_then_xuan_dinh(facts):
    assert find(facts, "commune", "00611", LAST_OF_THREE_TIERS).name == "Xuân Tảo"
    assert find(facts, "commune", "00611", REFORM).name == "Xuân Đỉnh"


def test_more_than_half_of_the_commune_codes_changed_their_bearer(facts):
    old = {f.code: f for f in facts if f.level == "commune" and lives(f, LAST_OF_THREE_TIERS)}
    today = [f for f in facts if f.level == "commune" and lives(f, REFORM)]
    kept = [f for f in today if f.code in old]
    changed = [f for f in kept if f.name != old[f.code].name]
    assert len(changed) > 3_321 / 2
    assert (len(kept), len(changed)) == (3_316, 1_803)


def test_the_codes_on_which_the_packages_disagree_keep_both(facts, by_key):
    disputed = [f for f in facts if "code_disputed" in f.marks and lives(f, REFORM)]
    assert len(disputed) == 123
    assert sum(legal_province(f, by_key) == "01" for f in disputed) == 29
    assert all(len(f.alt_codes) == 1 and f.code not in f.alt_codes for f in disputed)
    (cua_nam,) = [f for f in disputed if f.name == "Cửa Nam"]
    assert (cua_nam.code, cua_nam.alt_codes) == ("00082", ("00073",))


def test_seven_codes_of_ho_chi_minh_city_were_disputed_before_the_reform(facts, by_key):
    disputed = [f for f in facts if "code_disputed" in f.marks and lives(f, LAST_OF_THREE_TIERS)]
    assert Counter(legal_province(f, by_key) for f in disputed) == {"79": 7}


def test_marks_and_alternatives_go_together(facts):
    assert all(bool(f.alt_codes) == ("code_disputed" in f.marks) for f in facts)
    assert all(bool(f.alt_names) == ("spelling_varies" in f.marks) for f in facts)
    assert all(f.name not in f.alt_names for f in facts)


def test_the_communes_that_vanished_before_2025_without_a_known_successor_are_marked(facts, by_key):
    unresolved = [f for f in facts if "unresolved_successor" in f.marks]
    provinces = Counter(legal_province(f, by_key) for f in unresolved)
    assert len(unresolved) == 559
    assert (provinces["01"], provinces["22"]) == (53, 6)
    assert {f.level for f in unresolved} == {"commune"}
    assert {f.valid_to for f in unresolved if legal_province(f, by_key) == "01"} == {date(2024, 12, 31)}


def test_a_commune_has_successors_or_says_that_it_has_none(facts, edges):
    left = {edge.from_key for edge in edges}
    for fact in facts:
        if fact.level in {"commune", "province"} and fact.valid_to is not None:
            assert (fact.key in left) != ("unresolved_successor" in fact.marks), fact.key


def test_only_ha_noi_has_a_confirmed_day_for_the_changes_before_the_reform(facts, by_key):
    ended = [f for f in facts if f.valid_to is not None and f.valid_to < LAST_OF_THREE_TIERS]
    assert ended
    for fact in ended:
        assert ("end_estimated" in fact.marks) != (legal_province(fact, by_key) == "01"), fact.key


def test_the_old_units_have_one_to_five_successors_on_the_day_of_the_reform(edges, by_key):
    reform = [e for e in edges if e.effective_on == REFORM and by_key[e.to_key].level == "commune"]
    fan = Counter(Counter(e.from_key for e in reform).values())
    assert fan == {1: 9_595, 2: 373, 3: 56, 4: 15, 5: 1}
    assert sum(fan.values()) == 10_035 + 5  # the communes and five island districts without any


def test_every_commune_of_today_is_a_new_unit_with_predecessors(facts, edges):
    reached = {edge.to_key for edge in edges if edge.effective_on == REFORM}
    today = [f for f in facts if f.level == "commune" and lives(f, REFORM)]
    assert {f.valid_from for f in today} == {REFORM}
    assert all(f.key in reached for f in today)


def test_no_commune_of_today_crosses_a_border_of_the_63_provinces(edges, by_key):
    origins = defaultdict(set)
    for edge in edges:
        if edge.effective_on == REFORM and by_key[edge.to_key].level == "commune":
            origins[edge.to_key].add(legal_province(by_key[edge.from_key], by_key))
    assert len(origins) == 3_321
    assert all(len(provinces) == 1 for provinces in origins.values())


def test_a_split_ward_names_each_of_its_successors(facts, edges, by_key):
    def successors(name):
        old = next(
            f for f in communes_of(facts, by_key, "01", LAST_OF_THREE_TIERS) if (f.name, f.unit_type) == (name, "ward")
        )
        found = [e for e in edges if e.from_key == old.key]
        assert {(e.kind, e.legal_basis) for e in found} == {("split_part", "Nghị quyết 1656/NQ-UBTVQH15")}
        return {by_key[e.to_key].name for e in found}

    assert successors("Hạ Đình") == {"Khương Đình", "Thanh Liệt"}
    assert successors("Cổ Nhuế 1") == {"Xuân Đỉnh", "Nghĩa Đô", "Phú Diễn"}


def test_the_provinces_that_ended_were_merged_by_resolution_202(edges, by_key):
    reform = [e for e in edges if e.effective_on == REFORM and by_key[e.to_key].level == "province"]
    assert len(reform) == 36
    assert {(e.kind, e.legal_basis, e.confidence) for e in reform} == {
        ("merged_whole", "Nghị quyết 202/2025/QH15", "C")
    }
    assert {by_key[e.from_key].name for e in reform if by_key[e.to_key].name == "Hồ Chí Minh"} == {
        "Bình Dương",
        "Bà Rịa - Vũng Tàu",
    }


def test_the_kind_of_an_edge_fits_its_two_ends(edges, by_key):
    outgoing = Counter((e.from_key, e.effective_on) for e in edges)
    for edge in edges:
        before, after = by_key[edge.from_key], by_key[edge.to_key]
        assert edge.kind in KINDS
        assert edge.confidence in {"C", "L", "U"}
        if edge.kind in {"unchanged", "renamed"}:
            assert before.unit_type == after.unit_type
        if edge.kind == "type_changed":
            assert before.unit_type != after.unit_type
        if edge.kind == "split_part":
            assert outgoing[edge.from_key, edge.effective_on] > 1


def test_an_edge_leads_from_the_last_day_of_one_unit_into_the_life_of_another(edges, by_key):
    assert len({(e.from_key, e.to_key) for e in edges}) == len(edges) > 11_000
    for edge in edges:
        assert by_key[edge.from_key].valid_to == edge.effective_on - timedelta(days=1)
        assert lives(by_key[edge.to_key], edge.effective_on)


def test_district_codes_end_with_the_districts(facts):
    assert max(f.valid_to for f in facts if f.level == "district") == DISTRICTS_END
    assert all(f.valid_to is not None for f in facts if f.level == "district")


def test_keys_are_unique_and_name_level_code_and_first_day(facts, by_key):
    assert len(by_key) == len(facts) == 15_415
    for fact in facts:
        if fact.level != "country":
            assert fact.key == f"{fact.level}:{fact.code}@{fact.valid_from}"


def test_levels_types_codes_and_systems_come_from_the_known_sets(facts):
    widths = {"country": 2, "province": 2, "district": 3, "commune": 5}
    assert {fact.level for fact in facts} == LEVELS
    for fact in facts:
        assert fact.unit_type in TYPES[fact.level]
        assert len(fact.code) == widths[fact.level]
        assert fact.code_system == ("iso3166" if fact.level == "country" else "qd19" if lives(fact, REFORM) else "gso")


def test_names_are_nfc_tidy_and_without_their_type(facts):
    prefixes = ("Tỉnh ", "Thành phố ", "Quận ", "Huyện ", "Thị xã ", "Thị trấn ", "Phường ", "Xã ", "Đặc khu ")
    for fact in facts:
        for name in (fact.name, *fact.alt_names):
            assert unicodedata.is_normalized("NFC", name)
            assert name == " ".join(name.split()) != ""
            assert not name.startswith(prefixes) or name == "Phường Đúc"  # a ward of Huế of that name


def test_every_unit_but_the_country_lives_inside_its_parents_time(facts, by_key):
    for fact in facts:
        if fact.level == "country":
            assert (fact.parent_key, fact.home_key, fact.code) == (None, None, "VN")
            continue
        parent = by_key[fact.parent_key]
        assert parent.valid_from <= fact.valid_from
        assert parent.valid_to is None or (fact.valid_to is not None and fact.valid_to <= parent.valid_to), fact.key


def test_a_home_stands_before_what_lives_in_it_so_there_is_no_circle(facts):
    seen = set()
    for fact in facts:
        assert fact.home_key in seen or fact.level == "country"
        assert fact.parent_key in seen or fact.level in {"country", "province"}
        seen.add(fact.key)


def test_home_is_the_parent_but_for_a_province_that_ended(facts, by_key):
    for fact in facts:
        if fact.level == "province" and fact.valid_to is not None:
            home = by_key[fact.home_key]
            assert (home.level, home.valid_to) == ("province", None)
        else:
            assert fact.home_key == fact.parent_key


def test_todays_province_contains_the_history_of_those_it_took_in(facts, by_key):
    old = communes_of(facts, by_key, "15", date(2024, 6, 1))
    assert {home_province(f, by_key) for f in old} == {"15"}
    assert {home_province(f, by_key) for f in communes_of(facts, by_key, "74", date(2024, 6, 1))} == {"79"}


def test_no_code_of_a_level_has_two_bearers_on_one_day(facts):
    spans = defaultdict(list)
    for fact in facts:
        spans[fact.level, fact.code].append((fact.valid_from, fact.valid_to or date.max))
    for key, intervals in spans.items():
        intervals.sort()
        assert all(first[1] < then[0] for first, then in pairwise(intervals)), key
        assert all(first <= last for first, last in intervals)


def test_every_commune_of_today_and_of_june_2025_has_a_centre_in_or_off_viet_nam(facts):
    for fact in facts:
        if fact.level == "commune" and (lives(fact, REFORM) or lives(fact, LAST_OF_THREE_TIERS)):
            assert fact.lat is not None
            assert fact.lon is not None
            assert 6 < fact.lat < 24, fact.key
            assert 102 < fact.lon < 117, fact.key


def test_a_commune_that_persisted_from_2023_to_the_reform_is_one_unit(facts):
    (phuc_xa,) = [f for f in facts if f.level == "commune" and f.code == "00001"]
    assert (phuc_xa.name, phuc_xa.valid_from, phuc_xa.valid_to) == ("Phúc Xá", CARRIED_BACK_TO, LAST_OF_THREE_TIERS)
    assert sum(f.valid_from == CARRIED_BACK_TO and f.valid_to == LAST_OF_THREE_TIERS for f in facts) > 9_000


def test_the_provenance_names_every_package():
    for package in ("vietnam-provinces 0.5.0", "0.5.8", "2025.10.1", "vietnamadminunits 1.0.4"):
        assert package in PROVENANCE
