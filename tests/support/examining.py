"""Small notebooks, examined: made of a few cells, surveyed, and answered by a student.

What you can do with this file:

- write down cells: `given`, `locked`, `answer`, `check`;
- read many cases from a text: `read_cases`;
- survey a notebook and grade students: `Bench`.

Answers are called a1, a2, ..., test cells t1, t2, ..., locked cells l1, l2, ... in their order. What a student hands in
is a dictionary: "a1" gives the answer a1 a new text, "a1+" adds a cell of the student's own behind it.
Where the examiner's own results are looked at, it runs in a fork of this process, which it changes.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from proctor.assignment.files import Files
from proctor.assignment.preparation import with_proofs
from proctor.assignment.ready import Assignment, NotebookTask
from proctor.course.limits import Limits
from proctor.intake.repair import align
from proctor.intake.snapshot import snapshot
from proctor.intake.take_in import take_in
from proctor.model import Cell, NotebookRows, Row
from proctor.pipeline.assess import assess
from proctor.pipeline.examination import Parents, Used, examined
from proctor.pipeline.proving import survey_all
from proctor.pipeline.tasks import task_of
from proctor.plan.notebook import checksum, plan_notebook, without_hidden
from proctor.plan.ownership import guessed
from proctor.sandbox.policy import Fence

LIMITS = Limits(cell_seconds=2, call_seconds=1, submission_seconds=60)
FENCE = Fence("process")
STUB = "raise NotImplementedError"
NAME = "small"
LETTERS = {"answer": "a", "test": "t", "locked": "l"}


@dataclass(frozen=True)
class Part:
    """One cell of a small notebook; `solved` is the instructor's text of it."""

    role: str
    source: str
    solved: str
    points: float | None = None
    tags: tuple[str, ...] = ()


def given(source, *tags):
    """An untagged cell of the author's, such as imports."""
    return Part("given", source, source, tags=tags)


def locked(source, *tags):
    """A locked cell of the author's, which the gradebook knows."""
    return Part("locked", source, source, tags=tags)


def answer(solved, stub=STUB):
    """A cell that students fill in."""
    return Part("answer", stub, solved)


def check(tests, points=1.0, tags=()):
    """A test cell; regions of hidden tests are hidden from students."""
    return Part("test", tests, tests, points, tuple(tags))


def read_cases(path):
    """Cases of a text, each a list of cells: "# %% name" begins a case, "# %%" alone another cell of it."""
    pieces = re.split(r"^# %%(.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    cases = {}
    for marker, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if marker.strip():
            cases[marker.strip()] = cells = []
        cells.append(text.strip("\n"))
    return cases


def _named(parts):
    seen = Counter()
    for part in parts:
        seen[part.role] += 1
        yield part, f"{LETTERS[part.role]}{seen[part.role]}" if part.role in LETTERS else ""


def _row(part, name):
    test, solution = part.role == "test", part.role == "answer"
    row = Row(name, "code", part.source, not solution, "", part.points, test, solution, task=False)
    return replace(row, checksum=checksum(row, part.source))


def plan_of(parts, *, solved=True):
    """The plan of a small notebook, with or without the instructor's solved one."""
    named = list(_named(parts))
    release = [Cell("code", without_hidden(part.source), name, part.tags) for part, name in named]
    source = [Cell("code", part.solved, name, part.tags) for part, name in named]
    rows = tuple(_row(part, name) for part, name in named if name)
    return plan_notebook(NotebookRows(NAME, {"name": "python3"}, rows), release, source if solved else None)


class Bench:
    """The warm parents, outside of any sandbox unless a fence says so, and a folder; closed at the end of a `with`."""

    def __init__(self, *modules, fence=FENCE):
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self.folder.chmod(0o755)  # a sandbox may run as another user
        self.fence = fence
        self.parents = Parents(modules, fence, self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.parents.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def assignment(self, parts, *, solved=True, limits=LIMITS, strict=False, skip_tags=(), modules=(), files=None):
        """A small notebook ready to be graded; the instructor's solved one has been run where there is one."""
        plan = plan_of(parts, solved=solved)
        assignment = Assignment(
            name="ps",
            course_id="course",
            notebooks=(NotebookTask(plan, guessed(plan)),),
            limits=limits,
            skip_tags=frozenset(skip_tags),
            ignore=(),
            files=files or Files(),
            modules=modules,
            key=b"key",
            strict=strict,
            fence=self.fence,
        )
        return with_proofs(assignment, *survey_all(assignment, self.parents))

    def hand_in(self, assignment, answers=None):
        """The folder of a submission; what is not answered stays as the instructor solved it."""
        plan, answers = assignment.notebooks[0].plan, answers or {}
        cells = []
        for cell in plan.cells:
            source = answers.get(cell.grade_id, cell.solved if cell.role == "answer" else cell.source)
            cells.append(_cell(source, {"nbgrader": {"grade_id": cell.grade_id}} if cell.grade_id else {}))
            if f"{cell.grade_id}+" in answers:
                cells.append(_cell(answers[f"{cell.grade_id}+"], {}))
        desk = Path(tempfile.mkdtemp(dir=self.folder))
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        (desk / f"{NAME}.ipynb").write_text(json.dumps(content), encoding="utf-8")
        return desk

    def assess(self, assignment, answers=None, student="ann"):
        """Grade a submission, from its file to its marks."""
        folder = self.hand_in(assignment, answers)
        taken = snapshot(folder, folder / "copy", assignment.ignore)
        return assess(assignment, student, taken, self.parents, submitted=folder)

    def points(self, assignment, answers=None, student="ann"):
        """What each test cell earned."""
        return points_of(self.assess(assignment, answers, student))

    def results(self, assignment, answers=None):
        """What each step did, by grade id; "" is the last of the cells that have none."""
        notebook = assignment.notebooks[0]
        submission = take_in(self.hand_in(assignment, answers), NAME)
        steps = align(notebook.plan, submission).steps
        task = task_of(assignment, NAME, steps, notebook.ownership, "ann")
        found = examined(self.parents, task, {}, Used())
        return {step.grade_id: it for step, it in zip(steps, found, strict=True)}

    def restarts(self, assignment, answers):
        """How often the student's process was started again while a submission was assessed."""
        with patch.object(self.parents.students, "order", wraps=self.parents.students.order) as order:
            self.assess(assignment, answers)
        return sum(call.args[0]["order"] == "fork" for call in order.call_args_list) - 1


def points_of(assessment):
    """What each test cell of an assessment earned; None waits for a person."""
    (notebook,) = assessment.notebooks
    return {it.grade_id: it.points for it in notebook.questions}


def _cell(source, metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}
