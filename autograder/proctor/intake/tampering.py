"""What a submission holds in the place of the course's own package, compared with what was released.

What you can do with this file:

- list what was changed in a submitted copy: `changed_editions`; ask whether one file is as released: `is_released`.

A submitted copy is never used, so a change earns nothing. It is worth a look: somebody tried, or the edition was
released anew after it had been fetched.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from proctor.course.names import shown
from proctor.errors import SubmissionError
from proctor.intake.submitted import listed, opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["changed_editions", "is_released"]

IGNORE = ("__pycache__", "*.pyc", ".ipynb_checkpoints", ".DS_Store")
MOST_NAMED = 5


def changed_editions(folder: Path, editions: Mapping[str, Path]) -> tuple[str, ...]:
    """
    List what was changed in submitted copies of the course's packages.

    Parameters
    ----------
    folder : pathlib.Path
        What was handed in.
    editions : mapping of str to pathlib.Path
        The released packages by name.

    Returns
    -------
    tuple of str
        One sentence for each package that has changed or new files; files that are missing are no change.
    """
    found = []
    for name, released in sorted(editions.items()):
        copy = folder / name
        if copy.is_symlink() or not copy.is_dir() or not released.is_dir():
            continue
        try:
            listing = listed(copy, IGNORE)
            root = os.open(copy, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except (SubmissionError, OSError) as error:
            found.append(f"The package {name} cannot be compared with the released one: {error}")
            continue
        try:
            sizes = listing.files.items()
            differ = [inner for inner, size in sizes if not is_released(root, inner, size, released / inner)]
        finally:
            os.close(root)
        changed = [shown(f"{name}/{inner}") for inner in (*differ, *listing.left_out)]
        if changed:
            more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
            named = ", ".join(sorted(changed)[:MOST_NAMED])
            found.append(f"The submitted package {name} differs from the released one: {named}{more}.")
    return tuple(found)


def is_released(root: int, name: str, size: int, released: Path) -> bool:
    """
    Ask whether a submitted file is as it was released.

    Parameters
    ----------
    root : int
        A descriptor of the folder that it lies in.
    name : str
        Its name in there, as `listed` gives it.
    size : int
        How many bytes it has.
    released : pathlib.Path
        The file that was released; there may be none.

    Returns
    -------
    bool
        False too where it has changed just now.
    """
    try:
        if not released.is_file() or size != released.stat().st_size:
            return False
        with opened(root, name) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(size + 1) == released.read_bytes()
    except OSError:
        return False
