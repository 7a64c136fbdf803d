"""A class from submissions to gradebook: workers assess, one writer writes.

What you can do with this file:

- check an assignment on its solved notebook: `check`;
- list whose submissions wait to be graded: `students_to_grade`;
- choose the students: `chosen_students`; grade them: `grade`, which yields a `Graded` for each as it is done;
- tell of scores that stand without a submission: `withdrawn_lines`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proctor.assignment.digests import assignment_digest, shown_digest, submission_digest
from proctor.assignment.preparation import prepare
from proctor.course.folders import remove_folder
from proctor.course.names import look_alikes, readable, why_not
from proctor.course.state import state_folder
from proctor.errors import AuthorError, GraderError, SubmissionError
from proctor.gradebook import Gradebook, withdrawn
from proctor.intake.snapshot import HandedIn, state_of
from proctor.marks.autograded import is_newer, write_autograded
from proctor.marks.results import record_of, texts_before, write_record
from proctor.marks.texts import questions_of, unchanged
from proctor.model import Ending, StudentResult
from proctor.pipeline.journal import Journal
from proctor.sandbox.bubblewrap import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Self

    from proctor.assignment.ready import Assignment
    from proctor.course.nbgrader import Course
    from proctor.marks.assessment import Assessment
    from proctor.pipeline.executors import Workers

__all__ = ["Graded", "check", "chosen_students", "grade", "withdrawn_lines"]

BUBBLEWRAP = "bubblewrap"
WITHOUT = "--isolation process"


@dataclass(frozen=True)
class Graded:
    """One student's line: what happened, and what was earned."""

    result: StudentResult
    repairs: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


def check(
    course: Course,
    name: str,
    workers: Workers,
    *,
    strict: bool = False,
    isolation: str = BUBBLEWRAP,
    device: str = "cpu",
) -> Assignment:
    """
    Check an assignment on its solved notebook.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.
    workers : Workers
        Run the solved notebook, in a process of its own, since the author's code is run.
    strict : bool
        Whether unverified tests wait for a person.
    isolation : str
        "bubblewrap" or "process".
    device : str
        "cpu", or "gpu" where student code may use the machine's GPU.

    Returns
    -------
    Assignment
        Ready to be graded; `checks` has what was found.

    Raises
    ------
    AuthorError
        The assignment cannot be graded at all.
    """
    if isolation == BUBBLEWRAP and (found := refusal()):
        raise GraderError(f"{found} To grade without any protection of this machine: {WITHOUT}.", slug="bubblewrap")
    return prepare(course, name, workers.survey, strict=strict, isolation=isolation, device=device)


def chosen_students(course: Course, name: str, wanted: Sequence[str]) -> list[str]:
    """
    Choose the students of whom submissions are graded.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.
    wanted : sequence of str
        These alone; all when empty.

    Returns
    -------
    list of str
        Sorted.

    Raises
    ------
    AuthorError
        A wanted student has handed nothing in.
    """
    there = course.students(name)
    if not there and not course.misnamed(name) and (swapped := course.folder("submitted", name, "*").parent).is_dir():
        message = f"Expected submissions in {course.folder('submitted', 'STUDENT', name)}, found folders in {swapped}."
        raise AuthorError(f"{message} Are student and assignment exchanged? Swap the two levels.", slug="no-submission")
    missing = sorted(set(wanted) - set(there))
    if missing:
        submitted = course.folder("submitted", missing[0], name)
        message = f"Expected a submission of {missing[0]} in {submitted}, found none. Check the name."
        raise AuthorError(message, slug="no-submission")
    return sorted(set(wanted) or set(there))


def grade(
    course: Course, assignment: Assignment, students: Sequence[str], workers: Workers, *, regrade: bool
) -> Iterator[Graded]:
    """
    Grade submissions; what is done already, under the same conditions, is left alone.

    Parameters
    ----------
    course : Course
        The course.
    assignment : Assignment
        Made ready by `check`.
    students : sequence of str
        Whose submissions.
    workers : Workers
        Assess.
    regrade : bool
        Also what is done already.

    Yields
    ------
    Graded
        One for each student, in the order in which they are done; its files and rows are written by then.

    Raises
    ------
    GraderError
        The gradebook or the disk does not take the results.
    """
    for folder in course.misnamed(assignment.name):
        yield Graded(StudentResult(readable(folder), assignment.name, Ending.NOT_GRADED, why_not(folder)))
    alike = look_alikes(course.students(assignment.name))
    journal = Journal(course, assignment.name)
    base = assignment_digest(assignment)
    whole = shown_digest(assignment, base)
    folders = {it: course.folder("submitted", it, assignment.name) for it in students}
    digests = {it: submission_digest(whole, state_of(folders[it], assignment.ignore)) for it in students}
    todo = [it for it in students if regrade or _must_be_graded(course, assignment.name, journal, it, digests[it])]
    copies = _Copies(course, assignment.name)
    with Gradebook(course) as book, copies:
        # Where only prose has changed, a worker finds that out and nobody is graded again.
        before = {it: "" if regrade else journal.executed(it) for it in students}
        rows = book.keep(assignment.name, [it for it in students if before[it] or it not in todo])
        kept = rows - set(todo)
        for student in sorted(kept):
            yield Graded(StudentResult(student, assignment.name, Ending.KEPT, _same_person(alike.get(student))))
        graded = {it: course.folder("autograded", it, assignment.name) for it in students}
        handed_in = {
            it: HandedIn(folders[it], copies.of(it), base, before[it] if it in rows else "", graded[it])
            for it in students
            if it not in kept
        }
        for found in workers.assessments(assignment, handed_in):
            # Of what was graded, which may have changed since the first look.
            digest = submission_digest(whole, found.state) if found.state else digests[found.student]
            copy = copies.of(found.student)
            words = " ".join(it for it in (found.reason, _same_person(alike.get(found.student))) if it)
            found = replace(found, reason=words)  # noqa: PLW2901 - it goes on as the same thing, with a word more
            write = _refreshed if found.ending is Ending.KEPT else _written
            yield write(course, assignment, book, found, journal=journal, digest=digest, copy=copy)
            remove_folder(copy)


