"""Writing feedback where nbgrader looks for it.

What you can do with this file:

- list whose work is graded: `graded_students`; write the pages of a class: `write_feedback`, a `Written` for each.

A student's folder appears whole or not at all, as `nbgrader generate_feedback` would name it, so
`nbgrader release_feedback` works on it. Pages are made in other processes; this one alone writes files.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.course.faults import FULL, one_by_one
from proctor.course.folders import building_place, remove_folder, replace_folder
from proctor.errors import AuthorError, GraderError
from proctor.pages.feedback.bulkhead import Bulkhead
from proctor.pages.feedback.plain import plain_page
from proctor.pages.feedback.task import Made, PageTask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from proctor.course.nbgrader import Course
    from proctor.gradebook import Gradebook

__all__ = ["Written", "graded_students", "write_feedback"]

# When a submission came and its secret: nbgrader names a released page after them, so that its student alone finds it.
FOR_RELEASE = ("timestamp.txt", "submission_secret.txt")
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


def graded_students(course: Course, assignment: str, wanted: Sequence[str]) -> list[str]:
    """
    List the students whose work is graded.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.
    wanted : sequence of str
        These alone; all when empty.

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
    known, _ = one_by_one(students, lambda it: course.folder("autograded", it, assignment).is_dir())
    graded = [it for it in students if known.get(it, True)]  # of whom it cannot be known, that is told later
    missing = sorted(set(wanted) - set(graded))
    if missing or not graded:
        whose = f"of {missing[0]} " if missing else ""
        message = f"Expected graded work {whose}in {assignment}, found none; run `proctor grade {assignment}` first."
        raise AuthorError(message, slug="not-graded")
    return sorted(set(wanted) or set(graded))


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
        Each student as the folder is there, with a page for each notebook: a plain one where no other can be made.

    Raises
    ------
    GraderError
        A folder cannot be written, or no process can be started.
    """
    tasks, failed = one_by_one(students, lambda it: _tasks(course, book, assignment, it, show_hidden=show_hidden))
    found: dict[str, list[tuple[PageTask, Made]]] = {it: [] for it in tasks}

    def attempt(student: str) -> Written:
        own, wrong = one_by_one([student], lambda it: _written(course, assignment, it, found[it]))
        return own.get(student) or Written(student, None, {}, wrong[student])

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


def _tasks(course: Course, book: Gradebook, assignment: str, student: str, *, show_hidden: bool) -> list[PageTask]:
    graded = course.folder("autograded", student, assignment)
    return [
        PageTask(assignment, student, marks, graded / f"{marks.name}.ipynb", show_hidden)
        for marks in book.marks(assignment, student)
        if os.path.lexists(graded / f"{marks.name}.ipynb")
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
        replace_folder(building, target)
    except OSError as error:
        slug = "disk-full" if error.errno in FULL else "feedback"
        raise GraderError(f"Expected to write {target}, found that this failed ({error}).", slug=slug) from error
    finally:
        if building is not None:
            with contextlib.suppress(Exception):  # what stays is cleared away by the next builder
                remove_folder(building)
    return target
