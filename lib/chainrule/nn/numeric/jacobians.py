"""Derivatives as tables: the slope of every output with respect to every input.

What you can do with this file:

- estimate every slope of a function with many outputs: `jacobian`.

It moves the input a little and looks at the change; `numeric_gradient` does so for one output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating, get_array_module

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["jacobian"]


def jacobian(f: Callable[[Array], Array], x: Array, h: float = 1e-5) -> Array:
    """
    Estimate the slope of every output with respect to every input, by central differences.

    J[i, j] = (f(x with x_j + h)_i - f(x with x_j - h)_i) / (2 h)

    Parameters
    ----------
    f : callable
        From an array with the shape of `x` to an array.
    x : array, any shape
        Where to take the slopes.
    h : float
        As in `numeric_gradient`.

    Returns
    -------
    array, shape of f(x) followed by the shape of `x`, float64
        For vectors: a row for each output, a column for each input.

    Notes
    -----
    An entrywise function has a diagonal Jacobian, so backward multiplies by its slopes and never builds it:
    for a batch of 100 examples and 4096 units it would hold 1.7e11 numbers.

    References
    ----------
    Griewank, Walther, Evaluating Derivatives (2008), chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: x**2, np.array([1.0, 3.0])).round(6).tolist()
    [[2.0, 0.0], [0.0, 6.0]]
    """
    if not h > 0:
        raise ValueError(f"Expected a positive h, found {h}; try 1e-5.")
    x = as_floating(x)
    xp = get_array_module(x)
    x = x.astype(xp.float64)
    columns = []
    for j in range(x.size):
        step = xp.zeros(x.size, dtype=xp.float64)
        step[j] = h
        step = step.reshape(x.shape)
        columns.append((xp.asarray(f(x + step)) - xp.asarray(f(x - step))) / (2.0 * h))
    # An x without entries gives no columns; the table has the shape of f(x) all the same.
    outputs = columns[0].shape if columns else xp.asarray(f(x)).shape
    table = xp.stack(columns, axis=-1) if columns else xp.zeros((*outputs, 0))
    return table.reshape(*outputs, *x.shape)
