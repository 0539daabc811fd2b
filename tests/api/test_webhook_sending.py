"""Webhooks on the wire: where the connection goes, against which name TLS is checked, and how long anything may take."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from contextlib import asynccontextmanager

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.webhook_sending import MOST_READ, Sender, asked_for
from domain.webhook.noun import DeliveryFault
from domain.webhook.posting import Outcome, Post

NAME = "nhan.xa-hoa.vn"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Listener:
    """A server on one's own machine that counts who came and says what it was told to say."""

    def __init__(self, says):
        self.says = says
        self.came = 0
        self.heads: list[bytes] = []
        self.serving: set[asyncio.Task] = set()

    async def __call__(self, reader, writer):
        self.came += 1
        self.serving.add(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            length = next(
                int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
            if callable(self.says):
                await self.says(writer)
            else:
                writer.write(self.says)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()


@asynccontextmanager
async def listening(says=OK, tls=None):
    listener = Listener(says)
    server = await asyncio.start_server(listener, "127.0.0.1", 0, ssl=tls)
    listener.port = server.sockets[0].getsockname()[1]
    yield listener
    server.close()
    for task in listener.serving:
        task.cancel()
    await asyncio.gather(*listener.serving, return_exceptions=True)


def names(*answers):
    """A resolver that gives one answer after the other, and counts."""
    left = list(answers)

    async def resolve(_host, _port):
        resolve.asked += 1
        return left.pop(0) if len(left) > 1 else left[0]

    resolve.asked = 0
    return resolve


def post(url):
    return Post(url, {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}, b"{}")


async def sent(url, **settings):
    async with Sender(**({"development": True} | settings)) as send:
        return await send(post(url))


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """A certificate for NAME, and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(secret + pem)
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(path)
    return serves, ssl.create_default_context(cadata=pem.decode())


# -- where it may not go


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["fe80::1"],
    ],
)
async def test_a_name_behind_which_lies_a_private_address_gets_no_connection(addresses):
    async with listening() as listener:
        url = f"https://{NAME}:{listener.port}/"
        found = await sent(url, development=False, resolve=names(addresses))
        assert found == Outcome(None, DeliveryFault.ADDRESS_NOT_PUBLIC)
        assert listener.came == 0


async def test_development_reaches_ones_own_machine_and_not_the_network_around():
    async with listening() as listener:
        assert await sent(f"http://{NAME}:{listener.port}/", resolve=names(["127.0.0.1"])) == Outcome(200, None)
        for address in ("10.0.0.1", "169.254.169.254"):
            found = await sent(f"http://{NAME}:{listener.port}/", resolve=names([address]))
            assert found.fault is DeliveryFault.ADDRESS_NOT_PUBLIC
        assert listener.came == 1


async def test_a_name_is_resolved_once_and_the_connection_goes_to_the_address_that_was_asked():
    """DNS rebinding: the second answer would be one's own machine; nobody asks a second time."""
    seen = []

    def taken(request):
        seen.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        return httpx2.Response(200, stream=httpx2.ByteStream(b""))

    resolve = names(["8.8.8.8"], ["127.0.0.1"])
    async with Sender(development=False, resolve=resolve) as send:
        await send.transport.aclose()
        send.transport = httpx2.MockTransport(taken)
        assert await send(post(f"https://{NAME}/x?y=1")) == Outcome(200, None)
    assert resolve.asked == 1
    assert seen == [("8.8.8.8", NAME, NAME)]


@pytest.mark.parametrize("url", [f"http://{NAME}/", "ftp://x.vn/", "https://127.1/"])
async def test_without_tls_or_as_no_url_nothing_leaves(url):
    resolve = names(["8.8.8.8"])
    found = await sent(url, development=False, resolve=resolve)
    assert found == Outcome(None, DeliveryFault.NOT_HTTPS)
    assert resolve.asked == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status):
    async with listening() as inside:
        there = f"Location: http://127.0.0.1:{inside.port}/".encode()
        says = b"HTTP/1.1 %d Moved\r\n%s\r\nContent-Length: 0\r\n\r\n" % (status, there)
        async with listening(says) as outside:
            found = await sent(f"http://{NAME}:{outside.port}/", resolve=names(["127.0.0.1"]))
        assert found == Outcome(status, DeliveryFault.ANSWER)
        assert inside.came == 0


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    async with listening() as proxy, listening() as listener:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await sent(f"http://{NAME}:{listener.port}/", resolve=names(["127.0.0.1"]))).status == 200
        assert (proxy.came, listener.came) == (0, 1)


# -- TLS


