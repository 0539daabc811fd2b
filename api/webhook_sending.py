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
from ipaddress import ip_address
from types import TracebackType
from typing import Final, Self

import httpx2

from domain.webhook.address import Target, is_public, target_of
from domain.webhook.noun import DeliveryFault
from domain.webhook.posting import Outcome, Post

SECONDS: Final = 10.0
"""For everything: resolving, connecting, sending, the answer's head."""
MOST_READ: Final = 4096
"""Bytes read of an answer's body; none are kept."""
HEADERS: Final = {
    "content-type": "application/json",
    "user-agent": "DiemTua-Webhooks/1",
    "accept-encoding": "identity",
    "connection": "close",
}
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolved(host: str, port: int) -> Sequence[str]:
    """Every address of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]).partition("%")[0] for entry in found]


class Sender:
    """Sends to where it may. In development also to one's own machine, and without TLS."""

    def __init__(
        self,
        *,
        development: bool,
        resolve: Resolve = resolved,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.development = development
        self.resolve = resolve
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
        await self.transport.aclose()

    async def __call__(self, post: Post) -> Outcome:
        """Never raises for what a receiver does."""
        target = target_of(post.url)
        if target is None or (target.scheme != "https" and not self.development):
            return Outcome(None, DeliveryFault.NOT_HTTPS)
        status: list[int] = []
        try:
            async with asyncio.timeout(self.seconds):
                return await self._posted(post, target, status)
        except (TimeoutError, httpx2.TimeoutException):
            return _answered(status[0]) if status else Outcome(None, DeliveryFault.TIMEOUT)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return _answered(status[0]) if status else Outcome(None, _fault(error))

    async def _posted(self, post: Post, target: Target, status: list[int]) -> Outcome:
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
            status.append(reply.status_code)
            await _skim(reply)
        finally:
            await reply.aclose()
        return _answered(reply.status_code)


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


def _answered(status: int) -> Outcome:
    """2xx alone is received."""
    return Outcome(status, None if 200 <= status < 300 else DeliveryFault.ANSWER)


def _fault(error: BaseException) -> DeliveryFault:
    """A certificate that is not to be trusted, or no connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return DeliveryFault.TLS
        cause = cause.__cause__ or cause.__context__
    return DeliveryFault.NO_CONNECTION
