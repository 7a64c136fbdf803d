"""Scores that stand without a submission.

What you can do with this file:

- find them: `withdrawn`, which returns a sentence for each student, and one for each of whom it cannot be known.

Who takes a submission back, or loses it on the way, leaves rows and a graded folder behind. Nothing of that is removed
by itself: a folder may be away for a day. But nobody should learn of such a score from an exported file.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from proctor.course.faults import one_by_one

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course
    from proctor.gradebook.roll import Entry, Roll

__all__ = ["withdrawn"]

SQLITE = "sqlite:///"


def withdrawn(course: Course, roll: Roll) -> tuple[dict[str, str], dict[str, str]]:
    """
    Find the students whose score stands although their submission is gone.

    Parameters
    ----------
    course : Course
        Where submissions lie.
    roll : Roll
        The class in the gradebook.

    Returns
    -------
    tuple of (dict, dict)
        By student: what is gone, what stands, and how a person takes it out; and why that cannot be known.
    """
    by_id = {it.person.id: it for it in roll.entries}
    found, failed = one_by_one(by_id, lambda it: _withdrawn(course, roll.assignment, by_id[it]))
    return {student: words for student, words in found.items() if words}, failed


def _withdrawn(course: Course, assignment: str, entry: Entry) -> str:
    """What is to be told of one student; nothing where all is well."""
    student = entry.person.id
    if not entry.handed_in or "/" in student:
        return ""
    handed_in, graded = (course.folder(step, student, assignment) for step in ("submitted", "autograded"))
    # Who was only granted an extension has a row as well, and neither a graded folder nor points.
    if handed_in.exists() or not (graded.exists() or entry.raw_score):
        return ""
    where = repr(course.db_url if course.db_url.startswith(SQLITE) else "THE DATABASE'S URL")
    call = f"Gradebook({where}).remove_submission({assignment!r}, {student!r})"
    command = f"python -c {shlex.quote(f'from nbgrader.api import Gradebook; {call}')}"
    return (
        f"There is no {handed_in} any more; the score of {entry.score:g} stands. "
        f"To take it out: {command}; rm -rf {shlex.quote(str(graded))}"
    )
