"""What is graded already, so that a run can be killed at any moment and started again.

What you can do with this file:

- keep the second of two graders out: `only_one`;
- remember what was begun and done, with a digest of all that a result depends on: `Journal`;
- make the digests: `assignment_digest`, `submission_digest`; of facts whose order says nothing: `sorted_facts`.

Theory of operation. Each line of the journal is one fact, written at once and whole: "begin" before a student's files
and rows are written, "done" after. A student whose last fact is "done" with today's digest is left alone; "begin"
without "done" means that a run was killed in between, and the student is graded again. Files appear by renaming, rows
in one transaction, so grading again puts right whatever was written.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.errors import GraderError, StudentError
from proctor.intake import MOST_BYTES, files_of
from proctor.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proctor.assignment import Assignment
    from proctor.course import Course

__all__ = ["Journal", "assignment_digest", "only_one", "sorted_facts", "submission_digest"]

BLOCK_BYTES = 1 << 20


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
    with path.open("a+", encoding="utf-8") as file:
        try:
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


class Journal:
    """The journal of one assignment."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._path = state_folder(course) / f"journal-{assignment}.jsonl"
        self._facts = self._read()
        self._rewrite()

    def is_done(self, student: str, digest: str) -> bool:
        """Whether this very submission is graded, under the very same conditions."""
        return self._facts.get(student) == ["done", digest]

    def knows(self, student: str) -> bool:
        """Whether anything was ever begun for this student."""
        return student in self._facts

    def begin(self, student: str, digest: str) -> None:
        """Files and rows are about to be written."""
        self._add("begin", student, digest)

    def done(self, student: str, digest: str) -> None:
        """Files and rows are written."""
        self._add("done", student, digest)

    def _add(self, what: str, student: str, digest: str) -> None:
        line = json.dumps([what, student, digest]) + "\n"
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise GraderError(f"{self._path} cannot be written ({error.strerror}).", slug="journal") from error
        self._facts[student] = [what, digest]

    def _read(self) -> dict[str, list[str]]:
        """The last fact of each student; a line that was cut when a run was killed counts as none."""
        found: dict[str, list[str]] = {}
        with contextlib.suppress(OSError):
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                with contextlib.suppress(ValueError, TypeError):
                    what, student, digest = json.loads(line)
                    found[student] = [what, digest]
        return found

    def _rewrite(self) -> None:
        """Begin with one line for each student, so that the journal does not grow with each run."""
        lines = [json.dumps([what, student, digest]) for student, (what, digest) in sorted(self._facts.items())]
        part = self._path.with_suffix(".part")
        try:
            part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            raise GraderError(f"{self._path} cannot be written ({error.strerror}).", slug="journal") from error


def assignment_digest(assignment: Assignment) -> str:
    """
    Make the digest of all that results depend on, but for the submission.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.

    Returns
    -------
    str
        Changes with the tests, whose the names are, the limits, what the sandbox sees, the seed's secret, the
        author's files and packages, and proctor itself.
    """
    found = hashlib.sha256()
    tasks = [(task.plan, sorted_facts(task.ownership.facts())) for task in assignment.notebooks]
    facts = (tasks, assignment.limits, assignment.fence, sorted(assignment.skip_tags), assignment.strict)
    found.update(repr((facts, assignment.ignore, assignment.key, sys.version)).encode(errors="replace"))
    for path in (*assignment.author_files.values(), *assignment.fence.editions.values(), Path(__file__).parent):
        _add_path(found, path)
    providers = importlib.metadata.packages_distributions()
    for top in sorted({module.split(".", maxsplit=1)[0] for module in assignment.modules}):
        _add_module(found, top, providers.get(top, ()), of_course=top in assignment.fence.editions)
    return found.hexdigest()


def sorted_facts(facts: object) -> str:
    """A text in which the order of a dictionary's keys is of no matter."""
    return json.dumps(facts, sort_keys=True)


def submission_digest(assignment: str, folder: Path, ignore: tuple[str, ...]) -> str:
    """
    Make the digest of a submission and all that its result depends on.

    Parameters
    ----------
    assignment : str
        The assignment's digest.
    folder : pathlib.Path
        What was handed in.
    ignore : tuple of str
        Patterns of names that are left out.

    Returns
    -------
    str
        Changes with every byte that counts.
    """
    found = hashlib.sha256(assignment.encode())
    try:
        files = files_of(folder, ignore)
    except StudentError as error:
        found.update(str(error).encode(errors="replace"))
        return found.hexdigest()
    for name, path in sorted(files.items()):
        found.update(name.encode(errors="replace") + b"\0")
        _add_path(found, path)
    return found.hexdigest()


def _add_path(found: hashlib._Hash, path: Path) -> None:
    """The contents of a file, or of all files of a folder but compiled ones; of a file with holes not all of them."""
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and inner.suffix != ".pyc":
                found.update(str(inner.relative_to(path)).encode(errors="replace"))
                _add_path(found, inner)
        return
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            for _ in range(0, min(size, MOST_BYTES), BLOCK_BYTES):
                found.update(file.read(BLOCK_BYTES))
            found.update(f"{size} bytes".encode() if size > MOST_BYTES else b"")
    except OSError as error:
        found.update(f"unreadable {error.errno}".encode())


def _add_module(found: hashlib._Hash, top: str, providers: Iterable[str], *, of_course: bool) -> None:
    """A package of the course by its contents, any other by its version."""
    spec = importlib.util.find_spec(top)
    origin = Path(spec.origin) if spec and spec.origin and spec.origin not in ("built-in", "frozen") else None
    if origin is not None and (of_course or not _is_installed(origin)):
        _add_path(found, origin.parent if origin.name == "__init__.py" else origin)
    for name in providers:
        found.update(f"{name} {importlib.metadata.version(name)}".encode())


def _is_installed(origin: Path) -> bool:
    """Whether a module lies among installed packages or in the standard library, which come in versions."""
    folders = [Path(it).resolve() for it in sys.path if it.endswith(("site-packages", "dist-packages"))]
    return any(origin.resolve().is_relative_to(it) for it in (*folders, Path(os.__file__).parent))