async def test_the_certificate_is_checked_against_the_name_though_the_connection_goes_to_an_address(papers):
    serves, trusts = papers
    async with listening(tls=serves) as listener:
        resolve = names(["127.0.0.1"])
        good = await sent(f"https://{NAME}:{listener.port}/", resolve=resolve, trust=trusts)
        other = await sent(f"https://khac.xa-hoa.vn:{listener.port}/", resolve=resolve, trust=trusts)
        nobody = await sent(f"https://{NAME}:{listener.port}/", resolve=resolve)
        address = await sent(f"https://127.0.0.1:{listener.port}/", resolve=resolve, trust=trusts)
    assert good == Outcome(200, None)
    assert {other, nobody, address} == {Outcome(None, DeliveryFault.TLS)}
    assert f"\r\nhost: {NAME}:{listener.port}\r\n".encode() in listener.heads[0].lower()
    assert len(listener.heads) == 1, "nothing is sent to who cannot show the name"


async def test_a_connection_serves_one_delivery(papers):
    """One made for a name must not carry what is meant for another name at the same address."""
    serves, trusts = papers
    resolve = names(["127.0.0.1"])
    async with listening(tls=serves) as listener, Sender(development=True, resolve=resolve, trust=trusts) as send:
        assert (await send(post(f"https://{NAME}:{listener.port}/"))).status == 200
        found = await send(post(f"https://khac.xa-hoa.vn:{listener.port}/"))
    assert found.fault is DeliveryFault.TLS


# -- how long and how much


async def test_who_says_nothing_is_left_after_the_time():
    async def nothing(writer):
        await asyncio.Event().wait()

    async with listening(nothing) as listener:
        found = await sent(f"http://{NAME}:{listener.port}/", resolve=names(["127.0.0.1"]), seconds=0.2)
    assert found == Outcome(None, DeliveryFault.TIMEOUT)


async def test_who_drips_an_answer_is_left_after_the_time_as_well():
    """Each read would be in time; the whole is not."""

    async def drips(writer):
        for byte in b"HTTP/1.1 200 OK\r\n" * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    async with listening(drips) as listener:
        found = await sent(f"http://{NAME}:{listener.port}/", resolve=names(["127.0.0.1"]), seconds=0.3)
    assert found == Outcome(None, DeliveryFault.TIMEOUT)


async def test_an_endless_body_is_read_a_little_and_the_status_counts():
    written = 0

    async def endless(writer):
        nonlocal written
        writer.write(b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()
            written += 4096

    async with listening(endless) as listener:
        found = await sent(f"http://{NAME}:{listener.port}/", resolve=names(["127.0.0.1"]))
    assert found == Outcome(202, None)
    assert written < MOST_READ * 4000


async def test_an_endless_head_is_no_answer():
    async def head(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"y" * 4000 + b"\r\n")
            await writer.drain()

    async with listening(head) as listener:
        found = await sent(f"http://{NAME}:{listener.port}/", resolve=names(["127.0.0.1"]))
    assert found.fault is DeliveryFault.NO_CONNECTION


async def test_a_closed_port_and_an_unknown_name_are_told_apart():
    async with listening() as listener:
        port = listener.port

    async def unknown(_host, _port):
        raise OSError("no such name")

    assert (await sent(f"http://{NAME}:{port}/", resolve=names(["127.0.0.1"]))).fault is DeliveryFault.NO_CONNECTION
    assert (await sent(f"http://{NAME}:{port}/", resolve=unknown)).fault is DeliveryFault.NOT_RESOLVED
    assert (await sent(f"http://{NAME}:{port}/", resolve=names([]))).fault is DeliveryFault.NOT_RESOLVED


async def test_no_cookie_is_kept_from_one_delivery_to_the_next():
    says = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    async with listening(says) as listener, Sender(development=True, resolve=names(["127.0.0.1"])) as send:
        for _ in range(2):
            await send(post(f"http://{NAME}:{listener.port}/"))
    assert b"cookie" not in listener.heads[1].lower()


# -- when it may come again


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(None, 0), ("", 0), ("120", 120), (" 7 ", 7), ("-5", 0), ("soon", 0), ("9" * 40, 10**6), ("1.5", 0), ("²", 0)],
)
def test_retry_after_is_read_in_seconds_and_what_is_none_is_nothing(said, seconds):
    assert asked_for(said) == dt.timedelta(seconds=seconds)


def test_retry_after_is_read_as_a_date_and_one_that_is_over_is_nothing():
    at = dt.datetime.now(dt.UTC).replace(microsecond=0)
    told = "%a, %d %b %Y %H:%M:%S GMT"
    ahead = asked_for((at + dt.timedelta(hours=1)).strftime(told))
    assert dt.timedelta(minutes=59) < ahead <= dt.timedelta(hours=1)
    assert asked_for((at - dt.timedelta(hours=1)).strftime(told)) == dt.timedelta(0)


@pytest.mark.parametrize(("status", "seconds"), [(429, 90), (503, 90), (500, 0), (302, 0)])
async def test_who_has_too_much_is_heard_and_nobody_else(status, seconds):
    says = f"HTTP/1.1 {status} x\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n".encode()
    async with listening(says) as listener:
        outcome = await sent(f"http://127.0.0.1:{listener.port}/")
    assert outcome == Outcome(status, DeliveryFault.ANSWER, dt.timedelta(seconds=seconds))
