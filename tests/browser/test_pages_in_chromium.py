"""What an officer sees at /docs, /reference and /graphql/ide, in a real browser without any other network.

The sign-in server here knows one officer and keeps to the contract of `/v1/auth`: a refresh token works once.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Any

import pytest
from fastapi import Body, Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from graphql import build_schema, graphql_sync
from playwright.sync_api import Page, expect

from api.pages import install_pages
from tests.browser.conftest import Watch, picture

OFFICER, PASSWORD = "can_bo.00169", "mat khau du dai 2026"
SCHEMA = build_schema('type Query { "Đơn vị của người hỏi" unitName: String! }')
PROBLEM = {"type": "about:blank", "title": "Sai tên hoặc mật khẩu", "status": 401, "detail": "Hãy thử lại."}


@dataclass
class Desk:
    """The part of the service that the pages talk to."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    access: str = ""
    refresh: str = ""
    ended: list[str] = field(default_factory=list)
    grants: list[dict[str, str]] = field(default_factory=list)

    def tokens(self) -> dict[str, Any]:
        number = next(self.numbers)
        self.access, self.refresh = f"access-{number}", f"refresh-{number}"
        return {
            "access_token": self.access,
            "refresh_token": self.refresh,
            "expires_in": 300,
            "token_type": "Bearer",
        }

    def admits(self, authorization: str | None) -> bool:
        return bool(self.access) and authorization == f"Bearer {self.access}"


def refused() -> JSONResponse:
    return JSONResponse(PROBLEM, status_code=401, media_type="application/problem+json")


def install_sign_in(app: FastAPI, desk: Desk) -> None:
    @app.post("/v1/auth/sessions", status_code=201, tags=["auth"], summary="Đăng nhập")
    async def sign_in(body: Annotated[dict[str, str], Body()]) -> Any:
        return desk.tokens() if body == {"user_name": OFFICER, "password": PASSWORD} else refused()

    @app.post("/v1/auth/token", tags=["auth"], summary="Gia hạn phiên")
    async def token(body: Annotated[dict[str, str], Body()]) -> Any:
        desk.grants.append(body)
        return desk.tokens() if body["refresh_token"] == desk.refresh else refused()

    @app.delete("/v1/auth/sessions/current", status_code=204, tags=["auth"], summary="Đăng xuất")
    async def sign_out(authorization: Annotated[str, Header()]) -> None:
        desk.ended.append(authorization)


def install_reads(app: FastAPI, desk: Desk) -> None:
    @app.get("/v1/me", tags=["me"], summary="Tôi là ai", dependencies=[Depends(HTTPBearer(auto_error=False))])
    async def me(authorization: Annotated[str | None, Header(include_in_schema=False)] = None) -> Any:
        return {"user_name": OFFICER, "sent": authorization} if desk.admits(authorization) else refused()

    @app.post("/graphql", include_in_schema=False)
    async def graphql(request: Request) -> Any:
        if not desk.admits(request.headers.get("authorization")):
            return refused()
        query = (await request.json())["query"]
        return graphql_sync(SCHEMA, query, {"unitName": "Phường Cửa Nam"}).formatted


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def home(desk: Desk, serve: Callable[[FastAPI], str]) -> str:
    app = FastAPI(title="Điểm Tựa", version="1", docs_url=None, redoc_url=None)
    install_sign_in(app, desk)
    install_reads(app, desk)
    install_pages(app, ide=True, demo=True)
    return serve(app)


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Tên đăng nhập").fill(OFFICER)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Đăng nhập Sign in").click()


def signed_in(page: Page) -> None:
    sign_in(page)
    expect(page.locator("#signed-in")).to_contain_text(OFFICER)


def call_me(page: Page) -> None:
    operation = page.locator("#operations-me-me_v1_me_get")
    if not operation.locator(".execute").is_visible():
        operation.locator(".opblock-summary-control").click()
    with page.expect_response("**/v1/me"):
        operation.locator(".execute").click()


def test_docs_call_an_operation_with_the_token_of_the_sign_in_box(page: Page, home: str, desk: Desk) -> None:
    page.goto(f"{home}/docs")
    picture(page, "docs-signed-out")
    signed_in(page)
    call_me(page)
    answer = page.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").last).to_contain_text("200")
    expect(answer).to_contain_text(f"Bearer {desk.access}")
    picture(page, "docs-signed-in")


def test_a_wrong_password_shows_the_problem_of_the_server_and_leaves_the_field_ready(
    page: Page, home: str, watch: Watch
) -> None:
    page.goto(f"{home}/docs")
    sign_in(page, "sai mat khau hoan toan")
    expect(page.get_by_role("alert")).to_have_text("Sai tên hoặc mật khẩu — Hãy thử lại.")
    expect(page.locator("#password")).to_be_focused()
    picture(page, "docs-refused")
    assert len(watch.complaints) == 1
    assert "401" in watch.complaints.pop()


def test_the_session_renews_itself_before_the_access_token_ends(page: Page, home: str, desk: Desk) -> None:
    page.clock.install()
    page.goto(f"{home}/docs")
    signed_in(page)
    first = desk.refresh
    with page.expect_response("**/v1/auth/token"):
        page.clock.fast_forward("04:31")
    assert desk.grants == [{"grant_type": "refresh_token", "refresh_token": first}]
    call_me(page)
    expect(page.locator(".live-responses-table")).to_contain_text("Bearer access-2")


