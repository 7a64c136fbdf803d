"""Numbers that can be taken of a random result.

What you can do with this file:

- add one: give it a name, in words for the student, in `STATISTICS`; where its noise grows with its own size, name it
  in `PROPORTIONAL` too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["PROPORTIONAL", "STATISTICS"]

FAR = 1e9  # stands for a ratio to a standard deviation of 0


def _ratio(number: float, unit: float) -> float:
    """A number in units of another, large but finite where that is 0."""
    if unit > 1e-12 * abs(number):
        return number / unit
    return float(np.sign(number)) * FAR


def _neighbors(array: np.ndarray, axis: int) -> float:
    """The correlation of entries beside each other along an axis; 1 where all entries are equal."""
    deviation = np.moveaxis(array - array.mean(), axis, 0)
    spread = float((deviation**2).mean())
    return float((deviation[1:] * deviation[:-1]).mean()) / spread if spread else 1.0


def _unevenness(ordered: np.ndarray) -> float:
    """How much the steps between sorted numbers differ: 0 for equal steps, about 1 for draws."""
    steps = np.diff(ordered)
    return _ratio(float(steps.std()), float(steps.mean()))


STATISTICS: dict[str, Callable[[np.ndarray, Sequence[Any]], float]] = {
    "correlation of neighboring columns": lambda array, _: _neighbors(array, 1),
    "correlation of neighboring rows": lambda array, _: _neighbors(array, 0),
    "largest entry": lambda array, _: float(array.max()),
    "mean": lambda array, _: float(array.mean()),
    "mean logarithm": lambda array, _: float(np.log(array).mean()),
    "mean, in standard deviations,": lambda array, _: _ratio(float(array.mean()), float(array.std())),
    "number of different places": lambda array, _: float(len(np.unique(array[:, 0, 0]))),
    "share of entries between the ends": lambda array, args: float(((array >= args[0]) & (array <= args[1])).mean()),
    "share of entries that are not 0": lambda array, _: float((array != 0).mean()),
    "smallest entry": lambda array, _: float(array.min()),
    "spread of the logarithms": lambda array, _: float(np.log(array).std()),
    "standard deviation": lambda array, _: float(array.std()),
    "unevenness of the steps": lambda array, _: _unevenness(np.sort(np.log(array.ravel()))),
    "sum": lambda array, _: float(array.sum()),
}
"""From a name, in words for the student, to a number of a part of a result and the probe's arguments."""

PROPORTIONAL = frozenset({"standard deviation"})
"""Statistics whose noise grows with their own size."""
