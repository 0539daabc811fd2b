"""`make bench`: the limit, ours and the dataloader idiom on the same rows in one run. See docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.ground import Ground, ground
from benchmarks.meter import Figures, figures
from benchmarks.micro import micro
from benchmarks.operations import OPERATIONS
from benchmarks.running import Bench, alone, bench, check_equal, measure
from persistence import embedded
from persistence.sealing import Sealer

GROWTH = ("list commune", "list province", "list country", "detail", "search province", "write residence")
SEARCH_WITHIN_MS = 10


def main() -> None:
    given = _arguments()
    given.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    given.home.chmod(0o711)
    with embedded.running(given.home) as server:
        postmaster = int((given.home / "postgres/data/postmaster.pid").read_text().split()[0])
        print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}; {given.persons:,} persons")
        at_size = ground(server, given.home, given.persons)
        _compared(at_size, postmaster, given)
        if given.growth:
            _grown(ground(server, given.home, given.persons // 10), at_size, postmaster, given)
        _alone(at_size)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--persons", type=int, default=300_000, help="size of the register")
    parser.add_argument("--rounds", type=int, default=8, help="slices of each server and operation")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a slice")
    parser.add_argument("--quick", action="store_true", help="a look in about a minute: 30,000 persons, short slices")
    parser.add_argument("--only", default="", help="operations whose name holds this text")
    parser.add_argument("--no-growth", dest="growth", action="store_false", help="leave out the tenth of the size")
    scratch = Path(tempfile.gettempdir()) / f"diemtua-bench-{os.getuid()}"
    parser.add_argument("--home", type=Path, default=scratch, help="scratch home, kept for the next run")
    given = parser.parse_args()
    if given.quick:
        given.persons, given.rounds, given.seconds, given.growth = 30_000, 3, 0.5, False
    return given


def _chosen(given: argparse.Namespace) -> list[str]:
    return [operation.name for operation in OPERATIONS if given.only in operation.name]


def _compared(at: Ground, postmaster: int, given: argparse.Namespace) -> None:
    """Every operation on all servers; judged by CPU."""
    print(f"\n{'':18}{'':12}{'best':>7}{'median':>8}{'p50':>8}{'p99':>8}{'app':>7}{'pg':>7}{'CPU':>7}")
    print(
        f"{'operation':18}{'server':12}{'req/s':>7}{'req/s':>8}{'ms':>8}{'ms':>8}{'µs':>7}{'µs':>7}{'ratio':>7}  reach"
    )
    with bench(at, postmaster, ("limit", "ours", "dataloaders")) as running:
        check_equal(running, Sealer.from_master(at.settings().key_for("data")))
        for operation in OPERATIONS:
            if operation.name in _chosen(given):
                slices = measure(running, operation, given.rounds, given.seconds)
                found = {name: figures(each) for name, each in slices.items()}
                pairs = [
                    (a.app + a.pg) / len(a.took) / ((b.app + b.pg) / len(b.took))
                    for a, b in zip(slices["limit"], slices["ours"], strict=True)
                ]
                _printed(operation.name, found, operation.reach, (min(pairs), max(pairs)))
                if operation.name.startswith("search"):
                    waited = median(alone(running, operation, 3 * given.seconds)) * 1000
                    sign = "≤" if waited <= SEARCH_WITHIN_MS else ">"
                    print(f"{'':18}ours, one user: p50 {waited:.1f} ms {sign} {SEARCH_WITHIN_MS} ms", flush=True)


def _printed(name: str, found: dict[str, Figures], reach: float, spread: tuple[float, float]) -> None:
    limit = found["limit"]
    for server, one in found.items():
        ratio = limit.cpu / one.cpu
        said = f"{'≥' if ratio >= reach else '<'} {reach:.2f}  (rounds {spread[0]:.2f}–{spread[1]:.2f})"
        print(
            f"{name:18}{server:12}{one.best:7.0f}{one.median:8.0f}{one.p50:8.2f}{one.p99:8.2f}"
            f"{one.app:7.0f}{one.pg:7.0f}{ratio:7.2f}  {said if server == 'ours' else ''}".rstrip(),
            flush=True,
        )


def _grown(small: Ground, large: Ground, postmaster: int, given: argparse.Namespace) -> None:
    """Cost at a tenth of the size against the whole: flat is ≤ 1.3."""
    print(f"\ngrowth from {small.size:,} to {large.size:,} persons (CPU µs a request, ours)")
    names = [name for name in GROWTH if name in _chosen(given)]
    cost = {at.size: _costs(at, postmaster, given, names) for at in (small, large)}
    for name in names:
        few, many = cost[small.size][name], cost[large.size][name]
        print(f"{name:18}{few:8.0f} → {many:6.0f}   × {many / few:.2f}  ({'≤' if many <= 1.3 * few else '>'} 1.3)")


def _costs(at: Ground, postmaster: int, given: argparse.Namespace, names: list[str]) -> dict[str, float]:
    def cost(running: Bench, name: str) -> float:
        operation = next(one for one in OPERATIONS if one.name == name)
        return figures(measure(running, operation, max(3, given.rounds // 2), given.seconds)["ours"]).cpu

    with bench(at, postmaster, ("ours",)) as running:
        return {name: cost(running, name) for name in names}


def _alone(at: Ground) -> None:
    print("\nour Python alone, in process, answers of the database played back (CPU µs, best of 5)")
    for name, cost in micro(at).items():
        print(f"{name:18}{cost:8.0f}")


if __name__ == "__main__":
    main()
