"""Search: which settings to try, and which of them to keep.

What you can do with this file:

- draw numbers whose order of magnitude is uniform: `sample_log_uniform`;
- try every combination: `grid_search`; try random ones: `random_search`;
- count the different values that a search has tried: `distinct_per_axis`.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.backend import Array, get_array_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.random import Generator

    Point = tuple[Any, ...]

__all__ = ["distinct_per_axis", "grid_search", "random_search", "sample_log_uniform"]


def sample_log_uniform(low: float, high: float, size: int, rng: Generator) -> np.ndarray:
    """
    Draw numbers whose logarithm is uniform between those of two ends.

    u ~ U(ln low, ln high),  result = e^u

    Parameters
    ----------
    low, high : float
        The ends, both above 0, in this order.
    size : int
        How many numbers.
    rng : numpy.random.Generator
        Draws them.

    Returns
    -------
    array of shape (size,)
        float64 numbers on the host; each factor of ten gets the same share.

    References
    ----------
    Bergstra, Bengio, Random search for hyper-parameter optimization, JMLR 13 (2012).

    Examples
    --------
    >>> rates = sample_log_uniform(1e-4, 1.0, 1000, np.random.default_rng(0))
    >>> bool(0.2 < (rates > 0.1).mean() < 0.3)
    True
    """
    if not 0 < low <= high:
        raise ValueError(f"Expected 0 < low <= high, found {low} and {high}; try 1e-4 and 1e-1.")
    drawn = np.exp(rng.uniform(math.log(low), math.log(high), size))
    return np.clip(drawn, low, high)  # exp(log(x)) may miss x by a rounding


def grid_search(objective: Callable[..., float], axes: Sequence[Sequence[Any]]) -> tuple[Point, float]:
    """
    Try every combination of the listed values, each once.

    Parameters
    ----------
    objective : callable
        From one value of each axis to a score such as an accuracy on the validation set: higher is better.
    axes : sequence of sequences
        The values of each setting.

    Returns
    -------
    tuple of (point, score)
        The best combination, a tuple with one value of each axis, and its score; of equal ones the first.

    Raises
    ------
    ValueError
        No run gave a score: all were NaN, or an axis is empty.

    Examples
    --------
    >>> grid_search(lambda rate, units: -abs(rate - 0.1) + units, [[0.01, 0.1, 1.0], [1, 2]])
    ((0.1, 2), 2.0)
    """
    return _best_of(objective, itertools.product(*axes))


def random_search(
    objective: Callable[..., float],
    samplers: Sequence[Callable[[Generator], Any]],
    budget: int,
    rng: Generator,
) -> tuple[Point, float]:
    """
    Try random combinations.

    Parameters
    ----------
    objective : callable
        As in `grid_search`; called `budget` times.
    samplers : sequence of callables
        One for each setting: gets `rng`, gives one value.
    budget : int
        How many combinations to try.
    rng : numpy.random.Generator
        Passed on to the samplers.

    Returns
    -------
    tuple of (point, score)
        As `grid_search` gives it.

    References
    ----------
    Bergstra, Bengio, Random search for hyper-parameter optimization, JMLR 13 (2012).

    Examples
    --------
    >>> best, score = random_search(lambda x: -(x**2), [lambda rng: rng.normal()], 50, np.random.default_rng(0))
    >>> bool(abs(best[0]) < 0.1)
    True
    """
    return _best_of(objective, (tuple(sampler(rng) for sampler in samplers) for _ in range(budget)))


def distinct_per_axis(points: Array) -> Array:
    """
    Count the different values of every setting that a search has tried.

    Parameters
    ----------
    points : array of shape (R, A)
        A row for each run, a column for each setting.

    Returns
    -------
    array of shape (A,)
        Integers.

    Examples
    --------
    >>> distinct_per_axis([[1, 5], [1, 6], [2, 5], [2, 6]]).tolist()
    [2, 2]
    """
    xp = get_array_module(points)
    return xp.asarray([xp.unique(column).size for column in xp.asarray(points).T], dtype=int)


def _best_of(objective: Callable[..., float], points: Iterable[Point]) -> tuple[Point, float]:
    """The point with the highest score; NaN is no score."""
    best: tuple[Point, float] | None = None
    for point in points:
        score = float(objective(*point))
        if not math.isnan(score) and (best is None or score > best[1]):
            best = point, score
    if best is None:
        raise ValueError("Expected a score from at least one run, found none; did every run diverge?")
    return best
