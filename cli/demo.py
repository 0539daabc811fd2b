"""`diemtua demo`"""

from __future__ import annotations

from typing import Annotated

import typer

from api import operations
from api.operations import DemoShown, Ground, OperationRefusedError
from cli.migrate import bring_up
from cli.population import MOST_PEOPLE, population
from cli.telling import counting, say, table

SIZE, SEED = 5_000, 2026

Size = Annotated[int, typer.Option(min=1, max=MOST_PEOPLE, help="How many people; from 20,000 on in every commune.")]
Seed = Annotated[int, typer.Option(help="Another seed gives other people.")]


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(size: Size = SIZE, seed: Seed = SEED) -> None:
    """Fill an empty register with invented people in real communes, and accounts for every role.

    The people are marked (source = demo), their numbers can be nobody's, and a seed always gives the same ones.
    A register that holds anything else is refused. Passwords are made on this machine and kept in
    DIEMTUA_HOME/sign-ins.json.

        diemtua demo
        DIEMTUA_HOME=/tmp/big diemtua demo --size 300000
    """
    with operations.ground(demo=True) as on:
        bring_up(on)
        shown = fill(on, size, seed)
        if shown.already and shown.persons != size:
            raise OperationRefusedError(
                f"A demo of {shown.persons:,} people is there already."
                " For another size set DIEMTUA_HOME to a new folder."
            )
        show_sign_ins(on, shown)


def fill(on: Ground, size: int, seed: int) -> DemoShown:
    with counting("Demo people") as progress:
        shown = operations.run(operations.fill_demo(on, population, size=size, seed=seed, progress=progress))
        progress(shown.persons, shown.persons)
    say(f"  {shown.persons:,} invented people {'are there' if shown.already else 'loaded'}")
    return shown


def show_sign_ins(on: Ground, shown: DemoShown) -> None:
    """The first of each role; the rest stand in the file."""
    sign_ins = shown.sign_ins
    first = {one.role: one for one in reversed(sign_ins)}
    people = [one for one in sign_ins if one in first.values() and one.kind == "person"]
    table(
        "Demo sign-ins", ("user name", "password", "unit"), [(one.user_name, one.password, one.unit) for one in people]
    )
    for machine in (one for one in sign_ins if one.kind == "machine"):
        say(f"{machine.user_name}  {machine.password}  (a machine: client_credentials)")
    others = ", ".join(one.user_name for one in sign_ins if one not in first.values())
    say(f"[dim]All, with {others}, stand in {on.settings.home / operations.SIGN_INS}[/]")
