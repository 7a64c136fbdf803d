"""Answers that are measured: a number that must lie in a range.

What you can do with this file:

- declare one: `Measurement`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.judging.assigned import told, unfit
from chainrule.checking.keys.keyfile import packed
from chainrule.checking.telling.verdict import Finding

if TYPE_CHECKING:
    from numpy.random import Generator

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["Measurement"]


@packed
@dataclass(frozen=True, kw_only=True)
class Measurement(Headed):
    """
    The result of an experiment: a number that must lie in a range. The range is no secret, so it is its own key.

    Attributes
    ----------
    points : int
        As in `Exercise`; the student assigns the number to a variable of this name.
    low, high : float
        The ends of the range; both are right.
    whole : bool
        Whether the number is a count.
    advice : str
        One sentence on what to look at when the number lies outside.
    """

    points: int
    low: float
    high: float
    advice: str
    whole: bool = False

    hidden_test: ClassVar[str] = "marked"

    def key(self, seed: int, *, hidden: bool = False) -> Self:  # noqa: ARG002 - nothing is drawn
        """Give the declaration itself."""
        return self

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - both checks are the same
        """Judge a measured number by its range."""
        return (
            told(self, finding=problem)
            if (problem := self._problem(answer))
            else told(self, right=self._praise(answer))
        )

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:  # noqa: ARG002 - nothing is drawn
        """Give the middle of the range, or a number far above it."""
        if right:
            return HandedIn(points=self.points, answer=self.low if self.whole else (self.low + self.high) / 2)
        return HandedIn(points=0, answer=self.high + abs(self.high) + 1.0, mistake="out-of-range")

    def _problem(self, answer: Any) -> Finding | None:
        problem = unfit(self.name, answer, ())
        if problem:
            return problem
        number = float(answer)
        if self.whole and number != round(number):
            sentence = f"Expected a whole number, a count; found {number:g}."
            return Finding("not-whole", "it is no whole number", (sentence, self.advice))
        if self.low <= number <= self.high:
            return None
        in_percent = 0 < self.low <= number / 100 <= self.high <= 1
        advice = f"Is this in percent? As a share it is {number / 100:.6g}." if in_percent else self.advice
        if self.low == self.high:
            sentence = f"Found {number:.10g}; another number is right."
            return Finding("out-of-range", "another number is right", (sentence, advice))
        return Finding("out-of-range", "out of range", (f"Expected a number {self._span}, found {number:.6g}.", advice))

    def _praise(self, answer: Any) -> str:
        number = float(answer)
        exact = self.low == self.high
        return f"right, {number:.10g}." if exact else f"right, {number:.6g} lies in the range {self._span}."

    @property
    def _span(self) -> str:
        return f"from {self.low:.6g} to {self.high:.6g}"
