"""How the command line speaks: to people, with colours where a terminal looks on; errors say what to do next."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

OK, USAGE, REFUSED = 0, 2, 3
"""Exit codes: done, called wrongly, refused or not possible now."""

WIDE = 160
"""Columns where no terminal looks on, so that nothing is folded."""


def console(*, errors: bool = False) -> Console:
    stream = sys.stderr if errors else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDE, highlight=False, soft_wrap=not stream.isatty())


def say(text: str) -> None:
    console().print(text)


def refuse(reason: object) -> None:
    """Say on stderr what is refused and why; the caller leaves with REFUSED."""
    console(errors=True).print(f"[bold red]Not done.[/] {escape(str(reason))}")


@contextmanager
def working(on: str) -> Iterator[None]:
    """A spinner while something takes its time; a line when it is done."""
    shown = console()
    with shown.status(f"{on} …"):
        yield
    shown.print(f"[green]✓[/] {on}")


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar fed by (done, of how many)."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    shown = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for header in headers:
        shown.add_column(header, no_wrap=True)
    for row in rows:
        shown.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    console().print(shown)
