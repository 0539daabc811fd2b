"""Signing in and staying in: sessions, refresh families, activation, delays, machines, keys."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest

from domain.account.signing_in import FREE_TRIES, LONGEST_DELAY, REFRESH_LASTS, RefreshTokens, delay_after
from domain.ids import new_id
from tests.world import hire

PASSWORD = "bảy con cò trắng bay về tổ"
OTHER = "chín dòng sông chảy ra biển lớn"
HASHES = {}


@pytest.fixture
async def lan(world):
    """Lan, an officer with a password of her own (hashed once a run: argon2 is dear on purpose)."""
    if not HASHES:
        HASHES[PASSWORD] = await world.house.passwords.hash(PASSWORD)
    name = f"lan.{new_id().hex[-12:]}"
    user = await hire(world, name, "commune_officer", "hoa")
    await world.admin.execute("update account set password_hash = $2 where id = $1", user.account_id, HASHES[PASSWORD])
    await world.admin.execute("delete from session where account_id = $1", user.account_id)
    yield user
    world.users.pop(name, None)


@contextmanager
def later(world, by):
    """The house with its clock put forward."""
    kept = world.house
    doorman = replace(kept.doorman, now=lambda: datetime.now(UTC) + by)
    world.app.state.house = replace(kept, doorman=doorman)
    try:
        yield
    finally:
        world.app.state.house = kept


async def post(world, path, body, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await world.call(None, "POST", path, body, **headers)


async def enter(world, user, password=PASSWORD, **more):
    return await post(world, "/v1/auth/sessions", {"user_name": user.name, "password": password} | more)


async def entered(world, user, **more):
    sent = await enter(world, user, **more)
    assert sent.status_code == 201, sent.text
    return sent.json()


async def refresh(world, token, **more):
    body = {"grant_type": "refresh_token", "refresh_token": token} | more
    return await post(world, "/v1/auth/token", body)


async def me(world, token):
    return await world.call(None, "GET", "/v1/me", Authorization=f"Bearer {token}")


def alike(sent):
    """An answer without the number of its request."""
    return sent.status_code, {name: value for name, value in sent.json().items() if name != "request_id"}


# -- sessions


async def test_a_right_password_opens_a_session_that_says_who_one_is(world, lan):
    signed = await entered(world, lan, label="máy tính ở bàn")
    assert signed["token_type"] == "Bearer"
    assert signed["refresh_token"].startswith("dtr_")
    mine = (await me(world, signed["access_token"])).json()
    assert (mine["user_name"], mine["session_id"]) == (lan.name, signed["session_id"])
    assert mine["capabilities"]["write_person"] == "below"


async def test_user_names_are_read_without_regard_to_case_or_spaces(world, lan):
    sent = await post(world, "/v1/auth/sessions", {"user_name": f"  {lan.name.upper()} ", "password": PASSWORD})
    assert sent.status_code == 201


async def test_an_unknown_name_and_a_wrong_password_are_one_answer_and_one_effort(world, lan, monkeypatch):
    tried, verify = [], world.house.passwords.verify

    async def counted(password, stored):
        tried.append(stored is not None)
        return await verify(password, stored)

    monkeypatch.setattr(world.house.passwords, "verify", counted)
    wrong = await enter(world, lan, "not her password at all")
    unknown = await post(world, "/v1/auth/sessions", {"user_name": "nobody.here", "password": PASSWORD})
    assert alike(wrong) == alike(unknown)
    assert alike(wrong)[0] == 401
    assert wrong.json()["code"] == "wrong_credentials"
    assert set(wrong.headers) == set(unknown.headers)
    assert tried == [True, False], "a name nobody bears costs a verification too"


@pytest.mark.parametrize(
    "change", ["state = 'closed'", "state = 'invited'", "password_hash = null", "kind = 'machine'"]
)
async def test_who_may_not_sign_in_hears_the_same_as_a_stranger(world, lan, change):
    await world.admin.execute(f"update account set {change} where id = $1", lan.account_id)
    sent = await enter(world, lan)
    assert (sent.status_code, sent.json()["code"]) == (401, "wrong_credentials")


async def test_an_account_without_an_appointment_in_force_does_not_enter(world, lan):
    await world.admin.execute("update appointment set valid_to = now() where account_id = $1", lan.account_id)
    sent = await enter(world, lan)
    assert (sent.status_code, sent.json()["code"]) == (403, "no_appointment")
    wrong = await enter(world, lan, "not her password at all")
    assert wrong.json()["code"] == "wrong_credentials", "only who knows the password hears of appointments"


async def test_nothing_of_a_password_or_token_is_echoed_or_kept(world, lan):
    signed = await entered(world, lan)
    wrong = await enter(world, lan, "a secret that was mistyped")
    assert "mistyped" not in wrong.text
    row = await world.admin.fetchrow("select * from session where id = $1", UUID(signed["session_id"]))
    kept = " ".join(map(str, row.values()))
    assert signed["refresh_token"] not in kept
    assert signed["refresh_token"].rpartition("_")[2] not in kept


async def test_sessions_are_listed_and_ended_one_by_one(world, lan):
    here, there = await entered(world, lan, label="ở bàn"), await entered(world, lan, label="điện thoại")
    listed = await world.call(None, "GET", "/v1/auth/sessions", Authorization=f"Bearer {here['access_token']}")
    assert [(one["label"], one["current"]) for one in listed.json()["data"]] == [("điện thoại", False), ("ở bàn", True)]
    ended = await world.call(
        None, "DELETE", f"/v1/auth/sessions/{there['session_id']}", Authorization=f"Bearer {here['access_token']}"
    )
    assert ended.status_code == 204
    assert (await me(world, there["access_token"])).status_code == 401
    assert (await refresh(world, there["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await me(world, here["access_token"])).status_code == 200


async def test_nobody_ends_the_session_of_another(world, lan):
    mine = await entered(world, lan)
    sent = await world.call("leader", "DELETE", f"/v1/auth/sessions/{mine['session_id']}")
    assert (sent.status_code, sent.json()["code"]) == (404, "not_found")
    assert (await me(world, mine["access_token"])).status_code == 200


async def test_signing_out_acts_on_the_very_next_request(world, lan):
    mine = await entered(world, lan)
    bearer = {"Authorization": f"Bearer {mine['access_token']}"}
    assert (await world.call(None, "DELETE", "/v1/auth/sessions/current", **bearer)).status_code == 204
    assert (await me(world, mine["access_token"])).status_code == 401


async def test_signing_in_and_out_stands_in_the_journal(world, lan):
    mine = await entered(world, lan)
    await enter(world, lan, "not her password at all")
    await world.call(None, "DELETE", "/v1/auth/sessions/current", Authorization=f"Bearer {mine['access_token']}")
    rows = await world.admin.fetch(
        "select act, outcome from journal_entry where account_id = $1 order by id", lan.account_id
    )
    assert [tuple(row) for row in rows] == [("sign_in", "done"), ("sign_in", "denied"), ("sign_out", "done")]


# -- delays


async def test_wrong_tries_are_delayed_more_and_more_and_the_delay_ends(world, lan):
    for _ in range(FREE_TRIES):
        assert (await enter(world, lan, "wrong")).status_code == 401
    assert (await enter(world, lan, "wrong")).status_code == 401
    waiting = await enter(world, lan)
    assert (waiting.status_code, waiting.json()["code"]) == (429, "too_many_tries")
    assert 1 <= int(waiting.headers["retry-after"]) <= 2
    with later(world, timedelta(seconds=3)):
        assert (await enter(world, lan, "wrong")).status_code == 401
        longer = await enter(world, lan)
    assert int(longer.headers["retry-after"]) >= 2, "the next delay is longer"
    with later(world, LONGEST_DELAY):
        assert (await enter(world, lan)).status_code == 201
        assert (await enter(world, lan, "wrong")).status_code == 401, "after success the name is free again"


def test_delays_double_to_a_quarter_of_an_hour_and_never_lock():
    seconds = [delay_after(failures).total_seconds() for failures in range(FREE_TRIES + 12)]
    assert seconds[: FREE_TRIES + 1] == [0] * (FREE_TRIES + 1)
    assert seconds[FREE_TRIES + 1 : FREE_TRIES + 5] == [1, 2, 4, 8]
    assert max(seconds) == delay_after(10**6).total_seconds() == 900


async def test_a_stranger_is_delayed_like_anybody(world):
    for _ in range(FREE_TRIES + 1):
        assert (
            await post(world, "/v1/auth/sessions", {"user_name": "nobody.here", "password": "x"})
        ).status_code == 401
    sent = await post(world, "/v1/auth/sessions", {"user_name": "nobody.here", "password": "x"})
    assert sent.json()["code"] == "too_many_tries"


async def test_the_table_of_delays_tells_no_names(world, lan):
    await enter(world, lan, "wrong")
    keys = await world.admin.fetch("select key from sign_in_throttle")
    assert len(keys) == 2
    assert all(len(row["key"]) == 32 and lan.name.encode() not in row["key"] for row in keys)


# -- refresh


async def test_a_refresh_token_is_exchanged_once_for_the_next(world, lan):
    first = await entered(world, lan)
    second = (await refresh(world, first["refresh_token"])).json()
    assert second["session_id"] == first["session_id"]
    assert second["refresh_token"] != first["refresh_token"]
    third = await refresh(world, second["refresh_token"])
    assert third.status_code == 200
    assert (await me(world, third.json()["access_token"])).status_code == 200


async def test_a_second_use_ends_the_whole_family(world, lan):
    first = await entered(world, lan)
    second = (await refresh(world, first["refresh_token"])).json()
    reused = await refresh(world, first["refresh_token"])
    assert (reused.status_code, reused.json()["code"]) == (400, "invalid_grant")
    assert (await refresh(world, second["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await me(world, second["access_token"])).status_code == 401
    ended = await world.admin.fetchval("select end_reason from session where id = $1", UUID(first["session_id"]))
    assert ended == "refresh_reused"


async def test_of_twenty_exchanges_at_once_exactly_one_succeeds(world, lan):
    first = await entered(world, lan)
    sent = await asyncio.gather(*(refresh(world, first["refresh_token"]) for _ in range(20)))
    codes = sorted(one.status_code for one in sent)
    assert codes == [200] + [400] * 19
    generation = await world.admin.fetchval("select generation from session where id = $1", UUID(first["session_id"]))
    assert generation == 1


async def test_a_lost_answer_can_be_asked_again_with_the_same_nonce_for_a_minute(world, lan):
    first = await entered(world, lan)
    sent = await asyncio.gather(*(refresh(world, first["refresh_token"], nonce="n-1") for _ in range(5)))
    assert {one.status_code for one in sent} == {200}
    assert len({one.json()["refresh_token"] for one in sent}) == 1
    with later(world, timedelta(seconds=61)):
        late = await refresh(world, first["refresh_token"], nonce="n-1")
    assert late.json()["code"] == "invalid_grant"
    again = await refresh(world, sent[0].json()["refresh_token"])
    assert again.json()["code"] == "invalid_grant", "a repetition too late is a reuse"


async def test_another_nonce_is_a_reuse(world, lan):
    first = await entered(world, lan)
    await refresh(world, first["refresh_token"], nonce="n-1")
    assert (await refresh(world, first["refresh_token"], nonce="n-2")).json()["code"] == "invalid_grant"


async def test_a_session_ends_by_itself(world, lan):
    first = await entered(world, lan)
    with later(world, REFRESH_LASTS + timedelta(seconds=1)):
        assert (await refresh(world, first["refresh_token"])).json()["code"] == "invalid_grant"


@pytest.mark.parametrize(
    "token",
    ["", "x", "dtr_", "dtr_0_0_0", f"dtr_{'0' * 32}_0_{'0' * 64}", f"dtr_{'z' * 32}_0_{'0' * 64}", "dtr_" + "٣" * 9],
)
async def test_what_is_no_refresh_token_of_ours_is_refused_alike(world, token):
    sent = await refresh(world, token)
    assert (sent.status_code, sent.json()["code"]) == (400, "invalid_grant")


async def test_a_guessed_secret_does_not_end_somebodys_session(world, lan):
    """Whoever learns a session's id from a log must not be able to sign its owner out."""
    first = await entered(world, lan)
    guessed = RefreshTokens(b"another key").make(UUID(first["session_id"]), 0, "")
    assert (await refresh(world, guessed)).json()["code"] == "invalid_grant"
    assert (await refresh(world, first["refresh_token"])).status_code == 200


