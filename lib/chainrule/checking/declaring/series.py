"""Answers that are what an experiment wrote down: the costs of a run, one accuracy for each setting.

What you can do with this file:

- declare one: `Series`; take it without its numbers: its `key`, a `SeriesKey`.

A single number can be typed without the experiment; what led to it can not.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the annotation of a dataclass is evaluated
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.judging.assigned import told
from chainrule.checking.keys.keyfile import packed
from chainrule.checking.telling.verdict import Finding
from chainrule.checking.values import describe, snapshot, unpacked

if TYPE_CHECKING:
    from numpy.random import Generator

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["Series", "SeriesKey"]

AS_ZERO = 1e-8  # how far from a right 0 a number may lie


@packed
@dataclass(frozen=True)
class SeriesKey:
    """What the visible check knows: how many numbers are written down."""

    name: str
    unit: str
    section: str
    points: int
    length: int

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - the declaration marks
        """Take a list of numbers of the right length; the hidden test marks it."""
        problem = _unfit(self, answer)
        said = f"{self.length} numbers are recorded. They are marked after submitting."
        return told(self, finding=problem) if problem else told(self, right=said, judged=False)


@dataclass(frozen=True, kw_only=True)
class Series(Headed):
    """
    What an experiment wrote down, as a list or an array.

    Attributes
    ----------
    points : int
        As in `Exercise`; the student assigns the numbers to a variable of this name.
    length : int
        How many numbers there are.
    values : mapping of int to float
        What the solved notebook has at some places, counted from 0.
    advice : str
        One sentence on what to look at when a number is another one.
    within : float
        How far from them a number may lie, as a share of it.
    falls : bool
        Whether each number is below the one before.
    """

    points: int
    length: int
    values: Mapping[int, float]
    advice: str
    within: float = 0.02
    falls: bool = False

    hidden_test: ClassVar[str] = "marked"

    def key(self, seed: int, *, hidden: bool = False) -> SeriesKey | Self:  # noqa: ARG002 - nothing is drawn
        """Give the declaration itself to the hidden test, and the length to the visible one."""
        return self if hidden else SeriesKey(self.name, self.unit, self.section, self.points, self.length)

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - the key judges visibly
        """Judge the numbers as the hidden test does."""
        problem = _unfit(self, answer) or self._problem(_numbers(answer, self.length))
        return told(self, finding=problem) if problem else told(self, right=f"right, {self.length} numbers.")

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:  # noqa: ARG002 - nothing is drawn
        """Give numbers that pass through the declared ones, or one number in place of all."""
        if not right:
            return HandedIn(points=0, answer=0, mistake="no-series")
        places = sorted(self.values)
        found = np.interp(np.arange(self.length), places, [self.values[it] for it in places])
        return HandedIn(points=self.points, answer=found.tolist())

    def _problem(self, found: np.ndarray) -> Finding | None:
        for place, value in self.values.items():
            if abs(found[place] - value) > max(self.within * abs(value), AS_ZERO):
                sentence = f"Number {place} (counted from 0) is {found[place]:.6g}; the experiment gives another one."
                return Finding("another-number", "another number is right", (sentence, self.advice))
        rising = np.flatnonzero(np.diff(found) >= 0) if self.falls else np.zeros(0, dtype=int)
        if rising.size:
            place = int(rising[0]) + 1
            sentence = (
                f"Number {place} (counted from 0) is {found[place]:.6g}, not below {found[place - 1]:.6g} before it."
            )
            return Finding("does-not-fall", "it does not fall all the way", (sentence, self.advice))
        return None


def _numbers(answer: Any, length: int) -> Any:
    return unpacked(np.zeros(length), snapshot(answer))


def _unfit(subject: SeriesKey | Series, answer: Any) -> Finding | None:
    if answer is None or answer is Ellipsis:
        sentence = f"{subject.name} is still None. Put your numbers there."
        return Finding("not-written", "it is not answered yet", (sentence,))
    found = _numbers(answer, subject.length)
    if isinstance(found, np.ndarray) and found.shape == (subject.length,) and found.dtype.kind in "biuf":
        if np.isfinite(found).all():
            return None
        return Finding("not-finite", "a number is not finite", ("Expected finite numbers, found nan or infinity.",))
    said = f"{len(found)} entries" if isinstance(found, (list, tuple)) else describe(found)
    sentence = f"Expected a list or an array of {subject.length} numbers, found {said}."
    return Finding("no-series", "it is no list of so many numbers", (sentence,))
