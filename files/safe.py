"""Texts that a spreadsheet would run instead of show: escaped where we write a file (OWASP, CSV injection)."""

from __future__ import annotations

from typing import Any, Final

STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escaped(value: Any) -> Any:
    """A text that begins like a formula gets an apostrophe in front; a number is a number."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(STARTS) else value
