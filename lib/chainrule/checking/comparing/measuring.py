"""Judging a random result by its statistics: right answers draw differently, so no draw is compared.

What you can do with this file:

- take the numbers of a result: `measure`, which returns `Measured`;
- find the first number outside its range: `outside`;
- tell whether two results have the same statistics: `look_alike`.

A probe lists its statistics. Of the right result the key then keeps the form alone, and of a mistake's
result the form and the numbers, so that no stored draw travels. A range is usually five standard
deviations wide on both sides; a right answer misses it once in a million draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.catalog.statistics import PROPORTIONAL, STATISTICS
from chainrule.checking.comparing.compare import Expected, Mismatch, compare
from chainrule.checking.comparing.probes import materialize
from chainrule.checking.values import unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainrule.checking.comparing.probes import Probe, Statistic

__all__ = ["Measured", "look_alike", "measure", "outside"]

SIGMAS_APART = 7.5  # two draws differ by sqrt(2) sigma: a little more than five of these


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
    measured = measure(unpacked(expected.value, value), probe)
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
    ours = measure(one, probe)
    theirs = measure(unpacked(ours.form, other), probe)
    if compare(Expected(ours.form), theirs.form, tolerance=np.inf):
        return False
    rows = zip(probe.statistics, ours.numbers, theirs.numbers, strict=True)
    return all(_close(statistic, a, b) for statistic, a, b in rows)


def _close(statistic: Statistic, a: float, b: float) -> bool:
    if np.isnan(a) or np.isnan(b):
        return bool(np.isnan(a) and np.isnan(b))
    if np.isinf(a) or np.isinf(b):
        return a == b
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
