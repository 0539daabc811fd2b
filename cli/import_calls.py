"""The service as a script sees it: signed in, calls repeated where repeating is safe, tokens renewed as they end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

Told = Callable[[int, int], None]
"""How much is done, of how much."""
TRIES: Final = 6
"""Half a minute for a service that never answered: its address may be wrong."""
TRIES_OF_ONE_KNOWN: Final = 20
"""Three minutes for one that did: it is being started again."""
PIECE: Final = 1_000_000
FORMATS: Final = {".csv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl"}
WORKING: Final = ("uploaded", "loading", "undoing")
AGAIN: Final = ("refused", "discarded", "undone")
"""States after which the same file is a new import."""


class CallRefusedError(Exception):
    """The service said no; the message is its own, in the language of the terminal."""

    def __init__(self, problem: dict[str, Any], status: int) -> None:
        told = "; ".join(_flaw(flaw) for flaw in problem.get("errors", ()))
        lines = f" (lines {', '.join(map(str, problem['rows'][:20]))})" if problem.get("rows") else ""
        said = dict.fromkeys(filter(None, (problem.get("title"), told or problem.get("detail"))))
        at = f" (request_id {problem['request_id']})" if status >= 500 and "request_id" in problem else ""
        super().__init__(f"{': '.join(said) or f'HTTP {status}'}{lines}{at}")
        self.code = problem.get("code", "")
        self.status = status


def _flaw(flaw: dict[str, Any]) -> str:
    where = flaw["pointer"].strip("/")
    return f"{where}: {flaw['message']}" if where else str(flaw["message"])


@dataclass
class Service:
    """One signed-in caller of one service."""

    client: httpx2.Client
    user: str
    secret: str
    machine: bool = False
    purpose: str | None = None
    waiting: Callable[[float], None] = lambda _seconds: None
    """Told before each wait for a service that is away or too busy."""
    _token: str = field(default="", repr=False)
    _known: bool = False

    def sign_in(self) -> None:
        """A person by a session, a machine by its secret. Raises: CallRefusedError."""
        if self.machine:
            body = {"grant_type": "client_credentials", "client_id": self.user, "client_secret": self.secret}
            told = self._sent("POST", "/v1/auth/token", json=body)
        else:
            told = self._sent("POST", "/v1/auth/sessions", json={"user_name": self.user, "password": self.secret})
        self._token = told.json()["access_token"]

    def call(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """A call under the token; one that has ended is renewed once."""
        headers = given.pop("headers", {}) | ({"Access-Purpose": self.purpose} if self.purpose else {})
        for last in (False, True):
            try:
                signed = headers | {"Authorization": f"Bearer {self._token}"}
                return self._sent(method, path, headers=signed, **given)
            except CallRefusedError as refused:
                if refused.status != 401 or last:
                    raise
                self.sign_in()
        raise AssertionError("not reached")

    def _sent(
        self, method: str, path: str, *, file: Path | None = None, told: Told | None = None, **given: Any
    ) -> httpx2.Response:
        """Repeated while the service is away or too busy: every call here is safe to repeat."""
        tries = TRIES_OF_ONE_KNOWN if self._known else TRIES
        for left in reversed(range(tries)):
            body: dict[str, Any] = {"content": pieces(file, told)} if file else {}
            try:
                response = self.client.request(method, path, **(given | body))
            except (httpx2.UnsupportedProtocol, httpx2.InvalidURL):  # will not be otherwise next time
                raise
            except httpx2.TransportError:
                if not left:
                    raise
                self._wait(min(2 ** (tries - left), 10))
                continue
            self._known = True
            if response.status_code not in (429, 503) or not left:
                break
            self._wait(min(float(response.headers.get("retry-after", "2")), 30))
        if response.status_code >= 400:
            raise CallRefusedError(_problem(response), response.status_code)
        return response

    def _wait(self, seconds: float) -> None:
        self.waiting(seconds)
        time.sleep(seconds)


def _problem(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def pieces(path: Path, told: Told | None = None) -> Iterator[bytes]:
    """The file piece by piece: it is never whole in memory."""
    done, whole = 0, path.stat().st_size
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
            done += len(piece)
            if told is not None:
                told(done, whole)


def checksum(path: Path) -> str:
    found = hashlib.sha256()
    for piece in pieces(path):
        found.update(piece)
    return found.hexdigest()


def sent(service: Service, path: Path, query: dict[str, Any], told: Told | None = None) -> dict[str, Any]:
    """The job of this very file with these options: found again where an earlier run was cut off.

    One that ended with rows left behind is not taken up: what was done is unchanged by a new one, the rest is tried.
    """
    asked = {name: value for name, value in query.items() if value is not None}
    mark = hashlib.sha256(f"{checksum(path)}|{sorted(asked.items())}".encode()).hexdigest()[:48]
    for time_of_it in range(100):
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(path.stat().st_size),
            "Idempotency-Key": f"import-{mark}-{time_of_it}",
        }
        found = service.call("POST", "/v1/imports", params=asked, headers=headers, file=path, told=told)
        job: dict[str, Any] = found.json()
        if job["state"] not in AGAIN and not left_behind(job):
            return job
    return job


def left_behind(job: dict[str, Any]) -> bool:
    """Whether an import is over and rows of it were not done, for another reason than that they wait for a day."""
    counts, outcomes = job["counts"] or {}, job["outcomes"] or {}
    bad = [counts.get("error"), counts.get("review"), outcomes.get("failed"), outcomes.get("moved")]
    return bool(job["state"] == "loaded" and any(bad))


def job_of(service: Service, id: str) -> dict[str, Any]:
    found: dict[str, Any] = service.call("GET", f"/v1/imports/{id}").json()
    return found


def watched(service: Service, id: str) -> Iterator[dict[str, Any]]:
    """The job as it comes along, until nothing is under way."""
    while True:
        job = job_of(service, id)
        yield job
        if job["state"] not in WORKING:
            return
        time.sleep(0.5)


def moved(service: Service, job: dict[str, Any], to: str) -> dict[str, Any]:
    """The next step; the preview's own fingerprint goes with a commit."""
    body = {"to": to} | ({"fingerprint": job["fingerprint"]} if to == "loading" and job["fingerprint"] else {})
    headers = {"If-Match": f'"{job["version"]}"', "Idempotency-Key": f"{job['id']}-{to}-{job['version']}"}
    found: dict[str, Any] = service.call(
        "POST", f"/v1/imports/{job['id']}/transitions", json=body, headers=headers
    ).json()
    return found


