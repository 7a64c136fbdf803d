"""Writing feedback where nbgrader looks for it.

What you can do with this file:

- list whose work is graded: `graded_students`; write the pages of a class: `write_feedback`, a `Written` for each.

A student's folder appears whole or not at all, as `nbgrader generate_feedback` would name it, so
`nbgrader release_feedback` works on it. Pages are made in other processes; this one alone writes files.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proctor.course.folders import building_place, remove_folder, replace_folder
from proctor.course.seed import secret
from proctor.course.timestamps import TIMESTAMP
from proctor.errors import AuthorError, GraderError
from proctor.pages.feedback.about import About, abouts, absent_students
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
    """A student's folder; `plain` has the notebooks without a full page, each with the reason."""

    student: str
    folder: Path
    plain: Mapping[str, str]


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
    graded = [it for it in course.students(assignment) if course.folder("autograded", it, assignment).is_dir()]
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
    wanted = {it: class_.tasks(it, show_hidden=show_hidden) for it in students}
    tasks = {student: [it for it in own if os.path.lexists(it.path)] for student, own in wanted.items()}
    found = {
        student: {it.marks.name: Made(missing_page(it)) for it in own if it not in tasks[student]}
        for student, own in wanted.items()
    }
    for student in [it for it in students if not tasks[it]]:
        yield _written(course, assignment, student, found.pop(student))
    flat = [it for own in tasks.values() for it in own]
    with Bulkhead(max(1, min(jobs, len(flat)))) as bulkhead:
        for task, made in bulkhead.pages(flat):
            own = found[task.student]
            own[task.marks.name] = made if made.page else replace(made, page=plain_page(task, made.reason))
            if len(own) == len(wanted[task.student]):
                yield _written(course, assignment, task.student, found.pop(task.student))


def _written(course: Course, assignment: str, student: str, made: Mapping[str, Made]) -> Written:
    folder = _folder(course, assignment, student, {name: it.page for name, it in made.items()})
    return Written(student, folder, {name: it.reason for name, it in made.items() if it.reason})


class _Class:
    """What is the same for all pages of an assignment, read once."""

    def __init__(self, course: Course, book: Gradebook, assignment: str) -> None:
        self._course, self._book, self._assignment = course, book, assignment
        self._nothing = {it.name: marks_of(it) for it in book.notebooks(assignment)}
        self._abouts = abouts(course, book, assignment)

    def tasks(self, student: str, *, show_hidden: bool) -> list[PageTask]:
        """One for each notebook of the assignment, whether it was handed in or not."""
        graded = self._course.folder("autograded", student, self._assignment)
        marks = self._nothing | {it.name: it for it in self._book.marks(self._assignment, student)}
        submitted = self._course.folder("submitted", student, self._assignment)
        about = self._abouts.get(student, About(self._course.course_id))
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
        raise GraderError(f"Expected to write {target}, found that this failed ({error}).", slug="feedback") from error
    finally:
        if building is not None:
            remove_folder(building)
    return target
