"""`diemtua journal`"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from api import operations
from cli.telling import OK, REFUSED, say, table

app = typer.Typer(
    help="The journal of reads and writes: looked at, and its promise tested.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command()
def show(
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many entries.")] = 30,
    user: Annotated[str | None, typer.Option(help="Only of this user name.")] = None,
    person: Annotated[UUID | None, typer.Option(help="Only about the person with this id.")] = None,
) -> None:
    """Show the newest entries: who did or was refused what, never what was in it.

    ```
    diemtua journal show --last 50 --user commune_officer.00611
    ```
    """
    with operations.ground() as on:
        entries = operations.run(operations.journal(on, last, user, person))
    headers = ("no", "when", "user", "road", "act", "noun", "outcome", "shown", "persons", "request")
    table(
        f"{len(entries)} entries",
        headers,
        [(one.id, f"{one.happened_at:%Y-%m-%d %H:%M:%S}", *one[2:]) for one in entries],
    )


@app.command("verify-append-only")
def verify_append_only() -> None:
    """Try to change, delete and empty the journal, as the owner, and ask the catalogue who might; all must be refused.

    Nothing stays of the tries. Exit code 3 if any promise is broken.

        diemtua journal verify-append-only
    """
    with operations.ground() as on:
        checks = operations.run(operations.verify_journal(on))
    for check in checks:
        say(
            f"[green]✓[/] {escape(check.says)}" if check.holds else f"[bold red]✗ {escape(check.says)}[/] {check.found}"
        )
    raise typer.Exit(OK if all(check.holds for check in checks) else REFUSED)
