"""Make reference/units.jsonl.gz and reference/UNITS.md from public packages: python scripts/build_units.py [folder].

Without a folder the packages are downloaded into a temporary one; a folder is filled once and then reused.
"""

import gzip
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from unit_packages import Sources, fetch, read_sources
from unit_report import counts, report
from unit_story import Draft, Edge, Story, tell

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
RANK = {"country": 0, "province": 1, "district": 2, "commune": 3}


def unit_line(draft: Draft) -> dict[str, Any]:
    row = draft.row
    line = {
        "fact": "unit",
        "key": draft.key,
        "code": row.code,
        "code_system": draft.code_system,
        "level": row.level,
        "unit_type": row.unit_type,
        "name": row.name,
        "valid_from": draft.valid_from.isoformat(),
        "valid_to": None if draft.valid_to is None else draft.valid_to.isoformat(),
        "parent_key": None if draft.parent is None else draft.parent.key,
        "home_key": None if draft.home is None else draft.home.key,
        "lat": row.lat,
        "lon": row.lon,
        "marks": sorted(draft.marks),
        "alt_codes": sorted(row.alt_codes),
        "alt_names": sorted(row.alt_names),
    }
    return {name: value for name, value in line.items() if value not in (None, [])}


def edge_line(edge: Edge) -> dict[str, Any]:
    line = {
        "fact": "lineage",
        "from_key": edge.before.key,
        "to_key": edge.after.key,
        "kind": edge.kind,
        "effective_on": edge.effective_on.isoformat(),
        "legal_basis": edge.basis,
        "confidence": edge.confidence,
    }
    return {name: value for name, value in line.items() if value is not None}


def order(draft: Draft) -> tuple[int, bool, str]:
    """Homes before what lives in them: by level, today's provinces first."""
    ended_province = draft.row.level == "province" and draft.valid_to is not None
    return RANK[draft.row.level], ended_province, draft.key


def file_bytes(story: Story) -> bytes:
    """The data file: the same story gives the same bytes."""
    lines = [unit_line(draft) for draft in sorted(story.drafts, key=order)]
    lines += [
        edge_line(edge) for edge in sorted(story.edges, key=lambda e: (e.effective_on, e.before.key, e.after.key))
    ]
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as out:
        out.write(text.encode())
    return packed.getvalue()


def gathered(folder: Path) -> Sources:
    if not (folder / "vietnamadminunits-1.0.4").exists():
        fetch(folder)
    return read_sources(folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        story = tell(gathered(Path(sys.argv[1] if len(sys.argv) > 1 else temporary)))
    data = file_bytes(story)
    (REFERENCE / "units.jsonl.gz").write_bytes(data)
    (REFERENCE / "UNITS.md").write_text(report(story), "utf-8")
    for name, number in counts(story):
        print(f"{name:<66}{number:>8,}")
    print(f"{'bytes of the data file':<66}{len(data):>8,}")


if __name__ == "__main__":
    main()
