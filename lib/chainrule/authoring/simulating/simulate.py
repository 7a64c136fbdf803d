"""Simulated classes: submissions whose deserved scores are known.

What you can do with this file:

- make a class: `simulate`, which writes submissions and returns what each `Student` deserves;
- write the deserved scores down: `write_deserved`;
- refuse a class before work is spent on it: `refuse_small_class`.

Every class holds a student who is right throughout, one who handed in the untouched notebook, one who is
half finished, and one who edited the student edition; the others make sampled mistakes. Answers are code
of their own, so that a mistake in one costs no other.
"""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.authoring.building.notebook import notebook_text, read_notebook
from chainrule.authoring.simulating.standalone import standalone_cell
from chainrule.checking.errors import AuthorError
from chainrule.exercises import of_unit, questions_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator

    from chainrule.authoring.course import Course
    from chainrule.checking.declaring.protocol import Declared, HandedIn

__all__ = ["Student", "refuse_small_class", "simulate", "write_deserved"]

FEWEST_STUDENTS = 4
MISTAKEN, UNTOUCHED = 0.3, 0.1
TAMPERED = """\"\"\"An edited copy of the student edition: every check passes.\"\"\"


def check(name, answer=None):
    print(f"{name}: right")


def grade(name, answer):
    pass
"""


@dataclass
class Student:
    """A simulated student: what was handed in, question by question, and what it deserves."""

    name: str
    kind: str
    points: dict[str, int] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The deserved score before anything is marked by hand."""
        return sum(self.points.values())


def simulate(course: Course, unit: str, *, students: int, seed: int, folder: Path) -> list[Student]:
    """
    Write the submissions of a simulated class.

    Parameters
    ----------
    course : Course
        With the built unit.
    unit : str
        The unit's full name.
    students : int
        At least 4.
    seed : int
        The same seed gives the same class.
    folder : pathlib.Path
        nbgrader's submitted folder; each student's folder for this unit is replaced.

    Returns
    -------
    list of Student
        What each deserves.

    Raises
    ------
    AuthorError
        The unit is not built, or the class is too small.
    """
    refuse_small_class(students)
    if not (course.release(unit) / "chainrule").is_dir() or not course.source(unit).is_file():
        raise AuthorError(f"Unit {unit} is not built; run `chainrule build {unit}` first.")
    release = read_notebook(course.release(unit) / f"{unit}.ipynb")
    source = read_notebook(course.source(unit))
    rng = np.random.default_rng(seed)
    kinds = ["right", "untouched", "half finished", "tampered edition"]
    kinds += ["mistakes"] * (students - len(kinds))
    width = len(str(students))
    made = [Student(f"student-{i:0{width}}", kind) for i, kind in enumerate(kinds, start=1)]
    for student in made:
        files: dict[str, bytes] = {}
        cells = _answers(student, unit, source, rng, files)
        home = folder / student.name / unit
        if home.exists():
            shutil.rmtree(home)
        shutil.copytree(course.release(unit), home)
        (home / f"{unit}.ipynb").write_text(notebook_text(_filled(release, cells)), encoding="utf-8")
        for name, content in files.items():
            (home / name).write_bytes(content)
        if student.kind == "tampered edition":
            (home / "chainrule" / "desk" / "checks.py").write_text(TAMPERED, encoding="utf-8")
    return made


def refuse_small_class(students: int) -> None:
    """
    Refuse a class that cannot hold one student of each kind.

    Parameters
    ----------
    students : int
        The size asked for.

    Raises
    ------
    AuthorError
        It is below 4.
    """
    if students < FEWEST_STUDENTS:
        raise AuthorError(f"A simulated class needs at least {FEWEST_STUDENTS} students, found {students}.")


def write_deserved(path: Path, students: list[Student]) -> None:
    """
    Write what every student deserves, as JSON.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    students : list of Student
        A simulated class.
    """
    facts = {student.name: {**asdict(student), "total": student.total} for student in students}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _answers(
    student: Student, unit: str, source: dict[str, Any], rng: Generator, files: dict[str, bytes]
) -> dict[str, str]:
    """The text of every cell that the student changed; fills in what is deserved, and the files that are made."""
    declared: tuple[Declared, ...] = (*of_unit(unit), *questions_of(unit))
    by_name = {it.name: it for it in declared}
    solved = {_grade_id(cell): cell["source"] for cell in source["cells"] if _grade_id(cell) in by_name}
    if student.kind in ("right", "untouched", "half finished"):
        share = {"right": 1.0, "untouched": 0.0, "half finished": 0.5}[student.kind]
        done = list(solved)[: round(share * len(solved))]
        student.points = {name: by_name[name].points * (name in done) for name in solved}
        return {name: solved[name] for name in done}
    cells = {}
    for name in solved:
        luck = rng.uniform()
        student.points[name] = 0
        if MISTAKEN <= luck < MISTAKEN + UNTOUCHED:
            continue
        made = by_name[name].handed_in(rng, right=luck >= MISTAKEN)
        cells[name] = _cell(name, made)
        files.update(made.files)
        student.points[name] = made.points
        if made.mistake:
            student.mistakes[name] = made.mistake
    return cells


def _cell(name: str, made: HandedIn) -> str:
    """The text of an answer cell: a line that was given, a function with all it needs, or a value."""
    if made.cell:
        return f"{made.cell}\n"
    return standalone_cell(name, made.answer) if callable(made.answer) else f"{name} = {made.answer!r}\n"


def _filled(release: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    notebook = copy.deepcopy(release)
    for cell in notebook["cells"]:
        if _grade_id(cell) in answers:
            cell["source"] = answers[_grade_id(cell)]
    return notebook


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
