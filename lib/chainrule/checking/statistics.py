"""Judging a random result by its statistics: right answers draw differently, so no draw is compared.

What you can do with this file:

- name a number of a result and the range that it must lie in: `Statistic`;
- take the numbers of a result: `measure`, which returns `Measured`;
- find the first number outside its range: `outside`;
- tell whether two results have the same statistics: `look_alike`;
- add a number that can be taken of a result: `STATISTICS`.

A probe lists its statistics. Of the right result the key then keeps the form alone, and of a mistake's
result the form and the numbers, so that no stored draw travels. A range is usually five standard
deviations wide on both sides; a right answer misses it once in a million draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence  # noqa: TC003 - the annotation of a module constant is evaluated
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.compare import Expected, Mismatch, compare
from chainrule.checking.probes import materialize

if TYPE_CHECKING:
    from chainrule.checking.probes import Probe

__all__ = ["STATISTICS", "Measured", "Statistic", "look_alike", "measure", "outside"]

SIGMAS_APART = 7.5  # two draws differ by sqrt(2) sigma: a little more than five of these
FAR = 1e9  # stands for a ratio to a standard deviation of 0


@dataclass(frozen=True)
class Statistic:
    """
    A number of a random result, and where it lies if the result is right.

    `of` is a name in `STATISTICS`, `part` counts the results from 0 and `label` names that part to the
    student. `noise` is the standard deviation of the number over draws; 0 where chance plays no part.
    """

    of: str
    label: str
    low: float
    high: float
    noise: float = 0.0
    part: int = 0


@dataclass(frozen=True)
class Measured:
    """What is kept of a random result: its form, filled with zeros, and its statistics in the probe's order."""

    form: Any
    numbers: tuple[float, ...]


def measure(value: Any, probe: Probe) -> Measured:
    """
    Take the statistics of a result.

    Parameters
    ----------
    value : object
        A snapshot, or a result that was measured before.
    probe : Probe
        Names the statistics and holds the arguments that led to the result.

    Returns
    -------
    Measured
        nan where a part is missing or holds no real numbers.
    """
    if isinstance(value, Measured):
        return value
    args = [materialize(arg) for arg in probe.args]
    return Measured(_blank(value), tuple(_number(value, statistic, args) for statistic in probe.statistics))


def outside(expected: Expected, value: Any, probe: Probe) -> Mismatch | None:
    """
    Find what is wrong with a random result: its form, or the first statistic outside its range.

    Parameters
    ----------
    expected : Expected
        The form of a right result.
    value : object
        A snapshot, or a result that was measured before.
    probe : Probe
        Names the statistics.

    Returns
    -------
    Mismatch or None
        Of kind "statistic" where the form is right.
    """
    measured = measure(value, probe)
    form = compare(expected, measured.form, tolerance=np.inf)
    if form:
        return form
    for statistic, number in zip(probe.statistics, measured.numbers, strict=True):
        if not statistic.low <= number <= statistic.high:
            where = f"{statistic.of} of {statistic.label}"
            return Mismatch("statistic", (statistic.low, statistic.high), number, where)
    return None


def look_alike(probe: Probe, one: Any, other: Any) -> bool:
    """
    Tell whether two results could be draws of the same answer.

    Parameters
    ----------
    probe : Probe
        Names the statistics.
    one, other : object
        Snapshots, or results that were measured before.

    Returns
    -------
    bool
        Whether form and statistics agree, up to what chance explains.
    """
    ours, theirs = measure(one, probe), measure(other, probe)
    if compare(Expected(ours.form), theirs.form, tolerance=np.inf):
        return False
    rows = zip(probe.statistics, ours.numbers, theirs.numbers, strict=True)
    return all(_close(statistic, a, b) for statistic, a, b in rows)


def _close(statistic: Statistic, a: float, b: float) -> bool:
    if np.isnan(a) or np.isnan(b):
        return bool(np.isnan(a) and np.isnan(b))
    center = (statistic.low + statistic.high) / 2
    proportional = statistic.of in PROPORTIONAL and center
    growth = max(abs(a), abs(b)) / abs(center) if proportional else 1.0 + max(abs(a - center), abs(b - center))
    return abs(a - b) <= SIGMAS_APART * statistic.noise * growth + 1e-9 * max(abs(a), abs(b))


def _blank(value: Any) -> Any:
    """The form of a snapshot; equal numbers pack to almost nothing."""
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, (tuple, list)):
        return type(value)(_blank(entry) for entry in value)
    if isinstance(value, dict):
        return {name: _blank(entry) for name, entry in value.items()}
    return value


def _number(value: Any, statistic: Statistic, args: Sequence[Any]) -> float:
    parts = value if isinstance(value, (tuple, list)) else (value,)
    part = parts[statistic.part] if statistic.part < len(parts) else None
    if not isinstance(part, np.ndarray) or part.size == 0 or part.dtype.kind == "c":
        return float("nan")
    with np.errstate(all="ignore"):  # a wrong result may hold anything
        try:
            return float(STATISTICS[statistic.of](part.astype(float), args))
        except (TypeError, ValueError, IndexError):  # a form that the statistic is not made for
            return float("nan")


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


STATISTICS: dict[str, Callable[[np.ndarray, Sequence[Any]], float]] = {
    "correlation of neighboring columns": lambda array, _: _neighbors(array, 1),
    "correlation of neighboring rows": lambda array, _: _neighbors(array, 0),
    "largest entry": lambda array, _: float(array.max()),
    "mean": lambda array, _: float(array.mean()),
    "mean logarithm": lambda array, _: float(np.log(array).mean()),
    "mean, in standard deviations,": lambda array, _: _ratio(float(array.mean()), float(array.std())),
    "share of entries between the ends": lambda array, args: float(((array >= args[0]) & (array <= args[1])).mean()),
    "share of entries that are not 0": lambda array, _: float((array != 0).mean()),
    "smallest entry": lambda array, _: float(array.min()),
    "spread of the logarithms": lambda array, _: float(np.log(array).std()),
    "standard deviation": lambda array, _: float(array.std()),
    "sum": lambda array, _: float(array.sum()),
}
"""From a name, in words for the student, to a number of a part of a result and the probe's arguments."""

PROPORTIONAL = frozenset({"standard deviation"})
"""Statistics whose noise grows with their own size."""
