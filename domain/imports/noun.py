"""A file that is taken in: the job, its rows, and saved mappings of columns."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.law.life_cycle import LifeCycle, Move
from domain.reading import Kind, Noun, many, one


class ImportState(StrEnum):
    """Where a file stands."""

    UPLOADED = "uploaded"
    """Being read and checked."""
    PREVIEWED = "previewed"
    REFUSED = "refused"
    """The file as a whole cannot be read."""
    LOADING = "loading"
    LOADED = "loaded"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"
    FAILED = "failed"
    """A fault of ours stopped it five times; it can be started again."""


class RowVerdict(StrEnum):
    """What a row would do."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REVIEW = "review"
    ERROR = "error"


class RowOutcome(StrEnum):
    """What became of a row."""

    DONE = "done"
    REQUESTED = "requested"
    """Another unit was asked by a hand-over request."""
    WAITING = "waiting"
    """The day's number of such requests is used up: commit again tomorrow."""
    FAILED = "failed"
    MOVED = "moved"
    """What it rests on has changed since the preview."""
    SKIPPED = "skipped"
    UNDONE = "undone"
    SPARED = "spared"
    """Somebody has worked with it since: undo left it as it is."""


class ImportMode(StrEnum):
    ATOMIC = "atomic"
    PER_ROW = "per_row"


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


class UnknownColumns(StrEnum):
    ERROR = "error"
    IGNORE = "ignore"


class RowDecision(StrEnum):
    """What somebody decided about a row that was for review."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"


IMPORT_LIFE: Final = LifeCycle(
    "import_job",
    initial="uploaded",
    moves=(
        Move("uploaded", "previewed", ("worker",)),
        Move("uploaded", "refused", ("worker",)),
        Move("uploaded", "failed", ("worker",)),
        Move("uploaded", "discarded"),
        Move("previewed", "loading", ("fingerprint",), "commit"),
        Move("previewed", "uploaded", (), "read the file again against the register of today"),
        Move("previewed", "discarded"),
        Move("loading", "loaded", ("worker",)),
        Move("loading", "previewed", ("worker",), "atomic, and a row could not be done"),
        Move("loading", "failed", ("worker",)),
        Move("loaded", "undoing"),
        Move("loaded", "loading", ("rows_waiting",), "rows that wait for another day"),
        Move("undoing", "undone", ("worker",)),
        Move("undoing", "failed", ("worker",)),
        Move("failed", "uploaded", ("nothing_done",), "read the file again"),
        Move("failed", "loading", ("fingerprint",), "go on where it stopped"),
        Move("failed", "undoing", ("rows_done",), "take back what was done"),
        Move("failed", "discarded", ("nothing_done",)),
    ),
)
WORKING: Final = ("uploaded", "loading", "undoing")
"""States in which the worker has something to do."""


def opens(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, Kind.OPEN)


IMPORT_JOB = Noun(
    "import_job",
    fields=opens(
        "id",
        "version",
        "unit_id",
        "kind",
        "format",
        "size",
        "sha256",
        "mode",
        "match",
        "blanks_only",
        "unknown_columns",
        "as_of",
        "sheet",
        "mapping_id",
        "mapping",
        "row_source",
        "state",
        "transitions",
        "columns",
        "encoding",
        "counts",
        "outcomes",
        "rows_total",
        "rows_done",
        "problem",
        "fingerprint",
        "started_at",
        "finished_at",
        "source",
        "source_ref",
        "recorded_at",
        "recorded_by",
        "updated_at",
        "consequences",
    ),
    relations={"unit": one("unit", Kind.OPEN), "rows": many("import_row", Kind.OPEN)},
    orders=("newest",),
    filters=opens("kind", "state", "unit_id"),
)
"""What the job says of a file names nobody: no file name, no value."""

IMPORT_ROW = Noun(
    "import_row",
    fields=opens(
        "id",
        "version",
        "import_id",
        "no",
        "verdict",
        "rule",
        "score",
        "target_noun",
        "target_id",
        "person_id",
        "flaws",
        "decision",
        "decided_target_id",
        "outcome",
        "made_id",
    )
    | {"candidates": Kind.IDENTITY, "diff": Kind.ADDRESS},
    relations={"person": one("person", Kind.IDENTITY)},
    orders=("line",),
    filters=opens("import_id", "verdict", "outcome"),
)
"""`diff` may hold any field of its kind in clear but numbers, so it has the strictest class of those (ADDRESS)."""

IMPORT_MAPPING = Noun(
    "import_mapping",
    fields=opens(
        "id", "version", "unit_id", "kind", "name", "columns", "source", "source_ref", "recorded_at", "updated_at"
    ),
    relations={"unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=opens("kind"),
)
