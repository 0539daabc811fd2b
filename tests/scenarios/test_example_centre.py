"""The example integration of a centre, run as its readers would run it, against the live service."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import runpy
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


def test_the_example_takes_back_fetches_the_decision_gives_it_and_sends_the_minutes_up(service, tmp_path):
    today = datetime.now(UTC).date()
    row = {"unit_id": str(service.world.units["hoa"]), "treatment": "voluntary_facility_public"}
    refs = {"218": "Trần Văn An", "219": "Trần Văn Bảo"}
    rows = [row | {"full_name": name, "source_ref": ref, "completes_on": str(today)} for ref, name in refs.items()]
    listed, secrets = tmp_path / "list.jsonl", machine(service)
    listed.write_text("\ufeff" + "\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    back = ("--cancel", "219", "--reason", "nhập nhầm")
    for _twice in range(2):
        code, told = run(service, secrets, listed, *back)
        assert (code, told[3]) == (0, "cancelled 219 cancelled")
    paper = tmp_path / "qd.pdf"
    code, told = run(service, secrets, listed, "--decision", f"218={paper}")
    assert (code, paper.exists()) == (1, False), "nothing is signed yet: the reason is told, no file is left"

    signed(service, "218")
    (tmp_path / "bb.json").write_text(
        json.dumps({"received_at": datetime.now(UTC).isoformat(), "minutes_number": "5/BB"}), encoding="utf-8"
    )
    (tmp_path / "bb.pdf").write_bytes(b"%PDF-1.7 minutes")
    given = (
        *("--decision", f"218={paper}"),
        *("--hand-over", f"218={tmp_path / 'bb.json'}"),
        *("--minutes", f"218={tmp_path / 'bb.pdf'}"),
    )
    code, told = run(service, secrets, listed, *given)
    assert (code, told[3:6]) == (0, ["decision 218 15 bytes", "handed over 218", "minutes 218"])
    assert paper.read_bytes() == b"%PDF-1.7 signed"
    (line,) = call(service, "police", "GET", "/v1/reconciliations?sort=longest&state=delivered")["data"]
    assert line["source_ref"] == "218"


def signed(service, ref):
    """The commune accepts, decides, and puts up the scan of what was signed."""
    (notice,) = call(service, "police", "GET", f"/v1/discharge-notices?source_ref={ref}")["data"]
    for to in ("received", "accepted"):
        notice = step(service, "police", f"/v1/discharge-notices/{notice['id']}", notice, to)
    case = {"id": notice["case_id"], "version": 1}
    today = str(datetime.now(UTC).date())
    proposal = {"number": "1/ĐN", "proposed_on": today, "received_on": today}
    step(service, "officer", f"/v1/cases/{case['id']}", case, "proposed", proposal=proposal)
    draft = {"case_id": case["id"], "number": "7", "decided_on": today, "signer_name": "Lê Ký"}
    decision = call(service, "officer", "POST", "/v1/management-decisions", draft)
    step(service, "leader", f"/v1/management-decisions/{decision['id']}", decision, "signed")
    scan = b"%PDF-1.7 signed"
    query = {"decision_id": decision["id"], "sha256": hashlib.sha256(scan).hexdigest()}
    sent = httpx2.post(
        f"{service.url}/v1/documents:upload",
        params=query,
        content=scan,
        headers=service.world.users["officer"].headers | {"Content-Type": "application/pdf"},
    )
    assert sent.is_success, sent.text


def step(service, user, path, row, to, **more):
    return call(service, user, "POST", f"{path}/transitions", {"to": to} | more, If_Match=f'"{row["version"]}"')


@pytest.mark.parametrize(
    ("text", "why"), [("{", "line 2: not JSON"), ('{"full_name": "x"}', "line 2: no source_ref"), ("[]", "line 2: no")]
)
def test_a_list_that_could_not_be_sent_twice_is_not_sent_once(tmp_path, text, why):
    listed = tmp_path / "list.jsonl"
    listed.write_text(f"\n{text}\n", encoding="utf-8")
    example = runpy.run_path(str(SCRIPT))
    with pytest.raises(SystemExit, match=why):
        example["listed"](listed)


def test_a_refused_row_is_named_by_its_line_and_a_token_that_ended_is_renewed(tmp_path, capsys):
    """Without a service: a list longer than a slice, a blank line in it, and a token that ends on the way."""
    example, seen, results = runpy.run_path(str(SCRIPT)), [], {501: "refused"}

    def answer(request):
        seen.append(request.url.path)
        if request.url.path == "/v1/auth/token":
            return httpx2.Response(200, json={"access_token": f"t{len(seen)}"})
        if request.headers["authorization"] == "Bearer t1" and len(seen) > 2:
            return httpx2.Response(401, json={"code": "unauthenticated"})
        if request.url.path.endswith(":bulk"):
            rows = json.loads(request.content)["notices"]
            told = [
                {"outcome": results.get(int(r["source_ref"]), "done"), "code": "invalid", "errors": []} for r in rows
            ]
            return httpx2.Response(200, json=told)
        return httpx2.Response(200, json={"data": [], "page": {"next": None}})

    listed = tmp_path / "list.jsonl"
    listed.write_text("\n" + "\n".join(json.dumps({"source_ref": str(n)}) for n in range(1, 503)), encoding="utf-8")
    client = httpx2.Client
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx2, "Client", lambda **given: client(transport=httpx2.MockTransport(answer), **given))
        centre = example["Centre"]("http://service", "may", "x")
        assert example["pushed"](centre, listed, 0) is False
    assert seen.count("/v1/auth/token") == 2
    assert "refused line 502 invalid" in capsys.readouterr().out


def test_a_wrong_secret_ends_it_with_the_reason_and_no_trace_of_the_list(service, tmp_path):
    listed = tmp_path / "list.jsonl"
    listed.write_text('{"source_ref": "1"}', encoding="utf-8")
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
