"""The contract of forged tokens, held by us and by PyJWT as a twin; and the keys that tokens are signed with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jose import jwt as naive

from api import identity
from api.identity import Identity, InvalidToken, SigningKeys, Tokens, UnusableKey

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, AUDIENCE = "https://diemtua.test", "diemtua"
ACCOUNT = UUID("01930000-0000-7000-8000-000000000001")
SESSION = UUID("01930000-0000-7000-8000-000000000002")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
EXAMPLES = max(2_000, settings.default.max_examples)


def pem(key) -> str:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def public_pem(key) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


OURS, OLDER, FOREIGN = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
P384 = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(65537, 2048)
KEYS = SigningKeys.parse([pem(OLDER), pem(OURS)])
OLD_KID, KID = (key["kid"] for key in KEYS.jwks()["keys"])
TOKENS = Tokens(KEYS, ISSUER, AUDIENCE)
GOOD = TOKENS.issue(ACCOUNT, SESSION, NOW)
HEADER = {"alg": "ES256", "kid": KID, "typ": "at+jwt"}
CLAIMS = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": str(ACCOUNT),
    "sid": str(SESSION),
    "iat": AT,
    "exp": AT + 300,
    "jti": "0b9d0bb4-6f0c-4a57-9a43-0d6a7a3a3f10",
}


def raw(signed: str, key=OURS) -> bytes:
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + min(s, ORDER - s).to_bytes(32)


def der(signed: str) -> bytes:
    return OURS.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))


def high(signed: str) -> bytes:
    signature = raw(signed)
    return signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)


def by_hmac(secret: bytes):
    return lambda signed: hmac.digest(secret, signed.encode(), "sha256")


def es384(signed: str) -> bytes:
    r, s = decode_dss_signature(P384.sign(signed.encode(), ec.ECDSA(hashes.SHA384())))
    return r.to_bytes(48) + s.to_bytes(48)


def forged(header=HEADER, claims=CLAIMS, sign=raw) -> str:
    parts = [value if isinstance(value, bytes) else json.dumps(value).encode() for value in (header, claims)]
    signed = ".".join(encoded(part) for part in parts)
    return f"{signed}.{encoded(sign(signed))}"


def headed(**changes) -> str:
    return forged(header={**HEADER, **changes})


def claiming(**changes) -> str:
    return forged(claims={**CLAIMS, **changes})


def without(name: str) -> str:
    return forged(claims={key: value for key, value in CLAIMS.items() if key != name})


def spare_bits(token: str) -> str:
    """The same bytes by another last letter: 86 letters hold 516 bits, a signature has 512."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


def in_plain_base64() -> str:
    tokens = (TOKENS.issue(ACCOUNT, SESSION, NOW) for _ in range(100))
    return next(token for token in tokens if "-" in token).replace("-", "+").replace("_", "/")


HEAD, BODY, SIGNATURE = GOOD.split(".")
FOREIGN_JWK = {**SigningKeys.parse([pem(FOREIGN)]).jwks()["keys"][0]}
DEEP = b"[" * 2000

