"""What one submission earned, written where people and tools look for it: all of it, or nothing.

What you can do with this file:

- write it: `Writer.written`; write that somebody was not graded: `Writer.not_graded`. Both return a student's `Graded`;
- let whatever fails over one student end as that student's line: `Writer.attempt`.

Theory of operation. The journal says "begin". The graded folder is built beside its place. In one transaction the rows
are written, the record, and the folder is put in its place; so where any of it fails, rows and folder are the old ones.
Then the journal says "done". Whoever is killed on the way is graded again.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.course.faults import is_everybodys, sentence_of
from proctor.errors import GraderError
from proctor.marks.assessment import Assessment
from proctor.marks.autograded import built_autograded
from proctor.marks.results import record_of, write_record
from proctor.model import Ending, StudentResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proctor.assignment.ready import Assignment
    from proctor.course.nbgrader import Course
    from proctor.gradebook import Gradebook
    from proctor.pipeline.journal import Journal

__all__ = ["Graded", "Writer"]


@dataclass(frozen=True)
class Graded:
    """One student's line: what happened, and what was earned."""

    result: StudentResult
    repairs: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True)
class Writer:
    """The one writer of a run."""

    course: Course
    assignment: Assignment
    book: Gradebook
    journal: Journal

    def attempt(self, student: str, do: Callable[[], Graded]) -> Graded:
        """
        Do what may fail over one student.

        Parameters
        ----------
        student : str
            Whose line it is.
        do : callable
            Gives the line.

        Returns
        -------
        Graded
            Where it failed, with the reason.

        Raises
        ------
        ProctorError
            It would fail with everybody.
        """
        try:
            return do()
        except Exception as error:
            if not is_everybodys(error):
                return self.not_graded(student, sentence_of(error))
            if isinstance(error, OSError):
                raise GraderError(f"The results cannot be written ({error}).", slug="disk-full") from error
            raise

    def not_graded(self, student: str, reason: str) -> Graded:
        """Write that somebody was not graded, as far as it can be written; what was written before stays."""
        result = StudentResult(student, self.assignment.name, Ending.NOT_GRADED, reason)
        for write in (self._row, self._record):
            try:
                write(result)
            except Exception as error:
                if is_everybodys(error):
                    raise
        return Graded(result)

    def _row(self, result: StudentResult) -> None:
        """A row without marks, so that the student does not count as one who handed nothing in."""
        self.book.record(result.assignment, result.student, timestamp=None, marks={}, comments={})

    def _record(self, result: StudentResult) -> None:
        nothing = Assessment(result.student, result.ending, result.reason, ())
        write_record(self.course, result.assignment, record_of(nothing, result))

    def written(self, found: Assessment, digest: str, copy: Path, more: str = "") -> Graded:
        """
        Write what a submission earned.

        Parameters
        ----------
        found : Assessment
            By a worker.
        digest : str
            Of the submission and all that its result depends on.
        copy : pathlib.Path
            The snapshot of the submission.
        more : str
            A sentence to add to the reason.

        Returns
        -------
        Graded
            The student's line.

        Raises
        ------
        Exception
            It could not be written, and what was written before is as it was.
        """
        student, name = found.student, self.assignment.name
        questions = tuple(question for it in found.notebooks for question in it.questions)
        reason = " ".join(it for it in (found.reason, more) if it)
        result = StudentResult(student, name, found.ending, reason, questions)
        record = record_of(found, result)
        graded = Graded(result, found.repairs, tuple(it.grade_id for it in questions if not it.verified))
        self.journal.begin(student, digest)
        with contextlib.ExitStack() as stack:
            put_in_place: Callable[[], None] = _nothing
            if found.ending is not Ending.NOT_GRADED:
                notebooks = {it.name: it.notebook for it in found.notebooks if it.notebook is not None}
                extra = [it for it in found.extra if not it.endswith(".ipynb")]
                built = built_autograded(self.course, name, student, notebooks, submitted=copy, submitted_extra=extra)
                put_in_place = stack.enter_context(built)

            def together() -> None:
                write_record(self.course, name, record)
                put_in_place()  # last: it is one step, and cannot be taken back

            self.book.record(
                name,
                student,
                timestamp=found.timestamp,
                marks={it.name: it.marks for it in found.notebooks},
                comments={it.name: it.comments for it in found.notebooks},
                together=together,
            )
        if found.ending is not Ending.NOT_GRADED:  # else the next run tries again
            self.journal.done(student, digest)
        return graded


def _nothing() -> None:
    """There is no folder of a submission that was not graded."""
