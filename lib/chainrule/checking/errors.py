"""What can go wrong in a check, split by whose fault it is.

::

    Exception
    |- AssertionError
    |  `- CheckFailed          the student's answer is not right yet; carries the verdict
    `- ChainRuleError
       |- UnknownExercise      a name that no exercise has
       |- AuthorError          an exercise is declared wrongly
       `- GraderError          the grader's machine lacks something; never a student's zero
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["AuthorError", "ChainRuleError", "CheckFailed", "GraderError", "Told", "UnknownExercise"]


class ChainRuleError(Exception):
    """The root of the errors that are not about an answer."""


class AuthorError(ChainRuleError):
    """An exercise is declared wrongly; the message names the exercise and the field."""


class GraderError(ChainRuleError):
    """Grading cannot go on for a reason that is not the student's."""


class UnknownExercise(ChainRuleError):  # noqa: N818 - reads as a sentence in a traceback
    """No exercise has this name."""

    @classmethod
    def among(cls, name: object, known: Iterable[str]) -> Self:
        """Make the error, with the closest of the known names as a hint."""
        close = difflib.get_close_matches(str(name), list(known), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        return cls(f"No exercise is named {name!r}.{hint}")


class Told(Protocol):
    """What an error asks of the verdict that it carries."""

    def text(self) -> str:
        """The whole message for a terminal."""

    def note(self) -> dict[str, Any]:
        """The finding as plain data."""


class CheckFailed(AssertionError):  # noqa: N818 - the word students read; an error is what they made
    """
    An answer is not right yet.

    `verdict` holds all facts. IPython asks `_render_traceback_` what to print, so students see the
    message and no page of frames; a grader reads `proctor_note` and stores it as data.
    """

    def __init__(self, verdict: Told) -> None:
        super().__init__(verdict.text())
        self.verdict = verdict

    @property
    def proctor_note(self) -> dict[str, Any]:
        """The diagnosis as plain data: slug, title, message, section, picture."""
        return self.verdict.note()

    def _render_traceback_(self) -> list[str]:
        return self.verdict.text().splitlines()