FORGED = {
    # nothing, not text, not three parts
    "empty text": "",
    "two dots": "..",
    "one part": HEAD,
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{GOOD}.{SIGNATURE}",
    "five parts (JWE)": ".".join([encoded(b'{"alg":"dir","enc":"A256GCM"}'), "", SIGNATURE, BODY, SIGNATURE]),
    "no header": f".{BODY}.{SIGNATURE}",
    "no payload (detached)": f"{HEAD}..{SIGNATURE}",
    "no signature": f"{HEAD}.{BODY}.",
    "space before": f" {GOOD}",
    "space after": f"{GOOD} ",
    "line end after": f"{GOOD}\n",
    "tab inside": f"{HEAD}.\t{BODY}.{SIGNATURE}",
    "NUL after": f"{GOOD}\0",
    "letters beyond ASCII": f"{HEAD}.{BODY}ế.{SIGNATURE}",
    "full-width letters": GOOD.replace("e", "ｅ"),
    "lone surrogate": f"{GOOD}\ud800",
    "Bearer left in front": f"Bearer {GOOD}",
    "10 kB of letters": f"{HEAD}.{'A' * 10_000}.{SIGNATURE}",
    "signed but over 4096 bytes": forged(claims=json.dumps(CLAIMS).encode() + b" " * 3000),
    # base64url that can be read in two ways
    "padding": f"{HEAD}.{BODY}.{SIGNATURE}==",
    "plain base64 alphabet": in_plain_base64(),
    "spare bits set": spare_bits(GOOD),
    "a length that base64 cannot have": f"{HEAD}.{BODY}{'A' * ((1 - len(BODY)) % 4)}.{SIGNATURE}",
    # the header
    "alg none": forged(header={**HEADER, "alg": "none"}, sign=lambda _: b""),
    "alg none, signature kept": headed(alg="none"),
    "alg NONE": forged(header={**HEADER, "alg": "NONE"}, sign=lambda _: b""),
    "alg es256": headed(alg="es256"),
    "alg missing": forged(header={"kid": KID, "typ": "at+jwt"}),
    "alg null": headed(alg=None),
    "alg a list": headed(alg=["ES256"]),
    "alg ES384 on our key": headed(alg="ES384"),
    "ES384 by a key of its curve": forged(header={**HEADER, "alg": "ES384"}, sign=es384),
    "ES256 named, ES384 signature": forged(sign=es384),
    "HS256 with our public PEM": forged(header={**HEADER, "alg": "HS256"}, sign=by_hmac(public_pem(OURS).encode())),
    "HS256 with our JWK": forged(header={**HEADER, "alg": "HS256"}, sign=by_hmac(json.dumps(KEYS.jwks()).encode())),
    "HS256 with an empty key": forged(header={**HEADER, "alg": "HS256"}, sign=by_hmac(b"")),
    "RS256 named": headed(alg="RS256"),
    "EdDSA named": headed(alg="EdDSA"),
    "kid missing": forged(header={"alg": "ES256", "typ": "at+jwt"}),
    "kid unknown": headed(kid="unknown"),
    "kid null": headed(kid=None),
    "kid a list": headed(kid=[KID]),
    "kid a path": headed(kid="../../../../dev/null"),
    "kid an injection": headed(kid="x' union select 'key"),
    "kid of our older key": headed(kid=OLD_KID),
    "typ missing": forged(header={"alg": "ES256", "kid": KID}),
    "typ JWT": headed(typ="JWT"),
    "typ in capitals": headed(typ="AT+JWT"),
    "typ with application/": headed(typ="application/at+jwt"),
    "crit unknown": headed(crit=["exp"], exp=AT + 300),
    "crit empty": headed(crit=[]),
    "b64 false": headed(b64=False, crit=["b64"]),
    "zip": headed(zip="DEF"),
    "cty": headed(cty="JWT"),
    "jku": headed(jku="https://attacker.test/jwks.json"),
    "jwk of the attacker": forged(
        header={**HEADER, "jwk": FOREIGN_JWK, "kid": FOREIGN_JWK["kid"]}, sign=lambda signed: raw(signed, FOREIGN)
    ),
    "x5u": headed(x5u="https://attacker.test/cert.pem"),
    "x5c": headed(x5c=["MIIB"]),
    "x5t": headed(x5t="AAAA"),
    "header a list": forged(header=b"[]"),
    "header a number": forged(header=b"1"),
    "header not JSON": forged(header=b"alg=ES256"),
    "header in UTF-16": forged(header=json.dumps(HEADER).encode("utf-16")),
    "header with a byte order mark": forged(header=b"\xef\xbb\xbf" + json.dumps(HEADER).encode()),
    "header not UTF-8": forged(header=b'{"alg":"ES256","kid":"\xff","typ":"at+jwt"}'),
    "header with alg twice": forged(header=f'{{"alg":"none","alg":"ES256","kid":"{KID}","typ":"at+jwt"}}'.encode()),
    "header nested beyond reading": forged(header=b'{"alg":' + DEEP, sign=lambda _: bytes(64)),
    # the signature
    "signature of another key": forged(sign=lambda signed: raw(signed, FOREIGN)),
    "signature of our older key": forged(sign=lambda signed: raw(signed, OLDER)),
    "signature in DER": forged(sign=der),
    "signature with the other S": forged(sign=high),
    "signature of zeros": forged(sign=lambda _: bytes(64)),
    "signature with r = n, s = n": forged(sign=lambda _: ORDER.to_bytes(32) * 2),
    "signature with s = 0": forged(sign=lambda signed: raw(signed)[:32] + bytes(32)),
    "signature cut": forged(sign=lambda signed: raw(signed)[:63]),
    "signature too long": forged(sign=lambda signed: raw(signed) + b"\0"),
    "signature of another token": f"{HEAD}.{BODY}.{forged().rpartition('.')[2]}",
    "payload of another token": f"{HEAD}.{forged().split('.')[1]}.{SIGNATURE}",
    # the claims
    **{f"{name} missing": without(name) for name in CLAIMS},
    **{f"{name} null": claiming(**{name: None}) for name in CLAIMS},
    **{f"{name} a list": claiming(**{name: [CLAIMS[name]]}) for name in CLAIMS},
    "iss of another": claiming(iss="https://diemtua.test.attacker.test"),
    "iss with a slash more": claiming(iss=f"{ISSUER}/"),
    "aud of another": claiming(aud="elsewhere"),
    "aud with ours among others": claiming(aud=["elsewhere", AUDIENCE]),
    "sub not a UUID": claiming(sub="admin"),
    "sub a UUID in capitals": claiming(sub="01930000-0000-7000-8000-00000000000A"),
    "sub a UUID in braces": claiming(sub=f"{{{ACCOUNT}}}"),
    "sub a number": claiming(sub=1),
    "sid not a UUID": claiming(sid="1"),
    "sid empty": claiming(sid=""),
    "jti not a UUID": claiming(jti="1"),
    "exp a float": claiming(exp=AT + 300.0),
    "exp a text": claiming(exp=str(AT + 300)),
    "exp true": claiming(exp=True),
    "exp negative": claiming(exp=-1),
    "exp zero": claiming(exp=0),
    "exp huge": claiming(exp=10**400),
    "exp beyond the calendar": claiming(exp=10**12),
    "exp infinite": forged(claims=json.dumps({**CLAIMS, "exp": float("inf")}).encode()),
    "exp not a number": forged(claims=json.dumps({**CLAIMS, "exp": float("nan")}).encode()),
    "exp 1e400": forged(claims=json.dumps(CLAIMS).replace(str(AT + 300), "1e400").encode()),
    "exp of 2,400 digits": forged(claims=json.dumps(CLAIMS).replace(str(AT + 300), "9" * 2400).encode()),
    "expired just now": claiming(iat=AT - 300, exp=AT),
    "expired long ago": claiming(iat=AT - 90_300, exp=AT - 90_000),
    "iat a float": claiming(iat=float(AT)),
    "iat a text": claiming(iat=str(AT)),
    "iat false": claiming(iat=False),
    "iat negative": claiming(iat=-AT),
    "from the future": claiming(iat=AT + 31, exp=AT + 60),
    "from next year": claiming(iat=AT + 31_536_000, exp=AT + 31_536_300),
    "a second too long": claiming(exp=AT + 301),
    "a year too long": claiming(exp=AT + 31_536_000),
    "expires before it was issued": claiming(iat=AT + 20, exp=AT + 10),
    "a claim we do not know": claiming(role="province_admin"),
    "not valid yet": claiming(nbf=AT + 3600),
    "claims a list": forged(claims=b"[]"),
    "claims a text": forged(claims=b'"sub"'),
    "claims null": forged(claims=b"null"),
    "claims not JSON": forged(claims=b"sub=1"),
    "claims empty": forged(claims=b"{}"),
    "claims in UTF-16": forged(claims=json.dumps(CLAIMS).encode("utf-16")),
    "claims with a tail": forged(claims=json.dumps(CLAIMS).encode() + b"{}"),
    "claims with exp twice": forged(claims=json.dumps(CLAIMS).encode()[:-1] + f',"exp":{AT + 300}}}'.encode()),
    "claims nested beyond reading": forged(claims=b'{"sub":' + DEEP),
    "claims with a lone surrogate": forged(claims=json.dumps({**CLAIMS, "sub": "\ud800"}).encode()),
}

