"""The files of a submission, which anybody may have made.

What you can do with this file:

- list what of a folder can be taken in, and why the rest is left out: `listed`, which gives a `Listing`;
- open one of these files without following any link: `opened`;
- tell whether a name is to be left out without a word: `ignored`.

What does not fit is left out and told, and costs nothing but itself: a link beside a right notebook is no reason to
look at none of it.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.course.names import is_text, shown
from proctor.errors import SubmissionError
from proctor.intake.beneath import FOLDER, open_beneath

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_BYTES", "Listing", "ignored", "listed", "opened"]

MOST_BYTES = 256 << 20
"""A notebook may have; all of them together have `MOST_NOTEBOOKS_BYTES`, all other files `MOST_EXTRA_BYTES`."""
MOST_NOTEBOOKS_BYTES = 512 << 20
MOST_EXTRA_BYTES = 48 << 20
MOST_FILES = 2_000
MOST_FOLDERS = 32
MOST_NAME = 1_000  # bytes of a path below the submission; below autograded/ and in the sandbox it gets longer
MOST_SEEN = 50_000  # entries that are looked at; who hands in more has handed in something else
MOST_TOLD = 5
SILENT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store", "__MACOSX"}  # programs put them there, no student
REPOSITORIES = {".git", ".hg", ".svn"}
ENVIRONMENTS = {"pyvenv.cfg", "conda-meta"}  # by what lies in them, since they have any name
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # the last: to open a pipe would wait for somebody who writes


@dataclass
class Listing:
    """Files by relative name with their sizes, and what was left out: a name, a slug and a reason each."""

    files: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, tuple[str, str]] = field(default_factory=dict)

    def told(self) -> tuple[str, ...]:
        """One sentence for all that was left out."""
        if not self.left_out:
            return ()
        words = [f"{shown(name)} ({reason})" for name, (_, reason) in list(self.left_out.items())[:MOST_TOLD]]
        more = len(self.left_out) - len(words)
        return (f"Left out: {', '.join(words)}{f' and {more} more' if more else ''}.",)


def listed(folder: Path, ignore: tuple[str, ...] = ()) -> Listing:
    """
    List the files of a folder that can be taken in.

    Parameters
    ----------
    folder : pathlib.Path
        A submission.
    ignore : tuple of str
        Patterns of names, of files and folders, that are left out without a word.

    Returns
    -------
    Listing
        Notebooks first, small ones before large ones, then what lies highest. Every step of the way is made by
        descriptors, so that nothing outside the folder is looked at, whatever changes meanwhile.

    Raises
    ------
    SubmissionError
        There is no such folder, or it cannot be read at all.
    """
    try:
        root = os.open(folder, FOLDER)
    except OSError as error:
        if error.errno == getattr(os, "EACCES", 13):
            raise SubmissionError(f"The files cannot be listed ({error.strerror}).", slug="unreadable") from error
        raise SubmissionError(f"Expected a folder {shown(folder.name)}, found none.", slug="missing") from error
    found = Listing()
    try:
        there = list(_walked(root, ignore, found))
    except OSError as error:
        raise SubmissionError(f"The files cannot be listed ({error.strerror}).", slug="unreadable") from error
    finally:
        os.close(root)
    left = {True: MOST_NOTEBOOKS_BYTES, False: MOST_EXTRA_BYTES}
    for name, size in sorted(there, key=_first_what_counts):
        notebook = _is_notebook(name)
        if len(found.files) >= MOST_FILES:
            found.left_out[name] = ("too-large", f"one of more than {MOST_FILES} files")
        elif size > min(MOST_BYTES, left[notebook]):
            found.left_out[name] = ("too-large", f"{size} bytes are too many")
        else:
            found.files[name] = size
            left[notebook] -= size
    return found


def _first_what_counts(entry: tuple[str, int]) -> tuple[bool, int, str]:
    name, size = entry
    return (False, size, name) if _is_notebook(name) else (True, name.count("/"), name)


def _is_notebook(name: str) -> bool:
    return "/" not in name and name.endswith(".ipynb")


def _walked(root: int, ignore: tuple[str, ...], found: Listing) -> Iterator[tuple[str, int]]:
    """Every plain file with its size; what is none goes to `left_out`."""
    todo, seen = [""], 0
    while todo:
        place = todo.pop()
        with contextlib.ExitStack() as stack:
            try:
                here = open_beneath(root, place, FOLDER)
                stack.callback(os.close, here)
                with os.scandir(here) as entries:
                    ordered = sorted(entries, key=lambda it: it.name)
            except OSError as error:  # it has gone, or is a link by now
                if not place:
                    raise
                found.left_out[place] = ("unreadable", error.strerror or "cannot be read")
                continue
            if place and ENVIRONMENTS & {it.name for it in ordered}:
                found.left_out[place] = ("environment", "an environment of Python")
                continue
            for entry in ordered:
                seen += 1
                if seen > MOST_SEEN:
                    found.left_out[place or "."] = ("too-large", f"more than {MOST_SEEN} files and folders")
                    return
                name = f"{place}/{entry.name}" if place else entry.name
                if ignored(entry.name, ignore):
                    continue
                mode = entry.stat(follow_symlinks=False).st_mode
                if reason := _unfit(name, entry, mode):
                    found.left_out[name] = reason
                elif stat.S_ISDIR(mode):
                    _let_read(here, entry.name, mode, stat.S_IRUSR | stat.S_IXUSR)
                    todo.append(name)
                else:
                    _let_read(here, entry.name, mode, stat.S_IRUSR)
                    yield name, entry.stat(follow_symlinks=False).st_size


def ignored(name: str, patterns: tuple[str, ...]) -> bool:
    """
    Tell whether a file or folder is left out without a word.

    Parameters
    ----------
    name : str
        Without the folders above it.
    patterns : tuple of str
        As the course has them; what programs leave behind is never taken.

    Returns
    -------
    bool
        Whether it is one of them.
    """
    return name in SILENT or any(fnmatch.fnmatch(name, it) for it in patterns)


def _unfit(name: str, entry: os.DirEntry[str], mode: int) -> tuple[str, str] | None:
    """Why something cannot be taken in."""
    if stat.S_ISLNK(mode):
        return "link", "a link"
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return "link", "neither a file nor a folder"
    if not is_text(entry.name):
        return "name", "its name is no text"
    if len(os.fsencode(name)) > MOST_NAME:
        return "name", f"its path has more than {MOST_NAME} bytes"
    if stat.S_ISDIR(mode):
        if entry.name in REPOSITORIES:
            return "repository", "a repository"
        return ("too-large", f"more than {MOST_FOLDERS} folders deep") if name.count("/") >= MOST_FOLDERS else None
    # A file with two names may be another person's, unpacked from an archive that says so.
    if entry.stat(follow_symlinks=False).st_nlink > 1:
        return "link", "a second name (hard link) of another file"
    return ("silent", "made by macOS, without content of its own") if entry.name.startswith("._") else None


def _let_read(above: int, name: str, mode: int, rights: int) -> None:
    """Rights are an accident of the way that a file came; whoever owns it may read it."""
    if stat.S_IMODE(mode) & rights == rights:
        return
    with contextlib.suppress(OSError):
        place = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=above)
        try:
            Path(f"/proc/self/fd/{place}").chmod(stat.S_IMODE(mode) | rights)  # of what is open, by no name
        finally:
            os.close(place)


@contextlib.contextmanager
def opened(root: int, name: str) -> Iterator[int]:
    """
    Open a plain file of a folder.

    Parameters
    ----------
    root : int
        A descriptor of the folder.
    name : str
        Relative, as `listed` gives it.

    Yields
    ------
    int
        A descriptor.

    Raises
    ------
    OSError
        It has gone, became a link or something else, or cannot be read.
    """
    descriptor = open_beneath(root, name, FILE)
    try:
        state = os.fstat(descriptor)  # asked of what is open: the name may stand for something else by now
        if not stat.S_ISREG(state.st_mode) or state.st_nlink > 1:
            raise OSError(None, "no plain file any more")
        yield descriptor
    finally:
        os.close(descriptor)
