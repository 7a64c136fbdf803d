"""What the keys of unit 06 name: training runs with known results, whose calls are counted.

What you can do with this file:

- let an answer "train" without training: `FUNCTIONS`;
- look at a result from the side that is unique: `VIEWS`, which forgives its form (`FREE_FORMS`).

A run that was not paid for raises RuntimeError: an answer that trains more often than it should cannot go unnoticed.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["FREE_FORMS", "FUNCTIONS", "VIEWS"]

STEPS = 100
PATIENCE = 1000
OUTLIER = 89  # the last step that is not among the last ten; its loss is set apart
BROKEN_FROM = 70


def _point_and_score(result: tuple[Any, Any]) -> dict[str, Any]:
    """The best point of a search, as a tuple, list or array, and its score."""
    point, score = result
    return {"the best point": np.ravel(np.asarray(point, dtype=float)), "its score": np.asarray(score, dtype=float)}


def _counted(allowed: int) -> Callable[[], None]:
    """A counter that refuses to go on beyond what was allowed."""
    calls = itertools.count(1)

    def pay() -> None:
        if next(calls) > allowed:
            raise RuntimeError(f"The budget is spent: {allowed} runs were allowed, and this is one more.")

    return pay


def _first_loss(loss: float, squares: float) -> Callable[[float], float]:
    """The first loss of a network whose squared weights have half the sum `squares`."""
    return lambda decay: loss + decay * squares


def _handful(*accuracies: float) -> Callable[[float, float], float]:
    """Accuracies epoch after epoch, the last one for ever; dropout halves the speed, decay takes a third of it."""
    epochs = itertools.count()

    def run_epoch(dropout: float, decay: float) -> float:
        epoch = next(epochs)
        if epoch > PATIENCE:
            raise RuntimeError(f"{PATIENCE} epochs have run. Does your loop end?")
        learned = epoch // 2 if dropout else 2 * epoch // 3 if decay else epoch
        return accuracies[min(learned, len(accuracies) - 1)]

    return run_epoch


def _short_runs(*settings: float, recovers: bool = False) -> Callable[[float], list[float]]:
    """A hundred losses for each rate: of every six settings the rate, then how its losses look."""
    runs = {row[0]: row[1:] for row in zip(*[iter(settings)] * 6, strict=True)}
    pay = _counted(len(runs))

    def losses_of(rate: float) -> list[float]:
        found = [looks for known, looks in runs.items() if math.isclose(known, float(rate))]
        if not found:
            raise ValueError(f"There is no run with the rate {rate}; pass on one of the rates.")
        pay()
        first, end, speed, outlier, last = found[0]
        losses = [end + (first - end) * math.exp(-speed * step) for step in range(STEPS)]
        losses[OUTLIER], losses[-1] = losses[OUTLIER] + outlier, losses[-1] + last
        if not (math.isfinite(outlier) or recovers):
            losses[BROKEN_FROM:] = [outlier] * (STEPS - BROKEN_FROM)
        return losses

    return losses_of


def _trained(budget: float, rows: float, columns: float, *numbers: float) -> Callable[[float, float, int], float]:
    """Accuracies of a table of rates and decays, higher with more epochs."""
    r, c = int(rows), int(columns)
    rates, decays, table = numbers[:r], numbers[r : r + c], np.reshape(numbers[r + c :], (r, c))
    pay = _counted(int(budget))

    def train(rate: float, decay: float, epochs: int) -> float:
        at = [[i for i, it in enumerate(known) if it == value] for known, value in ((rates, rate), (decays, decay))]
        if not (at[0] and at[1]):
            raise ValueError(f"There is no run with rate {rate} and decay {decay}; mind the order of the arguments.")
        pay()
        return float(table[at[0][0], at[1][0]] * (epochs / (epochs + 1.0)))

    return train


def _landscape(budget: float, cliff: float, twist: float, *hills: float) -> Callable[..., float]:
    """
    A score of any number of settings: of every two numbers the weight and the best place of one of them.

    With a twist, the best value of a setting depends on its neighbor's. Beyond the cliff of the first one a run fails.
    """
    pay = _counted(int(budget))
    weights, places = hills[::2], hills[1::2]

    def objective(*point: float) -> float:
        if len(point) != len(places):
            raise TypeError(f"The objective takes {len(places)} numbers, one for each setting; it got {len(point)}.")
        pay()
        away = [w**0.5 * (float(value) - it) for w, it, value in zip(weights, places, point, strict=True)]
        crossed = sum(one * other for one, other in itertools.pairwise(away))
        return float("nan") if point[0] > cliff else 1.0 - sum(it * it for it in away) - twist * crossed

    return objective


def _listed(*values: float) -> Callable[[Any], float]:
    """A sampler that gives known values, one a draw, and moves the generator on."""
    waiting = iter(values)

    def sampler(rng: Any) -> float:
        rng.random()
        try:
            return next(waiting)
        except StopIteration:
            raise RuntimeError(f"A sampler gave {len(values)} values, one for each run, and is asked again.") from None

    return sampler


def _uniform(low: float, high: float) -> Callable[[Any], float]:
    return lambda rng: float(rng.uniform(low, high))


def _above(threshold: float, column: float) -> Callable[[Any], Any]:
    """A classifier with two classes that looks at one column."""
    return lambda x: (x[:, int(column)] > threshold).astype(int)


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "first loss": _first_loss,
    "handful": _handful,
    "label by threshold": _above,
    "landscape": _landscape,
    "listed sampler": _listed,
    "short runs": _short_runs,
    "short runs that recover": functools.partial(_short_runs, recovers=True),
    "trained": _trained,
    "uniform sampler": _uniform,
}
VIEWS: dict[str, Callable[[Any], Any]] = {
    "point and score": _point_and_score,
}
FREE_FORMS = frozenset({"point and score"})
