"""What the keys of unit 05 name: a model whose probabilities are known.

What you can do with this file:

- pass a function to an answer: `FUNCTIONS`;
- let a check use a watcher of losses as a training run does: `SCRIPTS`.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["FUNCTIONS", "SCRIPTS"]


def _classifier(classes: float, *weights: float) -> Callable[[Any], Any]:
    """A model whose probabilities follow the squares of linear scores."""
    W = np.reshape(weights, (-1, int(classes)))

    def probabilities(x: Any) -> Any:
        scores = 0.1 + (x @ W) ** 2
        return (scores.T / scores.sum(axis=1)).T

    return probabilities


def _watched_run(answer: Any, patience: int, losses: Any, rows: Any) -> dict[str, Any]:
    """A run whose parameters change in place, as those of a trainer do; another run is watched at the same time."""
    watcher, other = answer(patience), answer(patience)
    parameters, elsewhere = np.zeros_like(rows[0]), np.ones_like(rows[0])
    found = {}
    for number, (loss, row) in enumerate(zip(losses, rows, strict=True), 1):
        parameters[...] = row
        found[f"the result of update number {number}"] = watcher.update(float(loss), parameters)
        if number == 1:
            other.update(0.0, elsewhere)
    parameters[...] = 0.0
    return {**found, "the result of best, after the parameters have changed in place,": watcher.best()}


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "classifier": _classifier,
}
SCRIPTS: dict[str, Callable[..., Any]] = {
    "watched run": _watched_run,
}