async def test_revoking_ends_the_session_and_an_unknown_token_is_answered_alike(world, lan):
    first = await entered(world, lan)
    for token in (first["refresh_token"], first["refresh_token"], "unknown"):
        assert (await post(world, "/v1/auth/revoke", {"token": token})).status_code == 204
    assert (await me(world, first["access_token"])).status_code == 401
    assert (await refresh(world, first["refresh_token"])).json()["code"] == "invalid_grant"


async def test_the_password_grant_does_not_exist(world, lan):
    body = {"grant_type": "password", "client_id": lan.name, "client_secret": PASSWORD}
    sent = await post(world, "/v1/auth/token", body)
    assert (sent.status_code, sent.json()["code"]) == (400, "unsupported_grant_type")


# -- activation and passwords


@pytest.fixture
async def invited(world):
    """A new colleague with the code that was handed over."""
    name = f"moi.{new_id().hex[-12:]}"
    new = {"user_name": name, "display_name": "Lê Mới", "unit_id": str(world.units["hoa"]), "role": "commune_officer"}
    made = await world.call("province_admin", "POST", "/v1/users", new)
    assert made.status_code == 201, made.text
    return name, made.json()


async def activate(world, name, code, password=PASSWORD):
    return await post(world, "/v1/auth/activations", {"user_name": name, "code": code, "password": password})


