"""Writing what one submission earned into the gradebook.

What you can do with this file:

- look an assignment up: `find_assignment`;
- record a submission's marks, comments and late penalties: `record_submission`; penalties alone: `seconds_late`,
  `write_penalties`; the kinds of cells with points: `GRADED`.

Together that is what Autograde.init_assignment, SaveAutoGrades and AssignLatePenalties of nbgrader do to the
database. nbgrader asks for every cell by a join of six tables; here each table is read once.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from proctor.errors import AuthorError, SubmissionError
from proctor.gradebook.tables import ASSIGNMENT, CELL, COMMENT, GRADE, NOTEBOOK, SCORE, STUDENT, SUBMISSION, WORK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from proctor.course.nbgrader import Course
    from proctor.model import Mark

    Marks = Mapping[str, Sequence[Mark] | None]
    Comments = Mapping[str, Mapping[str, str | None]]
    Key = tuple[str, str]
    """The row of a submitted notebook, and a cell of it."""

__all__ = ["GRADED", "find_assignment", "record_submission", "seconds_late", "write_penalties"]

GRADED = ("TaskCell", "GradeCell")  # where a name belongs to two cells, the later kind is meant
COMMENTED = ("TaskCell", "SolutionCell")


def find_assignment(connection: sa.Connection, name: str) -> Any:
    """
    Look an assignment up.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open one.
    name : str
        Of the assignment.

    Returns
    -------
    sqlalchemy.Row
        With `id` and `duedate`.

    Raises
    ------
    AuthorError
        It is not there.
    """
    found = connection.execute(sa.select(ASSIGNMENT).where(ASSIGNMENT.c.name == name)).one_or_none()
    if found is None:
        message = (
            f"Expected the assignment {name} in the gradebook, found none; run `nbgrader generate_assignment {name}`."
        )
        raise AuthorError(message, slug="no-assignment")
    return found


def record_submission(
    connection: sa.Connection,
    course: Course,
    assignment: str,
    student: str,
    handed_in: datetime | None,
    *,
    marks: Marks,
    comments: Comments,
) -> dict[Key, float]:
    """
    Record a submission; `Gradebook.record` says what is written.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        One whose transaction ends with this submission.
    course : Course
        Says whether students may be created, and what being late costs.
    assignment, student : str
        Whose work of which assignment.
    handed_in : datetime.datetime or None
        In UTC; None leaves what is there.
    marks : mapping of str to sequence of Mark, or None
        By notebook; None for one that is missing.
    comments : mapping of str to mapping of str to str or None
        By notebook and cell.

    Returns
    -------
    dict of tuple of (str, str) to float
        By notebook and cell: what a person gave for a text that is unchanged, and that therefore stands.

    Raises
    ------
    AuthorError
        The gradebook lacks the assignment, a notebook or a cell.
    SubmissionError
        The student is unknown and may not be created.
    """
    task = find_assignment(connection, assignment)
    query = sa.select(NOTEBOOK.c.name, NOTEBOOK.c.id).where(NOTEBOOK.c.assignment_id == task.id)
    books = dict(connection.execute(query).all())
    _admit(connection, course, student)
    submission = _submission(connection, task.id, student, handed_in)
    works = _works(connection, submission.id, books.values())
    lookup = _Lookup(assignment, books, {book: work.id for book, work in works.items()}, connection)
    kept = _write_marks(connection, lookup, marks)
    _write_comments(connection, lookup, marks, comments)
    late = seconds_late(submission, task.duedate)
    write_penalties(connection, course, student, late, {lookup.work(it): marks[it] is None for it in marks})
    return kept


class _Lookup:
    """From the names of notebooks and cells to rows; rows that a submission lacks are created."""

    def __init__(
        self, assignment: str, books: dict[str, str], works: dict[str, str], connection: sa.Connection
    ) -> None:
        self._assignment = assignment
        self._works = {name: works[book] for name, book in books.items()}
        cells: dict[str, list[Any]] = defaultdict(list)
        for cell in connection.execute(sa.select(CELL).where(CELL.c.notebook_id.in_(works))):
            cells[cell.type].append((works[cell.notebook_id], cell.name, cell.id))
        self._graded = {(work, name): cell for kind in GRADED for work, name, cell in cells[kind]}
        self.tasks = [cell for _, _, cell in cells["TaskCell"]]
        self._commented = {(work, name): cell for kind in COMMENTED for work, name, cell in cells[kind]}
        graded = [(work, cell) for kind in GRADED for work, _, cell in cells[kind]]
        commented = [(work, cell) for kind in COMMENTED for work, _, cell in cells[kind]]
        values: dict[str, Any] = {"auto_score": None, "needs_manual_grade": True}
        self._grades = _complete(connection, GRADE, self._works.values(), graded, values)
        self._comments = _complete(connection, COMMENT, self._works.values(), commented, {})

    def work(self, notebook: str) -> str:
        """The id of the submitted notebook."""
        if notebook not in self._works:
            raise self._error(f"a notebook {notebook}")
        return self._works[notebook]

    def grade(self, notebook: str, name: str) -> Any:
        """The row of a graded cell or task."""
        work = self.work(notebook)
        if (work, name) not in self._graded:
            raise self._error(f"a graded cell {name} in {notebook}")
        return self._grades[work, self._graded[work, name]]

    def comment(self, notebook: str, name: str) -> Any:
        """The row of the comment on a solution or task, None where the cell has no place for one."""
        work = self.work(notebook)
        return self._comments[work, self._commented[work, name]] if (work, name) in self._commented else None

    def _error(self, what: str) -> AuthorError:
        message = (
            f"Expected {what} of {self._assignment} in the gradebook, found none; "
            f"run `nbgrader generate_assignment {self._assignment}`."
        )
        return AuthorError(message, slug="no-cell")


def _new_id() -> str:
    return uuid4().hex


def _insert(connection: sa.Connection, table: sa.TableClause, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _update(connection: sa.Connection, table: sa.TableClause, rows: list[dict[str, Any]]) -> None:
    """Write values into rows, each given by its id under "key"."""
    if rows:  # all of the same columns
        values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "key"}
        connection.execute(sa.update(table).where(table.c.id == sa.bindparam("key")).values(values), rows)


def _admit(connection: sa.Connection, course: Course, student: str) -> None:
    """Create a student who is not in the gradebook, where the course allows it."""
    if connection.execute(sa.select(STUDENT.c.id).where(STUDENT.c.id == student)).first() is not None:
        return
    if not course.create_student:
        message = (
            f"Expected the student {student} in the gradebook, found none; run `nbgrader db student add {student}`."
        )
        raise SubmissionError(message, slug="unknown-student")
    _insert(connection, STUDENT, [{"id": student}])


def _submission(connection: sa.Connection, assignment: str, student: str, handed_in: datetime | None) -> Any:
    """The row of a submission, created or brought up to date."""
    mine = (SUBMISSION.c.assignment_id == assignment, SUBMISSION.c.student_id == student)
    found = connection.execute(sa.select(SUBMISSION).where(*mine)).one_or_none()
    if found is None:
        row = {"id": _new_id(), "assignment_id": assignment, "student_id": student, "timestamp": handed_in}
        _insert(connection, SUBMISSION, [row])
    elif handed_in is not None:
        _update(connection, SUBMISSION, [{"key": found.id, "timestamp": handed_in}])
    else:
        return found
    return connection.execute(sa.select(SUBMISSION).where(*mine)).one()


def _works(connection: sa.Connection, submission: str, books: Iterable[str]) -> dict[str, Any]:
    """The submitted notebooks by notebook; those that the submission lacks are created."""

    def read() -> dict[str, Any]:
        query = sa.select(WORK).where(WORK.c.assignment_id == submission)
        return {it.notebook_id: it for it in connection.execute(query)}

    found = read()
    missing = [it for it in books if it not in found]
    own = {"assignment_id": submission, "flagged": False}
    _insert(connection, WORK, [{"id": _new_id(), "notebook_id": it, **own} for it in missing])
    return read() if missing else found


def _complete(
    connection: sa.Connection, table: sa.TableClause, works: Iterable[str], keys: list[Key], values: dict[str, Any]
) -> dict[Key, Any]:
    """The rows of a table for some cells of a submission; those that it lacks are created."""

    def read() -> dict[Key, Any]:
        query = sa.select(table).where(table.c.notebook_id.in_(works))
        return {(it.notebook_id, it.cell_id): it for it in connection.execute(query)}

    found = read()
    missing = [key for key in keys if key not in found]
    new = [{"id": _new_id(), "notebook_id": work, "cell_id": cell, **values} for work, cell in missing]
    _insert(connection, table, new)
    return read() if missing else found


def _write_marks(connection: sa.Connection, lookup: _Lookup, marks: Marks) -> dict[Key, float]:
    rows, kept = [], {}
    there = [lookup.work(notebook) for notebook, given in marks.items() if given is not None]
    # One that was missing before had 0 for its tasks, which nobody but a person gives points.
    if there and lookup.tasks:
        tasks = sa.update(GRADE).where(GRADE.c.notebook_id.in_(there), GRADE.c.cell_id.in_(lookup.tasks))
        asked = tasks.where(GRADE.c.manual_score.is_(None), GRADE.c.auto_score.is_not(None))
        connection.execute(asked.values(auto_score=None, needs_manual_grade=True))
    for notebook, given in marks.items():
        for mark in given or ():
            grade = lookup.grade(notebook, mark.grade_id)
            # nbgrader's rule: who marked an earlier version by hand is asked to look again; not so at the same text.
            needed = grade.manual_score is not None or mark.auto_score is None
            if mark.unchanged and grade.manual_score is not None:
                needed = grade.needs_manual_grade
                if not needed:
                    kept[notebook, mark.grade_id] = float(grade.manual_score)
            rows.append({"key": grade.id, "auto_score": mark.auto_score, "needs_manual_grade": needed})
    _update(connection, GRADE, rows)
    lost = [lookup.work(notebook) for notebook, given in marks.items() if given is None]
    if lost:  # a notebook that is missing: all its cells, and nothing for a person to look at
        nothing = sa.update(GRADE).where(GRADE.c.notebook_id.in_(lost))
        connection.execute(nothing.values(auto_score=0.0, needs_manual_grade=False))
    return kept


def _write_comments(connection: sa.Connection, lookup: _Lookup, marks: Marks, comments: Comments) -> None:
    texts: dict[tuple[str, str], str | None] = {
        (notebook, mark.grade_id): mark.comment
        for notebook, given in marks.items()
        for mark in given or ()
        if mark.comment is not None
    }
    # These come first: of the two texts of a cell the later entry stays.
    texts |= {(notebook, name): text for notebook, own in comments.items() for name, text in own.items()}
    rows = [(lookup.comment(*key), text) for key, text in texts.items()]
    _update(connection, COMMENT, [{"key": it.id, "auto_comment": text} for it, text in rows if it is not None])


def seconds_late(submission: Any, duedate: datetime | None) -> float:
    """By how much the student's own deadline was missed, 0 if it was met."""
    if submission.timestamp is None or duedate is None:
        return 0.0
    due: datetime = duedate + (submission.extension or timedelta())
    return max(0.0, float((submission.timestamp - due).total_seconds()))


def write_penalties(
    connection: sa.Connection, course: Course, student: str, late: float, works: dict[str, bool]
) -> None:
    """Ask for the penalties of the notebooks anew; the table says which of them are missing."""
    earned = sa.select(SCORE).where(GRADE.c.notebook_id == WORK.c.id).scalar_subquery()
    query = sa.select(WORK.c.id, WORK.c.late_submission_penalty, earned.label("score")).where(WORK.c.id.in_(works))
    rows = []
    for work in connection.execute(query).all():
        penalty = work.late_submission_penalty
        if not works[work.id]:
            penalty = course.late_penalty(student, work.score, late)
        elif penalty is not None:  # nbgrader leaves it, also above what is left to lose
            penalty = min(penalty, work.score)
        rows.append({"key": work.id, "late_submission_penalty": penalty})
    _update(connection, WORK, rows)
