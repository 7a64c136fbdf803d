"""The whole way on one machine: build, simulate a class, grade it, feedback, scores beside deserved ones.

What you can do with this file:

- go it: `run_demo`, which returns a `Row` a student;
- go parts of it: `copy_course` into a folder of its own, run an `nbgrader` command there.

Everything happens in a copy of the course under course/var/demo, so that no real gradebook is touched.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chainrule.authoring.build import build_unit
from chainrule.authoring.course import find_course
from chainrule.authoring.simulate import simulate, write_deserved
from chainrule.checking.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainrule.authoring.course import Course

__all__ = ["Row", "copy_course", "nbgrader", "run_demo"]

# A copy of the student edition inside a submission is never trusted: stock autograde leaves it out.
NOT_TRUSTED = '--CourseDirectory.ignore=["chainrule", ".ipynb_checkpoints", "*.pyc", "__pycache__"]'


@dataclass(frozen=True)
class Row:
    """One student of the closing table."""

    student: str
    kind: str
    score: float
    deserved: int
    most: float

    @property
    def agrees(self) -> bool:
        """Whether the grader gave what is deserved."""
        return self.score == self.deserved


def copy_course(course: Course, root: Path) -> Course:
    """
    Copy what a course is made of into a new folder, without anything that grading made.

    Parameters
    ----------
    course : Course
        The original.
    root : pathlib.Path
        The new folder; what lies there is removed.

    Returns
    -------
    Course
        The copy.
    """
    if root.exists():
        shutil.rmtree(root)
    shutil.copytree(course.root / "course" / "units", root / "course" / "units")
    for name in ("course/course.toml", "nbgrader_config.py"):
        shutil.copy(course.root / name, root / name)
    return find_course(root)


def nbgrader(course: Course, *words: str) -> None:
    """
    Run an nbgrader command in a course.

    Parameters
    ----------
    course : Course
        Where to run it.
    *words : str
        The command, such as "autograde" and its arguments.

    Raises
    ------
    GraderError
        It failed; the message ends with nbgrader's last lines.
    """
    here = str(Path(sys.executable).parent)
    env = {**os.environ, "PATH": os.pathsep.join([here, os.environ.get("PATH", "")]), "MPLBACKEND": "agg"}
    command = [sys.executable, "-m", "nbgrader", *words]
    run = subprocess.run(command, cwd=course.root, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        last = "\n".join((run.stdout + run.stderr).splitlines()[-15:])
        raise GraderError(f"`nbgrader {' '.join(words)}` failed in {course.root}:\n{last}")


def run_demo(original: Course, unit: str, *, students: int, seed: int, say: Callable[[str], None]) -> list[Row]:
    """
    Build a unit, simulate a class, grade it with nbgrader and write feedback.

    Parameters
    ----------
    original : Course
        The course; only read.
    unit : str
        The unit's full name.
    students, seed : int
        Of the simulated class.
    say : callable
        Told what happens, one sentence at a time.

    Returns
    -------
    list of Row
        Scores beside the deserved ones.
    """
    course = copy_course(original, original.var / "demo")
    say(f"Building {unit} in {course.root} ...")
    build_unit(course, unit)
    say(f"Simulating a class of {students} ...")
    made = simulate(course, unit, students=students, seed=seed, folder=course.var / "submitted")
    write_deserved(course.var / "deserved.json", made)
    say(f"Grading {students} submissions with nbgrader autograde ...")
    nbgrader(course, "autograde", unit, NOT_TRUSTED)
    say("Writing feedback with nbgrader generate_feedback ...")
    nbgrader(course, "generate_feedback", unit)
    scores = _scores(course, unit)
    rows = []
    for student in made:
        score, most = scores.get(student.name, (float("nan"), 0.0))
        rows.append(Row(student.name, student.kind, score, student.total, most))
    return rows


def _scores(course: Course, unit: str) -> dict[str, tuple[float, float]]:
    """Score and highest score of every student, from nbgrader's own export."""
    table = course.var / "grades.csv"
    nbgrader(course, "export", "--to", str(table))
    with table.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["assignment"] == unit]
    return {row["student_id"]: (float(row["score"] or 0), float(row["max_score"])) for row in rows}
