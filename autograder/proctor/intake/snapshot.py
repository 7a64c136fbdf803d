"""A submission as it was at one moment, in a folder of the grader's own.

What you can do with this file:

- copy what can be taken in: `snapshot`, which gives a `Snapshot`; say where it goes: `HandedIn`;
- name its state without copying: `state_of`.

All that comes later (notebook, sandbox, `autograded/`, digest) reads the copy, so a file that comes, goes or changes
while a class is graded is one thing to all of them.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from proctor.course.faults import is_everybodys
from proctor.course.folders import remove_folder
from proctor.errors import GraderError, SubmissionError
from proctor.intake.submitted import Listing, listed, opened
from proctor.intake.tampering import is_released

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proctor.intake.repair import Steps
    from proctor.model import Submission

__all__ = ["HandedIn", "Snapshot", "snapshot", "state_of"]

NONE: Mapping[str, Path] = MappingProxyType({})
BLOCK_BYTES = 1 << 20
TRIES = 2  # a file that is written while it is read is read again
MOST_QUICK_BYTES = 32 << 20  # a submission that is called small
GROWTH_BYTES = 16 << 20  # what all files together may grow by between the look at them and the end of reading


@dataclass(frozen=True)
class HandedIn:
    """
    The folder that a student handed in, and where its copy goes: `quick`, where it is small, or else `copy`.

    `base` is the assignment's digest, `executed` what of an earlier submission was executed, nothing where that does
    not count, and `graded` the folder of its graded notebooks.
    """

    folder: Path
    copy: Path
    base: str = ""
    executed: str = ""
    graded: Path | None = None
    quick: Path | None = None

    @property
    def places(self) -> tuple[Path, ...]:
        """Where it may lie."""
        return (self.copy,) if self.quick is None else (self.quick, self.copy)

    @property
    def place(self) -> Path:
        """Where it lies, when it is made."""
        return next((it for it in self.places if it.is_dir()), self.copy)


@dataclass(frozen=True)
class Snapshot:
    """The copy, what is in it, a digest of that, and by name the notebooks that were read so far (`reading` does)."""

    folder: Path
    listing: Listing
    digest: str
    read: dict[str, tuple[Submission, Steps]] = field(default_factory=dict, repr=False, compare=False)


class _Changed(Exception):  # noqa: N818 - says what happened
    """A file was written while it was read."""


def snapshot(
    submitted: Path,
    copy: Path,
    ignore: tuple[str, ...] = (),
    *,
    quick: Path | None = None,
    editions: Mapping[str, Path] = NONE,
) -> Snapshot:
    """
    Copy a submission's files.

    Parameters
    ----------
    submitted : pathlib.Path
        What was handed in.
    copy : pathlib.Path
        A folder that does not exist yet.
    ignore : tuple of str
        Patterns of names that are left out, as nbgrader has them.
    quick : pathlib.Path, optional
        Another one, for a submission that is small.
    editions : mapping of str to pathlib.Path
        The course's own packages as they were released, by name; files that are as they were are not taken.

    Returns
    -------
    Snapshot
        Files that cannot be read or copied are left out, and told.

    Raises
    ------
    SubmissionError
        There is no such folder, or it cannot be listed.
    GraderError
        The copy cannot be written.
    """
    listing = listed(submitted, ignore)
    if quick is not None and sum(listing.files.values()) <= MOST_QUICK_BYTES:
        try:
            return _copied(submitted, listing, quick, editions)
        except (GraderError, OSError):  # others have taken the room meanwhile
            remove_folder(quick)
            listing = listed(submitted, ignore)
    return _copied(submitted, listing, copy, editions)


def _copied(submitted: Path, listing: Listing, copy: Path, editions: Mapping[str, Path]) -> Snapshot:
    copy.mkdir(mode=0o700, parents=True)
    return Snapshot(copy, listing, _Reading(listing, copy, editions).read(submitted))


def state_of(submitted: Path, ignore: tuple[str, ...] = (), editions: Mapping[str, Path] = NONE) -> str:
    """
    Make the digest that a snapshot would have now.

    Parameters
    ----------
    submitted : pathlib.Path
        What was handed in.
    ignore : tuple of str
        Patterns of names that are left out.
    editions : mapping of str to pathlib.Path
        As `snapshot` takes them.

    Returns
    -------
    str
        Changes with every byte that counts.
    """
    try:
        return _Reading(listed(submitted, ignore), None, editions).read(submitted)
    except (SubmissionError, OSError) as error:
        return hashlib.sha256(str(error).encode(errors="replace")).hexdigest()


@dataclass
class _Reading:
    """Reads the files of a listing once, and copies them where a folder is given."""

    listing: Listing
    copy: Path | None = None
    editions: Mapping[str, Path] = field(default_factory=dict)
    bytes_left: int = field(init=False)
    _made: set[str] = field(init=False, default_factory=lambda: {""})

    def __post_init__(self) -> None:
        self.bytes_left = sum(self.listing.files.values()) + GROWTH_BYTES

    def read(self, submitted: Path) -> str:
        """Read all; what cannot be read moves to `left_out`."""
        found = hashlib.sha256()
        root = os.open(submitted, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            for name, size in list(self.listing.files.items()):
                if self._is_released(root, name, size):
                    del self.listing.files[name]
                    continue
                try:
                    found.update(os.fsencode(name) + b"\0" + self._file(root, name))
                except (OSError, _Changed) as error:
                    if is_everybodys(error):
                        message = f"A submission cannot be copied ({error}); make room and start again."
                        raise GraderError(message, slug="disk-full") from error
                    del self.listing.files[name]
                    reason = getattr(error, "strerror", None) or "it was being written"
                    self.listing.left_out[name] = ("unreadable", reason)
        finally:
            os.close(root)
        return found.hexdigest()

    def _is_released(self, root: int, name: str, size: int) -> bool:
        """Whether it is of a package of the course that every submission carries, and the grader has."""
        package, _, inner = name.partition("/")
        return package in self.editions and is_released(root, name, size, self.editions[package] / inner)

    def _file(self, root: int, name: str) -> bytes:
        """Read one file, and once more where it changed meanwhile."""
        for again in reversed(range(TRIES)):
            output = self._output(name)
            whole = False
            try:
                with opened(root, name) as descriptor:
                    digest = self._blocks(descriptor, output)
                whole = True
            except _Changed:
                if not again:
                    raise
            else:
                return digest
            finally:
                if output is not None:
                    os.close(output)
                if self.copy is not None and not whole:  # half a file is none
                    (self.copy / name).unlink()
        raise AssertionError("unreachable")

    def _output(self, name: str) -> int | None:
        if self.copy is None:
            return None
        above = name.rpartition("/")[0]
        if above not in self._made:  # to ask for each file whether its folder is there costs more than to write it
            (self.copy / above).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._made.add(above)
        return os.open(f"{self.copy}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def _blocks(self, descriptor: int, output: int | None) -> bytes:
        before, found, count = os.fstat(descriptor), hashlib.sha256(), 0
        while block := os.read(descriptor, BLOCK_BYTES):
            count += len(block)
            self.bytes_left -= len(block)
            if self.bytes_left < 0:  # it grows while it is read
                raise _Changed
            found.update(block)
            if output is not None:
                _write(output, block)
        after = os.fstat(descriptor)
        if (count, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _Changed
        return found.digest()


def _write(output: int, block: bytes) -> None:
    """Write a whole block: the system may take a part of it at a time. What fails here is no fault of what was read."""
    try:
        while block:
            block = block[os.write(output, block) :]
    except OSError as error:
        if is_everybodys(error):
            raise
        message = f"A submission cannot be copied ({error.strerror or error}); start again."
        raise GraderError(message, slug="copy") from error
