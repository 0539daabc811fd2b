"""Links that are safe to open."""

from __future__ import annotations

import pytest

from domain.outreach.rules import opens_safely


@pytest.mark.parametrize(
    "link",
    [
        "https://bao.example.vn",
        "https://bao.example.vn/tro-ve-2026.html?id=1#a",
        "https://bao.example.vn:8443/",
        "https://bao.example.vn/t%E1%BB%9D-b%C3%A1o",
    ],
)
def test_a_whole_https_address_of_a_named_host_is_taken(link):
    assert opens_safely(link)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://",
        "http://bao.example.vn/",
        "HTTPS:bao.example.vn",
        "//bao.example.vn/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://a@b.vn/",
        "https://a:b@b.vn/",
        "https://bao.example.vn\\@lua.vn/",
        "https://bao.example.vn/ a",
        "https://bao.example.vn/\na",
        "https://báo.vn/",
        "https://-a.vn/",
        "https://a..vn/",
        "https://bao.example.vn:999999/",
    ],
)
def test_anything_else_is_refused(link):
    assert not opens_safely(link)
