"""What proctor itself keeps beside a course's gradebook: its secret, and what it found out about assignments.

What you can do with this file:

- find the folder: `state_folder`; find out who may read it beside its owner: `instructors`;
- keep facts under a name until what they depend on changes: `remembered`, `remember`;
- write a file that appears whole or not at all: `write_whole`.

All of it may be deleted: facts are found out again. A new secret gives new hidden inputs.

Who may read it. Folders are made 0700 and files 0600, whatever the mask. Where `c.Proctor.group` names the group of
those who grade, `.proctor`, `exports` and `reports` beside the gradebook are that group's, 2770 and 0660, also what
lay there before. What is made in a folder of mode 2770 is its group's as well. Other folders keep their rights.
"""

from __future__ import annotations

import contextlib
import grp
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.course.faults import FULL
from proctor.errors import AuthorError, GraderError

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course

__all__ = ["instructors", "remember", "remembered", "state_folder", "write_whole"]

SQLITE = "sqlite:///"
STATE = ".proctor"
FOR_INSTRUCTORS = (STATE, "exports", "reports")
ALONE, ALONE_FILE = 0o700, 0o600
SHARED, SHARED_FILE = 0o2770, 0o660  # what is made in such a folder is its group's


def state_folder(course: Course) -> Path:
    """
    Find the folder that holds what proctor keeps.

    Parameters
    ----------
    course : Course
        The course.

    Returns
    -------
    pathlib.Path
        `.proctor` beside the gradebook's file, or in the course where the gradebook is no file; it exists.
    """
    beside = Path(course.db_url.removeprefix(SQLITE)).parent if course.db_url.startswith(SQLITE) else course.root
    group = instructors(course)
    try:
        for name in (STATE,) if group is None else FOR_INSTRUCTORS:
            _make(beside / name)
            _keep(beside / name, group)
    except OSError as error:
        words = f"The folder {beside / STATE} cannot be made ({error.strerror})."
        raise GraderError(words, slug="state") from error
    return beside / STATE


def instructors(course: Course) -> int | None:
    """
    Find the group of those who grade, which may read what is secret.

    Parameters
    ----------
    course : Course
        The course.

    Returns
    -------
    int or None
        The number of the group that `c.Proctor.group` names; None where it names none.

    Raises
    ------
    AuthorError
        This machine has no such group.
    """
    settings = getattr(course, "settings", None)  # what stands for a course in a test may have none
    name = settings.get("Proctor", "group", "", kinds=(str,)) if settings else ""
    if not name:
        return None
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as error:
        message = f"Expected c.Proctor.group to be a group of this machine, found {name!r}; try: getent group {name}"
        raise AuthorError(message, slug="config") from error


def remembered(course: Course, name: str, depends: str) -> Any:
    """
    Read facts that were kept.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        What they are about.
    depends : str
        A digest of all that they depend on.

    Returns
    -------
    object
        The facts, or None where there are none or something has changed.
    """
    try:
        found = json.loads((state_folder(course) / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found.get("facts") if isinstance(found, dict) and found.get("depends") == depends else None


def remember(course: Course, name: str, depends: str, facts: Any) -> None:
    """
    Keep facts.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        What they are about.
    depends : str
        A digest of all that they depend on.
    facts : object
        Something that JSON can hold.
    """
    text = json.dumps({"depends": depends, "facts": facts})
    write_whole(state_folder(course) / f"{name}.json", text.encode())


def write_whole(path: Path, data: bytes) -> None:
    """
    Write a file that its owner alone can read, or the group of its folder; it appears whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        Its place; folders above it are made, for the same people.
    data : bytes
        Its content.

    Raises
    ------
    GraderError
        It cannot be written.
    """
    name = ""
    try:
        _make(path.parent)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        _give(Path(name), _group_of(path.parent))
        Path(name).replace(path)
        name = ""
    except OSError as error:
        slug = "disk-full" if error.errno in FULL else "state"
        raise GraderError(f"{path} cannot be written ({error.strerror or error}).", slug=slug) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for the people of the one above."""
    missing = [it for it in (folder, *folder.parents) if not it.exists()]
    for new in reversed(missing):
        new.mkdir(mode=ALONE, exist_ok=True)
        _give(new, _group_of(new.parent))


def _group_of(folder: Path) -> int | None:
    """The group that shares a folder; None where the folder does not say so."""
    status = folder.stat()
    return status.st_gid if stat.S_IMODE(status.st_mode) == SHARED else None


def _keep(folder: Path, group: int | None) -> None:
    """Give a folder to its owner alone or to a group, and so what lies in it."""
    status = folder.stat()
    if stat.S_IMODE(status.st_mode) != (ALONE if group is None else SHARED) or group not in (None, status.st_gid):
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                _give(Path(place, name), group)
        _give(folder, group)
    with os.scandir(folder) as entries:
        for entry in entries:  # what others write here, the journal and the lock, has the rights of their mask
            _give(Path(entry), group)


def _give(path: Path, group: int | None) -> None:
    """Let its owner alone, or a group as well, read a file or folder; what is another account's stays as it is."""
    with contextlib.suppress(FileNotFoundError):  # a draft that has just found its place
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode) or os.geteuid() not in (0, status.st_uid):
            return
        alone, shared = (ALONE, SHARED) if stat.S_ISDIR(status.st_mode) else (ALONE_FILE, SHARED_FILE)
        wanted, moved = alone if group is None else shared, group not in (None, status.st_gid)
        if moved and group is not None:
            os.chown(path, -1, group)
        if moved or stat.S_IMODE(status.st_mode) != wanted:
            path.chmod(wanted)
