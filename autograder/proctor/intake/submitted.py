"""The files of a submission, which anybody may have made.

What you can do with this file:

- list a folder's files: `files_of`;
- refuse second names of other people's files: `refuse_second_names`;
- choose the files that can come along: `of_decent_size`;
- write a file's name in a sentence: `shown`.
"""

from __future__ import annotations

import contextlib
import fnmatch
import stat
from typing import TYPE_CHECKING

from proctor.errors import SubmissionError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["files_of", "of_decent_size", "refuse_second_names", "shown"]

MOST_FILES = 2_000
MOST_FOLDERS = 32
MOST_EXTRA_BYTES = 48 << 20
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def files_of(folder: Path, ignore: tuple[str, ...] = ()) -> dict[str, Path]:
    """
    List the files of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        A submission, or the author's files.
    ignore : tuple of str
        Patterns of names, of files and folders, that are left out.

    Returns
    -------
    dict of str to pathlib.Path
        By relative name.

    Raises
    ------
    SubmissionError
        A link or another special file is among them, there are too many, or they are too deep.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise SubmissionError(f"Expected a folder {folder.name}, found none.", slug="missing")
    files: dict[str, Path] = {}
    try:
        _list(folder, ignore, files)
    except OSError as error:
        raise SubmissionError(f"The files cannot be listed ({error.strerror}).", slug="unreadable") from error
    return files


def _list(folder: Path, ignore: tuple[str, ...], files: dict[str, Path]) -> None:
    todo = [(folder, 0)]
    while todo:
        place, depth = todo.pop()
        if depth > MOST_FOLDERS:
            raise SubmissionError(f"Expected folders at most {MOST_FOLDERS} deep, found deeper ones.", slug="too-large")
        _let_read(place, stat.S_IRUSR | stat.S_IXUSR)
        for path in sorted(place.iterdir()):
            name = path.relative_to(folder).as_posix()
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in ignore):
                continue
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                todo += [(path, depth + 1)] if path.name not in LEFT_OUT else []
            elif stat.S_ISREG(mode):
                _let_read(path, stat.S_IRUSR)
                files[name] = path
            else:
                raise SubmissionError(
                    f"Expected files and folders, found a link or device: {shown(name)}.", slug="link"
                )
            if len(files) > MOST_FILES:
                raise SubmissionError(f"Expected at most {MOST_FILES} files, found more.", slug="too-large")


def _let_read(path: Path, rights: int) -> None:
    """Rights are an accident of the way that a file came; whoever owns it may read it."""
    mode = stat.S_IMODE(path.lstat().st_mode)
    if mode & rights != rights:
        with contextlib.suppress(PermissionError):
            path.chmod(mode | rights)


def refuse_second_names(files: dict[str, Path]) -> None:
    """
    Refuse hard links: a file with two names may be another person's, unpacked from an archive that says so.

    Parameters
    ----------
    files : dict of str to pathlib.Path
        What `files_of` gave.

    Raises
    ------
    SubmissionError
        There is one.
    """
    for name, path in files.items():
        if path.lstat().st_nlink > 1:
            message = f"Expected files of its own, found a second name (hard link) of another file: {shown(name)}."
            raise SubmissionError(message, slug="link")


def of_decent_size(files: dict[str, Path], repairs: list[str]) -> tuple[str, ...]:
    """
    Choose the files that can come along; what is too large, perhaps with holes, or has no readable name is left out.

    Parameters
    ----------
    files : dict of str to pathlib.Path
        All but the notebook.
    repairs : list of str
        Gets a sentence for each file that is left out.

    Returns
    -------
    tuple of str
        Their names, sorted.
    """
    kept, total = [], 0
    for name, path in sorted(files.items()):
        size = path.lstat().st_size
        if not name.isascii() and name.encode(errors="replace").decode() != name:
            repairs.append(f"The name of the file {shown(name)} is no text; it was left out.")
        elif total + size > MOST_EXTRA_BYTES:
            repairs.append(f"The file {shown(name)} has {size} bytes, which is too much; it was left out.")
        else:
            kept.append(name)
            total += size
    return tuple(kept)


def shown(name: str) -> str:
    r"""
    Write a file's name in a sentence: short, and without characters that do something to a terminal.

    Parameters
    ----------
    name : str
        Any.

    Returns
    -------
    str
        At most 80 characters.

    Examples
    --------
    >>> shown("new\nline")
    'new\\nline'
    """
    plain = name if name.isprintable() else repr(name)[1:-1]
    return plain if len(plain) <= 80 else f"{plain[:77]}..."
