"""What the gradebook holds cell by cell: of an assignment, and of what a student has earned.

What you can do with this file:

- read the cells of an assignment: `read_notebooks`;
- read one student's marks of an assignment: `read_marks`, which returns a `NotebookMarks` for each notebook.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from proctor.errors import AuthorError
from proctor.gradebook.recording import find_assignment
from proctor.gradebook.tables import CELL, COMMENT, GRADE, GRADE_CELL, NOTEBOOK, SOURCE, SUBMISSION, TASK_CELL, WORK
from proctor.model import NotebookRows, Row

__all__ = ["CellMark", "NotebookMarks", "read_marks", "read_notebooks"]


@dataclass(frozen=True)
class CellMark:
    """One cell's points and comments; `points` is None while a person must still mark it."""

    points: float | None = None
    most_points: float = 0.0
    extra_credit: float = 0.0
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotebookMarks:
    """One notebook's marks by grade id, and what being late costs."""

    name: str
    cells: dict[str, CellMark] = field(default_factory=dict)
    late_penalty: float = 0.0

    @property
    def most_points(self) -> float:
        """What can be earned."""
        return sum(it.most_points for it in self.cells.values())

    @property
    def points(self) -> float:
        """What is earned so far, less the penalty, at least 0."""
        given = [cell for cell in self.cells.values() if cell.points is not None]
        return max(0.0, sum((it.points or 0.0) + it.extra_credit for it in given) - self.late_penalty)

    @property
    def waiting(self) -> int:
        """How many cells a person must still mark."""
        return sum(it.points is None for it in self.cells.values() if it.most_points)


def read_notebooks(connection: sa.Connection, assignment: str) -> tuple[NotebookRows, ...]:
    """
    Read the cells of an assignment.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Within a transaction.
    assignment : str
        Its name.

    Returns
    -------
    tuple of NotebookRows
        Sorted by name; the rows in the order in which `nbgrader generate_assignment` stored them.

    Raises
    ------
    AuthorError
        The assignment is not there, or has no notebook.
    """
    found = find_assignment(connection, assignment)
    query = sa.select(NOTEBOOK).where(NOTEBOOK.c.assignment_id == found.id).order_by(NOTEBOOK.c.name)
    books = connection.execute(query).all()
    if not books:
        message = f"Expected notebooks of {assignment} in the gradebook, found none; "
        raise AuthorError(f"{message}run `nbgrader generate_assignment {assignment}`.", slug="no-assignment")
    return tuple(NotebookRows(it.name, json.loads(it.kernelspec or "{}"), _rows(connection, it.id)) for it in books)


def _rows(connection: sa.Connection, notebook: str) -> tuple[Row, ...]:
    points = sa.func.coalesce(GRADE_CELL.c.max_score, TASK_CELL.c.max_score).label("points")
    typed = sa.select(CELL.c.name, CELL.c.type, points).where(CELL.c.notebook_id == notebook)
    typed = typed.outerjoin(GRADE_CELL, GRADE_CELL.c.id == CELL.c.id)
    typed = typed.outerjoin(TASK_CELL, TASK_CELL.c.id == CELL.c.id)
    kinds: dict[tuple[str, str], float | None] = {
        (name, kind): worth for name, kind, worth in connection.execute(typed)
    }
    query = sa.select(SOURCE).where(SOURCE.c.notebook_id == notebook)
    # Other databases keep no order of their own, and mostly give rows as they came.
    query = query.order_by(sa.text("rowid")) if connection.dialect.name == "sqlite" else query
    return tuple(
        Row(
            name=cell.name,
            kind=cell.cell_type,
            source=cell.source or "",
            locked=cell.locked,
            checksum=cell.checksum or "",
            points=kinds.get((cell.name, "GradeCell"), kinds.get((cell.name, "TaskCell"))),
            graded=(cell.name, "GradeCell") in kinds,
            solution=(cell.name, "SolutionCell") in kinds,
            task=(cell.name, "TaskCell") in kinds,
        )
        for cell in connection.execute(query)
    )


def read_marks(connection: sa.Connection, assignment: str, student: str) -> tuple[NotebookMarks, ...]:
    """
    Read one student's marks of an assignment.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Within a transaction.
    assignment, student : str
        Whose work of which assignment.

    Returns
    -------
    tuple of NotebookMarks
        Sorted by name; empty where nothing is recorded for the student.

    Raises
    ------
    AuthorError
        The assignment is not there.
    """
    found = find_assignment(connection, assignment)
    works = sa.select(WORK.c.id, NOTEBOOK.c.name, WORK.c.late_submission_penalty).select_from(
        WORK.join(SUBMISSION, SUBMISSION.c.id == WORK.c.assignment_id).join(
            NOTEBOOK, NOTEBOOK.c.id == WORK.c.notebook_id
        )
    )
    works = works.where(SUBMISSION.c.assignment_id == found.id, SUBMISSION.c.student_id == student)
    return tuple(
        NotebookMarks(name, _cells(connection, work), penalty or 0.0)
        for work, name, penalty in sorted(connection.execute(works).all(), key=lambda row: str(row[1]))
    )


def _cells(connection: sa.Connection, work: str) -> dict[str, CellMark]:
    """Grades with their comments; a comment on a solution that another cell tests has no points of its own."""
    most = sa.func.coalesce(GRADE_CELL.c.max_score, TASK_CELL.c.max_score, 0.0)
    grades = sa.select(CELL.c.name, GRADE, most.label("most")).select_from(
        GRADE.join(CELL, CELL.c.id == GRADE.c.cell_id)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == CELL.c.id)
        .outerjoin(TASK_CELL, TASK_CELL.c.id == CELL.c.id)
    )
    said = sa.select(CELL.c.name, COMMENT).select_from(COMMENT.join(CELL, CELL.c.id == COMMENT.c.cell_id))
    comments = {
        cell.name: tuple(text for text in (cell.auto_comment, cell.manual_comment) if text and text.strip())
        for cell in connection.execute(said.where(COMMENT.c.notebook_id == work))
    }
    found: dict[str, CellMark] = {name: CellMark(0.0, 0.0, 0.0, words) for name, words in comments.items()}
    for cell in connection.execute(grades.where(GRADE.c.notebook_id == work)):
        found[cell.name] = CellMark(_given(cell), cell.most, cell.extra_credit or 0.0, comments.get(cell.name, ()))
    return found


def _given(grade: Any) -> float | None:
    """A person's score before the machine's."""
    if grade.needs_manual_grade:
        return None
    return float(grade.manual_score if grade.manual_score is not None else grade.auto_score or 0.0)
