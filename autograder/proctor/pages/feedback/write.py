"""Writing feedback where nbgrader looks for it.

What you can do with this file:

- list whose work is graded: `graded_students`; write the pages of a class: `write_feedback`, a `Written` for each.

A student's folder appears whole or not at all, as `nbgrader generate_feedback` would name it, so
`nbgrader release_feedback` works on it. Pages are made in other processes; this one alone writes files.
"""

from __future__ import annotations

import contextlib
import hmac
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.course.faults import FULL, one_by_one
from proctor.course.folders import building_place, remove_folder, replace_folder
from proctor.course.seed import secret
from proctor.course.timestamps import TIMESTAMP
from proctor.errors import AuthorError, GraderError
from proctor.pages.feedback.about import about_of, absent_students
from proctor.pages.feedback.bulkhead import Bulkhead
from proctor.pages.feedback.missing import marks_of, missing_page
from proctor.pages.feedback.plain import plain_page
from proctor.pages.feedback.task import Made, PageTask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from proctor.course.nbgrader import Course
    from proctor.gradebook import Gradebook

__all__ = ["Written", "graded_students", "write_feedback"]

# When a submission came and its secret: nbgrader names a released page after them, so that its student alone finds it.
FOR_RELEASE = (TIMESTAMP, "submission_secret.txt")
MOST_RELEASE_BYTES = 4096


@dataclass(frozen=True)
class Written:
    """
    A student's folder; `plain` has the notebooks without a full page, each with the reason.

    Where nothing could be written there is no folder, `failed` says why, and what was there before stays.
    """

    student: str
    folder: Path | None
    plain: Mapping[str, str]
    failed: str = ""


def graded_students(course: Course, assignment: str, wanted: Sequence[str], book: Gradebook | None = None) -> list[str]:
    """
    List the students whose work is graded, and those who handed nothing in.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.
    wanted : sequence of str
        These alone; all when empty.
    book : Gradebook, optional
        Knows who handed nothing in; without it they are not listed.

    Returns
    -------
    list of str
        Sorted, never empty.

    Raises
    ------
    AuthorError
        Nothing of a wanted student, or of anybody, is graded.
    """
    students = course.students(assignment)
    known, failed = one_by_one(students, lambda it: course.folder("autograded", it, assignment).is_dir())
    graded = [it for it in students if it in failed or known[it]]  # of whom it cannot be known, that is told later
    absent = absent_students(course, book, assignment) if book else []
    missing = sorted(set(wanted) - {*graded, *absent})
    if missing or not graded:
        whose = f"of {missing[0]} " if missing else ""
        message = f"Expected graded work {whose}in {assignment}, found none; run `proctor grade {assignment}` first."
        raise AuthorError(message, slug="not-graded")
    return sorted(set(wanted) or {*graded, *absent})


def write_feedback(
    course: Course,
    book: Gradebook,
    assignment: str,
    students: Sequence[str],
    *,
    show_hidden: bool = False,
    jobs: int = 1,
) -> Iterator[Written]:
    """
    Write the pages of a class.

    Parameters
    ----------
    course : Course
        The course.
    book : Gradebook
        Has the points and comments.
    assignment : str
        Its name.
    students : sequence of str
        Whose work of it has been graded.
    show_hidden : bool
        Whether texts of hidden tests are shown.
    jobs : int
        How many processes make pages at once.

    Yields
    ------
    Written
        Each student as the folder is there, with a page for each notebook: a plain one where no other can be made,
        and one that says so for a notebook that was not handed in.

    Raises
    ------
    GraderError
        A folder cannot be written, or no process can be started.
    """
    class_ = _Class(course, book, assignment)
    begun, failed = one_by_one(students, lambda it: class_.begun(it, show_hidden=show_hidden))
    found = {student: made for student, (made, _) in begun.items()}
    tasks = {student: to_make for student, (_, to_make) in begun.items()}

    def attempt(student: str) -> Written:
        own, wrong = one_by_one([student], lambda it: _written(course, assignment, it, found[it]))
        return Written(student, None, {}, wrong[student]) if student in wrong else own[student]

    for student, words in failed.items():
        yield Written(student, None, {}, words)
    for student in [it for it in tasks if not tasks[it]]:
        yield attempt(student)
    flat = [it for own in tasks.values() for it in own]
    with Bulkhead(max(1, min(jobs, len(flat)))) as bulkhead:
        for task, made in bulkhead.pages(flat):
            found[task.student] += [(task, made)]
            tasks[task.student] = tasks[task.student][1:]
            if not tasks[task.student]:  # that was the last
                yield attempt(task.student)
                del found[task.student]


