"""What nbgrader's gradebook of a course holds, read without nbgrader.

What you can do with this file:

- read the scores of an assignment: `read_scores`; the comments: `read_comments`; the penalties: `read_penalties`;
- read all of it as it goes into a file: `read_results`;
- set when an assignment is due: `set_due_date`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

CELLS = """
SELECT submitted_assignment.student_id, notebook.name || '/' || base_cell.name, {columns}
FROM {table}
JOIN base_cell ON base_cell.id = {table}.cell_id
JOIN submitted_notebook ON submitted_notebook.id = {table}.notebook_id
JOIN notebook ON notebook.id = submitted_notebook.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
WHERE assignment.name = ? ORDER BY 1, 2
"""
PENALTIES = """
SELECT submitted_assignment.student_id, notebook.name, submitted_notebook.late_submission_penalty
FROM submitted_notebook
JOIN notebook ON notebook.id = submitted_notebook.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
WHERE assignment.name = ? AND submitted_notebook.late_submission_penalty IS NOT NULL ORDER BY 1, 2
"""


def _rows(folder, query, name):
    with closing(sqlite3.connect(Path(folder) / "gradebook.db")) as base:
        return base.execute(query, (name,)).fetchall()


def read_scores(folder, name):
    """{student: {"notebook/grade_id": (automatic score, whether a person must look)}} as the gradebook has it."""
    found = {}
    query = CELLS.format(table="grade", columns="grade.auto_score, grade.needs_manual_grade")
    for student, place, score, manual in _rows(folder, query, name):
        found.setdefault(student, {})[place] = (score, bool(manual))
    return found


def read_comments(folder, name):
    """{student: {"notebook/grade_id": comment}} for the cells on which nbgrader comments by itself."""
    found = {}
    for student, place, text in _rows(folder, CELLS.format(table="comment", columns="comment.auto_comment"), name):
        if text is not None:
            found.setdefault(student, {})[place] = text
    return found


def read_penalties(folder, name):
    """{student: {notebook: points taken for being late}}, where there is a penalty."""
    found = {}
    for student, notebook, points in _rows(folder, PENALTIES, name):
        found.setdefault(student, {})[notebook] = points
    return found


def read_results(folder, name):
    """All of it, a dictionary a student, as the golden files have it."""
    scores, comments, penalties = (read(folder, name) for read in (read_scores, read_comments, read_penalties))
    return {
        student: {
            "scores": {place: list(it) for place, it in scores.get(student, {}).items()},
            "comments": comments.get(student, {}),
            "penalties": penalties.get(student, {}),
        }
        for student in sorted(path.parent.name for path in Path(folder).glob(f"submitted/*/{name}"))
    }


def set_due_date(folder, name, due):
    """Set when an assignment is due, as "2026-03-02 12:00:00" in UTC, or None."""
    with closing(sqlite3.connect(Path(folder) / "gradebook.db")) as base, base:
        base.execute("UPDATE assignment SET duedate = ? WHERE name = ?", (due and f"{due}.000000", name))
