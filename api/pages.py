"""The pages a person opens in a browser: Swagger UI, ReDoc and the GraphQL IDE, all served by ourselves."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
MANIFEST = STATIC / "vendor" / "manifest.json"

# The libraries set styles from script (styled-components, CodeMirror, Radix), hence 'unsafe-inline' for styles alone.
POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


@dataclass(frozen=True)
class Page:
    """One page: its vendored files as (package, file), our own module that starts it, and what its body holds."""

    path: str
    title: str
    module: str
    body: str
    styles: tuple[tuple[str, str], ...] = ()
    scripts: tuple[tuple[str, str], ...] = ()
    signs_in: bool = True
    policy: Mapping[str, str] = field(default_factory=dict)


DOCS = Page(
    path="/docs",
    title="Gọi thử API",
    module="docs.js",
    body='<div id="swagger"></div>',
    styles=(("swagger-ui-dist", "swagger-ui.css"),),
    scripts=(("swagger-ui-dist", "swagger-ui-bundle.js"),),
)
REFERENCE = Page(
    path="/reference",
    title="Tra cứu API",
    module="reference.js",
    body='<div id="reference"></div>',
    scripts=(("redoc", "redoc.standalone.js"),),
    signs_in=False,
    # ReDoc builds its search index in a worker made from its own text.
    policy={"worker-src": "blob:"},
)
IDE = Page(
    path="/graphql/ide",
    title="GraphQL",
    module="ide.js",
    body='<div id="graphiql" class="graphiql-container"></div>',
    styles=(("graphiql", "graphiql.min.css"), ("@graphiql/plugin-explorer", "style.css")),
    scripts=(
        ("react", "react.production.min.js"),
        ("react-dom", "react-dom.production.min.js"),
        ("graphiql", "graphiql.min.js"),
        ("@graphiql/plugin-explorer", "index.umd.js"),
    ),
)

LAYOUT = Template("""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title · Điểm Tựa</title>
<link rel="icon" type="image/svg+xml" href="$base/static/pages/mark.svg">
$styles<link rel="stylesheet" href="$base/static/pages/pages.css">
$scripts<script type="module" src="$base/static/pages/$module"></script>
</head>
<body data-base="$base" data-openapi="$openapi">
<a class="skip" href="#main">Đến nội dung chính</a>
<header class="bar">
<p class="brand"><img src="$base/static/pages/mark.svg" alt="" width="32" height="32"> Điểm Tựa</p>
<nav aria-label="Tài liệu">$links</nav>
</header>
$sign_in<main id="main" tabindex="-1">
<h1 class="unseen">$title · Điểm Tựa</h1>
$body
<noscript><p class="notice">Trang này cần JavaScript. <span lang="en">This page needs JavaScript.</span></p></noscript>
</main>
</body>
</html>
""")

SIGN_IN = Template("""<section class="session" aria-labelledby="session-title">
<form id="sign-in" method="post" autocomplete="on">
<h2 id="session-title">Đăng nhập để gọi thử <span lang="en">Sign in to try it</span></h2>
<div class="field">
<label for="user-name">Tên đăng nhập <span lang="en">User name</span></label>
<input id="user-name" name="user_name" autocomplete="username" autocapitalize="none" spellcheck="false" required
 aria-describedby="sign-in-error">
</div>
<div class="field">
<label for="password">Mật khẩu <span lang="en">Password</span></label>
<div class="with-button">
<input id="password" name="password" type="password" autocomplete="current-password" required
 aria-describedby="sign-in-error">
<button type="button" id="show-password" class="quiet" aria-pressed="false" aria-controls="password"
 aria-label="Hiện mật khẩu (show password)">Hiện</button>
