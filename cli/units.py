"""`diemtua units`"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api import operations
from api.operations import OperationRefusedError, UnitKnown
from cli.migrate import fill_units
from cli.telling import say, table

app = typer.Typer(
    help="The units of Việt Nam: loaded, looked up, joined, and areas drawn over them.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
area = typer.Typer(
    help="Areas that a province draws over its communes.", no_args_is_help=True, rich_markup_mode="markdown"
)
app.add_typer(area, name="area")

Province = Annotated[str, typer.Argument(help="Code of a province of today, such as 01 (Hà Nội).")]


@app.command()
def load() -> None:
    """Load the units and their succession from the data file; a second time changes nothing.

    ```
    diemtua units load
    ```
    """
    with operations.ground() as on:
        if not fill_units(on):
            say("All units were there already.")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="Code of a province, district, commune or area.")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which the code is read.")
    ] = None,
) -> None:
    """Show who bears a code. More than half of the commune codes changed their bearer on 2025-07-01.

    ```
    diemtua units show 00611
    diemtua units show 15 --as-of 2024-06-30      (Yên Bái; Lào Cai today)
    ```
    """
    with operations.ground() as on:
        found = operations.run(operations.units_of_code(on, code, as_of.date() if as_of else None))
    if not found:
        raise OperationRefusedError(f"No unit bears the code {code}{f' on {as_of:%Y-%m-%d}' if as_of else ''}.")
    for one in found:
        _show(one)


def _show(one: UnitKnown) -> None:
    stood = f"{one.valid_from} – {one.valid_to or 'today'}"
    say(f"[bold]{one.name}[/]  {one.unit_type} {one.code}, {stood}, in {one.parent}")
    for what, names in (("came from", one.origins), ("became", one.successors), ("marks", one.marks)):
        if names:
            say(f"  {what}: {', '.join(names)}")
    say(f"  [dim]numbers {one.no}–{one.last_no}{f', within {one.home}' if one.home != one.parent else ''}[/]")


@area.command("list")
def list_areas(province: Province) -> None:
    """Show the areas of a province and their communes.

    ```
    diemtua units area list 01
    ```
    """
    with operations.ground() as on:
        areas = operations.run(operations.areas_of(on, province))
    table(
        f"Areas of {province}", ("code", "name", "communes"), [(code, name, ", ".join(of)) for code, name, of in areas]
    )


@area.command("draw")
def draw_areas(
    province: Province,
    drawn: Annotated[list[str], typer.Option("--area", help="Name=codes of communes of today, with commas.")] = [],  # noqa: B006 - typer's own form
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, though areas end.")] = False,
) -> None:
    """Draw the areas of a province anew: all of them at once; those not named end, their communes lie in none.

    Every person and account of the province is renumbered in one transaction (seconds for ten thousand persons);
    whoever writes there meanwhile is told to try again.

        diemtua units area draw 01 --area "Khu vực Ba Đình=00004,00008" --area "Khu vực Tây Hồ=00103,00091"
    """
    areas = dict(_parsed(text) for text in drawn)
    with operations.ground() as on:
        ending = [name for _, name, _ in operations.run(operations.areas_of(on, province)) if name not in areas]
        if ending and not yes:
            typer.confirm(f"These areas end: {', '.join(ending)}. Go on?", abort=True)
        done = operations.run(operations.draw_areas(on, province, areas))
    say(f"{len(done.areas)} areas drawn; {done.units:,} units have new numbers, {done.rows:,} rows went along.")


@app.command("join")
def join_communes(
    into: Annotated[str, typer.Argument(help="Code of the commune of today that goes on.")],
    gone: Annotated[list[str], typer.Argument(help="Codes of the communes of today that are joined to it.")],
    basis: Annotated[str, typer.Option("--basis", help="The resolution, such as NQ 12/2026/UBTVQH15.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of effect, not later than today.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Join communes into one that goes on: persons, files and organisations change hands, each change is told.

    Who worked in what ends reads its own period from then on; appoint them anew in the commune that goes on. There is
    no way back but a backup.

        diemtua units join 00103 00091 --on 2026-07-01 --basis "NQ 12/2026/UBTVQH15"
    """
    if not yes:
        typer.confirm(f"{', '.join(gone)} end and become part of {into}. Go on?", abort=True)
    with operations.ground() as ours:
        done = operations.run(operations.join_communes(ours, into, gone, on.date() if on else None, basis))
    say(f"{done.persons:,} persons and {done.organisations:,} organisations changed hands, {done.rows:,} rows in all.")


def _parsed(text: str) -> tuple[str, list[str]]:
    name, equals, codes = text.partition("=")
    if not (name.strip() and equals and codes.strip()):
        raise typer.BadParameter(f"{text!r} is not Name=code,code", param_hint="--area")
    return name.strip(), [code.strip() for code in codes.split(",") if code.strip()]
