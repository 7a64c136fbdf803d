"""Answers that are values: quick questions, predictions and measured results.

What you can do with this file:

- declare a question with one right answer: `Question`;
- declare a result that must lie in a range: `Measurement`.

A question's answer never stands in a student's files in the clear. With fewer than about a hundred
possible answers a hash is no secret either, so the visible check of a choice only says "recorded".
"""

from __future__ import annotations

from dataclasses import dataclass

from chainrule.checking.errors import AuthorError

__all__ = ["Measurement", "Question"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """
    A quick question or a prediction.

    Attributes
    ----------
    name, unit, number, title, points
        As in `Exercise`; the student assigns the answer to a variable of this name.
    answer : float, int or str
        The right answer: a number, or with `choices` one of them.
    digits : int
        Significant digits that count for a number.
    choices : tuple of str
        The possible answers, for a choice.
    """

    name: str
    unit: str
    number: str
    title: str
    points: int
    answer: float | int | str
    digits: int = 3
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an answer that nobody could give."""
        if not self.choices and (isinstance(self.answer, bool) or not isinstance(self.answer, (int, float))):
            raise AuthorError(f"Question {self.name}: without choices the answer is a number, found {self.answer!r}.")
        if self.choices and self.answer not in self.choices:
            raise AuthorError(f"Question {self.name}: the answer {self.answer!r} is none of its choices.")

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""
        return f"Exercise {self.number} - {self.title}"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """
    The result of an experiment: a number that must lie in a range.

    Attributes
    ----------
    name, unit, number, title, points
        As in `Exercise`; the student assigns the number to a variable of this name.
    low, high : float
        The ends of the range; both are right.
    whole : bool
        Whether the number is a count.
    advice : str
        One sentence on what to look at when the number lies outside.
    """

    name: str
    unit: str
    number: str
    title: str
    points: int
    low: float
    high: float
    advice: str
    whole: bool = False

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""
        return f"Exercise {self.number} - {self.title}"
