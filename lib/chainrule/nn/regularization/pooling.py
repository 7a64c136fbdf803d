"""Fractional max pooling: images that shrink by less than half.

What you can do with this file:

- draw how wide each pooling region is: `pool_increments`;
- take the largest number of each region: `fractional_max_pool`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, as_floating, get_array_module, to_host

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["fractional_max_pool", "pool_increments"]


def pool_increments(size: int, outputs: int, rng: Generator) -> np.ndarray:
    """
    Draw the widths of the pooling regions: ones and twos in random order that add up to the size.

    There are size - outputs twos and 2 outputs - size ones.

    Parameters
    ----------
    size : int
        Rows or columns before.
    outputs : int
        Rows or columns after, from size / 2 to size.
    rng : numpy.random.Generator
        Shuffles.

    Returns
    -------
    array of int of shape (outputs,)
        On the host.

    References
    ----------
    Graham, Fractional max-pooling, arXiv:1412.6071 (2014).

    Examples
    --------
    >>> import numpy as np
    >>> increments = pool_increments(8, 5, np.random.default_rng(0))
    >>> sorted(increments.tolist())
    [1, 1, 2, 2, 2]
    """
    if not outputs <= size <= 2 * outputs:
        raise ValueError(f"Expected outputs from {-(-size // 2)} to {size} for a size of {size}, found {outputs}.")
    increments = np.ones(outputs, dtype=np.int64)
    increments[: size - outputs] = 2
    return rng.permutation(increments)


def fractional_max_pool(X: Array, rows: Array, columns: Array) -> Array:
    """
    Take the largest number of each pooling region.

    Parameters
    ----------
    X : array of shape (N, H, W)
        Images.
    rows : array of int of shape (P,)
        Heights of the regions from the top, 1 or 2 each; they sum to H.
    columns : array of int of shape (Q,)
        Widths of the regions from the left; they sum to W.

    Returns
    -------
    array of shape (N, P, Q)
        Smaller images.

    References
    ----------
    Graham, Fractional max-pooling, arXiv:1412.6071 (2014).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(9.0).reshape(1, 3, 3)
    >>> fractional_max_pool(X, np.array([1, 2]), np.array([2, 1])).tolist()
    [[[1.0, 2.0], [7.0, 8.0]]]
    """
    X = as_floating(X)
    heights, widths = (np.asarray(to_host(sizes), dtype=np.int64) for sizes in (rows, columns))
    if X.ndim != 3 or heights.sum() != X.shape[1] or widths.sum() != X.shape[2]:
        raise ValueError(
            f"Expected images (N, H, W), heights that sum to H and widths that sum to W, "
            f"found {X.shape}, {heights.sum()} and {widths.sum()}."
        )
    maximum = get_array_module(X).maximum
    return _pooled(_pooled(X, heights, 1, maximum), widths, 2, maximum)


def _pooled(X: Array, sizes: np.ndarray, axis: int, maximum: np.ufunc) -> Array:
    """The larger of the first and the last number of each region: with sizes 1 and 2 these are all."""
    if not np.isin(sizes, (1, 2)).all():
        raise ValueError(f"Expected regions of size 1 or 2, found {sizes.tolist()}.")
    ends = np.cumsum(sizes)
    take = get_array_module(X).take
    return maximum(take(X, ends - sizes, axis=axis), take(X, ends - 1, axis=axis))
