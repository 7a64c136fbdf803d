"""The gradebook of a course, opened, read and written.

What you can do with this file: open a `Gradebook` in a `with` statement, read the cells of an assignment, record
what a student earned, read a class and its scores, and enroll students. `recording` says how a submission is written.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from proctor.course.timestamps import parse_timestamp
from proctor.errors import AuthorError, GraderError
from proctor.gradebook.keeping import keep_recorded
from proctor.gradebook.reading import NotebookMarks, read_marks, read_notebooks
from proctor.gradebook.recording import record_submission
from proctor.gradebook.roll import Enrolled, Roll, enroll, read_roll
from proctor.gradebook.tables import ASSIGNMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from proctor.course.nbgrader import Course
    from proctor.model import Mark, NotebookRows

__all__ = ["Gradebook"]

BUSY_SECONDS = 10
UNKNOWN = "gradebook"
OLD = ("old-schema", "it was made by another version of nbgrader: back it up and run `nbgrader db upgrade`")
WRONG = {
    "locked": ("locked", f"another program has held it for {BUSY_SECONDS} seconds: close that and start again"),
    "no such table": OLD,
    "no such column": OLD,
    "has no column": OLD,
    "does not exist": OLD,
    "readonly": ("read-only", "it can only be read: allow yourself to write to it and to its folder"),
    "is full": ("disk-full", "the disk is full: make room and start again"),
    "unable to open": ("no-gradebook", "it cannot be opened: look at the rights of the file and of its folder"),
    "not a database": ("no-gradebook", "it is no database: restore it from a backup"),
    "malformed": ("no-gradebook", "it is damaged: restore it from a backup"),
    "disk I/O error": ("no-gradebook", "its disk cannot be read or written: look at the machine's log"),
}
"""From words of a database's message to a slug and a sentence."""


