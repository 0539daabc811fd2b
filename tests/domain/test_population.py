"""The invented population: always the same, like the people of each region, and nobody's numbers."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import islice, pairwise
from pathlib import Path
from uuid import UUID

import pytest

from cli.population import AS_OF, MOST_PEOPLE, CommuneSeat, SyntheticPerson, population
from cli.population_names import KINH, PEOPLES, SETTLED, NameStock
from domain.person.identity import IdentityKind, is_synthetic, number_flaw, personal_id_warnings
from domain.person.phone import SYNTHETIC_PHONE_PREFIX, normalise_phone, phone_flaw
from domain.text import flaw_in_text, tidy

KINH_NORTH, KINH_SOUTH = ("01", "31", "33"), ("79", "82", "75")
ROOT = Path(__file__).parents[2]


def seats(*province_codes: str, each: int = 5) -> list[CommuneSeat]:
    return [
        CommuneSeat(UUID(int=number), number, code, f"{'Phường' if number % 2 else 'Xã'} {number}", f"Tỉnh {code}")
        for number, code in enumerate(code for code in province_codes for _ in range(each))
    ]


def people(*province_codes: str, size: int = 3000, seed: int = 7) -> list[SyntheticPerson]:
    return list(population(seed, size, seats(*province_codes)))


EVERYWHERE = people("01", "14", "38", "48", "66", "68", "79", "94", size=6000)


def share_of_family(crowd: Sequence[SyntheticPerson], family: str) -> float:
    return sum(person.full_name.split()[0] == family for person in crowd) / len(crowd)


def test_a_seed_gives_the_same_people_every_time_and_another_seed_gives_others() -> None:
    assert people("01", "79") == people("01", "79")
    assert people("01", "79") != people("01", "79", seed=8)


def test_the_people_do_not_depend_on_the_process_that_makes_them() -> None:
    script = (
        "from uuid import UUID; from cli.population import CommuneSeat, population;"
        "seats = [CommuneSeat(UUID(int=1), 1, '01', 'Phường Hồng Hà', 'Hà Nội')];"
        "print(*(f'{p.id} {p.full_name}' for p in population(3, 40, seats)), sep=';')"
    )
    made = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_a_smaller_population_is_the_beginning_of_a_larger_one() -> None:
    assert people("01", "14", size=50) == people("01", "14", size=400)[:50]


def test_people_come_one_by_one_so_the_first_of_millions_is_there_at_once() -> None:
    assert len(list(islice(population(7, MOST_PEOPLE, seats("01")), 3))) == 3


@pytest.mark.parametrize(("size", "communes"), [(1, []), (MOST_PEOPLE + 1, seats("01"))])
def test_a_population_without_communes_or_beyond_the_numbers_is_refused(size: int, communes: list[CommuneSeat]) -> None:
    with pytest.raises(ValueError, match="communes"):
        population(7, size, communes)


def test_ids_are_of_version_seven_and_grow() -> None:
    assert all(person.id.version == 7 and person.id.variant == "specified in RFC 4122" for person in EVERYWHERE)
    assert all(before.id < after.id for before, after in pairwise(EVERYWHERE))


def test_no_number_can_be_a_real_person_s_and_none_is_given_twice() -> None:
    numbers = [identifier.number for person in EVERYWHERE for identifier in person.identifiers]
    assert len(numbers) > 5000
    assert all(is_synthetic(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    phones = {phone for person in EVERYWHERE for phone in person.phones}
    assert all(phone.startswith(SYNTHETIC_PHONE_PREFIX) for phone in phones)


def test_numbers_and_phones_have_the_form_that_the_register_takes() -> None:
    for person in EVERYWHERE:
        assert not any(number_flaw(identifier.kind, identifier.number) for identifier in person.identifiers)
        assert not any(phone_flaw(phone) for phone in person.phones)
        assert all(normalise_phone(phone) == phone for phone in person.phones)


def test_personal_numbers_fit_their_bearers_but_for_a_few_that_show_the_warnings() -> None:
    doubts = Counter(
        code
        for person in EVERYWHERE
        for identifier in person.identifiers
        if identifier.kind is IdentityKind.PERSONAL_ID
        for code in personal_id_warnings(identifier.number, born_on=person.born_on, gender=person.gender)
        if code != "synthetic"
    )
    assert {"gender", "year"} <= set(doubts)
    assert sum(doubts.values()) < 0.02 * len(EVERYWHERE)


def test_whoever_has_no_number_has_a_reason_and_nobody_else_has() -> None:
    for person in EVERYWHERE:
        assert (person.no_id_reason is None) == bool(person.identifiers)
    assert {person.no_id_reason for person in EVERYWHERE} == {None, "never_registered", "papers_lost", "being_issued"}


def test_some_people_are_on_file_with_an_old_card_alone_or_beside_the_new_number() -> None:
    kinds = Counter(tuple(identifier.kind.value for identifier in person.identifiers) for person in EVERYWHERE)
    assert set(kinds) == {(), ("personal_id",), ("old_id_9",), ("old_id_9", "personal_id")}


def test_people_are_twelve_to_seventy_years_old_and_some_birth_dates_are_known_in_part() -> None:
    assert all(12 <= (AS_OF - person.born_on).days / 365.25 < 71 for person in EVERYWHERE)
    assert {person.born_precision for person in EVERYWHERE} == {"day", "month", "year"}
    assert all(person.born_on.day == 1 for person in EVERYWHERE if person.born_precision == "month")
    assert all(person.born_on.timetuple().tm_yday == 1 for person in EVERYWHERE if person.born_precision == "year")


def test_most_are_men_and_every_gender_occurs() -> None:
    genders = Counter(person.gender for person in EVERYWHERE)
    assert set(genders) == {"male", "female", "other"}
    assert 0.9 < genders["male"] / len(EVERYWHERE) < 0.94


def test_every_name_place_and_alias_could_be_stored_as_it_is() -> None:
    for person in EVERYWHERE:
        for name in (person.full_name, *person.aliases):
            assert tidy(name) == name
            assert flaw_in_text(name, name=True, max_length=100) is None
        for text in (person.native_place, *(residence.address for residence in person.residences)):
            assert tidy(text) == text
            assert flaw_in_text(text, max_length=200) is None


def test_every_word_of_the_stocks_is_a_name_or_nothing() -> None:
    def words(stock: NameStock) -> set[str]:
        return {word for pool in (*stock.male, *stock.female) for word in pool.words}

    for stock in (*KINH.values(), *PEOPLES.values()):
        assert not any(word and flaw_in_text(word, name=True, max_length=30) for word in words(stock))
    assert {people for shares in SETTLED.values() for people in shares} == set(PEOPLES)


def test_family_names_have_their_known_shares() -> None:
    kinh = people(*KINH_NORTH, *KINH_SOUTH, size=8000)
    assert share_of_family(kinh, "Nguyễn") == pytest.approx(0.31, abs=0.02)
    assert share_of_family(kinh, "Trần") == pytest.approx(0.11, abs=0.015)
    assert share_of_family(kinh, "Lê") == pytest.approx(0.09, abs=0.015)


def test_the_north_says_hoang_and_vu_where_the_south_says_huynh_and_vo() -> None:
    north, south = people(*KINH_NORTH), people(*KINH_SOUTH)
    assert min(share_of_family(north, "Hoàng"), share_of_family(north, "Vũ")) > 0.03
    assert share_of_family(north, "Huỳnh") == share_of_family(north, "Võ") == 0
    assert min(share_of_family(south, "Huỳnh"), share_of_family(south, "Võ")) > 0.03
    assert share_of_family(south, "Hoàng") == share_of_family(south, "Vũ") == 0


@pytest.mark.parametrize(
    ("province", "start"),
    [("14", "Lò"), ("11", "Giàng"), ("68", "K'"), ("66", "Y "), ("64", "Rơ Châm"), ("94", "Thạch"), ("17", "Bùi")],
)
def test_the_peoples_of_a_province_bear_their_own_names(province: str, start: str) -> None:
    home, hanoi = people(province, size=1500), people("01", size=1500)
    at_home = sum(person.full_name.startswith(start) for person in home) / len(home)
    assert at_home > 3 * sum(person.full_name.startswith(start) for person in hanoi) / len(hanoi)
    assert at_home > 0.02


def test_both_placements_of_a_tone_are_met_in_names() -> None:
    words = {word for person in people("01", "48", "79", size=6000) for word in person.full_name.split()}
    assert {"Hòa", "Hoà", "Thủy", "Thuỷ"} <= words


def test_a_household_shares_family_name_home_and_telephone() -> None:
    kinh = people(*KINH_NORTH, size=6000)
    together = [(a, b) for a, b in pairwise(kinh) if a.household_no == b.household_no]
    assert len(together) > 100
    for a, b in together:
        assert a.full_name.split()[0] == b.full_name.split()[0]
        assert a.residences[0].commune == b.residences[0].commune
        assert a.residences[0].address == b.residences[0].address
    assert any(set(a.phones) & set(b.phones) for a, b in together)


def test_residences_are_dated_facts_and_the_last_one_is_where_the_person_lives() -> None:
    for person in EVERYWHERE:
        assert person.residences[0].kind == "permanent"
        assert person.residences[-1].kind == "current"
        assert person.residences[-1].valid_to is None
        assert person.commune == person.residences[-1].commune
        assert [home.kind for home in person.residences if home.valid_to is None].count("current") == 1
        for home in person.residences:
            assert person.born_on <= home.valid_from < (home.valid_to or date.max)
            assert home.valid_from <= AS_OF
    assert any(residence.kind == "temporary" for person in EVERYWHERE for residence in person.residences)


def test_larger_communes_have_more_people_and_sizes_differ_widely() -> None:
    heavy, light = seats("01", each=1)[0]._replace(weight=50), [seat._replace(no=9) for seat in seats("01", each=1)]
    crowd = Counter(person.commune.no for person in population(7, 1000, [heavy, *light]))
    assert crowd[0] > 5 * crowd[9] > 0
    equal = Counter(person.commune.no for person in population(7, 4000, seats("01", each=40))).values()
    assert max(equal) > 4 * min(equal)