# What PyJWT lets through even with every check it has turned on: why we read shape, header and claims ourselves.
TWIN_ACCEPTS = {
    *("signed but over 4096 bytes", "padding", "signature with the other S"),
    *("zip", "cty", "jku", "x5u", "x5c", "x5t"),
    *("header in UTF-16", "header with a byte order mark", "header with alg twice"),
    *("sub not a UUID", "sub a UUID in capitals", "sub a UUID in braces"),
    *("sid a list", "sid not a UUID", "sid empty", "jti not a UUID"),
    *("exp a float", "exp a text", "exp huge", "exp beyond the calendar", "exp of 2,400 digits", "expired just now"),
    *("iat a float", "iat a text", "iat false", "iat negative"),
    *("a second too long", "a year too long", "expires before it was issued", "a claim we do not know"),
    *("claims in UTF-16", "claims with exp twice", "claims with a lone surrogate"),
}


def twin_reads(token: str) -> dict[str, object]:
    header = jwt.get_unverified_header(token)
    if header["typ"] != "at+jwt":
        raise jwt.InvalidTokenError
    key = {KID: OURS, OLD_KID: OLDER}[header["kid"]].public_key()
    options = {"require": list(CLAIMS), "strict_aud": True}
    with time_machine.travel(NOW, tick=False):
        return jwt.decode(
            token, key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE, leeway=30, options=options
        )


