"""Writing feedback where nbgrader looks for it.

What you can do with this file:

- list whose work is graded: `graded_students`; write the pages of one student: `write_feedback`.

The folder appears whole or not at all, as `nbgrader generate_feedback` would name it, so `nbgrader release_feedback`
works on it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from proctor.course.folders import building_place, remove_folder, replace_folder
from proctor.errors import AuthorError, GraderError
from proctor.pages.feedback.html import code, code_style, output, picture, prose
from proctor.pages.feedback.page import Page, page_of
from proctor.pages.frame import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jinja2 import Environment

    from proctor.course.nbgrader import Course
    from proctor.gradebook import Gradebook

__all__ = ["graded_students", "write_feedback"]

# When a submission came and its secret: nbgrader names a released page after them, so that its student alone finds it.
FOR_RELEASE = ("timestamp.txt", "submission_secret.txt")
MOST_RELEASE_BYTES = 4096


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
    graded = [it for it in course.students(assignment) if course.folder("autograded", it, assignment).is_dir()]
    missing = sorted(set(wanted) - set(graded))
    if missing or not graded:
        whose = f"of {missing[0]} " if missing else ""
        message = f"Expected graded work {whose}in {assignment}, found none; run `proctor grade {assignment}` first."
        raise AuthorError(message, slug="not-graded")
    return sorted(set(wanted) or set(graded))


def write_feedback(
    course: Course, book: Gradebook, assignment: str, student: str, *, show_hidden: bool = False
) -> Path:
    """
    Write the pages of one student.

    Parameters
    ----------
    course : Course
        The course.
    book : Gradebook
        Has the points and comments.
    assignment, student : str
        Whose work of which assignment; it has been graded.
    show_hidden : bool
        Whether texts of hidden tests are shown.

    Returns
    -------
    pathlib.Path
        The folder with a page for each notebook.

    Raises
    ------
    GraderError
        A graded notebook cannot be read, or the folder cannot be written.
    """
    graded, target = (course.folder(step, student, assignment) for step in ("autograded", "feedback"))
    marks = book.marks(assignment, student)
    building = None
    try:
        pages = {
            book.name: page_of(assignment, _notebook(graded / f"{book.name}.ipynb"), book, show_hidden=show_hidden)
            for book in marks
            if (graded / f"{book.name}.ipynb").is_file()
        }
        building = building_place(target)
        building.mkdir()
        for name, page in pages.items():
            (building / f"{name}.html").write_text(_rendered(page), encoding="utf-8", errors="replace")
        for name in FOR_RELEASE:
            if (graded / name).is_file() and not (graded / name).is_symlink():
                (building / name).write_bytes((graded / name).read_bytes()[:MOST_RELEASE_BYTES])
        replace_folder(building, target)
    except (OSError, ValueError) as error:
        raise GraderError(f"Expected to write {target}, found that this failed ({error}).", slug="feedback") from error
    finally:
        if building is not None:
            remove_folder(building)
    return target


def _notebook(path: Path) -> dict[str, object]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path} is no notebook")  # noqa: TRY004 - as of a file that is no JSON
    return found


@cache
def _templates() -> Environment:
    made = environment("proctor.pages.feedback")
    made.filters |= {"prose": prose, "code": code, "output": output, "picture": picture}
    return made


def _rendered(page: Page) -> str:
    return _templates().get_template("page.html").render(page=page, code_style=code_style())
