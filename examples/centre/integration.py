# ruff: noqa: INP001 - a program of its own, to be copied
"""A rehabilitation centre's program: push the list of people finishing with its papers, see what became of it, amend.

    CENTRE_CLIENT_ID=… CENTRE_CLIENT_SECRET=… python integration.py list.jsonl --url https://… \
        --attach 2026/118=rehab_decision=118.pdf --certificate 2026/118=118.json \
        --amend 2026/118 --set completes_on=2027-01-20 --reason "gia hạn"

`list.jsonl` has one notice a line, as `POST /v1/discharge-notices` takes it. Run it as often as you like: your own
numbers (`source_ref`) make every line the same notice. Needs nothing but httpx2.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

SLICE = 500
MEDIA = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
ANSWERED = {"accepted", "returned", "misrouted", "cancelled"}


class Centre:
    """The service, as one centre's client sees it."""

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        self.http = httpx2.Client(base_url=url, timeout=60, headers={"Accept-Language": "vi"})
        body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        token = self._done(self.http.post("/v1/auth/token", json=body))["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def _done(self, answer: httpx2.Response) -> Any:
        if answer.is_error:  # a problem says why, in words and as a code
            raise SystemExit(f"{answer.status_code} {answer.json()['code']}: {answer.json()['detail']}")
        return answer.json()

    def push(self, rows: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Each row with its result; slices of five hundred."""
        for start in range(0, len(rows), SLICE):
            part = rows[start : start + SLICE]
            results = self._done(self.http.post("/v1/discharge-notices:bulk", json={"notices": part}))
            yield from zip(part, results, strict=True)

    def listed(self, path: str, **query: str) -> Iterator[Any]:
        """Every row of a list, page after page."""
        cursor: str | None = None
        while True:
            page = self._done(self.http.get(path, params=query | ({"cursor": cursor} if cursor else {})))
            yield from page["data"]
            cursor = page["page"]["next"]
            if cursor is None:
                return

    def states(self) -> dict[str, Any]:
        """My notices by my own numbers."""
        fields = "source_ref,state,version,management_decision"
        return {row["source_ref"]: row for row in self.listed("/v1/discharge-notices", fields=fields, limit="200")}

    def polled(self, refs: set[str], until: float) -> dict[str, Any]:
        """The states, once all are answered or the time is up. A change feed does it without polling."""
        while True:
            found = {ref: row for ref, row in self.states().items() if ref in refs}
            if all(row["state"] in ANSWERED for row in found.values()) or time.monotonic() >= until:
                return found
            time.sleep(1)

    def amend(self, ref: str, changes: dict[str, str], reason: str) -> Any:
        """Change one notice; its version says that nobody changed it in between."""
        known = self.states()[ref]
        headers = {"If-Match": f'"{known["version"]}"'}
        path = f"/v1/discharge-notices/{known['id']}"
        return self._done(self.http.patch(path, json=changes | {"reason": reason}, headers=headers))

    def attach(self, ref: str, kind: str, path: Path, own: str) -> Any:
        """A file beside a notice, under a number of one's own: PDF, JPEG or PNG up to 10 MB."""
        content = path.read_bytes()
        query = {"kind": kind, "source_ref": own, "sha256": hashlib.sha256(content).hexdigest()}
        query["notice_id"] = self.states()[ref]["id"]
        headers = {"Content-Type": MEDIA[path.suffix.lower()]}
        return self._done(self.http.post("/v1/notice-attachments", params=query, content=content, headers=headers))

    def certify(self, ref: str, certificate: dict[str, Any]) -> Any:
        """A certificate of a trade got in treatment; once the notice is accepted it stands in the person's file."""
        body = certificate | {"notice_id": self.states()[ref]["id"]}
        return self._done(self.http.post("/v1/training-certificates", json=body))

    def reconciliation(self) -> tuple[list[Any], list[Any]]:
        """Everyone in one state, and those who are lost between the systems, the longest first."""
        counts = self._done(self.http.get("/v1/reconciliations:count"))
        return counts, list(self.listed("/v1/reconciliations", lost="true", sort="longest"))


def say(*parts: object) -> None:
    sys.stdout.write(" ".join(map(str, parts)) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Push a list of discharge notices and reconcile it.")
    parser.add_argument("list", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--wait", type=float, default=0, help="seconds to wait for answers")
    parser.add_argument("--attach", action="append", default=[], metavar="SOURCE_REF=KIND=FILE")
    parser.add_argument("--certificate", action="append", default=[], metavar="SOURCE_REF=FILE.json")
    parser.add_argument("--amend", metavar="SOURCE_REF")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    parser.add_argument("--reason", default="")
    return parser.parse_args()


def main() -> int:
    """0 when every row stands with the service, 1 when rows were refused."""
    given = arguments()
    centre = Centre(given.url, os.environ["CENTRE_CLIENT_ID"], os.environ["CENTRE_CLIENT_SECRET"])
    rows = [json.loads(line) for line in given.list.read_text(encoding="utf-8").splitlines() if line.strip()]
    results = list(centre.push(rows))
    say("pushed", json.dumps(Counter(result["outcome"] for _, result in results), sort_keys=True))
    refused = [result for _, result in results if result["outcome"] == "refused"]
    for result in refused:
        say("refused line", result["place"] + 1, result["code"], json.dumps(result["errors"]))
    refs = {row["source_ref"] for row, result in results if result["outcome"] != "refused"}
    for ref, row in sorted(centre.polled(refs, time.monotonic() + given.wait).items()):
        say("state", ref, row["state"], row["management_decision"] or "-")
    for pair in given.attach:
        ref, kind, path = pair.split("=", 2)
        file = centre.attach(ref, kind, Path(path), f"{ref}/{kind}")
        say("attached", ref, file["kind"], file["size"], "bytes")
    for pair in given.certificate:
        ref, path = pair.split("=", 1)
        made = centre.certify(ref, json.loads(Path(path).read_text(encoding="utf-8")))
        say("certified", ref, "in file" if made["vocational_support_id"] else "waits for acceptance")
    if given.amend:
        centre.amend(given.amend, dict(pair.split("=", 1) for pair in given.set), given.reason)
        say("amended", given.amend)
    counts, lost = centre.reconciliation()
    for line in counts:
        if line["persons"]:
            say("reconciled", line["state"] or "all", line["persons"])
    for line in lost:
        say("lost", line["source_ref"], line["state"], line["days_waiting"], "days")
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main())
