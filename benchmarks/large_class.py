"""A class of 2,000: cost and memory stay in proportion.

Run: python benchmarks/large_class.py [--sizes 250 500 1000 2000]. The assignment of throughput.py, graded by proctor
under bubblewrap with two jobs. Measured are wall time and, ten times a second, the proportional memory of the run's
processes together: its peak, and its medians over the second and the last tenth of the run, which tell a leak.
Writes benchmarks/results/large_class.json.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from record import record
from throughput import JOBS, build, environment, fresh, proctor

LOOK_SECONDS = 0.1
MIB = 1 << 20


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, path.read_text(encoding="ascii").split())
    return found


def proportional_bytes(pid: int) -> int:
    """Each page divided among the processes that share it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def watched(root: Path) -> dict[str, float]:
    """One run: its time, and its memory while it lasts."""
    start = time.perf_counter()
    process = subprocess.Popen(
        proctor(), cwd=root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    taken = []
    while process.poll() is None:
        taken.append(sum(map(proportional_bytes, descendants(process.pid))) / MIB)
        time.sleep(LOOK_SECONDS)
    wall = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"proctor ended with {process.returncode}")
    tenth = max(len(taken) // 10, 1)
    return {
        "wall_seconds": wall,
        "peak_mib": max(taken),
        "early_mib": statistics.median(taken[tenth : 2 * tenth]),
        "late_mib": statistics.median(taken[-2 * tenth : -tenth]),
    }


def main() -> None:
    """Measure, print and write."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--sizes", type=int, nargs="+", default=[250, 500, 1000, 2000])
    sizes = words.parse_args().sizes
    runs = {}
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        build(template)
        for size in sizes:
            runs[str(size)] = watched(fresh(template, size))
            print(size, {name: round(value, 2) for name, value in runs[str(size)].items()}, flush=True)
    first, last = runs[str(sizes[0])], runs[str(sizes[-1])]
    growth = (last["wall_seconds"] / sizes[-1]) / (first["wall_seconds"] / sizes[0])
    record("large_class", {"jobs": JOBS, "runs": runs, "cost_of_one_in_the_largest_over_smallest": growth})
    print(f"cost of one submission, largest class over smallest: {growth:.2f}")


if __name__ == "__main__":
    main()
