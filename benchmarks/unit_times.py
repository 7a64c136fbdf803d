"""How long the solved notebooks run, cell by cell.

Run: python benchmarks/unit_times.py [--repeats N]. Executes each built source notebook in a fresh kernel,
once as it is and once without the cells tagged `demo`, which no graded cell needs, as nbgrader runs them (without
sliders). Writes benchmarks/results/unit_times.json with medians over the repeats.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from chainrule.authoring.building.build import build_unit
from chainrule.authoring.course import Course, find_course
from record import record

HERE = Path(__file__).resolve().parent


def cell_seconds(path: Path, *, with_demos: bool) -> tuple[float, list[float]]:
    """Wall seconds of a whole run, kernel start included, and of each code cell."""
    notebook = nbformat.read(path, as_version=4)
    if not with_demos:
        notebook.cells = [cell for cell in notebook.cells if "demo" not in cell.metadata.get("tags", [])]
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}})
        start = time.perf_counter()
        client.execute()
        whole = time.perf_counter() - start
    times = [cell.metadata.get("execution", {}) for cell in notebook.cells if cell.cell_type == "code"]
    spans = [(it["iopub.execute_input"], it["shell.execute_reply"]) for it in times if "shell.execute_reply" in it]
    return whole, [(_moment(end) - _moment(begin)).total_seconds() for begin, end in spans]


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def measure(course: Course, unit: str, repeats: int) -> dict[str, float]:
    """The figures of one unit."""
    start = time.perf_counter()
    build_unit(course, unit)
    build_seconds = time.perf_counter() - start
    full = [cell_seconds(course.source(unit), with_demos=True) for _ in range(repeats)]
    graded = [cell_seconds(course.source(unit), with_demos=False) for _ in range(repeats)]
    return {
        "build_seconds": build_seconds,
        "whole_run_seconds": statistics.median(whole for whole, _ in full),
        "slowest_cell_seconds": statistics.median(max(cells) for _, cells in full),
        "graded_cells_seconds": statistics.median(sum(cells) for _, cells in graded),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    os.environ["NBGRADER_EXECUTION"] = "validate"
    course = find_course(HERE)
    facts: dict[str, object] = {}
    for unit in course.units:
        facts[unit] = measure(course, unit, repeats)
        print(unit, json.dumps(facts[unit]))
    record("unit_times", facts)


if __name__ == "__main__":
    main()
