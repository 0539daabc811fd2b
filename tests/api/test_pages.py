"""The pages load nothing from elsewhere, run no inline script, and serve exactly the files that were reviewed."""

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
import strawberry
from fastapi import FastAPI

from api.pages import STATIC, install_pages
from scripts.vendor_assets import PACKAGES

PATHS = ["/docs", "/reference", "/graphql/ide"]
VENDOR = STATIC / "vendor"
OWN = STATIC / "pages"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
FILES = {path: entry for package in MANIFEST["packages"] for path, entry in package["files"].items()}
NAMESPACE = "http://www.w3.org/2000/svg"


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def loaded(self) -> list[dict[str, str | None]]:
        """What the browser fetches by itself."""
        return [attrs for tag, attrs in self.tags if tag in {"script", "img", "link"}]


def address(attrs: dict[str, str | None]) -> str:
    return attrs.get("src") or attrs.get("href") or ""


def digest(content: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


@asynccontextmanager
async def calling(*, ide: bool = True, demo: bool = True, prefix: str = "") -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI(docs_url=None, redoc_url=None)
    install_pages(app, ide=ide, demo=demo)
    transport = httpx2.ASGITransport(app, root_path=prefix)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
async def test_every_file_a_page_names_is_served_by_ourselves(path: str) -> None:
    async with calling() as client:
        loaded = Tags((await client.get(path)).text).loaded()
        answers = {address(attrs): await client.get(address(attrs)) for attrs in loaded}
    assert len(answers) >= 4
    assert all(name.startswith("/static/") for name in answers)
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert {answer.headers["x-content-type-options"] for answer in answers.values()} == {"nosniff"}


@pytest.mark.parametrize("path", PATHS)
async def test_vendored_files_are_named_with_the_digest_of_the_manifest(path: str) -> None:
    async with calling() as client:
        loaded = Tags((await client.get(path)).text).loaded()
    named = {address(attrs): attrs.get("integrity") for attrs in loaded if "/vendor/" in address(attrs)}
    assert named
    assert named == {name: FILES[name.removeprefix("/static/vendor/")]["integrity"] for name in named}


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_runs_no_inline_script(path: str) -> None:
    async with calling() as client:
        tags = Tags((await client.get(path)).text).tags
    assert all(attrs.get("src") for tag, attrs in tags if tag == "script")
    assert [attr for _, attrs in tags for attr in attrs if attr.startswith("on") or attr == "style"] == []
    assert "style" not in {tag for tag, _ in tags}


@pytest.mark.parametrize("path", PATHS)
async def test_the_policy_of_a_page_names_no_other_host_and_no_inline_script(path: str) -> None:
    async with calling() as client:
        headers = (await client.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    sources = {source for value in policy.values() for source in value.split()}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "data:", "blob:"}
    assert [name for name, value in policy.items() if "'unsafe-inline'" in value] == ["style-src"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


async def test_only_the_reference_may_start_a_worker() -> None:
    async with calling() as client:
        workers = {
            path: "worker-src blob:" in (await client.get(path)).headers["content-security-policy"] for path in PATHS
        }
    assert workers == {"/docs": False, "/reference": True, "/graphql/ide": False}


def test_the_vendored_files_are_exactly_those_of_the_manifest() -> None:
    found = {file.relative_to(VENDOR).as_posix(): file for file in VENDOR.rglob("*") if file.is_file()}
    found.pop("manifest.json")
    assert {name: digest(file.read_bytes()) for name, file in found.items()} == {
        name: entry["integrity"] for name, entry in FILES.items()
    }


def test_the_manifest_is_what_the_script_that_fetches_the_files_declares() -> None:
    declared = {
        (package.name, package.version, package.integrity): {
            f"{package.folder}/{name.rpartition('/')[2]}" for name in package.keep
        }
        for package in PACKAGES
    }
    assert declared == {
        (package["name"], package["version"], package["tarball"]): set(package["files"])
        for package in MANIFEST["packages"]
    }


def test_the_ide_files_carry_the_digests_that_strawberry_publishes() -> None:
    page = (Path(strawberry.__file__).parent / "static" / "graphiql.html").read_text(encoding="utf-8")
    published = {
        f"{name.rpartition('/')[2]}-{version}/{path.rpartition('/')[2]}": integrity
        for name, version, path, integrity in re.findall(
            r'(?:src|href)="https://[^/]+/(@?[\w/-]+)@([\d.]+)/([\w./-]+)"\s+integrity="([^"]+)"', page
        )
    }
    # The pages keep no cookie, so the cookie library is the one file of that page we leave out.
    expected = {name: integrity for name, integrity in published.items() if not name.startswith("js-cookie-")}
    assert len(published) == len(expected) + 1 == 7
    assert {name: FILES[name]["integrity"] for name in expected} == expected


def test_the_only_vendored_file_we_changed_is_marked_with_the_digest_of_its_maker() -> None:
    changed = [name for name, entry in FILES.items() if "upstream_integrity" in entry]
    assert changed == ["redoc-2.5.4/redoc.standalone.js"]
    text = (VENDOR / changed[0]).read_text(encoding="utf-8")
    ours = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
    assert text.count(ours) == 1
    upstream = text.replace(ours, "https://cdn.redoc.ly/redoc/logo-mini.svg").encode()
    assert digest(upstream) == FILES[changed[0]]["upstream_integrity"]


@pytest.mark.parametrize("package", MANIFEST["packages"], ids=lambda package: package["name"])
def test_every_vendored_package_brings_its_licence_or_says_where_it_stands(package: dict[str, Any]) -> None:
    assert package["licence"] in {"MIT", "Apache-2.0"}
    assert any(path.endswith("/LICENSE") for path in package["files"]) or "LICENSE" in package["note"]


def test_styles_fetch_nothing_from_another_host() -> None:
    for sheet in STATIC.rglob("*.css"):
        fetched = re.findall(r"url\(\s*['\"]?([^'\")\s]{0,12})|(@import)", sheet.read_text(encoding="utf-8"))
        assert all(target.startswith(("data:", "#")) and not imported for target, imported in fetched), sheet


async def test_pages_and_our_own_files_name_no_other_host() -> None:
    async with calling() as client:
        texts = {path: (await client.get(path)).text for path in PATHS}
    texts |= {file.name: file.read_text(encoding="utf-8") for file in OWN.iterdir()}
    strangers = {name: set(re.findall(r"https?://[^\"'\s]+|[\"'(]//\w", text)) for name, text in texts.items()}
    assert {name: urls - {NAMESPACE} for name, urls in strangers.items() if urls - {NAMESPACE}} == {}


def test_modules_import_only_files_that_stand_beside_them() -> None:
    imported = {
        name for file in OWN.glob("*.js") for name in re.findall(r'from "([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert imported == {"./session.js", "./sign_in.js", "./theme.js"}
    assert all((OWN / name).is_file() for name in imported)


def test_no_file_of_ours_writes_to_a_store_of_the_browser() -> None:
    for file in OWN.glob("*.js"):
        assert not re.search(
            r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.", file.read_text(encoding="utf-8")
        )


async def test_vendored_files_are_kept_for_ever_and_our_own_are_asked_for_again() -> None:
    vendored = next(name for name in FILES if name.endswith("swagger-ui.css"))
    async with calling() as client:
        kept = await client.get(f"/static/vendor/{vendored}")
        again = await client.get("/static/pages/pages.css")
        manifest = await client.get("/static/vendor/manifest.json")
        unchanged = await client.get("/static/pages/pages.css", headers={"If-None-Match": again.headers["etag"]})
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert again.headers["cache-control"] == manifest.headers["cache-control"] == "no-cache"
    assert unchanged.status_code == 304


async def test_nothing_outside_the_folder_is_served() -> None:
    async with calling() as client:
        assert (await client.get("/static/%2e%2e/pages.py")).status_code == 404
        assert (await client.get("/static/vendor/")).status_code == 404


async def test_the_ide_is_absent_and_unnamed_where_it_is_not_wanted() -> None:
    async with calling(ide=False) as client:
        assert (await client.get("/graphql/ide")).status_code == 404
        assert "/graphql/ide" not in (await client.get("/docs")).text


async def test_pages_say_that_the_data_is_made_up_only_in_a_demonstration() -> None:
    async with calling(demo=True) as client:
        shown = {path: "Dữ liệu minh hoạ" in (await client.get(path)).text for path in PATHS}
    async with calling(demo=False) as client:
        hidden = ["Dữ liệu minh hoạ" in (await client.get(path)).text for path in PATHS]
    assert shown == {"/docs": True, "/reference": False, "/graphql/ide": True}
    assert hidden == [False, False, False]


async def test_a_form_without_script_sends_no_password_in_an_address() -> None:
    async with calling() as client:
        forms = [attrs for tag, attrs in Tags((await client.get("/docs")).text).tags if tag == "form"]
    assert [form["method"] for form in forms] == ["post"]


async def test_behind_a_proxy_with_a_prefix_every_address_carries_it() -> None:
    async with calling(prefix="/diem-tua") as client:
        tags = Tags((await client.get("/diem-tua/docs")).text).tags
    names = [attrs["href"] for tag, attrs in tags if tag == "a"] + [
        address(attrs) for tag, attrs in tags if tag in {"script", "link", "img"}
    ]
    assert all(name and name.startswith(("/diem-tua/", "#")) for name in names)
    body = dict(tags)["body"]
    assert (body["data-base"], body["data-openapi"]) == ("/diem-tua", "/diem-tua/openapi.json")


async def test_pages_stand_in_no_contract() -> None:
    async with calling() as client:
        assert (await client.get("/openapi.json")).json()["paths"] == {}


@pytest.mark.parametrize(
    "options", [{}, {"docs_url": None}, {"redoc_url": None}, {"docs_url": None, "redoc_url": None, "openapi_url": None}]
)
def test_an_app_that_still_loads_pages_from_a_cdn_is_refused(options: dict[str, None]) -> None:
    with pytest.raises(ValueError, match="docs_url=None"):
        install_pages(FastAPI(**options), ide=True, demo=True)


def test_the_files_stay_small_enough_for_the_repository() -> None:
    files = [file for file in STATIC.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 8 * 1024 * 1024
    assert [file for file in files if file.suffix == ".map"] == []