</div>
</div>
<button type="submit" id="sign-in-button">Đăng nhập <span lang="en">Sign in</span></button>
</form>
<div id="signed-in" class="signed-in" tabindex="-1" hidden>
<p><span class="dot" aria-hidden="true"></span> Đang đăng nhập: <strong id="signed-in-name"></strong>
<span class="hint">Phiên tự gia hạn; không lưu gì vào trình duyệt.
<span lang="en">Renews itself; nothing is stored in the browser.</span></span></p>
<button type="button" id="sign-out" class="quiet">Đăng xuất <span lang="en">Sign out</span></button>
</div>
<p id="sign-in-error" class="error" role="alert" hidden></p>
<p id="sign-in-status" class="status" role="status"></p>
$demo</section>
""")

DEMO = """<p class="demo"><strong>Dữ liệu minh hoạ:</strong> mọi người trong hệ thống này đều không có thật.
Tên đăng nhập và mật khẩu được in ra ở lần khởi động đầu tiên.
<span lang="en">Demonstration data: nobody here is real. User names and passwords were printed at the first
start.</span></p>
"""


class Assets:
    """The vendored files by package, with the digest each was reviewed under."""

    def __init__(self, manifest: Path = MANIFEST) -> None:
        packages = json.loads(manifest.read_text(encoding="utf-8"))["packages"]
        self._files = {
            (package["name"], path.rpartition("/")[2]): (path, entry["integrity"])
            for package in packages
            for path, entry in package["files"].items()
        }

    def style(self, base: str, name: tuple[str, str]) -> str:
        path, integrity = self._files[name]
        return f'<link rel="stylesheet" href="{base}/static/vendor/{path}" integrity="{integrity}">\n'

    def script(self, base: str, name: tuple[str, str]) -> str:
        path, integrity = self._files[name]
        return f'<script defer src="{base}/static/vendor/{path}" integrity="{integrity}"></script>\n'


class PageFiles(StaticFiles):
    """Vendored files carry their version in the address and are kept for ever; ours are asked for again each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        for_ever = path.startswith("vendor/") and not path.endswith(".json") and response.status_code in {200, 206, 304}
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if for_ever else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _headers(page: Page) -> dict[str, str]:
    policy = {**POLICY, **page.policy}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }


def _link(base: str, page: Page, current: Page) -> str:
    mark = ' aria-current="page"' if page is current else ""
    return f'<a href="{base}{page.path}"{mark}>{page.title}</a>'


def _sign_in(page: Page, *, demo: bool) -> str:
    return SIGN_IN.substitute(demo=DEMO if demo else "") if page.signs_in else ""


def _render(page: Page, shown: tuple[Page, ...], assets: Assets, *, base: str, openapi: str, demo: bool) -> str:
    return LAYOUT.substitute(
        title=page.title,
        base=base,
        openapi=f"{base}{escape(openapi)}",
        module=page.module,
        body=page.body,
        styles="".join(assets.style(base, name) for name in page.styles),
        scripts="".join(assets.script(base, name) for name in page.scripts),
        links="".join(_link(base, other, page) for other in shown),
        sign_in=_sign_in(page, demo=demo),
    )


def _endpoint(render: Callable[[str], str], headers: dict[str, str]) -> Callable[[Request], Any]:
    async def serve(request: Request) -> HTMLResponse:
        base = escape(request.scope.get("root_path", "").rstrip("/"))
        return HTMLResponse(render(base), headers=headers)

    return serve


def install_pages(app: FastAPI, *, ide: bool, demo: bool) -> None:
    """Mounts /static and serves /docs, /reference and, where wanted, /graphql/ide.

    Raises: ValueError when the app still has FastAPI's own pages, which load from a CDN, or no OpenAPI address.
    """
    if app.docs_url or app.redoc_url or not app.openapi_url:
        raise ValueError("create the app with docs_url=None, redoc_url=None and an openapi_url")
    openapi, assets = app.openapi_url, Assets()
    shown = (DOCS, REFERENCE, IDE) if ide else (DOCS, REFERENCE)
    app.mount("/static", PageFiles(directory=STATIC), name="static")
    for page in shown:

        def render(base: str, page: Page = page) -> str:
            return _render(page, shown, assets, base=base, openapi=openapi, demo=demo)

        app.add_route(page.path, _endpoint(render, _headers(page)), include_in_schema=False)
