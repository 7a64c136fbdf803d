"""What grading leaves in autograded/: the student's folder as nbgrader would have written it.

What you can do with this file:

- ask whether a submission must be graded again: `is_newer`;
- write a student's graded folder, which appears at once: `write_autograded`; build it first and put it in its place
  together with something else: `built_autograded`;
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import shutil
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from proctor.course.faults import FULL
from proctor.course.folders import building_place, remove_folder, replace_folder
from proctor.course.timestamps import TIMESTAMP, parse_timestamp, read_timestamp
from proctor.errors import GraderError, SubmissionError
from proctor.marks.spelling import notebook_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from proctor.course.nbgrader import Course

__all__ = ["built_autograded", "is_newer", "write_autograded"]

UNSAFE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # the last: to open a pipe would wait for somebody who writes


def is_newer(course: Course, assignment: str, student: str) -> bool:
    """
    Ask whether a submission must be graded again, by nbgrader's rule.

    Parameters
    ----------
    course : Course
        Where.
    assignment, student : str
        Whose work of which assignment.

    Returns
    -------
    bool
        True where nothing is graded yet, or a later submission came. A timestamp that is none is graded again, so
        that it is reported.
    """
    graded = course.folder("autograded", student, assignment)
    if not graded.exists():
        return True
    now, before = (read_timestamp(it) for it in (course.folder("submitted", student, assignment), graded))
    if now is None or before is None:
        return False
    try:
        return parse_timestamp(now) > parse_timestamp(before)
    except SubmissionError:
        return True


def write_autograded(
    course: Course,
    assignment: str,
    student: str,
    notebooks: Mapping[str, dict[str, Any]],
    *,
    submitted: Path | None = None,
    submitted_extra: Sequence[str],
) -> Path:
    """
    Write the graded folder of a student, all of it or nothing.

    Parameters
    ----------
    course : Course
        Where.
    assignment, student : str
        Whose work of which assignment.
    notebooks : mapping of str to dict
        By name without ".ipynb", as JSON of format 4.
    submitted : pathlib.Path, optional
        The snapshot of what was handed in; the submission itself when left out.
    submitted_extra : sequence of str
        The student's other files, relative to the submission. timestamp.txt comes along in any case, notebooks and
        what the course ignores never. Files in source/ come before files of the same name.

    Returns
    -------
    pathlib.Path
        The folder, which took the place of an older one.

    Raises
    ------
    SubmissionError
        A file of the submission is a link or has gone since it was taken in.
    GraderError
        The folder cannot be written; the older one is unchanged.
    """
    build = built_autograded(
        course, assignment, student, notebooks, submitted=submitted, submitted_extra=submitted_extra
    )
    with build as put_in_place:
        put_in_place()
    return course.folder("autograded", student, assignment)


@contextlib.contextmanager
def built_autograded(
    course: Course,
    assignment: str,
    student: str,
    notebooks: Mapping[str, dict[str, Any]],
    *,
    submitted: Path | None = None,
    submitted_extra: Sequence[str],
) -> Iterator[Callable[[], None]]:
    """
    Build the graded folder of a student beside its place.

    Parameters
    ----------
    course : Course
        Where.
    assignment, student : str
        Whose work of which assignment.
    notebooks : mapping of str to dict
        As `write_autograded` takes them.
    submitted : pathlib.Path, optional
        As there.
    submitted_extra : sequence of str
        As there.

    Yields
    ------
    callable
        Puts the folder in its place, in one step. Without that call nothing stays.

    Raises
    ------
    SubmissionError
        A file of the submission is a link or has gone since it was taken in.
    GraderError
        The folder cannot be written; the older one is unchanged.
    """
    target = course.folder("autograded", student, assignment)
    building = None
    try:
        with _told(target):
            building = building_place(target)
            building.mkdir()
            for name, notebook in notebooks.items():
                # Half a character, which JSON can spell and UTF-8 cannot, costs itself alone.
                (building / f"{name}.ipynb").write_bytes(notebook_text(notebook).encode(errors="replace"))
            _copy_source(course, assignment, building)
            handed_in = submitted or course.folder("submitted", student, assignment)
            _copy_submitted(course, handed_in, building, submitted_extra)
            _set_permissions(course, building)
            if course.groupshared:
                _share(course.folder("autograded", ".", "."))
        built = building

        def put_in_place() -> None:
            with _told(target):
                replace_folder(built, target)

        yield put_in_place
    finally:
        if building is not None:
            with contextlib.suppress(Exception):  # what stays is cleared away by the next builder
                remove_folder(building)


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the system refuses, in one sentence."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = "the disk is full; make room and start again" if full else f"{error.strerror}: {error.filename}"
        message = f"Expected to write {target}, found that this failed ({what})."
        raise GraderError(message, slug="disk-full" if error.errno in FULL else "autograded") from error


def _is_left_out(course: Course, name: str) -> bool:
    """Whether nbgrader copies no file or folder of this name; as in a shell, a star means no dot in front."""
    return any(
        fnmatch.fnmatchcase(name, pattern) and name.startswith(".") <= pattern.startswith(".")
        for pattern in (*course.ignore, "*.ipynb")
    )


def _copy_source(course: Course, assignment: str, building: Path) -> None:
    """Copy the author's files, which students may not replace."""
    source = course.folder("source", ".", assignment)
    free = course.exclude_overwriting.get(assignment, ())
    for place, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not _is_left_out(course, name)]
        for name in names:
            inner = Path(place, name).relative_to(source)
            if not _is_left_out(course, name) and inner.as_posix() not in free:
                (building / inner).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / inner, building / inner)


