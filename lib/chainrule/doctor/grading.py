"""What grading writes: the folder course/var and the gradebook in it.

What you can do with this file:

- find the course around a folder: `course_root`;
- examine whether its folder for grading can be written: `writing`;
- examine the version of its gradebook: `gradebook`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import sqlite3
from pathlib import Path

from chainrule.doctor.condition import Condition, fine, missing, note

__all__ = ["course_root", "gradebook", "writing"]


def course_root(folder: Path) -> Path | None:
    """
    Find the course that a folder lies in.

    Parameters
    ----------
    folder : pathlib.Path
        Anywhere in it.

    Returns
    -------
    pathlib.Path or None
        None outside of any course.

    Examples
    --------
    >>> course_root(Path("/")) is None
    True
    """
    places = (folder.resolve(), *folder.resolve().parents)
    return next((it for it in places if (it / "course" / "course.toml").is_file()), None)


def writing(root: Path) -> Condition:
    """
    Examine whether grading can write its files.

    Parameters
    ----------
    root : pathlib.Path
        The course.

    Returns
    -------
    Condition
        Missing where it cannot.

    Examples
    --------
    >>> writing(Path()).part
    'course/var'
    """
    var = root / "course" / "var"
    place = var if var.exists() else var.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return fine("course/var", f"Grading can write to {var}.")
    return missing("course/var", f"Grading writes to {var}, and you may not; ask its owner, or copy the course.")


def gradebook(root: Path) -> Condition:
    """
    Examine whether the gradebook is one of the installed nbgrader.

    Parameters
    ----------
    root : pathlib.Path
        The course.

    Returns
    -------
    Condition
        Missing where it is of another version.

    Examples
    --------
    >>> gradebook(Path("nowhere")).state
    'ok'
    """
    file = root / "course" / "var" / "gradebook.db"
    if not file.is_file():
        return fine("gradebook", "There is none yet; the first build makes it.")
    known, head = _revisions()
    if not head:
        return note("gradebook", "Not examined: nbgrader is not installed.")
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("select version_num from alembic_version").fetchall()
    except sqlite3.Error as error:
        return missing("gradebook", f"{file} cannot be read as nbgrader's gradebook ({error}); move it away.")
    found = rows[0][0] if rows else "without a version"
    if found == head:
        return fine("gradebook", "Its version is the one of the installed nbgrader.")
    if found in known:
        return missing("gradebook", f"{file} is of an older nbgrader; copy it, then try: nbgrader db upgrade")
    return missing("gradebook", f"{file} is of a newer nbgrader ({found}); try: pip install -U nbgrader")


def _revisions() -> tuple[set[str], str]:
    """The versions of a gradebook that the installed nbgrader knows, and the newest one."""
    spec = importlib.util.find_spec("nbgrader")
    known, older = set(), set()
    for home in (spec.submodule_search_locations or ()) if spec else ():
        for file in Path(home, "alembic", "versions").glob("*.py"):
            text = file.read_text(encoding="utf-8")
            known |= set(re.findall(r"^revision = '(\w+)'", text, re.MULTILINE))
            older |= set(re.findall(r"^down_revision = '(\w+)'", text, re.MULTILINE))
    return known, next(iter(known - older), "")