async def test_an_activation_code_is_used_once_however_it_was_typed(world, invited):
    name, made = invited
    code = made["activation_code"]
    assert (await activate(world, name, code.lower().replace("-", " "))).status_code == 204
    assert (await activate(world, name, code, OTHER)).json()["code"] == "wrong_credentials"
    sent = await post(world, "/v1/auth/sessions", {"user_name": name, "password": PASSWORD})
    assert sent.status_code == 201


async def test_the_code_is_shown_once(world, invited):
    _name, made = invited
    again = (await world.get("province_admin", f"/v1/users/{made['id']}")).json()
    assert made["activation_code"]
    assert again["activation_code"] is None
    kept = await world.admin.fetchval("select activation_hash from account where id = $1", UUID(made["id"]))
    assert made["activation_code"].encode() not in kept


async def test_an_expired_code_is_a_wrong_code(world, invited):
    name, made = invited
    with later(world, timedelta(days=14, seconds=5)):
        assert (await activate(world, name, made["activation_code"])).json()["code"] == "wrong_credentials"


async def test_codes_cannot_be_guessed_without_delay(world, invited):
    name, made = invited
    for _ in range(FREE_TRIES + 1):
        assert (await activate(world, name, "AAAA-AAAA-AAAA-AAAA")).status_code == 401
    assert (await activate(world, name, made["activation_code"])).json()["code"] == "too_many_tries"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngắn quá", "too_short"),
        ("matkhaumatkhau123456", "blocked"),
        ("aaaaaaaaaaaaaaaaaaaa", "blocked"),
        ("đ" * 300, "too_long"),
    ],
)
async def test_a_weak_password_is_refused_and_the_code_still_works(world, invited, password, code):
    name, made = invited
    weak = await activate(world, name, made["activation_code"], password)
    assert weak.status_code == 422
    assert [(flaw["pointer"], flaw["code"]) for flaw in weak.json()["errors"]] == [("/password", code)]
    assert await world.admin.fetchval("select state from account where id = $1", UUID(made["id"])) == "invited"