class Gradebook:
    """The gradebook of a course, open within a `with` statement."""

    def __init__(self, course: Course) -> None:
        self._course = course
        try:
            url = sa.make_url(course.db_url)
            self._is_sqlite = url.get_backend_name() == "sqlite"
            self._engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS} if self._is_sqlite else {})
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            message = f"Expected c.CourseDirectory.db_url to be a database that can be used here, found {error}."
            raise GraderError(message, slug="no-gradebook") from error
        self._name = str(url.database) if self._is_sqlite else url.render_as_string(hide_password=True)
        if self._is_sqlite:
            sa.event.listen(self._engine, "begin", _begin)

    def __enter__(self) -> Self:
        """See that there is a database: SQLite would make an empty one."""
        if self._is_sqlite and not self._name.startswith("file:"):
            file = Path(self._name)
            if not file.is_file() or not file.stat().st_size:
                message = f"Expected a gradebook, found none at {file}; run `nbgrader generate_assignment NAME`."
                raise AuthorError(message, slug="no-gradebook")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        self._engine.dispose()

    def notebooks(self, assignment: str) -> tuple[NotebookRows, ...]:
        """
        Read the notebooks of an assignment.

        Parameters
        ----------
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
        GraderError
            The database cannot be read.
        """
        with self._transaction() as connection:
            return read_notebooks(connection, assignment)

    def record(
        self,
        assignment: str,
        student: str,
        *,
        timestamp: str | None,
        marks: Mapping[str, Sequence[Mark] | None],
        comments: Mapping[str, Mapping[str, str | None]],
        together: Callable[[], None] = lambda: None,
    ) -> dict[tuple[str, str], float]:
        """
        Write what a student earned, as `nbgrader autograde` does: all of it, or nothing.

        What a person gave (scores, extra credit, comments) is never touched. Notebooks and cells that are not
        mentioned stay as they are.

        Parameters
        ----------
        assignment, student : str
            Whose work of which assignment.
        timestamp : str or None
            The text of timestamp.txt; None leaves the time that is there.
        marks : mapping of str to sequence of Mark, or None
            By notebook the marks of graded cells and tasks; None for a missing notebook, which earns nothing.
        comments : mapping of str to mapping of str to str or None
            By notebook the machine's comments on solutions and tasks; they come before a mark's own comment.
        together : callable
            Done when the rows are written, and before they count: where it raises, they never do.

        Returns
        -------
        dict of tuple of (str, str) to float
            By notebook and cell: what a person gave for a text that is unchanged, and that therefore stands.

        Raises
        ------
        AuthorError
            The gradebook lacks the assignment, a notebook or a cell; or the plugin for late penalties fails.
        SubmissionError
            The timestamp is none, or the student is unknown and may not be created.
        GraderError
            The database cannot be written; the slug is "gradebook-row" where it is this student's rows alone.
        """
        handed_in = parse_timestamp(timestamp) if timestamp and timestamp.strip() else None
        with self._rows_of_one(), self._transaction(writes=True) as connection:
            facts = (connection, self._course, assignment, student, handed_in)
            stands = record_submission(*facts, marks=marks, comments=comments)
            together()
        return stands

    def refresh(self, assignment: str, student: str, timestamp: str | None, together: Callable[[], None]) -> None:
        """
        Write when work with new prose was handed in, and what being late costs by that; points and marks stand.

        Parameters
        ----------
        assignment, student : str
            Whose work of which assignment.
        timestamp : str or None
            The text of timestamp.txt; None leaves the time that is there.
        together : callable
            As `record` takes it.

        Raises
        ------
        GraderError
            The database cannot be written, or the rows are not whole; the slug is "gradebook-row".
        """
        handed_in = parse_timestamp(timestamp) if timestamp and timestamp.strip() else None
        with self._rows_of_one(), self._transaction(writes=True) as connection:
            record_submission(connection, self._course, assignment, student, handed_in, marks={}, comments={})
            if student not in keep_recorded(connection, self._course, assignment, [student]):
                message = f"Expected the rows of {student} in the gradebook to be whole, found that they are not."
                raise GraderError(f"{message} The next run grades them anew.", slug="gradebook-row")
            together()

    @contextlib.contextmanager
    def _rows_of_one(self) -> Iterator[None]:
        """What the gradebook complains of may be about one student's rows: then it still takes others."""
        try:
            yield
        except GraderError as error:
            if error.slug != UNKNOWN:
                raise
            with self._transaction(writes=True) as connection:
                connection.execute(sa.select(ASSIGNMENT.c.id).limit(1)).all()
            raise GraderError(str(error), slug="gradebook-row") from error

    def keep(self, assignment: str, students: Iterable[str]) -> set[str]:
        """
        Find whose rows are whole, and bring their late penalties up to date.

        Parameters
        ----------
        assignment : str
            Its name.
        students : iterable of str
            Whose submissions are as they were when they were graded.

        Returns
        -------
        set of str
            Who need not be graded again.
        """
        with self._transaction(writes=True) as connection:
            return keep_recorded(connection, self._course, assignment, students)

    def marks(self, assignment: str, student: str) -> tuple[NotebookMarks, ...]:
        """
        Read what a student earned, cell by cell.

        Parameters
        ----------
        assignment, student : str
            Whose work of which assignment.

        Returns
        -------
        tuple of NotebookMarks
            Sorted by name; empty where nothing is recorded.

        Raises
        ------
        AuthorError
            The assignment is not there.
        GraderError
            The database cannot be read; the slug is "gradebook-row" where it is this student's rows alone.
        """
        with self._rows_of_one(), self._transaction() as connection:
            return read_marks(connection, assignment, student)

    def roll(self, assignment: str) -> Roll:
        """
        Read a whole class: everybody's points in every cell.

        Parameters
        ----------
        assignment : str
            Its name.

        Returns
        -------
        Roll
            With everybody whom the gradebook knows.

        Raises
        ------
        AuthorError
            The assignment is not there.
        GraderError
            The database cannot be read.
        """
        with self._transaction() as connection:
            return read_roll(connection, assignment)

    def enroll(self, people: Sequence[Mapping[str, str]]) -> Enrolled:
        """
        Enroll students: all of them, or none.

        Parameters
        ----------
        people : sequence of mapping of str to str
            With an `id` each, and first_name, last_name, email or lms_user_id as far as they are known.

        Returns
        -------
        Enrolled
            What was changed; nobody is ever removed.

        Raises
        ------
        GraderError
            The database cannot be written.
        """
        with self._transaction(writes=True) as connection:
            return enroll(connection, people)

    def scores(self, assignment: str) -> dict[str, tuple[float, float, bool]]:
        """
        Read the scores of a class.

        Parameters
        ----------
        assignment : str
            Its name.

        Returns
        -------
        dict of str to tuple of (float, float, bool)
            For each student who handed in: the score less late penalties, as `nbgrader export` gives it; the most
            that can be earned; and whether a person must still mark something.

        Raises
        ------
        AuthorError
            The assignment is not there.
        GraderError
            The database cannot be read.
        """
        roll = self.roll(assignment)
        handed_in = (it for it in roll.entries if it.handed_in)
        return {it.person.id: (it.score, roll.most_points, it.waiting > 0) for it in handed_in}

    @contextlib.contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        """All or nothing; what the database complains of becomes one sentence."""
        try:
            with self._engine.execution_options(writes=writes).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error)
            known = next((fault for words, fault in WRONG.items() if words in cause), None)
            slug, sentence = known or (UNKNOWN, cause)
            raise GraderError(f"The gradebook {self._name} cannot be used; {sentence}.", slug=slug) from error


def _begin(connection: sa.Connection) -> None:
    """Take the right to write at once: who reads first and writes later can be refused without waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
