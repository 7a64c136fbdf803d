"""Minibatches: a shuffled data set in small pieces.

What you can do with this file:

- go through all examples once, some at a time: `minibatches`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, get_array_module, to_device

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

__all__ = ["minibatches"]


def minibatches(X: Array, y: Array, size: int, rng: Generator) -> Iterator[tuple[Array, Array]]:
    """
    Go through all examples once, in random order, some at a time.

    Parameters
    ----------
    X : array of shape (N, ...)
        Inputs, a row for each example.
    y : array of shape (N, ...)
        Labels, as many rows.
    size : int
        Examples in a batch, at least 1; the last batch holds what is left, and may be smaller.
    rng : numpy.random.Generator
        Shuffles anew on every call.

    Returns
    -------
    iterator of (array of shape (size, ...), array of shape (size, ...))
        Rows of `X` with their rows of `y`; copies, so that a batch can be changed.

    References
    ----------
    Bottou, Large-scale machine learning with stochastic gradient descent, COMPSTAT (2010).

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.arange(10).reshape(5, 2), np.arange(5)
    >>> batches = list(minibatches(X, y, 2, np.random.default_rng(0)))
    >>> [len(part) for part, labels in batches]
    [2, 2, 1]
    >>> sorted(int(label) for part, labels in batches for label in labels)
    [0, 1, 2, 3, 4]
    """
    if len(X) != len(y):
        raise ValueError(f"Expected as many labels as examples, found {len(y)} labels for {len(X)} examples.")
    if size < 1:
        raise ValueError(f"Expected a batch of at least one example, found size {size}.")
    order = to_device(rng.permutation(len(X)), get_array_module(X, y))
    return ((X[rows], y[rows]) for rows in (order[start : start + size] for start in range(0, len(X), size)))
