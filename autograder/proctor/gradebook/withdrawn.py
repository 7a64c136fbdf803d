"""Scores that stand without a submission.

What you can do with this file:

- find them: `withdrawn`, which returns a sentence for each student.

Who takes a submission back, or loses it on the way, leaves rows and a graded folder behind. Nothing of that is removed
by itself: a folder may be away for a day. But nobody should learn of such a score from an exported file.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course
    from proctor.gradebook.roll import Roll

__all__ = ["withdrawn"]

SQLITE = "sqlite:///"


def withdrawn(course: Course, roll: Roll) -> dict[str, str]:
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
    dict of str to str
        By student: what is gone, what stands, and how a person takes it out.
    """
    found = {}
    for entry in roll.entries:
        student = entry.person.id
        if not entry.handed_in or "/" in student:
            continue
        handed_in, graded = (course.folder(step, student, roll.assignment) for step in ("submitted", "autograded"))
        # Who was only granted an extension has a row as well, and neither a graded folder nor points.
        if not handed_in.exists() and (graded.exists() or entry.raw_score):
            where = repr(course.db_url if course.db_url.startswith(SQLITE) else "THE DATABASE'S URL")
            call = f"Gradebook({where}).remove_submission({roll.assignment!r}, {student!r})"
            command = f"python -c {shlex.quote(f'from nbgrader.api import Gradebook; {call}')}"
            found[student] = (
                f"There is no {handed_in} any more; the score of {entry.score:g} stands. "
                f"To take it out: {command}; rm -rf {shlex.quote(str(graded))}"
            )
    return found
