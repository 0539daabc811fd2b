"""A small client: some connections, each sends its next request when the last is answered. Its CPU is not counted."""

from __future__ import annotations

import asyncio
from itertools import cycle
from time import perf_counter

CONNECTIONS = 6


class _Line(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, requests: list[bytes], start: int, until: float, done: asyncio.Future[None]) -> None:
        self.requests = cycle(requests[start % len(requests) :] + requests[: start % len(requests)])
        self.until, self.done = until, done
        self.took: list[float] = []
        self.failed = 0
        self.last = b""
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def _next(self) -> None:
        self.began = perf_counter()
        if self.began >= self.until:
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length or 0):
            return
        self.took.append(perf_counter() - self.began)
        self.failed += not head.startswith(b"HTTP/1.1 20")
        self.buffer, self.last = b"", body
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def load(
    port: int, requests: list[bytes], seconds: float, connections: int = CONNECTIONS
) -> tuple[list[float], int]:
    """Latencies in seconds, and how many requests failed."""
    loop = asyncio.get_running_loop()
    until = perf_counter() + seconds
    ends = [loop.create_future() for _ in range(connections)]
    lines = [_Line(requests, place * 7, until, end) for place, end in enumerate(ends)]
    for line in lines:
        await loop.create_connection(lambda line=line: line, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return [took for line in lines for took in line.took], sum(line.failed for line in lines)


async def once(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
    writer.close()
    return body
