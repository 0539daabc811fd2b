"""What is sealed opens only in its place, with a key we hold, unchanged; cursors only for their asker."""

from __future__ import annotations

import base64
import time
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persistence.sealing import CursorSeal, SealBroken, Sealer, bound_to, derived

MASTER, OTHER_MASTER = bytes(range(32)), bytes(range(1, 33))
ROW, OTHER_ROW = UUID(int=1), UUID(int=2)
PLACE = {"table": "person_identifier", "row": ROW, "column": "value_sealed"}
SEALER = Sealer.from_master(MASTER)
NUMBER = "000201000123"

CURSORS = CursorSeal.from_master(MASTER)
ASKER, OTHER_ASKER = b"account 1", b"account 2"
CONTEXT = bound_to(ASKER, b"persons by name", b"epoch 7")


# --- columns


@given(st.text(max_size=200), st.uuids())
@settings(database=None)
def test_what_was_sealed_opens_in_its_place(text, row):
    blob = SEALER.seal(text, table="person", row=row, column="phone")
    assert SEALER.open(blob, table="person", row=row, column="phone") == text


def test_the_sealed_bytes_show_nothing_and_are_never_the_same_twice():
    first, second = SEALER.seal(NUMBER, **PLACE), SEALER.seal(NUMBER, **PLACE)
    assert first != second
    assert NUMBER.encode() not in first
    assert len(first) == len(NUMBER) + 30


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"table": "person_contact"},
        {"row": OTHER_ROW},
        {"column": "tail"},
        {"table": "person_identifiervalue", "column": "_sealed"},
        {"table": "person_identifierv", "column": "alue_sealed"},
        {"table": "", "column": ""},
    ],
)
def test_a_sealed_value_moved_to_another_place_is_refused(elsewhere):
    blob = SEALER.seal(NUMBER, **PLACE)
    with pytest.raises(SealBroken):
        SEALER.open(blob, **{**PLACE, **elsewhere})


@given(st.data())
@settings(max_examples=300, database=None)
def test_no_changed_bit_is_read(data):
    blob = bytearray(SEALER.seal(NUMBER, **PLACE))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        SEALER.open(bytes(blob), **PLACE)


@given(st.binary(max_size=100))
@settings(max_examples=300, database=None)
def test_bytes_that_we_did_not_seal_are_refused(blob):
    with pytest.raises(SealBroken):
        SEALER.open(blob, **PLACE)


@pytest.mark.parametrize("kept", [0, 1, 2, 13, 14, 29, 30, 41])
def test_a_cut_value_is_refused(kept):
    with pytest.raises(SealBroken):
        SEALER.open(SEALER.seal(NUMBER, **PLACE)[:kept], **PLACE)


def test_another_master_opens_nothing():
    with pytest.raises(SealBroken):
        Sealer.from_master(OTHER_MASTER).open(SEALER.seal(NUMBER, **PLACE), **PLACE)


def test_after_a_change_of_key_old_values_open_and_new_ones_carry_the_new_number():
    renewed = Sealer.from_master(MASTER, current=2)
    old, new = SEALER.seal(NUMBER, **PLACE), renewed.seal(NUMBER, **PLACE)
    assert renewed.open(old, **PLACE) == renewed.open(new, **PLACE) == NUMBER
    assert (renewed.is_current(old), renewed.is_current(new)) == (False, True)
    assert renewed.blind("phone", "1") == SEALER.blind("phone", "1")


def test_a_value_of_a_key_we_no_longer_hold_is_refused():
    blob = SEALER.seal(NUMBER, **PLACE)
    with pytest.raises(SealBroken):
        Sealer({2: bytes(32)}, bytes(32), 2).open(blob, **PLACE)


def test_the_number_of_the_key_is_bound_even_where_two_numbers_hold_one_key():
    twice = Sealer({1: bytes(32), 2: bytes(32)}, bytes(32), 1)
    blob = twice.seal(NUMBER, **PLACE)
    with pytest.raises(SealBroken):
        twice.open((2).to_bytes(2) + blob[2:], **PLACE)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_that_is_not_32_bytes_is_refused_at_the_start(size):
    key = bytes(size)
    for make in (
        lambda: Sealer({1: key}, bytes(32), 1),
        lambda: Sealer({1: bytes(32)}, key, 1),
        lambda: Sealer.from_master(key),
        lambda: CursorSeal(key),
        lambda: CursorSeal.from_master(key),
    ):
        with pytest.raises(ValueError, match="32 bytes"):
            make()


def test_a_current_key_that_is_not_held_is_refused_at_the_start():
    with pytest.raises(KeyError):
        Sealer({1: bytes(32)}, bytes(32), 2)


def test_a_broken_seal_tells_nothing_of_the_value_or_its_place():
    with pytest.raises(SealBroken) as broken:
        SEALER.open(SEALER.seal(NUMBER, **PLACE), **{**PLACE, "row": OTHER_ROW})
    assert broken.value.args == ()
    assert broken.value.__suppress_context__


