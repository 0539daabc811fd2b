"""Old encodings: our tables against glibc's, and files told apart by how their words come out."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from files.cells import FileRefused
from files.encodings import Sniffer, decoded, disguise
from files.safe import escaped
from files.syllables import is_syllable
from files.tcvn3 import TABLE
from files.vni import from_vni


@pytest.mark.skipif(not shutil.which("iconv"), reason="no iconv on this machine")
def test_our_table_of_tcvn3_is_glibc_s():
    content = "\n".join(TABLE).encode("latin-1")
    told = subprocess.run(["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"], input=content, capture_output=True, check=True)
    assert told.stdout.decode().split("\n") == list(TABLE.values())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức"),
        ("Traàn Thò Hoaø", "Trần Thị Hoà"),
        ("xaõ Höông Sôn", "xã Hương Sơn"),
        ("NGUYEÃN THÒ MYÕ", "NGUYỄN THỊ MỸ"),
        ("kyø laï, lyù, quyû, myõ, kyîlai", "kỳ lạ, lý, quỷ, mỹ, kyỵlai"),
        ("plain", "plain"),
    ],
)
def test_vni_is_read_letter_and_mark(typed, meant):
    assert from_vni(typed) == meant


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_letter_and_its_mark_may_come_in_two_pieces(cut):
    content = "Nguyeãn Vaên Ñöùc\n".encode("latin-1")
    assert "".join(decoded([content[:cut], content[cut:]], "vni")) == "Nguyễn Văn Đức\n"


@pytest.mark.parametrize("word", ["Nguyễn", "quyết", "khuỷu", "giếng", "nghiêng", "ỷ", "yên", "Đức", "hoà", "hòa"])
def test_a_syllable_is_an_onset_a_rime_and_one_tone(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["NguyÔn", "V¨n", "học\u0300", "bằc", "straße", "Müller", "xyz"])
def test_what_no_vietnamese_word_can_be_is_none(word):
    assert not is_syllable(word)


def test_what_is_no_encoding_we_know_is_refused_and_not_guessed():
    sniffer = Sniffer()
    sniffer.feed(bytes(range(128, 256)) * 20)
    with pytest.raises(FileRefused, match="encoding_unknown"):
        sniffer.encoding()


def test_plain_vietnamese_and_plain_ascii_hide_no_old_font():
    assert disguise("Nguyễn Văn Đức và Trần Thị Hoà") is None
    assert disguise("Smith, Müller, José, Zoë") is None


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@x", " =1", "＝1", "\t=1"])
def test_a_text_that_a_spreadsheet_would_run_is_written_with_an_apostrophe(text):
    assert escaped(text) == f"'{text}"


def test_numbers_and_plain_texts_are_written_as_they_are():
    assert [escaped(value) for value in ("a=b", 5, -5, None)] == ["a=b", 5, -5, None]