def refused(read, token: str) -> bool:
    try:
        read(token)
    except Exception:  # noqa: BLE001 - the twin is allowed to stumble, we are not
        return True
    return False


def test_a_good_token_tells_who_calls_in_which_session_and_until_when():
    assert TOKENS.read(GOOD, NOW) == Identity(ACCOUNT, SESSION, NOW + timedelta(minutes=5))
    assert TOKENS.read(forged(), NOW) == Identity(ACCOUNT, SESSION, NOW + timedelta(minutes=5))


def test_the_twin_reads_our_token_as_we_do():
    assert twin_reads(GOOD)["sub"] == str(ACCOUNT)
    assert twin_reads(GOOD)["sid"] == str(SESSION)
    assert jwt.get_unverified_header(GOOD) == HEADER


def test_the_contract_has_at_least_sixty_forms():
    assert len(FORGED) == len(set(FORGED.values())) >= 60


@pytest.mark.parametrize("form", FORGED)
def test_a_forged_token_is_refused_as_invalid_and_in_no_other_way(form):
    with pytest.raises(InvalidToken):
        TOKENS.read(FORGED[form], NOW)


@pytest.mark.parametrize("form", FORGED)
def test_the_twin_refuses_the_same_forms_but_those_named(form):
    assert refused(twin_reads, FORGED[form]) == (form not in TWIN_ACCEPTS)


@pytest.mark.parametrize("form", [None, 1, b"a.b.c", ["a"], {"a": 1}, object(), GOOD.encode()])
def test_what_is_not_text_is_an_invalid_token(form):
    with pytest.raises(InvalidToken):
        TOKENS.read(form, NOW)


def test_control_the_naive_use_of_python_jose_lets_forged_tokens_in():
    def naively(token):
        with time_machine.travel(NOW, tick=False):
            naive.decode(token, public_pem(OURS), audience=AUDIENCE)

    let_in = {form for form, token in FORGED.items() if not refused(naively, token)}
    assert let_in >= {"exp missing", "aud missing", "crit unknown", "typ JWT", "kid unknown"}


