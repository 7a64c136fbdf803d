"""The answer key: everything that a check needs, as data.

What you can do with this file:

- hold the expectations of one exercise for one seed: `AnswerKey`, `Case`, `KnownMistake`;
- list the arrays of an argument: `arrays_in`.

A check never sees the exercise, only its key. The live key is computed on the spot, the student
edition reads the same data from a file, and so both give the same verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.measuring import outside
from chainrule.checking.comparing.probes import Large, Probe, Strided
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.checking.values import count_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainrule.checking.comparing.compare import Expected, Mismatch
    from chainrule.checking.comparing.observe import Outcome


__all__ = ["AnswerKey", "Case", "KnownMistake", "arrays_in"]


@dataclass(frozen=True)
class Case:
    """A probe and its right result; `eps` is the rounding unit of the probe's arrays."""

    probe: Probe
    expected: Expected
    eps: float

    @property
    def size(self) -> int:
        """How many numbers go in: the smallest failing case is the one to show."""
        return sum(count_numbers(arrays_in(arg)) for arg in self.probe.args)

    def mismatch(self, value: Any, tolerance: float) -> Mismatch | None:
        """The first difference of a result from the right one, seen through the probe's view or statistics."""
        if self.probe.statistics:
            return outside(self.expected, value, self.probe)
        return compare_viewed(self.probe.view, self.expected, value, tolerance=tolerance, eps=self.eps)


@dataclass(frozen=True)
class KnownMistake:
    """A mistake's sentence and what it did on every case."""

    name: str
    explanation: str
    translations: Mapping[str, str]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class AnswerKey:
    """What a check needs of one exercise. No code."""

    name: str
    unit: str
    section: str
    points: int
    parameters: tuple[str, ...]
    tolerance: float
    properties: tuple[str, ...]
    demands: tuple[str, ...]
    cases: tuple[Case, ...]
    mistakes: tuple[KnownMistake, ...]
    hints: tuple[str, ...] = ()


def arrays_in(arg: Any) -> list[Any]:
    """
    List the arrays of an argument, those in lists and tuples too.

    Parameters
    ----------
    arg : object
        An entry of `Probe.args`.

    Returns
    -------
    list
        Arrays, and whatever else stands among them.
    """
    if isinstance(arg, (list, tuple)):
        return [array for entry in arg for array in arrays_in(entry)]
    return [_array_of(arg)]


def _array_of(arg: Any) -> Any:
    if isinstance(arg, Strided):
        return arg.values
    return np.empty(arg.shape) if isinstance(arg, Large) else arg  # asked for size and dtype alone, so never filled
