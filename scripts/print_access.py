"""Prints docs/access.md from the policy; with --check says whether the page is current (exit 1 if not)."""

from __future__ import annotations

import sys
from pathlib import Path

from domain.access.printed import access_page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"


def main() -> int:
    page = access_page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
