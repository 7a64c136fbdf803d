"""Folders that appear whole or not at all.

What you can do with this file:

- find a name to build a folder under: `building_place`, which also clears away what killed builders left;
- put a folder that is built in the place of another: `replace_folder`;
- remove a folder, whatever its rights: `remove_folder`.

Theory of operation. A folder is built beside its place, under a name that starts with a dot, so that neither
nbgrader's patterns nor formgrader see it. Then the two exchange their names in one step of the kernel, and the old
one is removed. Whoever is killed on the way leaves the old folder or the new one, and perhaps one with a dot.
Where the kernel or the file system cannot exchange names, the old folder is moved aside first; who is killed
between those two steps leaves no folder, which reads as work still to be done.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import stat
from pathlib import Path
from uuid import uuid4

__all__ = ["building_place", "remove_folder", "replace_folder"]

MARK = ".proctor-"
HERE = -100  # AT_FDCWD
EXCHANGE = 2  # RENAME_EXCHANGE


def building_place(target: Path) -> Path:
    """
    Find a name to build a folder under, on the same file system.

    Parameters
    ----------
    target : pathlib.Path
        Where the folder will be. Only one builder at a time may work for it.

    Returns
    -------
    pathlib.Path
        A new name beside it; the folder above both exists and can be written.
    """
    above = target.parent
    above.mkdir(parents=True, exist_ok=True)
    if not os.access(above, os.R_OK | os.W_OK | os.X_OK):
        above.chmod(stat.S_IMODE(above.stat().st_mode) | stat.S_IRWXU)
    prefix = f".{target.name}{MARK}"
    for left in [it for it in above.iterdir() if it.name.startswith(prefix)]:
        remove_folder(left)
    return above / f"{prefix}{uuid4().hex[:8]}"


def replace_folder(built: Path, target: Path) -> None:
    """
    Put a folder in the place of another.

    Parameters
    ----------
    built : pathlib.Path
        What `building_place` named, with content.
    target : pathlib.Path
        Its place; what is there is removed.
    """
    if not os.path.lexists(target):
        built.rename(target)
    elif _exchange(built, target):
        _clear_away(built)
    else:
        old = built.with_name(f"{built.name}-old")
        target.rename(old)
        try:
            built.rename(target)
        except OSError:
            old.rename(target)
            raise
        _clear_away(old)


def remove_folder(folder: Path) -> None:
    """
    Remove a folder, also one that may not be read or written; nothing happens where there is none.

    Parameters
    ----------
    folder : pathlib.Path
        A folder, or a file or link, which is removed itself.
    """
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):  # nearly always: a walk ahead would cost as much as the rest
        return
    _open_up(folder)
    for place, names, _ in os.walk(folder):  # goes into a folder after it was opened up here
        for name in names:
            _open_up(Path(place, name))
    # What belongs to another person may stay: its name has a dot, and nobody looks there.
    shutil.rmtree(folder, ignore_errors=True)


def _clear_away(old: Path) -> None:
    """The new folder is in its place, so nothing may fail any more: what stays is cleared away by the next builder."""
    with contextlib.suppress(Exception):
        remove_folder(old)


def _open_up(folder: Path) -> None:
    with contextlib.suppress(PermissionError):
        if not folder.is_symlink():
            folder.chmod(stat.S_IRWXU)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders exchange their names in one step; False where that cannot be done."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # not Linux, or an old C library
        return False
    return bool(rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0)
