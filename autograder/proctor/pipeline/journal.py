"""What is graded already, so that a run can be killed at any moment and started again.

What you can do with this file:

- remember what was begun and done, with a digest of all that a result depends on: `Journal`.

Theory of operation. Each line of the journal is one fact, written at once and whole: "begin" before a student's files
and rows are written, "done" after. A student whose last fact is "done" with today's digest is left alone; "begin"
without "done" means that a run was killed in between, and the student is graded again. Files appear by renaming, rows
in one transaction, so grading again puts right whatever was written.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from proctor.course.faults import FULL
from proctor.course.state import state_folder
from proctor.errors import GraderError

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course

__all__ = ["Journal"]


class Journal:
    """The journal of one assignment."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._path = state_folder(course) / f"journal-{assignment}.jsonl"
        self._facts: dict[str, list[str]] = {}
        self._rewrite(self._read())

    def is_done(self, student: str, digest: str) -> bool:
        """Whether this very submission is graded, under the very same conditions."""
        return self._facts.get(student, ["", "", ""])[:2] == ["done", digest]

    def executed(self, student: str) -> str:
        """What of the submission that is graded was executed; nothing where none is."""
        what, _, executed = self._facts.get(student, ["", "", ""])
        return executed if what == "done" else ""

    def knows(self, student: str) -> bool:
        """Whether anything was ever begun for this student."""
        return student in self._facts

    def begin(self, student: str, digest: str) -> None:
        """Files and rows are about to be written."""
        self._add("begin", student, digest)

    def done(self, student: str, digest: str, executed: str = "") -> None:
        """Files and rows are written; `executed` is the part of it that prose does not change."""
        self._add("done", student, digest, executed)

    def _add(self, what: str, student: str, digest: str, executed: str = "") -> None:
        line = json.dumps([what, student, digest, executed]) + "\n"
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            slug = "disk-full" if error.errno in FULL else "journal"
            raise GraderError(f"{self._path} cannot be written ({error.strerror or error}).", slug=slug) from error
        self._facts[student] = [what, digest, executed]

    def _read(self) -> dict[str, str]:
        """The last line of each student, as it stands there."""
        lines: dict[str, str] = {}
        with contextlib.suppress(OSError):
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                fact = _fact(line)
                self._facts.update(fact)
                lines.update(dict.fromkeys(fact, line))
        return lines

    def _rewrite(self, lines: dict[str, str]) -> None:
        """Begin with one line for each student, so that the journal does not grow with each run."""
        # A line that was cut goes too: else the next fact would be written behind it, on the same line.
        part = self._path.with_suffix(".part")
        try:
            part.write_text("".join(f"{it}\n" for it in sorted(lines.values())), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            raise GraderError(f"{self._path} cannot be written ({error.strerror}).", slug="journal") from error


def _fact(line: str) -> dict[str, list[str]]:
    """What a line says of a student; one that was cut when a run was killed, or that is odd, says nothing."""
    with contextlib.suppress(Exception):
        fact = json.loads(line)
        if {*map(type, fact)} == {str}:
            what, student, digest, executed = [*fact, ""][:4]  # an older proctor noted three things
            return {student: [what, digest, executed]}
    return {}
