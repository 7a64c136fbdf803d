"""What it costs never to give more than nbgrader: the proof by `proctor check`, and the second look at submissions.

Run: python benchmarks/proof.py COURSE ASSIGNMENT [COURSE ASSIGNMENT ...] [--rounds 3]. Each course has its gradebook,
its solved notebook and submissions, such as this one after `chainrule build 02` and `chainrule simulate 02`. Measured:

- the cells of the solved notebook in a fresh kernel, without its start;
- `check` with nothing known, and how it stands to eight such runs and three seconds;
- each submission assessed as `proctor grade` does, and once more without a look at what it departs in and without
  any test that runs both ways: medians of the wall and CPU seconds of the whole class over interleaved rounds.

Writes benchmarks/results/proof.json. Where other programs run on the machine, wall seconds are too many.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import nbformat
from nbclient import NotebookClient

from proctor.course.nbgrader import find_course
from proctor.intake.snapshot import snapshot
from proctor.pipeline.assess import assess
from proctor.pipeline.examination import Parents
from proctor.pipeline.executors import Workers
from proctor.pipeline.grade import check
from proctor.plan.departures import Departures
from record import record

if TYPE_CHECKING:
    from proctor.assignment.ready import Assignment
    from proctor.course.nbgrader import Course

MOST_RUNS, MOST_SECONDS = 8, 3.0


def bare_seconds(course: Course, assignment: str) -> float:
    """Wall seconds of the cells of the solved notebooks, in fresh kernels."""
    total = 0.0
    for path in sorted(course.folder("source", ".", assignment).glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        skipped = course.setting("Execute", "skip_cells_with_tag", "")
        notebook.cells = [it for it in notebook.cells if skipped not in it.metadata.get("tags", [])]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(path.parent, folder, dirs_exist_ok=True)
            place = {"metadata": {"path": folder}}
            NotebookClient(notebook, timeout=300, allow_errors=True, resources=place).execute()
        spans = [it.metadata.get("execution", {}) for it in notebook.cells if it.cell_type == "code"]
        moments = [
            (it["iopub.execute_input"], it["shell.execute_reply"]) for it in spans if "shell.execute_reply" in it
        ]
        total += sum((_moment(end) - _moment(begin)).total_seconds() for begin, end in moments)
    return total


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def class_seconds(course: Course, ready: Assignment, parents: Parents) -> tuple[float, float]:
    """Wall seconds, and CPU seconds of the students' processes, of all submissions."""
    begin, used = time.perf_counter(), 0.0
    for student in course.students(ready.name):
        submitted = course.folder("submitted", student, ready.name)
        with tempfile.TemporaryDirectory() as folder:
            taken = snapshot(submitted, Path(folder, "copy"), ready.ignore)
            used += assess(ready, student, taken, parents, submitted=submitted).cpu_seconds
    return time.perf_counter() - begin, used


def measure(folder: Path, assignment: str, rounds: int) -> dict[str, Any]:
    """The figures of one assignment."""
    course = find_course(folder)
    bare = statistics.median(bare_seconds(course, assignment) for _ in range(rounds))
    checks = []
    with Workers(1) as workers:
        for _ in range(rounds):
            with patch("proctor.assignment.preparation.remembered", return_value=None):  # as if nothing were known
                begin = time.perf_counter()
                ready = check(course, assignment, workers)
                checks.append(time.perf_counter() - begin)
    simple = replace(ready, notebooks=tuple(replace(it, doubted=frozenset()) for it in ready.notebooks))
    both, once = [], []
    with tempfile.TemporaryDirectory() as author:
        for name, path in ready.files.author.items():
            Path(author, name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, Path(author, name))
        Path(author).chmod(0o755)  # the sandbox may run as another user
        with Parents(ready.modules, ready.fence, Path(author)) as parents:
            class_seconds(course, simple, parents)  # what is imported and kept in the first round
            for _ in range(rounds):
                both.append(class_seconds(course, ready, parents))
                with (
                    patch("proctor.pipeline.ways._departures", return_value=Departures()),
                    patch("proctor.pipeline.ways._broken", return_value=""),
                ):
                    once.append(class_seconds(course, simple, parents))
    (wall, cpu), (wall_once, cpu_once) = (
        tuple(statistics.median(it) for it in zip(*found, strict=True)) for found in (both, once)
    )
    seconds = statistics.median(checks)
    return {
        "tests": len(ready.checks),
        "proved": sum(it.state == "verified" and not it.told for it in ready.checks),
        "bare_seconds": bare,
        "check_seconds": seconds,
        "check_runs": (seconds - MOST_SECONDS) / bare,
        "check_within": seconds <= MOST_RUNS * bare + MOST_SECONDS,
        "students": len(course.students(assignment)),
        "class_wall_seconds": wall,
        "class_cpu_seconds": cpu,
        "class_wall_seconds_once": wall_once,
        "class_cpu_seconds_once": cpu_once,
        "more_wall": wall / wall_once - 1,
        "more_cpu": cpu / cpu_once - 1,
    }


def main() -> None:
    """Measure, print, and write down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("places", nargs="+", help="course folders and assignments in turn")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    pairs = list(zip(given.places[::2], given.places[1::2], strict=True))
    figures = {name: measure(Path(folder).resolve(), name, given.rounds) for folder, name in pairs}
    print(json.dumps(figures, indent=1))
    record("proof", {"rounds": given.rounds, **figures})


if __name__ == "__main__":
    main()
