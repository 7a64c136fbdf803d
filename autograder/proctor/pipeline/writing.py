"""What one submission earned, written where people and tools look for it: all of it, or nothing.

What you can do with this file:

- write it: `Writer.written`; write new prose around old results: `Writer.refreshed`; write that somebody was not
  graded: `Writer.not_graded`. All return a student's `Graded`;
- let whatever fails over one student end as that student's line: `Writer.attempt`.

Theory of operation. The journal says "begin". The graded folder is built beside its place. In one transaction the rows
are written, the record, and the folder is put in its place; so where any of it fails, rows and folder are the old ones.
Then the journal says "done". Whoever is killed on the way is graded again. Until the rows count, the record has no
digest of a text that is new: else that text would pass for the one that a person has marked.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proctor.course.faults import is_everybodys, sentence_of
from proctor.errors import GraderError
from proctor.marks.assessment import Assessment
from proctor.marks.autograded import built_autograded
from proctor.marks.results import record_of, texts_before, without_new_texts, write_record
from proctor.marks.texts import questions_of, unchanged
from proctor.model import Ending, StudentResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
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
        for write in (self._begun, self._row, self._record):
            try:
                write(result)
            except Exception as error:
                if is_everybodys(error):
                    raise
        return Graded(result)

    def _begun(self, result: StudentResult) -> None:
        """The next run tries again, also where an earlier one had graded all."""
        self.journal.begin(result.student, "")

    def _row(self, result: StudentResult) -> None:
        """A row without marks, so that the student does not count as one who handed nothing in."""
        self.book.record(result.assignment, result.student, timestamp=None, marks={}, comments={})

    def _record(self, result: StudentResult) -> None:
        nothing = Assessment(result.student, result.ending, result.reason, ())
        before = texts_before(self.course, result.assignment, result.student)
        write_record(self.course, result.assignment, record_of(nothing, result, before))

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
        questions = questions_of(found.notebooks, {})
        reason = " ".join(it for it in (found.reason, more) if it)
        result = StudentResult(student, name, found.ending, reason, questions)
        before = texts_before(self.course, name, student)
        record = record_of(found, result, before)
        early = without_new_texts(record, before)
        self.journal.begin(student, digest)
        with self._folder(found, copy) as put_in_place:

            def together() -> None:
                write_record(self.course, name, early)
                put_in_place()  # last: it is one step, and cannot be taken back

            stands = self.book.record(
                name,
                student,
                timestamp=found.timestamp,
                marks={it.name: unchanged(it.marks, it.texts, before.get(it.name, {})) for it in found.notebooks},
                comments={it.name: it.comments for it in found.notebooks},
                together=together,
            )
        if record != early:
            write_record(self.course, name, record)
        if found.ending is not Ending.NOT_GRADED:  # else the next run tries again
            self.journal.done(student, digest, found.executed)
        result = replace(result, questions=questions_of(found.notebooks, stands))
        return Graded(result, found.repairs, tuple(it.grade_id for it in questions if not it.verified))

    def refreshed(self, found: Assessment, digest: str, copy: Path, more: str = "") -> Graded:
        """
        Write new prose and the time of handing in; points, marks and record stand.

        Parameters
        ----------
        found : Assessment
            By a worker, which has found that nothing else has changed.
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
        name = self.assignment.name
        self.journal.begin(found.student, digest)
        with self._folder(found, copy) as put_in_place:
            self.book.refresh(name, found.student, found.timestamp, put_in_place)
        self.journal.done(found.student, digest, found.executed)
        reason = " ".join(it for it in (found.reason, more) if it)
        return Graded(StudentResult(found.student, name, Ending.KEPT, reason))

    def _folder(self, found: Assessment, copy: Path) -> AbstractContextManager[Callable[[], None]]:
        """Builds the graded folder beside its place; there is none of a submission that was not graded."""
        if found.ending is Ending.NOT_GRADED:
            return contextlib.nullcontext(_nothing)
        notebooks = {it.name: it.notebook for it in found.notebooks if it.notebook is not None}
        extra = [it for it in found.extra if not it.endswith(".ipynb")]
        facts = (self.course, self.assignment.name, found.student, notebooks)
        return built_autograded(*facts, submitted=copy, submitted_extra=extra)


def _nothing() -> None:
    """There is no folder of a submission that was not graded."""
