"""Where the snapshots of submissions lie as long as a class is graded.

What you can do with this file:

- have a place for each student's while a `with` statement runs: `Copies`.

Small snapshots lie in memory where there is room, since a folder on a disk costs more than all the rest of taking a
submission in; all others lie beside the gradebook, where workers of a cluster find them too. Only who grades can read
either. What a run leaves that is killed, the next one of the course clears away.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Self

from proctor.course.folders import remove_folder
from proctor.course.state import state_folder
from proctor.intake.snapshot import MOST_QUICK_BYTES

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course

__all__ = ["Copies"]

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in there
SPARE = 4  # so much of the room that is asked for is left to others


class Copies:
    """
    The places of one run.

    Parameters
    ----------
    course : Course
        The course; one run at a time may grade it.
    assignment : str
        Its name.
    in_memory : int
        How many snapshots there are at once in the memory of this machine; 0 where workers are elsewhere.
    """

    def __init__(self, course: Course, assignment: str, in_memory: int) -> None:
        state = state_folder(course)
        self._disk = state / f"taken-{assignment}"
        self._memory = MEMORY / f"proctor-{os.geteuid()}-{_short(str(state.resolve()))}"
        self._in_memory = in_memory

    def of(self, student: str) -> tuple[Path, Path | None]:
        """A folder for each on the disk, and one in memory if there is room."""
        name = _short(student)
        return self._disk / name, self._memory / name if self._in_memory else None

    def remove(self, student: str) -> None:
        """Remove a student's snapshot, which is done with."""
        for place in self.of(student):
            if place is not None:
                remove_folder(place)

    def __enter__(self) -> Self:
        self._clear()  # of a run that was killed; each copy is made anew in any case
        if self._in_memory and not self._begun():
            self._in_memory = 0
        return self

    def __exit__(self, *exception: object) -> None:
        self._clear()  # what stays goes with the next run

    def _begun(self) -> bool:
        """Whether there is a new folder in memory, with room in it; what is there by now is another account's."""
        try:
            if shutil.disk_usage(MEMORY).free < SPARE * self._in_memory * MOST_QUICK_BYTES:
                return False
            self._memory.mkdir(mode=0o700)
        except OSError:
            return False
        return True

    def _clear(self) -> None:
        for place in (self._disk, self._memory):
            with contextlib.suppress(Exception):
                remove_folder(place)


def _short(name: str) -> str:
    """A name for whatever a name holds."""
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:24]
