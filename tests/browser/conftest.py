"""Chromium and a server on a free loopback port, for tests that look at pages as an officer does."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class AnnouncedServer(uvicorn.Server):
    """A uvicorn server that says when it answers, so nobody has to wait by sleeping."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serves the app in a thread; answers its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = AnnouncedServer(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    assert server.answers.wait(20)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[[FastAPI], str]]:
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(running(app))


# Not for the session: while it lives, playwright holds the thread's event loop, and async tests elsewhere need it.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        absent = f"{CHROMIUM} is not installed"
        if os.environ.get("DIEMTUA_REQUIRE_BROWSER") == "1":
            pytest.fail(absent)
        pytest.skip(absent)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Watch:
    """Everything a browser context asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def elsewhere(self, home: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((f"{home}/", "data:", f"blob:{home}/"))]


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(chromium: Browser, home: str, watch: Watch) -> Iterator[Page]:
    """A page that may fail only where the test says so: no complaint in the console, no other host."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    context.set_default_timeout(20_000)
    watch.attach(context)
    yield context.new_page()
    context.close()
    assert watch.elsewhere(home) == []
    assert watch.complaints == []


def picture(page: Page, name: str) -> None:
    """Keeps a picture where a person asked for pictures to look at."""
    if folder := os.environ.get("DIEMTUA_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")
