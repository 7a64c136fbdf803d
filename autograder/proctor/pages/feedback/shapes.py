"""A notebook as it lies there: read without believing that it has the shape of one.

What you can do with this file:

- read a notebook's file: `read_notebook`, which raises `UnreadableError`;
- take a value for what it should be, or for nothing: `mapping`, `sequence`, `text`.
"""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

from proctor.pages.feedback.task import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MOST_NOTEBOOK_BYTES", "mapping", "read_notebook", "sequence", "text"]

MOST_NOTEBOOK_BYTES = 128 << 20


def read_notebook(path: Path) -> dict[str, Any]:
    """
    Read a notebook's file.

    Parameters
    ----------
    path : pathlib.Path
        Where it lies.

    Returns
    -------
    dict
        Some JSON object, whose texts can be encoded.

    Raises
    ------
    UnreadableError
        It is no file of its own, too large, or no JSON object.
    """
    data = _bytes_of(path)
    try:
        found = json.loads(data.decode("utf-8-sig", errors="replace"))
        if b"\\ud" in data.lower():  # halves of a surrogate pair, which no page can hold
            found = json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))
    except ValueError as error:
        raise UnreadableError("The graded notebook is no JSON.") from error
    if not isinstance(found, dict):
        raise UnreadableError("The graded notebook has not the form of a notebook.")
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        # A link may lead to another's work, and a pipe has no end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise UnreadableError("The graded notebook is no file.")
            if about.st_size > MOST_NOTEBOOK_BYTES:
                raise UnreadableError(f"The graded notebook is larger than {MOST_NOTEBOOK_BYTES >> 20} MiB.")
            return file.read(about.st_size)  # takes so much memory at once
    except OSError as error:
        raise UnreadableError("The graded notebook cannot be opened.") from error


def mapping(value: Any) -> dict[str, Any]:
    """
    Take a value for a JSON object.

    Parameters
    ----------
    value : object
        Out of a notebook.

    Returns
    -------
    dict
        The same, or an empty one.
    """
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """
    Take a value for a JSON array.

    Parameters
    ----------
    value : object
        Out of a notebook.

    Returns
    -------
    list
        The same, or an empty one.
    """
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """
    Take a value for a text, which notebooks also keep as a list of lines.

    Parameters
    ----------
    value : object
        Out of a notebook.

    Returns
    -------
    str
        The text; nothing for None.

    Examples
    --------
    >>> text(["a\\n", "b"])
    'a\\nb'
    """
    if isinstance(value, list):
        return "".join(map(text, value))
    return "" if value is None else str(value)
