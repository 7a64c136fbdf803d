"""Whose page it is: course, name, and when the work came.

What you can do with this file:

- find it out for a student: `about_of`, which returns an `About`;
- list who handed nothing in: `absent_students`.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.course.faults import one_by_one
from proctor.course.names import why_not

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course
    from proctor.gradebook import Entry, Gradebook

__all__ = ["About", "about_of", "absent_students"]


@dataclass(frozen=True)
class About:
    """What the head of a page says beside assignment and student; texts that are empty are left out."""

    course: str = ""
    name: str = ""
    handed_in: str = ""


def about_of(course: Course, entry: Entry | None) -> About:
    """
    Find out what the heads of a student's pages say.

    Parameters
    ----------
    course : Course
        The course.
    entry : Entry or None
        What the gradebook knows of the student, None for nothing.

    Returns
    -------
    About
        Whatever is known.
    """
    if entry is None:
        return About(course.course_id)
    when = f"Handed in on {entry.timestamp:%Y-%m-%d at %H:%M} UTC" if entry.timestamp else ""
    words = when or ("" if entry.handed_in else "Nothing was handed in")
    return About(course.course_id, entry.person.name, words)


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
        Sorted. Of whom it cannot be known is in it too, so that it is told.
    """
    chosen = str(course.setting("CourseDirectory", "student_id", "*")).strip()
    excluded = str(course.setting("CourseDirectory", "student_id_exclude", "")).split(",")
    steps = ("submitted", "autograded")
    roll = book.roll(assignment)

    def is_absent(student: str) -> bool:
        return not why_not(student) and not any(course.folder(it, student, assignment).exists() for it in steps)

    names = [*(it.person.id for it in roll.entries if not it.handed_in), *roll.failed]
    wanted = sorted(it for it in names if fnmatch.fnmatchcase(it, chosen) and it not in excluded)
    known, _ = one_by_one(wanted, is_absent)
    return [it for it in wanted if known.get(it, True)]
