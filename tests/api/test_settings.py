"""Settings: what may be left alone in a demo, and what is refused outside one."""

import base64
import hashlib
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from asyncpg.connect_utils import _parse_connect_dsn_and_args
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from api.settings import Settings, WeakSettingsError, sqlalchemy_url

SERVICE = "postgresql://app_rw:hUq2-vE9x-Lm4t-Zp7c@db/diemtua"
OWNER = "postgresql://app_owner:Kd8w-Tn3s-Ry6b-Xj5g@db/diemtua"


def pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


GOOD_PEM = pem(ec.generate_private_key(ec.SECP256R1()))
MASTER = bytes.fromhex("9f3a61c7d20e5b8844f1a92c7be63d0581cd5e12b7a04f69e83c1d962a75bf30")


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("DIEMTUA_") or name in {
            "PORT",
            "DATABASE_URL",
            "MIGRATION_DATABASE_URL",
            "WORKER_DATABASE_URL",
        }:
            monkeypatch.delenv(name)


def strong(**changes) -> Settings:
    given = dict(
        database_url=SERVICE,
        migration_database_url=OWNER,
        issuer="https://diemtua.example.vn",
        master_key=b64(MASTER),
        signing_keys=GOOD_PEM,
        allowed_hosts="diemtua.example.vn",
    )
    return Settings(**{name: value for name, value in (given | changes).items() if value is not None})


def reasons(settings: Settings) -> tuple[str, ...]:
    with pytest.raises(WeakSettingsError) as caught:
        settings.refuse_weak()
    return caught.value.reasons


# -- where settings come from


def test_without_an_environment_the_service_listens_to_this_machine_only():
    settings = Settings()
    assert (settings.host, settings.port, settings.demo, settings.database_url) == ("127.0.0.1", 8000, False, None)
    assert settings.issuer == "http://127.0.0.1:8000"


def test_the_environment_is_read_by_its_own_names(monkeypatch):
    for name, value in {
        "PORT": "9000", "DATABASE_URL": SERVICE, "MIGRATION_DATABASE_URL": OWNER, "WORKER_DATABASE_URL": SERVICE,
        "DIEMTUA_HOME": "/srv/diemtua", "DIEMTUA_POOL_SIZE": "12", "DIEMTUA_CORS_ORIGINS": "https://a.vn, https://b.vn:8443",
        "DIEMTUA_ALLOWED_HOSTS": "a.vn,*.b.vn", "DIEMTUA_DEMO": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.port, str(settings.home), settings.pool_size, settings.demo) == (9000, "/srv/diemtua", 12, True)
    assert settings.cors_origins == ("https://a.vn", "https://b.vn:8443")
    assert settings.allowed_hosts == ("a.vn", "*.b.vn")
    assert settings.database_url.get_secret_value() == SERVICE
    assert settings.issuer == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    "name", ["PORT", "DIEMTUA_PORT", "DIEMTUA_POOL_SIZE", "DIEMTUA_LOG_LEVEL", "DIEMTUA_CORS_ORIGINS"]
)
def test_a_wrong_value_is_refused_and_not_repeated(monkeypatch, name):
    monkeypatch.setenv(name, "CANARY-hunter2")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "a.vn", "https://a.vn/", "https://a.vn/x", "https://*.a.vn", "https://A.vn", "https://a@b.vn"],
)
def test_an_origin_is_exact_or_refused(origin):
    with pytest.raises(ValidationError):
        Settings(cors_origins=origin)


def test_secrets_do_not_show():
    shown = f"{strong()!r} {strong()}"
    assert b64(MASTER) not in shown
    assert "hUq2" not in shown
    assert "PRIVATE KEY" not in shown


# -- what is refused outside a demo


def test_strong_settings_are_accepted():
    strong().refuse_weak()
    strong(worker_database_url=SERVICE, cors_origins="https://a.vn").refuse_weak()


def test_every_missing_setting_is_named_at_once():
    named = " ".join(reasons(Settings()))
    for variable in ("DATABASE_URL", "MASTER_KEY", "SIGNING_KEYS", "ISSUER", "ALLOWED_HOSTS"):
        assert variable in named
    Settings(demo=True).refuse_weak()


