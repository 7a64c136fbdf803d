"""Answers that are measured: a number that the student's own experiment gave.

What you can do with this file:

- declare one: `Measurement`; take it without its numbers: its `key`, a `MeasurementKey`;
- declare a ratio of times, which is noted and not judged: `Timing`.

Where everything in an experiment is fixed by its seeds, the number is compared with that of the solved notebook, within
what rounding and other machines change; a range alone is for numbers that come from the student's own draws. Neither
stands in a student's files: what a number should be is found out by measuring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.judging.assigned import told, unfit
from chainrule.checking.keys.keyfile import packed
from chainrule.checking.telling.verdict import Finding
from chainrule.checking.values import brief, snapshot

if TYPE_CHECKING:
    from numpy.random import Generator

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["Measurement", "MeasurementKey", "Timing"]

FEW_DIGITS = 3  # what one types without an experiment: 0, 1, 0.5, 2.78


@packed
@dataclass(frozen=True)
class MeasurementKey:
    """What the visible check knows: which numbers no experiment gives."""

    name: str
    unit: str
    section: str
    points: int
    whole: bool
    many_digits: bool

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - the declaration marks
        """Take a number that can be a measured one; the hidden test marks it."""
        problem = _unmeasured(self, answer)
        if problem:
            return told(self, finding=problem)
        said = f"recorded as {brief(snapshot(answer))}. It is marked after submitting."
        return told(self, right=said, judged=False)


@dataclass(frozen=True, kw_only=True)
class Measurement(Headed):
    """
    The result of an experiment.

    Attributes
    ----------
    points : int
        As in `Exercise`; the student assigns the number to a variable of this name.
    low, high : float
        The ends of the range that any honest experiment falls into, whatever its seeds; both are right.
    advice : str
        One sentence on what to look at when the number lies outside.
    value : float, optional
        What the solved notebook gives, where a student with right functions gets the same.
    within : float
        How far from `value` a number may lie, as a share of it.
    whole : bool
        Whether the number is a count.
    many_digits : bool
        Whether a right number has more than three digits; then no round one is taken.
    """

    points: int
    low: float
    high: float
    advice: str
    value: float | None = None
    within: float = 0.02
    whole: bool = False
    many_digits: bool = False

    hidden_test: ClassVar[str] = "marked"

    def key(self, seed: int, *, hidden: bool = False) -> MeasurementKey | Self:  # noqa: ARG002 - nothing is drawn
        """Give the declaration itself to the hidden test, and the form of the number to the visible one."""
        if hidden:
            return self
        return MeasurementKey(self.name, self.unit, self.section, self.points, self.whole, self.many_digits)

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - the key judges visibly
        """Judge a measured number as the hidden test does."""
        problem = _unmeasured(self, answer) or self._problem(float(answer))
        return told(self, finding=problem) if problem else told(self, right=f"right, {float(answer):.6g}.")

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Give what an experiment gives, or a number far above it."""
        if not right:
            return HandedIn(points=0, answer=self.high + abs(self.high) + 1.0, mistake="out-of-range")
        if self.value is not None:
            return HandedIn(points=self.points, answer=self.value)
        middle, reach = (self.low + self.high) / 2, (self.high - self.low) / 4
        return HandedIn(
            points=self.points, answer=self.low if self.whole else middle + reach * float(rng.uniform(-1, 1))
        )

    @property
    def _ends(self) -> tuple[float, float]:
        """The lowest and the highest right number."""
        if self.value is None:
            return self.low, self.high
        reach = self.within * abs(self.value)
        return max(self.low, self.value - reach), min(self.high, self.value + reach)

    def _problem(self, number: float) -> Finding | None:
        low, high = self._ends
        if low <= number <= high:
            return None
        in_percent = 0 < low <= number / 100 <= high <= 1
        advice = f"Is this in percent? As a share it is {number / 100:.6g}." if in_percent else self.advice
        sentence = f"Found {number:.10g}; the experiment of this cell gives another number."
        return Finding("out-of-range", "another number is right", (sentence, advice))


@packed
@dataclass(frozen=True, kw_only=True)
class Timing(Headed):
    """
    A ratio of two times. It depends on the machine and on what else runs there, so whatever was measured counts.

    Attributes
    ----------
    points : int
        As in `Exercise`.
    """

    points: int

    whole: ClassVar[bool] = False
    many_digits: ClassVar[bool] = True
    hidden_test: ClassVar[str] = "worth its point whatever it says, and read"

    def key(self, seed: int, *, hidden: bool = False) -> Self:  # noqa: ARG002 - nothing is drawn
        """Give the declaration itself."""
        return self

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - both checks are the same
        """Take any ratio that two clocks can give."""
        problem = _unmeasured(self, answer)
        if problem is None and float(answer) < 0:
            sentence = f"Expected a ratio of two times, found {float(answer):.6g}: no time is below 0."
            problem = Finding("out-of-range", "no ratio of times", (sentence,))
        said = f"your machine says {brief(snapshot(answer))}. Times differ from machine to machine, so each counts."
        return told(self, finding=problem) if problem else told(self, right=said)

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Give a ratio of times, or a number that was typed."""
        if right:
            return HandedIn(points=self.points, answer=float(rng.uniform(1.0, 9.0)))
        return HandedIn(points=0, answer=1.0, mistake="round-number")


def _unmeasured(subject: MeasurementKey | Measurement | Timing, answer: Any) -> Finding | None:
    """
    Say why a value cannot come from the experiment.

    Parameters
    ----------
    subject : MeasurementKey, Measurement or Timing
        Says whether the number is a count, and whether it has many digits.
    answer : object
        What the student assigned.

    Returns
    -------
    Finding or None
        None for a number that may have been measured.
    """
    problem = unfit(subject.name, answer, ())
    if problem:
        return problem
    number = float(answer)
    if subject.whole and number != round(number):
        return Finding("not-whole", "it is no whole number", (f"Expected a whole number, a count; found {number:g}.",))
    if subject.many_digits and float(f"{number:.{FEW_DIGITS - 1}e}") == number:
        sentence = f"Found {number:g}, a round number; the experiment gives more digits. Store it as it was computed."
        return Finding("round-number", "it is a round number", (sentence,))
    return None
