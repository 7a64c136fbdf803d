"""Small notebooks, examined: made of a few cells, surveyed, and answered by a student.

What you can do with this file:

- write down cells: `given`, `locked`, `answer`, `check`;
- read many cases from a text: `read_cases`;
- survey a notebook and grade students: `Bench`.

Answers are called a1, a2, ..., test cells t1, t2, ..., locked cells l1, l2, ... in their order. What a student hands in
is a dictionary: "a1" gives the answer a1 a new text, "a1+" adds a cell of the student's own behind it.
Examining changes the process in which it happens, so each time that is a fork of this one.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from proctor import worker
from proctor.assess import assess, survey_all
from proctor.assignment import Assignment, NotebookTask
from proctor.examiner.connection import Bounds
from proctor.examiner.examine import Limits, examine
from proctor.examiner.student import StudentProcess
from proctor.intake import take_in
from proctor.launcher import Desk, WarmParent
from proctor.model import Cell, NotebookRows, Row
from proctor.ownership import Ownership, guessed
from proctor.plan import checksum, plan_notebook, without_hidden
from proctor.repair import align

LIMITS = Limits(cell_seconds=2, call_seconds=1, submission_seconds=60)
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
    """A warm parent, and a folder to work in; closed at the end of a `with`."""

    def __init__(self, *modules):
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self.parent = WarmParent(modules)
        worker.state.update(folder=self.folder, parent=self.parent)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.parent.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        worker.state.clear()

    def assignment(self, parts, *, solved=True, limits=LIMITS, strict=False, skip_tags=()):
        """A small notebook ready to be graded; the instructor's solved one has been run where there is one."""
        plan = plan_of(parts, solved=solved)
        assignment = Assignment(
            name="ps",
            course_id="course",
            notebooks=(NotebookTask(plan, guessed(plan)),),
            limits=limits,
            skip_tags=frozenset(skip_tags),
            ignore=(),
            author_files={},
            modules=(),
            key=b"key",
            strict=strict,
        )
        (owner,), checks = self._in_fork(lambda: survey_all(assignment, self.parent))
        assert isinstance(owner, Ownership)
        return replace(assignment, notebooks=(NotebookTask(plan, owner),), checks=tuple(checks))

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
        desk = self.hand_in(assignment, answers)
        return self._in_fork(lambda: assess(assignment, student, desk, self.parent))

    def points(self, assignment, answers=None, student="ann"):
        """What each test cell earned."""
        return points_of(self.assess(assignment, answers, student))

    def results(self, assignment, answers=None):
        """What each step did, by grade id."""
        task, desk = assignment.notebooks[0], self.hand_in(assignment, answers)
        steps = align(task.plan, take_in(desk, NAME)).steps
        bounds = Bounds(call_seconds=assignment.limits.call_seconds)

        def work():
            process = StudentProcess(Desk(self.parent, {}), bounds, cell_seconds=assignment.limits.cell_seconds)
            found = examine(
                steps,
                process,
                task.ownership,
                assignment.limits,
                seed="seed",
                skip_tags=assignment.skip_tags,
            )
            process.close()
            return found, process.restarts

        found, restarts = self._in_fork(work)
        return {step.grade_id: it for step, it in zip(steps, found, strict=True)} | {"restarts": restarts}

    def _in_fork(self, work):
        def plainly():
            warnings.resetwarnings()  # pytest's filters, under which a student's warning is an error
            warnings.simplefilter("default")
            return work()

        return worker._in_child(plainly, 240.0)


def points_of(assessment):
    """What each test cell of an assessment earned; None waits for a person."""
    (notebook,) = assessment.notebooks
    return {it.grade_id: it.points for it in notebook.questions}


def _cell(source, metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}
