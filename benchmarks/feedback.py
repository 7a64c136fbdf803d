"""Feedback for a class: proctor beside nbgrader, in one run.

Run: python benchmarks/feedback.py [--rounds 3] [--students 100]. The class of throughput.py, graded by proctor; both
then write the feedback of the whole class, in turns, each time from nothing. Asked for: a fifth of the time.
Writes benchmarks/results/feedback.json.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from record import record
from throughput import build, hand_in, measured, proctor, run

BOUND = 0.2
COMMANDS = {
    "proctor": [sys.executable, "-m", "proctor", "feedback", "hw1"],
    "nbgrader": [sys.executable, "-m", "nbgrader", "generate_feedback", "hw1"],
}


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--students", type=int, default=100)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "course"
        root.mkdir()
        build(root)
        hand_in(root, words.students)
        run(proctor(), root)
        times: dict[str, list[dict[str, float]]] = {name: [] for name in COMMANDS}
        for number in range(words.rounds):
            for name in list(COMMANDS)[:: 1 if number % 2 else -1]:
                shutil.rmtree(root / "feedback", ignore_errors=True)
                times[name].append(measured([COMMANDS[name]], root))
                pages = len(list((root / "feedback").rglob("*.html")))
                if pages != words.students:
                    raise RuntimeError(f"{name} wrote {pages} pages for {words.students} students")
                print(f"round {number + 1}: {name}: {times[name][-1]['wall_seconds']:.1f} s", flush=True)
    ratios = [
        ours["wall_seconds"] / theirs["wall_seconds"]
        for ours, theirs in zip(times["proctor"], times["nbgrader"], strict=True)
    ]
    facts = {
        name: {kind: statistics.median(it[kind] for it in rounds) for kind in ("wall_seconds", "cpu_seconds")}
        for name, rounds in times.items()
    }
    ratio = statistics.median(ratios)
    print(f"proctor over nbgrader: {ratio:.3f} (asked for: {BOUND})")
    record("feedback", {"students": words.students, "rounds": words.rounds, **facts, "wall_ratio": ratio})


if __name__ == "__main__":
    main()
