"""`diemtua openapi`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.operations import OperationRefusedError
from cli.telling import say

ROOT = Path(__file__).resolve().parent.parent


def register(app: typer.Typer) -> None:
    app.command()(openapi)


def openapi(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say whether the files are what the code says.")
    ] = False,
) -> None:
    """Write openapi.yaml and api/graphql/schema.graphql from the code. Needs no database.

    ```
    diemtua openapi
    diemtua openapi --check
    ```
    """
    from api.contract import openapi_yaml, schema_graphql  # the whole service is imported only here

    texts = {"openapi.yaml": openapi_yaml(), "api/graphql/schema.graphql": schema_graphql()}
    stale = [name for name, text in texts.items() if not _says(ROOT / name, text)]
    if check and stale:
        raise OperationRefusedError(f"{', '.join(stale)}: not what the code says. Run `diemtua openapi`.")
    for name in stale:
        (ROOT / name).write_text(texts[name], encoding="utf-8")
        say(f"[green]✓[/] {name} written")
    if not stale:
        say("Both contracts are what the code says.")


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
