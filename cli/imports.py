"""`diemtua import`: a file into a running service, as an HTTP client. Exit codes for scripts; safe to run again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final

import httpx2
import typer
from rich.markup import escape

from cli.import_calls import (
    FORMATS,
    CallRefusedError,
    Service,
    job_of,
    kept_file,
    moved,
    problems_of,
    rows_of,
    sent,
    watched,
    words_of,
)
from cli.telling import OK, REFUSED, USAGE, console, counting, refuse, say
from domain.imports.kinds import KINDS

ROWS_LEFT: Final = 4
STALE: Final = 5
INTERRUPTED: Final = 130
WORDS: Final = {
    "create": "to create",
    "update": "to update",
    "unchanged": "unchanged",
    "review": "for review",
    "error": "in error",
}


def register(app: typer.Typer) -> None:
    app.command("import")(import_file)


def import_file(
    file: Annotated[Path | None, typer.Argument(help="CSV, XLSX or JSON Lines; up to 64 MB, 100,000 rows.")] = None,
    kind: Annotated[str, typer.Option(help=f"What the rows are: {', '.join(KINDS)}.")] = "persons",
    commit: Annotated[bool, typer.Option("--commit/--preview", help="Do it, or only show what it would do.")] = False,
    url: Annotated[str, typer.Option(help="Address of the service.", envvar="DIEMTUA_URL")] = "http://127.0.0.1:8000",
    user: Annotated[
        str, typer.Option(help="User name, or the machine client's.", envvar="DIEMTUA_USER", prompt=True)
    ] = "",
    machine: Annotated[bool, typer.Option("--machine", help="Sign in as a machine client.")] = False,
    mode: Annotated[str, typer.Option(help="per_row: what can be done; atomic: every row or none.")] = "per_row",
    match: Annotated[
        str, typer.Option(help="Rules believed without review: source_ref,number,name_and_birth.")
    ] = "source_ref,number",
    source: Annotated[str | None, typer.Option(help="Where the rows come from; with their ref safe to repeat.")] = None,
    blanks_only: Annotated[bool, typer.Option("--blanks-only", help="Fill blanks, overwrite nothing.")] = False,
    ignore_columns: Annotated[
        bool, typer.Option("--ignore-unknown-columns", help="Leave out unknown columns.")
    ] = False,
    as_of: Annotated[str | None, typer.Option(help="Day of the file's unit names and codes: 2025-06-30.")] = None,
    mapping: Annotated[str | None, typer.Option(help="A shipped mapping: rehab_software.")] = None,
    mapping_id: Annotated[str | None, typer.Option(help="A saved mapping.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Name of the sheet.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Hold a file that was previewed before against the register anew.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Write the file back (.csv or .xlsx) with a column of errors.")
    ] = None,
    purpose: Annotated[str | None, typer.Option(help="Access-Purpose, where your role needs one.")] = None,
    undo: Annotated[str | None, typer.Option(help="Undo the import with this id instead.")] = None,
) -> None:
    """Send a file to a running service, see what it would do, and do it.

    Without --commit nothing is written to the register: the file is read, checked against it and previewed.
    Run the same command again after a lost connection or a Ctrl-C: it goes on with the same import. What was begun
    goes on at the service meanwhile.
    The password (or the machine's secret) comes from DIEMTUA_PASSWORD, or is asked for.

    ```
    diemtua import danh-sach.xlsx --kind persons --preview --errors loi.xlsx
    diemtua import danh-sach.xlsx --kind persons --commit --source phan-mem-cu
    diemtua import dot-cai.csv --kind treatment_courses --commit --mapping rehab_software
    diemtua import --undo 01934c1e-0000-7000-8000-000000000000
    ```

    Exit codes: 0 all done (or nothing in the way of it), 2 called wrongly, 3 refused or not possible now,
    4 some rows are in error, for review or could not be done, 5 the register moved since the preview: look at the new
    one, then run it again, 130 left by Ctrl-C.
    """
    if wrong := _wrongly_called(file, url, errors, undo):
        refuse(wrong)
        raise typer.Exit(USAGE)
    query = {
        "kind": kind,
        "format": FORMATS[file.suffix.lower()] if file else None,
        "mode": mode,
        "match": match,
        "blanks_only": str(blanks_only).lower(),
        "unknown_columns": "ignore" if ignore_columns else "error",
        "as_of": as_of,
        "row_source": source,
        "mapping": mapping,
        "mapping_id": mapping_id,
        "sheet": sheet,
    }
    secret = os.environ.get("DIEMTUA_PASSWORD") or typer.prompt("Password", hide_input=True)
    with httpx2.Client(base_url=url, timeout=60, headers={"Accept-Language": "vi"}) as client:
        service = Service(client, user, secret, machine, purpose, _waiting)
        raise typer.Exit(_told(service, file, query, commit, again, errors, undo))


def _wrongly_called(file: Path | None, url: str, errors: Path | None, undo: str | None) -> str | None:
    """What nobody needs to be asked about; nothing has been sent yet."""
    if (file is None) == (undo is None) or (file is not None and not file.is_file()):
        return "Name one file that is there, or --undo with the id of an import."
    if file is not None and file.suffix.lower() not in FORMATS:
        return f"{file.suffix or 'No suffix'}: name a file ending in {', '.join(FORMATS)}."
    if not url.startswith(("http://", "https://")):
        return "--url begins with http:// or https://, as in https://diemtua.example.vn"
    if errors is not None and errors.suffix.lower() not in (".csv", ".xlsx"):
        return "--errors names a file ending in .csv or .xlsx."
    if errors is not None and not errors.parent.is_dir():
        return f"--errors: there is no folder {errors.parent}."
    if errors is not None and file is not None and errors.exists() and errors.samefile(file):
        return "--errors names another file than the one that is sent."
    return None


def _waiting(seconds: float) -> None:
    console(errors=True).print(f"The service does not answer or is busy: again in {seconds:.0f} s (Ctrl-C stops).")


def _told(
    service: Service,
    file: Path | None,
    query: dict[str, Any],
    commit: bool,
    again: bool,
    errors: Path | None,
    undo: str | None,
) -> int:
    try:
        service.sign_in()
        if undo:
            return _undone(service, undo)
        assert file is not None
        return _done(service, file, query, commit, again, errors)
    except CallRefusedError as refused:
        refuse(refused)
        return REFUSED
    except (httpx2.TransportError, httpx2.InvalidURL):
        refuse("The service does not answer. Check --url, then run the same command again.")
        return REFUSED
    except OSError as error:
        refuse(f"{errors or file}: {error.strerror}.")
        return REFUSED
    except KeyboardInterrupt:
        refuse("Left. Run the same command again: it goes on with the same import.")
        return INTERRUPTED


def _done(service: Service, file: Path, query: dict[str, Any], commit: bool, again: bool, errors: Path | None) -> int:
    with counting("sending") as count:
        job = sent(service, file, query, count)
    job = _waited(service, _taken_up(service, job, commit, again), "reading")
    code = None
    if job["state"] == "previewed":
        _show_preview(service, job)
    if commit and job["state"] == "previewed":
        job, code = _committed(service, job)
    if job["state"] in ("loaded", "previewed") and errors is not None:
        kept_file(service, job["id"], errors)
        say(f"[green]✓[/] {errors}")
    return _ended(service, job, commit) if code is None else code


def _taken_up(service: Service, job: dict[str, Any], commit: bool, again: bool) -> dict[str, Any]:
    """An import that an earlier run left behind goes on: a preview is read anew, unless somebody may have decided."""
    state, decidable = job["state"], bool((job["counts"] or {}).get("review"))
    if state == "failed":
        return moved(service, job, "loading" if commit and job["fingerprint"] else "uploaded")
    if state == "loaded":
        say("This very file was imported before.")
        return moved(service, job, "loading") if commit and (job["outcomes"] or {}).get("waiting") else job
    if state == "previewed" and (again or not (commit or decidable)):
        return moved(service, job, "uploaded")
    if state == "previewed" and not commit:
        say("The preview of an earlier run, with what was decided since; --again checks it against the register anew.")
    return job


def _committed(service: Service, job: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The preview done, or why not: what has moved since is previewed anew."""
    try:
        return _waited(service, moved(service, job, "loading"), "writing"), None
    except CallRefusedError as refused:
        if refused.code not in ("stale_preview", "rows_in_error"):
            raise
        refuse(refused)
        if refused.code == "rows_in_error":
            return job, ROWS_LEFT
    job = _waited(service, moved(service, job_of(service, job["id"]), "uploaded"), "reading")
    if job["state"] == "previewed":
        _show_preview(service, job)
    return job, STALE


def _undone(service: Service, id: str) -> int:
    job = _waited(service, moved(service, job_of(service, id), "undoing"), "undoing")
    left = job["outcomes"] or {}
    say(f"import {job['id']}: " + ", ".join(f"{count} {word}" for word, count in left.items()))
    return ROWS_LEFT if left.get("spared") else OK


def _waited(service: Service, job: dict[str, Any], what: str) -> dict[str, Any]:
    """The job when nothing is under way any more."""
    with counting(what) as count:
        for now in watched(service, job["id"]):
            count(now["rows_done"], max(now["rows_total"], now["rows_done"], 1))
            job = now
    return job


def _show_preview(service: Service, job: dict[str, Any]) -> None:
    say(f"import {job['id']}: " + ", ".join(f"{count} {WORDS[word]}" for word, count in job["counts"].items() if count))
    bad = [verdict for verdict in ("error", "review") if job["counts"].get(verdict)]
    words = words_of(service, job["kind"]) if bad else {}
    for verdict in bad:
        rows = rows_of(service, job["id"], verdict=verdict)
        say(f"first rows {WORDS[verdict]}:")
        for row in rows:
            say(f"  line {row['no']}: {escape('; '.join(_flaw(flaw, words) for flaw in row['flaws']))}")
    if job["counts"].get("review"):
        believed = (
            "" if "name_and_birth" in (job.get("match") or ()) else ", or --match source_ref,number,name_and_birth"
        )
        say(f"Rows for review wait for somebody: POST /v1/import-rows/{{id}}/decision{believed}.")


def _flaw(flaw: dict[str, Any], words: dict[str, str]) -> str:
    """`Ngày sinh: không phải ngày …`, as the file with its column of errors says it."""
    column, code = flaw["pointer"].strip("/"), flaw["code"]
    more = ", ".join([*([f"line {flaw['line']}"] if "line" in flaw else []), *flaw.get("candidates", [])])
    said = f"{words.get(f'/{column}', column)}: " if column else ""
    return f"{said}{words.get(code, code)}{f' ({more})' if more else ''}"


def _problem(service: Service, job: dict[str, Any]) -> str:
    """Why a job did not go on, in words, with the line or the columns it is about."""
    found = job["problem"] or {}
    code = str(found.get("code", job["state"]))
    told = {name: value for name, value in found.items() if name != "code"}
    more = ", ".join(f"{name} {', '.join(value) if isinstance(value, list) else value}" for name, value in told.items())
    return f"{problems_of(service).get(code, code)} ({'; '.join(filter(None, (code, more)))})"


def _ended(service: Service, job: dict[str, Any], commit: bool) -> int:
    if job["state"] not in ("loaded", "previewed"):
        refuse(_problem(service, job))
        return REFUSED
    left = job["outcomes"] or {}
    if commit and job["state"] == "previewed":
        refuse(_problem(service, job))
        return STALE if (job["problem"] or {}).get("code") == "rows_moved" else ROWS_LEFT
    if job["state"] == "loaded":
        say(f"import {job['id']}: " + ", ".join(f"{count} {word}" for word, count in left.items()))
    bad = sum(left.get(word, 0) for word in ("failed", "moved", "waiting"))
    waiting = sum(job["counts"].get(word, 0) for word in ("error", "review"))
    return ROWS_LEFT if bad or waiting else OK
