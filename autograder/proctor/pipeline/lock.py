"""One grader of a course at a time.

What you can do with this file:

- keep the second one out: `only_one`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from proctor.course.state import state_folder
from proctor.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proctor.course.nbgrader import Course

__all__ = ["only_one"]


@contextlib.contextmanager
def only_one(course: Course) -> Iterator[None]:
    """
    Keep other graders of the same course out as long as the block lasts.

    Parameters
    ----------
    course : Course
        The course.

    Raises
    ------
    GraderError
        Somebody is grading it.
    """
    path = state_folder(course) / "grading"
    with path.open("a+", encoding="utf-8") as file:  # not "w", which would wipe out who is at it
        try:  # the kernel takes the lock back however its holder ends
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            who = file.read().strip() or "another process"
            message = f"This course is being graded already, by {who}. Wait for it to end, then start again."
            raise GraderError(message, slug="locked") from error
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
