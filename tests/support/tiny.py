"""A tiny course for nbgrader and proctor alike: two notebooks, every kind of cell.

What you can do with this file:

- write the course's source, generate its assignment, hand in for four students: `tiny_course`; graded by stock
  nbgrader, too: `graded_course`;
- hand in for another student: `hand_in`;
- say what the four earned: `RECORDS`; record that: `record_all`; read what was recorded: `facts_of`;
- make any folder a course with a configuration: `configured`;
- run an nbgrader command there, or a statement of SQL: `nbgrader`, `execute`.

Submissions carry their outputs, so that `nbgrader autograde --no-execute` gives scores without a kernel.
"""

from __future__ import annotations

import atexit
import contextlib
import copy
import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from proctor.course.nbgrader import find_course
from proctor.gradebook import Gradebook
from proctor.model import Mark

DUE = "2026-04-01 12:00:00.000000"
ON_TIME, LATE = "2026-04-01 11:00:00.000000 UTC", "2026-04-01 22:00:00.000000 Asia/Seoul"
VERY_LATE = "2026-04-01 15:00:00.000000 UTC"
ZERO = "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
HOURS = "c.AssignLatePenalties.plugin_class = 'late_plugin.HourPlugin'\n"
PLUGIN = """
from nbgrader.plugins import BasePlugin


class HourPlugin(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600
"""
FAILED = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": ["AssertionError"]}


def cell(kind, name, source, *, points=None, grade=False, solution=False, locked=False, task=False):
    """A cell with nbgrader's metadata."""
    own = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked, "task": task, "schema_version": 3}
    own |= {"points": points} if points is not None else {}
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": own}, "source": source, **extra}


def solution(name, answer):
    """An answer that a test checks."""
    source = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return {answer}\n    ### END SOLUTION"
    return cell("code", name, source, solution=True)


def check(name, source, points):
    """A test."""
    return cell("code", name, source, points=points, grade=True, locked=True)


