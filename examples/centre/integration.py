# ruff: noqa: INP001 - a program of its own, to be copied
"""A rehabilitation centre's program: push the list of people finishing with its papers, see what became of it, amend.

    CENTRE_CLIENT_ID=… CENTRE_CLIENT_SECRET=… python integration.py list.jsonl --url https://… \
        --attach 2026/118=rehab_decision=118.pdf --certificate 2026/118=118.json \
        --amend 2026/118 --set completes_on=2027-01-20 --reason "gia hạn"
    … list.jsonl --url … --cancel 2026/120 --reason "nhập nhầm"
    … list.jsonl --url … --decision 2026/118=qd-118.pdf
    … list.jsonl --url … --hand-over 2026/118=bien-ban.json --minutes 2026/118=bien-ban.pdf

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
        self.own = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        self._sign_in()

    def _sign_in(self) -> None:
        self.http.headers.pop("Authorization", None)
        answer = self._sent("POST", "/v1/auth/token", json=self.own)
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _call(self, method: str, path: str, **given: Any) -> Any:
        """What the service answers. A token lasts minutes: when it has ended a new one is asked for, once."""
        answer = self._sent(method, path, ended=True, **given)
        if answer.status_code == 401:
            self._sign_in()
            answer = self._sent(method, path, **given)
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content

    def _sent(self, method: str, path: str, *, ended: bool = False, **given: Any) -> httpx2.Response:
        """Repeated while the service is away or busy: with numbers of one's own every call is safe to repeat."""
        for pause in (1, 2, 4, 8, None):
            try:
                answer = self.http.request(method, path, **given)
            except httpx2.TransportError:
                if pause is None:
                    raise SystemExit("the service does not answer") from None
            else:
                if answer.status_code not in (429, 503) or pause is None:
                    break
            time.sleep(pause or 0)
        if answer.is_error and not (ended and answer.status_code == 401):
            raise SystemExit(f"{answer.status_code} {why(answer)}")
        return answer

    def push(self, rows: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Each row with its result; slices of five hundred."""
        for start in range(0, len(rows), SLICE):
            part = rows[start : start + SLICE]
            yield from zip(part, self._call("POST", "/v1/discharge-notices:bulk", json={"notices": part}), strict=True)

    def listed(self, path: str, **query: str) -> Iterator[Any]:
        """Every row of a list, page after page."""
        cursor: str | None = None
        while True:
            page = self._call("GET", path, params=query | ({"cursor": cursor} if cursor else {}))
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
        known = self.mine(ref)
        path = f"/v1/discharge-notices/{known['id']}"
        return self._call("PATCH", path, json=changes | {"reason": reason}, headers=if_match(known))

    def cancel(self, ref: str, reason: str) -> Any:
        """Take one back; cancelled already, it stays so."""
        known = self.mine(ref)
        if known["state"] == "cancelled":
            return known
        path = f"/v1/discharge-notices/{known['id']}/transitions"
        return self._call("POST", path, json={"to": "cancelled", "reason": reason}, headers=if_match(known))

    def decision(self, ref: str) -> bytes:
        """The scan of the signed decision, to be handed over."""
        content: bytes = self._call("GET", f"/v1/discharge-notices/{self.mine(ref)['id']}/decision")
        return content

    def hand_over(self, ref: str, told: dict[str, Any]) -> Any:
        """When the person received it; the same minutes again change nothing."""
        known = self.mine(ref)
        path = f"/v1/discharge-notices/{known['id']}/hand-over"
        return self._call("POST", path, json=told, headers=if_match(known))

    def minutes(self, ref: str, path: Path) -> Any:
        """The scan of the minutes of handing over (form 23)."""
        return self._bytes("/v1/discharge-notices:minutes", ref, path)

    def attach(self, ref: str, kind: str, path: Path, own: str) -> Any:
        """A file beside a notice, under a number of one's own: PDF, JPEG or PNG up to 10 MB."""
        return self._bytes("/v1/notice-attachments", ref, path, kind=kind, source_ref=own)

    def _bytes(self, to: str, ref: str, path: Path, **query: str) -> Any:
        content = path.read_bytes()
        query |= {"notice_id": self.mine(ref)["id"], "sha256": hashlib.sha256(content).hexdigest()}
        return self._call(
            "POST", to, params=query, content=content, headers={"Content-Type": MEDIA[path.suffix.lower()]}
        )

    def mine(self, ref: str) -> Any:
        """A notice by my own number, as it stands."""
        known = self.states().get(ref)
        if known is None:
            raise SystemExit(f"no notice of ours has the number {ref}")
        return known

    def certify(self, ref: str, certificate: dict[str, Any]) -> Any:
        """A certificate of a trade got in treatment; once the notice is accepted it stands in the person's file."""
        return self._call("POST", "/v1/training-certificates", json=certificate | {"notice_id": self.mine(ref)["id"]})

    def reconciliation(self) -> tuple[list[Any], list[Any]]:
        """Everyone in one state, and those who are lost between the systems, the longest first."""
        counts = self._call("GET", "/v1/reconciliations:count")
        return counts, list(self.listed("/v1/reconciliations", lost="true", sort="longest"))


def if_match(row: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{row["version"]}"'}


def why(answer: httpx2.Response) -> str:
    """A problem says why, as a code and in words; of each field too."""
    try:
        problem = answer.json()
    except ValueError:
        return "no answer of the service"
    flaws = "; ".join(f"{flaw['pointer']} {flaw['message']}" for flaw in problem.get("errors", ()))
    return f"{problem.get('code')}: {flaws or problem.get('detail') or problem.get('title')}"


def listed(path: Path) -> list[tuple[int, Any]]:
    """The rows with their lines; without a number of one's own a row could not be sent twice."""
    rows = []
    for no, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise SystemExit(f"line {no}: not JSON") from None
        if not (isinstance(row, dict) and row.get("source_ref")):
            raise SystemExit(f"line {no}: no source_ref")
        rows.append((no, row))
    return rows


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
    parser.add_argument("--cancel", metavar="SOURCE_REF")
    parser.add_argument("--decision", action="append", default=[], metavar="SOURCE_REF=FILE.pdf")
    parser.add_argument("--hand-over", action="append", default=[], metavar="SOURCE_REF=FILE.json")
    parser.add_argument("--minutes", action="append", default=[], metavar="SOURCE_REF=FILE.pdf")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    parser.add_argument("--reason", default="")
    return parser.parse_args()


def pushed(centre: Centre, path: Path, wait: float) -> bool:
    """Send the whole list and tell what became of it; whether every row stands with the service."""
    rows = listed(path)
    results = [result for _, result in centre.push([row for _, row in rows])]
    say("pushed", json.dumps(Counter(result["outcome"] for result in results), sort_keys=True))
    refs = set()
    for (no, row), result in zip(rows, results, strict=True):
        if result["outcome"] == "refused":
            say("refused line", no, result["code"], json.dumps(result["errors"]))
        else:
            refs.add(row["source_ref"])
    for ref, row in sorted(centre.polled(refs, time.monotonic() + wait).items()):
        say("state", ref, row["state"], row["management_decision"] or "-")
    return len(refs) == len(rows)


def beside(centre: Centre, given: argparse.Namespace) -> None:
    """Papers, certificates, what changes."""
    for pair in given.attach:
        ref, kind, path = pair.split("=", 2)
        file = centre.attach(ref, kind, Path(path), f"{ref}/{kind}")
        say("attached", ref, file["kind"], file["size"], "bytes")
    for ref, path in pairs(given.certificate):
        made = centre.certify(ref, json.loads(path.read_text(encoding="utf-8")))
        say("certified", ref, "in file" if made["vocational_support_id"] else "waits for acceptance")
    if given.amend:
        centre.amend(given.amend, dict(pair.split("=", 1) for pair in given.set), given.reason)
        say("amended", given.amend)
    if given.cancel:
        say("cancelled", given.cancel, centre.cancel(given.cancel, given.reason)["state"])


def handed_over(centre: Centre, given: argparse.Namespace) -> None:
    """The signed decision fetched, given to the person, its minutes sent up."""
    for ref, path in pairs(given.decision):
        say("decision", ref, path.write_bytes(centre.decision(ref)), "bytes")
    for ref, path in pairs(given.hand_over):
        centre.hand_over(ref, json.loads(path.read_text(encoding="utf-8")))
        say("handed over", ref)
    for ref, path in pairs(given.minutes):
        centre.minutes(ref, path)
        say("minutes", ref)


def pairs(given: list[str]) -> Iterator[tuple[str, Path]]:
    for pair in given:
        ref, _, path = pair.partition("=")
        yield ref, Path(path)


def main() -> int:
    """0 when every row stands with the service, 1 when rows were refused."""
    given = arguments()
    centre = Centre(given.url, os.environ["CENTRE_CLIENT_ID"], os.environ["CENTRE_CLIENT_SECRET"])
    whole = pushed(centre, given.list, given.wait)
    beside(centre, given)
    handed_over(centre, given)
    counts, lost = centre.reconciliation()
    for line in counts:
        if line["persons"]:
            say("reconciled", line["state"] or "all", line["persons"])
    for line in lost:
        say("lost", line["source_ref"], line["state"], line["days_waiting"], "days")
    return 0 if whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