def _copy_submitted(course: Course, submitted: Path, building: Path, names: Sequence[str]) -> None:
    """Copy the student's files to where the author has none."""
    stamp = [TIMESTAMP] if os.path.lexists(submitted / TIMESTAMP) else []
    for name in dict.fromkeys([*names, *stamp]):
        parts = PurePosixPath(name).parts
        if {"/", ".."} & set(parts):
            raise SubmissionError(
                f"Expected a file in the submission, found {name}, which leads out of it.", slug="link"
            )
        if any(_is_left_out(course, part) for part in parts):
            continue
        copy = building.joinpath(*parts)
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(copy):  # the author's
                continue
        except (FileExistsError, NotADirectoryError):  # a folder of the student where the author has a file
            continue
        with contextlib.ExitStack() as stack:
            file = _open_student_file(stack, submitted, parts)
            with copy.open("xb") as output:
                shutil.copyfileobj(file, output)


def _open_student_file(stack: contextlib.ExitStack, submitted: Path, parts: tuple[str, ...]) -> BinaryIO:
    """Open a file step by step, so that no step is a link that leads to somebody else's file."""
    name = "/".join(parts)
    descriptor = None
    try:
        for part in (str(submitted), *parts):
            descriptor = _open(stack, part, descriptor)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENOENT):
            message = f"Expected a file {name} in the submission, found a link or nothing there."
            raise SubmissionError(message, slug="link") from error
        raise
    # Asked of what is open: the name may stand for something else by now.
    if descriptor is None or not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise SubmissionError(f"Expected a file {name} in the submission, found another thing.", slug="link")
    return os.fdopen(descriptor, "rb", closefd=False)


def _open(stack: contextlib.ExitStack, name: str, above: int | None) -> int:
    """Open a file or folder; one that may not be read is lent the right to for as long as it is open."""
    try:
        descriptor = os.open(name, UNSAFE, dir_fd=above)
    except PermissionError:
        mode = os.stat(name, dir_fd=above, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):  # `chmod` would follow it
            raise
        os.chmod(name, stat.S_IMODE(mode) | stat.S_IRUSR | stat.S_IXUSR, dir_fd=above)
        descriptor = os.open(name, UNSAFE, dir_fd=above)
        stack.callback(os.close, descriptor)
        stack.callback(os.fchmod, descriptor, stat.S_IMODE(mode))  # runs before the close: last in, first out
        return descriptor
    stack.callback(os.close, descriptor)
    return descriptor


def _set_permissions(course: Course, building: Path) -> None:
    for place, _, names in os.walk(building):
        for name in names:
            Path(place, name).chmod(course.permissions)
        if course.groupshared:
            _share(Path(place))


def _share(folder: Path) -> None:
    """Let the group write, as nbgrader does where a course is shared."""
    with contextlib.suppress(PermissionError):  # another person's folder
        folder.chmod((folder.stat().st_mode | 0o2770) & 0o2777)