async def test_a_wrong_code_does_not_tell_that_the_password_is_weak(world, invited):
    name, _made = invited
    assert (await activate(world, name, "AAAA-AAAA-AAAA-AAAA", "x")).json()["code"] == "wrong_credentials"


async def test_a_new_password_ends_every_other_session_and_keeps_this_one(world, lan):
    here, there = await entered(world, lan), await entered(world, lan)
    body = {"old_password": PASSWORD, "new_password": OTHER}
    assert (await post(world, "/v1/me/password", body, here["access_token"])).status_code == 204
    assert (await me(world, there["access_token"])).status_code == 401
    assert (await refresh(world, there["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await refresh(world, here["refresh_token"])).status_code == 200
    assert (await enter(world, lan)).status_code == 401
    assert (await enter(world, lan, OTHER)).status_code == 201


async def test_the_old_password_is_asked_for_and_the_new_one_judged(world, lan):
    mine = await entered(world, lan)
    wrong = await post(world, "/v1/me/password", {"old_password": "x", "new_password": OTHER}, mine["access_token"])
    assert wrong.json()["code"] == "wrong_credentials"
    weak = {"old_password": PASSWORD, "new_password": f"{lan.name}{lan.name}"[:20]}
    assert (await post(world, "/v1/me/password", weak, mine["access_token"])).json()["code"] == "invalid"
    assert (await enter(world, lan)).status_code == 201


async def test_a_closed_account_is_out_on_the_very_next_request(world, lan):
    mine = await entered(world, lan)
    closed = await world.call("province_admin", "DELETE", f"/v1/users/{lan.account_id}", If_Match='"1"')
    assert closed.status_code == 200, closed.text
    assert (await me(world, mine["access_token"])).status_code == 401
    assert (await refresh(world, mine["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await enter(world, lan)).json()["code"] == "wrong_credentials"


# -- machines


@pytest.fixture
async def machine(world):
    name = f"may.{new_id().hex[-12:]}"
    new = {"kind": "machine", "user_name": name, "display_name": "Phần mềm nhập", "role": "import_client"}
    made = await world.call("province_admin", "POST", "/v1/users", new | {"unit_id": str(world.units["hoa"])})
    assert made.status_code == 201, made.text
    return name, made.json()["secret"], UUID(made.json()["id"])


async def machine_enter(world, name, secret):
    body = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    return await post(world, "/v1/auth/token", body)


async def test_a_machine_enters_with_its_secret_for_an_hour_and_without_refresh(world, machine):
    name, secret, _id = machine
    signed = (await machine_enter(world, name, secret)).json()
    assert signed["refresh_token"] is None
    assert (await me(world, signed["access_token"])).json()["role"] == "import_client"
    lasts = await world.admin.fetchval(
        "select expires_at - started_at from session where id = $1", UUID(signed["session_id"])
    )
    assert timedelta(minutes=59) < lasts < timedelta(minutes=61)


async def test_a_machine_has_no_password_and_a_person_no_secret(world, machine, lan):
    name, secret, _id = machine
    as_person = await post(world, "/v1/auth/sessions", {"user_name": name, "password": secret})
    assert (as_person.status_code, as_person.json()["code"]) == (401, "wrong_credentials")
    for tried in (PASSWORD, secret):
        as_machine = await machine_enter(world, lan.name, tried)
        assert (as_machine.status_code, as_machine.json()["code"]) == (401, "invalid_client")


async def test_a_wrong_secret_and_an_unknown_machine_are_one_answer(world, machine):
    name, secret, _id = machine
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert alike(await machine_enter(world, name, wrong)) == alike(
        await machine_enter(world, "no.such.machine", secret)
    )


async def test_a_renewed_secret_ends_the_old_one(world, machine):
    name, secret, id = machine
    version = (await world.get("province_admin", f"/v1/users/{id}")).headers["etag"]
    fresh = await world.call("province_admin", "POST", f"/v1/users/{id}/credentials", If_Match=version)
    assert fresh.status_code == 200, fresh.text
    assert (await machine_enter(world, name, secret)).json()["code"] == "invalid_client"
    assert (await machine_enter(world, name, fresh.json()["secret"])).status_code == 200


# -- tokens


async def test_any_library_verifies_a_token_with_the_published_keys(world, lan):
    signed = await entered(world, lan)
    token = signed["access_token"]
    keys = jwt.PyJWKSet.from_dict((await world.call(None, "GET", "/.well-known/jwks.json")).json())
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    settings = world.house.settings
    claims = jwt.decode(
        token, keys[header["kid"]].key, algorithms=["ES256"], audience=settings.audience, issuer=settings.issuer
    )
    assert (claims["sub"], claims["sid"]) == (str(lan.account_id), signed["session_id"])
    assert claims["exp"] - claims["iat"] == signed["expires_in"]
    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp", "jti"}, "no role, no unit, no name"


async def test_the_published_keys_hold_no_private_half(world):
    for key in (await world.call(None, "GET", "/.well-known/jwks.json")).json()["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_an_expired_token_is_refused(world, lan):
    signed = await entered(world, lan)
    kept = world.app.state.doorman
    world.app.state.doorman = replace(kept, now=lambda: datetime.now(UTC) + timedelta(days=1))
    try:
        assert (await me(world, signed["access_token"])).status_code == 401
    finally:
        world.app.state.doorman = kept


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer x.y.z", "Token abc"])
async def test_without_a_token_of_ours_nobody_is_anybody(world, header):
    sent = await world.call(None, "GET", "/v1/me", **({"Authorization": header} if header else {}))
    assert sent.status_code == 401
    assert sent.headers["www-authenticate"].startswith("Bearer")


async def test_tokens_travel_in_no_cache(world, lan):
    assert (await enter(world, lan)).headers["cache-control"] == "no-store"
