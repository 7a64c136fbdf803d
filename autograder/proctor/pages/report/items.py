"""How hard questions are, and whether they tell strong from weak. Pure.

What you can do with this file:

- get a question's difficulty: `difficulty`; its discrimination: `discrimination`;
- sum up the scores of a class: `summary`, which returns a `Summary`.

Difficulty is the mean share of a question's points that students earned, 1 where all earned full points.
Discrimination is the corrected item-total correlation: Pearson's correlation of the points of the question with the
points of all *other* questions together. Both say little of a few students, so below a number of them there is none.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FEWEST", "FEWEST_CORRELATED", "Summary", "difficulty", "discrimination", "summary"]

FEWEST = 5
FEWEST_CORRELATED = 20
BINS = 10


@dataclass(frozen=True)
class Summary:
    """A class's scores: `bins` counts the students in each tenth of the points that can be earned."""

    count: int
    most_points: float
    mean: float
    deviation: float
    lowest: float
    quarter: float
    median: float
    three_quarters: float
    highest: float
    bins: tuple[int, ...]


def difficulty(points: Sequence[float], most_points: float) -> float | None:
    """
    Get the mean share of a question's points.

    Parameters
    ----------
    points : sequence of float
        One of each student.
    most_points : float
        What can be earned.

    Returns
    -------
    float or None
        From 0 to 1; None for fewer than 5 students.

    Examples
    --------
    >>> difficulty([2.0, 2.0, 1.0, 0.0, 0.0], 2.0)
    0.5
    """
    if len(points) < FEWEST or most_points <= 0:
        return None
    return statistics.fmean(points) / most_points


def discrimination(points: Sequence[float], totals: Sequence[float]) -> float | None:
    """
    Get the corrected item-total correlation.

    Parameters
    ----------
    points : sequence of float
        What each student earned for the question.
    totals : sequence of float
        What the same students earned for all questions together, this one included.

    Returns
    -------
    float or None
        From -1 to 1; None for fewer than 20 students, or where all earned the same.

    Examples
    --------
    >>> round(discrimination([0.0, 1.0] * 10, [3.0, 6.0] * 10), 9)
    1.0
    """
    if len(points) < FEWEST_CORRELATED:
        return None
    rest = [total - own for own, total in zip(points, totals, strict=True)]
    try:
        return statistics.correlation(points, rest)
    except statistics.StatisticsError:
        return None


def summary(scores: Sequence[float], most_points: float) -> Summary | None:
    """
    Sum up the scores of a class.

    Parameters
    ----------
    scores : sequence of float
        One of each student.
    most_points : float
        What can be earned.

    Returns
    -------
    Summary or None
        None for a class of nobody.
    """
    if not scores:
        return None
    bins = [0] * BINS
    for score in scores:
        share = score / most_points if most_points > 0 else 0.0
        bins[min(max(int(share * BINS + 1e-9), 0), BINS - 1)] += 1
    alone = len(scores) < 2
    quarters = [scores[0]] * 3 if alone else statistics.quantiles(scores, n=4, method="inclusive")
    return Summary(
        count=len(scores),
        most_points=most_points,
        mean=statistics.fmean(scores),
        deviation=0.0 if alone else statistics.stdev(scores),
        lowest=min(scores),
        quarter=quarters[0],
        median=quarters[1],
        three_quarters=quarters[2],
        highest=max(scores),
        bins=tuple(bins),
    )
