"""What can go wrong in grading, split by whose fault it is.

::

    Exception
    `- ProctorError
       |- AuthorError     the course: a broken config, an assignment without a solved notebook
       |- SubmissionError    one submission: unreadable, too large; costs that student alone
       `- GraderError     the grader's machine: no database, a full disk; never a student's zero

Each message says what was expected, what was found, where, and what to try. `slug` is an anchor in the
documentation.
"""

from __future__ import annotations

from functools import partial
from typing import Self

__all__ = ["AuthorError", "GraderError", "ProctorError", "SubmissionError"]


class ProctorError(Exception):
    """The root; carries the anchor of its explanation."""

    def __init__(self, message: str, *, slug: str) -> None:
        super().__init__(message)
        self.slug = slug

    def __reduce__(self) -> tuple[partial[Self], tuple[str]]:
        """Errors come back from other processes."""
        return partial(type(self), slug=self.slug), (str(self),)


class AuthorError(ProctorError):
    """The course is at fault."""


class SubmissionError(ProctorError):
    """One submission is at fault."""


class GraderError(ProctorError):
    """The machine that grades is at fault."""
