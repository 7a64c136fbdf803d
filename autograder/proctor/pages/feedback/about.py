"""Whose page it is: course, name, and when the work came.

What you can do with this file:

- find it out for a class: `abouts`, an `About` for each student;
- list who handed nothing in: `absent_students`.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.course.names import why_not

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course
    from proctor.gradebook import Gradebook

__all__ = ["About", "abouts", "absent_students"]


@dataclass(frozen=True)
class About:
    """What the head of a page says beside assignment and student; texts that are empty are left out."""

    course: str = ""
    name: str = ""
    handed_in: str = ""


def abouts(course: Course, book: Gradebook, assignment: str) -> dict[str, About]:
    """
    Find out what the heads of a class's pages say.

    Parameters
    ----------
    course : Course
        The course.
    book : Gradebook
        Has names and times.
    assignment : str
        Its name.

    Returns
    -------
    dict of str to About
        One for everybody in the gradebook.
    """
    found = {}
    for entry in book.roll(assignment).entries:
        when = f"Handed in on {entry.timestamp:%Y-%m-%d at %H:%M} UTC" if entry.timestamp else ""
        words = when or ("" if entry.handed_in else "Nothing was handed in")
        found[entry.person.id] = About(course.course_id, entry.person.name, words)
    return found


def absent_students(course: Course, book: Gradebook, assignment: str) -> list[str]:
    """
    List who is in the gradebook and handed nothing in.

    Parameters
    ----------
    course : Course
        The course; whom its configuration leaves out is not listed.
    book : Gradebook
        Has the students.
    assignment : str
        Its name.

    Returns
    -------
    list of str
        Sorted.
    """
    chosen = str(course.setting("CourseDirectory", "student_id", "*")).strip()
    excluded = str(course.setting("CourseDirectory", "student_id_exclude", "")).split(",")
    names = [it.person.id for it in book.roll(assignment).entries if not (it.handed_in or why_not(it.person.id))]
    return [
        it
        for it in names
        if fnmatch.fnmatchcase(it, chosen)
        and it not in excluded
        and not any(course.folder(step, it, assignment).exists() for step in ("submitted", "autograded"))
    ]
