"""Where the author's packages are found in an examiner's sandbox.

What you can do with this file:

- place the folders of Python's search path: `search_path`.

A folder keeps its place where it can, since programs and messages name it. It gets another one where it would cover
what the sandbox shows, as the folder above a virtual environment would, or where the sandbox has something of its own.
Folders of the system, such as /tmp or /, hold packages of nobody, and all that an examiner must not see: they stay out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PACKAGE_FOLDERS", "search_path"]

PACKAGE_FOLDERS = ("site-packages", "dist-packages")
SYSTEM = frozenset(
    Path("/", name)
    for name in (
        *("", "bin", "boot", "dev", "dev/shm", "etc", "home", "lib", "lib32", "lib64", "proc", "root", "run", "sbin"),
        *("sys", "tmp", "usr", "var", "var/tmp"),
    )
)
MOVED = Path("/path")
OWN = (
    Path("/author"),
    Path("/desk"),
    Path("/dev"),
    Path("/proc"),
    Path("/sys"),
    MOVED,
)  # nothing can be put into these


def search_path(entries: Iterable[str], shown: Iterable[Path]) -> dict[str, Path]:
    """
    Place the folders of a search path.

    Parameters
    ----------
    entries : iterable of str
        Folders and archives as in `sys.path`; what is not there is left out.
    shown : iterable of pathlib.Path
        What else the sandbox shows or makes, in its own place.

    Returns
    -------
    dict of str to pathlib.Path
        From places in the sandbox to what is shown there, in the order of the search.
    """
    # By `os.path`: `Path.exists` raises for what this user may not look at, and `resolve` would follow links.
    there = [Path(os.path.abspath(it)) for it in entries if it and os.path.exists(it)]  # noqa: PTH100, PTH110
    paths = [it for it in dict.fromkeys(there) if not {it, it.resolve()} & SYSTEM]
    others = {*shown, *paths}
    return {str(_place(path, others, number)): path for number, path in enumerate(paths)}


def _place(path: Path, others: set[Path], number: int) -> Path:
    # Installed packages are for everybody to read, so that a place below them is reached; other folders may be private.
    covers = path.name not in PACKAGE_FOLDERS and any(it != path and it.is_relative_to(path) for it in others)
    covered = any(path.is_relative_to(it) for it in OWN)
    return MOVED / str(number) if covers or covered else path
