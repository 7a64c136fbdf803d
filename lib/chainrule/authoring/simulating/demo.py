"""The whole way on one machine: build, simulate a class, grade it, feedback, report, scores beside deserved ones.

What you can do with this file:

- go it: `run_demo`, which returns a `Row` a student; read what the gradebook has: `scores_of`;
- go parts of it: `copy_course` into a folder of its own, run a command there: `nbgrader`, `proctor`.

Everything happens in a copy of the course under course/var/demo, so that no real gradebook is touched.
"""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainrule.authoring.building.build import build_unit
from chainrule.authoring.course import find_course
from chainrule.authoring.programs import environment
from chainrule.authoring.simulating.simulate import refuse_small_class, simulate, write_deserved
from chainrule.checking.errors import GraderError

if TYPE_CHECKING:
    from pathlib import Path

    from chainrule.authoring.course import Course

__all__ = ["Row", "copy_course", "nbgrader", "proctor", "run_demo", "scores_of"]

LOOK_SECONDS = 0.5
Watch = Callable[[str, int, int], None]
"""Takes what is being done, how many students are done, and how many there are."""


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


def nbgrader(course: Course, *words: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """
    Run an nbgrader command in a course.

    Parameters
    ----------
    course : Course
        Where to run it.
    *words : str
        The command, such as "autograde" and its arguments.
    meanwhile : callable, optional
        Called about twice a second while the command runs.

    Raises
    ------
    GraderError
        It failed; the message ends with nbgrader's last lines.
    """
    _run(course, "nbgrader", words, meanwhile, MPLBACKEND="agg")


def proctor(course: Course, *words: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """
    Run a command of the course's own grader, as somebody who grades would.

    Parameters
    ----------
    course, *words, meanwhile
        As in `nbgrader`, which fails in the same way.
    """
    _run(course, "proctor", words, meanwhile)


def _can_fence() -> bool:
    """Whether the grader can fence student code on this machine."""
    command = [sys.executable, "-m", "proctor", "doctor", "--json"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return bool(json.loads(done.stdout)["isolation"] == "bubblewrap")
    return False


def _run(course: Course, tool: str, words: tuple[str, ...], meanwhile: Callable[[], None], **variables: str) -> None:
    env = environment(**variables)
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as output:
        command = [sys.executable, "-m", tool, *words]
        process = subprocess.Popen(command, cwd=course.root, env=env, stdout=output, stderr=output)  # noqa: S603
        while process.poll() is None:
            meanwhile()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=LOOK_SECONDS)
        if process.returncode:
            output.seek(0)
            last = "\n".join(output.read().splitlines()[-15:])
            raise GraderError(f"`{tool} {' '.join(words)}` failed in {course.root}:\n{last}")


def run_demo(original: Course, unit: str, *, students: int, seed: int, watch: Watch) -> list[Row]:
    """
    Build a unit, simulate a class, grade it, write feedback and the class report, and read the scores.

    Parameters
    ----------
    original : Course
        The course; only read.
    unit : str
        The unit's full name.
    students, seed : int
        Of the simulated class.
    watch : callable
        Told what happens: a few words, how many students are done, and how many there are.

    Returns
    -------
    list of Row
        Scores beside the deserved ones.
    """
    refuse_small_class(students)
    course = copy_course(original, original.var / "demo")
    watch(f"building {unit}", 0, 1)
    build_unit(course, unit)
    watch(f"building {unit}", 1, 1)
    made = simulate(course, unit, students=students, seed=seed, folder=course.var / "submitted")
    write_deserved(course.var / "deserved.json", made)

    def follow(words: str, folder: str) -> Callable[[], None]:
        return lambda: watch(words, len(list((course.var / folder).glob(f"*/{unit}"))), students)

    isolation = "bubblewrap" if _can_fence() else "process"  # these submissions are our own
    follow_grading = follow(f"grading with proctor grade --isolation {isolation}", "autograded")
    proctor(course, "grade", unit, "--isolation", isolation, meanwhile=follow_grading)
    proctor(course, "feedback", unit, meanwhile=follow("feedback with proctor feedback", "feedback"))
    watch("the class with proctor report", 0, 1)
    proctor(course, "report", unit)
    watch("the class with proctor report", 1, 1)
    scores = scores_of(course, unit)
    rows = []
    for student in made:
        score, most = scores.get(student.name, (float("nan"), 0.0))
        rows.append(Row(student.name, student.kind, score, student.total, most))
    return rows


def scores_of(course: Course, unit: str) -> dict[str, tuple[float, float]]:
    """
    Read the score and the highest score of every student from nbgrader's own export.

    Parameters
    ----------
    course : Course
        A graded course.
    unit : str
        The unit's full name.

    Returns
    -------
    dict of str to tuple of (float, float)
        By student.
    """
    table = course.var / "grades.csv"
    nbgrader(course, "export", "--to", str(table))
    with table.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["assignment"] == unit]
    return {row["student_id"]: (float(row["score"] or 0), float(row["max_score"])) for row in rows}