def test_a_refusal_names_its_reason_in_our_words_and_never_what_was_sent():
    reasons = set()
    for token in FORGED.values():
        with pytest.raises(InvalidToken) as refusal:
            TOKENS.read(token, NOW)
        assert refusal.value.__cause__ is None
        reasons.add(str(refusal.value))
    assert reasons <= {
        *("form", "parts", "base64url", "json", "header", "signature_form", "unknown_key", "claims", "issuer"),
        *("audience", "uuid", "time", "lifetime", "expired", "from_the_future", "unreadable"),
    }


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("letters beyond ASCII", "form"),
        ("four parts", "parts"),
        ("padding", "base64url"),
        ("spare bits set", "base64url"),
        ("alg es256", "header"),
        ("kid unknown", "unknown_key"),
        ("signature in DER", "signature_form"),
        ("claims with exp twice", "json"),
        ("exp true", "time"),
        ("from the future", "from_the_future"),
    ],
)
def test_walls_that_stand_before_others_are_the_ones_that_refuse(form, reason):
    with pytest.raises(InvalidToken, match=f"^{reason}$"):
        TOKENS.read(FORGED[form], NOW)


def test_a_token_of_a_clock_thirty_seconds_ahead_is_read_but_not_of_one_further():
    assert TOKENS.read(claiming(iat=AT + 30, exp=AT + 60), NOW)
    with pytest.raises(InvalidToken):
        TOKENS.read(claiming(iat=AT + 31, exp=AT + 60), NOW)


def test_a_token_ends_at_its_second_without_leeway():
    end = NOW + timedelta(minutes=5)
    assert TOKENS.read(GOOD, end - timedelta(microseconds=1)).expires_at == end
    with pytest.raises(InvalidToken):
        TOKENS.read(GOOD, end)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_a_day_closes_tokens(days):
    with pytest.raises(InvalidToken):
        TOKENS.read(GOOD, NOW + timedelta(days=days))


def test_a_token_for_another_service_of_ours_is_not_read_here():
    for elsewhere in (Tokens(KEYS, ISSUER, "reports"), Tokens(KEYS, "https://other.test", AUDIENCE)):
        with pytest.raises(InvalidToken):
            elsewhere.read(GOOD, NOW)


def test_a_token_longer_than_the_lifetime_set_today_is_refused():
    with pytest.raises(InvalidToken):
        Tokens(KEYS, ISSUER, AUDIENCE, timedelta(minutes=2)).read(GOOD, NOW)


def test_no_two_tokens_of_one_session_share_their_jti():
    issued = [json.loads(decoded(TOKENS.issue(ACCOUNT, SESSION, NOW).split(".")[1])) for _ in range(9)]
    assert len({claims["jti"] for claims in issued}) == 9
    assert all(claims.keys() == CLAIMS.keys() for claims in issued)


def test_every_token_carries_the_lower_s_so_that_it_has_one_text_only():
    for _ in range(64):
        signature = decoded(TOKENS.issue(ACCOUNT, SESSION, NOW).rpartition(".")[2])
        assert int.from_bytes(signature[32:]) <= ORDER // 2


# --- remembered tokens


def test_a_signature_is_checked_once_and_the_time_at_every_reading(monkeypatch):
    keys = SigningKeys.parse([pem(OURS)])
    tokens, checks = Tokens(keys, ISSUER, AUDIENCE), []
    check = keys.verified
    monkeypatch.setattr(keys, "verified", lambda token, kid: checks.append(kid) or check(token, kid))
    assert tokens.read(GOOD, NOW) == tokens.read(GOOD, NOW)
    assert checks == [KID]
    with pytest.raises(InvalidToken):
        tokens.read(GOOD, NOW + timedelta(minutes=5))
    with pytest.raises(InvalidToken):
        tokens.read(GOOD, NOW - timedelta(minutes=5))