def withdrawn_lines(course: Course, name: str) -> list[Graded]:
    """
    Tell of scores that stand without a submission.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.

    Returns
    -------
    list of Graded
        A line for each such student.
    """
    with Gradebook(course) as book:
        found = withdrawn(course, book.roll(name))
    return [Graded(StudentResult(it, name, Ending.WITHDRAWN, words)) for it, words in found.items()]


def _same_person(others: tuple[str, ...] | None) -> str:
    return f"Is this the same person as {', '.join(others[:3])}?" if others else ""


class _Copies:
    """Where the snapshots of submissions lie as long as a class is graded."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._place = state_folder(course) / f"taken-{assignment}"

    def of(self, student: str) -> Path:
        """A folder for each, whatever the name holds."""
        return self._place / hashlib.sha256(student.encode(errors="surrogateescape")).hexdigest()[:24]

    def __enter__(self) -> Self:
        remove_folder(self._place)  # of a run that was killed
        return self

    def __exit__(self, *exception: object) -> None:
        remove_folder(self._place)


def _must_be_graded(course: Course, name: str, journal: Journal, student: str, digest: str) -> bool:
    """By the journal; for what nbgrader has graded, by nbgrader's rule."""
    if not course.folder("autograded", student, name).is_dir():
        return True
    return not journal.is_done(student, digest) if journal.knows(student) else is_newer(course, name, student)


def _written(
    course: Course,
    assignment: Assignment,
    book: Gradebook,
    found: Assessment,
    *,
    journal: Journal,
    digest: str,
    copy: Path,
) -> Graded:
    """Write what one submission earned."""
    student = found.student
    questions = questions_of(found.notebooks, {})
    result = StudentResult(student, assignment.name, found.ending, found.reason, questions)
    before = texts_before(course, assignment.name, student)
    try:
        journal.begin(student, digest)
        if found.ending is not Ending.NOT_GRADED:
            _write_folder(course, assignment.name, found, copy)
        given = book.record(
            assignment.name,
            student,
            timestamp=found.timestamp,
            marks={it.name: unchanged(it.marks, it.texts, before.get(it.name, {})) for it in found.notebooks},
            comments={it.name: it.comments for it in found.notebooks},
        )
        result = replace(result, questions=questions_of(found.notebooks, given))
        # Between the gradebook and the journal's last word, so that a run that is killed writes it again.
        write_record(course, assignment.name, record_of(found, result, before))
        if found.ending is not Ending.NOT_GRADED:  # else the next run tries again
            journal.done(student, digest, found.executed)
    except SubmissionError as error:
        result = StudentResult(student, assignment.name, Ending.UNREADABLE, str(error))
        write_record(course, assignment.name, record_of(found, result, before))
    return Graded(result, found.repairs, tuple(it.grade_id for it in questions if not it.verified))


def _write_folder(course: Course, name: str, found: Assessment, copy: Path) -> None:
    notebooks = {it.name: it.notebook for it in found.notebooks if it.notebook is not None}
    extra = [name for name in found.extra if not name.endswith(".ipynb")]
    write_autograded(course, name, found.student, notebooks, submitted=copy, submitted_extra=extra)


def _refreshed(
    course: Course,
    assignment: Assignment,
    book: Gradebook,
    found: Assessment,
    *,
    journal: Journal,
    digest: str,
    copy: Path,
) -> Graded:
    """Write the new prose and the time of handing in; points and marks stand."""
    student = found.student
    journal.begin(student, digest)
    _write_folder(course, assignment.name, found, copy)
    book.record(assignment.name, student, timestamp=found.timestamp, marks={}, comments={})
    book.keep(assignment.name, [student])
    journal.done(student, digest, found.executed)
    return Graded(StudentResult(student, assignment.name, Ending.KEPT, found.reason))