WEAK = [
    ("DATABASE_URL", {"database_url": "postgresql://app_rw:postgres@db/x"}),
    ("DATABASE_URL", {"database_url": "postgresql://app_rw:short1!@db/x"}),
    ("DATABASE_URL", {"database_url": "postgresql://app_rw:aaaaaaaaaaaaaaaa@db/x"}),
    ("DATABASE_URL", {"database_url": "postgresql://app_rw:q8fLw2q8fLw2q8fLw2@db/x"}),
    ("DATABASE_URL", {"database_url": "postgresql://app_rw:Password-2026!!@db/x"}),
    ("DATABASE_URL", {"database_url": "postgresql://diemtua_service:diemtua_service@db/x"}),
    ("DATABASE_URL", {"database_url": "postgresql://app_rw@db/x?password=changeme"}),
    ("DATABASE_URL", {"database_url": OWNER}),
    ("WORKER_DATABASE_URL", {"worker_database_url": OWNER}),
    ("MIGRATION_DATABASE_URL", {"migration_database_url": "postgresql://app_owner:secret@db/x"}),
    ("MASTER_KEY", {"master_key": "c2hvcnQ="}),
    ("MASTER_KEY", {"master_key": "not base64 at all!"}),
    ("MASTER_KEY", {"master_key": b64(bytes(32))}),
    ("MASTER_KEY", {"master_key": b64(bytes(range(32)))}),
    ("MASTER_KEY", {"master_key": b64(bytes(range(64, 0, -2)))}),
    ("MASTER_KEY", {"master_key": b64(MASTER[:8] * 4)}),
    ("MASTER_KEY", {"master_key": b64(b"this is my secret key, 32 bytes!")}),
    ("MASTER_KEY", {"master_key": b64(hashlib.sha256(b"changeme").digest())}),
    ("MASTER_KEY", {"master_key": b64(MASTER + b"x")}),
    ("SIGNING_KEYS", {"signing_keys": "/nowhere/at/all.pem"}),
    ("SIGNING_KEYS", {"signing_keys": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}),
    ("SIGNING_KEYS", {"signing_keys": pem(ec.generate_private_key(ec.SECP384R1()))}),
    ("SIGNING_KEYS", {"signing_keys": pem(rsa.generate_private_key(65537, 2048))}),
    ("SIGNING_KEYS", {"signing_keys": pem(ec.derive_private_key(1, ec.SECP256R1()))}),
    ("SIGNING_KEYS", {"signing_keys": pem(ec.derive_private_key(int.from_bytes(base64.urlsafe_b64decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI=")), ec.SECP256R1()))}),
    ("SIGNING_KEYS", {"signing_keys": GOOD_PEM + pem(ec.derive_private_key(7, ec.SECP256R1()))}),
    ("ISSUER", {"issuer": "http://diemtua.example.vn"}),
    ("ALLOWED_HOSTS", {"allowed_hosts": "*"}),
    ("CORS_ORIGINS", {"cors_origins": "http://a.vn"}),
]  # fmt: skip


@pytest.mark.parametrize(("variable", "change"), WEAK)
def test_one_weak_setting_is_refused_by_name_and_without_its_value(variable, change):
    (reason,) = reasons(strong(**change))
    assert variable in reason
    (value,) = change.values()
    assert value not in reason or value == "*"
    strong(demo=True, **change).refuse_weak()


@pytest.mark.parametrize("missing", ["database_url", "master_key", "signing_keys", "allowed_hosts"])
def test_one_missing_setting_is_refused_by_name(missing):
    (reason,) = reasons(strong(**{missing: None}))
    assert missing.upper() in reason


def test_random_keys_are_never_called_weak():
    for _ in range(200):
        strong(master_key=b64(secrets.token_bytes(32))).refuse_weak()
    strong(master_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()).refuse_weak()


def test_a_sign_in_without_a_password_is_left_to_the_server():
    strong(database_url="postgresql://app_rw@/diemtua?host=/run/postgresql").refuse_weak()


# -- keys


def test_the_keys_of_each_purpose_differ_and_stay():
    settings = strong()
    keys = {settings.key_for(purpose) for purpose in ("data", "blind-index", "cursor")}
    assert len(keys | {MASTER}) == 4
    assert {len(key) for key in keys} == {32}
    assert settings.key_for("data") == strong().key_for("data")
    assert settings.key_for("data") != strong(master_key=b64(secrets.token_bytes(32))).key_for("data")


def test_no_key_is_derived_from_nothing():
    for settings in (Settings(), Settings(master_key=""), Settings(master_key="c2hvcnQ=")):
        with pytest.raises(WeakSettingsError):
            settings.key_for("data")


def test_signing_keys_come_from_text_from_a_file_or_from_a_folder_whose_last_name_signs(tmp_path):
    older, newer = (pem(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))
    (tmp_path / "2026-01.pem").write_text(older)
    (tmp_path / "2026-07.pem").write_text(newer)
    (tmp_path / "notes.txt").write_text("no key")
    expected = (newer.strip().encode(), older.strip().encode())
    assert Settings(signing_keys=str(tmp_path)).signing_pems() == expected
    assert Settings(signing_keys=str(tmp_path / "2026-07.pem")).signing_pems() == expected[:1]
    assert Settings(signing_keys=newer + older).signing_pems() == expected
    assert Settings(signing_keys=newer.replace("\n", "\\n")).signing_pems() == expected[:1]
    assert Settings().signing_pems() == ()


def test_a_demo_makes_its_keys_once_and_for_its_owner_only(tmp_path):
    home = tmp_path / "data"
    first, second = Settings.for_demo(home), Settings.for_demo(home)
    assert first.demo
    assert first.key_for("data") == second.key_for("data")
    assert first.signing_pems() == second.signing_pems() != ()
    assert sorted(path.name for path in home.iterdir()) == ["master.key", "signing.pem"]
    assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700


def test_the_keys_of_a_demo_are_strong(tmp_path):
    made = Settings.for_demo(tmp_path)
    strong(master_key=made.master_key, signing_keys=made.signing_keys).refuse_weak()


def test_a_demo_closes_keys_that_were_left_open(tmp_path):
    Settings.for_demo(tmp_path)
    (tmp_path / "master.key").chmod(0o644)
    Settings.for_demo(tmp_path)
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600


def test_two_demos_that_start_at_once_share_their_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Settings.for_demo(tmp_path), range(8)))
    assert len({one.key_for("data") for one in made}) == 1
    assert len({one.signing_pems() for one in made}) == 1


def test_a_demo_takes_its_home_and_port_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DIEMTUA_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PORT", "8123")
    settings = Settings.for_demo()
    assert settings.home == tmp_path / "elsewhere"
    assert settings.issuer == "http://127.0.0.1:8123"


# -- one DSN, two readers


def by_sqlalchemy(dsn):
    _, options = dialect().create_connect_args(make_url(sqlalchemy_url(dsn)))
    return options


def by_asyncpg(dsn):
    addresses, parameters = _parse_connect_dsn_and_args(
        dsn=dsn, host=None, port=None, user=None, password=None, passfile=None, database=None, ssl=None, service=None,
        servicefile=None, direct_tls=None, server_settings=None, target_session_attrs=None, krbsrvname=None, gsslib=None,
    )  # fmt: skip
    return addresses, parameters


def addresses_of(options):
    hosts, ports = options["host"], options.get("port", 5432)
    if isinstance(hosts, list):
        return [(host, int(port)) for host, port in zip(hosts, ports, strict=True)]
    return [f"{hosts}/.s.PGSQL.{ports}"] if hosts.startswith("/") else [(hosts, int(ports))]


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://u:p@h1:6001,h2:6002/db?target_session_attrs=read-write",
        "postgresql://u:p%40%3A%2F@h1:6001,h2:6002,h3:6003/db",
        "postgresql://u:p@h1,h2/db",
        "postgresql://u:p%2Bx+y@h1:6001/db",
        "postgres://u:p@h1/db?application_name=x",
        "postgresql://u:p@[::1]:6001/db",
        "postgresql://u:p@/db?host=/run/postgresql",
        "postgresql://u:p@h1/%C4%91i%E1%BB%83m",
    ],
)
def test_sqlalchemy_goes_to_the_same_servers_as_asyncpg(dsn):
    addresses, parameters = by_asyncpg(dsn)
    options = by_sqlalchemy(dsn)
    assert addresses_of(options) == list(addresses)
    assert (options["user"], options["password"], options["database"]) == (
        parameters.user,
        parameters.password,
        parameters.database,
    )
    assert options.get("target_session_attrs", "any") == parameters.target_session_attrs.value


def test_tls_goes_with_the_dsn():
    assert by_sqlalchemy("postgresql://u:p@h1/db?sslmode=verify-full")["ssl"] == "verify-full"


def test_only_what_asyncpg_takes_as_an_argument_is_handed_on():
    options = by_sqlalchemy(
        "postgresql://u:p@h1:1,h2:2/db?target_session_attrs=any&sslmode=require&application_name=x&options=y"
    )
    assert options.keys() - {"host", "port", "user", "password", "database", "ssl", "target_session_attrs"} == set()
    assert options.keys() <= set(asyncpg.connect.__kwdefaults__)


@pytest.mark.parametrize(
    "dsn",
    ["postgresql://u:p@h1/db?sslrootcert=/x.pem", "postgresql://u:p@[::1]:1,[::2]:2/db", "mysql://u:p@h1/db", "CANARY"],
)
def test_a_dsn_that_sqlalchemy_cannot_carry_is_refused_without_repeating_it(dsn):
    with pytest.raises(ValueError, match=r"^(?!.*(CANARY|u:p))"):
        sqlalchemy_url(dsn)