def test_refused_tokens_take_no_place_among_the_remembered():
    tokens = Tokens(KEYS, ISSUER, AUDIENCE)
    tokens.read(GOOD, NOW)
    for token in FORGED.values():
        with pytest.raises(InvalidToken):
            tokens.read(token, NOW)
    in_time = {"expired just now", "expired long ago", "from the future", "from next year"}  # ours, but for their time
    assert tokens._checked.cache_info().currsize == 1 + len(in_time)


def test_no_more_than_4096_tokens_are_remembered():
    assert TOKENS._checked.cache_info().maxsize == 4096


# --- mutations


def flipped(token: str, place: int) -> str:
    parts = [decoded(part) for part in token.split(".")]
    bits = bytearray(parts[place % 3])
    bits[place // 3 % len(bits)] ^= 1 << place % 8
    parts[place % 3] = bytes(bits)
    return ".".join(encoded(part) for part in parts)


places = st.integers(0, len(GOOD) * 8)
letters = st.sampled_from("AZaz09-_.=+/ \n\0é\ud800")
MUTATIONS = st.one_of(
    st.builds(flipped, st.just(GOOD), places),
    st.builds(lambda at, by: GOOD[: at % len(GOOD)] + by + GOOD[at % len(GOOD) + 1 :], places, letters),
    st.builds(lambda at, by: GOOD[: at % len(GOOD)] + by + GOOD[at % len(GOOD) :], places, letters),
    st.builds(lambda at, size: GOOD[: at % len(GOOD)] + GOOD[at % len(GOOD) + size :], places, st.integers(1, 40)),
    st.builds(lambda at: GOOD[: at % len(GOOD)].swapcase() + GOOD[at % len(GOOD) :], places),
    st.builds(".".join, st.lists(st.sampled_from(GOOD.split(".")), max_size=6)),
    st.text(max_size=200),
)


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(MUTATIONS)
@example(GOOD[:-1] + chr(ord(GOOD[-1]) + 1))
def test_no_change_of_a_good_token_is_read(token):
    if token == GOOD:
        assert TOKENS.read(token, NOW)
        return
    with pytest.raises(InvalidToken):
        TOKENS.read(token, NOW)


values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just([]), st.just({}))
names = st.one_of(
    st.sampled_from([*HEADER, *CLAIMS, "crit", "jku", "jwk", "x5u", "x5c", "b64", "zip"]), st.text(max_size=8)
)


