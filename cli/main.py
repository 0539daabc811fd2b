"""`diemtua`: the operator's door. Exit codes: 0 done, 2 called wrongly, 3 refused or not possible now."""

from __future__ import annotations

import typer

from api.operations import DATABASE_ERRORS, NO_TABLES
from api.operations import REFUSED as REFUSALS
from cli import demo, imports, journal, migrate, openapi, serve, units, users, webhooks, work
from cli.telling import REFUSED, refuse
from domain.refusals import Refusal

HELP = """Điểm Tựa: the register on which Việt Nam's communes look after people who came home from drug rehabilitation.

Without DATABASE_URL everything works on a PostgreSQL of its own in .data (DIEMTUA_HOME), started by itself.

    diemtua serve                     start everything, with demo people and their sign-ins
    diemtua units show 00611          which communes bore a code, and when
    diemtua users bootstrap lan.tran  the first administrator of a real installation

Every command explains itself: diemtua COMMAND --help
"""

app = typer.Typer(
    name="diemtua",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
serve.register(app)
work.register(app)
migrate.register(app)
demo.register(app)
openapi.register(app)
imports.register(app)
webhooks.register(app)
app.add_typer(units.app, name="units")
app.add_typer(users.app, name="users")
app.add_typer(journal.app, name="journal")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code."""
    try:
        app(args=arguments)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else REFUSED
    except REFUSALS as refused:
        refuse(refused)
    except Refusal as refusal:
        refuse(_words(refusal))
    except NO_TABLES:
        refuse("The tables are not those of this version. Run `diemtua migrate` first.")
    except DATABASE_ERRORS as error:
        refuse(f"The database refuses: {error}. Check DATABASE_URL and MIGRATION_DATABASE_URL.")
    except OSError as error:
        refuse(f"{error}. Check that DATABASE_URL names a host that answers, and that DIEMTUA_HOME can be written.")
    return REFUSED


def _words(refusal: Refusal) -> str:
    flaws = ", ".join(f"{flaw.pointer.strip('/')}: {flaw.code}" for flaw in refusal.flaws)
    return f"{flaws or refusal.code}. See the command's --help."


if __name__ == "__main__":
    raise SystemExit(main())
