"""What is to be known about a score beside the number.

What you can do with this file:

- find it out for some assignments: `notes_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proctor.gradebook import withdrawn
from proctor.marks.results import read_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proctor.course.nbgrader import Course
    from proctor.exports.formats import Notes
    from proctor.gradebook import Roll

__all__ = ["WITHDRAWN", "notes_of"]

WITHDRAWN = "no submission any more"


def notes_of(course: Course, rolls: Sequence[Roll]) -> tuple[Notes, dict[str, str]]:
    """
    Find out what is to be known about scores.

    Parameters
    ----------
    course : Course
        Where submissions lie, and what grading found.
    rolls : sequence of Roll
        One of each assignment.

    Returns
    -------
    tuple of (mapping of tuple of (str, str) to str, dict of str to str)
        By assignment and student: which notebooks are missing, or that the submission is gone. And by student why
        that cannot be known.
    """
    found: dict[tuple[str, str], str] = {}
    failed: dict[str, str] = {}
    for roll in rolls:
        for student, record in read_records(course, roll.assignment).items():
            if record.absent:
                found[roll.assignment, student] = f"missing or unreadable: {', '.join(record.absent)}"
        gone, unknown = withdrawn(course, roll)
        found |= {(roll.assignment, student): WITHDRAWN for student in gone}
        failed |= unknown
    return found, failed
