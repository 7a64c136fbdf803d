"""Answers that are made, not written: a trained network, handed in as data.

What you can do with this file:

- declare one, with the scores that earn points: `Artifact`, `Level`, `Example`.

An artifact is a classifier. The function that `reader` names makes it of data: an object with `sizes`, `parameters`
and `predict(x)`, or ValueError with a sentence. It is tried on labeled inputs: on public ones by the visible check,
on ones that nobody has seen by the hidden test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainrule.checking.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.random import Generator

__all__ = ["Artifact", "Example", "Level"]


@dataclass(frozen=True)
class Level:
    """A share of right labels, and the points that reaching it adds; the first share is 0."""

    accuracy: float
    points: int


@dataclass(frozen=True, kw_only=True)
class Example:
    """What a simulated student hands in: a file beside the notebook, or none, and what it deserves."""

    name: str
    make: Callable[[], bytes | None]
    points: int


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """
    A trained classifier.

    Attributes
    ----------
    name, unit, number, title
        As in `Exercise`; the student assigns the data to a variable of this name.
    file : str
        The file beside the notebook that the data comes from.
    cell : str
        The line of code that assigns it.
    reader : str
        The function that makes a classifier of the data, such as "chainrule.capstone.read_capstone".
    levels : tuple of Level
        The lowest first; the accuracy 0 stands for data that makes a classifier at all.
    trials : callable
        From a generator, and whether the hidden inputs are meant, to inputs and labels by the width of an input.
    examples : tuple of Example
        What simulated students hand in, the first of them worth all points.
    """

    name: str
    unit: str
    number: str
    title: str
    file: str
    cell: str
    reader: str
    levels: tuple[Level, ...]
    trials: Callable[[Generator, bool], Mapping[str, tuple[np.ndarray, np.ndarray]]]
    examples: tuple[Example, ...]

    def __post_init__(self) -> None:
        """Refuse levels in disorder, and examples that could earn no or other points."""
        shares = [level.accuracy for level in self.levels]
        if shares[:1] != [0.0] or shares != sorted(set(shares)) or min(level.points for level in self.levels) < 1:
            raise AuthorError(f"Artifact {self.name}: levels must rise from 0, each with points; found {self.levels}.")
        if not self.examples or self.examples[0].points != self.points:
            raise AuthorError(f"Artifact {self.name}: the first example must be worth all {self.points} points.")

    @property
    def points(self) -> int:
        """What the highest level is worth, with all below it."""
        return sum(level.points for level in self.levels)

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""
        return f"Exercise {self.number} - {self.title}"
