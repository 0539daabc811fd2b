"""Where a webhook may go: 60 spellings of places it may not, and those that it may (safety.md row 27)."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from domain.webhook.address import flaw_of, is_public, target_of

PRIVATES = """
http://nhan.vn/ https://localhost/ https://localhost./ https://LOCALHOST/x https://a.localhost/ https://may-chu/
https://may.local/ https://may.internal/ https://a.home.arpa/ https://127.0.0.1/ https://127.0.0.1:8443/
https://127.0.0.1./ https://127.1/ https://127.0.1/ https://2130706433/ https://017700000001/ https://0177.0.0.1/
https://0x7f.0.0.1/ https://0x7f000001/ https://0x7f.1/ https://0/ https://0.0.0.0/ https://10.1.2.3/
https://172.16.0.1/ https://172.31.255.255/ https://192.168.1.1/ https://169.254.169.254/latest/meta-data/
https://100.64.0.1/ https://192.0.0.8/ https://192.0.2.1/ https://198.18.0.1/ https://198.51.100.1/
https://203.0.113.9/ https://224.0.0.1/ https://239.1.1.1/ https://240.0.0.1/ https://255.255.255.255/
https://[::1]/ https://[::]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://[::ffff:10.0.0.1]/
https://[::127.0.0.1]/ https://[fe80::1]/ https://[fe80::1%25eth0]/ https://[fc00::1]/ https://[fd12:3456::1]/
https://[fec0::1]/ https://[ff02::1]/ https://[2001:db8::1]/ https://[2002:7f00:1::]/ https://[2001:0:7f00:1::]/
https://[64:ff9b::7f00:1]/ https://[64:ff9b:1::1]/ https://[100::1]/ https://[3fff::1]/
https://me@nhan.vn/ https://me:pw@nhan.vn/ https://nhan.vn@127.0.0.1/ https://nhan.vn\\@127.0.0.1/
https://nhan.vn#@127.0.0.1/ https:///x https://nhan.vn:0/ https://nhan.vn:99999/ https://nhan.vn:/x
https://１２７.０.０.１/ https://ⓛocalhost/ https://nhận.vn/ file:///etc/passwd gopher://nhan.vn/ //nhan.vn/ nhan.vn
https://nh%61n.vn/ https://-nhan.vn/ https://nhan..vn/ https://a_b.vn/ https://[1.2.3]/ https://[dead.beef]/ https://[:::]/
"""
PUBLICS = """
https://nhan.xa-hoa.vn/ https://nhan.xa-hoa.vn https://nhan.xa-hoa.vn:8443/a?b=c https://nhan.xa-hoa.vn?x
https://8.8.8.8/ https://[2606:4700::1111]/ https://NHAN.vn/ https://nhan.vn./ https://0x7f.vn/ https://10.vn/
"""
PRIVATE, PUBLIC = PRIVATES.split(), PUBLICS.split()


@pytest.mark.parametrize("url", PRIVATE)
def test_a_place_that_is_not_public_is_refused_where_it_shows(url):
    assert flaw_of(url, development=False) is not None


def test_there_are_at_least_sixty_spellings():
    assert len(set(PRIVATE)) >= 60


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_place_is_taken(url):
    assert flaw_of(url, development=False) is None


@pytest.mark.parametrize("character", [" ", "\t", "\n", "\r", "\x00", "#", "\\", "é"])
def test_no_character_that_readers_of_urls_read_differently_is_taken(character):
    assert target_of(f"https://nhan.vn/a{character}b") is None
    assert target_of(f"https://nhan{character}.vn/") is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://nhan.vn/", "not_https"),
        ("https://10.0.0.1/", "address_not_public"),
        ("nhan.vn", "not_a_webhook_url"),
        ("https://nhan.vn/" + "a" * 2000, "not_a_webhook_url"),
    ],
)
def test_the_refusal_says_which_it_is(url, code):
    assert flaw_of(url, development=False).code == code


@pytest.mark.parametrize(
    "url", ["http://localhost:9000/x", "http://127.0.0.1:9000/", "http://[::1]:9000/", "http://a.vn/"]
)
def test_development_takes_ones_own_machine_without_tls(url):
    assert flaw_of(url, development=True) is None
    assert flaw_of(url, development=False) is not None


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "https://169.254.169.254/", "http://192.168.1.1/", "https://may.local/"]
)
def test_development_does_not_open_the_network_around(url):
    assert flaw_of(url, development=True).code == "address_not_public"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("9.255.255.255", True),
        ("10.0.0.0", False),
        ("10.255.255.255", False),
        ("11.0.0.0", True),
        ("172.15.255.255", True),
        ("172.16.0.0", False),
        ("172.32.0.0", True),
        ("100.63.255.255", True),
        ("100.64.0.0", False),
        ("100.127.255.255", False),
        ("100.128.0.0", True),
        ("169.254.0.0", False),
        ("223.255.255.255", True),
        ("224.0.0.0", False),
        ("240.0.0.0", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("1fff:ffff::", False),
        ("2606:4700::1111", True),
        ("2002:808:808::1", False),
        ("4000::", False),
    ],
)
def test_ranges_end_where_they_end(address, public):
    assert is_public(ip_address(address), development=False) is public
