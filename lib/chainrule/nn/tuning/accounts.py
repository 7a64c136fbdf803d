"""Accounts: what tuning costs, and how often it has looked at the test set.

What you can do with this file:

- pay for runs out of a budget: `training_budget`;
- lock a test set away and count the looks at it: `sealed_test`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, to_host

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["sealed_test", "training_budget"]


def training_budget(epochs: int) -> Callable[[int], bool]:
    """
    Open an account of epochs.

    Parameters
    ----------
    epochs : int
        What all runs together may cost, 0 or more.

    Returns
    -------
    callable
        From the cost of a run, 0 or more, to whether it may start: then it is charged. A run that costs more than
        what is left may not start and costs nothing.

    Examples
    --------
    >>> charge = training_budget(10)
    >>> charge(7), charge(4), charge(3), charge(1)
    (True, False, True, False)
    """
    if epochs < 0:
        raise ValueError(f"Expected a budget from 0 on, found {epochs}; try 100.")
    left = epochs

    def charge(cost: int) -> bool:
        nonlocal left
        if cost < 0:
            raise ValueError(f"Expected a cost from 0 on, found {cost}.")
        if cost > left:
            return False
        left -= cost
        return True

    return charge


def sealed_test(x_test: Array, y_test: Array) -> Callable[[Callable[[Array], Array]], tuple[float, int]]:
    """
    Lock a test set away: nothing but accuracies comes out, and every look is counted.

    Parameters
    ----------
    x_test : array of shape (N, D)
        Inputs.
    y_test : array of shape (N,)
        As many labels, at least one.

    Returns
    -------
    callable
        From a function that predicts the labels of inputs to its accuracy and the number of looks so far, this one
        included.

    References
    ----------
    Dwork et al., The reusable holdout: preserving validity in adaptive data analysis, Science 349 (2015).

    Examples
    --------
    >>> look = sealed_test(np.array([[1.0], [3.0]]), np.array([0, 1]))
    >>> look(lambda x: (x[:, 0] > 2).astype(int)), look(lambda x: (x[:, 0] > 5).astype(int))
    ((1.0, 1), (0.5, 2))
    """
    if len(x_test) != len(y_test) or not len(x_test):
        raise ValueError(f"Expected as many labels as inputs, found {len(y_test)} for {len(x_test)}.")
    looks = 0

    def open_test(predict: Callable[[Array], Array]) -> tuple[float, int]:
        nonlocal looks
        looks += 1
        right = np.asarray(to_host(predict(x_test))) == np.asarray(to_host(y_test))
        return float(right.mean()), looks

    return open_test
