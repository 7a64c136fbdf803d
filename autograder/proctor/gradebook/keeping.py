"""Submissions that need no grading again: whether their rows are still there, and what being late costs by now.

What you can do with this file:

- find whose rows are whole, and bring their penalties up to date: `keep_recorded`.

A gradebook can be made anew, or a student removed and added again, and then nothing is kept. A deadline can move, and
then the points stay and the penalty does not.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proctor.gradebook.recording import GRADED, find_assignment, seconds_late, write_penalties
from proctor.gradebook.tables import CELL, GRADE, NOTEBOOK, SUBMISSION, WORK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proctor.course.nbgrader import Course

__all__ = ["keep_recorded"]


def keep_recorded(connection: sa.Connection, course: Course, assignment: str, students: Iterable[str]) -> set[str]:
    """
    Find the students whose rows are whole, and bring their penalties up to date.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        One that may write.
    course : Course
        Says what being late costs.
    assignment : str
        Its name.
    students : iterable of str
        Whose submissions are as they were.

    Returns
    -------
    set of str
        Those with a row of the submission, of each notebook and of each graded cell.
    """
    task, kept = find_assignment(connection, assignment), set()
    books = connection.execute(sa.select(NOTEBOOK.c.id).where(NOTEBOOK.c.assignment_id == task.id)).scalars().all()
    query = sa.select(sa.func.count()).select_from(CELL).where(CELL.c.notebook_id.in_(books), CELL.c.type.in_(GRADED))
    cells: int = connection.execute(query).scalar_one()
    submissions = connection.execute(sa.select(SUBMISSION).where(SUBMISSION.c.assignment_id == task.id)).all()
    by_student = {it.student_id: it for it in submissions}
    of_submission = sa.select(WORK, NOTEBOOK.c.name).join_from(WORK, NOTEBOOK, NOTEBOOK.c.id == WORK.c.notebook_id)
    of_submission = of_submission.where(WORK.c.assignment_id.in_([it.id for it in submissions]))
    works: dict[str, dict[str, str]] = defaultdict(dict)
    for it in connection.execute(of_submission):
        works[it.assignment_id][it.id] = it.name
    count = sa.select(WORK.c.assignment_id, sa.func.count()).join_from(WORK, GRADE, GRADE.c.notebook_id == WORK.c.id)
    rows = connection.execute(count.group_by(WORK.c.assignment_id)).all()
    grades: dict[str, int] = {it[0]: it[1] for it in rows}
    for student in students:
        # Who makes it fail is graded again, and told there what is wrong.
        with contextlib.suppress(Exception):
            submission = by_student.get(student)
            if submission is None or (len(works[submission.id]), grades.get(submission.id, 0)) != (len(books), cells):
                continue
            graded = course.folder("autograded", student, assignment)
            # From a notebook that is missing nothing is taken, though a person may have given something for it.
            missing = {work: not (graded / f"{name}.ipynb").exists() for work, name in works[submission.id].items()}
            with connection.begin_nested():
                write_penalties(connection, course, student, seconds_late(submission, task.duedate), missing)
            kept.add(student)
    return kept
