"""How long a student waits: instant checks of every exercise, and the import of chainrule.

Run: python benchmarks/instant_check.py [--repeats N]. Prints a table and writes
benchmarks/results/instant_check.json. Each check is timed in a warm process, the reference and every
mistake in turn; the first check of a fresh process, which also imports the exercises, is timed apart.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import time

import numpy as np

import chainrule
from chainrule.exercises import UNITS, of_unit
from record import record

FIRST_CHECK = """
import time, numpy, contextlib, io
start = time.perf_counter()
import chainrule
imported = time.perf_counter()
with contextlib.redirect_stdout(io.StringIO()):
    chainrule.check("maxout_backward", lambda upstream, x, W, b: (x, W, b))
print(imported - start, time.perf_counter() - imported)
"""


def seconds_of(name: str, answer: object) -> float:
    """Wall time of one check, its output included."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        chainrule.check(name, answer)
    return time.perf_counter() - start


def fresh_process() -> tuple[float, float]:
    """Seconds of `import chainrule` after NumPy, and of the first check, in a new interpreter."""
    run = subprocess.run([sys.executable, "-c", FIRST_CHECK], capture_output=True, text=True, check=True)
    imported, checked = run.stdout.split()
    return float(imported), float(checked)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    os.environ.pop("NBGRADER_EXECUTION", None)
    times: dict[str, list[float]] = {}
    for _ in range(repeats):
        for exercise in (it for unit in UNITS for it in of_unit(unit)):
            for answer in (exercise.reference, *(mistake.wrong for mistake in exercise.mistakes)):
                times.setdefault(exercise.name, []).append(seconds_of(exercise.name, answer))
    fresh = [fresh_process() for _ in range(2 * repeats + 1)]
    every = [seconds for found in times.values() for seconds in found]
    facts = {
        "numpy": np.__version__,
        "checks": len(every),
        "median_check_seconds": statistics.median(every),
        "slowest_check_seconds": max(every),
        "median_import_seconds": statistics.median(imported for imported, _ in fresh),
        "median_first_check_seconds": statistics.median(checked for _, checked in fresh),
        "median_seconds_by_exercise": {name: statistics.median(found) for name, found in times.items()},
    }
    record("instant_check", facts)
    print(f"{len(every)} checks: median {facts['median_check_seconds']:.4f} s, slowest {max(every):.4f} s")
    print(f"first check of a process: {facts['median_first_check_seconds']:.3f} s")
    print(f"import chainrule beyond NumPy: {facts['median_import_seconds']:.3f} s")


if __name__ == "__main__":
    main()