def rows_of(service: Service, id: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.call(
        "GET", "/v1/import-rows", params={"import_id": id, "limit": 20} | query
    ).json()["data"]
    return found


def words_of(service: Service, kind: str) -> dict[str, str]:
    """Flaws and problems by code and columns by pointer, in the words of a clerk."""
    lists = {one["name"]: one["codes"] for one in service.call("GET", "/v1/code-lists").json()["data"]}
    kinds = service.call("GET", "/v1/import-kinds").json()
    columns: list[dict[str, str]] = next((one["columns"] for one in kinds if one["kind"] == kind), [])
    flaws = {code["code"]: code["vi"] for code in lists["flaw"]}
    return problems_of(service) | flaws | {f"/{column['field']}": column["header_vi"] for column in columns}


def problems_of(service: Service) -> dict[str, str]:
    """What may be wrong with a file as a whole, and what to do, by code."""
    found = service.call("GET", "/v1/problems").json()["data"]
    return {one["code"]: ". ".join(filter(None, (one["vi"], one["todo_vi"]))) for one in found}


def kept_file(service: Service, id: str, path: Path) -> None:
    """The file with its column of errors, written beside the one that was sent."""
    format = path.suffix.lower().removeprefix(".")
    path.write_bytes(service.call("GET", f"/v1/imports/{id}/file", params={"format": format}).content)
