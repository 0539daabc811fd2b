"""Stigma is prohibited by law (L73 and L120, Art. 5(11)): its words stand in no file of ours (dossier §16)."""

from __future__ import annotations

import re
import subprocess

from tests.architecture.source import ROOT

# put together here, so that this file does not hold them either
WORDS = ("đối" + " tượng", "con" + " nghiện", "kẻ" + " nghiện", "add" + "ict", "jun" + "kie", "drug " + "abuser")
STIGMA = re.compile("|".join(rf"\b{word}s?\b" for word in WORDS), re.IGNORECASE)
BORROWED = (
    "uv.lock",
    "requirements.lock",
    "api/static/vendor/",
    "api/weak_passwords.txt",
    "tests/node/package-lock.json",
)
"""Files that others wrote."""


def written_by_us():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and not name.startswith(BORROWED) and "node_modules/" not in name:
            yield name, path


def test_no_file_of_ours_holds_a_stigmatising_word():
    found, read = [], 0
    for name, path in written_by_us():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        read += 1
        found += [(name, text.count("\n", 0, hit.start()) + 1, hit.group()) for hit in STIGMA.finditer(text)]
    assert read > 100
    assert found == []


def test_the_words_are_found_where_they_stand():
    assert STIGMA.search("danh sách " + WORDS[0].title())
    assert STIGMA.search(WORDS[3] + "s")
    assert not STIGMA.search("addiction, addictive")