def test_a_device_that_slept_past_the_end_renews_once_for_two_calls(page: Page, home: str, desk: Desk) -> None:
    page.goto(f"{home}/docs")
    headers = page.evaluate(TWO_CALLS_AFTER_A_SLEEP, [OFFICER, PASSWORD])
    assert headers == [{"Authorization": "Bearer access-2"}] * 2
    assert len(desk.grants) == 1


def test_a_session_ended_at_the_server_asks_to_sign_in_again(page: Page, home: str, desk: Desk, watch: Watch) -> None:
    page.clock.install()
    page.goto(f"{home}/docs")
    signed_in(page)
    desk.refresh = "another"
    page.clock.fast_forward("04:31")
    expect(page.get_by_role("alert")).to_contain_text("Phiên đã hết")
    expect(page.locator("#sign-in-button")).to_be_visible()
    assert "401" in watch.complaints.pop()


def test_a_call_answered_401_shows_that_the_session_was_ended_elsewhere(
    page: Page, home: str, desk: Desk, watch: Watch
) -> None:
    page.goto(f"{home}/docs")
    signed_in(page)
    desk.access = desk.refresh = "ended elsewhere"
    call_me(page)
    expect(page.get_by_role("alert")).to_contain_text("Phiên đã hết")
    assert len(watch.complaints) == 2
    assert all("401" in complaint for complaint in watch.complaints)
    watch.complaints.clear()


def test_signing_out_ends_the_session_and_forgets_what_was_shown(page: Page, home: str, desk: Desk) -> None:
    page.goto(f"{home}/docs")
    signed_in(page)
    call_me(page)
    page.get_by_role("button", name="Đăng xuất Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đăng xuất")
    expect(page.get_by_text("Bearer access-1")).to_have_count(0)
    assert desk.ended == ["Bearer access-1"]


def test_tokens_stand_in_no_store_of_the_browser(page: Page, home: str, desk: Desk) -> None:
    for path in ("/docs", "/graphql/ide"):
        page.goto(f"{home}{path}")
        signed_in(page)
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])")
        assert kept == '[{},{},"",null]'
        assert page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}


def test_the_ide_reads_the_schema_after_sign_in_and_runs_a_query(page: Page, home: str) -> None:
    page.goto(f"{home}/graphql/ide")
    expect(page.locator(".graphiql-query-editor")).to_be_visible()
    picture(page, "ide-signed-out")
    with page.expect_response("**/graphql"):
        signed_in(page)
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("{ unitName }")
    page.get_by_role("button", name=re.compile("Execute query")).click()
    expect(page.locator(".result-window")).to_contain_text("Phường Cửa Nam")
    page.get_by_label("Show Documentation Explorer").click()
    expect(page.locator(".graphiql-plugin")).to_contain_text("Query")
    picture(page, "ide-signed-in")


def test_the_ide_asks_nothing_of_the_server_before_sign_in(page: Page, home: str, watch: Watch) -> None:
    page.goto(f"{home}/graphql/ide")
    page.get_by_role("button", name=re.compile("Execute query")).click()
    expect(page.locator(".result-window")).to_contain_text("Hãy đăng nhập trước")
    assert f"{home}/graphql" not in watch.requests


def test_the_reference_draws_every_operation(page: Page, home: str) -> None:
    page.goto(f"{home}/reference")
    expect(page.get_by_role("heading", name="Tôi là ai")).to_be_visible()
    picture(page, "reference")


@pytest.mark.parametrize("path", ["/docs", "/graphql/ide"])
def test_a_narrow_screen_needs_no_sideways_scroll_and_every_control_is_big_enough(
    page: Page, home: str, path: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{home}{path}")
    expect(page.locator("#sign-in-button")).to_be_visible()
    picture(page, f"narrow{path.replace('/', '-')}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    heights = page.eval_on_selector_all(
        ".session form :is(input, button), .bar nav a", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/docs", "/reference", "/graphql/ide"])
def test_text_of_our_own_stands_out_from_its_ground(page: Page, home: str, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{home}{path}")
    expect(page.locator(".bar nav a").first).to_be_visible()
    poor = page.evaluate(CONTRAST)
    picture(page, f"{scheme}{path.replace('/', '-')}")
    assert poor == []


def test_the_sign_in_box_is_worked_by_keyboard_alone(page: Page, home: str) -> None:
    page.goto(f"{home}/docs")
    page.locator("#user-name").focus()
    page.keyboard.type(OFFICER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#signed-in")).to_be_focused()


TWO_CALLS_AFTER_A_SLEEP = """async ([userName, password]) => {
  const { Session } = await import("/static/pages/session.js");
  const session = new Session("");
  await session.signIn(userName, password);
  const now = Date.now();
  Date.now = () => now + 3_600_000;
  return Promise.all([session.authorization(), session.authorization()]);
}"""

# Every own text whose contrast with the nearest painted ground is under 4.5 : 1 (WCAG 2.2, 1.4.3).
CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (colour) => rgb(colour).slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((rgb(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const ratio = (node) => {
    const pair = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  const own = [...document.querySelectorAll(".bar *, .session *")].filter((node) => node.offsetParent
    && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  return own.filter((node) => ratio(node) < 4.5).map((node) => `${node.textContent.trim()} ${ratio(node).toFixed(2)}`);
}"""