def test_a_whole_register_is_sealed_and_opened_in_seconds():
    start = time.process_time()
    blobs = [SEALER.seal(NUMBER, **PLACE) for _ in range(30_000)]
    assert all(SEALER.open(blob, **PLACE) == NUMBER for blob in blobs)
    assert time.process_time() - start < 3  # 0.15 s alone; 300,000 persons are ten times this


# --- blind indexes


def test_the_same_value_has_the_same_blind_index_in_every_process():
    assert SEALER.blind("national_id", NUMBER) == Sealer.from_master(MASTER).blind("national_id", NUMBER)
    assert len(SEALER.blind("national_id", NUMBER)) == 32


def test_the_blind_index_differs_by_value_by_kind_and_by_key():
    indexes = [
        SEALER.blind("national_id", NUMBER),
        SEALER.blind("national_id", NUMBER + "0"),
        SEALER.blind("phone", NUMBER),
        SEALER.blind("", NUMBER),
        Sealer.from_master(OTHER_MASTER).blind("national_id", NUMBER),
    ]
    assert len(set(indexes)) == len(indexes)


def test_the_blind_index_stays_as_it_is_or_nobody_is_found_again():
    assert (
        SEALER.blind("national_id", NUMBER).hex() == "f203ce69940c0181e3d97765dbd3e87710f14214962bf89a3d39288e50fe6830"
    )


def test_blind_index_data_and_cursors_never_share_a_key():
    labels = ["blind", "cursor", "data/1", "data/2", "kind/national_id"]
    assert len({derived(MASTER, label) for label in labels} | {MASTER}) == 6


# --- cursors


@given(st.binary(max_size=740), st.binary(max_size=200))
@settings(database=None)
def test_a_cursor_opens_for_what_it_was_sealed_for(payload, context):
    text = CURSORS.seal(payload, context=context)
    assert CURSORS.open(text, context) == payload
    assert len(text) <= 1024
    assert set(text) <= {*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}


@pytest.mark.parametrize(
    "context",
    [
        pytest.param(bound_to(OTHER_ASKER, b"persons by name", b"epoch 7"), id="another actor"),
        pytest.param(bound_to(ASKER, b"persons by date", b"epoch 7"), id="another query"),
        pytest.param(bound_to(ASKER, b"persons by name", b"epoch 8"), id="after a change of scope"),
        pytest.param(bound_to(ASKER + b"p", b"ersons by name", b"epoch 7"), id="the border moved"),
        pytest.param(b"", id="none"),
    ],
)
def test_a_cursor_of_another_actor_query_or_scope_is_refused(context):
    with pytest.raises(SealBroken):
        CURSORS.open(CURSORS.seal(b"nguyen|42", context=CONTEXT), context)


def test_a_cursor_does_not_show_its_sort_keys_and_is_never_the_same_twice():
    first, second = (CURSORS.seal(b"nguyen van duc", context=CONTEXT) for _ in range(2))
    assert first != second
    assert b"nguyen" not in base64.urlsafe_b64decode(first + "==")


@given(st.data())
@settings(max_examples=300, database=None)
def test_no_changed_letter_of_a_cursor_is_read(data):
    text = CURSORS.seal(b"nguyen|42", context=CONTEXT)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("AZaz09-_=+/ .\n\0é")) + text[at + 1 :]
    if changed != text:
        with pytest.raises(SealBroken):
            CURSORS.open(changed, CONTEXT)


@given(st.text(max_size=1100))
@settings(max_examples=300, database=None)
def test_text_that_is_no_cursor_of_ours_is_refused(text):
    with pytest.raises(SealBroken):
        CURSORS.open(text, CONTEXT)


@pytest.mark.parametrize("text", ["", "A", "A" * 37, "A" * 1024, "A" * 1025, "A" * 1_000_000, "\ud800", "ế" * 40])
def test_text_of_any_length_that_is_no_cursor_is_refused(text):
    with pytest.raises(SealBroken):
        CURSORS.open(text, CONTEXT)


@pytest.mark.parametrize("tail", ["=", "==", "\n", " "])
def test_a_cursor_with_anything_after_it_is_refused(tail):
    with pytest.raises(SealBroken):
        CURSORS.open(CURSORS.seal(b"nguyen|42", context=CONTEXT) + tail, CONTEXT)


def test_a_cursor_has_one_text_only():
    text = CURSORS.seal(b"12", context=CONTEXT)  # 30 bytes fill 40 letters: none to spare; 31 leave four bits
    assert len(text) % 4 == 0
    text = CURSORS.seal(b"123", context=CONTEXT)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) + 1]
    assert base64.urlsafe_b64decode(other + "==") == base64.urlsafe_b64decode(text + "==")
    with pytest.raises(SealBroken):
        CURSORS.open(other, CONTEXT)


def test_a_cursor_that_would_be_over_a_kilobyte_is_never_given_out():
    with pytest.raises(ValueError, match="740 bytes"):
        CURSORS.seal(bytes(741), context=CONTEXT)


def test_a_cursor_of_another_installation_is_refused():
    with pytest.raises(SealBroken):
        CursorSeal.from_master(OTHER_MASTER).open(CURSORS.seal(b"1", context=CONTEXT), CONTEXT)
