"""Accounts of the demo: one for each role and a few beside, with passwords made on this machine (rulings 26)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple
from uuid import uuid5

from domain.credentials import hash_secret, secret
from persistence.demo_plan import ACCOUNTS, APPOINTED_AT, ASSIGNMENTS, DEMO, ROLE_NAMES, Assignment, DemoAccount

Hash = Callable[[str], Awaitable[str]]
"""argon2id of a password, as the doors have it."""

ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # no letters that look alike
AT_ONCE: Final = 8  # passwords hashed together: the queue before the hasher is short

BY_CODE = (
    "select id, no, name from unit where level = $1 and code = $2"
    " and case when $3::date is null then valid_to is null"
    " else valid_from <= $3 and coalesce(valid_to, 'infinity') >= $3 end"
)
INSIDE = (
    "select o.id, o.no, o.name from unit o join unit u on o.parent_id = u.id where u.level = $1 and u.code = $2"
    " and u.valid_to is null and o.level = 'organisation' and o.unit_type = $3 order by o.no limit 1"
)


class SignIn(NamedTuple):
    """How one account of the demo signs in; a machine's password is its client secret."""

    role: str
    user_name: str
    password: str
    unit: str
    kind: str


class _Made(NamedTuple):
    account: DemoAccount
    unit: Any
    password: str
    hashed: str | None

    def sign_in(self) -> SignIn:
        return SignIn(self.account.role, self.account.user_name, self.password, self.unit["name"], self.account.kind)


async def add_accounts(connection: Any, hash_password: Hash) -> list[SignIn]:
    """Accounts with their appointments, active from the first moment. Units and organisations stand already."""
    made = await _made(connection, hash_password)
    for one in made:
        await connection.execute(
            "insert into account (id, kind, user_name, display_name, unit_id, unit_no, state, password_hash,"
            " secret_hash, recorded_at) values ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9)",
            *(one.account.id, one.account.kind, one.account.user_name, _called(one), one.unit["id"], one.unit["no"]),
            *(one.hashed, None if one.hashed else hash_secret(one.password), APPOINTED_AT),
        )
        await connection.execute(
            "insert into appointment (id, account_id, role, unit_id, unit_no, valid_from, recorded_at)"
            " values ($1, $2, $3, $4, $5, $6, $6)",
            *(uuid5(one.account.id, "appointment"), one.account.id, one.account.role.value),
            *(one.unit["id"], one.unit["no"], APPOINTED_AT),
        )
    return [one.sign_in() for one in made]


async def renew_sign_ins(connection: Any, hash_password: Hash) -> list[SignIn]:
    """New passwords for the accounts of the demo that are still there, when those of the first start are lost."""
    made = await _made(connection, hash_password)
    found = [
        await connection.fetchval(
            "update account set password_hash = $2, secret_hash = $3, version = version + 1"
            " where id = $1 and state <> 'closed' returning true",
            *(one.account.id, one.hashed, None if one.hashed else hash_secret(one.password)),
        )
        for one in made
    ]
    return [one.sign_in() for one, there in zip(made, found, strict=True) if there]


async def _made(connection: Any, hash_password: Hash) -> list[_Made]:
    units = [await _unit(connection, account) for account in ACCOUNTS]
    words = [secret() if account.kind == "machine" else password() for account in ACCOUNTS]
    people = [word for account, word in zip(ACCOUNTS, words, strict=True) if account.kind == "person"]
    hashes = dict(zip(people, await _hashed(people, hash_password), strict=True))
    return [_Made(*one, hashes.get(one[2])) for one in zip(ACCOUNTS, units, words, strict=True)]


async def _hashed(words: list[str], hash_password: Hash) -> list[str]:
    hashes: list[str] = []
    for first in range(0, len(words), AT_ONCE):
        hashes += await asyncio.gather(*map(hash_password, words[first : first + AT_ONCE]))
    return hashes


async def _unit(connection: Any, account: DemoAccount) -> Any:
    if account.organisation is None:
        unit = await connection.fetchrow(BY_CODE, account.level, account.code, account.day)
    else:
        unit = await connection.fetchrow(INSIDE, account.level, account.code, account.organisation)
    if unit is None:
        raise LookupError(f"no unit for {account.user_name}")
    return unit


def password() -> str:
    """Four groups of five letters and digits, about 99 bits: easy to copy by hand, hard to guess."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


def _called(one: _Made) -> str:
    return f"{ROLE_NAMES[one.account.role]} – {one.unit['name']} (minh họa)"[:120]


async def add_grants(connection: Any) -> None:
    """Persons assigned to volunteers and counsellors, members of the club, referred to the health station."""
    for assignment in ASSIGNMENTS:
        await connection.copy_records_to_table(
            "access_grant",
            records=await _grants(connection, assignment),
            columns=("id", "person_id", "grantee", "reason", "classes", "valid_from", "name_sort_key"),
        )


async def _grants(connection: Any, assignment: Assignment) -> list[tuple[Any, ...]]:
    account = next(one for one in ACCOUNTS if (one.role, one.code) == (assignment.role, assignment.code))
    grantee = await connection.fetchval(
        "select case when $2 then -no else unit_no end from account where id = $1", account.id, assignment.personal
    )
    people = await connection.fetch(RESIDENTS, assignment.code, DEMO)
    given = (assignment.reason, assignment.classes, APPOINTED_AT)
    return [
        (uuid5(person["id"], f"grant/{account.user_name}"), person["id"], grantee, *given, person["name_sort_key"])
        for person in people[:: round(1 / assignment.share)]
    ]


RESIDENTS = (
    "select p.id, p.name_sort_key from person p join unit u on u.no = p.unit_no where u.level = 'commune'"
    " and u.code = $1 and u.valid_to is null and p.source = $2 order by p.source_ref"
)
