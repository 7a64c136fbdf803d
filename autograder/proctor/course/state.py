"""What proctor itself keeps beside a course's gradebook: its secret, and what it found out about assignments.

What you can do with this file:

- find the folder: `state_folder`;
- keep facts under a name until what they depend on changes: `remembered`, `remember`;
- write a file that appears whole or not at all: `write_whole`.

All of it may be deleted: facts are found out again. A new secret gives new hidden inputs.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.errors import GraderError

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course

__all__ = ["remember", "remembered", "state_folder", "write_whole"]

SQLITE = "sqlite:///"


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
    folder = beside / ".proctor"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise GraderError(f"The folder {folder} cannot be made ({error.strerror}).", slug="state") from error
    return folder


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
    Write a file that only its owner can read; it appears whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        Its place; folders above it are made.
    data : bytes
        Its content.

    Raises
    ------
    GraderError
        It cannot be written.
    """
    name = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise GraderError(f"{path} cannot be written ({error.strerror}).", slug="state") from error
