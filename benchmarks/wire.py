"""What a call of a student's function costs: the round trip between examiner and student's process.

Run: python benchmarks/wire.py. A warm parent is started as in grading, a student's function is defined by a cell, and
its stand-in is called, with a small array and with a large one. Writes benchmarks/results/wire.json with medians, for
a plain process and, where it can be used, for bubblewrap. The bounds asked for are 200 microseconds a round trip and
500 MB/s for arrays.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from proctor.examiner.bounds import Bounds
from proctor.examiner.student import StudentProcess
from proctor.sandbox.bubblewrap import refusal
from proctor.sandbox.launcher import Desk, StudentParent
from proctor.sandbox.policy import Fence
from record import record

if TYPE_CHECKING:
    from collections.abc import Callable

CELL = """
def relu(z, floor):
    return z * (z > floor)

def copied(x):
    return x.copy()
"""


def seconds_of(function: Callable[..., object], *args: object, repeats: int) -> float:
    """Median wall time of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*args)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measured(isolation: str) -> dict[str, float]:
    """Call time and array speed under one isolation."""
    small = np.linspace(-1, 1, 12).reshape(4, 3)
    large = np.random.default_rng(0).standard_normal(4 << 20)  # 32 MiB
    with StudentParent(["numpy"], Fence(isolation)) as parent:
        process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=10.0)
        process.run(CELL)
        relu, copied = (process.connection.ask("object", name) for name in ("relu", "copied"))
        seconds_of(relu, small, 0.1, repeats=300)
        call = seconds_of(relu, small, 0.1, repeats=3000)
        both_ways = seconds_of(copied, large, repeats=15)
        process.close()
    return {
        "call_round_trip_microseconds": call * 1e6,
        "array_bytes": large.nbytes,
        "array_there_and_back_seconds": both_ways,
        "array_megabytes_per_second": 2 * large.nbytes / both_ways / 1e6,
    }


def main() -> None:
    """Measure, print and write."""
    facts = {it: measured(it) for it in ("process", *(() if refusal() else ("bubblewrap",)))}
    record("wire", facts)
    for isolation, found in facts.items():
        call, speed = found["call_round_trip_microseconds"], found["array_megabytes_per_second"]
        print(f"{isolation}: a call {call:.0f} microseconds, a 32 MiB array there and back {speed:.0f} MB/s")


if __name__ == "__main__":
    main()
