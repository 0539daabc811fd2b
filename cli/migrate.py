"""`diemtua migrate`"""

from __future__ import annotations

import typer

from api import operations
from api.operations import Ground
from cli.telling import say, working


def register(app: typer.Typer) -> None:
    app.command()(migrate)


def migrate() -> None:
    """Bring the database to this version: the tables, then the units of Việt Nam.

    Runs as the owner (MIGRATION_DATABASE_URL), or on the embedded database. Nothing happens where all is there.

        diemtua migrate
        MIGRATION_DATABASE_URL=postgresql://app_owner:…@db/diemtua diemtua migrate
    """
    with operations.ground() as on:
        if not bring_up(on):
            say("Tables and units are up to date.")


def bring_up(on: Ground) -> bool:
    """Tables and units; whether there was anything to do."""
    behind = operations.is_behind(on)
    if behind:
        with working("Tables brought to this version"):
            operations.migrate(on)
    else:
        operations.furnish(on)  # a release may bring rows of law alone
    return (not operations.run(operations.has_units(on)) and fill_units(on)) or behind


def fill_units(on: Ground) -> bool:
    """Units of the data file; whether any was missing."""
    with working("Units of Việt Nam"):
        loaded = operations.run(operations.fill_units(on))
    if loaded.units:
        say(f"  {loaded.units:,} units and {loaded.edges:,} edges of succession loaded")
    return bool(loaded.units)
