"""Vietnamese text: cleaning, refusing, folding and the order of names, against a comparator written another way."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import flaw_in_text, fold, name_parts, name_sort_key, tidy, tokens, toned_fold, upper

# One row a letter in the order of the alphabet; in each row the tones in the order of the dictionary.
ALPHABET = """
    aàảãáạ ăằẳẵắặ âầẩẫấậ b c d đ eèẻẽéẹ êềểễếệ f g h iìỉĩíị j k l m n oòỏõóọ ôồổỗốộ ơờởỡớợ
    p q r s t uùủũúụ ưừửữứự v w x yỳỷỹýỵ z
""".split()  # noqa: SIM905 - a list of fifty strings cannot be read
PLACE = {letter: (row, tone) for row, letters in enumerate(ALPHABET) for tone, letter in enumerate(letters)}

SYLLABLES = st.text(alphabet=sorted(PLACE), min_size=1, max_size=6)
NAMES = st.lists(SYLLABLES.map(str.capitalize), min_size=1, max_size=5).map(" ".join)


def compare_words(left: list[str], right: list[str]) -> int:
    """Compare word by word: all letters first, a shorter one before its continuation; the tones only if they tie."""
    for level in (0, 1):
        ranks = [[[PLACE[letter][level] for letter in word.lower()] for word in words] for words in (left, right)]
        if level:
            ranks = [[[tone for tone in word if tone] for word in words] for words in ranks]
        if ranks[0] != ranks[1]:
            return -1 if ranks[0] < ranks[1] else 1
    return 0


def compare_names(left: str, right: str) -> int:
    def parts(name: str) -> list[list[str]]:
        words = name.split()
        return [words[-1:], words[:1] if len(words) > 1 else [], words[1:-1]]

    verdicts = [compare_words(ours, theirs) for ours, theirs in zip(parts(left), parts(right), strict=True)]
    return next((verdict for verdict in verdicts if verdict), 0)


@given(NAMES, NAMES)
def test_the_key_orders_names_as_a_slow_comparator_of_letters_then_tones_does(left: str, right: str) -> None:
    ours, theirs = name_sort_key(left), name_sort_key(right)
    assert (ours > theirs) - (ours < theirs) == compare_names(left, right)


def test_a_register_page_is_sorted_by_given_name_then_family_then_middle() -> None:
    page = [
        "Nguyễn Văn An",
        "Trần An",
        "Lê Thị Ánh",
        "Bùi Văn Ân",
        "Phạm Ẩn",
        "Nguyễn Dũng",
        "Đặng Văn Đức",
        "Nguyễn Công Đức",
        "Nguyễn Văn Đức",
        "Nguyễn Thị Hoa",
        "Nguyễn Thị Hòa",
        "Lý Hùng",
        "K'Brôi",
        "K'Tem",
        "Lê Kiên",
        "Đỗ Thị Oanh",
        "Võ Ông",
        "Võ Út",
        "Hồ Ước",
    ]
    assert sorted(sorted(page), key=name_sort_key) == page


def test_every_letter_of_the_alphabet_sorts_after_the_one_before_whatever_follows_it() -> None:
    letters = [row[0] for row in ALPHABET]
    for before, after in pairwise(letters):
        assert name_sort_key(before + "zz") < name_sort_key(after)


@given(NAMES)
def test_the_key_is_printable_ascii_and_blind_to_case_and_normal_form(name: str) -> None:
    key = name_sort_key(name)
    assert key.isascii()
    assert key.isprintable()
    assert key == name_sort_key(upper(name)) == name_sort_key(unicodedata.normalize("NFD", name))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Nguyễn Văn Đức", "d~u}c 4 nguye|n 3 va{n"),
        ("K'Brôi", "k-bro|i -"),
        ("Y Blŏ Niê", "nie|  y  blo{"),
        ("Trần Thị Minh-Ngọc", "minh-ngoc -5 tra|n 1 thi 5"),
        ("", ""),
    ],
)
def test_the_key_of_a_name_can_be_read(written: str, key: str) -> None:
    assert name_sort_key(written) == key


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert toned_fold(toned_fold(text)) == toned_fold(text)


@given(NAMES)
def test_composed_and_decomposed_text_fold_alike_to_plain_letters(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert fold(name) == fold(decomposed)
    assert toned_fold(name) == toned_fold(decomposed)
    assert fold(name).isascii()


@pytest.mark.parametrize(
    ("old", "new"),
    [("Hoà", "Hòa"), ("Thuý", "Thúy"), ("Khoẻ", "Khỏe"), ("Thuỷ", "Thủy"), ("Toạ", "Tọa"), ("Xoã", "Xõa")],
)
def test_old_and_new_placement_of_a_tone_are_one_to_search_and_order_but_two_as_written(old: str, new: str) -> None:
    assert tidy(old) != tidy(new)
    assert fold(old) == fold(new)
    assert toned_fold(old) == toned_fold(new)
    assert name_sort_key(old) == name_sort_key(new)


def test_the_toned_key_keeps_apart_what_only_the_plain_key_joins() -> None:
    different = ["An", "Ân", "Ấn", "Ẩn", "Ăn", "Đan", "Dan", "Hoà", "Hoá"]
    assert len({toned_fold(name) for name in different}) == len(different)
    assert len({fold(name) for name in different}) == 3


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("NGUYỄN  VĂN\u00a0ĐỨC ", "nguyen van duc"),
        ("Ðặng Thị Ðào", "dang thi dao"),
        ("K'Brôi", "k broi"),
        ("K\u02bcBrôi", "k broi"),
        ("Nguyễn-Phúc (Tý)", "nguyen phuc ty"),
        ("Y Blŏ Ƀlim Êñuôl", "y blo blim enuol"),
        ("Ngu\u200by\u00adễn", "nguyen"),
        ("…", ""),
    ],
)
def test_folding_leaves_small_plain_letters_with_single_spaces(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_tokens_are_the_different_words_in_the_order_they_appear() -> None:
    assert tokens("Trần Thị Minh Trân, Minh") == ("tran", "thi", "minh")
    assert tokens(" - ") == ()


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Nguyễn Văn Đức", ("Nguyễn", "Văn", "Đức")),
        ("Nguyễn Thị  Thu Hà", ("Nguyễn", "Thị Thu", "Hà")),
        ("Lý Hùng", ("Lý", "", "Hùng")),
        ("K'Brôi", ("", "", "K'Brôi")),
        ("Tôn-Thất Anh", ("Tôn-Thất", "", "Anh")),
        ("", ("", "", "")),
    ],
)
def test_a_full_name_parts_into_family_middle_and_given(full: str, parts: tuple[str, str, str]) -> None:
    assert tuple(name_parts(full)) == parts


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("  Nguyễn\u00a0 Văn\tA\r\n", "Nguyễn Văn A"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Ngọc"), "Nguyễn Thị Ngọc"),
        ("Ðỗ Ðức ðạt", "Đỗ Đức đạt"),
        ("\ufeffLê\u200b Lợi\u2060", "Lê Lợi"),
        ("A\u3000B\u2028C", "A B C"),
    ],
)
def test_tidy_gives_the_one_form_that_is_stored(pasted: str, stored: str) -> None:
    assert tidy(pasted) == stored


@given(st.text())
def test_tidy_text_is_composed_and_stays_as_it_is(text: str) -> None:
    assert unicodedata.is_normalized("NFC", tidy(text))
    assert tidy(tidy(text)) == tidy(text)


def test_capitals_follow_no_locale() -> None:
    assert upper("Nguyễn thị đào, i") == "NGUYỄN THỊ ĐÀO, I"
    assert upper(unicodedata.normalize("NFD", "đỗ ường")) == "ĐỖ ƯỜNG"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nguyễn\0Văn A", "nul"),
        ("Nguyễn \ud83d", "surrogate"),
        ("Nguyễn\x1b[31m", "control"),
        ("Nguyễn\nVăn A", "control"),
        ("Nguyễn\u200bVăn", "format_character"),
        ("Nguyễn \u202eAnăV", "format_character"),
        ("Nguyễn \ue000", "unassigned"),
        ("Nguyễn Vаn A", "mixed_scripts"),  # the а is Cyrillic
        ("Nguyễn Văn 2", "digits"),
        ("Nguyễn Văn ²", "digits"),
        ("N" * 41, "too_long"),
        ("N" * 10_000_000, "too_long"),
        ("", "empty"),
        ("   ", "empty"),
        ("- '", "empty"),
    ],
)
def test_a_name_is_refused_with_the_code_of_its_flaw(text: str, code: str) -> None:
    assert flaw_in_text(text, name=True, max_length=40) == code


@pytest.mark.parametrize("name", ["K'Brôi", "Y", "H'Hen Niê", "Nguyễn-Phúc Anh", "Êñuôl", "Đỗ", "Иванов", "N'Đơn (Tý)"])
def test_short_hyphened_apostrophed_and_foreign_names_are_fine(name: str) -> None:
    assert flaw_in_text(name, name=True, max_length=40) is None


def test_length_is_counted_in_composed_letters() -> None:
    longest = "ễ" * 40
    assert flaw_in_text(unicodedata.normalize("NFD", longest), name=True, max_length=40) is None
    assert flaw_in_text(longest + "n", name=True, max_length=40) == "too_long"


def test_prose_may_break_lines_count_and_quote_other_scripts_but_hides_nothing() -> None:
    assert flaw_in_text("Ngày 5/2:\n\tgặp Иван", max_length=40) is None
    assert flaw_in_text("a\u2066b", max_length=40) == "format_character"
    assert flaw_in_text("\n", max_length=40) == "empty"
