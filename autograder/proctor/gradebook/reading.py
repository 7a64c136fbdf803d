"""What a student has earned, cell by cell, as the gradebook holds it.

What you can do with this file:

- read one student's marks of an assignment: `read_marks`, which returns a `NotebookMarks` for each notebook.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from proctor.gradebook.recording import find_assignment
from proctor.gradebook.tables import CELL, COMMENT, GRADE, GRADE_CELL, NOTEBOOK, SUBMISSION, TASK_CELL, WORK

__all__ = ["CellMark", "NotebookMarks", "read_marks"]


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
