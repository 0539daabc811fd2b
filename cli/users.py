"""`diemtua users`"""

from __future__ import annotations

from typing import Annotated

import typer

from api import operations
from cli.telling import say, table

app = typer.Typer(
    help="Accounts: the first administrator, and who there is.", no_args_is_help=True, rich_markup_mode="markdown"
)


@app.command()
def bootstrap(
    user_name: Annotated[str, typer.Argument(help="Small letters, digits, dots and dashes: lan.tran")],
    display_name: Annotated[str, typer.Option("--name", help="How colleagues read it.")] = "Quản trị hệ thống",
) -> None:
    """Invite the first administrator of the country; they appoint everybody else.

    Prints an activation code, once. Whoever holds it chooses the password at the first sign-in, within 14 days.
    Asked again for the same user before they came, it makes a new code; later it is refused.

        diemtua users bootstrap lan.tran --name "Trần Thị Lan"
    """
    with operations.ground() as on:
        code = operations.run(operations.invite_administrator(on, user_name, display_name))
    say(f"[green]✓[/] {user_name} may become the administrator. Activation code, shown only here and now:")
    say(f"\n    [bold]{code}[/]\n")


@app.command("list")
def list_users(
    unit: Annotated[str | None, typer.Option(help="Code of their unit.")] = None,
    role: Annotated[str | None, typer.Option(help="Their role, such as commune_officer.")] = None,
) -> None:
    """List accounts with the roles they hold now.

    ```
    diemtua users list --unit 00611
    diemtua users list --role system_admin
    ```
    """
    with operations.ground() as on:
        found = operations.run(operations.accounts(on, unit, role))
    headers = ("user name", "kind", "state", "role", "unit", "until", "last sign-in")
    table(f"{len(found)} accounts", headers, [(*one[:5], _day(one.until), _day(one.last_sign_in_at)) for one in found])


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
