"""A class from submissions to gradebook: workers assess, one writer writes.

What you can do with this file:

- check an assignment on its solved notebook: `check`;
- list whose submissions wait to be graded: `students_to_grade`;
- choose the students: `chosen_students`; grade them: `grade`, which yields a `Graded` for each as it is done;
- tell of scores that stand without a submission: `withdrawn_lines`.

Whatever one student's work makes us raise, at whatever step, is that student's line; `course/faults.py` says what ends
the run instead.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from proctor.assignment.digests import assignment_digest, shown_digest, submission_digest
from proctor.assignment.preparation import prepare
from proctor.course.faults import one_by_one
from proctor.course.names import look_alikes, readable
from proctor.errors import AuthorError, GraderError
from proctor.gradebook import Gradebook, withdrawn
from proctor.intake.snapshot import HandedIn, state_of
from proctor.marks.autograded import is_newer
from proctor.model import Ending, StudentResult
from proctor.pipeline.copies import Copies
from proctor.pipeline.journal import Journal
from proctor.pipeline.writing import Graded, Writer
from proctor.sandbox.bubblewrap import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from proctor.assignment.ready import Assignment
    from proctor.course.nbgrader import Course
    from proctor.marks.assessment import Assessment
    from proctor.pipeline.executors import Workers

__all__ = ["Graded", "check", "chosen_students", "grade", "withdrawn_lines"]

BUBBLEWRAP = "bubblewrap"
WITHOUT = "--isolation process"


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
    name = assignment.name
    for folder, wrong in course.misnamed(name).items():
        yield Graded(StudentResult(readable(folder), name, Ending.NOT_GRADED, wrong))
    alike = _alike(course.students(name))
    journal = Journal(course, name)
    base = assignment_digest(assignment)
    whole = shown_digest(assignment, base)
    copies = Copies(course, name, workers.at_once if workers.here else 0)

    def digest_of(student: str, state: str = "") -> str:
        folder = course.folder("submitted", student, name)
        state = state or state_of(folder, assignment.ignore, assignment.fence.editions)
        return submission_digest(whole, state)

    def look(student: str) -> _Look:
        folder, graded = (course.folder(it, student, name) for it in ("submitted", "autograded"))
        # Where only prose has changed, a worker finds that out and nobody is graded again.
        before = "" if regrade else journal.executed(student)
        copy, quick = copies.of(student)
        handed_in = HandedIn(folder, copy, base, before, graded, quick)
        return _Look(handed_in, regrade or _must_be_graded(course, name, journal, student, digest_of))

    def finished(found: Assessment) -> Graded:
        # Of what was graded, which may have changed since the first look.
        digest, copy = digest_of(found.student, found.state), todo[found.student].place
        write = writer.refreshed if found.ending is Ending.KEPT else writer.written
        return write(found, digest, copy, alike.get(found.student, ""))

    with Gradebook(course) as book, copies:
        looks, failed = one_by_one(students, look)
        writer = Writer(course, assignment, book, journal)
        for student, words in failed.items():
            yield writer.not_graded(student, words)
        whole_rows = book.keep(name, sorted(it for it in looks if looks[it].handed_in.executed or not looks[it].must))
        kept = {it for it in whole_rows if not looks[it].must}
        for student in sorted(kept):
            yield writer.attempt(student, partial(_kept, name, student, alike))
        waiting = [it for it in looks if it not in kept]
        todo, failed = one_by_one(waiting, lambda it: _known(looks[it].handed_in, whole=it in whole_rows))
        for student, words in failed.items():
            yield writer.not_graded(student, words)
        for found in workers.assessments(assignment, todo):
            yield writer.attempt(found.student, partial(finished, found))
            with contextlib.suppress(Exception):  # at the end all copies go
                copies.remove(found.student)


def withdrawn_lines(course: Course, name: str, told: Collection[str]) -> list[Graded]:
    """
    Tell of scores that stand without a submission.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.
    told : collection of str
        Who has a line already.

    Returns
    -------
    list of Graded
        A line for each such student, and for each of whom it cannot be known.
    """
    with Gradebook(course) as book:
        roll = book.roll(name)
    others = tuple(it for it in roll.entries if it.person.id not in told)
    found, failed = withdrawn(course, replace(roll, entries=others))
    lines, odd = one_by_one(found, lambda it: Graded(StudentResult(it, name, Ending.WITHDRAWN, found[it])))
    wrong = {it: words for it, words in {**roll.failed, **failed, **odd}.items() if it not in told}
    return [
        *lines.values(),
        *(Graded(StudentResult(it, name, Ending.NOT_GRADED, words)) for it, words in wrong.items()),
    ]


@dataclass(frozen=True)
class _Look:
    """A submission at the first look: where it is, and whether it must be graded."""

    handed_in: HandedIn
    must: bool


def _known(handed_in: HandedIn, *, whole: bool) -> HandedIn:
    """What was executed before counts where all rows of it are there."""
    return handed_in if whole else replace(handed_in, executed="")


def _kept(name: str, student: str, alike: Mapping[str, str]) -> Graded:
    return Graded(StudentResult(student, name, Ending.KEPT, alike.get(student, "")))


def _alike(students: Sequence[str]) -> dict[str, str]:
    """By student a question, where another one may be the same person; a hint, which nobody's grading waits for."""
    found: dict[str, tuple[str, ...]] = {}
    with contextlib.suppress(Exception):
        found = look_alikes(students)
    return {student: f"Is this the same person as {', '.join(others[:3])}?" for student, others in found.items()}


def _must_be_graded(course: Course, name: str, journal: Journal, student: str, digest_of: Callable[[str], str]) -> bool:
    """By the journal; for what nbgrader has graded, by nbgrader's rule."""
    if not course.folder("autograded", student, name).is_dir():
        return True
    return (
        not journal.is_done(student, digest_of(student)) if journal.knows(student) else is_newer(course, name, student)
    )
