"""Webhooks leave the machine here and nowhere else: one POST, ten seconds, no redirect, to a public address.

The name is resolved once, every address it has is asked whether it is public, and the connection goes to the very
address that was asked: a name that answers differently the second time (DNS rebinding) is never asked a second time.
TLS is checked against the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Final, Self

import httpx2

from domain.webhook.address import Target, is_public, target_of
from domain.webhook.noun import DeliveryFault
from domain.webhook.posting import Outcome, Post

SECONDS: Final = 10.0
"""For everything: resolving, connecting, sending, the answer's head."""
BUSY: Final = (429, 503)
MOST_READ: Final = 4096
"""Bytes read of an answer's body; none are kept."""
HEADERS: Final = {
    "content-type": "application/json",
    "user-agent": "DiemTua-Webhooks/1",
    "accept-encoding": "identity",
    "connection": "close",
}
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


LOOKED_UP: Final = 32
"""Names looked up at once. A name server that is silent holds a thread for half a minute, whoever waits."""


class Resolver:
    """Every address of a name, in threads of its own; one look-up of a name serves all who wait for it meanwhile."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(LOOKED_UP, "name")
        self.asked: dict[str, asyncio.Future[list[Any]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        asked = self.asked.get(host)
        if asked is None:
            ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
            asked = self.asked[host] = asyncio.get_running_loop().run_in_executor(self.threads, ask)
            asked.add_done_callback(partial(self._told, host))
        found = await asyncio.shield(asked)  # who gives up leaves it to the others
        return [str(entry[4][0]).partition("%")[0] for entry in found]

    def _told(self, host: str, asked: asyncio.Future[list[Any]]) -> None:
        del self.asked[host]
        asked.cancelled() or asked.exception()  # also where nobody waits any more

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)


class Sender:
    """Sends to where it may. In development also to one's own machine, and without TLS."""

    def __init__(
        self,
        *,
        development: bool,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.development = development
        self.resolver = Resolver()
        self.resolve: Resolve = resolve or self.resolver
        self.seconds = seconds
        # the transport alone: a client would keep cookies, ask proxies and write URLs into logs
        self.transport: httpx2.AsyncBaseTransport = httpx2.AsyncHTTPTransport(
            verify=trust or ssl.create_default_context(),
            trust_env=False,
            # a connection made for one name must not serve another at the same address
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resolver.close()
        await self.transport.aclose()

    async def __call__(self, post: Post) -> Outcome:
        """Never raises for what a receiver does."""
        target = target_of(post.url)
        if target is None or (target.scheme != "https" and not self.development):
            return Outcome(None, DeliveryFault.NOT_HTTPS)
        status: list[tuple[int, str | None]] = []
        try:
            async with asyncio.timeout(self.seconds):
                return await self._posted(post, target, status)
        except (TimeoutError, httpx2.TimeoutException):
            return _answered(*status[0]) if status else Outcome(None, DeliveryFault.TIMEOUT)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return _answered(*status[0]) if status else Outcome(None, _fault(error))

    async def _posted(self, post: Post, target: Target, status: list[tuple[int, str | None]]) -> Outcome:
        try:
            addresses = [ip_address(one) for one in await self.resolve(target.host, target.port)]
        except (OSError, ValueError):
            return Outcome(None, DeliveryFault.NOT_RESOLVED)
        if not addresses:
            return Outcome(None, DeliveryFault.NOT_RESOLVED)
        if not all(is_public(one, development=self.development) for one in addresses):
            return Outcome(None, DeliveryFault.ADDRESS_NOT_PUBLIC)
        first = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
        request = httpx2.Request(
            "POST",
            f"{target.scheme}://{first}:{target.port}{target.rest}",
            content=post.body,
            headers={**post.headers, "host": _host(target)} | HEADERS,
            extensions={"sni_hostname": target.host.removesuffix(".")},
        )
        reply = await self.transport.handle_async_request(request)
        try:
            status.append((reply.status_code, reply.headers.get("retry-after")))
            await _skim(reply)
        finally:
            await reply.aclose()
        return _answered(*status[0])


async def _skim(reply: httpx2.Response) -> None:
    """A little of the body, for receivers that mind being cut off. Whatever it says, it is dropped."""
    read = 0
    async for part in reply.aiter_raw():
        read += len(part)
        if read >= MOST_READ:
            return


def _host(target: Target) -> str:
    """The Host header: what the URL says."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.scheme == "https" else 80
    return host if target.port == usual else f"{host}:{target.port}"


def _answered(status: int, retry_after: str | None) -> Outcome:
    """2xx alone is received. Who has too much (429, 503) may say for how long."""
    if 200 <= status < 300:
        return Outcome(status, None)
    return Outcome(status, DeliveryFault.ANSWER, asked_for(retry_after) if status in BUSY else timedelta(0))


def asked_for(retry_after: str | None) -> timedelta:
    """Retry-After in seconds or as a date (RFC 9110 §10.2.3); nothing where it is neither, or over."""
    said = (retry_after or "").strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:9]), 10**6))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return timedelta(0)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - datetime.now(UTC), timedelta(0))


def _fault(error: BaseException) -> DeliveryFault:
    """A certificate that is not to be trusted, or no connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return DeliveryFault.TLS
        cause = cause.__cause__ or cause.__context__
    return DeliveryFault.NO_CONNECTION