def _written(course: Course, assignment: str, student: str, made: Sequence[tuple[PageTask, Made]]) -> Written:
    pages = {task.marks.name: it.page or plain_page(task, it.reason) for task, it in made}
    folder = _folder(course, assignment, student, pages)
    return Written(student, folder, {task.marks.name: it.reason for task, it in made if it.reason})


class _Class:
    """What is the same for all pages of an assignment, read once."""

    def __init__(self, course: Course, book: Gradebook, assignment: str) -> None:
        self._course, self._book, self._assignment = course, book, assignment
        self._nothing = {it.name: marks_of(it) for it in book.notebooks(assignment)}
        roll = book.roll(assignment)
        self._entries, self._unread = {it.person.id: it for it in roll.entries}, roll.failed

    def begun(self, student: str, *, show_hidden: bool) -> tuple[list[tuple[PageTask, Made]], list[PageTask]]:
        """The pages of notebooks that were not handed in, and what pages are still to be made."""
        tasks = self._tasks(student, show_hidden=show_hidden)
        to_make = [it for it in tasks if os.path.lexists(it.path)]
        return [(it, Made(missing_page(it))) for it in tasks if it not in to_make], to_make

    def _tasks(self, student: str, *, show_hidden: bool) -> list[PageTask]:
        """One for each notebook of the assignment, whether it was handed in or not."""
        if student in self._unread:
            raise GraderError(self._unread[student], slug="gradebook-row")
        graded = self._course.folder("autograded", student, self._assignment)
        marks = self._nothing | {it.name: it for it in self._book.marks(self._assignment, student)}
        submitted = self._course.folder("submitted", student, self._assignment)
        about = about_of(self._course, self._entries.get(student))
        return [
            PageTask(
                self._assignment, student, it, graded / f"{name}.ipynb", show_hidden, submitted=submitted, about=about
            )
            for name, it in sorted(marks.items())
        ]


def _folder(course: Course, assignment: str, student: str, pages: Mapping[str, bytes]) -> Path:
    graded, target = (course.folder(step, student, assignment) for step in ("autograded", "feedback"))
    building = None
    try:
        building = building_place(target)
        building.mkdir()
        for name, page in pages.items():
            (building / f"{name}.html").write_bytes(page)
        for name in FOR_RELEASE:
            if (graded / name).is_file() and not (graded / name).is_symlink():
                with (graded / name).open("rb") as file:
                    (building / name).write_bytes(file.read(MOST_RELEASE_BYTES))
            elif not graded.exists():  # `nbgrader release_feedback` ends at the first folder without them
                own = hmac.digest(secret(course), f"{assignment}/{student}/{name}".encode(errors="replace"), "sha256")
                (building / name).write_text("" if name == TIMESTAMP else own.hex(), encoding="utf-8")
        replace_folder(building, target)
    except OSError as error:
        slug = "disk-full" if error.errno in FULL else "feedback"
        raise GraderError(f"Expected to write {target}, found that this failed ({error}).", slug=slug) from error
    finally:
        if building is not None:
            with contextlib.suppress(Exception):  # what stays is cleared away by the next builder
                remove_folder(building)
    return target