@settings(max_examples=EXAMPLES // 2, deadline=None, database=None)
@given(st.dictionaries(names, values, min_size=1, max_size=4), st.booleans())
def test_no_other_header_or_claim_is_read_even_under_our_own_signature(changes, in_header):
    token = headed(**changes) if in_header else claiming(**changes)
    with pytest.raises(InvalidToken):
        TOKENS.read(token, NOW)


# --- keys


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_one_key_that_only_its_owner_may_read(tmp_path):
    folder = tmp_path / "keys"
    SigningKeys.load(folder)
    assert [path.name for path in folder.iterdir()] == ["key-000001.pem"]
    assert mode(folder) == 0o700
    assert mode(folder / "key-000001.pem") == 0o600


def test_keys_survive_a_restart(tmp_path):
    token = Tokens(SigningKeys.load(tmp_path / "k"), ISSUER, AUDIENCE).issue(ACCOUNT, SESSION, NOW)
    assert Tokens(SigningKeys.load(tmp_path / "k"), ISSUER, AUDIENCE).read(token, NOW).account_id == ACCOUNT


def test_processes_that_start_together_agree_on_the_first_key(tmp_path):
    with ThreadPoolExecutor(8) as starts:
        published = list(starts.map(lambda _: json.dumps(SigningKeys.load(tmp_path / "k").jwks()), range(16)))
    assert len(set(published)) == 1
    assert [path.name for path in (tmp_path / "k").iterdir()] == ["key-000001.pem"]


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_still_understood(tmp_path):
    keys = SigningKeys.load(tmp_path)
    before = Tokens(keys, ISSUER, AUDIENCE).issue(ACCOUNT, SESSION, NOW)
    kid = keys.rotate()
    for each in (keys, SigningKeys.load(tmp_path)):
        tokens = Tokens(each, ISSUER, AUDIENCE)
        after = tokens.issue(ACCOUNT, SESSION, NOW)
        assert jwt.get_unverified_header(after)["kid"] == kid != jwt.get_unverified_header(before)["kid"]
        assert tokens.read(before, NOW) == tokens.read(after, NOW)


def test_a_rotation_gives_up_the_old_private_key(tmp_path):
    keys = SigningKeys.load(tmp_path)
    keys.rotate()
    keys.rotate()
    first, second, third = sorted(tmp_path.iterdir())
    assert "PRIVATE" not in first.read_text() + second.read_text()
    assert "PRIVATE" in third.read_text()
    assert {mode(path) for path in (first, second, third)} == {0o600}


def test_a_rotation_without_a_folder_lives_in_the_process():
    keys = SigningKeys.parse([pem(OURS)])
    kid = keys.rotate()
    tokens = Tokens(keys, ISSUER, AUDIENCE)
    assert jwt.get_unverified_header(tokens.issue(ACCOUNT, SESSION, NOW))["kid"] == kid
    assert tokens.read(GOOD, NOW).session_id == SESSION


def test_a_key_file_is_never_overwritten(tmp_path):
    SigningKeys.load(tmp_path)
    before = (tmp_path / "key-000001.pem").read_text()
    with pytest.raises(FileExistsError):
        identity._place(tmp_path, 1, FOREIGN)
    assert (tmp_path / "key-000001.pem").read_text() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("too_open", [0o640, 0o604, 0o644, 0o660])
def test_a_key_file_that_others_may_read_is_not_used(tmp_path, too_open):
    SigningKeys.load(tmp_path)
    (tmp_path / "key-000001.pem").chmod(too_open)
    with pytest.raises(UnusableKey, match="chmod 600"):
        SigningKeys.load(tmp_path)


ENCRYPTED = OURS.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
).decode()


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([], id="none"),
        pytest.param([""], id="empty"),
        pytest.param(["secret"], id="not PEM"),
        pytest.param([pem(OURS), "secret"], id="one good, one not"),
        pytest.param([pem(RSA)], id="RSA"),
        pytest.param([pem(P384)], id="P-384"),
        pytest.param([ENCRYPTED], id="encrypted"),
        pytest.param([pem(OURS) + pem(OLDER)], id="two in one text"),
        pytest.param([pem(OLDER), public_pem(OURS)], id="the newest cannot sign"),
        pytest.param([pem(OURS)[:100]], id="cut"),
    ],
)
def test_only_whole_p256_keys_of_which_the_newest_is_private_are_used(texts):
    with pytest.raises(UnusableKey) as refusal:
        SigningKeys.parse(texts)
    assert not any(line in str(refusal.value) for text in texts for line in text.splitlines() if line)


def test_the_published_keys_hold_no_private_part_and_are_named_by_their_thumbprint():
    published = KEYS.jwks()["keys"]
    assert [sorted(key) for key in published] == [["alg", "crv", "kid", "kty", "use", "x", "y"]] * 2
    for key, private in zip(published, (OLDER, OURS), strict=True):
        point = private.public_key().public_numbers()
        x, y = (encoded(number.to_bytes(32)) for number in (point.x, point.y))
        text = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
        assert key["kid"] == encoded(hashlib.sha256(text.encode()).digest())


def test_the_published_keys_are_enough_for_others_to_check_our_tokens():
    key = jwt.PyJWKSet.from_dict(KEYS.jwks())[KID]
    with time_machine.travel(NOW, tick=False):
        assert jwt.decode(GOOD, key, algorithms=["ES256"], audience=AUDIENCE)["sub"] == str(ACCOUNT)


def test_the_start_is_refused_when_python_jose_would_run_on_its_leaking_fallback(monkeypatch):
    monkeypatch.setattr(identity.jwk, "construct", lambda key, algorithm: object())
    with pytest.raises(UnusableKey, match="backend"):
        SigningKeys.parse([pem(OURS)])
