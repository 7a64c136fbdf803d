"""Steps 1 to 3: what to look at before a long run.

What you can do with this file:

- compare the first loss with that of a fair guess: `initial_loss_check`;
- see whether a network can learn a handful of examples by heart: `overfit_small_sample`;
- find a learning rate that brings the loss down in a hundred steps: `find_learning_rate`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["find_learning_rate", "initial_loss_check", "overfit_small_sample"]

TAIL = 10  # losses of single batches are noisy; the mean of so many is not


def initial_loss_check(loss_of: Callable[[float], float], classes: int) -> tuple[float, float]:
    """
    Compare the loss before the first step with the loss of a network that finds all classes equally likely.

    expected = ln C,  gap = loss - ln C,  with weight decay off

    Parameters
    ----------
    loss_of : callable
        From a weight decay to the loss of the untrained network, penalty included.
    classes : int
        C, from 1 on.

    Returns
    -------
    tuple of (float, float)
        The expected loss, and how far the loss without weight decay lies above it.

    Notes
    -----
    Random logits with standard deviation s raise the loss by about s^2 / 2 when there are many classes, so a gap of
    a few tenths is no fault of the code. Softmax applied twice hides behind this check: equal logits still give ln C.

    References
    ----------
    Karpathy, A recipe for training neural networks (2019).

    Examples
    --------
    >>> expected, gap = initial_loss_check(lambda decay: 2.5 + 40 * decay, 10)
    >>> round(expected, 4), round(gap, 4)
    (2.3026, 0.1974)
    """
    if classes < 1:
        raise ValueError(f"Expected at least one class, found {classes}; try 10.")
    expected = math.log(classes)
    return expected, float(loss_of(0.0)) - expected


def overfit_small_sample(run_epoch: Callable[[float, float], float], limit: int) -> int | None:
    """
    Count the epochs until a network knows a handful of examples by heart.

    Parameters
    ----------
    run_epoch : callable
        From a dropout rate and a weight decay, both off here, to the training accuracy after one more epoch.
    limit : int
        How many epochs to try.

    Returns
    -------
    int or None
        Epochs until the accuracy is 1; None where it stays below.

    References
    ----------
    Karpathy, A recipe for training neural networks (2019).

    Examples
    --------
    >>> accuracies = iter([0.4, 0.9, 1.0, 1.0])
    >>> overfit_small_sample(lambda dropout, decay: next(accuracies), 10)
    3
    """
    for epoch in range(1, limit + 1):
        if run_epoch(0.0, 0.0) >= 1:
            return epoch
    return None


def find_learning_rate(losses_of: Callable[[float], Sequence[float]], rates: Sequence[float]) -> float | None:
    """
    Choose the rate whose short run ends lowest.

    The mean of the last ten losses counts. A run with a loss that is no finite number is out, and so is one that
    does not end below its first loss.

    Parameters
    ----------
    losses_of : callable
        From a learning rate to the losses of a run with it, a hundred or so; it is called once for each rate.
    rates : sequence of float
        What to try, such as 1e-1, 1e-2, 1e-3 and 1e-4.

    Returns
    -------
    float or None
        One of the rates; None where no run brings the loss down.

    References
    ----------
    Bengio, Practical recommendations for gradient-based training of deep architectures, arXiv:1206.5533 (2012).

    Examples
    --------
    >>> runs = {1.0: [2.3, float("nan")], 0.1: [2.3, 0.8], 0.01: [2.3, 2.1]}
    >>> find_learning_rate(lambda rate: runs[rate], [1.0, 0.1, 0.01])
    0.1
    """
    chosen, lowest = None, math.inf
    for rate in rates:
        losses = [float(loss) for loss in losses_of(rate)]
        last = losses[-TAIL:]
        end = sum(last) / len(last)
        if all(math.isfinite(loss) for loss in losses) and end < losses[0] and end < lowest:
            chosen, lowest = rate, end
    return chosen
