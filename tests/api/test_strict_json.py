"""The strict reader of JSON bodies."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.strict_json import read_json
from domain.refusals import Refusal

CANARY = "CANARY-Nguyễn-Văn-Đức-079201001234"


def refused(body: bytes, **options) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_json(body, **options)
    return caught.value


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b"", "not_json"),
        (b"   ", "not_json"),
        (b"{", "not_json"),
        (b"{'a': 1}", "not_json"),
        (b'{"a": 1,}', "not_json"),
        (b"[1 2]", "not_json"),
        (b'{"a": 1} {"b": 2}', "not_json"),
        (b"nul", "not_json"),
        (b"01", "not_json"),
        (b"+1", "not_json"),
        (b".5", "not_json"),
        (b"1.", "not_json"),
        (b"0x10", "not_json"),
        ("١".encode(), "not_json"),
        (b'"\\x41"', "not_json"),
        (b'"tab\there"', "not_json"),
        (b'"raw \x00 nul"', "not_json"),
        (b"\x00", "not_json"),
        (b"/* no */ 1", "not_json"),
        ('{"a": 1}'.encode("utf-16"), "not_utf8"),
        (b'"\xff"', "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        (b'"\xc0\x80"', "not_utf8"),
        (b'\xef\xbb\xbf{"a": 1}', "byte_order_mark"),
        (b"NaN", "not_finite"),
        (b'{"a": Infinity}', "not_finite"),
        (b"[-Infinity]", "not_finite"),
        (b"1e999", "not_finite"),
        (b"[-1e99999999]", "not_finite"),
        (b'"\\ud800"', "lone_surrogate"),
        (b'{"a": ["\\udc00\\ud800"]}', "lone_surrogate"),
        (b'{"\\uDBFF": 1}', "lone_surrogate"),
        (b'"a\\u0000b"', "nul"),
        (b'{"\\u0000": 1}', "nul"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_its_reason(body, because):
    refusal = refused(body)
    assert (refusal.code, refusal.facts["because"]) == ("malformed_json", because)


def test_a_syntax_error_tells_its_place_and_keeps_no_text():
    refusal = refused(f'{{"name": "{CANARY}", x}}'.encode())
    assert refusal.facts["at"] == len(f'{{"name": "{CANARY}", ')
    assert CANARY not in repr(refusal.facts)
    assert refusal.__context__ is None  # the library's exception would carry the whole body into a log


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b' {"a": [1, -2.5e3, true, false, null, "\\u0041\\ud83d\\ude00"]}\r\n\t',
        '{"tên": "Đỗ Thị Hoà"}'.encode(),
        b"[]",
        b'"\\\\u0000"',
        b'"\\\\ud800"',
        b'"[[[[{{{{"',
        b'"\\"[{"',
    ],
)
def test_good_json_reads_as_the_standard_library_reads_it(body):
    assert read_json(body) == json.loads(body)


@pytest.mark.parametrize("pair", [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_is_refused_one_past_the_limit_and_never_recurses(pair):
    opening, closing = pair
    assert read_json(opening * 32 + b"1" + closing * 32) is not None
    assert refused(opening * 33 + b"1" + closing * 33).code == "json_too_deep"
    assert refused(opening * 200_000).code == "json_too_deep"
    assert refused(opening * 4 + b"1" + closing * 4, depth=3).facts == {"limit": 3}


def test_many_shallow_objects_and_brackets_in_strings_are_not_deep():
    rows = [{"a": ["]" * 50, "[{" * 50, '\\"[']}] * 500
    assert read_json(json.dumps(rows).encode()) == rows


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a": 1, "a": 1}', ""),
        (b'{"a": 1, "\\u0061": 2}', ""),
        (b'{"a": {"b": 1, "b": 2}}', "/*"),
        (b'[0, {"a": [{}, {"c": 1, "c": 2}]}]', "/1/*/1"),
    ],
)
def test_a_doubled_key_is_refused_at_its_object(body, pointer):
    refusal = refused(body)
    assert (refusal.code, refusal.facts) == ("json_duplicate_key", {"pointer": pointer})


def test_a_doubled_key_never_shows_a_key_of_the_caller():
    refusal = refused(json.dumps({CANARY: [{"x": 1}]}).encode().replace(b'"x": 1', b'"x": 1, "x": 2'))
    assert refusal.facts == {"pointer": "/*/0"}


def test_a_number_may_have_32_digits_and_no_more():
    assert read_json(b"9" * 32) == int("9" * 32)
    assert read_json(b"-" + b"9" * 32) == -int("9" * 32)
    assert refused(b"9" * 33).code == "json_number_too_long"
    assert refused(b"[-0." + b"1" * 33 + b"]").code == "json_number_too_long"
    assert refused(b'{"a": 1e' + b"0" * 5000 + b"1}").code == "json_number_too_long"
    assert refused(b"9" * 5000).facts == {"limit": 32}


def seconds(body: bytes) -> float:
    best = 9.0
    for _ in range(3):
        started = time.process_time()
        with suppress(Refusal):
            read_json(body)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize(
    "build",
    [
        lambda n: b'"' + b"x" * n + b'"',
        lambda n: b'"' + b'\\"' * (n // 2) + b"\\",
        lambda n: b"[" * 40 + b'"' + b'\\"' * (n // 2),
        lambda n: b"[" * n,
        lambda n: b'"' * n,
        lambda n: b"[" + b"9" * n,
        lambda n: b"[" + b"{}," * (n // 3) + b"{}]",
    ],
)
def test_time_grows_with_the_body_and_not_faster(build):
    small, large = seconds(build(250_000)), seconds(build(2_000_000))
    assert large < 0.01 + 24 * small  # 8 times the body; a quadratic reader needs 64 times


def test_ten_megabytes_of_text_are_read():
    assert len(read_json(b'"' + b"x" * 10_000_000 + b'"')) == 10_000_000


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(body):
    code = "read"
    try:
        read_json(body)
    except Refusal as refusal:
        code = refusal.code
    assert code in {"read", "malformed_json", "json_too_deep", "json_duplicate_key", "json_number_too_long"}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_what_a_client_writes_is_what_is_read(value, ascii_only):
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
