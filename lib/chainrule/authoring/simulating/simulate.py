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
from chainrule.checking.declaring.artifact import Artifact
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.question import Measurement, Question
from chainrule.checking.errors import AuthorError
from chainrule.exercises import of_unit, questions_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator

    from chainrule.authoring.course import Course
    from chainrule.checking.declaring.exercise import Declared

__all__ = ["Student", "refuse_small_class", "simulate", "write_deserved"]

FEWEST_STUDENTS = 4
MISTAKEN, UNTOUCHED, OTHERWISE_RIGHT = 0.3, 0.1, 0.3
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
        asked = by_name[name]
        if isinstance(asked, Artifact):
            cells[name] = _artifact(student, asked, rng, files, right=luck >= MISTAKEN)
            continue
        if luck < MISTAKEN:
            cells[name], student.mistakes[name] = _wrong(asked, rng)
        elif luck >= MISTAKEN + UNTOUCHED:
            cells[name] = _right(asked, rng)
        student.points[name] = asked.points * (luck >= MISTAKEN + UNTOUCHED)
    return cells


def _right(declared: Exercise | Question | Measurement, rng: Generator) -> str:
    """A right answer: the reference or an alternative, the value of a question, a number in the range."""
    if isinstance(declared, Exercise):
        labels = list(declared.alternatives)
        other = rng.uniform() < OTHERWISE_RIGHT
        chosen = declared.alternatives[labels[rng.integers(len(labels))]] if other else declared.reference
        return standalone_cell(declared.name, chosen)
    if isinstance(declared, Question):
        return f"{declared.name} = {declared.answer!r}\n"
    number = declared.low if declared.whole else (declared.low + declared.high) / 2
    return f"{declared.name} = {number!r}\n"


def _artifact(student: Student, artifact: Artifact, rng: Generator, files: dict[str, bytes], *, right: bool) -> str:
    """The line that reads the file of an example, the first for a right one; an example may have no file."""
    example = artifact.examples[0 if right else rng.integers(1, len(artifact.examples))]
    content = example.make()
    if content is not None:
        files[artifact.file] = content
    student.points[artifact.name] = example.points
    if not right:
        student.mistakes[artifact.name] = example.name
    return f"{artifact.cell}\n"


def _wrong(declared: Exercise | Question | Measurement, rng: Generator) -> tuple[str, str]:
    """A wrong answer and the name of what is wrong with it."""
    if isinstance(declared, Exercise):
        mistake = declared.mistakes[rng.integers(len(declared.mistakes))]
        return standalone_cell(declared.name, mistake.wrong), mistake.name
    if isinstance(declared, Measurement):
        return f"{declared.name} = {declared.high + abs(declared.high) + 1.0!r}\n", "out-of-range"
    if declared.choices:
        others = [choice for choice in declared.choices if choice != declared.answer]
        return f"{declared.name} = {others[rng.integers(len(others))]!r}\n", "wrong-answer"
    return f"{declared.name} = {2.5 * float(declared.answer) + 1.0!r}\n", "wrong-answer"


def _filled(release: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    notebook = copy.deepcopy(release)
    for cell in notebook["cells"]:
        if _grade_id(cell) in answers:
            cell["source"] = answers[_grade_id(cell)]
    return notebook


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
