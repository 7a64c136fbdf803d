"""What passes between those who want pages and the processes that make them.

What you can do with this file:

- say whose page is wanted: `PageTask`; get it, or the reason why there is none: `Made`;
- tell that reason in a sentence: `reason_of`, also for `OutOfTimeError`, `TooLongError` and `UnreadableError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proctor.pages.feedback.about import About

if TYPE_CHECKING:
    from pathlib import Path

    from proctor.gradebook import NotebookMarks

__all__ = [
    "ENDED",
    "SECONDS",
    "TOO_LONG",
    "Made",
    "OutOfTimeError",
    "PageTask",
    "TooLongError",
    "UnreadableError",
    "reason_of",
]

SECONDS = 20.0
ENDED = "The process that made the full page ended."
TOO_LONG = "Making the full page took too long."


class OutOfTimeError(BaseException):
    """The alarm rang; no handler for a library's exceptions catches it."""


class TooLongError(Exception):
    """The page would be too long for a browser."""


class UnreadableError(Exception):
    """A file is no notebook; the message is a sentence for its student."""


@dataclass(frozen=True)
class PageTask:
    """Whose page of which notebook, where that and what was handed in lie, and how long it may take to show it."""

    assignment: str
    student: str
    marks: NotebookMarks
    path: Path
    show_hidden: bool = False
    seconds: float = SECONDS
    submitted: Path | None = None
    about: About = field(default_factory=About)


@dataclass(frozen=True)
class Made:
    """A page's text; or the reason why there is none."""

    page: bytes = b""
    reason: str = ""


SENTENCES = {
    OutOfTimeError: TOO_LONG,
    TooLongError: "The full page would be too large.",
    MemoryError: "Making the full page took too much memory.",
    RecursionError: "Something in the notebook is nested too deeply to be shown.",
}


def reason_of(error: BaseException) -> str:
    """
    Tell why there is no full page.

    Parameters
    ----------
    error : BaseException
        What was raised.

    Returns
    -------
    str
        A sentence for the student. It has no text of the notebook, which may be that of a hidden test.

    Examples
    --------
    >>> reason_of(RecursionError("maximum recursion depth exceeded"))
    'Something in the notebook is nested too deeply to be shown.'
    """
    if isinstance(error, UnreadableError):
        return str(error)
    for kind, sentence in SENTENCES.items():
        if isinstance(error, kind):
            return sentence
    return f"Something in the notebook cannot be shown ({type(error).__name__})."
