"""CPU seconds of process trees, from /proc: what is judged, because req/s on a shared machine tells little."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

TICK = 1 / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(root: int) -> list[int]:
    """The process and everything below it."""
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def cpu_of(root: int) -> float:
    """User and system time of a tree, with that of children that have ended."""
    total = 0
    for pid in tree(root):
        try:
            fields = _stat(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(map(int, fields[11:15]))
    return total * TICK


class Slice(NamedTuple):
    """One slice of one server: latencies, CPU of the server's tree, CPU of the postmaster's tree, seconds."""

    took: list[float]
    app: float
    pg: float
    seconds: float


class Figures(NamedTuple):
    """All slices of one server."""

    best: float
    median: float
    p50: float
    p99: float
    app: float
    pg: float

    @property
    def cpu(self) -> float:
        return self.app + self.pg


def figures(slices: list[Slice]) -> Figures:
    """Rates in requests a second, latencies in ms, CPU in µs a request over all slices."""
    rates = [len(one.took) / one.seconds for one in slices]
    took = sorted(each for one in slices for each in one.took)
    cuts = quantiles(took, n=100)
    return Figures(
        max(rates),
        median(rates),
        cuts[49] * 1000,
        cuts[98] * 1000,
        sum(one.app for one in slices) / len(took) * 1e6,
        sum(one.pg for one in slices) / len(took) * 1e6,
    )
