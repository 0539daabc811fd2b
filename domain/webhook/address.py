"""Where a webhook may go: to https and the public internet. Asked when it is written down and again when it is sent."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple

from domain.refusals import Flaw

LONGEST: Final = 2000
URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>[/?][!-\"$-\[\]-~]*)?"
)
"""ASCII alone, no user, no fragment, no backslash: what every reader of URLs reads alike."""
LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
NEVER_PUBLIC: Final = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "test", "invalid", "example")
SPECIAL_FOUR: Final = tuple(
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
    )
)
"""Of IANA's special-purpose registry (RFC 6890), with multicast and what is reserved; written out, because releases of
the standard library differ about them."""
PUBLIC_SIX: Final = IPv6Network("2000::/3")
SPECIAL_SIX: Final = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Inside it: Teredo and its like, 6to4, which carry an IPv4 address of anyone's choice; documentation."""

Address = IPv4Address | IPv6Address


class Target(NamedTuple):
    """A URL in its parts; the host without brackets, in small letters."""

    scheme: str
    host: str
    port: int
    rest: str


def target_of(url: str) -> Target | None:
    """The parts of a URL that we would call, or None."""
    found = URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        return None
    host = found["host"].strip("[]").lower()
    port = int(found["port"] or (443 if found["scheme"] == "https" else 80))
    if not 0 < port < 65_536 or (found["host"][0] != "[" and not _named(host)):
        return None
    if found["host"][0] == "[" and _address(host) is None:
        return None
    return Target(found["scheme"], host, port, found["rest"] or "/")


def _named(host: str) -> bool:
    """Labels as RFC 1123 has them; a host that ends in a number is a dotted quad or nothing."""
    labels = host.removesuffix(".").split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        return False
    return not NUMBER.fullmatch(labels[-1]) or isinstance(_address(host), IPv4Address)


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def flaw_of(url: str, *, development: bool) -> Flaw | None:
    """What is wrong with a URL as far as it shows: the names behind it are resolved when it is called."""
    target = target_of(url)
    if target is None:
        return Flaw("/url", "not_a_webhook_url")
    if target.scheme != "https" and not development:
        return Flaw("/url", "not_https")
    literal = _address(target.host)
    known = is_public(literal, development=development) if literal else _public_name(target.host, development)
    return None if known else Flaw("/url", "address_not_public")


def _public_name(host: str, development: bool) -> bool:
    name = host.removesuffix(".")
    if development and name == "localhost":
        return True
    return "." in name and not any(name == end or name.endswith(f".{end}") for end in NEVER_PUBLIC)


def is_public(address: Address, *, development: bool) -> bool:
    """Whether an address lies on the public internet. In development one's own machine counts too, and nothing else."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped, development=development)
    if development and address.is_loopback:
        return True
    if isinstance(address, IPv6Address):
        return address in PUBLIC_SIX and not any(address in special for special in SPECIAL_SIX)
    return not any(address in special for special in SPECIAL_FOUR)
