"""Runs of `proctor grade` in the tiny course, again and again, with changes in between.

What you can do with this file:

- run a command: `proctor`; grade and read its lines: `graded`, or only how each ended: `endings`;
- change a notebook's cells: `edit`, or one cell's text: `write_in`;
- let a person mark all texts: `marked`; ask which wait: `waiting`; `OF_ONE` picks one student's rows of a table.
"""

from __future__ import annotations

import json
import subprocess
import sys

from support.tiny import execute

OF_ONE = (
    "notebook_id in (select w.id from submitted_notebook w join submitted_assignment s on s.id = w.assignment_id "
    "where s.student_id = ?)"
)


def proctor(folder, *words):
    """What `proctor ...` prints; a class of four needs one worker."""
    command = [sys.executable, "-m", "proctor", *words, *(("--jobs", "1") if words[0] == "grade" else ())]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def graded(folder, *words):
    """From students to lines of `proctor grade`."""
    return {it["student"]: it for it in json.loads(proctor(folder, "grade", "hw1", *words, "--json"))["students"]}


def endings(folder, *words):
    return {student: it["ending"] for student, it in graded(folder, *words).items()}


def edit(path, change):
    """Change the cells of a notebook; a list of cells goes in and out."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"] = change(content["cells"])
    path.write_text(json.dumps(content), encoding="utf-8")


def write_in(path, name, text):
    """Give a cell another text."""

    def change(cells):
        for it in cells:
            if it["metadata"].get("nbgrader", {}).get("grade_id") == name:
                it["source"] = text
        return cells

    edit(path, change)


def marked(folder):
    """A person marks all texts that wait."""
    execute(folder, "update grade set manual_score = 2, needs_manual_grade = 0 where needs_manual_grade")


def waiting(folder, student="ada"):
    """Which cells wait for a person."""
    query = f"select c.name from grade g join base_cell c on c.id = g.cell_id where g.needs_manual_grade and g.{OF_ONE}"  # noqa: S608 - ours
    return {name for (name,) in execute(folder, query, student)}