def notebook(*cells):
    """A notebook of format 4.5."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


NOTEBOOKS = {
    "one": notebook(
        cell("markdown", "intro", "# One", locked=True),
        solution("square", "x * x"),
        check("square-check", "assert square(2) == 4\n### BEGIN HIDDEN TESTS\nassert square(3) == 9", 2),
        cell("code", "plot", "### BEGIN SOLUTION\n1\n### END SOLUTION", points=3, grade=True, solution=True),
        cell("markdown", "essay", "YOUR ANSWER HERE", points=4, grade=True, solution=True),
        cell(
            "markdown",
            "task",
            "Draw.\n### BEGIN MARK SCHEME\nok\n### END MARK SCHEME",
            points=5,
            locked=True,
            task=True,
        ),
    ),
    "two": notebook(
        solution("cube", "x * x * x"),
        check("cube-check", "assert cube(2) == 8", 1.5),
        check("cube-more", "assert cube(3) == 27", 2),
    ),
}
NOTEBOOKS["one"]["cells"][2]["source"] += "\n### END HIDDEN TESTS"


def nbgrader(root, *words):
    """Run an nbgrader command in a course."""
    programs = str(Path(sys.executable).parent)  # nbgrader starts alembic
    env = os.environ | {"PATH": os.pathsep.join([programs, os.environ["PATH"]]), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]


def tiny_course(root, config=""):
    """Write the course's source, generate its assignment, set its deadline."""
    shutil.copytree(_generated(), root, dirs_exist_ok=True)
    (root / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.course_id = 'tiny'\n{config}")
    return root


@functools.cache  # nbgrader takes seconds for it, and a dozen files of tests begin with it
def _generated():
    root = Path(tempfile.mkdtemp(prefix="tiny-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name, content in NOTEBOOKS.items():
        write(root / "source" / "hw1" / f"{name}.ipynb", content)
    write(root / "source" / "hw1" / "data" / "table.csv", "the author's")
    (root / "late_plugin.py").write_text(PLUGIN, encoding="utf-8")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'tiny'\n")
    nbgrader(root, "generate_assignment", "hw1")
    execute(root, "update assignment set duedate = ?", DUE)
    hand_in(root, "ada", when=ON_TIME, answered=("square", "plot", "essay", "cube"))
    hand_in(root, "bob", when=LATE, answered=("square",), failed=("square-check", "cube-more"))
    hand_in(root, "cyd", when=VERY_LATE, answered=("essay",), names=("one",))
    hand_in(root, "dan")
    return root


def graded_course(root):
    """The same, graded by stock nbgrader, where a late submission gets nothing."""
    shutil.copytree(_graded(), root, dirs_exist_ok=True)
    return root


@functools.cache
def _graded():
    root = Path(tempfile.mkdtemp(prefix="graded-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    nbgrader(tiny_course(root, ZERO), "autograde", "hw1", "--no-execute")
    return root


def execute(root, statement, *values):
    """Change or read a course's gradebook by hand."""
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as connection, connection:
        return connection.execute(statement, values).fetchall()


def write(path, content):
    """Write text, or JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def hand_in(root, student, *, when=None, answered=(), failed=(), names=("one", "two")):
    """Hand the release in: some cells answered, some tests with an error in their output."""
    folder = root / "submitted" / student / "hw1"
    for name in names:
        content = copy.deepcopy(json.loads((root / "release" / "hw1" / f"{name}.ipynb").read_text(encoding="utf-8")))
        for it in content["cells"]:
            if it["metadata"]["nbgrader"]["grade_id"] in answered:
                it["source"] = ["x = 1\n", "x"]
            if it["metadata"]["nbgrader"]["grade_id"] in failed:
                it["outputs"] = [FAILED]
        write(folder / f"{name}.ipynb", content)
    if when:
        write(folder / "timestamp.txt", when)
    return folder


NO = "No response."


def marks_one(check, plot=None, essay=None):
    """The marks of the first notebook."""
    return [Mark("square-check", check), Mark("plot", plot), Mark("essay", essay)]


def marks_two(check=1.5, more=2.0):
    """The marks of the second notebook."""
    return [Mark("cube-check", check), Mark("cube-more", more)]


# What a careful grader sees in the submissions of the four.
RECORDS = {
    "ada": {
        "timestamp": ON_TIME,
        "marks": {"one": marks_one(2.0), "two": marks_two()},
        "comments": {"one": {"square": None, "plot": None, "essay": None, "task": None}, "two": {"cube": None}},
    },
    "bob": {
        "timestamp": LATE,
        "marks": {"one": marks_one(0.0, 0.0, 0.0), "two": marks_two(more=0.0)},
        "comments": {"one": {"square": None, "plot": NO, "essay": NO, "task": None}, "two": {"cube": NO}},
    },
    "cyd": {
        "timestamp": VERY_LATE,
        "marks": {"one": marks_one(2.0, 0.0), "two": None},
        "comments": {"one": {"square": NO, "plot": NO, "essay": None, "task": None}},
    },
    "dan": {
        "timestamp": None,
        "marks": {"one": marks_one(2.0, 0.0, 0.0), "two": marks_two()},
        "comments": {"one": {"square": NO, "plot": NO, "essay": NO, "task": None}, "two": {"cube": NO}},
    },
}


def record_all(root):
    """Record what the four earned."""
    course = find_course(root)
    with Gradebook(course) as gradebook:
        for student, facts in RECORDS.items():
            gradebook.record("hw1", student, **facts)


FACTS = {
    "students": "select * from student",
    "submissions": "select s.student_id, a.name, s.timestamp, s.extension from submitted_assignment s "
    "join assignment a on a.id = s.assignment_id",
    "notebooks": "select s.student_id, n.name, w.flagged, w.late_submission_penalty from submitted_notebook w "
    "join submitted_assignment s on s.id = w.assignment_id join notebook n on n.id = w.notebook_id",
    "grades": "select s.student_id, n.name, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit, "
    "g.needs_manual_grade from grade g join base_cell c on c.id = g.cell_id "
    "join submitted_notebook w on w.id = g.notebook_id join notebook n on n.id = w.notebook_id "
    "join submitted_assignment s on s.id = w.assignment_id",
    "comments": "select s.student_id, n.name, c.name, c.type, m.auto_comment, m.manual_comment from comment m "
    "join base_cell c on c.id = m.cell_id join submitted_notebook w on w.id = m.notebook_id "
    "join notebook n on n.id = w.notebook_id join submitted_assignment s on s.id = w.assignment_id",
}


def facts_of(root):
    """All that was recorded, with names in the place of ids."""
    return {name: sorted(execute(root, query), key=repr) for name, query in FACTS.items()}


def configured(root, text, name="nbgrader_config.py"):
    """The course with a configuration."""
    root.mkdir(exist_ok=True, parents=True)
    (root / name).write_text(text, encoding="utf-8")
    return find_course(root)
