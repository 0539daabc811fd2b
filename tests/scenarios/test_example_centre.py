"""The example integration of a centre, run as its readers would run it, against the live service."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from api.settings import Settings
from domain.ids import new_id
from persistence import bootstrap
from tests.conftest import LOGINS
from tests.contract.served import served

SCRIPT = Path(__file__).parents[2] / "examples/centre/integration.py"
DAY = timedelta(1)


@pytest.fixture(scope="module")
def service(server, template, worker_id, tmp_path_factory):
    name = f"example_{worker_id}"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, bootstrap.create_database(server.dsn(), name, template=template)).result()
    settings = Settings.for_demo(tmp_path_factory.mktemp("example-keys")).model_copy(
        update={
            "database_url": SecretStr(server.dsn(name, "app_rw", LOGINS.service)),
            "allowed_hosts": ("127.0.0.1",),
            "pool_size": 4,
        }
    )
    with served(settings, server.dsn(name)) as running:
        yield running
        running.run(running.world.admin.close())


def call(service, user, method, path, body=None, **headers):
    given = service.world.users[user].headers | {name.replace("_", "-"): text for name, text in headers.items()}
    answer = httpx2.request(method, service.url + path, json=body, headers=given)
    assert answer.is_success, answer.text
    return answer.json()


def machine(service):
    """A client of the centre, made by the province as a user would be."""
    name = f"may.{new_id().hex[-12:]}"
    new = {"kind": "machine", "user_name": name, "display_name": "Phần mềm cơ sở", "role": "rehab_centre"}
    made = call(service, "province_admin", "POST", "/v1/users", new | {"unit_id": str(service.world.units["centre"])})
    return {"CENTRE_CLIENT_ID": name, "CENTRE_CLIENT_SECRET": made["secret"]}


def run(service, secrets, listed, *more):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(listed), "--url", service.url, *more],
        env=os.environ | secrets,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def test_the_example_pushes_polls_amends_and_reconciles(service, tmp_path):
    today = datetime.now(UTC).date()
    row = {"unit_id": str(service.world.units["hoa"]), "treatment": "voluntary_facility_public"}
    rows = [
        row | {"full_name": "Nguyễn Văn An", "source_ref": "118", "completes_on": str(today + 40 * DAY)},
        row | {"full_name": "Nguyễn Văn Bảo", "source_ref": "119", "completes_on": str(today - 15 * DAY)},
        row | {"full_name": "Nguyễn Văn Chi", "source_ref": "120", "completes_on": "2026-02-29"},
    ]
    listed, secrets = tmp_path / "list.jsonl", machine(service)
    listed.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    code, told = run(service, secrets, listed)
    assert code == 1
    assert told == [
        'pushed {"done": 2, "refused": 1}',
        'refused line 3 invalid [{"pointer": "/completes_on", "code": "not_a_date"}]',
        "state 118 sent -",
        "state 119 sent -",
        "reconciled noticed 1",
        "reconciled lost_at_noticed 1",
        "reconciled all 2",
        "lost 119 lost_at_noticed 0 days",
    ]

    # a clerk of the commune answers meanwhile; the list is put right and sent again
    (first,) = call(service, "police", "GET", "/v1/discharge-notices?source_ref=118")["data"]
    path = f"/v1/discharge-notices/{first['id']}/transitions"
    first = call(service, "police", "POST", path, {"to": "received"}, If_Match=f'"{first["version"]}"')
    call(service, "police", "POST", path, {"to": "accepted"}, If_Match=f'"{first["version"]}"')
    rows[2]["completes_on"] = str(today + 30 * DAY)
    listed.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    later = str(today + 50 * DAY)
    papers = papers_of(tmp_path, today)
    code, told = run(
        service, secrets, listed, *papers, "--amend", "118", "--set", f"completes_on={later}", "--reason", "gia hạn"
    )
    assert code == 0
    assert told == [
        'pushed {"done": 1, "replayed": 2}',
        "state 118 accepted -",
        "state 119 sent -",
        "state 120 sent -",
        "attached 118 rehab_decision 17 bytes",
        "certified 118 in file",
        "certified 120 waits for acceptance",
        "amended 118",
        "reconciled noticed 1",
        "reconciled accepted 1",
        "reconciled lost_at_noticed 1",
        "reconciled all 3",
        "lost 119 lost_at_noticed 0 days",
    ]
    seen = call(service, "police", "GET", f"/v1/discharge-notices/{first['id']}?include=amendments")
    assert (seen["completes_on"], seen["amendments"][0]["reason"]) == (later, "gia hạn")
    code, again = run(service, secrets, listed, *papers)
    assert (code, again[4:7]) == (0, told[4:7]), "run again, each paper is the same"
    files = call(service, "police", "GET", f"/v1/notice-attachments?notice_id={first['id']}")
    assert [file["kind"] for file in files["data"]] == ["rehab_decision"]


def papers_of(folder, today):
    """A file and two certificates, as the script takes them; run again, they are the same."""
    (folder / "118.pdf").write_bytes(b"%PDF-1.7 decision")
    days = {"enrolled_on": today - 90 * DAY, "finished_on": today - 30 * DAY, "certified_on": today - 20 * DAY}
    paper = {"trade": "May công nghiệp", "school_name": "Trường nghề số 1", **{n: str(d) for n, d in days.items()}}
    for ref in ("118", "120"):
        own = paper | {"certificate_number": f"M-{ref}", "source_ref": f"CC/{ref}"}
        (folder / f"{ref}.json").write_text(json.dumps(own), encoding="utf-8")
    files = ("--attach", f"118=rehab_decision={folder / '118.pdf'}")
    return (*files, *(part for ref in ("118", "120") for part in ("--certificate", f"{ref}={folder / f'{ref}.json'}")))


def test_a_wrong_secret_ends_it_with_the_reason_and_no_trace_of_the_list(service, tmp_path):
    listed = tmp_path / "list.jsonl"
    listed.write_text("{}", encoding="utf-8")
    secrets = machine(service) | {"CENTRE_CLIENT_SECRET": "x" * 43}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(listed), "--url", service.url],
        env=os.environ | secrets,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("401 ")
    assert done.stdout == ""
