"""Steps 4 and 5: many short runs, then a few longer ones.

What you can do with this file:

- train each pair of a rate and a weight decay for a few epochs: `coarse_grid`;
- train the best pairs longer and keep the best of these: `refine`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, to_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Train = Callable[[float, float, int], float]

__all__ = ["coarse_grid", "refine"]


def coarse_grid(train: Train, rates: Sequence[float], decays: Sequence[float], epochs: int) -> np.ndarray:
    """
    Train a fresh network for each pair of a learning rate and a weight decay.

    Parameters
    ----------
    train : callable
        From a rate, a weight decay and a number of epochs to the accuracy on the validation set; called once a pair.
    rates : sequence of R floats
        The rows, such as those that step 3 found good.
    decays : sequence of D floats
        The columns, such as 1e-4, 1e-5 and 0.
    epochs : int
        1 to 5 for a first look.

    Returns
    -------
    array of shape (R, D)
        The accuracies; 0 for a run that gave NaN.

    References
    ----------
    Johnson, Li, Yeung, CS231n: training neural networks, Stanford (2019).

    Examples
    --------
    >>> coarse_grid(lambda rate, decay, epochs: rate - decay, [0.5, 0.25], [0.0, 0.125], 1).tolist()
    [[0.5, 0.375], [0.25, 0.125]]
    """
    table = [[train(rate, decay, epochs) for decay in decays] for rate in rates]
    scores: np.ndarray = np.nan_to_num(np.array(table, dtype=float), nan=0.0)
    return scores


def refine(  # noqa: PLR0917 - what the student writes, and all of it is data of the coarse grid
    train: Train,
    table: Array,
    rates: Sequence[float],
    decays: Sequence[float],
    keep: int,
    epochs: int,
) -> tuple[float, float, float]:
    """
    Train the best pairs of a coarse grid longer, each from the start.

    Parameters
    ----------
    train : callable
        As in `coarse_grid`; called once for each pair that is kept.
    table : array of shape (R, D)
        Accuracies of the coarse grid.
    rates, decays : sequences of R and D floats
        The settings of its rows and columns.
    keep : int
        How many pairs to train again, at least 1.
    epochs : int
        10 to 20, longer than in the coarse grid.

    Returns
    -------
    tuple of (float, float, float)
        Rate and decay with the highest new accuracy, and that accuracy. A run that gave NaN never wins; where all
        did, there is a ValueError.

    References
    ----------
    Johnson, Li, Yeung, CS231n: training neural networks, Stanford (2019).

    Examples
    --------
    >>> table = [[0.5, 0.6], [0.7, 0.2]]
    >>> refine(lambda rate, decay, epochs: rate + decay, table, [0.1, 0.2], [0.0, 0.5], 2, 10)
    (0.1, 0.5, 0.6)
    """
    scores = np.asarray(to_host(table), dtype=float)
    if keep < 1:
        raise ValueError(f"Expected keep to be at least 1, found {keep}; try 3.")
    best = None
    for number in np.argsort(-scores, axis=None, kind="stable")[:keep]:
        row, column = divmod(int(number), scores.shape[1])
        accuracy = float(train(rates[row], decays[column], epochs))
        if best is None or np.isnan(best[2]) or accuracy > best[2]:
            best = rates[row], decays[column], accuracy
    if best is None or np.isnan(best[2]):
        raise ValueError("Expected an accuracy from at least one of the longer runs, found NaN only; try lower rates.")
    return best
