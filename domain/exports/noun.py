"""A list taken out as a file: what was asked, by whom, why, how it went."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.law.life_cycle import LifeCycle, Move
from domain.reading import Kind, Noun, one


class ExportState(StrEnum):
    """Where an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    AWAITING = "awaiting"
    """More rows than may leave without a unit above: it waits for one."""
    DONE = "done"
    REFUSED = "refused"
    """By the unit above, or because who asked may not any more."""
    FAILED = "failed"
    """A fault of ours stopped it five times."""
    EXPIRED = "expired"
    """The file is gone; what it was stays on record."""


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


EXPORT_LIFE: Final = LifeCycle(
    "export_job",
    initial="queued",
    moves=(
        Move("queued", "running", ("worker",)),
        Move("running", "awaiting", ("worker",), "more rows than the cap"),
        Move("running", "done", ("worker",)),
        Move("running", "refused", ("worker",), "who asked may not any more"),
        Move("running", "failed", ("worker",)),
        Move("awaiting", "queued", ("unit_above",), "approved"),
        Move("awaiting", "refused", ("unit_above",), "not approved"),
        Move("awaiting", "expired", ("worker",), "nobody decided in time"),
        Move("done", "expired", ("worker",)),
    ),
)
WORKING: Final = ("queued", "running")
"""States in which the worker has something to do."""

EXPORT_JOB = Noun(
    "export_job",
    fields=dict.fromkeys(
        (
            "id",
            "version",
            "unit_id",
            "collection",
            "noun",
            "filters",
            "fields",
            "sort",
            "via",
            "format",
            "purpose",
            "streamed",
            "state",
            "transitions",
            "rows",
            "most",
            "size",
            "sha256",
            "manifest",
            "watermark",
            "problem",
            "approved_by",
            "approved_at",
            "started_at",
            "finished_at",
            "expires_at",
            "source",
            "source_ref",
            "recorded_at",
            "recorded_by",
            "updated_at",
        ),
        Kind.OPEN,
    ),
    relations={"unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("collection", "state", "format", "recorded_by"), Kind.OPEN),
)
"""What is kept of an export names nobody it is about: filters of lists are never personal (rulings 12)."""
